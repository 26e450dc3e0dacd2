/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleep and wake. Each rule that lets a pack sleep has a stamp of the last moment that spoke
 * against it; when the stamp is old enough, the pack sleeps. A forced sleep waits while somebody
 * outside keeps a voltage on the terminals (low power cannot be entered then), with both MOS open.
 */
#include "core/bms/life.h"

#include "core/bms/bms.h"

enum {
    TRY_MS = 30000, /* both MOS closed in a timed wake (decision A20) */
    TRY_CHARGED_MS = 1000,
    CHARGING_MA = 1000,
    DRAWN_MA = 1000,
    BATTERY_OFF_MS = 5000, /* B1: battery switch held (manual 001 s5.5) */
    BATTERY_ON_MS = 1000
};

#define EMPTY_ROWS (UINT64_C(1) << ROW_UVP | UINT64_C(1) << ROW_TUVP)
#define FULL_ROW   (UINT64_C(1) << ROW_FULLY)

bool bms_asleep(const struct bms *bms) { return bms->life.state == LIFE_ASLEEP; }

static void stamp_all(struct bms *bms)
{
    struct bms_life *life = &bms->life;
    life->busy_ms = life->cell_ms = life->empty_ms = life->charging_ms = bms->now_ms;
}

void life_init(struct bms *bms, const struct bms_inputs *in)
{
    bms->address = in->dip;
    bms->life.switch_off = in->switch_off;
    stamp_all(bms);
}

static void fall_asleep(struct bms *bms, enum sleep_cause cause)
{
    struct bms_life *life = &bms->life;
    life->state = LIFE_ASLEEP;
    life->cause = cause;
    life->wanted = SLEEP_NONE;
    life->slept_ms = bms->now_ms;
    life->slept_s = bms_clock(bms, bms->now_ms);
    life->tries = 0;
    life->woken_by_byte = false;
    for (int i = 0; i < ROW_COUNT; i++) {
        bms->rows[i].timing = false;
    }
    bms->flow = bms->flow_next = CURRENT_NONE;
    bms->quiet = false;
    bms_show(bms, SHOW_PATTERNS);
    bms_tell(bms, EVENT_SLEEP, (uint8_t)cause);
}

static void wake(struct bms *bms, enum wake_cause cause)
{
    struct bms_life *life = &bms->life;
    life->state = LIFE_AWAKE;
    stamp_all(bms);
    bool learning = bms->learning;
    bms_soc_slept(bms, (uint32_t)(bms_clock(bms, bms->now_ms) - life->slept_s));
    if (life->cause == SLEEP_UNDER_VOLTAGE) { /* the run that learns begins at an empty pack */
        bms->learning = learning;
    }
    if (cause != WAKE_RS232) { /* W1, W2, W5 give the timed wakes their full number again */
        life->failures = 0;
    }
    bms->standby_since_ms = bms->now_ms;
    bms->starting = bms->fresh = true;
    bms_tell(bms, EVENT_WAKE, (uint8_t)cause);
    bms_show(bms, SHOW_ACTIVATION);
}

/* S1's timed wake: tries at whole intervals since the pack fell asleep. */
static void try_timed_wake(struct bms *bms)
{
    struct bms_life *life = &bms->life;
    uint32_t interval_ms = (uint32_t)bms->param[PARAM_UV_WAKE_INTERVAL] * 3600000U;
    bool may =
        life->cause == SLEEP_UNDER_VOLTAGE && life->failures < bms->param[PARAM_UV_WAKE_TRIES];
    if (!may || !time_reached(bms->now_ms, life->slept_ms + (life->tries + 1U) * interval_ms)) {
        return;
    }
    life->tries++;
    life->state = LIFE_TRYING;
    life->try_ms = bms->now_ms;
    life->try_drawn = false;
    bms->fresh = true;
    stamp_all(bms);
    bms_tell(bms, EVENT_WAKE, WAKE_TIMER);
}

