/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sound set of grid limits per product; whole sets of codes come with their own choice. AS1:
 * AS/NZS 4777.2:2020, Australia A, within the product's own 180-280 V and +-5 Hz; curves of manual
 * 001 appendix II as inferred there. JSO: general_standard, the figures of its own settings
 * 5.8.4 to 5.8.9.
 */
#include "core/product/hybrid.h"

const struct grid_code grid_as4777_a = {
    .id = "as_nzs_4777_2",
    .trip = {{TRIP_UNDER_V, 70000, 1000},
             {TRIP_UNDER_V, 180000, 10000},
             {TRIP_OVER_V, 265000, 1000},
             {TRIP_OVER_V, 275000, 100},
             {TRIP_UNDER_HZ, 4700, 1000},
             {TRIP_OVER_HZ, 5200, 100},
             {TRIP_MEAN_V, 258000, 1000}},
    .n_trips = 7,
    .back_min_mv = 205000,
    .back_max_mv = 253000,
    .back_min_hz100 = 4750,
    .back_max_hz100 = 5015,
    .back_ms = 60000,
    .ramp_permille_min = 167,
    .volt_watt = {2, {253000, 260000}, {1000, 200}},
    .volt_watt_charge = {2, {207000, 215000}, {200, 1000}},
    .volt_var = {4, {207000, 220000, 240000, 258000}, {440, 0, 0, -600}},
    .cosphi_p = {2, {500, 1000}, {-1000, -900}},
};

/* Limits in use are those of the settings; these are their defaults. */
const struct grid_code grid_general = {
    .id = "general_standard",
    .trip = {{TRIP_UNDER_V, 185000, 200},
             {TRIP_OVER_V, 265000, 200},
             {TRIP_UNDER_HZ, 4800, 200},
             {TRIP_OVER_HZ, 5300, 200}},
    .n_trips = 4,
    .back_min_mv = 187000,
    .back_max_mv = 263000,
    .back_min_hz100 = 4810,
    .back_max_hz100 = 5290,
    .back_ms = 60000,
    .ramp_permille_min = 0,
};
