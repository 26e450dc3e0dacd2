/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hybrid/export.h"

#include <string.h>

#include "core/units.h"

enum { HOLD_W = 20, NEWEST_MS = 20, OLDEST_MS = 600, LOST_MS = 2000 };
_Static_assert(EXPORT_SLOTS *EXPORT_SLOT_MS > 2 * OLDEST_MS,
               "the ring is longer than a reading is old");

void export_init(struct export_loop *loop, uint32_t now_ms)
{
    memset(loop, 0, sizeof *loop);
    loop->hold_w = HOLD_W;
    loop->newest_ms = NEWEST_MS;
    loop->oldest_ms = OLDEST_MS;
    loop->lost_ms = LOST_MS;
    loop->heard_ms = now_ms;
}

void export_note(struct export_loop *loop, int32_t port_w, uint32_t now_ms)
{
    struct export_slot *slot = &loop->slot[loop->at];
    if (slot->used && now_ms - slot->at_ms < EXPORT_SLOT_MS) {
        slot->low_w = min_i32(slot->low_w, port_w);
        slot->high_w = max_i32(slot->high_w, port_w);
        return;
    }
    loop->at = (uint8_t)((loop->at + 1) % EXPORT_SLOTS);
    loop->slot[loop->at] = (struct export_slot){now_ms, port_w, port_w, true};
}

/* What the port carried within the time a reading may be from; false: nothing is remembered. */
static bool port_then(const struct export_loop *loop, uint32_t now_ms, int32_t *low_w,
                      int32_t *high_w)
{
    bool found = false;
    for (int i = 0; i < EXPORT_SLOTS; i++) {
        const struct export_slot *slot = &loop->slot[i];
        uint32_t age_ms = now_ms - slot->at_ms; /* of its begin; it lasts for a slot's time */
        bool within = slot->used && age_ms + EXPORT_SLOT_MS >= loop->newest_ms &&
                      age_ms <= loop->oldest_ms + EXPORT_SLOT_MS;
        if (within) {
            *low_w = found ? min_i32(*low_w, slot->low_w) : slot->low_w;
            *high_w = found ? max_i32(*high_w, slot->high_w) : slot->high_w;
            found = true;
        }
    }
    return found;
}

void export_heard(struct export_loop *loop, int32_t point_w, uint32_t now_ms)
{
    int32_t low_w;
    int32_t high_w;
    if (port_then(loop, now_ms, &low_w, &high_w)) {
        int32_t home_w = loop->known ? loop->home_w : point_w - high_w;
        loop->home_w = clamp_i32(home_w, point_w - high_w, point_w - low_w);
        loop->heard_ms = now_ms;
        loop->known = true;
    }
}

bool export_target(struct export_loop *loop, uint32_t now_ms, int32_t *port_w)
{
    if (now_ms - loop->heard_ms > loop->lost_ms) {
        loop->known = false; /* silent for however long */
    }
    *port_w = loop->hold_w - loop->home_w;
    return loop->known;
}
