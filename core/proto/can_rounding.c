/* SPDX-License-Identifier: Apache-2.0 */
/* The short way of rounding a report to what a dialect can say. */
#include "core/proto/can_rounding.h"

#include <string.h>

#include "core/proto/can_codec.h"

void can_rounding_init(struct can_rounding *rounding, const struct can_dialect *dialect)
{
    memset(rounding, 0, sizeof *rounding);
    rounding->dialect = dialect;
}

/* True when every value a field can hold comes back as it went. */
static bool is_exact(const struct can_signal *signal, uint8_t store)
{
    static const int32_t highest[] = {[STORE_BOOL] = 1,
                                      [STORE_U8] = UINT8_MAX,
                                      [STORE_U16] = UINT16_MAX,
                                      [STORE_I16] = INT16_MAX};
    int32_t low;
    int32_t high;
    can_signal_range(signal, &low, &high);
    bool narrow = store == STORE_BOOL || store == STORE_U8 || store == STORE_U16 ||
                  (store == STORE_I16 && low == INT16_MIN);
    uint16_t odd = RULE_NEGATED | RULE_MAGNITUDE | RULE_DEFAULT | RULE_ALL_ONES | RULE_NEVER_ZERO;
    return narrow && signal->unit == 1 && signal->offset == 0 && (signal->rule & odd) == 0 &&
           low <= 0 && high >= highest[store];
}

static int32_t round_plain(const struct can_rounding_op *op, int32_t value)
{
    int32_t unit = op->signal->unit;
    int32_t whole = value / unit;
    int32_t rest = value - whole * unit;
    bool down = (op->signal->rule & RULE_DOWN) != 0;
    bool up = (op->signal->rule & RULE_UP) != 0;
    if (down || up) {
        whole += up && rest > 0 ? 1 : down && rest < 0 ? -1 : 0;
    } else {
        whole += rest >= unit - rest ? 1 : -rest >= unit + rest ? -1 : 0;
    }
    whole = clamp_i32(whole, op->low, op->high);
    /* a 0 that says nothing leaves what was there */
    return whole == 0 && (op->signal->rule & RULE_ZERO_ABSENT) != 0 ? value : whole * unit;
}

/* False: no room; then there is no plan. */
static bool plan_signal(struct can_rounding *rounding, const struct can_signal *signal)
{
    const struct report_field_row *row = &report_fields[signal->field];
    uint16_t odd = RULE_NEGATED | RULE_DEFAULT | RULE_ALL_ONES | RULE_COARSE;
    bool known = row->heard == 0 || (rounding->heard & row->heard) != 0;
    bool own = row->set == NULL && (row->get == NULL || row->guessed);
    if (known && own && is_exact(signal, row->store)) {
        return true;
    }
    if (rounding->n_ops == ROUNDING_OPS) {
        return false;
    }
    struct can_rounding_op *op = &rounding->op[rounding->n_ops++];
    *op = (struct can_rounding_op){.signal = signal, .offset = row->offset};
    can_signal_send_range(signal, &op->low, &op->high);
    if ((signal->rule & RULE_MAGNITUDE) != 0) {
        op->low = max_i32(op->low, 0);
    }
    bool simple = known && own && signal->offset == 0 && (signal->rule & odd) == 0;
    op->kind = ROUND_ANY;
    if (simple && row->store == STORE_I32) {
        op->kind = ROUND_I32;
        op->last_rounded = round_plain(op, 0);
    } else if (simple && row->store == STORE_U8 && signal->unit == 1 && op->low == 0) {
        op->kind = ROUND_U8;
    }
    return true;
}

static bool is_usual(const struct battery_report *report)
{
    return (report->protections | report->alarms) == 0 && report->charge_mv >= 100;
}

static bool same_texts(const struct can_rounding *rounding, const struct battery_report *report)
{
    return memcmp(rounding->texts, report->texts, sizeof rounding->texts) == 0;
}

static void plan_slot(struct can_rounding *rounding, const struct can_slot *slot)
{
    const struct can_message *message = slot->message;
    for (int i = 0; i < message->n_signals && rounding->planned; i++) {
        if (can_signal_is_taken(&message->signals[i])) {
            rounding->planned = plan_signal(rounding, &message->signals[i]);
        }
    }
    /* a place in digits may not fit, and then it stays: too seldom to plan for */
    rounding->planned &= message->n_texts == 0 || message->texts[0].pack_field == 0;
}

/* The plan holds for reports like this one: as much heard, the same texts, which the long way left
   as they are, no reason, and a charge voltage. Only then is its set of messages the same. */
static void plan(struct can_rounding *rounding, uint32_t heard, struct battery_report *report)
{
    const struct can_dialect *dialect = rounding->dialect;
    rounding->planned = is_usual(report) && same_texts(rounding, report);
    rounding->heard = heard;
    rounding->heard_after = report->heard;
    rounding->n_ops = 0;
    report->heard = heard; /* as it was when it was said */
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        if (can_slot_is_sent(slot) && !can_message_withheld(slot->message, report)) {
            plan_slot(rounding, slot);
        }
    }
    report->heard = rounding->heard_after;
}

static void apply_any(const struct can_rounding *rounding, const struct can_rounding_op *op,
                      struct battery_report *report)
{
    int32_t counts = can_signal_to_send(op->signal, report);
    if (can_signal_judge(rounding->dialect, op->signal, &counts) == SIGNAL_TAKEN) {
        can_signal_take(op->signal, counts, report);
    }
}

/* At the op's offset there is an int32_t: plan_signal() looked. */
static void apply_word(struct can_rounding_op *op, int32_t *word)
{
    if (*word != op->last) { /* most stay as they are for hours */
        op->last = *word;
        op->last_rounded = round_plain(op, *word);
    }
    *word = op->last_rounded;
}

static void apply(struct can_rounding *rounding, struct battery_report *report)
{
    struct can_rounding_op *end = rounding->op + rounding->n_ops;
    for (struct can_rounding_op *op = rounding->op; op < end; op++) {
        void *at = (unsigned char *)report + op->offset;
        switch (op->kind) {
        case ROUND_I32: apply_word(op, at); break;
        case ROUND_U8: *(uint8_t *)at = (uint8_t)min_i32(*(uint8_t *)at, op->high); break;
        case ROUND_ANY: apply_any(rounding, op, report); break;
        }
    }
}

void can_rounding_apply(struct can_rounding *rounding, struct battery_report *report)
{
    uint32_t heard = report->heard;
    bool usual = rounding->planned && heard == rounding->heard && is_usual(report);
    if (usual && same_texts(rounding, report)) {
        apply(rounding, report);
        report->heard = rounding->heard_after;
        return;
    }
    memcpy(rounding->texts, report->texts, sizeof rounding->texts);
    can_dialect_pass(rounding->dialect, report, report);
    plan(rounding, heard, report);
}
