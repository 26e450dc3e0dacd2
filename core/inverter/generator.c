/* SPDX-License-Identifier: Apache-2.0 */
/* When the generator is called (manual 003, [37], 5.3; O-21, O-22): the grid is gone and the
   battery at its end; until the grid is back, or the battery full after a run that was worth the
   start. */
#include "core/inverter/inverter.h"

enum { RUN_AT_LEAST_MS = 600000 }; /* (i) */

void inverter_call_generator(struct inverter *inverter)
{
    bool long_run = since_held(&inverter->gen_running, inverter->generator.ok, inverter->in.now_ms,
                               RUN_AT_LEAST_MS);
    bool may = inverter->gen_wanted && inverter->set[SET_POWER_ON] != 0 && !inverter->grid_ok;
    if (!may || (long_run && inverter_is_full(inverter))) {
        inverter->gen_called = false;
    } else if (inverter->battery_cut) {
        inverter->gen_called = true;
    }
}
