/* SPDX-License-Identifier: Apache-2.0 */
/* The meters DDSU666 and DTSU666: numbers of the document, every
   refusal, broken and foreign frames. */
#include "meter_test.h"

#include "core/proto/ascii_frame.h"
#include "core/proto/float_bits.h"

static struct meter_bench bench;

/* --- numbers --- */

static float float_of(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void integers_become_the_nearest_float_and_come_back(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        int64_t value = dice_range(&seed, -1000000000, 1000000000) >> (dice(&seed) % 31);
        int64_t back;
        uint32_t bits = float_bits_of(value, 1, 1);
        assert_true(float_of(bits) == (float)value);
        assert_true(float_bits_scaled(bits, 1, 1, &back));
        assert_true(back == (int64_t)(float)value);
        bits = float_bits_of(value, 1, 10000);
        double exact = (double)value / 10000.0;
        assert_true(float_of(bits) == (float)exact);
        assert_true(float_bits_scaled(bits, 10000, 1, &back));
        assert_true(llabs(back - value) <= 1 + llabs(value) / (1 << 24));
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const uint32_t none[] = {0x7F800000, 0xFF800000, 0x7FC00000, 0xFFFFFFFF, 0x7F000000};
    int64_t value = 77;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_false(float_bits_scaled(none[i], 1, 1, &value));
        assert_int_equal(value, 77);
    }
    assert_true(float_bits_scaled(0x00000001, INT64_C(1) << 34, 1, &value)); /* denormal */
    assert_int_equal(value, 0);
    assert_true(float_bits_scaled(0x80000000, 1, 1, &value));
    assert_int_equal(value, 0);
}

/* Frequency 50.00 Hz is raw 5000, 230.0 V raw 2300, 200 A on 200/5 raw 5000 with IrAt 40. */
static void dtsu_numbers_have_the_documents_scales(void **state)
{
    (void)state;
    static const struct {
        enum meter_kind kind;
        uint16_t ct, pt10;
        float raw;
        int64_t value;
    } rows[] = {
        {METER_HZ, 1, 10, 5000.0F, 5000},         {METER_V, 1, 10, 2300.0F, 230000},
        {METER_V, 1, 100, 2300.0F, 2300000},      {METER_A, 1, 10, 5000.0F, 5000},
        {METER_A, 40, 10, 5000.0F, 200000},       {METER_P, 1, 10, 12345.0F, 12345},
        {METER_P, 40, 10, -250.0F, -10000},       {METER_P, 40, 100, 250.0F, 100000},
        {METER_PF, 40, 100, 998.0F, 998},         {METER_E, 40, 10, 123.45F, 123450},
        {METER_E_RATIO, 1, 10, 12.5F, 12500},     {METER_E_RATIO, 40, 10, 12.5F, 500000},
        {METER_E_RATIO, 40, 100, 12.5F, 5000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct meter_scaling scaling = {METER_RAW, rows[i].ct, rows[i].pt10};
        uint32_t bits;
        int64_t value;
        memcpy(&bits, &rows[i].raw, sizeof bits);
        assert_true(meter_value_of(&scaling, rows[i].kind, bits, &value));
        assert_int_equal(value, rows[i].value);
        assert_int_equal(meter_bits(&scaling, rows[i].kind, value), bits);
    }
}

static void ddsu_numbers_are_engineering_values_in_kw(void **state)
{
    (void)state;
    static const struct meter_scaling kw = {METER_IN_KW, 1, 10};
    int64_t value;
    assert_true(meter_value_of(&kw, METER_P, 0xBFC00000, &value)); /* -1.5 kW */
    assert_int_equal(value, -15000);
    assert_int_equal(meter_bits(&kw, METER_V, 230000), 0x43660000); /* 230 V */
    assert_int_equal(meter_bits(&kw, METER_HZ, 5000), 0x42480000);  /* 50 Hz */
}

/* --- the meter's end --- */

static void every_register_says_its_value_high_word_first(void **state)
{
    (void)state;
    for (enum meter_type type = 0; type < METER_TYPES; type++) {
        meter_bench_init(&bench, type);
        const struct meter_map *map = &meter_maps[type];
        const struct meter_scaling scaling = {map->flavour, 1, 10};
        for (int i = 0; i < map->n_registers; i++) {
            const struct meter_register *row = &map->registers[i];
            uint16_t words[2];
            assert_int_equal(meter_ask(&bench, MODBUS_READ, row->address, 2, words), 0);
            uint32_t bits = (uint32_t)words[0] << 16 | words[1];
            assert_int_equal(bits, meter_bits(&scaling, (enum meter_kind)row->kind,
                                              bench.view[0].value[row->value]));
        }
    }
}

static void tables_are_in_order_and_within_their_areas(void **state)
{
    (void)state;
    for (enum meter_type type = 0; type < METER_TYPES; type++) {
        const struct meter_map *map = &meter_maps[type];
        for (int i = 1; i < map->n_registers; i++) {
            assert_true(map->registers[i - 1].address <= map->registers[i].address);
        }
        for (int i = 0; i < map->n_words; i++) {
            const struct meter_word_row *row = &map->words[i];
            assert_true(row->min <= row->def && row->def <= row->max);
            assert_true(i == 0 || map->words[i - 1].address < row->address);
        }
    }
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        assert_non_null(meter_values[id].point);
        for (enum meter_value other = 0; other < id; other++) {
            assert_string_not_equal(meter_values[id].point, meter_values[other].point);
        }
    }
}

