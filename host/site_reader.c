/* SPDX-License-Identifier: Apache-2.0 */
/* Optional keys of a site file, and the input files it names. */
#include "host/site_reader.h"

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

struct input_set *site_read_input(struct site_reader *read, yaml_node *node, const char *what,
                                  enum input_kind kind)
{
    struct site_config *c = read->config;
    char path[700];
    beside(c, yaml_text(node), path, sizeof path);
    struct input_options options = {.has_place = true,
                                    .latitude_deg = c->latitude_deg,
                                    .longitude_deg = c->longitude_deg,
                                    .timezone = c->timezone,
                                    .kind = kind};
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
        (void)FAIL(node, "%s: %s", what, first);
        input_report_clear(&report);
        return NULL;
    }
    if (c->report.list == NULL) {
        c->report = report;
    } else {
        input_report_clear(&report);
    }
    return set;
}
