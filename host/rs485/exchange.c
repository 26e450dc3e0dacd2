/* SPDX-License-Identifier: Apache-2.0 */
#include "host/rs485/exchange.h"

#include <stdarg.h>
#include <string.h>

#include "core/proto/rs485_ends.h"

void told_name(struct told *told, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(told->name, sizeof told->name, format, args);
    va_end(args);
}

void told_note(struct told *told, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(told->note, sizeof told->note, format, args);
    va_end(args);
}

void told_error(struct told *told, enum told_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(told->error, sizeof told->error, format, args);
    va_end(args);
    told->kind = kind;
}

void exchange_init(struct exchange *exchange, enum rs485_protocol protocol)
{
    memset(exchange, 0, sizeof *exchange);
    exchange->protocol = protocol;
}

/* Why a frame of characters is none. */
static void explain_ascii(int error, size_t n, struct told *told)
{
    static const struct {
        int error;
        const char *text;
    } rows[] = {
        {ASCII_SHORT, "too short: the shortest frame has 18 characters"},
        {ASCII_NOT_HEX, "a character that is no hex digit"},
        {ASCII_LENGTH_SUM, "the checksum of the length is wrong"},
        {ASCII_LENGTH, "the length in it is not that of the frame"},
        {ASCII_SUM, "the checksum is wrong"},
        {ASCII_TOO_LONG, "longer than any frame"},
        {ASCII_ENDS, "a frame begins with ~"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].error == error) {
            told_error(told, TOLD_BROKEN, "%s (%zu characters)", rows[i].text, n);
        }
    }
}

static void take_characters(struct exchange *exchange, const uint8_t *bytes, size_t n,
                            struct told *told)
{
    static uint8_t whole[ASCII_FRAME_MAX + 1];
    if (n > ASCII_FRAME_MAX) {
        explain_ascii(ASCII_TOO_LONG, n, told);
        return;
    }
    memcpy(whole, bytes, n);
    size_t length = n;
    if (n == 0 || bytes[n - 1] != '\r') {
        whole[length++] = '\r';
    }
    int error = ascii_frame_decode(whole, length, &exchange->frame);
    if (error != 0) {
        explain_ascii(error, n, told);
    } else if (exchange->protocol == RS485_PYLON) {
        exchange_pylon(exchange, told);
    } else {
        exchange_pace(exchange, told);
    }
}

void exchange_take(struct exchange *exchange, const uint8_t *bytes, size_t n, enum frame_way way,
                   struct told *told)
{
    memset(told, 0, offsetof(struct told, items));
    told->items.n = 0;
    switch (exchange->protocol) {
    case RS485_PYLON:
    case RS485_PACE: take_characters(exchange, bytes, n, told); break;
    case RS485_VOLTRONIC:
    case RS485_GROWATT:
    case RS485_PACE_MODBUS: exchange_registers(exchange, bytes, n, way, told); break;
    case RS485_JBD: exchange_jbd(exchange, bytes, n, way, told); break;
    case RS485_SEPLOS: /* those that are only read have no table of words */
    case RS485_SEPLOS3:
    case RS485_DALY:
    case RS485_JK:
    case RS485_COUNT:
    case RS485_ALL: break;
    }
}
