/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of every pack, alone. All other levels are moved far away by their parameters, so the
 * set of active rows must be exactly the row under test (and one that shares its parameter), and
 * the MOS exactly what its action says. Rules: docs/bms.md; levels: the tables, which host/list
 * compares with the facts.
 */
#include "core_test.h"

#define BIT(row) (UINT64_C(1) << ROW_##row)

enum { FAR = 10000000, STEP_MS = 100, HOUR_MS = 3600000 };

static bool compares(enum trip_rule trip)
{
    return trip == TRIP_OVER || trip == TRIP_UNDER || trip == TRIP_AT_OR_UNDER;
}

static const struct protection *table_of(const struct bench *b, enum protection_id row)
{
    return &b->bms.profile->rows[row];
}

static const char *name_of(const struct pack_profile *profile)
{
    for (int i = 0; i < product_count; i++) {
        if (products[i].pack == profile) {
            return products[i].id;
        }
    }
    return "?";
}

/* A pack at rest on which nothing but `row` can be crossed. */
static void alone(struct bench *b, const struct pack_profile *profile, enum protection_id row)
{
    bench_init(b, profile);
    enum parameter_id own = profile->rows[row].set;
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *p = &profile->rows[i];
        bool levelled = p->code != NULL && (compares(p->trip) || p->trip == TRIP_FULL);
        if (levelled && p->set != PARAM_NONE && p->set != own) {
            bool over = p->trip == TRIP_OVER || p->trip == TRIP_FULL;
            bms_set_parameter(&b->bms, p->set, over ? FAR : -FAR);
        }
    }
    bms_set_parameter(&b->bms, PARAM_UV_SLEEP_DELAY, 6000);
    bms_set_parameter(&b->bms, PARAM_SLEEP_CELL_VOLTAGE, 0);
}

/* The row and those that share its level. */
static uint64_t with_row(const struct bench *b, enum protection_id row)
{
    uint64_t mask = UINT64_C(1) << row;
    if (row == ROW_TUV || row == ROW_TUV_MASTER) {
        mask |= b->bms.present & (BIT(TUV) | BIT(TUV_MASTER));
    }
    return mask;
}

static void expect_at(const struct bench *b, enum protection_id row, uint64_t active, int line)
{
    unsigned stopped = 0;
    for (int i = 0; i < ROW_COUNT; i++) {
        stopped |= (active >> i & 1) != 0 ? b->bms.profile->rows[i].action : 0U;
    }
    bool charge = (stopped & ACTION_CHARGE) == 0 && b->bms.param[PARAM_CHG_CIRCUIT] != 0;
    bool discharge = (stopped & ACTION_DISCHARGE) == 0 && b->bms.param[PARAM_DISCHG_CIRCUIT] != 0;
    if (b->bms.active != active || b->bms.out.charge_mos != charge ||
        b->bms.out.discharge_mos != discharge) {
        fail_msg("line %d, %s, %s: active %llx for %llx, MOS %d %d for %d %d", line,
                 name_of(b->bms.profile), table_of(b, row)->name, (unsigned long long)b->bms.active,
                 (unsigned long long)active, b->bms.out.charge_mos, b->bms.out.discharge_mos,
                 charge, discharge);
    }
}

#define EXPECT(b, row, on) expect_at(b, row, (on) ? with_row(b, row) : 0, __LINE__)

/* Steps for `ms` and expects the same after each. */
static void hold_at(struct bench *b, enum protection_id row, bool on, uint32_t ms, int line)
{
    for (uint32_t t = 0; t < ms; t += STEP_MS) {
        bench_step(b);
        expect_at(b, row, on ? with_row(b, row) : 0, line);
    }
}

#define HOLD(b, row, on, ms) hold_at(b, row, on, ms, __LINE__)

/* Hours without a change, host talking so that it stays awake. */
static void hold_hours(struct bench *b, enum protection_id row, bool on, uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += 60000) {
        b->in.now_ms += 60000;
        bms_heard(&b->bms, PORT_CAN, b->in.now_ms);
        bms_step(&b->bms, &b->in);
        EXPECT(b, row, on);
    }
}

/* One way to make a row's condition true, and the nearest state in which it is not. */
struct way {
    enum protection_id row;
    const char *what;
    void (*put)(struct bench *b, bool beyond, int which);
    int which;
};

