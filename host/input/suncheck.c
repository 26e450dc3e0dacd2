/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/suncheck.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAY_S = 86400, MOST_DAYS = 4000 };

struct day_light {
    float clearness;
    float shift_min;
    bool summer;
};

static struct sun_dir sun_at(const struct sun_question *q, int64_t t_s)
{
    struct sun_dir sun;
    sun_direction(q->latitude_deg, q->longitude_deg, t_s, &sun);
    return sun;
}

/* Centre of the day's light against that of a cloudless sky; false for a day that cannot tell. */
static bool look_at_day(const struct sun_question *q, int from, int to, struct day_light *out)
{
    static const float WORTH_W_M2_H = 700; /* of a cloudless day */
    struct sky_site site;
    sky_site_init(&site, 0, 3);
    const float *ghi = q->grid->columns[Q_GHI];
    double sum = 0, moment = 0, clear_sum = 0, clear_moment = 0;
    int64_t step = q->grid->step_s;
    for (int i = from; i < to; i++) {
        struct sun_dir sun = sun_at(q, q->centre_s + i * step);
        double t_min = (double)((i - from) * step) / 60;
        double clear = (double)sky_clear(&site, &sun).ghi_w_m2, g = (double)ghi[i];
        sum += g;
        moment += g * t_min;
        clear_sum += clear;
        clear_moment += clear * t_min;
    }
    if (clear_sum * (double)step < (double)WORTH_W_M2_H * 3600 || sum <= 0) {
        return false;
    }
    int64_t noon = q->centre_s + (int64_t)(from + to) / 2 * step;
    int month = (int)(((noon / DAY_S) % 365) * 12 / 365);
    *out = (struct day_light){.clearness = (float)(sum / clear_sum),
                              .shift_min = (float)(moment / sum - clear_moment / clear_sum),
                              .summer = month >= 4 && month <= 9};
    return true;
}

static int by_season_and_clearness(const void *a, const void *b)
{
    const struct day_light *x = a, *y = b;
    if (x->summer != y->summer) {
        return x->summer ? -1 : 1;
    }
    return (x->clearness < y->clearness) - (x->clearness > y->clearness);
}

static int by_shift(const void *a, const void *b)
{
    const struct day_light *x = a, *y = b;
    return (x->shift_min > y->shift_min) - (x->shift_min < y->shift_min);
}

static float median_shift(const struct day_light *days, int n, int summer, int *used)
{
    struct day_light *copy = malloc(sizeof *copy * (size_t)(n > 0 ? n : 1));
    int m = 0;
    for (int i = 0; i < n && copy != NULL; i++) {
        if (summer < 0 || days[i].summer == (summer == 1)) {
            copy[m++] = days[i];
        }
    }
    if (m > 0) {
        qsort(copy, (size_t)m, sizeof *copy, by_shift);
    }
    float result = m > 0 ? copy[m / 2].shift_min : 0;
    *used = m;
    free(copy);
    return result;
}

/* Root mean square of the closure if the light were `late_s` later than its stamps. */
static double closure(const struct sun_question *q, int32_t late_s)
{
    const struct grid *g = q->grid;
    const float *ghi = g->columns[Q_GHI], *dni = g->columns[Q_DNI], *dhi = g->columns[Q_DHI];
    double sum = 0;
    int n = 0, stride = g->n > 4000 ? g->n / 4000 : 1;
    stride += stride > 1 && (stride % 2 == 0) ? 1 : 0; /* not a divisor of the day */
    for (int i = 0; i < g->n; i += stride) {
        if (ghi[i] < 20 || dni[i] < 20) {
            continue; /* without beam light every time closes */
        }
        struct sun_dir sun = sun_at(q, q->centre_s + (int64_t)i * g->step_s - late_s);
        double error = (double)(ghi[i] - dhi[i] - dni[i] * fmaxf(sun.up, 0));
        sum += error * error;
        n++;
    }
    return n > 0 ? sqrt(sum / n) : 0;
}

/* The clock's error by closure; 0 unless another time closes much better. */
static int closure_shift_min(const struct sun_question *q, double at_zero)
{
    int best_min = 0;
    double best = at_zero;
    for (int shift = -180; shift <= 180; shift += 15) {
        double here = closure(q, shift * 60);
        if (here < best) {
            best = here;
            best_min = shift;
        }
    }
    return best < 0.5 * at_zero && at_zero > 8 ? best_min : 0;
}

static void night_light(const struct sun_question *q, struct input_sun_check *out)
{
    const float *ghi = q->grid->columns[Q_GHI];
    double night = 0, all = 0;
    for (int i = 0; i < q->grid->n; i++) {
        all += (double)ghi[i];
        if (ghi[i] > 0) {
            int64_t centre = q->centre_s + (int64_t)i * q->grid->step_s;
            int64_t half = q->grid->step_s / 2;
            bool dark = sun_at(q, centre - half).up < -0.015F && sun_at(q, centre).up < -0.015F &&
                        sun_at(q, centre + half).up < -0.015F;
            night += dark ? (double)ghi[i] : 0;
        }
    }
    out->night_permille = all > 0 ? (float)(night / all * 1000) : 0;
}

