/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode and encode of the serial battery protocols as they are used. argv[1] is hearth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "../../core/rs485_frames.h"
#include "shell.h"

#define PACK                                                                                    \
    "~20024600C06E00020F0D1F0D200D200D200D200D200D210D200D200D210D220D200D220D220D21050BCD0BAF" \
    "0BAF0BAF0BAF0015C4E88AAC02C350004FE594"

static void frames_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *shown[4];
        int status;
    } cases[] = {
        {"printf '> ~20024642C0040201FCD2\\n< " PACK "\\n' | % decode pylon-rs485",
         {"> asks for analog values of address 2", "pack1.voltage_v 50.408 V",
          "pack1.current_a 2.10 A", "pack1.cell_1_v 3.359 V"},
         0},
        {"printf '" PACK "\\r\\n' | % decode pylon-rs485 -",
         {"pack1.soc_pct 71 %", "no request before it: told by its length"},
         0},
        {"echo '~20024600B01402D002B79800FAFF06C0F92D' | sed s/F92D/F92E/ | % decode pylon-rs485",
         {"broken: the checksum is wrong"},
         1},
        {"echo '~20024600B01402D002B79800FAFF06C0F92' | % decode pylon-rs485",
         {"the length in it is not that of the frame"},
         1},
        {"echo '~2002460Z000FDB2' | % decode pylon-rs485", {"broken: "}, 1},
        {"printf '~250146E30000FD96\\n~25014600A00600FF04FC47\\n' | % decode pace",
         {"discharge_oc_2_protect not below 255 A"},
         0},
        {"printf '~250146E30000FD96\\n~25014600A006009604FC64\\n' | % decode pace",
         {"discharge_oc_2_protect 150 A"},
         0},
        {"printf '~250146E30000FD96\\n~25014600A00600FF04FC47\\n' | % decode pace --json",
         {"discharge_oc_2_protect\": 255", "discharge_oc_2_protect.at_least\": true"},
         0},
        {"echo '~25014642E00201FD30' | % decode pylon-rs485", {"? not of pylon-rs485", "pace"}, 0},
        {"echo '7E 32 30 30 32 34 36 34 46 43 30 30 34 38 35 32 30 46 43 42 32 0D' | % decode "
         "pylon-rs485",
         {"asks for protocol version of address 2"},
         0},
        {"echo '12:30:01.5 TX: 010300130006340D # why' | % decode growatt-rs485",
         {"(45001.500000) > asks for registers 19 to 24 of unit 1"},
         0},
        {"printf '01 03 00 13 00 06 34 0D\\n01 03 0C 04 69 00 00 00 42 0A 47 00 00 00 14 64 8C\\n' "
         "| % decode growatt-rs485",
         {"battery.soc_pct 66 %", "battery.voltage_v 26.310 V", "battery.temperature_c 20.0 degC"},
         0},
        {"echo '01 03 0C 04 69 00 00 00 42 0A 47 00 00 00 14 64 8C' | % decode growatt-rs485",
         {"which registers these are is not known"},
         0},
        {"echo '01 03 0C 04 69 00 00 00 42 0A 47 00 00 00 14 64 8D' | % decode growatt-rs485",
         {"the CRC is 64 8D, of these bytes it is 64 8C"},
         1},
        {"printf '01 03 00 10 00 01 85 CF\\n< 01 03 00 01 00 08 15 CC\\n' | % decode "
         "voltronic-rs485",
         {"asks for registers 16 to 16", "< registers 16 to 16 of unit 1"},
         0},
        {"printf '>01030000000305CB\\n<0x01,0x03,0x06,0x00,0x00,0x0A,0x45,0x00,0x42,0xB3,0x49\\n' "
         "| % decode pace-modbus",
         {"pack1.voltage_v 26.290 V", "pack1.soc_pct 66 %"},
         0},
        {"printf '[12:30:01.25] 01:03:00:13:00:06:34:0D\\n01:03:00:13:00:06:34:0D\\n' | % decode "
         "growatt-rs485",
         {"(45001.250000) > asks for registers 19 to 24 of unit 1\n> asks for registers 19"},
         0},
        {"echo '2026-06-01T00:00:02.5Z rx: \"~20024692C0040201FCCD\\\\r\"' | % decode pylon-rs485",
         {"(2.500000) > asks for limits of address 2"},
         0},
        {"echo 'DD A5 03 00 FF FD 77' | % decode jbd", {"> asks for basic values (03)"}, 0},
        {"echo 'DD 03 00 1B 17 00 00 00 02 D0 03 E8 00 00 20 78 00 00 00 00 00 00 10 48 03 0F 02 "
         "0B 76 0B 82 FB FF 77' | % decode jbd",
         {"pack1.voltage_v 58.880 V", "pack1.made_on \"2016-03-24\"", "pack1.temperature_2_c 21.5"},
         0},
        {"echo 'DD 03 00 1B 17 77' | % decode jbd", {"too short"}, 1},
        {"echo 'hello' | % decode jbd", {"neither characters from ~ on nor pairs"}, 1},
        {"% decode jbd </dev/null", {""}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = shell(cases[i].line);
        for (int k = 0; k < 4 && cases[i].shown[k] != NULL; k++) {
            if (status != cases[i].status || strstr(text, cases[i].shown[k]) == NULL) {
                fail_msg("%s: status %d, no \"%s\" in\n%s", cases[i].line, status,
                         cases[i].shown[k], text);
            }
        }
    }
}