/* The published dump of 0001..000C, but for the address 3 of that one. */
static void ddsu_words_are_those_of_the_dump(void **state)
{
    (void)state;
    static const uint16_t dump[] = {504, 0, 166, 5, 5, 1, 10, 1, 5, 0, 166, 3};
    uint16_t words[12];
    meter_bench_init(&bench, METER_DDSU666);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x0001, 12, words), 0);
    assert_memory_equal(words, dump, sizeof dump);
}

static void dtsu_words_are_as_delivered(void **state)
{
    (void)state;
    uint16_t words[0x35];
    meter_bench_init(&bench, METER_DTSU666);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x0000, 0x35, words), 0);
    assert_int_equal(words[0x01], 701);
    assert_int_equal(words[0x06], 1);
    assert_int_equal(words[0x07], 10);
    assert_int_equal(words[0x2C], METER_8N1);
    assert_int_equal(words[0x2D], METER_9600);
    assert_int_equal(words[0x2E], 1);
}

static void what_the_meter_does_not_have_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum meter_type type;
        uint8_t function;
        uint16_t start, count, exception;
    } rows[] = {
        {METER_DDSU666, MODBUS_READ, 0x2000, 16, 0},
        {METER_DDSU666, MODBUS_READ, 0x2000, 15, 0},
        {METER_DDSU666, MODBUS_READ_INPUT, 0x2000, 16, 0},
        {METER_DDSU666, MODBUS_READ, 0x2000, 17, 2},
        {METER_DDSU666, MODBUS_READ, 0x4000, 12, 0},
        {METER_DDSU666, MODBUS_READ, 0x4000, 0, 3},
        {METER_DDSU666, MODBUS_READ, 0x4000, 126, 3},
        {METER_DDSU666, MODBUS_READ, 0x3FFF, 1, 2},
        {METER_DDSU666, MODBUS_READ, 0xFFFF, 2, 2},
        {METER_DDSU666, MODBUS_WRITE_ONE, 0x0006, 2, 1},
        {METER_DTSU666, MODBUS_READ, 0x2006, 34, 0},
        {METER_DTSU666, MODBUS_READ, 0x101E, 20, 0},
        {METER_DTSU666, MODBUS_READ, 0x401E, 12, 0},
        {METER_DTSU666, MODBUS_READ, 0x0836, 2, 2},
        {METER_DTSU666, MODBUS_READ, 0x07D1, 1, 2},
        {METER_DTSU666, MODBUS_READ_INPUT, 0x2006, 2, 1},
        {METER_DTSU666, MODBUS_WRITE_ONE, 0x002E, 2, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t words[MODBUS_READ_MAX];
        meter_bench_init(&bench, rows[i].type);
        assert_int_equal(meter_ask(&bench, rows[i].function, rows[i].start, rows[i].count, words),
                         rows[i].exception);
    }
}

