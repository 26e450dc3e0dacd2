/* SPDX-License-Identifier: Apache-2.0 */
/* hearth monitor: the vendors' PC tool on a terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/ends/find.h"
#include "host/ends/wait.h"
#include "host/monitor/json.h"
#include "host/monitor/tui.h"
#include "sim/yaml.h"

enum { OPT_PROTOCOL, OPT_PACK, OPT_INTERVAL, OPT_LANGUAGE, OPT_DATA, OPT_ONCE, OPT_JSON };
enum { FIRST_MS = 5000 };

static int64_t local_s(void)
{
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    return (int64_t)timegm(&t);
}

static void say(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "hearth monitor: looking at %s\n", text);
}

/* Where recordings lie: --data, or the user's data folder. */
static void data_path(const char *given, char *path, size_t room)
{
    const char *home = getenv("XDG_DATA_HOME");
    char folder[400];
    if (given != NULL) {
        snprintf(path, room, "%s", given);
        return;
    }
    if (home != NULL && home[0] == '/') {
        snprintf(folder, sizeof folder, "%.300s/hearth", home);
    } else {
        home = getenv("HOME");
        snprintf(folder, sizeof folder, "%.300s/.local/share/hearth", home != NULL ? home : "/tmp");
    }
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0755);
        *slash = '/';
    }
    (void)mkdir(folder, 0755);
    snprintf(path, room, "%s/monitor.db", folder);
}

struct options {
    const struct wire_protocol *protocol;
    uint8_t pack;
    double interval_s;
    enum monitor_language language;
    bool once, json;
};

static bool read_options(const char **values, struct options *options)
{
    static const char *const languages[] = {"en", "zh", "de"};
    char why[200];
    double pack = 0;
    *options = (struct options){.pack = MONITOR_ALL,
                                .interval_s = 1,
                                .once = values[OPT_ONCE] != NULL,
                                .json = values[OPT_JSON] != NULL};
    if (values[OPT_PROTOCOL] != NULL) {
        options->protocol = protocol_find(values[OPT_PROTOCOL]);
        if (!protocol_speakable(options->protocol, values[OPT_PROTOCOL], why, sizeof why)) {
            fprintf(stderr, "hearth monitor: %s\n", why);
            return false;
        }
    }
    if (values[OPT_PACK] != NULL && strcmp(values[OPT_PACK], "FF") != 0) {
        if (!text_number(values[OPT_PACK], &pack) || pack < 1 || pack > 15) {
            fprintf(stderr, "hearth monitor: --pack %s is not allowed (1 to 15, or FF)\n",
                    values[OPT_PACK]);
            return false;
        }
        options->pack = (uint8_t)pack;
    }
    if (values[OPT_INTERVAL] != NULL && (!text_number(values[OPT_INTERVAL], &options->interval_s) ||
                                         options->interval_s < 0.2 || options->interval_s > 3600)) {
        fprintf(stderr, "hearth monitor: --interval %s is not allowed (0.2 to 3600 s)\n",
                values[OPT_INTERVAL]);
        return false;
    }
    for (int i = 0; values[OPT_LANGUAGE] != NULL; i++) {
        if (i == LANGUAGE_COUNT) {
            fprintf(stderr, "hearth monitor: --language %s is not allowed (en, zh, de)\n",
                    values[OPT_LANGUAGE]);
            return false;
        }
        if (strcmp(values[OPT_LANGUAGE], languages[i]) == 0) {
            options->language = (enum monitor_language)i;
            break;
        }
    }
    return true;
}

/* True when there is something to show, and everything was asked for it. */
static bool has_values(const struct monitor *monitor)
{
    const struct link *link = &monitor->link;
    const struct pack_view *pack = monitor_pack(monitor);
    const struct battery_report *whole = &link->bank.whole;
    const uint32_t needed = HEARD_SOC | HEARD_MEASURED;
    if (link->end.protocol->kind == PROTOCOL_OF_CAN) {
        return (whole->heard & (needed | HEARD_LIMITS)) == (needed | HEARD_LIMITS);
    }
    bool any =
        (pack != NULL && (pack->heard & VIEW_ANALOG) != 0) || (whole->heard & needed) == needed;
    return any && (link->pace ? link->n_jobs == 0 : rs485_client_has_looked(&link->end.client));
}

