/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_BENCH_SOC_USE_H
#define HEARTH_BENCH_SOC_USE_H

/*
 * Kinds of use for judging the SOC estimator: one pack of the plant behind imperfect sensors, its
 * BMS, and somebody who draws and charges. Shared by bench_soc and the tests of the estimator.
 */

#include "core/bms/bms.h"
#include "core/product/product.h"
#include "plant/pack.h"
#include "plant/sensor.h"

enum soc_use_kind { USE_SOLAR, USE_FULL, USE_WINTER, USE_MIDDLE, USE_HIGH, USE_KINDS };

extern const char *const soc_use_names[USE_KINDS];

struct soc_use_spec {
    enum soc_use_kind kind;
    int days;
    double offset_a, gain_pct;
    double cell_off_mv;         /* all cells read so much too high: also stands for another curve */
    double start_soc, told_soc; /* truth and what the BMS believes at first, 0..1 */
    double capacity_factor, resistance_factor;
    bool meets_requests; /* a charge to the top when the pack asks for one */
    uint64_t seed;
};

struct soc_use_result {
    double rms_pct, worst_pct;         /* after the first full charge */
    double later_worst_pct;            /* after ten cycles as well */
    double inside_pct, all_inside_pct; /* samples within the bound: after the full charge, all */
    double mean_bound_pct;             /* after the first full charge */
    double first_full_h;               /* hours until then; negative: never */
    double soh_error_pct, resistance_error_pct; /* after ten cycles, or at the end */
    double cycles;
    int offset_ma, requests, fulls;
};

void soc_use_run(const struct soc_use_spec *spec, struct soc_use_result *result);

/* The same figures gathered by somebody else's loop: a sample of truth against the BMS. */
struct soc_judge {
    double sum2, worst, later_worst, bound_sum;
    long n, inside, all, all_inside;
    bool full_seen;
    double first_full_h;
    bool was_asking;
    int requests, fulls;
    uint32_t since_full_s;
    bool ten;
    double soh_error, resistance_error;
};
void soc_judge_sample(struct soc_judge *judge, const struct bms *bms,
                      const struct plant_pack *plant, double hours);
void soc_judge_end(struct soc_judge *judge, const struct bms *bms, const struct plant_pack *plant,
                   struct soc_use_result *result);

#endif
