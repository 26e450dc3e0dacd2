/* SPDX-License-Identifier: Apache-2.0 */
/* Pylon CAN against captured frames. Captures (public): setfirelabs.com "Pylontech CAN reading"
   (ten US modules, real V1.2 US5000 stack), finitor/power-system (Eco-Worthy Cubix 100, V2.0.6),
   victorstoica114/sigrok-pylon-bms-decoders (JK BMS in profile V1.2). */
#include "core_test.h"

#include "core/proto/pylon_can.h"

struct captured {
    const char *source;
    const char *frames[PYLON_CAN_FRAMES]; /* "351#1402…" as candump writes them */
    struct battery_report report;
    bool ours; /* laid out as we send: encoding gives the same bytes */
};

#define HEARD_ALL                                                                           \
    (HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED | HEARD_FLAGS | HEARD_REQUEST | HEARD_NAME | \
     HEARD_DISCHARGE_VOLTAGE)

static const struct captured captures[] = {
    {"ten US modules, setfirelabs",
     {"359#000000000A504E", "351#1402740E740ECC01", "355#1A006400", "356#021300004A01", "35C#C000",
      "35E#50594C4F4E202020"},
     {.heard = HEARD_ALL,
      .charge_mv = 53200,
      .charge_limit_ma = 370000,
      .discharge_limit_ma = 370000,
      .discharge_mv = 46000,
      .soc_pct = 26,
      .soh_pct = 100,
      .voltage_mv = 48660,
      .current_ma = 0,
      .temp_c10 = 330,
      .packs = 10,
      .charge_enable = true,
      .discharge_enable = true,
      .name = "PYLON"},
     true},
    {"US5000 stack V1.2, setfirelabs",
     {"359#0000000006504E", "351#1402C012C012C201", "355#58005E00", "356#7A13F2FE6B01", "35C#C000",
      "35E#50594C4F4E202020"},
     {.heard = HEARD_ALL,
      .charge_mv = 53200,
      .charge_limit_ma = 480000,
      .discharge_limit_ma = 480000,
      .discharge_mv = 45000,
      .soc_pct = 88,
      .soh_pct = 94,
      .voltage_mv = 49860,
      .current_ma = -27000,
      .temp_c10 = 363,
      .packs = 6,
      .charge_enable = true,
      .discharge_enable = true,
      .name = "PYLON"},
     true},
    {"Eco-Worthy Cubix 100 V2.0.6, finitor/power-system",
     {"359#0000000002504E00", "351#4802D007D007C001", "355#1E00640000000000",
      "356#7914000071000000", "35C#C000000000000000", "35E#50594C4F4E202020"},
     {.heard = HEARD_ALL,
      .charge_mv = 58400,
      .charge_limit_ma = 200000,
      .discharge_limit_ma = 200000,
      .discharge_mv = 44800,
      .soc_pct = 30,
      .soh_pct = 100,
      .voltage_mv = 52410,
      .current_ma = 0,
      .temp_c10 = 113,
      .packs = 2,
      .charge_enable = true,
      .discharge_enable = true,
      .name = "PYLON"},
     false},
    {"JK BMS V1.2, sigrok-pylon-bms-decoders",
     {"359#0000000001504E00", "351#9E027C016C07C601", "355#6300640000000000",
      "356#4C16000034010000", "35C#C000000000000000", "35E#4A4B2D424D530000"},
     {.heard = HEARD_ALL,
      .charge_mv = 67000,
      .charge_limit_ma = 38000,
      .discharge_limit_ma = 190000,
      .discharge_mv = 45400,
      .soc_pct = 99,
      .soh_pct = 100,
      .voltage_mv = 57080,
      .current_ma = 0,
      .temp_c10 = 308,
      .packs = 1,
      .charge_enable = true,
      .discharge_enable = true,
      .name = "JK-BMS"},
     false},
};
enum { N_CAPTURES = sizeof captures / sizeof captures[0] };

static struct can_frame frame_of(const char *text)
{
    struct can_frame frame = {0};
    unsigned id;
    int used;
    assert_int_equal(sscanf(text, "%3x#%n", &id, &used), 1);
    frame.id = id;
    for (text += used; *text != '\0'; text += 2) {
        unsigned byte;
        assert_int_equal(sscanf(text, "%2x", &byte), 1);
        frame.data[frame.length++] = (uint8_t)byte;
    }
    return frame;
}

