/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a restart of a simulated site needs. The house's own (time, totals, how full the cells are)
 * is one text in the store that goes to the disk with the samples of the same moment, so that a
 * restart goes on where the history ends. What a pack knows (parameters, password, counters, its
 * SOC, its records) is in its flash alone.
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

static void restore_setting(void *context, const char *key, const char *value)
{
    struct site *site = context;
    char device[24];
    const char *name = strchr(key + strlen("setting."), '.');
    char why[200];
    if (name == NULL) {
        return;
    }
    const char *begin = key + strlen("setting.");
    snprintf(device, sizeof device, "%.*s", (int)(name - begin), begin);
    int pack = house_pack_index(&site->house, device);
    const char *unused;
    if (pack >= 0 && pack_flash_origin(site->flash, pack, &unused) != FLASH_NEW) {
        return; /* of a version that kept packs' parameters here: its flash has them since */
    }
    if (!write_took(
            house_write_setting(&site->house, device, name + 1, value, true, why, sizeof why))) {
        site_tell(site, device, "setting", "dropped", true, why);
    }
}

/* The battery type first: it brings presets that later settings then change. */
static void restore_settings(struct site *site)
{
    char *type = store_kv_get(site->store, "setting.inverter.BTP");
    if (type != NULL) {
        restore_setting(site, "setting.inverter.BTP", type);
        free(type);
    }
    store_kv_each(site->store, "setting.", restore_setting, site);
}

void site_resume(struct site *site)
{
    resume_state(site);
    resume_packs(site);
    if (site->store != NULL) {
        restore_settings(site);
        site_restore_panels(site);
    }
}
