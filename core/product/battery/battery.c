/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the VT-12040 and ES packs: parameters and protections. */
#include "core/product/pack.h"

#include "core/product/setting.h"
#include "core/product/text.h"

const struct parameter parameters[PARAM_COUNT] = {
#define PARAM(id, ...) [PARAM_##id] = {__VA_ARGS__},
#include "core/product/battery/parameters.def"
#undef PARAM
};

#define PROTECTION(id, ...) [ROW_##id] = {__VA_ARGS__},
const struct protection wall_protections[ROW_COUNT] = {
#include "core/product/battery/protections.def"
};
const struct protection b1_protections[ROW_COUNT] = {
#include "core/product/battery/b1.def"
};
#undef PROTECTION

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

int32_t parameter_scale(const struct parameter *parameter)
{
    switch (parameter->unit) {
    case UNIT_MV:
    case UNIT_MA: return parameter->shown[0] == 'm' ? 1 : 1000;
    case UNIT_C10: return 10;
    case UNIT_PCT100: return 100;
    case UNIT_MS:
    case UNIT_US:
    case UNIT_S:
    case UNIT_MIN:
    case UNIT_H:
    case UNIT_TIMES:
    case UNIT_MAH:
    case UNIT_ONOFF:
    case UNIT_CODE: break;
    }
    return 1;
}

bool parameter_parse(const struct parameter *parameter, const char *text, int32_t *value)
{
    if (parameter->unit == UNIT_ONOFF) {
        *value = same_text(text, "on") ? 1 : 0;
        return *value == 1 || same_text(text, "off");
    }
    return decimal_parse(text, parameter_scale(parameter), value);
}

void parameter_format(const struct parameter *parameter, int32_t value, char *text, size_t room)
{
    if (parameter->unit == UNIT_ONOFF) {
        const char *word = value != 0 ? "on" : "off";
        size_t i = 0;
        for (; word[i] != '\0' && i + 1 < room; i++) {
            text[i] = word[i];
        }
        text[i] = '\0';
        return;
    }
    decimal_format(value, parameter_scale(parameter), parameter->decimals, text, room);
}

enum parameter_id parameter_find(const char *name)
{
    int i = 0;
    while (i < PARAM_COUNT && !same_text(parameters[i].name, name)) {
        i++;
    }
    return (enum parameter_id)i;
}

bool protection_present(const struct pack_profile *profile, enum protection_id row)
{
    const struct protection *p = &profile->rows[row];
    return p->code != NULL && (profile->senses_reverse || !p->reverse_only);
}
