/* SPDX-License-Identifier: Apache-2.0 */
/* Packs found by their address, and what they make together. */
#include "core/proto/battery_bank.h"

#include <string.h>

#include "core/units.h"

int bank_find(const struct battery_bank *bank, uint8_t address)
{
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        if (bank->pack[i].address == address) {
            return i;
        }
    }
    return -1;
}

int bank_at(const struct battery_bank *bank, uint8_t number)
{
    int i = bank_find(bank, number);
    return i < 0 && number == 1 ? bank_find(bank, 0) : i;
}

int bank_host(const struct battery_bank *bank) { return bank_at(bank, 1); }

/* Running sums over the packs that count. */
struct sums {
    int n_analog, n_soc;
    int64_t voltage, remaining, full, soc;
    int64_t gone_remaining, gone_full; /* of packs that fell silent, as last heard */
    uint8_t soh;
};

static void add_cells(struct battery_report *whole, const struct pack_view *pack)
{
    for (uint8_t k = 0; k < pack->n_cells && k < BANK_CELLS; k++) {
        uint16_t mv = pack->cell_mv[k];
        bool first = (whole->heard & HEARD_CELLS) == 0;
        struct report_place place = {pack->address, (uint8_t)(k + 1)};
        if (first || mv > whole->cell_max_mv) {
            whole->cell_max_mv = mv;
            whole->cell_max_at = place;
        }
        if (first || mv < whole->cell_min_mv) {
            whole->cell_min_mv = mv;
            whole->cell_min_at = place;
        }
        whole->heard |= HEARD_CELLS;
    }
    whole->n_cells = pack->n_cells;
}

static void add_temperatures(struct battery_report *whole, const struct pack_view *pack)
{
    for (uint8_t k = 0; k < pack->n_temps && k < BANK_TEMPS; k++) {
        int16_t c10 = pack->temp_c10[k];
        if (c10 == TEMP_ABSENT) {
            continue;
        }
        bool first = (whole->heard & HEARD_TEMPERATURES) == 0;
        struct report_place place = {pack->address, (uint8_t)(k + 1)};
        if (first || c10 > whole->temp_max_c10) {
            whole->temp_max_c10 = c10;
            whole->temp_max_at = place;
        }
        if (first || c10 < whole->temp_min_c10) {
            whole->temp_min_c10 = c10;
            whole->temp_min_at = place;
        }
        whole->heard |= HEARD_TEMPERATURES;
    }
}

/* By its enables; where it tells none, by its MOS and what they may be open for. */
static bool may(const struct pack_view *pack, bool charge)
{
    if ((pack->heard & VIEW_ENABLE) != 0) {
        return charge ? pack->charge_enable : pack->discharge_enable;
    }
    bool mos = (pack->heard & VIEW_MOS) == 0 || (charge ? pack->charge_mos : pack->discharge_mos);
    uint32_t stops = charge ? REPORT_STOPS_CHARGE : REPORT_STOPS_DISCHARGE;
    return mos && (pack->protections & stops) == 0;
}

/* A voltage of 0 is none: it narrows nothing. */
static void narrow(struct battery_report *whole, int32_t charge_mv, int32_t discharge_mv)
{
    if (charge_mv > 0) {
        whole->charge_mv = whole->charge_mv > 0 ? min_i32(whole->charge_mv, charge_mv) : charge_mv;
    }
    if (discharge_mv > 0) {
        whole->discharge_mv = max_i32(whole->discharge_mv, discharge_mv);
        whole->heard |= HEARD_DISCHARGE_VOLTAGE;
    }
}

/* Without a charge voltage nothing is charged. */
static void add_limits(struct battery_report *whole, const struct pack_view *pack)
{
    bool charges = may(pack, true) && pack->charge_mv > 0;
    bool discharges = may(pack, false);
    narrow(whole, pack->last_charge_mv, pack->last_discharge_mv);
    whole->charge_limit_ma += charges ? pack->charge_limit_ma : 0;
    whole->discharge_limit_ma += discharges ? pack->discharge_limit_ma : 0;
    whole->heard |= HEARD_LIMITS;
}

