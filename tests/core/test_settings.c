/* SPDX-License-Identifier: Apache-2.0 */
/* Settings and parameters as data: every row, every value it may have. Sources: manual 003 s4.2,
   manuals 002 and 004, and the resolutions in docs/decisions.md. */
#include "core_test.h"

#include "core/inverter/inverter.h"

static const struct inverter_profile *inverter_of(const char *id)
{
    const struct product *product = product_find(id);
    assert_non_null(product);
    assert_non_null(product->inverter);
    return product->inverter;
}

static const char *const models[] = {"offgrid_3000", "offgrid_5000", "offgrid_6000"};
enum { N_MODELS = sizeof models / sizeof models[0] };

static bool ranged(const struct setting_row *row)
{
    return row->type == SETTING_INT || row->type == SETTING_DECIMAL;
}

static void every_row_is_consistent_in_itself(void **state)
{
    (void)state;
    for (int m = 0; m < N_MODELS; m++) {
        const struct inverter_profile *profile = inverter_of(models[m]);
        for (int i = 0; i < profile->n_settings; i++) {
            const struct setting_row *row = &profile->settings[i];
            assert_true(row->min <= row->def && row->def <= row->max);
            assert_int_equal(setting_check_range(row, row->def), VERDICT_OK);
            assert_true(row->scale >= 1 && row->step >= 0);
            if (ranged(row)) {
                assert_true(row->step > 0);
                assert_int_equal((row->max - row->min) % row->step, 0);
                int32_t digit = row->scale;
                for (int d = 0; d < row->decimals; d++) {
                    digit /= 10;
                }
                assert_int_equal(row->step % digit, 0); /* the menu shows every step */
                assert_int_equal(row->min % digit, 0);
                assert_string_equal(row->options, "");
            } else {
                assert_true(option_count(row->options) >= 1);
            }
            if (row->type == SETTING_ENUM || row->type == SETTING_BOOL) {
                assert_int_equal(row->min, 0);
                assert_int_equal(row->max, option_count(row->options) - 1);
            }
            assert_true(row->name[0] != '\0' && row->applies[0] != '\0' && row->effect[0] != '\0');
        }
    }
}

static void ids_mnemonics_and_menu_numbers_are_unique(void **state)
{
    (void)state;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    assert_int_equal(profile->n_settings, 50);
    for (int i = 0; i < profile->n_settings; i++) {
        assert_int_equal(profile->settings[i].no, i + 1);
        for (int k = 0; k < i; k++) {
            assert_int_not_equal(profile->settings[i].id, profile->settings[k].id);
            assert_string_not_equal(profile->settings[i].mnemonic, profile->settings[k].mnemonic);
        }
    }
}

static void check_round_trip(const struct setting_row *row, int32_t value)
{
    char text[40];
    int32_t back = -1;
    setting_format(row, value, text, sizeof text);
    assert_int_equal(setting_parse(row, text, &back), VERDICT_OK);
    assert_int_equal(back, value);
    assert_int_equal(setting_check_range(row, back), VERDICT_OK);
}

static void every_allowed_value_survives_being_written_and_read(void **state)
{
    (void)state;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    int n = 0;
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        for (int32_t v = row->min; ranged(row) && v <= row->max; v += row->step, n++) {
            check_round_trip(row, v);
        }
        if (row->type == SETTING_ENUM || row->type == SETTING_BOOL) {
            for (int32_t v = 0; v <= row->max; v++) {
                check_round_trip(row, v);
            }
        }
        if (row->type == SETTING_CHOICE) {
            char word[8] = "";
            const char *p = row->options;
            for (size_t k = 0;; p++) {
                if (*p != '|' && *p != '\0') {
                    word[k++] = *p;
                    continue;
                }
                int32_t value = 0;
                word[k] = '\0';
                assert_int_equal(setting_parse(row, word, &value), VERDICT_OK);
                check_round_trip(row, value);
                k = 0;
                if (*p == '\0') {
                    break;
                }
            }
        }
    }
    assert_true(n > 1000);
}

