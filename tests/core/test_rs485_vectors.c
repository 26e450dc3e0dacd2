/* SPDX-License-Identifier: Apache-2.0 */
/* Published frames of serial batteries: each says what its publisher read in it, is given back byte
   by byte where it is ours to send, and is refused when it is cut or changed. One test for each
   trap of these protocols. */
#include "rs485_frames.h"
#include "rs485_test.h"

#include "core/proto/jbd.h"
#include "core/proto/pace_ascii.h"
#include "core/proto/pylon_rs485.h"

static struct ascii_frame frame;

/* Decodes an ASCII frame of a table into `frame`. */
static void decode(const struct known_frame *known)
{
    uint8_t bytes[ASCII_FRAME_MAX];
    size_t n = frame_bytes(known->text, bytes);
    int result = ascii_frame_decode(bytes, n, &frame);
    if (result != 0) {
        fail_msg("%s: %d", known->text, result);
    }
}

static void assert_given_back(const struct known_frame *known)
{
    uint8_t bytes[ASCII_FRAME_MAX];
    uint8_t out[ASCII_FRAME_MAX];
    size_t n = frame_bytes(known->text, bytes);
    int got = ascii_frame_encode(&frame, out, sizeof out);
    assert_int_equal(got, n);
    assert_memory_equal(out, bytes, n);
}

static const struct pylon_analog rack[3] = {
    {.n_cells = 15,
     .n_temps = 5,
     .cell_mv = {3303, 3304, 3302, 3303, 3304, 3304, 3304, 3302, 3301, 3302, 3304, 3303, 3306, 3301,
                 3302},
     .temp_c10 = {230, 220, 220, 220, 220},
     .current_ma = -2600,
     .voltage_mv = 49545,
     .remaining_mah = 33500,
     .total_mah = 50000,
     .cycles = 31},
    {.n_cells = 15,
     .n_temps = 5,
     .current_ma = -2500,
     .voltage_mv = 49520,
     .remaining_mah = 33500,
     .total_mah = 50000,
     .cycles = 31},
    {.n_cells = 15,
     .n_temps = 5,
     .temp_c10 = {230, 210, 210, 210, 210},
     .current_ma = -2700,
     .voltage_mv = 49504,
     .remaining_mah = 33500,
     .total_mah = 50000,
     .cycles = 31},
};

static void a_rack_answers_for_all_its_packs(void **state)
{
    (void)state;
    decode(&pylon_frames[FRAME_PYLON_RACK_US2000]);
    assert_int_equal(frame.info[1], 3);
    size_t at = 2;
    uint8_t again[ASCII_INFO_MAX];
    size_t n = 2;
    for (int i = 0; i < 3; i++) {
        struct pylon_analog analog;
        assert_int_equal(pylon_analog_take(frame.info, frame.length, &at, &analog), 0);
        assert_int_equal(analog.current_ma, rack[i].current_ma);
        assert_int_equal(analog.voltage_mv, rack[i].voltage_mv);
        assert_int_equal(analog.remaining_mah, rack[i].remaining_mah);
        assert_int_equal(analog.total_mah, rack[i].total_mah);
        assert_int_equal(analog.cycles, rack[i].cycles);
        if (i == 0) {
            assert_memory_equal(analog.cell_mv, rack[0].cell_mv, 30);
        }
        n += pylon_analog_put(&analog, again + n);
    }
    assert_int_equal(at, frame.length);
    assert_int_equal(n, frame.length);
    assert_memory_equal(again + 2, frame.info + 2, n - 2);
}

/* Trap 3: P = 4 and the 24-bit pair also on a pack of 50 Ah, in a mixed rack. */
static void capacities_are_24_bits_when_the_pack_says_so(void **state)
{
    (void)state;
    decode(&pylon_frames[FRAME_PYLON_RACK_MIXED]);
    size_t at = 2;
    struct pylon_analog analog;
    assert_int_equal(pylon_analog_take(frame.info, frame.length, &at, &analog), 0);
    assert_int_equal(analog.remaining_mah, 32560);
    assert_int_equal(analog.total_mah, 74000);
    assert_int_equal(analog.current_ma, -6100);
    assert_int_equal(analog.cycles, 564);
    assert_int_equal(pylon_analog_take(frame.info, frame.length, &at, &analog), 0);
    assert_int_equal(analog.remaining_mah, 24500);
    assert_int_equal(analog.total_mah, 50000);
    assert_int_equal(analog.voltage_mv, 49125);
    assert_int_equal(at, frame.length);
}

