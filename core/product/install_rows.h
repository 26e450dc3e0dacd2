/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_INSTALL_ROWS_H
#define HEARTH_CORE_PRODUCT_INSTALL_ROWS_H

/* Short forms of the rows of install tables, for the files that hold them only. Limits are
   thousandths; the optional last fields are .per, .when and .packs_from/.packs_to. */

#include "core/product/install.h"

#define RULE(q, how, lo, hi, how_bad, where, text, ...)                                    \
    {                                                                                      \
        .quantity = INSTALL_##q, .compare = INSTALL_##how, .low = (lo), .high = (hi),      \
        .severity = INSTALL_##how_bad, .section = (where), .sentence = (text), __VA_ARGS__ \
    }
#define LEAST(q, low, bad, where, ...)       RULE(q, AT_LEAST, low, 0, bad, where, __VA_ARGS__, )
#define MOST(q, high, bad, where, ...)       RULE(q, AT_MOST, 0, high, bad, where, __VA_ARGS__, )
#define ABOVE(q, low, bad, where, ...)       RULE(q, ABOVE, low, 0, bad, where, __VA_ARGS__, )
#define BELOW(q, high, bad, where, ...)      RULE(q, BELOW, 0, high, bad, where, __VA_ARGS__, )
#define RANGE(q, low, high, bad, where, ...) RULE(q, BETWEEN, low, high, bad, where, __VA_ARGS__, )
#define EXACT(q, only, bad, where, ...)      RULE(q, IS, only, only, bad, where, __VA_ARGS__, )
#define MUST(q, where, text)                 RULE(q, IS, 1, 1, REFUSED, where, text, )
#define NEVER(q, where, text)                RULE(q, IS, 0, 0, REFUSED, where, text, )
#define RATHER_NOT(q, where, text)           RULE(q, IS, 0, 0, WARNING, where, text, )
#define WHEN(q, how, lo, hi) \
    .when = {.quantity = INSTALL_##q, .compare = INSTALL_##how, .low = (lo), .high = (hi)}
#define PER(q) .per = INSTALL_##q

/* A printed torque counts as kept within a tenth of it: our choice, no manual prints a tolerance,
   and simple torque wrenches are no better. */
#define TORQUE(q, figure, where, text) \
    RULE(q, BETWEEN, (figure)*9 / 10, (figure)*11 / 10, WARNING, where, text, )

#endif
