/* SPDX-License-Identifier: Apache-2.0 */
/* Lamps, SOC bar, buzzer and contacts: ES manual s5 tables 1..3, VT manual s5.2 s5.4. */
#include "core_test.h"

static const char *bar(const struct bms_outputs *out)
{
    static char text[PACK_SOC_LEDS + 1];
    for (int i = 0; i < PACK_SOC_LEDS; i++) {
        enum lamp lamp = out->soc[PACK_SOC_LEDS - 1 - i]; /* L6 first */
        text[i] = lamp == LAMP_ON ? '1' : lamp == LAMP_FLASH2 ? 'F' : lamp == LAMP_OFF ? '-' : '?';
    }
    return text;
}

static void at_soc(struct bench *b, const char *product, int32_t soc_pct100, int32_t current_ma)
{
    bench_init(b, pack_of(product));
    b->in.hold_charge = true;
    b->in.current_ma = current_ma;
    bms_set_soc(&b->bms, soc_pct100);
    bench_run(b, 1300);
}

static void the_soc_bar_steps_at_18_34_51_67_84_percent_rounded_down(void **state)
{
    (void)state;
    const struct {
        int32_t soc;
        const char *charge, *other;
    } cases[] = {
        {0, "-----F", "-----1"},    {1799, "-----F", "-----1"}, {1800, "----F1", "----11"},
        {3399, "----F1", "----11"}, {3400, "---F11", "---111"}, {5099, "---F11", "---111"},
        {5100, "--F111", "--1111"}, {6699, "--F111", "--1111"}, {6700, "-F1111", "-11111"},
        {8399, "-F1111", "-11111"}, {8400, "F11111", "111111"}, {10000, "F11111", "111111"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        at_soc(&b, "es51_2_100lp", cases[i].soc, 5000);
        assert_string_equal(bar(&b.bms.out), cases[i].charge);
        at_soc(&b, "es51_2_100lp", cases[i].soc, -5000);
        assert_string_equal(bar(&b.bms.out), cases[i].other);
        at_soc(&b, "es51_2_100lp", cases[i].soc, 0);
        assert_string_equal(bar(&b.bms.out), cases[i].other);
        at_soc(&b, "vt12040", cases[i].soc, 5000);
        assert_string_equal(bar(&b.bms.out), "------"); /* no bar on this model */
    }
}

static void flow_begins_at_1_a_and_needs_1_s(void **state)
{
    (void)state;
    struct bench b;
    at_soc(&b, "es51_2_100lp", 5000, 999);
    assert_int_equal(b.bms.out.state, PACK_STANDBY);
    b.in.current_ma = 1000;
    bench_run(&b, 1000);
    assert_int_equal(b.bms.out.state, PACK_STANDBY);
    bench_step(&b);
    assert_int_equal(b.bms.out.state, PACK_CHARGE);
    b.in.current_ma = -1000;
    bench_run(&b, 1100);
    assert_int_equal(b.bms.out.state, PACK_DISCHARGE);
}

/* One row raised by hand as the only one: what the lamps then say. */
struct lamp_case {
    enum protection_id row;
    int32_t current_ma;
    enum lamp run, alm;
    const char *bar;
    enum buzzer buzzer;
    bool contact_1, contact_2;
};

static const struct lamp_case lamp_cases[] = {
    {ROW_COUNT, 0, LAMP_FLASH1, LAMP_OFF, "---111", BUZZER_OFF, false, false},
    {ROW_COUNT, 5000, LAMP_ON, LAMP_OFF, "---F11", BUZZER_OFF, false, false},
    {ROW_COUNT, -5000, LAMP_FLASH3, LAMP_OFF, "---111", BUZZER_OFF, false, false},
    {ROW_CP, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_DOCP, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_COCP, 5000, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_MOS_OTP, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_EUTP, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_CUTP, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_PROTECTION, true, false},
    {ROW_UVP, 0, LAMP_OFF, LAMP_OFF, "------", BUZZER_PROTECTION, true, false},
    {ROW_TUVP, 0, LAMP_OFF, LAMP_OFF, "------", BUZZER_PROTECTION, true, false},
    {ROW_OVP, 5000, LAMP_ON, LAMP_OFF, "111111", BUZZER_OFF, true, false},
    {ROW_OVP, 0, LAMP_FLASH1, LAMP_OFF, "---111", BUZZER_OFF, true, false},
    {ROW_FULLY, 5000, LAMP_ON, LAMP_OFF, "111111", BUZZER_OFF, false, false},
    {ROW_NTC, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_FAULT, true, false},
    {ROW_PCB, 0, LAMP_OFF, LAMP_ON, "------", BUZZER_FAULT, true, false},
    {ROW_COC, 5000, LAMP_ON, LAMP_FLASH3, "---F11", BUZZER_ALARM, false, false},
    {ROW_DOC, -5000, LAMP_FLASH3, LAMP_FLASH3, "---111", BUZZER_ALARM, false, false},
    {ROW_OV, 5000, LAMP_ON, LAMP_OFF, "---F11", BUZZER_OFF, false, false},
    {ROW_TOV, 5000, LAMP_ON, LAMP_OFF, "---F11", BUZZER_OFF, false, false},
    {ROW_UV, 0, LAMP_FLASH1, LAMP_FLASH3, "---111", BUZZER_ALARM, false, true},
    {ROW_TUV, 0, LAMP_FLASH1, LAMP_FLASH3, "---111", BUZZER_ALARM, false, true},
    {ROW_USOC, 0, LAMP_FLASH1, LAMP_FLASH3, "---111", BUZZER_ALARM, false, true},
};

static void each_state_has_its_lamps_buzzer_and_contacts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lamp_cases / sizeof lamp_cases[0]; i++) {
        const struct lamp_case *c = &lamp_cases[i];
        struct bench b;
        at_soc(&b, "es51_2_100lp", 4000, c->current_ma);
        b.bms.param[PARAM_SOUND_ALARM] = 1;
        b.bms.param[PARAM_LED_ALARM] = 1;
        b.bms.active = c->row == ROW_COUNT ? 0 : UINT64_C(1) << c->row;
        bms_lamps(&b.bms);
        const struct bms_outputs *out = &b.bms.out;
        if (out->run != c->run || out->alm != c->alm || strcmp(bar(out), c->bar) != 0 ||
            out->buzzer != c->buzzer || out->contact_1 != c->contact_1 ||
            out->contact_2 != c->contact_2) {
            fail_msg("row %d, %d mA: run %d alm %d bar %s buzzer %d contacts %d %d", (int)c->row,
                     c->current_ma, (int)out->run, (int)out->alm, bar(out), (int)out->buzzer,
                     out->contact_1, out->contact_2);
        }
    }
}

