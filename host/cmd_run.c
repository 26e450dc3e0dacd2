/* SPDX-License-Identifier: Apache-2.0 */
/* hearth run: one event loop for the site, its store and its web server. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <uv.h>

#include "host/cli.h"
#include "host/http/web.h"
#include "host/site_life.h"
#include "sim/yaml.h"

enum { TICK_MS = 100, SERVE_MS = 10, OPT_PORT = 0, OPT_LISTEN, OPT_SPEED, OPT_STORE };

struct daemon {
    uv_loop_t loop;
    uv_timer_t tick, serve;
    uv_signal_t on_int, on_term;
    uint64_t last_ns;
    struct site *site;
    struct store *store;
    struct web *web;
};

static int32_t zone_offset(void *context, int64_t utc_s) { return tz_offset_s(context, utc_s); }

static void on_event(void *context, const struct site_event *event)
{
    struct daemon *daemon = context;
    if (daemon->web != NULL) {
        web_event(daemon->web, event);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct daemon *daemon = timer->data;
    uint64_t now_ns = uv_hrtime();
    double real_ms = (double)(now_ns - daemon->last_ns) / 1e6;
    daemon->last_ns = now_ns;
    /* after a suspended laptop or a stopped process time goes on, it does not rush */
    site_pass(daemon->site, real_ms < 1000.0 ? real_ms : 1000.0, (int64_t)(now_ns / 1000000));
}

static void on_serve(uv_timer_t *timer)
{
    struct daemon *daemon = timer->data;
    site_serve(daemon->site, (int64_t)(uv_hrtime() / 1000000));
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    uv_stop(handle->loop);
}

/* Where the store lies when nobody says: beside a site file, with its name. */
static void store_path_for(const char *site_path, char *out, size_t room)
{
    size_t length = strlen(site_path);
    const char *dot = strrchr(site_path, '.');
    if (dot != NULL && strchr(dot, '/') == NULL) {
        length = (size_t)(dot - site_path);
    }
    snprintf(out, room, "%.*s.db", (int)length, site_path);
}

static bool port_option(const char *text, uint16_t *port)
{
    double value;
    if (text == NULL) {
        return true;
    }
    if (!text_number(text, &value) || value < 0 || value > 65535 || value != (double)(int)value) {
        fprintf(stderr, "hearth run: --port %s is not a port (0 to 65535)\n", text);
        return false;
    }
    *port = (uint16_t)value;
    return true;
}

/* One daemon a store: two would write each other's history. The lock goes with the process. */
static bool lock_store(const char *store_path)
{
    char path[640];
    snprintf(path, sizeof path, "%s.lock", store_path);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
        return true; /* the store itself will say what is wrong with its folder */
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        fprintf(stderr, "hearth run: %s is in use by another hearth; choose another with --store\n",
                store_path);
        close(file);
        return false;
    }
    return true; /* kept open on purpose */
}

static bool open_all(struct daemon *daemon, struct site_config *config, const char *store_path,
                     const struct web_options *options)
{
    char why[600];
    if (!lock_store(store_path)) {
        site_config_free(config);
        return false;
    }
    daemon->store = store_open(store_path, why, sizeof why);
    if (daemon->store == NULL) {
        fprintf(stderr, "hearth run: %s\n", why);
        site_config_free(config);
        return false;
    }
    store_set_zone(daemon->store, (struct store_zone){zone_offset, config->tz});
    daemon->site = site_open(config, daemon->store, why, sizeof why);
    if (daemon->site == NULL) {
        fprintf(stderr, "hearth run: %s\n", why);
        site_config_free(config);
        return false;
    }
    site_set_event_sink(daemon->site, on_event, daemon);
    site_pass(daemon->site, 0.0, (int64_t)(uv_hrtime() / 1000000));
    daemon->web = web_start(&daemon->loop, daemon->site, daemon->store, options, why, sizeof why);
    if (daemon->web == NULL) {
        fprintf(stderr, "hearth run: %s\n", why);
        return false;
    }
    if (store_notice(daemon->store)[0] != '\0') {
        fprintf(stderr, "hearth run: %s\n", store_notice(daemon->store));
    }
    return true;
}

