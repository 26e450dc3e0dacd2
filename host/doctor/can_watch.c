/* SPDX-License-Identifier: Apache-2.0 */
#include "host/doctor/can_watch.h"

#include <string.h>

#include "host/rs485/pack_rows.h"

enum {
    SWINGS = 3,         /* times back and forth that two senders are told by */
    SLOW_HALVES = 5,    /* half periods from frame to frame */
    LEAST_MS = 2500,    /* of listening before something can be missing */
    VOLTAGE_ID = 0x356, /* of Pylontech's descent: 0.01 V in the first word */
    TENTHS_MAX = 1000   /* counts of 0.1 V a 48 V battery can have, and none of 0.01 V can */
};

void can_watch_begin(struct can_watch *watch, uint32_t now_ms)
{
    memset(watch, 0, sizeof *watch);
    watch->begun_ms = now_ms;
    can_guess_begin(&watch->guess, now_ms);
}

static struct watched_id *find_id(struct can_watch *watch, uint32_t id)
{
    for (int i = 0; i < watch->n_ids; i++) {
        if (watch->of[i].id == id) {
            return &watch->of[i];
        }
    }
    if (watch->n_ids == WATCH_IDS) {
        return NULL;
    }
    struct watched_id *seen = &watch->of[watch->n_ids++];
    *seen = (struct watched_id){.id = id};
    return seen;
}

void can_watch_hear(struct can_watch *watch, const struct can_frame *frame, uint32_t now_ms)
{
    can_guess_hear(&watch->guess, frame, now_ms);
    struct watched_id *seen = frame->extended ? NULL : find_id(watch, frame->id);
    if (seen == NULL) {
        return;
    }
    bool changed = seen->n > 0 && memcmp(seen->last, frame->data, 8) != 0;
    bool back = seen->n > 1 && memcmp(seen->before, frame->data, 8) == 0;
    seen->swings += changed && back;
    memcpy(seen->before, seen->last, 8);
    memcpy(seen->last, frame->data, 8);
    seen->length = frame->length;
    seen->first_ms = seen->n == 0 ? now_ms : seen->first_ms;
    seen->last_ms = now_ms;
    seen->n++;
}

static const struct watched_id *seen_id(const struct can_watch *watch, uint32_t id)
{
    for (int i = 0; i < watch->n_ids; i++) {
        if (watch->of[i].id == id) {
            return &watch->of[i];
        }
    }
    return NULL;
}

/* Some frame an inverter of this dialect sends. */
static bool inverter_of(const struct can_watch *watch, const struct can_dialect *dialect)
{
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        if (slot->message->from_inverter && seen_id(watch, slot->message->id) != NULL) {
            return true;
        }
    }
    return false;
}

/* The sign of life of any inverter; 0: none. */
static uint32_t alive_id(const struct can_watch *watch)
{
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        if (seen_id(watch, can_dialects[i].alive_id) != NULL) {
            return can_dialects[i].alive_id;
        }
    }
    return 0;
}

static void names_of_alive(uint32_t id, char *text, size_t room)
{
    size_t n = 0;
    text[0] = '\0';
    for (int i = 0; i < CAN_DIALECT_COUNT && n + 1 < room; i++) {
        if (can_dialects[i].alive_id == id) {
            n += (size_t)snprintf(text + n, room - n, "%s%s", n > 0 ? ", " : "",
                                  can_dialects[i].name);
        }
    }
}

