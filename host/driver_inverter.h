/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DRIVER_INVERTER_H
#define HEARTH_HOST_DRIVER_INVERTER_H

/*
 * Reads a real inverter on its host link, in any of the protocols of core/proto/hostlink.h, and
 * publishes what it tells as points inverter.*, pv.*, grid.*, load.*, battery.*. One question is
 * under way at a time. Who misses three in a row is silent: its points are not known any more
 * (never zero, never stale), and it is asked again every five seconds.
 *
 * Settings are written through it, one at a time: role and the product's own rules judge first,
 * then the device.
 */

#include "core/proto/hostlink.h"
#include "core/product/product.h"
#include "host/bus.h"
#include "host/points.h"
#include "sim/settings.h"

typedef void inverter_told_fn(void *context, bool silent);

/* A write came to its end; `why` is empty when the device took it. */
typedef void inverter_written_fn(void *context, const struct setting_row *row, int32_t value,
                                 const char *why);

struct inverter_driver {
    struct bus bus;
    struct points *points;
    enum hostlink_protocol protocol;
    uint8_t unit; /* 0: the protocol's usual address */
    const struct product *product;
    struct house *mirror; /* lent: the settings it told, under the product's rules */
    int64_t period_ms;
    inverter_told_fn *told; /* it fell silent, or is back */
    inverter_written_fn *written;
    void *context;
    /* private */
    struct hostlink_client client;
    bool others[LIVE_COUNT]; /* a point that another device tells */
    const struct setting_row *writing;
    int32_t wanted;
    bool silent;          /* as it was told */
    int live[LIVE_COUNT]; /* points; -1: not told yet */
    int power, source, faults, alarms;
};

/* Fills the private part and the mirror. Points that are there already are left to who defined
   them: a battery knows its SOC better than its inverter does. */
void inverter_driver_init(struct inverter_driver *driver);

/* The setting was told, and the inverter is there. */
bool inverter_driver_knows(const struct inverter_driver *driver, enum setting_id id);

/* Goes on with the round: takes what came in, sends what is next. `site_ms` stamps the points. True
   when it sent or took something. */
bool inverter_driver_step(struct inverter_driver *driver, int64_t now_ms, int64_t site_ms);

/* Begins to write a setting by its mnemonic. WRITE_OK: it is on its way (`writing` says so) or in
   place already; else refused here, with a sentence in `why`. */
enum write_result inverter_driver_write(struct inverter_driver *driver, const char *name,
                                        const char *text, bool installer, char *why, size_t room);

#endif
