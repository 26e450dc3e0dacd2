/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_OCV_H
#define HEARTH_CORE_BMS_OCV_H

/*
 * Rest voltage of an LFP cell over its charge at 25 degC, between the charge and discharge branch,
 * and half the width of the hysteresis loop between them. From the published data of Naumann et al.
 * (Sony US26650FTC1), rounded to the millivolt; other LFP cells lie within some 10 mV (the figures
 * of uncertainty in soc_watch.c count with that).
 */

#include <stdint.h>

enum {
    OCV_PLATEAU_MV = 3292, /* from here on (40 %) the curve is too flat to say anything */
    OCV_LOOP_MV = 27       /* half the loop, below the plateau */
};

/* Charge (0..1) at a rest voltage, held at the ends; `*mv_per_pct`: slope there. */
float ocv_charge(float mv, float *mv_per_pct);

#endif
