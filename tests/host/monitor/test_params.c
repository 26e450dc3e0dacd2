/* SPDX-License-Identifier: Apache-2.0 */
/* The parameter page of the monitor and its files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "core/product/product.h"
#include "host/monitor/params.h"

static struct param_page page;

static int make_page(void **state)
{
    const struct product *product = product_find("vt12040");
    (void)state;
    param_page_init(&page, product->pack);
    for (int i = 0; i < PARAM_COUNT; i++) {
        param_read(&page, (enum parameter_id)i, parameters[i].def[product->pack->model]);
    }
    return 0;
}

/* Reads a text as a file; what was told lands in `told`. */
static int import(const char *text, char *told, size_t room)
{
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    memset(told, 0, room);
    FILE *errors = fmemopen(told, room - 1, "w");
    int n = param_import(&page, in, "limits.csv", errors);
    fclose(in);
    fclose(errors);
    return n;
}

static void importing_fills_the_page_and_not_the_bms(void **state)
{
    char told[400];
    enum parameter_id id = parameter_find("Cell OV Alarm");
    (void)state;
    assert_int_equal(page.bms[id], 3600);
    assert_int_equal(import("# mine\n\nCell OV Alarm,3.500,V\n", told, sizeof told), 1);
    assert_string_equal(told, "");
    assert_int_equal(page.page[id], 3500);
    assert_int_equal(page.bms[id], 3600);
    assert_true(param_differs(&page, id));
    param_read(&page, id, 3600); /* read again: what somebody changed stays */
    assert_int_equal(page.page[id], 3500);
    param_revert(&page);
    assert_int_equal(page.page[id], 3600);
}

static void an_export_reads_back_the_same(void **state)
{
    char told[400];
    char *text = NULL;
    size_t length = 0;
    (void)state;
    FILE *out = open_memstream(&text, &length);
    page.page[parameter_find("Cell OV Alarm")] = 3550;
    int n = param_export(&page, out);
    fclose(out);
    struct param_page before = page;
    assert_int_equal(n, PARAM_COUNT);
    assert_int_equal(import(text, told, sizeof told), PARAM_COUNT);
    assert_memory_equal(page.page, before.page, sizeof page.page);
    free(text);
}

static void a_wrong_file_changes_nothing_and_each_line_is_told(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"Cell OV Alarm,9.9,V\n", "limits.csv:1: Cell OV Alarm: 9.9 is out of range (allowed "},
        {"Cell OV Alarm,3.500,V\nCell OV Alarm,high,V\n", "limits.csv:2: Cell OV Alarm stands"},
        {"\nCell OV Alarm,high,V\n", "limits.csv:2: Cell OV Alarm: \"high\" is no value"},
        {"Cell OV Alarm,3.5003,V\n", "Cell OV Alarm"},
        {"Cell OV Alarm,3500,mV\n", "is in V, not in \"mV\""},
        {"Colour,3.5,V\n", "there is no parameter \"Colour\""},
        {"Cell OV Alarm\n", "not of the form"},
        {"", "holds no parameter"},
        {"parameter,value,unit\n", "holds no parameter"}, /* a head is none */
        {"name,value,unit\n", "holds no parameter"},
        {"# nothing\n", "holds no parameter"},
    };
    char told[400];
    struct param_page before = page;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(import(cases[i].text, told, sizeof told), -1);
        if (strstr(told, cases[i].says) == NULL) {
            print_error("%s -> %s\n", cases[i].text, told);
        }
        assert_non_null(strstr(told, cases[i].says));
        assert_memory_equal(&page, &before, sizeof page);
    }
    char longest[500];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(import(longest, told, sizeof told), -1);
    assert_non_null(strstr(told, "too long"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(importing_fills_the_page_and_not_the_bms, make_page),
        cmocka_unit_test_setup(an_export_reads_back_the_same, make_page),
        cmocka_unit_test_setup(a_wrong_file_changes_nothing_and_each_line_is_told, make_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
