/* SPDX-License-Identifier: Apache-2.0 */
/* From a file to series: read, detect, place on a grid, repair, complete the light, ask the sun. */
#include "host/input/input.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "host/input/rows.h"
#include "host/input/suncheck.h"
#include "host/tz.h"

enum { OWN_GHI, OWN_SHARE, OWN_TEMPERATURE, OWN_WIND, OWN_LOAD, OWN_PRICE, OWN_PV, OWN_COUNT };

static const size_t MOST_BYTES = (size_t)512 << 20;

/* --- the light --- */

/* Stamp of a slot to the start of its interval. */
static int64_t interval_start(const struct grid *grid, const struct layout *layout,
                              const struct input_options *options)
{
    enum input_label label = options->label != INPUT_LABEL_AUTO ? options->label : layout->label;
    int64_t back = label == INPUT_LABEL_END      ? grid->step_s
                   : label == INPUT_LABEL_MIDDLE ? grid->step_s / 2
                                                 : 0;
    return grid->start_s - back + layout->late_s;
}

/* GHI and the diffuse share of each interval, by what the file has. */
static void complete_light(const struct grid *grid, const struct input_set *set, float *ghi,
                           float *share)
{
    const float *g = grid->columns[Q_GHI], *n = grid->columns[Q_DNI], *d = grid->columns[Q_DHI];
    for (int i = 0; i < grid->n; i++) {
        struct sun_dir sun;
        int64_t centre = set->start_s + (int64_t)i * grid->step_s + grid->step_s / 2;
        sun_direction(set->latitude_deg, set->longitude_deg, centre, &sun);
        float beam = n != NULL ? n[i] * fmaxf(sun.up, 0) : 0;
        ghi[i] = g != NULL ? g[i] : d[i] + beam;
        float diffuse = d != NULL   ? d[i]
                        : n != NULL ? ghi[i] - beam
                                    : ghi[i] * sky_diffuse_share(ghi[i], &sun);
        share[i] = ghi[i] > 0 ? fminf(fmaxf(diffuse / ghi[i], 0), 1) : 1;
    }
}

static float *constant(int n, float value)
{
    float *v = malloc(sizeof *v * (size_t)n);
    for (int i = 0; v != NULL && i < n; i++) {
        v[i] = value;
    }
    return v;
}

static float *take(struct grid *grid, enum quantity q)
{
    float *v = grid->columns[q];
    grid->columns[q] = NULL;
    return v;
}

static bool make_weather(struct input_set *set, struct grid *grid, struct reporter *r)
{
    static const struct {
        enum quantity quantity;
        float usual;
        int own;
    } air[2] = {{Q_TEMPERATURE, 15, OWN_TEMPERATURE}, {Q_WIND, 2, OWN_WIND}};
    set->owned[OWN_GHI] = constant(grid->n, 0);
    set->owned[OWN_SHARE] = constant(grid->n, 1);
    for (int i = 0; i < 2; i++) {
        bool there = grid->columns[air[i].quantity] != NULL;
        if (!there) {
            say(r, INPUT_WARNING, 0, "has no %s; %g %s is taken throughout",
                quantities[air[i].quantity].name, (double)air[i].usual,
                quantities[air[i].quantity].unit);
        }
        set->owned[air[i].own] =
            there ? take(grid, air[i].quantity) : constant(grid->n, air[i].usual);
    }
    for (int i = OWN_GHI; i <= OWN_WIND; i++) {
        if (set->owned[i] == NULL) {
            r->no_memory = true;
            return false;
        }
    }
    complete_light(grid, set, set->owned[OWN_GHI], set->owned[OWN_SHARE]);
    set->has_weather = true;
    set->weather = (struct weather_samples){.latitude_deg = set->latitude_deg,
                                            .longitude_deg = set->longitude_deg,
                                            .elevation_m = set->elevation_m,
                                            .start_s = set->start_s,
                                            .step_s = grid->step_s,
                                            .count = grid->n,
                                            .repeat = SERIES_DATE,
                                            .ghi_w_m2 = set->owned[OWN_GHI],
                                            .diffuse_share = set->owned[OWN_SHARE],
                                            .temperature_c = set->owned[OWN_TEMPERATURE],
                                            .wind_m_s = set->owned[OWN_WIND]};
    return true;
}

static bool make_series(struct input_set *set, struct grid *grid, enum quantity q, int own,
                        struct series *out)
{
    if (grid->columns[q] == NULL) {
        return false;
    }
    set->owned[own] = take(grid, q);
    series_init(out, set->owned[own], grid->n, grid->step_s, set->start_s);
    series_repeat_by(out, q == Q_PV ? SERIES_DATE : SERIES_WEEKDAY);
    return true;
}

