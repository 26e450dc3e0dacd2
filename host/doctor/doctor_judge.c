/* SPDX-License-Identifier: Apache-2.0 */
/* What asking on a serial line has shown. */
#include "host/doctor/doctor.h"

/* A battery that answers, held against a master that it does not answer. */
static bool judge_against_master(struct doctor *doctor)
{
    const struct line_watch *line = &doctor->best_line;
    const struct rs485_facts *facts = &rs485_facts[doctor->battery.protocol];
    enum rs485_protocol asked = sniff_guess_best(&line->guess);
    struct diagnosis *diagnosis = &doctor->diagnosis;
    if (line->sniffer.requests == 0 || line->sniffer.replies > 0) {
        return false;
    }
    if (asked < RS485_COUNT && asked != doctor->battery.protocol) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_PROTOCOL, "%s at address %u, another asks in %s",
                 facts->name, doctor->battery.unit, rs485_facts[asked].name);
    }
    if (doctor->battery.baud != line->baud) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_BAUD, "%u, another asks at %u",
                 (unsigned)doctor->battery.baud, (unsigned)line->baud);
    }
    if (asked == doctor->battery.protocol && line->has_unit && line->unit != doctor->battery.unit) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_ADDRESS, "%u, another asks %u (%s)",
                 doctor->battery.unit, line->unit, facts->name);
    }
    return diagnosis_has(diagnosis, FINDING_SERIAL_OTHER_PROTOCOL) ||
           diagnosis_has(diagnosis, FINDING_SERIAL_OTHER_BAUD) ||
           diagnosis_has(diagnosis, FINDING_SERIAL_OTHER_ADDRESS);
}

static void judge_battery(struct doctor *doctor)
{
    const struct wire_protocol *wanted = doctor->job.protocol;
    const struct rs485_facts *facts = &rs485_facts[doctor->battery.protocol];
    struct diagnosis *diagnosis = &doctor->diagnosis;
    uint32_t baud = doctor->battery.baud;
    bool serial = doctor->job.address.kind == BUS_SERIAL;
    bool other = wanted != NULL && wanted->index != (int)doctor->battery.protocol;
    bool said = doctor->job.address.baud != 0 || (wanted != NULL && !other);
    char at[80] = "";
    if (judge_against_master(doctor)) {
        return;
    }
    if (serial) {
        snprintf(at, sizeof at, " at %u baud", (unsigned)baud);
    }
    if (other) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_PROTOCOL, "%s at address %u%s, not %s",
                 facts->name, doctor->battery.unit, at, wanted->name);
    }
    if (serial && said && baud != doctor->rate[0]) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_BAUD, "%u, not %u", (unsigned)baud,
                 (unsigned)doctor->rate[0]);
    }
    if (doctor->battery.unit != facts->first_address) {
        diagnose(diagnosis, FINDING_SERIAL_OTHER_ADDRESS, "%u, not %u (%s)", doctor->battery.unit,
                 facts->first_address, facts->name);
    }
    if (!other) {
        diagnose(diagnosis, FINDING_SERIAL_WELL, "%s, address %u%s", facts->name,
                 doctor->battery.unit, at);
    }
}

void doctor_judge_asking(struct doctor *doctor)
{
    struct diagnosis *diagnosis = &doctor->diagnosis;
    bool master = doctor->best_line.sniffer.requests > 0;
    if (doctor->swapped_of[0] != '\0') {
        diagnose(diagnosis, FINDING_SERIAL_SWAPPED, "%s", doctor->swapped_of);
    }
    if (doctor->broken > 0 && master) {
        diagnose(diagnosis, FINDING_SERIAL_TWO_MASTERS,
                 "another asks, and %u answers to questions from here were broken",
                 (unsigned)doctor->broken);
    } else if (doctor->broken > 0) {
        diagnose(diagnosis, FINDING_SERIAL_BROKEN, "%u answers in %s", (unsigned)doctor->broken,
                 doctor->broken_of);
    }
    if (doctor->found) {
        judge_battery(doctor);
        return;
    }
    bool nobody = doctor->broken + doctor->foreign + doctor->garbage_runs == 0 && !master &&
                  doctor->swapped_of[0] == '\0' && doctor->line.n_garbage == 0;
    bool echo = doctor->echoes + doctor->counters.echoed + doctor->port.counters.echoed > 0;
    if (nobody && echo) {
        diagnose(
            diagnosis, FINDING_SERIAL_ECHO_ONLY, "%u times",
            (unsigned)(doctor->echoes + doctor->counters.echoed + doctor->port.counters.echoed));
    } else if (nobody) {
        diagnose(diagnosis, FINDING_SERIAL_SILENT, "%s", doctor->port.state);
    } else if (doctor->garbage_runs > 0 && doctor->broken == 0 && diagnosis->n == 0) {
        diagnose(diagnosis, FINDING_BUS_GARBAGE, "%u answers", (unsigned)doctor->garbage_runs);
    }
}
