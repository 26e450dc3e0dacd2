/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/weather_gen.h"

#include <math.h>
#include <stddef.h>

enum sky_state { SKY_CLEAR, SKY_THIN, SKY_BROKEN, SKY_OVERCAST, SKY_HEAVY, SKY_STATES };
enum { DAY_S = 86400, MEMORY_DAYS = 10 };
enum { FIELD_SKY = 1, FIELD_AIR, FIELD_WIND, FIELD_GUST, FIELD_HAZE, FIELD_CLOUDS };

static const float TWO_PI = 6.2831853F;

static float clamp(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

void weather_climate_for(struct weather_climate *climate, double latitude_deg)
{
    float lat = fminf(fabsf((float)latitude_deg), 90);
    /* zonal means over land, rounded (our choice; Potsdam, London, Aachen, Phoenix as checks) */
    *climate = (struct weather_climate){
        .temperature_mean_c = 27.5F - 0.0065F * lat * lat + (lat > 60 ? -0.25F * (lat - 60) : 0),
        .season_c = clamp(0.19F * lat, 0.5F, 16),
        .diurnal_c = clamp(7.4F - 0.05F * lat, 2, 6.5F),
        .anomaly_c = clamp(0.075F * lat, 0.8F, 4.5F),
        .cloudiness = 0.63F - 0.25F * expf(-(lat - 25) * (lat - 25) / 144), /* the dry belt */
        .cloud_season = clamp(0.011F * (lat - 20), 0, 0.4F),
        .wind_m_s = clamp(2.2F + 0.025F * lat, 2, 4.5F),
        .linke_winter = clamp(4.2F - 0.03F * lat, 2.4F, 4),
        .linke_summer = clamp(4.4F - 0.018F * lat, 3, 4.4F),
    };
}

void weather_gen_init(struct weather_gen *gen, double latitude_deg, double longitude_deg,
                      uint64_t seed, const struct weather_climate *climate)
{
    *gen = (struct weather_gen){.cloud = -1,
                                .latitude_deg = latitude_deg,
                                .longitude_deg = longitude_deg,
                                .seed = seed,
                                .day = INT64_MIN,
                                .day_end_s = INT64_MIN,
                                /* whole minutes: no minute then lies in two days */
                                .solar_offset_s = (int64_t)lrint(longitude_deg * 4) * 60,
                                .air_s = INT64_MIN};
    if (climate != NULL) {
        gen->climate = *climate;
    } else {
        weather_climate_for(&gen->climate, latitude_deg);
    }
    clear_track_init(&gen->clear, latitude_deg, longitude_deg, gen->climate.elevation_m, 3);
}

/* A standard normal that leans on the days before by `memory` per day (a truncated AR(1)). */
static float leaning(uint64_t seed, uint64_t field, int64_t day, float memory)
{
    uint64_t stream = rng_stream(seed, field);
    float sum = 0, weight = 1, power = 0;
    for (int k = 0; k < MEMORY_DAYS; k++) {
        sum += weight * rng_hash_normal(stream, (uint64_t)(day - k));
        power += weight * weight;
        weight *= memory;
    }
    return sum / sqrtf(power);
}

/* +1 at the height of the summer, -1 in the depth of the winter, air lagging the sun by a month. */
static float summer_of(const struct weather_gen *gen, float day, float lag_days)
{
    float phase = cosf(TWO_PI * (day - 10400.0F - lag_days) / 365.2425F); /* 1998-06-23 */
    return gen->latitude_deg < 0 ? -phase : phase;
}

static struct weather_day day_of(const struct weather_gen *gen, int64_t day)
{
    const struct weather_climate *c = &gen->climate;
    float date = (float)day;
    float summer = summer_of(gen, date, 0);
    float sky = leaning(gen->seed, FIELD_SKY, day, 0.55F);
    float air = leaning(gen->seed, FIELD_AIR, day, 0.80F);
    float wind = leaning(gen->seed, FIELD_WIND, day, 0.55F);
    /* logistic: a wide normal gives many clear and many overcast days, few between */
    float bias = 4.4F * (c->cloudiness - 0.5F) - 2.2F * c->cloud_season * summer;
    float cover = 1 / (1 + expf(-(1.35F * sky + bias)));
    float clear = 1 - cover;
    /* clear days are cold in winter and warm in summer */
    float coupled = 0.45F * -sky * summer + 0.88F * air;
    return (struct weather_day){
        .cover = cover,
        .anomaly_c = c->anomaly_c * coupled,
        .amplitude_c = c->diurnal_c * (0.35F + 1.1F * clear) * (1 + 0.35F * summer),
        .wind_log = 0.45F * (0.85F * wind + 0.35F * sky) - 0.10F,
    };
}

static int64_t day_start(const struct weather_gen *gen, int64_t day)
{
    return day * DAY_S - gen->solar_offset_s;
}

static int64_t day_at(const struct weather_gen *gen, int64_t t_s)
{
    int64_t solar = t_s + gen->solar_offset_s;
    return (solar >= 0 ? solar : solar - DAY_S + 1) / DAY_S;
}

static float haze(const struct weather_gen *gen)
{
    float summer = summer_of(gen, (float)gen->day, 20);
    const struct weather_climate *c = &gen->climate;
    float linke = 0.5F * (c->linke_winter + c->linke_summer) +
                  0.5F * (c->linke_summer - c->linke_winter) * summer;
    float noise = rng_hash_normal(rng_stream(gen->seed, FIELD_HAZE), (uint64_t)gen->day);
    return clamp(linke * (1 + 0.15F * noise), 1.8F, 8);
}

static void choose_state(struct weather_gen *gen, int64_t t_s)
{
    static const float mean_s[SKY_STATES] = {9000, 4200, 6000, 8000, 6000};
    float c = gen->days[1].cover, open = 1 - c;
    float weight[SKY_STATES] = {
        1.7F * open * open * open * open, 1.1F * open * c + 0.25F * open * open,
        2.2F * open * c + 0.25F * open * open, 0.9F * c * c, 0.95F * c * c * c * c};
    float total = 0;
    for (int i = 0; i < SKY_STATES; i++) {
        total += weight[i];
    }
    float pick = rng_uniform(&gen->rng) * total;
    int state = 0;
    while (state < SKY_STATES - 1 && pick >= weight[state]) {
        pick -= weight[state];
        state++;
    }
    gen->state = state;
    gen->state_until_s = t_s + 600 + (int64_t)rng_exponential(&gen->rng, mean_s[state]);
    gen->state_level = rng_uniform(&gen->rng);
    gen->shaded = rng_chance(&gen->rng, c);
}

/* Where the light goes next, and how long the way (ramp) takes. */
static float next_target(struct weather_gen *gen, struct cloud_level *to)
{
    struct rng *r = &gen->rng;
    float u = rng_uniform(r);
    switch ((enum sky_state)gen->state) {
    case SKY_CLEAR: *to = (struct cloud_level){0.97F + 0.03F * u, 1.0F + 0.1F * u, 0}; return 900;
    case SKY_THIN: {
        float beam = clamp(0.18F + 0.6F * gen->state_level + 0.3F * (u - 0.5F), 0.08F, 0.95F);
        *to = (struct cloud_level){beam, 1, 0.40F * (1 - beam)};
        return rng_range(r, 60, 420);
    }
    case SKY_BROKEN:
        gen->shaded = !gen->shaded;
        *to = gen->shaded ? (struct cloud_level){0.22F * u * u, 0.4F, rng_range(r, 0.26F, 0.44F)}
                          : (struct cloud_level){1, 1, 0.06F + 0.20F * u};
        return rng_range(r, 4, 40);
    case SKY_OVERCAST: {
        float level = 0.19F + 0.27F * gen->state_level + 0.14F * (u - 0.5F);
        *to = (struct cloud_level){0, 0, level};
        return rng_range(r, 90, 600);
    }
    case SKY_HEAVY: {
        float level = 0.05F + 0.13F * gen->state_level + 0.06F * (u - 0.5F);
        *to = (struct cloud_level){0, 0, level};
        return rng_range(r, 120, 900);
    }
    case SKY_STATES: break;
    }
    return 60;
}

/* How long a broken sky stays as it is: gaps and clouds of many sizes, most of them small. */
static float hold(struct weather_gen *gen)
{
    if (gen->state != SKY_BROKEN) {
        return 0;
    }
    float c = clamp(gen->days[1].cover, 0.15F, 0.85F);
    float scale = 60 + 500 * gen->state_level * gen->state_level;
    return 5 + rng_exponential(&gen->rng, scale * (gen->shaded ? c : 1 - c) * 2);
}

static void start_piece(struct weather_gen *gen, int64_t seconds, const struct cloud_level *to)
{
    int64_t length = seconds > 1 ? seconds : 1;
    gen->from_s = gen->until_s;
    gen->until_s += length;
    gen->level = gen->target;
    gen->slope.beam = (to->beam - gen->level.beam) / (float)length;
    gen->slope.diffuse = (to->diffuse - gen->level.diffuse) / (float)length;
    gen->slope.cloud = (to->cloud - gen->level.cloud) / (float)length;
    gen->target = *to;
}

static void next_piece(struct weather_gen *gen)
{
    bool moved = gen->slope.beam != 0 || gen->slope.cloud != 0;
    float stay = moved ? hold(gen) : 0;
    if (stay > 0) {
        struct cloud_level same = gen->target;
        start_piece(gen, (int64_t)stay, &same);
        return;
    }
    float ramp_at_most = 1e9F;
    if (gen->until_s >= gen->state_until_s) {
        choose_state(gen, gen->until_s);
        ramp_at_most = rng_range(&gen->rng, 60, 600);
    }
    struct cloud_level to = gen->target;
    float ramp = next_target(gen, &to);
    start_piece(gen, (int64_t)fminf(ramp, ramp_at_most), &to);
}

static void start_day(struct weather_gen *gen, int64_t day)
{
    if (gen->day != day) {
        gen->day = day;
        gen->day_end_s = day_start(gen, day + 1);
        for (int i = 0; i < 3; i++) {
            gen->days[i] = day_of(gen, day + i - 1);
        }
        gen->clear.site.linke = haze(gen);
        gen->clear.start_s = INT64_MIN; /* the old turbidity's knots are void */
    }
    rng_seed(&gen->rng, rng_stream(gen->seed, FIELD_CLOUDS), (uint64_t)day);
    gen->until_s = day_start(gen, day);
    gen->slope = (struct cloud_level){0, 0, 0};
    choose_state(gen, gen->until_s);
    (void)next_target(gen, &gen->target);
    next_piece(gen);
}

static void seek_sky(struct weather_gen *gen, int64_t t_s)
{
    int64_t day = day_at(gen, t_s);
    if (day != gen->day || t_s < gen->from_s) {
        start_day(gen, day);
    }
    while (t_s >= gen->until_s) {
        next_piece(gen);
    }
}

/* Temperature and wind at a whole minute of the day in hand or its very end. */
static void air_at(const struct weather_gen *gen, int64_t t_s, float *temperature_c, float *wind)
{
    const struct weather_climate *c = &gen->climate;
    float part = (float)(t_s - day_start(gen, gen->day)) / DAY_S; /* 0..1, 0.5 = solar noon */
    const struct weather_day *a = &gen->days[part < 0.5F ? 0 : 1], *b = a + 1;
    float w = part < 0.5F ? part + 0.5F : part - 0.5F;
    float smooth = w * w * (3 - 2 * w);
    float date = (float)gen->day + part;
    float season = c->season_c * summer_of(gen, date, 30);
    float amplitude = a->amplitude_c + (b->amplitude_c - a->amplitude_c) * smooth;
    float anomaly = a->anomaly_c + (b->anomaly_c - a->anomaly_c) * smooth;
    /* warmest at 15 h, coldest before sunrise: the second harmonic sharpens the morning */
    float day = cosf(TWO_PI * (part - 0.625F)) + 0.18F * cosf(2 * TWO_PI * (part - 0.58F));
    *temperature_c = c->temperature_mean_c + season + anomaly + amplitude * day;
    float log_wind = a->wind_log + (b->wind_log - a->wind_log) * smooth;
    uint64_t stream = rng_stream(gen->seed, FIELD_GUST);
    float gust = rng_hash_normal(stream, (uint64_t)(t_s / 60));
    float slow = rng_hash_normal(stream, ~(uint64_t)(t_s / 1200));
    *wind = c->wind_m_s * expf(log_wind) * (1 + 0.25F * day) * (1 + 0.15F * gust + 0.12F * slow);
    *wind = fmaxf(*wind, 0.1F);
}

static void seek_air(struct weather_gen *gen, int64_t minute_s)
{
    float temperature_c, wind;
    air_at(gen, minute_s, &gen->temperature_c, &gen->wind_m_s);
    air_at(gen, minute_s + 60, &temperature_c, &wind);
    gen->temperature_slope = (temperature_c - gen->temperature_c) / 60;
    gen->wind_slope = (wind - gen->wind_m_s) / 60;
    gen->air_s = minute_s;
}

static struct irradiance through_clouds(const struct weather_gen *gen, int64_t t_s,
                                        const struct irradiance *clear, const struct sun_dir *sun)
{
    float s = (float)(t_s - gen->from_s);
    float beam = gen->level.beam + gen->slope.beam * s;
    struct irradiance out = {.dni_w_m2 = clear->dni_w_m2 * beam};
    out.dhi_w_m2 = clear->dhi_w_m2 * (gen->level.diffuse + gen->slope.diffuse * s) +
                   clear->ghi_w_m2 * (gen->level.cloud + gen->slope.cloud * s);
    out.ghi_w_m2 = out.dhi_w_m2 + out.dni_w_m2 * sun->up;
    return out;
}

void weather_gen_at(struct weather_gen *gen, int64_t t_s, struct weather *out)
{
    if (t_s < gen->from_s || t_s >= gen->until_s || t_s >= gen->day_end_s) {
        seek_sky(gen, t_s);
    }
    struct sun_dir sun;
    struct irradiance clear = clear_track_at(&gen->clear, t_s, &sun);
    struct irradiance light = {0, 0, 0};
    if (clear.ghi_w_m2 > 0) {
        light = gen->cloud >= 0 ? sky_under_cloud(&clear, gen->cloud, &sun)
                                : through_clouds(gen, t_s, &clear, &sun);
    }
    if ((uint64_t)t_s - (uint64_t)gen->air_s >= 60U) {
        seek_air(gen, t_s - ((t_s % 60) + 60) % 60);
    }
    float s = (float)(t_s - gen->air_s);
    out->ghi_w_m2 = light.ghi_w_m2;
    out->dni_w_m2 = light.dni_w_m2;
    out->dhi_w_m2 = light.dhi_w_m2;
    out->temperature_c = gen->temperature_c + gen->temperature_slope * s;
    out->wind_m_s = gen->wind_m_s + gen->wind_slope * s;
}
