/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual packs on real buses: what is spoken follows the packs' setting, live and safely; a
   sleeping pack is silent, a PC wakes it; what a PC may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "core/proto/pace_reader.h"
#include "host/ends/emulator.h"
#include "host/ends/guess.h"
#include "host/ends/reader_end.h"

enum { STEP_MS = 20, PORTS = 2 };

static struct emulator emulator;
static struct reader_end reader;
static char links[PORTS][64], told[2000];
static int64_t now_ms;

static void hear(void *context, const char *text)
{
    (void)context;
    size_t used = strlen(told);
    snprintf(told + used, sizeof told - used, "%s\n", text);
}

static struct bus_address address_of(const char *kind, int i)
{
    char name[100];
    char why[300];
    struct bus_address address;
    snprintf(name, sizeof name, "%s:%s", kind, links[i]);
    assert_true(bus_address_read(name, &address, why, sizeof why));
    return address;
}

static void begin(const char *product, int packs)
{
    now_ms = 1000000;
    told[0] = '\0';
    assert_true(emulator_init(&emulator, product_find(product), packs, 60.0, 1768478581));
    emulator.wires.told = hear;
    emulator.wires.house = &emulator.house;
    for (int i = 0; i < PORTS; i++) {
        snprintf(links[i], sizeof links[i], "/tmp/hearth-wires-%d-%d", (int)getpid(), i);
    }
}

static void add(int i, const char *protocol)
{
    char why[400];
    struct bus_address address = address_of("pty", i);
    const struct wire_protocol *row = protocol != NULL ? protocol_find(protocol) : NULL;
    assert_true(pack_wires_add(&emulator.wires, &address, row, now_ms, why, sizeof why));
    assert_string_equal(why, "");
}

static void read_from(int i, const char *protocol)
{
    char why[400];
    const struct wire_protocol *row = protocol_find(protocol);
    struct bus_address address = address_of(row->kind == PROTOCOL_OF_CAN ? "slcan" : "serial", i);
    const struct reader_spec spec = {&address, row, 1};
    assert_true(reader_end_open(&reader, &spec, now_ms, why, sizeof why));
}

/* Parts that came within this time. */
static uint32_t pass(int64_t ms)
{
    uint32_t parts = 0;
    for (int64_t end = now_ms + ms; now_ms < end;) {
        now_ms += STEP_MS;
        emulator_step(&emulator, now_ms);
        if (reader.protocol != NULL) {
            parts |= reader_end_step(&reader, now_ms);
        }
    }
    return parts;
}

static int finish(void **state)
{
    (void)state;
    if (reader.protocol != NULL) {
        reader_end_close(&reader);
    }
    memset(&reader, 0, sizeof reader);
    emulator_free(&emulator);
    return 0;
}

static void set_code(enum parameter_id id, int32_t code)
{
    for (int i = 0; i < emulator.house.spec.packs; i++) {
        bms_set_parameter(&emulator.house.bms[i], id, code);
    }
}

static void the_setting_decides_what_is_spoken_live(void **state)
{
    static struct can_guess guess;
    struct can_frame frame;
    int share_pct;
    (void)state;
    begin("vt12040", 2);
    add(0, "pylon-can");
    assert_int_equal(emulator.house.bms[0].param[PARAM_CAN_PROTOCOL], 0x01);
    read_from(0, "pylon-can");
    assert_true((pass(3000) & HEARD_LIMITS) != 0);
    assert_int_equal(reader.bank.whole.soc_pct, 60);
    set_code(PARAM_CAN_PROTOCOL, 0x02); /* GROWATT, on the panel or by a PC */
    (void)pass(100);
    assert_non_null(strstr(told, "now speaking growatt-can"));
    (void)pass(500);
    can_guess_begin(&guess, (uint32_t)now_ms);
    for (int64_t end = now_ms + 3000; now_ms < end;) {
        now_ms += STEP_MS;
        emulator_step(&emulator, now_ms);
        bus_port_step(&reader.port, now_ms);
        while (bus_port_take(&reader.port, &frame)) {
            can_guess_hear(&guess, &frame, (uint32_t)now_ms);
        }
    }
    assert_string_equal(can_guess_best(&guess, &share_pct)->name, "growatt-can");
    assert_int_equal(share_pct, 100); /* not one frame of the old */
}

