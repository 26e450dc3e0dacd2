/* SPDX-License-Identifier: Apache-2.0 */
/* The web server before a paper site, for the page's tests:
   fake_server [--port N] [--db FILE] [--history DAYS] [--real] [--listen ADDRESS] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_site.h"
#include "host/http/web.h"

struct server {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct site *site;
    struct store *store;
    struct web *web;
};

static void on_event(void *context, const struct site_event *event)
{
    struct server *server = context;
    struct site_event stored = *event;
    stored.id = store_event(server->store, event);
    if (server->web != NULL) {
        web_event(server->web, &stored);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    fake_site_advance(server->site, 200);
    store_sample(server->store, site_points(server->site), site_now_ms(server->site));
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    struct server *server = handle->data;
    web_stop(server->web);
    server->web = NULL;
    uv_close((uv_handle_t *)&server->timer, NULL);
    uv_close((uv_handle_t *)&server->interrupt, NULL);
    uv_close((uv_handle_t *)&server->terminate, NULL);
}

static int32_t berlin(void *context, int64_t utc_s)
{
    (void)context;
    (void)utc_s;
    return 7200;
}

/* Lets days pass before anyone looks, so that the curves have something to show. */
static void fill(struct server *server, int days)
{
    char why[100];
    site_knob_write(server->site, "speed", "60", why, sizeof why);
    for (int i = 0; i < days * 1440; i++) {
        fake_site_advance(server->site, 1000);
        store_sample(server->store, site_points(server->site), site_now_ms(server->site));
    }
    site_knob_write(server->site, "speed", "1", why, sizeof why);
    fake_site_raise(server->site, "site", "info", "start", true, "Hearth started");
}

int main(int argc, char **argv)
{
    static struct server server;
    struct web_options options = {.port = 8090, .version = "0.1.0"};
    const char *db = "fake.db";
    bool simulated = true;
    int days = 0;
    char why[300] = "";
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--real") == 0) {
            simulated = false;
        } else if (strcmp(argv[i], "--port") == 0) {
            options.port = (uint16_t)strtoul(next, NULL, 10);
        } else if (strcmp(argv[i], "--db") == 0) {
            db = next;
        } else if (strcmp(argv[i], "--listen") == 0) {
            options.listen = next;
        } else if (strcmp(argv[i], "--history") == 0) {
            days = (int)strtol(next, NULL, 10);
        }
    }
    uv_loop_init(&server.loop);
    server.site = fake_site_new(simulated);
    server.store = store_open(db, why, sizeof why);
    if (server.store == NULL) {
        (void)fprintf(stderr, "fake_server: %s\n", why);
        return 1;
    }
    store_set_zone(server.store, (struct store_zone){.offset_s = berlin});
    site_set_event_sink(server.site, on_event, &server);
    fill(&server, days);
    server.web = web_start(&server.loop, server.site, server.store, &options, why, sizeof why);
    if (server.web == NULL) {
        (void)fprintf(stderr, "fake_server: %s\n", why);
        return 1;
    }
    (void)printf("http://127.0.0.1:%u/ %s\n", (unsigned)web_port(server.web),
                 web_setup_code(server.web));
    (void)fflush(stdout);
    uv_timer_init(&server.loop, &server.timer);
    uv_signal_init(&server.loop, &server.interrupt);
    uv_signal_init(&server.loop, &server.terminate);
    server.timer.data = server.interrupt.data = server.terminate.data = &server;
    uv_timer_start(&server.timer, on_timer, 200, 200);
    uv_signal_start(&server.interrupt, on_signal, SIGINT);
    uv_signal_start(&server.terminate, on_signal, SIGTERM);
    uv_run(&server.loop, UV_RUN_DEFAULT);
    uv_loop_close(&server.loop);
    store_close(server.store);
    fake_site_free(server.site);
    return 0;
}
