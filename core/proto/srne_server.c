/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inverter's end of the SRNE map. A frame with a wrong sum gets silence: it names no address
 * one could trust, and others may be on the line. A right frame whose length is not that of its
 * function is refused as such.
 */
#include "core/proto/srne.h"

#include <string.h>

#include "core/proto/ascii_frame.h" /* be16 */

enum { LEAST = 4 };

static enum srne_exception judge(const struct modbus_request *request)
{
    if (request->count == 0) {
        return SRNE_NO_VALUE;
    }
    if (request->count > SRNE_REGISTERS) {
        return SRNE_LENGTH;
    }
    for (uint32_t i = 0; i < request->count; i++) {
        uint32_t address = (uint32_t)request->start + i;
        if (address > UINT16_MAX || !srne_is_there((uint16_t)address)) {
            return SRNE_NO_ADDRESS;
        }
    }
    return SRNE_OK;
}

static bool is_ours(uint8_t unit, const struct hostlink_job *job)
{
    return unit == srne_address(job->view) || unit == SRNE_ANYBODY || unit == SRNE_EVERYBODY;
}

static size_t put_registers(const struct modbus_request *request, const struct hostlink_job *job,
                            uint8_t *reply)
{
    uint16_t registers[SRNE_REGISTERS];
    for (uint16_t i = 0; i < request->count; i++) {
        registers[i] = srne_register((uint16_t)(request->start + i), job);
    }
    return modbus_answer(reply, request->unit, request->function, registers, request->count);
}

/* A whole frame of n bytes that is for us; `fits`: its length is that of its function. */
static size_t answer(struct hostlink_server *server, const uint8_t *frame, size_t n, bool fits,
                     const struct hostlink_job *job, uint8_t *reply)
{
    struct modbus_request request = {.unit = frame[0], .function = frame[1]};
    enum srne_exception why = SRNE_OK;
    bool for_all = frame[0] == SRNE_EVERYBODY;
    server->requests++;
    if (request.function != MODBUS_READ && request.function != MODBUS_WRITE_ONE &&
        request.function != MODBUS_WRITE) {
        why = SRNE_NO_FUNCTION;
    } else if (!fits) {
        why = SRNE_FRAME;
    } else {
        bool taken = modbus_request_take(frame, n, &request);
        if (!taken) { /* a write whose counts contradict each other */
            request.start = be16(frame + 2);
            request.count = be16(frame + 4);
        }
        why = judge(&request);
        why = why == SRNE_OK && !taken ? SRNE_FRAME : why;
    }
    request.unit = srne_address(job->view); /* FF is answered by the real one */
    if (why == SRNE_OK && request.function != MODBUS_READ) {
        why = srne_write(&request, job, server->values);
    }
    server->refusals += why != SRNE_OK ? 1 : 0;
    if (for_all) {
        return 0;
    }
    if (why != SRNE_OK) {
        return modbus_refuse(reply, request.unit, request.function, (enum modbus_exception)why);
    }
    return request.function == MODBUS_READ ? put_registers(&request, job, reply)
                                           : modbus_confirm(reply, &request);
}

static void drop(struct hostlink_server *server, size_t n)
{
    server->n = (uint16_t)(server->n - n);
    memmove(server->bytes, server->bytes + n, server->n);
}

/* Answers the first n bytes held, a whole frame, and lets go of them. */
static size_t take_frame(struct hostlink_server *server, size_t n, bool fits,
                         const struct hostlink_job *job, uint8_t *reply)
{
    size_t length = 0;
    if (is_ours(server->bytes[0], job)) {
        length = answer(server, server->bytes, n, fits, job, reply);
    } else {
        server->foreign++;
    }
    drop(server, n);
    return length;
}

static size_t behind_garbage(const struct hostlink_server *server, const struct hostlink_job *job)
{
    const uint8_t ours[] = {srne_address(job->view), SRNE_ANYBODY, SRNE_EVERYBODY};
    return modbus_request_behind(server->bytes, server->n, ours, sizeof ours);
}

size_t srne_server_byte(struct hostlink_server *server, uint8_t byte,
                        const struct hostlink_job *job, uint8_t *reply)
{
    if (server->n == sizeof server->bytes) {
        server->dropped++;
        drop(server, 1);
    }
    server->bytes[server->n++] = byte;
    int length = modbus_request_length(server->bytes, server->n);
    if (length > 0) {
        return take_frame(server, (size_t)length, true, job, reply);
    }
    if (length < 0 && server->n >= LEAST && modbus_crc_ok(server->bytes, server->n)) {
        return take_frame(server, server->n, false, job, reply);
    }
    size_t garbage = length < 0 ? behind_garbage(server, job) : 0;
    if (garbage > 0) {
        server->dropped += (uint32_t)garbage;
        drop(server, garbage);
        return take_frame(server, server->n, true, job, reply);
    }
    return 0;
}

/* Nothing more comes: what is held is a frame of a wrong length, or hides a request, or is broken.
 */
size_t srne_server_quiet(struct hostlink_server *server, const struct hostlink_job *job,
                         uint8_t *reply)
{
    if (server->n >= LEAST && modbus_crc_ok(server->bytes, server->n)) {
        return take_frame(server, server->n, false, job, reply);
    }
    server->broken += server->n >= LEAST ? 1 : 0;
    while (server->n > 0) {
        int length = modbus_request_length(server->bytes, server->n);
        if (length > 0 && is_ours(server->bytes[0], job)) {
            return take_frame(server, (size_t)length, true, job, reply);
        }
        server->dropped++;
        drop(server, 1);
    }
    return 0;
}
