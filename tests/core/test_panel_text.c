/* SPDX-License-Identifier: Apache-2.0 */
/* What each field says. VT s5.1, ES s7. */
#include "panel_test.h"

static void icons_follow_the_soc(void **state)
{
    (void)state;
    static const int cases[][2] = {{0, 5},  {1, 1},  {24, 1}, {25, 2}, {49, 2},
                                   {50, 3}, {74, 3}, {75, 4}, {100, 4}};
    struct desk desk;
    desk_init(&desk, "vt12040");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bms_set_soc(&desk.bench.bms, cases[i][0] * 100);
        for (int icon = 1; icon <= 5; icon++) {
            char id[8];
            snprintf(id, sizeof id, "icon_%d", icon);
            assert_field(&desk, id, icon == cases[i][1] ? "on" : "off");
        }
    }
    assert_int_equal(panel_soc_icon(1), 1); /* 0.01 % is more than nothing */
}

static void every_row_lights_the_alarm_icon_but_the_end_of_a_charge(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "vt12040");
    for (int row = 0; row < ROW_COUNT; row++) {
        desk.bench.bms.active = UINT64_C(1) << row;
        assert_field(&desk, "icon_6", row == ROW_FULLY ? "off" : "on");
    }
}

/* Each row fills its own mark and no other. */
static void each_mark_stands_for_its_row(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "vt12040");
    for (int row = 0; row < ROW_COUNT; row++) {
        if (!protection_present(desk.bench.bms.profile, (enum protection_id)row)) {
            continue;
        }
        desk.bench.bms.active = UINT64_C(1) << row;
        int filled = 0;
        for (int i = 0; i < panel_field_count; i++) {
            const struct panel_field *field = &panel_fields[i];
            if (field->show != SHOW_STOPPED && field->show != SHOW_WARNED) {
                continue;
            }
            char text[PANEL_TEXT];
            desk_look(&desk);
            panel_text(&desk.panel, &desk.view, field, LANGUAGE_ENGLISH, text);
            bool is_filled = strcmp(text, "filled") == 0;
            assert_true(is_filled || strcmp(text, "hollow") == 0);
            filled += is_filled;
            if (is_filled) {
                assert_string_equal(field->label, wall_protections[row].code);
                assert_int_equal(field->show == SHOW_WARNED,
                                 wall_protections[row].kind == KIND_ALARM);
            }
        }
        assert_int_equal(filled, 1);
    }
}

static void numbers_have_the_decimals_of_their_format(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "vt12040");
    desk.bench.in.cell_mv[6] = 3412;
    desk.bench.in.temp_c10[1] = -601; /* no sensor says that */
    desk.bench.in.temp_c10[2] = -54;
    desk.bench.in.env_c10 = 185;
    bench_run(&desk.bench, 300);
    assert_field(&desk, "addr", "1");
    assert_field(&desk, "rem_cap", "120.00");
    assert_field(&desk, "tol_cap", "200.00");
    assert_field(&desk, "temp1", "25.0");
    assert_field(&desk, "temp2", "--");
    assert_field(&desk, "temp3", "-5.4");
    assert_field(&desk, "env_temp", "18.5");
    assert_field(&desk, "mos_temp", "25.0");
    assert_field(&desk, "cell_7", "3.412");
    assert_field(&desk, "cell_16", "3.300");
    desk_init(&desk, "es51_2_100lp");
    desk.bench.in.current_ma = -50049;
    bench_run(&desk.bench, 300);
    assert_field(&desk, "total_soc", "59"); /* rounded down: something has flowed */
    assert_field(&desk, "current", "-50.0");
    assert_field(&desk, "im", "-50.0");
    assert_field(&desk, "voltage", "52.8");
    assert_field(&desk, "pack_v", "52.80");
    assert_field(&desk, "cell_capacity", "100.0");
    assert_field(&desk, "warranty", "--");
    desk.bench.in.current_ma = -50050;
    assert_field(&desk, "im", "-50.1"); /* half away from zero */
    desk.bench.in.current_ma = -40;
    assert_field(&desk, "im", "0.0"); /* never minus nothing */
}

static void lists_of_the_touch_screen(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es25_6_100lp");
    assert_field(&desk, "temperature", "25.0 25.0 25.0 25.0 25.0 25.0");
    assert_field(&desk, "cell_voltage", "3.300 3.300 3.300 3.300 3.300 3.300 3.300 3.300");
    assert_field(&desk, "packs_status", "standby");
    assert_field(&desk, "protect", "none");
    desk.bench.bms.active = UINT64_C(1) << ROW_DOCP | UINT64_C(1) << ROW_DOCP2 |
                            UINT64_C(1) << ROW_RVP | UINT64_C(1) << ROW_NTC |
                            UINT64_C(1) << ROW_MOS_OT | UINT64_C(1) << ROW_OV;
    assert_field(&desk, "protect", "DOCP, RVP"); /* both levels are one word */
    assert_field(&desk, "fault", "NTC");
    assert_field(&desk, "warning", "OV, MOS OT");
    desk_init(&desk, "es51_2_230lp");
    char text[PANEL_TEXT];
    panel_text(&desk.panel, &desk.view, panel_field(desk.panel.model, "cell_voltage"),
               LANGUAGE_ENGLISH, text);
    assert_int_equal(strlen(text), 16 * 6 - 1);
}

