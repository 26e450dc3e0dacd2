/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor against a battery that speaks PACE on a pty: the rules of the VT manual's PC tool
   (s6.3; acceptance scenarios 59 to 64 of the battery facts). A virtual clock; the bytes are real.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/product/product.h"
#include "host/ends/battery_end.h"
#include "host/monitor/keys.h"

enum { STEP_MS = 20, RECORDS = 12, DAY_S = 86400 };
static const int64_t begin_s = INT64_C(1768478581); /* 2026-01-15 12:03:01 */

/* The battery: parameters, a password, a clock, records. */
static struct battery {
    struct battery_end end;
    struct battery_bank bank;
    struct bank_desk desk;
    int32_t param[PARAM_COUNT];
    char password[20];
    bool admin, silent;
    int n_records;
    struct desk_clock clock;
    struct pack_view recorded;
} battery;

static struct monitor monitor;
static struct monitor_hand hand;
static struct recorder *recorder;
static int64_t now_ms;
static char link_path[64], folder[64];

static bool get(void *context, uint8_t pack, unsigned parameter, int32_t *value)
{
    (void)context;
    (void)pack;
    *value = parameter < PARAM_COUNT ? battery.param[parameter] : 0;
    return parameter < PARAM_COUNT;
}

static bool set(void *context, uint8_t pack, const struct desk_value *values, size_t n)
{
    (void)context;
    (void)pack;
    for (size_t i = 0; battery.admin && i < n; i++) {
        assert_true(values[i].parameter < PARAM_COUNT);
        battery.param[values[i].parameter] = values[i].value;
    }
    return battery.admin;
}

static bool get_clock(void *context, uint8_t pack, struct desk_clock *clock)
{
    (void)context;
    (void)pack;
    *clock = battery.clock;
    return true;
}

static bool set_clock(void *context, uint8_t pack, const struct desk_clock *clock)
{
    (void)context;
    (void)pack;
    battery.clock = *clock;
    return true;
}

static bool flip(void *context, uint8_t pack, enum desk_switch which, bool on)
{
    (void)context;
    (void)pack;
    if (!battery.admin) {
        return false;
    }
    battery.param[which == DESK_BUZZER ? PARAM_SOUND_ALARM : PARAM_LED_ALARM] = on;
    return true;
}

static bool record(void *context, uint8_t pack, uint16_t index, struct desk_record *out)
{
    (void)context;
    (void)pack;
    if (index >= battery.n_records) {
        return false;
    }
    battery.recorded = battery.bank.pack[0];
    battery.recorded.current_ma = 1000 * (index + 1);
    *out = (struct desk_record){{2026, 1, 14, 10, (uint8_t)index, 0}, &battery.recorded};
    return true;
}

static bool admin(void *context, uint8_t pack, enum desk_admin what, const char *text)
{
    char old[20];
    char wanted[20];
    char again[20];
    (void)context;
    (void)pack;
    switch (what) {
    case ADMIN_LOGIN: battery.admin = strcmp(text, battery.password) == 0; return battery.admin;
    case ADMIN_PASSWORD:
        if (sscanf(text, "%19s %19s %19s", old, wanted, again) != 3 ||
            strcmp(old, battery.password) != 0 || strcmp(wanted, again) != 0) {
            return false;
        }
        strcpy(battery.password, wanted);
        return true;
    case ADMIN_RESTORE:
        if (battery.admin) {
            battery.param[PARAM_CELL_OV_ALARM] = 3600;
        }
        return battery.admin;
    case ADMIN_ERASE:
        battery.n_records = battery.admin ? 0 : battery.n_records;
        return battery.admin;
    }
    return false;
}

