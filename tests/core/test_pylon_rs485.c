/* SPDX-License-Identifier: Apache-2.0 */
/* The ASCII frame and Pylontech's RS485 payloads against captured exchanges. Captures (public):
   Tomcat42/pylontech-python (examples/lowLevelRS485/output.txt, issue 7),
   Frankkkkk/python-pylontech (tests/test_basic.py), a telecom-cabinet gateway's source (0x93). */
#include "core_test.h"

#include "core/proto/pylon_rs485.h"

/* US2000B Plus, 15 cells: 50.408 V, +2.1 A, 35.5 of 50 Ah, 79 cycles. */
static const char us2000[] =
    "~20024600C06E00020F0D1F0D200D200D200D200D200D210D200D200D210D220D200D220D220D21050BCD0BAF0BAF"
    "0BAF0BAF0015C4E88AAC02C350004FE594\r";
static const struct pylon_analog us2000_values = {.n_cells = 15,
                                                  .n_temps = 5,
                                                  .cell_mv = {3359, 3360, 3360, 3360, 3360, 3360,
                                                              3361, 3360, 3360, 3361, 3362, 3360,
                                                              3362, 3362, 3361},
                                                  .temp_c10 = {290, 260, 260, 260, 260},
                                                  .current_ma = 2100,
                                                  .voltage_mv = 50408,
                                                  .remaining_mah = 35500,
                                                  .total_mah = 50000,
                                                  .cycles = 79};

/* US5000 class: capacities above 65 Ah in 24 bits; +20.1 A, 94.905 of 100 Ah. */
static const char us5000[] =
    "~20024600F07A00020F0D170D140D150D150D180D170D140D150D150D180D170D140D150D150D18050C0B0BEF0BF"
    "00BED0C0B00C9C447FFFF04FFFF00120172B90186A0E2D1\r";
static const struct pylon_analog us5000_values = {.n_cells = 15,
                                                  .n_temps = 5,
                                                  .cell_mv = {3351, 3348, 3349, 3349, 3352, 3351,
                                                              3348, 3349, 3349, 3352, 3351, 3348,
                                                              3349, 3349, 3352},
                                                  .temp_c10 = {352, 324, 325, 322, 352},
                                                  .current_ma = 20100,
                                                  .voltage_mv = 50247,
                                                  .remaining_mah = 94905,
                                                  .total_mah = 100000,
                                                  .cycles = 18};

/* UP2500, 8 cells, discharging, INFOFLAG 0x10 (not a byte we would send). */
static const char up2500[] =
    "~20024600D05E1002080D020D020D020D030D000D010D010D03050B7D0B690B690B690B73FFFA680EFFFF04FFFF00"
    "000174E401B198E906\r";
static const struct pylon_analog up2500_values = {
    .n_cells = 8,
    .n_temps = 5,
    .cell_mv = {3330, 3330, 3330, 3331, 3328, 3329, 3329, 3331},
    .temp_c10 = {210, 190, 190, 190, 200},
    .current_ma = -600,
    .voltage_mv = 26638,
    .remaining_mah = 95460,
    .total_mah = 111000,
    .cycles = 0};

static const char alarm_frame[] =
    "~20024600C04000020F000000000000000000000000000000050000000000000000000E800000F161\r";
static const char limits_frame[] = "~20024600B01402D002B79800FAFF06C0F92D\r";
static const char serial_frame[] = "~20024600C0220250505441483032343031343436303035F6DA\r";
static const char version_frame[] = "~200246000000FDB2\r";

static const char *const all_frames[] = {us2000,       us5000,       up2500,       alarm_frame,
                                         limits_frame, serial_frame, version_frame};
enum { N_FRAMES = sizeof all_frames / sizeof all_frames[0] };

static const uint8_t *bytes(const char *text) { return (const uint8_t *)text; }

static struct ascii_frame decoded(const char *text)
{
    struct ascii_frame frame;
    int result = ascii_frame_decode(bytes(text), strlen(text), &frame);
    if (result != 0) {
        fail_msg("%s: %d", text, result);
    }
    return frame;
}

