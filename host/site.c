/* SPDX-License-Identifier: Apache-2.0 */
/* A site: its house with the gateway that reads it, or its real devices; and time. */
#include "host/site_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_life.h"

enum {
    SLOW_STEP_MS = 100, /* step of the house up to ten times real time */
    FAST_STEP_MS = 1000,
    POLL_MS = 1000, /* packs are read once a second of the site's time */
    ANSWER_MS = 500,
    CHECK_MS = 10000,
    ROUND_LIMIT = 256,
    SYNC_MS = 900 /* with the next pass: below a second */
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

static void site_free(struct site *site)
{
    real_close(site);
    pack_flash_close(site->flash);
    points_free(site->points);
    free(site);
}

static void wires_told(void *context, const char *text)
{
    site_tell(context, "site", "info", "bus", true, text);
}

static bool open_wires(struct site *site, char *why, size_t room)
{
    char reason[400];
    site->wires.told = wires_told;
    site->wires.house = &site->house;
    site->house.by_user = true; /* who writes over a port logs in first */
    site->wires.context = site;
    for (int i = 0; i < site->config->n_wires; i++) {
        const struct site_wire *wire = &site->config->wire[i];
        bool of_inverter = wire->protocol != NULL && wire->protocol->kind == PROTOCOL_OF_HOST;
        if (of_inverter) {
            (void)site_add_link(site, wire, reason, sizeof reason);
        } else if (!pack_wires_add(&site->wires, &wire->address, wire->protocol, 0, reason,
                                   sizeof reason)) {
            snprintf(why, room, "wires: %s", reason);
            pack_wires_close(&site->wires);
            return false;
        }
        if (reason[0] != '\0') {
            wires_told(site, reason); /* not there yet: tried again */
        }
    }
    return true;
}

/* The house of a simulated site, and the gateway that reads its packs. */
static bool open_house(struct site *site, char *why, size_t room)
{
    struct site_config *config = site->config;
    int packs = config->house.battery == HOUSE_PACKS ? config->house.packs : 0;
    config->house.frames = true; /* on the wire, as real devices are */
    config->house.boards = packs > 0 ? pack_flash_boards(site->flash) : NULL;
    struct yaml_error error;
    if (!site_config_start(config, &site->house, site_resume_time(site), &error)) {
        snprintf(why, room, "%s", error.text);
        return false;
    }
    site_resume(site);
    site->bus = (struct bus){site, wire_write, wire_read};
    site->port.kind = config->battery_port;
    site->port.protocol = config->battery_line;
    site->driver = (struct battery_driver){
        .bus = site->bus,
        .points = site->points,
        .protocol = config->battery_line,
        .n_packs = packs,
        .period_ms = 0, /* the site starts each round itself, by its own clock */
        .timeout_ms = ANSWER_MS,
        .told = site_pack_told,
        .context = site,
    };
    battery_driver_init(&site->driver);
    if (!open_wires(site, why, room)) {
        return false;
    }
    site->polled_site_ms = INT64_MIN / 2;
    site_define_points(site);
    site_name_knobs(site);
    house_step(&site->house, SLOW_STEP_MS); /* devices have looked once: there are values to show */
    site_book(site, site_now_ms(site) / 1000);
    return true;
}

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
    int packs = config->house.battery == HOUSE_PACKS ? config->house.packs : 0;
    site->flash = pack_flash_open(store != NULL ? store_path(store) : NULL, packs);
    if (site->flash == NULL) {
        snprintf(why, room, "out of memory");
        site_free(site);
        return NULL;
    }
    if (!(config->simulated ? open_house : real_open)(site, why, room)) {
        site_free(site);
        return NULL;
    }
    site_recordings_open(site);
    return site;
}

void site_close(struct site *site)
{
    if (site == NULL) {
        return;
    }
    site_save(site);
    site_recordings_close(site);
    pack_wires_close(&site->wires);
    site_close_links(site);
    for (int i = 0; i < site->house.spec.packs; i++) { /* as a board that sees its supply fail */
        (void)memory_save(&site->house.spec.boards[i].memory, &site->house.bms[i]);
    }
    site_config_free(site->config);
    site_free(site);
}

bool site_serves(const struct site *site)
{
    return site->real != NULL || site->wires.n > 0 || site->links.n > 0;
}

void site_serve(struct site *site, int64_t real_now_ms)
{
    if (site->real != NULL) {
        real_serve(site, real_now_ms);
        return;
    }
    pack_wires_step(&site->wires, real_now_ms);
    site_serve_links(site, real_now_ms);
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
        site_take_boxes(site);
        site_release_keys(site);
        site->rest_ms -= step_ms;
        int64_t t_s = site->house.t_ms / 1000;
        if (t_s != before_s && t_s % 60 == 0) { /* price, zone and the day may have changed */
            site_book(site, t_s);
            site->config->env->local_offset_s = tz_offset_s(site->config->tz, t_s);
            house_set_zone(&site->house, site->config->env->local_offset_s);
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
    if (!due && battery_driver_is_idle(&site->driver)) {
        return;
    }
    if (due) {
        site->polled_site_ms = site_ms;
    }
    for (int i = 0; i < ROUND_LIMIT; i++) {
        bool busy = battery_driver_step(&site->driver, real_now_ms, site_ms);
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

/* What packs wrote is on the disk a second later; a disk that takes nothing is told once. */
static void sync_flash(struct site *site, int64_t real_now_ms)
{
    if (real_now_ms - site->synced_real_ms < SYNC_MS) {
        return;
    }
    site->synced_real_ms = real_now_ms;
    bool took = pack_flash_sync(site->flash);
    if (!took && !site->told_flash) {
        site_tell(
            site, "site", "alarm", "memory", true,
            "The disk does not take what the packs write into their memory; it is tried again "
            "each second.");
    }
    site->told_flash = !took;
}

static void house_pass(struct site *site, double real_ms, int64_t real_now_ms)
{
    site_lcd_pass(site);
    if (!site->paused) {
        site_run(site, real_ms * site->speed);
    }
    sync_flash(site, real_now_ms);
    read_packs(site, real_now_ms);
    site_publish(site);
}

void site_pass(struct site *site, double real_ms, int64_t real_now_ms)
{
    site->real_ms = real_now_ms;
    if (site->real != NULL) {
        real_pass(site, real_now_ms);
    } else {
        house_pass(site, real_ms, real_now_ms);
    }
    site_record_rows(site, real_now_ms);
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

int64_t site_now_ms(const struct site *site)
{
    return site->real != NULL ? site->real->wall_ms : site->house.t_ms;
}

void site_set_event_sink(struct site *site, event_sink_fn *sink, void *context)
{
    site->sink = sink;
    site->sink_context = context;
}
