/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/ends/inverter_reader.h"
#include "host/ends/wait.h"
#include "sim/panels.h"
#include "sim/settings.h"

enum {
    STEP_MS = 100,
    JUMP_MS = 1000,
    PACKS_SETTLE_MS = 10000,
    INVERTER_SETTLES_MS = 120000,
    LOAD_W = 800,
    PV_W = 1500
};

/* The first pack of the list whose voltage is the inverter's class. */
static const struct product *pack_for(const struct inverter_profile *inverter)
{
    int32_t class_mv = inverter->battery_v * 1000;
    for (int i = 0; i < product_count; i++) {
        const struct pack_profile *pack = products[i].pack;
        if (pack != NULL && pack->nominal_mv >= class_mv && pack->nominal_mv < 2 * class_mv) {
            return &products[i];
        }
    }
    return NULL;
}

/* What the bench gives an inverter: a link to its packs, sun and load. */
static void furnish(struct house *house)
{
    char why[200];
    struct setting_text link[] = {{"inverter", "BTP", "LIT", false},
                                  {"inverter", "BMS", "CAN", false}};
    (void)house_write_settings(house, link, 2, why, sizeof why);
    house->force.load_w = (struct forced){true, LOAD_W};
    house->force.pv_w = (struct forced){true, PV_W};
}

bool emulator_init(struct emulator *emulator, const struct product *product, int packs,
                   double soc_pct, int64_t clock_s)
{
    bool inverter = product->inverter != NULL;
    memset(emulator, 0, sizeof *emulator);
    emulator->boards = calloc((size_t)packs, sizeof *emulator->boards);
    if (emulator->boards == NULL) {
        return false;
    }
    for (int i = 0; i < packs; i++) {
        board_init(&emulator->boards[i]);
    }
    struct house_spec spec = {.inverter = inverter ? product : NULL,
                              .battery = HOUSE_PACKS,
                              .pack = inverter ? pack_for(product->inverter) : product,
                              .packs = packs,
                              .soc = soc_pct / 100.0,
                              .temperature_c = 25.0,
                              .losses = inverter,
                              .seed = 1,
                              .start_ms = clock_s * 1000,
                              .boards = emulator->boards};
    house_init(&emulator->house, &spec);
    emulator->house.by_user = !inverter; /* who writes over a pack's port logs in first */
    for (int i = 0; i < packs; i++) {
        bms_set_clock(&emulator->house.bms[i], clock_s);
    }
    if (inverter) {
        furnish(&emulator->house);
    }
    /* as after 10 s of being on; an inverter takes a while to believe its grid and its BMS */
    for (int t = 0; t < (inverter ? INVERTER_SETTLES_MS : PACKS_SETTLE_MS); t += STEP_MS) {
        house_step(&emulator->house, STEP_MS);
    }
    if (inverter) {
        struct house_event event;
        while (house_next_event(&emulator->house, &event)) {
            continue; /* of before somebody looked */
        }
        inverter_port_init(&emulator->inverter, &emulator->house);
    }
    emulator->speed = 1.0;
    return true;
}

bool emulator_add(struct emulator *emulator, const struct bus_address *address,
                  const struct wire_protocol *protocol, char *why, size_t room)
{
    bool of_inverter = protocol != NULL && protocol->kind == PROTOCOL_OF_HOST;
    *why = '\0';
    if (!of_inverter) {
        return pack_wires_add(&emulator->wires, address, protocol, wait_now_ms(), why, room);
    }
    if (emulator->house.spec.inverter == NULL) {
        snprintf(why, room, "%s is spoken by inverters, not by batteries", protocol->name);
        return false;
    }
    if (emulator->n_links == EMULATOR_LINKS) {
        snprintf(why, room, "at most %d buses", EMULATOR_LINKS);
        return false;
    }
    if (!inverter_bus_fits(address, protocol, why, room)) {
        return false;
    }
    struct inverter_end *end = &emulator->link[emulator->n_links++];
    (void)inverter_end_open(end, address, protocol, wait_now_ms(), why, room);
    return true;
}

void emulator_free(struct emulator *emulator)
{
    pack_wires_close(&emulator->wires);
    for (int i = 0; i < emulator->n_links; i++) {
        inverter_end_close(&emulator->link[i]);
    }
    emulator->n_links = 0;
    free(emulator->boards);
    emulator->boards = NULL;
}

static void pass_time(struct emulator *emulator, int64_t now_ms)
{
    int64_t passed = now_ms - emulator->stepped_ms;
    if (emulator->stepped_ms == 0 || passed > JUMP_MS) {
        passed = emulator->stepped_ms == 0 ? 0 : JUMP_MS; /* a stopped process does not rush */
    }
    emulator->stepped_ms = now_ms;
    emulator->rest_ms += (double)passed * emulator->speed;
    while (emulator->rest_ms >= STEP_MS) {
        struct house_event event;
        house_step(&emulator->house, STEP_MS);
        house_panels_tick(&emulator->house);
        while (house_next_event(&emulator->house, &event)) {
            wait_say("%s: %s %s%s", event.device, event.kind,
                     event.name[0] ? event.name : event.code, event.set ? "" : " (over)");
        }
        if (emulator->house.spec.inverter != NULL) {
            inverter_port_fill(&emulator->inverter); /* counts, and sees faults come */
        }
        emulator->rest_ms -= STEP_MS;
    }
}

static void serve_links(struct emulator *emulator, int64_t now_ms)
{
    for (int i = 0; i < emulator->n_links; i++) {
        struct inverter_end *end = &emulator->link[i];
        const struct hostlink_job job = {
            .view = emulator->house.devices_on ? &emulator->inverter.view : NULL,
            .profile = emulator->house.inverter.profile,
            .desk = &emulator->inverter.desk,
        };
        inverter_end_step(end, now_ms, job);
        if (strcmp(end->said_state, end->port.state) != 0) {
            memcpy(end->said_state, end->port.state, sizeof end->said_state);
            wait_say("%s: %s", end->protocol->name, end->said_state);
        }
    }
}

void emulator_step(struct emulator *emulator, int64_t now_ms)
{
    pass_time(emulator, now_ms);
    pack_wires_step(&emulator->wires, now_ms);
    serve_links(emulator, now_ms);
}
