/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of meters: every value through both ends, what it believes and when it stops. */
#include "meter_test.h"

static struct meter_bench bench;

/* All that the meter has was heard, as near as single precision keeps it. */
static void require_all(const struct meter_map *map, const struct meter_view *heard,
                        const struct meter_view *wanted)
{
    for (int i = 0; i < map->n_registers; i++) {
        enum meter_value id = (enum meter_value)map->registers[i].value;
        int64_t off = llabs(heard->value[id] - wanted->value[id]);
        if (!meter_has(heard, id) || off > llabs(wanted->value[id]) / (1 << 23)) {
            fail_msg("%s: %lld instead of %lld", meter_values[id].point,
                     (long long)heard->value[id], (long long)wanted->value[id]);
        }
    }
}

static void every_value_survives_both_ends(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        struct meter_client client;
        enum meter_type type = round % 2 == 0 ? METER_DDSU666 : METER_DTSU666;
        uint16_t ct = (uint16_t)(round % 4 == 1 ? 1 + dice(&seed) % METER_RATIO_MAX : 1);
        meter_bench_init(&bench, type);
        (void)meter_unit_set_word(&bench.meter[0], WORD_CT, ct);
        meter_bench_scatter(&bench, &seed);
        meter_client_init(&client);
        assert_true(meter_client_add(&client, type, 1));
        meter_bench_talk(&bench, &client, 3000);
        assert_true(client.meter[0].looked && !client.meter[0].silent);
        require_all(&meter_maps[type], &client.meter[0].view, &bench.view[0]);
    }
}

/* Some makers' firmware: V, A, W instead of numbers to be scaled. */
static void a_dtsu_of_engineering_values_is_known_by_its_frequency(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    bench.meter[0].flavour = METER_IN_W;
    meter_client_init(&client);
    assert_true(meter_client_add(&client, METER_DTSU666, 1));
    meter_bench_talk(&bench, &client, 2000);
    assert_int_equal(client.meter[0].scaling.flavour, METER_IN_W);
    assert_int_equal(client.meter[0].view.value[METER_W10], bench.view[0].value[METER_W10]);
    assert_int_equal(client.meter[0].view.value[METER_L2_MV], bench.view[0].value[METER_L2_MV]);
}

static void a_ddsu_in_watts_is_never_believed_a_thousandfold(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DDSU666);
    bench.meter[0].flavour = METER_IN_W;
    meter_client_init(&client);
    assert_true(meter_client_add(&client, METER_DDSU666, 1));
    for (int i = 0; i < 300; i++) {
        meter_bench_talk(&bench, &client, 10);
        const struct meter_view *view = &client.meter[0].view;
        assert_true(!meter_has(view, METER_W10) ||
                    view->value[METER_W10] == bench.view[0].value[METER_W10]);
    }
    assert_true(meter_has(&client.meter[0].view, METER_W10));
    assert_int_equal(client.meter[0].scaling.flavour, METER_IN_W);
}

static void counters_of_the_2016_firmware_are_found_at_their_place(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    bench.no_new_energy = true;
    meter_client_init(&client);
    assert_true(meter_client_add(&client, METER_DTSU666, 1));
    meter_bench_talk(&bench, &client, 2500);
    assert_true(client.meter[0].looked);
    assert_int_equal(client.meter[0].view.value[METER_IMPORTED_WH], 12345670);
    assert_false(meter_has(&client.meter[0].view, METER_L1_IMPORTED_WH));
}

static void counters_at_0_are_told_as_0(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    for (enum meter_value id = METER_IMPORTED_WH; id <= METER_NET_EXPORTED_WH; id++) {
        meter_put(&bench.view[0], id, 0);
    }
    meter_client_init(&client);
    assert_true(meter_client_add(&client, METER_DTSU666, 1));
    meter_bench_talk(&bench, &client, 2500);
    assert_true(meter_has(&client.meter[0].view, METER_EXPORTED_WH));
    assert_int_equal(client.meter[0].view.value[METER_EXPORTED_WH], 0);
}

static void two_meters_share_a_line(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    meter_bench_second(&bench, 2);
    meter_client_init(&client);
    assert_true(meter_client_add(&client, METER_DTSU666, 1));
    assert_false(meter_client_add(&client, METER_DTSU666, 1));
    assert_true(meter_client_add(&client, METER_DTSU666, 2));
    assert_false(meter_client_add(&client, METER_DTSU666, 3));
    meter_bench_talk(&bench, &client, 3000);
    for (int i = 0; i < 2; i++) {
        assert_true(client.meter[i].looked);
        assert_int_equal(client.meter[i].view.value[METER_W10], bench.view[i].value[METER_W10]);
    }
    /* both every 200 ms, as an inverter wants them */
    uint32_t before[] = {client.meter[0].answered, client.meter[1].answered};
    meter_bench_talk(&bench, &client, 10000);
    assert_true(client.meter[0].answered - before[0] >= 48);
    assert_true(client.meter[1].answered - before[1] >= 48);
}

