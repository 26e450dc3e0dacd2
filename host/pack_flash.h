/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PACK_FLASH_H
#define HEARTH_HOST_PACK_FLASH_H

/*
 * The flash of simulated packs on the disk: one file per pack beside the store, BASE.pack1.flash
 * and so on (docs/store.md). What a pack writes goes to its file at once; it is on the disk after
 * pack_flash_sync(), at the latest a second later.
 *
 * What it promises:
 *   1. After a kill at any moment the file holds every write the pack has made.
 *   2. After a loss of power it holds every write before the last sync, and no sector that was
 *      erased since is older than what replaced it: a sector is only erased after a sync.
 *   3. A file that cannot be used is moved to NAME.bad and never overwritten.
 *
 * A byte is stored as its complement: erased flash (0xFF) is zero, and a fresh file is a hole.
 */

#include <stdbool.h>
#include <stddef.h>

#include "sim/board.h"

struct pack_flash;

enum flash_origin {
    FLASH_FOUND, /* content of an earlier run */
    FLASH_NEW,   /* there was none */
    FLASH_BAD,   /* there was one that could not be used; begun anew */
    FLASH_NONE   /* kept in memory only: no base, or the disk refuses a file */
};

/* Boards for `packs` packs with what their files say; `base` NULL: in memory only. NULL when memory
   ran out. */
struct pack_flash *pack_flash_open(const char *base, int packs);
void pack_flash_close(struct pack_flash *flash); /* syncs; NULL is fine */

struct pack_board *pack_flash_boards(struct pack_flash *flash);

/* How pack `i` (from 0) began; a sentence in `why` where a person should know, else "". */
enum flash_origin pack_flash_origin(const struct pack_flash *flash, int i, const char **why);

/* Brings all writes to the disk; false when it did not take them all: they are tried again with the
   next call. */
bool pack_flash_sync(struct pack_flash *flash);

#endif
