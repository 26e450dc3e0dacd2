/* SPDX-License-Identifier: Apache-2.0 */
/* The SRNE register map: the document's own frames, every register, every refusal, and a reader
   against the inverter's end. */
#include "hostlink_test.h"

#include "core/proto/ascii_frame.h"
#include "core/proto/srne.h"

static struct link_bench bench;

static void begin(void) { link_bench_init(&bench, HOSTLINK_SRNE, "offgrid_6000"); }

static uint8_t frame[HOSTLINK_FRAME_MAX];

/* Reads registers; the exception, 0 when they came. */
static uint8_t read_registers(uint8_t unit, uint16_t start, uint16_t count, uint16_t *registers)
{
    size_t n = bench_give(&bench, frame, modbus_ask(frame, unit, MODBUS_READ, start, count));
    assert_true(n > 0 && modbus_crc_ok(bench.reply, n));
    assert_int_equal(bench.reply[0], srne_address(&bench.view));
    if (bench.reply[1] == (MODBUS_READ | MODBUS_REFUSED)) {
        assert_int_equal(n, 5);
        return bench.reply[2];
    }
    assert_int_equal(bench.reply[1], MODBUS_READ);
    assert_int_equal(bench.reply[2], 2 * count);
    assert_int_equal(n, 5 + 2 * count);
    for (uint16_t i = 0; i < count; i++) {
        registers[i] = be16(bench.reply + 3 + 2 * i);
    }
    return 0;
}

static uint16_t read_one(uint16_t address)
{
    uint16_t content = 0;
    uint8_t refused = read_registers(1, address, 1, &content);
    if (refused != 0) {
        fail_msg("0x%04X: exception %u", address, refused);
    }
    return content;
}

static uint8_t exception_of(size_t n, uint8_t function)
{
    assert_true(n > 0 && modbus_crc_ok(bench.reply, n));
    if (bench.reply[1] == (function | MODBUS_REFUSED)) {
        assert_int_equal(n, 5);
        return bench.reply[2];
    }
    assert_int_equal(bench.reply[1], function);
    assert_int_equal(n, 8);
    return 0;
}

static uint8_t write_one(uint16_t address, uint16_t content)
{
    size_t n = modbus_ask(frame, 1, MODBUS_WRITE_ONE, address, content);
    size_t length = bench_give(&bench, frame, n);
    uint8_t refused = exception_of(length, MODBUS_WRITE_ONE);
    if (refused == 0) {
        assert_memory_equal(bench.reply, frame, n); /* the confirmation is the request */
    }
    return refused;
}

static uint8_t write_several(uint16_t start, const uint16_t *registers, uint16_t count)
{
    size_t n = bench_give(&bench, frame, modbus_write(frame, 1, start, registers, count));
    return exception_of(n, MODBUS_WRITE);
}

/* 3.1 of the document. */
static void the_documents_request_is_ours(void **state)
{
    (void)state;
    static const uint8_t known[] = {0x01, 0x03, 0x02, 0x00, 0x00, 0x20, 0x45, 0xAA};
    begin();
    assert_int_equal(modbus_ask(frame, 1, MODBUS_READ, 0x0200, 0x20), sizeof known);
    assert_memory_equal(frame, known, sizeof known);
    assert_int_equal(bench_give(&bench, known, sizeof known), 5 + 64);
}

static void rows_are_in_order_and_within_the_areas(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < srne_row_count; i++) {
        const struct srne_row *row = &srne_rows[i];
        assert_true(i == 0 || row->address >= srne_rows[i - 1].address + srne_rows[i - 1].words);
        for (uint16_t k = 0; k < row->words; k++) {
            assert_true(srne_is_there((uint16_t)(row->address + k)));
            assert_ptr_equal(srne_row_at((uint16_t)(row->address + k)), row);
        }
        if (row->from == SRNE_SET) {
            assert_non_null(inverter_setting(&bench.inverter, (enum setting_id)row->id));
            assert_ptr_equal(srne_row_of((enum setting_id)row->id), row);
        }
    }
}

