/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench.h"

#include <stdio.h>
#include <time.h>

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_ns(bench_fn *fn, void *context, double seconds)
{
    long n = 1000;
    double took = 0.0;
    for (;;) {
        double begin = now_s();
        fn(context, n);
        took = now_s() - begin;
        if (took > seconds / 20.0) {
            break;
        }
        n *= 4;
    }
    double best = took / (double)n;
    n = (long)((double)n * seconds / 5.0 / took) + 1;
    for (int i = 0; i < 5; i++) {
        double begin = now_s();
        fn(context, n);
        took = (now_s() - begin) / (double)n;
        best = took < best ? took : best;
    }
    return best * 1e9;
}

void bench_row(const char *name, double value, const char *unit, double goal)
{
    printf("%-52s %12.2f %-14s", name, value, unit);
    if (goal > 0.0) {
        printf(" goal %g", goal);
    }
    printf("\n");
    fflush(stdout);
}
