/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_BOARD_H
#define HEARTH_SIM_BOARD_H

/*
 * What a virtual pack keeps over a loss of power, and what watches it: its flash and its black box.
 * The caller gives one per pack to the house; without them packs forget as soon as they are off.
 */

#include "core/bms/black_box.h"
#include "core/bms/memory.h"
#include "core/inverter/memory.h"

enum { BOARD_SECTOR = 4096, BOARD_SECTORS = MEMORY_STATE_SECTORS + 13 };

struct pack_board {
    struct bms_memory memory;
    struct black_box box;
    struct black_sample samples[BLACK_BOXES * BLACK_BOX_SAMPLES];
    struct flash flash;
    uint8_t bytes[BOARD_SECTOR * BOARD_SECTORS];
    uint32_t sector_erases[BOARD_SECTORS];
    /* told of each change, so that somebody can carry it to a disk; NULL: nobody */
    void (*changed)(void *context, uint32_t at, size_t n);
    void *context;
};

/* The inverter's: its flash and what it keeps there. */
struct inverter_board {
    struct inverter_memory memory;
    struct flash flash;
    uint8_t bytes[BOARD_SECTOR * INVERTER_MEMORY_SECTORS];
};

void inverter_board_init(struct inverter_board *board);

/* An empty flash; `bytes` of an older one may be put in before the house begins. */
void board_init(struct pack_board *board);

#endif
