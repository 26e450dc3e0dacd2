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
        bank->source_v = bank->branch[0].source_v;
        bank->resistance_ohm = bank->branch[0].resistance_ohm;
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

double bank_share(struct bank *bank, double current_a)
{
    if (bank->n == 1) {
        bank->branch[0].current_a = conducts(&bank->branch[0]) ? -current_a : 0.0;
        return bank_voltage(bank, current_a);
    }
    bool out[BANK_PACKS] = {false};
    double volts = bank->source_v;
    for (int round = 0; round < bank->n; round++) { /* each round closes at least one valve */
        double conductance = 0.0;
        double driven = 0.0;
        for (int i = 0; i < bank->n; i++) {
            if (!out[i] && conducts(&bank->branch[i])) {
                double g = 1.0 / bank->branch[i].resistance_ohm;
                conductance += g;
                driven += g * bank->branch[i].source_v;
            }
        }
        volts = conductance > 0.0 ? (driven - current_a) / conductance : 0.0;
        bool again = false;
        for (int i = 0; i < bank->n; i++) {
            struct bank_branch *branch = &bank->branch[i];
            bool in = !out[i] && conducts(branch);
            branch->current_a = in ? (volts - branch->source_v) / branch->resistance_ohm : 0.0;
            if (blocked(branch, branch->current_a)) {
                out[i] = again = true;
            }
        }
        if (!again) {
            break;
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
