/* SPDX-License-Identifier: Apache-2.0 */
/* Packs of the bank as Pylontech's payloads. */
#include "core/proto/pylon_view.h"

#include <string.h>

#include "core/proto/flag_rows.h"

enum {
    TEMPS_WITH_MOS = 6, /* fewer: the last is a group of cells too */
    CELL_BROKEN_HIGH_MV = 4200,
    CELL_BROKEN_LOW_MV = 1000
};

uint8_t pylon_address(uint8_t switches, uint8_t group)
{
    unsigned n = switches > 0 ? switches - 1U : 0U;
    return (uint8_t)(PYLON_MASTER + n + 0x10U * group);
}

static uint8_t cells_of(const struct pack_view *pack)
{
    return pack->n_cells < BANK_CELLS ? pack->n_cells : BANK_CELLS;
}

static uint8_t groups_of(const struct pack_view *pack)
{
    return pack->n_temps < BANK_TEMPS ? pack->n_temps : BANK_TEMPS;
}

/* With the MOS at its end; a pack of few groups has no room for it that a reader would know. */
static uint8_t temps_of(const struct pack_view *pack)
{
    uint8_t n = (uint8_t)(1 + groups_of(pack));
    return pack->mos_c10 != TEMP_ABSENT && n + 1 >= TEMPS_WITH_MOS ? (uint8_t)(n + 1) : n;
}

void pylon_analog_of(const struct pack_view *pack, struct pylon_analog *analog)
{
    *analog = (struct pylon_analog){
        .n_cells = cells_of(pack),
        .n_temps = temps_of(pack),
        .current_ma = pack->current_ma,
        .voltage_mv = (uint16_t)clamp_i32(pack->voltage_mv, 0, UINT16_MAX),
        .remaining_mah = pack->remaining_mah,
        .total_mah = pack->full_mah,
        .cycles = pack->cycles,
    };
    memcpy(analog->cell_mv, pack->cell_mv, sizeof analog->cell_mv);
    analog->temp_c10[0] = pack->env_c10;
    memcpy(analog->temp_c10 + 1, pack->temp_c10, sizeof pack->temp_c10);
    analog->temp_c10[1 + groups_of(pack)] = pack->mos_c10;
}

void pylon_analog_to(const struct pylon_analog *analog, struct pack_view *pack)
{
    uint8_t n = analog->n_temps;
    bool mos = n >= TEMPS_WITH_MOS;
    uint8_t groups = (uint8_t)(n > 0 ? n - 1 - (mos ? 1 : 0) : 0);
    pack->n_cells = analog->n_cells;
    memcpy(pack->cell_mv, analog->cell_mv, sizeof pack->cell_mv);
    pack->n_temps = groups < BANK_TEMPS ? groups : BANK_TEMPS;
    memcpy(pack->temp_c10, analog->temp_c10 + 1, sizeof pack->temp_c10);
    pack->env_c10 = n > 0 ? analog->temp_c10[0] : TEMP_ABSENT;
    pack->mos_c10 = mos ? analog->temp_c10[n - 1] : TEMP_ABSENT;
    pack->current_ma = analog->current_ma;
    pack->voltage_mv = analog->voltage_mv;
    pack->remaining_mah = analog->remaining_mah;
    pack->full_mah = analog->total_mah;
    pack->cycles = analog->cycles;
    pack->soc_pct = charge_pct(analog->remaining_mah, analog->total_mah);
    pack->heard |= VIEW_ANALOG | VIEW_CELLS | VIEW_TEMPS | VIEW_CAPACITY | VIEW_CYCLES;
    pack->heard |= analog->total_mah > 0 ? VIEW_SOC : 0;
}

static uint8_t level(bool below, bool above)
{
    return below ? LEVEL_BELOW : above ? LEVEL_ABOVE : LEVEL_NORMAL;
}

