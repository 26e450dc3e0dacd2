/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_RNG_H
#define HEARTH_PLANT_RNG_H

/*
 * Seeded random numbers for the plant's models: weather, households, spread of cells.
 *
 * The same seed and stream give the same numbers on every machine and compiler: only integer
 * arithmetic and the four IEEE operations are used, no libm. `rng_hash` gives numbers by key
 * instead of by order; models that must answer for any time at random use it.
 *
 * Source: xoshiro128++ 1.0 and splitmix64 (Blackman and Vigna, prng.di.unimi.it, public domain);
 * normal quantile after Acklam (relative error below 1.2e-9).
 */

#include <stdint.h>

struct rng {
    uint32_t s[4];
};

/* Starts the sequence `stream` of `seed`; different streams are independent. */
void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream);

uint32_t rng_u32(struct rng *rng);

/* Uniform in [0, 1), of [low, high), and true with the given probability. */
float rng_uniform(struct rng *rng);
float rng_range(struct rng *rng, float low, float high);
int rng_chance(struct rng *rng, float probability);

/* Standard normal, and exponential with the given mean. */
float rng_normal(struct rng *rng);
float rng_exponential(struct rng *rng, float mean);

/* Numbers by key: the same (seed, key) always gives the same number. */
uint64_t rng_hash(uint64_t seed, uint64_t key);
float rng_hash_uniform(uint64_t seed, uint64_t key);
float rng_hash_normal(uint64_t seed, uint64_t key);

/* A seed of its own for one purpose, so that the purposes of neighbouring seeds do not meet. */
static inline uint64_t rng_stream(uint64_t seed, uint64_t purpose)
{
    return rng_hash(seed, purpose ^ 0xA0761D6478BD642FULL);
}

/* Natural logarithm of a positive number by arithmetic alone; relative error below 1e-9. */
double rng_ln(double x);

#endif
