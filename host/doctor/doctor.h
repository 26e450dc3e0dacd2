/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_DOCTOR_H
#define HEARTH_HOST_DOCTOR_DOCTOR_H

/*
 * Looks at one bus and says what is the matter. On CAN it listens only (through slcan also at other
 * bit rates; first without acknowledging anything). On a serial line it listens at every rate, and
 * when no battery answers another master it asks in every protocol. Nothing is ever written to a
 * battery. The caller gives the time: a test's may be virtual.
 */

#include "host/bus/port.h"
#include "host/doctor/ask.h"
#include "host/doctor/can_watch.h"
#include "host/doctor/line_watch.h"
#include "host/protocols.h"

enum { DOCTOR_RATES = 4, DOCTOR_ASK_MS = 350 };

struct doctor_job {
    struct bus_address address;
    const struct wire_protocol *protocol; /* what should be spoken; NULL: anything */
    int64_t listen_ms;
};

struct doctor {
    struct doctor_job job;
    struct bus_port port;
    struct bus_counters counters; /* of all openings */
    struct diagnosis diagnosis;
    char doing[120]; /* what is being tried */
    /* private */
    bool is_can, opened, done, was_up;
    int64_t begun_ms, until_ms, asked_ms;
    int stage; /* rate in hand */
    int n_rates;
    uint32_t rate[DOCTOR_RATES];
    bool quiet[DOCTOR_RATES]; /* CAN: without acknowledging */
    struct can_watch can;
    struct line_watch line, best_line;
    /* asking */
    bool asking, waiting, found;
    int protocol, unit; /* in hand: index of wire_protocols, offset of the address */
    struct ask ask;
    uint32_t echoes, broken, foreign, garbage_runs;
    char broken_of[60], swapped_of[60];
    struct {
        enum rs485_protocol protocol;
        uint8_t unit;
        uint32_t baud;
    } battery;
    int confirm; /* which of the Modbus protocols is asked to be sure; -1: none */
    struct sniff_guess guess;
};

/* Opens the bus and begins. */
void doctor_begin(struct doctor *doctor, const struct doctor_job *job, int64_t now_ms);

/* Goes on; false when all is said: `diagnosis` is sorted then and the bus closed. */
bool doctor_step(struct doctor *doctor, int64_t now_ms);

void doctor_end(struct doctor *doctor);

/* private: the serial half */
void doctor_line_begin(struct doctor *doctor, int64_t now_ms);
void doctor_line_step(struct doctor *doctor, int64_t now_ms);
void doctor_judge_asking(struct doctor *doctor);
bool doctor_open(struct doctor *doctor, int64_t now_ms);
void doctor_close(struct doctor *doctor);

#endif
