/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CANDUMP_H
#define HEARTH_HOST_CANDUMP_H

/*
 * Lines of can-utils: the log form `(1699000000.123456) can0 351#1402740E`, what candump prints on
 * a terminal `can0  351   [4]  14 02 74 0E`, and what cansend takes `351#1402740E`.
 */

#include <stddef.h>

#include "core/proto/can.h"

enum candump_line { CANDUMP_FRAME, CANDUMP_EMPTY, CANDUMP_BAD };

struct candump {
    struct can_frame frame;
    bool has_time;
    double t_s;
    const char *error; /* of CANDUMP_BAD */
};

enum candump_line candump_parse(const char *line, struct candump *parsed);

enum { CANDUMP_TEXT = 32 };
/* "351#1402740E", "351#R" */
void candump_format(const struct can_frame *frame, char text[CANDUMP_TEXT]);

#endif
