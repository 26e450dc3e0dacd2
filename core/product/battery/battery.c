/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the VT-12040 and ES packs: parameters and protections. */
#include "core/product/pack.h"

const struct parameter parameters[PARAM_COUNT] = {
#define PARAM(id, ...) [PARAM_##id] = {__VA_ARGS__},
#include "core/product/battery/parameters.def"
#undef PARAM
};

const struct protection protections[ROW_COUNT] = {
#define PROTECTION(id, ...) [ROW_##id] = {__VA_ARGS__},
#include "core/product/battery/protections.def"
#undef PROTECTION
};

_Static_assert(ROW_COUNT <= 64, "active rows are kept in one 64-bit mask");

void parameter_range(const struct pack_profile *profile, enum parameter_id id, int32_t *min,
                     int32_t *max)
{
    const struct parameter *parameter = &parameters[id];
    bool small = profile->n_cells == 8 && parameter->max_8s != 0;
    *min = small ? parameter->min_8s : parameter->min;
    *max = small ? parameter->max_8s : parameter->max;
    if (parameter->max_200a != 0 && profile->rated_ma >= 200000) {
        *max = parameter->max_200a;
    }
}

bool protection_present(const struct pack_profile *profile, enum protection_id row)
{
    return profile->senses_reverse || !protections[row].reverse_only;
}
