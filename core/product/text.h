/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_TEXT_H
#define HEARTH_CORE_PRODUCT_TEXT_H

/* Comparing names in a core without a C library. */

#include <stdbool.h>

static inline bool same_text(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

#endif
