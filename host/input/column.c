/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/column.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// clang-format off
const struct quantity_row quantities[Q_COUNT] = {
    [Q_GHI]         = {"ghi",         "W/m2",    "W/m2, kW/m2",        DIM_IRRADIANCE,  -30,  1800},
    [Q_DNI]         = {"dni",         "W/m2",    "W/m2, kW/m2",        DIM_IRRADIANCE,  -30,  1400},
    [Q_DHI]         = {"dhi",         "W/m2",    "W/m2, kW/m2",        DIM_IRRADIANCE,  -30,  1000},
    [Q_TEMPERATURE] = {"temperature", "degC",    "degC, K, degF",      DIM_TEMPERATURE, -90,    65},
    [Q_WIND]        = {"wind",        "m/s",     "m/s, km/h, kn, mph", DIM_SPEED,         0,   115},
    [Q_LOAD]        = {"load",        "W",       "W, kW, Wh, kWh",     DIM_POWER,         0,   1e6F},
    [Q_PRICE]       = {"price",       "per kWh", "EUR/kWh, ct/kWh, EUR/MWh", DIM_PRICE, -20,    20},
    [Q_PV]          = {"pv",          "W",       "W, kW, Wh, kWh",     DIM_POWER,      -500,   1e6F},
};

/* How providers call them; lower case, without unit. */
static const struct alias {
    const char *name;
    enum quantity quantity;
} aliases[] = {
    {"ghi", Q_GHI}, {"g(h)", Q_GHI}, {"global", Q_GHI}, {"global psp", Q_GHI},
    {"global_irradiance", Q_GHI}, {"global horizontal", Q_GHI}, {"global horizontal radiation", Q_GHI},
    {"dni", Q_DNI}, {"gb(n)", Q_DNI}, {"direct normal", Q_DNI}, {"beam", Q_DNI},
    {"dhi", Q_DHI}, {"gd(h)", Q_DHI}, {"diffuse_irradiance", Q_DHI}, {"diffuse", Q_DHI},
    {"diffuse horizontal", Q_DHI},
    {"temperature", Q_TEMPERATURE}, {"t2m", Q_TEMPERATURE}, {"tdry", Q_TEMPERATURE},
    {"temp", Q_TEMPERATURE}, {"temp_air", Q_TEMPERATURE}, {"air_temperature", Q_TEMPERATURE},
    {"temperature @ 2m", Q_TEMPERATURE}, {"dry bulb", Q_TEMPERATURE},
    {"wind", Q_WIND}, {"wind speed", Q_WIND}, {"wind_speed", Q_WIND}, {"wspd", Q_WIND},
    {"ws10m", Q_WIND},
    {"load", Q_LOAD}, {"aggregate", Q_LOAD}, {"consumption", Q_LOAD}, {"demand", Q_LOAD},
    {"house", Q_LOAD}, {"home", Q_LOAD},
    {"price", Q_PRICE}, {"spot", Q_PRICE}, {"load_cost", Q_PRICE}, {"prod_price", Q_PRICE},
    {"pv", Q_PV}, {"solar", Q_PV}, {"pv_power", Q_PV}, {"production", Q_PV},
};

static const struct unit {
    const char *name;
    double factor, offset;
    enum dimension dimension;
    bool per_step;
} units[] = {
    {"w/m2", 1, 0, DIM_IRRADIANCE, false},    {"w/m^2", 1, 0, DIM_IRRADIANCE, false},
    {"w/m\xC2\xB2", 1, 0, DIM_IRRADIANCE, false}, {"w_m2", 1, 0, DIM_IRRADIANCE, false},
    {"kw/m2", 1000, 0, DIM_IRRADIANCE, false}, {"kw_m2", 1000, 0, DIM_IRRADIANCE, false},
    {"c", 1, 0, DIM_TEMPERATURE, false},      {"degc", 1, 0, DIM_TEMPERATURE, false},
    {"deg c", 1, 0, DIM_TEMPERATURE, false},  {"\xC2\xB0""c", 1, 0, DIM_TEMPERATURE, false},
    {"celsius", 1, 0, DIM_TEMPERATURE, false}, {"k", 1, -273.15, DIM_TEMPERATURE, false},
    {"f", 1 / 1.8, -32 / 1.8, DIM_TEMPERATURE, false},
    {"degf", 1 / 1.8, -32 / 1.8, DIM_TEMPERATURE, false},
    {"m/s", 1, 0, DIM_SPEED, false},          {"m_s", 1, 0, DIM_SPEED, false},
    {"km/h", 1 / 3.6, 0, DIM_SPEED, false},   {"km_h", 1 / 3.6, 0, DIM_SPEED, false},
    {"kn", 0.514444, 0, DIM_SPEED, false},    {"mph", 0.44704, 0, DIM_SPEED, false},
    {"w", 1, 0, DIM_POWER, false},            {"kw", 1000, 0, DIM_POWER, false},
    {"wh", 1, 0, DIM_POWER, true},            {"kwh", 1000, 0, DIM_POWER, true},
    {"eur/kwh", 1, 0, DIM_PRICE, false},      {"eur_kwh", 1, 0, DIM_PRICE, false},
    {"\xE2\x82\xAC/kwh", 1, 0, DIM_PRICE, false}, {"ct/kwh", 0.01, 0, DIM_PRICE, false},
    {"ct_kwh", 0.01, 0, DIM_PRICE, false},    {"eur/mwh", 0.001, 0, DIM_PRICE, false},
    {"eur_mwh", 0.001, 0, DIM_PRICE, false},  {"usd/kwh", 1, 0, DIM_PRICE, false},
    {"usd_kwh", 1, 0, DIM_PRICE, false},      {"gbp_kwh", 1, 0, DIM_PRICE, false},
    {"gbp/kwh", 1, 0, DIM_PRICE, false},      {"p/kwh", 0.01, 0, DIM_PRICE, false},
};
// clang-format on

