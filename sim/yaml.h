/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_YAML_H
#define HEARTH_SIM_YAML_H

/*
 * YAML files of ours (sites, scenarios) over libfyaml: documents in, errors out that name file,
 * line and column. Scalars stay text until a reader knows what they should be.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fy_node;
typedef const struct fy_node yaml_node;

struct yaml_error {
    char text[1100]; /* "FILE:LINE:COLUMN: what"; empty: none */
};

struct yaml_file; /* an open file of one or more documents */

/* Opens a file; NULL and an error when it cannot be read. */
struct yaml_file *yaml_open(const char *path, struct yaml_error *error);
void yaml_close(struct yaml_file *file);
const char *yaml_path(const struct yaml_file *file);

/* Root of the next document; NULL at the end or, with error->text set, at a fault. Nodes live until
   the file is closed. */
yaml_node *yaml_next(struct yaml_file *file, struct yaml_error *error);

bool yaml_is_map(yaml_node *node);
bool yaml_is_list(yaml_node *node);
bool yaml_is_text(yaml_node *node);

/* Text of a scalar, "" for an empty one; NULL for maps and lists. Lives as long as the file. */
const char *yaml_text(yaml_node *node);

int yaml_count(yaml_node *node); /* pairs of a map, items of a list */
yaml_node *yaml_item(yaml_node *list, int index);
yaml_node *yaml_key(yaml_node *map, int index);
yaml_node *yaml_value(yaml_node *map, int index);
yaml_node *yaml_get(yaml_node *map, const char *key); /* NULL: not there */

/* Puts "FILE:LINE:COLUMN: message" into `error` if it has none yet; returns false. */
bool yaml_fail(const struct yaml_file *file, yaml_node *node, struct yaml_error *error,
               const char *format, ...) __attribute__((format(printf, 4, 5)));

int yaml_line(yaml_node *node); /* from 1 */

/* Readers of one value; false with an error that says what is allowed. */
bool yaml_number(const struct yaml_file *file, yaml_node *node, const char *what, double min,
                 double max, double *out, struct yaml_error *error);
bool yaml_int(const struct yaml_file *file, yaml_node *node, const char *what, int min, int max,
              int *out, struct yaml_error *error);
bool yaml_flag(const struct yaml_file *file, yaml_node *node, const char *what, bool *out,
               struct yaml_error *error);

/* Every key of a map must be one of `keys` (ends with NULL), once; NULL values allowed. */
bool yaml_keys(const struct yaml_file *file, yaml_node *map, const char *what,
               const char *const *keys, struct yaml_error *error);

/* "90", "1.5" … and nothing else; false otherwise. */
bool text_number(const char *text, double *out);
/* "on|true|1|yes", "off|false|0|no". */
bool text_flag(const char *text, bool *out);
/* "250ms", "5s", "3 min", "2h", "1d" to milliseconds. */
bool text_duration(const char *text, int64_t *ms);
/* "2026-06-01" with or without "T12:00[:00]": seconds as that clock face would be in UTC. */
bool text_clock(const char *text, int64_t *clock_s);

#endif
