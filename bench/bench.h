/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_BENCH_BENCH_H
#define HEARTH_BENCH_BENCH_H

/* Timing for benches: repeats a piece of work until it took long enough, best of five. */

typedef void bench_fn(void *context, long n);

/* Nanoseconds per unit of work; `fn` does `n` of them. */
double bench_ns(bench_fn *fn, void *context, double seconds);

/* One row of the table: name, value, unit, goal (0: none). */
void bench_row(const char *name, double value, const char *unit, double goal);

#endif
