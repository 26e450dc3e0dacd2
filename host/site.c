/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated site: its house, the gateway that reads it, and time. */
#include "host/site_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_life.h"
#include "sim/settings.h"

enum {
    SLOW_STEP_MS = 100, /* step of the house up to ten times real time */
    FAST_STEP_MS = 1000,
    POLL_MS = 1000, /* packs are read once a second of the site's time */
    ANSWER_MS = 500,
    CHECK_MS = 10000,
    ROUND_LIMIT = 256
};

static void wire_write(void *context, const uint8_t *bytes, size_t length)
{
    struct site *site = context;
    serial_wire_send(&site->port.wire, WIRE_B, bytes, length);
}

static size_t wire_read(void *context, uint8_t *bytes, size_t room)
{
    struct site *site = context;
    return serial_wire_take(&site->port.wire, WIRE_B, bytes, room);
}

void site_tell(struct site *site, const char *device, const char *kind, const char *code,
               bool active, const char *text)
{
    struct site_event event = {.at_ms = site_now_ms(site), .active = active};
    snprintf(event.device, sizeof event.device, "%s", device);
    snprintf(event.kind, sizeof event.kind, "%s", kind);
    snprintf(event.code, sizeof event.code, "%s", code);
    snprintf(event.text, sizeof event.text, "%s", text);
    if (site->store != NULL) {
        event.id = store_event(site->store, &event);
    }
    if (site->sink != NULL) {
        site->sink(site->sink_context, &event);
    }
}

static void pack_told(void *context, int pack, bool silent)
{
    struct site *site = context;
    char device[24];
    snprintf(device, sizeof device, "pack%d", pack + 1);
    site_tell(site, device, "alarm", "silent", silent,
              silent ? "The pack does not answer on its monitoring line; its values are not known."
                     : "The pack answers again.");
}

void site_drain_events(struct site *site)
{
    struct house_event event;
    while (house_next_event(&site->house, &event)) {
        struct site_event out = {.active = event.set};
        out.at_ms = site_now_ms(site) - (int64_t)(site->house.now_ms - event.at_ms);
        snprintf(out.device, sizeof out.device, "%s", event.device);
        snprintf(out.kind, sizeof out.kind, "%s", event.kind);
        snprintf(out.code, sizeof out.code, "%s", event.code);
        snprintf(out.text, sizeof out.text, "%s", event.name);
        if (site->store != NULL) {
            out.id = store_event(site->store, &out);
        }
        if (site->sink != NULL) {
            site->sink(site->sink_context, &out);
        }
    }
}

/* --- What a restart needs ----------------------------------------------------------------------
 */

/* One text: time, totals, number of packs, their SOC. It goes to the disk with the samples of the
   same moment, so a restart goes on where the history ends. */
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
        n += snprintf(text + n, sizeof text - (size_t)n, " %.2f",
                      site->house.bms[i].soc_pct100 / 100.0);
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
    if (house_write_setting(&site->house, device, name + 1, value, true, why, sizeof why) !=
        WRITE_OK) {
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

static void newest_event(void *context, const struct site_event *event)
{
    int64_t *at_s = context;
    *at_s = event->at_ms / 1000;
}

/* Where the history ends: the state kept with the samples, or an event told just after it. */
static int64_t resume_time(struct site *site)
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
            bms_set_soc(&site->house.bms[i], (int32_t)(value * 100.0));
        }
    }
    free(state);
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct site *site_open(struct site_config *config, struct store *store, char *why, size_t room)
{
    struct site *site = calloc(1, sizeof *site);
    if (site == NULL || (site->points = points_new()) == NULL) {
        snprintf(why, room, "out of memory");
        free(site);
        return NULL;
    }
    site->config = config;
    site->store = store;
    site->speed = 1.0;
    config->house.frames = true; /* on the wire, as real devices are */
    struct yaml_error error;
    if (!site_config_start(config, &site->house, resume_time(site), &error)) {
        snprintf(why, room, "%s", error.text);
        points_free(site->points);
        free(site);
        return NULL;
    }
    resume_state(site);
    if (store != NULL) {
        restore_settings(site);
        site_restore_panels(site);
    }
    site->bus = (struct bus){site, wire_write, wire_read};
    site->driver = (struct pylon_driver){
        .bus = site->bus,
        .points = site->points,
        .n_packs = config->house.battery == HOUSE_PACKS ? config->house.packs : 0,
        .period_ms = 0, /* the site starts each round itself, by its own clock */
        .timeout_ms = ANSWER_MS,
        .told = pack_told,
        .context = site,
    };
    pylon_driver_init(&site->driver);
    site->polled_site_ms = INT64_MIN / 2;
    site_define_points(site);
    site_name_knobs(site);
    house_step(&site->house, SLOW_STEP_MS); /* devices have looked once: there are values to show */
    site_book(site, site_now_ms(site) / 1000);
    return site;
}

