/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_PV_H
#define HEARTH_PLANT_PV_H

/*
 * A string of PV modules as a source of current over voltage. The virtual inverter asks for the
 * current at the voltage its tracker chose, at every step; strings on one input add their currents.
 *
 * One diode with series and shunt resistance. The five parameters follow from the datasheet: with
 * the ideality n given, the conditions at short circuit, open circuit and maximum power are linear
 * in photo current, saturation current and shunt conductance; the series resistance is the one
 * where the power's slope at the maximum is zero. The open-circuit voltage follows the datasheet's
 * temperature coefficient exactly (Villalva et al. 2009); the shunt conductance is proportional to
 * the light (De Soto et al. 2006).
 *
 * Promises: I(V) is never negative (strings do not feed back through the inverter's input), falls
 * with V, meets the datasheet's points within 0.1 %, and is 0 in the dark (below 1 W/m2).
 */

#include <stdbool.h>

/* A datasheet at 1000 W/m2, 25 C. */
struct pv_module {
    float voc_v, isc_a, vmp_v, imp_a;
    float voc_per_k, isc_per_k; /* relative, e.g. -0.0027 and 0.0005 */
    int n_cells;                /* cell voltages in series: 72 of a 144-half-cell module */
    /* private: filled by pv_module_fit */
    float ideality, rs_ohm, shunt_s;
};

/* A 450 W mono module of 144 half cells (typical datasheet of 2021: 49.3 V, 11.6 A, 41.5 V, 10.85
 * A). */
extern const struct pv_module pv_module_450;

/* The default module with currents scaled to another power, fitted. */
void pv_module_for_watt(struct pv_module *module, float watt_stc);

/* Finds the diode's parameters; false if the datasheet is not one of a solar module. */
bool pv_module_fit(struct pv_module *module);

struct pv_string {
    struct pv_module module; /* fitted */
    int n_modules;
    /* private: state for the light and temperature of pv_string_set */
    bool dark;
    float poa_w_m2, cell_c;
    float photo_a, saturation_a, thermal_v, shunt_s; /* of one module */
    float diode_v;                                   /* last solution, where Newton starts */
};

void pv_string_init(struct pv_string *string, const struct pv_module *fitted, int n_modules);

/* Light on the cells and their temperature; cheap when called again with nearly the same. */
void pv_string_set(struct pv_string *string, float poa_w_m2, float cell_c);

/* Current at the string's voltage, A. */
float pv_string_current(struct pv_string *string, float voltage_v);

/* Open-circuit voltage, and the exact maximum power point (for tests and planning; not cheap). */
float pv_string_voc(struct pv_string *string);
struct pv_mpp {
    float voltage_v, current_a, power_w;
};
struct pv_mpp pv_string_mpp(struct pv_string *string);

#endif
