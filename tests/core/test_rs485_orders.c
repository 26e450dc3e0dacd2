/* SPDX-License-Identifier: Apache-2.0 */
/* What requests may do to a battery, through its desk: parameters by page and by register, clock,
   event memory, switches, lent limits; and the PC tool's reader that asks for it. */
#include "rs485_frames.h"
#include "rs485_test.h"

#include "core/proto/jbd.h"
#include "core/proto/pace_reader.h"
#include "core/proto/pylon_rs485.h"

struct shop {
    struct rs485_server server;
    struct battery_bank bank;
    struct test_desk test;
    struct bank_desk desk;
    struct pace_reader reader;
    uint8_t reply[RS485_FRAME_MAX];
    size_t length;
    uint32_t now_ms;
};

static struct shop shop;

static void open_shop(enum rs485_protocol protocol)
{
    uint32_t seed = 17;
    memset(&shop, 0, sizeof shop);
    shop.desk = test_desk_init(&shop.test);
    random_bank(&seed, &shop.bank, 2, 0);
    rs485_server_init(&shop.server, protocol);
    pace_reader_init(&shop.reader, 1);
}

static size_t say(const uint8_t *bytes, size_t n)
{
    assert_true(n > 0);
    shop.now_ms += 300;
    shop.length = serve(&shop.server, bytes, n, shop.now_ms, &shop.bank, &shop.desk, shop.reply);
    return shop.length;
}

static uint8_t out[RS485_FRAME_MAX];

static void every_page_of_the_pc_tool_is_read_and_written(void **state)
{
    (void)state;
    static struct pace_values values;
    static struct pace_values again;
    open_shop(RS485_PACE);
    memset(&values, 0, sizeof values);
    for (size_t g = 0; g < PACE_GROUPS; g++) {
        say(out, pace_ask_group(&shop.reader, g, out, sizeof out));
        assert_int_equal(pace_take_group(&shop.reader, shop.reply, shop.length, g, &values), 0);
    }
    int known = 0;
    for (int id = 0; id < PARAM_COUNT; id++) {
        known += values.known[id];
        if (values.known[id]) {
            assert_int_equal(values.value[id], shop.test.bms[0].param[id]);
        }
    }
    assert_int_equal(known, 56);
    /* all levels a step nearer to the protection's good side: every group takes it */
    for (int id = PARAM_CELL_OV_ALARM; id <= PARAM_CELL_OVP_RELEASE; id++) {
        values.value[id] -= 100;
    }
    values.value[PARAM_CHARGE_OT_ALARM] -= 20;
    values.value[PARAM_DISCHARGE_UT_RELEASE] += 10;
    values.value[PARAM_DISCHARGE_OC_ALARM] -= 5000;
    values.value[PARAM_RS485_PROTOCOL] = 2;
    for (size_t g = 0; g < PACE_GROUPS; g++) {
        say(out, pace_ask_write(&shop.reader, g, &values, out, sizeof out));
        assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), 0);
    }
    memset(&again, 0, sizeof again);
    for (size_t g = 0; g < PACE_GROUPS; g++) {
        say(out, pace_ask_group(&shop.reader, g, out, sizeof out));
        assert_int_equal(pace_take_group(&shop.reader, shop.reply, shop.length, g, &again), 0);
    }
    assert_memory_equal(&again, &values, sizeof again);
}

