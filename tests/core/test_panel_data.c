/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the panels: unique names, words in every language, codes that are protocols. */
#include "panel_test.h"

static void every_word_is_there_in_every_language(void **state)
{
    (void)state;
    for (int id = TEXT_NONE + 1; id < TEXT_COUNT; id++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            const char *word = panel_word((enum panel_text_id)id, (enum panel_language)language);
            assert_non_null(word);
            assert_true(word[0] != '\0' && strlen(word) < 64);
        }
    }
}

static void ids_are_unique_within_a_page_and_sources_are_named(void **state)
{
    (void)state;
    for (int i = 0; i < panel_field_count; i++) {
        assert_true(panel_fields[i].source[0] != '\0' && panel_fields[i].id[0] != '\0');
        assert_true(strchr(panel_fields[i].id, ' ') == NULL);
        for (int k = 0; k < i; k++) {
            assert_false(panel_fields[i].page == panel_fields[k].page &&
                         strcmp(panel_fields[i].id, panel_fields[k].id) == 0);
        }
    }
}

/* The ids of one display are unique, so that a scenario can read a field whatever page is shown. */
static void a_field_of_a_display_is_found_by_its_id(void **state)
{
    (void)state;
    const struct panel_model *const models[] = {&panel_vt12040, &panel_es_series};
    for (int m = 0; m < 2; m++) {
        int n = 0;
        for (int i = 0; i < panel_field_count; i++) {
            bool own = panel_pages[panel_fields[i].page].host == models[m]->host;
            n += own;
            assert_true(!own || panel_field(models[m], panel_fields[i].id) == &panel_fields[i]);
            assert_true(own == (panel_fields[i].show != SHOW_NONE &&
                                panel_pages[panel_fields[i].page].host == models[m]->host));
        }
        assert_int_equal(n, m == 0 ? 68 : 27);
    }
    assert_null(panel_field(&panel_vt12040, "try_connect"));
    assert_null(panel_field(&panel_b1, "language"));
    assert_null(panel_field(NULL, "language"));
}

static void every_choice_is_a_known_protocol(void **state)
{
    (void)state;
    for (int i = 0; i < panel_vt12040.n_inverters; i++) {
        const struct panel_choice *choice = &panel_vt12040.inverters[i];
        assert_non_null(protocol_of_code(choice->bus, choice->code));
    }
    int can = 0;
    for (int i = 0; i < panel_es_series.n_choices; i++) {
        const struct panel_choice *choice = &panel_es_series.choices[i];
        assert_non_null(protocol_of_code(choice->bus, choice->code));
        can += choice->bus == PROTOCOL_CAN;
    }
    assert_int_equal(panel_vt12040.n_inverters, 10);
    assert_int_equal(can, 5);
    assert_int_equal(panel_es_series.n_choices, 8);
}

static void protocols_are_written_by_name_and_by_code(void **state)
{
    (void)state;
    static const struct {
        enum parameter_id id;
        const char *text, *name;
        int32_t code; /* -1: refused */
    } cases[] = {{PARAM_CAN_PROTOCOL, "PYLON", "PYLON", 1},
                 {PARAM_CAN_PROTOCOL, "3", "VICTRON", 3},
                 {PARAM_CAN_PROTOCOL, "0x0A", "SOFAR", 10},
                 {PARAM_CAN_PROTOCOL, "0x0a", "SOFAR", 10},
                 {PARAM_CAN_PROTOCOL, "255", "NONE", 255},
                 {PARAM_CAN_PROTOCOL, "SOFAR V21003", "SOFAR V21003", 0x16},
                 {PARAM_CAN_PROTOCOL, "VOLTRONIC", "", -1},
                 {PARAM_CAN_PROTOCOL, "200", "", -1},
                 {PARAM_CAN_PROTOCOL, "0x", "", -1},
                 {PARAM_CAN_PROTOCOL, "0xZZ", "", -1},
                 {PARAM_CAN_PROTOCOL, "0x001", "PYLON", 1},
                 {PARAM_CAN_PROTOCOL, "pylon!", "", -1},
                 {PARAM_RS485_PROTOCOL, "VOLTRONIC", "VOLTRONIC", 3},
                 {PARAM_RS485_PROTOCOL, "16", "AFORE", 16},
                 {PARAM_RS485_PROTOCOL, "17", "", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t code = -1;
        char text[24];
        bool taken = parameter_parse(&parameters[cases[i].id], cases[i].text, &code);
        assert_int_equal(taken, cases[i].code >= 0);
        if (taken) {
            assert_int_equal(code, cases[i].code);
            parameter_format(&parameters[cases[i].id], code, text, sizeof text);
            assert_string_equal(text, cases[i].name);
        }
    }
}

/* The printed rows with plain patterns are what the lamps do. */
static void the_printed_flash_patterns_are_the_lamps_own(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum lamp lamp;
    } patterns[] = {{"flash1", LAMP_FLASH1}, {"flash2", LAMP_FLASH2}, {"flash3", LAMP_FLASH3}};
    int n = 0;
    for (int i = 0; i < led_row_count; i++) {
        for (int k = 0; k < 3; k++) {
            if (strcmp(led_rows[i].state, "pattern") != 0 ||
                strcmp(led_rows[i].condition, patterns[k].name) != 0) {
                continue;
            }
            uint32_t on = 0;
            uint32_t period = 0;
            unsigned figures[4];
            assert_int_equal(sscanf(led_rows[i].run, "on %u.%2u s", &figures[0], &figures[1]), 2);
            assert_int_equal(sscanf(led_rows[i].soc, "period %u.%2u s", &figures[2], &figures[3]),
                             2);
            while (lamp_lit(patterns[k].lamp, on)) {
                on++;
            }
            for (period = on; !lamp_lit(patterns[k].lamp, period);) {
                period++;
            }
            assert_int_equal(on, figures[0] * 1000 + figures[1] * 10);
            assert_int_equal(period, figures[2] * 1000 + figures[3] * 10);
            n++;
        }
    }
    assert_int_equal(n, 3);
}

static void every_pack_has_a_panel_that_fits_it(void **state)
{
    (void)state;
    for (int i = 0; i < product_count; i++) {
        const struct pack_profile *pack = products[i].pack;
        if (pack == NULL) {
            continue;
        }
        assert_non_null(pack->panel);
        int soc = 0;
        for (int k = 0; k < pack->panel->n_lamps; k++) {
            soc += pack->panel->lamps[k].source == LAMP_OF_SOC;
        }
        assert_int_equal(soc, pack->n_soc_leds);
        assert_true(pack->panel->n_lamps <= PANEL_LAMPS);
        assert_int_equal(panel_knows(pack->panel, "language"), pack->wall_lamps);
        assert_int_equal(panel_knows(pack->panel, "PYLON"), pack->wall_lamps);
        assert_false(panel_knows(pack->panel, "try_connect"));
    }
    assert_false(panel_knows(&panel_b1, "language"));
    assert_false(panel_knows(NULL, "language"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_there_in_every_language),
        cmocka_unit_test(ids_are_unique_within_a_page_and_sources_are_named),
        cmocka_unit_test(a_field_of_a_display_is_found_by_its_id),
        cmocka_unit_test(every_choice_is_a_known_protocol),
        cmocka_unit_test(protocols_are_written_by_name_and_by_code),
        cmocka_unit_test(the_printed_flash_patterns_are_the_lamps_own),
        cmocka_unit_test(every_pack_has_a_panel_that_fits_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
