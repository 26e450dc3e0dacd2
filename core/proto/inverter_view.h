/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_INVERTER_VIEW_H
#define HEARTH_CORE_PROTO_INVERTER_VIEW_H

/*
 * An inverter as its host link tells of it: live quantities, settings by their meaning, faults.
 * The inverter fills one and its codec answers from it; a reader's codec fills one from answers.
 * Either way a value that is not in `heard` is unknown, not zero.
 */

#include "core/product/inverter.h"

enum view_live {
#define LIVE(id, ...) LIVE_##id,
#include "core/proto/live.def"
#undef LIVE
    LIVE_COUNT
};
_Static_assert(LIVE_COUNT <= 64, "one bit each in `heard`");

enum live_kind { LIVE_NUMBER, LIVE_FLAG, LIVE_WORD };

struct live_row {
    const char *point;
    int32_t scale; /* value at rest per shown unit */
    uint8_t decimals;
    enum live_kind kind;
    const char *words; /* of a word, by value: "off|standby" */
};
extern const struct live_row live_rows[LIVE_COUNT];

/* Values of LIVE_STATE and LIVE_STAGE, in the order of their words. */
enum view_state {
    VIEW_STATE_OFF,
    VIEW_STATE_STANDBY,
    VIEW_STATE_BYPASS,
    VIEW_STATE_INVERTING,
    VIEW_STATE_ON_GRID,
    VIEW_STATE_FAULT,
    VIEW_STATE_UPDATE
};
enum view_stage {
    VIEW_STAGE_OFF,
    VIEW_STAGE_BULK,
    VIEW_STAGE_ABSORPTION,
    VIEW_STAGE_FLOAT,
    VIEW_STAGE_EQUALIZE,
    VIEW_STAGE_FULL, /* charging has ended at the top */
    VIEW_STAGE_WAKE  /* a weak charge wakes a battery */
};

struct view_clock {
    uint16_t year;
    uint8_t month, day, hour, minute, second;
};

enum { VIEW_SERIAL = 24, VIEW_CODES = 8 };

struct inverter_view {
    int64_t live[LIVE_COUNT];
    uint64_t heard; /* bit per enum view_live */
    int32_t set[SET_COUNT];
    bool set_heard[SET_COUNT];
    uint64_t faults; /* bit per fault_id */
    bool faults_heard;
    uint8_t n_codes; /* of a reader: what the device called them */
    uint16_t code[VIEW_CODES];
    struct view_clock clock;
    bool clock_heard;
    char serial[VIEW_SERIAL], model[VIEW_SERIAL]; /* end in NUL; "": not known */
};

static inline bool view_has(const struct inverter_view *view, enum view_live live)
{
    return (view->heard >> live & 1) != 0;
}

/* The word of a value of LIVE_STATE or LIVE_STAGE; always ends in NUL when `room` > 0. */
void live_word(enum view_live live, int64_t value, char *text, size_t room);

void view_put(struct inverter_view *view, enum view_live live, int64_t value);
void view_put_setting(struct inverter_view *view, enum setting_id id, int32_t value);

/* A date and time that can be: months and days within theirs. */
bool view_clock_is_right(const struct view_clock *clock);

/* At most VIEW_SERIAL - 1 characters of a text; the rest is cleared. */
void view_text(char to[VIEW_SERIAL], const char *from, size_t n);

/* `value` times `up` over `down`, rounded to the nearest, halves away from zero. */
int64_t scaled_i64(int64_t value, int32_t up, int32_t down);

#endif
