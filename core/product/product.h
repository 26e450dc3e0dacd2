/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_PRODUCT_H
#define HEARTH_CORE_PRODUCT_PRODUCT_H

/* The list of products. A product is a pack or an inverter; a new one is one more entry here and
   its data beside it. Nothing asks for a product by name but a site file, through product_find. */

#include "core/product/inverter.h"
#include "core/product/pack.h"

struct product {
    const char *id, *name, *maker, *kind;
    const struct pack_profile *pack; /* one of the two is set */
    const struct inverter_profile *inverter;
};

extern const struct product products[];
extern const int product_count;

/* NULL when there is no product of this id. */
const struct product *product_find(const char *id);

#endif
