/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual house: how it begins, what of it can be switched or cut, what its devices tell. */
#include "sim/house.h"

#include <math.h>
#include <string.h>

#include "plant/rng.h"
#include "sim/firmware.h"
#include "sim/lcd.h"
#include "sim/panels.h"

/* Devices boot one minute before their millisecond counter wraps, so that every run crosses it. */
static const uint32_t BOOT_MS = UINT32_MAX - 60000U;

enum { ZEROED_MA = 20 }; /* an ideal sensor was zeroed at the works */

static struct stage_losses losses_of(const struct loss_curve *curve, double rated_w)
{
    return (struct stage_losses){.idle = (double)curve->idle,
                                 .linear = (double)curve->linear,
                                 .square = (double)curve->square,
                                 .rated_w = rated_w};
}

int64_t house_local_s(const struct house *house)
{
    return house->t_ms / 1000 + house->local_offset_s;
}

void house_set_zone(struct house *house, int32_t local_offset_s)
{
    int32_t by_s = local_offset_s - house->local_offset_s;
    house->local_offset_s = local_offset_s;
    for (int i = 0; by_s != 0 && house->spec.battery == HOUSE_PACKS && i < house->spec.packs; i++) {
        struct bms *bms = &house->bms[i];
        bms_set_clock(bms, bms_clock(bms, house->now_ms) + by_s);
    }
    inverter_set_clock(&house->inverter, inverter_clock(&house->inverter) + by_s);
}

/* A pack at power-up, with what its flash still says. */
static void boot_pack(struct house *house, int i)
{
    struct bms *bms = &house->bms[i];
    struct pack_board *board = house->spec.boards != NULL ? &house->spec.boards[i] : NULL;
    bms_set_clock(bms, house_local_s(house));
    if (board != NULL && memory_mount(&board->memory, &board->flash, bms) != NVM_OK) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_JOURNAL);
    }
}

/* The inverter at power-up, with what its flash still says and a clock that went on. */
static void boot_inverter(struct house *house)
{
    struct inverter *inverter = &house->inverter;
    inverter_init(inverter, inverter->profile, house->now_ms);
    inverter->in.memory_bad =
        inverter_memory_mount(&house->board.memory, &house->board.flash, inverter) != NVM_OK ||
        inverter->in.memory_bad;
    inverter_set_clock(inverter, house_local_s(house));
    house_firmware_versions(house);
    lcd_init(&house->lcd, house_lcd_now(house));
}

static void start_packs(struct house *house)
{
    const struct house_spec *spec = &house->spec;
    int32_t soc = (int32_t)lround(spec->soc * 10000.0);
    for (int i = 0; i < spec->packs; i++) {
        struct pack_spec cells = {
            .n_cells = spec->pack->pack->n_cells,
            .capacity_ah = spec->pack->pack->capacity_mah / 1000.0,
            .soc = spec->soc,
            .temperature_c = spec->temperature_c,
            .seed = spec->seed != 0 ? spec->seed + (uint64_t)i : 0,
            .self_use = spec->losses,
            .capacity_factor = spec->capacity_factor,
            .resistance_factor = spec->resistance_factor,
        };
        pack_init(&house->plant[i], &cells);
        bms_init(&house->bms[i], spec->pack->pack, soc, house->now_ms);
        house->desk[i].dip = (uint8_t)(i + 1);
        house->desk[i].wait_to_join = spec->packs > 1; /* until the host has looked */
        house->bms[i].address = house->desk[i].dip;
        bms_set_soc(&house->bms[i], soc); /* commissioned: somebody knows */
        if (!spec->sensors.on) {
            bms_doubt_sensor(&house->bms[i], ZEROED_MA);
        }
        sensor_init(&house->sensor[i], &spec->sensors, spec->pack->pack->rated_ma / 1000.0,
                    rng_stream(spec->seed, 60U + (uint64_t)i));
        panel_init(&house->panel[i], spec->pack->pack->panel, &house->bms[i].access, house->now_ms);
    }
    stack_init(&house->stack, house->now_ms);
    guide_begin(&house->guide, spec->pack->pack->guide, house->now_ms);
    for (int i = 0; i < spec->packs; i++) {
        boot_pack(house, i);
    }
}

void house_init(struct house *house, const struct house_spec *spec)
{
    memset(house, 0, sizeof *house);
    can_rounding_init(&house->rounding, &can_dialects[CAN_PYLON]);
    house->spec = *spec;
    house->env = spec->env;
    house->local_offset_s = spec->env != NULL ? spec->env->local_offset_s : 0;
    house->t_ms = spec->start_ms;
    house->now_ms = BOOT_MS;
    house->devices_on = true;
    house->write_result = "accepted";
    house->bms_due_ms = house->report_due_ms = house->bus_at_ms = house->peer_at_ms = house->now_ms;
    house->heatsink_c = spec->temperature_c;
    house->grid_v = 230.0;
    house->grid_hz = 50.0;
    if (spec->battery == HOUSE_PACKS) {
        start_packs(house);
    } else if (spec->battery == HOUSE_PLAIN) {
        plain_battery_init(&house->plain, spec->plain_kind, spec->plain_cells, spec->plain_ah,
                           spec->soc);
    }
    if (spec->inverter != NULL) {
        const struct inverter_profile *profile = spec->inverter->inverter;
        struct generator_options options = spec->generator;
        options.voltage_v = options.voltage_v > 0.0 ? options.voltage_v : 230.0;
        options.frequency_hz = options.frequency_hz > 0.0 ? options.frequency_hz : 50.0;
        options.delay_s = options.delay_s > 0.0 ? options.delay_s : 10.0;
        generator_init(&house->generator, &options);
        house->inverter.profile = profile;
        inverter_board_init(&house->board);
        boot_inverter(house);
        house->bridge_loss = losses_of(&profile->bridge_loss, profile->rated_w);
        house->pv_loss = losses_of(&profile->pv_loss, profile->pv_max_w);
    }
}

