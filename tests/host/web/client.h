/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_WEB_CLIENT_H
#define HEARTH_TESTS_HOST_WEB_CLIENT_H

/* A small HTTP client in the server's own process: it writes bytes into a socket and turns the
   server's loop until the answer is complete. What it sends is exactly what the test says. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

struct answer {
    int status;
    char head[4096];
    char *body; /* unchunked, NUL-terminated */
    size_t n_body;
};

/* A whole request as bytes; waits up to 5 s. The caller frees with answer_free. */
struct answer client_raw(uv_loop_t *loop, uint16_t port, const char *request, size_t n);
/* method, path, extra header lines (each with CRLF), body or NULL */
struct answer client_ask(uv_loop_t *loop, uint16_t port, const char *method, const char *path,
                         const char *headers, const char *body);
void answer_free(struct answer *answer);
/* A header's value into `out`, or "". */
void answer_header(const struct answer *answer, const char *name, char *out, size_t room);

int client_connect(uint16_t port);         /* a non-blocking socket */
void client_turn(uv_loop_t *loop, int ms); /* runs the loop for that long */

#endif