/* Raising alarm, protection and release together passes through states that contradict. */
static void a_group_is_written_in_the_order_that_goes_or_not_at_all(void **state)
{
    (void)state;
    static struct pace_values values;
    open_shop(RS485_PACE);
    memset(&values, 0, sizeof values);
    static const int32_t moves[] = {300, -600, 200};
    for (size_t i = 0; i < 3; i++) {
        say(out, pace_ask_group(&shop.reader, 0, out, sizeof out));
        assert_int_equal(pace_take_group(&shop.reader, shop.reply, shop.length, 0, &values), 0);
        for (int id = PARAM_CELL_OV_ALARM; id <= PARAM_CELL_OVP_RELEASE; id++) {
            values.value[id] += moves[i];
        }
        say(out, pace_ask_write(&shop.reader, 0, &values, out, sizeof out));
        assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), 0);
        assert_int_equal(shop.test.bms[0].param[PARAM_CELL_OV_PROTECT],
                         values.value[PARAM_CELL_OV_PROTECT]);
    }
    int32_t before[PARAM_COUNT];
    memcpy(before, shop.test.bms[0].param, sizeof before);
    values.value[PARAM_CELL_OV_ALARM] -= 50;
    values.value[PARAM_CELL_OVP_DELAY_TIME] = 25500; /* beyond its range */
    shop.test.bms[0].n_events = 0;
    say(out, pace_ask_write(&shop.reader, 0, &values, out, sizeof out));
    assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), PACE_REFUSED);
    assert_memory_equal(shop.test.bms[0].param, before, sizeof before);
    assert_int_equal(shop.test.bms[0].n_events, 0); /* nothing was stored and taken back */
    shop.test.locked = true;                        /* no password */
    values.value[PARAM_CELL_OVP_DELAY_TIME] = 1000;
    say(out, pace_ask_write(&shop.reader, 0, &values, out, sizeof out));
    assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), PACE_REFUSED);
    assert_memory_equal(shop.test.bms[0].param, before, sizeof before);
}

static void a_value_without_room_in_its_field_is_not_asked_for(void **state)
{
    (void)state;
    static struct pace_values values;
    memset(&values, 0, sizeof values);
    size_t group = 0;
    while (pace_groups[group].read != 0xE3) {
        group++;
    }
    assert_int_equal(pace_ask_write(&shop.reader, group, &values, out, sizeof out), 0);
    values.known[PARAM_DISCHARGE_OC_2_PROTECT] = true;
    values.known[PARAM_DISCHARGE_OC_2_DELAY_TIME] = true;
    values.value[PARAM_DISCHARGE_OC_2_PROTECT] = 300000; /* a byte of amperes */
    values.value[PARAM_DISCHARGE_OC_2_DELAY_TIME] = 100;
    assert_int_equal(pace_ask_write(&shop.reader, group, &values, out, sizeof out), 0);
    values.value[PARAM_DISCHARGE_OC_2_PROTECT] = 150000;
    assert_true(pace_ask_write(&shop.reader, group, &values, out, sizeof out) > 0);
}

