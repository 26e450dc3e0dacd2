/* SPDX-License-Identifier: Apache-2.0 */
/* Every battery protocol to every inverter protocol over ptys: values, limits, and what a silent
   battery does. A virtual clock; the bytes are real. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/ends/bridge.h"
#include "tests/host/sample_pack.h"

enum { STEP_MS = 20, SETTLE_MS = 12000 };

/* battery -> [pty] -> bridge -> [pty] -> inverter */
struct bench {
    struct battery_end battery;
    struct bridge bridge;
    struct reader_end inverter;
    struct battery_bank bank;
    int64_t now_ms;
    bool silent;
};

static struct bench bench;
static char links[2][64];

static struct battery_bank battery_bank(void)
{
    struct battery_bank bank = {.n_packs = 1, .pack = {sample_pack(1)}};
    bank_combine(&bank, 0, UINT32_MAX);
    snprintf(bank.whole.name, sizeof bank.whole.name, "HEARTH");
    bank.whole.heard |= HEARD_NAME;
    return bank;
}

static void open_pair(const struct wire_protocol *from, const struct wire_protocol *to, int packs)
{
    struct bus_address address[2];
    char name[160];
    char why[400];
    memset(&bench, 0, sizeof bench);
    bench.now_ms = 1000000;
    bench.bank = battery_bank();
    struct relay_rules rules = bridge_rules(from, to);
    rules.charge_cap_ma = 80000;
    rules.discharge_cap_ma = 100000;
    rules.voltage_cap_mv = 56000;
    for (int i = 0; i < 2; i++) {
        const struct wire_protocol *spoken = i == 0 ? from : to;
        snprintf(name, sizeof name, "pty:%s", links[i]);
        assert_true(bus_address_read(name, &address[i], why, sizeof why));
        struct battery_end *server = i == 0 ? &bench.battery : &bench.bridge.to;
        assert_true(battery_end_open(server, &address[i], spoken, bench.now_ms, why, sizeof why));
        snprintf(name, sizeof name, "%s:%s", spoken->kind == PROTOCOL_OF_CAN ? "slcan" : "serial",
                 links[i]);
        assert_true(bus_address_read(name, &address[i], why, sizeof why));
        struct reader_end *reader = i == 0 ? &bench.bridge.from : &bench.inverter;
        struct reader_spec spec = {&address[i], spoken, i == 0 ? packs : 1};
        assert_true(reader_end_open(reader, &spec, bench.now_ms, why, sizeof why));
    }
    bridge_begin(&bench.bridge, &rules);
}

static void close_pair(void)
{
    reader_end_close(&bench.bridge.from);
    reader_end_close(&bench.inverter);
    battery_end_close(&bench.battery);
    battery_end_close(&bench.bridge.to);
}

static void pass(int64_t ms)
{
    for (int64_t end = bench.now_ms + ms; bench.now_ms < end;) {
        bench.now_ms += STEP_MS;
        battery_end_step(&bench.battery, bench.now_ms, bench.silent ? NULL : &bench.bank, NULL);
        bridge_step(&bench.bridge, bench.now_ms);
        (void)reader_end_step(&bench.inverter, bench.now_ms);
    }
}

/* A quantity that came through is near; one this protocol does not carry is absent. */
static bool near(int32_t found, int32_t wanted, int32_t within)
{
    return found >= wanted - within && found <= wanted + within;
}

static int n_wrong;

static void wrong(const struct wire_protocol *from, const struct wire_protocol *to,
                  const char *what, int32_t found, int32_t wanted)
{
    n_wrong++;
    print_error("%s -> %s: %s is %d, wanted %d\n", from->name, to->name, what, found, wanted);
}

static void check_values(const struct wire_protocol *from, const struct wire_protocol *to)
{
    const struct battery_report *seen = &bench.inverter.bank.whole;
    if ((seen->heard & HEARD_SOC) == 0 || !near(seen->soc_pct, 55, 1)) {
        wrong(from, to, "SOC", seen->soc_pct, 55);
    }
    if ((seen->heard & HEARD_MEASURED) == 0 || !near(seen->voltage_mv, 52800, 100)) {
        wrong(from, to, "voltage", seen->voltage_mv, 52800);
    }
    if (!near(seen->current_ma, -12300, 100)) {
        wrong(from, to, "current", seen->current_ma, -12300);
    }
    if ((seen->heard & HEARD_LIMITS) != 0) {
        if (seen->charge_limit_ma > 80000 || seen->charge_limit_ma < 79000) {
            wrong(from, to, "CCL", seen->charge_limit_ma, 80000);
        }
        if (seen->charge_mv > 56000 || seen->charge_mv < 55900) {
            wrong(from, to, "CVL", seen->charge_mv, 56000);
        }
    }
    if ((seen->heard & HEARD_REQUEST) != 0 && (!seen->charge_enable || !seen->discharge_enable)) {
        wrong(from, to, "enable", seen->charge_enable, 1);
    }
}

