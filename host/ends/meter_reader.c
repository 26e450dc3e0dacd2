/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/meter_reader.h"

#include <string.h>

#include "host/ends/meter_end.h" /* METER_BAUD */

bool meter_reader_open(struct meter_reader *reader, const struct bus_address *address,
                       int64_t now_ms, char *why, size_t room)
{
    struct bus_options options = {.baud = METER_BAUD};
    memset(reader, 0, sizeof *reader);
    meter_client_init(&reader->client);
    return bus_port_open(&reader->port, address, &options, now_ms, why, room);
}

void meter_reader_close(struct meter_reader *reader) { bus_port_close(&reader->port); }

bool meter_reader_step(struct meter_reader *reader, int64_t now_ms)
{
    uint8_t bytes[512];
    uint8_t out[MODBUS_FRAME_MAX];
    bool heard = false;
    size_t n;
    bus_port_step(&reader->port, now_ms);
    while ((n = bus_port_read(&reader->port, 0, bytes, sizeof bytes)) > 0) {
        heard |= meter_client_take(&reader->client, bytes, n, (uint32_t)now_ms);
    }
    n = meter_client_poll(&reader->client, (uint32_t)now_ms, out);
    if (n > 0) {
        (void)bus_port_write(&reader->port, 0, out, n);
    }
    return heard;
}