/* Captures of the PC tool: what it wrote is what the reader writes, byte by byte. */
static void captured_pages_are_ours(void **state)
{
    (void)state;
    static const struct {
        int frame;
        enum parameter_id id;
        int32_t value;
    } cases[] = {
        {FRAME_PACE_SET_CELL_OV, PARAM_CELL_OV_PROTECT, 3700},
        {FRAME_PACE_PACK_OV, PARAM_PACK_OV_ALARM, 57600},
        {FRAME_PACE_PACK_OV, PARAM_PACK_OVP_RELEASE, 54000},
        {FRAME_PACE_CELL_UV, PARAM_CELL_UV_PROTECT, 2500},
        {FRAME_PACE_CELL_UV, PARAM_CELL_UVP_DELAY_TIME, 1000},
        {FRAME_PACE_SET_CELL_UV, PARAM_CELL_UVP_RELEASE, 2900},
        {FRAME_PACE_SET_PACK_UV, PARAM_PACK_UVP_RELEASE, 46400},
        {FRAME_PACE_CHARGE_OC, PARAM_CHARGE_OC_ALARM, 104000},
        {FRAME_PACE_DISCHARGE_OC, PARAM_DISCHARGE_OC_1_PROTECT, 110000},
        {FRAME_PACE_SET_DISCHARGE_OC, PARAM_DISCHARGE_OC_ALARM, 105000},
        {FRAME_PACE_SET_DISCHARGE_OC2, PARAM_DISCHARGE_OC_2_PROTECT, 150000},
        {FRAME_PACE_SET_DISCHARGE_OC2, PARAM_DISCHARGE_OC_2_DELAY_TIME, 100},
        {FRAME_PACE_SHORT_CIRCUIT, PARAM_SCP_DELAY_TIME, 300},
        {FRAME_PACE_BALANCE, PARAM_BALANCE_THRESHOLD, 3400},
        {FRAME_PACE_SET_BALANCE, PARAM_BALANCE_DELTA_CELL, 30},
        {FRAME_PACE_SET_SLEEP, PARAM_SLEEP_CELL_VOLTAGE, 3100},
        {FRAME_PACE_FULL, PARAM_PACK_FULL_CHARGE_CURRENT, 2000},
        {FRAME_PACE_FULL, PARAM_SOC_LOW_ALARM, 500},
        {FRAME_PACE_OVER_TEMPERATURE, PARAM_CHARGE_OT_ALARM, 510},
        {FRAME_PACE_SET_OVER_TEMPERATURE, PARAM_DISCHARGE_OT_PROTECT, 600},
        {FRAME_PACE_SET_UNDER_TEMPERATURE, PARAM_CHARGE_UT_PROTECT, -50},
        {FRAME_PACE_SET_UNDER_TEMPERATURE, PARAM_DISCHARGE_UT_PROTECT, -200},
        {FRAME_PACE_MOS, PARAM_MOS_OT_ALARM, 900},
        {FRAME_PACE_ENVIRONMENT, PARAM_ENV_UT_PROTECT, -250},
        {FRAME_PACE_SET_ENVIRONMENT, PARAM_ENV_OT_PROTECT, 700},
        {FRAME_PACE_SET_LIMITER, PARAM_CHARGE_LIMITER_START_CURRENT, 100000},
        {FRAME_PACE_SET_PROTOCOLS, PARAM_CAN_PROTOCOL, 0x13},
        {FRAME_PACE_SET_PROTOCOLS, PARAM_RS485_PROTOCOL, 0x14},
    };
    for (size_t i = 0; i < N_FRAMES(cases); i++) {
        static struct ascii_frame frame;
        const struct known_frame *known = &pace_frames[cases[i].frame];
        bool writes = known->way == '>';
        bool found = false;
        int32_t values[PACE_FIELDS];
        uint8_t info[64];
        size_t n = frame_bytes(known->text, out);
        assert_int_equal(ascii_frame_decode(out, n, &frame), 0);
        for (size_t g = 0; g < PACE_GROUPS && !found; g++) {
            const struct pace_group *group = &pace_groups[g];
            for (size_t k = 0; k < PACE_FIELDS; k++) {
                bool ours = group->field[k].kind > FIELD_BYTE &&
                            group->field[k].parameter == cases[i].id &&
                            (!writes || group->write == frame.cid2);
                if (ours) {
                    assert_int_equal(pace_group_decode(group, frame.info, frame.length, values), 0);
                    assert_int_equal(values[k], cases[i].value);
                    assert_int_equal(pace_group_encode(group, values, writes, info), frame.length);
                    assert_memory_equal(info, frame.info, frame.length);
                    found = true;
                }
            }
        }
        assert_true(found);
    }
}

static void assert_clock(const struct desk_clock *clock, int64_t want)
{
    int64_t digits = clock->year;
    digits = digits * 100 + clock->month;
    digits = digits * 100 + clock->day;
    digits = digits * 100 + clock->hour;
    digits = digits * 100 + clock->minute;
    digits = digits * 100 + clock->second;
    assert_int_equal(digits, want);
}

