/* SPDX-License-Identifier: Apache-2.0 */
/* Demand response by joined pins. */
#include "core/grid/grid.h"

#include <stddef.h>

enum { PERMILLE = 1000, PAIRS = 9 };

static const struct drm_row {
    const char *name;
    uint8_t drm;
    int16_t consume, generate; /* permille; -1: says nothing of it */
    bool supply_var, absorb_var;
} rows[PAIRS] = {
    {"1-6", 1, 0, -1, false, false},  {"2-6", 2, 500, -1, false, false},
    {"3-6", 3, 750, -1, true, false}, {"4-6", 4, PERMILLE, -1, false, false},
    {"1-5", 5, -1, 0, false, false},  {"2-5", 6, -1, 500, false, false},
    {"3-5", 7, -1, 750, false, true}, {"4-5", 8, -1, PERMILLE, false, false},
    {"5-6", 0, 0, 0, false, false},
};

static bool same_pair(const char *text, const char *name)
{
    size_t i = 0;
    while (text[i] != '\0' && text[i] == name[i]) {
        i++;
    }
    return text[i] == name[i];
}

uint16_t drm_pin_named(const char *text)
{
    for (int i = 0; i < PAIRS; i++) {
        if (same_pair(text, rows[i].name)) {
            return (uint16_t)(1U << i);
        }
    }
    return 0;
}

struct drm_limits drm_of(uint16_t pins)
{
    struct drm_limits out = {.consume = PERMILLE, .generate = PERMILLE};
    for (int i = 0; i < PAIRS; i++) {
        const struct drm_row *row = &rows[i];
        if ((pins >> i & 1) == 0) {
            continue;
        }
        out.active = (uint16_t)(out.active | 1U << row->drm);
        out.standby = out.standby || row->drm == 0;
        out.consume = row->consume >= 0 ? min_i32(out.consume, row->consume) : out.consume;
        out.generate = row->generate >= 0 ? min_i32(out.generate, row->generate) : out.generate;
        out.supply_var = out.supply_var || row->supply_var;
        out.absorb_var = out.absorb_var || row->absorb_var;
    }
    return out;
}