static void add_charge(struct battery_report *whole, struct sums *sums,
                       const struct pack_view *pack)
{
    if ((pack->heard & VIEW_CAPACITY) != 0) {
        sums->remaining += pack->remaining_mah;
        sums->full += pack->full_mah;
        whole->heard |= HEARD_CAPACITY;
    }
    if ((pack->heard & VIEW_SOC) != 0) {
        sums->soc += pack->soc_pct;
        sums->n_soc++;
    }
    if ((pack->heard & VIEW_SOH) != 0) {
        sums->soh = pack->soh_pct < sums->soh ? pack->soh_pct : sums->soh;
        whole->heard |= HEARD_SOH;
    }
    if ((pack->heard & VIEW_CYCLES) != 0) {
        whole->cycles = pack->cycles > whole->cycles ? pack->cycles : whole->cycles;
        whole->heard |= HEARD_CYCLES;
    }
}

static void add_flags(struct battery_report *whole, const struct pack_view *pack)
{
    whole->protections |= pack->protections;
    whole->alarms |= pack->alarms;
    whole->balancing |= (pack->heard & VIEW_BALANCE) != 0 && pack->balance != 0;
    if ((pack->heard & VIEW_FLAGS) != 0) {
        whole->heard |= HEARD_FLAGS;
    }
    if ((pack->heard & (VIEW_ENABLE | VIEW_MOS)) == 0) {
        return;
    }
    bool charges = may(pack, true);
    bool discharges = may(pack, false);
    whole->charge_enable |= charges;
    whole->discharge_enable |= discharges;
    whole->modules_no_charge = (uint8_t)(whole->modules_no_charge + !charges);
    whole->modules_no_discharge = (uint8_t)(whole->modules_no_discharge + !discharges);
    whole->force_charge |= pack->force_charge;
    whole->force_charge_soon |= pack->force_charge_soon;
    whole->full_charge_request |= pack->full_charge_request;
    whole->heard |= HEARD_REQUEST;
}

static void add_pack(struct battery_report *whole, struct sums *sums, const struct pack_view *pack)
{
    whole->packs++;
    whole->modules_online++;
    whole->heard |= HEARD_MODULES;
    if ((pack->heard & VIEW_ANALOG) != 0) {
        sums->voltage += pack->voltage_mv;
        sums->n_analog++;
        whole->current_ma += pack->current_ma;
        whole->heard |= HEARD_MEASURED;
    }
    if ((pack->heard & VIEW_LIMITS) != 0) {
        add_limits(whole, pack);
    }
    if ((pack->heard & VIEW_CELLS) != 0) {
        add_cells(whole, pack);
    }
    if ((pack->heard & VIEW_TEMPS) != 0) {
        add_temperatures(whole, pack);
    }
    add_charge(whole, sums, pack);
    add_flags(whole, pack);
}

/* SOC by charge; never more than it was with the packs that fell silent. */
static void weigh_charge(struct battery_report *whole, const struct sums *sums)
{
    int64_t remaining = sums->remaining;
    int64_t full = sums->full;
    if (sums->gone_full > 0 && sums->gone_remaining * full < remaining * sums->gone_full) {
        remaining += sums->gone_remaining;
        full += sums->gone_full;
    }
    whole->soc_pct100 =
        (uint16_t)clamp_i32((int32_t)((remaining * 10000 + full / 2) / full), 0, 10000);
    whole->soc_pct = charge_pct((uint32_t)remaining, (uint32_t)full);
    whole->heard |= HEARD_SOC;
}

void bank_bind(struct battery_bank *bank)
{
    struct battery_report *whole = &bank->whole;
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        const struct pack_view *pack = &bank->pack[i];
        if (pack->was_heard) {
            narrow(whole, pack->last_charge_mv, pack->last_discharge_mv);
        }
        if (pack->gone && whole->modules_online > 0) {
            whole->alarms |= REPORT_COMMUNICATION;
            whole->heard |= HEARD_FLAGS;
        }
    }
}

static void remember(struct pack_view *pack)
{
    pack->was_heard = true;
    pack->gone = false;
    pack->last_charge_mv = pack->charge_mv > 0 ? pack->charge_mv : pack->last_charge_mv;
    pack->last_discharge_mv = pack->discharge_mv > 0 ? pack->discharge_mv : pack->last_discharge_mv;
}

