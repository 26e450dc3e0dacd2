/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_BATTERY_REPORT_H
#define HEARTH_CORE_PROTO_BATTERY_REPORT_H

/*
 * What a battery tells an inverter, whatever the dialect: the struct every battery codec fills and
 * reads. Current is + when it charges, limits are magnitudes.
 */

#include <stdbool.h>
#include <stdint.h>

/*
 * Reasons, in `protections` (stopped) and `alarms` (warned). The first seven do not say which part
 * it was; a dialect that tells cells from the pack, or charging from discharging, uses the finer
 * ones. A sender of a coarse dialect sends the coarse bit for any of its finer ones (REPORT_ANY_*),
 * a sender of a fine dialect that was given a coarse one sends the mildest finer one that stands
 * for it.
 */
enum {
    REPORT_OVER_VOLTAGE = 1 << 0,
    REPORT_UNDER_VOLTAGE = 1 << 1,
    REPORT_OVER_TEMPERATURE = 1 << 2,
    REPORT_UNDER_TEMPERATURE = 1 << 3,
    REPORT_DISCHARGE_CURRENT = 1 << 4,
    REPORT_CHARGE_CURRENT = 1 << 5,
    REPORT_SYSTEM = 1 << 6, /* a protection: system error; an alarm: internal communication */
    REPORT_CELL_OVER_VOLTAGE = 1 << 7,
    REPORT_CELL_UNDER_VOLTAGE = 1 << 8,
    REPORT_PACK_OVER_VOLTAGE = 1 << 9,
    REPORT_PACK_UNDER_VOLTAGE = 1 << 10,
    REPORT_CHARGE_OVER_TEMPERATURE = 1 << 11,
    REPORT_DISCHARGE_OVER_TEMPERATURE = 1 << 12,
    REPORT_CHARGE_UNDER_TEMPERATURE = 1 << 13,
    REPORT_DISCHARGE_UNDER_TEMPERATURE = 1 << 14,
    REPORT_MOS_OVER_TEMPERATURE = 1 << 15,
    REPORT_ENV_OVER_TEMPERATURE = 1 << 16,
    REPORT_ENV_UNDER_TEMPERATURE = 1 << 17,
    REPORT_SHORT_CIRCUIT = 1 << 18,
    REPORT_IMBALANCE = 1 << 19, /* cells too far apart */
    REPORT_CHARGE_MOS = 1 << 20,
    REPORT_DISCHARGE_MOS = 1 << 21,
    REPORT_TEMPERATURE_SENSOR = 1 << 22,
    REPORT_FRONT_END = 1 << 23, /* cell sampling */
    REPORT_REVERSED = 1 << 24,
    REPORT_LOW_SOC = 1 << 25,
    REPORT_CHARGER_VOLTAGE = 1 << 26,
    REPORT_COMMUNICATION = 1 << 27 /* the battery's own, between its packs */
};

#define REPORT_ANY_OVER_VOLTAGE                                                  \
    (REPORT_OVER_VOLTAGE | REPORT_CELL_OVER_VOLTAGE | REPORT_PACK_OVER_VOLTAGE | \
     REPORT_CHARGER_VOLTAGE)
#define REPORT_ANY_UNDER_VOLTAGE \
    (REPORT_UNDER_VOLTAGE | REPORT_CELL_UNDER_VOLTAGE | REPORT_PACK_UNDER_VOLTAGE)
#define REPORT_ANY_OVER_TEMPERATURE                                    \
    (REPORT_OVER_TEMPERATURE | REPORT_CHARGE_OVER_TEMPERATURE |        \
     REPORT_DISCHARGE_OVER_TEMPERATURE | REPORT_MOS_OVER_TEMPERATURE | \
     REPORT_ENV_OVER_TEMPERATURE)
#define REPORT_ANY_UNDER_TEMPERATURE                              \
    (REPORT_UNDER_TEMPERATURE | REPORT_CHARGE_UNDER_TEMPERATURE | \
     REPORT_DISCHARGE_UNDER_TEMPERATURE | REPORT_ENV_UNDER_TEMPERATURE)
#define REPORT_ANY_DISCHARGE_CURRENT (REPORT_DISCHARGE_CURRENT | REPORT_SHORT_CIRCUIT)
#define REPORT_ANY_SYSTEM                                                          \
    (REPORT_SYSTEM | REPORT_IMBALANCE | REPORT_CHARGE_MOS | REPORT_DISCHARGE_MOS | \
     REPORT_TEMPERATURE_SENSOR | REPORT_FRONT_END | REPORT_REVERSED | REPORT_COMMUNICATION)

