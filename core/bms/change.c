/* SPDX-License-Identifier: Apache-2.0 */
/* Several parameters at once. */
#include "core/bms/bms.h"

enum { CHANGES_MAX = 64 }; /* one bit each */

static void swap(struct bms *bms, struct parameter_value *of)
{
    int32_t was = bms->param[of->id];
    bms->param[of->id] = of->value;
    of->value = was;
}

/* Tries in what order the checks take the values, on the parameters themselves: nobody looks
   meanwhile. Each pass takes at least one. Returns how many went; they are swapped. */
static size_t find_order(struct bms *bms, struct parameter_value *values, size_t n, uint8_t *order)
{
    uint64_t done = 0;
    size_t taken = 0;
    for (bool more = true; more && taken < n;) {
        more = false;
        for (size_t i = 0; i < n; i++) {
            struct parameter_value *of = &values[i];
            bool fits =
                bms->param[of->id] == of->value || bms_check_parameter(bms, of->id, of->value) == 0;
            if ((done >> i & 1) == 0 && fits) {
                swap(bms, of);
                done |= UINT64_C(1) << i;
                order[taken++] = (uint8_t)i;
                more = true;
            }
        }
    }
    return taken;
}

bool bms_set_parameters(struct bms *bms, struct parameter_value *values, size_t n)
{
    uint8_t order[CHANGES_MAX];
    for (size_t i = 0; i < n; i++) {
        if (n > CHANGES_MAX || (unsigned)values[i].id >= PARAM_COUNT) {
            return false;
        }
    }
    size_t taken = find_order(bms, values, n, order);
    for (size_t k = taken; k > 0; k--) {
        swap(bms, &values[order[k - 1]]);
    }
    for (size_t k = 0; taken == n && k < n; k++) {
        bms_set_parameter(bms, values[order[k]].id, values[order[k]].value);
    }
    return taken == n;
}