static void a_value_off_step_or_out_of_range_is_refused(void **state)
{
    (void)state;
    struct inverter inverter;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    inverter_init(&inverter, profile, 0);
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        inverter.set[row->id] = row->def;
        if (!ranged(row)) {
            continue;
        }
        enum setting_verdict out[] = {inverter_check(&inverter, row->id, row->min - 1),
                                      inverter_check(&inverter, row->id, row->max + 1),
                                      inverter_check(&inverter, row->id, INT32_MAX),
                                      inverter_check(&inverter, row->id, INT32_MIN)};
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(out[k], VERDICT_OUT_OF_RANGE);
        }
        if (row->step > 1 && row->min < row->max) {
            assert_int_equal(inverter_check(&inverter, row->id, row->min + 1), VERDICT_OFF_STEP);
            assert_int_equal(inverter_set(&inverter, row->id, row->max - 1), VERDICT_OFF_STEP);
            assert_int_equal(inverter.set[row->id], row->def); /* a refused write changes nothing */
        }
    }
}

static void text_that_is_no_value_is_refused(void **state)
{
    (void)state;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    const char *const bad[] = {"",      " ",     "-",    ".",   "abc", "1e3",    "0x10",
                               "57.2 ", " 57.2", "57,2", "+57", "nan", "57.2.1", "5 7"};
    for (int i = 0; i < profile->n_settings; i++) {
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            int32_t value = 4711;
            assert_int_not_equal(setting_parse(&profile->settings[i], bad[k], &value), VERDICT_OK);
            assert_int_equal(value, 4711);
        }
    }
}

/* [5] < [6], [43] < [44], [45] < [46], [41] <= [14], [10] < [40], [45] < [50] */
static void ordered_pairs_keep_their_order(void **state)
{
    (void)state;
    struct inverter inverter;
    const struct {
        enum setting_id id;
        int32_t value;
        enum setting_verdict verdict;
    } cases[] = {
        {SET_BATTERY_TO_GRID_V, 52000, VERDICT_OK},
        {SET_GRID_TO_BATTERY_V, 52000, VERDICT_CONTRADICTS},
        {SET_GRID_TO_BATTERY_V, 52500, VERDICT_OK},
        {SET_ON_GRID_CUTOFF_SOC, 90, VERDICT_CONTRADICTS},
        {SET_ON_GRID_CUTOFF_SOC, 80, VERDICT_OK},
        {SET_ON_GRID_RECOVER_SOC, 80, VERDICT_CONTRADICTS},
        {SET_OFF_GRID_CUTOFF_SOC, 30, VERDICT_CONTRADICTS},
        {SET_OFF_GRID_RECOVER_SOC, 20, VERDICT_CONTRADICTS},
        {SET_OFF_GRID_CUTOFF_SOC, 25, VERDICT_OK},
        {SET_CHARGE_CUTOFF_SOC, 25, VERDICT_CONTRADICTS},
        {SET_CHARGE_CUTOFF_SOC, 26, VERDICT_OK},
        {SET_BATTERY_SHUTDOWN_V, 42000, VERDICT_OK},
        {SET_BATTERY_SHUTDOWN_V, 42400, VERDICT_CONTRADICTS},
        {SET_BATTERY_HIGH_V, 56500, VERDICT_CONTRADICTS},
        {SET_BATTERY_HIGH_V, 57000, VERDICT_OK},
        {SET_BOOST_V, 57200, VERDICT_CONTRADICTS},
    };
    inverter_init(&inverter, inverter_of("offgrid_6000"), 0);
    assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 0), VERDICT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum setting_verdict verdict = inverter_set(&inverter, cases[i].id, cases[i].value);
        if (verdict == VERDICT_OFF_STEP && cases[i].verdict == VERDICT_OK) {
            continue; /* a step that does not meet the edge: the neighbour covers it */
        }
        if (verdict != cases[i].verdict) {
            fail_msg("case %zu: setting %d to %d: verdict %d, not %d", i, (int)cases[i].id,
                     cases[i].value, (int)verdict, (int)cases[i].verdict);
        }
    }
}

