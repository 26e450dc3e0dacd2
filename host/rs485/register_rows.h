/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_RS485_REGISTER_ROWS_H
#define HEARTH_HOST_RS485_REGISTER_ROWS_H

/* Which point lies in which register of the Modbus battery protocols. What the registers hold is
   the codec's matter (core/proto); maps: docs/protocols.md. */

#include "core/proto/rs485.h"

struct register_row {
    uint16_t first;
    uint8_t words;     /* of one value */
    uint8_t times;     /* how many follow each other; 0 as 1: `point` has then no %d */
    uint8_t number;    /* the first one's */
    const char *point; /* "battery.", or of the pack asked */
};

struct register_map {
    const struct register_row *rows;
    int n_rows;
    uint16_t count_register, count_usual; /* cells; what is taken for it when it was not read */
    uint16_t sensor_register, sensor_usual;
};

/* NULL: no registers. */
const struct register_map *register_map_of(enum rs485_protocol protocol);

#endif