/* Decodes all published frames of a protocol. */
static void decode_known(const char *protocol, const struct known_frame *frames, size_t n,
                         int status)
{
    char path[] = "/tmp/hearth-frames-XXXXXX";
    char line[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    for (size_t i = 0; i < n; i++) {
        fprintf(file, "%c %s\n", frames[i].way, frames[i].text);
    }
    assert_int_equal(fclose(file), 0);
    snprintf(line, sizeof line, "%% decode %s %s", protocol, path);
    int got = shell(line);
    unlink(path);
    if (got != status || strstr(text, "broken") != NULL) {
        fail_msg("%s: status %d\n%s", protocol, got, text);
    }
}

static void published_frames_are_understood(void **state)
{
    (void)state;
    decode_known("pylon-rs485", pylon_frames, sizeof pylon_frames / sizeof pylon_frames[0], 0);
    assert_non_null(strstr(text, "pack3.cell_15_v 3.302 V"));
    assert_non_null(strstr(text, "battery.soc_pct 85 %"));
    decode_known("pace", pace_frames, sizeof pace_frames / sizeof pace_frames[0], 0);
    assert_non_null(strstr(text, "pack1.version \"P16S100A-1812-1.00\""));
    assert_non_null(strstr(text, "pack1.parameter.pack_ov_protect 59.20 V"));
    decode_known("jbd", jbd_frames, sizeof jbd_frames / sizeof jbd_frames[0], 0);
    assert_non_null(strstr(text, "pack1.cell_15_v 3.901 V"));
}

static double value(const json_t *object, const char *point)
{
    json_t *found = json_object_get(json_object_get(object, "values"), point);
    if (found == NULL) {
        fail_msg("%s is missing", point);
    }
    return json_is_boolean(found) ? json_is_true(found) : json_number_value(found);
}

static void json_has_one_object_a_frame_with_the_signs_of_points(void **state)
{
    (void)state;
    assert_int_equal(shell("echo '(1.5) < " PACK "' | % decode pylon-rs485 --json"), 0);
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    assert_float_equal(json_number_value(json_object_get(o, "t")), 1.5, 1e-9);
    assert_string_equal(json_string_value(json_object_get(o, "frame")), PACK);
    assert_string_equal(json_string_value(json_object_get(o, "way")), "reply");
    assert_float_equal(value(o, "pack1.current_a"), 2.1, 1e-9); /* a pack charges with + */
    assert_float_equal(value(o, "pack1.cell_15_v"), 3.361, 1e-9);
    json_decref(o);
    assert_int_equal(shell("echo '01 03 00' | % decode growatt-rs485 --json"), 1);
    o = json_loads(text, 0, NULL);
    assert_non_null(json_object_get(o, "error"));
    assert_null(json_object_get(o, "values"));
    json_decref(o);
}

/* What goes out of encode comes back through decode. */
static void values_become_frames_and_frames_values(void **state)
{
    (void)state;
    static const struct {
        const char *protocol, *shown[4];
    } cases[] = {
        {"pylon-rs485",
         {"pack1.cell_3_v 3.412 V", "pack1.charge_voltage_v 56.000 V", "battery.current_a -12.5 A",
          "pack1.soc_pct 61 %"}},
        {"voltronic-rs485",
         {"pack1.cell_3_v 3.400 V", "battery.charge_voltage_v 56.000 V",
          "battery.current_a -12.5 A", "battery.soc_pct 61 %"}},
        {"growatt-rs485",
         {"pack1.cell_3_v 3.412 V", "battery.charge_voltage_v 56.000 V",
          "battery.current_a -12.5 A", "battery.charge_limit_a 50.0 A"}},
        {"pace",
         {"pack1.cell_3_v 3.412 V", "pack1.current_a 12.50 A", "pack1.soc_pct 61 %",
          "[CellOverVoltage]"}},
        {"pace-modbus",
         {"pack1.cell_3_v 3.412 V", "pack1.current_a 12.50 A", "pack1.soc_pct 61 %",
          "[CellOverVoltage]"}},
        {"jbd",
         {"pack1.cell_3_v 3.412 V", "pack1.current_a 12.50 A", "pack1.soc_pct 61 %",
          "[CellOverVoltage]"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[600];
        snprintf(line, sizeof line,
                 "%% encode %s --set battery.soc_pct=61 battery.charge_voltage_v=56 "
                 "battery.charge_limit_a=50 battery.discharge_limit_a=60 battery.current_a=-12.5 "
                 "pack1.cell_3_v=3.412 pack1.protections=CellOverVoltage | %% decode %s",
                 cases[i].protocol, cases[i].protocol);
        int status = shell(line);
        for (int k = 0; k < 4; k++) {
            if (status != 0 || strstr(text, cases[i].shown[k]) == NULL) {
                fail_msg("%s: status %d, no \"%s\" in\n%s", line, status, cases[i].shown[k], text);
            }
        }
    }
    assert_int_equal(shell("% encode pylon-rs485 battery.soc_pct=61 pack2.soc_pct=40 | % decode "
                           "pylon-rs485 --json | % encode pylon-rs485 | % decode pylon-rs485"),
                     0);
    assert_non_null(strstr(text, "pack2.soc_pct 40 %"));
    assert_non_null(strstr(text, "pack1.soc_pct 61 %"));
}

static void single_requests_and_replies_can_be_had(void **state)
{
    (void)state;
    static const struct {
        const char *line, *shown;
        int status;
    } cases[] = {
        {"% encode pylon-rs485 --request 42@3", "~20034642E00203FD31\n", 0},
        {"% encode growatt-rs485 --request 0x13:6", "01 03 00 13 00 06 34 0D\n", 0},
        {"% encode jbd --request 03", "DD A5 03 00 FF FD 77\n", 0},
        {"% encode pylon-rs485 --reply 4F", "~200246000000FDB2\n", 0},
        {"% encode pylon-rs485 --reply 42@9", "a battery says nothing to \"42@9\"", 1},
        {"% encode pylon-rs485 --reply XY", "is no command of pylon-rs485", 1},
        {"% encode pylon-can --reply 42", "has no requests", 2},
        {"% encode jbd pack1.colour=red", "is no point of a pack", 1},
        {"% encode jbd pack1.cell_3_v=90", "is out of range (allowed: 0 to 65 V)", 1},
        {"% encode jbd pack1.cell_3_v=much", "is no number (allowed: 0 to 65 V)", 1},
        {"% encode jbd pack1.soc_pct=abc",
         "pack1.soc_pct: \"abc\" is no number (allowed: 0 to 100 %)", 1},
        {"% encode jbd pack1.protections=Nothing", "holds a word that is no reason", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = shell(cases[i].line);
        if (status != cases[i].status || strstr(text, cases[i].shown) == NULL) {
            fail_msg("%s: status %d, no \"%s\" in %s", cases[i].line, status, cases[i].shown, text);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_told_in_words),
        cmocka_unit_test(published_frames_are_understood),
        cmocka_unit_test(json_has_one_object_a_frame_with_the_signs_of_points),
        cmocka_unit_test(values_become_frames_and_frames_values),
        cmocka_unit_test(single_requests_and_replies_can_be_had),
    };
    program = argc > 1 ? argv[1] : "hearth";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