static void functions_nobody_knows_are_refused(void **state)
{
    (void)state;
    meter_bench_init(&bench, METER_DTSU666);
    uint8_t frame[8] = {1, 0x2B, 0x0E, 0x01};
    size_t n = meter_give(&bench, frame, modbus_seal(frame, 4));
    static const uint8_t refusal[] = {1, 0xAB, 1};
    assert_int_equal(n, 5);
    assert_memory_equal(bench.reply, refusal, sizeof refusal);
}

static void words_are_written_within_their_range(void **state)
{
    (void)state;
    static const struct {
        enum meter_type type;
        uint16_t address, value;
        uint8_t exception;
    } rows[] = {
        {METER_DTSU666, 0x0006, 40, 0},   {METER_DTSU666, 0x0006, 0, 3},
        {METER_DTSU666, 0x0006, 9999, 0}, {METER_DTSU666, 0x0006, 10000, 3},
        {METER_DTSU666, 0x0007, 1, 0},    {METER_DTSU666, 0x0003, 1, 0},
        {METER_DTSU666, 0x0003, 2, 3},    {METER_DTSU666, 0x002D, 4, 0},
        {METER_DTSU666, 0x002D, 5, 3},    {METER_DTSU666, 0x002C, 6, 3},
        {METER_DTSU666, 0x0000, 1, 2},    {METER_DTSU666, 0x0001, 1, 2},
        {METER_DTSU666, 0x0004, 1, 2},    {METER_DTSU666, 0x2012, 1, 2},
        {METER_DTSU666, 0x002E, 248, 3},  {METER_DTSU666, 0x002E, 0, 3},
        {METER_DDSU666, 0x0006, 0, 3},    {METER_DDSU666, 0x000C, 3, 0},
        {METER_DDSU666, 0x000C, 5, 3},    {METER_DDSU666, 0x0005, 5, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t words[1];
        meter_bench_init(&bench, rows[i].type);
        assert_int_equal(meter_write(&bench, rows[i].address, &rows[i].value, 1),
                         rows[i].exception);
        if (rows[i].exception == 0) {
            assert_int_equal(meter_ask(&bench, MODBUS_READ, rows[i].address, 1, words), 0);
            assert_int_equal(words[0], rows[i].value);
        }
    }
}

static void of_one_write_all_words_or_none(void **state)
{
    (void)state;
    static const uint16_t bad[] = {METER_9600, 300};
    static const uint16_t good[] = {METER_19200, 7};
    uint16_t words[2];
    meter_bench_init(&bench, METER_DTSU666);
    assert_int_equal(meter_write(&bench, 0x002D, bad, 2), MODBUS_NO_VALUE);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x002D, 2, words), 0);
    assert_int_equal(words[1], 1);
    assert_int_equal(meter_write(&bench, 0x002D, good, 2), 0); /* answered at the old address */
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x002D, 2, words), -1);
    bench.unit = 7;
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x002D, 2, words), 0);
    assert_memory_equal(words, good, sizeof good);
}

static void clearing_is_an_order_that_reads_0_again(void **state)
{
    (void)state;
    static const uint16_t one[] = {1};
    uint16_t word[1];
    meter_bench_init(&bench, METER_DDSU666);
    assert_int_equal(meter_write(&bench, 0x0002, one, 1), 0);
    assert_true(bench.meter[0].clear_energy);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x0002, 1, word), 0);
    assert_int_equal(word[0], 0);
}

static void a_write_to_all_is_obeyed_without_an_answer(void **state)
{
    (void)state;
    static const uint16_t address[] = {9};
    meter_bench_init(&bench, METER_DTSU666);
    bench.unit = 0;
    assert_int_equal(meter_write(&bench, 0x002E, address, 1), -1);
    assert_int_equal(meter_unit_word(&bench.meter[0], WORD_ADDRESS), 9);
}

