/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_OFFGRID_H
#define HEARTH_CORE_PRODUCT_OFFGRID_H

/* Models of the off-grid family, manual 003 section 9. */

#include "core/product/inverter.h"

extern const struct inverter_profile offgrid_3000, offgrid_5000, offgrid_6000;

#endif