static void clock_memory_names_and_count_go_both_ways(void **state)
{
    (void)state;
    open_shop(RS485_PACE);
    struct desk_clock clock;
    say(out, pace_ask(&shop.reader, PACE_GET_CLOCK, out, sizeof out));
    assert_int_equal(pace_take_clock(&shop.reader, shop.reply, shop.length, &clock), 0);
    assert_clock(&clock, 20260601123000);
    clock = (struct desk_clock){2027, 2, 28, 23, 59, 58};
    say(out, pace_ask_set_clock(&shop.reader, &clock, out, sizeof out));
    assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), 0);
    assert_clock(&shop.test.clock, 20270228235958);
    clock.month = 13;
    assert_int_equal(pace_ask_set_clock(&shop.reader, &clock, out, sizeof out), 0);
    struct pace_record record;
    for (uint16_t index = 0; index < 4; index++) {
        say(out, pace_ask_record(&shop.reader, index, out, sizeof out));
        int result = pace_take_record(&shop.reader, shop.reply, shop.length, &record);
        assert_int_equal(result, index < 3 ? 0 : PACE_NO_MORE);
        assert_int_equal(record.at.second, index < 3 ? index : 2);
        assert_memory_equal(record.pack.cell_mv, shop.test.recorded.cell_mv, 32);
        assert_int_equal(record.pack.mos_c10, shop.test.recorded.mos_c10);
    }
    char text[2][BANK_TEXT];
    uint8_t packs = 0;
    say(out, pace_ask(&shop.reader, PACE_GET_NAMES, out, sizeof out));
    assert_int_equal(pace_take_names(&shop.reader, shop.reply, shop.length, text[0], text[1]), 0);
    assert_string_equal(text[0], shop.bank.pack[0].serial);
    assert_string_equal(text[1], shop.bank.pack[0].model);
    say(out, pace_ask(&shop.reader, PACE_GET_VERSION, out, sizeof out));
    assert_int_equal(pace_take_version(&shop.reader, shop.reply, shop.length, text[0]), 0);
    assert_string_equal(text[0], shop.bank.pack[0].version);
    say(out, pace_ask(&shop.reader, PACE_GET_PACKS, out, sizeof out));
    assert_int_equal(pace_take_count(&shop.reader, shop.reply, shop.length, &packs), 0);
    assert_int_equal(packs, 2);
    struct pack_view capacity = {.heard = 0};
    say(out, pace_ask(&shop.reader, PACE_GET_CAPACITY, out, sizeof out));
    assert_int_equal(pace_take_capacity(&shop.reader, shop.reply, shop.length, &capacity), 0);
    assert_int_equal(capacity.full_mah, shop.bank.pack[0].full_mah / 10 * 10);
}

static void captured_memory_clock_and_switches_are_read(void **state)
{
    (void)state;
    struct pace_record record;
    struct desk_clock clock;
    uint8_t control = 0xFF;
    char text[2][BANK_TEXT];
    size_t n = frame_bytes(pace_frames[FRAME_PACE_RECORD].text, out);
    assert_int_equal(pace_take_record(&shop.reader, out, n, &record), 0);
    assert_clock(&record.at, 20240229020056);
    assert_int_equal(record.pack.current_ma, -1460);
    assert_int_equal(record.pack.voltage_mv, 55767);
    assert_int_equal(record.pack.remaining_mah, 103460);
    assert_int_equal(record.pack.cell_mv[10], 3456);
    assert_int_equal(record.flags[5], 0x06);
    n = frame_bytes(pace_frames[FRAME_PACE_CLOCK].text, out);
    assert_int_equal(pace_take_clock(&shop.reader, out, n, &clock), 0);
    assert_clock(&clock, 20240821052931);
    static const struct {
        int frame, result;
        uint8_t control;
    } switches[] = {
        {FRAME_PACE_BUZZER_OFF, 0, 0},
        {FRAME_PACE_LIMITER_OFF, 0, CONTROL_LED | CONTROL_CHARGE_OFF},
        {FRAME_PACE_LIMITER_ON, 0, CONTROL_LED | CONTROL_LIMITER | CONTROL_CHARGE_OFF},
        {FRAME_PACE_HIGH_GEAR, 0, CONTROL_LED | CONTROL_LIMITER},
        {FRAME_PACE_CHARGE_OFF, 0, CONTROL_LED | CONTROL_CHARGE_OFF | CONTROL_DISCHARGE_OFF},
        {FRAME_PACE_DISCHARGE_OFF, 0, CONTROL_DISCHARGE_OFF},
        {FRAME_PACE_DISCHARGE_ON_REFUSED, PACE_REFUSED, CONTROL_DISCHARGE_OFF},
    };
    for (size_t i = 0; i < N_FRAMES(switches); i++) {
        n = frame_bytes(pace_frames[switches[i].frame].text, out);
        assert_int_equal(pace_take_switch(&shop.reader, out, n, &control), switches[i].result);
        assert_int_equal(control, switches[i].control);
    }
    n = frame_bytes(pace_frames[FRAME_PACE_VERSION].text, out);
    assert_int_equal(pace_take_version(&shop.reader, out, n, text[0]), 0);
    assert_string_equal(text[0], "P16S100A-1812-1.00");
    n = frame_bytes(pace_frames[FRAME_PACE_NAMES].text, out);
    assert_int_equal(pace_take_names(&shop.reader, out, n, text[0], text[1]), 0);
    assert_string_equal(text[0], "1812101380309D");
    assert_string_equal(text[1], "");
}

