/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_RS485_FRAME_TEXT_H
#define HEARTH_HOST_RS485_FRAME_TEXT_H

/*
 * A line of a dump of a serial line: a frame as characters (~2002...) or as bytes in hex, with or
 * without blanks, commas or 0x. Before it may stand a time ((1.5), [12:30:00.25], 12:30:00, seconds
 * with a point) and the direction (> < TX RX request reply ...); behind it a comment with #.
 */

#include "core/proto/rs485.h"
#include "host/rs485/exchange.h"

enum frame_line { FRAME_LINE, FRAME_EMPTY, FRAME_BAD };

struct frame_text {
    bool has_time;
    double t_s;
    enum frame_way way;
    size_t n;
    uint8_t bytes[RS485_FRAME_MAX];
    const char *error; /* of FRAME_BAD */
};

enum frame_line frame_text_read(const char *line, struct frame_text *frame);

/* Characters as they are (without CR), else bytes in hex; `room` 3 times as long suffices. */
void frame_text_write(const uint8_t *bytes, size_t n, char *text, size_t room);

#endif
