/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_IMPORT_H
#define HEARTH_CORE_HYBRID_IMPORT_H

/*
 * A limit of what is bought on the mean of the quarter of an hour, as tariffs and connections count
 * it, beside one on power: early in the quarter a peak may pass as long as what is left makes up
 * for it; what one may buy now follows from what was bought since the quarter began.
 */

#include <stdint.h>

enum { QUARTER_S = 900 };

struct import_limit {
    int32_t mean_w, power_w; /* 0: none */
    /* private */
    int64_t quarter; /* of its clock */
    int64_t bought_mws;
};

/* Counts what was bought (negative: sold, which counts against it) over the last `dt_ms`; quarters
   are those of the wall clock. */
void import_count(struct import_limit *limit, int32_t point_w, uint32_t dt_ms, int64_t local_s);

/* The most that may be bought from now on; INT32_MAX: no limit. Near the end of a quarter it stays
   that of a minute: a rest of seconds is not burnt with ten times the power. */
int32_t import_allowed(const struct import_limit *limit, int64_t local_s);

#endif