static void captured_frames_are_taken_and_given_back_byte_by_byte(void **state)
{
    (void)state;
    for (int i = 0; i < N_FRAMES; i++) {
        struct ascii_frame frame = decoded(all_frames[i]);
        uint8_t out[ASCII_FRAME_MAX];
        assert_int_equal(frame.version, 0x20);
        assert_int_equal(frame.address, 2);
        assert_int_equal(frame.cid1, PYLON_CID1);
        assert_int_equal(frame.cid2, PYLON_OK);
        int n = ascii_frame_encode(&frame, out, sizeof out);
        assert_int_equal(n, strlen(all_frames[i]));
        assert_memory_equal(out, all_frames[i], (size_t)n);
    }
}

static void every_truncation_is_refused_and_leaves_the_frame_alone(void **state)
{
    (void)state;
    for (int i = 0; i < N_FRAMES; i++) {
        size_t whole = strlen(all_frames[i]);
        for (size_t cut = 0; cut < whole; cut++) {
            struct ascii_frame frame;
            struct ascii_frame before;
            memset(&frame, 0x55, sizeof frame);
            memcpy(&before, &frame, sizeof before);
            assert_true(ascii_frame_decode(bytes(all_frames[i]), cut, &frame) < 0);
            /* also with the end put back on */
            uint8_t text[ASCII_FRAME_MAX];
            memcpy(text, all_frames[i], cut);
            text[cut] = '\r';
            if (cut + 1 < whole) {
                assert_true(ascii_frame_decode(text, cut + 1, &frame) < 0);
            }
            assert_memory_equal(&frame, &before, sizeof frame);
        }
    }
}

/* The sum's own digits may come in small letters: the same number. Everything else is refused. */
static void every_changed_character_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < N_FRAMES; i++) {
        size_t whole = strlen(all_frames[i]);
        uint8_t text[ASCII_FRAME_MAX];
        struct ascii_frame frame;
        memcpy(text, all_frames[i], whole);
        for (size_t at = 0; at < whole; at++) {
            uint8_t right = text[at];
            for (int c = 0; c < 256; c++) {
                bool in_sum = at >= whole - 5 && at + 1 < whole;
                bool same_digit = in_sum && right >= 'A' && c == right + ('a' - 'A');
                if (c == right || same_digit) {
                    continue;
                }
                text[at] = (uint8_t)c;
                if (ascii_frame_decode(text, whole, &frame) == 0) {
                    fail_msg("frame %d taken with character %zu changed to %02x", i, at,
                             (unsigned)c);
                }
            }
            text[at] = right;
        }
    }
}

static void each_mistake_has_its_error(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
    } cases[] = {
        {"~200246000000FDB", ASCII_SHORT},       {"~200246000000FDB2", ASCII_SHORT},
        {"x200246000000FDB2\r", ASCII_ENDS},     {"~200246000000FDB2\n", ASCII_ENDS},
        {"~2002460000G0FDB2\r", ASCII_NOT_HEX},  {"~200246001000FDB2\r", ASCII_LENGTH_SUM},
        {"~20024600E002FDB2\r", ASCII_LENGTH},   {"~200246000000FDB3\r", ASCII_SUM},
        {"~200246000000FFFDB2\r", ASCII_LENGTH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ascii_frame frame;
        assert_int_equal(ascii_frame_decode(bytes(cases[i].text), strlen(cases[i].text), &frame),
                         cases[i].error);
    }
}

static void random_payloads_survive_the_frame(void **state)
{
    (void)state;
    uint32_t seed = 4;
    for (int i = 0; i < 2000; i++) {
        struct ascii_frame sent = {.version = (uint8_t)dice(&seed),
                                   .address = (uint8_t)dice(&seed),
                                   .cid1 = (uint8_t)dice(&seed),
                                   .cid2 = (uint8_t)dice(&seed)};
        struct ascii_frame got = {0};
        uint8_t out[ASCII_FRAME_MAX];
        sent.length = (uint16_t)dice_range(&seed, 0, ASCII_INFO_MAX);
        for (int k = 0; k < sent.length; k++) {
            sent.info[k] = (uint8_t)dice(&seed);
        }
        int n = ascii_frame_encode(&sent, out, sizeof out);
        assert_int_equal(n, 18 + 2 * sent.length);
        assert_int_equal(ascii_frame_decode(out, (size_t)n, &got), 0);
        assert_memory_equal(&sent, &got, sizeof got);
        assert_int_equal(ascii_frame_encode(&sent, out, (size_t)n - 1), ASCII_TOO_LONG);
    }
}

