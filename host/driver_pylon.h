/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DRIVER_PYLON_H
#define HEARTH_HOST_DRIVER_PYLON_H

/*
 * Reads packs that speak Pylontech RS485 and publishes them as points pack1.* … packN.*. One
 * request is under way at a time; a pack that does not answer three times in a row has its points
 * marked as not known (never zero, never stale) and is asked again less often.
 */

#include "core/proto/pylon_rs485.h"
#include "host/bus.h"
#include "host/points.h"

enum { PYLON_PACKS = 15 };

typedef void pylon_told_fn(void *context, int pack, bool silent);

struct pylon_pack {
    bool known, silent;
    int misses;
    int64_t heard_ms, ask_after_ms; /* driver's clock */
    struct pylon_analog analog;
    struct pylon_alarm alarm;
    struct pylon_limits limits;
    int points[64];
};

struct pylon_driver {
    struct bus bus;
    struct points *points;
    int n_packs;
    int64_t period_ms, timeout_ms;
    pylon_told_fn *told; /* a pack fell silent, or is back */
    void *context;
    /* private */
    struct pylon_pack pack[PYLON_PACKS];
    struct ascii_reader reader;
    struct ascii_frame frame;
    int asked_pack, asked_command; /* commands of a round: index, -1 when nothing is under way */
    int64_t asked_ms, round_ms;
    uint32_t n_asked, n_answered, n_broken, n_timeouts;
};

/* Fills the private part and defines the points. */
void pylon_driver_init(struct pylon_driver *driver);

/* Goes on with the round: takes what came in, sends what is next. `now_ms` is the driver's clock
   (real time on a real bus), `site_ms` stamps the points. True when it sent or took something, so
   that the caller of a virtual wire can go on at once. */
bool pylon_driver_step(struct pylon_driver *driver, int64_t now_ms, int64_t site_ms);

#endif