static void judge_inverter(const struct can_watch *watch, const struct can_dialect *battery,
                           struct diagnosis *diagnosis)
{
    char names[200];
    uint32_t alive = alive_id(watch);
    names_of_alive(alive, names, sizeof names);
    if (battery == NULL && alive != 0) {
        diagnose(diagnosis, FINDING_CAN_INVERTER_ONLY, "it sends 0x%03X, as inverters of %s do",
                 (unsigned)alive, names);
    } else if (battery != NULL && inverter_of(watch, battery)) {
        diagnose(diagnosis, FINDING_CAN_WELL, "%s, %u frames", battery->name,
                 (unsigned)watch->guess.frames);
    } else if (battery != NULL && alive != 0) {
        diagnose(diagnosis, FINDING_CAN_MISMATCH,
                 "the battery speaks %s, the inverter sends 0x%03X as those of %s do",
                 battery->name, (unsigned)alive, names);
    } else if (battery != NULL) {
        diagnose(diagnosis, FINDING_CAN_BATTERY_ONLY, "it speaks %s; an inverter would send 0x%03X",
                 battery->name, (unsigned)battery->alive_id);
    }
}

/* The two are the same frames under two names. */
static bool fits(const struct can_guess *guess, const struct can_dialect *best,
                 const struct can_dialect *wanted)
{
    size_t b = (size_t)(best - can_dialects);
    size_t w = (size_t)(wanted - can_dialects);
    return guess->taken[w] >= guess->taken[b] &&
           guess->listener[w].broken <= guess->listener[b].broken;
}

static void judge_values(const struct can_watch *watch, const struct can_dialect *battery,
                         struct diagnosis *diagnosis)
{
    const struct can_listener *listener = &watch->guess.listener[battery - can_dialects];
    const struct battery_report *r = &listener->report;
    const struct watched_id *voltage = seen_id(watch, VOLTAGE_ID);
    bool little = (battery->flags & DIALECT_BIG_ENDIAN) == 0;
    int32_t counts = voltage != NULL ? voltage->last[0] | voltage->last[1] << 8 : 0;
    bool limits = (r->heard & HEARD_LIMITS) != 0;
    bool measured = (r->heard & HEARD_MEASURED) != 0 && r->voltage_mv > 0;
    bool tenths = little && battery->limits_id == 0x351 && counts > 0 && counts < TENTHS_MAX &&
                  limits && abs_i32(counts * 100 - r->charge_mv) < r->charge_mv / 4;
    if (tenths) {
        diagnose(diagnosis, FINDING_CAN_VOLTAGE_SCALE, "0x356 holds %d: %.1f V, not %.2f V",
                 (int)counts, counts / 10.0, counts / 100.0);
    } else if (limits && measured && abs_i32(r->charge_mv - r->voltage_mv) > r->voltage_mv / 4) {
        diagnose(diagnosis, FINDING_CAN_CHARGE_VOLTAGE, "it asks for %.1f V and has %.1f V",
                 r->charge_mv / 1000.0, r->voltage_mv / 1000.0);
    }
    if (limits && (r->charge_limit_ma == 0 || r->discharge_limit_ma == 0)) {
        diagnose(diagnosis, FINDING_CAN_LIMITS_ZERO, "charging %.1f A, discharging %.1f A",
                 r->charge_limit_ma / 1000.0, r->discharge_limit_ma / 1000.0);
    }
    if ((r->heard & HEARD_FLAGS) != 0 && r->protections != 0) {
        char names[200] = "";
        for (int i = 0; i < pack_reason_count; i++) {
            size_t n = strlen(names);
            if ((r->protections & pack_reasons[i].reason) != 0) {
                snprintf(names + n, sizeof names - n, "%s%s", n > 0 ? ", " : "",
                         pack_reasons[i].name);
            }
        }
        diagnose(diagnosis, FINDING_CAN_PROTECTION, "%s", names);
    }
    if (listener->broken > 0) {
        diagnose(diagnosis, FINDING_CAN_BROKEN, "%u of %u", (unsigned)listener->broken,
                 (unsigned)(listener->broken + listener->frames));
    }
}