static void start_loop(struct daemon *daemon)
{
    uv_timer_init(&daemon->loop, &daemon->tick);
    uv_timer_init(&daemon->loop, &daemon->serve);
    uv_signal_init(&daemon->loop, &daemon->on_int);
    uv_signal_init(&daemon->loop, &daemon->on_term);
    daemon->tick.data = daemon->serve.data = daemon;
    daemon->last_ns = uv_hrtime();
    uv_timer_start(&daemon->tick, on_tick, TICK_MS, TICK_MS);
    if (site_serves(daemon->site)) {
        uv_timer_start(&daemon->serve, on_serve, SERVE_MS, SERVE_MS);
    }
    uv_signal_start(&daemon->on_int, on_signal, SIGINT);
    uv_signal_start(&daemon->on_term, on_signal, SIGTERM);
    uv_run(&daemon->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&daemon->tick, NULL);
    uv_close((uv_handle_t *)&daemon->serve, NULL);
    uv_close((uv_handle_t *)&daemon->on_int, NULL);
    uv_close((uv_handle_t *)&daemon->on_term, NULL);
}

static void close_all(struct daemon *daemon)
{
    web_stop(daemon->web);
    daemon->web = NULL;
    uv_run(&daemon->loop, UV_RUN_DEFAULT); /* lets the handles close */
    if (daemon->site != NULL) {
        site_save(daemon->site);
    }
    store_close(daemon->store);
    daemon->store = NULL;
    if (daemon->site != NULL) {
        site_forget_store(daemon->site);
        site_close(daemon->site);
    }
    uv_loop_close(&daemon->loop);
}

static void greet(const struct daemon *daemon, const struct site_config *config,
                  const char *store_path, const char *listen)
{
    printf("%s is running%s: http://%s:%u\n", config->name, config->simulated ? " (simulated)" : "",
           listen, web_port(daemon->web));
    printf("History is kept in %s. Ctrl-C stops.\n", store_path);
    if (config->note[0] != '\0') {
        printf("%s\n", config->note);
    }
    if (web_setup_code(daemon->web)[0] != '\0') {
        printf("The first visit from another machine needs this code: %s\n",
               web_setup_code(daemon->web));
    }
    fflush(stdout);
}

int cmd_run(int argc, char **argv)
{
    const struct cli_command *self = cli_find("run");
    const char *values[8] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n < 0 || n > 1) {
        return 2;
    }
    const char *site_path = n == 1 ? argv[1] : "examples/house.yaml";
    double speed = 1.0;
    struct web_options options = {
        .port = 8080, .version = HEARTH_VERSION, .listen = values[OPT_LISTEN]};
    if (!port_option(values[OPT_PORT], &options.port)) {
        return 2;
    }
    if (values[OPT_SPEED] != NULL &&
        (!text_number(values[OPT_SPEED], &speed) || speed < 0 || speed > 3600)) {
        fprintf(stderr, "hearth run: --speed %s is not allowed (0 to 3600)\n", values[OPT_SPEED]);
        return 2;
    }
    struct yaml_error error;
    struct site_config *config = site_config_load(site_path, &error);
    if (config == NULL) {
        fprintf(stderr, "hearth run: %s\n", error.text);
        return 1;
    }
    char store_path[600];
    store_path_for(site_path, store_path, sizeof store_path);
    if (values[OPT_STORE] != NULL) {
        snprintf(store_path, sizeof store_path, "%s", values[OPT_STORE]);
    }
    struct daemon daemon = {0};
    uv_loop_init(&daemon.loop);
    if (!open_all(&daemon, config, store_path, &options)) {
        close_all(&daemon);
        return 1;
    }
    char why[200];
    char text[24];
    snprintf(text, sizeof text, "%g", speed);
    if (values[OPT_SPEED] != NULL &&
        site_knob_write(daemon.site, "speed", text, why, sizeof why) != SETTING_OK) {
        fprintf(stderr, "hearth run: %s\n", why);
    }
    greet(&daemon, config, store_path, options.listen != NULL ? options.listen : "localhost");
    start_loop(&daemon);
    printf("Stopped.\n");
    close_all(&daemon);
    return 0;
}