static void fill_bank(int packs)
{
    memset(&battery.bank, 0, sizeof battery.bank);
    for (int i = 0; i < packs; i++) {
        struct pack_view *pack = &battery.bank.pack[i];
        *pack = (struct pack_view){.heard = 0x3FFF,
                                   .address = (uint8_t)(i + 1),
                                   .n_cells = 16,
                                   .n_temps = 4,
                                   .current_ma = -12300 - 100 * i,
                                   .voltage_mv = 52800,
                                   .remaining_mah = 55000,
                                   .full_mah = 100000,
                                   .design_mah = 100000,
                                   .cycles = 42,
                                   .mos_c10 = 310,
                                   .env_c10 = 240};
        for (int k = 0; k < 16; k++) {
            pack->cell_mv[k] = (uint16_t)(3290 + k);
        }
        for (int k = 0; k < 4; k++) {
            pack->temp_c10[k] = 250;
        }
        snprintf(pack->serial, sizeof pack->serial, "HEARTH0000000001");
        snprintf(pack->version, sizeof pack->version, "1.0");
        battery.bank.n_packs++;
    }
}

static void pass(int64_t ms)
{
    for (int64_t end = now_ms + ms; now_ms < end;) {
        now_ms += STEP_MS;
        battery_end_step(&battery.end, now_ms, battery.silent ? NULL : &battery.bank,
                         &battery.desk);
        monitor_step(&monitor, now_ms, begin_s + now_ms / 1000);
    }
}

static struct bus_address address_of(const char *kind, const char *options)
{
    char name[100];
    char why[300];
    struct bus_address address;
    snprintf(name, sizeof name, "%s:%s%s", kind, link_path, options);
    assert_true(bus_address_read(name, &address, why, sizeof why));
    return address;
}

static void press(const char *keys)
{
    for (const char *k = keys; *k != '\0'; k++) {
        assert_true(monitor_press(&hand, *k == '\n' ? MKEY_ENTER : *k));
    }
}

/* What is on the screen. */
static const char *screen(void)
{
    static struct sheet sheet;
    static char text[20000];
    sheet_clear(&sheet, SHEET_ROWS, SHEET_COLUMNS);
    monitor_draw(&monitor, &hand.view, &sheet);
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    sheet_print(&sheet, out);
    fclose(out);
    return text;
}

static void sees(const char *words)
{
    const char *text = screen();
    if (strstr(text, words) == NULL) {
        print_error("no \"%s\" on\n%s", words, text);
    }
    assert_non_null(strstr(text, words));
}

static int open_both(void **state)
{
    char why[300];
    char path[100];
    const struct product *product = product_find("vt12040");
    (void)state;
    snprintf(link_path, sizeof link_path, "/tmp/hearth-monitor-%d", (int)getpid());
    snprintf(folder, sizeof folder, "/tmp/hearth-monitor-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/monitor.db", folder);
    memset(&battery, 0, sizeof battery);
    battery.desk = (struct bank_desk){.get = get,
                                      .set = set,
                                      .get_clock = get_clock,
                                      .set_clock = set_clock,
                                      .flip = flip,
                                      .record = record,
                                      .admin = admin};
    strcpy(battery.password, "123456");
    battery.n_records = RECORDS;
    battery.clock = (struct desk_clock){2024, 2, 29, 2, 0, 56};
    for (int i = 0; i < PARAM_COUNT; i++) {
        battery.param[i] = parameters[i].def[product->pack->model];
    }
    fill_bank(4);
    now_ms = 0;
    struct bus_address address = address_of("pty", "");
    assert_true(
        battery_end_open(&battery.end, &address, protocol_find("pace"), now_ms, why, sizeof why));
    recorder = recorder_open(path, begin_s, why, sizeof why);
    monitor_init(&monitor, recorder);
    memset(&hand, 0, sizeof hand);
    hand.monitor = &monitor;
    hand.address = address_of("serial", "?9600-8N1");
    hand.protocol = protocol_find("pace");
    return 0;
}

