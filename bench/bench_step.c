/* SPDX-License-Identifier: Apache-2.0 */
/* Cost of one step: BMS, pack physics, inverter, whole house; and of a frame.
   `bench_step N` does nothing but N steps of the house, for a profiler that counts instructions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "core/proto/can_rounding.h"
#include "core/proto/pylon_rs485.h"
#include "core/proto/rs485.h"
#include "sim/house.h"

static struct house house;
static struct env env;

/* A sunny, changing day without the cost of a weather model. */
static void begin(int packs, bool with_env)
{
    struct house_spec spec = {
        .inverter = product_find("offgrid_6000"),
        .battery = HOUSE_PACKS,
        .pack = product_find("es51_2_100lp"),
        .packs = packs,
        .soc = 0.5,
        .temperature_c = 25.0,
        .losses = true,
        .seed = 1,
        .start_ms = 1780272000000, /* 2026-06-01 */
    };
    memset(&env, 0, sizeof env);
    if (with_env) {
        env.latitude_deg = 52.5;
        env.longitude_deg = 13.4;
        env.shading = 1.0F;
        weather_generate(&env.weather, 52.5, 13.4, 1, NULL);
        sun_track_init(&env.sun, 52.5, 13.4);
        struct pv_module module;
        pv_module_for_watt(&module, 450.0F);
        plane_init(&env.roof[0].plane, 35.0F, 180.0F);
        pv_string_init(&env.roof[0].string, &module, 10);
        env.roof[0].strings = 1;
        env.n_roofs = 1;
        env.load_kind = ENV_LOAD_HOUSEHOLD;
        struct household_options options = {.annual_kwh = 3500, .seed = 1, .latitude_deg = 52.5F};
        household_init(&env.household, &options);
        struct grid_options grid = {.outage_days = 20, .seed = 1};
        grid_init(&env.grid, &grid);
        env.has_grid = true;
        spec.env = &env;
        env_at(&env, spec.start_ms / 1000);
    }
    house_init(&house, &spec);
    const int32_t set[][2] = {{SET_BATTERY_TYPE, 9},
                              {SET_BMS_LINK, BMS_CAN},
                              {SET_SUPPLY_MODE, SUPPLY_SOL},
                              {SET_CHARGE_PRIORITY, CHARGE_CSO},
                              {SET_CHARGE_CURRENT_MAX, 60000}};
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
        if (inverter_set(&house.inverter, (enum setting_id)set[i][0], set[i][1]) != VERDICT_OK) {
            abort();
        }
    }
}

static void run_house(void *context, long n)
{
    (void)context;
    for (long i = 0; i < n; i++) {
        house_step(&house, 1000);
    }
}

static void run_env(void *context, long n)
{
    int64_t *t_s = context;
    for (long i = 0; i < n; i++) {
        env_at(&env, ++*t_s);
    }
}

static void run_pack(void *context, long n)
{
    double *phase = context;
    for (long i = 0; i < n; i++) {
        *phase += 1.0;
        double amps = fmod(*phase, 7200.0) < 3600.0 ? 20.0 : -20.0;
        pack_step(&house.plant[0], amps, 1.0);
    }
}

static void run_bms(void *context, long n)
{
    struct bms_inputs *in = context;
    for (long i = 0; i < n; i++) {
        in->now_ms += 1000;
        in->current_ma = (in->now_ms >> 22 & 1) != 0 ? 20000 : -20000;
        in->cell_mv[i & 15] = (uint16_t)(3290 + (i & 7));
        bms_step(&house.bms[0], in);
    }
}

static void run_bms_full(void *context, long n)
{
    struct bms_inputs *in = context;
    for (long i = 0; i < n; i++) {
        in->now_ms += 1000;
        house.bms[0].quiet = false; /* the whole table each time */
        bms_step(&house.bms[0], in);
    }
}

/* The host's second: every pack's report made, heard and summed up. */
static void run_stack(void *context, long n)
{
    uint32_t *now_ms = context;
    struct pack_report report;
    for (long i = 0; i < n; i++) {
        *now_ms += 1000;
        for (uint8_t k = 1; k <= STACK_PACKS; k++) {
            pack_report_of(&house.bms[0], k, &report);
            report.address = k;
            report.current_ma = 20000 + 100 * k;
            stack_hear(&house.stack, &report, *now_ms);
        }
        stack_step(&house.stack, NULL, *now_ms);
    }
}

static void run_inverter(void *context, long n)
{
    (void)context;
    for (long i = 0; i < n; i++) {
        house.inverter.in.now_ms += 1000;
        house.inverter.in.load_w = 400 + (int32_t)(i & 255);
        house.inverter.in.bms_at_ms = house.inverter.in.now_ms;
        inverter_step(&house.inverter);
    }
}

struct codec_bench {
    const struct can_dialect *dialect;
    struct battery_report report;
    struct can_frame frames[CAN_SET_MAX];
    int n_frames;
    struct can_rounding rounding;
};

static void run_encode(void *context, long n)
{
    struct codec_bench *bench = context;
    for (long i = 0; i < n; i += bench->n_frames) {
        bench->n_frames = can_dialect_encode(bench->dialect, &bench->report, bench->frames);
    }
}

static void run_decode(void *context, long n)
{
    struct codec_bench *bench = context;
    for (long i = 0; i < n; i++) {
        const struct can_frame *frame = &bench->frames[i % bench->n_frames];
        if (can_dialect_decode(bench->dialect, frame, &bench->report) != CAN_TAKEN) {
            abort();
        }
    }
}

static void run_round(void *context, long n)
{
    struct codec_bench *bench = context;
    for (long i = 0; i < n; i++) {
        bench->report.current_ma = (int32_t)(i & 0xFFFF);
        can_rounding_apply(&bench->rounding, &bench->report);
    }
}

