/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_RS485_ITEMS_H
#define HEARTH_HOST_RS485_ITEMS_H

/*
 * What a frame of a serial battery says, as points with values: "pack2.cell_1_v" 3.312 V. One table
 * says which parts of a pack there are; decode prints by it and encode sets by it. Signs are those
 * of points: packN.current_a + charges, battery.current_a + discharges.
 */

#include <stdio.h>

#include "core/product/pack.h"
#include "core/proto/battery_bank.h"
#include "core/proto/report_field.h"

enum { ITEMS_MAX = 640, ITEM_POINT = 64, ITEM_TEXT = 44 };

enum item_kind {
    ITEM_NUMBER,
    ITEM_BOOL,
    ITEM_WORDS,   /* a text */
    ITEM_LIST,    /* codes joined by commas */
    ITEM_REASONS, /* bits REPORT_* */
    ITEM_CELLS    /* bits, cell 1 first */
};

struct item {
    char point[ITEM_POINT];
    enum item_kind kind;
    double number;
    bool at_least; /* the field is full: it may be more */
    uint8_t decimals;
    const char *unit;
    uint32_t bits;
    char text[ITEM_TEXT];
};

struct items {
    int n;
    struct item of[ITEMS_MAX];
};

struct item *items_number(struct items *items, const char *point, double number, int decimals,
                          const char *unit);
void items_bool(struct items *items, const char *point, bool is);
void items_text(struct items *items, const char *point, const char *text);
void items_list(struct items *items, const char *point, const char *codes);

/* Everything of a pack that is in `heard` (VIEW_*), as points of pack `number`. */
void items_pack(struct items *items, const struct pack_view *pack, int number, uint16_t heard);

/* One point of a pack ("voltage_v", "cell_3_v", "protections"); false: there is none such. */
bool items_pack_point(struct items *items, const struct pack_view *pack, int number,
                      const char *name);

/* Everything of the whole battery that was heard, and one point of it. */
void items_whole(struct items *items, const struct battery_report *whole);
bool items_whole_point(struct items *items, const struct battery_report *whole, const char *point);

/* A parameter of a pack by its name. */
struct item *items_parameter(struct items *items, int pack, enum parameter_id id, int32_t value);

/* "name value unit" of one. */
void item_print(const struct item *item, FILE *out);

/* "name value unit, ..." and {"name": value, ...}. */
void items_print(const struct items *items, FILE *out);
void items_json(const struct items *items, FILE *out);

#endif
