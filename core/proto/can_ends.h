/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_ENDS_H
#define HEARTH_CORE_PROTO_CAN_ENDS_H

/*
 * The two ends of a CAN dialect over time: a sender speaks for a battery, a listener is the
 * inverter that hears it. Both are pure: the caller gives the time and carries the frames. The
 * period of a set, the distance of frames and the time-outs: docs/protocols.md.
 */

#include "core/proto/can_dialect.h"

enum {
    CAN_GAP_MIN_MS = 20, /* between two frames */
    CAN_GAP_MAX_MS = 100,
    CAN_INVERTER_LOST_MS = 60000
};

/* Spreads a set of frames over its period. */
struct can_pace {
    bool begun;
    uint8_t next;               /* slot */
    uint32_t due_ms, period_ms; /* of the next frame; of the set, when it ends */
};

struct can_sender {
    const struct can_dialect *dialect;
    bool allow_shutdown; /* an inverter may switch the battery off */

    bool shutdown_asked; /* it did, and may; the owner clears it */
    bool heard;          /* an inverter, ever */
    uint32_t heard_ms;   /* or when it began */
    /* private */
    struct can_pace pace;
};

void can_sender_init(struct can_sender *sender, const struct can_dialect *dialect, uint32_t now_ms);

/* Writes the frame that is due; false: none is. Call it at least every 10 ms; a late call gets one
   frame, not what it missed. It speaks on when no inverter answers: some answer only then. */
bool can_sender_poll(struct can_sender *sender, uint32_t now_ms,
                     const struct battery_report *report, struct can_frame *frame);

/* Takes a frame from the bus; true: it was the inverter's. */
bool can_sender_hear(struct can_sender *sender, const struct can_frame *frame, uint32_t now_ms);

/* No inverter was heard for 60 s. */
bool can_sender_lost(const struct can_sender *sender, uint32_t now_ms);

/* What is said in place of `report`: who may not charge has a limit of 0 and no enable, and the
   other way round; where a dialect stops by voltage, a charge voltage no higher than the battery's
   own. */
void can_sender_words(const struct can_dialect *dialect, const struct battery_report *report,
                      struct battery_report *said);

enum can_stage { STAGE_NEVER, STAGE_FRESH, STAGE_WARN, STAGE_LOST };

struct can_listener {
    const struct can_dialect *dialect;
    uint32_t warn_ms, lost_ms; /* of silence; the dialect's own at first */

    struct battery_report report;     /* as last heard; use can_listener_report() to act on it */
    uint32_t heard_ms[HEARD_PARTS];   /* of each part */
    uint32_t frames, unknown, broken; /* counted */
    bool stop_asked;                  /* by a quick stop; the owner clears it */
    /* private */
    struct can_pace pace;
};

void can_listener_init(struct can_listener *listener, const struct can_dialect *dialect,
                       uint32_t now_ms);

enum can_verdict can_listener_hear(struct can_listener *listener, const struct can_frame *frame,
                                   uint32_t now_ms);

/* How old a part (HEARD_*, one or several: the oldest) is. */
enum can_stage can_listener_stage(const struct can_listener *listener, uint32_t parts,
                                  uint32_t now_ms);

/* What may be acted on: parts that are lost are not heard, and with them the limits are 0. */
void can_listener_report(const struct can_listener *listener, uint32_t now_ms,
                         struct battery_report *report);

/* Writes the sign of life that is due; false: none is. */
bool can_listener_poll(struct can_listener *listener, uint32_t now_ms, struct can_frame *frame);

#endif
