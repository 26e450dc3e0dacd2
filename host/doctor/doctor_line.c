/* SPDX-License-Identifier: Apache-2.0 */
/* Serial lines: listening at each rate, then asking in each protocol. */
#include <string.h>

#include "host/doctor/doctor.h"

enum { LISTEN_LEAST_MS = 1200, UP_MS = 1500, UNITS = 3, SLACK_MS = 30 };

static const uint32_t usual_rates[] = {9600, 115200, 19200};
static const enum rs485_protocol modbus_protocols[] = {RS485_GROWATT, RS485_PACE_MODBUS,
                                                       RS485_VOLTRONIC};
enum { N_MODBUS = sizeof modbus_protocols / sizeof modbus_protocols[0] };

static bool is_modbus(enum rs485_protocol protocol)
{
    return protocol == RS485_GROWATT || protocol == RS485_VOLTRONIC ||
           protocol == RS485_PACE_MODBUS;
}

static void add_rate(struct doctor *doctor, uint32_t rate)
{
    for (int i = 0; i < doctor->n_rates; i++) {
        if (doctor->rate[i] == rate) {
            return;
        }
    }
    if (doctor->n_rates < DOCTOR_RATES) {
        doctor->rate[doctor->n_rates++] = rate;
    }
}

static void begin_listening(struct doctor *doctor, int64_t now_ms)
{
    int64_t ms = doctor->job.listen_ms / 2 / doctor->n_rates;
    bool serial = doctor->job.address.kind == BUS_SERIAL;
    ms = ms < LISTEN_LEAST_MS ? LISTEN_LEAST_MS : ms;
    doctor->begun_ms = now_ms;
    doctor->until_ms = now_ms + ms;
    if (serial) {
        snprintf(doctor->doing, sizeof doctor->doing, "listening at %u baud",
                 (unsigned)doctor->rate[doctor->stage]);
    } else {
        snprintf(doctor->doing, sizeof doctor->doing, "listening");
    }
    line_watch_begin(&doctor->line, doctor->rate[doctor->stage], (uint32_t)now_ms);
    (void)doctor_open(doctor, now_ms);
}

void doctor_line_begin(struct doctor *doctor, int64_t now_ms)
{
    const struct wire_protocol *wanted = doctor->job.protocol;
    uint32_t own = wanted != NULL ? rs485_facts[wanted->index].baud : usual_rates[0];
    if (doctor->job.address.baud != 0) {
        own = doctor->job.address.baud;
    }
    add_rate(doctor, own);
    for (size_t i = 0;
         doctor->job.address.kind == BUS_SERIAL && i < sizeof usual_rates / sizeof usual_rates[0];
         i++) {
        add_rate(doctor, usual_rates[i]);
    }
    begin_listening(doctor, now_ms);
}

/* --- asking --- */

static const struct wire_protocol *protocol_at(const struct doctor *doctor)
{
    return &wire_protocols[doctor->protocol];
}

static void send_question(struct doctor *doctor, enum rs485_protocol protocol, uint8_t unit,
                          int64_t now_ms)
{
    snprintf(doctor->doing, sizeof doctor->doing, "asking address %u in %s at %u baud", unit,
             rs485_facts[protocol].name, (unsigned)doctor->rate[doctor->stage]);
    ask_begin(&doctor->ask, protocol, unit, (uint32_t)now_ms);
    (void)bus_port_write(&doctor->port, 0, doctor->ask.request, doctor->ask.n_request);
    doctor->asked_ms = now_ms;
    doctor->waiting = true;
}

/* The protocol that is wanted first, then the others; false: all were asked. */
static bool next_protocol(struct doctor *doctor)
{
    const struct wire_protocol *wanted = doctor->job.protocol;
    int own = wanted != NULL ? (int)(wanted - wire_protocols) : -1;
    int at = doctor->protocol == own ? -1 : doctor->protocol;
    if (doctor->protocol < 0 && own >= 0) {
        doctor->protocol = own;
        return true;
    }
    for (at++; at < wire_protocol_count; at++) {
        const struct wire_protocol *p = &wire_protocols[at];
        bool ours = p->kind == PROTOCOL_OF_RS485 && p->index >= 0 && at != own;
        /* Modbus TCP carries nothing else */
        if (ours &&
            (doctor->job.address.kind != BUS_MODBUS || is_modbus((enum rs485_protocol)p->index))) {
            doctor->protocol = at;
            return true;
        }
    }
    return false;
}

