/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/inverter_end.h"

#include <string.h>

bool inverter_end_open(struct inverter_end *end, const struct bus_address *address,
                       const struct wire_protocol *protocol, int64_t now_ms, char *why, size_t room)
{
    struct bus_options options = {.server = true, .baud = hostlink_facts[protocol->index].baud};
    memset(end, 0, sizeof *end);
    end->protocol = protocol;
    for (int i = 0; i < BUS_LINES; i++) {
        hostlink_server_init(&end->server[i], (enum hostlink_protocol)protocol->index);
    }
    return bus_port_open(&end->port, address, &options, now_ms, why, room);
}

void inverter_end_close(struct inverter_end *end) { bus_port_close(&end->port); }

static void serve_line(struct inverter_end *end, int line, const struct hostlink_job *job)
{
    uint8_t bytes[512];
    uint8_t reply[HOSTLINK_FRAME_MAX];
    size_t n = bus_port_read(&end->port, line, bytes, sizeof bytes);
    size_t at = 0;
    do {
        size_t used = 0;
        size_t length = 0;
        if (job->view != NULL) {
            if (job->desk->refresh != NULL && (n > 0 || end->server[line].n > 0)) {
                job->desk->refresh(job->desk->context);
            }
            length =
                hostlink_server_take(&end->server[line], bytes + at, n - at, &used, job, reply);
        }
        if (length > 0) {
            (void)bus_port_write(&end->port, line, reply, length);
        }
        at += job->view != NULL && (used > 0 || length > 0) ? used : n - at;
    } while (at < n);
}

void inverter_end_step(struct inverter_end *end, int64_t now_ms, struct hostlink_job job)
{
    job.now_ms = (uint32_t)now_ms;
    bus_port_step(&end->port, now_ms);
    for (int i = 0; i < BUS_LINES; i++) {
        if (bus_port_has(&end->port, i)) {
            serve_line(end, i, &job);
        }
    }
}