static void single_packs_are_what_their_publishers_read(void **state)
{
    (void)state;
    static const struct {
        int frame;
        int32_t ma, mv;
        uint32_t remaining, total;
        uint16_t cycles;
    } cases[] = {
        {FRAME_PYLON_US2000, 2100, 50408, 35500, 50000, 79},
        {FRAME_PYLON_US5000_2, 20100, 50247, 94905, 100000, 18},
        {FRAME_PYLON_US5000_3, 19100, 50205, 94905, 100000, 17},
        {FRAME_PYLON_US5000_4, 18900, 50255, 93385, 100000, 178},
        {FRAME_PYLON_UP2500, -600, 26638, 95460, 111000, 0},
    };
    for (size_t i = 0; i < N_FRAMES(cases); i++) {
        struct pylon_analog analog;
        decode(&pylon_frames[cases[i].frame]);
        assert_int_equal(pylon_analog_decode(frame.info, frame.length, &analog), 0);
        assert_int_equal(analog.current_ma, cases[i].ma);
        assert_int_equal(analog.voltage_mv, cases[i].mv);
        assert_int_equal(analog.remaining_mah, cases[i].remaining);
        assert_int_equal(analog.total_mah, cases[i].total);
        assert_int_equal(analog.cycles, cases[i].cycles);
        if (cases[i].frame != FRAME_PYLON_UP2500) { /* its INFOFLAG is not one we send */
            frame.length = pylon_analog_encode(&analog, frame.address, frame.info);
            assert_given_back(&pylon_frames[cases[i].frame]);
        }
    }
}

static void pylon_levels_names_and_firmware(void **state)
{
    (void)state;
    static const struct pylon_parameters levels[] = {
        {3650, 3050, 2900, 54000, 46000, 44500, 610, -110, 610, -110, 102000, 100000},
        {3650, 3050, 2800, 54000, 46000, 43500, 600, -100, 600, -100, 90000, 90000}};
    static const int frames[] = {FRAME_PYLON_LEVELS, FRAME_PYLON_LEVELS_US2000C};
    for (int i = 0; i < 2; i++) {
        struct pylon_parameters got;
        decode(&pylon_frames[frames[i]]);
        assert_int_equal(pylon_parameters_decode(frame.info, frame.length, &got), 0);
        assert_memory_equal(&got, &levels[i], sizeof got);
        frame.length = pylon_parameters_encode(&got, frame.info);
        frame.info[0] = 0x11; /* something unread */
        assert_given_back(&pylon_frames[frames[i]]);
    }
    struct pylon_maker maker;
    decode(&pylon_frames[FRAME_PYLON_MAKER]);
    assert_int_equal(pylon_maker_decode(frame.info, frame.length, &maker), 0);
    assert_string_equal(maker.name, "US2KBPL");
    assert_string_equal(maker.maker, "Pylon");
    assert_int_equal(maker.major, 2);
    assert_int_equal(maker.minor, 3);
    frame.length = pylon_maker_encode(&maker, frame.info);
    assert_given_back(&pylon_frames[FRAME_PYLON_MAKER]);
    decode(&pylon_frames[FRAME_PYLON_FIRMWARE]);
    static const uint8_t firmware[] = {2, 2, 3, 0, 6, 5};
    assert_int_equal(frame.length, sizeof firmware);
    assert_memory_equal(frame.info, firmware, sizeof firmware);
}

/* Trap 5: the current of 0x61 is in 0.01 A. */
static void the_system_is_told_as_a_whole(void **state)
{
    (void)state;
    static const struct pylon_system systems[] = {
        {.voltage_mv = 49855,
         .soc_pct = 85,
         .cycles_mean = 8,
         .cycles_max = 8,
         .soh_mean_pct = 100,
         .soh_min_pct = 100,
         .cell_max_mv = 3324,
         .cell_max_at = 2,
         .cell_min_mv = 3323,
         .cell_min_at = 2,
         .cell = {256, 257, 254, 2, 2},
         .mos = {253, 253, 253, 2, 2},
         .board = {261, 261, 261, 2, 2}},
        {.voltage_mv = 26298,
         .soc_pct = 66,
         .soh_mean_pct = 100,
         .soh_min_pct = 100,
         .cell_max_mv = 3288,
         .cell_max_at = 1,
         .cell_min_mv = 3287,
         .cell_min_at = 2,
         .cell = {170, 171, 170, 1, 2},
         .mos = {200, 200, 200, 0, 0},
         .board = {200, 200, 200, 0, 0}},
    };
    static const int frames[] = {FRAME_PYLON_SYSTEM_UP5000, FRAME_PYLON_SYSTEM_JK};
    for (int i = 0; i < 2; i++) {
        struct pylon_system got;
        memset(&got, 0, sizeof got);
        decode(&pylon_frames[frames[i]]);
        assert_int_equal(pylon_system_decode(frame.info, frame.length, &got), 0);
        assert_int_equal(got.voltage_mv, systems[i].voltage_mv);
        assert_int_equal(got.soc_pct, systems[i].soc_pct);
        assert_int_equal(got.cycles_max, systems[i].cycles_max);
        assert_int_equal(got.soh_min_pct, systems[i].soh_min_pct);
        assert_int_equal(got.cell_max_mv, systems[i].cell_max_mv);
        assert_int_equal(got.cell_min_at, systems[i].cell_min_at);
        assert_memory_equal(&got.cell, &systems[i].cell, sizeof got.cell);
        assert_memory_equal(&got.mos, &systems[i].mos, sizeof got.mos);
        assert_memory_equal(&got.board, &systems[i].board, sizeof got.board);
        frame.length = pylon_system_encode(&got, frame.info);
        assert_given_back(&pylon_frames[frames[i]]);
    }
    struct pylon_system loaded = {.current_ma = -123450, .soh_min_pct = 100};
    uint8_t info[64];
    assert_int_equal(pylon_system_encode(&loaded, info), 49);
    assert_int_equal(be16s(info + 2), -12345);
}

