/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_STORE_FIXTURE_H
#define HEARTH_TESTS_HOST_STORE_FIXTURE_H

/* cmocka's own needs first; then a folder of its own and a clock in the test's hand. */
#include <setjmp.h> /* IWYU pragma: keep */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/store/store.h"

extern int64_t fixture_real_ms; /* what the store takes for real time; moves by hand */
int64_t fixture_clock(void);

void fixture_folder(char *out, size_t room); /* a new folder under /tmp */
void fixture_path(char *out, size_t room, const char *folder, const char *name);
void fixture_remove(const char *folder);      /* with what is in it */
struct store *fixture_open(const char *path); /* asserts that it opens */

/* 2026-06-01T00:00:00Z */
#define DAY_MS INT64_C(1780272000000)

#endif
