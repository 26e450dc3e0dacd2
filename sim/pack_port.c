/* SPDX-License-Identifier: Apache-2.0 */
/* Battery end of a serial line. */
#include "sim/pack_port.h"

#include <string.h>

/* What the port speaks now; a change drops whatever the old protocol had in hand. */
static bool set_protocol(struct pack_port *port, const struct house *house)
{
    enum rs485_protocol protocol = port->protocol;
    bool known = port->kind != PORT_TO_INVERTER || house_rs485_protocol(house, &protocol);
    if (!known || !port->speaks || port->server.protocol != protocol) {
        rs485_server_init(&port->server, protocol);
    }
    port->server.any_address = port->kind == PORT_TO_PC;
    port->speaks = known;
    return known;
}

static void prepare(struct pack_port *port, struct house *house)
{
    bool by_place = port->kind == PORT_PARALLEL;
    port->orders.house = house;
    port->orders.packs = &port->packs;
    port->orders.reads_only = port->kind == PORT_PARALLEL;
    pack_bank_fill(&port->packs, house, by_place);
    pack_orders_lease(&port->orders, &port->packs);
}

/* A byte on RS232 wakes the pack it goes to, a request shows that somebody is there. */
static void notice(const struct pack_port *port, struct house *house, bool request)
{
    int host = house_host_pack(house);
    struct bms *bms = &house->bms[host >= 0 ? host : 0];
    if (port->kind != PORT_TO_PC || house->spec.battery != HOUSE_PACKS || !house->devices_on) {
        return;
    }
    bms_wake_byte(bms);
    if (request) {
        bms_heard(bms, PORT_RS232, house->now_ms);
    }
}

static void take(struct pack_port *port, struct house *house, const uint8_t *bytes, size_t n)
{
    struct bank_desk desk = pack_orders_desk(&port->orders);
    bool mute = port->kind == PORT_TO_INVERTER && house->rs485_cut;
    for (size_t at = 0; at < n;) {
        uint8_t reply[RS485_FRAME_MAX];
        size_t used;
        prepare(port, house); /* an order may just have changed what the next request sees */
        size_t length = rs485_server_take(&port->server, bytes + at, n - at, &used, house->now_ms,
                                          &port->packs.bank, &desk, reply, sizeof reply);
        at += used;
        if (length > 0 && !mute) {
            notice(port, house, true);
            serial_wire_send(&port->wire, WIRE_A, reply, length);
        }
    }
}

void pack_port_serve(struct pack_port *port, struct house *house)
{
    uint8_t bytes[256];
    size_t n;
    while ((n = serial_wire_take(&port->wire, WIRE_A, bytes, sizeof bytes)) > 0) {
        notice(port, house, false);
        if (set_protocol(port, house)) {
            take(port, house, bytes, n);
        }
    }
}