static void put_level(struct bench *b, bool beyond, int row)
{
    enum trip_rule trip = table_of(b, (enum protection_id)row)->trip;
    int32_t inside = b->bms.levels[row].set + (trip == TRIP_AT_OR_UNDER ? 1 : 0);
    int32_t unit = trip == TRIP_OVER ? 1 : -1;
    put_quantity(b, table_of(b, (enum protection_id)row)->quantity,
                 beyond ? inside + unit : inside);
}

static void put_charging(struct bench *b, bool beyond, int row)
{
    b->in.current_ma = b->bms.levels[row].set + (beyond ? 1 : 0);
}

static void put_self_check(struct bench *b, bool beyond, int which)
{
    (void)which;
    b->in.self_check_ok = !beyond;
}

static void put_sampled(struct bench *b, bool beyond, int which)
{
    (void)which;
    b->in.sampled = !beyond;
}

static void put_spread(struct bench *b, bool beyond, int which)
{
    (void)which;
    put_quantity(b, Q_CELL_SPREAD_MV, beyond ? 1001 : 1000);
}

static void put_lowest(struct bench *b, bool beyond, int which)
{
    (void)which;
    put_quantity(b, Q_PACK_MV, 2000 * b->bms.profile->n_cells);
    b->in.cell_mv[b->bms.profile->n_cells - 1] = beyond ? 1999 : 2000;
}

/* 0..5: that sensor too cold; 6..11: too hot. */
static void put_sensor(struct bench *b, bool beyond, int which)
{
    bool hot = which > PACK_TEMPS + 1;
    int16_t c10 = (int16_t)(hot ? 1250 + beyond : -400 - beyond);
    int sensor = which % (PACK_TEMPS + 2);
    if (sensor < PACK_TEMPS) {
        b->in.temp_c10[sensor] = c10;
    } else if (sensor == PACK_TEMPS) {
        b->in.env_c10 = c10;
    } else {
        b->in.mos_c10 = c10;
    }
}

static void put_against_charge_mos(struct bench *b, bool beyond, int which)
{
    (void)which;
    bms_set_parameter(&b->bms, PARAM_CHG_CIRCUIT, 0);
    b->in.current_ma = beyond ? 1001 : 1000;
}

static void put_against_discharge_mos(struct bench *b, bool beyond, int which)
{
    (void)which;
    bms_set_parameter(&b->bms, PARAM_DISCHG_CIRCUIT, 0);
    b->in.current_ma = beyond ? -1001 : -1000;
}

static void put_reversed(struct bench *b, bool beyond, int which)
{
    (void)which;
    b->in.terminal_mv = beyond ? -1001 : -1000;
}

static void put_link(struct bench *b, bool beyond, int which)
{
    (void)which;
    b->in.link_silent = beyond;
}

static void put_bus(struct bench *b, bool beyond, int which)
{
    (void)which;
    b->in.bus_silent = beyond;
}

/* Ordered to discharge: 0 the current decides, 1 the order. */
static void put_ordered(struct bench *b, bool beyond, int which)
{
    b->in.ordered = beyond || which == 0;
    b->in.current_ma = beyond || which == 1 ? -499 : -500;
}

/* Full but for one thing: 0 voltage, 1 current, 2 charger, 3 trickle, 4 discharge. */
static void put_full(struct bench *b, bool beyond, int which)
{
    int32_t tail_ma = b->bms.param[PARAM_PACK_FULL_CHARGE_CURRENT];
    int32_t mv = b->bms.levels[ROW_FULLY].set - (which == 0 && !beyond ? 1 : 0);
    put_quantity(b, Q_PACK_MV, mv);
    b->in.terminal_mv = mv + 501;
    b->in.current_ma = 0;
    switch (which) {
    case 1: b->in.current_ma = beyond ? tail_ma - 1 : tail_ma; break;
    case 2: b->in.terminal_mv -= beyond ? 0 : 1; break;
    case 3:
        b->in.terminal_mv = 0;
        b->in.current_ma = beyond ? 101 : 100;
        break;
    case 4: b->in.current_ma = beyond ? -1000 : -1001; break;
    default: break;
    }
}