/* Trap 5 again, and either sign of the discharge limit. */
static void limits_are_magnitudes_in_tenths_of_an_ampere(void **state)
{
    (void)state;
    struct pylon_limits limits;
    decode(&pylon_frames[FRAME_PYLON_SYSTEM_LIMITS_JK]);
    assert_int_equal(pylon_system_limits_decode(frame.info, frame.length, &limits), 0);
    assert_int_equal(limits.charge_mv, 28800);
    assert_int_equal(limits.discharge_mv, 21600);
    assert_int_equal(limits.charge_ma, 160000);
    assert_int_equal(limits.discharge_ma, 170000); /* sent positive here */
    assert_true(limits.charge_enable && limits.discharge_enable && !limits.force_charge);
    decode(&pylon_frames[FRAME_PYLON_LIMITS]);
    assert_int_equal(pylon_limits_decode(frame.info, frame.length, &limits), 0);
    assert_int_equal(limits.discharge_ma, 25000); /* sent negative here */
    assert_int_equal(limits.charge_mv, 53250);
    frame.length = pylon_limits_encode(&limits, 2, frame.info);
    assert_given_back(&pylon_frames[FRAME_PYLON_LIMITS]);
    uint32_t protections = 1;
    uint32_t alarms = 1;
    decode(&pylon_frames[FRAME_PYLON_REASONS_JK]);
    assert_int_equal(pylon_reasons_decode(frame.info, frame.length, &protections, &alarms), 0);
    assert_int_equal(protections | alarms, 0);
    frame.length = pylon_reasons_encode(0, 0, frame.info);
    assert_given_back(&pylon_frames[FRAME_PYLON_REASONS_JK]);
}

/* Every request real readers were seen to send to address 2 gets its answer, also those with a byte
   too many. Trap 1: its CID2 is a return code. */
static void requests_as_they_were_captured_are_answered(void **state)
{
    (void)state;
    static struct test_desk test;
    static struct rs485_server server;
    static struct battery_bank bank;
    struct bank_desk desk = test_desk_init(&test);
    uint32_t seed = 3;
    random_bank(&seed, &bank, 2, 0);
    rs485_server_init(&server, RS485_PYLON);
    for (size_t i = 0; i < N_FRAMES(pylon_frames); i++) {
        const struct known_frame *known = &pylon_frames[i];
        uint8_t bytes[ASCII_FRAME_MAX];
        uint8_t reply[RS485_FRAME_MAX];
        size_t n = frame_bytes(known->text, bytes);
        size_t length = serve(&server, bytes, n, 0, &bank, &desk, reply);
        bool to_us = known->way == '>' &&
                     (memcmp(known->text, "~2002", 5) == 0 || memcmp(known->text, "~2003", 5) == 0);
        assert_int_equal(length > 0, to_us); /* JK's ADR 12 is group 1 */
        if (to_us) {
            assert_int_equal(ascii_frame_decode(reply, length, &frame), 0);
            assert_int_equal(frame.cid2, PYLON_OK);
            assert_int_equal(frame.address, known->text[4] - '0');
        }
    }
    server.group = 1;
    uint8_t bytes[64];
    uint8_t reply[RS485_FRAME_MAX];
    size_t n = frame_bytes(pylon_frames[FRAME_PYLON_ASK_SYSTEM_JK].text, bytes);
    assert_true(serve(&server, bytes, n, 0, &bank, &desk, reply) > 0);
}

/* Trap 13. */
static void an_answer_from_another_address_is_taken_on_a_line_of_two(void **state)
{
    (void)state;
    static struct rs485_client client;
    static struct battery_bank bank;
    uint8_t out[64];
    uint8_t bytes[ASCII_FRAME_MAX];
    for (uint8_t packs = 1; packs <= 2; packs++) {
        rs485_client_init(&client, RS485_PYLON, 0x12, packs);
        assert_true(rs485_client_poll(&client, 0, out, sizeof out) > 0);
        size_t n = frame_bytes(pylon_frames[FRAME_PYLON_US2000].text, bytes); /* from 02 */
        assert_int_equal(rs485_client_take(&client, bytes, n, 1, &bank), packs == 1);
    }
    assert_int_equal(client.broken, 1);
}

