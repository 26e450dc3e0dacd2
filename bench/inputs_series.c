/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints generated inputs as CSV, one mean per line, for tools/plot_inputs.py and for calibrating:
 *     inputs_series load ANNUAL_KWH SEED START_UNIX DAYS STEP_S
 *     inputs_series weather LATITUDE,LONGITUDE SEED START_UNIX DAYS STEP_S
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plant/household.h"
#include "plant/weather.h"

static void print_load(float annual_kwh, uint64_t seed, int64_t start, int64_t end, int step)
{
    static struct household house;
    household_init(&house, &(struct household_options){.annual_kwh = annual_kwh, .seed = seed});
    for (int64_t t = start; t < end; t += step) {
        double sum = 0;
        for (int s = 0; s < step; s++) {
            sum += (double)household_at(&house, t + s, 0);
        }
        printf("%.1f\n", sum / step);
    }
}

static void print_weather(double latitude, double longitude, uint64_t seed, int64_t span[2],
                          int step)
{
    static struct weather_source source;
    weather_generate(&source, latitude, longitude, seed, NULL);
    for (int64_t t = span[0]; t < span[1]; t += step) {
        struct weather w, sum = {0, 0, 0, 0, 0};
        for (int s = 0; s < step; s++) {
            weather_at(&source, t + s, &w);
            sum.ghi_w_m2 += w.ghi_w_m2;
            sum.dni_w_m2 += w.dni_w_m2;
            sum.dhi_w_m2 += w.dhi_w_m2;
            sum.temperature_c += w.temperature_c;
            sum.wind_m_s += w.wind_m_s;
        }
        double n = step;
        printf("%.2f,%.2f,%.2f,%.2f,%.2f\n", (double)sum.ghi_w_m2 / n, (double)sum.dni_w_m2 / n,
               (double)sum.dhi_w_m2 / n, (double)sum.temperature_c / n, (double)sum.wind_m_s / n);
    }
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: inputs_series load KWH | weather LAT,LON  SEED START DAYS STEP\n");
        return 2;
    }
    char *rest;
    double first = strtod(argv[2], &rest);
    double second = *rest == ',' ? strtod(rest + 1, NULL) : 0;
    uint64_t seed = strtoull(argv[3], NULL, 10);
    int64_t start = strtoll(argv[4], NULL, 10);
    int64_t span[2] = {start, start + strtoll(argv[5], NULL, 10) * 86400};
    int step = (int)strtol(argv[6], NULL, 10);
    if (strcmp(argv[1], "load") == 0) {
        print_load((float)first, seed, span[0], span[1], step);
    } else {
        print_weather(first, second, seed, span, step);
    }
    return 0;
}
