/* SPDX-License-Identifier: Apache-2.0 */
#include "host/driver_inverter.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/srne.h"

enum { NOT_DEFINED = -1, FLOWS_MA = 500 };

/* A point of our own, or NOT_DEFINED when another device tells it. */
static int own_point(struct inverter_driver *driver, const char *name, enum point_kind kind,
                     bool recorded)
{
    bool taken = points_find(driver->points, name) >= 0;
    return taken ? NOT_DEFINED : points_define(driver->points, name, kind, 0, recorded);
}

void inverter_driver_init(struct inverter_driver *driver)
{
    hostlink_client_init(&driver->client, driver->protocol, driver->unit);
    driver->client.period_ms = (uint32_t)driver->period_ms;
    driver->silent = false;
    driver->writing = NULL;
    for (int i = 0; i < LIVE_COUNT; i++) {
        driver->live[i] = NOT_DEFINED;
        driver->others[i] = points_find(driver->points, live_rows[i].point) >= 0;
    }
    driver->power = own_point(driver, "battery.power_w", POINT_NUMBER, true);
    driver->source = own_point(driver, "inverter.source", POINT_TEXT, false);
    driver->faults = own_point(driver, "inverter.faults", POINT_LIST, false);
    driver->alarms = own_point(driver, "inverter.alarms", POINT_LIST, false);
    memset(driver->mirror, 0, sizeof *driver->mirror);
    driver->mirror->spec.inverter = driver->product;
    inverter_init(&driver->mirror->inverter, driver->product->inverter, 0);
}

bool inverter_driver_knows(const struct inverter_driver *driver, enum setting_id id)
{
    return driver->client.view.set_heard[id] && !driver->silent;
}

/* --- points --- */

static void publish_live(struct inverter_driver *driver, enum view_live live, int64_t site_ms)
{
    static const enum point_kind kinds[] = {
        [LIVE_NUMBER] = POINT_NUMBER, [LIVE_FLAG] = POINT_FLAG, [LIVE_WORD] = POINT_TEXT};
    const struct live_row *row = &live_rows[live];
    int64_t value = driver->client.view.live[live];
    char word[24];
    if (driver->live[live] == NOT_DEFINED) {
        driver->live[live] =
            points_define(driver->points, row->point, kinds[row->kind], row->decimals, true);
    }
    switch (row->kind) {
    case LIVE_NUMBER:
        points_set_number(driver->points, driver->live[live], (double)value / row->scale, site_ms);
        break;
    case LIVE_FLAG: points_set_flag(driver->points, driver->live[live], value != 0, site_ms); break;
    case LIVE_WORD:
        live_word(live, value, word, sizeof word);
        points_set_text(driver->points, driver->live[live], word, site_ms);
        break;
    }
}

static void publish_codes(struct inverter_driver *driver, enum fault_class class, int point,
                          int64_t site_ms)
{
    char list[POINT_TEXT_MAX] = "";
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = &driver->product->inverter->faults[i];
        size_t used = strlen(list);
        if ((driver->client.view.faults >> i & 1) != 0 && row->class == class) {
            snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? "," : "", row->code);
        }
    }
    points_set_text(driver->points, point, list, site_ms);
}

/* Who feeds the load, as far as a host link tells it. */
static const char *source_of(const struct inverter_view *view)
{
    bool pv = view->live[LIVE_PV_W] > 1;
    bool battery = view->live[LIVE_BATTERY_A] > FLOWS_MA;
    if (view->live[LIVE_STATE] == VIEW_STATE_BYPASS) {
        return "grid";
    }
    if (view->live[LIVE_STATE] != VIEW_STATE_INVERTING) {
        return "none";
    }
    return pv && battery ? "pv+battery" : pv ? "pv" : "battery";
}

static void publish(struct inverter_driver *driver, int64_t site_ms)
{
    const struct inverter_view *view = &driver->client.view;
    for (enum view_live live = 0; live < LIVE_COUNT; live++) {
        if (view_has(view, live) && !driver->others[live]) {
            publish_live(driver, live, site_ms);
        }
    }
    if (view_has(view, LIVE_BATTERY_V) && view_has(view, LIVE_BATTERY_A)) {
        double watt = (double)view->live[LIVE_BATTERY_V] * (double)view->live[LIVE_BATTERY_A] / 1e6;
        points_set_number(driver->points, driver->power, watt, site_ms);
    }
    if (view_has(view, LIVE_STATE)) {
        points_set_text(driver->points, driver->source, source_of(view), site_ms);
    }
    if (view->faults_heard) {
        publish_codes(driver, CLASS_FAULT, driver->faults, site_ms);
        publish_codes(driver, CLASS_ALARM, driver->alarms, site_ms);
    }
}

