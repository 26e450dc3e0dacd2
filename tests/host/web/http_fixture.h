/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_WEB_HTTP_FIXTURE_H
#define HEARTH_TESTS_HOST_WEB_HTTP_FIXTURE_H

/* A server before a fake site, and a client that asks it, for the HTTP tests. */
#include <setjmp.h> /* IWYU pragma: keep */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "client.h"
#include "fake_site.h"
#include "host/http/web.h"

struct test {
    uv_loop_t loop;
    struct site *site;
    struct store *store;
    struct web *web;
    char folder[64], path[100], cookie[160];
    uint16_t port;
};

int begin_demo(void **state);
int begin_real(void **state);
int begin_open(void **state);
int end(void **state);
/* Asks, asserts the status, and gives the JSON (or NULL when the body is none). */
json_t *ask(struct test *t, const char *method, const char *path, const char *body, int status);
void ask_only(struct test *t, const char *method, const char *path, const char *body, int status);
const char *text_at(const json_t *json, const char *key);
void keep_cookie(struct test *t, const struct answer *answer);
void set_up_owner(struct test *t);

#define TEST(function, begin) cmocka_unit_test_setup_teardown(function, begin, end)

#endif
