/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/monitor/monitor_jobs.h"

enum { PAGE_ROWS = 18, RECORDINGS = 200 };

typedef void answer_fn(struct monitor_hand *hand, const char *text);

static void ask(struct monitor_hand *hand, const char *question, const char *given, bool secret,
                answer_fn *answer)
{
    snprintf(hand->view.question, sizeof hand->view.question, "%s",
             monitor_phrase(hand->view.language, question));
    snprintf(hand->view.input, sizeof hand->view.input, "%s", given);
    hand->view.secret = secret;
    hand->answer = answer;
}

static void on_login(struct monitor_hand *hand, const char *text)
{
    (void)monitor_login(hand->monitor, text);
}

static void on_again(struct monitor_hand *hand, const char *text)
{
    (void)monitor_password(hand->monitor, hand->old, hand->wanted, text);
    memset(hand->old, 0, sizeof hand->old);
    memset(hand->wanted, 0, sizeof hand->wanted);
}

static void on_wanted(struct monitor_hand *hand, const char *text)
{
    snprintf(hand->wanted, sizeof hand->wanted, "%.31s", text);
    ask(hand, "Confirm:", "", true, on_again);
}

static void on_old(struct monitor_hand *hand, const char *text)
{
    snprintf(hand->old, sizeof hand->old, "%.31s", text);
    ask(hand, "New password:", "", true, on_wanted);
}

static FILE *open_file(struct monitor_hand *hand, const char *name, const char *mode)
{
    FILE *file = fopen(name, mode);
    if (file == NULL) {
        monitor_say(hand->monitor, true, "%.80s: %s", name, strerror(errno));
    }
    return file;
}

static void on_export_params(struct monitor_hand *hand, const char *text)
{
    FILE *out = open_file(hand, text, "wx"); /* nothing that is there is overwritten */
    if (out != NULL) {
        int n = param_export(&hand->monitor->params, out);
        bool well = fclose(out) == 0 && n >= 0;
        monitor_say(hand->monitor, !well,
                    well ? "%d parameters in %.80s" : "%d written, %.80s failed", n, text);
    }
}

static void on_import_params(struct monitor_hand *hand, const char *text)
{
    char told[300] = "";
    FILE *in = open_file(hand, text, "r");
    FILE *errors = in != NULL ? fmemopen(told, sizeof told - 1, "w") : NULL;
    if (errors != NULL) {
        int n = param_import(&hand->monitor->params, in, text, errors);
        fclose(errors);
        told[strcspn(told, "\n")] = '\0';
        if (n < 0) {
            monitor_say(hand->monitor, true, "%.150s", told);
        } else {
            monitor_say(hand->monitor, false, "%d values on the page; w writes them to the BMS", n);
        }
    }
    if (in != NULL) {
        fclose(in);
    }
}

static void on_save_records(struct monitor_hand *hand, const char *text)
{
    FILE *out = open_file(hand, text, "wx");
    if (out != NULL) {
        int n = monitor_save_records(hand->monitor, out);
        fclose(out);
        monitor_say(hand->monitor, n < 0, "%d records in %.80s", n, text);
    }
}

/* A number from 1 to 60000 at `*text`, which moves behind it; 0: there is none. */
static uint16_t number_at(const char **text)
{
    char *end;
    unsigned long value = strtoul(*text, &end, 10);
    bool well = end != *text && value >= 1 && value <= 60000;
    *text = end;
    return well ? (uint16_t)value : 0;
}

static void on_range(struct monitor_hand *hand, const char *text)
{
    uint16_t start = number_at(&text);
    uint16_t most = number_at(&text);
    if (start == 0 || most == 0) {
        monitor_say(hand->monitor, true, "two numbers: start and maximum (1 100)");
        return;
    }
    (void)monitor_read_records(hand->monitor, start, most);
}

static void on_erase(struct monitor_hand *hand, const char *text)
{
    if (strcmp(text, "yes") == 0) {
        (void)monitor_erase_records(hand->monitor);
    }
}

static void on_defaults(struct monitor_hand *hand, const char *text)
{
    if (strcmp(text, "yes") == 0) {
        (void)monitor_restore(hand->monitor);
    }
}

static enum parameter_id focused_param(const struct monitor_hand *hand)
{
    enum parameter_id list[PARAM_COUNT];
    int n = monitor_listed_params(hand->view.page == MPAGE_SYSTEM, list);
    return hand->view.focus >= 0 && hand->view.focus < n ? list[hand->view.focus] : PARAM_NONE;
}

static void on_value(struct monitor_hand *hand, const char *text)
{
    char why[200];
    enum parameter_id id = focused_param(hand);
    if (id != PARAM_NONE && !param_edit(&hand->monitor->params, id, text, why, sizeof why)) {
        monitor_say(hand->monitor, true, "%.150s", why);
    }
}

