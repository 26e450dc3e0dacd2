/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CAN_VECTORS_H
#define HEARTH_TESTS_CAN_VECTORS_H

/*
 * Frames captured from real batteries, with what their publishers, or a second reading of the
 * capture, say they mean. Values in the report's units (mV, mA, 0.1 degC, mAh).
 */

#include "core/proto/can_dialect.h"

struct vector_value {
    enum report_field field;
    int32_t value;
};

struct vector {
    const char *source;
    enum can_dialect_id dialect;
    const char *frames[24]; /* "351#1402..." as candump writes them */
    struct vector_value values[36];
    const char *name;
    uint32_t again[12]; /* ids that a report of these values gives byte by byte */
    uint32_t absent;    /* HEARD_* that none of the frames tells */
};

extern const struct vector vectors[];
extern const int n_vectors;

#endif