/* Protections alone are in these bits: the protocol knows no alarm below them. */
static const struct flag_row status1_rows[] = {
    {0, STATUS1_MODULE_UV, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {0, STATUS1_CHARGE_OT, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {0, STATUS1_DISCHARGE_OT, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {0, STATUS1_DISCHARGE_OC, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {0, STATUS1_CHARGE_OC, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, STATUS1_CELL_UV, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, STATUS1_MODULE_OV, REPORT_PACK_OVER_VOLTAGE,
     REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
};
enum {
    N_STATUS1 = sizeof status1_rows / sizeof status1_rows[0],
    COLD = REPORT_UNDER_TEMPERATURE | REPORT_CHARGE_UNDER_TEMPERATURE |
           REPORT_DISCHARGE_UNDER_TEMPERATURE,
    HOT =
        REPORT_OVER_TEMPERATURE | REPORT_CHARGE_OVER_TEMPERATURE | REPORT_DISCHARGE_OVER_TEMPERATURE
};

/* The pack's flags as the status bytes 2 and 3. */
static void put_status(const struct pack_view *pack, uint8_t *status)
{
    status[1] = (uint8_t)((pack->asleep ? 0 : STATUS2_SUPPLYING) |
                          (pack->discharge_mos ? STATUS2_DISCHARGE_MOS : 0) |
                          (pack->charge_mos ? STATUS2_CHARGE_MOS : 0));
    status[2] = (uint8_t)((pack->charging ? STATUS3_CHARGING : 0) |
                          (pack->discharging ? STATUS3_DISCHARGING : 0) |
                          (pack->heater ? STATUS3_HEATER : 0) | (pack->full ? STATUS3_FULL : 0) |
                          (pack->buzzer ? STATUS3_BUZZER : 0));
}

void pylon_alarm_of(const struct pack_view *pack, struct pylon_alarm *alarm)
{
    uint32_t why = report_fine(pack->protections);
    uint16_t status1 = 0;
    uint32_t broken = 0;
    *alarm = (struct pylon_alarm){.n_cells = cells_of(pack), .n_temps = temps_of(pack)};
    for (uint8_t k = 0; k < alarm->n_cells; k++) {
        uint16_t mv = pack->cell_mv[k];
        alarm->cell[k] = level((pack->cells_low >> k & 1) != 0, (pack->cells_high >> k & 1) != 0);
        broken |= mv > CELL_BROKEN_HIGH_MV || mv < CELL_BROKEN_LOW_MV ? 1U << k : 0U;
    }
    alarm->status[3] = (uint8_t)(broken & 0xFF);
    alarm->status[4] = (uint8_t)(broken >> 8 & 0xFF);
    for (uint8_t k = 1; k <= groups_of(pack); k++) {
        alarm->temp[k] = level((why & COLD) != 0, (why & HOT) != 0);
    }
    alarm->temp[0] =
        level((why & REPORT_ENV_UNDER_TEMPERATURE) != 0, (why & REPORT_ENV_OVER_TEMPERATURE) != 0);
    uint8_t behind = (uint8_t)(1 + groups_of(pack));
    if (alarm->n_temps > behind) {
        alarm->temp[behind] = level(false, (why & REPORT_MOS_OVER_TEMPERATURE) != 0);
    }
    alarm->charge_current = level(false, (why & REPORT_CHARGE_CURRENT) != 0);
    alarm->discharge_current = level(false, (why & REPORT_ANY_DISCHARGE_CURRENT) != 0);
    alarm->voltage =
        level((why & REPORT_PACK_UNDER_VOLTAGE) != 0, (why & REPORT_PACK_OVER_VOLTAGE) != 0);
    flags_put(status1_rows, N_STATUS1, why, &status1);
    alarm->status[0] = (uint8_t)status1;
    put_status(pack, alarm->status);
}

/* Cells and sensors beyond a level. */
static void take_levels(const struct pylon_alarm *alarm, struct pack_view *pack)
{
    uint8_t n = alarm->n_temps;
    bool mos = n >= TEMPS_WITH_MOS;
    pack->cells_low = 0;
    pack->cells_high = 0;
    for (uint8_t k = 0; k < alarm->n_cells; k++) {
        pack->cells_low |= alarm->cell[k] == LEVEL_BELOW ? 1U << k : 0U;
        pack->cells_high |= alarm->cell[k] == LEVEL_ABOVE ? 1U << k : 0U;
    }
    uint32_t why = pack->cells_high != 0 ? REPORT_CELL_OVER_VOLTAGE : 0;
    for (int k = 1; k < n - (mos ? 1 : 0); k++) {
        why |= alarm->temp[k] == LEVEL_BELOW ? REPORT_UNDER_TEMPERATURE : 0;
        why |= alarm->temp[k] == LEVEL_ABOVE ? REPORT_OVER_TEMPERATURE : 0;
    }
    if (n > 0) {
        why |= alarm->temp[0] == LEVEL_BELOW ? REPORT_ENV_UNDER_TEMPERATURE : 0;
        why |= alarm->temp[0] == LEVEL_ABOVE ? REPORT_ENV_OVER_TEMPERATURE : 0;
    }
    why |= mos && alarm->temp[n - 1] == LEVEL_ABOVE ? REPORT_MOS_OVER_TEMPERATURE : 0;
    why |= alarm->discharge_current == LEVEL_ABOVE ? REPORT_DISCHARGE_CURRENT : 0;
    why |= alarm->charge_current == LEVEL_ABOVE ? REPORT_CHARGE_CURRENT : 0;
    pack->protections |= why;
}

void pylon_alarm_to(const struct pylon_alarm *alarm, struct pack_view *pack)
{
    uint16_t status1 = alarm->status[0];
    pack->protections = flags_take(status1_rows, N_STATUS1, &status1);
    take_levels(alarm, pack);
    pack->alarms = 0;
    pack->asleep = false;
    pack->discharge_mos = (alarm->status[1] & STATUS2_DISCHARGE_MOS) != 0;
    pack->charge_mos = (alarm->status[1] & STATUS2_CHARGE_MOS) != 0;
    pack->charging = (alarm->status[2] & STATUS3_CHARGING) != 0;
    pack->discharging = (alarm->status[2] & STATUS3_DISCHARGING) != 0;
    pack->heater = (alarm->status[2] & STATUS3_HEATER) != 0;
    pack->full = (alarm->status[2] & STATUS3_FULL) != 0;
    pack->buzzer = (alarm->status[2] & STATUS3_BUZZER) != 0;
    pack->heard |= VIEW_FLAGS | VIEW_MOS;
}

void pylon_limits_of(const struct pack_view *pack, struct pylon_limits *limits)
{
    *limits = (struct pylon_limits){
        .charge_mv = pack->charge_mv,
        .discharge_mv = pack->discharge_mv,
        .charge_ma = pack->charge_limit_ma,
        .discharge_ma = pack->discharge_limit_ma,
        .charge_enable = pack->charge_enable,
        .discharge_enable = pack->discharge_enable,
        .force_charge = pack->force_charge,
        .force_charge_soon = pack->force_charge_soon,
        .full_charge_request = pack->full_charge_request,
    };
}

void pylon_limits_to(const struct pylon_limits *limits, struct pack_view *pack)
{
    pack->charge_mv = limits->charge_mv;
    pack->discharge_mv = limits->discharge_mv;
    pack->charge_limit_ma = limits->charge_ma;
    pack->discharge_limit_ma = limits->discharge_ma;
    pack->charge_enable = limits->charge_enable;
    pack->discharge_enable = limits->discharge_enable;
    pack->force_charge = limits->force_charge;
    pack->force_charge_soon = limits->force_charge_soon;
    pack->full_charge_request = limits->full_charge_request;
    pack->heard |= VIEW_LIMITS | VIEW_ENABLE;
}

/* A temperature of several, with the module it was found in. */
struct spread {
    int32_t sum, n;
    struct pylon_span span;
};

static void spread_add(struct spread *spread, int16_t c10, uint16_t at)
{
    if (c10 == TEMP_ABSENT) {
        return;
    }
    if (spread->n == 0 || c10 > spread->span.max_c10) {
        spread->span.max_c10 = c10;
        spread->span.max_at = at;
    }
    if (spread->n == 0 || c10 < spread->span.min_c10) {
        spread->span.min_c10 = c10;
        spread->span.min_at = at;
    }
    spread->sum += c10;
    spread->n++;
    spread->span.mean_c10 = (int16_t)(spread->sum / spread->n);
}

void pylon_system_of(const struct battery_bank *bank, uint8_t group, struct pylon_system *system)
{
    const struct battery_report *whole = &bank->whole;
    struct spread cell = {.n = 0};
    struct spread mos = {.n = 0};
    struct spread board = {.n = 0};
    uint32_t cycles = 0;
    uint32_t soh = 0;
    *system = (struct pylon_system){.voltage_mv = whole->voltage_mv,
                                    .current_ma = whole->current_ma,
                                    .soc_pct = whole->soc_pct,
                                    .soh_min_pct = 100};
    bool first = true;
    for (int i = 0; i < bank->n_packs; i++) {
        const struct pack_view *pack = &bank->pack[i];
        uint16_t at = pylon_address(pack->address, group);
        for (uint8_t k = 0; k < groups_of(pack); k++) {
            spread_add(&cell, pack->temp_c10[k], at);
        }
        spread_add(&mos, pack->mos_c10, at);
        spread_add(&board, pack->env_c10, at);
        for (uint8_t k = 0; k < cells_of(pack); k++, first = false) {
            uint16_t mv = pack->cell_mv[k];
            if (first || mv > system->cell_max_mv) {
                system->cell_max_mv = mv;
                system->cell_max_at = at;
            }
            if (first || mv < system->cell_min_mv) {
                system->cell_min_mv = mv;
                system->cell_min_at = at;
            }
        }
        cycles += pack->cycles;
        soh += pack->soh_pct;
        system->cycles_max = pack->cycles > system->cycles_max ? pack->cycles : system->cycles_max;
        system->soh_min_pct =
            pack->soh_pct < system->soh_min_pct ? pack->soh_pct : system->soh_min_pct;
    }
    uint32_t n = bank->n_packs > 0 ? bank->n_packs : 1;
    system->cycles_mean = (uint16_t)(cycles / n);
    system->soh_mean_pct = (uint8_t)(soh / n);
    system->cell = cell.span;
    system->mos = mos.span;
    system->board = board.span;
}

void pylon_system_to(const struct pylon_system *system, struct battery_report *whole)
{
    whole->voltage_mv = system->voltage_mv;
    whole->current_ma = system->current_ma;
    whole->soc_pct = system->soc_pct;
    whole->soc_pct100 = 0;
    whole->soh_pct = system->soh_min_pct;
    whole->cycles = system->cycles_max;
    whole->cell_max_mv = system->cell_max_mv;
    whole->cell_min_mv = system->cell_min_mv;
    whole->temp_c10 = system->cell.mean_c10;
    whole->temp_max_c10 = system->cell.max_c10;
    whole->temp_min_c10 = system->cell.min_c10;
    whole->heard |= HEARD_MEASURED | HEARD_SOC | HEARD_SOH | HEARD_CYCLES | HEARD_CELLS |
                    HEARD_TEMPERATURE | HEARD_TEMPERATURES;
}