#define SENSORS(row)                                                            \
    {row, "Temp1 cold", put_sensor, 0}, {row, "Temp2 cold", put_sensor, 1},     \
        {row, "Temp3 cold", put_sensor, 2}, {row, "Temp4 cold", put_sensor, 3}, \
        {row, "Env cold", put_sensor, 4}, {row, "MOS cold", put_sensor, 5},     \
        {row, "Temp1 hot", put_sensor, 6}, {row, "Temp2 hot", put_sensor, 7},   \
        {row, "Temp3 hot", put_sensor, 8}, {row, "Temp4 hot", put_sensor, 9},   \
        {row, "Env hot", put_sensor, 10},                                       \
    {                                                                           \
        row, "MOS hot", put_sensor, 11                                          \
    }

/* Rows whose condition is no single level. */
static const struct way ways[] = {
    {ROW_FULLY, "voltage", put_full, 0},
    {ROW_FULLY, "current", put_full, 1},
    {ROW_FULLY, "charger", put_full, 2},
    {ROW_FULLY, "trickle", put_full, 3},
    {ROW_FULLY, "discharge", put_full, 4},
    {ROW_PCB, "self-check", put_self_check, 0},
    {ROW_SAMPLE, "samples", put_sampled, 0},
    {ROW_CELLS, "spread", put_spread, 0},
    {ROW_CELLS, "lowest cell", put_lowest, 0},
    SENSORS(ROW_NTC),
    {ROW_CHG_MOS, "charge", put_against_charge_mos, 0},
    {ROW_DHG_MOS, "discharge", put_against_discharge_mos, 0},
    {ROW_RVP, "polarity", put_reversed, 0},
    {ROW_EQUIPMENT, "self-check", put_self_check, 0},
    {ROW_EQUIPMENT, "samples", put_sampled, 0},
    SENSORS(ROW_EQUIPMENT),
    {ROW_LINK, "link", put_link, 0},
    {ROW_BUS, "bus", put_bus, 0},
    {ROW_NO_DISCHARGE, "current", put_ordered, 0},
    {ROW_NO_DISCHARGE, "order", put_ordered, 1},
    {ROW_OVER_CURRENT, "charging", put_charging, ROW_OVER_CURRENT},
};

typedef void way_check(const struct pack_profile *profile, const struct way *way);

/* Every way of every row of every pack; the short circuit has a test of its own. */
static void each_way(way_check *check)
{
    int n_rows = 0;
    int n_ways = 0;
    for (int p = 0; p < product_count; p++) {
        const struct pack_profile *profile = products[p].pack;
        for (int row = 0; profile != NULL && row < ROW_COUNT; row++) {
            if (!protection_present(profile, (enum protection_id)row) || row == ROW_CP) {
                continue;
            }
            int before = n_ways;
            if (compares(profile->rows[row].trip)) {
                struct way level = {(enum protection_id)row, "level", put_level, row};
                check(profile, &level);
                n_ways++;
            }
            for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
                if (ways[i].row == (enum protection_id)row) {
                    check(profile, &ways[i]);
                    n_ways++;
                }
            }
            n_rows++;
            assert_true(n_ways > before); /* no row without a way */
        }
    }
    /* VT: 21 + 14 and level 2; ES: polarity as well; without CP */
    assert_int_equal(n_rows, 35 + 4 * 36 + 26);
    assert_true(n_ways > n_rows);
}

static uint32_t trip_way(struct bench *b, const struct way *way)
{
    way->put(b, false, way->which);
    HOLD(b, way->row, false, STEP_MS);
    way->put(b, true, way->which);
    uint32_t delay_ms = b->bms.levels[way->row].delay_ms;
    HOLD(b, way->row, false, delay_ms);
    bench_step(b);
    EXPECT(b, way->row, true);
    return delay_ms;
}

static void check_at(const struct pack_profile *profile, const struct way *way)
{
    struct bench b;
    alone(&b, profile, way->row);
    way->put(&b, false, way->which);
    HOLD(&b, way->row, false, 3 * b.bms.levels[way->row].delay_ms + 2000);
}

static void nothing_happens_at_a_threshold(void **state)
{
    (void)state;
    each_way(check_at);
}

static void check_beyond(const struct pack_profile *profile, const struct way *way)
{
    struct bench b;
    alone(&b, profile, way->row);
    (void)trip_way(&b, way);
}

