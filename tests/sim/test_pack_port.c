/* SPDX-License-Identifier: Apache-2.0 */
/* The packs' serial ports in a house: what they speak, when that changes, and what may be ordered
   on which of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/proto/pace_reader.h"
#include "sim/pack_port.h"
#include "sim/pc.h"

struct bench {
    struct house house;
    struct pack_board boards[2];
    struct pack_port port;
    struct rs485_client client;
    struct battery_bank seen;
    struct pace_reader reader;
    uint8_t reply[RS485_FRAME_MAX];
    size_t length;
};

static struct bench *bench_new(enum pack_port_kind kind, enum rs485_protocol protocol)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    for (int i = 0; i < 2; i++) {
        board_init(&b->boards[i]);
    }
    struct house_spec spec = {.battery = HOUSE_PACKS,
                              .pack = product_find("es51_2_100lp"),
                              .packs = 2,
                              .soc = 0.5,
                              .temperature_c = 25.0,
                              .start_ms = 1780272000000,
                              .boards = b->boards};
    house_init(&b->house, &spec);
    b->port.kind = kind;
    b->port.protocol = protocol;
    for (int i = 0; i < 80; i++) {
        house_step(&b->house, 100);
    }
    rs485_client_init(&b->client, protocol, rs485_facts[protocol].first_address, 2);
    b->client.gap_ms = 0;
    pace_reader_init(&b->reader, 1);
    return b;
}

static void say(struct bench *b, const uint8_t *bytes, size_t n)
{
    assert_true(n > 0);
    serial_wire_send(&b->port.wire, WIRE_B, bytes, n);
    pack_port_serve(&b->port, &b->house);
    b->length = serial_wire_take(&b->port.wire, WIRE_B, b->reply, sizeof b->reply);
}

static void read_on(struct bench *b, int ms)
{
    for (int i = 0; i < ms / 20; i++) {
        uint8_t out[MODBUS_FRAME_MAX];
        house_step(&b->house, 20);
        size_t n = rs485_client_poll(&b->client, b->house.now_ms, out, sizeof out);
        b->length = 0;
        if (n > 0) {
            say(b, out, n);
        }
        (void)rs485_client_take(&b->client, b->reply, b->length, b->house.now_ms, &b->seen);
    }
}

static void speak(struct bench *b, int32_t code)
{
    bms_set_parameter(&b->house.bms[0], PARAM_RS485_PROTOCOL, code);
}

static void the_parameter_chooses_what_the_inverter_hears(void **state)
{
    (void)state;
    static const enum rs485_protocol list[] = {RS485_PYLON, RS485_VOLTRONIC, RS485_GROWATT,
                                               RS485_PACE_MODBUS};
    for (size_t p = 0; p < 4; p++) {
        struct bench *b = bench_new(PORT_TO_INVERTER, list[p]);
        speak(b, rs485_protocol_code(list[p]));
        read_on(b, 6000);
        assert_int_equal(b->client.missed, 0);
        assert_int_equal(b->seen.n_packs, 2);
        assert_int_equal(b->seen.pack[1].n_cells, 16);
        assert_true(abs(b->seen.pack[1].cell_mv[3] - b->house.sensed[1].cell_mv[3]) <= 50);
        bool limits = list[p] != RS485_PACE_MODBUS; /* it has none */
        assert_int_equal(b->seen.whole.charge_limit_ma > 0, limits);
        free(b);
    }
}

static void a_protocol_that_is_not_known_is_silence(void **state)
{
    (void)state;
    static const int32_t codes[] = {0x06, 0x0B, 0xFF, 0x04};
    for (size_t k = 0; k < 4; k++) {
        for (int p = 0; p < RS485_COUNT; p++) {
            struct bench *b = bench_new(PORT_TO_INVERTER, (enum rs485_protocol)p);
            speak(b, codes[k]);
            read_on(b, 2000);
            assert_int_equal(b->client.answered, 0);
            free(b);
        }
    }
}

/* The old protocol falls silent at once, half a request in it is forgotten, and coming back is as
   good as never having left. */
static void a_change_takes_effect_with_the_next_byte(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_INVERTER, RS485_PYLON);
    uint8_t half[] = "~2002";
    read_on(b, 3000);
    assert_int_equal(b->client.missed, 0);
    say(b, half, 5);
    speak(b, 0x02);
    read_on(b, 10000);
    assert_true(b->client.pack[0].silent && b->client.pack[1].silent);
    uint8_t out[MODBUS_FRAME_MAX];
    say(b, out, modbus_ask(out, 1, MODBUS_READ, 0x15, 1));
    assert_int_equal(b->length, 7);
    speak(b, 0x01);
    say(b, (const uint8_t *)"42E00202FD33\r", 13); /* the rest of that half is nothing */
    assert_int_equal(b->length, 0);
    read_on(b, 12000);
    assert_false(b->client.pack[0].silent || b->client.pack[1].silent);
    free(b);
}

