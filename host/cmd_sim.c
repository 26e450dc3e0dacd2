/* SPDX-License-Identifier: Apache-2.0 */
/* hearth sim: a simulated site as fast as it goes, and what came of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/sim_out.h"
#include "host/site_config.h"
#include "sim/energy.h"

enum {
    ENERGY_STEP_S = 60,
    CHUNK_S = 60,
    OPT_FROM = 0,
    OPT_DAYS,
    OPT_STEP,
    OPT_OUT,
    OPT_EVERY,
    OPT_FRAMES,
    OPT_JSON
};

struct sim_job {
    struct site_config *config;
    struct house *house;
    int64_t from_s, to_s;
    int step_s, every_s;
    struct sim_out *out;
    double cost, stored_j, shed_j;
    long steps;
    double wall_s;
    bool tty;
    struct ledger energy; /* of an energy-only run */
    double energy_stored_wh;
};

static double clock_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void progress(const struct sim_job *job, int64_t t_s, double begun_s)
{
    if (!job->tty) {
        return;
    }
    double done = (double)(t_s - job->from_s) / (double)(job->to_s - job->from_s);
    double rest = done > 0.0 ? (clock_s() - begun_s) * (1.0 - done) / done : 0.0;
    fprintf(stderr, "\r%3.0f %%  %.0f s left ", done * 100.0, rest);
}

static double charge(struct sim_job *job, const struct ledger *before, const struct ledger *after,
                     int64_t t_s)
{
    double bought_kwh = (after->bought - before->bought) / 3.6e6;
    double sold_kwh = (after->sold - before->sold) / 3.6e6;
    return bought_kwh * tariff_import(job->config, t_s) - sold_kwh * job->config->tariff.export;
}

static void drop_events(struct house *house)
{
    struct house_event event;
    while (house_next_event(house, &event)) {
        continue;
    }
}

static void row_of_house(const struct house *house, int64_t t_s, struct sim_row *row)
{
    const struct stage_out *stage = &house->stage;
    *row = (struct sim_row){
        .t_s = t_s,
        .pv_w = stage->pv_w,
        .load_w = stage->load_w,
        .grid_w = house->grid_w,
        .battery_w = stage->battery_w,
        .battery_v = stage->battery_v,
        .soc_pct = house->spec.battery == HOUSE_PACKS ? (double)house->bms[0].soc_pct100 / 100.0
                                                      : plain_battery_soc(&house->plain) * 100.0,
        .air_c = (double)house->env->air.temperature_c,
        .grid_present = house->grid_v > 0.0,
    };
}

static bool run_seconds(struct sim_job *job, struct yaml_error *error)
{
    struct house *house = job->house;
    if (!site_config_start(job->config, house, job->from_s, error)) {
        return false;
    }
    double begun = clock_s();
    double before_j = house_stored_j(house);
    int64_t next_row = job->from_s + job->every_s;
    for (int64_t t_s = job->from_s; t_s < job->to_s;) {
        struct ledger before = house->ledger;
        job->config->env->local_offset_s = tz_offset_s(job->config->tz, t_s);
        house_set_zone(house, job->config->env->local_offset_s);
        int64_t until = t_s + CHUNK_S < job->to_s ? t_s + CHUNK_S : job->to_s;
        for (; t_s < until; t_s += job->step_s) {
            house_step(house, (uint32_t)job->step_s * 1000U);
            job->steps++;
        }
        job->cost += charge(job, &before, &house->ledger, until - 1);
        if (t_s >= next_row && job->out != NULL) {
            struct sim_row row;
            row_of_house(house, t_s, &row);
            if (!sim_out_row(job->out, &row, error->text, sizeof error->text)) {
                return false;
            }
            next_row += job->every_s;
        }
        if (t_s % 86400 < CHUNK_S) {
            drop_events(house);
            progress(job, t_s, begun);
        }
    }
    job->wall_s = clock_s() - begun;
    job->stored_j = house_stored_j(house) - before_j;
    job->shed_j = house_shed_j(house);
    return true;
}