static void the_buzzer_is_silent_when_it_is_switched_off(void **state)
{
    (void)state;
    struct bench b;
    at_soc(&b, "es51_2_100lp", 4000, 0);
    for (int row = 0; row < ROW_COUNT; row++) {
        if (wall_protections[row].code == NULL) {
            continue;
        }
        b.bms.active = UINT64_C(1) << row;
        b.bms.param[PARAM_SOUND_ALARM] = 0;
        bms_lamps(&b.bms);
        assert_int_equal(b.bms.out.buzzer, BUZZER_OFF);
        b.bms.param[PARAM_SOUND_ALARM] = 1;
        bms_lamps(&b.bms);
        assert_int_equal(b.bms.out.buzzer == BUZZER_OFF, wall_protections[row].silent);
    }
}

static void lamps_burn_in_their_rhythm(void **state)
{
    (void)state;
    const struct {
        enum lamp lamp;
        uint32_t on_ms, period_ms;
    } cases[] = {{LAMP_FLASH1, 250, 4000}, {LAMP_FLASH2, 500, 1000}, {LAMP_FLASH3, 500, 2000}};
    for (uint32_t ms = 0; ms < 20000; ms += 10) {
        assert_false(lamp_lit(LAMP_OFF, ms));
        assert_true(lamp_lit(LAMP_ON, ms));
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(lamp_lit(cases[i].lamp, ms), ms % cases[i].period_ms < cases[i].on_ms);
        }
    }
}

static void a_model_lights_only_the_lamps_it_has(void **state)
{
    (void)state;
    const struct {
        const char *product;
        bool run, l1, l6, blue;
    } cases[] = {{"vt12040", true, false, false, false},
                 {"es51_2_100lp", true, true, true, false},
                 {"b1_5_1_48", false, false, false, true}};
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        at_soc(&b, cases[i].product, 10000, 0);
        for (int led = 0; led < LED_COUNT; led++) {
            b.bms.shown[led] = LAMP_ON; /* whatever a pattern says */
        }
        uint32_t now_ms = b.in.now_ms;
        assert_int_equal(bms_lamp_lit(&b.bms, LED_RUN, now_ms), cases[i].run);
        assert_int_equal(bms_lamp_lit(&b.bms, LED_ALM, now_ms), cases[i].run);
        assert_int_equal(bms_lamp_lit(&b.bms, LED_L1, now_ms), cases[i].l1);
        assert_int_equal(bms_lamp_lit(&b.bms, LED_L6, now_ms), cases[i].l6);
        assert_int_equal(bms_lamp_lit(&b.bms, LED_BLUE, now_ms), cases[i].blue);
    }
}

/* VT s5.2: 0.25 s every 1, 2 or 3 s. */
static void the_buzzer_beeps_a_quarter_second_in_its_period_and_each_beep_counts(void **state)
{
    (void)state;
    const struct {
        enum protection_id row;
        uint32_t period_ms;
    } cases[] = {{ROW_DOT, 3000}, {ROW_DOTP, 2000}, {ROW_NTC, 1000}};
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        at_soc(&b, "vt12040", 5000, 0);
        b.bms.param[PARAM_SOUND_ALARM] = 1;
        assert_false(bms_buzzer_sounds(&b.bms, b.in.now_ms));
        assert_int_equal(bms_beeps(&b.bms, b.in.now_ms), 0);
        b.bms.active = UINT64_C(1) << cases[i].row;
        bms_lamps(&b.bms);
        uint32_t from_ms = b.bms.now_ms;
        for (uint32_t ms = 0; ms < 12000; ms += 10) {
            assert_int_equal(bms_buzzer_sounds(&b.bms, from_ms + ms),
                             ms % cases[i].period_ms < 250);
            assert_int_equal(bms_beeps(&b.bms, from_ms + ms), ms / cases[i].period_ms + 1);
        }
        b.bms.now_ms += 11990;
        b.bms.active = 0;
        bms_lamps(&b.bms);
        assert_false(bms_buzzer_sounds(&b.bms, b.bms.now_ms));
        assert_int_equal(bms_beeps(&b.bms, b.bms.now_ms + 60000), 12000 / cases[i].period_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_soc_bar_steps_at_18_34_51_67_84_percent_rounded_down),
        cmocka_unit_test(flow_begins_at_1_a_and_needs_1_s),
        cmocka_unit_test(each_state_has_its_lamps_buzzer_and_contacts),
        cmocka_unit_test(the_buzzer_is_silent_when_it_is_switched_off),
        cmocka_unit_test(lamps_burn_in_their_rhythm),
        cmocka_unit_test(a_model_lights_only_the_lamps_it_has),
        cmocka_unit_test(the_buzzer_beeps_a_quarter_second_in_its_period_and_each_beep_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