static void switches_move_and_tell_how_they_stand(void **state)
{
    (void)state;
    static const struct {
        enum pace_switch which;
        uint8_t bit;
        bool inverted;
    } rows[] = {{PACE_SWITCH_BUZZER, CONTROL_BUZZER, false},
                {PACE_SWITCH_LED_ALARM, CONTROL_LED, false},
                {PACE_SWITCH_LIMITER, CONTROL_LIMITER, false},
                {PACE_SWITCH_LOW_GEAR, CONTROL_LOW_GEAR, false},
                {PACE_SWITCH_CHARGE_MOS, CONTROL_CHARGE_OFF, true},
                {PACE_SWITCH_DISCHARGE_MOS, CONTROL_DISCHARGE_OFF, true}};
    open_shop(RS485_PACE);
    uint8_t control;
    for (size_t i = 0; i < N_FRAMES(rows); i++) {
        for (int on = 0; on < 2; on++) {
            say(out, pace_ask_switch(&shop.reader, rows[i].which, on == 1, out, sizeof out));
            assert_int_equal(pace_take_switch(&shop.reader, shop.reply, shop.length, &control), 0);
            assert_int_equal((control & rows[i].bit) != 0, (on == 1) != rows[i].inverted);
        }
    }
    say(out, pace_ask_switch(&shop.reader, PACE_SWITCH_CHARGE_MOS, false, out, sizeof out));
    say(out, pace_ask_switch(&shop.reader, PACE_SWITCH_DISCHARGE_MOS, false, out, sizeof out));
    assert_int_equal(pace_take_switch(&shop.reader, shop.reply, shop.length, &control),
                     PACE_REFUSED); /* one must stay on */
    say(out, pace_ask_shut_down(&shop.reader, out, sizeof out));
    assert_int_equal(pace_take_done(&shop.reader, shop.reply, shop.length), 0);
    assert_true(shop.test.shut[0]);
}

static void a_pc_reads_all_packs_through_the_host(void **state)
{
    (void)state;
    static struct battery_bank seen;
    open_shop(RS485_PACE);
    shop.server.any_address = true; /* RS232 */
    pace_reader_init(&shop.reader, 0);
    memset(&seen, 0, sizeof seen);
    say(out, pace_ask_pack(&shop.reader, PACE_GET_ANALOG, PACE_ALL_PACKS, out, sizeof out));
    assert_int_equal(pace_take_packs(&shop.reader, shop.reply, shop.length, true, &seen), 0);
    say(out, pace_ask_pack(&shop.reader, PACE_GET_STATUS, PACE_ALL_PACKS, out, sizeof out));
    assert_int_equal(pace_take_packs(&shop.reader, shop.reply, shop.length, false, &seen), 0);
    assert_int_equal(seen.n_packs, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(seen.pack[i].voltage_mv, shop.bank.pack[i].voltage_mv);
        assert_int_equal(seen.pack[i].balance, shop.bank.pack[i].balance);
    }
    say(out, pace_ask_pack(&shop.reader, PACE_GET_ANALOG, 2, out, sizeof out));
    assert_int_equal(pace_take_packs(&shop.reader, shop.reply, shop.length, true, &seen), 0);
    assert_int_equal(seen.pack[0].voltage_mv, shop.bank.pack[1].voltage_mv);
    say(out, pace_ask_pack(&shop.reader, PACE_GET_ANALOG, 9, out, sizeof out));
    assert_int_equal(pace_take_packs(&shop.reader, shop.reply, shop.length, true, &seen),
                     PACE_REFUSED);
    pace_reader_init(&shop.reader, 9);
    shop.server.any_address = false; /* RS485: somebody else's */
    assert_int_equal(say(out, pace_ask(&shop.reader, PACE_GET_PACKS, out, sizeof out)), 0);
}

static int pylon_order(uint8_t command, const uint8_t *info, uint16_t length)
{
    static struct ascii_frame frame;
    frame = (struct ascii_frame){.version = PYLON_VERSION,
                                 .address = 2,
                                 .cid1 = PYLON_CID1,
                                 .cid2 = command,
                                 .length = length};
    memcpy(frame.info, info, length);
    int n = ascii_frame_encode(&frame, out, sizeof out);
    assert_true(n > 0);
    say(out, (size_t)n);
    assert_int_equal(ascii_frame_decode(shop.reply, shop.length, &frame), 0);
    return frame.cid2;
}

