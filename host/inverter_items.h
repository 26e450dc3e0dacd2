/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INVERTER_ITEMS_H
#define HEARTH_HOST_INVERTER_ITEMS_H

/* What an inverter told over its host link, as points with values; settings are
   settings.MNEMONIC, as everywhere. */

#include "core/product/product.h"
#include "core/proto/hostlink.h"
#include "host/rs485/items.h"

/* Everything that was heard. */
void inverter_items(struct items *items, const struct inverter_view *view,
                    const struct inverter_profile *profile);

/* One of it by its point, or a setting by its mnemonic. False: there is no such name; `*heard`
   says whether this device told it. */
bool inverter_item(struct items *items, const struct inverter_view *view,
                   const struct inverter_profile *profile, const char *name, bool *heard);

/* A setting as an item. */
void inverter_setting_item(struct items *items, const struct setting_row *row, int32_t value);

/* The first product of the list that is an inverter, or the one named; NULL with a sentence on
   stderr. */
const struct product *inverter_product(const char *command, const char *name);

#endif
