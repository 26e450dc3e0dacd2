/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INSTALL_FORM_H
#define HEARTH_HOST_INSTALL_FORM_H

/* An installer's form: the keys "product" and "installation" of a YAML file, which may be a site
   file with its sections beside them (docs/commands.md). */

#include "core/product/product.h"
#include "sim/yaml.h"

struct install_sheet {
    const struct product *product; /* one that has rules */
    struct install_form form;
};

/* False with an error that names file, line, value and what is allowed. */
bool install_sheet_load(const char *path, struct install_sheet *sheet, struct yaml_error *error);

#endif