static void pace_packs_are_what_their_publishers_read(void **state)
{
    (void)state;
    struct pack_view pack = {.heard = 0};
    size_t at = 2;
    decode(&pace_frames[FRAME_PACE_ANALOG]);
    assert_int_equal(pace_analog_take(frame.info, frame.length, &at, &pack), 0);
    static const uint16_t cells[] = {3271, 3272, 3271, 3271, 3271, 3269, 3270, 3271,
                                     3271, 3270, 3271, 3270, 3270, 3271, 3270, 3271};
    assert_int_equal(pack.n_cells, 16);
    assert_memory_equal(pack.cell_mv, cells, sizeof cells);
    /* trap 4: from 2730 */
    static const int16_t temps[] = {241, 239, 239, 239};
    assert_memory_equal(pack.temp_c10, temps, sizeof temps);
    assert_int_equal(pack.mos_c10, 265);
    assert_int_equal(pack.env_c10, 274);
    assert_int_equal(pack.current_ma, -2250);
    assert_int_equal(pack.voltage_mv, 52429);
    assert_int_equal(pack.remaining_mah, 48190);
    assert_int_equal(pack.full_mah, 103460);
    assert_int_equal(pack.design_mah, 100000);
    assert_int_equal(pack.cycles, 140);
    assert_int_equal(at, frame.length);
    frame.length = (uint16_t)(2 + pace_analog_put(&pack, frame.info + 2));
    assert_given_back(&pace_frames[FRAME_PACE_ANALOG]);
    at = 2;
    decode(&pace_frames[FRAME_PACE_ALL_TY16S]);
    assert_int_equal(pace_analog_take(frame.info, frame.length, &at, &pack), 0);
    assert_int_equal(pack.voltage_mv, 53589);
    assert_int_equal(pack.remaining_mah, 47500);
    assert_int_equal(pack.env_c10, 275);
    frame.length = (uint16_t)(2 + pace_analog_put(&pack, frame.info + 2));
    assert_given_back(&pace_frames[FRAME_PACE_ALL_TY16S]);
    at = 2;
    decode(&pace_frames[FRAME_PACE_ANALOG_15S]); /* user items 0, and the design capacity follows */
    assert_int_equal(pace_analog_take(frame.info, frame.length, &at, &pack), 0);
    assert_int_equal(pack.n_cells, 15);
    assert_int_equal(pack.voltage_mv, 50030);
    assert_int_equal(pack.remaining_mah, 103690);
    assert_int_equal(pack.full_mah, 104860);
    assert_int_equal(pack.cycles, 3);
    assert_int_equal(pack.design_mah, 100000);
}

static void pace_states_are_read_with_a_vendors_byte_behind_them(void **state)
{
    (void)state;
    static const struct {
        int frame;
        bool discharging;
    } cases[] = {{FRAME_PACE_STATUS_EASUN, true}, {FRAME_PACE_STATUS_GOBEL, false}};
    for (size_t i = 0; i < 2; i++) {
        struct pack_view pack = {.heard = 0};
        size_t at = 2;
        uint8_t control;
        decode(&pace_frames[cases[i].frame]);
        assert_int_equal(pace_status_take(frame.info, frame.length, &at, &pack, &control), 0);
        assert_int_equal(at + 1, frame.length);
        assert_true(pack.charge_mos && pack.discharge_mos);
        assert_int_equal(pack.discharging, cases[i].discharging);
        assert_int_equal(pack.protections | pack.alarms, 0);
        assert_int_equal(control, 0);
    }
}

/* All packs through the host, with extras behind each that hold a byte which looks like a count. */
static void the_next_pack_is_found_behind_extras(void **state)
{
    (void)state;
    uint8_t info[512] = {0, 3};
    size_t n = 2;
    uint32_t seed = 12;
    struct pack_view sent[3];
    for (int i = 0; i < 3; i++) {
        random_pack(&seed, &sent[i], (uint8_t)i);
        n += pace_analog_put(&sent[i], info + n);
        static const uint8_t extra[] = {0x10, 0x00, 0x64, 0x08, 0x00, 0x01, 0x64};
        memcpy(info + n, extra, sizeof extra);
        n += sizeof extra;
    }
    size_t at = 2;
    for (int i = 0; i < 3; i++) {
        struct pack_view got = {.heard = 0};
        assert_int_equal(pace_analog_take(info, n, &at, &got), 0);
        assert_memory_equal(got.cell_mv, sent[i].cell_mv, sizeof got.cell_mv);
        assert_int_equal(got.cycles, sent[i].cycles);
    }
    assert_int_equal(at, n);
}

