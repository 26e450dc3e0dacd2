/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_INSTALL_H
#define HEARTH_CORE_PRODUCT_INSTALL_H

/*
 * What a manual asks of an installation (cables, breakers, torques, strings, site, storage), as
 * const data beside each product, and the one checker that holds an installer's form against it.
 * The sources stand at the tables: offgrid/install.c (manual 003), hybrid/install_jso.c (000),
 * hybrid/install_as1.c (001). Whoever reads a form calls install_check() once; nothing here runs
 * in a control step.
 *
 * Numbers are thousandths of the quantity's unit, so that 24.5 Nm and 5.4 mm2 are exact; yes/no is
 * 1 or 0, a word its place in the list.
 */

#include <stdbool.h>
#include <stdint.h>

struct product;

enum install_kind { INSTALL_NUMBER, INSTALL_FLAG, INSTALL_WORD };

enum install_quantity {
    INSTALL_NONE, /* so that a rule without a condition says nothing of one */
#define QUANTITY(id, ...) INSTALL_##id,
#include "core/product/install_quantities.def"
#undef QUANTITY
    INSTALL_QUANTITIES
};

struct install_quantity_row {
    const char *key; /* in a form; "dip[1]" is the first of the list "dip" */
    const char *unit;
    const char *what;
    enum install_kind kind;
    int32_t min, max;         /* what a form may say */
    const char *const *words; /* of INSTALL_WORD, ends with NULL */
    /* The same in another unit: `twin` = this times num over den; den 0: there is none. */
    enum install_quantity twin;
    int32_t twin_num, twin_den;
};
extern const struct install_quantity_row install_quantities[INSTALL_QUANTITIES];

/* Places in the words of battery_type. */
enum install_battery { INSTALL_AGM, INSTALL_GEL, INSTALL_WET, INSTALL_LITHIUM };

enum install_compare {
    INSTALL_AT_LEAST, /* low */
    INSTALL_AT_MOST,  /* high */
    INSTALL_ABOVE,    /* low */
    INSTALL_BELOW,    /* high */
    INSTALL_BETWEEN,  /* low and high, both allowed */
    INSTALL_IS,       /* low, and high the same */
};

enum install_severity { INSTALL_REFUSED, INSTALL_WARNING };

struct install_rule {
    enum install_quantity quantity;
    enum install_compare compare;
    int32_t low, high;
    enum install_severity severity;
    const char *sentence, *section; /* what it is for, and where in the manual */
    enum install_quantity per;      /* the limits count for each unit of this one (A a mm2) */
    struct install_when {
        enum install_quantity quantity; /* INSTALL_NONE: always */
        enum install_compare compare;
        int32_t low, high;
    } when;
    uint8_t packs_from, packs_to; /* only with so many packs of its own; 0: any number */
};

struct install_guide {
    const char *manual;
    const struct install_rule *family, *own; /* of all models, and of this one */
    uint8_t n_family, n_own;
};

extern const struct install_guide install_offgrid_3000, install_offgrid_5000, install_offgrid_6000;
extern const struct install_guide install_jso12048156, install_as1;

/* Rule `i` (from 0) that holds for a product, NULL after the last one and for a product that has
   none. */
const struct install_rule *install_rule_at(const struct product *product, int i);

struct install_form {
    bool said[INSTALL_QUANTITIES];
    int32_t value[INSTALL_QUANTITIES];
};

/* From good to bad; what comes before INSTALL_FINE is no verdict. */
enum install_result {
    INSTALL_NOT_SAID, /* there is a rule, and the form leaves it out */
    INSTALL_ADVICE,   /* left out as well, and the rest of the form says how much it may be */
    INSTALL_NO_RULE,  /* said, and the product has no rule for it as things stand */
    INSTALL_FINE,
    INSTALL_DOUBTFUL, /* a warning, or a refusal whose condition the form leaves out */
    INSTALL_FORBIDDEN,
};

struct install_verdict {
    enum install_result result;
    enum install_quantity quantity; /* as the form says it */
    const struct install_rule *rule;
    int32_t value;     /* of the rule's quantity; of INSTALL_ADVICE the most it may be */
    int32_t low, high; /* the rule's limits, times what they count for */
};

enum { INSTALL_VERDICTS = 256 }; /* more than any product's rules and quantities */

/* Judges every quantity that the form says and lists what it leaves out, in the order of the
   quantities; returns how many verdicts there are, at most `room`. */
int install_check(const struct product *product, const struct install_form *form,
                  struct install_verdict *out, int room);

#endif
