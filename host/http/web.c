/* SPDX-License-Identifier: Apache-2.0 */
/* The server's life on the loop: its socket, libmicrohttpd's epoll set as one libuv handle, and
   the timer that libmicrohttpd asks for. */
#include "host/http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/http/request.h"

enum { CONNECTIONS_MAX = 64, IDLE_S = 30, CONNECTION_MEMORY = 16 * 1024, TICK_MS = 100 };

static void serve(struct web *web);

static void on_poll(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    serve(handle->data);
}

static void on_timer(uv_timer_t *handle) { serve(handle->data); }

static void on_tick(uv_timer_t *handle)
{
    struct web *web = handle->data;
    if (web->n_streams > 0) {
        streams_tick(web);
    }
}

static void serve(struct web *web)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    if (web->daemon == NULL) {
        return;
    }
    web->is_kicked = false;
    (void)MHD_run(web->daemon);
    if (web->is_kicked) { /* a stream was woken by a request of this very run: once more */
        uv_timer_start(&web->timer, on_timer, 0, 0);
    } else if (MHD_get_timeout(web->daemon, &wait_ms) == MHD_YES) {
        uv_timer_start(&web->timer, on_timer, wait_ms, 0);
    } else {
        uv_timer_stop(&web->timer);
    }
}

void web_kick(struct web *web)
{
    web->is_kicked = true;
    if (!web->is_stopping) {
        uv_timer_start(&web->timer, on_timer, 0, 0);
    }
}

/* A listening socket, or -1 with `why`. */
static int listen_on(struct web *web, const struct web_options *options, char *why, size_t room)
{
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)options->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE};
    struct addrinfo *found = NULL;
    if (getaddrinfo(web->listen, service, &hints, &found) != 0) {
        snprintf(why, room, "%s: is not an address to listen on; give an IPv4 or IPv6 address.",
                 web->listen);
        return -1;
    }
    int on = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 32) != 0) {
        if (errno == EADDRINUSE) {
            snprintf(why, room,
                     "Port %u on %s is in use by another program; choose another with --port.",
                     (unsigned)options->port, web->listen);
        } else {
            snprintf(why, room, "Cannot listen on %s port %u: %s.", web->listen,
                     (unsigned)options->port, strerror(errno));
        }
        if (fd >= 0) {
            close(fd);
        }
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t n = sizeof address;
    char service[8] = "0";
    if (getsockname(fd, (struct sockaddr *)&address, &n) == 0) {
        (void)getnameinfo((struct sockaddr *)&address, n, NULL, 0, service, sizeof service,
                          NI_NUMERICSERV);
    }
    return (uint16_t)strtoul(service, NULL, 10);
}

static bool start_daemon(struct web *web, int fd)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    if (strchr(web->listen, ':') != NULL) {
        flags |= MHD_USE_IPv6;
    }
    web->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, request_handle, web, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, request_completed, web,
        MHD_OPTION_END);
    return web->daemon != NULL;
}

static void take_names(struct web *web, const struct web_options *options)
{
    char host[64] = "";
    int n = 0;
    if (gethostname(host, sizeof host - 8) == 0 && host[0] != '\0') {
        snprintf(web->names[n++], sizeof web->names[0], "%s", host);
        snprintf(web->names[n++], sizeof web->names[0], "%.56s.local", host);
    }
    for (int i = 0; i < options->n_names && n < NAMES_MAX; i++) {
        snprintf(web->names[n++], sizeof web->names[0], "%s", options->names[i]);
    }
}

static bool attach(struct web *web)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL || uv_poll_init(web->loop, &web->poll, info->epoll_fd) != 0) {
        return false;
    }
    uv_timer_init(web->loop, &web->timer);
    uv_timer_init(web->loop, &web->tick);
    web->poll.data = web->timer.data = web->tick.data = web;
    web->n_open = 3;
    uv_poll_start(&web->poll, UV_READABLE, on_poll);
    uv_timer_start(&web->tick, on_tick, TICK_MS, TICK_MS);
    return true;
}

struct web *web_start(uv_loop_t *loop, struct site *site, struct store *store,
                      const struct web_options *options, char *why, size_t room)
{
    struct web *web = calloc(1, sizeof *web);
    if (web == NULL || sodium_init() < 0) {
        snprintf(why, room, "The web server cannot start: not enough memory.");
        free(web);
        return NULL;
    }
    web->loop = loop;
    web->site = site;
    web->store = store;
    web->started_ms = uv_now(loop);
    snprintf(web->listen, sizeof web->listen, "%s",
             options->listen == NULL ? "127.0.0.1" : options->listen);
    snprintf(web->version, sizeof web->version, "%s",
             options->version == NULL ? "" : options->version);
    web->on_loopback = is_loopback_name(web->listen);
    take_names(web, options);
    int fd = listen_on(web, options, why, room);
    if (fd < 0) {
        free(web);
        return NULL;
    }
    web->port = port_of(fd);
    auth_load(web);
    if (!start_daemon(web, fd)) {
        snprintf(why, room, "The web server cannot start on port %u.", (unsigned)web->port);
        close(fd);
        auth_free(web);
        free(web);
        return NULL;
    }
    if (!attach(web)) {
        snprintf(why, room, "The web server cannot join the event loop.");
        MHD_stop_daemon(web->daemon);
        auth_free(web);
        free(web);
        return NULL;
    }
    return web;
}

/* The last handle that closes frees the struct they share. */
static void on_closed(uv_handle_t *handle)
{
    struct web *web = handle->data;
    if (--web->n_open == 0) {
        free(web);
    }
}

void web_stop(struct web *web)
{
    if (web == NULL) {
        return;
    }
    web->is_stopping = true;
    streams_drop(web);
    if (web->job != NULL) {
        web->job->web = NULL; /* frees itself when its thread is done */
        web->job->is_done = true;
        if (web->job->request != NULL) {
            MHD_resume_connection(web->job->request->connection);
            job_detach(web->job->request);
        }
        web->job = NULL;
    }
    uv_poll_stop(&web->poll);
    (void)MHD_run(web->daemon);
    MHD_stop_daemon(web->daemon);
    web->daemon = NULL;
    auth_free(web);
    uv_close((uv_handle_t *)&web->poll, on_closed);
    uv_close((uv_handle_t *)&web->timer, on_closed);
    uv_close((uv_handle_t *)&web->tick, on_closed);
}

uint16_t web_port(const struct web *web) { return web->port; }

const char *web_setup_code(const struct web *web)
{
    bool needed = !web->on_loopback && web->auth.hashes[ROLE_OWNER] == NULL;
    return needed ? web->auth.setup_code : "";
}
