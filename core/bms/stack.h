/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_STACK_H
#define HEARTH_CORE_BMS_STACK_H

/*
 * Packs in parallel: the pack at address 1 is host, asks the others over their own link once a
 * second and speaks for all to the inverter (manual 002 s4.3, 004 s1.3). A pack at address 0 stands
 * alone. The rules of the sums: docs/bms.md, stack.
 *
 * Invariants:
 *  1. A silent pack passes HOLD, TAPER, LOST in this order by the age of its last report alone; its
 *     last figures are never taken as new and never turn into zeros.
 *  2. No limit told to the inverter lets a pack's expected share exceed that pack's own limit.
 *  3. A pack of another model, and a second pack at a taken address, add nothing to any sum.
 */

#include "core/bms/bms.h"
#include "core/proto/battery_report.h"

enum {
    STACK_PACKS = 15,
    STACK_NOBODY = 255,
    STACK_FRESH_MS = 5000, /* to here a report counts as it is */
    STACK_LOST_MS = 30000  /* from here the pack is out of the totals (VT spec section 4) */
};

/* What a pack tells its host. */
struct pack_report {
    const struct pack_profile *profile;
    uint8_t address;
    uint16_t serial;                     /* tells packs at one address apart */
    int32_t remaining_mas_k, full_mas_k; /* charge, A s */
    int32_t soc_pct100, soh_pct100;
    int32_t voltage_mv, current_ma;
    int16_t temp_c10;
    int32_t charge_limit_ma, discharge_limit_ma, charge_mv, discharge_mv;
    enum pack_state state;
    uint64_t active; /* rows */
    bool charge_mos, discharge_mos;
    bool able; /* could close a MOS if it were let */
    bool full_charge_request;
};

enum member_stage { MEMBER_NEVER, MEMBER_HOLD, MEMBER_TAPER, MEMBER_LOST };

struct stack_member {
    struct pack_report last;
    uint32_t heard_ms;
    enum member_stage stage;
    bool counted, was_lost; /* in the totals when last looked at; lost since it was heard first */
    bool conflict, mixed, conflict_told, mixed_told;
    uint32_t doubt_ms; /* second serial or wrong model last heard */
    /* of the mean charge and discharge current, filtered; 1000: an equal share */
    int32_t charge_share, discharge_share;
};

struct stack {
    struct stack_member member[STACK_PACKS + 1]; /* by address; 0: a pack that stands alone */
    uint8_t host;                                /* its address: 1, or 0 alone */
    struct battery_report report; /* what the inverter is told, as exact as the protocols are */
    uint8_t online;               /* packs in the totals */
    uint8_t known;                /* packs heard since the start: the whole stack */
    uint8_t last;                 /* highest address ever heard */
    uint8_t soc_pct;
    int32_t soc_pct100;
    int32_t join_mv; /* voltage a pack must be near to join; 0: nobody is in yet */
    bool address_conflict, mixed;
    uint32_t stepped_ms;
    uint8_t stands_at; /* private: the pack that is alone and has said nothing new since the report
                          was made; STACK_NOBODY: the next step makes it anew */
};

void stack_init(struct stack *stack, uint32_t now_ms);

/* What this pack would tell; `serial` of its own. */
void pack_report_of(const struct bms *bms, uint16_t serial, struct pack_report *report);

/* A report came in over the link (the host's own comes too). */
void stack_hear(struct stack *stack, const struct pack_report *report, uint32_t now_ms);

/* Makes the sums, once a second. `host` tells events; NULL when nobody does. False when the report
   was left as it is: a pack that is alone says what it said before. */
bool stack_step(struct stack *stack, struct bms *host, uint32_t now_ms);

/* The next step makes the report anew: what stands there is not what the packs say. */
void stack_retell(struct stack *stack);

/* True when this pack, out of circuit, must stay out: its voltage is too far from the others'. */
bool stack_holds_out(const struct stack *stack, const struct pack_report *report);

/* How far a pack's voltage may be from the stack's when it joins, mV. */
int32_t stack_join_window_mv(const struct pack_profile *profile);

/* Packs known but not in the totals: the figures shown are those of a part. */
static inline bool stack_is_partial(const struct stack *stack)
{
    return stack->online < stack->known;
}

#endif