static void jbd_packs_are_what_their_publishers_read(void **state)
{
    (void)state;
    static const struct {
        int frame;
        int32_t mv;
        uint32_t remaining, nominal;
        uint8_t soc, cells, temps;
        int16_t c10[3];
        struct jbd_date date;
        bool charge, discharge;
    } cases[] = {
        {FRAME_JBD_BASIC_4S,
         15600,
         4980,
         5000,
         100,
         4,
         3,
         {225, 223, 217},
         {2022, 3, 28},
         true,
         true},
        {FRAME_JBD_BASIC_15S,
         58880,
         7200,
         10000,
         72,
         15,
         2,
         {203, 215, 0},
         {2016, 3, 24},
         true,
         true},
        {FRAME_JBD_BASIC_16S, 0, 0, 100000, 0, 16, 0, {0}, {2022, 2, 16}, true, false},
        {FRAME_JBD_BASIC_4S_LATER,
         15590,
         4990,
         5000,
         100,
         4,
         3,
         {226, 225, 221},
         {2022, 3, 28},
         true,
         true},
    };
    for (size_t i = 0; i < N_FRAMES(cases); i++) {
        uint8_t bytes[64];
        uint8_t again[64];
        uint8_t data[64];
        struct pack_view pack = {.heard = 0};
        struct jbd_date date;
        size_t n = frame_bytes(jbd_frames[cases[i].frame].text, bytes);
        assert_int_equal(jbd_reply_length(bytes, n), n);
        assert_int_equal(jbd_basic_decode(bytes + 4, bytes[3], &pack, &date), 0);
        assert_int_equal(pack.voltage_mv, cases[i].mv);
        assert_int_equal(pack.current_ma, 0);
        assert_int_equal(pack.remaining_mah, cases[i].remaining);
        assert_int_equal(pack.design_mah, cases[i].nominal);
        assert_int_equal(pack.soc_pct, cases[i].soc);
        assert_int_equal(pack.n_cells, cases[i].cells);
        assert_int_equal(pack.n_temps, cases[i].temps);
        assert_memory_equal(pack.temp_c10, cases[i].c10, 2U * cases[i].temps);
        assert_int_equal(pack.charge_mos, cases[i].charge);
        assert_int_equal(pack.discharge_mos, cases[i].discharge);
        assert_int_equal(pack.protections, 0);
        assert_memory_equal(&date, &cases[i].date, sizeof date);
        uint8_t length = jbd_basic_encode(&pack, data);
        memcpy(data + 10, bytes + 14, 2); /* the date of making is none of a view's */
        assert_int_equal(jbd_reply(again, JBD_BASIC, false, data, length), n);
        assert_memory_equal(again, bytes, n);
    }
}

static void jbd_cells_and_orders(void **state)
{
    (void)state;
    static const uint16_t cells[] = {3942, 3939, 3939, 3940, 3902, 3939, 3895, 3931,
                                     3941, 3899, 3939, 3939, 3900, 3942, 3901};
    uint8_t bytes[64];
    uint8_t again[64];
    uint8_t data[64];
    struct pack_view pack = {.heard = 0};
    size_t n = frame_bytes(jbd_frames[FRAME_JBD_CELLS_15S].text, bytes);
    assert_int_equal(jbd_reply_length(bytes, n), n);
    assert_int_equal(jbd_cells_decode(bytes + 4, bytes[3], &pack), 0);
    assert_int_equal(pack.n_cells, 15);
    assert_memory_equal(pack.cell_mv, cells, sizeof cells);
    uint8_t length = jbd_cells_encode(&pack, data);
    assert_int_equal(jbd_reply(again, JBD_CELLS, false, data, length), n);
    assert_memory_equal(again, bytes, n);
    static const int orders[] = {FRAME_JBD_MOS_BOTH_ON, 0, FRAME_JBD_MOS_DISCHARGE_OFF,
                                 FRAME_JBD_MOS_BOTH_OFF};
    for (uint8_t off = 0; off < 4; off++) {
        const uint8_t xx[] = {0, off};
        if (off == 1) {
            continue; /* not captured */
        }
        n = frame_bytes(jbd_frames[orders[off]].text, bytes);
        assert_int_equal(jbd_request(again, true, JBD_MOS, xx, 2), n);
        assert_memory_equal(again, bytes, n);
    }
    n = frame_bytes(jbd_frames[FRAME_JBD_ASK_BASIC_4S].text, bytes);
    assert_int_equal(jbd_request(again, false, JBD_BASIC, NULL, 0), n);
    assert_memory_equal(again, bytes, n);
}

/* Trap 11: a reply with the register in its sum is wrong. */
static void the_sum_of_a_jbd_reply_leaves_the_register_out(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t n = frame_bytes(jbd_frames[FRAME_JBD_BASIC_4S].text, bytes);
    unsigned sum = 0;
    for (size_t i = 1; i < n - 3; i++) {
        sum += bytes[i];
    }
    put_be16(bytes + n - 3, 0U - sum);
    assert_int_equal(jbd_reply_length(bytes, n), -1);
}

