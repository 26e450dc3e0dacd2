/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/series.h"
#include "plant/sky.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

static struct sun_dir sun_of(double zenith_deg, double azimuth_deg)
{
    double z = zenith_deg * M_PI / 180, a = azimuth_deg * M_PI / 180;
    return (struct sun_dir){(float)(sin(z) * sin(a)), (float)(sin(z) * cos(a)), (float)cos(z),
                            1364};
}

/*
 * pvlib-python, test_clearsky.test_ineichen_series: apparent zenith and absolute air mass of a day
 * in Tucson, Linke turbidity 3, altitude 0, extraterrestrial 1364. The site's pressure makes our
 * relative air mass theirs.
 */
static void clear_sky_agrees_with_pvlib(void **state)
{
    (void)state;
    static const struct {
        double zenith_deg, air_mass, ghi, dni, dhi;
    } rows[] = {
        {82.85457044, 6.97935524, 65.49426624, 321.16092181, 25.54562017},
        {46.0467599, 1.32355476, 704.6968125, 888.90147035, 87.73601277},
        {10.56413562, 0.93527685, 1044.1230677, 953.24925854, 107.03109696},
        {34.86074109, 1.12008114, 853.02065704, 922.06124712, 96.42909484},
        {72.41687122, 3.01614096, 251.99427693, 655.44925241, 53.9901349},
    };
    for (int i = 0; i < 5; i++) {
        struct sky_site site;
        sky_site_init(&site, 0, 3);
        double relative = 1 / (cos(rows[i].zenith_deg * M_PI / 180) +
                               0.50572 * pow(96.07995 - rows[i].zenith_deg, -1.6364));
        site.pressure_ratio = (float)(rows[i].air_mass / relative);
        struct sun_dir sun = sun_of(rows[i].zenith_deg, 180);
        struct irradiance sky = sky_clear(&site, &sun);
        near((double)sky.ghi_w_m2, rows[i].ghi, 0.05);
        near((double)sky.dni_w_m2, rows[i].dni, 0.05);
        near((double)sky.dhi_w_m2, rows[i].dhi, 0.05);
    }
}

static void there_is_no_light_without_sun(void **state)
{
    (void)state;
    struct sky_site site;
    sky_site_init(&site, 0, 3);
    struct sun_dir sun = sun_of(90.01, 180);
    struct irradiance sky = sky_clear(&site, &sun);
    assert_true(sky.ghi_w_m2 == 0 && sky.dni_w_m2 == 0 && sky.dhi_w_m2 == 0);
}

/* Erbs et al. 1982, eq. 1, at kt 0.1, 0.5 and 0.9 */
static void diffuse_share_follows_erbs(void **state)
{
    (void)state;
    struct sun_dir sun = sun_of(45, 180);
    float top = sun.extra_w_m2 * sun.up;
    near((double)sky_diffuse_share(0.1F * top, &sun), 0.991, 1e-4);
    near((double)sky_diffuse_share(0.5F * top, &sun),
         0.9511 - 0.1604 * 0.5 + 4.388 * 0.25 - 16.638 * 0.125 + 12.336 * 0.0625, 1e-4);
    near((double)sky_diffuse_share(0.9F * top, &sun), 0.165, 1e-4);
}

static void completed_light_always_closes_and_never_exceeds_the_sun(void **state)
{
    (void)state;
    for (double zenith = 0; zenith < 100; zenith += 0.5) {
        for (float ghi = 0; ghi < 1300; ghi += 50) {
            struct sun_dir sun = sun_of(zenith, 120);
            struct irradiance sky = sky_from_ghi(ghi, &sun);
            assert_true(sky.dni_w_m2 >= 0 && sky.dni_w_m2 <= sun.extra_w_m2 * 1.0001F);
            assert_true(sky.dhi_w_m2 >= 0);
            near((double)(sky.dhi_w_m2 + sky.dni_w_m2 * fmaxf(sun.up, 0)), (double)ghi, 0.01);
        }
    }
}

static void flat_plane_gets_the_global_light(void **state)
{
    (void)state;
    struct plane plane;
    plane_init(&plane, 0, 180);
    struct sun_dir sun = sun_of(50, 140);
    struct irradiance sky = {600, (600 - 150) / sun.up, 150};
    near((double)plane_irradiance(&plane, &sun, &sky, 0.2F), 600, 0.1);
}

/* Compass: 90 faces east, 180 south, 270 west. */
static void planes_face_where_the_compass_says(void **state)
{
    (void)state;
    static const double towards[3] = {90, 180, 270};
    for (int i = 0; i < 3; i++) {
        struct sun_dir sun = sun_of(60, towards[i]);
        struct irradiance sky = {500, 800, 100};
        double best = 0;
        int best_azimuth = -1;
        for (int azimuth = 0; azimuth < 360; azimuth += 10) {
            struct plane plane;
            plane_init(&plane, 60, (float)azimuth);
            double here = (double)plane_irradiance(&plane, &sun, &sky, 0.2F);
            if (here > best) {
                best = here;
                best_azimuth = azimuth;
            }
        }
        assert_int_equal(best_azimuth, (int)towards[i]);
        near(best,
             800 + 100 * (800.0 / 1364) * 2 + 100 * (1 - 800.0 / 1364) * 0.75 + 500 * 0.2 * 0.25,
             0.5);
    }
}

static void wall_away_from_the_sun_gets_only_diffuse_light(void **state)
{
    (void)state;
    struct plane plane;
    plane_init(&plane, 90, 0);
    struct sun_dir sun = sun_of(40, 180);
    struct irradiance sky = {700, (700 - 100) / sun.up, 100};
    double got = (double)plane_irradiance(&plane, &sun, &sky, 0.2F);
    assert_true(got > 70 && got < 120);
}

static void glass_takes_little_at_noon_and_all_at_grazing(void **state)
{
    (void)state;
    struct plane plane;
    plane_init(&plane, 0, 180);
    struct irradiance beam = {800, 0, 0};
    struct sun_dir high = sun_of(10, 180), low = sun_of(88, 180);
    beam.dni_w_m2 = 800;
    double whole = (double)plane_irradiance(&plane, &high, &beam, 0);
    near((double)plane_effective(&plane, &high, &beam, 0) / whole, 1, 0.002);
    assert_true(plane_effective(&plane, &low, &beam, 0) < 1);
}

static void cell_is_30_k_above_the_air_at_1000_w_and_calm_is_hotter(void **state)
{
    (void)state;
    double calm = (double)sky_cell_temperature(1000, 20, 0);
    near(calm - 20, 33.3, 0.2);
    near((double)sky_cell_temperature(800, 20, 1.43F) - 20, 22.0, 0.3); /* NOCT's wind, 1 m/s */
    assert_true((double)sky_cell_temperature(1000, 20, 8) < calm - 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_sky_agrees_with_pvlib),
        cmocka_unit_test(there_is_no_light_without_sun),
        cmocka_unit_test(diffuse_share_follows_erbs),
        cmocka_unit_test(completed_light_always_closes_and_never_exceeds_the_sun),
        cmocka_unit_test(flat_plane_gets_the_global_light),
        cmocka_unit_test(planes_face_where_the_compass_says),
        cmocka_unit_test(wall_away_from_the_sun_gets_only_diffuse_light),
        cmocka_unit_test(glass_takes_little_at_noon_and_all_at_grazing),
        cmocka_unit_test(cell_is_30_k_above_the_air_at_1000_w_and_calm_is_hotter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
