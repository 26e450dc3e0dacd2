/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far the shown SOC is from the plant's, by kind of use: wrong start, offset of +-0.5 A, gain
 * of +-1 %, 12-bit noise, swinging temperature, new and aged cells. Figures count from the first
 * full charge on.   bench_soc [SITE [DAYS [KIND]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

#include "bench/bench.h"
#include "bench/soc_use.h"
#include "host/site_config.h"

enum { DAYS = 60, YEAR_DAYS = 365 };

static void head(void)
{
    printf("%-27s %5s %4s %5s %5s %6s %6s %6s %6s %6s %6s %6s %6s %5s %5s %4s\n", "use", "offs",
           "gain", "cells", "start", "RMS", "worst", "later", "in %", "all %", "bound", "SOH", "R",
           "full", "cyc", "asks");
}

static void row(const struct soc_use_spec *spec, const struct soc_use_result *r, const char *name)
{
    printf("%-27s %+5.1f %+4.0f %5s %2.0f/%2.0f %6.2f %6.2f %6.2f %6.2f %6.2f %6.2f %+6.2f %+6.2f "
           "%5.0f %5.0f %4d\n",
           name, spec->offset_a, spec->gain_pct, spec->capacity_factor < 1.0 ? "aged" : "new",
           spec->start_soc * 100.0, spec->told_soc * 100.0, r->rms_pct, r->worst_pct,
           r->later_worst_pct, r->inside_pct, r->all_inside_pct, r->mean_bound_pct,
           r->soh_error_pct, r->resistance_error_pct, r->first_full_h, r->cycles, r->requests);
    fflush(stdout);
}

static void run_kind(enum soc_use_kind kind, int days)
{
    static const struct {
        double offset_a, gain_pct, start, told;
    } faults[] = {{0.5, 1, 0.3, 0.8}, {-0.5, -1, 0.7, 0.2}};
    for (int aged = 0; aged < 2; aged++) {
        for (int i = 0; i < 2; i++) {
            struct soc_use_spec spec = {.kind = kind,
                                        .days = days,
                                        .offset_a = faults[i].offset_a,
                                        .gain_pct = faults[i].gain_pct,
                                        .start_soc = faults[i].start,
                                        .told_soc = faults[i].told,
                                        .capacity_factor = aged != 0 ? 0.85 : 1.0,
                                        .resistance_factor = aged != 0 ? 1.3 : 1.0,
                                        .meets_requests = true,
                                        .seed = 3 + (uint64_t)i};
            struct soc_use_result result;
            soc_use_run(&spec, &result);
            row(&spec, &result, soc_use_names[kind]);
        }
    }
}

/* Cells that read 8 mV wrong, or whose curve lies 8 mV beside the one the estimator knows. */
static void run_doubt(int days)
{
    for (int i = 0; i < 4; i++) {
        enum soc_use_kind kind = i < 2 ? USE_SOLAR : USE_WINTER;
        struct soc_use_spec spec = {.kind = kind,
                                    .days = days,
                                    .offset_a = 0.5,
                                    .gain_pct = 1.0,
                                    .cell_off_mv = i % 2 == 0 ? 8.0 : -8.0,
                                    .start_soc = 0.3,
                                    .told_soc = 0.8,
                                    .capacity_factor = 0.85,
                                    .resistance_factor = 1.3,
                                    .meets_requests = true,
                                    .seed = 9};
        struct soc_use_result result;
        soc_use_run(&spec, &result);
        row(&spec, &result,
            i % 2 == 0 ? (i < 2 ? "solar, cells +8 mV" : "winter, cells +8 mV")
                       : (i < 2 ? "solar, cells -8 mV" : "winter, cells -8 mV"));
    }
}

/* The measured year: REFIT house under Potsdam weather, the whole house in the loop. */
static void run_year(const char *path, int days)
{
    static struct house house;
    for (int i = 0; i < 4; i++) {
        struct yaml_error error;
        struct site_config *config = site_config_load(path, &error);
        if (config == NULL) {
            printf("real year: skipped, %s\n", error.text);
            return;
        }
        struct soc_use_spec spec = {.offset_a = i % 2 == 0 ? 0.5 : -0.5,
                                    .gain_pct = i % 2 == 0 ? 1.0 : -1.0,
                                    .capacity_factor = i < 2 ? 1.0 : 0.85,
                                    .resistance_factor = i < 2 ? 1.0 : 1.3,
                                    .start_soc = 0.5,
                                    .told_soc = i % 2 == 0 ? 0.9 : 0.1};
        config->house.sensors = (struct sensor_spec){
            .on = true, .offset_a = spec.offset_a, .gain_pct = spec.gain_pct, .noise = true};
        config->house.capacity_factor = spec.capacity_factor;
        config->house.resistance_factor = spec.resistance_factor;
        if (!site_config_start(config, &house, config->start_s, &error)) {
            printf("real year: %s\n", error.text);
            exit(1);
        }
        bms_init(&house.bms[0], config->house.pack->pack, (int32_t)(spec.told_soc * 10000.0),
                 house.now_ms);
        struct soc_judge judge = {0};
        for (long second = 0; second < days * 86400L; second++) {
            house_step(&house, 1000);
            if (second % 10 == 0) {
                soc_judge_sample(&judge, &house.bms[0], &house.plant[0], (double)second / 3600.0);
            }
        }
        struct soc_use_result result;
        soc_judge_end(&judge, &house.bms[0], &house.plant[0], &result);
        row(&spec, &result, "real year, whole house");
        site_config_free(config);
    }
}

struct cost {
    struct bms bms;
    struct bms_inputs in;
};

static void count_only(void *context, long n)
{
    struct cost *cost = context;
    for (long i = 0; i < n; i++) {
        cost->in.current_ma = (i >> 12 & 1) != 0 ? 5000 : -5000;
        bms_count(&cost->bms, cost->in.current_ma, 1000);
    }
}

static void count_and_watch(void *context, long n)
{
    struct cost *cost = context;
    for (long i = 0; i < n; i++) {
        cost->in.current_ma = (i >> 12 & 1) != 0 ? 5000 : -5000;
        bms_count(&cost->bms, cost->in.current_ma, 1000);
        soc_watch(&cost->bms, &cost->in, 1000);
    }
}

static void run_cost(void)
{
    static struct cost cost;
    bms_init(&cost.bms, product_find("es51_2_100lp")->pack, 5000, 0);
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        cost.in.cell_mv[i] = 3300;
    }
    cost.in.sampled = cost.in.self_check_ok = true;
    bms_step(&cost.bms, &cost.in);
    bench_row("SOC: counting alone", bench_ns(count_only, &cost, 0.5), "ns/step", 0);
    bench_row("SOC: counting and the estimator", bench_ns(count_and_watch, &cost, 0.5), "ns/step",
              0);
}

int main(int argc, char **argv)
{
    const char *site = argc > 1 ? argv[1] : "bench/sites/refit-potsdam.yaml";
    int days = argc > 2 ? (int)strtol(argv[2], NULL, 10) : DAYS;
    long only = argc > 3 ? strtol(argv[3], NULL, 10) : -1;
    head();
    for (int kind = 0; kind < USE_KINDS; kind++) {
        if (only < 0 || only == kind) {
            run_kind((enum soc_use_kind)kind, days);
        }
    }
    if (only < 0 || only == USE_KINDS + 1) {
        run_doubt(days);
    }
    if (only < 0 || only == USE_KINDS) {
        run_year(site, argc > 3 ? days : YEAR_DAYS);
        run_cost();
    }
    return 0;
}
