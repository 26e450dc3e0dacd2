/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cmd_inputs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/input/input.h"

static const char usage[] =
    "usage: hearth inputs FILE... [--latitude L --longitude L] [--timezone ZONE] [--json]\n"
    "                     [--kind load|price|pv] [--unit UNIT] [--step SECONDS]\n"
    "                     [--label begin|middle|end]\n"
    "Says what a file of weather, load, prices or PV holds, what was repaired, and whether its\n"
    "clock fits the sun. Reads PVGIS, NSRDB, SAM, DWD, SURFRAD, MIDC and plain CSV, also gzip.\n"
    "example: hearth inputs tmy_52.4_13.1.csv\n"
    "         hearth inputs prices.csv --unit ct/kWh --timezone Europe/Berlin\n";

struct job {
    struct input_options options;
    bool json, has_latitude, has_longitude;
    int n_files;
    char **files;
};

/* --- arguments --- */

static bool number(const char *text, double low, double high, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= low && *out <= high;
}

static int choice(const char *text, const char *const *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Takes one option with its value; says what is allowed when it does not fit. */
static bool take_option(struct job *job, const char *name, const char *value)
{
    static const char *const kinds[] = {"load", "price", "pv"};
    static const char *const labels[] = {"begin", "middle", "end"};
    struct input_options *o = &job->options;
    const char *allowed = NULL;
    double step = 0;
    if (strcmp(name, "--latitude") == 0) {
        job->has_latitude = number(value, -90, 90, &o->latitude_deg);
        allowed = job->has_latitude ? NULL : "-90 to 90";
    } else if (strcmp(name, "--longitude") == 0) {
        job->has_longitude = number(value, -180, 180, &o->longitude_deg);
        allowed = job->has_longitude ? NULL : "-180 to 180";
    } else if (strcmp(name, "--step") == 0) {
        allowed = number(value, 1, 86400, &step) ? NULL : "1 to 86400 s";
        o->step_s = (int32_t)step;
    } else if (strcmp(name, "--timezone") == 0) {
        o->timezone = value;
    } else if (strcmp(name, "--unit") == 0) {
        o->unit = value;
    } else if (strcmp(name, "--kind") == 0) {
        o->kind = (enum input_kind)choice(value, kinds, 3);
        allowed = o->kind != INPUT_KIND_AUTO ? NULL : "load, price or pv";
    } else if (strcmp(name, "--label") == 0) {
        o->label = (enum input_label)choice(value, labels, 3);
        allowed = o->label != INPUT_LABEL_AUTO ? NULL : "begin, middle or end";
    } else {
        fprintf(stderr, "hearth inputs: no such option (%s)\n%s", name, usage);
        return false;
    }
    if (allowed != NULL) {
        fprintf(stderr, "hearth inputs: %s: not allowed (%s, allowed: %s)\n", name, value, allowed);
    }
    return allowed == NULL;
}

static bool take_arguments(struct job *job, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            job->json = true;
        } else if (strncmp(argv[i], "--", 2) != 0) {
            job->files[job->n_files++] = argv[i];
        } else if (i + 1 >= argc) {
            fprintf(stderr, "hearth inputs: %s needs a value\n%s", argv[i], usage);
            return false;
        } else if (!take_option(job, argv[i], argv[i + 1])) {
            return false;
        } else {
            i++;
        }
    }
    if (job->n_files == 0 || job->has_latitude != job->has_longitude) {
        fprintf(stderr, "hearth inputs: %s\n%s",
                job->n_files == 0 ? "no file" : "latitude and longitude go together", usage);
        return false;
    }
    job->options.has_place = job->has_latitude;
    return true;
}

/* --- what a file holds --- */

struct fact {
    const char *name, *unit;
    double value;
};

enum { MOST_FACTS = 12 };

static double sum_of(const float *values, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += (double)values[i];
    }
    return sum;
}

static void range_of(const float *values, int n, double *low, double *high)
{
    *low = *high = (double)values[0];
    for (int i = 1; i < n; i++) {
        *low = fmin(*low, (double)values[i]);
        *high = fmax(*high, (double)values[i]);
    }
}

static int facts_of(const struct input_set *set, struct fact facts[MOST_FACTS])
{
    int n = 0;
    double low, high, hours = set->step_s / 3600.0;
    const struct weather_samples *w = &set->weather;
    if (set->has_weather) {
        double diffuse = 0;
        for (int i = 0; i < w->count; i++) {
            diffuse += (double)(w->ghi_w_m2[i] * w->diffuse_share[i]);
        }
        range_of(w->temperature_c, w->count, &low, &high);
        facts[n++] = (struct fact){"ghi", "kWh/m2", sum_of(w->ghi_w_m2, w->count) * hours / 1000};
        facts[n++] = (struct fact){"dhi", "kWh/m2", diffuse * hours / 1000};
        facts[n++] =
            (struct fact){"temperature_mean", "C", sum_of(w->temperature_c, w->count) / w->count};
        facts[n++] = (struct fact){"temperature_min", "C", low};
        facts[n++] = (struct fact){"temperature_max", "C", high};
        facts[n++] = (struct fact){"wind_mean", "m/s", sum_of(w->wind_m_s, w->count) / w->count};
    }
    const struct series *power[2] = {set->has_load ? &set->load_w : NULL,
                                     set->has_pv ? &set->pv_w : NULL};
    static const char *const names[2][2] = {{"load", "load_peak"}, {"pv", "pv_peak"}};
    for (int i = 0; i < 2; i++) {
        if (power[i] != NULL) {
            range_of(power[i]->values, power[i]->count, &low, &high);
            double kwh = sum_of(power[i]->values, power[i]->count) * hours / 1000;
            facts[n++] = (struct fact){names[i][0], "kWh", kwh};
            facts[n++] = (struct fact){names[i][1], "W", high};
        }
    }
    if (set->has_price) {
        const struct series *p = &set->price_per_kwh;
        range_of(p->values, p->count, &low, &high);
        facts[n++] = (struct fact){"price_mean", "per kWh", sum_of(p->values, p->count) / p->count};
        facts[n++] = (struct fact){"price_min", "per kWh", low};
        facts[n++] = (struct fact){"price_max", "per kWh", high};
    }
    return n;
}

