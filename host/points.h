/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_POINTS_H
#define HEARTH_HOST_POINTS_H

/*
 * The live values of a site: one table of named points that drivers write and every interface
 * (HTTP, history, MQTT, Modbus, terminal) reads. Names, units and signs: docs/points.md.
 *
 * A point is defined once, when its device is added, and has an index from then on. Every change
 * raises the table's sequence number and is stamped with it, so that a reader asks for "what
 * changed since N" without a queue of its own. A value that is not known is invalid, never zero.
 * Single-threaded: owned by the event loop.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum point_kind {
    POINT_NUMBER, /* JSON number, shown with `decimals` digits */
    POINT_FLAG,   /* on/off, JSON true or false */
    POINT_TEXT,   /* a word or text */
    POINT_LIST,   /* codes joined by a comma, JSON list of strings; "" is the empty list */
};

enum { POINT_TEXT_MAX = 96, POINT_NAME_MAX = 48 };

struct point {
    char name[POINT_NAME_MAX];
    enum point_kind kind;
    uint8_t decimals; /* of a number, 0..6 */
    bool recorded;    /* kept in the history */
    bool valid;       /* false: not known (yet, or any more) */
    double number;    /* POINT_NUMBER; POINT_FLAG as 0 or 1 */
    char text[POINT_TEXT_MAX];
    int64_t at_ms; /* site time of the last write, changed or not */
    uint64_t seq;  /* table sequence of the last change */
};

struct points;

struct points *points_new(void);
void points_free(struct points *points);

/* Adds a point, or finds the one of this name; returns its index, or -1 when the name is too long
   or memory ran out. `recorded` puts it into the history. */
int points_define(struct points *points, const char *name, enum point_kind kind, uint8_t decimals,
                  bool recorded);

/* Writes; the change sequence only moves when the value as shown (rounded) differs. */
void points_set_number(struct points *points, int index, double number, int64_t at_ms);
void points_set_flag(struct points *points, int index, bool on, int64_t at_ms);
void points_set_text(struct points *points, int index, const char *text, int64_t at_ms);

/* Marks a value as not known: its source fell silent or was never there. */
void points_invalidate(struct points *points, int index);

int points_find(const struct points *points, const char *name); /* index, or -1 */
int points_count(const struct points *points);
const struct point *points_get(const struct points *points, int index); /* NULL out of range */
uint64_t points_seq(const struct points *points); /* sequence of the newest change, 0 at first */

#endif