static void a_pylon_master_lends_limits_and_turns_off(void **state)
{
    (void)state;
    static const uint8_t limits[] = {2, 0xD0, 0x02, 0xB7, 0x98, 0x00, 0xFA, 0xFF, 0x06};
    open_shop(RS485_PYLON);
    assert_int_equal(pylon_order(PYLON_LEND_LIMITS, limits, 9), PYLON_OK);
    assert_int_equal(shop.test.lent.charge_mv, 53250);
    assert_int_equal(shop.test.lent.discharge_mv, 47000);
    assert_int_equal(shop.test.lent.charge_limit_ma, 25000);
    assert_int_equal(shop.test.lent.discharge_limit_ma, 25000);
    assert_int_equal(pylon_order(PYLON_LEND_LIMITS, limits, 8), PYLON_BAD_FORMAT);
    assert_int_equal(shop.test.n_lent, 1);
    assert_int_equal(pylon_order(PYLON_TURN_OFF, limits, 1), PYLON_OK);
    assert_true(shop.test.shut[0]);
    shop.test.locked = true;
    assert_int_equal(pylon_order(PYLON_LEND_LIMITS, limits, 9), PYLON_BAD_DATA);
    assert_int_equal(pylon_order(PYLON_TURN_OFF, limits, 1), PYLON_BAD_DATA);
    static const uint8_t other[] = {3};
    assert_int_equal(pylon_order(PYLON_GET_ANALOG, other, 1), PYLON_BAD_DATA);
    assert_int_equal(pylon_order(0x45, other, 0), PYLON_BAD_COMMAND);
    assert_int_equal(pylon_order(PYLON_GET_PARAMETERS, other, 0), PYLON_OK);
}

static int modbus_code(void) { return (shop.reply[1] & MODBUS_REFUSED) != 0 ? shop.reply[2] : 0; }

static void pace_registers_are_written_or_refused_with_their_code(void **state)
{
    (void)state;
    open_shop(RS485_PACE_MODBUS);
    int32_t *param = shop.test.bms[0].param;
    say(out, modbus_ask(out, 1, MODBUS_READ, 60, 55));
    assert_int_equal(modbus_reply_to(shop.reply, shop.length, 1, MODBUS_READ, 55), shop.length);
    assert_int_equal(be16(shop.reply + 3), 58400);          /* pack OV alarm */
    assert_int_equal(be16(shop.reply + 3 + 2 * 3), 10);     /* 1000 ms */
    assert_int_equal(be16s(shop.reply + 3 + 2 * 34), -100); /* 94: discharge UT protect */
    assert_int_equal(be16(shop.reply + 3 + 2 * 51), 12);    /* 300 us */
    static const uint16_t levels[] = {3600, 3660, 3450, 20};
    say(out, modbus_write(out, 1, 64, levels, 4));
    assert_int_equal(modbus_code(), 0);
    assert_int_equal(shop.length, 8);
    assert_int_equal(param[PARAM_CELL_OV_ALARM], 3600);
    assert_int_equal(param[PARAM_CELL_OVP_DELAY_TIME], 2000);
    static const uint16_t wrong[] = {3600, 3550, 3450, 20}; /* alarm above protection */
    say(out, modbus_write(out, 1, 64, wrong, 4));
    assert_int_equal(modbus_code(), MODBUS_NO_VALUE);
    assert_int_equal(param[PARAM_CELL_OV_PROTECT], 3660);
    say(out, modbus_write(out, 1, 113, levels, 1)); /* not here */
    assert_int_equal(modbus_code(), MODBUS_NO_ADDRESS);
    say(out, modbus_write(out, 1, 0, levels, 1)); /* measured */
    assert_int_equal(modbus_code(), MODBUS_NO_ADDRESS);
    say(out, modbus_ask(out, 1, MODBUS_READ_INPUT, 0, 1));
    assert_int_equal(modbus_code(), MODBUS_NO_FUNCTION);
    say(out, modbus_ask(out, 1, MODBUS_READ, 30, 40)); /* across a gap */
    assert_int_equal(modbus_code(), MODBUS_NO_ADDRESS);
    shop.test.locked = true;
    say(out, modbus_write(out, 1, 64, levels, 4));
    assert_int_equal(modbus_code(), MODBUS_NO_VALUE);
}