static void one_unit_beyond_trips_this_row_alone_at_its_delay_and_not_a_sample_before(void **state)
{
    (void)state;
    each_way(check_beyond);
}

static void check_broken_run(const struct pack_profile *profile, const struct way *way)
{
    struct bench b;
    alone(&b, profile, way->row);
    way->put(&b, false, way->which);
    HOLD(&b, way->row, false, STEP_MS);
    for (int round = 0; round < 2; round++) {
        way->put(&b, true, way->which);
        HOLD(&b, way->row, false, b.bms.levels[way->row].delay_ms);
        way->put(&b, false, way->which);
        HOLD(&b, way->row, false, STEP_MS);
    }
    (void)trip_way(&b, way);
}

static void one_sample_inside_makes_the_whole_delay_count_anew(void **state)
{
    (void)state;
    each_way(check_broken_run);
}

/* --- release --------------------------------------------------------------------------------- */

static void put_clear(struct bench *b, const struct way *way, bool short_of_it)
{
    const struct protection *p = table_of(b, way->row);
    if (p->quantity == Q_COUNT || !compares(p->trip)) {
        way->put(b, short_of_it, way->which);
        return;
    }
    int32_t unit = p->trip == TRIP_OVER ? 1 : -1;
    put_quantity(b, p->quantity, b->bms.levels[way->row].clear + (short_of_it ? unit : 0));
}

static void check_level(struct bench *b, const struct way *way)
{
    put_clear(b, way, true);
    HOLD(b, way->row, true, 20000);
    put_clear(b, way, false);
    if (table_of(b, way->row)->kind == KIND_ALARM) {
        HOLD(b, way->row, true, 1000);
        put_clear(b, way, true); /* one sample short of it, and the second counts anew */
        HOLD(b, way->row, true, STEP_MS);
        put_clear(b, way, false);
        HOLD(b, way->row, true, 1000);
    }
    bench_step(b);
    EXPECT(b, way->row, false);
}

/* The ways out that over-charge rows and Fully share; each alone. `other` says which. */
enum other_way { BY_SOC, BY_DISCHARGE, BY_TIME };

static void check_not_full(struct bench *b, const struct way *way, enum other_way other)
{
    const struct protection *p = table_of(b, way->row);
    uint32_t standby_ms = b->in.now_ms; /* the later of end of charge and standby */
    if (b->in.current_ma >= 1000 || b->in.current_ma <= -1000) {
        standby_ms += STEP_MS + 1000;
    }
    if (p->release == RELEASE_OVER_CHARGE) {
        put_level(b, false, (int)way->row); /* at the protect level: these count from here on */
    }
    b->in.terminal_mv = 0;
    b->in.current_ma = 0;
    b->in.hold_charge = true;
    HOLD(b, way->row, true, 5000);
    if (other == BY_SOC) {
        bms_set_soc(&b->bms, 9600);
        HOLD(b, way->row, true, 5000);
        bms_set_soc(&b->bms, 9599);
    } else if (other == BY_DISCHARGE) {
        b->in.current_ma = -1000;
        HOLD(b, way->row, true, 5000);
        b->in.current_ma = -1001;
    } else {
        hold_hours(b, way->row, true, 48 * HOUR_MS - 60000);
        b->in.now_ms = standby_ms + 48 * HOUR_MS - 2 * STEP_MS;
        HOLD(b, way->row, true, STEP_MS);
    }
    bench_step(b);
    EXPECT(b, way->row, false);
}

/* Still over the threshold, neither SOC nor discharge nor time bring charging back. */
static void check_over_stays(struct bench *b, const struct way *way)
{
    b->in.hold_charge = true;
    bms_set_soc(&b->bms, 5000);
    HOLD(b, way->row, true, 2000);
    b->in.current_ma = -5000;
    HOLD(b, way->row, true, 2000);
    b->in.current_ma = 0;
    hold_hours(b, way->row, true, 50 * HOUR_MS);
}