static bool begin_rate(struct doctor *doctor, int64_t now_ms)
{
    doctor->protocol = -1;
    doctor->unit = 0;
    doctor->begun_ms = now_ms;
    (void)next_protocol(doctor);
    return doctor_open(doctor, now_ms);
}

/* Addresses of a protocol that are asked: of the one that is wanted all. */
static int units_of(const struct doctor *doctor)
{
    const struct rs485_facts *facts = &rs485_facts[protocol_at(doctor)->index];
    int all = facts->last_address - facts->first_address + 1;
    return protocol_at(doctor) == doctor->job.protocol || all < UNITS ? all : UNITS;
}

/* To the next address, protocol or rate; false: everything was asked. */
static bool advance(struct doctor *doctor, int64_t now_ms)
{
    if (++doctor->unit < units_of(doctor)) {
        return true;
    }
    doctor->unit = 0;
    if (next_protocol(doctor)) {
        return true;
    }
    if (doctor->stage + 1 < doctor->n_rates) {
        doctor->stage++;
        return begin_rate(doctor, now_ms);
    }
    return false;
}

/* --- what came of it --- */

static void finish(struct doctor *doctor)
{
    doctor_judge_asking(doctor);
    doctor->done = true;
}

/* A question's time is over. */
static void take_result(struct doctor *doctor)
{
    size_t at;
    const struct ask *ask = &doctor->ask;
    const char *name = rs485_facts[ask->protocol].name;
    const char *swapped;
    switch (ask_result(ask, &at)) {
    case ASK_SILENT:
    case ASK_ANSWERED: break;
    case ASK_ECHO: doctor->echoes++; break;
    case ASK_BROKEN:
        doctor->broken++;
        snprintf(doctor->broken_of, sizeof doctor->broken_of, "%s", name);
        break;
    case ASK_FOREIGN: doctor->foreign++; break;
    case ASK_GARBAGE:
        doctor->garbage_runs++;
        swapped = swapped_protocol(ask->heard + at, ask->n - at);
        if (swapped != NULL) {
            snprintf(doctor->swapped_of, sizeof doctor->swapped_of, "%s", swapped);
        }
        break;
    }
}

/* A battery answered: of the three that are Modbus each is asked, to tell which it is. */
static void hold_battery(struct doctor *doctor, int64_t now_ms)
{
    doctor->found = true;
    doctor->battery.protocol = doctor->ask.protocol;
    doctor->battery.unit = doctor->ask.unit;
    doctor->battery.baud = doctor->rate[doctor->stage];
    if (!is_modbus(doctor->ask.protocol)) {
        finish(doctor);
        return;
    }
    memset(&doctor->guess, 0, sizeof doctor->guess);
    doctor->confirm = 0;
    doctor->asked_ms = now_ms;
}

static void step_confirm(struct doctor *doctor, int64_t now_ms)
{
    if (doctor->confirm < N_MODBUS) {
        send_question(doctor, modbus_protocols[doctor->confirm], doctor->battery.unit, now_ms);
        doctor->confirm++;
        return;
    }
    enum rs485_protocol best = sniff_guess_best(&doctor->guess);
    bool other = best < RS485_COUNT && is_modbus(best) &&
                 doctor->guess.score[best] > doctor->guess.score[doctor->battery.protocol];
    doctor->battery.protocol = other ? best : doctor->battery.protocol;
    finish(doctor);
}

static void next_question(struct doctor *doctor, int64_t now_ms)
{
    const struct rs485_facts *facts = &rs485_facts[protocol_at(doctor)->index];
    send_question(doctor, (enum rs485_protocol)protocol_at(doctor)->index,
                  (uint8_t)(facts->first_address + doctor->unit), now_ms);
}

