/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_RS485_EXCHANGE_H
#define HEARTH_HOST_RS485_EXCHANGE_H

/*
 * Frames of a serial battery protocol, seen from outside: whole frames come one after the other,
 * each is told in words and points. Some replies are understood by their request alone; it is
 * remembered until a reply to it has come.
 */

#include "core/proto/rs485.h"
#include "host/rs485/items.h"

enum frame_way { WAY_UNKNOWN, WAY_REQUEST, WAY_REPLY };

enum told_kind { TOLD_REQUEST, TOLD_REPLY, TOLD_BROKEN, TOLD_FOREIGN };

struct told {
    enum told_kind kind;
    char name[120];  /* "analog values of pack 1" */
    char note[160];  /* what is doubtful of it; "" */
    char error[200]; /* of TOLD_BROKEN and TOLD_FOREIGN */
    struct items items;
};

enum { EXCHANGE_REGISTERS = 264 };

struct exchange {
    enum rs485_protocol protocol;
    bool asked; /* a request is open: */
    uint8_t address, command, about;
    uint16_t start, count;
    /* private */
    struct ascii_frame frame;
    struct rs485_client client;
    struct battery_bank bank;
    uint16_t image[EXCHANGE_REGISTERS];
};

void exchange_init(struct exchange *exchange, enum rs485_protocol protocol);

/* One frame: characters '~' .. CR (the CR may be missing), or bytes. `way` as far as it is known.
   `told` is overwritten. */
void exchange_take(struct exchange *exchange, const uint8_t *bytes, size_t n, enum frame_way way,
                   struct told *told);

/* private: the protocols' files */
void exchange_pylon(struct exchange *exchange, struct told *told);
void exchange_pace(struct exchange *exchange, struct told *told);
void exchange_registers(struct exchange *exchange, const uint8_t *bytes, size_t n,
                        enum frame_way way, struct told *told);
void exchange_jbd(struct exchange *exchange, const uint8_t *bytes, size_t n, enum frame_way way,
                  struct told *told);
void told_name(struct told *told, const char *format, ...) __attribute__((format(printf, 2, 3)));
void told_note(struct told *told, const char *format, ...) __attribute__((format(printf, 2, 3)));
void told_error(struct told *told, enum told_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
