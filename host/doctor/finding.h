/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_FINDING_H
#define HEARTH_HOST_DOCTOR_FINDING_H

/* What may be the matter on a battery bus: one row each, in the order of certainty. */

#include <stdbool.h>
#include <stdio.h>

/* clang-format off */
#define DOCTOR_FINDINGS(X) \
    X(PORT_CLOSED) X(NOBODY_CONNECTED) X(CAN_BUS_OFF) X(CAN_OTHER_RATE) X(SERIAL_SWAPPED) \
    X(SERIAL_OTHER_BAUD) X(SERIAL_OTHER_PROTOCOL) X(SERIAL_OTHER_ADDRESS) \
    X(CAN_OTHER_PROTOCOL) X(CAN_MISMATCH) X(CAN_TWO_BATTERIES) X(SERIAL_TWO_MASTERS) \
    X(SERIAL_BROKEN) X(CAN_BROKEN) X(CAN_INVERTER_ONLY) X(CAN_BATTERY_ONLY) \
    X(SERIAL_MASTER_UNANSWERED) X(CAN_VOLTAGE_SCALE) X(CAN_CHARGE_VOLTAGE) X(CAN_LIMITS_ZERO) \
    X(CAN_PROTECTION) X(CAN_EXTENDED) X(CAN_UNKNOWN) X(CAN_MISSING) X(CAN_SLOW) X(CAN_PASSIVE) \
    X(BUS_GARBAGE) X(SERIAL_ECHO_ONLY) X(SERIAL_SILENT) X(CAN_NOTHING) X(SERIAL_MASTER) \
    X(SERIAL_WELL) X(CAN_WELL)
/* clang-format on */

enum finding_id {
#define X(id) FINDING_##id,
    DOCTOR_FINDINGS(X)
#undef X
        FINDING_COUNT
};

enum finding_level {
    LEVEL_PROBLEM, /* it will not work like this */
    LEVEL_HINT,    /* worth a look */
    LEVEL_WELL
};

struct finding_row {
    const char *id;
    enum finding_level level;
    const char *sentence, *advice;
};
extern const struct finding_row finding_rows[FINDING_COUNT];

enum { FINDING_DETAIL = 300, FINDINGS_MAX = 24 };

struct diagnosis {
    int n;
    struct finding {
        enum finding_id id;
        char detail[FINDING_DETAIL];
    } of[FINDINGS_MAX];
};

/* Adds one; the same is not said twice. */
void diagnose(struct diagnosis *diagnosis, enum finding_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool diagnosis_has(const struct diagnosis *diagnosis, enum finding_id id);

/* True when something is well and nothing is a problem. */
bool diagnosis_is_good(const struct diagnosis *diagnosis);

/* The most certain first. */
void diagnosis_sort(struct diagnosis *diagnosis);
void diagnosis_print(const struct diagnosis *diagnosis, FILE *out);

#endif