static void forget(struct inverter_driver *driver)
{
    const int others[] = {driver->power, driver->source, driver->faults, driver->alarms};
    for (int i = 0; i < LIVE_COUNT; i++) {
        if (driver->live[i] != NOT_DEFINED) {
            points_invalidate(driver->points, driver->live[i]);
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        points_invalidate(driver->points, others[i]);
    }
    driver->client.view.heard = 0; /* what comes after is all new */
    driver->client.view.faults_heard = false;
}

static void tell_change(struct inverter_driver *driver)
{
    if (driver->client.silent == driver->silent) {
        return;
    }
    driver->silent = driver->client.silent;
    if (driver->silent) {
        forget(driver);
    }
    driver->told(driver->context, driver->silent);
}

/* --- settings --- */

static void copy_settings(struct inverter_driver *driver)
{
    const struct inverter_view *view = &driver->client.view;
    for (int id = 0; id < SET_COUNT; id++) {
        if (view->set_heard[id]) {
            driver->mirror->inverter.set[id] = view->set[id];
        }
    }
}

static void end_write(struct inverter_driver *driver)
{
    const struct hostlink_client *client = &driver->client;
    const struct setting_row *row = driver->writing;
    char why[160] = "";
    if (row == NULL || client->write == HOSTLINK_WAITS || client->write == HOSTLINK_IDLE) {
        return;
    }
    switch (client->write) {
    case HOSTLINK_UNHEARD: snprintf(why, sizeof why, "The inverter does not answer."); break;
    case HOSTLINK_IMPOSSIBLE:
        snprintf(why, sizeof why, "%s cannot be said over %s.", row->mnemonic,
                 hostlink_facts[driver->protocol].name);
        break;
    case HOSTLINK_REFUSED:
        snprintf(why, sizeof why, "The inverter refused it%s%s.", client->refusal != 0 ? ": " : "",
                 srne_exception_text(client->refusal));
        break;
    case HOSTLINK_IDLE:
    case HOSTLINK_WAITS:
    case HOSTLINK_TAKEN: break;
    }
    driver->writing = NULL;
    driver->written(driver->context, row, driver->wanted, why);
}

enum write_result inverter_driver_write(struct inverter_driver *driver, const char *name,
                                        const char *text, bool installer, char *why, size_t room)
{
    const struct hostlink_client *client = &driver->client;
    const struct setting_row *row = setting_by_mnemonic(driver->product->inverter, name);
    if (driver->writing != NULL) {
        snprintf(why, room, "%s is being written; one at a time.", driver->writing->mnemonic);
        return WRITE_REFUSED;
    }
    const struct setting_text what = {"inverter", name, text, false};
    enum write_result result = house_try_setting(driver->mirror, &what, installer, why, room);
    if (!write_took(result) || row == NULL) {
        return result;
    }
    if (!hostlink_writes(driver->protocol, row->id)) {
        snprintf(why, room, "%s cannot be said over %s.", name,
                 hostlink_facts[driver->protocol].name);
        return WRITE_REFUSED;
    }
    if (setting_parse(row, text, &driver->wanted) != VERDICT_OK) {
        return WRITE_REFUSED; /* judged above: cannot be */
    }
    if (client->view.set_heard[row->id] &&
        hostlink_same(driver->protocol, row->id, client->view.set[row->id], driver->wanted)) {
        return result; /* as it is: its memory wears */
    }
    driver->writing = row;
    hostlink_client_write(&driver->client, row->id, driver->wanted);
    return result;
}

bool inverter_driver_step(struct inverter_driver *driver, int64_t now_ms, int64_t site_ms)
{
    uint8_t bytes[256];
    uint8_t out[HOSTLINK_FRAME_MAX];
    bool busy = false;
    size_t n;
    while ((n = driver->bus.read(driver->bus.context, bytes, sizeof bytes)) > 0) {
        if (hostlink_client_take(&driver->client, bytes, n, (uint32_t)now_ms)) {
            tell_change(driver); /* back before its values are */
            publish(driver, site_ms);
            copy_settings(driver);
            busy = true;
        }
    }
    n = hostlink_client_poll(&driver->client, (uint32_t)now_ms, out);
    if (n > 0) {
        driver->bus.write(driver->bus.context, out, n);
        busy = true;
    }
    tell_change(driver);
    end_write(driver);
    return busy;
}
