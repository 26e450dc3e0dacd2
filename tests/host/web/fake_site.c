/* SPDX-License-Identifier: Apache-2.0 */
/* host/site.h over the fake model: its settings and knobs. */
#include "fake_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting {
    const char *device, *name, *title, *type, *options, *unit, *effect, *access;
    const char *fallback;
    double min, max, step;
};
static const struct setting settings[] = {
    {"inverter", "WFM", "Supply priority", "enum", "SOL|UTI|SBU", "",
     "Which source feeds the house first.", "user", "SBU", 0, 0, 0},
    {"inverter", "CHM", "Charging priority", "enum", "CSO|CUT|CUB", "",
     "Which source charges the battery.", "user", "CSO", 0, 0, 0},
    {"inverter", "MCC", "Maximum charge current", "int", "", "A",
     "All chargers together stay below this.", "user", "60", 0, 100, 5},
    {"inverter", "BULK", "Bulk charge voltage", "decimal", "", "V",
     "The voltage the first charging stage ends at.", "installer", "56.4", 48, 58.4, 0.1},
    {"inverter", "BUZ", "Buzzer", "bool", "OFF|ON", "", "Sounds at faults and alarms.", "user",
     "ON", 0, 0, 0},
    {"inverter", "TOU1", "Grid charging begins", "time", "", "", "Cheap hours of the tariff.",
     "user", "01:00", 0, 0, 0},
    {"pack1", "Cell OV Protect", "Cell over-voltage protection", "int", "", "mV",
     "Opens the charge MOS above this.", "installer", "3650", 3400, 3800, 10},
    {"pack1", "SOC Low Alarm", "Alarm at low charge", "int", "", "%", "Tells, stops nothing.",
     "user", "10", 0, 50, 1},
};
_Static_assert(sizeof settings / sizeof *settings == N_SETTINGS, "the table's length");

struct knob {
    const char *name, *title, *type, *options, *unit;
    double min, max, step;
    const char *first;
};
static const struct knob knobs[] = {
    {"speed", "Speed", "number", "", "x", 0, 3600, 1, "1"},
    {"paused", "Paused", "flag", "", "", 0, 1, 1, "false"},
    {"cloud", "Cloud cover", "number", "", "%", 0, 100, 1, "auto"},
    {"load_w", "House load", "number", "", "W", 0, 8000, 50, "auto"},
    {"grid", "Grid", "choice", "on|outage", "", 0, 0, 0, "on"},
    {"wire.can0", "Battery wire can0", "choice", "on|cut", "", 0, 0, 0, "on"},
    {"sensor.pack1.temperature_1_c", "Pack 1, sensor 1", "number", "", "°C", -30, 90, 1, "auto"},
};
_Static_assert(sizeof knobs / sizeof *knobs == N_KNOBS, "the table's length");

const char *knob_value(const struct site *site, const char *name)
{
    for (int i = 0; i < N_KNOBS; i++) {
        if (strcmp(knobs[i].name, name) == 0) {
            return site->knob[i];
        }
    }
    return "";
}

void fake_site_raise(struct site *site, const char *device, const char *kind, const char *code,
                     bool active, const char *text)
{
    struct site_event event = {.at_ms = site->now_ms, .active = active};
    snprintf(event.device, sizeof event.device, "%s", device);
    snprintf(event.kind, sizeof event.kind, "%s", kind);
    snprintf(event.code, sizeof event.code, "%s", code);
    snprintf(event.text, sizeof event.text, "%s", text);
    if (site->sink != NULL) {
        site->sink(site->sink_context, &event);
    }
}

struct site *fake_site_new(bool simulated)
{
    struct site *site = calloc(1, sizeof *site);
    if (site == NULL) {
        return NULL;
    }
    site->points = points_new();
    site->simulated = simulated;
    site->now_ms = INT64_C(1780315200000); /* 2026-06-01T12:00:00Z */
    site->soc = 62;
    for (int i = 0; i < N_SETTINGS; i++) {
        snprintf(site->values[i], sizeof site->values[i], "%s", settings[i].fallback);
    }
    for (int i = 0; i < N_KNOBS; i++) {
        snprintf(site->knob[i], sizeof site->knob[i], "%s", knobs[i].first);
    }
    fake_panels_start(site);
    fake_lcd_start(site);
    fake_desk_start(site);
    fake_site_advance(site, 0);
    return site;
}

void fake_site_free(struct site *site)
{
    fake_desk_stop(site);
    points_free(site->points);
    free(site);
}

/* --- site.h ------------------------------------------------------------------------------------
 */

struct site_about site_about(const struct site *site)
{
    return (struct site_about){.name = "Example house",
                               .timezone = "Europe/Berlin",
                               .currency = "EUR",
                               .latitude_deg = 52.5,
                               .longitude_deg = 13.4,
                               .simulated = site->simulated};
}

struct points *site_points(struct site *site) { return site->points; }

int64_t site_now_ms(const struct site *site) { return site->now_ms; }