/* Reader: a stream of anything, whole frames come out. */
static int feed(struct ascii_reader *reader, const char *text, size_t length)
{
    int whole = 0;
    for (size_t i = 0; i < length; i++) {
        if (ascii_reader_take(reader, (uint8_t)text[i])) {
            struct ascii_frame frame;
            whole += ascii_frame_decode(reader->buffer, reader->length, &frame) == 0;
        }
    }
    return whole;
}

static int feed_text(struct ascii_reader *reader, const char *text)
{
    return feed(reader, text, strlen(text));
}

static void frames_come_out_of_a_stream_with_garbage_between(void **state)
{
    (void)state;
    static struct ascii_reader reader;
    memset(&reader, 0, sizeof reader);
    assert_int_equal(feed_text(&reader, "\r\n\x01\x02garbage"), 0);
    assert_true(reader.dropped > 0);
    assert_int_equal(feed_text(&reader, us2000), 1);
    assert_int_equal(feed_text(&reader, "\r\r\n"), 0);
    assert_int_equal(feed_text(&reader, us5000), 1);
    assert_int_equal(feed_text(&reader, limits_frame), 1);
}

static void half_a_frame_does_not_swallow_the_next_one(void **state)
{
    (void)state;
    static struct ascii_reader reader;
    for (size_t cut = 0; cut < strlen(us2000) - 1; cut++) {
        memset(&reader, 0, sizeof reader);
        assert_int_equal(feed(&reader, us2000, cut), 0);
        assert_int_equal(feed_text(&reader, limits_frame), 1);
    }
}

static void a_frame_that_never_ends_is_dropped(void **state)
{
    (void)state;
    static struct ascii_reader reader;
    memset(&reader, 0, sizeof reader);
    assert_int_equal(feed_text(&reader, "~"), 0);
    for (int i = 0; i < 3 * ASCII_FRAME_MAX; i++) {
        assert_false(ascii_reader_take(&reader, 'A'));
        assert_true(reader.length <= ASCII_FRAME_MAX);
    }
    assert_int_equal(feed_text(&reader, serial_frame), 1);
}

static void random_bytes_never_break_the_reader(void **state)
{
    (void)state;
    static struct ascii_reader reader;
    uint32_t seed = 8;
    memset(&reader, 0, sizeof reader);
    for (int i = 0; i < 300000; i++) {
        static const char often[] = "~\r0123456789ABCDEF";
        char c = dice(&seed) % 2 == 0 ? often[dice(&seed) % 18] : (char)dice(&seed);
        (void)feed(&reader, &c, 1);
        if (i % 1000 == 0) {
            assert_int_equal(feed_text(&reader, version_frame), 1);
        }
    }
}

/* Payloads. */
static void assert_same_analog(const struct pylon_analog *a, const struct pylon_analog *b)
{
    assert_int_equal(a->n_cells, b->n_cells);
    assert_int_equal(a->n_temps, b->n_temps);
    assert_memory_equal(a->cell_mv, b->cell_mv, sizeof a->cell_mv);
    assert_memory_equal(a->temp_c10, b->temp_c10, sizeof a->temp_c10);
    assert_int_equal(a->current_ma, b->current_ma);
    assert_int_equal(a->voltage_mv, b->voltage_mv);
    assert_int_equal(a->remaining_mah, b->remaining_mah);
    assert_int_equal(a->total_mah, b->total_mah);
    assert_int_equal(a->cycles, b->cycles);
}