static void a_battery_type_stores_its_preset(void **state)
{
    (void)state;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    struct inverter inverter;
    inverter_init(&inverter, profile, 0);
    const struct setting_row *type = inverter_setting(&inverter, SET_BATTERY_TYPE);
    assert_int_equal(profile->n_presets, option_count(type->options));
    for (int i = 0; i < profile->n_presets; i++) {
        const struct battery_preset *preset = &profile->presets[i];
        char name[8];
        setting_format(type, i, name, sizeof name);
        assert_string_equal(preset->mnemonic, name);
        assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, i), VERDICT_OK);
        const int32_t *set = inverter.set;
        const int32_t stored[] = {set[SET_BOOST_V],           set[SET_FLOAT_V],
                                  set[SET_BATTERY_HIGH_V],    set[SET_RECHARGE_V],
                                  set[SET_BATTERY_ALARM_V],   set[SET_BATTERY_CUTOFF_V],
                                  set[SET_BATTERY_RECOVER_V], set[SET_BATTERY_SHUTDOWN_V],
                                  set[SET_SHUTDOWN_DELAY],    set[SET_BOOST_TIME]};
        const int32_t wanted[] = {preset->boost_mv,    preset->float_mv,    preset->high_mv,
                                  preset->recharge_mv, preset->alarm_mv,    preset->cutoff_mv,
                                  preset->recover_mv,  preset->shutdown_mv, preset->shutdown_s,
                                  preset->boost_min};
        assert_memory_equal(stored, wanted, sizeof stored);
    }
}

/* O-08: what a preset stored may lie outside the menu, and writing the same again is no change. */
static void every_stored_value_of_every_preset_may_be_written_again(void **state)
{
    (void)state;
    const struct inverter_profile *profile = inverter_of("offgrid_6000");
    struct inverter inverter;
    inverter_init(&inverter, profile, 0);
    for (int i = 0; i < profile->n_presets; i++) {
        assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, i), VERDICT_OK);
        for (int k = 0; k < profile->n_settings; k++) {
            enum setting_id id = profile->settings[k].id;
            assert_int_equal(inverter_set(&inverter, id, inverter.set[id]), VERDICT_OK);
        }
    }
}

static void preset_values_of_a_fixed_type_cannot_be_edited(void **state)
{
    (void)state;
    struct inverter inverter;
    inverter_init(&inverter, inverter_of("offgrid_6000"), 0); /* GEL */
    assert_int_equal(inverter_set(&inverter, SET_BOOST_V, 56400), VERDICT_NOT_NOW);
    assert_int_equal(inverter_set(&inverter, SET_EQUALIZE_ENABLE, 1), VERDICT_NOT_NOW);
    assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 0), VERDICT_OK); /* USE */
    assert_int_equal(inverter_set(&inverter, SET_BOOST_V, 56400), VERDICT_OK);
    assert_int_equal(inverter_set(&inverter, SET_EQUALIZE_ENABLE, 1), VERDICT_OK);
    assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 6), VERDICT_OK); /* L16 */
    assert_int_equal(inverter_set(&inverter, SET_BOOST_V, 57200), VERDICT_OK);
    assert_int_equal(inverter_set(&inverter, SET_EQUALIZE_V, 57600), VERDICT_NOT_NOW);
}

static void the_parallel_mode_needs_standby_and_a_model_that_has_it(void **state)
{
    (void)state;
    struct inverter inverter;
    inverter_init(&inverter, inverter_of("offgrid_6000"), 0);
    assert_int_equal(inverter_set(&inverter, SET_PARALLEL_MODE, 1), VERDICT_NOT_NOW);
    assert_int_equal(inverter_set(&inverter, SET_POWER_ON, 0), VERDICT_OK);
    assert_int_equal(inverter_set(&inverter, SET_PARALLEL_MODE, 1), VERDICT_OK);
    inverter_init(&inverter, inverter_of("offgrid_3000"), 0);
    assert_int_equal(inverter_set(&inverter, SET_POWER_ON, 0), VERDICT_OK);
    assert_int_equal(inverter_set(&inverter, SET_PARALLEL_MODE, 1), VERDICT_NOT_ON_MODEL);
}

/* O-02: the menu goes to 120 A and 100 A; the smaller models stop at their own ceiling. */
static void charge_currents_stop_at_the_models_ceiling(void **state)
{
    (void)state;
    const int32_t total[] = {80000, 100000, 120000};
    const int32_t grid[] = {60000, 80000, 100000};
    for (int m = 0; m < N_MODELS; m++) {
        struct inverter inverter;
        inverter_init(&inverter, inverter_of(models[m]), 0);
        assert_int_equal(inverter.profile->charge_max_ma, total[m]);
        assert_int_equal(inverter.profile->grid_charge_max_ma, grid[m]);
        assert_int_equal(inverter_set(&inverter, SET_CHARGE_CURRENT_MAX, 120000), VERDICT_OK);
        assert_int_equal(inverter_set(&inverter, SET_GRID_CHARGE_CURRENT_MAX, 100000), VERDICT_OK);
        for (uint32_t ms = 0; ms < 20000; ms += 100) {
            inverter.in.now_ms = ms;
            inverter.in.grid_mv = 230000;
            inverter.in.grid_hz100 = 5000;
            inverter.in.battery_mv = 42000;
            inverter_step(&inverter);
            assert_true(inverter.out.charge_limit_ma <= total[m]);
            assert_true(inverter.out.grid_charge_ma <= grid[m]);
        }
        assert_int_equal(inverter.out.feed, FEED_GRID);
        assert_true(inverter.out.grid_charge_ma > 50000);
    }
}