/* Pack of 8 cells as the probed JK had it. */
static void probed_pack(struct battery_bank *bank)
{
    static const uint16_t cells[] = {3287, 3287, 3288, 3288, 3287, 3288, 3288, 3287};
    *bank = (struct battery_bank){.n_packs = 1};
    struct pack_view *pack = &bank->pack[0];
    pack->n_cells = 8;
    memcpy(pack->cell_mv, cells, sizeof cells);
    pack->voltage_mv = 26290;
    pack->soc_pct = 66;
    pack->n_temps = 2;
    pack->temp_c10[0] = 210;
    pack->temp_c10[1] = 209;
    pack->mos_c10 = 241;
    pack->env_c10 = 209;
    pack->heard = UINT16_MAX;
    bank_combine(bank, 0, 1000);
}

static void assert_answers(enum rs485_protocol protocol, const struct battery_bank *bank, int ask,
                           int answer)
{
    static struct rs485_server server;
    uint8_t bytes[64];
    uint8_t wanted[64];
    uint8_t reply[RS485_FRAME_MAX];
    rs485_server_init(&server, protocol);
    size_t n = frame_bytes(modbus_frames[ask].text, bytes);
    size_t length = frame_bytes(modbus_frames[answer].text, wanted);
    assert_int_equal(serve(&server, bytes, n, 0, bank, NULL, reply), length);
    assert_memory_equal(reply, wanted, length);
}

/* Trap 7: two bytes that count words; and trap 9: PACE's numbers are decimal. */
static void captured_modbus_exchanges_are_ours_byte_by_byte(void **state)
{
    (void)state;
    static struct battery_bank bank;
    probed_pack(&bank);
    assert_answers(RS485_VOLTRONIC, &bank, FRAME_MODBUS_VOLTRONIC_ASK,
                   FRAME_MODBUS_VOLTRONIC_COUNT);
    assert_answers(RS485_PACE_MODBUS, &bank, FRAME_MODBUS_PACE_ASK_VOLTAGE,
                   FRAME_MODBUS_PACE_VOLTAGE);
    assert_answers(RS485_PACE_MODBUS, &bank, FRAME_MODBUS_PACE_ASK_THREE, FRAME_MODBUS_PACE_THREE);
    bank.pack[0].cell_mv[6] = 3288;
    bank.pack[0].cell_mv[7] = 3287;
    assert_answers(RS485_PACE_MODBUS, &bank, FRAME_MODBUS_PACE_ASK_CELL_7,
                   FRAME_MODBUS_PACE_CELL_7);
    bank.pack[0].cell_mv[6] = 3287;
    bank.pack[0].cell_mv[7] = 3285;
    assert_answers(RS485_PACE_MODBUS, &bank, FRAME_MODBUS_PACE_ASK_REST, FRAME_MODBUS_PACE_REST);
}

static void a_captured_growatt_state_is_what_its_publisher_read(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t n = frame_bytes(modbus_frames[FRAME_MODBUS_GROWATT_STATUS].text, bytes);
    assert_int_equal(modbus_reply_to(bytes, n, 1, MODBUS_READ, 6), n);
    /* the same six registers within the read of our reader */
    static struct rs485_client client;
    static struct battery_bank bank;
    uint16_t registers[15] = {0};
    for (size_t k = 0; k < 6; k++) {
        registers[3 + k] = be16(bytes + 3 + 2 * k);
    }
    uint8_t out[MODBUS_FRAME_MAX];
    rs485_client_init(&client, RS485_GROWATT, 1, 1);
    n = rs485_client_poll(&client, 0, out, sizeof out);
    static const uint8_t ask[] = {1, 3, 0, 0x10, 0, 0x0F};
    assert_memory_equal(out, ask, sizeof ask);
    n = modbus_answer(out, 1, MODBUS_READ, registers, 15);
    assert_true(rs485_client_take(&client, out, n, 1, &bank));
    assert_int_equal(bank.whole.voltage_mv, 26310);
    assert_int_equal(bank.whole.current_ma, 0);
    assert_int_equal(client.told.soc_pct, 66);
    assert_int_equal(client.told.temp_c10, 200);
    assert_true(client.told.charge_enable && client.told.discharge_enable);
    assert_true(client.told.balancing && !client.told.asleep);
    assert_int_equal(client.told.protections, 0);
}

/* Answers a Growatt reader out of a plain map. */
static void growatt_with_cells_at(uint16_t first, struct battery_bank *bank)
{
    static struct rs485_client client;
    uint16_t map[0x100] = {[0x15] = 66, [0x29] = 8};
    for (uint16_t k = 0; k < 8; k++) {
        map[first + k] = (uint16_t)(3300 + k);
    }
    rs485_client_init(&client, RS485_GROWATT, 1, 1);
    for (uint32_t now = 0; now < 3000; now++) {
        uint8_t out[MODBUS_FRAME_MAX];
        size_t n = rs485_client_poll(&client, now, out, sizeof out);
        if (n > 0) {
            n = modbus_answer(out, 1, MODBUS_READ, map + be16(out + 2), be16(out + 4));
            (void)rs485_client_take(&client, out, n, now, bank);
        }
    }
}

