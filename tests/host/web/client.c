/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 5000, BODY_ROOM = 1 << 20 };

int client_connect(uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void stop(uv_timer_t *timer) { uv_stop(timer->loop); }

void client_turn(uv_loop_t *loop, int ms)
{
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, stop, (uint64_t)ms, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

/* Takes the chunk sizes out of a chunked body. */
static size_t unchunk(char *body)
{
    char *in = body, *out = body;
    for (;;) {
        char *end = NULL;
        size_t n = strtoul(in, &end, 16);
        if (end == in || n == 0) {
            break;
        }
        memmove(out, end + 2, n);
        out += n;
        in = end + 2 + n + 2;
    }
    *out = '\0';
    return (size_t)(out - body);
}

static void parse(struct answer *answer, char *text, size_t n)
{
    char *end = strstr(text, "\r\n\r\n");
    if (end == NULL) {
        return;
    }
    *end = '\0';
    snprintf(answer->head, sizeof answer->head, "%s", text);
    (void)sscanf(answer->head, "HTTP/1.1 %d", &answer->status); // NOLINT(cert-err34-c)
    answer->n_body = n - (size_t)(end + 4 - text);
    memmove(text, end + 4, answer->n_body + 1);
    answer->body = text;
    char coding[32];
    answer_header(answer, "Transfer-Encoding", coding, sizeof coding);
    if (strcmp(coding, "chunked") == 0) {
        answer->n_body = unchunk(text);
    }
}

struct answer client_raw(uv_loop_t *loop, uint16_t port, const char *request, size_t n)
{
    struct answer answer = {0};
    int fd = client_connect(port);
    char *text = calloc(1, BODY_ROOM);
    size_t got = 0, sent = 0;
    for (int ms = 0; ms < WAIT_MS && fd >= 0; ms += 2) {
        ssize_t wrote = sent < n ? send(fd, request + sent, n - sent, MSG_NOSIGNAL) : 0;
        sent += wrote > 0 ? (size_t)wrote : 0;
        client_turn(loop, 2);
        ssize_t read_n;
        while ((read_n = recv(fd, text + got, BODY_ROOM - 1 - got, 0)) > 0) {
            got += (size_t)read_n;
        }
        if (read_n == 0 || (read_n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) {
            break;
        }
    }
    close(fd);
    parse(&answer, text, got);
    if (answer.body == NULL) {
        free(text);
    }
    return answer;
}

struct answer client_ask(uv_loop_t *loop, uint16_t port, const char *method, const char *path,
                         const char *headers, const char *body)
{
    static const char form[] = "%s %s HTTP/1.1\r\nConnection: close\r\n%s%s%s\r\n%s";
    char length[80] = "", host[48] = "";
    if (strstr(headers, "Host:") == NULL) {
        snprintf(host, sizeof host, "Host: 127.0.0.1:%u\r\n", (unsigned)port);
    }
    if (body != NULL) {
        snprintf(length, sizeof length, "%sContent-Length: %zu\r\n",
                 strstr(headers, "Content-Type:") ? "" : "Content-Type: application/json\r\n",
                 strlen(body));
    }
    size_t room = strlen(path) + strlen(headers) + (body == NULL ? 0 : strlen(body)) + 300;
    char *request = malloc(room);
    int n = snprintf(request, room, form, method, path, host, headers, length,
                     body == NULL ? "" : body);
    struct answer answer = client_raw(loop, port, request, (size_t)n);
    free(request);
    return answer;
}

void answer_free(struct answer *answer)
{
    free(answer->body);
    *answer = (struct answer){0};
}

void answer_header(const struct answer *answer, const char *name, char *out, size_t room)
{
    size_t n = strlen(name);
    out[0] = '\0';
    for (const char *line = strstr(answer->head, "\r\n"); line != NULL;
         line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *value = line + n + 1 + strspn(line + n + 1, " ");
            snprintf(out, room, "%.*s", (int)strcspn(value, "\r"), value);
            return;
        }
    }
}
