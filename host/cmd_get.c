/* SPDX-License-Identifier: Apache-2.0 */
/* hearth get: a real inverter's values and settings, or a meter's values, read once. */
#include <stdlib.h>

#include "host/ends/wait.h"
#include "host/get_meter.h"
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

static int get_inverter(const char *const *values, int n, char **argv, struct items *items)
{
    struct inverter_desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        return 1;
    }
    int status = inverter_desk_open(desk, "get", argv[1], values);
    if (status == 0) {
        status = inverter_desk_read(desk) && choose(desk, n - 1, argv + 2, items) ? 0 : 1;
        print(items, values[OPT_JSON] != NULL);
    }
    inverter_desk_close(desk);
    free(desk);
    return status;
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
    struct items *items = calloc(1, sizeof *items);
    const struct wire_protocol *meter = protocol_of_meter(values[DESK_PROTOCOL]);
    int status = 1;
    wait_for_signals();
    if (items != NULL && meter != NULL) {
        const struct get_meter_words words = {meter, argv[1], values[DESK_ADDRESS], n - 1,
                                              argv + 2};
        status = get_meter(&words, items);
        if (items->n > 0) {
            print(items, values[OPT_JSON] != NULL);
        }
    } else if (items != NULL) {
        status = get_inverter(values, n, argv, items);
    }
    free(items);
    return status;
}
