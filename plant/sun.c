/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/sun.h"

#include <math.h>

#define DEG (M_PI / 180.0)

static const int64_t J2000_S = 946728000; /* 2000-01-01 12:00 UTC */

struct ephemeris {
    double declination, hour_angle_greenwich; /* radians; hour angle + to the west */
};

static struct ephemeris ephemeris_at(int64_t t_s)
{
    double n = (double)(t_s - J2000_S) / 86400.0;
    double anomaly = (357.528 + 0.9856003 * n) * DEG;
    double mean_longitude = 280.460 + 0.9856474 * n;
    double longitude = (mean_longitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly)) * DEG;
    double obliquity = (23.439 - 0.0000004 * n) * DEG;
    double ascension = atan2(cos(obliquity) * sin(longitude), cos(longitude));
    /* sidereal time from days and the hour of the day, in hours (Michalsky eq. 9 to 11) */
    int64_t of_day = ((t_s % 86400) + 86400) % 86400;
    double sidereal_h = 6.697375 + 0.0657098242 * n + (double)of_day / 3600.0;
    return (struct ephemeris){.declination = asin(sin(obliquity) * sin(longitude)),
                              .hour_angle_greenwich =
                                  fmod(sidereal_h, 24.0) * 15.0 * DEG - ascension};
}

static double extraterrestrial(int64_t t_s)
{
    double n = (double)(t_s - J2000_S) / 86400.0;
    double b = 2 * M_PI * fmod(n + 0.5, 365.2425) / 365.2425;
    return 1361.0 * (1.00011 + 0.034221 * cos(b) + 0.00128 * sin(b) + 0.000719 * cos(2 * b) +
                     0.000077 * sin(2 * b));
}

void sun_direction(double latitude_deg, double longitude_deg, int64_t t_s, struct sun_dir *out)
{
    struct ephemeris sun = ephemeris_at(t_s);
    double latitude = latitude_deg * DEG;
    double hour_angle = sun.hour_angle_greenwich + longitude_deg * DEG;
    double cos_dec = cos(sun.declination), sin_dec = sin(sun.declination);
    double cos_lat = cos(latitude), sin_lat = sin(latitude), cos_hour = cos(hour_angle);
    out->east = (float)(-cos_dec * sin(hour_angle));
    out->north = (float)(sin_dec * cos_lat - cos_dec * cos_hour * sin_lat);
    out->up = (float)(sin_dec * sin_lat + cos_dec * cos_hour * cos_lat);
    out->extra_w_m2 = (float)extraterrestrial(t_s);
}

struct sun_angles sun_angles_at(double latitude_deg, double longitude_deg, int64_t t_s,
                                double pressure_mbar, double temperature_c)
{
    struct sun_dir dir;
    sun_direction(latitude_deg, longitude_deg, t_s, &dir);
    double horizontal = hypot((double)dir.east, (double)dir.north);
    double elevation = atan2((double)dir.up, horizontal) / DEG;
    double refraction = 0;
    if (elevation > -1) {
        refraction = pressure_mbar / 1010.0 * 283.0 / (273.0 + temperature_c) * 1.02 /
                     (60.0 * tan((elevation + 10.3 / (elevation + 5.11)) * DEG));
    }
    double azimuth = atan2((double)dir.east, (double)dir.north) / DEG;
    return (struct sun_angles){.zenith_deg = 90 - elevation,
                               .apparent_zenith_deg = 90 - elevation - refraction,
                               .azimuth_deg = azimuth < 0 ? azimuth + 360 : azimuth};
}

int64_t sun_noon(double longitude_deg, int64_t t_s)
{
    int64_t noon = t_s;
    for (int i = 0; i < 3; i++) {
        double hour_angle = ephemeris_at(noon).hour_angle_greenwich + longitude_deg * DEG;
        hour_angle = remainder(hour_angle, 2 * M_PI);
        noon -= (int64_t)lround(hour_angle / (2 * M_PI) * 86400.0);
    }
    return noon;
}

enum sun_day sun_rise_set(double latitude_deg, double longitude_deg, int64_t t_s, int64_t *rise_s,
                          int64_t *set_s)
{
    int64_t noon = sun_noon(longitude_deg, t_s);
    int64_t *out[2] = {rise_s, set_s};
    *rise_s = *set_s = noon;
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < 4; i++) { /* the declination moves between noon and the event */
            double dec = ephemeris_at(*out[side]).declination, lat = latitude_deg * DEG;
            double cos_hour = (cos(90.833 * DEG) - sin(lat) * sin(dec)) / (cos(lat) * cos(dec));
            if (cos_hour >= 1) {
                return SUN_DAY_POLAR_NIGHT;
            }
            if (cos_hour <= -1) {
                return SUN_DAY_POLAR_DAY;
            }
            int64_t span = (int64_t)lround(acos(cos_hour) / (2 * M_PI) * 86400.0);
            *out[side] = side == 0 ? noon - span : noon + span;
        }
    }
    return SUN_DAY_NORMAL;
}

void sun_track_init(struct sun_track *track, double latitude_deg, double longitude_deg)
{
    *track = (struct sun_track){
        .latitude_deg = latitude_deg, .longitude_deg = longitude_deg, .start_s = INT64_MIN};
}

void sun_track_seek(struct sun_track *track, int64_t t_s)
{
    int64_t start = t_s - ((t_s % 60) + 60) % 60;
    if (track->start_s != INT64_MIN && start == track->start_s + 60) {
        track->at = track->next;
    } else {
        sun_direction(track->latitude_deg, track->longitude_deg, start, &track->at);
    }
    sun_direction(track->latitude_deg, track->longitude_deg, start + 60, &track->next);
    track->start_s = start;
    track->slope.east = (track->next.east - track->at.east) / 60;
    track->slope.north = (track->next.north - track->at.north) / 60;
    track->slope.up = (track->next.up - track->at.up) / 60;
}
