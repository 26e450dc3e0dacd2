/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_BRIDGE_H
#define HEARTH_HOST_ENDS_BRIDGE_H

/*
 * A battery of one protocol made a battery of another: reads it on one bus, plays it on the other.
 * When the battery falls silent the limits told fall and then stop (core/proto/relay.h), within the
 * time-out of the inverter's own protocol.
 */

#include "core/proto/relay.h"
#include "host/ends/battery_end.h"
#include "host/ends/reader_end.h"

struct bridge {
    struct reader_end from;
    struct battery_end to;
    struct relay relay;
    struct battery_bank told;  /* what the inverter is told */
    uint8_t place[BANK_PACKS]; /* of each pack heard, among those told; from 1, 0: none yet */
    uint8_t n_places;
    enum relay_stage stage;
    int64_t stopped_until_ms; /* a quick stop was asked (SMA 0x00F) */
};

/* Stages that fit the inverter's protocol: held for at most 5 s, stopped after at most 25 s. */
struct relay_rules bridge_rules(const struct wire_protocol *from, const struct wire_protocol *to);

/* Both ends are opened by the caller; `rules` from bridge_rules(), perhaps with caps. */
void bridge_begin(struct bridge *bridge, const struct relay_rules *rules);

void bridge_step(struct bridge *bridge, int64_t now_ms);

/* What the packs of a battery that told none of its packs are said to be: one pack, its cells at
   their mean. */
void bridge_one_pack(const struct battery_report *whole, struct pack_view *pack);

const char *bridge_stage_text(enum relay_stage stage);

#endif
