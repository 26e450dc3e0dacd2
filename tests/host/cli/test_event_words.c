/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences of events: each is one, fits its place, and says what it is about. */
#include <setjmp.h> /* IWYU pragma: keep */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/bms/memory.h"
#include "core/product/product.h"
#include "host/event_words.h"

enum { ROOM = 160 }; /* of an event's text on the page */

static const char *sentence(unsigned kind, unsigned what)
{
    static char text[400];
    const struct protection *rows = product_find("es51_2_100lp")->pack->rows;
    struct bms_event event = {.kind = (uint8_t)kind, .what = (uint8_t)what};
    event_sentence(rows, &event, text, sizeof text);
    return text;
}

static void each_event_reads_as_a_sentence(void **state)
{
    (void)state;
    for (unsigned kind = EVENT_SLEEP; kind < EVENT_KIND_COUNT; kind++) {
        const char *text = sentence(kind, 1);
        size_t n = strlen(text);
        if (n < 20 || n >= ROOM || text[n - 1] != '.' || strchr(text, '%') != NULL) {
            fail_msg("kind %u: \"%s\"", kind, text);
        }
    }
}

static void causes_numbers_and_cells_are_named(void **state)
{
    (void)state;
    static const struct {
        unsigned kind, what;
        const char *text;
    } rows[] = {
        {EVENT_PACK_LOST, 3, "Pack 3 has been silent for 30 s and is left out of the totals."},
        {EVENT_PACK_BACK, 3, "Pack 3 answers again and is back in the totals."},
        {EVENT_SLEEP, SLEEP_SWITCH, "The pack went to sleep: its BMS switch was set to off."},
        {EVENT_WAKE, WAKE_CHARGER, "The pack is awake: there is a charger at its terminals."},
        {EVENT_PASSWORD_WRONG, 2,
         "A wrong administrator password was given to the pack, 2 in a row."},
        {EVENT_WARNING_CLEAR, 4U << 4 | WARN_WEAK_CELL, "Cell 5 keeps up with the others again."},
        {EVENT_MEMORY_DAMAGED, MEMORY_RECORDS,
         "Some of the pack's event records are damaged and left out."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(sentence(rows[i].kind, rows[i].what), rows[i].text);
    }
    assert_non_null(strstr(sentence(EVENT_ADDRESS_CONFLICT, 2), "address 2"));
    assert_non_null(strstr(sentence(EVENT_WARNING_SET, 15U << 4 | WARN_CONNECTION), "Cell 16"));
    assert_non_null(strstr(sentence(EVENT_PARAMETER, 0), parameters[0].name));
    assert_string_equal(sentence(EVENT_ROW_SET, ROW_COCP),
                        product_find("es51_2_100lp")->pack->rows[ROW_COCP].name);
}

static void what_no_table_knows_keeps_its_short_word(void **state)
{
    (void)state;
    assert_string_equal(sentence(EVENT_SLEEP, 200), "sleep ?");
    assert_string_equal(sentence(EVENT_WARNING_SET, 15), "? 1 warning set");
    assert_string_equal(sentence(EVENT_MEMORY_DAMAGED, 99), "memory damaged 99");
    assert_string_equal(sentence(200, 0), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_reads_as_a_sentence),
        cmocka_unit_test(causes_numbers_and_cells_are_named),
        cmocka_unit_test(what_no_table_knows_keeps_its_short_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