static void check_timed(struct bench *b, const struct way *way, bool opposite)
{
    int32_t sign = table_of(b, way->row)->quantity == Q_CHARGE_MA ? -1 : 1;
    bool both_ways = table_of(b, way->row)->release == RELEASE_TIMED;
    uint32_t tripped_ms = b->in.now_ms;
    b->in.current_ma = 0;
    if (opposite) {
        b->in.current_ma = sign * 999;
        HOLD(b, way->row, true, 5000);
        b->in.current_ma = sign * 1000;
        if (both_ways) {
            bench_step(b);
            EXPECT(b, way->row, false);
            return;
        }
        HOLD(b, way->row, true, 5000); /* by time alone */
        b->in.current_ma = 0;
    }
    HOLD(b, way->row, true, tripped_ms + 60000 - STEP_MS - b->in.now_ms);
    bench_step(b);
    EXPECT(b, way->row, false);
}

static void check_valid(struct bench *b, const struct way *way)
{
    way->put(b, false, way->which);
    HOLD(b, way->row, true, 5000);
    way->put(b, true, way->which); /* one bad sample, and the five seconds count anew */
    HOLD(b, way->row, true, STEP_MS);
    way->put(b, false, way->which);
    HOLD(b, way->row, true, 5000);
    bench_step(b);
    EXPECT(b, way->row, false);
}

static void check_manual(struct bench *b, const struct way *way)
{
    way->put(b, false, way->which);
    HOLD(b, way->row, true, 60000);
    b->in.current_ma = 0;
    b->in.ordered = false;
    hold_hours(b, way->row, true, 4 * HOUR_MS);
    bms_reset(&b->bms);
    bench_step(b);
    if (way->row == ROW_CELLS) { /* goes at half the spread and at 2.5 V only */
        EXPECT(b, way->row, true);
        put_quantity(b, Q_PACK_MV, 3300 * b->bms.profile->n_cells);
        bench_step(b);
        bms_reset(&b->bms);
        bench_step(b);
    }
    EXPECT(b, way->row, false);
    HOLD(b, way->row, false, 20000);
}

static void check_release(const struct pack_profile *profile, const struct way *way)
{
    static const enum other_way others[] = {BY_SOC, BY_DISCHARGE, BY_TIME};
    enum release_rule release = profile->rows[way->row].release;
    bool shared = release == RELEASE_OVER_CHARGE || release == RELEASE_FULL;
    struct bench b;
    for (size_t i = 0; shared && i < sizeof others / sizeof others[0]; i++) {
        alone(&b, profile, way->row);
        (void)trip_way(&b, way);
        check_not_full(&b, way, others[i]);
    }
    alone(&b, profile, way->row);
    (void)trip_way(&b, way);
    switch (release) {
    case RELEASE_LEVEL: check_level(&b, way); return;
    case RELEASE_OVER_CHARGE:
        check_over_stays(&b, way);
        alone(&b, profile, way->row);
        (void)trip_way(&b, way);
        check_level(&b, way);
        return;
    case RELEASE_FULL: return;
    case RELEASE_TIMED:
    case RELEASE_AFTER:
        check_timed(&b, way, false);
        alone(&b, profile, way->row);
        (void)trip_way(&b, way);
        check_timed(&b, way, true);
        return;
    case RELEASE_VALID: check_valid(&b, way); return;
    case RELEASE_MANUAL: check_manual(&b, way); return;
    case RELEASE_LOAD: break;
    }
    fail_msg("%s has no release here", profile->rows[way->row].name);
}

static void each_row_goes_by_its_own_rule_at_its_figure_and_not_a_unit_before(void **state)
{
    (void)state;
    each_way(check_release);
}

static void check_reset(const struct pack_profile *profile, const struct way *way)
{
    struct bench b;
    alone(&b, profile, way->row);
    uint32_t delay_ms = trip_way(&b, way);
    bms_reset(&b.bms);
    if (way->row != ROW_NO_DISCHARGE) { /* the cause is still there: no key clears it */
        HOLD(&b, way->row, true, delay_ms < 5000 ? delay_ms + STEP_MS : 5000);
        return;
    }
    HOLD(&b, way->row, false,
         STEP_MS + delay_ms); /* the path closes, and is judged from the start */
    bench_step(&b);
    EXPECT(&b, way->row, true);
}

static void after_a_reset_a_row_is_judged_anew_by_its_protect_level(void **state)
{
    (void)state;
    each_way(check_reset);
}

