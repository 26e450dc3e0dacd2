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
    SAVE_MS = 30000,
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

static void keep_number(struct site *site, const char *key, double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.9g", value);
    (void)!store_kv_put(site->store, key, text); /* a full disk is told by the store itself */
}

static bool kept_number(struct site *site, const char *key, double *value)
{
    char *text = store_kv_get(site->store, key);
    bool good = text != NULL && text_number(text, value);
    free(text);
    return good;
}

static const struct {
    const char *key;
    size_t offset;
} kept_totals[] = {
    {"sim.total.pv", offsetof(struct site_totals, pv)},
    {"sim.total.load", offsetof(struct site_totals, load)},
    {"sim.total.bought", offsetof(struct site_totals, bought)},
    {"sim.total.sold", offsetof(struct site_totals, sold)},
    {"sim.total.charged", offsetof(struct site_totals, charged)},
    {"sim.total.discharged", offsetof(struct site_totals, discharged)},
    {"sim.total.cost", offsetof(struct site_totals, cost)},
};

static double *total_at(struct site_totals *totals, size_t offset)
{
    return (double *)(void *)((char *)totals + offset);
}

void site_save(struct site *site)
{
    if (site->store == NULL) {
        return;
    }
    char text[40];
    snprintf(text, sizeof text, "%lld", (long long)(site_now_ms(site) / 1000));
    (void)!store_kv_put(site->store, "sim.time", text);
    for (size_t i = 0; i < sizeof kept_totals / sizeof kept_totals[0]; i++) {
        keep_number(site, kept_totals[i].key, *total_at(&site->totals, kept_totals[i].offset));
    }
    for (int i = 0; i < site->house.spec.packs; i++) {
        char key[32];
        snprintf(key, sizeof key, "sim.soc.pack%d", i + 1);
        keep_number(site, key, site->house.bms[i].soc_pct100 / 100.0);
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

static int64_t resume_time(struct site *site)
{
    double seconds;
    if (site->store != NULL && kept_number(site, "sim.time", &seconds)) {
        return (int64_t)seconds;
    }
    return site->config->start_s;
}

static void resume_state(struct site *site)
{
    if (site->store == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof kept_totals / sizeof kept_totals[0]; i++) {
        (void)kept_number(site, kept_totals[i].key, total_at(&site->totals, kept_totals[i].offset));
    }
    for (int i = 0; i < site->house.spec.packs; i++) {
        char key[32];
        double soc;
        snprintf(key, sizeof key, "sim.soc.pack%d", i + 1);
        if (kept_number(site, key, &soc) && soc >= 0.0 && soc <= 100.0) {
            pack_set_soc(&site->house.plant[i], soc / 100.0);
            bms_set_soc(&site->house.bms[i], (int32_t)(soc * 100.0));
        }
    }
    restore_settings(site);
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

void site_pass(struct site *site, double real_ms, int64_t real_now_ms)
{
    if (!site->paused) {
        site_run(site, real_ms * site->speed);
    }
    read_packs(site, real_now_ms);
    site_publish(site);
    int64_t now_s = site_now_ms(site) / 1000;
    if (site->store != NULL && now_s != site->sampled_s) {
        site->sampled_s = now_s;
        store_sample(site->store, site->points, site_now_ms(site));
    }
    if (real_now_ms - site->saved_real_ms >= SAVE_MS) {
        site->saved_real_ms = real_now_ms;
        site_save(site);
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