/* Who lost the power says nothing rather than 0. */
static void a_meter_without_power_to_tell_is_silent(void **state)
{
    (void)state;
    uint16_t words[2];
    meter_bench_init(&bench, METER_DTSU666);
    meter_forget(&bench.view[0], METER_W10);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x2012, 2, words), -1);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x2006, 2, words), -1);
    meter_put(&bench.view[0], METER_W10, 0);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x2012, 2, words), 0);
}

static void one_that_speaks_dlt645_is_silent(void **state)
{
    (void)state;
    static const uint16_t protocol[] = {METER_DLT645};
    uint16_t words[2];
    meter_bench_init(&bench, METER_DTSU666);
    assert_int_equal(meter_write(&bench, 0x002C, protocol, 1), 0);
    assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x2012, 2, words), -1);
}

static void frames_in_pieces_garbage_and_flipped_bits(void **state)
{
    (void)state;
    uint8_t frame[8];
    uint8_t held[20] = {0xFF, 0x00, 'g', 'a', 'r'};
    meter_bench_init(&bench, METER_DTSU666);
    size_t n = modbus_ask(frame, 1, MODBUS_READ, 0x2012, 8);
    for (size_t cut = 1; cut < n; cut++) { /* truncated, then whole */
        assert_int_equal(meter_give(&bench, frame, cut), 0);
        bench.now_ms += 200;
        assert_int_equal(meter_give(&bench, frame, n), 21);
        assert_int_equal(meter_give(&bench, frame, cut), 0);
        assert_int_equal(meter_give(&bench, frame + cut, n - cut), 21);
    }
    for (size_t bit = 0; bit < 8 * n; bit++) {
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(meter_give(&bench, frame, n), 0);
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        bench.now_ms += 200;
        assert_int_equal(meter_give(&bench, frame, n), 21);
    }
    memcpy(held + 5, frame, n);
    assert_int_equal(meter_give(&bench, held, 5 + n), 21);
}

static void another_meters_talk_is_passed_over(void **state)
{
    (void)state;
    static struct meter_bench other;
    uint8_t frame[8];
    uint16_t words[8];
    meter_bench_init(&other, METER_DTSU666);
    meter_bench_init(&bench, METER_DTSU666);
    (void)meter_unit_set_word(&other.meter[0], WORD_ADDRESS, 2);
    for (int i = 0; i < 50; i++) {
        size_t n = modbus_ask(frame, 2, MODBUS_READ, 0x2012, 8);
        size_t length = meter_give(&other, frame, n);
        assert_int_equal(length, 21);
        assert_int_equal(meter_give(&bench, frame, n), 0);
        assert_int_equal(meter_give(&bench, other.reply, length), 0);
        bench.now_ms += 30; /* less than what gives up half a frame */
        assert_int_equal(meter_ask(&bench, MODBUS_READ, 0x2012, 8, words), 0);
        other.now_ms += 200;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_become_the_nearest_float_and_come_back),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(dtsu_numbers_have_the_documents_scales),
        cmocka_unit_test(ddsu_numbers_are_engineering_values_in_kw),
        cmocka_unit_test(every_register_says_its_value_high_word_first),
        cmocka_unit_test(tables_are_in_order_and_within_their_areas),
        cmocka_unit_test(ddsu_words_are_those_of_the_dump),
        cmocka_unit_test(dtsu_words_are_as_delivered),
        cmocka_unit_test(what_the_meter_does_not_have_is_refused),
        cmocka_unit_test(functions_nobody_knows_are_refused),
        cmocka_unit_test(words_are_written_within_their_range),
        cmocka_unit_test(of_one_write_all_words_or_none),
        cmocka_unit_test(clearing_is_an_order_that_reads_0_again),
        cmocka_unit_test(a_write_to_all_is_obeyed_without_an_answer),
        cmocka_unit_test(a_meter_without_power_to_tell_is_silent),
        cmocka_unit_test(one_that_speaks_dlt645_is_silent),
        cmocka_unit_test(frames_in_pieces_garbage_and_flipped_bits),
        cmocka_unit_test(another_meters_talk_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
