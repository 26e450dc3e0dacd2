/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A site of real devices: the drivers on their buses, what they tell, and settings on their way to
 * an inverter. Its house is the inverter's mirror: the settings it told under the product's rules;
 * nothing in it moves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/site_internal.h"
#include "sim/settings.h"

enum {
    PERIOD_MS = 1000,
    BATTERY_FRESH_MS = 5000, /* a pack not heard for longer is not in the sums */
    BOOK_MOST_MS = 60000     /* of a pause nobody knows what flowed */
};

static int64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void port_write(void *context, const uint8_t *bytes, size_t length)
{
    (void)bus_port_write(context, 0, bytes, length);
}

static size_t port_read(void *context, uint8_t *bytes, size_t room)
{
    return bus_port_read(context, 0, bytes, room);
}

/* --- the inverter --- */

static void inverter_told(void *context, bool silent)
{
    site_tell(context, "inverter", "alarm", "silent", silent,
              silent ? "The inverter does not answer; its values are not known."
                     : "The inverter answers again.");
}

static void inverter_written(void *context, const struct setting_row *row, int32_t value,
                             const char *why)
{
    char shown[32];
    char text[240];
    setting_format(row, value, shown, sizeof shown);
    if (why[0] == '\0') {
        snprintf(text, sizeof text, "%s set to %s", row->mnemonic, shown);
    } else {
        snprintf(text, sizeof text, "%s was not set to %s: %s", row->mnemonic, shown, why);
    }
    site_tell(context, "inverter", "setting", why[0] == '\0' ? "set" : "refused", true, text);
}

/* Faults that came or went since the last look. What it had before it fell silent still counts. */
static void tell_faults(struct site *site)
{
    struct site_real *real = site->real;
    const struct inverter_view *view = &real->inverter.client.view;
    if (!view->faults_heard) {
        return;
    }
    uint64_t changed = view->faults ^ real->faults;
    real->faults = view->faults;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = &real->inverter.product->inverter->faults[i];
        if ((changed >> i & 1) != 0) {
            site_tell(site, "inverter", row->class == CLASS_FAULT ? "fault" : "alarm", row->code,
                      (view->faults >> i & 1) != 0, row->name);
        }
    }
}

enum setting_result real_write(struct site *site, const struct setting_trial *trial, char *why,
                               size_t room)
{
    struct inverter_driver *driver = &site->real->inverter;
    if (driver->silent) {
        snprintf(why, room, "The inverter does not answer.");
        return SETTING_FAILED;
    }
    switch (inverter_driver_write(driver, trial->name, trial->value, trial->role == ROLE_INSTALLER,
                                  why, room)) {
    case WRITE_OK:
    case WRITE_WARNED: return driver->writing != NULL ? SETTING_SENT : SETTING_OK;
    case WRITE_UNKNOWN: return SETTING_UNKNOWN;
    case WRITE_REFUSED: return SETTING_INVALID;
    case WRITE_DENIED: return SETTING_DENIED;
    }
    return SETTING_FAILED;
}

bool real_knows(const struct site *site, enum setting_id id)
{
    return inverter_driver_knows(&site->real->inverter, id);
}

/* --- opening --- */

static bool open_port(struct bus_port *port, const struct site_bus *bus, char *why, size_t room)
{
    bool frames = bus->protocol->kind == PROTOCOL_OF_CAN;
    struct bus_options options = {.frames = frames};
    if (bus->protocol->kind == PROTOCOL_OF_RS485) {
        options.baud = rs485_facts[bus->protocol->index].baud;
    } else if (!frames) {
        options.baud = hostlink_facts[bus->protocol->index].baud;
    }
    return bus_port_open(port, &bus->address, &options, 0, why, room);
}

static void open_battery(struct site *site, const struct site_bus *bus, char *why, size_t room)
{
    struct site_real *real = site->real;
    (void)open_port(&real->battery_port, bus, why, room);
    report_points_init(&real->report, site->points);
    if (bus->protocol->kind == PROTOCOL_OF_CAN) {
        can_listener_init(&real->listener, &can_dialects[bus->protocol->index], 0);
        return;
    }
    const struct rs485_facts *facts = &rs485_facts[bus->protocol->index];
    site->driver = (struct battery_driver){
        .bus = {&real->battery_port, port_write, port_read},
        .points = site->points,
        .protocol = (enum rs485_protocol)bus->protocol->index,
        .n_packs = site->config->real_packs,
        .period_ms = PERIOD_MS,
        .timeout_ms = facts->timeout_ms,
        .gap_ms = facts->gap_ms,
        .told = site_pack_told,
        .context = site,
    };
    battery_driver_init(&site->driver);
    site_define_links(site);
    for (int i = 0; i < site->driver.n_packs; i++) {
        for (int k = 0; k < REPORT_LISTS; k++) {
            char name[POINT_NAME_MAX];
            snprintf(name, sizeof name, "pack%d.%s", i + 1, report_list_name(k));
            real->pack_list[i][k] = points_define(site->points, name, POINT_LIST, 0, false);
        }
    }
}

