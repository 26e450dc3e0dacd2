/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/inverter_reader.h"

#include <stdio.h>
#include <string.h>

bool inverter_bus_fits(const struct bus_address *address, const struct wire_protocol *protocol,
                       char *why, size_t room)
{
    bool text = protocol->index == HOSTLINK_PI30;
    if (bus_carries_bytes(address->kind) && !(text && address->kind == BUS_MODBUS)) {
        return true;
    }
    char name[300];
    bus_address_write(address, name, sizeof name);
    snprintf(why, room, "%.100s cannot carry %s", name, protocol->name);
    return false;
}

bool inverter_reader_open(struct inverter_reader *reader, const struct inverter_spec *spec,
                          int64_t now_ms, char *why, size_t room)
{
    int index = spec->protocol->index;
    struct bus_options options = {.baud = hostlink_facts[index].baud};
    memset(reader, 0, sizeof *reader);
    reader->protocol = spec->protocol;
    hostlink_client_init(&reader->client, (enum hostlink_protocol)index, spec->unit);
    return bus_port_open(&reader->port, spec->address, &options, now_ms, why, room);
}

void inverter_reader_close(struct inverter_reader *reader) { bus_port_close(&reader->port); }

bool inverter_reader_step(struct inverter_reader *reader, int64_t now_ms)
{
    uint8_t bytes[512];
    uint8_t out[HOSTLINK_FRAME_MAX];
    bool heard = false;
    size_t n;
    bus_port_step(&reader->port, now_ms);
    while ((n = bus_port_read(&reader->port, 0, bytes, sizeof bytes)) > 0) {
        heard |= hostlink_client_take(&reader->client, bytes, n, (uint32_t)now_ms);
    }
    n = hostlink_client_poll(&reader->client, (uint32_t)now_ms, out);
    if (n > 0) {
        (void)bus_port_write(&reader->port, 0, out, n);
    }
    return heard;
}