/* Protections under which a battery that tells no enables takes, or gives, nothing. */
#define REPORT_STOPS_BOTH                                                                   \
    (REPORT_ANY_SYSTEM | REPORT_SHORT_CIRCUIT | REPORT_OVER_TEMPERATURE |                   \
     REPORT_UNDER_TEMPERATURE | REPORT_MOS_OVER_TEMPERATURE | REPORT_ENV_OVER_TEMPERATURE | \
     REPORT_ENV_UNDER_TEMPERATURE)
#define REPORT_STOPS_CHARGE                                                \
    (REPORT_STOPS_BOTH | REPORT_ANY_OVER_VOLTAGE | REPORT_CHARGE_CURRENT | \
     REPORT_CHARGE_OVER_TEMPERATURE | REPORT_CHARGE_UNDER_TEMPERATURE)
#define REPORT_STOPS_DISCHARGE                                                 \
    (REPORT_STOPS_BOTH | REPORT_ANY_UNDER_VOLTAGE | REPORT_DISCHARGE_CURRENT | \
     REPORT_DISCHARGE_OVER_TEMPERATURE | REPORT_DISCHARGE_UNDER_TEMPERATURE)

/* What has been heard, in `heard`: a field never heard is absent, not zero. */
enum {
    HEARD_LIMITS = 1 << 0,
    HEARD_SOC = 1 << 1,
    HEARD_MEASURED = 1 << 2, /* voltage and current */
    HEARD_FLAGS = 1 << 3,
    HEARD_REQUEST = 1 << 4,
    HEARD_NAME = 1 << 5,
    HEARD_DISCHARGE_VOLTAGE = 1 << 6,
    HEARD_CELLS = 1 << 7,        /* extremes of the cells' voltages */
    HEARD_TEMPERATURES = 1 << 8, /* extremes of the cells' temperatures */
    HEARD_CAPACITY = 1 << 9,     /* remaining_mah, full_mah */
    HEARD_CYCLES = 1 << 10,
    HEARD_MODULES = 1 << 11, /* the four counts of modules */
    HEARD_ENERGY = 1 << 12,
    HEARD_VERSION = 1 << 13,
    HEARD_REMAINING = 1 << 14, /* of the two of HEARD_CAPACITY this one */
    HEARD_FULL = 1 << 15,
    HEARD_PLACES = 1 << 16, /* where the extremes are */
    HEARD_STATE = 1 << 17,  /* balancing, asleep */
    HEARD_SERIAL = 1 << 18,
    HEARD_MODEL = 1 << 19,
    HEARD_FAMILY = 1 << 20,
    HEARD_FLAG_BITS = 1 << 21, /* the reasons come as bits, not as pairs */
    HEARD_SOH = 1 << 22,
    HEARD_TEMPERATURE = 1 << 23, /* the cells' average */
    HEARD_HARDWARE = 1 << 24     /* its version */
};
enum { HEARD_PARTS = 25 };

/* Where an extreme was found: pack by its address, cell or sensor from 1; 0 not told. */
struct report_place {
    uint8_t pack, index;
};

enum { REPORT_TEXTS = 9 + 17 + 17 + 9 };

struct battery_report {
    uint32_t heard;
    int32_t charge_mv;          /* CVL; never sent as 0 */
    int32_t charge_limit_ma;    /* CCL; 0 means stop */
    int32_t discharge_limit_ma; /* DCL */
    int32_t discharge_mv;
    uint8_t soc_pct, soh_pct;
    int32_t voltage_mv;
    int32_t current_ma;
    int16_t temp_c10;
    uint32_t protections, alarms;
    uint8_t packs;
    bool charge_enable, discharge_enable;
    bool force_charge, force_charge_soon, full_charge_request;

    /* what the richer dialects add */
    uint16_t soc_pct100; /* 0.01 %; 0 with HEARD_SOC: the whole percent is all there is */
    uint16_t cell_max_mv, cell_min_mv;
    int16_t temp_max_c10, temp_min_c10;
    struct report_place cell_max_at, cell_min_at, temp_max_at, temp_min_at;
    uint32_t remaining_mah, full_mah;
    uint16_t cycles;
    uint8_t n_cells; /* in series */
    uint8_t modules_online, modules_no_charge, modules_no_discharge, modules_offline;
    uint32_t charged_wh, discharged_wh;
    uint8_t version_major, version_minor;
    uint16_t hardware; /* its version */
    bool balancing, asleep;

    union { /* each with its end; together, for who asks whether any of them changed */
        struct {
            char name[9], model[17], serial[17], family[9];
        };
        char texts[REPORT_TEXTS];
    };
};

#endif