static void assert_same_report(const struct battery_report *a, const struct battery_report *b)
{
    assert_int_equal(a->heard, b->heard);
    assert_int_equal(a->charge_mv, b->charge_mv);
    assert_int_equal(a->charge_limit_ma, b->charge_limit_ma);
    assert_int_equal(a->discharge_limit_ma, b->discharge_limit_ma);
    assert_int_equal(a->discharge_mv, b->discharge_mv);
    assert_int_equal(a->soc_pct, b->soc_pct);
    assert_int_equal(a->soh_pct, b->soh_pct);
    assert_int_equal(a->voltage_mv, b->voltage_mv);
    assert_int_equal(a->current_ma, b->current_ma);
    assert_int_equal(a->temp_c10, b->temp_c10);
    assert_int_equal(a->protections, b->protections);
    assert_int_equal(a->alarms, b->alarms);
    assert_int_equal(a->packs, b->packs);
    assert_int_equal(a->charge_enable, b->charge_enable);
    assert_int_equal(a->discharge_enable, b->discharge_enable);
    assert_int_equal(a->force_charge, b->force_charge);
    assert_int_equal(a->force_charge_soon, b->force_charge_soon);
    assert_int_equal(a->full_charge_request, b->full_charge_request);
    assert_string_equal(a->name, b->name);
}

static void captured_frames_say_what_their_publishers_read(void **state)
{
    (void)state;
    for (int i = 0; i < N_CAPTURES; i++) {
        struct battery_report report = {0};
        for (int k = 0; k < PYLON_CAN_FRAMES; k++) {
            struct can_frame frame = frame_of(captures[i].frames[k]);
            assert_true(pylon_can_decode(&frame, &report));
        }
        assert_same_report(&report, &captures[i].report);
    }
}

static void encoding_gives_the_captured_bytes(void **state)
{
    (void)state;
    for (int i = 0; i < N_CAPTURES; i++) {
        struct can_frame frames[PYLON_CAN_FRAMES];
        if (!captures[i].ours) {
            continue;
        }
        assert_int_equal(pylon_can_encode(&captures[i].report, frames), PYLON_CAN_FRAMES);
        for (int k = 0; k < PYLON_CAN_FRAMES; k++) {
            struct can_frame want = frame_of(captures[i].frames[k]);
            assert_int_equal(frames[k].id, want.id);
            assert_false(frames[k].extended);
            assert_int_equal(frames[k].length, want.length);
            assert_memory_equal(frames[k].data, want.data, want.length);
        }
    }
}

static void a_truncated_frame_is_refused_or_says_only_what_it_holds(void **state)
{
    (void)state;
    static const struct {
        uint32_t id;
        uint8_t least;
    } shortest[] = {{0x351, 6}, {0x355, 4}, {0x356, 6}, {0x359, 4}, {0x35C, 1}, {0x35E, 1}};
    for (size_t i = 0; i < 6; i++) {
        for (uint8_t length = 0; length <= 8; length++) {
            struct can_frame frame = {.id = shortest[i].id, .length = length};
            struct battery_report report;
            struct battery_report before;
            memset(&report, 0x55, sizeof report);
            memcpy(&before, &report, sizeof before);
            bool taken = pylon_can_decode(&frame, &report);
            assert_int_equal(taken, length >= shortest[i].least);
            if (!taken) {
                assert_memory_equal(&report, &before, sizeof report);
            }
        }
    }
    struct battery_report report = {.discharge_mv = 44000, .packs = 7};
    struct can_frame old = {.id = 0x351, .length = 6, .data = {0x14, 0x02, 1, 0, 2, 0}};
    assert_true(pylon_can_decode(&old, &report)); /* packs that end after the discharge limit */
    assert_int_equal(report.discharge_mv, 44000);
    assert_int_equal(report.heard, HEARD_LIMITS);
}

static void other_frames_change_nothing(void **state)
{
    (void)state;
    struct battery_report report;
    struct battery_report before;
    memset(&report, 0x55, sizeof report);
    memcpy(&before, &report, sizeof before);
    for (uint32_t id = 0; id < 0x800; id++) {
        struct can_frame frame = {.id = id, .length = 8};
        struct can_frame wide = {.id = id, .length = 8, .extended = true};
        struct can_frame broken = {.id = id, .length = 9};
        bool known =
            id == 0x351 || id == 0x355 || id == 0x356 || id == 0x359 || id == 0x35C || id == 0x35E;
        if (!known) {
            assert_false(pylon_can_decode(&frame, &report));
        }
        assert_false(pylon_can_decode(&wide, &report));
        assert_false(pylon_can_decode(&broken, &report));
    }
    struct can_frame soc = {.id = 0x355, .length = 4, .data = {101, 0, 100, 0}};
    assert_false(pylon_can_decode(&soc, &report)); /* no SOC is above 100 % */
    assert_memory_equal(&report, &before, sizeof report);
}

static void either_sign_of_a_limit_is_a_limit(void **state)
{
    (void)state;
    struct battery_report report = {0};
    struct can_frame frame = frame_of("351#14020CFEF401C201"); /* CCL -50.0, DCL +50.0 */
    assert_true(pylon_can_decode(&frame, &report));
    assert_int_equal(report.charge_limit_ma, 50000);
    assert_int_equal(report.discharge_limit_ma, 50000);
}