static int jbd_order(bool write, uint8_t reg, uint16_t word)
{
    uint8_t data[2];
    put_be16(data, word);
    say(out, jbd_request(out, write, reg, data, write ? 2 : 0));
    assert_int_equal(jbd_reply_length(shop.reply, shop.length), shop.length);
    assert_int_equal(shop.reply[1], reg);
    if (shop.reply[2] != 0) {
        return -1;
    }
    return shop.reply[3] == 2 ? be16(shop.reply + 4) : 0;
}

static void jbd_parameters_are_open_in_factory_mode_alone(void **state)
{
    (void)state;
    open_shop(RS485_JBD);
    int32_t *param = shop.test.bms[0].param;
    assert_int_equal(jbd_order(false, 0x24, 0), -1);
    assert_int_equal(jbd_order(true, JBD_FACTORY, 0x1234), -1);
    assert_int_equal(jbd_order(true, JBD_FACTORY, 0x5678), 0);
    assert_int_equal(jbd_order(false, 0x24, 0), 3700);
    assert_int_equal(jbd_order(false, 0x18, 0), 600 + 2731); /* trap 4 */
    assert_int_equal(jbd_order(false, 0x29, 0), (uint16_t)-11000);
    assert_int_equal(jbd_order(true, 0x24, 3680), 0);
    assert_int_equal(param[PARAM_CELL_OV_PROTECT], 3680);
    assert_int_equal(jbd_order(true, 0x24, 9000), -1);
    assert_int_equal(jbd_order(true, 0x2C, 1), -1); /* no parameter of ours */
    assert_int_equal(jbd_order(true, JBD_FACTORY_END, 0), 0);
    assert_int_equal(jbd_order(false, 0x24, 0), -1);
    assert_int_equal(jbd_order(true, JBD_FACTORY, 0x5678), 0);
    shop.now_ms += 61000; /* forgotten open */
    assert_int_equal(jbd_order(false, 0x24, 0), -1);
}

/* Trap: what E1 switches off is inverted against what 03 shows as on. */
static void jbd_switches_both_mos_or_none(void **state)
{
    (void)state;
    open_shop(RS485_JBD);
    int32_t *param = shop.test.bms[0].param;
    assert_int_equal(jbd_order(true, JBD_MOS, 2), 0);
    assert_int_equal(param[PARAM_CHG_CIRCUIT], 1);
    assert_int_equal(param[PARAM_DISCHG_CIRCUIT], 0);
    shop.bank.pack[0].charge_mos = true;
    assert_int_equal(jbd_order(true, JBD_MOS, 3), -1); /* one must stay on */
    assert_int_equal(param[PARAM_CHG_CIRCUIT], 1);
    assert_int_equal(jbd_order(true, JBD_MOS, 0), 0);
    assert_int_equal(param[PARAM_DISCHG_CIRCUIT], 1);
    say(out, jbd_request(out, false, JBD_COUNTS, NULL, 0));
    assert_int_equal(shop.reply[3], 22);
    assert_int_equal(be16(shop.reply + 4 + 2 * COUNT_PACK_UV), 100 + COUNT_PACK_UV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_of_the_pc_tool_is_read_and_written),
        cmocka_unit_test(a_group_is_written_in_the_order_that_goes_or_not_at_all),
        cmocka_unit_test(a_value_without_room_in_its_field_is_not_asked_for),
        cmocka_unit_test(captured_pages_are_ours),
        cmocka_unit_test(clock_memory_names_and_count_go_both_ways),
        cmocka_unit_test(captured_memory_clock_and_switches_are_read),
        cmocka_unit_test(switches_move_and_tell_how_they_stand),
        cmocka_unit_test(a_pc_reads_all_packs_through_the_host),
        cmocka_unit_test(a_pylon_master_lends_limits_and_turns_off),
        cmocka_unit_test(pace_registers_are_written_or_refused_with_their_code),
        cmocka_unit_test(jbd_parameters_are_open_in_factory_mode_alone),
        cmocka_unit_test(jbd_switches_both_mos_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
