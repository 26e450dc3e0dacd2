/* SPDX-License-Identifier: Apache-2.0 */
/* hearth bridge: a battery of one protocol made one of another. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli.h"
#include "host/ends/bridge.h"
#include "host/ends/wait.h"
#include "sim/yaml.h"

enum { OPT_FROM, OPT_TO, OPT_PACKS, OPT_CHARGE, OPT_DISCHARGE, OPT_VOLTAGE, OPT_ONCE };

struct bridge_job {
    struct bridge bridge;
    enum relay_stage said_stage;
    char said_from[160], said_to[160];
    bool said_inverter;
};

static bool number(const char *name, const char *text, double low, double high, double *out)
{
    if (text == NULL) {
        return true;
    }
    if (!text_number(text, out) || *out < low || *out > high) {
        fprintf(stderr, "hearth bridge: %s %s is not allowed (%g to %g)\n", name, text, low, high);
        return false;
    }
    return true;
}

static bool read_rules(const char **values, struct relay_rules *rules, double *packs)
{
    double charge_a = 0;
    double discharge_a = 0;
    double volt = 0;
    if (!number("--packs", values[OPT_PACKS], 1, BANK_PACKS, packs) ||
        !number("--max-charge", values[OPT_CHARGE], 0.1, 5000, &charge_a) ||
        !number("--max-discharge", values[OPT_DISCHARGE], 0.1, 5000, &discharge_a) ||
        !number("--max-voltage", values[OPT_VOLTAGE], 10, 65, &volt)) {
        return false;
    }
    rules->charge_cap_ma = (int32_t)(charge_a * 1000.0);
    rules->discharge_cap_ma = (int32_t)(discharge_a * 1000.0);
    rules->voltage_cap_mv = (int32_t)(volt * 1000.0);
    if (rules->own_limits && (charge_a <= 0 || discharge_a <= 0 || volt <= 0)) {
        fprintf(stderr, "hearth bridge: this battery's protocol tells no limits: say them with "
                        "--max-charge, --max-discharge and --max-voltage\n");
        return false;
    }
    return true;
}

static void tell_changes(struct bridge_job *job)
{
    struct bridge *bridge = &job->bridge;
    if (bridge->stage != job->said_stage) {
        job->said_stage = bridge->stage;
        wait_say("%s", bridge_stage_text(bridge->stage));
    }
    if (strcmp(job->said_from, bridge->from.port.state) != 0) {
        memcpy(job->said_from, bridge->from.port.state, sizeof job->said_from);
        wait_say("battery bus: %s", job->said_from);
    }
    if (strcmp(job->said_to, bridge->to.port.state) != 0) {
        memcpy(job->said_to, bridge->to.port.state, sizeof job->said_to);
        wait_say("inverter bus: %s", job->said_to);
    }
    bool inverter = battery_end_heard(&bridge->to, wait_now_ms(), CAN_INVERTER_LOST_MS);
    if (inverter != job->said_inverter) {
        job->said_inverter = inverter;
        wait_say("the inverter %s", inverter ? "answers" : "has been silent for 60 s");
    }
}

static void show(const struct bridge *bridge)
{
    const struct battery_report *told = &bridge->told.whole;
    if (bridge->stage == RELAY_NEVER) {
        return;
    }
    printf("SOC %d %%  %.2f V  %.1f A  CVL %.1f V  CCL %.1f A  DCL %.1f A  packs %d  %s\n",
           told->soc_pct, told->voltage_mv / 1000.0, told->current_ma / 1000.0,
           told->charge_mv / 1000.0, told->charge_limit_ma / 1000.0,
           told->discharge_limit_ma / 1000.0, bridge->told.n_packs,
           bridge_stage_text(bridge->stage));
    fflush(stdout);
}

static int run(struct bridge_job *job, bool once)
{
    int64_t show_ms = wait_now_ms() + 1000;
    wait_for_signals();
    while (!wait_ended()) {
        int64_t now_ms = wait_now_ms();
        bridge_step(&job->bridge, now_ms);
        tell_changes(job);
        if (once && job->bridge.stage == RELAY_FRESH) {
            show(&job->bridge);
            return 0;
        }
        if (!once && now_ms >= show_ms) {
            show(&job->bridge);
            show_ms = now_ms + 1000;
        }
        const struct bus_port *ports[] = {&job->bridge.from.port, &job->bridge.to.port};
        wait_on(ports, 2, -1, 10);
    }
    return once ? 1 : 0;
}

int cmd_bridge(int argc, char **argv)
{
    const struct cli_command *self = cli_find("bridge");
    const char *values[7] = {0};
    struct bus_address address[2];
    const struct wire_protocol *protocol[2];
    double packs = 0;
    char why[400];
    int n = cli_options(self, argc, argv, values);
    if (n != 0 || values[OPT_FROM] == NULL || values[OPT_TO] == NULL) {
        if (n >= 0) {
            cli_help(self, stderr);
        }
        return 2;
    }
    for (int i = 0; i < 2; i++) {
        if (!protocol_and_bus(values[OPT_FROM + i], &protocol[i], &address[i], why, sizeof why)) {
            fprintf(stderr, "hearth bridge: %s\n", why);
            return 2;
        }
        if (!bus_address_may_open(&address[i], why, sizeof why)) {
            fprintf(stderr, "hearth bridge: %s\n", why);
            return 1;
        }
    }
    if (bus_address_same(&address[0], &address[1])) {
        fprintf(stderr, "hearth bridge: --from and --to are the same bus\n");
        return 2;
    }
    if (!protocol_is_playable(protocol[1], why, sizeof why)) {
        fprintf(stderr, "hearth bridge: --to: %s\n", why);
        return 2;
    }
    struct relay_rules rules = bridge_rules(protocol[0], protocol[1]);
    if (!read_rules(values, &rules, &packs)) {
        return 2;
    }
    struct bridge_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return 1;
    }
    int64_t now_ms = wait_now_ms();
    const struct reader_spec spec = {&address[0], protocol[0], (int)packs};
    if (!reader_end_open(&job->bridge.from, &spec, now_ms, why, sizeof why)) {
        wait_say("battery bus: %s; tried again", why);
    }
    if (!battery_end_open(&job->bridge.to, &address[1], protocol[1], now_ms, why, sizeof why)) {
        wait_say("inverter bus: %s; tried again", why);
    }
    bridge_begin(&job->bridge, &rules);
    int status = run(job, values[OPT_ONCE] != NULL);
    reader_end_close(&job->bridge.from);
    battery_end_close(&job->bridge.to);
    free(job);
    return status;
}
