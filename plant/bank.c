/* SPDX-License-Identifier: Apache-2.0 */
/* Parallel branches: Kirchhoff with valves. */
#include "plant/bank.h"

#include <math.h>

#include "plant/num.h"

static bool conducts(const struct bank_branch *branch)
{
    return branch->charge_on || branch->discharge_on;
}

void bank_gather(struct bank *bank)
{
    double conductance = 0.0;
    double driven = 0.0;
    bank->can_charge = bank->can_discharge = false;
    if (bank->n == 1) { /* the usual home */
        bool joined = conducts(&bank->branch[0]);
        bank->source_v = joined ? bank->branch[0].source_v : 0.0;
        bank->resistance_ohm = joined ? bank->branch[0].resistance_ohm : 1.0;
        bank->can_charge = bank->branch[0].charge_on;
        bank->can_discharge = bank->branch[0].discharge_on;
        return;
    }
    for (int i = 0; i < bank->n; i++) {
        const struct bank_branch *branch = &bank->branch[i];
        if (!conducts(branch)) {
            continue;
        }
        double g = 1.0 / branch->resistance_ohm;
        conductance += g;
        driven += g * branch->source_v;
        bank->can_charge |= branch->charge_on;
        bank->can_discharge |= branch->discharge_on;
    }
    bank->source_v = conductance > 0.0 ? driven / conductance : 0.0;
    bank->resistance_ohm = conductance > 0.0 ? 1.0 / conductance : 1.0;
}

double bank_voltage(const struct bank *bank, double current_a)
{
    return bank->source_v - current_a * bank->resistance_ohm;
}

static bool blocked(const struct bank_branch *branch, double current_a)
{
    return (current_a > 0.0 && !branch->charge_on) || (current_a < 0.0 && !branch->discharge_on);
}

/* What a branch takes at these volts, its valves counted. */
static double taken(const struct bank_branch *branch, double volts)
{
    double amps = (volts - branch->source_v) / branch->resistance_ohm;
    return conducts(branch) && !blocked(branch, amps) ? amps : 0.0;
}

/* Voltage at which the bank's current flows when the charge valves of sources up to `low` and the
   discharge valves of sources from `high` on are the open ones. */
static double solve_between(const struct bank *bank, double current_a, double low, double high)
{
    double conductance = 0.0;
    double driven = 0.0;
    for (int i = 0; i < bank->n; i++) {
        const struct bank_branch *branch = &bank->branch[i];
        if ((branch->charge_on && branch->source_v <= low) ||
            (branch->discharge_on && branch->source_v >= high)) {
            double g = 1.0 / branch->resistance_ohm;
            conductance += g;
            driven += g * branch->source_v;
        }
    }
    return conductance > 0.0 ? (driven - current_a) / conductance : bank->source_v;
}

/* The sum of the branches rises with the voltage and bends only at their sources: the two sources
   that enclose the wanted sum say which valves are open. */
static double solve_valves(const struct bank *bank, double current_a)
{
    double low = -HUGE_VAL;
    double high = HUGE_VAL;
    for (int i = 0; i < bank->n; i++) {
        double volts = bank->branch[i].source_v;
        double sum = 0.0;
        for (int k = 0; k < bank->n; k++) {
            sum += taken(&bank->branch[k], volts);
        }
        if (sum <= -current_a) {
            low = greater(low, volts);
        }
        if (sum >= -current_a) {
            high = lesser(high, volts);
        }
    }
    return low >= high ? high : solve_between(bank, current_a, low, high);
}

double bank_share(struct bank *bank, double current_a)
{
    if (bank->n == 1) {
        bank->branch[0].current_a = conducts(&bank->branch[0]) ? -current_a : 0.0;
        return bank_voltage(bank, current_a);
    }
    double volts = bank_voltage(bank, current_a); /* as if no valve were there */
    bool valves = false;
    for (int i = 0; i < bank->n; i++) {
        struct bank_branch *branch = &bank->branch[i];
        double amps = (volts - branch->source_v) / branch->resistance_ohm;
        branch->current_a = conducts(branch) ? amps : 0.0;
        valves |= blocked(branch, branch->current_a);
    }
    if (valves) {
        volts = solve_valves(bank, current_a);
        for (int i = 0; i < bank->n; i++) {
            bank->branch[i].current_a = taken(&bank->branch[i], volts);
        }
    }
    return volts;
}

double bank_current(const struct bank *bank, double power_w, bool *short_fall)
{
    double e = bank->source_v;
    double r = bank->resistance_ohm;
    double root = e * e - 4.0 * r * power_w;
    *short_fall = root < 0.0;
    if (r <= 0.0) {
        return e > 0.0 ? power_w / e : 0.0;
    }
    return (e - sqrt(greater(root, 0.0))) / (2.0 * r);
}
