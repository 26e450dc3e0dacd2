/* SPDX-License-Identifier: Apache-2.0 */
/* What lasts for weeks and months ends as what lasts for minutes: the counter of milliseconds wraps
   after 49 days, and half of that is all a difference can tell. And contacts: never two sources
   within a relay's time, whatever lay between. */
#include "core_test.h"

#include "core/inverter/inverter.h"

enum { MINUTE_MS = 60000, DAY_MS = 86400000 };

static const uint32_t days[] = {1, 20, 25, 30, 40, 49, 50, 60, 75, 100};
enum { N_DAYS = sizeof days / sizeof days[0] };

static void begin(struct inverter *inverter)
{
    inverter_init(inverter, product_find("offgrid_6000")->inverter, UINT32_MAX - 8000U);
    inverter->in.battery_mv = 51000;
    inverter->in.load_w = inverter->in.load_va = 500;
    inverter->in.heatsink_c10 = 250;
}

static void run(struct inverter *inverter, uint64_t ms, uint32_t tick_ms)
{
    for (uint64_t t = 0; t < ms; t += tick_ms) {
        inverter->in.now_ms += tick_ms;
        inverter->in.bms_at_ms = inverter->in.now_ms;
        inverter_step(inverter);
    }
}

static void the_output_comes_back_after_months_without_charge(void **state)
{
    (void)state;
    for (int i = 0; i < N_DAYS; i++) {
        struct inverter inverter;
        begin(&inverter);
        assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 9), VERDICT_OK);
        assert_int_equal(inverter_set(&inverter, SET_BMS_LINK, BMS_CAN), VERDICT_OK);
        inverter.in.bms_heard = true;
        inverter.in.bms = (struct battery_report){.heard = HEARD_LIMITS | HEARD_SOC,
                                                  .charge_mv = 57600,
                                                  .charge_limit_ma = 50000,
                                                  .discharge_limit_ma = 50000,
                                                  .soc_pct = 15};
        run(&inverter, (uint64_t)days[i] * DAY_MS, MINUTE_MS);
        assert_false(inverter.out.output1);
        inverter.in.bms.soc_pct = 60;
        run(&inverter, 2 * MINUTE_MS, 1000);
        if (!inverter.out.output1) {
            fail_msg("off after %u days", (unsigned)days[i]);
        }
    }
}

static void the_grid_charges_through_months_without_sun(void **state)
{
    struct inverter inverter;
    (void)state;
    begin(&inverter);
    assert_int_equal(inverter_set(&inverter, SET_CHARGE_PRIORITY, CHARGE_CSO), VERDICT_OK);
    inverter.in.grid_mv = 230000;
    inverter.in.grid_hz100 = 5000;
    run(&inverter, 10 * MINUTE_MS, 1000);
    for (int day = 0; day < 110; day++) {
        run(&inverter, DAY_MS, MINUTE_MS);
        if (inverter.out.grid_charge_ma != 20000) {
            fail_msg("%d mA on day %d", (int)inverter.out.grid_charge_ma, day);
        }
    }
}

static void a_protection_of_months_is_released(void **state)
{
    (void)state;
    for (int i = 0; i < N_DAYS; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        bench_run(&b, 10000);
        put_quantity(&b, Q_DISCHARGE_MA, b.bms.levels[ROW_DOCP].set + 1);
        bench_run(&b, b.bms.levels[ROW_DOCP].delay_ms + 200);
        assert_true(bms_has(&b.bms, ROW_DOCP));
        b.in.sampled = false; /* blind for months: it is not released by guess */
        b.in.current_ma = 0;
        for (uint64_t t = 0; t < (uint64_t)days[i] * DAY_MS; t += MINUTE_MS) {
            b.in.now_ms += MINUTE_MS;
            bms_heard(&b.bms, PORT_CAN, b.in.now_ms);
            bms_step(&b.bms, &b.in);
        }
        b.in.sampled = true;
        bench_run(&b, 2 * MINUTE_MS);
        if (bms_has(&b.bms, ROW_DOCP)) {
            fail_msg("held after %u days", (unsigned)days[i]);
        }
    }
}

/* Every source that was closed is open for the relay's time before another closes. */
static void no_two_sources_within_a_relays_time(void **state)
{
    struct inverter inverter;
    uint32_t seed = 77;
    uint32_t closed_ms[2] = {0};
    (void)state;
    begin(&inverter);
    uint32_t relay_ms = (uint32_t)inverter.profile->transfer_ms;
    for (int i = 0; i < 400000; i++) {
        if (dice(&seed) % 64 == 0) {
            bool grid = dice(&seed) % 2 == 0;
            inverter.in.grid_mv = grid ? 230000 : 0;
            inverter.in.grid_hz100 = grid ? 5000 : 0;
        }
        if (dice(&seed) % 64 == 0) { /* on and off, and a fault for a moment */
            (void)!inverter_set(&inverter, SET_POWER_ON, dice(&seed) % 4 != 0);
        }
        inverter.in.raised = dice(&seed) % 64 == 0 ? UINT64_C(1) << FAULT_F_EXPORT : 0;
        (void)!inverter_set(&inverter, SET_SUPPLY_MODE,
                            dice(&seed) % 128 == 0 ? SUPPLY_SBU : SUPPLY_UTI);
        if (dice(&seed) % 256 == 0) {
            inverter_clear_faults(&inverter);
        }
        inverter.in.now_ms += 1;
        inverter_step(&inverter);
        const bool closed[2] = {inverter.out.grid_relay, inverter.out.bridge_on};
        assert_false(closed[0] && closed[1]);
        for (int k = 0; k < 2; k++) {
            if (closed[k]) {
                uint32_t since_other = inverter.in.now_ms - closed_ms[1 - k];
                if (closed_ms[1 - k] != 0 && since_other < relay_ms) {
                    fail_msg("%u ms between two sources", (unsigned)since_other);
                }
                closed_ms[k] = inverter.in.now_ms;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_output_comes_back_after_months_without_charge),
        cmocka_unit_test(the_grid_charges_through_months_without_sun),
        cmocka_unit_test(a_protection_of_months_is_released),
        cmocka_unit_test(no_two_sources_within_a_relays_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
