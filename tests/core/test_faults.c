/* SPDX-License-Identifier: Apache-2.0 */
/* Each condition of the inverter's fault table, by its own input: below its threshold nothing, over
   it nothing before its time, then the fault, what it stops, and how it ends (manual 003, 7.1). */
#include "core_test.h"

#include "core/inverter/watch.h"

enum { TICK_MS = 10, LONG_MS = 120000 };

struct state {
    bool grid, bms, generator;
};

static const struct inverter_profile *profile_6000(void)
{
    return product_find("offgrid_6000")->inverter;
}

static void run(struct inverter *inverter, uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += TICK_MS) {
        inverter->in.now_ms += TICK_MS;
        inverter->in.bms_at_ms = inverter->in.now_ms;
        inverter_step(inverter);
    }
}

/* Every sensor there and well. */
static void begin(struct inverter *inverter, const struct state *state)
{
    inverter_init(inverter, profile_6000(), UINT32_MAX - 20000U);
    struct inverter_inputs *in = &inverter->in;
    in->grid_mv = state->grid ? 230000 : 0;
    in->grid_hz100 = state->grid ? 5000 : 0;
    in->pv_mv = 360000;
    in->battery_mv = 52000;
    in->load_w = in->load_va = 1000;
    in->heatsink_c10 = 250;
    in->port_w = 1000;
    in->output_mv = 230000;
    in->output_ma = 4300;
    in->output_dc_mv = in->output_dc_ma = 0;
    in->bus_mv = in->bus2_mv = 400000;
    in->battery_c10 = 250;
    in->fan_rpm = 2000;
    in->peer_age_ms = 0;
    in->versions[0] = in->versions[1] = in->versions[2] = 110;
    inverter->set[SET_GENERATOR_AUTO] = state->generator;
    if (state->bms) {
        inverter->set[SET_BATTERY_TYPE] = 9;
        inverter->set[SET_BMS_LINK] = BMS_CAN;
        in->bms = (struct battery_report){.heard = HEARD_LIMITS | HEARD_SOC | HEARD_REQUEST,
                                          .charge_mv = 57600,
                                          .charge_limit_ma = 100000,
                                          .discharge_limit_ma = 100000,
                                          .charge_enable = true,
                                          .discharge_enable = true,
                                          .soc_pct = 60};
        in->bms_heard = true;
    }
    run(inverter, 6000);
    inverter->active = 0; /* without a grid it has told so */
    inverter->stops = 0;
}

typedef void set_fn(struct inverter_inputs *in, int32_t value);

#define INPUT(field) \
    static void set_##field(struct inverter_inputs *in, int32_t value) { in->field = value; }
INPUT(output_dc_mv)
INPUT(output_dc_ma)
INPUT(port_w)
INPUT(output_mv)
INPUT(battery_mv)
INPUT(battery_ma)
INPUT(pv_mv)
INPUT(bus_mv)
INPUT(bus2_mv)
INPUT(peer_age_ms)
INPUT(relays_seen)
INPUT(grid_mv)
INPUT(grid_hz100)

static void set_heatsink(struct inverter_inputs *in, int32_t value)
{
    in->heatsink_c10 = (int16_t)value;
}
static void set_load(struct inverter_inputs *in, int32_t value)
{
    in->load_w = in->load_va = value;
}
static void set_version(struct inverter_inputs *in, int32_t value) { in->versions[2] = value; }
static void set_dsp2(struct inverter_inputs *in, int32_t value) { in->versions[1] = value; }
static void set_memory(struct inverter_inputs *in, int32_t value) { in->memory_bad = value != 0; }
static void set_hot_fan(struct inverter_inputs *in, int32_t value)
{
    in->heatsink_c10 = 500; /* the fan runs */
    in->fan_rpm = value;
}
static void set_short(struct inverter_inputs *in, int32_t value)
{
    in->output_ma = 60000;
    in->output_mv = value;
}
static void set_pv_short(struct inverter_inputs *in, int32_t value)
{
    in->pv_mv = 9000;
    in->pv_ma = value;
}
static void set_gen(struct inverter_inputs *in, int32_t value)
{
    in->gen_mv = value;
    in->gen_hz100 = 5000;
}
static void set_gen_hz(struct inverter_inputs *in, int32_t value)
{
    in->gen_mv = 230000;
    in->gen_hz100 = value;
}
static void set_protections(struct inverter_inputs *in, int32_t value)
{
    in->bms.protections = (uint16_t)value;
}