static void a_silent_meter_is_unknown_and_leaves_the_other_alone(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    meter_bench_second(&bench, 2);
    meter_client_init(&client);
    (void)meter_client_add(&client, METER_DTSU666, 1);
    (void)meter_client_add(&client, METER_DTSU666, 2);
    meter_bench_talk(&bench, &client, 3000);
    bench.cut = 1;
    for (int i = 0; i < 2400; i++) {
        meter_bench_talk(&bench, &client, 10);
        assert_true(meter_has(&client.meter[1].view, METER_W10)); /* never stale, never lost */
        assert_true(i < 210 || !meter_has(&client.meter[0].view, METER_W10));
    }
    assert_true(client.meter[0].silent);
    assert_int_equal(client.meter[0].view.heard, 0);
    bench.cut = 0;
    meter_bench_talk(&bench, &client, 5500);
    assert_false(client.meter[0].silent);
    assert_int_equal(client.meter[0].view.value[METER_W10], bench.view[0].value[METER_W10]);
}

static void no_number_is_unknown(void **state)
{
    (void)state;
    static const struct meter_scaling raw = {METER_RAW, 1, 10};
    struct meter_view view;
    memset(&view, 0, sizeof view);
    uint8_t data[16] = {0x44, 0x7A, 0, 0, 0x7F, 0xC0, 0, 0, 0x7F, 0x80, 0, 0, 0x44, 0x7A, 0, 0};
    meter_put(&view, METER_L1_W10, 5);
    meter_read(METER_DTSU666, &raw, 0x2012, 8, data, &view);
    assert_true(meter_has(&view, METER_W10) && view.value[METER_W10] == 1000);
    assert_false(meter_has(&view, METER_L1_W10));
    assert_false(meter_has(&view, METER_L2_W10));
    assert_true(meter_has(&view, METER_L3_W10));
    assert_false(meter_has(&view, METER_L1_MV));
}

/* Cut, flipped, of another address, another function, another length, and the own echo. */
static void answers_that_are_none_change_nothing(void **state)
{
    (void)state;
    struct meter_client client;
    uint8_t ask[MODBUS_FRAME_MAX];
    meter_bench_init(&bench, METER_DDSU666);
    for (unsigned bit = 0; bit < 8 * 37; bit++) {
        meter_client_init(&client);
        (void)meter_client_add(&client, METER_DDSU666, 1);
        size_t n = meter_client_poll(&client, bench.now_ms, ask);
        size_t length = meter_give(&bench, ask, n);
        assert_int_equal(length, 37);
        assert_false(meter_client_take(&client, ask, n, bench.now_ms)); /* echo */
        assert_false(meter_client_take(&client, bench.reply, bit / 8, bench.now_ms));
        bench.reply[bit / 8] ^= (uint8_t)(1U << bit % 8);
        bool heard = meter_client_take(&client, bench.reply, length, bench.now_ms);
        assert_true(!heard || client.meter[0].refused > 0);
        assert_int_equal(client.meter[0].view.heard, 0);
        bench.reply[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_true(meter_client_take(&client, bench.reply, length, bench.now_ms));
        assert_true(meter_has(&client.meter[0].view, METER_W10));
    }
}

static void one_that_refuses_its_ratios_has_none(void **state)
{
    (void)state;
    struct meter_client client;
    meter_bench_init(&bench, METER_DTSU666);
    bench.no_words = true;
    meter_client_init(&client);
    (void)meter_client_add(&client, METER_DTSU666, 1);
    meter_bench_talk(&bench, &client, 2500);
    assert_true(client.meter[0].looked);
    assert_int_equal(client.meter[0].view.value[METER_W10], bench.view[0].value[METER_W10]);
}

/* A gateway so slow that each answer comes while the next question waits. */
static void an_answer_that_comes_too_late_is_never_taken_for_power(void **state)
{
    (void)state;
    struct meter_client client;
    uint8_t late[MODBUS_FRAME_MAX];
    size_t n_late = 0;
    meter_bench_init(&bench, METER_DTSU666);
    (void)meter_unit_set_word(&bench.meter[0], WORD_CT, 40);
    meter_client_init(&client);
    (void)meter_client_add(&client, METER_DTSU666, 1);
    meter_bench_talk(&bench, &client, 2500);
    client.again_ms = 0;
    for (int i = 0; i < 20000; i++) {
        uint8_t ask[MODBUS_FRAME_MAX];
        size_t n = meter_client_poll(&client, bench.now_ms, ask);
        if (n > 0) {
            (void)meter_client_take(&client, late, n_late, bench.now_ms);
            n_late = meter_give(&bench, ask, n);
            memcpy(late, bench.reply, n_late);
        }
        const struct meter_view *view = &client.meter[0].view;
        for (enum meter_value id = METER_W10; id <= METER_L3_W10; id++) {
            assert_true(!meter_has(view, id) ||
                        llabs(view->value[id] - bench.view[0].value[id]) <= 1);
        }
        bench.now_ms += 10;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_survives_both_ends),
        cmocka_unit_test(a_dtsu_of_engineering_values_is_known_by_its_frequency),
        cmocka_unit_test(a_ddsu_in_watts_is_never_believed_a_thousandfold),
        cmocka_unit_test(counters_of_the_2016_firmware_are_found_at_their_place),
        cmocka_unit_test(counters_at_0_are_told_as_0),
        cmocka_unit_test(two_meters_share_a_line),
        cmocka_unit_test(a_silent_meter_is_unknown_and_leaves_the_other_alone),
        cmocka_unit_test(no_number_is_unknown),
        cmocka_unit_test(answers_that_are_none_change_nothing),
        cmocka_unit_test(one_that_refuses_its_ratios_has_none),
        cmocka_unit_test(an_answer_that_comes_too_late_is_never_taken_for_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
