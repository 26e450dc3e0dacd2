/* SPDX-License-Identifier: Apache-2.0 */
/* The host pack's sums over its stack. */
#include "core/bms/stack.h"

#include <string.h>

#include "core/proto/permits.h"

enum {
    JOIN_MV_PER_CELL = 62, /* 1.0 V of 16 cells: some 25 A through two packs */
    SHARE_FROM_MA = 5000,  /* mean current from which the shares mean something */
    SHARE_LOW = 250,       /* bounds of a share, permille of the equal one */
    SHARE_HIGH = 4000,
    SHARE_FILTER = 8,
    PERMILLE = 1000
};

#define BIT(row) (UINT64_C(1) << ROW_##row)

/* Rows behind each reason of a report: stopped, and warned. */
static const struct reason {
    uint16_t flag;
    uint64_t stopped, warned;
} reasons[] = {
    {REPORT_OVER_VOLTAGE, BIT(OVP) | BIT(TOVP) | BIT(OVER_VOLTAGE), BIT(OV) | BIT(TOV)},
    {REPORT_UNDER_VOLTAGE, BIT(UVP) | BIT(TUVP) | BIT(OPEN_CIRCUIT), BIT(UV) | BIT(TUV)},
    {REPORT_OVER_TEMPERATURE, BIT(DOTP) | BIT(COTP) | BIT(MOS_OTP) | BIT(EOTP),
     BIT(DOT) | BIT(COT) | BIT(MOS_OT) | BIT(EOT)},
    {REPORT_UNDER_TEMPERATURE, BIT(DUTP) | BIT(CUTP) | BIT(EUTP), BIT(DUT) | BIT(CUT) | BIT(EUT)},
    {REPORT_DISCHARGE_CURRENT, BIT(CP) | BIT(DOCP) | BIT(DOCP2) | BIT(OVER_CURRENT), BIT(DOC)},
    {REPORT_CHARGE_CURRENT, BIT(COCP), BIT(COC)},
    {REPORT_SYSTEM,
     BIT(PCB) | BIT(SAMPLE) | BIT(CELLS) | BIT(NTC) | BIT(CHG_MOS) | BIT(DHG_MOS) | BIT(RVP) |
         BIT(EQUIPMENT) | BIT(NO_DISCHARGE),
     BIT(LINK) | BIT(BUS)},
};
/* The end of a charge is no reason; without any other there is nothing to look up. */
static const uint64_t no_reason = BIT(FULLY);
static const uint64_t low_rows = BIT(USOC) | BIT(UV) | BIT(TUV);

void stack_init(struct stack *stack, uint32_t now_ms)
{
    memset(stack, 0, sizeof *stack);
    for (int i = 0; i <= STACK_PACKS; i++) {
        stack->member[i].heard_ms = now_ms;
        stack->member[i].charge_share = stack->member[i].discharge_share = PERMILLE;
    }
    stack->stepped_ms = now_ms;
    stack_retell(stack);
    memcpy(stack->report.name, "PYLON", 6);
}

void stack_retell(struct stack *stack) { stack->stands_at = STACK_NOBODY; }

void pack_report_of(const struct bms *bms, uint16_t serial, struct pack_report *report)
{
    const struct bms_outputs *out = &bms->out;
    const uint64_t stops = bms->stops_charge & bms->stops_discharge;
    *report = (struct pack_report){
        .profile = bms->profile,
        .address = bms->address,
        .serial = serial,
        .remaining_mas_k = (int32_t)(bms->remaining_mams / 1000000),
        .full_mas_k = (int32_t)(bms->full_mams / 1000000),
        .soc_pct100 = bms->soc_pct100,
        .soh_pct100 = bms->soh_pct100,
        .voltage_mv = bms->q[Q_PACK_MV],
        .current_ma = bms->q[Q_CHARGE_MA] - bms->q[Q_DISCHARGE_MA],
        .temp_c10 = (int16_t)((bms->q[Q_TEMP_MIN_C10] + bms->q[Q_TEMP_MAX_C10]) / 2),
        .charge_limit_ma = out->charge_limit_ma,
        .discharge_limit_ma = out->discharge_limit_ma,
        .charge_mv = out->charge_mv,
        .discharge_mv = out->discharge_mv,
        .state = out->state,
        .active = bms->active,
        .charge_mos = out->charge_mos,
        .discharge_mos = out->discharge_mos,
        .full_charge_request = out->full_charge_request,
        .able = !bms_asleep(bms) && (bms->active & stops) == 0 && bms->life.wanted == SLEEP_NONE,
    };
}