/* Frames of the limits, the SOC and the name change back and forth between two contents. */
static void judge_two(const struct can_watch *watch, const struct can_dialect *battery,
                      struct diagnosis *diagnosis)
{
    const uint32_t steady[] = {battery->limits_id, 0x355, 0x35E, 0x313, 0x379};
    for (size_t i = 0; i < sizeof steady / sizeof steady[0]; i++) {
        const struct watched_id *seen = seen_id(watch, steady[i]);
        bool of_it = seen != NULL && seen->swings >= SWINGS && seen->swings * 2 + 2 >= seen->n;
        /* two at once send more often than one may; one that wavers does not */
        uint32_t span_ms = of_it ? seen->last_ms - seen->first_ms : 0;
        if (of_it && span_ms < (seen->n - 1) * battery->period_ms * 3U / 4U) {
            diagnose(diagnosis, FINDING_CAN_TWO_BATTERIES,
                     "0x%03X came %u times in %.1f s and changed back and forth %u times",
                     (unsigned)seen->id, (unsigned)seen->n, span_ms / 1000.0,
                     (unsigned)seen->swings);
        }
    }
}

static void judge_set(const struct can_watch *watch, const struct can_dialect *battery,
                      uint32_t now_ms, struct diagnosis *diagnosis)
{
    static const struct {
        uint32_t part;
        const char *name;
    } parts[] = {{HEARD_LIMITS, "limits"},
                 {HEARD_SOC, "state of charge"},
                 {HEARD_MEASURED, "voltage and current"}};
    const struct battery_report *r = &watch->guess.listener[battery - can_dialects].report;
    uint32_t span_ms = now_ms - watch->begun_ms;
    char missing[100] = "";
    if (span_ms < LEAST_MS) {
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if ((r->heard & parts[i].part) == 0) {
            size_t n = strlen(missing);
            snprintf(missing + n, sizeof missing - n, "%s%s", n > 0 ? ", " : "", parts[i].name);
        }
    }
    if (missing[0] != '\0') {
        diagnose(diagnosis, FINDING_CAN_MISSING, "%s", missing);
    }
    const struct watched_id *limits = seen_id(watch, battery->limits_id);
    uint32_t gap_ms = limits == NULL  ? 0
                      : limits->n > 1 ? (limits->last_ms - limits->first_ms) / (limits->n - 1)
                                      : span_ms;
    bool slow = gap_ms * 2 > SLOW_HALVES * (uint32_t)battery->period_ms;
    if (slow) {
        diagnose(diagnosis, FINDING_CAN_SLOW, "0x%03X once in %.1f s, once in %.1f s is usual",
                 (unsigned)battery->limits_id, gap_ms / 1000.0, battery->period_ms / 1000.0);
    }
}

void can_watch_judge(const struct can_watch *watch, const struct can_dialect *wanted,
                     uint32_t now_ms, struct diagnosis *diagnosis)
{
    const struct can_guess *guess = &watch->guess;
    int share_pct;
    const struct can_dialect *battery = can_guess_best(guess, &share_pct);
    if (guess->frames == 0) {
        return;
    }
    if (guess->extended * 2 >= guess->frames) {
        diagnose(diagnosis, FINDING_CAN_EXTENDED, "%u of %u frames", (unsigned)guess->extended,
                 (unsigned)guess->frames);
    }
    if (battery != NULL && wanted != NULL && !fits(guess, battery, wanted)) {
        diagnose(diagnosis, FINDING_CAN_OTHER_PROTOCOL, "it speaks %s, not %s", battery->name,
                 wanted->name);
    } else if (battery != NULL && wanted != NULL) {
        battery = wanted;
    }
    if (battery == NULL && alive_id(watch) == 0 && guess->extended < guess->frames) {
        diagnose(diagnosis, FINDING_CAN_UNKNOWN, "%u frames, the first id 0x%03X",
                 (unsigned)guess->frames, watch->n_ids > 0 ? (unsigned)watch->of[0].id : 0U);
    }
    judge_inverter(watch, battery, diagnosis);
    if (battery != NULL) {
        judge_values(watch, battery, diagnosis);
        judge_two(watch, battery, diagnosis);
        judge_set(watch, battery, now_ms, diagnosis);
    }
}
