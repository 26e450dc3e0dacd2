/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_READER_H
#define HEARTH_HOST_SITE_READER_H

/* Reading a site file, shared by the site_config*.c files only: optional keys of a map, and the
   sections that have files of their own. Each returns false with an error in the reader. */

#include "host/site_config.h"

struct site_reader {
    struct site_config *config;
    const struct yaml_file *file;
    struct yaml_error *error;
    bool real; /* the site's devices are */
};

#define FAIL(node, ...) yaml_fail(read->file, node, read->error, __VA_ARGS__)

/* A key that may be missing: true when it is, or when its value is good. */
bool site_read_number(struct site_reader *read, yaml_node *map, const char *key, double min,
                      double max, double *out);
bool site_read_whole(struct site_reader *read, yaml_node *map, const char *key, int min, int max,
                     int *out);
bool site_read_text(struct site_reader *read, yaml_node *map, const char *key, char *out,
                    size_t room);

/* An input file of a section: what it is for, and the keys of `map` that say what the file may not:
   its unit and, for a file without stamps, its step in seconds (NULL: no such key). */
struct site_input {
    const char *what;
    enum input_kind kind;
    yaml_node *map;
    const char *unit_key, *step_key;
};

/* Reads the file a node names for the site's place and zone; NULL with an error. Repairs and doubts
   go to stderr. */
struct input_set *site_read_input(struct site_reader *read, yaml_node *node,
                                  const struct site_input *input);

/* Whether a device's section names a real bus. */
bool site_bus_is_real(yaml_node *device);

/* The keys "bus" and "protocol" of a real device. */
bool site_read_bus(struct site_reader *read, yaml_node *map, bool of_inverter,
                   struct site_bus *out);

bool site_read_simulation(struct site_reader *read, yaml_node *map);
bool site_read_tariff(struct site_reader *read, yaml_node *map);
bool site_read_wires(struct site_reader *read, yaml_node *list);

#endif
