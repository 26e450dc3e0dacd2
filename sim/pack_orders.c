/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that come in over a pack's serial ports. */
#include "sim/pack_orders.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/proto/permits.h"
#include "sim/settings.h"

enum { S2000 = 946684800 }; /* 2000-01-01 */

static struct bms *bms_of(struct pack_orders *orders, uint8_t pack)
{
    return &orders->house->bms[orders->packs->pack[pack]];
}

static bool may_order(struct pack_orders *orders, uint8_t pack)
{
    struct bms *bms = bms_of(orders, pack);
    return !orders->reads_only && !bms_asleep(bms) && house_may_write(orders->house, bms);
}

static bool get(void *context, uint8_t pack, unsigned parameter, int32_t *value)
{
    if (parameter >= PARAM_COUNT) {
        return false;
    }
    *value = bms_of(context, pack)->param[parameter];
    return true;
}

static bool set(void *context, uint8_t pack, const struct desk_value *values, size_t n)
{
    struct parameter_value of[DESK_VALUES];
    if (n > DESK_VALUES || !may_order(context, pack)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        of[i] = (struct parameter_value){(enum parameter_id)values[i].parameter, values[i].value};
    }
    return bms_set_parameters(bms_of(context, pack), of, n);
}

static void clock_of(int64_t seconds, struct desk_clock *clock)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    memset(&tm, 0, sizeof tm);
    gmtime_r(&t, &tm);
    *clock = (struct desk_clock){.year = (uint16_t)(tm.tm_year + 1900),
                                 .month = (uint8_t)(tm.tm_mon + 1),
                                 .day = (uint8_t)tm.tm_mday,
                                 .hour = (uint8_t)tm.tm_hour,
                                 .minute = (uint8_t)tm.tm_min,
                                 .second = (uint8_t)tm.tm_sec};
}

static bool get_clock(void *context, uint8_t pack, struct desk_clock *clock)
{
    struct pack_orders *orders = context;
    clock_of(bms_clock(bms_of(orders, pack), orders->house->now_ms), clock);
    return clock->year >= 2000 && clock->year < 2100;
}

static bool set_clock(void *context, uint8_t pack, const struct desk_clock *clock)
{
    struct pack_orders *orders = context;
    struct bms *bms = bms_of(orders, pack);
    struct tm tm = {.tm_year = clock->year - 1900,
                    .tm_mon = clock->month - 1,
                    .tm_mday = clock->day,
                    .tm_hour = clock->hour,
                    .tm_min = clock->minute,
                    .tm_sec = clock->second};
    if (orders->reads_only || orders->house->desk[orders->packs->pack[pack]].pc_on_parallel) {
        return false;
    }
    time_t seconds = timegm(&tm);
    if (tm.tm_mday != clock->day) {
        return false; /* 31 February */
    }
    bms_set_clock(bms, (int64_t)seconds);
    bms_tell(bms, EVENT_CLOCK, 0);
    return true;
}

static bool flip(void *context, uint8_t pack, enum desk_switch which, bool on)
{
    static const enum parameter_id ids[] = {[DESK_BUZZER] = PARAM_SOUND_ALARM,
                                            [DESK_LED_ALARM] = PARAM_LED_ALARM,
                                            [DESK_LIMITER] = PARAM_CHARGE_LIMITER_SWITCH,
                                            [DESK_CHARGE_MOS] = PARAM_CHG_CIRCUIT,
                                            [DESK_DISCHARGE_MOS] = PARAM_DISCHG_CIRCUIT};
    const struct bms *bms = bms_of(context, pack);
    bool last = (which == DESK_CHARGE_MOS && bms->param[PARAM_DISCHG_CIRCUIT] == 0) ||
                (which == DESK_DISCHARGE_MOS && bms->param[PARAM_CHG_CIRCUIT] == 0);
    const struct desk_value one = {ids[which], on ? 1 : 0};
    return (on || !last) && set(context, pack, &one, 1);
}

static bool shut_down(void *context, uint8_t pack)
{
    struct pack_orders *orders = context;
    if (orders->reads_only || orders->house->desk[orders->packs->pack[pack]].pc_on_parallel) {
        return false;
    }
    bms_shutdown(bms_of(orders, pack), SLEEP_PC);
    return true;
}

static bool record(void *context, uint8_t pack, uint16_t index, struct desk_record *record)
{
    struct pack_orders *orders = context;
    const struct pack_board *boards = orders->house->spec.boards;
    const struct bms *bms = bms_of(orders, pack);
    struct bms_record r;
    uint32_t oldest;
    uint32_t newest;
    if (boards == NULL) {
        return false;
    }
    const struct records *records = &boards[orders->packs->pack[pack]].memory.records;
    if (!records_span(records, &oldest, &newest) || index > newest - oldest ||
        records_read(records, newest - index, &r) != NVM_OK) {
        return false;
    }
    struct pack_view *view = &orders->recorded;
    *view = (struct pack_view){.address = r.address,
                               .n_cells = r.n_cells,
                               .n_temps = PACK_TEMPS,
                               .env_c10 = r.temp_c10[PACK_TEMPS],
                               .mos_c10 = r.temp_c10[PACK_TEMPS + 1],
                               .current_ma = r.current_ma,
                               .voltage_mv = r.voltage_mv,
                               .remaining_mah = r.remaining_mah,
                               .full_mah = r.full_mah,
                               .soc_pct = (uint8_t)(r.soc_pct100 / 100)};
    memcpy(view->cell_mv, r.cell_mv, sizeof r.cell_mv);
    memcpy(view->temp_c10, r.temp_c10, sizeof(int16_t) * PACK_TEMPS);
    pack_bank_reasons(bms->profile, r.active, view);
    clock_of(S2000 + (int64_t)r.clock_s2000, &record->at);
    record->pack = view;
    return true;
}