void house_step(struct house *house, uint32_t dt_ms)
{
    int64_t before_s = house->t_ms / 1000;
    house_plant(house, dt_ms);
    house->t_ms += dt_ms;
    house->now_ms += dt_ms;
    if (house->env != NULL && house->t_ms / 1000 != before_s) {
        env_at(house->env, house->t_ms / 1000);
    }
    if (house->devices_on) {
        house_devices(house);
    }
}

static void reboot_pack(struct house *house, int i)
{
    struct bms *bms = &house->bms[i];
    struct bms kept = *bms;
    struct soc_memory memory;
    bms_soc_save(bms, &memory);
    bms_init(bms, kept.profile, kept.soc_pct100, house->now_ms);
    if (house->spec.boards == NULL) { /* as if it had a flash */
        memcpy(bms->param, kept.param, sizeof bms->param);
        if (!bms_soc_restore(bms, &memory, 0)) {
            bms_guess_soc(bms);
        }
        bms_resolve(bms);
    }
    boot_pack(house, i);
    bms_set_clock(bms, bms_clock(&kept, house->now_ms)); /* its own battery keeps the clock */
}

void house_power(struct house *house, bool on)
{
    if (on == house->devices_on) {
        return;
    }
    house->devices_on = on;
    for (int i = 0; i < house->spec.packs && house->spec.battery == HOUSE_PACKS; i++) {
        if (!on && house->spec.boards != NULL) { /* the board sees its supply fail */
            (void)memory_save(&house->spec.boards[i].memory, &house->bms[i]);
        }
        if (on) {
            reboot_pack(house, i);
            house->desk[i].wait_to_join = house->spec.packs > 1;
        } else {
            bms_power_off(&house->bms[i]);
        }
    }
    house_panels_tick(house);
    if (!on && house->spec.inverter != NULL) { /* the board sees its supply fail */
        (void)inverter_memory_save(&house->board.memory, &house->inverter);
    }
    memset(&house->inverter.out, 0, sizeof house->inverter.out);
    if (on && house->spec.inverter != NULL) {
        boot_inverter(house);
        house->bms_due_ms = house->report_due_ms = house->now_ms;
    }
}

/* "pack3" or "pack3.afe": the pack's index, and what follows its number. */
static int pack_of(const char *link, const char **rest)
{
    if (strncmp(link, "pack", 4) != 0) {
        return -1;
    }
    int n = 0;
    const char *p = link + 4;
    while (*p >= '0' && *p <= '9' && n < 100) {
        n = n * 10 + (*p++ - '0');
    }
    *rest = p;
    return n - 1;
}

static void set_bit(uint16_t *mask, int i, bool on)
{
    unsigned bit = 1U << i;
    *mask = (uint16_t)(on ? *mask | bit : *mask & ~bit);
}

bool house_cut(struct house *house, const char *link, bool cut)
{
    const char *rest = "";
    int pack = pack_of(link, &rest);
    if (strcmp(link, "can0") == 0) {
        house->can0.cut = cut;
    } else if (strcmp(link, "rs485_0") == 0) {
        house->rs485_cut = cut;
    } else if (strcmp(link, "internal") == 0 && house->spec.inverter != NULL) {
        house->internal_cut = cut;
    } else if (strcmp(link, "stack") == 0) {
        house->stack_cut = cut;
    } else if (pack >= 0 && pack < house->spec.packs && strcmp(rest, ".afe") == 0) {
        set_bit(&house->afe_cut, pack, cut);
    } else if (pack >= 0 && pack < house->spec.packs && *rest == '\0') {
        set_bit(&house->pack_cut, pack, cut);
    } else {
        return false;
    }
    return true;
}

double house_stored_j(const struct house *house)
{
    double sum = 0.0;
    if (house->spec.battery == HOUSE_PLAIN) {
        return plain_battery_audit(&house->plain);
    }
    for (int i = 0; i < house->spec.packs; i++) {
        sum += pack_audit(&house->plant[i]);
    }
    return sum;
}

double house_shed_j(const struct house *house)
{
    double sum = 0.0;
    if (house->spec.battery == HOUSE_PLAIN) {
        return house->plain.lost_j;
    }
    for (int i = 0; i < house->spec.packs; i++) {
        sum += house->plant[i].lost_to_room_j + house->plant[i].self_used_j;
    }
    return sum;
}