/* The captured read at 0071 of an 8S pack has seven cells: that pack holds cell 1 at 0070. */
static void growatt_cells_are_found_at_either_place(void **state)
{
    (void)state;
    static struct battery_bank bank;
    uint8_t bytes[64];
    size_t n = frame_bytes(modbus_frames[FRAME_MODBUS_GROWATT_CELLS].text, bytes);
    assert_int_equal(modbus_reply_to(bytes, n, 1, MODBUS_READ, 8), n);
    assert_int_equal(be16(bytes + 3 + 2 * 6), 3290);
    assert_int_equal(be16(bytes + 3 + 2 * 7), 0);
    for (uint16_t first = 0x70; first <= 0x71; first++) {
        memset(&bank, 0, sizeof bank);
        growatt_with_cells_at(first, &bank);
        assert_int_equal(bank.pack[0].n_cells, 8);
        for (uint16_t k = 0; k < 8; k++) {
            assert_int_equal(bank.pack[0].cell_mv[k], 3300 + k);
        }
    }
}

/* Trap 7 on the reading side: four forms, and cells in three units (trap 6). */
static void voltronic_replies_are_told_by_their_length(void **state)
{
    (void)state;
    static struct rs485_client client;
    static struct battery_bank bank;
    for (int form = 0; form < 4; form++) {
        for (int unit = 0; unit < 3; unit++) {
            uint8_t out[MODBUS_FRAME_MAX];
            rs485_client_init(&client, RS485_VOLTRONIC, 1, 1);
            memset(&bank, 0, sizeof bank);
            assert_int_equal(rs485_client_poll(&client, 0, out, sizeof out), 8);
            uint16_t words = be16(out + 4);
            size_t head = form == 2 ? 3 : 4;
            memset(out, 0, sizeof out);
            out[form == 3 ? 1 : 0] = 1;
            out[form == 3 ? 0 : 1] = 3;
            put_be16(out + 2, form == 0 || form == 3 ? words : 2U * words);
            if (form == 2) {
                out[2] = (uint8_t)(2 * words);
            }
            static const uint16_t cell[] = {33, 331, 3312};
            put_be16(out + head, 8);
            put_be16(out + head + 2, cell[unit]);
            size_t n = modbus_seal(out, head + 2U * words);
            assert_true(rs485_client_take(&client, out, n, 1, &bank));
            static const uint16_t mv[] = {3300, 3310, 3312};
            assert_int_equal(bank.pack[0].n_cells, 8);
            assert_int_equal(bank.pack[0].cell_mv[0], mv[unit]);
        }
    }
}

/* Trap 2. */
static void the_nibble_of_a_length_wraps(void **state)
{
    (void)state;
    static const struct {
        uint16_t bytes;
        const char *length;
    } cases[] = {{0, "0000"},  {1, "E002"},  {2, "C004"},  {9, "D012"}, {10, "B014"},
                 {25, "B032"}, {61, "F07A"}, {49, "8062"}, {4, "8008"}, {0x44, "0088"}};
    for (size_t i = 0; i < N_FRAMES(cases); i++) {
        uint8_t out[ASCII_FRAME_MAX];
        frame = (struct ascii_frame){.length = cases[i].bytes};
        assert_true(ascii_frame_encode(&frame, out, sizeof out) > 0);
        assert_memory_equal(out + 9, cases[i].length, 4);
    }
    uint8_t bytes[64];
    size_t n = frame_bytes("~1203400456ABCEFEFC72", bytes); /* the documents' misprint */
    assert_true(ascii_frame_decode(bytes, n, &frame) < 0);
}

static const struct {
    const struct known_frame *frames;
    size_t n;
} tables[] = {{pylon_frames, N_FRAMES(pylon_frames)},
              {pace_frames, N_FRAMES(pace_frames)},
              {seplos_frames, N_FRAMES(seplos_frames)},
              {jbd_frames, N_FRAMES(jbd_frames)},
              {modbus_frames, N_FRAMES(modbus_frames)}};

/* Length of a whole right frame of its kind. */
static int judged(const struct known_frame *known, const uint8_t *bytes, size_t n)
{
    if (known->text[0] == '~') {
        return ascii_frame_decode(bytes, n, &frame) == 0 ? (int)n : -1;
    }
    if (memcmp(known->text, "DD", 2) == 0) {
        return known->way == '>' ? jbd_request_length(bytes, n) : jbd_reply_length(bytes, n);
    }
    bool twin = known == &modbus_frames[FRAME_MODBUS_VOLTRONIC_COUNT];
    return known->way == '>' || twin ? modbus_request_length(bytes, n)
                                     : modbus_reply_length(bytes, n);
}