static bool lend(void *context, uint8_t pack, const struct pack_view *limits)
{
    struct pack_orders *orders = context;
    uint8_t i = orders->packs->pack[pack];
    if (orders->reads_only) {
        return false;
    }
    orders->lease[i] = (struct lease){.on = true,
                                      .until_ms = orders->house->now_ms + LEASE_MS,
                                      .charge_mv = limits->charge_mv,
                                      .discharge_mv = limits->discharge_mv,
                                      .charge_ma = limits->charge_limit_ma,
                                      .discharge_ma = limits->discharge_limit_ma};
    return true;
}

static bool count(void *context, uint8_t pack, uint16_t *counts)
{
    static const struct {
        enum desk_count of;
        enum protection_id row;
    } rows[] = {
        {COUNT_SHORT, ROW_CP},       {COUNT_CHARGE_OC, ROW_COCP},    {COUNT_DISCHARGE_OC, ROW_DOCP},
        {COUNT_CELL_OV, ROW_OVP},    {COUNT_CELL_UV, ROW_UVP},       {COUNT_CHARGE_OT, ROW_COTP},
        {COUNT_CHARGE_UT, ROW_CUTP}, {COUNT_DISCHARGE_OT, ROW_DOTP}, {COUNT_DISCHARGE_UT, ROW_DUTP},
        {COUNT_PACK_OV, ROW_TOVP},   {COUNT_PACK_UV, ROW_TUVP},
    };
    const struct bms *bms = bms_of(context, pack);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        counts[rows[k].of] = bms->counters.trips[rows[k].row];
    }
    return true;
}

static bool change_password(struct bms *bms, const char *text)
{
    char field[3][PACK_PASSWORD_MAX + 2] = {"", "", ""};
    (void)sscanf(text, "%17[^\n]\n%17[^\n]\n%17[^\n]", field[0], field[1], field[2]);
    enum access_result result =
        access_change(&bms->access, field[0], field[1], field[2], bms->now_ms);
    if (result == ACCESS_GRANTED) {
        bms_tell(bms, EVENT_PASSWORD, 0);
    } else if (result == ACCESS_WRONG) {
        bms_tell(bms, EVENT_PASSWORD_WRONG, bms->access.wrong);
    }
    return result == ACCESS_GRANTED;
}

static bool admin(void *context, uint8_t pack, enum desk_admin what, const char *text)
{
    struct pack_orders *orders = context;
    struct bms *bms = bms_of(orders, pack);
    struct pack_board *boards = orders->house->spec.boards;
    if (orders->reads_only || bms_asleep(bms)) {
        return false;
    }
    switch (what) {
    case ADMIN_LOGIN: return bms_login(bms, text) == ACCESS_GRANTED;
    case ADMIN_PASSWORD: return change_password(bms, text);
    case ADMIN_RESTORE:
        if (!may_order(orders, pack)) {
            return false;
        }
        bms_restore_defaults(bms);
        return true;
    case ADMIN_ERASE:
        return may_order(orders, pack) && boards != NULL &&
               memory_erase_records(&boards[orders->packs->pack[pack]].memory, bms) == NVM_OK;
    }
    return false;
}

struct bank_desk pack_orders_desk(struct pack_orders *orders)
{
    return (struct bank_desk){.context = orders,
                              .get = get,
                              .set = set,
                              .get_clock = get_clock,
                              .set_clock = set_clock,
                              .flip = flip,
                              .shut_down = shut_down,
                              .record = record,
                              .admin = admin,
                              .lend = lend,
                              .count = count};
}

/* Lent voltages narrow, unless they leave nothing between them: a charge voltage that is not above
   the pack's own discharge voltage, or a discharge voltage not below its charge voltage, is none.
 */
static void take_voltages(const struct lease *lease, struct pack_view *view,
                          struct battery_report *whole)
{
    int32_t least_mv = max_i32(view->discharge_mv, lease->discharge_mv);
    if (lease->charge_mv > max_i32(view->discharge_mv, 0)) {
        view->charge_mv = min_i32(view->charge_mv, lease->charge_mv);
        whole->charge_mv = min_i32(whole->charge_mv, lease->charge_mv);
    }
    if (least_mv < view->charge_mv) {
        view->discharge_mv = least_mv;
        whole->discharge_mv = max_i32(whole->discharge_mv, least_mv);
    }
}

void pack_orders_lease(struct pack_orders *orders, struct pack_bank *packs)
{
    struct battery_report *whole = &packs->bank.whole;
    int32_t charge_ma = 0;
    int32_t discharge_ma = 0;
    bool any = false;
    for (int k = 0; k < packs->bank.n_packs; k++) {
        struct lease *lease = &orders->lease[packs->pack[k]];
        struct pack_view *view = &packs->bank.pack[k];
        lease->on = lease->on && !time_reached(orders->house->now_ms, lease->until_ms);
        if (lease->on) {
            any = true;
            take_voltages(lease, view, whole);
            view->charge_limit_ma = min_i32(view->charge_limit_ma, lease->charge_ma);
            view->discharge_limit_ma = min_i32(view->discharge_limit_ma, lease->discharge_ma);
        }
        charge_ma += view->charge_limit_ma;
        discharge_ma += view->discharge_limit_ma;
    }
    if (any) {
        whole->charge_limit_ma = min_i32(whole->charge_limit_ma, charge_ma);
        whole->discharge_limit_ma = min_i32(whole->discharge_limit_ma, discharge_ma);
        bank_permits(&packs->bank);
    }
}
