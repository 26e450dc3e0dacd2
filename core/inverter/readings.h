/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_READINGS_H
#define HEARTH_CORE_INVERTER_READINGS_H

/* What an inverter tells of itself, on its display and over its host link: measured where the board
   measures it, else what follows from the rest. */

#include "core/inverter/inverter.h"

int32_t inverter_output_mv(const struct inverter *inverter);
int32_t inverter_output_hz100(const struct inverter *inverter);
int32_t inverter_output_ma(const struct inverter *inverter);
int32_t inverter_pv_w(const struct inverter *inverter);

/* By the BMS, else from the battery's voltage. */
int32_t inverter_soc_pct(const struct inverter *inverter);

#endif