void site_set_event_sink(struct site *site, event_sink_fn *sink, void *context)
{
    site->sink = sink;
    site->sink_context = context;
}

const char *site_device(const struct site *site, int index)
{
    static const char *const devices[] = {"inverter", "pack1"};
    (void)site;
    return index >= 0 && index < 2 ? devices[index] : NULL;
}

bool site_setting(const struct site *site, const char *device, int index, struct setting_view *out)
{
    for (int i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &settings[i];
        if (strcmp(s->device, device) != 0 || index-- != 0) {
            continue;
        }
        *out = (struct setting_view){.name = s->name,
                                     .title = s->title,
                                     .type = s->type,
                                     .options = s->options,
                                     .unit = s->unit,
                                     .effect = s->effect,
                                     .applies = "",
                                     .access = s->access};
        snprintf(out->value, sizeof out->value, "%s", site->values[i]);
        snprintf(out->fallback, sizeof out->fallback, "%s", s->fallback);
        if (s->max > 0) {
            snprintf(out->min, sizeof out->min, "%g", s->min);
            snprintf(out->max, sizeof out->max, "%g", s->max);
            snprintf(out->step, sizeof out->step, "%g", s->step);
        }
        return true;
    }
    return false;
}

static bool is_option(const char *options, const char *value)
{
    size_t n = strlen(value);
    for (const char *at = options; at != NULL && n > 0; at = strchr(at, '|')) {
        at += *at == '|' ? 1 : 0;
        if (strncmp(at, value, n) == 0 && (at[n] == '|' || at[n] == '\0')) {
            return true;
        }
    }
    return false;
}

enum setting_result site_setting_write(struct site *site, const char *device, const char *name,
                                       const char *value, enum role role, char *why, size_t room)
{
    for (int i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &settings[i];
        if (strcmp(s->device, device) != 0 || strcmp(s->name, name) != 0) {
            continue;
        }
        if (role < ROLE_OWNER || (role == ROLE_OWNER && strcmp(s->access, "user") != 0)) {
            snprintf(why, room, "%s is for the installer.", s->name);
            return SETTING_DENIED;
        }
        double number = strtod(value, NULL);
        if (s->options[0] != '\0' && !is_option(s->options, value)) {
            snprintf(why, room, "%s cannot be %s; allowed: %s.", s->name, value, s->options);
            return SETTING_INVALID;
        }
        if (s->max > 0 && (number < s->min || number > s->max)) {
            snprintf(why, room, "%s cannot be %s %s; allowed: %g to %g %s.", s->name, value,
                     s->unit, s->min, s->max, s->unit);
            return SETTING_INVALID;
        }
        snprintf(site->values[i], sizeof site->values[i], "%s", value);
        snprintf(why, room, "%s", strcmp(value, "SOL") == 0 ? "SOL is stored, but odd." : "");
        fake_site_raise(site, device, "setting", s->name, true, value);
        return SETTING_OK;
    }
    snprintf(why, room, "%s has no setting %s.", device, name);
    return SETTING_UNKNOWN;
}

const char *site_setting_try(const struct site *site, const char *device,
                             const struct setting_trial *trial, char *why, size_t room)
{
    struct site tried = *site; /* a write to a copy of which nobody hears */
    tried.sink = NULL;
    if (site_setting_write(&tried, device, trial->name, trial->value, trial->role, why, room) !=
        SETTING_OK) {
        return "refused";
    }
    return why[0] != '\0' ? "warned" : "accepted";
}

bool site_knob(const struct site *site, int index, struct knob_view *out)
{
    if (index < 0 || index >= N_KNOBS) {
        return false;
    }
    const struct knob *k = &knobs[index];
    *out = (struct knob_view){.name = k->name,
                              .title = k->title,
                              .type = k->type,
                              .options = k->options,
                              .unit = k->unit,
                              .min = k->min,
                              .max = k->max,
                              .step = k->step};
    snprintf(out->value, sizeof out->value, "%s", site->knob[index]);
    return true;
}

enum setting_result site_knob_write(struct site *site, const char *name, const char *value,
                                    char *why, size_t room)
{
    for (int i = 0; i < N_KNOBS; i++) {
        const struct knob *k = &knobs[i];
        if (strcmp(k->name, name) != 0) {
            continue;
        }
        double number = strtod(value, NULL);
        bool fits = strcmp(value, "auto") == 0 || strcmp(k->type, "flag") == 0 ||
                    (strcmp(k->type, "choice") == 0 && is_option(k->options, value)) ||
                    (strcmp(k->type, "number") == 0 && number >= k->min && number <= k->max);
        if (!fits) {
            snprintf(why, room, "%s cannot be %s; allowed: %g to %g %s.", name, value, k->min,
                     k->max, k->options);
            return SETTING_INVALID;
        }
        snprintf(site->knob[i], sizeof site->knob[i], "%s", value);
        fake_site_advance(site, 0);
        return SETTING_OK;
    }
    snprintf(why, room, "There is no knob %s.", name);
    return SETTING_UNKNOWN;
}