static void a_protocol_without_a_source_is_silence_and_said(void **state)
{
    (void)state;
    begin("vt12040", 1);
    add(0, NULL); /* what the packs are set to on RS485: Pylon */
    read_from(0, "pylon-rs485");
    assert_true((pass(3000) & HEARD_SOC) != 0);
    set_code(PARAM_RS485_PROTOCOL, 0x0B); /* LUXPOWER V01 */
    (void)pass(500);
    assert_non_null(strstr(told, "now silent"));
    uint32_t answered = reader.client.answered;
    (void)pass(10000);
    assert_int_equal(reader.client.answered, answered);
    set_code(PARAM_RS485_PROTOCOL, 0x01);
    assert_true((pass(15000) & HEARD_SOC) != 0);
}

static void a_second_bus_of_the_kind_keeps_its_own_protocol(void **state)
{
    (void)state;
    begin("vt12040", 1);
    add(0, "growatt-rs485");
    add(1, "pace-modbus");
    read_from(0, "growatt-rs485");
    assert_true((pass(4000) & HEARD_SOC) != 0);
    reader_end_close(&reader);
    read_from(1, "pace-modbus");
    assert_true((pass(4000) & HEARD_SOC) != 0);
}

static void a_bus_that_cannot_carry_it_is_refused(void **state)
{
    char why[400];
    struct bus_address address;
    (void)state;
    begin("vt12040", 1);
    assert_true(bus_address_read("can:can7", &address, why, sizeof why));
    assert_false(
        pack_wires_add(&emulator.wires, &address, protocol_find("pace"), now_ms, why, sizeof why));
    assert_non_null(strstr(why, "cannot be spoken on this bus"));
    assert_int_equal(emulator.wires.n, 0);
}

/* Sends a request on the PC's port and gives the return code of the answer; -1: silence. */
static int order(struct pace_reader *pc, const uint8_t *bytes, size_t n)
{
    static struct ascii_reader frames;
    uint8_t in[512];
    assert_true(bus_port_write(&reader.port, 0, bytes, n));
    for (int i = 0; i < 50; i++) {
        now_ms += STEP_MS;
        emulator_step(&emulator, now_ms);
        size_t got = bus_port_read(&reader.port, 0, in, sizeof in);
        for (size_t k = 0; k < got; k++) {
            if (ascii_reader_take(&frames, in[k])) {
                return pace_take_done(pc, frames.buffer, frames.length);
            }
        }
    }
    return -1;
}

static void a_pc_writes_after_the_password_only(void **state)
{
    struct pace_reader pc;
    struct pace_values values = {0};
    uint8_t bytes[ASCII_FRAME_MAX];
    int32_t *alarm = &emulator.house.bms[0].param[PARAM_CELL_OV_ALARM];
    (void)state;
    begin("vt12040", 1);
    add(0, "pace");
    read_from(0, "pace");
    (void)pass(1000);
    pace_reader_init(&pc, 1);
    for (int i = 0; i < PARAM_COUNT; i++) {
        values.value[i] = emulator.house.bms[0].param[i];
        values.known[i] = true;
    }
    values.value[PARAM_CELL_OV_ALARM] = 3500;
    size_t n = pace_ask_write(&pc, 0, &values, bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_REFUSED);
    assert_int_equal(*alarm, 3600);
    n = pace_ask_admin(&pc, ADMIN_LOGIN, "000000", bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_REFUSED);
    assert_int_equal(emulator.house.bms[0].access.wrong, 1);
    (void)pass(120000); /* a wrong one delays */
    n = pace_ask_admin(&pc, ADMIN_LOGIN, "123456", bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_OK);
    values.value[PARAM_CELL_OV_PROTECT] = 3450; /* below its alarm: contradicts */
    n = pace_ask_write(&pc, 0, &values, bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_REFUSED);
    assert_int_equal(*alarm, 3600); /* all or nothing */
    values.value[PARAM_CELL_OV_PROTECT] = 3650;
    n = pace_ask_write(&pc, 0, &values, bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_OK);
    assert_int_equal(*alarm, 3500);
    n = pace_ask_admin(&pc, ADMIN_RESTORE, "", bytes, sizeof bytes);
    assert_int_equal(order(&pc, bytes, n), PACE_OK);
    assert_int_equal(*alarm, 3600);
}