static void time_words(int64_t t_s, char text[32])
{
    int year, month, day;
    int64_t days = t_s >= 0 ? t_s / 86400 : -((86399 - t_s) / 86400);
    int of_day = (int)(t_s - days * 86400);
    civil_date(days, &year, &month, &day);
    (void)snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", year % 10000, month, day,
                   of_day / 3600, of_day / 60 % 60, of_day % 60);
}

static const char *const severities[] = {"note", "warning", "error"};

static void print_text(const char *path, const struct input_set *set)
{
    char from[32], to[32];
    struct fact facts[MOST_FACTS];
    time_words(set->start_s, from);
    time_words(set->end_s, to);
    printf("%s\n  format   %s%s\n  period   %s to %s, step %d s, stamps in %s\n", path, set->format,
           set->typical_year ? ", typical year" : "", from, to, set->step_s, set->zone);
    printf("  lines    %d, repaired %d values", set->rows, set->filled);
    if (set->filled > 0) {
        printf(", longest gap %.4g h", set->longest_gap_s / 3600.0);
    }
    if (set->has_place) {
        printf("\n  place    %.4f, %.4f, %.0f m", set->latitude_deg, set->longitude_deg,
               (double)set->elevation_m);
    }
    int n = facts_of(set, facts);
    for (int i = 0; i < n; i++) {
        printf("\n  %-17s %.5g %s", facts[i].name, facts[i].value, facts[i].unit);
    }
    if (set->sun.done) {
        printf("\n  sun      %s", set->sun.verdict);
        if (set->sun.has_closure) {
            printf("; GHI closes to %.2f W/m2", (double)set->sun.closure_w_m2);
        }
    }
    printf("\n");
}

static void json_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < ' ') {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void print_json_set(const struct input_set *set)
{
    char from[32], to[32];
    struct fact facts[MOST_FACTS];
    time_words(set->start_s, from);
    time_words(set->end_s, to);
    printf(
        ", \"format\": \"%s\", \"start\": \"%s\", \"end\": \"%s\", \"step_s\": %d, \"rows\": %d, "
        "\"filled\": %d, \"longest_gap_s\": %d, \"typical_year\": %s, \"zone\": ",
        set->format, from, to, set->step_s, set->rows, set->filled, set->longest_gap_s,
        set->typical_year ? "true" : "false");
    json_string(set->zone);
    if (set->has_place) {
        printf(", \"latitude\": %.5f, \"longitude\": %.5f", set->latitude_deg, set->longitude_deg);
    }
    int n = facts_of(set, facts);
    for (int i = 0; i < n; i++) {
        printf(", \"%s\": {\"value\": %.6g, \"unit\": \"%s\"}", facts[i].name, facts[i].value,
               facts[i].unit);
    }
    if (set->sun.done) {
        printf(", \"sun\": {\"clock_wrong\": %s, \"shift_min\": %.1f, \"clear_days\": %d, "
               "\"night_permille\": %.2f, ",
               set->sun.clock_wrong ? "true" : "false", (double)set->sun.shift_min, set->sun.n_days,
               (double)set->sun.night_permille);
        if (set->sun.has_closure) {
            printf("\"closure_w_m2\": %.2f, ", (double)set->sun.closure_w_m2);
        }
        printf("\"verdict\": ");
        json_string(set->sun.verdict);
        printf("}");
    }
}

static void print_json(const char *path, const struct input_set *set,
                       const struct input_report *report)
{
    printf("{\"file\": ");
    json_string(path);
    if (set != NULL) {
        print_json_set(set);
    }
    printf(", \"messages\": [");
    for (int i = 0; i < report->count; i++) {
        printf("%s{\"severity\": \"%s\", \"line\": %d, \"text\": ", i > 0 ? ", " : "",
               severities[report->list[i].severity], report->list[i].line);
        json_string(report->list[i].text);
        printf("}");
    }
    printf("]}\n");
}

static int look_at(const char *path, const struct job *job)
{
    struct input_set *set = NULL;
    struct input_report report = {0};
    int result = input_load(path, &job->options, &set, &report);
    if (result == INPUT_NO_MEMORY) {
        fprintf(stderr, "%s: not enough memory\n", path);
    }
    for (int i = 0; i < report.count && !job->json; i++) {
        fprintf(stderr, "%s: %s\n", severities[report.list[i].severity], report.list[i].text);
    }
    if (job->json) {
        print_json(path, set, &report);
    } else if (set != NULL) {
        print_text(path, set);
    }
    input_free(set);
    input_report_clear(&report);
    return result == INPUT_OK ? 0 : 1;
}

int cmd_inputs(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    struct job job = {.files = calloc((size_t)(argc > 0 ? argc : 1), sizeof(char *))};
    int status = 2;
    if (job.files != NULL && take_arguments(&job, argc, argv)) {
        status = 0;
        for (int i = 0; i < job.n_files; i++) {
            status |= look_at(job.files[i], &job);
        }
    }
    free(job.files);
    return status;
}