static void no_charge_voltage_of_zero_is_ever_sent(void **state)
{
    (void)state;
    struct battery_report report = {.charge_mv = 99, .charge_limit_ma = 10000};
    struct can_frame frames[PYLON_CAN_FRAMES];
    int n = pylon_can_encode(&report, frames);
    assert_int_equal(n, PYLON_CAN_FRAMES - 1);
    for (int i = 0; i < n; i++) {
        assert_int_not_equal(frames[i].id, 0x351);
    }
}

static void every_flag_has_its_own_bit(void **state)
{
    (void)state;
    const struct {
        uint16_t reason;
        uint8_t byte, bit;
    } bits[] = {{REPORT_OVER_VOLTAGE, 0, 1},
                {REPORT_UNDER_VOLTAGE, 0, 2},
                {REPORT_OVER_TEMPERATURE, 0, 3},
                {REPORT_UNDER_TEMPERATURE, 0, 4},
                {REPORT_DISCHARGE_CURRENT, 0, 7},
                {REPORT_CHARGE_CURRENT, 1, 0},
                {REPORT_SYSTEM, 1, 3}};
    for (size_t i = 0; i < 7; i++) {
        for (int alarm = 0; alarm < 2; alarm++) {
            struct battery_report report = {0};
            struct can_frame frames[PYLON_CAN_FRAMES];
            uint8_t want[4] = {0};
            want[bits[i].byte + 2 * alarm] = (uint8_t)(1U << bits[i].bit);
            report.protections = alarm == 0 ? bits[i].reason : 0;
            report.alarms = alarm != 0 ? bits[i].reason : 0;
            (void)pylon_can_encode(&report, frames);
            assert_int_equal(frames[0].id, 0x359);
            assert_memory_equal(frames[0].data, want, 4);
        }
    }
}

static struct battery_report random_report(uint32_t *seed)
{
    struct battery_report r = {
        .charge_mv = dice_range(seed, 100, 7000000),
        .charge_limit_ma = dice_range(seed, 0, 5000000),
        .discharge_limit_ma = dice_range(seed, 0, 5000000),
        .discharge_mv = dice_range(seed, 0, 7000000),
        .soc_pct = (uint8_t)dice_range(seed, 0, 100),
        .soh_pct = (uint8_t)dice_range(seed, 0, 100),
        .voltage_mv = dice_range(seed, -400000, 400000),
        .current_ma = dice_range(seed, -4000000, 4000000),
        .temp_c10 = (int16_t)dice_range(seed, INT16_MIN, INT16_MAX),
        .protections = (uint16_t)(dice(seed) % 128),
        .alarms = (uint16_t)(dice(seed) % 128),
        .packs = (uint8_t)dice_range(seed, 0, 255),
        .charge_enable = dice(seed) % 2 == 0,
        .discharge_enable = dice(seed) % 2 == 0,
        .force_charge = dice(seed) % 2 == 0,
        .force_charge_soon = dice(seed) % 2 == 0,
        .full_charge_request = dice(seed) % 2 == 0,
    };
    int length = dice_range(seed, 0, 8);
    for (int i = 0; i < length; i++) {
        r.name[i] = (char)dice_range(seed, '!', '~');
    }
    return r;
}

static void what_is_quantized_survives_the_wire_unchanged(void **state)
{
    (void)state;
    uint32_t seed = 11;
    for (int i = 0; i < 100000; i++) {
        struct battery_report sent = random_report(&seed);
        struct battery_report got = {0};
        struct can_frame frames[PYLON_CAN_FRAMES];
        int32_t limit = sent.charge_limit_ma;
        int32_t volts = sent.charge_mv;
        pylon_can_quantize(&sent);
        assert_true(sent.charge_limit_ma <= limit && sent.charge_mv <= volts);
        int n = pylon_can_encode(&sent, frames);
        for (int k = 0; k < n; k++) {
            assert_true(pylon_can_decode(&frames[k], &got));
        }
        sent.heard = HEARD_ALL;
        assert_same_report(&got, &sent);
    }
}

static void quantizing_twice_is_quantizing_once(void **state)
{
    (void)state;
    uint32_t seed = 12;
    for (int i = 0; i < 10000; i++) {
        struct battery_report once = random_report(&seed);
        pylon_can_quantize(&once);
        struct battery_report twice = once;
        pylon_can_quantize(&twice);
        assert_same_report(&once, &twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captured_frames_say_what_their_publishers_read),
        cmocka_unit_test(encoding_gives_the_captured_bytes),
        cmocka_unit_test(a_truncated_frame_is_refused_or_says_only_what_it_holds),
        cmocka_unit_test(other_frames_change_nothing),
        cmocka_unit_test(either_sign_of_a_limit_is_a_limit),
        cmocka_unit_test(no_charge_voltage_of_zero_is_ever_sent),
        cmocka_unit_test(every_flag_has_its_own_bit),
        cmocka_unit_test(what_is_quantized_survives_the_wire_unchanged),
        cmocka_unit_test(quantizing_twice_is_quantizing_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
