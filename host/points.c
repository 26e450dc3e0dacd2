/* SPDX-License-Identifier: Apache-2.0 */
/* The point table: an array in order of definition and an open-addressed index of names. */
#include "host/points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct points {
    struct point *list;
    int count, room;
    int *slots; /* index + 1, 0 = free; n_slots is a power of two at least twice `count` */
    unsigned n_slots;
    uint64_t seq;
};

static unsigned hash(const char *name)
{
    unsigned h = 2166136261U;
    for (; *name != '\0'; name++) {
        h = (h ^ (unsigned char)*name) * 16777619U;
    }
    return h;
}

static unsigned slot_of(const struct points *points, const char *name)
{
    unsigned i = hash(name) & (points->n_slots - 1);
    while (points->slots[i] != 0 && strcmp(points->list[points->slots[i] - 1].name, name) != 0) {
        i = (i + 1) & (points->n_slots - 1);
    }
    return i;
}

static bool grow(struct points *points)
{
    if (points->count < points->room) {
        return true;
    }
    int room = points->room * 2;
    struct point *list = realloc(points->list, (size_t)room * sizeof *list);
    if (list == NULL) {
        return false;
    }
    points->list = list;
    points->room = room;
    unsigned n_slots = (unsigned)room * 2;
    int *slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    free(points->slots);
    points->slots = slots;
    points->n_slots = n_slots;
    for (int i = 0; i < points->count; i++) {
        points->slots[slot_of(points, points->list[i].name)] = i + 1;
    }
    return true;
}

struct points *points_new(void)
{
    struct points *points = calloc(1, sizeof *points);
    if (points == NULL) {
        return NULL;
    }
    points->room = 128;
    points->n_slots = 256;
    points->list = calloc((size_t)points->room, sizeof *points->list);
    points->slots = calloc(points->n_slots, sizeof *points->slots);
    if (points->list == NULL || points->slots == NULL) {
        points_free(points);
        return NULL;
    }
    return points;
}

void points_free(struct points *points)
{
    if (points != NULL) {
        free(points->list);
        free(points->slots);
        free(points);
    }
}

int points_define(struct points *points, const char *name, enum point_kind kind, uint8_t decimals,
                  bool recorded)
{
    if (strlen(name) >= POINT_NAME_MAX || !grow(points)) {
        return -1;
    }
    unsigned slot = slot_of(points, name);
    if (points->slots[slot] != 0) {
        return points->slots[slot] - 1;
    }
    struct point *point = &points->list[points->count];
    *point = (struct point){.kind = kind, .decimals = decimals, .recorded = recorded};
    memcpy(point->name, name, strlen(name) + 1);
    points->count++;
    points->slots[slot] = points->count;
    return points->count - 1;
}

static struct point *at(struct points *points, int index)
{
    return index >= 0 && index < points->count ? &points->list[index] : NULL;
}

static void changed(struct points *points, struct point *point, int64_t at_ms, bool differs)
{
    point->at_ms = at_ms;
    if (differs || !point->valid) {
        point->valid = true;
        point->seq = ++points->seq;
    }
}

void points_set_number(struct points *points, int index, double number, int64_t at_ms)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    struct point *point = at(points, index);
    if (point == NULL) {
        return;
    }
    if (!isfinite(number)) {
        points_invalidate(points, index);
        return;
    }
    double unit = scale[point->decimals < 6 ? point->decimals : 6];
    double rounded = round(number * unit) / unit;
    if (rounded == 0.0) {
        rounded = 0.0; /* no "-0" on the page */
    }
    bool differs = rounded != point->number;
    point->number = rounded;
    changed(points, point, at_ms, differs);
}

void points_set_flag(struct points *points, int index, bool on, int64_t at_ms)
{
    points_set_number(points, index, on ? 1 : 0, at_ms);
}

void points_set_text(struct points *points, int index, const char *text, int64_t at_ms)
{
    struct point *point = at(points, index);
    if (point == NULL) {
        return;
    }
    bool differs = strncmp(point->text, text, POINT_TEXT_MAX - 1) != 0;
    if (differs) {
        size_t length = strnlen(text, POINT_TEXT_MAX - 1);
        memcpy(point->text, text, length);
        point->text[length] = '\0';
    }
    changed(points, point, at_ms, differs);
}

void points_invalidate(struct points *points, int index)
{
    struct point *point = at(points, index);
    if (point != NULL && point->valid) {
        point->valid = false;
        point->seq = ++points->seq;
    }
}

int points_find(const struct points *points, const char *name)
{
    return points->slots[slot_of(points, name)] - 1;
}

int points_count(const struct points *points) { return points->count; }

const struct point *points_get(const struct points *points, int index)
{
    return index >= 0 && index < points->count ? &points->list[index] : NULL;
}

uint64_t points_seq(const struct points *points) { return points->seq; }
