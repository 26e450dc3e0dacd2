/* SPDX-License-Identifier: Apache-2.0 */
/* PI30: published frames, every query and order at the inverter's end, and a reader against it. The
   file of captures is the first argument; without it its test is skipped. */
#include "hostlink_test.h"

#include "core/proto/pi30.h"

static const char *captures;
static struct link_bench bench;

static void begin(void) { link_bench_init(&bench, HOSTLINK_PI30, "offgrid_6000"); }

/* Asks, and gives the text of the reply without "(", sum and CR; NULL for silence. */
static const char *ask(const char *text)
{
    static char reply[PI30_TEXT];
    uint8_t frame[PI30_TEXT];
    size_t n = strlen(text);
    memcpy(frame, text, n);
    size_t length = bench_give(&bench, frame, pi30_seal(frame, n));
    if (length == 0) {
        return NULL;
    }
    assert_true(pi30_is_right(bench.reply, length));
    assert_int_equal(bench.reply[0], '(');
    memcpy(reply, bench.reply + 1, length - 4);
    reply[length - 4] = '\0';
    return reply;
}

static void assert_reply(const char *text, const char *expected)
{
    const char *reply = ask(text);
    assert_non_null(reply);
    if (strcmp(reply, expected) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", text, reply, expected);
    }
}

static void sums_are_those_of_others(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint8_t sum[2];
    } known[] = {{"QPI", {0xBE, 0xAC}},   {"QPIGS", {0xB7, 0xA9}}, {"QMOD", {0x49, 0xC1}},
                 {"QID", {0xD6, 0xEA}},   {"QPIRI", {0xF8, 0x54}}, {"QPIWS", {0xB4, 0xDA}},
                 {"QFLAG", {0x98, 0x74}}, {"(NAK", {0x73, 0x73}},  {"(ACK", {0x39, 0x20}},
                 {"POP02", {0xE2, 0x0B}}}; /* E2 0A moved by one */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint8_t frame[16];
        size_t n = strlen(known[i].text);
        memcpy(frame, known[i].text, n);
        assert_int_equal(pi30_seal(frame, n), n + 3);
        assert_memory_equal(frame + n, known[i].sum, 2);
        assert_int_equal(frame[n + 2], '\r');
    }
}

/* The three bytes a sum must not have never come, whatever the text. */
static void no_sum_looks_like_an_end(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        uint8_t frame[16];
        for (int k = 0; k < 8; k++) {
            frame[k] = (uint8_t)dice_range(&seed, ' ', '~');
        }
        size_t n = pi30_seal(frame, 8);
        assert_true(pi30_is_right(frame, n));
        for (int k = 8; k < 10; k++) {
            assert_true(frame[k] != 0x28 && frame[k] != 0x0D && frame[k] != 0x0A);
        }
    }
}

/* Takes a reply's columns apart and writes them anew. */
static void assert_given_back(const uint8_t *frame, size_t n)
{
    struct pi30_split split;
    uint8_t again[PI30_TEXT + 8] = "(";
    size_t at = 1;
    const char *text = (const char *)frame + 1;
    assert_true(pi30_split(text, n - 4, &split));
    for (uint8_t i = 0; i < split.n; i++) {
        const char *column = split.text + split.column[i].at;
        struct pi30_number number = pi30_number_of(column, split.column[i].length);
        if (i > 0) {
            again[at++] = ' ';
        }
        if (number.width > 0) {
            at += pi30_put_number((char *)again + at, &number);
        } else {
            memcpy(again + at, column, split.column[i].length);
            at += split.column[i].length;
        }
    }
    if (text[n - 5] == ' ') { /* QPIGS2 has one at its end */
        again[at++] = ' ';
    }
    assert_int_equal(pi30_seal(again, at), n);
    assert_memory_equal(again, frame, n);
}

