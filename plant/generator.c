/* SPDX-License-Identifier: Apache-2.0 */
/* Start, run and stall of a generating set. */
#include "plant/generator.h"

#include <string.h>

#include "plant/num.h"
#include "plant/rng.h"

static const float CATCHES = 0.6F;        /* of the tries of a troubled one */
static const double TRY_AGAIN_S = 8.0;    /* its own controller cranks again */
static const double COME_UP_S = 4.0;      /* voltage and speed after it caught */
static const double NO_LOAD_HZ = 1.03;    /* a mechanical governor: high without load … */
static const double DROOP_HZ = 0.05;      /* … and this share lower at the rating */
static const double WANDER_S = 15.0;      /* speed hunts about this fast … */
static const double WANDER_SHARE = 0.015; /* … and far */
static const double STALLS_EVERY_S = 7200.0;
static const double STALLED_S = 60.0; /* until it is cranked again */
static const double OVERLOAD_SHARE = 1.2;
static const double OVERLOAD_S = 5.0;
static const double USUAL_W = 5000.0; /* for the droop of one without a rating */

void generator_init(struct generator *generator, const struct generator_options *options)
{
    memset(generator, 0, sizeof *generator);
    generator->options = *options;
}

static float draw(struct generator *generator)
{
    return rng_hash_uniform(generator->options.seed, ++generator->draws);
}

static void enter(struct generator *generator, enum generator_state state, double in_state_s)
{
    generator->state = state;
    generator->in_state_s = in_state_s;
    generator->overload_s = generator->wander = 0.0;
}

static void crank(struct generator *generator)
{
    if (generator->in_state_s < generator->options.delay_s) {
        return;
    }
    generator->starts++;
    if (generator->options.troubled && draw(generator) > CATCHES) {
        generator->in_state_s = generator->options.delay_s - TRY_AGAIN_S;
        return;
    }
    enter(generator, GENERATOR_RUNNING, 0.0);
}

/* True when it dies. */
static bool stalls(struct generator *generator, double load_w, double dt_s)
{
    double rated = generator->options.rated_w;
    bool over = rated > 0.0 && load_w > rated * OVERLOAD_SHARE;
    generator->overload_s = over ? generator->overload_s + dt_s : 0.0;
    bool dies = generator->options.troubled && (double)draw(generator) < dt_s / STALLS_EVERY_S;
    return dies || generator->overload_s > OVERLOAD_S;
}

static void turn(struct generator *generator, double load_w, double dt_s)
{
    const struct generator_options *options = &generator->options;
    generator->voltage_v = options->voltage_v;
    generator->frequency_hz = options->frequency_hz;
    if (!options->troubled) {
        return;
    }
    double up = lesser(generator->in_state_s / COME_UP_S, 1.0);
    double noise = (double)rng_hash_normal(options->seed, ++generator->draws);
    double share = lesser(dt_s / WANDER_S, 1.0);
    generator->wander += (noise * WANDER_SHARE - generator->wander) * share;
    double rated = options->rated_w > 0.0 ? options->rated_w : USUAL_W;
    double speed = NO_LOAD_HZ - DROOP_HZ * load_w / rated + generator->wander;
    generator->voltage_v *= up;
    generator->frequency_hz *= up * speed;
}

void generator_step(struct generator *generator, bool called, double load_w, double dt_s)
{
    bool wanted = called && generator->options.available;
    generator->in_state_s += dt_s;
    if (!wanted) {
        enter(generator, GENERATOR_STOPPED, 0.0);
    } else if (generator->state == GENERATOR_STOPPED) {
        enter(generator, GENERATOR_CRANKING, dt_s);
    }
    if (generator->state == GENERATOR_CRANKING) {
        crank(generator);
    } else if (generator->state == GENERATOR_RUNNING && stalls(generator, load_w, dt_s)) {
        enter(generator, GENERATOR_CRANKING, generator->options.delay_s - STALLED_S);
    }
    if (generator->state == GENERATOR_RUNNING) {
        turn(generator, load_w, dt_s);
    } else {
        generator->voltage_v = generator->frequency_hz = 0.0;
    }
}