static void the_action_is_what_the_table_says_in_words(void **state)
{
    (void)state;
    static const char *const words[] = {"none", "charge MOS off", "discharge MOS off", "both"};
    for (int p = 0; p < product_count; p++) {
        const struct pack_profile *profile = products[p].pack;
        for (int row = 0; profile != NULL && row < ROW_COUNT; row++) {
            const struct protection *at = &profile->rows[row];
            bool told = at->code != NULL && (at->kind != KIND_ALARM || !profile->battery_key);
            if (told) { /* alarms of the B1 carry the words of the protection behind their code */
                assert_string_equal(at->action_text, words[at->action]);
            }
        }
    }
}

/* --- what is not there ------------------------------------------------------------------------ */

static void only_boards_that_sense_polarity_and_look_at_orders_act_on_them(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        const struct pack_profile *profile = products[p].pack;
        if (profile == NULL) {
            continue;
        }
        struct bench b;
        alone(&b, profile, ROW_CP);
        b.in.terminal_mv = profile->senses_reverse ? -1000 : -50000;
        b.in.link_silent = b.in.bus_silent = b.in.ordered = !profile->battery_key;
        HOLD(&b, ROW_CP, false, 30000);
    }
}

static void no_discharge_needs_a_closed_path(void **state)
{
    (void)state;
    struct bench b;
    alone(&b, pack_of("b1_5_1_48"), ROW_NO_DISCHARGE);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 0);
    b.in.ordered = true;
    HOLD(&b, ROW_NO_DISCHARGE, false, 30000);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 1);
    HOLD(&b, ROW_NO_DISCHARGE, false, 5100); /* the MOS closes at the end of the first step */
    bench_step(&b);
    EXPECT(&b, ROW_NO_DISCHARGE, true);
}

static void current_through_a_closed_mos_is_no_mos_fault(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct bench b;
        alone(&b, pack_of("vt12040"), ROW_CHG_MOS);
        b.in.current_ma = sign * 50000;
        HOLD(&b, ROW_CHG_MOS, false, 30000);
    }
}

static void a_mos_fault_counts_no_figure_of_a_silent_front_end(void **state)
{
    (void)state;
    static const struct {
        enum protection_id row;
        enum parameter_id path;
        int32_t ma;
    } cases[] = {{ROW_CHG_MOS, PARAM_CHG_CIRCUIT, 5000},
                 {ROW_DHG_MOS, PARAM_DISCHG_CIRCUIT, -5000}};
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        alone(&b, pack_of("vt12040"), cases[i].row);
        bms_set_parameter(&b.bms, cases[i].path, 0);
        b.in.current_ma = cases[i].ma;
        bench_step(&b); /* what it said last stays in sight */
        HOLD(&b, cases[i].row, false, 8000);
        b.in.sampled = false;
        HOLD(&b, cases[i].row, false, 4000);
        b.in.sampled = true;
        HOLD(&b, cases[i].row, false, 10000);
        bench_step(&b);
        EXPECT(&b, cases[i].row, true);
    }
}

/* --- fast looks ------------------------------------------------------------------------------- */

static enum protection_id fast_row(const struct pack_profile *profile)
{
    return profile->battery_key ? ROW_OVER_CURRENT : ROW_DOCP2;
}

static void look_at(struct bench *b, int32_t ma, uint32_t ms, bool on, int line)
{
    bms_sense_fast(&b->bms, ma, b->in.now_ms + ms);
    expect_at(b, fast_row(b->bms.profile), on ? with_row(b, fast_row(b->bms.profile)) : 0, line);
}

static void check_fast(const struct pack_profile *profile, int32_t sign)
{
    enum protection_id row = fast_row(profile);
    struct bench b;
    alone(&b, profile, row);
    int32_t set_ma = b.bms.levels[row].set;
    assert_int_equal(bms_fast_ma(&b.bms), set_ma);
    assert_int_equal(b.bms.levels[row].delay_ms, 100);
    for (uint32_t ms = 10; ms <= 300; ms += 10) {
        look_at(&b, sign * set_ma, ms, false, __LINE__);
        assert_false(b.bms.fast_timing);
    }
    for (uint32_t ms = 310; ms < 410; ms += 10) {
        look_at(&b, sign * (set_ma + 1), ms, false, __LINE__);
        assert_true(b.bms.fast_timing); /* it wants to see the current go */
    }
    look_at(&b, sign * set_ma, 409, false, __LINE__); /* one look inside: anew */
    assert_false(b.bms.fast_timing);
    for (uint32_t ms = 410; ms < 510; ms += 10) {
        look_at(&b, sign * (set_ma + 1), ms, false, __LINE__);
    }
    look_at(&b, sign * (set_ma + 1), 510, true, __LINE__); /* MOS open at once, no step between */
    assert_false(b.bms.fast_timing);
    look_at(&b, sign * (set_ma + 1), 520, true, __LINE__); /* and it is told once */
    struct bms_event event;
    int told = 0;
    while (bms_next_event(&b.bms, &event)) {
        told += event.kind == EVENT_ROW_SET && event.what == row;
    }
    assert_int_equal(told, 1);
}