static void orders_go_through_on_rs232_and_not_between_the_packs(void **state)
{
    (void)state;
    static const struct {
        enum pack_port_kind kind;
        bool taken;
    } ports[] = {{PORT_TO_PC, true}, {PORT_PARALLEL, false}};
    for (size_t p = 0; p < 2; p++) {
        struct bench *b = bench_new(ports[p].kind, RS485_PACE);
        struct pace_values values;
        uint8_t out[256];
        uint8_t control;
        memset(&values, 0, sizeof values);
        say(b, out, pace_ask_group(&b->reader, 0, out, sizeof out));
        assert_int_equal(pace_take_group(&b->reader, b->reply, b->length, 0, &values), 0);
        values.value[PARAM_CELL_OV_ALARM] -= 50;
        say(b, out, pace_ask_write(&b->reader, 0, &values, out, sizeof out));
        int no = ports[p].taken ? 0 : PACE_REFUSED;
        assert_int_equal(pace_take_done(&b->reader, b->reply, b->length), no);
        assert_int_equal(b->house.bms[0].param[PARAM_CELL_OV_ALARM], ports[p].taken ? 3600 : 3650);
        say(b, out, pace_ask_switch(&b->reader, PACE_SWITCH_BUZZER, true, out, sizeof out));
        assert_int_equal(pace_take_switch(&b->reader, b->reply, b->length, &control), no);
        assert_int_equal(b->house.bms[0].param[PARAM_SOUND_ALARM], ports[p].taken);
        struct desk_clock clock;
        say(b, out, pace_ask(&b->reader, PACE_GET_CLOCK, out, sizeof out));
        assert_int_equal(pace_take_clock(&b->reader, b->reply, b->length, &clock), 0);
        clock.year = 2030;
        say(b, out, pace_ask_set_clock(&b->reader, &clock, out, sizeof out));
        assert_int_equal(pace_take_done(&b->reader, b->reply, b->length), no);
        say(b, out, pace_ask_shut_down(&b->reader, out, sizeof out));
        assert_int_equal(pace_take_done(&b->reader, b->reply, b->length), no);
        house_step(&b->house, 100);
        assert_int_equal(bms_asleep(&b->house.bms[0]), ports[p].taken);
        free(b);
    }
}

static void a_wrong_password_locks_the_writes(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_PC, RS485_PACE);
    struct pace_values values;
    uint8_t out[256];
    memset(&values, 0, sizeof values);
    say(b, out, pace_ask_group(&b->reader, 0, out, sizeof out));
    assert_int_equal(pace_take_group(&b->reader, b->reply, b->length, 0, &values), 0);
    values.value[PARAM_CELL_OV_ALARM] -= 50;
    house_pc_command(&b->house, 0, "PC.LOGIN", "wrong");
    say(b, out, pace_ask_write(&b->reader, 0, &values, out, sizeof out));
    assert_int_equal(pace_take_done(&b->reader, b->reply, b->length), PACE_REFUSED);
    house_pc_command(&b->house, 0, "PC.LOGIN", "123456");
    say(b, out, pace_ask_write(&b->reader, 0, &values, out, sizeof out));
    assert_int_equal(pace_take_done(&b->reader, b->reply, b->length), 0);
    free(b);
}

static void the_event_memory_is_read_newest_first(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_PC, RS485_PACE);
    uint8_t out[256];
    house_pc_command(&b->house, 0, "PC.WRITE_CLOCK", "2026-06-02T08:00:00");
    for (int i = 0; i < 20; i++) {
        house_step(&b->house, 100);
    }
    struct pace_record record;
    int n = 0;
    for (;; n++) {
        say(b, out, pace_ask_record(&b->reader, (uint16_t)n, out, sizeof out));
        int result = pace_take_record(&b->reader, b->reply, b->length, &record);
        if (result == PACE_NO_MORE) {
            break;
        }
        assert_int_equal(result, 0);
        assert_int_equal(record.pack.n_cells, 16);
        assert_true(n > 0 || record.at.year == 2026);
        assert_true(n < 400);
    }
    assert_int_equal(n, records_count(&b->boards[0].memory.records));
    assert_true(n > 0);
    free(b);
}

