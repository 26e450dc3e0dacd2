/* SPDX-License-Identifier: Apache-2.0 */
/* The rest voltage curve, a line from point to point. */
#include "core/bms/ocv.h"

static const struct ocv_point {
    int16_t permille, mv;
} points[] = {{0, 2286},   {10, 2783},  {20, 2895},  {35, 2996},  {50, 3065},  {75, 3146},
              {100, 3197}, {150, 3212}, {200, 3234}, {250, 3255}, {300, 3270}, {350, 3283},
              {400, 3292}, {500, 3299}, {600, 3303}, {700, 3311}, {750, 3319}, {800, 3334},
              {850, 3340}, {950, 3345}, {980, 3349}, {990, 3362}, {1000, 3530}};

enum { LAST = sizeof points / sizeof points[0] - 1 };

float ocv_charge(float mv, float *mv_per_pct)
{
    int i = 0;
    while (i < LAST - 1 && mv > (float)points[i + 1].mv) {
        i++;
    }
    float width = (float)(points[i + 1].permille - points[i].permille);
    float rise = (float)(points[i + 1].mv - points[i].mv);
    *mv_per_pct = rise / width * 10.0F;
    float charge = ((float)points[i].permille + (mv - (float)points[i].mv) * width / rise) * 0.001F;
    charge = charge < 0.0F ? 0.0F : charge;
    return charge > 1.0F ? 1.0F : charge;
}
