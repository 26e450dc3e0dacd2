/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker of installations. A rule counts when its condition does; a condition that the form
 * leaves out makes it count as a warning at most, so that silence neither hides a danger nor
 * forbids what may be well.
 */
#include "core/product/install.h"

#include <limits.h>
#include <stddef.h>

#include "core/product/product.h"
#include "core/units.h"

static const char *const battery_words[] = {"agm", "gel", "wet", "lithium", NULL};

const struct install_quantity_row install_quantities[INSTALL_QUANTITIES] = {
#define QUANTITY(id, key_text, unit_text, what_text, ...) \
    [INSTALL_##id] = {.key = (key_text), .unit = (unit_text), .what = (what_text), __VA_ARGS__},
#include "core/product/install_quantities.def"
#undef QUANTITY
};

static bool for_packs(const struct install_rule *rule, uint8_t packs)
{
    return packs >= rule->packs_from && (rule->packs_to == 0 || packs <= rule->packs_to);
}

const struct install_rule *install_rule_at(const struct product *product, int i)
{
    const struct install_guide *guide = product->install;
    for (int k = 0; guide != NULL && k < guide->n_family + guide->n_own; k++) {
        const struct install_rule *rule =
            k < guide->n_family ? &guide->family[k] : &guide->own[k - guide->n_family];
        if (for_packs(rule, product->own_packs) && i-- == 0) {
            return rule;
        }
    }
    return NULL;
}

/* `value` and the limits times `per` thousandths are compared as they are, nothing is rounded. */
static bool holds(enum install_compare compare, int64_t value, int64_t low, int64_t high)
{
    switch (compare) {
    case INSTALL_AT_LEAST: return value >= low;
    case INSTALL_AT_MOST: return value <= high;
    case INSTALL_ABOVE: return value > low;
    case INSTALL_BELOW: return value < high;
    case INSTALL_BETWEEN:
    case INSTALL_IS: return value >= low && value <= high;
    }
    return false;
}

enum applies { APPLIES_NOT, APPLIES_PERHAPS, APPLIES };

static enum applies applies(const struct install_rule *rule, const struct install_form *form)
{
    const struct install_when *when = &rule->when;
    if (rule->per != INSTALL_NONE && !form->said[rule->per]) {
        return APPLIES_NOT; /* there is nothing to multiply with */
    }
    if (when->quantity == INSTALL_NONE) {
        return APPLIES;
    }
    if (!form->said[when->quantity]) {
        return APPLIES_PERHAPS;
    }
    return holds(when->compare, form->value[when->quantity], when->low, when->high) ? APPLIES
                                                                                    : APPLIES_NOT;
}

static int32_t limit_shown(int64_t limit, int64_t per)
{
    int64_t shown = limit * per / 1000;
    return shown > INT32_MAX ? INT32_MAX : (int32_t)shown;
}

static int64_t per_of(const struct install_rule *rule, const struct install_form *form)
{
    return rule->per == INSTALL_NONE ? 1000 : form->value[rule->per];
}

/* A value in the other unit, to the nearest thousandth. */
static int32_t in_twin(const struct install_quantity_row *row, int32_t value)
{
    int64_t product = (int64_t)value * row->twin_num;
    return (int32_t)((product + row->twin_den / 2) / row->twin_den);
}

static bool has_twin(enum install_quantity q) { return install_quantities[q].twin_den != 0; }

/* Whether the form's quantity `q` is what the rule is about, in this unit or the other. */
static bool is_about(const struct install_rule *rule, enum install_quantity q)
{
    return rule->quantity == q || (has_twin(q) && install_quantities[q].twin == rule->quantity);
}

static struct install_verdict judged(const struct install_rule *rule,
                                     const struct install_form *form, enum install_quantity q)
{
    int64_t per = per_of(rule, form);
    int32_t value =
        rule->quantity == q ? form->value[q] : in_twin(&install_quantities[q], form->value[q]);
    bool well = holds(rule->compare, (int64_t)value * 1000, rule->low * per, rule->high * per);
    bool sure = rule->severity == INSTALL_REFUSED && applies(rule, form) == APPLIES;
    return (struct install_verdict){
        .result = well   ? INSTALL_FINE
                  : sure ? INSTALL_FORBIDDEN
                         : INSTALL_DOUBTFUL,
        .quantity = q,
        .rule = rule,
        .value = value,
        .low = limit_shown(rule->low, per),
        .high = limit_shown(rule->high, per),
    };
}

/* Of a quantity that is needed to judge another one. */
static bool leans_on(const struct install_rule *rule, enum install_quantity q)
{
    return rule->per == q || rule->when.quantity == q;
}

static bool has_high(const struct install_rule *rule)
{
    return rule->compare == INSTALL_AT_MOST || rule->compare == INSTALL_BELOW ||
           rule->compare == INSTALL_BETWEEN;
}

struct verdicts {
    struct install_verdict *list;
    int n, room;
};

static void give(struct verdicts *out, struct install_verdict verdict)
{
    if (out->n < out->room) {
        out->list[out->n++] = verdict;
    }
}

static void judge_said(const struct product *product, const struct install_form *form,
                       enum install_quantity q, struct verdicts *out)
{
    const struct install_rule *rule;
    bool needed = false;
    for (int i = 0; (rule = install_rule_at(product, i)) != NULL; i++) {
        needed |= leans_on(rule, q);
        if (is_about(rule, q) && applies(rule, form) != APPLIES_NOT) {
            give(out, judged(rule, form, q));
            needed = true;
        }
    }
    if (!needed) {
        give(out, (struct install_verdict){INSTALL_NO_RULE, q, NULL, form->value[q], 0, 0});
    }
}

/* What an unsaid quantity may be, by the rules that apply to it. */
struct span {
    int32_t least, most;
    const struct install_rule *source; /* of `most` */
    bool derived;                      /* from another quantity */
};

static void narrow(struct span *span, const struct install_rule *rule,
                   const struct install_form *form)
{
    int64_t per = per_of(rule, form);
    int32_t high = limit_shown(rule->high, per);
    span->least = max_i32(span->least, limit_shown(rule->low, per));
    span->derived |= rule->per != INSTALL_NONE;
    if (has_high(rule) && high < span->most) {
        span->most = high;
        span->source = rule;
    }
}

/* What is left out: told once, with the most it may be where that follows from the rest. No advice
   where the rest leaves no room: it would only move the contradiction. */
static void judge_unsaid(const struct product *product, const struct install_form *form,
                         enum install_quantity q, struct verdicts *out)
{
    const struct install_rule *rule;
    struct span span = {.least = INT32_MIN, .most = INT32_MAX};
    bool wanted = false;
    for (int i = 0; (rule = install_rule_at(product, i)) != NULL; i++) {
        wanted |= leans_on(rule, q);
        if (rule->quantity == q && applies(rule, form) == APPLIES) {
            wanted = true;
            narrow(&span, rule, form);
        }
    }
    if (span.derived && span.source != NULL && span.least <= span.most) {
        give(out,
             (struct install_verdict){INSTALL_ADVICE, q, span.source, span.most, 0, span.most});
    } else if (wanted) {
        give(out, (struct install_verdict){INSTALL_NOT_SAID, q, NULL, 0, 0, 0});
    }
}

int install_check(const struct product *product, const struct install_form *form,
                  struct install_verdict *out, int room)
{
    struct verdicts verdicts = {out, 0, room};
    for (int q = INSTALL_NONE + 1; q < INSTALL_QUANTITIES; q++) {
        const struct install_quantity_row *row = &install_quantities[q];
        if (form->said[q]) {
            judge_said(product, form, (enum install_quantity)q, &verdicts);
        } else if (row->twin_den == 0 || !form->said[row->twin]) {
            judge_unsaid(product, form, (enum install_quantity)q, &verdicts);
        }
    }
    return verdicts.n;
}