/* Within: no fault for long. Beyond: after `after_ms`, and not 20 ms before. Where a condition is
   not in the steady state (island, generator, BMS), `state` makes it so. */
static const struct fault_case {
    enum fault_id fault;
    set_fn *set;
    int32_t within, beyond;
    uint32_t after_ms;
    struct state state;
} cases[] = {
    {FAULT_F_DC_OFFSET, set_output_dc_ma, 260, 261, 200, {0}},
    {FAULT_F_DC_OFFSET, set_output_dc_ma, -260, -261, 200, {0}},
    {FAULT_F_DC_OFFSET, set_output_dc_mv, 500, 2001, 200, {0}},
    {FAULT_F_BYPASS_OVERLOAD, set_load, 6600, 6606, 10000, {.grid = true}},
    {FAULT_F_BYPASS_OVERLOAD, set_port_w, 9200, 9205, 10000, {.grid = true}},
    {FAULT_F_OUTPUT_LOW, set_output_mv, 207000, 206999, 500, {0}},
    {FAULT_F_OUTPUT_HIGH, set_output_mv, 253000, 253001, 100, {0}},
    {FAULT_F_SHORT, set_short, 208000, 114999, 20, {0}},
    {FAULT_F_OVERLOAD, set_load, 6599, 6600, 10000, {0}},
    {FAULT_F_OVERLOAD, set_load, 6000, 7800, 3000, {0}},
    {FAULT_F_OVERLOAD, set_load, 6000, 9000, 3000, {0}},
    {FAULT_F_OVERLOAD, set_load, 6000, 9006, 200, {0}},
    {FAULT_F_OUTPUT_DC, set_output_dc_mv, 500, 501, 1000, {0}},
    {FAULT_F_OUTPUT_DC, set_output_dc_mv, -500, -501, 1000, {0}},
    {FAULT_F_BATTERY_OPEN, set_battery_mv, 30000, 29999, 2000, {.grid = true}},
    {FAULT_F_BATTERY_HIGH, set_battery_mv, 60000, 60001, 500, {0}},
    {FAULT_F_BATTERY_CURRENT, set_battery_ma, 152700, 152701, 10000, {0}},
    {FAULT_F_BATTERY_CURRENT, set_battery_ma, -134000, -134001, 10000, {.grid = true}},
    {FAULT_F_BATTERY_CURRENT, set_battery_ma, 112000, 112001, 10000, {.bms = true}},
    {FAULT_F_BATTERY_CURRENT, set_battery_ma, -112000, -112001, 10000, {.bms = true, .grid = true}},
    {FAULT_F_BMS, set_protections, 0, REPORT_SYSTEM, 0, {.bms = true}},
    {FAULT_F_PV_HIGH, set_pv_mv, 550000, 550001, 0, {.grid = true}},
    {FAULT_F_PV_SHORT, set_pv_short, 33750, 33751, 0, {.grid = true}},
    {FAULT_F_PV_REVERSED, set_pv_mv, -5000, -5001, 0, {.grid = true}},
    {FAULT_F_BUS, set_bus_mv, 320000, 319999, 20, {0}},
    {FAULT_F_BUS, set_bus_mv, 420000, 560001, 20, {0}},
    {FAULT_F_BUS_SENSE, set_bus2_mv, 420000, 420001, 1000, {0}},
    {FAULT_F_BUS_SENSE, set_bus2_mv, 380000, 379999, 1000, {0}},
    {FAULT_F_INTERNAL_LINK, set_peer_age_ms, 4999, 5000, 0, {0}},
    {FAULT_F_SENSOR, set_heatsink, -400, -401, 1000, {0}},
    {FAULT_F_SENSOR, set_heatsink, 900, 1501, 1000, {0}},
    {FAULT_F_HOT, set_heatsink, 900, 901, 0, {0}},
    {FAULT_F_RELAY, set_relays_seen, RELAY_BRIDGE | RELAY_OUTPUT2, RELAY_GRID, 100, {0}},
    {FAULT_F_EXPORT, set_port_w, 0, -1, 5000, {.grid = true}},
    {FAULT_F_VERSION, set_version, 199, 200, 0, {0}},
    {FAULT_F_VERSION, set_dsp2, 100, 99, 0, {0}},
    {FAULT_F_FAN, set_hot_fan, 200, 199, 10000, {0}},
    {FAULT_A_GRID_GONE, set_grid_mv, 170000, 39999, 0, {.grid = true}},
    {FAULT_A_GRID_VOLTAGE, set_grid_mv, 265000, 265001, 0, {.grid = true}},
    {FAULT_A_GRID_VOLTAGE, set_grid_mv, 170000, 169999, 0, {.grid = true}},
    {FAULT_A_GRID_FREQUENCY, set_grid_hz100, 4500, 4499, 0, {.grid = true}},
    {FAULT_A_GEN_VOLTAGE, set_gen, 90000, 89999, 2000, {.generator = true}},
    {FAULT_A_GEN_VOLTAGE, set_gen, 280000, 280001, 2000, {.generator = true}},
    {FAULT_A_GEN_FREQUENCY, set_gen_hz, 5500, 5501, 2000, {.generator = true}},
    {FAULT_A_GEN_FREQUENCY, set_gen_hz, 4500, 4499, 2000, {.generator = true}},
    {FAULT_A_BATTERY_EMPTY, set_battery_mv, 42000, 41999, 0, {0}},
    {FAULT_A_BMS_INFO, set_protections, 0, REPORT_CELL_OVER_VOLTAGE, 0, {.bms = true}},
    {FAULT_A_BATTERY_LOW, set_battery_mv, 44000, 43999, 0, {0}},
    {FAULT_A_MEMORY, set_memory, 0, 1, 0, {0}},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static void wrong(const struct fault_case *c, const char *what)
{
    fail_msg("%s (%d beyond %d): %s", profile_6000()->faults[c->fault].code, c->beyond, c->within,
             what);
}

static void each_condition_raises_its_fault_over_its_threshold_and_not_before_its_time(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        const struct fault_case *c = &cases[i];
        struct inverter inverter;
        begin(&inverter, &c->state);
        c->set(&inverter.in, c->within);
        run(&inverter, 15000);
        if (inverter_has(&inverter, c->fault)) {
            wrong(c, "raised within its limits");
        }
        begin(&inverter, &c->state);
        c->set(&inverter.in, c->beyond);
        uint32_t before_ms = c->after_ms > 20 ? c->after_ms - 20 : 0;
        run(&inverter, before_ms);
        if (inverter_has(&inverter, c->fault)) {
            wrong(c, "raised before its time");
        }
        run(&inverter, c->after_ms - before_ms + 2 * TICK_MS);
        if (!inverter_has(&inverter, c->fault)) {
            wrong(c, "not raised");
        }
    }
}

