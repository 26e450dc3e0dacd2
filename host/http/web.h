/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_HTTP_WEB_H
#define HEARTH_HOST_HTTP_WEB_H

/*
 * The HTTP interface of a site: the page, the JSON API, the live stream and the metrics. It runs
 * on the caller's libuv loop, without threads of its own (only a password is hashed on libuv's
 * pool). What it serves and who may do what: docs/http.md; the machine's copy: /openapi.json.
 *
 * The caller keeps site and store until web_stop has returned, hands every event it has stored to
 * web_event, and runs the loop once more after web_stop so that the handles close.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "host/site.h"
#include "host/store/store.h"

struct web;

struct web_options {
    const char *listen;       /* address to bind; NULL: "127.0.0.1" */
    uint16_t port;            /* 0: any free one, see web_port */
    const char *const *names; /* further Host names it answers to, beside IPs and localhost */
    int n_names;
    const char *version; /* shown by /api/about; NULL: "" */
};

/* NULL with a sentence in `why`: bad address, port taken (names it), no memory. */
struct web *web_start(uv_loop_t *loop, struct site *site, struct store *store,
                      const struct web_options *options, char *why, size_t room) MUST_USE;
void web_stop(struct web *web); /* NULL is fine */

uint16_t web_port(const struct web *web);
/* Eight digits that the first visit from another machine must give, to be printed by the daemon;
   "" when nobody needs it: only this machine can connect, or the owner's password is set. */
const char *web_setup_code(const struct web *web);
/* Tells every open stream; `event` has its id from the store. */
void web_event(struct web *web, const struct site_event *event);

#endif
