/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inverter's end of PI30. Every line that ends in CR is answered, with (NAK when its sum is
 * wrong, nobody knows it or the inverter refuses it; one that begins with "(" is somebody's reply
 * (or our echo) and gets silence.
 */
#include <string.h>

#include "core/proto/pi30.h"

static size_t put_word(const char *word, uint8_t *reply)
{
    memcpy(reply + 1, word, 3);
    return pi30_seal(reply, 4);
}

/* One whole line, its CR with it. */
static size_t answer(struct hostlink_server *server, const struct hostlink_job *job, uint8_t *reply)
{
    const char *text = (const char *)server->bytes;
    reply[0] = '(';
    if (server->bytes[0] == '(') {
        server->foreign++;
        return 0;
    }
    if (!pi30_is_right(server->bytes, server->n)) {
        server->broken++;
        return put_word("NAK", reply);
    }
    server->requests++;
    size_t n = pi30_reply_text(text, server->n - 3U, job, (char *)reply + 1);
    if (n > 0) {
        return pi30_seal(reply, n + 1);
    }
    bool done = pi30_obey(text, server->n - 3U, job);
    server->refusals += done ? 0 : 1;
    return put_word(done ? "ACK" : "NAK", reply);
}

size_t pi30_server_byte(struct hostlink_server *server, uint8_t byte,
                        const struct hostlink_job *job, uint8_t *reply)
{
    if (server->n == 0 && (byte == '\r' || byte == '\n' || byte == '\0')) {
        server->dropped++;
        return 0; /* ends of lines as terminals send them */
    }
    if (server->n == sizeof server->bytes) {
        server->dropped += server->n; /* longer than any line: up to its end it says nothing */
        server->n = 1;
        server->bytes[0] = '(';
    }
    server->bytes[server->n++] = byte;
    if (byte != '\r') {
        return 0;
    }
    size_t length = answer(server, job, reply);
    server->n = 0;
    return length;
}

size_t pi30_server_quiet(struct hostlink_server *server, const struct hostlink_job *job,
                         uint8_t *reply)
{
    (void)job;
    (void)reply;
    server->dropped += server->n;
    server->n = 0;
    return 0;
}
