/* SPDX-License-Identifier: Apache-2.0 */
/* Boards of others that are only read: published frames of Daly (jblance/mpp-solar), JK (the
   vendor's communication example) and Seplos v2 and v3 (syssi/esphome-seplos-bms), whole, cut and
   flipped. */
#include "core_test.h"

#include <stdlib.h>

#include "core/proto/modbus_rtu.h"
#include "core/proto/rs485_ends.h"

static struct rs485_client client;
static struct battery_bank bank;
static uint32_t now_ms;

static void begin(enum rs485_protocol protocol, uint8_t first)
{
    memset(&bank, 0, sizeof bank);
    now_ms = 1000;
    rs485_client_init(&client, protocol, first, 1);
}

/* "A5 01 90": bytes; anything else is characters, and a CR follows. */
static size_t bytes_of(const char *text, uint8_t *out)
{
    size_t n = 0;
    if (text[0] == '~') {
        n = strlen(text);
        memcpy(out, text, n);
        out[n++] = '\r';
        return n;
    }
    for (const char *at = text; *at != '\0'; at += at[2] == ' ' ? 3 : 2) {
        const char pair[3] = {at[0], at[1], '\0'};
        out[n++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

/* The request that is due; `wanted` NULL: whatever it is. */
static void asks(const char *wanted)
{
    uint8_t out[RS485_FRAME_MAX];
    uint8_t want[RS485_FRAME_MAX];
    size_t n = 0;
    for (int i = 0; i < 5000 && n == 0; i++) {
        n = rs485_client_poll(&client, ++now_ms, out, sizeof out);
    }
    assert_true(n > 0);
    if (wanted != NULL) {
        size_t n_want = bytes_of(wanted, want);
        assert_int_equal(n, n_want);
        assert_memory_equal(out, want, n);
    }
}

static bool takes(const char *reply)
{
    uint8_t bytes[RS485_FRAME_MAX];
    size_t n = bytes_of(reply, bytes);
    return rs485_client_take(&client, bytes, n, ++now_ms, &bank);
}

/* Asks step after step until the one of this code is under way. */
static void asks_for(uint16_t code)
{
    for (int i = 0; i < 50; i++) {
        asks(NULL);
        if (rs485_end_of(client.protocol)->steps[client.step].code == code) {
            return;
        }
        now_ms += client.timeout_ms;
        client.pack[0].misses = 0;
        client.pack[0].silent = false;
        client.waiting = false;
        client.step++; /* as if it had been answered */
    }
    fail();
}

static void daly_frames_say_what_their_sources_say(void **state)
{
    const struct pack_view *pack = &bank.pack[0];
    (void)state;
    begin(RS485_DALY, 1);
    asks("A5 40 94 08 00 00 00 00 00 00 00 00 81");
    assert_true(takes("A5 01 94 08 10 01 00 00 00 00 00 00 53")); /* 16 cells, 1 sensor */
    asks_for(0x90);
    assert_true(takes("A5 01 90 08 02 10 00 00 75 6F 03 BC F3"));
    assert_int_equal(pack->voltage_mv, 52800);
    assert_int_equal(pack->soc_pct, 96); /* 95.6 */
    asks_for(0x93);
    assert_true(takes("A5 01 93 08 02 01 01 78 00 03 CB 40 CB"));
    assert_int_equal(pack->current_ma, -6300); /* 6.3 A, discharging */
    assert_true(pack->charge_mos && pack->discharge_mos && pack->discharging);
    assert_int_equal(pack->remaining_mah, 248640);
    asks_for(0x95); /* sixteen cells: six frames to one question */
    assert_true(takes("A5 01 95 08 01 0C FD 0C FE 0C FE 40 A1 "
                      "A5 01 95 08 02 0C FE 0C FE 0C FE 40 A3 "
                      "A5 01 95 08 03 0C FE 0C FE 0C FE 40 A4 "
                      "A5 01 95 08 04 0C FE 0C FC 0C FE 40 A3 "
                      "A5 01 95 08 05 0C FE 0C FE 0D 00 40 A9 "
                      "A5 01 95 08 06 0C FE 00 00 00 00 40 93"));
    assert_int_equal(pack->cell_mv[0], 3325);
    assert_int_equal(pack->cell_mv[10], 3324);
    assert_int_equal(pack->cell_mv[14], 3328);
    assert_int_equal(pack->cell_mv[15], 3326);
    asks_for(0x98);
    assert_true(takes("A5 01 98 08 06 00 00 00 00 00 04 00 50"));
    assert_int_equal(pack->protections, REPORT_CELL_OVER_VOLTAGE | REPORT_SHORT_CIRCUIT);
    assert_int_equal(pack->alarms, REPORT_CELL_UNDER_VOLTAGE);
}

static const char jk_question[] = "4E 57 00 13 00 00 00 00 06 03 00 00 00 00 00 00 68 00 00 01 29";
/* Its printed sum, 49 23, is wrong; 48 5C is right. */
#define JK_ANSWER                                                                                \
    "4E 57 01 0B 00 00 00 00 06 00 01 79 3C 01 0E F9 02 0E F8 03 0F 01 04 0F 03 05 0F 02 06 0F " \
    "05 07 0F 02 08 0F 05 09 0E FB 0A 0E C8 0B 0E CB 0C 0E 9A 0D 0E C5 0E 0E C6 0F 0E CB 10 0E " \
    "C1 11 0E CD 12 0E CB 13 0E BC 14 0E C2 80 00 1B 81 00 1E 82 00 1E 83 1D BC 84 27 10 85 47 " \
    "86 02 87 00 01 89 00 00 00 00 8A 00 14 8B 00 00 8C 00 0B 8E 20 D0 8F 15 E0 90 10 68 91 10 " \
    "36 92 00 04 93 0A F0 94 0B 54 95 00 04 96 01 2C 97 00 28 98 00 04 99 00 14 9A 00 04 9B 10 " \
    "36 9C 00 64 9D 00 9E 00 64 9F 00 50 A0 00 50 A1 00 46 A2 00 14 A3 00 64 A4 00 64 A5 FF EC " \
    "A6 FF F6 A7 FF EC A8 FF F6 A9 14 AA 00 00 00 28 AB 00 AC 00 AD 03 E8 AE 01 AF 01 B0 00 0A " \
    "B1 14 B2 00 00 00 00 00 00 00 00 00 00 B3 01 B4 36 30 33 30 30 30 30 31 B5 32 30 30 34 B6 " \
    "00 00 00 01 B7 4E 57 5F 31 5F 30 5F 30 5F 32 30 30 34 32 38 00 00 00 00 68 00 00 "

static void jk_tells_everything_at_once(void **state)
{
    const struct pack_view *pack = &bank.pack[0];
    (void)state;
    begin(RS485_JK, 0);
    asks(jk_question);
    assert_false(takes(JK_ANSWER "49 23")); /* as printed: its sum does not verify */
    assert_int_equal(client.answered, 0);
    assert_true(client.dropped > 0);
    begin(RS485_JK, 0);
    asks(jk_question);
    assert_true(takes(JK_ANSWER "48 5C"));
    assert_int_equal(pack->n_cells, 20);
    assert_int_equal(pack->cell_mv[0], 3833);
    assert_int_equal(pack->cell_mv[1], 3832);
    assert_int_equal(pack->cell_mv[2], 3841);
    assert_int_equal(pack->cell_mv[19], 3778);
    assert_int_equal(pack->mos_c10, 270);
    assert_int_equal(pack->temp_c10[0], 300);
    assert_int_equal(pack->voltage_mv, 76120);
    assert_int_equal(pack->current_ma, 0);
    assert_int_equal(pack->soc_pct, 71);
    assert_int_equal(pack->cycles, 1);
    assert_int_equal(pack->protections | pack->alarms, 0);
    assert_true(pack->charge_mos && pack->discharge_mos);
    assert_int_equal(pack->design_mah, 40000);
    assert_string_equal(pack->version, "NW_1_0_0_200428");
}

static const char seplos_answer[] =
    "~2000460010960001100CD70CE90CF40CD60CEF0CE50CE10CDC0CE90CF00CE80CEF0CEA0CDA0CDE0CD8060BA60BA00"
    "B"
    "970BA60BA50BA2FD5C14A0344E0A426803134650004603E8149F0000000000000000DC6C";

static void seplos_v2_telemetry_is_read_and_a_refusal_is_one(void **state)
{
    static const uint16_t cells[] = {3287, 3305, 3316, 3286, 3311, 3301, 3297, 3292,
                                     3305, 3312, 3304, 3311, 3306, 3290, 3294, 3288};
    static const int16_t temps[] = {251, 245, 236, 251};
    const struct pack_view *pack = &bank.pack[0];
    (void)state;
    begin(RS485_SEPLOS, 0);
    asks("~20004642E00200FD37");
    assert_true(takes(seplos_answer));
    assert_memory_equal(pack->cell_mv, cells, sizeof cells);
    assert_memory_equal(pack->temp_c10, temps, sizeof temps);
    assert_int_equal(pack->env_c10, 250);
    assert_int_equal(pack->mos_c10, 247);
    assert_int_equal(pack->current_ma, -6760);
    assert_int_equal(pack->voltage_mv, 52800);
    assert_int_equal(pack->remaining_mah, 133900);
    assert_int_equal(pack->full_mah, 170000);
    assert_int_equal(pack->soc_pct, 79); /* 78.7 */
    assert_int_equal(pack->design_mah, 180000);
    assert_int_equal(pack->cycles, 70);
    assert_int_equal(pack->soh_pct, 100);
    asks_for(0x44);
    assert_true(takes("~200046040000FDB0")); /* there, and it does not know the command */
    assert_int_equal(client.refused, 1);
}

static void seplos_v3_registers_are_read_with_function_04(void **state)
{
    const struct pack_view *pack = &bank.pack[0];
    (void)state;
    begin(RS485_SEPLOS3, 1);
    asks("01 04 10 00 00 11 34 C6");
    assert_true(takes("01 04 22 14 CD FF 77 6B 40 80 E8 01 22 03 40 03 E7 00 0A 0C FF 0B 7F 0D 00 "
                      "0C FF 0B 81 0B 7E 00 00 00 B4 00 B4 D3 2E"));
    assert_int_equal(pack->voltage_mv, 53250);
    assert_int_equal(pack->current_ma, -1370);
    assert_int_equal(pack->remaining_mah, 274560);
    assert_int_equal(pack->full_mah, 330000);
    assert_int_equal(pack->soc_pct, 83);
    assert_int_equal(pack->soh_pct, 100); /* 99.9 */
    assert_int_equal(pack->cycles, 10);
    begin(RS485_SEPLOS3, 0); /* unit 0 answers; here it refuses */
    asks("00 04 10 00 00 11 35 17");
    assert_true(takes("00 84 02 93 01"));
    assert_int_equal(client.refused, 1);
}

/* A reply cut short gives nothing, a flipped one nothing or something inside its bounds. */
static void cut_and_flipped_frames_do_no_harm(void **state)
{
    static const struct {
        enum rs485_protocol protocol;
        const char *reply;
    } cases[] = {{RS485_DALY, "A5 01 94 08 10 01 00 00 00 00 00 00 53"},
                 {RS485_JK, JK_ANSWER "48 5C"},
                 {RS485_SEPLOS, seplos_answer},
                 {RS485_SEPLOS3, "00 04 22 14 CD FF 77 6B 40 80 E8 01 22 03 40 03 E7 00 0A 0C FF "
                                 "0B 7F 0D 00 0C FF 0B 81 0B 7E 00 00 00 B4 00 B4"}};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        uint8_t whole[RS485_FRAME_MAX];
        size_t n = bytes_of(cases[c].reply, whole);
        if (cases[c].protocol == RS485_SEPLOS3) {
            n = modbus_seal(whole, n);
        }
        uint8_t first = rs485_facts[cases[c].protocol].first_address;
        for (size_t cut = 0; cut < n; cut++) {
            begin(cases[c].protocol, first);
            asks(NULL);
            assert_false(rs485_client_take(&client, whole, cut, ++now_ms, &bank));
        }
        for (size_t bit = 0; bit < 8 * n; bit++) {
            begin(cases[c].protocol, first);
            asks(NULL);
            whole[bit / 8] ^= (uint8_t)(1U << bit % 8);
            (void)rs485_client_take(&client, whole, n, ++now_ms, &bank);
            whole[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_true(bank.pack[0].n_cells <= BANK_CELLS && bank.pack[0].n_temps <= BANK_TEMPS);
            assert_true(bank.pack[0].soc_pct <= 100);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daly_frames_say_what_their_sources_say),
        cmocka_unit_test(jk_tells_everything_at_once),
        cmocka_unit_test(seplos_v2_telemetry_is_read_and_a_refusal_is_one),
        cmocka_unit_test(seplos_v3_registers_are_read_with_function_04),
        cmocka_unit_test(cut_and_flipped_frames_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
