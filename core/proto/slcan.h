/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_SLCAN_H
#define HEARTH_CORE_PROTO_SLCAN_H

/*
 * slcan: CAN frames as text lines over a serial line, as Lawicel's CAN232 does and Linux,
 * candleLight and python-can speak (CAN232 manual V3). A frame is 't' + 3 hex id + length + data,
 * 'T' with 8 hex of id, 'r' and 'R' for remote requests; a line ends with CR; an adapter answers a
 * command with CR (done) or BEL (refused).
 *
 *   Sn bit rate 0..8   O open   L listen only   C close   V N version, serial   F status
 */

#include <stddef.h>

#include "core/proto/can.h"
#include "core/units.h"

enum { SLCAN_LINE_MAX = 32, SLCAN_FRAME_TEXT = 28 };

/* Lines from a stream. */
struct slcan_reader {
    uint8_t length;
    bool too_long; /* dropped up to the next CR */
    char line[SLCAN_LINE_MAX];
    uint32_t garbage; /* lines that were no frame and no command */
};

/* What a line was. */
enum slcan_kind {
    SLCAN_NOTHING, /* not finished, or an empty answer */
    SLCAN_FRAME,
    SLCAN_REMOTE, /* a remote request: none of our dialects uses them */
    SLCAN_COMMAND,
    SLCAN_REFUSED, /* BEL */
    SLCAN_GARBAGE
};

/* Takes one byte. FRAME: `frame` is filled; COMMAND: reader->line is the command without CR. */
enum slcan_kind slcan_take(struct slcan_reader *reader, uint8_t byte, struct can_frame *frame);

/* A frame as text, ending with CR; returns the number of characters. */
size_t slcan_put(const struct can_frame *frame, char text[SLCAN_FRAME_TEXT]);

/* Number of the S command for a bit rate, -1 when there is none. */
int slcan_rate(uint32_t bit_per_s) MUST_USE;

struct slcan_channel {
    bool open, listen_only;
    bool commanded; /* its user gives commands: then the channel is closed until an O or L */
    uint8_t errors; /* the status byte of 'F' */
};

/* An adapter's answer to a command. The text ends with CR or BEL. */
const char *slcan_answer(struct slcan_channel *channel, const char *command);

/* Frames may go to the user; may come from it to be sent. Who never gave a command only listens or
   talks: a simple program that knows nothing of channels. */
static inline bool slcan_tells(const struct slcan_channel *channel)
{
    return channel->open || !channel->commanded;
}
static inline bool slcan_sends(const struct slcan_channel *channel)
{
    return slcan_tells(channel) && !channel->listen_only;
}

#endif
