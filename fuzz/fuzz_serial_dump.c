/* SPDX-License-Identifier: Apache-2.0 */
/* Anything as a dump of a serial line, as a frame of each protocol, and as a stream. */
#include <stdlib.h>
#include <string.h>

#include "host/ends/sniff.h"
#include "host/rs485/frame_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct exchange exchange;
static struct told told;

static void as_line(const uint8_t *data, size_t size)
{
    static struct frame_text frame;
    char *line = malloc(size + 1);
    if (line == NULL) {
        return;
    }
    memcpy(line, data, size);
    line[size] = '\0';
    if (frame_text_read(line, &frame) == FRAME_LINE) {
        exchange_take(&exchange, frame.bytes, frame.n, frame.way, &told);
    }
    free(line);
}

static void hear(void *context, const struct sniff_frame *frame)
{
    sniff_guess_hear(context, frame);
    if (frame->kind != SNIFF_GARBAGE) {
        exchange_take(&exchange, frame->bytes, frame->n, WAY_UNKNOWN, &told);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sniffer sniffer;
    struct sniff_guess guess = {0};
    if (size < 2) {
        return 0;
    }
    enum rs485_protocol protocol = (enum rs485_protocol)(data[0] % RS485_COUNT);
    exchange_init(&exchange, protocol);
    as_line(data + 1, size - 1);
    exchange_take(&exchange, data + 1, size - 1, (enum frame_way)(data[0] / 8 % 3), &told);
    sniffer_begin(&sniffer, hear, &guess, 0);
    for (size_t at = 1; at < size; at += 16) {
        size_t n = size - at < 16 ? size - at : 16;
        sniffer_take(&sniffer, data + at, n, (uint32_t)at);
    }
    sniffer_take(&sniffer, NULL, 0, 1000000);
    (void)sniff_guess_best(&guess);
    return 0;
}