void bank_combine(struct battery_bank *bank, uint32_t now_ms, uint32_t fresh_ms)
{
    struct battery_report *whole = &bank->whole;
    struct sums sums = {.soh = 100};
    char name[sizeof whole->name];
    uint16_t named = whole->heard & HEARD_NAME;
    memcpy(name, whole->name, sizeof name);
    memset(whole, 0, sizeof *whole);
    memcpy(whole->name, name, sizeof name);
    whole->heard = named;
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        struct pack_view *pack = &bank->pack[i];
        if (pack->heard == 0 || now_ms - pack->heard_ms > fresh_ms) {
            time_keep(&pack->heard_ms, now_ms);
            bool known = pack->heard != 0 || pack->was_heard;
            whole->modules_offline = (uint8_t)(whole->modules_offline + known);
            pack->gone = pack->was_heard;
            sums.gone_remaining += pack->gone ? pack->remaining_mah : 0;
            sums.gone_full += pack->gone ? pack->full_mah : 0;
            continue;
        }
        remember(pack);
        add_pack(whole, &sums, pack);
    }
    if (sums.n_analog > 0) {
        whole->voltage_mv = (int32_t)(sums.voltage / sums.n_analog);
    }
    if ((whole->heard & HEARD_TEMPERATURES) != 0) {
        whole->temp_c10 = (int16_t)((whole->temp_max_c10 + whole->temp_min_c10) / 2);
        whole->heard |= HEARD_TEMPERATURE;
    }
    whole->remaining_mah = (uint32_t)sums.remaining;
    whole->full_mah = (uint32_t)sums.full;
    if (sums.full > 0) {
        weigh_charge(whole, &sums);
    } else if (sums.n_soc > 0) {
        whole->soc_pct = (uint8_t)(sums.soc / sums.n_soc);
        whole->heard |= HEARD_SOC;
    }
    whole->soh_pct = sums.soh;
    const uint32_t both = HEARD_CELLS | HEARD_TEMPERATURES;
    whole->heard |= (whole->heard & both) == both ? HEARD_PLACES : 0;
    bank_bind(bank);
}

#define OVER(field) whole->field = told->field

void report_overlay(struct battery_report *whole, const struct battery_report *told)
{
    if ((told->heard & HEARD_LIMITS) != 0) {
        OVER(charge_mv);
        OVER(charge_limit_ma);
        OVER(discharge_limit_ma);
    }
    if ((told->heard & HEARD_DISCHARGE_VOLTAGE) != 0) {
        OVER(discharge_mv);
    }
    if ((told->heard & HEARD_SOC) != 0) {
        OVER(soc_pct);
        OVER(soc_pct100);
    }
    if ((told->heard & HEARD_SOH) != 0) {
        OVER(soh_pct);
    }
    if ((told->heard & HEARD_MEASURED) != 0) {
        OVER(voltage_mv);
        OVER(current_ma);
    }
    if ((told->heard & HEARD_FLAGS) != 0) {
        OVER(protections);
        OVER(alarms);
    }
    if ((told->heard & HEARD_REQUEST) != 0) {
        OVER(charge_enable);
        OVER(discharge_enable);
        OVER(force_charge);
        OVER(force_charge_soon);
        OVER(full_charge_request);
    }
    if ((told->heard & HEARD_CAPACITY) != 0) {
        OVER(remaining_mah);
        OVER(full_mah);
    }
    if ((told->heard & HEARD_CELLS) != 0) {
        OVER(cell_max_mv);
        OVER(cell_min_mv);
    }
    if ((told->heard & HEARD_TEMPERATURES) != 0) {
        OVER(temp_max_c10);
        OVER(temp_min_c10);
    }
    if ((told->heard & HEARD_TEMPERATURE) != 0) {
        OVER(temp_c10);
    }
    if ((told->heard & HEARD_CYCLES) != 0) {
        OVER(cycles);
    }
    if ((told->heard & HEARD_MODULES) != 0) {
        OVER(packs);
        OVER(modules_online);
    }
    whole->heard |= told->heard;
}

uint32_t report_fine(uint32_t reasons)
{
    static const struct {
        uint32_t coarse, any, mildest;
    } rows[] = {
        {REPORT_OVER_VOLTAGE, REPORT_ANY_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE},
        {REPORT_UNDER_VOLTAGE, REPORT_ANY_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
        {REPORT_OVER_TEMPERATURE, REPORT_ANY_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
        {REPORT_UNDER_TEMPERATURE, REPORT_ANY_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool alone = (reasons & rows[i].any) == rows[i].coarse;
        reasons |= alone ? rows[i].mildest : 0;
    }
    return reasons;
}

uint8_t charge_pct(uint32_t remaining_mah, uint32_t full_mah)
{
    if (full_mah == 0) {
        return 0;
    }
    uint64_t pct = ((uint64_t)remaining_mah * 100 + full_mah / 2) / full_mah;
    return (uint8_t)(pct > 100 ? 100 : pct);
}