static double watt_of_roofs(struct env *env)
{
    double watt = 0.0;
    for (int i = 0; i < env->n_roofs && !env->dark; i++) {
        watt += env->roof[i].strings * (double)pv_string_mpp(&env->roof[i].string).power_w;
    }
    return watt;
}

static void energy_home_of(const struct sim_job *job, struct energy_home *home)
{
    const struct inverter *inverter = &job->house->inverter;
    const struct inverter_profile *profile = inverter->profile;
    const struct house_spec *spec = &job->house->spec;
    double wh = spec->battery == HOUSE_PACKS   ? spec->packs * (double)spec->pack->pack->energy_wh
                : spec->battery == HOUSE_PLAIN ? spec->plain_ah * 48.0
                                               : 0.0;
    double volts = 51.2;
    double idle = spec->losses ? (double)profile->bridge_loss.idle * profile->rated_w : 0.0;
    *home = (struct energy_home){
        .capacity_wh = wh,
        .cutoff_wh = wh * inverter->set[SET_ON_GRID_CUTOFF_SOC] / 100.0,
        .recover_wh = wh * inverter->set[SET_ON_GRID_RECOVER_SOC] / 100.0,
        .empty_wh = wh * inverter->set[SET_OFF_GRID_CUTOFF_SOC] / 100.0,
        .needs_pv = inverter->set[SET_SUPPLY_MODE] == SUPPLY_SOL,
        .grid_charges_in_the_dark = inverter->set[SET_CHARGE_PRIORITY] == CHARGE_CSO,
        .high_wh = wh * inverter->set[SET_CHARGE_CUTOFF_SOC] / 100.0,
        .charge_w = inverter->set[SET_CHARGE_CURRENT_MAX] / 1000.0 * volts,
        .discharge_w = profile->discharge_max_ma / 1000.0 * volts,
        .cell_loss = spec->losses ? 0.01 : 0.0,
        .bridge_idle_w = idle,
        .bridge_linear = spec->losses ? (double)profile->bridge_loss.linear : 0.0,
        .bridge_square_w =
            spec->losses ? profile->rated_w / (double)profile->bridge_loss.square : 1e30,
        .pv_linear = spec->losses ? 0.018 : 0.0,
        .grid_first = inverter->set[SET_SUPPLY_MODE] == SUPPLY_UTI,
        .grid_charges = inverter->set[SET_CHARGE_PRIORITY] == CHARGE_SNU,
        .stored_wh = wh * spec->soc,
    };
}

static void book_energy(struct ledger *ledger, const struct home_flow *flow, double dt_s)
{
    ledger->pv += flow->pv_w * dt_s;
    ledger->load += flow->load_w * dt_s;
    ledger->bought += fmax(flow->grid_w, 0.0) * dt_s;
    ledger->sold += fmax(-flow->grid_w, 0.0) * dt_s;
    ledger->discharged += fmax(flow->battery_w, 0.0) * dt_s;
    ledger->charged += fmax(-flow->battery_w, 0.0) * dt_s;
    ledger->loss += flow->loss_w * dt_s;
    ledger->curtailed += flow->curtailed_w * dt_s;
}

static bool run_energy(struct sim_job *job, struct yaml_error *error)
{
    struct env *env = job->config->env;
    struct energy_home home;
    if (!site_config_start(job->config, job->house, job->from_s, error)) {
        return false;
    }
    energy_home_of(job, &home);
    double begun = clock_s();
    double first_wh = home.stored_wh;
    int64_t next_row = job->from_s + job->every_s;
    for (int64_t t_s = job->from_s; t_s < job->to_s; t_s += job->step_s) {
        struct ledger before = job->energy;
        struct home_flow flow;
        env->local_offset_s = tz_offset_s(job->config->tz, t_s);
        env_at(env, t_s + job->step_s / 2);
        energy_step(&home, watt_of_roofs(env), (double)env->load_w,
                    env->has_grid && env->power.present, job->step_s / 3600.0, &flow);
        book_energy(&job->energy, &flow, job->step_s);
        job->steps++;
        job->cost += charge(job, &before, &job->energy, t_s);
        if (t_s + job->step_s >= next_row && job->out != NULL) {
            struct sim_row row = {.t_s = t_s + job->step_s,
                                  .pv_w = flow.pv_w,
                                  .load_w = flow.load_w,
                                  .grid_w = flow.grid_w,
                                  .battery_w = flow.battery_w,
                                  .soc_pct = home.stored_wh / fmax(home.capacity_wh, 1.0) * 100.0,
                                  .air_c = (double)env->air.temperature_c,
                                  .grid_present = env->power.present};
            if (!sim_out_row(job->out, &row, error->text, sizeof error->text)) {
                return false;
            }
            next_row += job->every_s;
        }
    }
    job->wall_s = clock_s() - begun;
    job->stored_j = (home.stored_wh - first_wh) * 3600.0;
    job->shed_j = job->energy.charged - job->energy.discharged - job->stored_j;
    return true;
}

