/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_WEB_FAKE_SITE_H
#define HEARTH_TESTS_HOST_WEB_FAKE_SITE_H

/* A site of paper for tests of the interfaces: a sun, a load, a battery with two packs, settings
   and knobs, that move by simple formulas. It implements host/site.h and nothing more. */
#include "host/points.h"
#include "host/site.h"

struct site *fake_site_new(bool simulated);
void fake_site_free(struct site *site);
/* Lets `ms` of real time pass: the site's clock moves by its speed. */
void fake_site_advance(struct site *site, int64_t ms);
void fake_site_raise(struct site *site, const char *device, const char *kind, const char *code,
                     bool active, const char *text);

#endif