static void measured_values_have_the_documents_scales(void **state)
{
    (void)state;
    static const struct {
        uint16_t address, content;
    } rows[] = {
        {0x000B, 4},
        {0x0014, 100},
        {0x001A, 1},
        {0x001B, 60},
        {0x0100, 100},
        {0x0101, 523},
        {0x0102, 0xFF84 /* -12.4 A */},
        {0x0103, 233},
        {0x0107, 3215},
        {0x0108, 34},
        {0x0109, 1093},
        {0x010A, 1093},
        {0x010E, 649},
        {0x0210, 4},
        {0x0212, 4210},
        {0x0213, 2312},
        {0x0214, 39},
        {0x0215, 4998},
        {0x0216, 2312},
        {0x0217, 0},
        {0x0218, 4998},
        {0x0219, 57},
        {0x021B, 1230},
        {0x021C, 1310},
        {0x021E, 34},
        {0x021F, 22},
        {0x0220, 414},
        {0x0224, 90},
        {0x023A, 0xFC7C /* -900 */},
        {0x0104, 0},
        {0x0240, 1230},
        {0xE001, 1200},
        {0xE003, 48},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t content = read_one(rows[i].address);
        if (content != rows[i].content) {
            fail_msg("0x%04X: %u instead of %u", rows[i].address, content, rows[i].content);
        }
    }
}

static void settings_have_the_documents_scales(void **state)
{
    (void)state;
    static const struct {
        uint16_t address, content;
    } rows[] = {
        {0xE004, 3},   {0xE005, 150}, {0xE008, 142}, {0xE009, 138},  {0xE00A, 130},  {0xE00B, 130},
        {0xE00C, 110}, {0xE00D, 100}, {0xE00E, 105}, {0xE00F, 20},   {0xE010, 5},    {0xE012, 120},
        {0xE01B, 115}, {0xE022, 135}, {0xE01D, 100}, {0xE01F, 50},   {0xE020, 90},   {0xE200, 1},
        {0xE201, 0},   {0xE204, 1},   {0xE205, 600}, {0xE208, 2300}, {0xE209, 5000}, {0xE20A, 200},
        {0xE20B, 1},   {0xE20C, 0},   {0xE20D, 1},   {0xE20F, 2},    {0xE210, 1},    {0xE212, 1},
        {0xE215, 0},   {0xE21B, 7},   {0xE42C, 40},  {0xDF00, 1},    {0xE037, 0},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t content = read_one(rows[i].address);
        if (content != rows[i].content) {
            fail_msg("0x%04X: %u instead of %u", rows[i].address, content, rows[i].content);
        }
    }
}

/* Low word first. */
static void totals_take_two_registers(void **state)
{
    (void)state;
    uint16_t words[2];
    begin();
    assert_int_equal(read_registers(1, 0xF038, 2, words), 0);
    int64_t tenths = (int64_t)words[1] << 16 | words[0];
    assert_int_equal(tenths, bench.view.live[LIVE_PV_TOTAL] / 100);
    assert_true(words[1] > 0);
    assert_int_equal(read_one(0xF039), words[1]);
    assert_int_equal(read_one(0xF02F), (uint16_t)65535 < bench.view.live[LIVE_PV_TODAY] / 100
                                           ? 65535
                                           : bench.view.live[LIVE_PV_TODAY] / 100);
}

static void texts_clock_faults_and_records(void **state)
{
    (void)state;
    uint16_t words[32];
    begin();
    assert_int_equal(read_registers(1, 0x0035, 20, words), 0);
    assert_int_equal(words[0], '9');
    assert_int_equal(words[13], '1');
    assert_int_equal(words[14], 0);
    assert_int_equal(read_registers(1, 0x020C, 3, words), 0);
    assert_int_equal(words[0], 26 << 8 | 6);
    assert_int_equal(words[1], 1 << 8 | 12);
    assert_int_equal(words[2], 34 << 8 | 56);
    bench.inverter.active = (uint64_t)1 << FAULT_F_OVERLOAD | (uint64_t)1 << FAULT_A_BATTERY_LOW |
                            (uint64_t)1 << FAULT_A_GRID_GONE | (uint64_t)1 << FAULT_A_GRID_VOLTAGE;
    assert_int_equal(read_registers(1, 0x0200, 8, words), 0);
    assert_int_equal(words[0], 1U << 13 | 1U << 11 | 1U << 0);
    assert_int_equal(words[4], 14);
    assert_int_equal(words[5], 12);
    assert_int_equal(words[6], 1);
    assert_int_equal(words[7], 0);
    assert_int_equal(read_registers(1, 0xF800, 32, words), 0);
    assert_int_equal(words[0], 14);
    assert_int_equal(words[1], 26 << 8 | 6);
    assert_int_equal(read_one(0xF800 + 16 * LINK_RECORDS), 0);
}