static void press_realtime(struct monitor_hand *hand, int key)
{
    struct monitor *monitor = hand->monitor;
    const struct pack_view *pack = monitor_pack(monitor);
    if (key == MKEY_RIGHT || key == MKEY_LEFT) {
        int step = key == MKEY_RIGHT ? 1 : MONITOR_SWITCHES - 1;
        hand->view.focus = (hand->view.focus + step) % MONITOR_SWITCHES;
    } else if ((key == ' ' || key == MKEY_ENTER) && pack != NULL &&
               hand->view.focus < MONITOR_SWITCHES) {
        static const uint8_t bits[MONITOR_SWITCHES] = {CONTROL_CHARGE_OFF, CONTROL_DISCHARGE_OFF,
                                                       CONTROL_BUZZER, CONTROL_LED,
                                                       CONTROL_LIMITER};
        bool off_bit = hand->view.focus < 2;
        bool set = (pack->control & bits[hand->view.focus]) != 0;
        bool on = set != off_bit;
        (void)monitor_switch(monitor, monitor_switches[hand->view.focus].which, !on);
    }
}

static void press_multi(struct monitor_hand *hand, int key)
{
    struct monitor *monitor = hand->monitor;
    if (key == 'b') {
        monitor->to_bottom = !monitor->to_bottom;
    } else if (key == 'c') {
        monitor_clear(monitor);
    } else if (key == 'r') {
        bool runs = monitor->recorder != NULL && recorder_running(monitor->recorder) != NULL;
        (void)monitor_record(monitor, !runs);
    }
}

static void press_memory(struct monitor_hand *hand, int key)
{
    struct monitor *monitor = hand->monitor;
    switch (key) {
    case 'r': ask(hand, "Start and maximum:", "1 100", false, on_range); break;
    case 'p': (void)monitor_pause(monitor, !monitor->paused); break;
    case 's': ask(hand, "Save as:", "records.csv", false, on_save_records); break;
    case 'd': ask(hand, "Delete all records in the BMS? (yes)", "", false, on_erase); break;
    case 't': (void)monitor_write_clock(monitor); break;
    default: break;
    }
}

static void edit(struct monitor_hand *hand)
{
    char text[40] = "";
    char question[48];
    enum parameter_id id = focused_param(hand);
    if (id == PARAM_NONE || !hand->monitor->params.shown[id]) {
        monitor_say(hand->monitor, true, "read the parameters first (r)");
        return;
    }
    parameter_format(&parameters[id], hand->monitor->params.page[id], text, sizeof text);
    snprintf(question, sizeof question,
             "%.44s:", monitor_phrase(hand->view.language, parameters[id].name));
    ask(hand, question, text, false, on_value);
}

/* What needs the administrator asks for the password first; then the key is pressed again. */
static bool asks_to_log_in(struct monitor_hand *hand)
{
    const struct monitor *monitor = hand->monitor;
    bool needed = monitor->open && monitor->link.pace && !monitor->admin;
    if (needed) {
        ask(hand, "Administrator password:", "", true, on_login);
    }
    return needed;
}

static void press_params(struct monitor_hand *hand, int key)
{
    switch (key) {
    case 'r': (void)monitor_read_params(hand->monitor); break;
    case 'w':
        if (!asks_to_log_in(hand)) {
            (void)monitor_write_params(hand->monitor);
        }
        break;
    case 'u': param_revert(&hand->monitor->params); break;
    case 'x': ask(hand, "Export to:", "parameters.csv", false, on_export_params); break;
    case 'i': ask(hand, "Import from:", "parameters.csv", false, on_import_params); break;
    case 'D': ask(hand, "Defaults into the BMS? (yes)", "", false, on_defaults); break;
    case MKEY_ENTER: edit(hand); break;
    default: break;
    }
}

static void press_export(struct monitor_hand *hand, int key)
{
    static struct recording list[RECORDINGS];
    struct recorder *recorder = hand->monitor->recorder;
    int n = recorder != NULL ? recorder_list(recorder, list, RECORDINGS) : 0;
    char name[40];
    if (key != MKEY_ENTER || hand->view.focus >= n) {
        return;
    }
    snprintf(name, sizeof name, "%s.csv", list[hand->view.focus].name);
    FILE *out = open_file(hand, name, "w");
    if (out != NULL) {
        long long rows = recorder_export(recorder, list[hand->view.focus].name, out);
        fclose(out);
        monitor_say(hand->monitor, rows < 0, "%lld rows in %s", rows, name);
    }
}

static int rows_of_page(const struct monitor_hand *hand)
{
    enum parameter_id list[PARAM_COUNT];
    static struct recording recordings[RECORDINGS];
    const struct monitor *monitor = hand->monitor;
    switch (hand->view.page) {
    case MPAGE_MULTI: return monitor->n_samples;
    case MPAGE_MEMORY: return monitor->n_records;
    case MPAGE_PARAMETERS: return monitor_listed_params(false, list);
    case MPAGE_SYSTEM: return monitor_listed_params(true, list);
    case MPAGE_EXPORT:
        return monitor->recorder != NULL ? recorder_list(monitor->recorder, recordings, RECORDINGS)
                                         : 0;
    case MPAGE_REALTIME:
    case MPAGE_HELP:
    case MPAGE_COUNT: break;
    }
    return 0;
}

