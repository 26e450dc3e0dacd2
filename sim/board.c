/* SPDX-License-Identifier: Apache-2.0 */
/* NOR flash of a virtual pack: erased bytes read 0xFF, a write only clears bits. */
#include "sim/board.h"

#include <string.h>

static int flash_read(void *context, uint32_t at, void *bytes, size_t n)
{
    struct pack_board *board = context;
    if (at + n > sizeof board->bytes) {
        return -1;
    }
    memcpy(bytes, board->bytes + at, n);
    return 0;
}

static void tell(struct pack_board *board, uint32_t at, size_t n)
{
    if (board->changed != NULL) {
        board->changed(board->context, at, n);
    }
}

static int flash_write(void *context, uint32_t at, const void *bytes, size_t n)
{
    struct pack_board *board = context;
    const uint8_t *from = bytes;
    if (at + n > sizeof board->bytes) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        board->bytes[at + i] &= from[i];
    }
    tell(board, at, n);
    return 0;
}

static int flash_erase(void *context, uint32_t sector)
{
    struct pack_board *board = context;
    if (sector >= BOARD_SECTORS) {
        return -1;
    }
    board->sector_erases[sector]++;
    memset(board->bytes + (size_t)sector * BOARD_SECTOR, 0xFF, BOARD_SECTOR);
    tell(board, sector * BOARD_SECTOR, BOARD_SECTOR);
    return 0;
}

void board_init(struct pack_board *board)
{
    memset(board, 0, sizeof *board);
    memset(board->bytes, 0xFF, sizeof board->bytes);
    board->flash = (struct flash){.context = board,
                                  .read = flash_read,
                                  .write = flash_write,
                                  .erase = flash_erase,
                                  .sector_bytes = BOARD_SECTOR};
    black_box_init(&board->box, board->samples);
}

static int small_read(void *context, uint32_t at, void *bytes, size_t n)
{
    const struct inverter_board *board = context;
    if (at + n > sizeof board->bytes) {
        return -1;
    }
    memcpy(bytes, board->bytes + at, n);
    return 0;
}

static int small_write(void *context, uint32_t at, const void *bytes, size_t n)
{
    struct inverter_board *board = context;
    const uint8_t *from = bytes;
    if (at + n > sizeof board->bytes) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        board->bytes[at + i] &= from[i];
    }
    return 0;
}

static int small_erase(void *context, uint32_t sector)
{
    struct inverter_board *board = context;
    if (sector >= INVERTER_MEMORY_SECTORS) {
        return -1;
    }
    memset(board->bytes + (size_t)sector * BOARD_SECTOR, 0xFF, BOARD_SECTOR);
    return 0;
}

void inverter_board_init(struct inverter_board *board)
{
    memset(board, 0, sizeof *board);
    memset(board->bytes, 0xFF, sizeof board->bytes);
    board->flash = (struct flash){.context = board,
                                  .read = small_read,
                                  .write = small_write,
                                  .erase = small_erase,
                                  .sector_bytes = BOARD_SECTOR};
}