static void addresses_are_heard_as_the_document_says(void **state)
{
    (void)state;
    uint16_t content;
    begin();
    assert_int_equal(read_registers(SRNE_ANYBODY, 0x0100, 1, &content), 0); /* by its real one */
    assert_int_equal(bench_give(&bench, frame, modbus_ask(frame, 2, MODBUS_READ, 0x100, 1)), 0);
    /* all hear 0, nobody answers */
    assert_int_equal(bench_give(&bench, frame, modbus_ask(frame, 0, MODBUS_WRITE_ONE, 0xE204, 2)),
                     0);
    assert_int_equal(bench.inverter.set[SET_SUPPLY_MODE], 2);
    /* a new address holds from the answer on */
    assert_int_equal(write_one(0xE200, 10), SRNE_NO_VALUE);
    size_t n = bench_give(&bench, frame, modbus_ask(frame, 1, MODBUS_WRITE_ONE, 0xE200, 7));
    assert_int_equal(exception_of(n, MODBUS_WRITE_ONE), 0);
    assert_int_equal(bench_give(&bench, frame, modbus_ask(frame, 1, MODBUS_READ, 0x100, 1)), 0);
    assert_int_equal(read_registers(7, 0xE200, 1, &content), 0);
    assert_int_equal(content, 7);
}

static void requests_are_refused_with_the_right_code(void **state)
{
    (void)state;
    uint16_t words[33] = {0};
    begin();
    for (unsigned function = 1; function < 0x80; function++) {
        if (function != 3 && function != 6 && function != 0x10) {
            size_t n = modbus_ask(frame, 1, (uint8_t)function, 0x0100, 1);
            assert_int_equal(exception_of(bench_give(&bench, frame, n), (uint8_t)function),
                             SRNE_NO_FUNCTION);
        }
    }
    uint8_t report[] = {1, 0x11, 0, 0}; /* one of another length */
    assert_int_equal(exception_of(bench_give(&bench, report, modbus_seal(report, 2)), 0x11),
                     SRNE_NO_FUNCTION);
    assert_int_equal(read_registers(1, 0x0100, 33, words), SRNE_LENGTH);
    assert_int_equal(read_registers(1, 0x0100, 0, words), SRNE_NO_VALUE);
    assert_int_equal(read_registers(1, 0x0110, 3, words), SRNE_NO_ADDRESS);
    assert_int_equal(read_registers(1, 0x0300, 1, words), SRNE_NO_ADDRESS);
    assert_int_equal(read_registers(1, 0xFFFF, 2, words), SRNE_NO_ADDRESS);
    assert_int_equal(read_registers(1, 0x0009, 2, words), SRNE_NO_ADDRESS);
    assert_int_equal(write_several(0xE026, words, 33), SRNE_LENGTH);
    assert_int_equal(write_one(0x0100, 1), SRNE_READ_ONLY);
    assert_int_equal(write_one(0x020F, 1), SRNE_NO_ADDRESS); /* reserved */
    assert_int_equal(write_one(0xE006, 144), SRNE_NO_ADDRESS);
    assert_int_equal(write_one(0x4000, 1), SRNE_NO_ADDRESS);
    assert_int_equal(write_one(0xF800, 0), SRNE_READ_ONLY);
    assert_int_equal(write_one(0xE204, 3), SRNE_NO_VALUE);
    assert_int_equal(write_one(0xE20F, 1), SRNE_NO_VALUE); /* mains first: none of its */
    assert_int_equal(write_one(0xE20A, 1210), SRNE_NO_VALUE);
    assert_int_equal(write_one(0xE20A, 205), SRNE_NO_VALUE); /* 20.5 A: whole ones only */
    assert_int_equal(write_one(0xE209, 5500), SRNE_NO_VALUE);
    assert_int_equal(write_one(0xE01B, 135), SRNE_NO_VALUE); /* [5] below [6] */
    assert_int_equal(write_one(0xE008, 144), SRNE_FAILED);   /* gel has fixed figures */
    assert_int_equal(write_one(0xE201, 1), SRNE_RUNNING);
    assert_int_equal(write_one(0xE203, 1234), SRNE_OK);
    link_bench_init(&bench, HOSTLINK_SRNE, "offgrid_3000");
    assert_int_equal(write_one(0xDF00, 0), SRNE_OK);
    assert_int_equal(write_one(0xE201, 1), SRNE_FAILED); /* this model stands alone */
}

