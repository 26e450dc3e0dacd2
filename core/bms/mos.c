/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two MOS, the pre-charge path and the charge limiter. A discharge MOS that would close onto an
 * empty output first fills it through a resistor; one that cannot be filled is a load or a short,
 * and is left alone for a minute. The limiter is a switch of the PC tool, off from the factory.
 */
#include "core/bms/bms.h"

enum {
    PRECHARGE_MS = 1000,
    JOIN_TOLD_MS = 3000, /* the host decides within a second or two */
    PRECHARGE_RETRY_MS = 60000,
    PRECHARGED_PERCENT = 90,
    LIMITER_AFTER_MS = 300,    /* before the over-current alarm's second */
    LIMITER_RETEST_MS = 600000 /* [HUBBLE-AM5] every 10 min */
};

#define EMPTY_ROWS (UINT64_C(1) << ROW_UVP | UINT64_C(1) << ROW_TUVP)

/* What the rows, the switches and the life of the pack allow. */
static void wanted_gates(const struct bms *bms, bool *charge, bool *discharge)
{
    bool trying = bms->life.state == LIFE_TRYING;
    uint64_t active = bms->active & (trying ? ~EMPTY_ROWS : UINT64_MAX);
    bool may = bms->life.wanted == SLEEP_NONE && !bms->waits_to_join;
    *charge = may && (active & bms->stops_charge) == 0 && bms->param[PARAM_CHG_CIRCUIT] != 0;
    *discharge =
        may && (active & bms->stops_discharge) == 0 && bms->param[PARAM_DISCHG_CIRCUIT] != 0;
    if (trying && bms->life.try_drawn) {
        *discharge = false;
    }
}

static bool output_filled(const struct bms *bms, const struct bms_inputs *in)
{
    return !in->bus_sensed ||
           (int64_t)in->bus_mv * 100 >= (int64_t)bms->q[Q_PACK_MV] * PRECHARGED_PERCENT;
}

/* Whether the discharge MOS may close now; runs the pre-charge where it may not yet. */
static bool precharged(struct bms *bms, const struct bms_inputs *in, bool want)
{
    struct bms_precharge *pre = &bms->precharge;
    if (!want || bms->discharge_gate || output_filled(bms, in)) {
        *pre = (struct bms_precharge){0};
        return want;
    }
    if (pre->failed && !time_reached(bms->now_ms, pre->since_ms + PRECHARGE_RETRY_MS)) {
        return false;
    }
    if (!pre->running) {
        *pre = (struct bms_precharge){.running = true, .since_ms = bms->now_ms};
    } else if (time_reached(bms->now_ms, pre->since_ms + PRECHARGE_MS)) {
        *pre = (struct bms_precharge){.failed = true, .since_ms = bms->now_ms};
        bms_tell(bms, EVENT_PRECHARGE_FAILED, 0);
    }
    return false;
}

/* A pack that is out of a live stack stays out while its voltage is too far away. */
static void judge_join(struct bms *bms, const struct bms_inputs *in)
{
    bool out = (!bms->charge_gate && !bms->discharge_gate) || bms->fresh;
    bool waits = out && (in->wait_to_join || (bms->fresh && !in->sampled));
    bms->fresh = waits && bms->fresh;
    if (!waits) {
        if (bms->join_told) {
            bms_tell(bms, EVENT_JOINED, 0);
        }
        bms->join_told = false;
        bms->join_since_ms = bms->now_ms;
    } else if (!bms->join_told && time_reached(bms->now_ms, bms->join_since_ms + JOIN_TOLD_MS)) {
        bms->join_told = true;
        bms_tell(bms, EVENT_JOIN_WAITS, 0);
    }
    bms->starting |= waits;
    bms->waits_to_join = waits;
}

static void run_limiter(struct bms *bms)
{
    struct bms_limiter *limiter = &bms->limiter;
    bool over = bms->q[Q_CHARGE_MA] > bms->param[PARAM_CHARGE_LIMITER_START_CURRENT];
    if (!over) {
        limiter->over_ms = bms->now_ms;
    }
    if (limiter->engaged && time_reached(bms->now_ms, limiter->since_ms + LIMITER_RETEST_MS)) {
        limiter->engaged = false;
        limiter->over_ms = bms->now_ms;
    }
    if (!limiter->engaged && time_reached(bms->now_ms, limiter->over_ms + LIMITER_AFTER_MS)) {
        *limiter = (struct bms_limiter){.engaged = true, .since_ms = bms->now_ms};
    }
}

void bms_mos(struct bms *bms, const struct bms_inputs *in)
{
    bool charge;
    bool discharge;
    judge_join(bms, in);
    wanted_gates(bms, &charge, &discharge);
    discharge = precharged(bms, in, discharge);
    if (charge != bms->charge_gate || discharge != bms->discharge_gate) {
        bms->quiet = false; /* the MOS rows look at the gates */
    }
    bms->charge_gate = bms->out.charge_mos = charge;
    bms->discharge_gate = bms->out.discharge_mos = discharge;
    bms->out.precharge = bms->precharge.running;
    if (bms->param[PARAM_CHARGE_LIMITER_SWITCH] != 0) {
        run_limiter(bms);
    } else {
        bms->limiter = (struct bms_limiter){.over_ms = bms->now_ms};
    }
    bms->out.limiter = bms->limiter.engaged;
}
