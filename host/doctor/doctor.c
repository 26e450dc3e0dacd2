/* SPDX-License-Identifier: Apache-2.0 */
/* The stages, and CAN; serial lines: doctor_line.c. */
#include "host/doctor/doctor.h"

#include <string.h>

enum { USUAL_BIT_PER_S = 500000, OTHER_BIT_PER_S = 250000, LOOK_MS = 2000, GARBAGE = 3 };

void doctor_close(struct doctor *doctor)
{
    const struct bus_counters *from = &doctor->port.counters;
    struct bus_counters *to = &doctor->counters;
    if (!doctor->opened) {
        return;
    }
    to->bytes_in += from->bytes_in;
    to->bytes_out += from->bytes_out;
    to->frames_in += from->frames_in;
    to->frames_out += from->frames_out;
    to->dropped_in += from->dropped_in;
    to->dropped_out += from->dropped_out;
    to->garbage += from->garbage;
    to->echoed += from->echoed;
    to->lost += from->lost;
    to->bus_off += from->bus_off;
    to->bus_passive += from->bus_passive;
    bus_port_close(&doctor->port);
    doctor->opened = false;
}

/* The bus at the rate of the stage; false: it cannot be opened, and that was said. */
bool doctor_open(struct doctor *doctor, int64_t now_ms)
{
    struct bus_address address = doctor->job.address;
    struct bus_options options = {.frames = doctor->is_can,
                                  .listen_only = doctor->quiet[doctor->stage]};
    char why[400];
    doctor_close(doctor);
    if (doctor->is_can) {
        address.bit_per_s = doctor->rate[doctor->stage];
    } else {
        address.baud = doctor->rate[doctor->stage];
    }
    bool good = bus_port_open(&doctor->port, &address, &options, now_ms, why, sizeof why);
    doctor->opened = true;
    if (!good) {
        diagnose(&doctor->diagnosis, FINDING_PORT_CLOSED, "%s", why);
        doctor->done = true;
    }
    return good;
}

static void add_rate(struct doctor *doctor, uint32_t rate, bool quiet)
{
    doctor->rate[doctor->n_rates] = rate;
    doctor->quiet[doctor->n_rates++] = quiet;
}

static void begin_can_stage(struct doctor *doctor, int64_t now_ms)
{
    snprintf(doctor->doing, sizeof doctor->doing, "listening at %u kbit/s%s",
             (unsigned)(doctor->rate[doctor->stage] / 1000),
             doctor->quiet[doctor->stage] ? ", without acknowledging" : "");
    doctor->begun_ms = now_ms;
    can_watch_begin(&doctor->can, (uint32_t)now_ms);
    (void)doctor_open(doctor, now_ms);
}

static void begin_can(struct doctor *doctor, int64_t now_ms)
{
    uint32_t rate = doctor->job.address.bit_per_s;
    rate = rate != 0 ? rate : USUAL_BIT_PER_S;
    uint32_t other = rate == USUAL_BIT_PER_S ? OTHER_BIT_PER_S : USUAL_BIT_PER_S;
    bool slcan = doctor->job.address.kind == BUS_SLCAN;
    add_rate(doctor, rate, slcan);
    if (slcan) { /* who is alone on a bus is heard only by one that acknowledges */
        add_rate(doctor, other, true);
        add_rate(doctor, rate, false);
        add_rate(doctor, other, false);
    }
    begin_can_stage(doctor, now_ms);
}