/* --- the whole --- */

static void find_place(struct input_set *set, const struct layout *layout,
                       const struct input_options *options)
{
    set->has_place = layout->has_place || options->has_place;
    set->latitude_deg = layout->has_place ? layout->latitude_deg : options->latitude_deg;
    set->longitude_deg = layout->has_place ? layout->longitude_deg : options->longitude_deg;
    set->elevation_m = layout->elevation_m;
}

static int32_t name_zone(struct input_set *set, const struct layout *layout,
                         const struct input_options *options, bool own_offsets)
{
    const char *name = options->timezone != NULL ? options->timezone : "UTC";
    int32_t offset_s = layout->zone_fixed ? layout->zone_s : 0;
    struct tz *tz;
    if (own_offsets) {
        name = "UTC (stamps with offset)";
    } else if (!layout->zone_fixed && tz_open(name, &tz) == TZ_OK) {
        offset_s = tz_offset_s(tz, set->start_s + 15 * 86400);
        tz_close(tz);
    }
    if (layout->zone_fixed) {
        int minutes = abs(offset_s) / 60;
        (void)snprintf(set->zone, sizeof set->zone, minutes % 60 != 0 ? "UTC%c%d:%02d" : "UTC%c%d",
                       offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
    } else {
        (void)snprintf(set->zone, sizeof set->zone, "%s", name);
    }
    return offset_s;
}

static void ask_sun(struct input_set *set, const struct grid *grid, int32_t zone_s,
                    struct reporter *r)
{
    struct sun_question question = {.grid = grid,
                                    .centre_s = set->start_s + grid->step_s / 2,
                                    .latitude_deg = set->latitude_deg,
                                    .longitude_deg = set->longitude_deg,
                                    .zone_s = zone_s,
                                    .zone = set->zone};
    sun_check(&question, &set->sun);
    if (set->sun.clock_wrong || fabsf(set->sun.shift_min) >= 12) {
        say(r, INPUT_WARNING, 0, "%s", set->sun.verdict);
    }
    if (set->sun.night_permille > 5) {
        say(r, INPUT_WARNING, 0, "%.1f %% of the light falls while the sun is down",
            (double)set->sun.night_permille / 10);
    }
}

static bool build(struct input_set *set, struct grid *grid, const struct layout *layout,
                  const struct input_options *options, struct reporter *r)
{
    struct repaired repaired;
    if (!grid_repair(grid, r, &repaired)) {
        return false;
    }
    set->filled = repaired.values;
    set->longest_gap_s = repaired.longest_s;
    set->step_s = grid->step_s;
    set->start_s = interval_start(grid, layout, options);
    set->end_s = set->start_s + (int64_t)grid->n * grid->step_s;
    find_place(set, layout, options);
    bool ghi = grid->columns[Q_GHI] != NULL;
    bool both = grid->columns[Q_DNI] != NULL && grid->columns[Q_DHI] != NULL;
    if (!ghi && !both && (grid->columns[Q_DNI] != NULL || grid->columns[Q_DHI] != NULL)) {
        say(r, INPUT_ERROR, 0,
            "one of DNI and DHI is not enough light: GHI or the other is needed");
        return false;
    }
    if ((ghi || both) && !set->has_place) {
        say(r, INPUT_ERROR, 0, "does not say where it is: give latitude and longitude");
        return false;
    }
    set->has_load = make_series(set, grid, Q_LOAD, OWN_LOAD, &set->load_w);
    set->has_price = make_series(set, grid, Q_PRICE, OWN_PRICE, &set->price_per_kwh);
    set->has_pv = make_series(set, grid, Q_PV, OWN_PV, &set->pv_w);
    if (!ghi && !both) {
        if (!set->has_load && !set->has_price && !set->has_pv) {
            say(r, INPUT_ERROR, 0, "holds neither light nor load, price or PV");
        }
        return set->has_load || set->has_price || set->has_pv;
    }
    return true;
}

static bool parse(struct input_set *set, struct text *text, const struct input_options *options,
                  struct reporter *r)
{
    struct layout layout;
    struct rows rows = {0};
    struct grid grid = {0};
    bool ok = layout_detect(text, options, r, &layout);
    if (ok) {
        (void)snprintf(set->format, sizeof set->format, "%s", layout.format);
        ok = rows_read(&rows, text, &layout, options, r);
    }
    bool own_offsets = ok && rows.list[0].offset_s != OFFSET_NONE;
    ok = ok && rows_to_utc(&rows, &layout, options, r);
    set->rows = rows.n;
    set->typical_year = rows.typical_year;
    ok = ok && grid_build(&grid, &rows, &layout, r);
    rows_free(&rows);
    ok = ok && build(set, &grid, &layout, options, r);
    if (ok) {
        int32_t zone_s = name_zone(set, &layout, options, own_offsets);
        if (set->has_place && (grid.columns[Q_GHI] != NULL || grid.columns[Q_DNI] != NULL)) {
            ask_sun(set, &grid, zone_s, r);
            ok = make_weather(set, &grid, r);
        }
    }
    grid_free(&grid);
    return ok;
}

int input_parse(const char *name, const char *data, size_t length,
                const struct input_options *options, struct input_set **out,
                struct input_report *report)
{
    struct reporter reporter = {.report = report, .name = name};
    struct text text = {.data = data, .length = length};
    struct input_set *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return INPUT_NO_MEMORY;
    }
    int errors_before = report->errors;
    bool ok = parse(set, &text, options, &reporter);
    if (reporter.no_memory) {
        input_free(set);
        return INPUT_NO_MEMORY;
    }
    if (!ok || report->errors > errors_before) {
        if (report->errors == errors_before) {
            say(&reporter, INPUT_ERROR, 0, "cannot be read");
        }
        input_free(set);
        return INPUT_REFUSED;
    }
    *out = set;
    return INPUT_OK;
}

