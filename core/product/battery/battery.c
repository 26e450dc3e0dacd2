/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the VT-12040 and ES packs: parameters and protections. */
#include "core/product/pack.h"

#include "core/product/panel.h"
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

enum {
    VT = 1 << BATTERY_VT12040,
    ES_8S = 1 << BATTERY_ES25_100 | 1 << BATTERY_ES25_230,
    ES_16S = 1 << BATTERY_ES51_100 | 1 << BATTERY_ES51_230,
    ALL_ES = ES_8S | ES_16S,
    ALL_WALL = VT | ALL_ES,
    BOARD_200A = 1 << BATTERY_ES51_230,
    ES_100A = ALL_ES & ~BOARD_200A,
    BOARD_100A = ALL_WALL & ~BOARD_200A
};

static const struct source {
    uint8_t row;
    uint8_t models;
    const char *text;
} sources[] = {
#define SOURCE(row, models, text) {ROW_##row, models, text},
#include "core/product/battery/sources.def"
#undef SOURCE
};

const char *protection_source(const struct pack_profile *profile, enum protection_id row)
{
    const struct protection *p = &profile->rows[row];
    for (size_t i = 0; p->src == NULL && i < sizeof sources / sizeof sources[0]; i++) {
        if (sources[i].row == row && (sources[i].models >> profile->model & 1) != 0) {
            return sources[i].text;
        }
    }
    return p->src != NULL ? p->src : "";
}

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

static enum protocol_bus bus_of(const struct parameter *parameter)
{
    return parameter == &parameters[PARAM_RS485_PROTOCOL] ? PROTOCOL_RS485 : PROTOCOL_CAN;
}

static void copy_text(const char *from, char *text, size_t room)
{
    size_t i = 0;
    for (; from[i] != '\0' && i + 1 < room; i++) {
        text[i] = from[i];
    }
    text[i] = '\0';
}

/* A protocol by its name or by the code the PC tool shows: "VICTRON", "3", "0x03". */
static bool parse_code(enum protocol_bus bus, const char *text, int32_t *value)
{
    const struct protocol *protocol = protocol_of_name(bus, text);
    if (protocol != NULL) {
        *value = protocol->code;
        return true;
    }
    if (text[0] == '0' && text[1] == 'x' && text[2] != '\0') {
        int32_t code = 0;
        for (const char *p = text + 2; *p != '\0' && p < text + 5; p++) {
            int digit = *p >= '0' && *p <= '9'   ? *p - '0'
                        : *p >= 'A' && *p <= 'F' ? *p - 'A' + 10
                        : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
                                                 : 256;
            code = code * 16 + digit;
        }
        *value = code;
    } else if (!decimal_parse(text, 1, value)) {
        return false;
    }
    return protocol_of_code(bus, *value) != NULL;
}

bool parameter_parse(const struct parameter *parameter, const char *text, int32_t *value)
{
    if (parameter->unit == UNIT_ONOFF) {
        *value = same_text(text, "on") ? 1 : 0;
        return *value == 1 || same_text(text, "off");
    }
    if (parameter->unit == UNIT_CODE) {
        return parse_code(bus_of(parameter), text, value);
    }
    enum setting_verdict verdict = decimal_read(text, parameter_scale(parameter), value);
    return verdict == VERDICT_OK || verdict == VERDICT_OUT_OF_RANGE;
}

void parameter_format(const struct parameter *parameter, int32_t value, char *text, size_t room)
{
    const struct protocol *protocol =
        parameter->unit == UNIT_CODE ? protocol_of_code(bus_of(parameter), value) : NULL;
    if (protocol != NULL) {
        copy_text(protocol->name, text, room);
    } else if (parameter->unit == UNIT_ONOFF) {
        copy_text(value != 0 ? "on" : "off", text, room);
    } else {
        decimal_format(value, parameter_scale(parameter), parameter->decimals, text, room);
    }
}

void parameter_bounds(const struct pack_profile *profile, enum parameter_id id,
                      struct parameter_bounds *bounds)
{
    const struct parameter *row = &parameters[id];
    parameter_range(profile, id, &bounds->min, &bounds->max);
    parameter_format(row, bounds->min, bounds->low, sizeof bounds->low);
    parameter_format(row, bounds->max, bounds->high, sizeof bounds->high);
    decimal_format(row->step, parameter_scale(row), row->decimals, bounds->step,
                   sizeof bounds->step);
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