/* One reading, or one a line until the end. */
static int print_values(struct monitor_hand *hand, const struct options *options)
{
    static struct sheet sheet;
    struct monitor *monitor = hand->monitor;
    int64_t begun_ms = wait_now_ms();
    int64_t next_ms = begun_ms;
    wait_for_signals();
    while (!wait_ended()) {
        int64_t now_ms = wait_now_ms();
        const struct bus_port *ports[] = {&monitor->link.end.port};
        monitor_step(monitor, now_ms, local_s());
        bool ready = has_values(monitor);
        if (!ready && monitor->link.answered == 0 && now_ms - begun_ms > FIRST_MS) {
            fprintf(stderr, "hearth monitor: no battery answers (%s)\n",
                    monitor->link.end.port.state);
            return 1;
        }
        if (ready && now_ms >= next_ms) {
            next_ms = now_ms + (int64_t)(options->interval_s * 1000.0);
            if (options->json) {
                monitor_json(monitor, stdout);
            } else {
                sheet_clear(&sheet, SHEET_ROWS, SHEET_COLUMNS);
                monitor_draw(monitor, &hand->view, &sheet);
                sheet_print(&sheet, stdout);
            }
            if (options->once) {
                return 0;
            }
        }
        (void)wait_on(ports, 1, -1, 10);
    }
    return 0;
}

static bool look_for_it(struct monitor_hand *hand, const struct options *options, const char *bus)
{
    struct found found;
    char why[400];
    if (bus != NULL && !bus_address_read(bus, &hand->address, why, sizeof why)) {
        fprintf(stderr, "hearth monitor: %s\n", why);
        return false;
    }
    hand->protocol = options->protocol;
    bool known = bus != NULL && options->protocol != NULL;
    struct find_job job = {.address = bus != NULL ? &hand->address : NULL,
                           .protocol = options->protocol,
                           .told = isatty(STDERR_FILENO) ? say : NULL};
    if (known) {
        return true;
    }
    wait_for_signals();
    if (!find_battery(&job, &found)) {
        fprintf(stderr, "hearth monitor: no battery was found%s%s (hearth doctor looks closer)\n",
                bus != NULL ? " on " : "", bus != NULL ? bus : "");
        return false;
    }
    hand->address = found.address;
    hand->protocol = found.protocol;
    return true;
}

static int run(const struct options *options, const char *bus, const char *data)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    struct monitor_hand hand = {.monitor = monitor, .view = {.language = options->language}};
    monitor->language = options->language;
    char path[600];
    char why[500] = "";
    if (monitor == NULL || !look_for_it(&hand, options, bus)) {
        free(monitor);
        return 1;
    }
    data_path(data, path, sizeof path);
    bool shows = !options->once && !options->json;
    struct recorder *recorder = shows ? recorder_open(path, local_s(), why, sizeof why) : NULL;
    monitor_init(monitor, recorder);
    bus_address_write(&hand.address, hand.view.port, sizeof hand.view.port);
    (void)monitor_choose(monitor, options->pack);
    int status = 1;
    if (!monitor_open(monitor, &hand.address, hand.protocol, wait_now_ms())) {
        fprintf(stderr, "hearth monitor: %s\n", monitor->message);
    } else if (!shows || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        monitor->link.interval_ms = (int64_t)(options->interval_s * 1000.0);
        monitor->link.end.client.period_ms = options->once ? 0 : monitor->link.end.client.period_ms;
        status = print_values(&hand, options);
    } else {
        monitor->link.interval_ms = (int64_t)(options->interval_s * 1000.0);
        monitor_tui(&hand, local_s);
        status = 0;
    }
    monitor_close(monitor);
    if (why[0] != '\0') {
        fprintf(stderr, "hearth monitor: %s\n", why);
    }
    recorder_close(recorder);
    free(monitor);
    return status;
}

int cmd_monitor(int argc, char **argv)
{
    const struct cli_command *self = cli_find("monitor");
    const char *values[7] = {0};
    struct options options;
    int n = cli_options(self, argc, argv, values);
    if (n < 0 || n > 1) {
        return 2;
    }
    if (!read_options(values, &options)) {
        return 2;
    }
    return run(&options, n == 1 ? argv[1] : NULL, values[OPT_DATA]);
}
