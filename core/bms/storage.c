/* SPDX-License-Identifier: Apache-2.0 */
/* A pack in store. */
#include "core/bms/storage.h"

enum {
    DAY_S = 86400,
    COOL_DAYS = 90,
    WARM_DAYS = 30,
    LONGEST_DAYS = 180,
    WARM_MC = 25000,
    LOOK_S = 60,
    LOW_C10 = -100,
    HIGH_C10 = 550
};

bool storage_out_of_range(int32_t c10) { return c10 < LOW_C10 || c10 > HIGH_C10; }

void storage_step(struct bms_storage *storage, int64_t clock_s, int32_t c10, bool charging)
{
    if (!storage->known || charging) {
        *storage = (struct bms_storage){
            .known = true, .charged_s = clock_s, .mean_mc = c10 * 100, .looked_s = clock_s};
        return;
    }
    int64_t passed_s = clock_s - storage->looked_s;
    if (passed_s < LOOK_S) {
        return;
    }
    storage->looked_s = clock_s;
    storage->counted_s += passed_s;
    int64_t towards = (int64_t)c10 * 100 - storage->mean_mc;
    storage->mean_mc += (int32_t)(towards * passed_s / storage->counted_s);
}

enum storage_state storage_judge(const struct bms_storage *storage, int64_t clock_s)
{
    int64_t days = storage->known ? (clock_s - storage->charged_s) / DAY_S : 0;
    if (days >= LONGEST_DAYS) {
        return STORAGE_OVERDUE;
    }
    return days >= (storage->mean_mc > WARM_MC ? WARM_DAYS : COOL_DAYS) ? STORAGE_DUE
                                                                        : STORAGE_FINE;
}