static void decimals_are_read_strictly(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int32_t scale;
        bool good;
        int32_t value;
    } cases[] = {
        {"0", 1, true, 0},
        {"-0", 1000, true, 0},
        {"57.2", 1000, true, 57200},
        {"57.200", 1000, true, 57200},
        {"57.2000", 1000, true, 57200}, /* zeros say nothing new */
        {"57.2001", 1000, false, 0},
        {"57.", 1000, true, 57000},
        {".5", 1000, true, 500},
        {"-0.5", 10, true, -5},
        {"007", 1, true, 7},
        {"1.5", 1, false, 0},
        {"1.0", 1, true, 1},
        {"2147483647", 1, true, INT32_MAX},
        {"2147483648", 1, false, 0},
        {"2147483.647", 1000, true, INT32_MAX},
        {"2147483.648", 1000, false, 0},
        {"-2147483647", 1, true, -INT32_MAX},
        {"99999999999999999999999999999", 1, false, 0},
        {"0.00000000000000000000000000001", 1000, false, 0},
        {"", 1, false, 0},
        {"-", 1, false, 0},
        {".", 1000, false, 0},
        {"--1", 1, false, 0},
        {"+1", 1, false, 0},
        {"1e3", 1, false, 0},
        {"1 ", 1, false, 0},
        {" 1", 1, false, 0},
        {"1,5", 1000, false, 0},
        {"1.2.3", 1000, false, 0},
        {"0x1", 1, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t value = 4711;
        bool good = decimal_parse(cases[i].text, cases[i].scale, &value);
        if (good != cases[i].good || value != (cases[i].good ? cases[i].value : 4711)) {
            fail_msg("\"%s\" at %d: %d, %d", cases[i].text, cases[i].scale, good, value);
        }
    }
}

static void a_number_too_large_or_too_fine_is_a_number(void **state)
{
    (void)state;
    const struct {
        const char *text;
        enum setting_verdict verdict;
    } cases[] = {
        {"20", VERDICT_OK},
        {"1000000000", VERDICT_OUT_OF_RANGE},
        {"-1000000000", VERDICT_OUT_OF_RANGE},
        {"99999999999999999999999999999", VERDICT_OUT_OF_RANGE},
        {"99999999999999999999999999999x", VERDICT_NOT_A_NUMBER},
        {"20.0001", VERDICT_OFF_STEP},
        {"ten", VERDICT_NOT_A_NUMBER},
    };
    const struct setting_row *mcc = &inverter_of("offgrid_6000")->settings[SET_CHARGE_CURRENT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t value;
        assert_int_equal(setting_parse(mcc, cases[i].text, &value), cases[i].verdict);
    }
    int32_t value;
    assert_true(parameter_parse(&parameters[PARAM_CELL_OV_ALARM], "1000000000000", &value));
    assert_int_equal(value, INT32_MAX);
}