static void a_raised_fault_stops_in_the_same_step_what_its_row_says(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct watch_row *row = &watch_rows[i];
        struct inverter inverter;
        begin(&inverter, &(struct state){.grid = true});
        inverter.in.raised = UINT64_C(1) << i;
        run(&inverter, TICK_MS);
        const struct inverter_outputs *out = &inverter.out;
        assert_true(inverter_has(&inverter, (enum fault_id)i));
        assert_int_equal(out->output1, (row->stops & (STOPS_OUTPUT | STOPS_GRID)) == 0);
        assert_int_equal(out->battery_on, (row->stops & STOPS_BATTERY) == 0);
        assert_int_equal(out->pv_on, (row->stops & STOPS_PV) == 0);
        run(&inverter, 1000);
        assert_int_equal(out->output1, (row->stops & STOPS_OUTPUT) == 0);
        assert_int_equal(out->grid_relay, (row->stops & (STOPS_OUTPUT | STOPS_GRID)) == 0);
        bool is_fault = profile_6000()->faults[i].class == CLASS_FAULT;
        assert_int_equal(is_fault, row->stops != 0);
    }
}

/* How each fault ends once its cause is away. */
static void each_fault_ends_as_its_row_says(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct watch_row *row = &watch_rows[i];
        struct inverter inverter;
        begin(&inverter, &(struct state){.grid = true});
        inverter.in.raised = UINT64_C(1) << i;
        run(&inverter, 1000);
        inverter.in.raised = 0;
        uint32_t back_ms = row->end == END_BY_LADDER ? 29000 : row->back_ms;
        if (back_ms > 20) {
            run(&inverter, back_ms - 20);
            assert_true(inverter_has(&inverter, (enum fault_id)i));
        }
        run(&inverter, 2000);
        if (inverter_has(&inverter, (enum fault_id)i) != (row->end == END_BY_HAND)) {
            fail_msg("%s ends wrongly", profile_6000()->faults[i].code);
        }
        run(&inverter, LONG_MS);
        assert_int_equal(inverter_has(&inverter, (enum fault_id)i), row->end == END_BY_HAND);
        inverter_clear_faults(&inverter);
        run(&inverter, TICK_MS);
        assert_false(inverter_has(&inverter, (enum fault_id)i));
    }
}

