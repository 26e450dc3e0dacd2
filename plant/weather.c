/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/weather.h"

#include <math.h>

void clear_track_init(struct clear_track *track, double latitude_deg, double longitude_deg,
                      float elevation_m, float linke)
{
    *track = (struct clear_track){.start_s = INT64_MIN};
    sun_track_init(&track->sun, latitude_deg, longitude_deg);
    sky_site_init(&track->site, elevation_m, linke);
}

static void clear_seek(struct clear_track *track)
{
    int64_t start = track->sun.start_s;
    if (track->start_s != INT64_MIN && start == track->start_s + 60) {
        track->at = track->next;
    } else {
        track->at = sky_clear(&track->site, &track->sun.at);
    }
    track->next = sky_clear(&track->site, &track->sun.next);
    track->start_s = start;
    track->slope.ghi_w_m2 = (track->next.ghi_w_m2 - track->at.ghi_w_m2) / 60;
    track->slope.dni_w_m2 = (track->next.dni_w_m2 - track->at.dni_w_m2) / 60;
    track->slope.dhi_w_m2 = (track->next.dhi_w_m2 - track->at.dhi_w_m2) / 60;
}

struct irradiance clear_track_at(struct clear_track *track, int64_t t_s, struct sun_dir *sun)
{
    *sun = sun_track_at(&track->sun, t_s);
    if (track->sun.start_s != track->start_s) {
        clear_seek(track);
    }
    float s = (float)(t_s - track->start_s);
    if (sun->up <= 0) {
        return (struct irradiance){0, 0, 0};
    }
    return (struct irradiance){track->at.ghi_w_m2 + track->slope.ghi_w_m2 * s,
                               track->at.dni_w_m2 + track->slope.dni_w_m2 * s,
                               track->at.dhi_w_m2 + track->slope.dhi_w_m2 * s};
}

struct irradiance sky_under_cloud(const struct irradiance *clear, float cloud,
                                  const struct sun_dir *sun)
{
    if (clear->ghi_w_m2 <= 0) {
        return (struct irradiance){0, 0, 0};
    }
    float ghi = clear->ghi_w_m2 * (1 - 0.75F * powf(cloud, 3.4F));
    float share = clear->dhi_w_m2 / clear->ghi_w_m2;
    return sky_from_ghi_dhi(ghi, ghi * (share + (1 - share) * cloud * cloud), sun);
}

void weather_generate(struct weather_source *source, double latitude_deg, double longitude_deg,
                      uint64_t seed, const struct weather_climate *climate)
{
    source->kind = WEATHER_GENERATED;
    weather_gen_init(&source->from.generated, latitude_deg, longitude_deg, seed, climate);
}

void weather_from_samples(struct weather_source *source, const struct weather_samples *samples)
{
    source->kind = WEATHER_FILE;
    weather_file_init(&source->from.file, samples);
}

void weather_force_cloud(struct weather_source *source, float cloud)
{
    float *knob =
        source->kind == WEATHER_FILE ? &source->from.file.cloud : &source->from.generated.cloud;
    *knob = cloud > 1 ? 1 : cloud;
}

void weather_at(struct weather_source *source, int64_t t_s, struct weather *out)
{
    switch (source->kind) {
    case WEATHER_GENERATED: weather_gen_at(&source->from.generated, t_s, out); break;
    case WEATHER_FILE: weather_file_at(&source->from.file, t_s, out); break;
    }
}