static void decimals_are_written_without_surprises(void **state)
{
    (void)state;
    const struct {
        int32_t value, scale;
        int decimals;
        const char *text;
    } cases[] = {
        {0, 1000, 1, "0.0"},
        {57200, 1000, 1, "57.2"},
        {-150, 10, 1, "-15.0"},
        {5, 1000, 3, "0.005"},
        {-5, 1000, 3, "-0.005"},
        {120000, 1000, 0, "120"},
        {INT32_MAX, 1, 0, "2147483647"},
        {INT32_MIN, 1, 0, "-2147483648"},
        {57290, 1000, 1, "57.2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[24];
        decimal_format(cases[i].value, cases[i].scale, cases[i].decimals, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    char small[4] = "xyz";
    decimal_format(123456, 1, 0, small, sizeof small);
    assert_int_equal(strlen(small), 3); /* cut, but ended */
}

/* Packs. */
static void every_parameter_of_every_pack_is_consistent(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack == NULL) {
            continue;
        }
        struct bms bms;
        bms_init(&bms, products[p].pack, 5000, 0);
        for (int i = 0; i < PARAM_COUNT; i++) {
            int32_t min;
            int32_t max;
            parameter_range(products[p].pack, (enum parameter_id)i, &min, &max);
            int32_t def = parameters[i].def[products[p].pack->model];
            if (bms_check_parameter(&bms, (enum parameter_id)i, def) != 0 || min > max) {
                fail_msg("%s of %s: default %d, range %d to %d, step %d: %d", parameters[i].name,
                         products[p].id, def, min, max, parameters[i].step,
                         bms_check_parameter(&bms, (enum parameter_id)i, def));
            }
            assert_int_equal(parameter_find(parameters[i].name), i); /* names are unique */
            assert_int_equal(bms_check_parameter(&bms, (enum parameter_id)i, max + 1), -1);
            assert_int_equal(bms_check_parameter(&bms, (enum parameter_id)i, min - 1), -1);
            if (parameters[i].step > 1) {
                assert_int_equal(bms_check_parameter(&bms, (enum parameter_id)i, min + 1), -2);
            }
        }
    }
}

static void every_parameter_value_survives_being_written_and_read(void **state)
{
    (void)state;
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct parameter *p = &parameters[i];
        int64_t step = p->step > (p->max - p->min) / 2000
                           ? p->step
                           : (p->max - p->min) / 2000 / p->step * p->step;
        for (int64_t v = p->min; v <= p->max; v += step > 0 ? step : 1) {
            char text[40];
            int32_t back = 0;
            parameter_format(p, (int32_t)v, text, sizeof text);
            if (p->unit == UNIT_CODE && text[0] >= '0' && text[0] <= '9') {
                continue; /* no protocol has this code: it is refused, see test_panel_data.c */
            }
            if (!parameter_parse(p, text, &back) || back != (int32_t)v) {
                fail_msg("%s: %d is written %s and read %d", p->name, (int32_t)v, text, back);
            }
        }
    }
}

static void a_release_or_alarm_beyond_its_protection_is_refused(void **state)
{
    (void)state;
    struct bms bms;
    bms_init(&bms, pack_of("es51_2_100lp"), 5000, 0);
    assert_int_equal(bms_check_parameter(&bms, PARAM_CELL_OVP_RELEASE, 3700), 0);
    assert_int_equal(bms_check_parameter(&bms, PARAM_CELL_OVP_RELEASE, 3710), -3);
    assert_int_equal(bms_check_parameter(&bms, PARAM_CELL_OV_PROTECT, 3490), -3);
    assert_int_equal(bms_check_parameter(&bms, PARAM_CELL_UVP_RELEASE, 2490), -3);
    assert_int_equal(bms_check_parameter(&bms, PARAM_CELL_UV_PROTECT, 2910), -3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_consistent_in_itself),
        cmocka_unit_test(ids_mnemonics_and_menu_numbers_are_unique),
        cmocka_unit_test(every_allowed_value_survives_being_written_and_read),
        cmocka_unit_test(a_value_off_step_or_out_of_range_is_refused),
        cmocka_unit_test(text_that_is_no_value_is_refused),
        cmocka_unit_test(ordered_pairs_keep_their_order),
        cmocka_unit_test(a_battery_type_stores_its_preset),
        cmocka_unit_test(every_stored_value_of_every_preset_may_be_written_again),
        cmocka_unit_test(preset_values_of_a_fixed_type_cannot_be_edited),
        cmocka_unit_test(the_parallel_mode_needs_standby_and_a_model_that_has_it),
        cmocka_unit_test(charge_currents_stop_at_the_models_ceiling),
        cmocka_unit_test(decimals_are_read_strictly),
        cmocka_unit_test(a_number_too_large_or_too_fine_is_a_number),
        cmocka_unit_test(decimals_are_written_without_surprises),
        cmocka_unit_test(every_parameter_of_every_pack_is_consistent),
        cmocka_unit_test(every_parameter_value_survives_being_written_and_read),
        cmocka_unit_test(a_release_or_alarm_beyond_its_protection_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