static void step_asking(struct doctor *doctor, int64_t now_ms)
{
    uint8_t bytes[512];
    size_t n;
    if (!doctor->port.up && now_ms - doctor->begun_ms < UP_MS) {
        return; /* a connection takes a moment */
    }
    if (!doctor->port.up && !doctor->was_up) {
        diagnose(&doctor->diagnosis, FINDING_NOBODY_CONNECTED, "%s", doctor->port.state);
        doctor->done = true;
        return;
    }
    while ((n = bus_port_read(&doctor->port, 0, bytes, sizeof bytes)) > 0) {
        if (doctor->waiting) {
            (void)ask_take(&doctor->ask, bytes, n, (uint32_t)now_ms);
        }
    }
    bool answered = doctor->waiting && doctor->ask.answered;
    if (doctor->waiting && !answered && now_ms - doctor->asked_ms < DOCTOR_ASK_MS) {
        return;
    }
    if (doctor->waiting) {
        doctor->waiting = false;
        doctor->asked_ms = now_ms;
        if (doctor->confirm >= 0) {
            ask_guess(&doctor->ask, &doctor->guess);
        } else if (answered) {
            hold_battery(doctor, now_ms);
        } else {
            take_result(doctor);
            if (!advance(doctor, now_ms) && !doctor->done) {
                finish(doctor);
            }
        }
        return;
    }
    if (now_ms - doctor->asked_ms < SLACK_MS) {
        return;
    }
    if (doctor->confirm >= 0) {
        step_confirm(doctor, now_ms);
    } else {
        next_question(doctor, now_ms);
    }
}

/* --- listening --- */

static void end_listening(struct doctor *doctor, int64_t now_ms)
{
    doctor->best_line = doctor->line;
    line_watch_judge(&doctor->line, &doctor->diagnosis);
    if (doctor->line.sniffer.replies > 0 ||
        diagnosis_has(&doctor->diagnosis, FINDING_SERIAL_SWAPPED)) {
        const struct wire_protocol *wanted = doctor->job.protocol;
        enum rs485_protocol heard = sniff_guess_best(&doctor->line.guess);
        if (wanted != NULL && heard < RS485_COUNT && wanted->index != (int)heard &&
            doctor->line.sniffer.replies > 0) {
            diagnose(&doctor->diagnosis, FINDING_SERIAL_OTHER_PROTOCOL, "%s, not %s",
                     rs485_facts[heard].name, wanted->name);
        }
        doctor->done = true;
        return;
    }
    doctor->asking = true;
    doctor->asked_ms = now_ms;
    if (!line_watch_heard(&doctor->line)) {
        doctor->stage = 0;
    } else { /* where a master asks, a battery may answer: its rate first */
        uint32_t first = doctor->rate[0];
        doctor->rate[0] = doctor->rate[doctor->stage];
        doctor->rate[doctor->stage] = first;
        doctor->stage = 0;
    }
    (void)begin_rate(doctor, now_ms);
}

static void step_listening(struct doctor *doctor, int64_t now_ms)
{
    uint8_t bytes[512];
    size_t n;
    bool any = false;
    while ((n = bus_port_read(&doctor->port, 0, bytes, sizeof bytes)) > 0) {
        line_watch_take(&doctor->line, bytes, n, (uint32_t)now_ms);
        any = true;
    }
    if (!any) {
        line_watch_take(&doctor->line, NULL, 0, (uint32_t)now_ms);
    }
    int64_t all_ms = doctor->job.listen_ms / 2;
    bool heard = line_watch_heard(&doctor->line);
    if (now_ms < doctor->until_ms || (heard && now_ms - doctor->begun_ms < all_ms)) {
        return;
    }
    bool swapped = !heard && doctor->line.n_garbage > 0 &&
                   swapped_protocol(doctor->line.garbage, doctor->line.n_garbage) != NULL;
    if (!heard && !swapped && doctor->stage + 1 < doctor->n_rates) {
        doctor->stage++;
        begin_listening(doctor, now_ms);
        return;
    }
    end_listening(doctor, now_ms);
}

void doctor_line_step(struct doctor *doctor, int64_t now_ms)
{
    if (doctor->asking) {
        step_asking(doctor, now_ms);
    } else {
        step_listening(doctor, now_ms);
    }
}