/* Silence of the battery: limits only fall, and within the rules' time there is a stop. */
static void check_loss(const struct wire_protocol *from, const struct wire_protocol *to)
{
    const struct battery_report *seen = &bench.inverter.bank.whole;
    bool limits = (seen->heard & HEARD_LIMITS) != 0;
    int32_t last = seen->charge_limit_ma;
    bench.silent = true;
    for (int s = 0; s < 30; s++) {
        pass(1000);
        if (limits && seen->charge_limit_ma > last) {
            wrong(from, to, "CCL in silence", seen->charge_limit_ma, last);
        }
        last = seen->charge_limit_ma;
    }
    bool enabled =
        (seen->heard & HEARD_REQUEST) != 0 && (seen->charge_enable || seen->discharge_enable);
    if (bench.bridge.stage != RELAY_STOPPED) {
        wrong(from, to, "stage", (int)bench.bridge.stage, RELAY_STOPPED);
    }
    if (limits && (seen->charge_limit_ma != 0 || seen->discharge_limit_ma != 0)) {
        wrong(from, to, "limits at the stop", seen->charge_limit_ma, 0);
    }
    if (enabled) {
        wrong(from, to, "enable at the stop", 1, 0);
    }
    if ((seen->heard & HEARD_LIMITS) != 0 && seen->charge_mv == 0) {
        wrong(from, to, "CVL at the stop", 0, 56000);
    }
}

/* --- what a battery forbids --- */

static const struct wire_protocol *protocol_at(int i)
{
    const struct wire_protocol *protocol = &wire_protocols[i];
    bool played = protocol->kind == PROTOCOL_OF_CAN || protocol->index < RS485_COUNT;
    return protocol->index >= 0 && played ? protocol : NULL;
}

/* The inverter sees it in every word its protocol has. */
static void check_charge_stop(const struct wire_protocol *from, const struct wire_protocol *to,
                              bool by_voltage)
{
    const struct battery_report *seen = &bench.inverter.bank.whole;
    const struct pack_view *pack = &bench.inverter.bank.pack[0];
    if ((seen->heard & HEARD_LIMITS) != 0 && !by_voltage && seen->charge_limit_ma != 0) {
        wrong(from, to, "CCL of a forbidden charge", seen->charge_limit_ma, 0);
    }
    if (by_voltage && seen->charge_mv > 52800) {
        wrong(from, to, "CVL of a forbidden charge", seen->charge_mv, 52800);
    }
    if ((seen->heard & HEARD_REQUEST) != 0 && seen->charge_enable) {
        wrong(from, to, "enable of a forbidden charge", 1, 0);
    }
    if (seen->force_charge || seen->force_charge_soon || seen->full_charge_request) {
        wrong(from, to, "request of a forbidden charge", 1, 0);
    }
    bool serial = to->kind == PROTOCOL_OF_RS485;
    if (serial && (pack->heard & VIEW_MOS) != 0 && pack->charge_mos) {
        wrong(from, to, "MOS of a forbidden charge", 1, 0);
    }
    if (serial && (pack->heard & VIEW_ENABLE) != 0 && pack->charge_enable) {
        wrong(from, to, "pack's enable of a forbidden charge", 1, 0);
    }
}

static void check_discharge_stop(const struct wire_protocol *from, const struct wire_protocol *to)
{
    const struct battery_report *seen = &bench.inverter.bank.whole;
    const struct pack_view *pack = &bench.inverter.bank.pack[0];
    bool told = (seen->heard & HEARD_LIMITS) != 0 && seen->discharge_limit_ma != 0;
    told |= (seen->heard & HEARD_REQUEST) != 0 && seen->discharge_enable;
    told |= to->kind == PROTOCOL_OF_RS485 && (pack->heard & VIEW_MOS) != 0 && pack->discharge_mos;
    if (told) {
        wrong(from, to, "forbidden discharge", 1, 0);
    }
}

enum way { NO_LIMIT, NO_ENABLE, ALL_ZERO, WAYS };

static void forbid(struct battery_bank *bank, enum way way)
{
    struct pack_view *pack = &bank->pack[0];
    pack->force_charge = pack->force_charge_soon = pack->full_charge_request = true;
    if (way == NO_LIMIT || way == ALL_ZERO) {
        pack->charge_limit_ma = 0;
    }
    if (way == NO_ENABLE || way == ALL_ZERO) {
        pack->charge_enable = pack->charge_mos = false;
    }
    if (way == ALL_ZERO) {
        pack->discharge_limit_ma = pack->charge_mv = pack->discharge_mv = 0;
        pack->discharge_enable = pack->discharge_mos = false;
    }
    bank_combine(bank, 0, UINT32_MAX);
}