/* A second serial at a taken address, or another model: kept out, and the doubt remembered. */
static bool fits(struct stack *stack, struct stack_member *member, const struct pack_report *report,
                 uint32_t now_ms)
{
    const struct stack_member *host = &stack->member[stack->host];
    bool other_model = host->stage != MEMBER_NEVER && host->last.profile != report->profile;
    bool taken = member->stage != MEMBER_NEVER && member->stage != MEMBER_LOST &&
                 member->last.serial != report->serial;
    member->mixed |= other_model;
    member->conflict |= taken;
    if (other_model || taken) {
        member->doubt_ms = now_ms;
    }
    return !other_model && !taken;
}

/* A pack that changed its address is where it says now, and nowhere else. */
static void leave_old_place(struct stack *stack, const struct pack_report *report)
{
    for (int i = 0; i <= stack->last; i++) {
        struct stack_member *member = &stack->member[i];
        if (i != report->address && member->stage != MEMBER_NEVER &&
            member->last.serial == report->serial) {
            *member = (struct stack_member){.charge_share = PERMILLE, .discharge_share = PERMILLE};
            stack->known--;
        }
    }
}

/* In all that a report of this pack alone is made of; what changes most comes first. */
static bool says_the_same(const struct pack_report *a, const struct pack_report *b)
{
    return a->current_ma == b->current_ma && a->voltage_mv == b->voltage_mv &&
           a->charge_limit_ma == b->charge_limit_ma && a->soc_pct100 == b->soc_pct100 &&
           a->discharge_limit_ma == b->discharge_limit_ma && a->charge_mv == b->charge_mv &&
           a->temp_c10 == b->temp_c10 && a->discharge_mv == b->discharge_mv &&
           a->active == b->active && a->charge_mos == b->charge_mos &&
           a->discharge_mos == b->discharge_mos && a->able == b->able &&
           a->full_charge_request == b->full_charge_request && a->soh_pct100 == b->soh_pct100 &&
           a->serial == b->serial && a->profile == b->profile;
}

void stack_hear(struct stack *stack, const struct pack_report *report, uint32_t now_ms)
{
    if (report->address > STACK_PACKS) {
        return;
    }
    struct stack_member *member = &stack->member[report->address];
    if (report->address != stack->stands_at || !says_the_same(&member->last, report)) {
        stack_retell(stack);
    }
    stack->last = report->address > stack->last ? report->address : stack->last;
    if (!fits(stack, member, report, now_ms)) {
        return;
    }
    if (member->stage == MEMBER_NEVER) {
        leave_old_place(stack, report);
        stack->known++;
    }
    member->last = *report;
    member->heard_ms = now_ms;
    member->stage = MEMBER_HOLD;
}

/* How much of its limits a pack in the totals lends: all while fresh, less with each second of
   silence. */
static int32_t trust_permille(const struct stack_member *member, uint32_t now_ms)
{
    int32_t age_ms = (int32_t)(now_ms - member->heard_ms);
    return line_i32(age_ms, STACK_FRESH_MS, PERMILLE, STACK_LOST_MS, 0);
}

static void age(struct stack_member *member, uint32_t now_ms)
{
    if (member->stage == MEMBER_HOLD && time_reached(now_ms, member->heard_ms + STACK_FRESH_MS)) {
        member->stage = MEMBER_TAPER;
    }
    if (member->stage == MEMBER_TAPER && time_reached(now_ms, member->heard_ms + STACK_LOST_MS)) {
        member->stage = MEMBER_LOST;
    }
    if ((member->conflict || member->mixed) &&
        time_reached(now_ms, member->doubt_ms + STACK_LOST_MS)) {
        member->conflict = member->mixed = false;
    }
}

struct side {
    int32_t n;        /* packs that can work this way, permille of a pack */
    int64_t sum_ma;   /* their limits, as far as they are trusted */
    int64_t least_ma; /* current of the whole stack at which the first of them is at its limit */
};

struct sums {
    int64_t remaining, full, soh, mv, ma, c10;
    struct side charge, discharge;
    int32_t charge_mv, discharge_mv;
    uint64_t active;
    int n, in_circuit;
    int64_t circuit_mv;
    int32_t first_able_mv;
    bool full_charge_request;
};

