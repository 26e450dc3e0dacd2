/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the tables as people see them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/product/product.h"
#include "host/shown_text.h"

static void remarks_for_maintainers_are_cut(void **state)
{
    (void)state;
    const struct {
        const char *text, *shown;
    } cases[] = {
        {"", ""},
        {"always", "always"},
        {"battery supply only (inferred)", "battery supply only (inferred)"},
        {"target (boost) voltage", "target (boost) voltage"},
        {"caps the current (text says 60 A default, see O-01)", "caps the current"},
        {"loads the preset (offgrid-battery-types.csv)", "loads the preset"},
        {"WFM=SBU (and SOL, docs/decisions.md O-09); lithium", "WFM=SBU (and SOL); lithium"},
        {"BTP=FLD or SLD (USE added, O-06)", "BTP=FLD or SLD (USE added)"},
        {"(all of it", "(all of it"},
        {"open (O-06", "open (O-06"},
        {"empty ()", "empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[80];
        shown_text(cases[i].text, shown, sizeof shown);
        assert_string_equal(shown, cases[i].shown);
    }
}

static void a_text_that_is_too_long_is_cut_and_ends(void **state)
{
    (void)state;
    const char *const text = "WFM=SBU (and SOL, and others, docs/decisions.md O-09); lithium (all)";
    char shown[80];
    for (size_t room = 1; room < sizeof shown; room++) {
        memset(shown, '#', sizeof shown);
        shown_text(text, shown, room);
        assert_true(strlen(shown) < room);
        assert_int_equal(shown[room], '#');
    }
}

static void look(const struct setting_row *row, const char *text)
{
    static const char *const papers[] = {"docs/", ".csv", "README", "decisions", "O-", "P-"};
    char shown[300];
    assert_true(strlen(text) < sizeof shown);
    shown_text(text, shown, sizeof shown);
    assert_true(shown[0] != '\0');
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++) {
        if (strstr(shown, papers[i]) != NULL) {
            fail_msg("%s: \"%s\" names %s", row->mnemonic, shown, papers[i]);
        }
    }
}

static void no_setting_of_a_product_names_our_papers(void **state)
{
    (void)state;
    for (int i = 0; i < product_count; i++) {
        const struct product *product = &products[i];
        const struct setting_row *rows = product->hybrid != NULL     ? product->hybrid->settings
                                         : product->inverter != NULL ? product->inverter->settings
                                                                     : NULL;
        int n = product->hybrid != NULL     ? product->hybrid->n_settings
                : product->inverter != NULL ? product->inverter->n_settings
                                            : 0;
        for (int k = 0; k < n; k++) {
            look(&rows[k], rows[k].name);
            look(&rows[k], rows[k].applies);
            look(&rows[k], rows[k].effect);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remarks_for_maintainers_are_cut),
        cmocka_unit_test(a_text_that_is_too_long_is_cut_and_ends),
        cmocka_unit_test(no_setting_of_a_product_names_our_papers),
    };
    return cmocka_run_group_tests_name("shown_text", tests, NULL, NULL);
}