static void a_forbidden_charge_reaches_every_inverter_at_once(void **state)
{
    (void)state;
    static const char *batteries[] = {"pylon-rs485", "voltronic-rs485", "pylon-can", "victron-can"};
    n_wrong = 0;
    for (size_t b = 0; b < sizeof batteries / sizeof batteries[0]; b++) {
        const struct wire_protocol *from = protocol_find(batteries[b]);
        for (int k = 0; k < wire_protocol_count; k++) {
            const struct wire_protocol *to = protocol_at(k);
            for (enum way way = NO_LIMIT; to != NULL && way < WAYS; way++) {
                bool victron = strcmp(to->name, "victron-can") == 0;
                open_pair(from, to, 1);
                pass(SETTLE_MS);
                forbid(&bench.bank, way);
                pass(6000); /* a round of each protocol; the rules of silence wait for 5 s more */
                check_charge_stop(from, to, victron && way == NO_ENABLE && b == 0);
                if (way == ALL_ZERO) {
                    check_discharge_stop(from, to);
                }
                close_pair();
            }
        }
    }
    assert_int_equal(n_wrong, 0);
}

/* Section 6: a charge limit of 0 would also stop what feeds the loads. */
static void victron_is_stopped_by_the_charge_voltage(void **state)
{
    (void)state;
    const struct battery_report *seen = &bench.inverter.bank.whole;
    open_pair(protocol_find("pylon-rs485"), protocol_find("victron-can"), 1);
    pass(SETTLE_MS);
    forbid(&bench.bank, NO_ENABLE);
    bench.bank.whole.charge_limit_ma = 80000; /* told with the enable off */
    pass(5000);
    assert_int_equal(seen->charge_mv, 52800);
    assert_int_equal(seen->charge_limit_ma, 80000);
    bench.silent = true; /* a lost battery is no such case */
    pass(30000);
    assert_int_equal(seen->charge_limit_ma, 0);
    assert_int_equal(seen->charge_mv, 52800);
    close_pair();
}

static void no_discharge_voltage_is_made_up(void **state)
{
    (void)state;
    static const char *mute[] = {"pace", "jbd", "pace-modbus", "pylon-rs485"};
    n_wrong = 0;
    for (size_t m = 0; m < sizeof mute / sizeof mute[0]; m++) {
        for (int k = 0; k < wire_protocol_count; k++) {
            const struct wire_protocol *to = protocol_at(k);
            if (to == NULL || to->kind != PROTOCOL_OF_CAN || to->index == CAN_SMA) {
                continue; /* SMA has a default of its own */
            }
            open_pair(protocol_find(mute[m]), to, 1);
            bench.bank.pack[0].discharge_mv = bench.bank.pack[0].last_discharge_mv = 0;
            bank_combine(&bench.bank, 0, UINT32_MAX);
            pass(SETTLE_MS);
            const struct battery_report *seen = &bench.inverter.bank.whole;
            assert_true((seen->heard & HEARD_LIMITS) != 0);
            if ((seen->heard & HEARD_DISCHARGE_VOLTAGE) != 0) {
                wrong(protocol_find(mute[m]), to, "DVL", seen->discharge_mv, 0);
            }
            close_pair();
        }
    }
    assert_int_equal(n_wrong, 0);
}

/* --- packs that fall silent --- */

static void a_silent_pack_stays_itself_and_permits_only_less(void **state)
{
    (void)state;
    static const char *by_pack[] = {"pylon-rs485", "pace", "jbd", "pace-modbus"};
    for (size_t f = 0; f < sizeof by_pack / sizeof by_pack[0]; f++) {
        for (size_t t = 0; t < sizeof by_pack / sizeof by_pack[0]; t++) {
            open_pair(protocol_find(by_pack[f]), protocol_find(by_pack[t]), 1);
            bench.bank.pack[0].charge_mos = bench.bank.pack[0].charge_enable = false;
            bench.bank.pack[0].charge_limit_ma = 0;
            bench.bank.pack[0].cell_mv[3] = 3333;
            bank_combine(&bench.bank, 0, UINT32_MAX);
            pass(SETTLE_MS);
            const struct pack_view *seen = &bench.inverter.bank.pack[0];
            assert_int_equal(seen->cell_mv[3], 3333);
            assert_true(seen->discharge_mos);
            bench.silent = true;
            for (int s = 0; s < 35; s++) {
                pass(1000);
                assert_int_equal(seen->cell_mv[3], 3333);
                assert_int_equal(seen->remaining_mah, 55000);
                assert_false(seen->charge_mos || seen->charge_enable);
            }
            assert_false(seen->discharge_mos);
            close_pair();
        }
    }
}

