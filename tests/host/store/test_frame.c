/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "host/store/frame.h"

static void values_come_back_as_they_went_in(void **state)
{
    (void)state;
    const int64_t values[] = {0, 1, -1, 63, -64, 64, 230123, -5000000, INT64_C(9000000000000000)};
    struct bytes bytes = {0};
    int last = 0;
    frame_begin(&bytes, (struct frame_head){.is_key = true, .chain = 0xBEEF});
    for (int i = 0; i < 9; i++) {
        frame_put_value(&bytes, &last, 3 * i + 1, i != 4, values[i]);
    }
    struct frame_reader reader;
    struct frame_head head;
    assert_true(frame_open(&reader, bytes.data, bytes.n, &head));
    assert_true(head.is_key && head.chain == 0xBEEF);
    for (int i = 0; i < 9; i++) {
        bool known;
        int64_t value;
        assert_true(frame_next_value(&reader, &known, &value));
        assert_int_equal(reader.id, 3 * i + 1);
        assert_int_equal(known, i != 4);
        assert_true(value == (i == 4 ? 0 : values[i]));
    }
    bytes_free(&bytes);
}

static void a_cut_or_flipped_frame_never_reads_past_its_end(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    int last = 0;
    for (int i = 0; i < 20; i++) {
        frame_put_mean(&bytes, &last, i + 1,
                       (struct frame_mean){i * 1000 - 9000, i * 1000 - 9999, i * 1000});
    }
    for (size_t n = 0; n < bytes.n; n++) {
        uint8_t byte = bytes.data[n];
        for (int flip = 0; flip < 256; flip += 5) {
            bytes.data[n] = (uint8_t)flip;
            struct frame_reader reader;
            struct frame_mean value;
            int count = 0;
            frame_open_mean(&reader, bytes.data, n + 1);
            while (frame_next_mean(&reader, &value)) {
                assert_true(value.min <= value.mean && value.mean <= value.max);
                count++;
            }
            assert_true(count <= 20);
        }
        bytes.data[n] = byte;
    }
    struct frame_reader reader;
    struct frame_head head;
    assert_false(frame_open(&reader, bytes.data, 3, &head));
    assert_false(frame_open(&reader, NULL, 0, &head));
    bytes_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_went_in),
        cmocka_unit_test(a_cut_or_flipped_frame_never_reads_past_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
