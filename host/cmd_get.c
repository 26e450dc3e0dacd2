/* SPDX-License-Identifier: Apache-2.0 */
/* hearth get: a real inverter's values and settings, read once. */
#include <stdlib.h>

#include "host/ends/wait.h"
#include "host/inverter_desk.h"
#include "host/inverter_items.h"

enum { OPT_JSON = DESK_OPTIONS, OPTIONS };

/* What was asked for, or everything; false with a sentence for a name that is none, or was not
   told. */
static bool choose(const struct inverter_desk *desk, int n, char **names, struct items *items)
{
    const struct inverter_view *view = &desk->reader.client.view;
    if (n == 0) {
        inverter_items(items, view, desk->product->inverter);
        return true;
    }
    bool well = true;
    for (int i = 0; i < n; i++) {
        bool heard;
        bool known = inverter_item(items, view, desk->product->inverter, names[i], &heard);
        if (!heard) {
            fprintf(stderr, "hearth get: %s %s\n", names[i],
                    known ? "is not told by this device over this protocol"
                          : "is no point or setting of an inverter (see hearth list settings)");
            well = false;
        }
    }
    return well;
}

static void print(const struct items *items, bool json)
{
    if (json) {
        items_json(items, stdout);
        fputc('\n', stdout);
        return;
    }
    for (int i = 0; i < items->n; i++) {
        item_print(&items->of[i], stdout);
        fputc('\n', stdout);
    }
}

int cmd_get(int argc, char **argv)
{
    const struct cli_command *self = cli_find("get");
    const char *values[OPTIONS] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n < 1 || values[DESK_PROTOCOL] == NULL) {
        if (n >= 0) {
            cli_help(self, stderr);
        }
        return 2;
    }
    struct inverter_desk *desk = calloc(1, sizeof *desk);
    struct items *items = calloc(1, sizeof *items);
    int status = 1;
    wait_for_signals();
    if (desk != NULL && items != NULL) {
        status = inverter_desk_open(desk, "get", argv[1], values);
        if (status == 0) {
            bool well = inverter_desk_read(desk) && choose(desk, n - 1, argv + 2, items);
            print(items, values[OPT_JSON] != NULL);
            status = well ? 0 : 1;
        }
        inverter_desk_close(desk);
    }
    free(items);
    free(desk);
    return status;
}