static void frames_of_a_wrong_length_are_told_so(void **state)
{
    (void)state;
    begin();
    uint8_t longer[12] = {1, 3, 1, 0, 0, 1, 9, 9};
    size_t n = modbus_seal(longer, 8);
    assert_int_equal(exception_of(bench_give(&bench, longer, n), 3), SRNE_FRAME);
    uint8_t shorter[8] = {1, 3, 1, 0};
    n = modbus_seal(shorter, 4);
    assert_int_equal(bench_give(&bench, shorter, n), 0);
    assert_int_equal(exception_of(bench_quiet(&bench, 200), 3), SRNE_FRAME);
    uint8_t counts[16] = {1, 0x10, 0xE2, 0x04, 0, 2, 2, 0, 1}; /* two registers in two bytes */
    n = modbus_seal(counts, 9);
    assert_int_equal(exception_of(bench_give(&bench, counts, n), 0x10), SRNE_FRAME);
}

static void broken_frames_get_silence_and_do_nothing(void **state)
{
    (void)state;
    uint8_t broken[16];
    begin();
    struct inverter before = bench.inverter;
    size_t n = modbus_ask(frame, 1, MODBUS_WRITE_ONE, 0xE204, 2);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        memcpy(broken, frame, n);
        broken[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(bench_give(&bench, broken, n), 0);
        assert_int_equal(bench_quiet(&bench, 200), 0);
    }
    for (size_t cut = 1; cut < n; cut++) {
        assert_int_equal(bench_give(&bench, frame, cut), 0);
        assert_int_equal(bench_quiet(&bench, 200), 0);
        assert_int_equal(bench_give(&bench, frame + cut, n - cut), 0);
        assert_int_equal(bench_quiet(&bench, 200), 0);
    }
    assert_memory_equal(bench.inverter.set, before.set, sizeof before.set);
    assert_int_equal(bench.writes, 0);
}

static void frames_are_found_in_any_pieces(void **state)
{
    (void)state;
    begin();
    size_t n = modbus_ask(frame, 1, MODBUS_READ, 0x0100, 2);
    for (size_t i = 0; i + 1 < n; i++) { /* a converter that dribbles */
        assert_int_equal(bench_give(&bench, frame + i, 1), 0);
        bench.now_ms += 60;
    }
    assert_int_equal(bench_give(&bench, frame + n - 1, 1), 9);
    /* two in one read, the second after garbage */
    uint8_t both[64];
    memcpy(both, frame, n);
    memcpy(both + n, "\xAA\x55\x01", 3);
    size_t all = n + 3 + modbus_ask(both + n + 3, 1, MODBUS_READ, 0x0100, 3);
    assert_int_equal(bench_give(&bench, both, all), 11);
    assert_int_equal(bench.server.replies, 3);
    /* half of a long write, a pause, a whole question */
    assert_int_equal(bench_give(&bench, (const uint8_t *)"\x01\x10\xE2\x04\x00\x02\x04\x00", 8), 0);
    assert_int_equal(bench_quiet(&bench, 200), 0);
    assert_int_equal(bench_give(&bench, frame, n), 9);
    /* another unit's question and answer on the same line */
    n = modbus_ask(frame, 2, MODBUS_READ, 0x0100, 2);
    const uint16_t theirs[2] = {0x0103, 0x0100};
    n += modbus_answer(frame + n, 2, MODBUS_READ, theirs, 2);
    n += modbus_ask(frame + n, 1, MODBUS_READ, 0x0100, 4);
    assert_int_equal(bench_give(&bench, frame, n), 13);
}

