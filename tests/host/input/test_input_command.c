/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

#include <jansson.h>

#include "host/cmd_inputs.h"

static char output[20000];

/* Runs the command with its output in `output`; the words end with NULL. */
static int run(char *const words[])
{
    char *argv[16] = {(char *)(uintptr_t) "inputs"};
    int argc = 1;
    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = words[argc - 1];
    }
    FILE *file = tmpfile();
    assert_non_null(file);
    (void)fflush(stdout);
    int kept = dup(1);
    assert_true(dup2(fileno(file), 1) == 1);
    int status = cmd_inputs(argc, argv);
    (void)fflush(stdout);
    assert_true(dup2(kept, 1) == 1);
    (void)close(kept);
    rewind(file);
    output[fread(output, 1, sizeof output - 1, file)] = '\0';
    (void)fclose(file);
    return status;
}

#define W(text) ((char *)(uintptr_t)(text))

static void help_shows_an_example(void **state)
{
    (void)state;
    assert_int_equal(run((char *const[]){W("--help"), NULL}), 0);
    assert_non_null(strstr(output, "example: hearth inputs"));
}

static void wrong_usage_exits_with_2(void **state)
{
    (void)state;
    assert_int_equal(run((char *const[]){NULL}), 2);
    assert_int_equal(run((char *const[]){W("x.csv"), W("--nonsense"), W("1"), NULL}), 2);
    assert_int_equal(run((char *const[]){W("x.csv"), W("--latitude"), NULL}), 2);
    assert_int_equal(run((char *const[]){W("x.csv"), W("--latitude"), W("91"), NULL}), 2);
    assert_int_equal(run((char *const[]){W("x.csv"), W("--latitude"), W("50"), NULL}), 2);
    assert_int_equal(run((char *const[]){W("x.csv"), W("--kind"), W("cheese"), NULL}), 2);
}

static void refused_file_exits_with_1_and_says_why_in_json(void **state)
{
    (void)state;
    assert_int_equal(run((char *const[]){W("/nonexistent\"x.csv"), W("--json"), NULL}), 1);
    json_t *root = json_loads(output, 0, NULL);
    assert_non_null(root);
    json_t *message = json_array_get(json_object_get(root, "messages"), 0);
    assert_string_equal(json_string_value(json_object_get(message, "severity")), "error");
    json_decref(root);
}

static void json_of_a_weather_file_holds_its_facts(void **state)
{
    (void)state;
    char path[600];
    (void)data_file("weather/nsrdb_potsdam_2019_15min.csv.gz", path);
    assert_int_equal(run((char *const[]){path, W("--json"), NULL}), 0);
    json_t *root = json_loads(output, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "format")), "NSRDB");
    assert_int_equal(json_integer_value(json_object_get(root, "step_s")), 900);
    json_t *ghi = json_object_get(root, "ghi");
    near(json_number_value(json_object_get(ghi, "value")), 980.4, 0.1);
    json_t *sun = json_object_get(root, "sun");
    assert_true(json_is_false(json_object_get(sun, "clock_wrong")));
    json_decref(root);
}

static void text_of_a_load_file_names_period_and_sum(void **state)
{
    (void)state;
    char path[600];
    (void)data_file("load/nrel_residential_load_15min_year.csv.gz", path);
    assert_int_equal(run((char *const[]){path, W("--kind"), W("load"), W("--unit"), W("kW"),
                                         W("--step"), W("900"), NULL}),
                     0);
    assert_non_null(strstr(output, "2019-01-01T00:00:00Z to 2020-01-01T00:00:00Z, step 900 s"));
    assert_non_null(strstr(output, "6019.9 kWh"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_shows_an_example),
        cmocka_unit_test(wrong_usage_exits_with_2),
        cmocka_unit_test(refused_file_exits_with_1_and_says_why_in_json),
        cmocka_unit_test(json_of_a_weather_file_holds_its_facts),
        cmocka_unit_test(text_of_a_load_file_names_period_and_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