static void add_side(struct side *side, bool able, int32_t limit_ma, int32_t trust,
                     int32_t share_permille)
{
    if (!able) {
        return;
    }
    int64_t reach_ma = limit_ma;
    if (share_permille != PERMILLE) { /* a pack alone has its whole share: no division */
        reach_ma = reach_ma * PERMILLE / share_permille;
    }
    side->n += trust;
    side->sum_ma += (int64_t)limit_ma * trust / PERMILLE;
    if (side->least_ma < 0 || reach_ma < side->least_ma) {
        side->least_ma = reach_ma;
    }
}

static void add(struct sums *sums, const struct stack_member *member, uint32_t now_ms)
{
    const struct pack_report *p = &member->last;
    int32_t trust = trust_permille(member, now_ms);
    sums->remaining += p->remaining_mas_k;
    sums->full += p->full_mas_k;
    sums->soh += (int64_t)p->soh_pct100 * p->full_mas_k;
    sums->mv += p->voltage_mv;
    sums->ma += p->current_ma;
    sums->c10 += p->temp_c10;
    add_side(&sums->charge, p->charge_mos, p->charge_limit_ma, trust, member->charge_share);
    add_side(&sums->discharge, p->discharge_mos, p->discharge_limit_ma, trust,
             member->discharge_share);
    sums->charge_mv = sums->n == 0 ? p->charge_mv : min_i32(sums->charge_mv, p->charge_mv);
    sums->discharge_mv =
        sums->n == 0 ? p->discharge_mv : max_i32(sums->discharge_mv, p->discharge_mv);
    sums->active |= p->active;
    sums->full_charge_request |= p->full_charge_request;
    if (p->charge_mos || p->discharge_mos) {
        sums->in_circuit++;
        sums->circuit_mv += p->voltage_mv;
    } else if (p->able && sums->first_able_mv == 0) {
        sums->first_able_mv = p->voltage_mv;
    }
    sums->n++;
}

/* Limits add up, but none is asked for more than its own: when the first pack is at its limit, all
   the others' share is what copper gives them. */
static int32_t side_limit(const struct side *side)
{
    if (side->n == 0) {
        return 0;
    }
    int64_t by_weakest = side->least_ma * side->n / PERMILLE;
    int64_t ma = by_weakest < side->sum_ma ? by_weakest : side->sum_ma;
    return (int32_t)(ma > INT32_MAX ? INT32_MAX : ma);
}

/* Each pack's current against the mean of those in circuit, each way for itself, filtered over some
   seconds. */
static void follow_shares(struct stack *stack, const struct sums *sums)
{
    int64_t total = sums->ma < 0 ? -sums->ma : sums->ma;
    if (sums->in_circuit < 2 || total < (int64_t)SHARE_FROM_MA * sums->in_circuit) {
        return;
    }
    for (int i = 0; i <= stack->last; i++) {
        struct stack_member *member = &stack->member[i];
        if (member->stage != MEMBER_HOLD ||
            (!member->last.charge_mos && !member->last.discharge_mos)) {
            continue;
        }
        bool charge = sums->ma > 0;
        int32_t *filtered = charge ? &member->charge_share : &member->discharge_share;
        int64_t own = (int64_t)member->last.current_ma * (charge ? 1 : -1);
        int64_t share = own * PERMILLE * sums->in_circuit / total;
        int32_t now = (int32_t)(share < SHARE_LOW    ? SHARE_LOW
                                : share > SHARE_HIGH ? SHARE_HIGH
                                                     : share);
        *filtered += (now - *filtered) / SHARE_FILTER;
    }
}

static void find_reasons(struct battery_report *report, uint64_t active)
{
    report->protections = report->alarms = 0;
    report->force_charge = (active & low_rows) != 0;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0] && (active & ~no_reason) != 0; i++) {
        if ((active & reasons[i].stopped) != 0) {
            report->protections |= reasons[i].flag;
        }
        if ((active & reasons[i].warned) != 0) {
            report->alarms |= reasons[i].flag;
        }
    }
}

/* 64-bit divisions only where there is something to weigh: this runs each second of a year. */
static void find_charge(struct stack *stack, const struct sums *sums)
{
    const struct pack_report *alone = &stack->member[stack->host].last;
    int32_t soh_pct100 = alone->soh_pct100;
    stack->soc_pct100 = alone->soc_pct100;
    if (sums->n > 1 && sums->full <= 0) { /* no capacity is known: no charge is shown */
        stack->soc_pct100 = 0;
    } else if (sums->n > 1) {
        stack->soc_pct100 = (int32_t)(sums->remaining * 10000 / sums->full);
        soh_pct100 = (int32_t)(sums->soh / sums->full);
    }
    stack->report.soc_pct = stack->soc_pct = (uint8_t)(stack->soc_pct100 / 100);
    stack->report.soh_pct = (uint8_t)(soh_pct100 / 100);
}