static void bench_can(const struct battery_report *report)
{
    static struct codec_bench bench;
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        char name[64];
        bench.dialect = &can_dialects[i];
        bench.report = *report;
        bench.report.heard = UINT32_MAX;
        bench.n_frames = can_dialect_encode(bench.dialect, &bench.report, bench.frames);
        snprintf(name, sizeof name, "%s, encode", bench.dialect->name);
        bench_row(name, bench_ns(run_encode, &bench, 0.3), "ns/frame", 0);
        snprintf(name, sizeof name, "%s, decode", bench.dialect->name);
        bench_row(name, bench_ns(run_decode, &bench, 0.3), "ns/frame", 0);
    }
    can_rounding_init(&bench.rounding, &can_dialects[CAN_PYLON]);
    bench.report = *report;
    bench_row("pylon-can, a report rounded", bench_ns(run_round, &bench, 0.3), "ns/report", 0);
}

static void run_ascii(void *context, long n)
{
    struct pylon_analog *analog = context;
    static struct ascii_frame frame;
    uint8_t bytes[ASCII_FRAME_MAX];
    for (long i = 0; i < n; i += 2) {
        pylon_request(&frame, PYLON_GET_ANALOG, PYLON_MASTER);
        frame.length = pylon_analog_encode(analog, PYLON_MASTER, frame.info);
        int length = ascii_frame_encode(&frame, bytes, sizeof bytes);
        if (length < 0 || ascii_frame_decode(bytes, (size_t)length, &frame) != 0 ||
            pylon_analog_decode(frame.info, frame.length, analog) != 0) {
            abort();
        }
    }
}

/* A line of one protocol: a reader's request, the battery's reply, and what it brings. */
struct serial_line {
    struct rs485_server server;
    struct rs485_client client;
    struct battery_bank battery, seen;
    uint32_t now_ms;
};

static void run_serial(void *context, long n)
{
    struct serial_line *line = context;
    uint8_t out[RS485_FRAME_MAX];
    uint8_t reply[RS485_FRAME_MAX];
    for (long i = 0; i < n;) {
        size_t used;
        size_t length = rs485_client_poll(&line->client, line->now_ms, out, sizeof out);
        if (length == 0) {
            line->now_ms += 1000;
            continue;
        }
        length = rs485_server_take(&line->server, out, length, &used, line->now_ms, &line->battery,
                                   NULL, reply, sizeof reply);
        if (!rs485_client_take(&line->client, reply, length, line->now_ms, &line->seen)) {
            abort();
        }
        i += 2;
    }
}

static void bench_serial(void)
{
    static struct serial_line line;
    for (int p = 0; p < RS485_COUNT; p++) {
        char name[64];
        memset(&line, 0, sizeof line);
        line.battery.n_packs = 1;
        struct pack_view *pack = &line.battery.pack[0];
        *pack = (struct pack_view){.heard = UINT16_MAX,
                                   .n_cells = 16,
                                   .n_temps = 4,
                                   .voltage_mv = 52800,
                                   .full_mah = 100000,
                                   .remaining_mah = 50000};
        for (int k = 0; k < 16; k++) {
            pack->cell_mv[k] = 3300;
        }
        bank_combine(&line.battery, 0, 1000);
        rs485_server_init(&line.server, (enum rs485_protocol)p);
        rs485_client_init(&line.client, (enum rs485_protocol)p, rs485_facts[p].first_address, 1);
        line.client.gap_ms = 0;
        snprintf(name, sizeof name, "%s, both ends of a line", rs485_facts[p].name);
        bench_row(name, bench_ns(run_serial, &line, 1.0), "ns/frame", 0);
    }
}

int main(int argc, char **argv)
{
    begin(1, true);
    if (argc > 1) {
        run_house(NULL, strtol(argv[1], NULL, 10));
        return 0;
    }
    run_house(NULL, 100000);
    int64_t t_s = env.t_s;
    bench_row("world (weather, roof, household, grid), 1 s", bench_ns(run_env, &t_s, 2.0),
              "ns/step", 0);
    double phase = 0.0;
    bench_row("pack physics, 16 cells", bench_ns(run_pack, &phase, 1.0), "ns/step", 0);
    struct bms_inputs in = house.sensed[0];
    in.now_ms = house.now_ms;
    bench_row("BMS step, usual", bench_ns(run_bms, &in, 1.0), "ns/step", 0);
    bench_row("BMS step, whole table", bench_ns(run_bms_full, &in, 1.0), "ns/step", 0);
    uint32_t now_ms = house.now_ms;
    stack_init(&house.stack, now_ms);
    house.stack.host = 1;
    bench_row("stack of 15 packs, its second", bench_ns(run_stack, &now_ms, 1.0), "ns/step", 0);
    begin(1, true);
    run_house(NULL, 43200);
    bench_row("inverter step", bench_ns(run_inverter, NULL, 1.0), "ns/step", 0);
    bench_can(&house.stack.report);
    struct pylon_analog analog = {.n_cells = 16, .n_temps = 6, .total_mah = 100000};
    bench_row("Pylon RS485 analog values, encode or decode", bench_ns(run_ascii, &analog, 1.0),
              "ns/frame", 0);
    bench_serial();
    for (int packs = 1; packs <= 2; packs++) {
        begin(packs, true);
        double ns = bench_ns(run_house, NULL, 6.0);
        bench_row(packs == 1 ? "house step 1 s, 1 pack, all on" : "house step 1 s, 2 packs, all on",
                  ns, "ns/step", packs == 1 ? 125.0 : 0.0);
        bench_row("  home-years a second and core", 1e9 / ns / 31536000.0, "1/s",
                  packs == 1 ? 0.25 : 0);
    }
    return 0;
}