static void writes_of_several_are_all_or_none(void **state)
{
    (void)state;
    begin();
    const uint16_t priority[2] = {2, 300};
    assert_int_equal(write_several(0xE204, priority, 2), 0);
    assert_int_equal(bench.inverter.set[SET_SUPPLY_MODE], 2);
    assert_int_equal(bench.inverter.set[SET_GRID_CHARGE_CURRENT_MAX], 30000);
    const uint16_t half[2] = {1, 1230};
    assert_int_equal(write_several(0xE204, half, 2), SRNE_NO_VALUE);
    assert_int_equal(bench.inverter.set[SET_SUPPLY_MODE], 2);
    const uint16_t gap[3] = {1, 1, 1}; /* E207 is none of ours */
    assert_int_equal(write_several(0xE205, gap, 3), SRNE_NO_ADDRESS);
    /* two that depend on each other, in the order that is not possible one by one */
    const uint16_t soc[2] = {90, 100};
    assert_int_equal(write_one(0xE01F, 90), SRNE_NO_VALUE);
    assert_int_equal(write_several(0xE01F, soc, 2), 0);
    assert_int_equal(bench.inverter.set[SET_ON_GRID_CUTOFF_SOC], 90);
    /* a battery type, then figures it would overwrite */
    const uint16_t type[2] = {0, 148};
    assert_int_equal(write_several(0xE004, type, 2), 0);
    assert_int_equal(bench.inverter.set[SET_BATTERY_TYPE], 0);
    assert_int_equal(bench.inverter.set[SET_BATTERY_HIGH_V], 59000); /* reads as 59.2 V */
    assert_int_equal(write_one(0xE005, 152), SRNE_NO_VALUE);
}

static void orders_are_carried_out(void **state)
{
    (void)state;
    begin();
    assert_int_equal(write_one(0xDF02, 0xCC), 0);
    assert_int_equal(write_one(0xDF02, 0xBB), 0);
    assert_int_equal(write_one(0xDF01, 1), 0);
    assert_int_equal(bench.orders,
                     1U << ORDER_CLEAR_FAULTS | 1U << ORDER_CLEAR_ENERGY | 1U << ORDER_RESTART);
    assert_int_equal(write_one(0xDF02, 0x11), 0); /* no action */
    assert_int_equal(write_one(0xE204, 0), 0);
    assert_int_equal(write_one(0xDF02, 0xAA), 0);
    assert_int_equal(bench.inverter.set[SET_SUPPLY_MODE], 1);
    assert_int_equal(write_one(0xDF00, 0), 0);
    assert_int_equal(bench.inverter.set[SET_POWER_ON], 0);
    assert_int_equal(write_one(0xDF00, 2), SRNE_NO_VALUE);
    const uint16_t clock[3] = {27 << 8 | 2, 28 << 8 | 23, 59 << 8 | 58};
    assert_int_equal(write_several(0x020C, clock, 3), 0);
    assert_int_equal(bench.clock.year, 2027);
    assert_int_equal(bench.clock.second, 58);
    const uint16_t wrong[3] = {27 << 8 | 2, 30 << 8 | 23, 59 << 8 | 58};
    assert_int_equal(write_several(0x020C, wrong, 3), SRNE_NO_VALUE);
}

/* Whatever is set reads as some number; writing that number back changes nothing, and from any
   other value brings one that reads the same. */
static void every_setting_goes_there_and_back(void **state)
{
    (void)state;
    uint32_t seed = 3;
    int written = 0;
    begin();
    assert_int_equal(inverter_set(&bench.inverter, SET_BATTERY_TYPE, 0), VERDICT_OK);
    for (int i = 0; i < srne_row_count * 10; i++) {
        const struct srne_row *row = &srne_rows[i % srne_row_count];
        if (row->from != SRNE_SET) {
            continue;
        }
        enum setting_id id = (enum setting_id)row->id;
        const struct setting_row *setting = inverter_setting(&bench.inverter, id);
        int32_t before = bench.inverter.set[id];
        uint16_t number = id == SET_DEVICE_ADDRESS ? 1 : read_one(row->address);
        int32_t value;
        if (id == SET_DEVICE_ADDRESS || id == SET_BATTERY_TYPE || id == SET_POWER_ON) {
            continue;
        }
        assert_int_equal(write_one(row->address, number), 0);
        assert_int_equal(bench.inverter.set[id], before);
        if (!other_value(&bench.inverter, setting, &seed, &value)) {
            continue;
        }
        uint16_t other = (uint16_t)srne_number(row, value, 48);
        uint8_t refused = write_one(row->address, other);
        if (refused != 0 || read_one(row->address) != other) {
            fail_msg("0x%04X: %u, exception %u", row->address, other, refused);
        }
        assert_true(hostlink_same(HOSTLINK_SRNE, id, bench.inverter.set[id], value));
        written++;
    }
    assert_true(written > 150);
}

