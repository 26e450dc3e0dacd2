/* SPDX-License-Identifier: Apache-2.0 */
/* Stamps of the past are kept within the span time_reached() is right for: a protection or a sleep
   may last for months. */
#include "core/bms/bms.h"

#include <stddef.h>

enum { LOOK_SHIFT = 24 /* every 2^24 ms, 4.7 hours */ };

static void keep_all(struct bms *bms)
{
    struct bms_life *life = &bms->life;
    uint32_t *const stamps[] = {&bms->flow_since_ms,    &bms->join_since_ms,
                                &bms->standby_since_ms, &life->key_since_ms,
                                &life->comm_ms,         &life->busy_ms,
                                &life->cell_ms,         &life->empty_ms,
                                &life->slept_ms,        &life->try_ms,
                                &life->charging_ms,     &bms->precharge.since_ms,
                                &bms->limiter.since_ms, &bms->limiter.over_ms,
                                &bms->warnings.step_ms, &bms->warnings.emptying_ms};
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++) {
        time_keep(stamps[i], bms->now_ms);
    }
    for (int i = 0; i < ROW_COUNT; i++) {
        time_keep(&bms->rows[i].since_ms, bms->now_ms);
        time_keep(&bms->rows[i].changed_ms, bms->now_ms);
    }
}

void bms_keep_stamps(struct bms *bms, uint32_t before_ms)
{
    if ((before_ms ^ bms->now_ms) >> LOOK_SHIFT != 0) {
        keep_all(bms);
    }
}