void site_close(struct site *site)
{
    if (site == NULL) {
        return;
    }
    site_save(site);
    points_free(site->points);
    site_config_free(site->config);
    free(site);
}

void site_forget_store(struct site *site) { site->store = NULL; }

void site_run(struct site *site, double ms)
{
    site->rest_ms += ms;
    uint32_t step_ms = site->speed > 10.0 || site->rest_ms > 60000.0 ? FAST_STEP_MS : SLOW_STEP_MS;
    while (site->rest_ms >= step_ms) {
        int64_t before_s = site->house.t_ms / 1000;
        site_hold_panels(site);
        house_step(&site->house, step_ms);
        site->rest_ms -= step_ms;
        int64_t t_s = site->house.t_ms / 1000;
        if (t_s != before_s && t_s % 60 == 0) { /* price, zone and the day may have changed */
            site_book(site, t_s);
            site->config->env->local_offset_s = tz_offset_s(site->config->tz, t_s);
            site->house.local_offset_s = site->config->env->local_offset_s;
            site_drain_events(site);
        }
    }
    site_book(site, site->house.t_ms / 1000);
    site_drain_events(site);
}

/* One round over the packs: on a wire in memory it is done within the call. */
static void read_packs(struct site *site, int64_t real_now_ms)
{
    int64_t site_ms = site_now_ms(site);
    bool due = site_ms >= site->polled_site_ms + POLL_MS || site_ms < site->polled_site_ms;
    if (!due && site->driver.asked_command < 0) {
        return;
    }
    if (due) {
        site->polled_site_ms = site_ms;
    }
    for (int i = 0; i < ROUND_LIMIT; i++) {
        bool busy = pylon_driver_step(&site->driver, real_now_ms, site_ms);
        pack_port_serve(&site->port, &site->house);
        if (!busy) {
            return;
        }
    }
}

/* A disk that takes nothing is told once, on the page and on stderr. */
static void check_store(struct site *site)
{
    bool full = site->store != NULL && store_stats(site->store).is_full;
    if (full && !site->told_full) {
        static const char text[] = "The disk takes no more history; the site runs on without it.";
        fprintf(stderr, "hearth run: %s\n", text);
        site_tell(site, "site", "alarm", "store_full", true, text);
    }
    site->told_full = full;
}

void site_pass(struct site *site, double real_ms, int64_t real_now_ms)
{
    site->real_ms = real_now_ms;
    if (!site->paused) {
        site_run(site, real_ms * site->speed);
    }
    read_packs(site, real_now_ms);
    site_publish(site);
    int64_t now_s = site_now_ms(site) / 1000;
    if (site->store != NULL && now_s != site->sampled_s) {
        site->sampled_s = now_s;
        site_save(site);
        store_sample(site->store, site->points, site_now_ms(site));
    }
    if (real_now_ms - site->checked_real_ms >= CHECK_MS) {
        site->checked_real_ms = real_now_ms;
        check_store(site);
    }
}

struct site_about site_about(const struct site *site)
{
    const struct site_config *config = site->config;
    return (struct site_about){config->name,         config->timezone,      config->tariff.currency,
                               config->latitude_deg, config->longitude_deg, config->simulated};
}

struct points *site_points(struct site *site) { return site->points; }
int64_t site_now_ms(const struct site *site) { return site->house.t_ms; }

void site_set_event_sink(struct site *site, event_sink_fn *sink, void *context)
{
    site->sink = sink;
    site->sink_context = context;
}
