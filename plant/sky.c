/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/sky.h"

#include <math.h>

static float clamp(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

void sky_site_init(struct sky_site *site, float elevation_m, float linke)
{
    site->linke = linke;
    site->fh1 = expf(-elevation_m / 8000.0F);
    site->fh2 = expf(-elevation_m / 1250.0F);
    site->cg1 = 5.09e-5F * elevation_m + 0.868F;
    site->cg2 = 3.92e-5F * elevation_m + 0.0387F;
    site->pressure_ratio = powf(1.0F - 2.25577e-5F * elevation_m, 5.25588F);
}

static float air_mass(float up)
{
    float elevation_deg = asinf(up) * 57.29578F;
    return 1.0F / (up + 0.50572F * powf(elevation_deg + 6.07995F, -1.6364F));
}

struct irradiance sky_clear(const struct sky_site *site, const struct sun_dir *sun)
{
    if (sun->up <= 0) {
        return (struct irradiance){0, 0, 0};
    }
    float am = air_mass(fminf(sun->up, 1.0F)) * site->pressure_ratio;
    float tl = site->linke;
    float ghi = site->cg1 * sun->extra_w_m2 * sun->up *
                expf(-site->cg2 * am * (site->fh1 + site->fh2 * (tl - 1)));
    float beam = (0.664F + 0.163F / site->fh1) * expf(-0.09F * am * (tl - 1)) * sun->extra_w_m2;
    /* the direct light that a least diffuse share leaves */
    float most = ghi * (1 - (0.1F - 0.2F * expf(-tl)) / (0.1F + 0.882F / site->fh1)) / sun->up;
    float dni = fminf(beam, fmaxf(most, 0));
    return (struct irradiance){ghi, dni, ghi - dni * sun->up};
}

float sky_diffuse_share(float ghi_w_m2, const struct sun_dir *sun)
{
    if (sun->up < SKY_LOW_UP || ghi_w_m2 <= 0) {
        return 1.0F;
    }
    float kt = clamp(ghi_w_m2 / (sun->extra_w_m2 * sun->up), 0, 1);
    if (kt <= 0.22F) {
        return 1.0F - 0.09F * kt;
    }
    if (kt > 0.8F) {
        return 0.165F;
    }
    return 0.9511F + kt * (-0.1604F + kt * (4.388F + kt * (-16.638F + kt * 12.336F)));
}

struct irradiance sky_from_ghi_dhi(float ghi_w_m2, float dhi_w_m2, const struct sun_dir *sun)
{
    float ghi = fmaxf(ghi_w_m2, 0);
    float dhi = clamp(dhi_w_m2, 0, ghi);
    if (sun->up < SKY_LOW_UP) {
        return (struct irradiance){ghi, 0, ghi};
    }
    float dni = (ghi - dhi) / sun->up;
    if (dni > sun->extra_w_m2) {
        dni = sun->extra_w_m2;
        dhi = fmaxf(ghi - dni * sun->up, 0);
    }
    return (struct irradiance){ghi, dni, dhi};
}

struct irradiance sky_from_ghi(float ghi_w_m2, const struct sun_dir *sun)
{
    return sky_from_ghi_dhi(ghi_w_m2, ghi_w_m2 * sky_diffuse_share(ghi_w_m2, sun), sun);
}

void plane_init(struct plane *plane, float tilt_deg, float azimuth_deg)
{
    float tilt = tilt_deg * 0.01745329F, azimuth = azimuth_deg * 0.01745329F;
    *plane = (struct plane){
        .east = sinf(tilt) * sinf(azimuth), .north = sinf(tilt) * cosf(azimuth), .up = cosf(tilt)};
}

struct parts {
    float beam, diffuse, ground, incidence; /* W/m2 on the plane; cosine of incidence */
};

static struct parts split(const struct plane *plane, const struct sun_dir *sun,
                          const struct irradiance *sky, float albedo)
{
    float cosine = plane->east * sun->east + plane->north * sun->north + plane->up * sun->up;
    cosine = fmaxf(cosine, 0);
    float around = sky->dni_w_m2 / sun->extra_w_m2; /* circumsolar share of the diffuse light */
    float ratio = cosine / fmaxf(sun->up, SKY_LOW_UP);
    return (struct parts){
        .beam = sky->dni_w_m2 * cosine + sky->dhi_w_m2 * around * ratio,
        .diffuse = sky->dhi_w_m2 * (1 - around) * 0.5F * (1 + plane->up),
        .ground = sky->ghi_w_m2 * albedo * 0.5F * (1 - plane->up),
        .incidence = cosine,
    };
}

float plane_irradiance(const struct plane *plane, const struct sun_dir *sun,
                       const struct irradiance *sky, float albedo)
{
    if (sky->ghi_w_m2 <= 0) {
        return 0;
    }
    struct parts p = split(plane, sun, sky, albedo);
    return p.beam + p.diffuse + p.ground;
}

float plane_effective(const struct plane *plane, const struct sun_dir *sun,
                      const struct irradiance *sky, float albedo)
{
    if (sky->ghi_w_m2 <= 0) {
        return 0;
    }
    struct parts p = split(plane, sun, sky, albedo);
    float glass = p.incidence > 0.0477F ? 1 - 0.05F * (1 / p.incidence - 1) : 0;
    /* diffuse and ground light come at some 60 degrees on average: 1 - b0 */
    return p.beam * glass + (p.diffuse + p.ground) * 0.95F;
}

float sky_cell_temperature(float poa_w_m2, float air_c, float wind_m_s)
{
    /* wind at the module is some 0.7 of that at 10 m (roof height, logarithmic profile) */
    return air_c + poa_w_m2 / (30.02F + 6.28F * 0.7F * wind_m_s);
}