static void level_2_trips_between_samples_at_its_delay_to_10_ms(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        const struct pack_profile *profile = products[p].pack;
        if (profile != NULL) {
            check_fast(profile, -1);
            if (profile->battery_key) { /* 75 A either way */
                check_fast(profile, 1);
            }
        }
    }
}

static void a_charge_current_is_nothing_to_level_2(void **state)
{
    (void)state;
    struct bench b;
    alone(&b, pack_of("vt12040"), ROW_DOCP2);
    for (uint32_t ms = 10; ms <= 1000; ms += 10) {
        look_at(&b, 300000, ms, false, __LINE__);
    }
}

static void a_sleeping_pack_takes_no_fast_look(void **state)
{
    (void)state;
    struct bench b;
    alone(&b, pack_of("vt12040"), ROW_DOCP2);
    b.in.switch_off = true;
    bench_step(&b);
    assert_true(bms_asleep(&b.bms));
    for (uint32_t ms = 10; ms <= 1000; ms += 10) {
        bms_sense_fast(&b.bms, -300000, b.in.now_ms + ms);
    }
    assert_true(b.bms.active == 0);
    assert_int_equal(b.bms.q[Q_DISCHARGE_MA], 0);
}

/* A fast trip opens its own MOS and leaves one alone that something else had opened. */
static void a_fast_trip_never_closes_a_mos(void **state)
{
    (void)state;
    static const enum parameter_id paths[] = {PARAM_CHG_CIRCUIT, PARAM_DISCHG_CIRCUIT};
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        alone(&b, pack_of("vt12040"), ROW_DOCP2);
        bms_set_parameter(&b.bms, paths[i], 0);
        bench_step(&b);
        look_at(&b, -160000, 10, false, __LINE__);
        look_at(&b, -160000, 110, true, __LINE__);
        alone(&b, pack_of("vt12040"), ROW_CP);
        bms_set_parameter(&b.bms, paths[i], 0);
        bench_step(&b);
        bms_sense_short(&b.bms, -400000, 300, b.in.now_ms);
        EXPECT(&b, ROW_CP, true);
    }
}

static void check_short(const struct pack_profile *profile, int32_t sign)
{
    bool either_way = profile->battery_key;
    uint32_t delay_us = either_way ? 1000 : 300;
    int32_t ma = profile->short_ma;
    struct bench b;
    alone(&b, profile, ROW_CP);
    bms_sense_short(&b.bms, sign * ma, 10 * delay_us, b.in.now_ms);
    EXPECT(&b, ROW_CP, false);
    bms_sense_short(&b.bms, sign * (ma + 1), delay_us - 1, b.in.now_ms);
    EXPECT(&b, ROW_CP, false);
    bms_sense_short(&b.bms, sign * (ma + 1), delay_us, b.in.now_ms);
    if (sign > 0 && !either_way) {
        EXPECT(&b, ROW_CP, false); /* a charge current is no short of the output */
        return;
    }
    EXPECT(&b, ROW_CP, true); /* between samples */
    uint32_t told = b.bms.n_told;
    bms_sense_short(&b.bms, sign * (ma + 1), 10 * delay_us, b.in.now_ms); /* still there */
    EXPECT(&b, ROW_CP, true);
    assert_int_equal(b.bms.n_told, told);
    bms_reset(&b.bms);
    bench_step(&b);
    EXPECT(&b, ROW_CP, false);
}

static void a_short_trips_one_unit_above_the_comparator_at_its_delay(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack != NULL) {
            check_short(products[p].pack, -1);
            check_short(products[p].pack, 1);
        }
    }
}