static void zone_words(int32_t offset_s, char text[16])
{
    int32_t minutes = abs(offset_s) / 60;
    (void)snprintf(text, 16, minutes % 60 != 0 ? "UTC%c%d:%02d" : "UTC%c%d",
                   offset_s < 0 ? '-' : '+', (int)(minutes / 60 % 100), (int)(minutes % 60));
}

static void judge(const struct sun_question *q, struct input_sun_check *out)
{
    float off = fabsf(out->shift_min);
    int minutes = (int)lrintf(off);
    const char *way = out->shift_min > 0 ? "lags" : "leads";
    if (off < 12) {
        (void)snprintf(out->verdict, sizeof out->verdict, "the light fits the sun within %d min",
                       minutes > 1 ? minutes : 1);
    } else if (off < 25) {
        (void)snprintf(out->verdict, sizeof out->verdict,
                       "the light %s the sun by %d min: are the stamps the %s of the intervals?",
                       way, minutes, out->shift_min > 0 ? "ends" : "begins");
    } else {
        char like[16];
        zone_words(q->zone_s + (int32_t)lrintf(out->shift_min / 30) * 1800, like);
        out->clock_wrong = true;
        (void)snprintf(out->verdict, sizeof out->verdict,
                       "the light %s the sun by %d min: the stamps look like %s, not %s", way,
                       minutes, like, q->zone);
    }
}

/* The clearest third of each half-year, and at least three days, speak; returns how many. */
static int pick_clear(struct day_light *days, int n)
{
    int kept = 0, from = 0;
    qsort(days, (size_t)n, sizeof days[0], by_season_and_clearness);
    while (from < n) {
        int to = from;
        while (to < n && days[to].summer == days[from].summer) {
            to++;
        }
        int most = (to - from) / 3 > 3 ? (to - from) / 3 : 3;
        for (int i = from; i < to && i < from + most && days[i].clearness >= 0.5F; i++) {
            days[kept++] = days[i];
        }
        from = to;
    }
    /* few days must be clear to tell anything: half a cloudy day is a shifted day */
    while (kept > 0 && kept < 3 && days[kept - 1].clearness < 0.75F) {
        kept--;
    }
    return kept;
}

/* All days that can tell, then the clear ones among them. */
static int clear_days(const struct sun_question *q, struct day_light *days)
{
    const struct grid *g = q->grid;
    int n = 0, per_day = DAY_S / g->step_s;
    /* the first slot after a solar midnight */
    int64_t solar = q->centre_s + (int64_t)lrint(q->longitude_deg * 240);
    int64_t into_day = ((solar % DAY_S) + DAY_S) % DAY_S;
    int first = (int)((DAY_S - into_day) % DAY_S / g->step_s);
    for (int i = first; i + per_day <= g->n + per_day / 4 && n < MOST_DAYS; i += per_day) {
        int to = i + per_day < g->n ? i + per_day : g->n;
        n += look_at_day(q, i, to, &days[n]) ? 1 : 0;
    }
    if (n == 0 && g->n >= per_day - 1) { /* one day that begins at another hour */
        n += look_at_day(q, 0, g->n < per_day ? g->n : per_day, &days[0]) ? 1 : 0;
    }
    return pick_clear(days, n);
}

static void check_saving(const struct day_light *days, int n, struct input_sun_check *out)
{
    int in_summer, in_winter;
    float summer = median_shift(days, n, 1, &in_summer);
    float winter = median_shift(days, n, 0, &in_winter);
    float apart = fabsf(summer - winter);
    if (in_summer >= 10 && in_winter >= 10 && apart > 45 && apart < 75) {
        out->clock_wrong = true;
        (void)snprintf(out->verdict, sizeof out->verdict,
                       "the light is %d min off the sun in summer and %d min in winter: the stamps "
                       "seem to follow daylight saving, or the zone's should not",
                       (int)lrintf(summer), (int)lrintf(winter));
    }
}

void sun_check(const struct sun_question *q, struct input_sun_check *out)
{
    const struct grid *g = q->grid;
    *out = (struct input_sun_check){0};
    if (g->columns[Q_GHI] == NULL || g->step_s > 7200 || DAY_S % g->step_s != 0) {
        return;
    }
    struct day_light *days = malloc(sizeof *days * MOST_DAYS);
    if (days == NULL) {
        return;
    }
    out->done = true;
    out->n_days = clear_days(q, days);
    int used;
    out->shift_min = median_shift(days, out->n_days, -1, &used);
    night_light(q, out);
    if (g->columns[Q_DNI] != NULL && g->columns[Q_DHI] != NULL) {
        out->has_closure = true;
        out->closure_w_m2 = (float)closure(q, 0);
        int shift = closure_shift_min(q, (double)out->closure_w_m2);
        out->shift_min = shift != 0 ? (float)shift : out->shift_min;
    }
    if (out->n_days == 0 && !out->has_closure) {
        (void)snprintf(out->verdict, sizeof out->verdict, "no clear day to tell the clock by");
    } else {
        judge(q, out);
        check_saving(days, out->n_days, out);
    }
    free(days);
}
