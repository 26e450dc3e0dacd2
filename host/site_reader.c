/* SPDX-License-Identifier: Apache-2.0 */
/* Optional keys of a site file, and the input files it names. */
#include "host/site_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An optional number: true when it is missing or good. */
bool site_read_number(struct site_reader *read, yaml_node *map, const char *key, double min,
                      double max, double *out)
{
    yaml_node *node = yaml_get(map, key);
    return node == NULL || yaml_number(read->file, node, key, min, max, out, read->error);
}

bool site_read_whole(struct site_reader *read, yaml_node *map, const char *key, int min, int max,
                     int *out)
{
    yaml_node *node = yaml_get(map, key);
    return node == NULL || yaml_int(read->file, node, key, min, max, out, read->error);
}

bool site_read_text(struct site_reader *read, yaml_node *map, const char *key, char *out,
                    size_t room)
{
    yaml_node *node = yaml_get(map, key);
    if (node == NULL) {
        return true;
    }
    const char *value = yaml_text(node);
    if (value == NULL || strlen(value) >= room) {
        return FAIL(node, "%s should be a text of at most %zu characters", key, room - 1);
    }
    snprintf(out, room, "%s", value);
    return true;
}

/* Path of a file named in the site file: beside it, unless absolute. */
static void beside(const struct site_config *c, const char *name, char *out, size_t room)
{
    const char *slash = strrchr(c->path, '/');
    if (name[0] == '/' || slash == NULL) {
        snprintf(out, room, "%s", name);
    } else {
        snprintf(out, room, "%.*s/%s", (int)(slash - c->path), c->path, name);
    }
}

/* What a file told of itself goes to the person who starts the site: repairs, a clock that does not
   fit the sun, another place. */
static void tell_report(const char *path, const struct input_report *report)
{
    enum { MOST = 8 };
    int told = 0;
    for (int i = 0; i < report->count; i++) {
        if (report->list[i].severity == INPUT_WARNING && told++ < MOST) {
            fprintf(stderr, "warning: %s\n", report->list[i].text);
        }
    }
    if (told > MOST) {
        fprintf(stderr, "warning: %s: %d more; hearth inputs tells them all\n", path, told - MOST);
    }
}

static void check_place(const struct site_config *c, const char *path, const struct input_set *set)
{
    static const double NEAR_DEG = 1.0; /* some 100 km: another sky, another noon */
    if (set->has_place && set->has_weather &&
        (fabs(set->latitude_deg - c->latitude_deg) > NEAR_DEG ||
         fabs(set->longitude_deg - c->longitude_deg) > NEAR_DEG)) {
        fprintf(stderr,
                "warning: %s: the weather is that of %.2f, %.2f, the site lies at %.2f, %.2f; the "
                "sun is the site's\n",
                path, set->latitude_deg, set->longitude_deg, c->latitude_deg, c->longitude_deg);
    }
}

static const char *optional_text(yaml_node *map, const char *key)
{
    yaml_node *node = map != NULL && key != NULL ? yaml_get(map, key) : NULL;
    return node != NULL ? yaml_text(node) : NULL;
}

struct input_set *site_read_input(struct site_reader *read, yaml_node *node,
                                  const struct site_input *input)
{
    struct site_config *c = read->config;
    char path[700];
    int step_s = 0;
    beside(c, yaml_text(node), path, sizeof path);
    if (input->step_key != NULL &&
        !site_read_whole(read, input->map, input->step_key, 1, 86400, &step_s)) {
        return NULL;
    }
    struct input_options options = {.has_place = true,
                                    .latitude_deg = c->latitude_deg,
                                    .longitude_deg = c->longitude_deg,
                                    .timezone = c->timezone,
                                    .kind = input->kind,
                                    .unit = optional_text(input->map, input->unit_key),
                                    .step_s = step_s};
    struct input_set *set = NULL;
    struct input_report report = {0};
    if (input_load(path, &options, &set, &report) != INPUT_OK) {
        const char *first = "cannot be read";
        for (int i = 0; i < report.count; i++) {
            if (report.list[i].severity == INPUT_ERROR) {
                first = report.list[i].text;
                break;
            }
        }
        (void)FAIL(node, "%s: %s%s%s", input->what, first,
                   input->unit_key != NULL ? "; a unit can be given as " : "",
                   input->unit_key != NULL ? input->unit_key : "");
    } else {
        tell_report(path, &report);
        check_place(c, path, set);
    }
    input_report_clear(&report);
    return set;
}
