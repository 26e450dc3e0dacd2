/* SPDX-License-Identifier: Apache-2.0 */
/* The program itself: exit status, what goes to stderr, the keys of --json. argv[1] is hearth,
   argv[2] the example site. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

static const char *program;
static const char *site;

/* Runs `hearth ARGUMENTS`, stdout and stderr into `text`; the exit status. */
static int hearth(const char *arguments, char *text, size_t room)
{
    char command[1000];
    snprintf(command, sizeof command, "%s %s 2>&1", program, arguments);
    FILE *out = popen(command, "r"); // NOLINT(cert-env33-c): the test's own command line
    assert_non_null(out);
    size_t n = fread(text, 1, room - 1, out);
    text[n] = '\0';
    while (fgetc(out) != EOF) {
        continue;
    }
    int status = pclose(out);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The panel as text: what must stand on it after these keys. */
static void a_panel_is_printed_with_its_page_and_lamps(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *shown[4];
    } cases[] = {
        {"vt12040", {"Home", "██", "RUN  flash1", "[ System ]"}},
        {"vt12040 --keys 'RIGHT'", {"Battery Information", "Rem Cap    120.00 Ah", "Cell16", "°C"}},
        {"vt12040 --keys 'TOUCH protection_status'", {"○ CP", "○ dhg MOS", "○ Fully", "MOS OT"}},
        {"vt12040 --keys 'TOUCH system_information, TOUCH inverter, DOWN, ENTER'",
         {"System Information", "[ GROWATT v ]", "[ English v ]", "ALM"}},
        {"es51_2_100lp", {"Main state", "Total SOC       60 %", "● L4   on", "○ L5   off"}},
        {"es51_2_100lp --keys 'TOUCH, TOUCH protocol, TOUCH can SMA, TOUCH password 9'",
         {"Password", "Wrong password", "[ 0 ]", "[ Cancel ]"}},
        {"es51_2_100lp --keys 'TOUCH, TOUCH protocol, TOUCH can SMA, TOUCH password 123456'",
         {"PROTOCOL", "[ SMA v ]", "[ USER_485PYLON v ]", "[ << ]"}},
        {"es25_6_100lp --keys 'TOUCH, TOUCH system, TOUCH language Chinese'",
         {"系统", "CTP28/35-1.1", "HEARTH0000000001", "中文"}},
        {"es51_2_230lp --keys 'WAIT 4min'", {"(dark)", "RUN", "L1", "ALM"}},
        {"SITE --pack 2", {"pack 2 of 2", "Main state", "L6", "RUN"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static char text[20000];
        char arguments[600];
        const char *at = cases[i].arguments;
        bool is_site = strncmp(at, "SITE", 4) == 0;
        snprintf(arguments, sizeof arguments, "panel --once %s%s", is_site ? site : "",
                 is_site ? at + 4 : at);
        int status = hearth(arguments, text, sizeof text);
        for (int k = 0; k < 4; k++) {
            if (status != 0 || strstr(text, cases[i].shown[k]) == NULL) {
                fail_msg("%s: status %d, no \"%s\" in\n%s", at, status, cases[i].shown[k], text);
            }
        }
    }
}

static void wrong_usage_is_status_2_and_a_refused_job_1(void **state)
{
    (void)state;
    static const struct {
        const char *arguments;
        int status;
        const char *told;
    } cases[] = {
        {"", 2, "Usage"},
        {"--help", 0, "hearth COMMAND --help"},
        {"--version", 0, "hearth "},
        {"dance", 2, "there is no command \"dance\""},
        {"sim", 2, "Usage: hearth sim"},
        {"sim --help", 0, "Example"},
        {"sim SITE --colour red", 2, "there is no option --colour"},
        {"sim SITE --days", 2, "a value is missing after --days"},
        {"sim SITE --days 0", 2, "--days 0 is not allowed (1 to 36500)"},
        {"sim SITE --days 1x", 2, "--days 1x is not allowed"},
        {"sim SITE --step 3601", 2, "(1 to 3600)"},
        {"sim SITE --from yesterday", 2, "--from yesterday is not a date"},
        {"sim /nowhere/x.yaml", 1, "/nowhere/x.yaml"},
        {"sim SITE --days 1 --step 60 --out /nowhere/x.csv", 1, "/nowhere/x.csv"},
        {"sim SITE --days 1 --step 60 --out /nowhere/x.db", 1, "/nowhere/x.db"},
        {"list", 2, "allowed: products"},
        {"list fruit", 2, "there is no table \"fruit\""},
        {"list settings", 2, "of which product?"},
        {"list settings es99", 1, "there is no product \"es99\""},
        {"list settings vt12040", 1, "has no settings"},
        {"list protections offgrid_6000", 1, "has no protections"},
        {"scenario", 2, "Usage"},
        {"scenario /nowhere/x.yaml", 1, "not ok 1"},
        {"list pages offgrid_6000", 1, "has no pages"},
        {"panel", 2, "Usage: hearth panel"},
        {"panel --help", 0, "Example"},
        {"panel offgrid_6000 --once", 1, "has no panel here yet"},
        {"panel /nowhere/x.yaml --once", 1, "/nowhere/x.yaml"},
        {"panel SITE --once --pack 3", 2, "--pack 3 is not allowed (1 to 2)"},
        {"panel vt12040 --once --speed fast", 2, "--speed fast is not allowed"},
        {"panel vt12040 --once --keys SHOUT", 1, "\"SHOUT\" is no key"},
        {"panel vt12040 --once --keys 'TOUCH colour'", 1, "has no field \"colour\""},
        {"panel vt12040 --once --keys 'TOUCH inverter'", 1, "another page"},
        {"panel nosuch --once", 1, "neither a product"},
        {"list protections vt12040 more", 2, "one word too many"},
        {"list compat offgrid_6000", 1, "has no compat"},
        {"bridge", 2, "Usage: hearth bridge"},
        {"bridge --from pylon-can --to sma-can:can:can0", 2, "is not PROTOCOL:BUS"},
        {"bridge --from cobol:can:can0 --to sma-can:can:can0", 2, "no protocol \"cobol\""},
        {"bridge --from luxpower-rs485:pty:/tmp/x --to sma-can:can:can0", 2, "is not here"},
        {"bridge --from jbd:pty:/tmp/x --to sma-can:pty:/tmp/y", 2, "tells no limits"},
        {"bridge --from pylon-can:pty:/tmp/x --to sma-can:pty:/tmp/y --max-charge much", 2,
         "--max-charge much is not allowed"},
        {"emulate", 2, "Usage: hearth emulate"},
        {"emulate vt12040", 2, "Usage: hearth emulate"},
        {"emulate nosuch --bus pty:/tmp/x", 1, "no product \"nosuch\""},
        {"emulate offgrid_6000 --bus pty:/tmp/x", 2, "needs --protocol"},
        {"emulate offgrid_6000 --bus modbus:127.0.0.1:1 --protocol pi30", 2, "cannot carry pi30"},
        {"emulate vt12040 --bus pty:/tmp/x --protocol pi30", 2, "spoken by inverters"},
        {"monitor serial:/tmp/x --protocol srne-modbus", 2, "spoken by inverters"},
        {"get", 2, "Usage: hearth get"},
        {"get serial:/tmp/nosuch", 2, "Usage: hearth get"},
        {"get serial:/tmp/nosuch --protocol jbd", 2, "allowed: pi30, srne-modbus"},
        {"get serial:/tmp/nosuch --protocol pi30", 1, "No such file"},
        {"get serial:/tmp/nosuch --protocol srne-modbus --address 256", 2, "1 to 255"},
        {"get serial:/tmp/nosuch --protocol pi30 --product vt12040", 2, "no inverter"},
        {"set serial:/tmp/nosuch --protocol pi30", 2, "Usage: hearth set"},
        {"emulate vt12040 --bus ttyUSB0", 2, "is not a bus"},
        {"emulate vt12040 --bus pty:/tmp/x --protocol cobol", 2, "no protocol \"cobol\""},
        {"emulate vt12040 --bus pty:/tmp/x --protocol luxpower-rs485", 2, "is not here"},
        {"emulate vt12040 --bus pty:/tmp/x cobol:pty:/tmp/y", 2, "no protocol \"cobol\""},
        {"emulate vt12040 --bus pty:/tmp/x pace", 2, "is not PROTOCOL:BUS"},
        {"emulate vt12040 --bus can:can9 --protocol pace", 2, "cannot be spoken on this bus"},
        {"emulate vt12040 --bus pty:/tmp/x --packs 16", 2, "--packs 16 is not allowed (1 to 15)"},
        {"doctor", 2, "Usage: hearth doctor"},
        {"doctor --help", 0, "Example"},
        {"doctor ttyUSB0", 2, "is not a bus"},
        {"doctor serial:/tmp/x --seconds 0", 2, "--seconds 0 is not allowed (1 to 600)"},
        {"doctor serial:/tmp/x --protocol cobol", 2, "no protocol \"cobol\""},
        {"doctor can:can9 --protocol pace", 2, "pace cannot be spoken on this bus"},
        {"doctor modbus:127.0.0.1:1 --protocol jbd", 2, "jbd cannot be spoken on this bus"},
        {"doctor serial:/dev/there-is-none", 1, "The bus cannot be opened."},
        {"doctor serial:/dev/there-is-none --json", 1, "\"id\": \"port_closed\""},
        {"decode --bus ttyUSB0", 2, "is not a bus"},
        {"decode pace file --bus serial:/tmp/x", 2, "a file or a bus, not both"},
        {"decode pylon-can --bus modbus:127.0.0.1:1", 2, "cannot be heard on this bus"},
        {"decode --bus serial:/dev/there-is-none", 1, "No such file"},
        {"monitor --help", 0, "Example"},
        {"monitor serial:/dev/there-is-none --protocol pace --once", 1, "No such file"},
        {"monitor pty:/tmp/x --pack 16", 2, "--pack 16 is not allowed (1 to 15, or FF)"},
        {"monitor pty:/tmp/x --interval 0", 2, "--interval 0 is not allowed"},
        {"monitor pty:/tmp/x --language fr", 2, "--language fr is not allowed (en, zh, de)"},
        {"man", 0, ".TH HEARTH 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static char text[20000];
        char arguments[600] = "";
        const char *at = strstr(cases[i].arguments, "SITE");
        if (at != NULL) {
            snprintf(arguments, sizeof arguments, "%.*s%s%s", (int)(at - cases[i].arguments),
                     cases[i].arguments, site, at + 4);
        } else {
            snprintf(arguments, sizeof arguments, "%s", cases[i].arguments);
        }
        int status = hearth(arguments, text, sizeof text);
        if (status != cases[i].status || strstr(text, cases[i].told) == NULL) {
            fail_msg("hearth %s: status %d, %s", arguments, status, text);
        }
    }
}

static void sim_json_has_every_key_and_its_sums_close(void **state)
{
    (void)state;
    static const char *const keys[] = {"pv_kwh",      "load_kwh",     "bought_kwh",
                                       "sold_kwh",    "charged_kwh",  "discharged_kwh",
                                       "losses_kwh",  "residual_kwh", "self_consumption_pct",
                                       "autarky_pct", "cost",         "cycles",
                                       "steps",       "wall_s"};
    static char text[20000];
    static const char *const steps[] = {"1", "900"};
    for (size_t k = 0; k < 2; k++) {
        char arguments[600];
        snprintf(arguments, sizeof arguments, "sim %s --days 1 --step %s --json", site, steps[k]);
        assert_int_equal(hearth(arguments, text, sizeof text), 0);
        json_t *object = json_loads(text, 0, NULL);
        assert_true(json_is_object(object));
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            json_t *value = json_object_get(object, keys[i]);
            if (!json_is_number(value) || !isfinite(json_number_value(value))) {
                fail_msg("%s is missing", keys[i]);
            }
        }
        double in = json_number_value(json_object_get(object, "pv_kwh")) +
                    json_number_value(json_object_get(object, "bought_kwh"));
        double off = json_number_value(json_object_get(object, "residual_kwh"));
        assert_true(in > 1.0 && fabs(off) < 1e-4 * in);
        json_decref(object);
    }
}

static void sim_out_writes_a_row_for_every_interval(void **state)
{
    (void)state;
    static char text[20000];
    char folder[] = "/tmp/hearth-out-XXXXXX";
    char arguments[600];
    char file[300];
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/day.csv", folder);
    snprintf(arguments, sizeof arguments, "sim %s --days 1 --every 3600 --out %s", site, file);
    assert_int_equal(hearth(arguments, text, sizeof text), 0);
    FILE *csv = fopen(file, "r");
    assert_non_null(csv);
    int lines = 0;
    while (fgets(text, sizeof text, csv) != NULL) {
        if (lines == 0) {
            assert_non_null(strstr(text, "pv"));
        }
        lines++;
    }
    fclose(csv);
    assert_int_equal(lines, 25);
    unlink(file);
    snprintf(file, sizeof file, "%s/day.db", folder);
    snprintf(arguments, sizeof arguments, "sim %s --days 1 --every 3600 --out %s", site, file);
    assert_int_equal(hearth(arguments, text, sizeof text), 0);
    assert_int_equal(access(file, R_OK), 0);
    unlink(file);
    rmdir(folder);
}

static void every_table_is_valid_json(void **state)
{
    (void)state;
    static char text[400000];
    static const char *const tables[] = {"products",
                                         "points",
                                         "protocols",
                                         "settings offgrid_5000",
                                         "faults offgrid_3000",
                                         "protections vt12040",
                                         "parameters es25_6_230lp"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char arguments[100];
        json_error_t error;
        snprintf(arguments, sizeof arguments, "list %s --json", tables[i]);
        assert_int_equal(hearth(arguments, text, sizeof text), 0);
        json_t *list = json_loads(text, 0, &error);
        if (!json_is_array(list) || json_array_size(list) == 0) {
            fail_msg("%s: %s at line %d", tables[i], error.text, error.line);
        }
        json_decref(list);
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }
    program = argv[1];
    site = argv[2];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_usage_is_status_2_and_a_refused_job_1),
        cmocka_unit_test(a_panel_is_printed_with_its_page_and_lamps),
        cmocka_unit_test(sim_json_has_every_key_and_its_sums_close),
        cmocka_unit_test(sim_out_writes_a_row_for_every_interval),
        cmocka_unit_test(every_table_is_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
