/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/pack_wires.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the packs' setting says for a bus of this kind; NULL: nothing we can speak. */
static const struct wire_protocol *setting_of(const struct house *house, bool frames)
{
    int host = house_host_pack(house);
    const struct bms *bms = &house->bms[host < 0 ? 0 : host];
    enum protocol_bus bus = frames ? PROTOCOL_CAN : PROTOCOL_RS485;
    int32_t code = bms->param[frames ? PARAM_CAN_PROTOCOL : PARAM_RS485_PROTOCOL];
    const struct protocol *row = protocol_of_code(bus, code);
    return row != NULL && row->speaks != NULL ? protocol_find(row->speaks) : NULL;
}

/* Makes the setting say this protocol; false: it is not in the packs' list. */
static bool choose(struct house *house, const struct wire_protocol *protocol)
{
    bool frames = protocol->kind == PROTOCOL_OF_CAN;
    enum protocol_bus bus = frames ? PROTOCOL_CAN : PROTOCOL_RS485;
    enum parameter_id id = frames ? PARAM_CAN_PROTOCOL : PARAM_RS485_PROTOCOL;
    for (int32_t code = 0; code <= 0xFF; code++) {
        const struct protocol *row = protocol_of_code(bus, code);
        if (row == NULL || row->speaks == NULL || strcmp(row->speaks, protocol->name) != 0) {
            continue;
        }
        for (int i = 0; i < house->spec.packs; i++) {
            bms_set_parameter(&house->bms[i], id, code);
        }
        return true;
    }
    return false;
}

/* The packs have one port of each kind to an inverter: the first bus has it. */
static bool is_taken(const struct pack_wires *wires, bool frames)
{
    for (int i = 0; i < wires->n; i++) {
        if (wires->wire[i].follows && wires->wire[i].end.port.options.frames == frames) {
            return true;
        }
    }
    return false;
}

bool pack_wires_add(struct pack_wires *wires, const struct bus_address *address,
                    const struct wire_protocol *protocol, int64_t now_ms, char *why, size_t room)
{
    struct pack_wire *wire = &wires->wire[wires->n];
    bool frames = !bus_carries_bytes(address->kind);
    *why = '\0';
    if (wires->n == PACK_WIRES) {
        snprintf(why, room, "at most %d buses", PACK_WIRES);
        return false;
    }
    bool of_can = protocol != NULL && protocol->kind == PROTOCOL_OF_CAN;
    wire->follows =
        protocol == NULL || (!is_taken(wires, of_can) && choose(wires->house, protocol));
    if (protocol == NULL) {
        protocol = setting_of(wires->house, frames);
    }
    if (protocol == NULL) {
        snprintf(why, room, "the packs' own setting names no protocol for this bus");
        return false;
    }
    wire->pc = !wire->follows;
    bool fits = protocol->kind == PROTOCOL_OF_CAN ? bus_carries_frames(address->kind)
                                                  : bus_carries_bytes(address->kind);
    if (!fits) {
        snprintf(why, room, "%s cannot be spoken on this bus", protocol->name);
        return false;
    }
    wires->n++;
    (void)battery_end_open(&wire->end, address, protocol, now_ms, why, room);
    return true;
}

__attribute__((format(printf, 2, 3))) static void tell(const struct pack_wires *wires,
                                                       const char *format, ...)
{
    char text[240];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (wires->told != NULL) {
        wires->told(wires->context, text);
    }
}

/* The setting may have changed: on the panel, by the PC, at the prompt. */
static void follow(const struct pack_wires *wires, struct pack_wire *wire,
                   const struct house *house, int64_t now_ms)
{
    const struct wire_protocol *wanted = setting_of(house, wire->end.port.options.frames);
    if (wanted == wire->end.protocol || !battery_end_speak(&wire->end, wanted, now_ms)) {
        return;
    }
    if (wanted != NULL) {
        tell(wires, "now speaking %s", wanted->name);
    } else {
        tell(wires, "now silent: the protocol that is set has no published source");
    }
}

static void serve(struct pack_wire *wire, struct house *house, int64_t now_ms)
{
    int host = house_host_pack(house);
    struct bms *bms = &house->bms[host < 0 ? 0 : host];
    bool frames = wire->end.port.options.frames;
    enum bms_port port = frames ? PORT_CAN : wire->pc ? PORT_RS232 : PORT_RS485;
    int64_t heard_ms = wire->end.heard_ms;
    uint64_t bytes = wire->end.port.counters.bytes_in;
    wire->orders.house = house;
    wire->orders.packs = &wire->packs;
    pack_bank_fill(&wire->packs, house, false);
    pack_orders_lease(&wire->orders, &wire->packs);
    struct bank_desk desk = pack_orders_desk(&wire->orders);
    bool awake = host >= 0 && house->devices_on && !bms_asleep(bms);
    battery_end_step(&wire->end, now_ms, awake ? &wire->packs.bank : NULL, &desk);
    if (wire->pc && house->devices_on && wire->end.port.counters.bytes_in != bytes) {
        bms_wake_byte(bms);
    }
    if (wire->end.heard_ms != heard_ms) {
        bms_heard(bms, port, house->now_ms);
    }
}

void pack_wires_step(struct pack_wires *wires, int64_t now_ms)
{
    struct house *house = wires->house;
    for (int i = 0; i < wires->n; i++) {
        struct pack_wire *wire = &wires->wire[i];
        if (wire->follows) {
            follow(wires, wire, house, now_ms);
        }
        serve(wire, house, now_ms);
        if (strcmp(wire->said_state, wire->end.port.state) != 0) {
            memcpy(wire->said_state, wire->end.port.state, sizeof wire->said_state);
            tell(wires, "bus %d: %s", i + 1, wire->said_state);
        }
    }
}

void pack_wires_close(struct pack_wires *wires)
{
    for (int i = 0; i < wires->n; i++) {
        battery_end_close(&wires->wire[i].end);
    }
    wires->n = 0;
}