static void assert_only_whole_frames_are_right(const uint8_t *frame, size_t n)
{
    uint8_t broken[PI30_TEXT + 8];
    for (size_t cut = 0; cut < n; cut++) {
        assert_false(pi30_is_right(frame, cut));
    }
    for (size_t bit = 0; bit < 8 * n; bit++) {
        memcpy(broken, frame, n);
        broken[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(pi30_is_right(broken, n));
    }
}

static void published_replies_are_given_back_byte_by_byte(void **state)
{
    (void)state;
    FILE *file = captures != NULL ? fopen(captures, "r") : NULL;
    if (file == NULL) {
        skip();
    }
    char line[2000];
    int good = 0;
    int bad = 0;
    bool doubtful = false;
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t frame[PI30_TEXT + 8];
        size_t n = 0;
        int used;
        unsigned byte;
        if (line[0] != '<') {
            doubtful = doubtful || strncmp(line, "# CHECK", 7) == 0;
            doubtful = doubtful && strncmp(line, "# PI30", 6) != 0;
            continue;
        }
        for (const char *p = line + 1; n < sizeof frame && sscanf(p, " %2x%n", &byte, &used) == 1;
             p += used) {
            frame[n++] = (uint8_t)byte;
        }
        if (doubtful) {
            assert_false(pi30_is_right(frame, n));
            bad++;
        } else {
            assert_true(pi30_is_right(frame, n));
            assert_only_whole_frames_are_right(frame, n);
            assert_given_back(frame, n);
            good++;
        }
    }
    (void)fclose(file);
    assert_int_equal(good, 24);
    assert_int_equal(bad, 1);
}