static void captured_analog_values_are_what_their_publishers_read(void **state)
{
    (void)state;
    const struct {
        const char *text;
        const struct pylon_analog *values;
        bool ours;
    } cases[] = {{us2000, &us2000_values, true},
                 {us5000, &us5000_values, true},
                 {up2500, &up2500_values, false}};
    for (size_t i = 0; i < 3; i++) {
        struct ascii_frame frame = decoded(cases[i].text);
        struct pylon_analog analog = {0};
        uint8_t info[ASCII_INFO_MAX];
        assert_int_equal(pylon_analog_decode(frame.info, frame.length, &analog), 0);
        assert_same_analog(&analog, cases[i].values);
        if (cases[i].ours) {
            assert_int_equal(pylon_analog_encode(&analog, 2, info), frame.length);
            assert_memory_equal(info, frame.info, frame.length);
        }
    }
}

static void captured_alarm_and_limits_are_what_their_publishers_read(void **state)
{
    (void)state;
    struct ascii_frame frame = decoded(alarm_frame);
    struct pylon_alarm alarm;
    uint8_t info[ASCII_INFO_MAX];
    assert_int_equal(pylon_alarm_decode(frame.info, frame.length, &alarm), 0);
    assert_int_equal(alarm.n_cells, 15);
    assert_int_equal(alarm.n_temps, 5);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(alarm.cell[i], LEVEL_NORMAL);
    }
    assert_int_equal(alarm.status[0], 0);
    assert_int_equal(alarm.status[1],
                     STATUS2_SUPPLYING | STATUS2_DISCHARGE_MOS | STATUS2_CHARGE_MOS);
    assert_int_equal(alarm.status[2], STATUS3_CHARGING);
    assert_int_equal(pylon_alarm_encode(&alarm, 2, info), frame.length);
    assert_memory_equal(info, frame.info, frame.length);

    struct pylon_limits limits;
    frame = decoded(limits_frame);
    assert_int_equal(pylon_limits_decode(frame.info, frame.length, &limits), 0);
    assert_int_equal(limits.charge_mv, 53250);
    assert_int_equal(limits.discharge_mv, 47000);
    assert_int_equal(limits.charge_ma, 25000);
    assert_int_equal(limits.discharge_ma, 25000);
    assert_true(limits.charge_enable && limits.discharge_enable);
    assert_false(limits.force_charge || limits.force_charge_soon || limits.full_charge_request);
    assert_int_equal(pylon_limits_encode(&limits, 2, info), frame.length);
    assert_memory_equal(info, frame.info, frame.length);
}

static void a_captured_serial_number_stands_behind_the_address(void **state)
{
    (void)state;
    struct ascii_frame frame = decoded(serial_frame);
    assert_int_equal(frame.length, 1 + PYLON_SERIAL_LENGTH);
    assert_int_equal(frame.info[0], 2);
    assert_memory_equal(frame.info + 1, "PPTAH02401446005", PYLON_SERIAL_LENGTH);
}

static void truncated_payloads_are_refused_and_leave_the_values_alone(void **state)
{
    (void)state;
    struct pylon_analog analog;
    struct pylon_analog kept;
    memset(&analog, 0x55, sizeof analog);
    memcpy(&kept, &analog, sizeof kept);
    const char *const texts[] = {us2000, us5000, up2500};
    for (size_t i = 0; i < 3; i++) {
        struct ascii_frame frame = decoded(texts[i]);
        for (size_t cut = 0; cut < frame.length; cut++) {
            assert_int_equal(pylon_analog_decode(frame.info, cut, &analog), -1);
            assert_memory_equal(&analog, &kept, sizeof kept);
        }
    }
    struct pylon_alarm alarm;
    struct pylon_limits limits;
    struct ascii_frame frame = decoded(alarm_frame);
    for (size_t cut = 0; cut < frame.length; cut++) {
        assert_int_equal(pylon_alarm_decode(frame.info, cut, &alarm), -1);
    }
    frame = decoded(limits_frame);
    for (size_t cut = 0; cut < frame.length; cut++) {
        assert_int_equal(pylon_limits_decode(frame.info, cut, &limits), -1);
    }
}

