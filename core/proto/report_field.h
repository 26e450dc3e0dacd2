/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_REPORT_FIELD_H
#define HEARTH_CORE_PROTO_REPORT_FIELD_H

/*
 * The fields of a battery_report by number, so that tables of codecs, field names and units can
 * name one. A field is an int32_t in the unit it has in the report; energy counts in 100 Wh.
 */

#include <stddef.h>

#include "core/proto/battery_report.h"

enum report_field {
    FIELD_CHARGE_V,
    FIELD_CHARGE_LIMIT,
    FIELD_DISCHARGE_LIMIT,
    FIELD_DISCHARGE_V,
    FIELD_SOC,
    FIELD_SOH,
    FIELD_SOC_FINE, /* the whole percent where nothing finer is known */
    FIELD_VOLTAGE,
    FIELD_CURRENT,
    FIELD_TEMP,
    FIELD_PACKS,
    FIELD_CHARGE_ENABLE, /* of a battery that does not say: whether its limit is above zero */
    FIELD_DISCHARGE_ENABLE,
    FIELD_FORCE_CHARGE,
    FIELD_FORCE_SOON,
    FIELD_FULL_REQUEST,
    FIELD_CELL_MAX,
    FIELD_CELL_MIN,
    FIELD_TEMP_MAX,
    FIELD_TEMP_MIN,
    FIELD_WARMEST, /* as TEMP_MAX, or the average; never the same as COLDEST */
    FIELD_COLDEST,
    FIELD_CELL_MAX_PACK,
    FIELD_CELL_MAX_INDEX,
    FIELD_CELL_MIN_PACK,
    FIELD_CELL_MIN_INDEX,
    FIELD_TEMP_MAX_PACK,
    FIELD_TEMP_MAX_INDEX,
    FIELD_TEMP_MIN_PACK,
    FIELD_TEMP_MIN_INDEX,
    FIELD_CELL_MAX_NO, /* counted through all packs, the first pack's cells first */
    FIELD_CELL_MIN_NO,
    FIELD_REMAINING,
    FIELD_FULL,
    FIELD_CYCLES,
    FIELD_N_CELLS,
    FIELD_ONLINE,
    FIELD_NO_CHARGE,
    FIELD_NO_DISCHARGE,
    FIELD_OFFLINE,
    FIELD_CHARGED,
    FIELD_DISCHARGED,
    FIELD_MAJOR,
    FIELD_MINOR,
    FIELD_HARDWARE,
    FIELD_BALANCING,
    FIELD_ASLEEP,
    /* made of others, never stored */
    FIELD_FLOW,    /* 1 stands by, 2 charges, 3 discharges */
    FIELD_TROUBLE, /* a protection or an alarm */
    FIELD_CELL_SPREAD,
    FIELD_TOTAL,    /* modules online and offline */
    FIELD_PARALLEL, /* 0 stands alone, 1 of several packs */
    /* quantities a frame holds that the report has no place for */
    FIELD_MV,
    FIELD_MA,
    FIELD_C10,
    FIELD_PERMILLE,
    FIELD_DW,  /* 0.1 W */
    FIELD_DWH, /* 0.1 Wh */
    FIELD_SECONDS,
    FIELD_NUMBER,
    FIELD_COUNT
};

enum field_store { STORE_NONE, STORE_BOOL, STORE_U8, STORE_U16, STORE_I16, STORE_I32, STORE_U32 };

struct report_field_row {
    const char *point; /* its name in decode --json and encode --set; NULL: none of its own */
    const char *unit;  /* as shown */
    int32_t per;       /* of the report's units make one shown */
    uint8_t decimals;
    bool flipped; /* the point has the other sign: battery.current_a discharges with + */
    bool guessed; /* `get` has an answer for one that was not heard */
    uint8_t store;
    uint16_t offset;
    uint32_t heard;  /* the part it belongs to; 0: always there */
    int32_t unheard; /* sent for one that was not heard, where a dialect has no sign for that */
    int32_t (*get)(const struct battery_report *);
    void (*set)(struct battery_report *, int32_t);
};

extern const struct report_field_row report_fields[FIELD_COUNT];

int32_t report_get(const struct battery_report *report, enum report_field field);
void report_set(struct battery_report *report, enum report_field field, int32_t value);

enum report_text { LABEL_NAME, LABEL_MODEL, LABEL_SERIAL, LABEL_FAMILY, LABEL_COUNT };

struct report_text_row {
    const char *point;
    uint16_t offset, size; /* size with its end */
    uint32_t heard;
};
extern const struct report_text_row report_texts[LABEL_COUNT];

static inline char *report_text(struct battery_report *report, enum report_text text)
{
    return (char *)report + report_texts[text].offset;
}
static inline const char *report_text_of(const struct battery_report *report, enum report_text text)
{
    return (const char *)report + report_texts[text].offset;
}

#endif