static void a_published_status_says_what_its_publisher_read(void **state)
{
    (void)state;
    static const char text[] = "000.0 00.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 "
                               "103.8 57.45 00000 00110110 00 00 00856 010";
    struct inverter_view view = {0};
    assert_true(pi30_reply_read("QPIGS", text, sizeof text - 1, &view));
    static const struct {
        enum view_live live;
        int64_t value;
    } rows[] = {{LIVE_GRID_V, 0},        {LIVE_OUTPUT_V, 230000}, {LIVE_OUTPUT_HZ, 4990},
                {LIVE_OUTPUT_VA, 161},   {LIVE_LOAD_W, 119},      {LIVE_LOAD_PCT, 3},
                {LIVE_BUS_V, 460000},    {LIVE_BATTERY_V, 57450}, {LIVE_BATTERY_A, -12000},
                {LIVE_BATTERY_SOC, 100}, {LIVE_HEATSINK_C, 690},  {LIVE_PV_CHARGE_A, 14000},
                {LIVE_PV_V, 103800},     {LIVE_PV_W, 856},        {LIVE_OUTPUT_ON, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(view_has(&view, rows[i].live));
        assert_int_equal(view.live[rows[i].live], rows[i].value);
    }
    assert_int_equal(view.set[SET_POWER_ON], 1);
}

/* The only stage PI30 tells is float: its end is not known to be anything else. */
static void a_stage_that_ended_is_not_told_on(void **state)
{
    (void)state;
    char text[] =
        "000.0 00.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 00000 "
        "00110110 00 00 00856 110";
    struct inverter_view view = {0};
    assert_true(pi30_reply_read("QPIGS", text, sizeof text - 1, &view));
    assert_true(view_has(&view, LIVE_STAGE));
    assert_int_equal(view.live[LIVE_STAGE], VIEW_STAGE_FLOAT);
    text[sizeof text - 4] = '0';
    assert_true(pi30_reply_read("QPIGS", text, sizeof text - 1, &view));
    assert_false(view_has(&view, LIVE_STAGE));
}

static void published_ratings_say_their_settings(void **state)
{
    (void)state;
    static const char text[] = "230.0 21.7 230.0 50.0 21.7 5000 5000 48.0 47.0 46.5 57.6 57.6 5 30 "
                               "080 0 1 2 1 01 0 0 52.0 0 1";
    struct inverter_view view = {0};
    assert_true(pi30_reply_read("QPIRI", text, sizeof text - 1, &view));
    assert_int_equal(view.set[SET_BATTERY_TO_GRID_V], 47000);
    assert_int_equal(view.set[SET_BATTERY_CUTOFF_V], 46500);
    assert_int_equal(view.set[SET_BOOST_V], 57600);
    assert_int_equal(view.set[SET_GRID_CHARGE_CURRENT_MAX], 30000);
    assert_int_equal(view.set[SET_CHARGE_CURRENT_MAX], 80000);
    assert_int_equal(view.set[SET_SUPPLY_MODE], 0);     /* solar first: SOL */
    assert_int_equal(view.set[SET_CHARGE_PRIORITY], 1); /* solar and utility: SNU */
    assert_int_equal(view.set[SET_GRID_TO_BATTERY_V], 52000);
    assert_false(view.set_heard[SET_BATTERY_TYPE]); /* WECO is none of ours */
    assert_int_equal(view.live[LIVE_RATED_W], 5000);
}

static void published_warnings_are_faults(void **state)
{
    (void)state;
    struct inverter_view view = {0};
    assert_true(pi30_reply_read("QPIWS", "00000100000000001000000000000000", 32, &view));
    assert_true((view.faults >> FAULT_A_GRID_GONE & 1) != 0);
    assert_int_equal(view.n_codes, 2);
    assert_string_equal(hostlink_code_name(HOSTLINK_PI30, view.code[1]), "overload");
    assert_true((view.faults >> FAULT_F_BYPASS_OVERLOAD & 1) == 0); /* without [1] it only warns */
    assert_true(pi30_reply_read("QPIWS", "01000000010000001000000000000000", 32, &view));
    assert_true((view.faults >> FAULT_F_BYPASS_OVERLOAD & 1) != 0);
    assert_true((view.faults >> FAULT_F_HOT & 1) != 0);
}

static void a_long_serial_has_its_length_before_it(void **state)
{
    (void)state;
    struct inverter_view view = {0};
    assert_true(pi30_reply_read("QSID", "1496320000000001000000", 22, &view));
    assert_string_equal(view.serial, "96320000000001");
    assert_true(pi30_reply_read("QSID", "9996320000000001000000", 22, &view)); /* of no sense */
    assert_string_equal(view.serial, "96320000000001");
}

static void every_query_is_answered(void **state)
{
    (void)state;
    begin();
    assert_reply("QPI", "PI30");
    assert_reply("QID", "96320000000001");
    assert_reply("QSID", "1496320000000001000000");
    assert_reply("QMN", "HEARTH-6000");
    assert_reply("QGMN", "044");
    assert_reply("QVFW", "VERFW:00001.00");
    assert_reply("QVFW2", "VERFW2:00001.00");
    assert_reply("QMOD", "L");
    assert_reply("QBOOT", "1");
    assert_reply("QOPM", "0");
    assert_reply("QT", "20260601123456");
    assert_reply("QFLAG", "EabuvyDj");
    assert_reply("QPIWS", "00000000000000000000000000000000");
    assert_reply("QMCHGCR", "010 020 030 040 050 060 070 080 090 100 110 120");
    assert_reply("QMUCHGCR", "010 020 030 040 050 060 070 080 090 100");
    assert_reply("QPIGS", "231.2 50.0 231.2 50.0 1310 1230 022 421 52.34 012 100 0041 0009 321.5 "
                          "52.34 00000 00010111 00 00 01093 010");
    assert_reply("QPIGS2", "00.0 000.0 00000 ");
    assert_reply("QPIRI",
                 "230.0 26.1 230.0 50.0 26.1 6000 6000 48.0 46.0 42.0 56.8 55.2 0 060 020 1 "
                 "0 2 9 01 0 0 54.0 0 1");
    assert_reply("QDI", "230.0 50.0 0060 42.0 55.2 56.8 46.0 20 1 0 2 0 0 0 1 1 0 1 0 1 0 0 54.0 0 "
                        "1 120");
    assert_reply("QBEQI", "0 120 030 120 000 58.40 000 120 0 0000");
    for (int i = 0; i < pi30_query_count; i++) {
        const char *reply = ask(pi30_queries[i].name);
        assert_non_null(reply);
        assert_string_not_equal(reply, "NAK");
    }
}

static void what_nobody_knows_is_refused(void **state)
{
    (void)state;
    begin();
    static const char *const texts[] = {"Q",       "QPIG",      "QPIGSX",  "qpigs",
                                        "QPGS1",   "XYZ",       "PSAVE",   "PEx",
                                        "PE",      "PD",        "PEaQ",    "POP",
                                        "POP0",    "POP003",    "PPCP102", "MCHGC140",
                                        "BTA+01",  "PBATCD111", "PPVOKC0", "DAT20261301000000",
                                        "DAT2026", "F5",        " QPI"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_reply(texts[i], "NAK");
    }
}

static void orders_do_what_the_document_says(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum setting_id id;
        int32_t value;
    } rows[] = {
        {"PBT02", SET_BATTERY_TYPE, 0},
        {"POP02", SET_SUPPLY_MODE, 2},
        {"POP01", SET_SUPPLY_MODE, 0},
        {"POP00", SET_SUPPLY_MODE, 1},
        {"PCP01", SET_CHARGE_PRIORITY, 0},
        {"PCP03", SET_CHARGE_PRIORITY, 2},
        {"PPCP002", SET_CHARGE_PRIORITY, 1},
        {"PGR00", SET_INPUT_WINDOW, 0},
        {"PGR01", SET_INPUT_WINDOW, 1},
        {"F60", SET_OUTPUT_FREQUENCY, 60},
        {"F50", SET_OUTPUT_FREQUENCY, 50},
        {"V240", SET_OUTPUT_V, 240},
        {"MCHGC060", SET_CHARGE_CURRENT_MAX, 60000},
        {"MNCHGC0120", SET_CHARGE_CURRENT_MAX, 120000},
        {"MUCHGC030", SET_GRID_CHARGE_CURRENT_MAX, 30000},
        {"MUCHGC0100", SET_GRID_CHARGE_CURRENT_MAX, 100000},
        {"PBCV48.0", SET_BATTERY_TO_GRID_V, 48000},
        {"PBDV55.5", SET_GRID_TO_BATTERY_V, 55500},
        {"PCVV57.6", SET_BOOST_V, 57600},
        {"PBFT54.4", SET_FLOAT_V, 54400},
        {"PSDV44.0", SET_BATTERY_CUTOFF_V, 44000},
        {"PBEQE1", SET_EQUALIZE_ENABLE, 1},
        {"PBEQT060", SET_EQUALIZE_TIME, 60},
        {"PBEQP010", SET_EQUALIZE_INTERVAL, 10},
        {"PBEQV57.20", SET_EQUALIZE_V, 57200},
        {"PBEQOT100", SET_EQUALIZE_DELAY, 100},
        {"PBEQA1", SET_EQUALIZE_NOW, 1},
        {"PDa", SET_BUZZER, 0},
        {"PEaj", SET_ENERGY_SAVING, 1},
        {"PDbuvy", SET_OVERTEMP_RESTART, 0},
        {"PBT01", SET_BATTERY_TYPE, 2},
        {"PBT03", SET_BATTERY_TYPE, 9},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_reply(rows[i].text, "ACK");
        if (bench.inverter.set[rows[i].id] != rows[i].value) {
            fail_msg("%s: %d", rows[i].text, bench.inverter.set[rows[i].id]);
        }
    }
    assert_reply("DAT20270228235959", "ACK");
    assert_int_equal(bench.clock.year, 2027);
    assert_reply("DAT261231000001", "ACK");
    assert_reply("QT", "20261231000001");
    assert_reply("PF", "ACK");
    assert_true((bench.orders >> ORDER_DEFAULTS & 1) != 0);
}

