/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a restart needs: the sums, and of a simulated site more. The house's own (time, totals, how
 * full the cells are) is one text in the store that goes to the disk with the samples of the same
 * moment, so that a restart goes on where the history ends. What a pack knows (parameters,
 * password, counters, its SOC, its records) is in its flash alone.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_internal.h"
#include "host/site_life.h"
#include "sim/settings.h"

/* Time, totals, and of each pack the charge of its cells in %. */
static const char state_key[] = "sim.state";
/* Behind it stands what the inverter has counted. */
static const char counters_mark[] = " inverter ";
static const char today_mark[] = " today ";
enum { NUMBER = 17, SOC_NUMBER = 8, COUNTERS = 3 + 2 * METER_COUNT };
_Static_assert((17 + COUNTERS) * NUMBER + STACK_PACKS * SOC_NUMBER <= STORE_KEPT_MAX, "it fits");

static double *const *totals_of(struct site_totals *t, double *list[7])
{
    list[0] = &t->pv;
    list[1] = &t->load;
    list[2] = &t->bought;
    list[3] = &t->sold;
    list[4] = &t->charged;
    list[5] = &t->discharged;
    list[6] = &t->cost;
    return list;
}

/* Behind that, where the sums stood when the day began. */
static void write_today(const struct site *site, char *text, size_t room)
{
    struct site_totals base = site->today;
    double *list[7];
    int n = snprintf(text, room, "%s%lld", today_mark, (long long)site->today_day);
    (void)totals_of(&base, list);
    for (int i = 0; i < 7; i++) {
        n += snprintf(text + n, room - (size_t)n, " %.9g", *list[i]);
    }
}

/* What the inverter has counted; its own flash is as new with each start of the program. */
static int write_counters(const struct inverter *inverter, char *text, size_t room)
{
    const struct inverter_energy *energy = &inverter->energy;
    int n =
        snprintf(text, room, "%s%u %u %d", counters_mark, (unsigned)inverter->days_since_equalize,
                 (unsigned)inverter->day_ms, (int)energy->day);
    for (int i = 0; i < METER_COUNT; i++) {
        n += snprintf(text + n, room - (size_t)n, " %lld %lld", (long long)energy->total_mws[i],
                      (long long)energy->today_mws[i]);
    }
    return n;
}

void site_save(struct site *site)
{
    if (site->store == NULL) {
        return;
    }
    char text[STORE_KEPT_MAX];
    double *list[7];
    (void)totals_of(&site->totals, list);
    int n = snprintf(text, sizeof text, "%lld", (long long)(site_now_ms(site) / 1000));
    for (int i = 0; i < 7; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n, " %.9g", *list[i]);
    }
    for (int i = 0; i < site->house.spec.packs; i++) {
        double soc = fmin(fmax(pack_soc(&site->house.plant[i]), 0.0), 1.0);
        n += snprintf(text + n, sizeof text - (size_t)n, " %.3f", soc * 100.0);
    }
    if (site->real == NULL && site->house.spec.inverter != NULL) {
        n += write_counters(&site->house.inverter, text + n, sizeof text - (size_t)n);
    }
    write_today(site, text + n, sizeof text - (size_t)n);
    store_keep(site->store, state_key, text);
}

/* Takes the next number off a text; false at its end. */
static bool next_number(const char **text, double *value)
{
    char *end;
    *value = strtod(*text, &end);
    bool good = end != *text && isfinite(*value);
    *text = end;
    return good;
}

static void newest_event(void *context, const struct site_event *event)
{
    int64_t *at_s = context;
    *at_s = event->at_ms / 1000;
}

/* Where the history ends: the state kept with the samples, or an event told just after it. */
int64_t site_resume_time(struct site *site)
{
    char *state = site->store != NULL ? store_kv_get(site->store, state_key) : NULL;
    if (state == NULL) {
        return site->config->start_s;
    }
    const char *text = state;
    double seconds = 0.0;
    int64_t event_s = 0;
    const struct store_event_query query = {.limit = 1};
    bool good = next_number(&text, &seconds);
    free(state);
    (void)store_events(site->store, &query, newest_event, &event_s);
    int64_t kept_s = good ? (int64_t)seconds : site->config->start_s;
    return event_s > kept_s ? event_s + 1 : kept_s;
}

/* All of them or none: a text that was cut is not believed. */
static void read_counters(struct inverter *inverter, const char *text)
{
    struct inverter_energy energy;
    double number[3];
    double total;
    double today;
    text = strstr(text, counters_mark);
    if (text == NULL) {
        return; /* of a version that kept none */
    }
    text += strlen(counters_mark);
    for (int i = 0; i < 3; i++) {
        if (!next_number(&text, &number[i]) || number[i] < 0.0 || number[i] > INT32_MAX) {
            return;
        }
    }
    energy.day = (int32_t)number[2];
    for (int i = 0; i < METER_COUNT; i++) {
        if (!next_number(&text, &total) || !next_number(&text, &today) || fabs(total) > 9e15 ||
            fabs(today) > 9e15) { /* exact as double */
            return;
        }
        energy.total_mws[i] = (int64_t)total;
        energy.today_mws[i] = (int64_t)today;
    }
    inverter->days_since_equalize = (uint32_t)number[0];
    inverter->day_ms = (uint32_t)number[1];
    inverter->energy = energy;
}

static void read_today(struct site *site, const char *text)
{
    struct site_totals base;
    double *list[7];
    double day;
    text = strstr(text, today_mark);
    if (text == NULL) {
        return; /* of a version that did not keep it: the day begins now */
    }
    text += strlen(today_mark);
    (void)totals_of(&base, list);
    bool good = next_number(&text, &day) && fabs(day) < 1e8;
    for (int i = 0; i < 7 && good; i++) {
        good = next_number(&text, list[i]);
    }
    if (good) {
        site->today_day = (int64_t)day;
        site->today = base;
    }
}