struct figure {
    const char *name, *unit, *label;
    double value;
};

static int figures_of(const struct sim_job *job, struct figure *list)
{
    bool energy = job->step_s >= ENERGY_STEP_S;
    const struct ledger *l = energy ? &job->energy : &job->house->ledger;
    const struct house_spec *spec = &job->house->spec;
    double nominal_j = spec->battery == HOUSE_PACKS
                           ? spec->packs * (double)spec->pack->pack->energy_wh * 3600.0
                           : fmax(spec->plain_ah * 48.0 * 3600.0, 1.0);
    double in = l->pv + l->bought + l->generated;
    double residual = in - l->sold - l->load - l->loss - job->stored_j - job->shed_j;
    double turnover = in;
    const struct figure all[] = {
        {"pv_kwh", "kWh", "PV used", l->pv / 3.6e6},
        {"curtailed_kwh", "kWh", "PV that nobody could take", l->curtailed / 3.6e6},
        {"load_kwh", "kWh", "Load served", l->load / 3.6e6},
        {"unserved_kwh", "kWh", "Load not served", l->unserved / 3.6e6},
        {"bought_kwh", "kWh", "Bought from the grid", l->bought / 3.6e6},
        {"generated_kwh", "kWh", "From the generator", l->generated / 3.6e6},
        {"sold_kwh", "kWh", "Sold to the grid", l->sold / 3.6e6},
        {"charged_kwh", "kWh", "Into the battery", l->charged / 3.6e6},
        {"discharged_kwh", "kWh", "Out of the battery", l->discharged / 3.6e6},
        {"losses_kwh", "kWh", "Losses, battery included", (l->loss + job->shed_j) / 3.6e6},
        {"stored_kwh", "kWh", "Stored at the end more than at the start", job->stored_j / 3.6e6},
        {"residual_kwh", "kWh", "Balance that does not close", residual / 3.6e6},
        {"residual_pct", "%", "  of the energy that came in",
         turnover > 0.0 ? residual / turnover * 100.0 : 0.0},
        {"self_consumption_pct", "%", "Self-consumption",
         l->pv > 0.0 ? (l->pv - l->sold) / l->pv * 100.0 : 0.0},
        {"autarky_pct", "%", "Autarky",
         l->load > 0.0 ? fmax(1.0 - l->bought / l->load, 0.0) * 100.0 : 0.0},
        {"cost", job->config->tariff.currency, "Cost of energy", job->cost},
        {"cycles", "", "Full cycles of the battery", l->discharged / nominal_j},
        {"steps", "", "Steps", (double)job->steps},
        {"wall_s", "s", "Took", job->wall_s},
    };
    memcpy(list, all, sizeof all);
    return (int)(sizeof all / sizeof all[0]);
}