/* What the text can say and this inverter's range refuses. */
static void refused_orders_change_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "PCP00",    /* utility first: none of its */
        "PBDV00.0", /* battery full: none of its */
        "PBCV54.0", /* out of range, and over [6] */
        "PBCV46.3", /* off step */
        "PSDV39.0", "PCVV63.0", "PBT05",    "PBT09",      "POP03",
        "F55",      "V235",     "MCHGC000", "MNCHGC0130", "POPM01", /* not while it is on */
        "PBFT56.0",                                                 /* gel: its figures are fixed */
        "PEax", /* one of them it does not know */
    };
    begin();
    struct inverter before = bench.inverter;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_reply(texts[i], "NAK");
        assert_memory_equal(bench.inverter.set, before.set, sizeof before.set);
    }
}

/* Gel is told as sealed: saying so again is no order to change it. */
static void a_code_that_is_in_place_changes_nothing(void **state)
{
    (void)state;
    begin();
    assert_reply("PBT00", "ACK");
    assert_int_equal(bench.inverter.set[SET_BATTERY_TYPE], 3);
    assert_int_equal(inverter_set(&bench.inverter, SET_BATTERY_TYPE, 6), VERDICT_OK);
    assert_reply("PBT09", "ACK");
    assert_int_equal(bench.inverter.set[SET_BATTERY_TYPE], 6);
}

