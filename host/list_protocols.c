/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list protocols: the table, or one protocol as a DBC file. */
#include "core/proto/can_dialect.h"
#include "host/dbc.h"
#include "host/list_writer.h"
#include "host/protocols.h"

const char *const protocol_columns[] = {"protocol", "kind", "ends", "line",
                                        "version",  "here", NULL};
const int protocol_widths[] = {16, 6, 18, 20, 14, 6};

static const char *const kinds[] = {[PROTOCOL_OF_CAN] = "can",
                                    [PROTOCOL_OF_RS485] = "rs485",
                                    [PROTOCOL_OF_HOST] = "host",
                                    [PROTOCOL_OF_METER] = "meter"};

bool list_protocols(struct writer *w, const struct product *product)
{
    (void)product;
    for (int i = 0; i < wire_protocol_count; i++) {
        const struct wire_protocol *p = &wire_protocols[i];
        list_begin(w);
        list_cell(w, p->name);
        list_cell(w, kinds[p->kind]);
        list_cell(w, p->ends);
        list_cell(w, p->line);
        list_cell(w, p->version);
        list_cell(w, p->status);
        list_end(w);
    }
    return true;
}

int list_dbc(const char *name)
{
    const struct wire_protocol *protocol = protocol_of_command("list", name);
    if (protocol == NULL) {
        return 1;
    }
    if (protocol->kind != PROTOCOL_OF_CAN) {
        fprintf(stderr, "hearth list: %s is not spoken on CAN; there is no DBC of it\n", name);
        return 1;
    }
    return dbc_write(stdout, &can_dialects[protocol->index]) == 0 ? 0 : 1;
}
