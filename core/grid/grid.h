/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_GRID_GRID_H
#define HEARTH_CORE_GRID_GRID_H

/*
 * What a grid code asks of an inverter: when it leaves the grid, when and how it may come back, and
 * what voltage and frequency do to its power meanwhile. Codes are data
 * (core/product/hybrid/codes.c); figures of AS/NZS 4777.2 and the manuals' defaults: docs/grid.md.
 *
 * Pure: the caller owns the state and gives the time. Powers are permille of the rating.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/units.h"

enum { GRID_TRIPS = 10, GRID_POINTS = 4, GRID_PHASES = 3, GRID_MEAN_SLOTS = 60 };

enum trip_kind { TRIP_OVER_V, TRIP_UNDER_V, TRIP_OVER_HZ, TRIP_UNDER_HZ, TRIP_MEAN_V };

/* Beyond `limit` (mV, or hundredths of Hz) on any phase for `after_ms`: leave the grid. */
struct grid_trip {
    enum trip_kind kind;
    int32_t limit;
    uint32_t after_ms;
};

/* A line through up to four points, level beyond its ends; `n` 0: none. */
struct grid_curve {
    uint8_t n;
    int32_t x[GRID_POINTS], y[GRID_POINTS];
};

struct grid_code {
    const char *id;
    struct grid_trip trip[GRID_TRIPS];
    uint8_t n_trips;
    /* to come back: inside these for `back_ms`, then power rises by `ramp_permille_min` a minute */
    int32_t back_min_mv, back_max_mv, back_min_hz100, back_max_hz100;
    uint32_t back_ms;
    int32_t ramp_permille_min;          /* 0: at once */
    struct grid_curve volt_watt;        /* mV to the most that is given */
    struct grid_curve volt_watt_charge; /* mV to the most that is taken */
    struct grid_curve volt_var;         /* mV to reactive power, + supplied */
    struct grid_curve cosphi_p;         /* power to power factor, permille, - absorbs */
};

/* One that has not been on the grid yet comes on as after a trip. */
struct grid_watch {
    const struct grid_code *code;
    bool ok;                /* it may be on the grid */
    uint8_t trips;          /* bit per enum trip_kind: what keeps it off, or took it off last */
    int32_t allowed;        /* permille: rises after coming back */
    uint32_t back_after_ms; /* in place of the code's, 0: the code's */
    /* private */
    uint32_t since_ms[GRID_TRIPS]; /* beyond its limit */
    uint16_t beyond;               /* bit per trip */
    bool inside;
    uint32_t inside_ms, looked_ms;
    bool begun;
    int64_t risen;    /* since it came back, permille x ms / min */
    int64_t mean_sum; /* of the running slot, mV ms */
    uint32_t mean_ms;
    int32_t mean_mv[GRID_MEAN_SLOTS]; /* means of 10 s each */
    uint8_t mean_at, mean_n;
};

/* What is measured at the grid port; phases that are not there are left out. */
struct grid_sample {
    int32_t mv[GRID_PHASES];
    uint8_t phases;
    int32_t hz100; /* 0: no voltage to count */
};

void grid_watch_init(struct grid_watch *watch, const struct grid_code *code, uint32_t now_ms);

/* Looks at a sample: `watch->ok`, `trips` and `allowed` say what follows. Call at least every
   20 ms where trips of 100 ms count. */
void grid_watch_step(struct grid_watch *watch, const struct grid_sample *sample, uint32_t now_ms);

/* Mean of the last ten minutes, mV; of less while it is younger. */
int32_t grid_mean_mv(const struct grid_watch *watch);

/* Value of a curve; `otherwise` where it has none. */
int32_t grid_curve_at(const struct grid_curve *curve, int32_t x, int32_t otherwise);

/* --- reactive power and the circle of apparent power --- */

enum reactive_mode { REACTIVE_NONE, REACTIVE_FIXED_PF, REACTIVE_COSPHI_P, REACTIVE_VOLT_VAR };

struct grid_order {
    enum reactive_mode mode;
    int32_t pf_permille; /* of REACTIVE_FIXED_PF: + supplies, - absorbs; 1000 is none */
    int32_t mv;          /* the mean of the phases */
    int32_t rated_va;
};

/* What an inverter that wants `watt` gives in the end: reactive power by its mode, active power
   what the circle leaves (reactive power goes first). */
struct grid_power {
    int32_t watt, var; /* + given, + supplied */
};
struct grid_power grid_within(const struct grid_code *code, const struct grid_order *order,
                              int32_t watt);

/* Whole root. */
uint32_t root_u64(uint64_t value);

/* --- demand response (AS/NZS 4777, manual 001 section 4.6) --- */

/* Pin pairs of the port, bits of `pins`. */
enum drm_pin {
    DRM_1_6 = 1,
    DRM_2_6 = 2,
    DRM_3_6 = 4,
    DRM_4_6 = 8,
    DRM_1_5 = 16,
    DRM_2_5 = 32,
    DRM_3_5 = 64,
    DRM_4_5 = 128,
    DRM_5_6 = 256
};

/* The tightest of all that are asked. */
struct drm_limits {
    bool standby;                /* DRM0 */
    int32_t consume, generate;   /* permille of the rating */
    bool supply_var, absorb_var; /* asked along with 75 % */
    uint16_t active;             /* bit per DRM0 .. DRM8 */
};
struct drm_limits drm_of(uint16_t pins);

/* "1-6" to its bit; 0: no such pair. */
uint16_t drm_pin_named(const char *text);

#endif