static void a_reader_hears_everything(void **state)
{
    (void)state;
    begin();
    bench.inverter.active = (uint64_t)1 << FAULT_F_FAN;
    struct hostlink_client client;
    hostlink_client_init(&client, HOSTLINK_SRNE, 0);
    bench_talk(&bench, &client, 1);
    bench_view(&bench);
    assert_int_equal(client.refused, 0);
    for (int i = 0; i < srne_row_count; i++) {
        const struct srne_row *row = &srne_rows[i];
        if (row->from == SRNE_SET) {
            enum setting_id id = (enum setting_id)row->id;
            assert_true(client.view.set_heard[id]);
            assert_true(hostlink_same(HOSTLINK_SRNE, id, client.view.set[id], bench.view.set[id]));
        } else if (row->from == SRNE_LIVE && row->words == 1) {
            assert_true(view_has(&client.view, (enum view_live)row->id));
        }
    }
    assert_int_equal(client.view.live[LIVE_GRID_W], 900);
    assert_int_equal(client.view.live[LIVE_BATTERY_A], -12400);
    assert_int_equal(client.view.live[LIVE_STATE], VIEW_STATE_BYPASS);
    assert_int_equal(client.view.faults, (uint64_t)1 << FAULT_F_FAN);
    assert_string_equal(client.view.serial, "96320000000001");
    assert_memory_equal(&client.view.clock, &bench.clock, sizeof bench.clock);
    hostlink_client_write(&client, SET_CHARGE_CURRENT_MAX, 45000);
    bench_talk(&bench, &client, client.rounds + 1);
    assert_int_equal(client.write, HOSTLINK_TAKEN);
    assert_int_equal(bench.inverter.set[SET_CHARGE_CURRENT_MAX], 45000);
    assert_int_equal(client.view.set[SET_CHARGE_CURRENT_MAX], 45000);
    hostlink_client_write(&client, SET_BOOST_V, 57600);
    bench_talk(&bench, &client, client.rounds + 1);
    assert_int_equal(client.write, HOSTLINK_REFUSED);
    assert_int_equal(client.refusal, SRNE_FAILED);
    hostlink_client_write(&client, SET_BLUETOOTH, 0);
    bench_talk(&bench, &client, client.rounds + 1);
    assert_int_equal(client.write, HOSTLINK_IMPOSSIBLE);
}

/* Two readers on lines of their own, questions mixed with garbage. */
static void two_masters_are_each_answered(void **state)
{
    (void)state;
    uint32_t seed = 5;
    struct hostlink_client client[2];
    struct hostlink_server server[2];
    begin();
    for (int i = 0; i < 2; i++) {
        hostlink_client_init(&client[i], HOSTLINK_SRNE, SRNE_ANYBODY);
        client[i].period_ms = 0;
        hostlink_server_init(&server[i], HOSTLINK_SRNE);
    }
    for (int k = 0; k < 4000; k++) {
        int i = (int)(dice(&seed) % 2);
        uint8_t out[HOSTLINK_FRAME_MAX];
        bench.server = server[i];
        bench.now_ms += 20;
        if (dice(&seed) % 50 == 0) {
            (void)bench_give(&bench, (const uint8_t *)&seed, sizeof seed);
        }
        size_t n = hostlink_client_poll(&client[i], bench.now_ms, out);
        n = n > 0 ? bench_give(&bench, out, n) : bench_quiet(&bench, 0);
        (void)hostlink_client_take(&client[i], bench.reply, n, bench.now_ms);
        server[i] = bench.server;
    }
    for (int i = 0; i < 2; i++) {
        assert_true(client[i].answered > 300);
        assert_true(client[i].rounds > 20);
        assert_int_equal(client[i].broken, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documents_request_is_ours),
        cmocka_unit_test(rows_are_in_order_and_within_the_areas),
        cmocka_unit_test(measured_values_have_the_documents_scales),
        cmocka_unit_test(settings_have_the_documents_scales),
        cmocka_unit_test(totals_take_two_registers),
        cmocka_unit_test(texts_clock_faults_and_records),
        cmocka_unit_test(addresses_are_heard_as_the_document_says),
        cmocka_unit_test(requests_are_refused_with_the_right_code),
        cmocka_unit_test(frames_of_a_wrong_length_are_told_so),
        cmocka_unit_test(broken_frames_get_silence_and_do_nothing),
        cmocka_unit_test(frames_are_found_in_any_pieces),
        cmocka_unit_test(writes_of_several_are_all_or_none),
        cmocka_unit_test(orders_are_carried_out),
        cmocka_unit_test(every_setting_goes_there_and_back),
        cmocka_unit_test(a_reader_hears_everything),
        cmocka_unit_test(two_masters_are_each_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
