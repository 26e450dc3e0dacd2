/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_SKY_H
#define HEARTH_PLANT_SKY_H

/*
 * Light from the sky: a cloudless one, the missing part of a measured one, what falls on a tilted
 * plane, and how warm a module gets in it. Called at every step of a simulation by day.
 *
 * Sources: clear sky after Ineichen and Perez, Solar Energy 73 (2002), with the Linke turbidity of
 * the place; air mass Kasten and Young (1989); diffuse share Erbs, Klein, Duffie (1982); tilted
 * diffuse Hay and Davies (1980), ground isotropic; reflection at the glass ASHRAE 93 with b0 =
 * 0.05; module temperature Faiman (2008) with the open-rack values of Koehl et al. (2011).
 *
 * Azimuth is the compass direction the plane faces: 90 east, 180 south, 270 west.
 */

#include "plant/sun.h"

struct irradiance {
    float ghi_w_m2, dni_w_m2, dhi_w_m2; /* global horizontal, direct normal, diffuse horizontal */
};

/* What of the air matters; `sky_site_init` fills it for a height above the sea. */
struct sky_site {
    float linke; /* turbidity: 2 clean and cold, 3 usual, 4 to 5 humid or polluted */
    /* private: height terms of Ineichen and Perez */
    float cg1, cg2, fh1, fh2, pressure_ratio;
};

void sky_site_init(struct sky_site *site, float elevation_m, float linke);

/* The cloudless sky for the sun's direction; all zero when the sun is down. */
struct irradiance sky_clear(const struct sky_site *site, const struct sun_dir *sun);

/* Share of diffuse in global light, 0..1, from global light alone. */
float sky_diffuse_share(float ghi_w_m2, const struct sun_dir *sun);

/*
 * The third component from two, GHI = DHI + DNI * up. Below `SKY_LOW_UP` (3 degrees) the division
 * would blow up small errors of measurement: there all light counts as diffuse. DNI never exceeds
 * what reaches the atmosphere.
 */
#define SKY_LOW_UP 0.0523F
struct irradiance sky_from_ghi(float ghi_w_m2, const struct sun_dir *sun);
struct irradiance sky_from_ghi_dhi(float ghi_w_m2, float dhi_w_m2, const struct sun_dir *sun);

struct plane {
    float east, north, up; /* unit normal */
};

/* Tilt 0 = flat, 90 = upright; azimuth as a compass reads. */
void plane_init(struct plane *plane, float tilt_deg, float azimuth_deg);

/* Light on the plane in W/m2, albedo 0..1 (0.2 is usual). */
float plane_irradiance(const struct plane *plane, const struct sun_dir *sun,
                       const struct irradiance *sky, float albedo);

/* The same, less what the glass reflects at grazing incidence: what the cells get. */
float plane_effective(const struct plane *plane, const struct sun_dir *sun,
                      const struct irradiance *sky, float albedo);

/* Cell temperature of a free-standing module in steady state; wind at 10 m. */
float sky_cell_temperature(float poa_w_m2, float air_c, float wind_m_s);

#endif