/* Functions 01 and 04 with coils are Seplos' own. */
static bool is_ours(const struct known_frame *known)
{
    return known->text[0] == '~' || strncmp(known->text + 3, "01", 2) != 0;
}

static void every_published_frame_is_whole_and_every_cut_is_not(void **state)
{
    (void)state;
    for (size_t t = 0; t < N_FRAMES(tables); t++) {
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct known_frame *known = &tables[t].frames[i];
            uint8_t bytes[ASCII_FRAME_MAX];
            size_t n = frame_bytes(known->text, bytes);
            if (!is_ours(known) || strstr(known->text, " 81 ") != NULL) {
                continue;
            }
            if (judged(known, bytes, n) != (int)n) {
                fail_msg("%s", known->text);
            }
            for (size_t cut = 1; cut < n; cut++) {
                assert_true(judged(known, bytes, cut) <= 0);
            }
        }
    }
}

/* Nothing but the case of a sum's digit may change (it is the same number), and the register of a
   JBD reply: the reader knows which it asked. */
static void every_flipped_bit_is_refused_or_harmless(void **state)
{
    (void)state;
    for (size_t t = 0; t < N_FRAMES(tables); t++) {
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct known_frame *known = &tables[t].frames[i];
            uint8_t bytes[ASCII_FRAME_MAX];
            size_t n = frame_bytes(known->text, bytes);
            bool ascii = known->text[0] == '~';
            bool jbd_reply = !ascii && bytes[0] == 0xDD && known->way == '<';
            for (size_t bit = 0; bit < 8 * n && is_ours(known); bit++) {
                size_t at = bit / 8;
                bool case_only = ascii && at + 5 >= n && at + 1 < n && bit % 8 == 5;
                bytes[at] ^= (uint8_t)(1U << bit % 8);
                int length = judged(known, bytes, n);
                if (length > 0 && !case_only && !(jbd_reply && at == 1)) {
                    fail_msg("%s: bit %zu of byte %zu", known->text, bit % 8, at);
                }
                bytes[at] ^= (uint8_t)(1U << bit % 8);
            }
        }
    }
}

/* All frames of all protocols to both ends of each: foreign ones get silence or a refusal. */
static void foreign_frames_harm_nobody(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 31;
    for (int p = 0; p < RS485_COUNT; p++) {
        line_init(&line, (enum rs485_protocol)p, 2);
        random_bank(&seed, &line.battery, 2, line.now_ms);
        for (size_t t = 0; t < N_FRAMES(tables); t++) {
            for (size_t i = 0; i < tables[t].n; i++) {
                uint8_t bytes[ASCII_FRAME_MAX];
                uint8_t out[RS485_FRAME_MAX];
                size_t n = frame_bytes(tables[t].frames[i].text, bytes);
                line.now_ms += 500;
                (void)serve(&line.server, bytes, n, line.now_ms, &line.battery, NULL, out);
                (void)rs485_client_poll(&line.client, line.now_ms, out, sizeof out);
                (void)rs485_client_take(&line.client, bytes, n, line.now_ms, &line.seen);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rack_answers_for_all_its_packs),
        cmocka_unit_test(capacities_are_24_bits_when_the_pack_says_so),
        cmocka_unit_test(single_packs_are_what_their_publishers_read),
        cmocka_unit_test(pylon_levels_names_and_firmware),
        cmocka_unit_test(the_system_is_told_as_a_whole),
        cmocka_unit_test(limits_are_magnitudes_in_tenths_of_an_ampere),
        cmocka_unit_test(requests_as_they_were_captured_are_answered),
        cmocka_unit_test(an_answer_from_another_address_is_taken_on_a_line_of_two),
        cmocka_unit_test(pace_packs_are_what_their_publishers_read),
        cmocka_unit_test(pace_states_are_read_with_a_vendors_byte_behind_them),
        cmocka_unit_test(the_next_pack_is_found_behind_extras),
        cmocka_unit_test(jbd_packs_are_what_their_publishers_read),
        cmocka_unit_test(jbd_cells_and_orders),
        cmocka_unit_test(the_sum_of_a_jbd_reply_leaves_the_register_out),
        cmocka_unit_test(captured_modbus_exchanges_are_ours_byte_by_byte),
        cmocka_unit_test(a_captured_growatt_state_is_what_its_publisher_read),
        cmocka_unit_test(growatt_cells_are_found_at_either_place),
        cmocka_unit_test(voltronic_replies_are_told_by_their_length),
        cmocka_unit_test(the_nibble_of_a_length_wraps),
        cmocka_unit_test(every_published_frame_is_whole_and_every_cut_is_not),
        cmocka_unit_test(every_flipped_bit_is_refused_or_harmless),
        cmocka_unit_test(foreign_frames_harm_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
