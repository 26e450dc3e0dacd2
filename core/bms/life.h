/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_LIFE_H
#define HEARTH_CORE_BMS_LIFE_H

/*
 * Awake and asleep, keys, pre-charge and charge limiter: what a pack does around its protections.
 * Rules S1-S5 and W1-W5 with their figures: docs/bms.md, from manual 002 s2.4 s5.1 s5.3 s5.5 and
 * manual 004 s1.3.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/bms/event.h"

struct bms;
struct bms_inputs;

enum life_state {
    LIFE_AWAKE,
    LIFE_ASLEEP,
    LIFE_TRYING /* timed wake after under-voltage: both MOS closed, waiting for a charger */
};

/* Ports on which a valid frame counts as communication. */
enum bms_port {
    PORT_CAN,
    PORT_RS485,
    PORT_RS232,
    PORT_HOST /* the host says the inverter talks */
};

enum bms_key { KEY_RST, KEY_BATTERY };

struct bms_life {
    enum life_state state;
    enum sleep_cause wanted; /* forced sleep that waits until the terminals are free */
    enum sleep_cause cause;  /* of the sleep it is in or was in last */
    bool switch_off;         /* BMS switch at O, as last seen */
    bool key_down, key_done, woken_by_byte;
    enum bms_key key;
    uint32_t key_since_ms;
    uint32_t comm_ms;     /* last frame from inverter, PC or kit */
    uint32_t busy_ms;     /* last moment that speaks against S4: frame, current, voltage outside */
    uint32_t cell_ms;     /* last moment that speaks against S3 */
    uint32_t empty_ms;    /* last moment that speaks against S1 */
    uint32_t slept_ms;    /* when it fell asleep */
    int64_t slept_s;      /* the same by the BMS clock: a pack may sleep for months */
    uint32_t try_ms;      /* when the timed wake began */
    uint32_t charging_ms; /* last moment without the charge current that makes a try succeed */
    bool try_drawn;       /* a load took current during the try: discharge MOS open */
    uint8_t tries;        /* timed wakes of this sleep */
    uint8_t failures;     /* failed ones in a row */
};

struct bms_precharge {
    bool running, failed;
    uint32_t since_ms; /* of the run, or of the failure */
};

struct bms_limiter {
    bool engaged;
    uint32_t since_ms; /* engaged since, for the retest */
    uint32_t over_ms;  /* last moment with the current below the start value */
};

bool bms_asleep(const struct bms *bms);

/* A valid frame came in on this port; wakes nothing. */
void bms_heard(struct bms *bms, enum bms_port port, uint32_t now_ms);

/* A byte on RS232: wakes a sleeping pack whose switch is at I. */
void bms_wake_byte(struct bms *bms);

/* A key goes down or up at this time; RST acts when it is released, by how long it was held. */
void bms_key(struct bms *bms, enum bms_key key, bool down, uint32_t now_ms);

/* Forced sleep: from the PC or the host. */
void bms_shutdown(struct bms *bms, enum sleep_cause cause);

/* The host woke: a pack that slept because of it wakes too. */
void bms_wake_by_host(struct bms *bms);

/* private to core/bms */
void life_init(struct bms *bms, const struct bms_inputs *in);
void life_wake_check(struct bms *bms, const struct bms_inputs *in);
void life_sleep_check(struct bms *bms, const struct bms_inputs *in);

#endif