void life_wake_check(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_life *life = &bms->life;
    bool switched_on = life->switch_off && !in->switch_off;
    life->switch_off = in->switch_off;
    if (switched_on) {
        bms_unlock_rows(bms);
        wake(bms, WAKE_SWITCH);
    } else if (life->switch_off || bms->profile->battery_key) {
        life->woken_by_byte = false;
    } else if (life->woken_by_byte) {
        wake(bms, WAKE_RS232);
    } else if (in->terminal_mv > bms->param[PARAM_CHARGER_WAKE_VOLTAGE]) {
        wake(bms, WAKE_CHARGER);
    } else {
        try_timed_wake(bms);
    }
}

/* A timed wake ends in charging, or in sleep again. */
static void follow_try(struct bms *bms)
{
    struct bms_life *life = &bms->life;
    if (bms->q[Q_DISCHARGE_MA] > DRAWN_MA) {
        life->try_drawn = true;
    }
    if (bms->q[Q_CHARGE_MA] < CHARGING_MA) {
        life->charging_ms = bms->now_ms;
    }
    if (time_reached(bms->now_ms, life->charging_ms + TRY_CHARGED_MS)) {
        life->state = LIFE_AWAKE;
        life->failures = 0;
        stamp_all(bms);
    } else if (time_reached(bms->now_ms, life->try_ms + TRY_MS)) {
        uint32_t slept_ms = life->slept_ms;
        uint8_t tries = life->tries;
        life->failures++;
        bms_tell(bms, EVENT_WAKE_FAILED, 0);
        fall_asleep(bms, SLEEP_UNDER_VOLTAGE);
        life->slept_ms = slept_ms;
        life->tries = tries;
    }
}

/* Stamps what speaks against each rule at this moment. */
static void stamp_rules(struct bms *bms)
{
    struct bms_life *life = &bms->life;
    bool flows = bms->flow != CURRENT_NONE || bms->flow_next != CURRENT_NONE;
    bool busy = flows || bms->voltage_outside;
    bool stopped = (bms->active & (bms->of_protection | bms->of_fault | FULL_ROW)) != 0;
    bool low = bms->q[Q_CELL_MIN_MV] < bms->param[PARAM_SLEEP_CELL_VOLTAGE];
    if (busy) {
        life->busy_ms = bms->now_ms;
    }
    if (busy || !low || stopped || bms->out.balance != 0) {
        life->cell_ms = bms->now_ms;
    }
    if (bms->voltage_outside || (bms->active & EMPTY_ROWS) == 0) {
        life->empty_ms = bms->now_ms;
    }
}

static enum sleep_cause rule_due(const struct bms *bms)
{
    const struct bms_life *life = &bms->life;
    const struct {
        enum sleep_cause cause;
        uint32_t since_ms, wait_ms;
    } rules[] = {
        {SLEEP_UNDER_VOLTAGE, life->empty_ms, (uint32_t)bms->param[PARAM_UV_SLEEP_DELAY] * 1000U},
        {SLEEP_LOW_CELL, life->cell_ms, (uint32_t)bms->param[PARAM_SLEEP_DELAY_TIME] * 60000U},
        {SLEEP_STANDBY, life->busy_ms, (uint32_t)bms->param[PARAM_STANDBY_SLEEP_TIME] * 3600000U},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (time_reached(bms->now_ms, rules[i].since_ms + rules[i].wait_ms)) {
            return rules[i].cause;
        }
    }
    return SLEEP_NONE;
}

