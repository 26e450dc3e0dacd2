/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/meter_end.h"

#include <stdio.h>
#include <string.h>

bool meter_bus_fits(const struct bus_address *address, char *why, size_t room)
{
    char name[300];
    if (bus_carries_bytes(address->kind)) {
        return true;
    }
    bus_address_write(address, name, sizeof name);
    snprintf(why, room, "%.100s cannot carry what a meter speaks", name);
    return false;
}

bool meter_end_open(struct meter_end *end, const struct bus_address *address, int64_t now_ms,
                    char *why, size_t room)
{
    struct bus_options options = {.server = true, .baud = METER_BAUD};
    memset(end, 0, sizeof *end);
    return bus_port_open(&end->port, address, &options, now_ms, why, room);
}

void meter_end_close(struct meter_end *end) { bus_port_close(&end->port); }

static void serve(struct meter_end *end, int line, struct meter_server *server,
                  const struct meter_job *job, const uint8_t *bytes, size_t n)
{
    uint8_t reply[MODBUS_FRAME_MAX];
    size_t at = 0;
    size_t used;
    size_t length;
    do {
        length = meter_server_take(server, bytes + at, n - at, &used, job, reply);
        if (length > 0) {
            (void)bus_port_write(&end->port, line, reply, length);
        }
        at += used;
    } while (at < n || length > 0);
}

void meter_end_step(struct meter_end *end, int64_t now_ms, struct meter_job *meter, int n)
{
    bus_port_step(&end->port, now_ms);
    for (int line = 0; line < BUS_LINES; line++) {
        uint8_t bytes[512];
        if (!bus_port_has(&end->port, line)) {
            continue;
        }
        size_t got = bus_port_read(&end->port, line, bytes, sizeof bytes);
        for (int i = 0; i < n; i++) {
            meter[i].now_ms = (uint32_t)now_ms;
            serve(end, line, &end->server[i][line], &meter[i], bytes, got);
        }
    }
}
