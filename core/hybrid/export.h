/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_EXPORT_H
#define HEARTH_CORE_HYBRID_EXPORT_H

/*
 * Holds the power at the connection point by a meter that answers late. What the meter saw is the
 * home plus what the inverter's own port carried then, and that the inverter remembers: so one
 * reading tells the home, and the port is set for it at once, however late the reading came. No
 * gain to tune. While the port itself changed within the time a reading may be from, the reading
 * only bounds the home: what was known of it moves into the bounds and no further, so that the
 * inverter never answers its own change and nothing swings. Powers in W, + buys.
 */

#include <stdbool.h>
#include <stdint.h>

enum { EXPORT_SLOTS = 64, EXPORT_SLOT_MS = 40 };

struct export_loop {
    int32_t hold_w;                /* wanted at the connection point */
    uint32_t newest_ms, oldest_ms; /* age of what a reading tells, when it comes */
    uint32_t lost_ms;              /* of silence: then the home is not known */
    /* private */
    struct export_slot {
        uint32_t at_ms;
        int32_t low_w, high_w; /* of the port within the slot */
        bool used;
    } slot[EXPORT_SLOTS]; /* a ring */
    uint8_t at;
    int32_t home_w;
    uint32_t heard_ms;
    bool known;
};

/* A loop that holds 20 W bought by a meter polled at 9600 baud. */
void export_init(struct export_loop *loop, uint32_t now_ms);

/* What the inverter's own port carries now: to be called at least every EXPORT_SLOT_MS. */
void export_note(struct export_loop *loop, int32_t port_w, uint32_t now_ms);

/* A reading of the connection point came. */
void export_heard(struct export_loop *loop, int32_t point_w, uint32_t now_ms);

/* What the port should carry; false: the meter is silent, nothing of the home is known. */
bool export_target(struct export_loop *loop, uint32_t now_ms, int32_t *port_w);

#endif