enum { N_ALIASES = sizeof aliases / sizeof aliases[0], N_UNITS = sizeof units / sizeof units[0] };

static const struct alias *alias_of(struct span name)
{
    for (int i = 0; i < N_ALIASES; i++) {
        if (span_is(name, aliases[i].name)) {
            return &aliases[i];
        }
    }
    return NULL;
}

static const struct unit *unit_of(struct span name)
{
    for (int i = 0; i < N_UNITS; i++) {
        if (span_is(name, units[i].name)) {
            return &units[i];
        }
    }
    return NULL;
}

/* "name [unit]" or "name (unit)" */
static bool split_bracket(struct span header, struct span *name, struct span *unit)
{
    if (header.length < 4) {
        return false;
    }
    char close = header.at[header.length - 1];
    char open = close == ']' ? '[' : close == ')' ? '(' : '\0';
    for (int i = header.length - 2; open != '\0' && i > 0; i--) {
        if (header.at[i] == open) {
            *name = span_trim((struct span){header.at, i});
            *unit = span_trim((struct span){header.at + i + 1, header.length - i - 2});
            return true;
        }
    }
    return false;
}

/* "name_unit": the longest known unit after an underscore whose rest is a known name */
static bool split_suffix(struct span header, struct span *name, struct span *unit)
{
    for (int i = 1; i + 1 < header.length; i++) {
        struct span n = {header.at, i}, u = {header.at + i + 1, header.length - i - 1};
        if (header.at[i] == '_' && unit_of(u) != NULL) {
            *name = n;
            *unit = u;
            return true;
        }
    }
    return false;
}

static enum column_result use(struct span header, const struct alias *alias, struct span unit_name,
                              struct reporter *r, int line, struct column *out)
{
    char shown[48], unit_shown[32];
    span_copy(header, shown, sizeof shown);
    span_copy(unit_name, unit_shown, sizeof unit_shown);
    const struct quantity_row *q = &quantities[alias->quantity];
    const struct unit *unit = unit_of(unit_name);
    if (unit == NULL || unit->dimension != q->dimension) {
        say(r, INPUT_ERROR, line, "column '%s': unit '%s' does not measure %s (allowed: %s)", shown,
            unit_shown, q->name, q->allowed_units);
        return COLUMN_REFUSED;
    }
    *out = (struct column){.field = -1,
                           .flag_field = -1,
                           .quantity = alias->quantity,
                           .factor = unit->factor,
                           .offset = unit->offset,
                           .per_step = unit->per_step};
    return COLUMN_USED;
}

static struct span span_of(const char *text) { return (struct span){text, (int)strlen(text)}; }

enum column_result column_of_header(struct span header, const struct input_options *options,
                                    struct reporter *r, int line, struct column *out)
{
    struct span name, unit;
    const struct alias *alias = alias_of(header);
    if (alias == NULL &&
        (split_bracket(header, &name, &unit) || split_suffix(header, &name, &unit))) {
        alias = alias_of(name);
        return alias != NULL ? use(header, alias, unit, r, line, out) : COLUMN_IGNORED;
    }
    if (alias == NULL) {
        return COLUMN_IGNORED;
    }
    const struct quantity_row *q = &quantities[alias->quantity];
    if (q->dimension != DIM_POWER && q->dimension != DIM_PRICE) {
        return use(header, alias, span_of(q->unit), r, line, out);
    }
    if (options->unit != NULL) {
        return use(header, alias, span_of(options->unit), r, line, out);
    }
    say(r, INPUT_ERROR, line, "column '%s' does not tell its unit: give one of %s", q->name,
        q->allowed_units);
    return COLUMN_REFUSED;
}

bool column_of_kind(const struct input_options *options, struct reporter *r, struct column *out)
{
    struct alias alias = {"value", Q_LOAD};
    switch (options->kind) {
    case INPUT_KIND_AUTO:
        say(r, INPUT_ERROR, 1, "no line with names: say what the column is (load, price or pv)");
        return false;
    case INPUT_KIND_LOAD: break;
    case INPUT_KIND_PRICE: alias.quantity = Q_PRICE; break;
    case INPUT_KIND_PV: alias.quantity = Q_PV; break;
    }
    if (options->unit == NULL) {
        say(r, INPUT_ERROR, 1, "no line with names: give the unit, one of %s",
            quantities[alias.quantity].allowed_units);
        return false;
    }
    return use(span_of("value"), &alias, span_of(options->unit), r, 1, out) == COLUMN_USED;
}