static void cut_short(struct bench *b)
{
    bms_sense_short(&b->bms, -1000000, 1000, b->in.now_ms);
    bms_sense_short(&b->bms, 0, 0, b->in.now_ms);
    EXPECT(b, ROW_CP, true);
}

/* 0 load gone, 1 charger by voltage, 2 charger by current, 3 retry, 4 front-end silent */
static void check_short_release(const struct pack_profile *profile, int way)
{
    struct bench b;
    alone(&b, profile, ROW_CP);
    b.in.load_sensed = way != 0 && way != 4;
    cut_short(&b);
    uint32_t tripped_ms = b.in.now_ms;
    switch (way) {
    case 0:
        b.in.current_ma = -500; /* something is still drawn */
        HOLD(&b, ROW_CP, true, 5000);
        b.in.current_ma = -499;
        HOLD(&b, ROW_CP, true, 1000);
        b.in.load_sensed = true; /* and back: the second counts anew */
        HOLD(&b, ROW_CP, true, STEP_MS);
        b.in.load_sensed = false;
        HOLD(&b, ROW_CP, true, 1000);
        break;
    case 1:
        b.in.terminal_mv = b.bms.q[Q_PACK_MV] + 500;
        HOLD(&b, ROW_CP, true, 5000);
        b.in.terminal_mv++;
        break;
    case 2:
        b.in.current_ma = 999;
        HOLD(&b, ROW_CP, true, 5000);
        b.in.current_ma = 1000;
        break;
    case 3: HOLD(&b, ROW_CP, true, 60000 - STEP_MS); break;
    default:
        b.in.sampled = false; /* nobody saw the load go */
        HOLD(&b, ROW_CP, true, 4000);
        b.in.sampled = true;
        HOLD(&b, ROW_CP, true, 1000);
        break;
    }
    assert_true(b.in.now_ms - tripped_ms < 60000);
    bench_step(&b);
    EXPECT(&b, ROW_CP, false);
}

static void a_short_goes_with_its_load_by_a_charger_or_for_a_try_each_minute(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        const struct pack_profile *profile = products[p].pack;
        for (int way = 0; profile != NULL && !profile->battery_key && way <= 4; way++) {
            check_short_release(profile, way);
        }
    }
}

static void a_short_of_a_b1_stays_until_a_restart(void **state)
{
    (void)state;
    struct bench b;
    alone(&b, pack_of("b1_5_1_48"), ROW_CP);
    cut_short(&b);
    HOLD(&b, ROW_CP, true, 70000);
    b.in.terminal_mv = 56000;
    b.in.current_ma = 5000;
    HOLD(&b, ROW_CP, true, 5000);
    bms_reset(&b.bms);
    bench_step(&b);
    EXPECT(&b, ROW_CP, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_happens_at_a_threshold),
        cmocka_unit_test(one_unit_beyond_trips_this_row_alone_at_its_delay_and_not_a_sample_before),
        cmocka_unit_test(one_sample_inside_makes_the_whole_delay_count_anew),
        cmocka_unit_test(each_row_goes_by_its_own_rule_at_its_figure_and_not_a_unit_before),
        cmocka_unit_test(after_a_reset_a_row_is_judged_anew_by_its_protect_level),
        cmocka_unit_test(the_action_is_what_the_table_says_in_words),
        cmocka_unit_test(only_boards_that_sense_polarity_and_look_at_orders_act_on_them),
        cmocka_unit_test(no_discharge_needs_a_closed_path),
        cmocka_unit_test(current_through_a_closed_mos_is_no_mos_fault),
        cmocka_unit_test(a_mos_fault_counts_no_figure_of_a_silent_front_end),
        cmocka_unit_test(level_2_trips_between_samples_at_its_delay_to_10_ms),
        cmocka_unit_test(a_charge_current_is_nothing_to_level_2),
        cmocka_unit_test(a_sleeping_pack_takes_no_fast_look),
        cmocka_unit_test(a_fast_trip_never_closes_a_mos),
        cmocka_unit_test(a_short_trips_one_unit_above_the_comparator_at_its_delay),
        cmocka_unit_test(a_short_goes_with_its_load_by_a_charger_or_for_a_try_each_minute),
        cmocka_unit_test(a_short_of_a_b1_stays_until_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
