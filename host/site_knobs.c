/* SPDX-License-Identifier: Apache-2.0 */
/* Knobs of a simulated site: time, weather, load, grid, wires and sensors. One table; the rows of
   packs are made for each pack there is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_knobs.h"

static const struct knob_row rows[] = {
    {KNOB_SPEED, "speed", "Speed of time", "number", "", "x", 0, 3600, 1, false, 0},
    {KNOB_PAUSED, "paused", "Time stands still", "flag", "", "", 0, 1, 1, false, 0},
    {KNOB_SKIP, "skip", "Skip ahead", "choice", "none|1h|6h|1d|7d", "", 0, 0, 0, false, 0},
    {KNOB_CLOUD, "cloud", "Cloud cover", "number", "", "", 0, 1, 0.05, false, 0},
    {KNOB_SHADE, "shade", "Shade on the roof", "number", "", "", 0, 1, 0.05, false, 0},
    {KNOB_LOAD, "load_w", "Load of the home", "number", "", "W", 0, 12000, 50, false, 0},
    {KNOB_GRID, "grid", "Grid", "choice", "auto|on|off", "", 0, 0, 0, false, 0},
    {KNOB_CAN, "wire.can0", "CAN wire, battery to inverter", "choice", "whole|cut", "", 0, 0, 0,
     false, 0},
    {KNOB_MONITOR, "wire.monitor", "RS485 wire, packs to gateway", "choice", "whole|cut", "", 0, 0,
     0, false, 0},
    {KNOB_PACK_LINK, "wire.pack%d", "Link of pack %d to the first pack", "choice", "whole|cut", "",
     0, 0, 0, true, 1},
    {KNOB_PACK_AFE, "wire.pack%d.afe", "Front-end of pack %d", "choice", "whole|cut", "", 0, 0, 0,
     true, 0},
    {KNOB_PACK_TEMPERATURE, "sensor.pack%d.temperature_1_c", "First cell sensor of pack %d",
     "number", "", "°C", -60, 130, 1, true, 0},
    {KNOB_PACK_SWITCH, "pack%d.switch", "BMS switch of pack %d", "choice", "on|off", "", 0, 0, 0,
     true, 0},
    {KNOB_PACK_RST, "pack%d.rst", "Hold RST of pack %d", "choice", "none|4s|7s", "", 0, 0, 0, true,
     0},
    {KNOB_PACK_DIP, "pack%d.dip", "Address switches of pack %d", "choice",
     "0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15", "", 0, 0, 0, true, 0},
    {KNOB_PACK_SOC, "pack%d.soc", "Charge of pack %d", "number", "", "%", 0, 100, 1, true, 0},
    {KNOB_PACK_WEAK, "pack%d.weak_cell", "Weak cell in pack %d", "choice", NULL, "", 0, 0, 0, true,
     0},
    {KNOB_PACK_LOOSE, "pack%d.loose_cell", "Loose connection in pack %d", "choice", NULL, "", 0, 0,
     0, true, 0},
    {KNOB_PACK_LEAK, "pack%d.leaking_cell", "Leaking cell in pack %d", "choice", NULL, "", 0, 0, 0,
     true, 0},
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

static const char *options_of(const struct site *site, const struct knob_row *row)
{
    if (row->options != NULL) {
        return row->options;
    }
    return site->house.spec.pack->pack->n_cells == 8
               ? "none|1|2|3|4|5|6|7|8"
               : "none|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16";
}

/* Row and pack of the index-th knob. */
static const struct knob_row *knob_at(const struct site *site, int index, int *pack)
{
    int packs = site->house.spec.battery == HOUSE_PACKS ? site->house.spec.packs : 0;
    for (int i = 0; i < N_ROWS && site->real == NULL; i++) {
        int n = rows[i].per_pack ? packs - rows[i].first : 1;
        if (index < n) {
            *pack = index + rows[i].first;
            return &rows[i];
        }
        index -= n > 0 ? n : 0;
    }
    return NULL;
}

static void name_of(const struct knob_row *row, const char *format, int pack, char *out,
                    size_t room)
{
    const char *mark = strstr(format, "%d");
    if (!row->per_pack || mark == NULL) {
        snprintf(out, room, "%s", format);
        return;
    }
    snprintf(out, room, "%.*s%d%s", (int)(mark - format), format, pack + 1, mark + 2);
}

static void number_or_auto(char *out, size_t room, bool on, double value)
{
    if (on) {
        snprintf(out, room, "%g", value);
    } else {
        snprintf(out, room, "auto");
    }
}

static const char *whole_or_cut(bool cut) { return cut ? "cut" : "whole"; }

static float cloud_of(const struct site *site)
{
    const struct weather_source *weather = &site->config->env->weather;
    return weather->kind == WEATHER_FILE ? weather->from.file.cloud : weather->from.generated.cloud;
}

static void value_of(const struct site *site, const struct knob_row *row, int pack, char *out,
                     size_t room)
{
    const struct force *force = &site->house.force;
    switch ((int)row->kind) {
    case KNOB_SPEED: snprintf(out, room, "%g", site->speed); return;
    case KNOB_PAUSED: snprintf(out, room, "%s", site->paused ? "on" : "off"); return;
    case KNOB_SKIP: snprintf(out, room, "none"); return;
    case KNOB_CLOUD:
        number_or_auto(out, room, cloud_of(site) >= 0.0F, (double)cloud_of(site));
        return;
    case KNOB_SHADE: {
        double shade = 1.0 - (double)site->config->env->shading;
        number_or_auto(out, room, shade > 0.001, shade);
        return;
    }
    case KNOB_LOAD: number_or_auto(out, room, force->load_w.on, force->load_w.value); return;
    case KNOB_GRID:
        snprintf(out, room, "%s",
                 !force->grid_present.on           ? "auto"
                 : force->grid_present.value > 0.5 ? "on"
                                                   : "off");
        return;
    case KNOB_CAN: snprintf(out, room, "%s", whole_or_cut(site->house.can0.cut)); return;
    case KNOB_MONITOR: snprintf(out, room, "%s", whole_or_cut(site->port.wire.cut)); return;
    default: pack_knob_value(site, row->kind, pack, out, room); return;
    }
}