void input_free(struct input_set *set)
{
    if (set != NULL) {
        for (int i = 0; i < OWN_COUNT; i++) {
            free(set->owned[i]);
        }
        free(set);
    }
}

/* --- the file --- */

/* All of a plain or gzip file; NULL after an error, which has been said. */
static char *read_all(gzFile file, struct reporter *r, size_t *length)
{
    size_t room = (size_t)1 << 20, n = 0;
    char *data = malloc(room);
    while (data != NULL) {
        int got = gzread(file, data + n, (unsigned)(room - n));
        if (got < 0) {
            break;
        }
        n += (size_t)got;
        if (n < room) {
            break;
        }
        if (room >= MOST_BYTES) {
            say(r, INPUT_ERROR, 0, "is larger than %zu MB unpacked", MOST_BYTES >> 20);
            free(data);
            return NULL;
        }
        char *more = realloc(data, room * 2);
        if (more == NULL) {
            free(data);
            data = NULL;
            break;
        }
        data = more;
        room *= 2;
    }
    r->no_memory = data == NULL;
    *length = n;
    return data;
}

int input_load(const char *path, const struct input_options *options, struct input_set **out,
               struct input_report *report)
{
    struct reporter reporter = {.report = report, .name = path};
    errno = 0;
    gzFile file = gzopen(path, "rb");
    if (file == NULL) {
        say(&reporter, INPUT_ERROR, 0, "cannot be opened (%s)", strerror(errno));
        return INPUT_REFUSED;
    }
    (void)gzbuffer(file, 1 << 17);
    size_t length = 0;
    char *data = read_all(file, &reporter, &length);
    int problem = Z_OK;
    const char *why = gzerror(file, &problem);
    int result = INPUT_REFUSED;
    if (data != NULL && problem != Z_OK && problem != Z_STREAM_END) {
        say(&reporter, INPUT_ERROR, 0, "cannot be read to its end (%s)",
            problem == Z_BUF_ERROR ? "the gzip file is cut off"
            : problem == Z_ERRNO   ? strerror(errno)
                                   : why);
    } else if (data != NULL) {
        result = input_parse(path, data, length, options, out, report);
    }
    free(data);
    (void)gzclose(file);
    return reporter.no_memory ? INPUT_NO_MEMORY : result;
}

static void date_words(int64_t t_s, char text[16])
{
    int year, month, day;
    civil_date(t_s / 86400, &year, &month, &day);
    (void)snprintf(text, 16, "%04d-%02d-%02d", year % 10000, month, day);
}

bool input_covers(const struct input_set *set, const char *name, int64_t from_s, int64_t to_s,
                  struct input_report *report)
{
    bool repeats = (!set->has_weather || set->end_s - set->start_s >= (int64_t)365 * 86400) &&
                   (!set->has_load || set->load_w.repeat != SERIES_ONCE) &&
                   (!set->has_price || set->price_per_kwh.repeat != SERIES_ONCE) &&
                   (!set->has_pv || set->pv_w.repeat != SERIES_ONCE);
    if (repeats || (from_s >= set->start_s && to_s <= set->end_s)) {
        return true;
    }
    struct reporter reporter = {.report = report, .name = name};
    char have[2][16], want[2][16];
    date_words(set->start_s, have[0]);
    date_words(set->end_s, have[1]);
    date_words(from_s, want[0]);
    date_words(to_s, want[1]);
    say(&reporter, INPUT_ERROR, 0,
        "covers %s to %s, wanted is %s to %s; only files of a year or more repeat", have[0],
        have[1], want[0], want[1]);
    return false;
}