/* Nothing was heard at any rate. */
static void judge_silence(struct doctor *doctor)
{
    const struct bus_port *port = &doctor->port;
    enum bus_kind kind = port->address.kind;
    struct diagnosis *diagnosis = &doctor->diagnosis;
    uint32_t garbage = doctor->counters.garbage + port->counters.garbage;
    if (port->is_bus_off || port->counters.bus_off > 0) {
        diagnose(diagnosis, FINDING_CAN_BUS_OFF, "%u times", (unsigned)port->counters.bus_off);
    } else if ((kind == BUS_PTY || kind == BUS_TCP) && !doctor->was_up) {
        diagnose(diagnosis, FINDING_NOBODY_CONNECTED, "%s", port->state);
    } else if (doctor->counters.lost + port->counters.lost > 0) {
        diagnose(diagnosis, FINDING_PORT_CLOSED, "%s", port->state);
    } else if (garbage > GARBAGE) {
        diagnose(diagnosis, FINDING_BUS_GARBAGE, "%u lines that are no slcan", (unsigned)garbage);
    } else {
        diagnose(diagnosis, FINDING_CAN_NOTHING, "%s", port->state);
    }
}

static void judge_can(struct doctor *doctor, int64_t now_ms)
{
    const struct wire_protocol *wanted = doctor->job.protocol;
    uint32_t rate = doctor->rate[doctor->stage];
    can_watch_judge(&doctor->can, wanted != NULL ? &can_dialects[wanted->index] : NULL,
                    (uint32_t)now_ms, &doctor->diagnosis);
    if (rate != doctor->rate[0] && doctor->can.guess.frames > 0) {
        diagnose(&doctor->diagnosis, FINDING_CAN_OTHER_RATE, "%u kbit/s, not %u",
                 (unsigned)(rate / 1000), (unsigned)(doctor->rate[0] / 1000));
    }
    if (doctor->can.guess.frames == 0) {
        judge_silence(doctor);
    }
    if (doctor->port.counters.bus_passive > 0) {
        diagnose(&doctor->diagnosis, FINDING_CAN_PASSIVE, "%u times",
                 (unsigned)doctor->port.counters.bus_passive);
    }
    doctor->done = true;
}

static void step_can(struct doctor *doctor, int64_t now_ms)
{
    struct can_frame frame;
    while (bus_port_take(&doctor->port, &frame)) {
        can_watch_hear(&doctor->can, &frame, (uint32_t)now_ms);
    }
    /* a look at each rate; where somebody is heard, all the time there is */
    bool heard = doctor->can.guess.frames > 0;
    int64_t look_ms = heard || doctor->n_rates == 1 || doctor->job.listen_ms < LOOK_MS
                          ? doctor->job.listen_ms
                          : LOOK_MS;
    if (now_ms - doctor->begun_ms < look_ms) {
        return;
    }
    if (!heard && doctor->stage + 1 < doctor->n_rates) {
        doctor->stage++;
        begin_can_stage(doctor, now_ms);
        return;
    }
    judge_can(doctor, now_ms);
}

void doctor_begin(struct doctor *doctor, const struct doctor_job *job, int64_t now_ms)
{
    memset(doctor, 0, sizeof *doctor);
    doctor->job = *job;
    doctor->begun_ms = now_ms;
    doctor->confirm = -1;
    enum bus_kind kind = job->address.kind;
    bool wants_can = job->protocol != NULL && job->protocol->kind == PROTOCOL_OF_CAN;
    doctor->is_can = kind == BUS_CAN || kind == BUS_SLCAN || wants_can;
    if (doctor->is_can) {
        begin_can(doctor, now_ms);
    } else {
        doctor_line_begin(doctor, now_ms);
    }
}

bool doctor_step(struct doctor *doctor, int64_t now_ms)
{
    if (!doctor->done) {
        bus_port_step(&doctor->port, now_ms);
        doctor->was_up = doctor->was_up || doctor->port.up;
    }
    if (!doctor->done && doctor->is_can) {
        step_can(doctor, now_ms);
    } else if (!doctor->done) {
        doctor_line_step(doctor, now_ms);
    }
    if (doctor->done) {
        doctor_close(doctor);
        diagnosis_sort(&doctor->diagnosis);
    }
    return !doctor->done;
}

void doctor_end(struct doctor *doctor) { doctor_close(doctor); }