static void a_sleeping_pack_is_silent_until_a_byte_wakes_it(void **state)
{
    (void)state;
    begin("vt12040", 1);
    add(0, "pace");
    add(1, "pylon-can");
    read_from(1, "pylon-can");
    assert_true(pass(3000) != 0);
    bms_shutdown(&emulator.house.bms[0], SLEEP_PC);
    (void)pass(5000);
    assert_true(bms_asleep(&emulator.house.bms[0]));
    assert_int_equal(pass(3000), 0);
    reader_end_close(&reader);
    read_from(0, "pace"); /* its request is the byte that wakes */
    (void)pass(15000);
    assert_false(bms_asleep(&emulator.house.bms[0]));
    assert_true(reader.client.answered > 0);
}

static void the_prompt_steers_hurts_and_says_what_it_does_not_know(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"show", "pack2  standby"},
        {"get pack1.soc_pct", "pack1.soc_pct = 60"},
        {"get pack1.colour", "is not a point"},
        {"set pack1.cell_3_v 3.7", "pack1.cell_3_v = 3.7"},
        {"set pack1.cell_3_v=high", "\"high\" is not a number"},
        {"set battery.soc_pct 300", "out of range (allowed 0 to 100)"},
        {"release pack1.cell_3_v", "released"},
        {"load 20", "pack2.demand_current_a = -20"},
        {"load lots", "is not allowed (-1000 to 1000 A)"},
        {"cut stack", "stack cut"},
        {"mend nosuch", "is no link here"},
        {"touch nosuch", ""},
        {"rst 99", "is not allowed (0 to 60 s)"},
        {"speed 2", "speed 2"},
        {"power maybe", "neither on nor off"},
        {"dance", "\"dance\" is no command"},
        {"", ""},
    };
    (void)state;
    begin("vt12040", 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[100];
        char text[2000] = "";
        snprintf(line, sizeof line, "%s", cases[i].line);
        FILE *out = fmemopen(text, sizeof text - 1, "w");
        assert_true(emulator_command(&emulator, line, out));
        fclose(out);
        if (strstr(text, cases[i].says) == NULL) {
            print_error("%s -> %s\n", cases[i].line, text);
        }
        assert_non_null(strstr(text, cases[i].says));
    }
    char line[] = "quit";
    assert_false(emulator_command(&emulator, line, stderr));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_setting_decides_what_is_spoken_live, finish),
        cmocka_unit_test_teardown(a_protocol_without_a_source_is_silence_and_said, finish),
        cmocka_unit_test_teardown(a_second_bus_of_the_kind_keeps_its_own_protocol, finish),
        cmocka_unit_test_teardown(a_bus_that_cannot_carry_it_is_refused, finish),
        cmocka_unit_test_teardown(a_pc_writes_after_the_password_only, finish),
        cmocka_unit_test_teardown(a_sleeping_pack_is_silent_until_a_byte_wakes_it, finish),
        cmocka_unit_test_teardown(the_prompt_steers_hurts_and_says_what_it_does_not_know, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
