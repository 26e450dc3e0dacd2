/* SPDX-License-Identifier: Apache-2.0 */
/* The export loop behind meters of different haste: steps of load, and a day of 1 s loads under
   broken clouds. Figures: what was exported by mistake. */
#include <stdio.h>

#include "plant/household.h"
#include "sim/export_home.h"

enum { DAY_S = 86400, STEPS = 12, SETTLED_W = 30 };

static const struct {
    const char *name;
    uint32_t update_ms, poll_ms;
} meters[] = {{"CT, own ADC", 20, 40},
              {"meter each 0.1 s", 100, 100},
              {"meter each 0.25 s", 250, 200},
              {"meter each 0.5 s", 500, 200},
              {"meter each 1 s", 1000, 500}};
enum { METERS = sizeof meters / sizeof meters[0] };

static double held_w(const struct export_home *home)
{
    double away = home->point_w - home->loop.hold_w;
    return away < 0 ? -away : away;
}

static void bench_steps(int m)
{
    static const double watts[STEPS] = {10000, 0,    5000, 0,    2000, 0,
                                        10000, 3000, 8000, 1000, 9000, 0};
    struct export_home home;
    double lowest_w = 0;
    double exported_j = 0;
    uint32_t settle_ms = 0;
    uint32_t over_ms = 0;
    export_home_init(&home, meters[m].update_ms, meters[m].poll_ms);
    for (int i = 0; i < STEPS; i++) {
        uint32_t settled = 0;
        uint32_t over = 0;
        home.home_w = watts[i];
        for (uint32_t t = 0; t < 15000; t++) {
            export_home_step(&home);
            settled = held_w(&home) > SETTLED_W ? t : settled;
            over = home.point_w < 0 ? t : over;
            lowest_w = home.point_w < lowest_w ? home.point_w : lowest_w;
            exported_j += home.point_w < 0 ? -home.point_w / 1000 : 0;
        }
        settle_ms = settled > settle_ms ? settled : settle_ms;
        over_ms = over > over_ms ? over : over_ms;
    }
    printf("%-20s steps 0-10 kW  export peak %6.0f W, longest %5u ms, settled %5u ms, %6.2f Wh\n",
           meters[m].name, -lowest_w, (unsigned)over_ms, (unsigned)settle_ms, exported_j / 3600);
}

static void bench_day(int m)
{
    static struct household household;
    const struct household_options options = {
        .annual_kwh = 4500, .occupants = 4, .seed = 7, .latitude_deg = 52};
    struct export_home home;
    double load_j = 0;
    double exported_j = 0;
    double bought_j = 0;
    unsigned dice = 1;
    household_init(&household, &options);
    export_home_init(&home, meters[m].update_ms, meters[m].poll_ms);
    for (int s = 0; s < DAY_S; s++) {
        home.home_w = (double)household_at(&household, 1780315200 + s, 7200);
        dice = dice * 1664525U + 1013904223U;
        if (dice % 20 == 0) { /* a cloud's edge: what sun and battery may give jumps */
            home.port_min_w = -(int32_t)(2000 + dice / 7 % 8000);
        }
        for (int t = 0; t < 1000; t++) {
            export_home_step(&home);
            load_j += home.home_w / 1000;
            exported_j += home.point_w < 0 ? -home.point_w / 1000 : 0;
            bought_j += home.point_w > 0 ? home.point_w / 1000 : 0;
        }
    }
    printf("%-20s day, 1 s loads  exported %6.2f Wh of %5.2f kWh (%.3f %%), bought %6.1f Wh\n",
           meters[m].name, exported_j / 3600, load_j / 3.6e6, 100 * exported_j / load_j,
           bought_j / 3600);
}

int main(void)
{
    for (int m = 0; m < METERS; m++) {
        bench_steps(m);
    }
    for (int m = 0; m < METERS; m++) {
        bench_day(m);
    }
    return 0;
}