static void faults_are_warnings_and_codes(void **state)
{
    (void)state;
    begin();
    bench.inverter.active = (uint64_t)1 << FAULT_F_OVERLOAD;
    assert_reply("QPIWS", "01000000000000001000000000000000");
    bench.inverter.active = (uint64_t)1 << FAULT_A_GRID_VOLTAGE | (uint64_t)1
                                                                      << FAULT_A_BATTERY_LOW;
    assert_reply("QPIWS", "00000100000010000000000000000000");
    for (int i = 0; i < FAULT_COUNT; i++) {
        assert_true(hostlink_faults[i].warning < PI30_WARNINGS);
    }
}

static void frames_are_found_in_any_pieces(void **state)
{
    (void)state;
    begin();
    uint8_t frame[64];
    memcpy(frame, "QPI", 3);
    size_t n = pi30_seal(frame, 3);
    for (size_t i = 0; i + 1 < n; i++) {
        assert_int_equal(bench_give(&bench, frame + i, 1), 0);
        bench.now_ms += 200;
    }
    assert_true(bench_give(&bench, frame + n - 1, 1) > 0);
    memcpy(frame + n, "QMOD", 4);
    size_t both = n + pi30_seal(frame + n, 4);
    assert_int_equal(bench_give(&bench, frame, both), 5);
    assert_memory_equal(bench.reply, "(L", 2);
    /* half a line, a pause, a whole one */
    (void)bench_give(&bench, frame, 3);
    assert_int_equal(bench_quiet(&bench, 600), 0);
    assert_true(bench_give(&bench, frame, n) > 0);
    assert_memory_equal(bench.reply, "(PI30", 5);
    /* ends of lines as terminals make them */
    assert_int_equal(bench_give(&bench, (const uint8_t *)"\n\r\n", 3), 0);
    assert_true(bench_give(&bench, frame, n) > 0);
    /* longer than any line: nothing, then all is well */
    uint8_t garbage[700];
    memset(garbage, 'x', sizeof garbage);
    garbage[699] = '\r';
    assert_int_equal(bench_give(&bench, garbage, sizeof garbage), 0);
    assert_true(bench_give(&bench, frame, n) > 0);
}

/* A reply on the line is somebody's, or our echo: two that answer each other would never end. */
static void replies_are_not_answered(void **state)
{
    (void)state;
    begin();
    assert_null(ask("(ACK"));
    assert_null(ask("(NAK"));
    uint8_t broken[] = "(garbage\r";
    assert_int_equal(bench_give(&bench, broken, sizeof broken - 1), 0);
    assert_int_equal(bench.server.requests, 0);
}

static void a_broken_order_is_refused_and_does_nothing(void **state)
{
    (void)state;
    begin();
    struct inverter before = bench.inverter;
    uint8_t frame[16];
    memcpy(frame, "POP02", 5);
    size_t n = pi30_seal(frame, 5);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        uint8_t broken[16];
        memcpy(broken, frame, n);
        broken[bit / 8] ^= (uint8_t)(1U << bit % 8);
        (void)bench_give(&bench, broken, n);
        (void)bench_quiet(&bench, 600);
    }
    for (size_t cut = 1; cut < n; cut++) {
        (void)bench_give(&bench, frame, cut);
        (void)bench_quiet(&bench, 600);
        (void)bench_give(&bench, frame + cut, n - cut);
        (void)bench_quiet(&bench, 600);
    }
    assert_memory_equal(bench.inverter.set, before.set, sizeof before.set);
    assert_int_equal(bench.writes, 0);
}

