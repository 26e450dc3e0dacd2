/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_PRODUCT_H
#define HEARTH_CORE_PRODUCT_PRODUCT_H

/* The list of products. A product is a pack, an off-grid inverter or a grid-tied one; a new one is
   one more entry here and its data beside it. Nothing asks for a product by name but a site file,
   through product_find. */

#include "core/product/hybrid.h"
#include "core/product/install.h"
#include "core/product/inverter.h"
#include "core/product/pack.h"

struct product {
    const char *id, *name, *maker, *kind;
    const struct pack_profile *pack; /* one of the three is set */
    const struct inverter_profile *inverter;
    const struct hybrid_profile *hybrid;
    uint8_t own_packs; /* of a hybrid with a battery of its own: built in and added */
    const struct install_guide *install; /* NULL: its manual asks nothing that is here */
};

extern const struct product products[];
extern const int product_count;

/* NULL when there is no product of this id. */
const struct product *product_find(const char *id);

#endif
