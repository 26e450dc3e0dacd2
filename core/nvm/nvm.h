/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_NVM_NVM_H
#define HEARTH_CORE_NVM_NVM_H

/*
 * Values that survive power loss, on a few sectors of NOR flash. The caller owns the flash and
 * hands over three functions; nothing here allocates.
 *
 * A value is written whole, as an entry behind the last one; the newest whole entry of a kind
 * counts. When a sector is full, the newest entries go to the next sector, which becomes valid by
 * its header, written last. So at any byte the power may fail:
 *  1. a value reads as it was before the write or after it, never as a mixture,
 *  2. an entry that was written and acknowledged stays until a newer one of its kind is written.
 * Wear goes round: each sector is erased once per turn.
 *
 *   sector:  offset 0  u32 magic "HNV1"   4  u32 generation   8  u32 crc of both
 *   entry:   offset 0  u8 kind            1  u8 0             2  u16 length   4  u32 sequence
 *            8  u32 crc of 0..7 and data  12 data, padded to 4
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/units.h"

enum { NVM_KINDS = 8, NVM_SECTORS_MAX = 8 };

enum nvm_result { NVM_OK = 0, NVM_ABSENT = -1, NVM_IO = -2, NVM_TOO_LONG = -3 };

/* Flash as the board sees it: erased bytes read 0xFF, a write can only clear bits. Each returns 0,
   or another value when the flash failed. */
struct flash {
    void *context;
    int (*read)(void *context, uint32_t at, void *bytes, size_t n);
    int (*write)(void *context, uint32_t at, const void *bytes, size_t n);
    int (*erase)(void *context, uint32_t sector);
    uint32_t sector_bytes;
};

struct nvm {
    const struct flash *flash;
    uint32_t first_sector, n_sectors;
    /* private */
    uint32_t sector, generation, next, sequence; /* active sector, its number of turns, free from */
    uint32_t at[NVM_KINDS];                      /* newest entry of a kind; 0: none */
    uint16_t length[NVM_KINDS];
    bool found;       /* a valid sector was there at mount */
    uint32_t damaged; /* entries found broken at mount: torn by a power cut, or rotten */
    uint32_t erases;  /* since mount, for the wear figure */
};

/* Finds what is stored in `n_sectors` (2..8) sectors from `first_sector` on; an empty or foreign
   flash is begun anew. NVM_IO when the flash fails. */
enum nvm_result nvm_mount(struct nvm *nvm, const struct flash *flash, uint32_t first_sector,
                          uint32_t n_sectors) MUST_USE;

/* Newest value of a kind (0..7); the length read is returned, or a negative nvm_result. A stored
   value longer than `room` is NVM_TOO_LONG. */
int nvm_get(const struct nvm *nvm, uint8_t kind, void *bytes, size_t room);

/* Stores a value; NVM_OK only when it is on the flash. Writes nothing when it is there already. */
enum nvm_result nvm_put(struct nvm *nvm, uint8_t kind, const void *bytes, size_t n) MUST_USE;

/* CRC-32 (IEEE 802.3), to be continued from `crc`; begin with 0. */
uint32_t crc32_of(uint32_t crc, const void *bytes, size_t n);

#endif