static void open_inverter(struct site *site, const struct site_bus *bus, char *why, size_t room)
{
    struct site_real *real = site->real;
    (void)open_port(&real->inverter_port, bus, why, room);
    real->inverter = (struct inverter_driver){
        .bus = {&real->inverter_port, port_write, port_read},
        .points = site->points,
        .protocol = (enum hostlink_protocol)bus->protocol->index,
        .unit = bus->unit,
        .product = site->config->house.inverter,
        .mirror = &site->house,
        .period_ms = PERIOD_MS,
        .told = inverter_told,
        .written = inverter_written,
        .context = site,
    };
    inverter_driver_init(&real->inverter);
}

bool real_open(struct site *site, char *why, size_t room)
{
    const struct site_config *config = site->config;
    site->real = calloc(1, sizeof *site->real);
    if (site->real == NULL) {
        snprintf(why, room, "out of memory");
        return false;
    }
    site->real->wall_ms = wall_ms();
    site->real->battery_port.listener = site->real->inverter_port.listener = -1;
    site_define_totals(site);
    /* what is not there yet is tried again, and told by the first pass */
    if (config->battery_bus.protocol != NULL) {
        open_battery(site, &config->battery_bus, why, room);
    }
    if (config->inverter_bus.protocol != NULL) {
        open_inverter(site, &config->inverter_bus, why, room);
    }
    site_resume(site);
    return true;
}

void real_close(struct site *site)
{
    if (site->real == NULL) {
        return;
    }
    if (site->config->battery_bus.protocol != NULL) {
        bus_port_close(&site->real->battery_port);
    }
    if (site->config->inverter_bus.protocol != NULL) {
        bus_port_close(&site->real->inverter_port);
    }
    free(site->real);
    site->real = NULL;
}

/* --- a pass --- */

static void tell_port(struct site *site, const char *device, const struct bus_port *port,
                      char said[REAL_STATE])
{
    if (strncmp(said, port->state, REAL_STATE) == 0) {
        return;
    }
    char name[300];
    char text[480];
    snprintf(said, REAL_STATE, "%s", port->state);
    bus_address_write(&port->address, name, sizeof name);
    snprintf(text, sizeof text, "%.200s: %s", name, port->state);
    site_tell(site, device, "info", "bus", true, text);
}

/* What each pack has to say of itself. */
static void publish_reasons(struct site *site)
{
    struct site_real *real = site->real;
    char text[POINT_TEXT_MAX];
    for (int i = 0; i < site->driver.n_packs; i++) {
        const struct pack_view *view = &site->driver.bank.pack[i];
        bool known = (view->heard & VIEW_FLAGS) != 0 && !battery_driver_misses(&site->driver, i);
        const uint32_t reasons[REPORT_LISTS] = {
            [REPORT_ALARMS] = view->alarms, [REPORT_PROTECTIONS] = view->protections};
        for (int k = 0; k < REPORT_LISTS; k++) {
            report_reasons(reasons[k], text, sizeof text);
            if (known) {
                points_set_text(site->points, real->pack_list[i][k], text, real->wall_ms);
            } else {
                points_invalidate(site->points, real->pack_list[i][k]);
            }
        }
    }
}

static void tell_reasons(struct site *site, const struct battery_report *report)
{
    static const char *const kinds[REPORT_LISTS] = {
        [REPORT_ALARMS] = "alarm", [REPORT_PROTECTIONS] = "protection"};
    const uint32_t now[REPORT_LISTS] = {
        [REPORT_ALARMS] = report->alarms, [REPORT_PROTECTIONS] = report->protections};
    if ((report->heard & HEARD_FLAGS) == 0) {
        return; /* what it had before it fell silent still counts */
    }
    for (int k = 0; k < REPORT_LISTS; k++) {
        uint32_t changed = now[k] ^ site->real->reasons[k];
        site->real->reasons[k] = now[k];
        for (uint32_t bit = 1; bit != 0 && bit <= changed; bit <<= 1) {
            char name[POINT_TEXT_MAX];
            if ((changed & bit) != 0) {
                report_reasons(bit, name, sizeof name);
                site_tell(site, "battery", kinds[k], name, (now[k] & bit) != 0, name);
            }
        }
    }
}

