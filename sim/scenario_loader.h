/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_SCENARIO_LOADER_H
#define HEARTH_SIM_SCENARIO_LOADER_H

/* The parts of scenario_load.c that have files of their own. Private to sim/. */

#include "sim/scenario.h"

struct loader {
    const struct yaml_file *file;
    struct yaml_error *error;
    struct scenario *scenario;
};

/* Tells what is wrong at a node; false. */
#define FAIL(node, ...) yaml_fail(load->file, node, load->error, __VA_ARGS__)

/* The device under test, its battery or its site file. */
bool load_device(struct loader *load, yaml_node *root);

/* One key to press: "RST 7s", "pack2.RST 7s", "PC.LOGIN 123456", "TOUCH pack_info". */
bool load_press(struct loader *load, yaml_node *item, struct scenario_action *action);

/* A point's place exists in this house, and a value to set is one the quantity can have. */
bool load_check_place(const struct loader *load, yaml_node *node, const char *name,
                      const struct place *place);
bool load_check_range(const struct loader *load, yaml_node *node,
                      const struct scenario_action *set);

#endif