static void counts_beyond_any_pack_are_refused(void **state)
{
    (void)state;
    struct ascii_frame frame = decoded(us2000);
    struct pylon_analog analog;
    struct pylon_alarm alarm;
    for (int n = 0; n < 256; n++) {
        frame.info[2] = (uint8_t)n;
        int result = pylon_analog_decode(frame.info, frame.length, &analog);
        if (n == 0 || n > PYLON_CELLS_MAX) {
            assert_int_equal(result, -1);
        }
    }
    frame = decoded(alarm_frame);
    for (int n = PYLON_CELLS_MAX + 1; n < 256; n++) {
        frame.info[2] = (uint8_t)n;
        assert_int_equal(pylon_alarm_decode(frame.info, frame.length, &alarm), -1);
    }
}

static void random_analog_values_survive_the_wire(void **state)
{
    (void)state;
    uint32_t seed = 21;
    for (int i = 0; i < 20000; i++) {
        struct pylon_analog sent = {0};
        struct pylon_analog got = {0};
        uint8_t info[ASCII_INFO_MAX];
        sent.n_cells = (uint8_t)dice_range(&seed, 1, PYLON_CELLS_MAX);
        sent.n_temps = (uint8_t)dice_range(&seed, 0, PYLON_TEMPS_MAX);
        for (int k = 0; k < sent.n_cells; k++) {
            sent.cell_mv[k] = (uint16_t)dice(&seed);
        }
        for (int k = 0; k < sent.n_temps; k++) {
            sent.temp_c10[k] = (int16_t)dice_range(&seed, -2730, 30000); /* 0 K: no sensor */
        }
        sent.current_ma = dice_range(&seed, -32768, 32767) * 100;
        sent.voltage_mv = (uint16_t)dice(&seed);
        sent.total_mah = (uint32_t)dice_range(&seed, 0, 0xFFFFFF);
        sent.remaining_mah = (uint32_t)dice_range(&seed, 0, (int32_t)sent.total_mah);
        sent.cycles = (uint16_t)dice(&seed);
        uint16_t n = pylon_analog_encode(&sent, 5, info);
        assert_int_equal(pylon_analog_decode(info, n, &got), 0);
        assert_same_analog(&got, &sent);
        assert_int_equal(info[1], 5);
    }
}

static void a_request_is_one_byte_of_address_or_nothing(void **state)
{
    (void)state;
    struct ascii_frame frame;
    uint8_t out[64];
    pylon_request(&frame, PYLON_GET_ANALOG, 2);
    int n = ascii_frame_encode(&frame, out, sizeof out);
    assert_int_equal(n, 20);
    assert_memory_equal(out, "~20024642E00202FD33\r", 20); /* vendor document V3.3, 0x42 */
    pylon_request(&frame, PYLON_GET_PROTOCOL, 3);
    n = ascii_frame_encode(&frame, out, sizeof out);
    assert_int_equal(n, 18);
    assert_memory_equal(out, "~2003464F0000FD97\r", 18); /* ardiehl/pylontech test.txt */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captured_frames_are_taken_and_given_back_byte_by_byte),
        cmocka_unit_test(every_truncation_is_refused_and_leaves_the_frame_alone),
        cmocka_unit_test(every_changed_character_is_refused),
        cmocka_unit_test(each_mistake_has_its_error),
        cmocka_unit_test(random_payloads_survive_the_frame),
        cmocka_unit_test(frames_come_out_of_a_stream_with_garbage_between),
        cmocka_unit_test(half_a_frame_does_not_swallow_the_next_one),
        cmocka_unit_test(a_frame_that_never_ends_is_dropped),
        cmocka_unit_test(random_bytes_never_break_the_reader),
        cmocka_unit_test(captured_analog_values_are_what_their_publishers_read),
        cmocka_unit_test(captured_alarm_and_limits_are_what_their_publishers_read),
        cmocka_unit_test(a_captured_serial_number_stands_behind_the_address),
        cmocka_unit_test(truncated_payloads_are_refused_and_leave_the_values_alone),
        cmocka_unit_test(counts_beyond_any_pack_are_refused),
        cmocka_unit_test(random_analog_values_survive_the_wire),
        cmocka_unit_test(a_request_is_one_byte_of_address_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