static void print_figures(const struct sim_job *job, bool json)
{
    struct figure list[24];
    int n = figures_of(job, list);
    if (json) {
        printf("{\"site\": ");
        json_text(stdout, job->config->name);
        printf(", \"mode\": \"%s\"", job->step_s >= ENERGY_STEP_S ? "energy" : "control");
        for (int i = 0; i < n; i++) {
            printf(", \"%s\": %.6g", list[i].name,
                   fabs(list[i].value) < 1e-9 ? 0.0 : list[i].value);
        }
        printf("}\n");
        return;
    }
    printf("%s, %.1f days in steps of %d s (%s)\n", job->config->name,
           (double)(job->to_s - job->from_s) / 86400.0, job->step_s,
           job->step_s >= ENERGY_STEP_S ? "energy only" : "with the real control code");
    for (int i = 0; i < n; i++) {
        int decimals = strcmp(list[i].name, "steps") == 0          ? 0
                       : strncmp(list[i].name, "residual", 8) == 0 ? 5
                                                                   : 2;
        printf("  %-42s %14.*f %s\n", list[i].label, decimals, list[i].value, list[i].unit);
    }
}

static bool whole_option(const char *name, const char *text, long min, long max, long *out)
{
    char *end;
    if (text == NULL) {
        return true;
    }
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < min || value > max) {
        fprintf(stderr, "hearth sim: %s %s is not allowed (%ld to %ld)\n", name, text, min, max);
        return false;
    }
    *out = value;
    return true;
}

static int run_job(struct sim_job *job, const char *out_path, bool json)
{
    struct yaml_error error = {.text = ""};
    if (!site_config_covers(job->config, job->from_s, job->to_s, &error)) {
        fprintf(stderr, "hearth sim: %s\n", error.text);
        return 1;
    }
    if (out_path != NULL) {
        job->out = sim_out_open(out_path, job->config->tz, error.text, sizeof error.text);
        if (job->out == NULL) {
            fprintf(stderr, "hearth sim: %s\n", error.text);
            return 1;
        }
    }
    bool good = job->step_s >= ENERGY_STEP_S ? run_energy(job, &error) : run_seconds(job, &error);
    if (job->tty) {
        fprintf(stderr, "\r                              \r");
    }
    if (job->out != NULL && !sim_out_close(job->out, error.text, sizeof error.text)) {
        good = false;
    }
    if (!good) {
        fprintf(stderr, "hearth sim: %s\n", error.text);
        return 1;
    }
    print_figures(job, json);
    return 0;
}

int cmd_sim(int argc, char **argv)
{
    const struct cli_command *self = cli_find("sim");
    const char *values[8] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n != 1) {
        if (n >= 0) {
            cli_help(self, stderr);
        }
        return 2;
    }
    long days = 365;
    long step_s = 1;
    long every_s = 900;
    int64_t from_clock = 0;
    if (!whole_option("--days", values[OPT_DAYS], 1, 36500, &days) ||
        !whole_option("--step", values[OPT_STEP], 1, 3600, &step_s) ||
        !whole_option("--every", values[OPT_EVERY], 1, 86400, &every_s)) {
        return 2;
    }
    if (values[OPT_FROM] != NULL && !text_clock(values[OPT_FROM], &from_clock)) {
        fprintf(stderr, "hearth sim: --from %s is not a date (2026-06-01)\n", values[OPT_FROM]);
        return 2;
    }
    struct yaml_error error;
    struct sim_job job = {.config = site_config_load(argv[1], &error),
                          .house = calloc(1, sizeof *job.house),
                          .step_s = (int)step_s,
                          .every_s = (int)every_s,
                          .tty = isatty(2) != 0};
    if (job.config == NULL || job.house == NULL) {
        fprintf(stderr, "hearth sim: %s\n", error.text);
        free(job.house);
        return 1;
    }
    enum tz_kind kind;
    job.from_s = values[OPT_FROM] != NULL
                     ? tz_from_local(job.config->tz, from_clock, TZ_FIRST, &kind)
                     : job.config->start_s;
    job.to_s = job.from_s + days * 86400;
    job.config->house.frames = values[OPT_FRAMES] != NULL;
    if (job.config->note[0] != '\0') {
        fprintf(stderr, "hearth sim: %s\n", job.config->note);
    }
    int status = run_job(&job, values[OPT_OUT], values[OPT_JSON] != NULL);
    free(job.house);
    site_config_free(job.config);
    return status;
}
