/* SPDX-License-Identifier: Apache-2.0 */
/* Live streams, clients that misbehave, and a server that cannot start. */
#include "http_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t read_some(struct test *t, int fd, char *out, size_t room, int ms)
{
    size_t n = 0;
    for (int waited = 0; waited < ms; waited += 10) {
        client_turn(&t->loop, 10);
        ssize_t got;
        while (n + 1 < room && (got = recv(fd, out + n, room - 1 - n, 0)) > 0) {
            n += (size_t)got;
        }
    }
    out[n] = '\0';
    return n;
}

static int open_stream(struct test *t)
{
    static const char request[] = "GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    int fd = client_connect(t->port);
    assert_int_equal(send(fd, request, sizeof request - 1, 0), sizeof request - 1);
    return fd;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) {
        n++;
    }
    return n;
}

static void a_stream_gives_a_snapshot_then_changes_and_events(void **state)
{
    struct test *t = *state;
    static char text[1 << 18];
    int fd = open_stream(t);
    read_some(t, fd, text, sizeof text, 100);
    assert_non_null(strstr(text, "Content-Type: text/event-stream"));
    assert_non_null(strstr(text, "event: snapshot\ndata: {"));
    assert_non_null(strstr(text, "\"pack2.cell_16_v\":"));
    fake_site_raise(t->site, "pack1", "fault", "F64", true, "A test");
    for (int i = 0; i < 100; i++) { /* a change every 10 ms for a second */
        fake_site_advance(t->site, 1000);
        read_some(t, fd, text + strlen(text), sizeof text - strlen(text), 10);
    }
    assert_non_null(strstr(text, "event: event\ndata: {\"id\":1,"));
    assert_in_range(count(text, "event: points"), 5, 12); /* coalesced to ten a second */
    /* A request whose own handling raises an event must not leave the stream asleep. */
    ask_only(t, "POST", "/api/simulation", "{\"grid\": \"outage\"}", 200);
    read_some(t, fd, text, sizeof text, 300);
    assert_non_null(strstr(text, "\"F21\""));
    assert_non_null(strstr(text, "\"grid.present\":false"));
    read_some(t, fd, text, sizeof text, 2100);
    assert_in_range(count(text, "event: clock\ndata: {\"now_ms\":"), 2, 3);
    close(fd);
    client_turn(&t->loop, 50);
}

static void a_client_that_does_not_read_is_dropped(void **state)
{
    struct test *t = *state;
    int small = 2048, fd = open_stream(t), other = open_stream(t);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    static char text[1 << 21];
    char filler[140];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    size_t n_other = 0;
    for (int i = 0; i < 300; i++) { /* MBs of events: more than socket and buffer hold */
        struct site_event event = {.id = i + 1, .device = "pack1", .kind = "info", .code = "x"};
        snprintf(event.text, sizeof event.text, "%s", filler);
        for (int k = 0; k < 100; k++) {
            web_event(t->web, &event);
        }
        n_other += read_some(t, other, text, sizeof text, 10);
    }
    assert_true(n_other > 5000000);
    /* What was sent before it was dropped can be read; then the end. */
    ssize_t got = 0;
    size_t n = 0;
    for (int i = 0; i < 2000; i++) {
        got = recv(fd, text, sizeof text, 0);
        if (got == 0 || (got < 0 && errno == ECONNRESET)) {
            got = 0;
            break;
        }
        n += got > 0 ? (size_t)got : 0;
        client_turn(&t->loop, 1);
    }
    assert_int_equal(got, 0);
    assert_true(n < n_other);
    close(fd);
    close(other);
    client_turn(&t->loop, 50);
}

static void broken_requests_harm_nobody(void **state)
{
    struct test *t = *state;
    static const char *const cases[] = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /api/simulation HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "POST /api/simulation HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        "GET /api/points?prefix=%00%ff%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = client_connect(t->port);
        assert_true(send(fd, cases[i], strlen(cases[i]), 0) > 0);
        client_turn(&t->loop, 20);
        close(fd);
    }
    char *many = calloc(1, 70000);
    strcpy(many, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    memset(many + strlen(many), 'a', 60000);
    int fd = client_connect(t->port);
    (void)send(fd, many, strlen(many), 0);
    client_turn(&t->loop, 50);
    close(fd);
    free(many);
    /* A login left in the middle of its hashing. */
    static const char login[] = "POST /api/auth/setup HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                "application/json\r\nContent-Length: 24\r\n\r\n"
                                "{\"password\":\"12345678\"} ";
    fd = client_connect(t->port);
    (void)send(fd, login, sizeof login - 1, 0);
    client_turn(&t->loop, 10);
    close(fd);
    client_turn(&t->loop, 1000);
    ask_only(t, "GET", "/api/points", NULL, 200);
    fd = client_connect(t->port); /* and one the server is stopped in */
    (void)send(fd, login, sizeof login - 1, 0);
    client_turn(&t->loop, 5);
    close(fd);
}

static void a_port_in_use_and_a_bad_address_are_named(void **state)
{
    struct test *t = *state;
    char why[200] = "", port[16];
    struct web_options options = {.port = t->port};
    assert_null(web_start(&t->loop, t->site, t->store, &options, why, sizeof why));
    snprintf(port, sizeof port, "%u", (unsigned)t->port);
    assert_non_null(strstr(why, port));
    assert_non_null(strstr(why, "in use"));
    options = (struct web_options){.listen = "not an address"};
    assert_null(web_start(&t->loop, t->site, t->store, &options, why, sizeof why));
    assert_non_null(strstr(why, "not an address"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stream_gives_a_snapshot_then_changes_and_events, begin_demo),
        TEST(a_client_that_does_not_read_is_dropped, begin_demo),
        TEST(broken_requests_harm_nobody, begin_demo),
        TEST(a_port_in_use_and_a_bad_address_are_named, begin_demo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