static int close_both(void **state)
{
    char command[100];
    (void)state;
    monitor_close(&monitor);
    recorder_close(recorder);
    battery_end_close(&battery.end);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* Scenario 59. */
static void rotation_needs_ff_and_running_monitoring(void **state)
{
    (void)state;
    assert_true(monitor_choose(&monitor, 3));
    assert_false(monitor_rotate(&monitor, true));
    press("o");
    pass(3000);
    assert_true(monitor.link.answered > 0);
    assert_false(monitor_rotate(&monitor, true));
    assert_false(monitor_choose(&monitor, MONITOR_ALL)); /* not while it is open */
    assert_non_null(strstr(monitor.message, "while the port is closed"));
    press("of");
    assert_int_equal(monitor.pack, MONITOR_ALL);
    assert_false(monitor_rotate(&monitor, true));
    press("o");
    pass(2500);
    assert_int_equal(monitor.link.bank.n_packs, 4);
    sees(" Auto ");
    press("a");
    int shown[6];
    for (int i = 0; i < 6; i++) {
        shown[i] = monitor.shown + 1;
        pass(ROTATE_MS);
    }
    static const int wanted[] = {1, 2, 3, 4, 1, 2};
    assert_memory_equal(shown, wanted, sizeof wanted);
}

static void what_is_shown_is_what_the_packs_tell(void **state)
{
    (void)state;
    press("o");
    sees("nothing yet");
    pass(2500);
    sees("52.80 V");
    sees("-12.30 A  discharging");
    sees(" 55 %");
    sees("3.305 V (16)");
    sees("3.290 V (1)");
    sees("connected");
    press("]");
    sees("-12.40 A");
    battery.bank.pack[1].protections = REPORT_CELL_OVER_VOLTAGE | REPORT_CHARGE_CURRENT;
    battery.bank.pack[1].alarms = REPORT_LOW_SOC;
    pass(1500);
    sees("OVP,COCP");
    sees("USOC");
    battery.silent = true;
    pass(6000);
    sees("no answer");
    press("l");
    sees("总电压");
    press("l");
    sees("Spannung");
}

static void type_password(const char *password)
{
    char keys[40];
    snprintf(keys, sizeof keys, "p%s\n", password);
    press(keys);
    assert_null(strstr(screen(), password)); /* what is typed is not shown */
    pass(600);
}

/* Scenarios 60 and 62. */
static void parameters_are_written_with_the_password_only(void **state)
{
    char path[100];
    (void)state;
    press("o");
    pass(1000);
    press("4");
    pass(6000);
    assert_int_equal(monitor.params_left, 0);
    sees("Cell OV Alarm");
    snprintf(path, sizeof path, "%s/p.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("Cell OV Alarm,3.500,V\n", file);
    fclose(file);
    press("i");
    hand.view.input[0] = '\0';
    press(path);
    press("\n");
    assert_int_equal(monitor.params.page[PARAM_CELL_OV_ALARM], 3500);
    assert_int_equal(battery.param[PARAM_CELL_OV_ALARM], 3600);
    sees("3.500 *");
    press("w");
    sees("Administrator password:"); /* asked for at once */
    assert_true(monitor_press(&hand, MKEY_ESC));
    pass(1000);
    assert_int_equal(battery.param[PARAM_CELL_OV_ALARM], 3600);
    type_password("000000");
    assert_false(monitor.admin);
    sees("wrong password");
    type_password("123456");
    assert_true(monitor.admin);
    sees("administrator");
    press("w");
    pass(2000);
    assert_int_equal(battery.param[PARAM_CELL_OV_ALARM], 3500);
    assert_int_equal(battery.param[PARAM_CELL_OV_PROTECT], 3650); /* its neighbours as they were */
    assert_false(param_differs(&monitor.params, PARAM_CELL_OV_ALARM));
    press("Dyes\n");
    pass(6000);
    assert_int_equal(battery.param[PARAM_CELL_OV_ALARM], 3600);
    assert_int_equal(monitor.params.page[PARAM_CELL_OV_ALARM], 3600);
}

static void a_value_out_of_range_is_refused_on_the_page(void **state)
{
    (void)state;
    press("o");
    pass(1000);
    press("4");
    pass(6000);
    hand.view.focus = 0;
    press("\n");
    hand.view.input[0] = '\0';
    press("99\n");
    assert_true(monitor.is_error);
    assert_non_null(strstr(monitor.message, "out of range"));
}

/* Scenario 61. */
static void changing_the_password_wants_three_right_fields(void **state)
{
    (void)state;
    press("o");
    pass(1000);
    press("P\n");
    press("\n");
    press("\n");
    sees("all three fields are required");
    press("P123456\nabcdef\nabcdeg\n");
    sees("the new passwords differ");
    press("P000000\nabcdef\nabcdef\n");
    pass(600);
    sees("wrong password");
    press("P123456\nabcdef\nabcdef\n");
    pass(600);
    sees("password changed");
    type_password("123456");
    assert_false(monitor.admin);
    type_password("abcdef");
    assert_true(monitor.admin);
}

/* Scenario 63. */
static void a_recording_keeps_what_the_screen_clears(void **state)
{
    struct recording list[2];
    (void)state;
    fill_bank(1);
    press("o");
    pass(1500);
    press("2r");
    while (recorder_running(recorder)->rows < 100) {
        pass(1000);
    }
    sees("100 rows");
    press("c");
    assert_int_equal(monitor.n_samples, 0);
    assert_int_equal(recorder_running(recorder)->rows, 100);
    press("r");
    assert_int_equal(recorder_list(recorder, list, 2), 1);
    assert_int_equal(list[0].rows, 100);
    press("6");
    sees("100");
}

/* Scenario 64. */
static void records_are_read_paused_and_deleted(void **state)
{
    (void)state;
    press("o3");
    pass(1500);
    sees("2024-02-29 02:00:56");
    press("r");
    hand.view.input[0] = '\0';
    press("1 20\n");
    while (monitor.n_records < 5) {
        pass(STEP_MS);
    }
    press("p");
    pass(5000);
    assert_int_equal(monitor.n_records, 5);
    sees("paused");
    press("p");
    pass(8000);
    assert_int_equal(monitor.n_records, RECORDS);
    sees("no more data");
    assert_int_equal(monitor.records[11].record.pack.current_ma, 12000);
    press("dyes\n");
    sees("administrator password required");
    assert_true(monitor_login(&monitor, "123456"));
    pass(600);
    press("dyes\n");
    pass(600);
    assert_int_equal(battery.n_records, 0);
    assert_int_equal(monitor.n_records, RECORDS); /* on the screen until it is read again */
    press("r");
    press("\n");
    pass(1500);
    assert_int_equal(monitor.n_records, 0);
    press("t");
    pass(1500);
    assert_int_equal(battery.clock.year, 2026);
}

static void switches_need_the_password_and_say_how_they_stand(void **state)
{
    (void)state;
    fill_bank(1);
    press("o");
    pass(2500);
    hand.view.focus = 2;
    press(" ");
    sees("administrator password required");
    assert_true(monitor_login(&monitor, "123456"));
    pass(600);
    int32_t before = battery.param[PARAM_SOUND_ALARM];
    press(" ");
    pass(2500);
    assert_int_not_equal(battery.param[PARAM_SOUND_ALARM], before);
}

/* Conversions of a format, in order. */
static void conversions(const char *text, char *list, size_t room)
{
    size_t n = 0;
    for (const char *c = strchr(text, '%'); c != NULL; c = strchr(c + 1, '%')) {
        size_t length = strcspn(c, "ds") + 1;
        for (size_t i = 0; i < length && n + 1 < room; i++) {
            list[n++] = c[i];
        }
    }
    list[n] = '\0';
}

static void every_phrase_is_in_all_languages_and_fits(void **state)
{
    (void)state;
    for (size_t i = 0; i < monitor_phrase_count; i++) {
        const char *english = monitor_phrases[i].text[LANGUAGE_ENGLISH];
        char wanted[40];
        conversions(english, wanted, sizeof wanted);
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            const char *text = monitor_phrases[i].text[l];
            char found[40];
            conversions(text, found, sizeof found);
            assert_string_equal(found, wanted);
            assert_true(text[0] != '\0');
            if (sheet_width(text) > 79) {
                fail_msg("%s: %d columns", text, sheet_width(text));
            }
            if (l != LANGUAGE_ENGLISH && strlen(english) > 12 && strcmp(text, english) == 0) {
                bool codes =
                    strncmp(english, "Pack O", 6) == 0 || strncmp(english, "Pack U", 6) == 0;
                assert_true(codes || strncmp(english, "MOS", 3) == 0);
            }
        }
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const char *zh = monitor_phrase(LANGUAGE_CHINESE, parameters[i].name);
        const char *de = monitor_phrase(LANGUAGE_GERMAN, parameters[i].name);
        assert_true(zh != parameters[i].name && sheet_width(zh) <= 32);
        assert_true(de != parameters[i].name && sheet_width(de) <= 32);
    }
}

static void the_pages_speak_the_language_that_is_chosen(void **state)
{
    static const struct {
        const char *keys, *said[LANGUAGE_COUNT];
    } cases[] = {{"7", {"", "记录保留两个月", "Aufzeichnungen bleiben"}},
                 {"4", {"", "单体过压告警", "Zelle OV Alarm"}},
                 {"4", {"", "w 写入", "w schreiben"}},
                 {"3", {"", "最高 V", "max. V"}},
                 {"3", {"", "d 删除", "d löschen"}},
                 {"1a", {"", "轮换需要", "Rotation braucht"}},
                 {"P", {"", "旧密码", "Altes Passwort"}}};
    (void)state;
    for (int l = LANGUAGE_CHINESE; l < LANGUAGE_COUNT; l++) {
        press("l");
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            press(cases[i].keys);
            sees(cases[i].said[l]);
        }
        assert_true(monitor_press(&hand, MKEY_ESC));
    }
}

