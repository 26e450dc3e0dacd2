/* SPDX-License-Identifier: Apache-2.0 */
/* Knobs of a simulated pack: its wires, switches and key, and cells made faulty. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_knobs.h"

/* How a faulty cell is: enough for its early warning, far from a protection (docs/bms.md). */
static const double WEAK_FACTOR = 0.75;
static const double LOOSE_OHM = 0.001;
static const double LEAK_A = 0.5;

static const char *whole_or_cut(bool cut) { return cut ? "cut" : "whole"; }

static void cell_text(char *out, size_t room, int cell)
{
    if (cell > 0) {
        snprintf(out, room, "%d", cell);
    } else {
        snprintf(out, room, "none");
    }
}

void pack_knob_value(const struct site *site, enum knob_kind kind, int pack, char *out, size_t room)
{
    const struct house *house = &site->house;
    const struct tampering *tampering = &site->tampering[pack];
    const struct forced *sensor = &house->force.pack[pack].temp_c[0];
    switch ((int)kind) {
    case KNOB_PACK_LINK:
        snprintf(out, room, "%s", whole_or_cut((house->pack_cut >> pack & 1) != 0));
        return;
    case KNOB_PACK_AFE:
        snprintf(out, room, "%s", whole_or_cut((house->afe_cut >> pack & 1) != 0));
        return;
    case KNOB_PACK_TEMPERATURE:
        snprintf(out, room, "auto");
        if (sensor->on) {
            snprintf(out, room, "%g", sensor->value);
        }
        return;
    case KNOB_PACK_SWITCH:
        snprintf(out, room, "%s", house->desk[pack].switch_off ? "off" : "on");
        return;
    case KNOB_PACK_RST:
        snprintf(out, room, "none");
        if (tampering->rst_until_ms > 0) {
            snprintf(out, room, "%ds", tampering->rst_s);
        }
        return;
    case KNOB_PACK_DIP: snprintf(out, room, "%u", (unsigned)house->desk[pack].dip); return;
    case KNOB_PACK_SOC:
        snprintf(out, room, "%.0f", fmin(100.0, 100.0 * pack_soc(&house->plant[pack])));
        return;
    case KNOB_PACK_WEAK: cell_text(out, room, tampering->weak); return;
    case KNOB_PACK_LOOSE: cell_text(out, room, tampering->loose); return;
    case KNOB_PACK_LEAK: cell_text(out, room, tampering->leaking); return;
    default: out[0] = '\0'; return;
    }
}

static void cut_link(struct site *site, const char *format_tail, int pack, bool cut)
{
    char link[24];
    snprintf(link, sizeof link, "pack%d%s", pack + 1, format_tail);
    (void)house_cut(&site->house, link, cut);
}

static void set_weak(struct site *site, int pack, int cell)
{
    struct tampering *tampering = &site->tampering[pack];
    if (tampering->weak > 0) {
        pack_set_capacity(&site->house.plant[pack], tampering->weak - 1, 1.0);
    }
    if (cell > 0) {
        pack_set_capacity(&site->house.plant[pack], cell - 1, WEAK_FACTOR);
    }
    tampering->weak = cell;
}

static void set_loose(struct site *site, int pack, int cell)
{
    struct tampering *tampering = &site->tampering[pack];
    struct plant_pack *plant = &site->house.plant[pack];
    if (tampering->loose > 0) {
        pack_set_resistance(plant, tampering->loose - 1, tampering->was_ohm);
    }
    if (cell > 0) {
        tampering->was_ohm = plant->base_r_ohm[cell - 1];
        pack_set_resistance(plant, cell - 1, tampering->was_ohm + LOOSE_OHM);
    }
    tampering->loose = cell;
}

static void set_leak(struct site *site, int pack, int cell)
{
    struct tampering *tampering = &site->tampering[pack];
    if (tampering->leaking > 0) {
        pack_set_leak(&site->house.plant[pack], tampering->leaking - 1, 0.0);
    }
    if (cell > 0) {
        pack_set_leak(&site->house.plant[pack], cell - 1, LEAK_A);
    }
    tampering->leaking = cell;
}

/* The finger stays on the key for that many seconds of the site's time. */
static void press_reset(struct site *site, int pack, int seconds)
{
    struct tampering *tampering = &site->tampering[pack];
    if (seconds > 0 && tampering->rst_until_ms == 0) {
        tampering->rst_s = (uint8_t)seconds;
        tampering->rst_until_ms = site_now_ms(site) + 1000LL * seconds;
        house_pack_key(&site->house, pack, KEY_RST, true);
    }
}

void site_release_keys(struct site *site)
{
    for (int i = 0; i < site->house.spec.packs; i++) {
        struct tampering *tampering = &site->tampering[i];
        if (tampering->rst_until_ms > 0 && site_now_ms(site) >= tampering->rst_until_ms) {
            tampering->rst_until_ms = 0;
            house_pack_key(&site->house, i, KEY_RST, false);
        }
    }
}

/* Somebody charged or drained it elsewhere, and it knows. */
static void set_charge(struct site *site, int pack, double pct)
{
    pack_set_soc(&site->house.plant[pack], pct / 100.0);
    bms_set_soc(&site->house.bms[pack], (int32_t)lround(pct * 100.0));
}

void pack_knob_turn(struct site *site, enum knob_kind kind, int pack, const char *text,
                    double number)
{
    struct force_pack *force = &site->house.force.pack[pack];
    int whole = (int)strtol(text, NULL, 10); /* "none" is 0, "7s" is 7 */
    switch ((int)kind) {
    case KNOB_PACK_LINK: cut_link(site, "", pack, strcmp(text, "cut") == 0); return;
    case KNOB_PACK_AFE: cut_link(site, ".afe", pack, strcmp(text, "cut") == 0); return;
    case KNOB_PACK_TEMPERATURE:
        force->temp_c[0] = (struct forced){.on = strcmp(text, "auto") != 0, .value = number};
        force->any = true;
        return;
    case KNOB_PACK_SWITCH: site->house.desk[pack].switch_off = strcmp(text, "off") == 0; return;
    case KNOB_PACK_RST: press_reset(site, pack, whole); return;
    case KNOB_PACK_DIP: site->house.desk[pack].dip = (uint8_t)whole; return;
    case KNOB_PACK_SOC: set_charge(site, pack, number); return;
    case KNOB_PACK_WEAK: set_weak(site, pack, whole); return;
    case KNOB_PACK_LOOSE: set_loose(site, pack, whole); return;
    case KNOB_PACK_LEAK: set_leak(site, pack, whole); return;
    default: return;
    }
}
