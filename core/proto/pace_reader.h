/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PACE_READER_H
#define HEARTH_CORE_PROTO_PACE_READER_H

/*
 * What the PACE PC tool does, apart from polling: parameters page by page, clock, event memory,
 * switches, names. Each job is a pair: pace_ask_*() makes the request (its length; 0: it cannot be
 * made), pace_take_*() takes the whole reply frame ('~' .. CR, found by an ascii_reader) and
 * returns 0, a return code of the battery (> 0, enum pace_rtn) or a negative ascii_error or
 * PACE_STRANGE. The caller owns the port, the time and the retries.
 */

#include "core/proto/pace_ascii.h"
#include "core/proto/pace_groups.h"

enum {
    PACE_STRANGE = -100, /* a right frame that is not the answer to this */
    PACE_NO_MORE = 0x100 /* there is no such record */
};

struct pace_reader {
    uint8_t address; /* ADR of requests; a reply may come from another */
    struct ascii_frame frame;
};

/* Parameters as far as they are known. */
struct pace_values {
    int32_t value[PARAM_COUNT];
    bool known[PARAM_COUNT];
};

enum pace_switch {
    PACE_SWITCH_BUZZER,
    PACE_SWITCH_LED_ALARM,
    PACE_SWITCH_LIMITER,
    PACE_SWITCH_LOW_GEAR,
    PACE_SWITCH_CHARGE_MOS, /* 1 is taken for "on": the sources disagree, docs/protocols.md */
    PACE_SWITCH_DISCHARGE_MOS
};

void pace_reader_init(struct pace_reader *reader, uint8_t address);

/* A command without INFO: PACE_GET_PACKS, _CAPACITY, _CLOCK, _VERSION, _NAMES. */
size_t pace_ask(struct pace_reader *reader, uint8_t command, uint8_t *out, size_t room);
/* 0x42 or 0x44 of a pack, or of all (PACE_ALL_PACKS). */
size_t pace_ask_pack(struct pace_reader *reader, uint8_t command, uint8_t pack, uint8_t *out,
                     size_t room);
/* Group of pace_groups by its index: all pages are read by asking for each. */
size_t pace_ask_group(struct pace_reader *reader, size_t group, uint8_t *out, size_t room);
/* Writes a group; every value of it must be known: read it first. */
size_t pace_ask_write(struct pace_reader *reader, size_t group, const struct pace_values *values,
                      uint8_t *out, size_t room);
size_t pace_ask_set_clock(struct pace_reader *reader, const struct desk_clock *clock, uint8_t *out,
                          size_t room);
size_t pace_ask_record(struct pace_reader *reader, uint16_t index, uint8_t *out, size_t room);
size_t pace_ask_switch(struct pace_reader *reader, enum pace_switch which, bool on, uint8_t *out,
                       size_t room);
/* Our own extension; a board that has none answers PACE_BAD_COMMAND. */
size_t pace_ask_admin(struct pace_reader *reader, enum desk_admin what, const char *text,
                      uint8_t *out, size_t room);
size_t pace_ask_shut_down(struct pace_reader *reader, uint8_t *out, size_t room);

/* Replies. */
int pace_take_done(struct pace_reader *reader, const uint8_t *bytes, size_t n) MUST_USE;
/* Packs of a 0x42 or 0x44, put into the bank from its first on; a 0x42 says how many there are. */
int pace_take_packs(struct pace_reader *reader, const uint8_t *bytes, size_t n, bool analog,
                    struct battery_bank *bank) MUST_USE;
int pace_take_group(struct pace_reader *reader, const uint8_t *bytes, size_t n, size_t group,
                    struct pace_values *values) MUST_USE;
int pace_take_clock(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                    struct desk_clock *clock) MUST_USE;
int pace_take_record(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                     struct pace_record *record) MUST_USE;
/* The control byte; it also comes with a refusal. */
int pace_take_switch(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                     uint8_t *control) MUST_USE;
int pace_take_version(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                      char version[BANK_TEXT]) MUST_USE;
int pace_take_names(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                    char serial[BANK_TEXT], char model[BANK_TEXT]) MUST_USE;
int pace_take_count(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                    uint8_t *packs) MUST_USE;
int pace_take_capacity(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                       struct pack_view *pack) MUST_USE;

#endif
