/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DRIVER_BATTERY_H
#define HEARTH_HOST_DRIVER_BATTERY_H

/*
 * Reads packs over a serial line, whichever of the protocols of core/proto/rs485.h they speak, and
 * publishes them as points pack1.* … packN.*. One request is under way at a time; a pack that does
 * not answer three times in a row has its points marked as not known (never zero, never stale) and
 * is asked again less often.
 */

#include "core/proto/rs485.h"
#include "host/bus.h"
#include "host/points.h"

enum { DRIVER_PACKS = 15, DRIVER_POINTS = 64 };

typedef void battery_told_fn(void *context, int pack, bool silent);

struct battery_driver {
    struct bus bus;
    struct points *points;
    enum rs485_protocol protocol;
    int n_packs;
    int64_t period_ms;
    uint16_t timeout_ms, gap_ms; /* a virtual wire needs no gap */
    battery_told_fn *told;       /* a pack fell silent, or is back */
    void *context;
    /* private */
    struct rs485_client client;
    struct battery_bank bank;
    struct driver_pack {
        bool silent; /* as it was told */
        int points[DRIVER_POINTS];
    } pack[DRIVER_PACKS];
};

/* Fills the private part and defines the points. */
void battery_driver_init(struct battery_driver *driver);

/* Goes on with the round: takes what came in, sends what is next. `now_ms` is the driver's clock
   (real time on a real bus), `site_ms` stamps the points. True when it sent or took something, so
   that the caller of a virtual wire can go on at once. */
bool battery_driver_step(struct battery_driver *driver, int64_t now_ms, int64_t site_ms);

/* No round is under way. */
bool battery_driver_is_idle(const struct battery_driver *driver);

/* A pack was heard since the start; it is silent now. */
bool battery_driver_knows(const struct battery_driver *driver, int pack);
bool battery_driver_misses(const struct battery_driver *driver, int pack);

#endif
