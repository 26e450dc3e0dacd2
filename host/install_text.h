/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INSTALL_TEXT_H
#define HEARTH_HOST_INSTALL_TEXT_H

/* Rules and values of installations in words, for hearth check and hearth list install. Every text
   fits into INSTALL_TEXT bytes, or is cut. */

#include "core/product/install.h"

enum { INSTALL_TEXT = 96 };

/* "5.4"; thousandths without zeros at the end. */
void install_number(int32_t thousandths, char *text);

/* "6 mm2", "yes", "gel". */
void install_value(enum install_quantity quantity, int32_t value, char *text);

/* "at least 10 mm2", "above 150 V", "52 to 60 mm", "no"; with `low` and `high` as limits. */
void install_limits(const struct install_rule *rule, int32_t low, int32_t high, char *text);

/* "storage_months above 3", "battery_type agm"; "" of a rule without a condition. */
void install_condition(const struct install_rule *rule, char *text);

/* A quantity's key without the place in a list: "dip" of "dip[2]". Returns its length. */
int install_stem(enum install_quantity quantity);

#endif
