/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Within an interval GHI(t) = k(t) h(t). h is the sun's height to the power 1.15 (Adnot et al.
 * 1979: the cloudless GHI is about 951 h), zero at night. k, the clearness against h, runs in two
 * straight pieces from the edge to the middle to the other edge. An edge is the mean of its
 * neighbours' k, but at most twice the lower one, so that the middle, which restores the mean of
 * the interval, never becomes negative. A last factor makes the mean of k h the sample exactly.
 */
#include "plant/weather_file.h"

#include <math.h>

void weather_file_init(struct weather_file *file, const struct weather_samples *s)
{
    *file = (struct weather_file){.cloud = -1,
                                  .until_s = INT64_MIN,
                                  .from_s = INT64_MAX,
                                  .shape_s = INT64_MIN,
                                  .mean_until_s = INT64_MIN};
    clear_track_init(&file->clear, s->latitude_deg, s->longitude_deg, s->elevation_m, 3);
    struct series *all[4] = {&file->ghi, &file->share, &file->temperature, &file->wind};
    const float *values[4] = {s->ghi_w_m2, s->diffuse_share, s->temperature_c, s->wind_m_s};
    for (int i = 0; i < 4; i++) {
        series_init(all[i], values[i], s->count, s->step_s, s->start_s);
        all[i]->shape = SERIES_LINEAR;
        series_repeat_by(all[i], s->repeat);
    }
    file->ghi.shape = SERIES_STEP;
}

static float shape_of(float up) { return up > 0 ? powf(up, 1.15F) : 0; }

static float shape_exact(const struct weather_file *file, int64_t t_s)
{
    struct sun_dir sun;
    sun_direction(file->clear.sun.latitude_deg, file->clear.sun.longitude_deg, t_s, &sun);
    return shape_of(sun.up);
}

enum { MOST_POINTS = 30 };

/* h at the middles of equal parts of the interval; returns how many. */
static int shape_points(const struct weather_file *file, int64_t from_s, float *points)
{
    int32_t step = file->ghi.step_s;
    int n = step <= 120 ? 2 : step / 60 < MOST_POINTS ? step / 60 : MOST_POINTS;
    for (int i = 0; i < n; i++) {
        points[i] = shape_exact(file, from_s + ((int64_t)step * (2 * i + 1)) / (2 * n));
    }
    return n;
}

static float mean_shape(const struct weather_file *file, int64_t from_s)
{
    float points[MOST_POINTS], sum = 0;
    int n = shape_points(file, from_s, points);
    for (int i = 0; i < n; i++) {
        sum += points[i];
    }
    return sum / (float)n;
}

static float clearness(float ghi, float mean)
{
    /* capped: in the first and last minutes of sun h is too small to divide by */
    return mean > 1e-4F ? fminf(ghi / mean, 3000) : 0;
}

static float edge(float k, float neighbour)
{
    return fminf(0.5F * (k + neighbour), 2 * fminf(k, neighbour));
}

static float k_at(const struct weather_file *file, int64_t t_s)
{
    return t_s < file->middle_s ? file->start_k + file->rise * (float)(t_s - file->from_s)
                                : file->middle_k + file->fall * (float)(t_s - file->middle_s);
}

/* The factor that makes the mean of k h the sample. */
static float restore_mean(const struct weather_file *file, float ghi)
{
    float points[MOST_POINTS], sum = 0;
    int n = shape_points(file, file->from_s, points);
    int64_t step = file->ghi.step_s;
    for (int i = 0; i < n; i++) {
        sum += points[i] * k_at(file, file->from_s + (step * (2 * i + 1)) / (2 * n));
    }
    return sum > 0 ? ghi * (float)n / sum : 0;
}

static void enter_interval(struct weather_file *file, int64_t t_s)
{
    (void)series_at(&file->ghi, t_s);
    int64_t step = file->ghi.step_s;
    int64_t mapped = series_map(&file->ghi, t_s);
    int64_t shift = t_s - mapped;
    int64_t i = (mapped - file->ghi.start_s) / step;
    file->from_s = file->ghi.start_s + i * step + shift;
    file->until_s = file->from_s + step;
    file->middle_s = file->from_s + step / 2;
    bool following = file->mean_until_s == file->from_s;
    float before_mean = following ? file->mean_here : mean_shape(file, file->from_s - step);
    float mean = following ? file->mean_next : mean_shape(file, file->from_s);
    float after_mean = mean_shape(file, file->until_s);
    const float *v = file->ghi.values;
    int64_t last = file->ghi.count - 1;
    float k = clearness(v[i], mean);
    float before = before_mean > 1e-4F ? clearness(v[i > 0 ? i - 1 : last], before_mean) : k;
    float after = after_mean > 1e-4F ? clearness(v[i < last ? i + 1 : 0], after_mean) : k;
    float end_k = edge(k, after);
    file->start_k = edge(k, before);
    file->middle_k = 0.5F * (4 * k - file->start_k - end_k);
    file->rise = (file->middle_k - file->start_k) / (float)(file->middle_s - file->from_s);
    file->fall = (end_k - file->middle_k) / (float)(file->until_s - file->middle_s);
    file->scale = k > 0 ? fminf(restore_mean(file, v[i]), 2) : 0;
    file->mean_until_s = file->until_s;
    file->mean_here = mean;
    file->mean_next = after_mean;
}

static float shape_now(struct weather_file *file, int64_t t_s)
{
    const struct sun_track *sun = &file->clear.sun;
    if (file->shape_s != sun->start_s) {
        file->shape = shape_of(sun->at.up);
        file->shape_slope = (shape_of(sun->next.up) - file->shape) / 60;
        file->shape_s = sun->start_s;
    }
    return file->shape + file->shape_slope * (float)(t_s - file->shape_s);
}

static struct irradiance sampled(struct weather_file *file, int64_t t_s, const struct sun_dir *sun)
{
    if (t_s < file->from_s || t_s >= file->until_s) {
        enter_interval(file, t_s);
    }
    float ghi = k_at(file, t_s) * shape_now(file, t_s) * file->scale;
    return sky_from_ghi_dhi(ghi, ghi * series_at(&file->share, t_s), sun);
}

void weather_file_at(struct weather_file *file, int64_t t_s, struct weather *out)
{
    struct sun_dir sun = sun_track_at(&file->clear.sun, t_s);
    struct irradiance light = {0, 0, 0};
    if (file->cloud >= 0) {
        struct irradiance clear = clear_track_at(&file->clear, t_s, &sun);
        light = sky_under_cloud(&clear, file->cloud, &sun);
    } else if (sun.up > 0 && series_covers(&file->ghi, t_s)) {
        light = sampled(file, t_s, &sun);
    }
    out->ghi_w_m2 = light.ghi_w_m2;
    out->dni_w_m2 = light.dni_w_m2;
    out->dhi_w_m2 = light.dhi_w_m2;
    out->temperature_c = series_at(&file->temperature, t_s);
    out->wind_m_s = series_at(&file->wind, t_s);
}
