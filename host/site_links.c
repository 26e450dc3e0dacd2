/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host link of a simulated site's inverter on real buses: anybody's PI30 or SRNE program reads
 * and writes it. What it writes is kept and told as what a person writes on the page.
 */
#include <stdio.h>
#include <string.h>

#include "host/ends/inverter_reader.h"
#include "host/site_internal.h"

static const struct setting_row *row_of(const struct inverter_profile *profile, enum setting_id id)
{
    for (int i = 0; i < profile->n_settings; i++) {
        if (profile->settings[i].id == id) {
            return &profile->settings[i];
        }
    }
    return NULL;
}

static void keep_one(struct site *site, enum setting_id id)
{
    const struct inverter *inverter = &site->house.inverter;
    const struct setting_row *row = row_of(inverter->profile, id);
    char value[32];
    char why[200];
    if (row == NULL) {
        return;
    }
    setting_format(row, inverter->set[id], value, sizeof value);
    if (site_keep_setting(site, "inverter", row->mnemonic, value, why, sizeof why) ==
        SETTING_FAILED) {
        site_tell(site, "inverter", "alarm", "memory", true, why);
    }
}

static enum setting_verdict set(void *context, const struct hostlink_value *values, size_t n)
{
    struct site *site = context;
    const struct inverter *inverter = &site->house.inverter;
    int32_t before[SET_COUNT];
    memcpy(before, inverter->set, sizeof before);
    enum setting_verdict verdict =
        site->links.inverter.desk.set(site->links.inverter.desk.context, values, n);
    for (size_t i = 0; i < n && verdict == VERDICT_OK; i++) {
        if (inverter->set[values[i].id] != before[values[i].id]) { /* storage wears */
            keep_one(site, values[i].id);
        }
    }
    return verdict;
}

static bool order(void *context, enum hostlink_order what)
{
    struct site *site = context;
    const struct hostlink_desk *desk = &site->links.inverter.desk;
    int32_t before[SET_COUNT];
    memcpy(before, site->house.inverter.set, sizeof before);
    bool done = desk->order(desk->context, what);
    for (int id = 0; id < SET_COUNT && done; id++) {
        if (site->house.inverter.set[id] != before[id]) {
            keep_one(site, (enum setting_id)id);
        }
    }
    return done;
}

static bool set_clock(void *context, const struct view_clock *clock)
{
    struct site *site = context;
    const struct hostlink_desk *desk = &site->links.inverter.desk;
    return desk->set_clock(desk->context, clock);
}

static bool record(void *context, unsigned index, struct hostlink_record *out)
{
    struct site *site = context;
    const struct hostlink_desk *desk = &site->links.inverter.desk;
    return desk->record(desk->context, index, out);
}

static void refresh(void *context)
{
    struct site *site = context;
    site->links.inverter.desk.refresh(site->links.inverter.desk.context);
}

bool site_add_link(struct site *site, const struct site_wire *wire, char *why, size_t room)
{
    struct site_links *links = &site->links;
    if (links->n == 0) {
        inverter_port_init(&links->inverter, &site->house);
    }
    *why = '\0';
    return inverter_end_open(&links->end[links->n++], &wire->address, wire->protocol, 0, why, room);
}

void site_serve_links(struct site *site, int64_t now_ms)
{
    struct site_links *links = &site->links;
    const struct hostlink_desk desk = {site, set, order, set_clock, record, refresh};
    const struct hostlink_job job = {
        .view = site->house.devices_on ? &links->inverter.view : NULL,
        .profile = site->house.inverter.profile,
        .desk = &desk,
    };
    if (links->n > 0 && now_ms - links->filled_ms >= 1000) {
        links->filled_ms = now_ms;
        inverter_port_fill(&links->inverter); /* counts, and sees faults come */
    }
    for (int i = 0; i < links->n; i++) {
        struct inverter_end *end = &links->end[i];
        inverter_end_step(end, now_ms, job);
        if (strcmp(end->said_state, end->port.state) != 0) {
            char text[260];
            memcpy(end->said_state, end->port.state, sizeof end->said_state);
            snprintf(text, sizeof text, "%s: %s", end->protocol->name, end->said_state);
            site_tell(site, "inverter", "info", "bus", true, text);
        }
    }
}

void site_close_links(struct site *site)
{
    for (int i = 0; i < site->links.n; i++) {
        inverter_end_close(&site->links.end[i]);
    }
    site->links.n = 0;
}