static void resume_state(struct site *site)
{
    char *state = site->store != NULL ? store_kv_get(site->store, state_key) : NULL;
    if (state == NULL) {
        return;
    }
    const char *text = state;
    double value;
    double *list[7];
    bool good = next_number(&text, &value);
    (void)totals_of(&site->totals, list);
    for (int i = 0; i < 7 && good; i++) {
        good = next_number(&text, &value);
        *list[i] = good ? value : *list[i];
    }
    for (int i = 0; i < site->house.spec.packs && good; i++) {
        good = next_number(&text, &value) && value >= 0.0 && value <= 100.0;
        if (good) {
            pack_set_soc(&site->house.plant[i], value / 100.0);
        }
    }
    if (site->real == NULL && site->house.spec.inverter != NULL) {
        read_counters(&site->house.inverter, state);
    }
    read_today(site, state);
    free(state);
}

/* A pack with its flash knows for itself; a new one is told, one that lost its flash guesses. */
static void resume_packs(struct site *site)
{
    for (int i = 0; i < site->house.spec.packs; i++) {
        struct bms *bms = &site->house.bms[i];
        const char *why;
        char device[24];
        switch (pack_flash_origin(site->flash, i, &why)) {
        case FLASH_FOUND: break;
        case FLASH_NEW:
        case FLASH_NONE:
            bms_set_soc(bms, (int32_t)lround(pack_soc(&site->house.plant[i]) * 10000.0));
            break;
        case FLASH_BAD: bms_guess_soc(bms); break;
        }
        if (why[0] != '\0') {
            snprintf(device, sizeof device, "pack%d", i + 1);
            fprintf(stderr, "hearth run: %s: %s\n", device, why);
            site_tell(site, device, "alarm", "memory", true, why);
        }
    }
}

/* Settings found in the store, to be restored as if at once. */
struct kept_settings {
    const struct site *site;
    struct setting_text list[SET_COUNT + STACK_PACKS * PARAM_COUNT];
    struct kept_text {
        char device[24], name[64], value[32];
    } text[SET_COUNT + STACK_PACKS * PARAM_COUNT];
    int n;
};

static void find_setting(void *context, const char *key, const char *value)
{
    struct kept_settings *kept = context;
    const char *device = key + strlen("setting.");
    const char *name = strchr(device, '.');
    if (name == NULL || kept->n >= (int)(sizeof kept->list / sizeof kept->list[0])) {
        return;
    }
    struct kept_text *text = &kept->text[kept->n];
    snprintf(text->device, sizeof text->device, "%.*s", (int)(name - device), device);
    snprintf(text->name, sizeof text->name, "%s", name + 1);
    snprintf(text->value, sizeof text->value, "%s", value);
    int pack = house_pack_index(&kept->site->house, text->device);
    const char *unused;
    if (pack >= 0 && pack_flash_origin(kept->site->flash, pack, &unused) != FLASH_NEW) {
        return; /* of a version that kept packs' parameters here: its flash has them since */
    }
    kept->list[kept->n++] = (struct setting_text){text->device, text->name, text->value, false};
}

/* What the product of today refuses is told. */
static void tell_dropped(struct site *site, const struct kept_settings *kept)
{
    for (int i = 0; i < kept->n; i++) {
        const struct setting_text *one = &kept->list[i];
        char why[400];
        if (!one->stored) {
            (void)house_write_setting(&site->house, one->device, one->name, one->value, true, why,
                                      sizeof why);
            site_tell(site, one->device, "setting", "dropped", true, why);
        }
    }
}

static const struct setting_text *kept_setting(const struct kept_settings *kept, const char *name)
{
    for (int i = 0; i < kept->n; i++) {
        if (strcmp(kept->list[i].device, "inverter") == 0 &&
            strcmp(kept->list[i].name, name) == 0) {
            return &kept->list[i];
        }
    }
    return NULL;
}

static void write_first(struct site *site, const char *name, const char *value)
{
    char why[400];
    (void)house_write_setting(&site->house, "inverter", name, value, true, why, sizeof why);
}

/* They were stored one by one and hold together, so they go back together. The battery type first:
   it brings presets that the others then change. In standby: some are only taken there. */
static void restore_settings(struct site *site)
{
    struct kept_settings *kept = calloc(1, sizeof *kept);
    char why[400];
    char power[32] = "";
    if (kept == NULL) {
        site_tell(site, "site", "setting", "dropped", true, "Out of memory for stored settings.");
        return;
    }
    kept->site = site;
    store_kv_each(site->store, "setting.", find_setting, kept);
    const struct setting_text *type = kept_setting(kept, "BTP");
    if (type != NULL) {
        write_first(site, "BTP", type->value);
    }
    (void)house_read_setting(&site->house, "inverter", "POF", power, sizeof power);
    write_first(site, "POF", "OFF");
    if (house_write_settings(&site->house, kept->list, kept->n, why, sizeof why) >= 0) {
        tell_dropped(site, kept);
    }
    if (kept_setting(kept, "POF") == NULL) {
        write_first(site, "POF", power);
    }
    free(kept);
}

void site_resume(struct site *site)
{
    resume_state(site);
    if (site->real != NULL) {
        return; /* its devices remember for themselves */
    }
    resume_packs(site);
    if (site->store != NULL) {
        restore_settings(site);
        site_restore_panels(site);
    }
}