static void publish_battery(struct site *site, int64_t now_ms)
{
    struct site_real *real = site->real;
    struct battery_report report;
    if (site->driver.n_packs > 0) {
        bank_combine(&site->driver.bank, (uint32_t)now_ms, BATTERY_FRESH_MS);
        report = site->driver.bank.whole;
    } else {
        can_listener_report(&real->listener, (uint32_t)now_ms, &report);
        bool silent = report.heard == 0 && real->listener.frames > 0;
        if (silent != real->battery_silent) {
            real->battery_silent = silent;
            site_tell(site, "battery", "alarm", "silent", silent,
                      silent ? "The battery does not speak; its values are not known."
                             : "The battery speaks again.");
        }
    }
    report_points_put(&real->report, &report, real->wall_ms);
    tell_reasons(site, &report);
    publish_reasons(site);
    site_publish_links(site, real->wall_ms);
}

/* A power that is told, W, and the sums it goes into; 0 where it is not known now. */
static double power(struct site *site, const char *name, unsigned flows)
{
    const struct point *point = points_get(site->points, points_find(site->points, name));
    bool known = point != NULL && point->valid;
    site->real->flows |= known ? flows : 0;
    return known ? point->number : 0.0;
}

/* Energy is what was told of power, until the next time. */
static void book(struct site *site)
{
    enum { PV = 1, LOAD = 2, GRID = 4 | 8 | 64, BATTERY = 16 | 32 }; /* as in struct site_totals */
    struct site_real *real = site->real;
    double hours = (double)(real->wall_ms - real->booked_ms) / 3.6e6;
    bool counts = real->booked_ms != 0 && hours > 0 && hours < BOOK_MOST_MS / 3.6e6;
    double grid = power(site, "grid.power_w", GRID);
    double battery = power(site, "battery.power_w", BATTERY);
    struct site_totals flowed = {
        .pv = power(site, "pv.power_w", PV),
        .load = power(site, "load.power_w", LOAD),
        .bought = grid > 0 ? grid : 0,
        .sold = grid < 0 ? -grid : 0,
        .charged = battery < 0 ? -battery : 0,
        .discharged = battery > 0 ? battery : 0,
    };
    real->booked_ms = real->wall_ms;
    site_add_energy(site, &flowed, counts ? hours / 1000.0 : 0.0, real->wall_ms / 1000);
}

void real_serve(struct site *site, int64_t now_ms)
{
    struct site_real *real = site->real;
    real->wall_ms = wall_ms();
    if (site->config->inverter_bus.protocol != NULL) {
        bus_port_step(&real->inverter_port, now_ms);
        (void)inverter_driver_step(&real->inverter, now_ms, real->wall_ms);
        tell_faults(site);
    }
    if (site->driver.n_packs > 0) {
        bus_port_step(&real->battery_port, now_ms);
        (void)battery_driver_step(&site->driver, now_ms, real->wall_ms);
    } else if (site->config->battery_bus.protocol != NULL) {
        struct can_frame frame;
        bus_port_step(&real->battery_port, now_ms);
        while (bus_port_take(&real->battery_port, &frame)) {
            (void)can_listener_hear(&real->listener, &frame, (uint32_t)now_ms);
        }
    }
}

void real_pass(struct site *site, int64_t now_ms)
{
    struct site_real *real = site->real;
    real_serve(site, now_ms);
    if (now_ms - real->looked_ms < PERIOD_MS && real->looked_ms != 0) {
        return;
    }
    real->looked_ms = now_ms;
    if (site->config->inverter_bus.protocol != NULL) {
        tell_port(site, "inverter", &real->inverter_port, real->said_inverter);
    }
    if (site->config->battery_bus.protocol != NULL) {
        tell_port(site, "battery", &real->battery_port, real->said_battery);
        publish_battery(site, now_ms);
    }
    book(site);
    site_publish_totals(site, real->wall_ms);
}
