/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus RTU framing: published frames, every cut and every flipped bit, lengths by arithmetic. */
#include "core_test.h"

#include "core/proto/modbus_rtu.h"

static void the_crc_is_the_published_one(void **state)
{
    (void)state;
    static const struct {
        uint8_t n, bytes[8];
        uint16_t crc; /* as on the wire: low byte first */
    } cases[] = {
        {6, {0x01, 0x03, 0x00, 0x10, 0x00, 0x01}, 0x85CF}, /* dnc392/rs485-bms-probe */
        {6, {0x01, 0x03, 0x00, 0x13, 0x00, 0x06}, 0x340D},
        {6, {0x00, 0x04, 0x21, 0x00, 0x00, 0x1A}, 0x7A2C}, /* syssi/esphome-seplos-bms */
        {3, {0x00, 0x84, 0x02}, 0x9301},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[10];
        memcpy(bytes, cases[i].bytes, cases[i].n);
        size_t n = modbus_seal(bytes, cases[i].n);
        assert_int_equal(n, cases[i].n + 2U);
        assert_int_equal(bytes[n - 2] << 8 | bytes[n - 1], cases[i].crc);
        assert_true(modbus_crc_ok(bytes, n));
    }
}

static void frames_end_where_their_head_says(void **state)
{
    (void)state;
    uint8_t out[MODBUS_FRAME_MAX];
    static const uint16_t registers[125] = {1, 2, 3};
    const struct {
        size_t n;
        bool request;
    } made[] = {
        {modbus_ask(out, 1, MODBUS_READ, 0x10, 36), true},
        {modbus_write(out, 1, 60, registers, 123), true},
        {modbus_answer(out, 1, MODBUS_READ, registers, 125), false},
        {modbus_refuse(out, 1, MODBUS_READ, MODBUS_NO_ADDRESS), false},
    };
    assert_int_equal(made[0].n, 8);
    assert_int_equal(made[1].n, 255);
    assert_int_equal(made[2].n, 255);
    assert_int_equal(made[3].n, 5);
}

static void assert_fragile(uint8_t *bytes, size_t n, int (*length)(const uint8_t *, size_t))
{
    assert_int_equal(length(bytes, n), n);
    for (size_t cut = 0; cut < n; cut++) {
        assert_true(length(bytes, cut) <= 0);
    }
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_true(length(bytes, n) <= 0);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void every_cut_and_every_flipped_bit_is_refused(void **state)
{
    (void)state;
    uint32_t seed = 3;
    for (int i = 0; i < 40; i++) {
        uint8_t bytes[MODBUS_FRAME_MAX];
        uint16_t registers[20];
        uint16_t count = (uint16_t)dice_range(&seed, 1, 20);
        uint8_t unit = (uint8_t)dice_range(&seed, 1, 247);
        for (int k = 0; k < 20; k++) {
            registers[k] = (uint16_t)dice(&seed);
        }
        assert_fragile(bytes, modbus_ask(bytes, unit, MODBUS_READ, registers[0], count),
                       modbus_request_length);
        assert_fragile(bytes, modbus_write(bytes, unit, registers[0], registers, count),
                       modbus_request_length);
        assert_fragile(bytes, modbus_answer(bytes, unit, MODBUS_READ, registers, count),
                       modbus_reply_length);
        assert_fragile(bytes, modbus_refuse(bytes, unit, MODBUS_READ, MODBUS_NO_VALUE),
                       modbus_reply_length);
    }
}

static void a_request_is_taken_apart(void **state)
{
    (void)state;
    uint8_t bytes[MODBUS_FRAME_MAX];
    static const uint16_t registers[] = {0x1234, 0x5678};
    struct modbus_request request;
    size_t n = modbus_write(bytes, 7, 300, registers, 2);
    assert_true(modbus_request_take(bytes, n, &request));
    assert_int_equal(request.unit, 7);
    assert_int_equal(request.start, 300);
    assert_int_equal(request.count, 2);
    assert_int_equal(request.data[3], 0x78);
    bytes[5] = 3; /* counts that contradict */
    n = modbus_seal(bytes, n - 2);
    assert_false(modbus_request_take(bytes, n, &request));
    n = modbus_ask(bytes, 7, MODBUS_WRITE_ONE, 300, 0x4321);
    assert_true(modbus_request_take(bytes, n, &request));
    assert_int_equal(request.count, 1);
    assert_int_equal(request.data[0], 0x43);
    uint8_t again[8];
    assert_int_equal(modbus_confirm(again, &request), 8);
    assert_memory_equal(again, bytes, 8); /* the same back */
}

static void only_the_reply_to_the_question_counts(void **state)
{
    (void)state;
    uint8_t bytes[MODBUS_FRAME_MAX];
    static const uint16_t registers[4] = {1, 2, 3, 4};
    size_t n = modbus_answer(bytes, 5, MODBUS_READ, registers, 4);
    assert_int_equal(modbus_reply_to(bytes, n, 5, MODBUS_READ, 4), n);
    assert_int_equal(modbus_reply_to(bytes, n, 6, MODBUS_READ, 4), -1);
    assert_int_equal(modbus_reply_to(bytes, n, 5, MODBUS_READ_INPUT, 4), -1);
    assert_int_equal(modbus_reply_to(bytes, n, 5, MODBUS_READ, 3), -1);
    n = modbus_refuse(bytes, 5, MODBUS_READ, MODBUS_NO_ADDRESS);
    assert_int_equal(modbus_reply_to(bytes, n, 5, MODBUS_READ, 4), 5);
}

static void a_gap_is_three_and_a_half_characters_and_the_ports_delay(void **state)
{
    (void)state;
    assert_int_equal(modbus_gap_ms(9600) - modbus_gap_ms(1000000), 3);
    assert_true(modbus_gap_ms(9600) >= 4 && modbus_gap_ms(9600) < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crc_is_the_published_one),
        cmocka_unit_test(frames_end_where_their_head_says),
        cmocka_unit_test(every_cut_and_every_flipped_bit_is_refused),
        cmocka_unit_test(a_request_is_taken_apart),
        cmocka_unit_test(only_the_reply_to_the_question_counts),
        cmocka_unit_test(a_gap_is_three_and_a_half_characters_and_the_ports_delay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