static void a_restart_by_hand_does_not_hide_a_cause_that_is_there(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        struct inverter inverter;
        begin(&inverter, &(struct state){.grid = true});
        inverter.in.raised = UINT64_C(1) << i;
        run(&inverter, 1000);
        inverter_clear_faults(&inverter);
        run(&inverter, TICK_MS);
        assert_true(inverter_has(&inverter, (enum fault_id)i));
    }
}

static void without_their_settings_ladder_and_cooling_wait_for_a_person(void **state)
{
    (void)state;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct watch_row *row = &watch_rows[i];
        struct inverter inverter;
        begin(&inverter, &(struct state){.grid = true});
        inverter.set[SET_OVERLOAD_RESTART] = inverter.set[SET_OVERTEMP_RESTART] = 0;
        inverter.in.raised = UINT64_C(1) << i;
        run(&inverter, 1000);
        inverter.in.raised = 0;
        run(&inverter, LONG_MS);
        bool stays =
            row->end == END_BY_HAND || row->end == END_BY_LADDER || row->end == END_BY_COOLING;
        assert_int_equal(inverter_has(&inverter, (enum fault_id)i), stays);
    }
}

static void a_fault_ended_by_tries_stays_after_the_fourth(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter, &(struct state){.grid = true});
    const struct watch_row *row = &watch_rows[FAULT_F_BUS];
    for (int n = 1; n <= 4; n++) {
        inverter.in.raised = UINT64_C(1) << FAULT_F_BUS;
        run(&inverter, 100);
        inverter.in.raised = 0;
        run(&inverter, row->back_ms + 100);
        assert_int_equal(inverter_has(&inverter, FAULT_F_BUS), n == 4);
    }
    inverter_clear_faults(&inverter);
    for (int n = 1; n <= 8; n++) { /* calm for ten minutes in between: no limit */
        inverter.in.raised = UINT64_C(1) << FAULT_F_BUS;
        run(&inverter, 100);
        inverter.in.raised = 0;
        run(&inverter, row->back_ms + 100);
        assert_false(inverter_has(&inverter, FAULT_F_BUS));
        run(&inverter, 600000);
    }
}

static void what_a_board_does_not_measure_is_not_judged(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter, &(struct state){0});
    struct inverter_inputs *in = &inverter.in;
    in->port_w = in->output_mv = in->output_ma = in->output_dc_mv = in->output_dc_ma = NOT_MEASURED;
    in->bus_mv = in->bus2_mv = in->battery_c10 = in->relays_seen = NOT_MEASURED;
    in->fan_rpm = in->peer_age_ms = NOT_MEASURED;
    in->versions[0] = in->versions[1] = in->versions[2] = NOT_MEASURED;
    in->heatsink_c10 = 600; /* the fan is asked to run */
    run(&inverter, LONG_MS);
    for (int i = 0; i < FAULT_COUNT; i++) {
        bool grid = i == FAULT_A_GRID_GONE;
        assert_int_equal(inverter_has(&inverter, (enum fault_id)i), grid);
    }
}

static void a_full_event_queue_loses_the_oldest_and_keeps_order(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter, &(struct state){.grid = true});
    struct inverter_event event;
    while (inverter_next_event(&inverter, &event)) {
    }
    for (int i = 0; i < 20; i++) {
        inverter.in.raised = i % 2 == 0 ? UINT64_C(1) << FAULT_A_BMS_INFO : 0;
        run(&inverter, TICK_MS);
    }
    int n = 0;
    uint32_t last_ms = 0;
    while (inverter_next_event(&inverter, &event)) {
        assert_true(n == 0 || time_reached(event.at_ms, last_ms));
        assert_int_equal(event.fault, FAULT_A_BMS_INFO);
        last_ms = event.at_ms;
        n++;
    }
    assert_int_equal(n, INVERTER_EVENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            each_condition_raises_its_fault_over_its_threshold_and_not_before_its_time),
        cmocka_unit_test(a_raised_fault_stops_in_the_same_step_what_its_row_says),
        cmocka_unit_test(each_fault_ends_as_its_row_says),
        cmocka_unit_test(a_restart_by_hand_does_not_hide_a_cause_that_is_there),
        cmocka_unit_test(without_their_settings_ladder_and_cooling_wait_for_a_person),
        cmocka_unit_test(a_fault_ended_by_tries_stays_after_the_fourth),
        cmocka_unit_test(what_a_board_does_not_measure_is_not_judged),
        cmocka_unit_test(a_full_event_queue_loses_the_oldest_and_keeps_order),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
