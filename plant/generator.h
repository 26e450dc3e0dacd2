/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_GENERATOR_H
#define HEARTH_PLANT_GENERATOR_H

/*
 * A small generating set on a start contact. An ideal one gives its rated voltage and frequency
 * after its delay. A troubled one is what people own: it does not always catch, is slow to come up,
 * droops with load, wanders in frequency, stalls now and then and under overload. By keyed random
 * numbers: the same seed and the same calls give the same hours. Figures are our choice.
 */

#include <stdbool.h>
#include <stdint.h>

struct generator_options {
    bool available;
    double delay_s; /* contact to voltage */
    double voltage_v, frequency_hz;
    double rated_w; /* 0: any load */
    bool troubled;
    uint64_t seed;
};

enum generator_state { GENERATOR_STOPPED, GENERATOR_CRANKING, GENERATOR_RUNNING };

struct generator {
    struct generator_options options;
    enum generator_state state;
    double in_state_s, overload_s;
    double wander; /* of the frequency, share */
    uint32_t starts, draws;
    double voltage_v, frequency_hz; /* at its terminals now; 0 while it stands */
};

void generator_init(struct generator *generator, const struct generator_options *options);

/* `called`: the start contact is closed. `load_w`: what is drawn from it. */
void generator_step(struct generator *generator, bool called, double load_w, double dt_s);

#endif