static void lent_limits_hold_for_ten_seconds(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_INVERTER, RS485_PYLON);
    static struct ascii_frame frame;
    static const uint8_t info[] = {2, 0xD0, 0x02, 0xB7, 0x98, 0x00, 0x64, 0xFF, 0x9C}; /* 10 A */
    uint8_t out[64];
    read_on(b, 3000);
    assert_true(b->seen.pack[0].charge_limit_ma > 10000);
    frame = (struct ascii_frame){
        .version = 0x20, .address = 2, .cid1 = 0x46, .cid2 = 0x94, .length = sizeof info};
    memcpy(frame.info, info, sizeof info);
    int n = ascii_frame_encode(&frame, out, sizeof out);
    assert_true(n > 0);
    say(b, out, (size_t)n);
    assert_true(b->length > 0);
    b->client.waiting = false;
    read_on(b, 3000);
    assert_int_equal(b->seen.pack[0].charge_limit_ma, 10000);
    assert_int_equal(b->seen.pack[0].charge_mv, 53250);
    assert_true(b->seen.pack[1].charge_limit_ma > 10000);
    read_on(b, 10000);
    assert_true(b->seen.pack[0].charge_limit_ma > 10000);
    free(b);
}

/* One frame of limits lent, and what the pack tells then. */
static void lend(struct bench *b, const uint8_t *info)
{
    static struct ascii_frame frame;
    uint8_t out[64];
    frame = (struct ascii_frame){
        .version = 0x20, .address = 2, .cid1 = 0x46, .cid2 = 0x94, .length = 9};
    memcpy(frame.info, info, 9);
    int n = ascii_frame_encode(&frame, out, sizeof out);
    assert_true(n > 0);
    say(b, out, (size_t)n);
    b->client.waiting = false;
    read_on(b, 3000);
}

static void lent_zeros_are_a_stop_and_no_voltage(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_INVERTER, RS485_PYLON);
    static const uint8_t zeros[9] = {2};
    static const uint8_t below[9] = {2, 0x9C, 0x40, 0xB7, 0x98, 0x00, 0x64, 0xFF, 0x9C}; /* 40 V */
    read_on(b, 3000);
    struct pack_view before = b->seen.pack[0];
    assert_true(before.charge_enable && before.discharge_enable && before.charge_mv > 50000);
    lend(b, zeros);
    assert_int_equal(b->seen.pack[0].charge_mv, before.charge_mv);
    assert_int_equal(b->seen.pack[0].discharge_mv, before.discharge_mv);
    assert_int_equal(b->seen.pack[0].charge_limit_ma, 0);
    assert_int_equal(b->seen.pack[0].discharge_limit_ma, 0);
    assert_false(b->seen.pack[0].charge_enable || b->seen.pack[0].discharge_enable);
    assert_true(b->seen.whole.charge_mv > 50000);
    lend(b, below);
    assert_int_equal(b->seen.pack[0].charge_mv, before.charge_mv);
    assert_int_equal(b->seen.pack[0].charge_limit_ma, 10000);
    assert_true(b->seen.pack[0].charge_enable);
    free(b);
}

/* An empty pack that is too cold to be charged does not ask for a charge. */
static void a_pack_that_may_not_be_charged_does_not_ask(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_INVERTER, RS485_PYLON);
    struct pack_bank packs = {0};
    for (int cold = 0; cold < 2; cold++) {
        for (int i = 0; i < b->house.spec.packs; i++) {
            struct bms *bms = &b->house.bms[i];
            bms->active |= UINT64_C(1) << ROW_USOC;
            bms->out.charge_mos = !cold;
            bms->out.charge_limit_ma = cold ? 0 : 50000;
        }
        pack_bank_fill(&packs, &b->house, false);
        assert_int_equal(packs.bank.pack[0].force_charge, !cold);
        assert_int_equal(packs.bank.pack[0].charge_enable, !cold);
    }
    free(b);
}

static void a_byte_of_the_pc_wakes_the_host(void **state)
{
    (void)state;
    struct bench *b = bench_new(PORT_TO_PC, RS485_PACE);
    uint8_t out[64];
    bms_shutdown(&b->house.bms[0], SLEEP_PC);
    house_step(&b->house, 100);
    assert_true(bms_asleep(&b->house.bms[0]));
    size_t n = pace_ask(&b->reader, PACE_GET_PACKS, out, sizeof out);
    say(b, out, n);
    for (int i = 0; i < 20; i++) {
        house_step(&b->house, 100);
    }
    assert_false(bms_asleep(&b->house.bms[0]));
    say(b, out, n);
    assert_true(b->length > 0);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameter_chooses_what_the_inverter_hears),
        cmocka_unit_test(a_protocol_that_is_not_known_is_silence),
        cmocka_unit_test(a_change_takes_effect_with_the_next_byte),
        cmocka_unit_test(orders_go_through_on_rs232_and_not_between_the_packs),
        cmocka_unit_test(a_wrong_password_locks_the_writes),
        cmocka_unit_test(the_event_memory_is_read_newest_first),
        cmocka_unit_test(lent_limits_hold_for_ten_seconds),
        cmocka_unit_test(lent_zeros_are_a_stop_and_no_voltage),
        cmocka_unit_test(a_pack_that_may_not_be_charged_does_not_ask),
        cmocka_unit_test(a_byte_of_the_pc_wakes_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
