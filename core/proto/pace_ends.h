/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PACE_ENDS_H
#define HEARTH_CORE_PROTO_PACE_ENDS_H

/* Between pace_server.c and pace_client.c: the battery's end of PACE ASCII. */

#include "core/proto/rs485_ends.h"

bool pace_answer(struct rs485_server *server, const struct rs485_job *job);

#endif
