/* SPDX-License-Identifier: Apache-2.0 */
/* Home-years a second at 15 min steps, energy only: inputs ready in memory, one home. */
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "sim/energy.h"

enum { QUARTERS = 35040 };

static float pv_w[QUARTERS], load_w[QUARTERS];

static void fill(void)
{
    unsigned state = 1;
    for (int i = 0; i < QUARTERS; i++) {
        state = state * 1664525U + 1013904223U;
        double hour = (double)(i % 96) / 4.0;
        double season = 0.6 - 0.4 * cos(6.2831853 * i / QUARTERS);
        double sun = fmax(0.0, sin((hour - 6.0) / 12.0 * 3.14159265)) * season;
        pv_w[i] =
            (float)(hour > 6.0 && hour < 18.0 ? 4500.0 * sun * (state >> 16 & 1 ? 1.0 : 0.4) : 0.0);
        load_w[i] = (float)(150.0 + (state >> 24) * 6.0 * (hour > 17.0 && hour < 22.0 ? 1.0 : 0.3));
    }
}

static void run_years(void *context, long n)
{
    struct energy_home *home = context;
    for (long year = 0; year < n; year++) {
        for (int i = 0; i < QUARTERS; i++) {
            struct home_flow flow;
            energy_step(home, (double)pv_w[i], (double)load_w[i], true, 0.25, &flow);
        }
    }
}

int main(void)
{
    struct energy_home home = {
        .capacity_wh = 10240,
        .cutoff_wh = 2048,
        .recover_wh = 4096,
        .empty_wh = 1024,
        .high_wh = 10240,
        .charge_w = 3000,
        .discharge_w = 7000,
        .cell_loss = 0.01,
        .bridge_idle_w = 48,
        .bridge_linear = 0.0238,
        .bridge_square_w = 120000,
        .pv_linear = 0.018,
        .stored_wh = 5000,
    };
    fill();
    double ns = bench_ns(run_years, &home, 2.0);
    bench_row("energy step 15 min, one home", ns / QUARTERS, "ns/step", 0);
    bench_row("  home-years a second and core", 1e9 / ns, "1/s", 3000);
    return 0;
}