void life_sleep_check(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_life *life = &bms->life;
    if (life->switch_off && !in->switch_off) { /* back before it could sleep */
        bms_unlock_rows(bms);
    }
    life->switch_off = in->switch_off;
    if (life->switch_off) {
        life->wanted = SLEEP_SWITCH;
    } else if (life->wanted == SLEEP_SWITCH) {
        life->wanted = SLEEP_NONE;
    }
    bool held_off = life->key_down && !life->key_done && life->key == KEY_BATTERY &&
                    bms->now_ms - life->key_since_ms >= BATTERY_OFF_MS;
    if (held_off) {
        life->key_done = true;
        life->wanted = SLEEP_KEY;
    }
    if (life->wanted != SLEEP_NONE) {
        if (!bms->voltage_outside || bms->profile->battery_key) {
            fall_asleep(bms, life->wanted);
        }
        return;
    }
    if (bms->profile->battery_key) {
        return; /* goes on and off by its switch alone */
    }
    if (life->state == LIFE_TRYING) {
        follow_try(bms);
        return;
    }
    if (bms->flow == CURRENT_CHARGE) {
        life->failures = 0; /* any charge that succeeds gives the timed wakes their number again */
    }
    stamp_rules(bms);
    enum sleep_cause due = rule_due(bms);
    if (due != SLEEP_NONE) {
        fall_asleep(bms, due);
    }
}

void bms_heard(struct bms *bms, enum bms_port port, uint32_t now_ms)
{
    struct bms_life *life = &bms->life;
    if (port != PORT_HOST) {
        life->comm_ms = now_ms;
    }
    life->busy_ms = life->cell_ms = now_ms;
}

void bms_wake_byte(struct bms *bms) { bms->life.woken_by_byte = bms_asleep(bms); }

void bms_shutdown(struct bms *bms, enum sleep_cause cause)
{
    bool stronger = cause == SLEEP_HOST && bms->life.wanted != SLEEP_NONE;
    if (!bms_asleep(bms) && !stronger) { /* a host does not take over what a hand asked for */
        bms->life.wanted = cause;
    }
}

void bms_wake_by_host(struct bms *bms)
{
    if (bms->life.wanted == SLEEP_HOST) { /* still waiting for its terminals */
        bms->life.wanted = SLEEP_NONE;
    }
    if (bms_asleep(bms) && bms->life.cause == SLEEP_HOST && !bms->life.switch_off) {
        wake(bms, WAKE_HOST);
    }
}

static void act_on_reset_key(struct bms *bms, uint32_t held_ms)
{
    const struct pack_profile *profile = bms->profile;
    bool asleep = bms_asleep(bms);
    for (int i = 0; i < profile->n_key_rules; i++) {
        const struct key_rule *rule = &profile->key_rules[i];
        if (rule->asleep != asleep || held_ms < rule->from_ms || held_ms >= rule->below_ms) {
            continue;
        }
        switch (rule->act) {
        case RST_WAKES:
            if (!bms->life.switch_off) {
                wake(bms, WAKE_KEY);
            }
            return;
        case RST_SLEEPS: bms->life.wanted = SLEEP_KEY; return;
        case RST_RESETS: bms_reset(bms); return;
        }
    }
}

void bms_key(struct bms *bms, enum bms_key key, bool down, uint32_t now_ms)
{
    struct bms_life *life = &bms->life;
    if (key == KEY_BATTERY && !bms->profile->battery_key) {
        return; /* a breaker, nothing the board sees */
    }
    bms->now_ms = now_ms;
    if (down) {
        life->key_down = true;
        life->key_done = false;
        life->key = key;
        life->key_since_ms = now_ms;
        return;
    }
    if (!life->key_down || life->key != key) {
        return;
    }
    uint32_t held_ms = now_ms - life->key_since_ms;
    life->key_down = false;
    if (key == KEY_RST) {
        act_on_reset_key(bms, held_ms);
    } else if (!life->key_done) {
        if (bms_asleep(bms) && held_ms >= BATTERY_ON_MS) {
            wake(bms, WAKE_KEY);
        } else if (!bms_asleep(bms) && held_ms >= BATTERY_OFF_MS) {
            life->wanted = SLEEP_KEY;
        }
    }
}