static void the_host_shows_the_totals_of_its_stack(void **state)
{
    (void)state;
    struct bms packs[3];
    struct bms_inputs in;
    struct stack stack;
    struct panel_view view;
    inputs_at_rest(&in, 1000);
    stack_init(&stack, 1000);
    stack.host = 1;
    for (int i = 0; i < 3; i++) {
        bms_init(&packs[i], pack_of("es51_2_100lp"), 2000 * (i + 1), 1000);
        struct pack_report report;
        in.current_ma = 10000;
        in.dip = (uint8_t)(i + 1);
        bms_step(&packs[i], &in);
        pack_report_of(&packs[i], (uint16_t)i, &report);
        stack_hear(&stack, &report, 1000);
    }
    stack_step(&stack, NULL, 1000);
    panel_view_fill(&view, packs, 0, &in, &stack);
    assert_int_equal(view.total_soc_pct, 40);
    assert_int_equal(view.total_ma, 30000);
    assert_int_equal(view.n_states, 3);
    assert_int_equal(view.current_ma, 10000);
    panel_view_fill(&view, packs, 2, &in, &stack);
    assert_int_equal(view.total_soc_pct, 60);
    assert_int_equal(view.n_states, 1);
    assert_int_equal(view.address, 3);
}

static void a_screen_carries_every_field_of_its_page(void **state)
{
    (void)state;
    static const struct {
        const char *product, *page;
        int items; /* with tools and links */
    } pages[] = {{"vt12040", "Home", 6 + 5},
                 {"vt12040", "Battery Information", 25 + 5},
                 {"vt12040", "Protection Status", 21 + 5},
                 {"vt12040", "Alarm Status", 14 + 5},
                 {"vt12040", "System Information", 2 + 5},
                 {"es51_2_100lp", "pack_info", 5 + 4},
                 {"es51_2_100lp", "bms_status", 4 + 4},
                 {"es51_2_100lp", "protocol", 2 + 4},
                 {"es51_2_100lp", "system", 3 + 4}};
    struct desk desk;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        desk_init(&desk, pages[i].product);
        desk_touch(&desk, "", NULL);
        desk_touch(&desk, pages[i].page, NULL);
        assert_int_equal(desk.screen.n, pages[i].items);
    }
    desk_touch(&desk, "language", NULL);
    assert_int_equal(desk.screen.n, 3 + 2 + 1); /* fields, entries, cancel */
    desk_init(&desk, "es51_2_100lp");
    assert_int_equal(desk.screen.n, 1);
    assert_string_equal(desk.screen.item[0].text, "HEARTH");
}

static void lamps_of_every_model(void **state)
{
    (void)state;
    struct desk desk;
    struct panel_lamp lamps[PANEL_LAMPS];
    desk_init(&desk, "es51_2_100lp");
    desk.bench.in.current_ma = 20000;
    bench_run(&desk.bench, 2000);
    const struct bms *bms = &desk.bench.bms;
    uint32_t since_ms = bms->lamp_since_ms[LED_L1 + 3];
    assert_int_equal(panel_lamps(desk.panel.model, bms, since_ms, lamps), 8);
    assert_string_equal(lamps[0].row->label, "L6");
    assert_int_equal(lamps[2].pattern, LAMP_FLASH2); /* L4 at 60 % */
    assert_true(lamps[2].lit);
    assert_int_equal(lamps[7].pattern, LAMP_ON);
    panel_lamps(desk.panel.model, bms, since_ms + 500, lamps);
    assert_false(lamps[2].lit);
    assert_true(lamps[7].lit);
    desk_init(&desk, "vt12040");
    assert_int_equal(panel_lamps(desk.panel.model, bms, 0, lamps), 2);
    assert_string_equal(lamps[1].row->id, "alm");
    desk_init(&desk, "b1_5_1_48");
    assert_int_equal(panel_lamps(&panel_b1, bms, desk.now_ms, lamps), 1);
    assert_true(lamps[0].lit && lamps[0].row->colour == COLOUR_BLUE);
    bms_shutdown(&desk.bench.bms, SLEEP_KEY);
    bench_run(&desk.bench, 200);
    panel_lamps(&panel_b1, bms, desk.now_ms, lamps);
    assert_false(lamps[0].lit);
    struct panel none;
    panel_init(&none, &panel_b1, &(struct bms_access){0}, 0); /* lamps only: no screen to touch */
    panel_tick(&none, true, 1000);
    panel_render(&none, &desk.view, 1000, &desk.screen);
    assert_false(desk.screen.lit);
    assert_int_equal(panel_touch(&none, "", NULL, 0), PANEL_DEAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icons_follow_the_soc),
        cmocka_unit_test(every_row_lights_the_alarm_icon_but_the_end_of_a_charge),
        cmocka_unit_test(each_mark_stands_for_its_row),
        cmocka_unit_test(numbers_have_the_decimals_of_their_format),
        cmocka_unit_test(lists_of_the_touch_screen),
        cmocka_unit_test(the_host_shows_the_totals_of_its_stack),
        cmocka_unit_test(a_screen_carries_every_field_of_its_page),
        cmocka_unit_test(lamps_of_every_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
