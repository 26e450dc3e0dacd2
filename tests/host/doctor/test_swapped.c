/* SPDX-License-Identifier: Apache-2.0 */
/* A swapped pair is proven by its garbage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/doctor/line_watch.h"
#include "host/doctor/swapped.h"

/* By hand: '~' is 0x7E, on the line 0 01111110 1, inverted 1 10000001 0. After rest (break) the
   receiver waits for the mark, finds the fall at bit 2: start, data bits 3..10 = 0 0 0 0 1 1 (of
   the byte) 0 (its stop), then the next byte's start, a mark. */
static void the_garbage_is_what_the_bits_say(void **state)
{
    uint8_t out[8];
    (void)state;
    /* 0x7E 0x7E inverted: 1 1 0 0 0 0 0 0 1 0 | 1 1 0 0 0 0 0 0 1 0 */
    size_t n = swapped_receive((const uint8_t *)"~~", 2, UART_WAITS, out, sizeof out);
    assert_int_equal(n, 2);
    /* start at bit 2; data bits 3..10: 0 0 0 0 0 1 0 1 -> bits 5 and 7 -> 0xA0; stop at 11: mark */
    assert_int_equal(out[0], 0xA0);
    /* start at bit 12; data 13..20: 0 0 0 0 0 1 0 then rest 0 -> 0x20 */
    assert_int_equal(out[1], 0x20);
}

static void a_swapped_reply_is_found_in_noise_and_a_right_one_is_not(void **state)
{
    static const char reply[] = "~20024600F07A00020F0D17";
    (void)state;
    for (int uart = 0; uart < UART_KINDS; uart++) {
        uint8_t heard[64] = {0, 0, 0x55};
        size_t n = swapped_receive((const uint8_t *)reply, strlen(reply), (enum swapped_uart)uart,
                                   heard + 3, sizeof heard - 3);
        assert_true(n > 8);
        assert_true(swapped_found(heard, n + 3, (const uint8_t *)"~200246", 7));
        assert_false(swapped_found(heard, n + 3, (const uint8_t *)"~250146", 7));
    }
    assert_false(
        swapped_found((const uint8_t *)reply, strlen(reply), (const uint8_t *)"~200246", 7));
    assert_false(swapped_found((const uint8_t *)"", 0, (const uint8_t *)"~200246", 7));
    assert_false(swapped_found((const uint8_t *)"\0\0\0\0\0\0\0\0", 8, (const uint8_t *)"~2", 2));
}

static void modbus_replies_are_found_too(void **state)
{
    static const uint8_t reply[] = {0x01, 0x03, 0x10, 0x00, 0x12, 0x34, 0x56, 0x78};
    (void)state;
    for (int uart = 0; uart < UART_KINDS; uart++) {
        uint8_t heard[32];
        size_t n =
            swapped_receive(reply, sizeof reply, (enum swapped_uart)uart, heard, sizeof heard);
        assert_true(swapped_found(heard, n, reply, 6));
    }
}

/* Noise, and frames heard at another rate, are not taken for a swapped pair. */
static void noise_is_no_swapped_pair(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int run = 0; run < 60; run++) {
        uint8_t noise[1024];
        for (size_t i = 0; i < sizeof noise; i++) {
            seed = seed * 1664525U + 1013904223U;
            uint8_t any = (uint8_t)(seed >> 24);
            noise[i] = (uint8_t)(run % 3 == 0 ? any : any | any << 1 | (run % 3 == 1 ? 0xF0 : 0));
        }
        assert_null(swapped_protocol(noise, sizeof noise));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_garbage_is_what_the_bits_say),
        cmocka_unit_test(a_swapped_reply_is_found_in_noise_and_a_right_one_is_not),
        cmocka_unit_test(modbus_replies_are_found_too),
        cmocka_unit_test(noise_is_no_swapped_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
