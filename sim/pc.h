/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PC_H
#define HEARTH_SIM_PC_H

/* What somebody with a PC does to a pack, and an installer to the start-up guide: by the names of
   scenario keys. The result goes to write.result and write.reason. */

#include "sim/house.h"

void house_pc_command(struct house *house, int pack, const char *name, const char *words);

/* Confirms step `words` (from 1) of the guide. */
void house_guide(struct house *house, const char *words);

#endif