static void a_pack_whose_wire_broke_binds_until_it_speaks_again(void **state)
{
    (void)state;
    static const char *batteries[] = {"pylon-rs485", "voltronic-rs485"};
    const struct battery_report *seen = &bench.inverter.bank.whole;
    for (int gone = 0; gone < 2; gone++) {
        for (size_t b = 0; b < 2; b++) {
            const struct wire_protocol *from = protocol_find(batteries[b]);
            open_pair(from, protocol_find("pylon-can"), 1);
            bench.bridge.from.client.n_packs = 2;
            struct battery_bank both = bench.bank;
            both.n_packs = 2;
            both.pack[1] = both.pack[0];
            both.pack[1].address = 2;
            both.pack[gone].charge_mv = 54000;
            both.pack[gone].discharge_mv = 47000;
            bank_combine(&both, 0, UINT32_MAX);
            bench.bank = both;
            pass(2 * SETTLE_MS);
            assert_int_equal(seen->charge_mv, 54000);
            assert_int_equal(seen->discharge_mv, 47000);
            assert_int_equal(seen->alarms, 0);
            bench.bank.n_packs = 1;
            bench.bank.pack[0] = both.pack[1 - gone];
            bank_combine(&bench.bank, 0, UINT32_MAX);
            for (int s = 0; s < 60; s++) {
                pass(1000);
                assert_true(seen->charge_mv <= 54000);
                assert_true(seen->discharge_mv >= 47000);
                assert_in_range(seen->soc_pct, 54, 56);
            }
            assert_true(seen->alarms != 0 || bench.bridge.stage == RELAY_STOPPED);
            bench.bank = both;
            pass(2 * SETTLE_MS);
            assert_int_equal(seen->alarms, 0);
            assert_int_equal(bench.bridge.stage, RELAY_FRESH);
            close_pair();
        }
    }
}

static void every_protocol_to_every_protocol(void **state)
{
    (void)state;
    int pairs = 0;
    for (int i = 0; i < wire_protocol_count; i++) {
        for (int k = 0; k < wire_protocol_count; k++) {
            const struct wire_protocol *from = protocol_at(i);
            const struct wire_protocol *to = protocol_at(k);
            if (from == NULL || to == NULL) {
                continue; /* no public source of it; or read only */
            }
            open_pair(from, to, 1);
            pass(SETTLE_MS);
            check_values(from, to);
            check_loss(from, to);
            close_pair();
            pairs++;
        }
    }
    print_message("%d pairs\n", pairs);
    assert_true(pairs >= 14 * 14);
    assert_int_equal(n_wrong, 0);
}

/* Packs at addresses 1 and 3: to the inverter they are the first and the second. */
static void cells_are_counted_through_the_packs_that_are_there(void **state)
{
    (void)state;
    open_pair(protocol_find("pace"), protocol_find("growatt-can"), 3);
    bench.bank.n_packs = 2;
    bench.bank.pack[1] = bench.bank.pack[0];
    bench.bank.pack[1].address = 3;
    bench.bank.pack[1].cell_mv[5] = 3310;
    bench.bank.pack[0].cell_mv[2] = 3290;
    pass(SETTLE_MS);
    const struct battery_report *seen = &bench.inverter.bank.whole;
    assert_int_equal(seen->packs, 2);
    assert_int_equal(seen->cell_max_mv, 3310);
    assert_int_equal(report_get(seen, FIELD_CELL_MAX_NO), 16 + 6);
    assert_int_equal(report_get(seen, FIELD_CELL_MIN_NO), 3);
    close_pair();
}

static int make_links(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(links[i], sizeof links[i], "/tmp/hearth-bridge-%d-%d", (int)getpid(), i);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_protocol_to_every_protocol),
        cmocka_unit_test(cells_are_counted_through_the_packs_that_are_there),
        cmocka_unit_test(a_forbidden_charge_reaches_every_inverter_at_once),
        cmocka_unit_test(victron_is_stopped_by_the_charge_voltage),
        cmocka_unit_test(no_discharge_voltage_is_made_up),
        cmocka_unit_test(a_silent_pack_stays_itself_and_permits_only_less),
        cmocka_unit_test(a_pack_whose_wire_broke_binds_until_it_speaks_again),
    };
    return cmocka_run_group_tests(tests, make_links, NULL);
}
