/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_EXPORT_HOME_H
#define HEARTH_SIM_EXPORT_HOME_H

/*
 * A home behind a meter for the tests and the bench of the export loop: the port follows its target
 * over a time constant within limits, the meter measures over its own period, is asked at intervals
 * and answers after what 9600 baud take.
 */

#include "core/hybrid/export.h"
#include "core/units.h"

struct export_home {
    struct export_loop loop;
    uint32_t now_ms;
    uint32_t update_ms, poll_ms, wire_ms; /* meter's period; between questions; from it to us */
    int32_t port_min_w, port_max_w;       /* what sun and battery allow */
    double home_w, port_w, point_w;
    double sum, metered; /* of the running period; of the last whole one */
    uint32_t summed_ms, polled_ms, answers_ms;
    double answer;
    bool waits, silent;
};

static inline void export_home_init(struct export_home *home, uint32_t update_ms, uint32_t poll_ms)
{
    *home = (struct export_home){.update_ms = update_ms,
                                 .poll_ms = poll_ms,
                                 .wire_ms = 45,
                                 .port_min_w = -12000,
                                 .port_max_w = 12000,
                                 .now_ms = 5000};
    export_init(&home->loop, home->now_ms);
    home->loop.oldest_ms = 2 * update_ms + home->wire_ms + 40;
    home->loop.newest_ms = home->wire_ms > 20 ? home->wire_ms - 20 : 0;
}

static inline void export_home_meter(struct export_home *home)
{
    home->sum += home->point_w;
    home->summed_ms++;
    if (home->summed_ms >= home->update_ms) {
        home->metered = home->sum / home->summed_ms;
        home->sum = 0;
        home->summed_ms = 0;
    }
    if (!home->waits && home->now_ms - home->polled_ms >= home->poll_ms) {
        home->polled_ms = home->now_ms;
        home->answers_ms = home->now_ms + home->wire_ms;
        home->answer = home->metered;
        home->waits = true;
    } else if (home->waits && time_reached(home->now_ms, home->answers_ms)) {
        home->waits = false;
        if (!home->silent) {
            export_heard(&home->loop, (int32_t)home->answer, home->now_ms);
        }
    }
}

/* One millisecond; the control looks every ten. */
static inline void export_home_step(struct export_home *home)
{
    int32_t target = home->port_max_w;
    home->now_ms++;
    if (!export_target(&home->loop, home->now_ms, &target)) {
        target = 0; /* nothing leaves by the port */
    }
    target = clamp_i32(target, home->port_min_w, home->port_max_w);
    home->port_w += ((double)target - home->port_w) / 50.0; /* 50 ms */
    home->point_w = home->home_w + home->port_w;
    if (home->now_ms % 10 == 0) {
        export_note(&home->loop, (int32_t)home->port_w, home->now_ms);
    }
    export_home_meter(home);
}

#endif
