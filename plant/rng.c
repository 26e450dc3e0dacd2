/* SPDX-License-Identifier: Apache-2.0 */
/* xoshiro128++ seeded by splitmix64; distributions by inversion, so one draw gives one number. */
#include "plant/rng.h"

#include <string.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

uint64_t rng_hash(uint64_t seed, uint64_t key)
{
    return mix(mix(seed + 0x9E3779B97F4A7C15ULL) ^ mix(key + 0xD1B54A32D192ED03ULL));
}

void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream)
{
    uint64_t a = rng_hash(seed, stream);
    uint64_t b = mix(a + 0x9E3779B97F4A7C15ULL);
    rng->s[0] = (uint32_t)a;
    rng->s[1] = (uint32_t)(a >> 32);
    rng->s[2] = (uint32_t)b;
    rng->s[3] = (uint32_t)(b >> 32) | 1U; /* never all zero */
}

static uint32_t rotl(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

uint32_t rng_u32(struct rng *rng)
{
    uint32_t *s = rng->s;
    uint32_t result = rotl(s[0] + s[3], 7) + s[0];
    uint32_t t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
}

/* The top 24 bits: every value is exact in single precision, and 1 is never reached. */
static float unit_of(uint32_t bits) { return (float)(bits >> 8) * 0x1p-24F; }

/* Open at both ends, for inversion. */
static double open_unit_of(uint32_t bits) { return ((double)bits + 0.5) * 0x1p-32; }

float rng_uniform(struct rng *rng) { return unit_of(rng_u32(rng)); }

float rng_range(struct rng *rng, float low, float high)
{
    return low + (high - low) * rng_uniform(rng);
}

int rng_chance(struct rng *rng, float probability) { return rng_uniform(rng) < probability; }

double rng_ln(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1022;
    bits = (bits & 0x000FFFFFFFFFFFFFULL) | 0x3FE0000000000000ULL;
    double m; /* mantissa in [0.5, 1) */
    memcpy(&m, &bits, sizeof m);
    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    double u = (m - 1) / (m + 1), u2 = u * u; /* |u| < 0.172 */
    double sum =
        1 + u2 * (1.0 / 3 + u2 * (1.0 / 5 + u2 * (1.0 / 7 + u2 * (1.0 / 9 + u2 * (1.0 / 11)))));
    return 2 * u * sum + exponent * 0.69314718055994531;
}

/* Square root by Newton from above: needed only in the tails, where x is within 1..50. */
static double root(double x)
{
    double r = x > 4 ? x / 2 : 2;
    for (int i = 0; i < 8; i++) {
        r = 0.5 * (r + x / r);
    }
    return r;
}

static double quantile_tail(double p)
{
    static const double c[6] = {-7.784894002430293e-03, -3.223964580411365e-01,
                                -2.400758277161838e+00, -2.549732539343734e+00,
                                4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[4] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                3.754408661907416e+00};
    double q = root(-2 * rng_ln(p));
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
}

static double quantile(double p)
{
    static const double a[6] = {-3.969683028665376e+01, 2.209460984245205e+02,
                                -2.759285104469687e+02, 1.383577518672690e+02,
                                -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[5] = {-5.447609879822406e+01, 1.615858368580409e+02,
                                -1.556989798598866e+02, 6.680131188771972e+01,
                                -1.328068155288572e+01};
    if (p < 0.02425) {
        return quantile_tail(p);
    }
    if (p > 1 - 0.02425) {
        return -quantile_tail(1 - p);
    }
    double q = p - 0.5, r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

float rng_normal(struct rng *rng) { return (float)quantile(open_unit_of(rng_u32(rng))); }

float rng_exponential(struct rng *rng, float mean)
{
    return (float)(-rng_ln(open_unit_of(rng_u32(rng)))) * mean;
}

float rng_hash_uniform(uint64_t seed, uint64_t key)
{
    return unit_of((uint32_t)(rng_hash(seed, key) >> 32));
}

float rng_hash_normal(uint64_t seed, uint64_t key)
{
    return (float)quantile(open_unit_of((uint32_t)(rng_hash(seed, key) >> 32)));
}
