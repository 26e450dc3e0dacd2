/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DBC_H
#define HEARTH_HOST_DBC_H

/* A CAN dialect as a DBC file, for SavvyCAN, cantools and their like: made of the tables the codec
   itself walks. */

#include <stdio.h>

#include "core/proto/can_dialect.h"

/* 0, or -1 when writing failed. */
int dbc_write(FILE *out, const struct can_dialect *dialect);

#endif
