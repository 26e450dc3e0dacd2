/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_BATTERY_REPORT_H
#define HEARTH_CORE_PROTO_BATTERY_REPORT_H

/*
 * What a battery tells an inverter, whatever the dialect: the struct every battery codec fills and
 * reads. Current is + when it charges, limits are magnitudes.
 */

#include <stdbool.h>
#include <stdint.h>

/* Reasons, in `protections` (stopped) and `alarms` (warned). */
enum {
    REPORT_OVER_VOLTAGE = 1 << 0,
    REPORT_UNDER_VOLTAGE = 1 << 1,
    REPORT_OVER_TEMPERATURE = 1 << 2,
    REPORT_UNDER_TEMPERATURE = 1 << 3,
    REPORT_DISCHARGE_CURRENT = 1 << 4,
    REPORT_CHARGE_CURRENT = 1 << 5,
    REPORT_SYSTEM = 1 << 6 /* a protection: system error; an alarm: internal communication */
};

/* What has been heard, in `heard`: a field never heard is absent, not zero. */
enum {
    HEARD_LIMITS = 1 << 0,
    HEARD_SOC = 1 << 1,
    HEARD_MEASURED = 1 << 2,
    HEARD_FLAGS = 1 << 3,
    HEARD_REQUEST = 1 << 4,
    HEARD_NAME = 1 << 5,
    HEARD_DISCHARGE_VOLTAGE = 1 << 6
};

struct battery_report {
    uint16_t heard;
    int32_t charge_mv;          /* CVL; never sent as 0 */
    int32_t charge_limit_ma;    /* CCL; 0 means stop */
    int32_t discharge_limit_ma; /* DCL */
    int32_t discharge_mv;
    uint8_t soc_pct, soh_pct;
    int32_t voltage_mv;
    int32_t current_ma;
    int16_t temp_c10;
    uint16_t protections, alarms;
    uint8_t packs;
    bool charge_enable, discharge_enable;
    bool force_charge, force_charge_soon, full_charge_request;
    char name[9];
};

#endif
