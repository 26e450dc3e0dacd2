/* SPDX-License-Identifier: Apache-2.0 */
/* Energy saving ([21], O-50): on the battery with hardly any load the output goes to sleep, and is
   tried for a second each half minute, until somebody wants power. */
#include "core/inverter/inverter.h"

enum {
    IDLE_W = 50,
    IDLE_MS = 60000, /* (i), as the two below */
    ASLEEP_MS = 30000,
    PROBE_MS = 1000,
    FEEL_MS = 100 /* of a probe: the load is on by then */
};

void inverter_save_energy(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    bool may = inverter->set[SET_ENERGY_SAVING] != 0 && inverter->out.feed == FEED_INVERTER;
    if (!may) {
        inverter->saving = inverter->idle.on = inverter->asleep.on = inverter->probing.on = false;
        return;
    }
    if (!inverter->saving) {
        bool idle = inverter->in.load_w < IDLE_W;
        inverter->saving = since_held(&inverter->idle, idle, now_ms, IDLE_MS);
        inverter->asleep.on = inverter->probing.on = false;
        return;
    }
    if (!since_held(&inverter->asleep, true, now_ms, ASLEEP_MS)) {
        return;
    }
    bool over = since_held(&inverter->probing, true, now_ms, PROBE_MS);
    bool felt = time_reached(now_ms, inverter->probing.ms + FEEL_MS);
    if (felt && inverter->in.load_w > IDLE_W) {
        inverter->saving = inverter->idle.on = false;
    } else if (over) {
        inverter->asleep.on = inverter->probing.on = false;
    }
}