/* Keys that move the focus of a list; false: it is none of them. */
static bool move(struct monitor_hand *hand, int key)
{
    static const struct {
        int key, by;
    } moves[] = {{MKEY_UP, -1},
                 {MKEY_DOWN, 1},
                 {MKEY_PAGE_UP, -PAGE_ROWS},
                 {MKEY_PAGE_DOWN, PAGE_ROWS},
                 {MKEY_HOME, -100000},
                 {MKEY_END, 100000}};
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].key == key && hand->view.page != MPAGE_REALTIME) {
            int last = rows_of_page(hand) - 1;
            int to = hand->view.focus + moves[i].by;
            hand->view.focus = to > last ? (last > 0 ? last : 0) : to < 0 ? 0 : to;
            hand->monitor->to_bottom = false;
            return true;
        }
    }
    return false;
}

static void turn_to(struct monitor_hand *hand, int page)
{
    hand->view.page = (enum monitor_page)page;
    hand->view.focus = hand->view.top = 0;
    bool params = page == MPAGE_PARAMETERS || page == MPAGE_SYSTEM;
    if (params && hand->monitor->open && !hand->monitor->params_asked && hand->monitor->link.pace) {
        hand->monitor->params_asked = monitor_read_params(hand->monitor);
    }
    if (page == MPAGE_MEMORY && hand->monitor->open && hand->monitor->link.pace) {
        (void)monitor_read_clock(hand->monitor);
    }
}

static void open_or_close(struct monitor_hand *hand)
{
    struct monitor *monitor = hand->monitor;
    if (monitor->open) {
        monitor_close(monitor);
    } else {
        (void)monitor_open(monitor, &hand->address, hand->protocol, monitor->now_ms);
    }
}

/* Keys that mean the same on every page; false: it is none of them. */
static bool press_any(struct monitor_hand *hand, int key)
{
    struct monitor *monitor = hand->monitor;
    int packs = monitor->link.bank.n_packs;
    if (key >= '1' && key < '1' + MPAGE_COUNT) {
        turn_to(hand, key - '1');
    } else if (key == '\t') {
        turn_to(hand, ((int)hand->view.page + 1) % MPAGE_COUNT);
    } else if (key == 'l') {
        hand->view.language =
            (enum monitor_language)(((int)hand->view.language + 1) % LANGUAGE_COUNT);
        monitor->language = hand->view.language;
    } else if (key == 'o') {
        open_or_close(hand);
    } else if (key == 'f') {
        (void)monitor_choose(monitor, monitor->pack == MONITOR_ALL ? 1 : MONITOR_ALL);
    } else if ((key == ']' || key == '[') && packs > 0) {
        (void)monitor_show(monitor, (monitor->shown + (key == ']' ? 1 : packs - 1)) % packs);
    } else if (key == 'a') {
        (void)monitor_rotate(monitor, !monitor->rotates);
    } else if (key == 'P') {
        ask(hand, "Old password:", "", true, on_old);
    } else if (key == 'p' && hand->view.page != MPAGE_MEMORY) {
        ask(hand, "Administrator password:", "", true, on_login);
    } else {
        return false;
    }
    return true;
}

/* A key while a question is open. */
static void type(struct monitor_hand *hand, int key)
{
    size_t n = strlen(hand->view.input);
    if (key == MKEY_ESC) {
        hand->view.question[0] = '\0';
    } else if (key == MKEY_BACKSPACE) {
        hand->view.input[n > 0 ? n - 1 : 0] = '\0';
    } else if (key == MKEY_ENTER) {
        char text[sizeof hand->view.input];
        answer_fn *answer = hand->answer;
        memcpy(text, hand->view.input, sizeof text);
        memset(hand->view.input, 0, sizeof hand->view.input);
        hand->view.question[0] = '\0';
        answer(hand, text); /* may ask the next */
        memset(text, 0, sizeof text);
    } else if (key >= ' ' && key < 0x7F && n + 1 < sizeof hand->view.input) {
        hand->view.input[n] = (char)key;
        hand->view.input[n + 1] = '\0';
    }
}

bool monitor_press(struct monitor_hand *hand, int key)
{
    static void (*const pages[MPAGE_COUNT])(struct monitor_hand *, int) = {
        [MPAGE_REALTIME] = press_realtime, [MPAGE_MULTI] = press_multi,
        [MPAGE_MEMORY] = press_memory,     [MPAGE_PARAMETERS] = press_params,
        [MPAGE_SYSTEM] = press_params,     [MPAGE_EXPORT] = press_export,
    };
    if (hand->view.question[0] != '\0') {
        type(hand, key);
        return true;
    }
    if (key == 'q') {
        return false;
    }
    if (!press_any(hand, key) && !move(hand, key) && pages[hand->view.page] != NULL) {
        pages[hand->view.page](hand, key);
    }
    return true;
}
