/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void a_point_is_not_known_until_it_is_written(void **state)
{
    (void)state;
    struct points *points = points_new();
    int i = points_define(points, "pv.power_w", POINT_NUMBER, 0, true);
    assert_false(points_get(points, i)->valid);
    points_set_number(points, i, 12.4, 1000);
    assert_true(points_get(points, i)->valid);
    assert_true(points_get(points, i)->number == 12.0);
    assert_int_equal(points_get(points, i)->at_ms, 1000);
    points_invalidate(points, i);
    assert_false(points_get(points, i)->valid);
    points_free(points);
}

static void the_sequence_moves_only_when_what_is_shown_changes(void **state)
{
    (void)state;
    struct points *points = points_new();
    int i = points_define(points, "grid.voltage_v", POINT_NUMBER, 1, true);
    points_set_number(points, i, 230.04, 1);
    uint64_t seq = points_seq(points);
    points_set_number(points, i, 230.01, 2);
    assert_int_equal(points_seq(points), seq);
    assert_int_equal(points_get(points, i)->at_ms, 2);
    points_set_number(points, i, 230.06, 3);
    assert_int_equal(points_seq(points), seq + 1);
    points_invalidate(points, i);
    points_invalidate(points, i);
    assert_int_equal(points_seq(points), seq + 2);
    points_free(points);
}

static void numbers_that_are_none_are_not_known(void **state)
{
    (void)state;
    struct points *points = points_new();
    int i = points_define(points, "x", POINT_NUMBER, 2, false);
    points_set_number(points, i, 1, 1);
    points_set_number(points, i, (double)NAN, 2);
    assert_false(points_get(points, i)->valid);
    points_set_number(points, i, (double)INFINITY, 3);
    assert_false(points_get(points, i)->valid);
    points_set_number(points, i, -0.001, 4);
    assert_false(signbit(points_get(points, i)->number));
    points_free(points);
}

static void names_are_found_after_the_table_has_grown(void **state)
{
    (void)state;
    struct points *points = points_new();
    char name[32];
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "pack%d.cell_%d_v", i / 16, i % 16);
        assert_int_equal(points_define(points, name, POINT_NUMBER, 3, true), i);
    }
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "pack%d.cell_%d_v", i / 16, i % 16);
        assert_int_equal(points_find(points, name), i);
        assert_int_equal(points_define(points, name, POINT_NUMBER, 3, true), i);
    }
    assert_int_equal(points_find(points, "pack999.soc_pct"), -1);
    assert_int_equal(points_count(points), 2000);
    points_free(points);
}

static void texts_are_cut_to_fit_and_long_names_refused(void **state)
{
    (void)state;
    struct points *points = points_new();
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(points_define(points, longer, POINT_TEXT, 0, false), -1);
    assert_int_equal(points_find(points, longer), -1);
    int i = points_define(points, "inverter.state", POINT_TEXT, 0, false);
    points_set_text(points, i, longer, 1);
    assert_int_equal(strlen(points_get(points, i)->text), POINT_TEXT_MAX - 1);
    points_set_number(points, 99, 1, 1); /* out of range: nothing happens */
    assert_null(points_get(points, -1));
    assert_null(points_get(points, 1));
    points_free(points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_is_not_known_until_it_is_written),
        cmocka_unit_test(the_sequence_moves_only_when_what_is_shown_changes),
        cmocka_unit_test(numbers_that_are_none_are_not_known),
        cmocka_unit_test(names_are_found_after_the_table_has_grown),
        cmocka_unit_test(texts_are_cut_to_fit_and_long_names_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