static void nothing_is_cut_at_80_columns(void **state)
{
    (void)state;
    static struct sheet sheet;
    char text[4000];
    snprintf(hand.view.port, sizeof hand.view.port, "serial:/dev/serial/by-id/usb-long-name-of-it");
    fill_bank(1);
    press("o");
    pass(2500);
    assert_true(monitor_login(&monitor, "123456"));
    pass(600);
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        static const char *const last[] = {"administrator", "管理员", "Administrator"};
        hand.view.language = (enum monitor_language)l;
        sheet_clear(&sheet, 24, 80);
        monitor_draw(&monitor, &hand.view, &sheet);
        memset(text, 0, sizeof text);
        FILE *out = fmemopen(text, sizeof text - 1, "w");
        sheet_print(&sheet, out);
        fclose(out);
        text[strcspn(text, "\n")] = '\0';
        assert_non_null(strstr(text, last[l]));
        assert_non_null(strstr(text, "PACK"));
    }
}

static void a_pulled_plug_is_shown_and_the_battery_found_again(void **state)
{
    char why[200];
    (void)state;
    press("o");
    pass(2500);
    sees("connected");
    battery_end_close(&battery.end);
    pass(5000);
    sees("no answer");
    struct bus_address address = address_of("pty", "");
    assert_true(
        battery_end_open(&battery.end, &address, protocol_find("pace"), now_ms, why, sizeof why));
    pass(15000);
    sees("connected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rotation_needs_ff_and_running_monitoring, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(what_is_shown_is_what_the_packs_tell, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(parameters_are_written_with_the_password_only, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(a_value_out_of_range_is_refused_on_the_page, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(changing_the_password_wants_three_right_fields, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(a_recording_keeps_what_the_screen_clears, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(records_are_read_paused_and_deleted, open_both, close_both),
        cmocka_unit_test_setup_teardown(switches_need_the_password_and_say_how_they_stand,
                                        open_both, close_both),
        cmocka_unit_test(every_phrase_is_in_all_languages_and_fits),
        cmocka_unit_test_setup_teardown(the_pages_speak_the_language_that_is_chosen, open_both,
                                        close_both),
        cmocka_unit_test_setup_teardown(nothing_is_cut_at_80_columns, open_both, close_both),
        cmocka_unit_test_setup_teardown(a_pulled_plug_is_shown_and_the_battery_found_again,
                                        open_both, close_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