void site_name_knobs(struct site *site)
{
    const struct knob_row *row;
    int pack = 0;
    for (int i = 0; i < SITE_KNOBS && (row = knob_at(site, i, &pack)) != NULL; i++) {
        struct knob_texts *text = &site->knobs[i];
        name_of(row, row->name, pack, text->name, sizeof text->name);
        name_of(row, row->title, pack, text->title, sizeof text->title);
    }
}

bool site_knob(const struct site *site, int index, struct knob_view *out)
{
    int pack = 0;
    const struct knob_row *row =
        index >= 0 && index < SITE_KNOBS ? knob_at(site, index, &pack) : NULL;
    if (row == NULL) {
        return false;
    }
    const struct knob_texts *text = &site->knobs[index];
    *out = (struct knob_view){text->name, text->title, row->type, options_of(site, row),
                              row->unit,  row->min,    row->max,  row->step,
                              ""};
    value_of(site, row, pack, out->value, sizeof out->value);
    return true;
}

static void force(struct forced *forced, bool on, double value)
{
    *forced = (struct forced){.on = on, .value = value};
}

static void skip(struct site *site, const char *value)
{
    static const struct {
        const char *name;
        int tens; /* of minutes */
    } spans[] = {{"1h", 6}, {"6h", 36}, {"1d", 144}, {"7d", 1008}};
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        int tens = strcmp(spans[i].name, value) == 0 ? spans[i].tens : 0;
        for (int k = 0; k < tens; k++) { /* a sample every 10 minutes */
            site_run(site, 6e5);
            site_publish(site);
            if (site->store != NULL) {
                store_sample(site->store, site->points, site_now_ms(site));
            }
        }
    }
}

static void turn(struct site *site, const struct knob_row *row, int pack, const char *text,
                 double number)
{
    bool released = strcmp(text, "auto") == 0;
    struct force *f = &site->house.force;
    switch ((int)row->kind) {
    case KNOB_SPEED: site->speed = number; return;
    case KNOB_PAUSED: site->paused = number > 0.5; return;
    case KNOB_SKIP: skip(site, text); return;
    case KNOB_CLOUD:
        weather_force_cloud(&site->config->env->weather, released ? -1.0F : (float)number);
        return;
    case KNOB_SHADE: site->config->env->shading = released ? 1.0F : 1.0F - (float)number; return;
    case KNOB_LOAD: force(&f->load_w, !released, number); return;
    case KNOB_GRID: force(&f->grid_present, !released, strcmp(text, "on") == 0 ? 1.0 : 0.0); return;
    case KNOB_CAN: (void)house_cut(&site->house, "can0", strcmp(text, "cut") == 0); return;
    case KNOB_MONITOR: site->port.wire.cut = strcmp(text, "cut") == 0; return;
    default: pack_knob_turn(site, row->kind, pack, text, number); return;
    }
}

/* Text of a knob to a number; false with a sentence. */
static bool knob_number(const struct knob_view *knob, bool may_be_auto, const char *value,
                        double *number, char *why, size_t room)
{
    bool flag = false;
    *number = 0.0;
    if (strcmp(knob->type, "choice") == 0) {
        if (option_index(knob->options, value, strlen(value)) >= 0) {
            return true;
        }
        snprintf(why, room, "%s: \"%.40s\" is not one of %s.", knob->name, value, knob->options);
        return false;
    }
    if (strcmp(knob->type, "flag") == 0) {
        if (text_flag(value, &flag)) {
            *number = flag;
            return true;
        }
        snprintf(why, room, "%s: \"%.40s\" is neither on nor off.", knob->name, value);
        return false;
    }
    if (may_be_auto && strcmp(value, "auto") == 0) {
        return true;
    }
    if (!text_number(value, number) || *number < knob->min || *number > knob->max) {
        snprintf(why, room, "%s: \"%.40s\" is not allowed (%g to %g%s%s%s).", knob->name, value,
                 knob->min, knob->max, knob->unit[0] != '\0' ? " " : "", knob->unit,
                 may_be_auto ? ", or auto" : "");
        return false;
    }
    return true;
}

enum setting_result site_knob_write(struct site *site, const char *name, const char *value,
                                    char *why, size_t room)
{
    const struct knob_row *row;
    int pack = 0;
    for (int i = 0; i < SITE_KNOBS && (row = knob_at(site, i, &pack)) != NULL; i++) {
        if (strcmp(site->knobs[i].name, name) != 0) {
            continue;
        }
        struct knob_view knob;
        bool may_be_auto = row->kind != KNOB_SPEED && row->kind != KNOB_PACK_SOC;
        double number;
        if (!site_knob(site, i, &knob) ||
            !knob_number(&knob, may_be_auto, value, &number, why, room)) {
            return SETTING_INVALID;
        }
        char text[120];
        turn(site, row, pack, value, number);
        snprintf(text, sizeof text, "Simulation: %.48s = %.40s", name, value);
        site_tell(site, "site", "info", "simulation", true, text);
        return SETTING_OK;
    }
    snprintf(why, room, "There is no knob \"%.60s\" here.", name);
    return SETTING_UNKNOWN;
}