static void a_reader_hears_everything(void **state)
{
    (void)state;
    begin();
    struct hostlink_client client;
    hostlink_client_init(&client, HOSTLINK_PI30, 0);
    bench_talk(&bench, &client, 1);
    bench_view(&bench);
    for (int i = 0; i < pi30_order_count; i++) {
        enum setting_id id = (enum setting_id)pi30_orders[i].id;
        assert_true(client.view.set_heard[id]);
        assert_true(hostlink_same(HOSTLINK_PI30, id, client.view.set[id], bench.view.set[id]));
    }
    for (int i = 0; i < pi30_flag_count; i++) {
        assert_int_equal(client.view.set[pi30_flags[i].id], bench.view.set[pi30_flags[i].id]);
    }
    assert_int_equal(client.view.live[LIVE_LOAD_W], 1230);
    assert_int_equal(client.view.live[LIVE_BATTERY_A], -12000);
    assert_int_equal(client.view.live[LIVE_STATE], VIEW_STATE_BYPASS);
    assert_string_equal(client.view.serial, "96320000000001");
    assert_int_equal(client.view.live[LIVE_PV_TOTAL], bench.view.live[LIVE_PV_TOTAL]);
    assert_int_equal(client.refused, 0);
}

static void a_reader_writes_what_the_inverter_takes(void **state)
{
    (void)state;
    begin();
    uint32_t seed = 11;
    int written = 0;
    struct hostlink_client client;
    hostlink_client_init(&client, HOSTLINK_PI30, 0);
    assert_int_equal(inverter_set(&bench.inverter, SET_BATTERY_TYPE, 0), VERDICT_OK);
    for (int i = 0; i < bench.inverter.profile->n_settings * 6; i++) {
        const struct setting_row *row =
            &bench.inverter.profile->settings[i % bench.inverter.profile->n_settings];
        int32_t value;
        if (row->id == SET_BATTERY_TYPE || !hostlink_writes(HOSTLINK_PI30, row->id) ||
            !other_value(&bench.inverter, row, &seed, &value)) {
            continue;
        }
        hostlink_client_write(&client, row->id, value);
        bench_talk(&bench, &client, client.rounds + 1);
        if (client.write != HOSTLINK_TAKEN || bench.inverter.set[row->id] != value) {
            fail_msg("%s: %d", row->mnemonic, value);
        }
        bench_talk(&bench, &client, client.rounds + 1);
        assert_int_equal(client.view.set[row->id], value);
        written++;
    }
    assert_true(written > 100);
    hostlink_client_write(&client, SET_BATTERY_TO_GRID_V, 99900);
    bench_talk(&bench, &client, client.rounds + 1);
    assert_int_equal(client.write, HOSTLINK_REFUSED);
    hostlink_client_write(&client, SET_BLUETOOTH, 1);
    bench_talk(&bench, &client, client.rounds + 1);
    assert_int_equal(client.write, HOSTLINK_IMPOSSIBLE);
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    struct hostlink_client client;
    uint8_t out[HOSTLINK_FRAME_MAX];
    hostlink_client_init(&client, HOSTLINK_PI30, 0);
    for (uint32_t now = 0; now < 7000; now += 10) {
        (void)hostlink_client_poll(&client, now, out);
        (void)hostlink_client_take(&client, (const uint8_t *)"\xFF\x00(", 3, now);
    }
    assert_true(client.silent);
    assert_int_equal(client.answered, 0);
}

int main(int argc, char **argv)
{
    captures = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_others),
        cmocka_unit_test(no_sum_looks_like_an_end),
        cmocka_unit_test(published_replies_are_given_back_byte_by_byte),
        cmocka_unit_test(a_published_status_says_what_its_publisher_read),
        cmocka_unit_test(a_stage_that_ended_is_not_told_on),
        cmocka_unit_test(published_ratings_say_their_settings),
        cmocka_unit_test(published_warnings_are_faults),
        cmocka_unit_test(a_long_serial_has_its_length_before_it),
        cmocka_unit_test(every_query_is_answered),
        cmocka_unit_test(what_nobody_knows_is_refused),
        cmocka_unit_test(orders_do_what_the_document_says),
        cmocka_unit_test(refused_orders_change_nothing),
        cmocka_unit_test(a_code_that_is_in_place_changes_nothing),
        cmocka_unit_test(faults_are_warnings_and_codes),
        cmocka_unit_test(frames_are_found_in_any_pieces),
        cmocka_unit_test(replies_are_not_answered),
        cmocka_unit_test(a_broken_order_is_refused_and_does_nothing),
        cmocka_unit_test(a_reader_hears_everything),
        cmocka_unit_test(a_reader_writes_what_the_inverter_takes),
        cmocka_unit_test(nobody_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