static void fill(struct stack *stack, const struct sums *sums)
{
    struct battery_report *report = &stack->report;
    report->charge_mv = sums->charge_mv;
    report->discharge_mv = sums->discharge_mv;
    report->charge_limit_ma = side_limit(&sums->charge);
    report->discharge_limit_ma = side_limit(&sums->discharge);
    find_charge(stack, sums);
    report->voltage_mv = (int32_t)sums->mv / sums->n;
    report->current_ma = (int32_t)sums->ma;
    report->temp_c10 = (int16_t)((int32_t)sums->c10 / sums->n);
    report->packs = (uint8_t)sums->n;
    report->charge_enable = sums->charge.n > 0;
    report->discharge_enable = sums->discharge.n > 0;
    find_reasons(report, sums->active);
    report->heard = HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_MEASURED | HEARD_TEMPERATURE |
                    HEARD_FLAGS | HEARD_REQUEST | HEARD_NAME | HEARD_DISCHARGE_VOLTAGE;
    report_permits(report);
    report->full_charge_request = sums->full_charge_request; /* B-14: held past full; wires judge */
}

static void tell(struct bms *host, enum bms_event_kind kind, int address)
{
    if (host != NULL) {
        bms_tell(host, kind, (uint8_t)address);
    }
}

/* Comings and goings since the last look. */
static void tell_changes(struct stack *stack, struct bms *host, int address)
{
    struct stack_member *member = &stack->member[address];
    bool in = member->stage == MEMBER_HOLD || member->stage == MEMBER_TAPER;
    if (member->counted && !in) {
        tell(host, EVENT_PACK_LOST, address);
        member->was_lost = true;
        member->charge_share = member->discharge_share = PERMILLE;
    } else if (!member->counted && in && member->was_lost) {
        tell(host, EVENT_PACK_BACK, address);
    }
    if (member->conflict && !member->conflict_told) {
        tell(host, EVENT_ADDRESS_CONFLICT, address);
    }
    if (member->mixed && !member->mixed_told) {
        tell(host, EVENT_MIXED_PACKS, address);
    }
    member->counted = in;
    member->conflict_told = member->conflict;
    member->mixed_told = member->mixed;
}

static bool is_fresh(const struct stack_member *member, uint32_t now_ms)
{
    return member->stage == MEMBER_HOLD && !time_reached(now_ms, member->heard_ms + STACK_FRESH_MS);
}

bool stack_step(struct stack *stack, struct bms *host, uint32_t now_ms)
{
    const struct stack_member *own = &stack->member[stack->host];
    if (stack->stands_at == stack->host && is_fresh(own, now_ms)) {
        return false;
    }
    struct sums sums = {.charge.least_ma = -1, .discharge.least_ma = -1};
    stack->address_conflict = stack->mixed = false;
    for (int i = stack->host; i <= (stack->host == 0 ? 0 : stack->last); i++) {
        struct stack_member *member = &stack->member[i];
        if (member->stage == MEMBER_NEVER && !member->mixed) {
            continue;
        }
        age(member, now_ms);
        tell_changes(stack, host, i);
        stack->address_conflict |= member->conflict;
        stack->mixed |= member->mixed;
        if (member->stage == MEMBER_HOLD || member->stage == MEMBER_TAPER) {
            add(&sums, member, now_ms);
        }
    }
    stack->online = (uint8_t)sums.n;
    stack->join_mv =
        sums.in_circuit > 0 ? (int32_t)(sums.circuit_mv / sums.in_circuit) : sums.first_able_mv;
    if (sums.n > 0) {
        follow_shares(stack, &sums);
        fill(stack, &sums);
    }
    bool alone = sums.n == 1 && stack->known == 1 && is_fresh(own, now_ms);
    bool plain = !stack->address_conflict && !stack->mixed;
    stack->stands_at = alone && plain ? stack->host : STACK_NOBODY;
    return true;
}

int32_t stack_join_window_mv(const struct pack_profile *profile)
{
    return JOIN_MV_PER_CELL * profile->n_cells;
}

bool stack_holds_out(const struct stack *stack, const struct pack_report *report)
{
    return stack->join_mv > 0 &&
           abs_i32(report->voltage_mv - stack->join_mv) > stack_join_window_mv(report->profile);
}
