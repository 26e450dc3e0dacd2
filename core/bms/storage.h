/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_STORAGE_H
#define HEARTH_CORE_BMS_STORAGE_H

/*
 * A pack in store: when it is due for a charge, and when its place is too cold or too hot (VT s8
 * with decision A29: 90 days at a mean of 25 degC or less, 30 days above, never longer than 180
 * days; -10..55 degC).
 */

#include <stdbool.h>
#include <stdint.h>

enum storage_state { STORAGE_FINE, STORAGE_DUE, STORAGE_OVERDUE };

struct bms_storage {
    bool known;        /* the clock ran when it was charged last */
    int64_t charged_s; /* BMS clock of the last charge */
    int32_t mean_mc;   /* mean of the cells since then, 0.001 degC */
    int64_t counted_s; /* the mean is of this long a time */
    int64_t looked_s;
};

/* Looks at one sample; `charging`: a charge current flows. Works awake and asleep. */
void storage_step(struct bms_storage *storage, int64_t clock_s, int32_t c10, bool charging);

enum storage_state storage_judge(const struct bms_storage *storage, int64_t clock_s);

/* True outside the range a pack may be stored at. */
bool storage_out_of_range(int32_t c10);

#endif
