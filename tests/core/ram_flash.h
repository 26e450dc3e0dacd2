/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CORE_RAM_FLASH_H
#define HEARTH_TESTS_CORE_RAM_FLASH_H

/* NOR flash in memory whose supply fails after a given number of bytes: the byte in hand is left
   half programmed, an erase half done, and nothing works until ram_flash_power() is called. */

#include <stdint.h>
#include <string.h>

#include "core/nvm/nvm.h"

enum { RAM_SECTOR = 1024, RAM_SECTORS = 60, ERASE_STEPS = 16 };

struct ram_flash {
    struct flash flash;
    uint8_t bytes[RAM_SECTOR * RAM_SECTORS];
    uint32_t erases[RAM_SECTORS];
    long left; /* units until the cut; negative: never */
    long used;
    bool cut;
    long reads_left; /* reads until they fail; 0: never */
    long reads_fail; /* how many in a row do then; 0: one */
    uint32_t seed;
};

static inline bool ram_flash_spend(struct ram_flash *ram)
{
    if (ram->cut) {
        return false;
    }
    ram->used++;
    if (ram->left > 0) {
        ram->left--;
    }
    ram->cut = ram->left == 0;
    return !ram->cut;
}

static inline int ram_flash_read(void *context, uint32_t at, void *bytes, size_t n)
{
    struct ram_flash *ram = context;
    if (ram->cut || at + n > sizeof ram->bytes) {
        return -1;
    }
    if (ram->reads_left == 1) {
        ram->reads_left = --ram->reads_fail > 0 ? 1 : 0;
        return -1;
    }
    ram->reads_left -= ram->reads_left > 0;
    memcpy(bytes, ram->bytes + at, n);
    return 0;
}

static inline int ram_flash_write(void *context, uint32_t at, const void *bytes, size_t n)
{
    struct ram_flash *ram = context;
    const uint8_t *from = bytes;
    for (size_t i = 0; i < n; i++) {
        uint8_t target = ram->bytes[at + i] & from[i];
        if (!ram_flash_spend(ram)) {
            ram->seed = ram->seed * 1103515245U + 12345U;
            ram->bytes[at + i] &= (uint8_t)(target | (ram->seed >> 16)); /* some bits made it */
            return -1;
        }
        ram->bytes[at + i] = target;
    }
    return 0;
}

static inline int ram_flash_erase(void *context, uint32_t sector)
{
    struct ram_flash *ram = context;
    ram->erases[sector]++;
    for (int i = 0; i < ERASE_STEPS; i++) {
        if (!ram_flash_spend(ram)) {
            return -1;
        }
        memset(ram->bytes + sector * RAM_SECTOR + i * (RAM_SECTOR / ERASE_STEPS), 0xFF,
               RAM_SECTOR / ERASE_STEPS);
    }
    return 0;
}

static inline void ram_flash_init(struct ram_flash *ram)
{
    memset(ram, 0, sizeof *ram);
    memset(ram->bytes, 0xFF, sizeof ram->bytes);
    ram->flash = (struct flash){.context = ram,
                                .read = ram_flash_read,
                                .write = ram_flash_write,
                                .erase = ram_flash_erase,
                                .sector_bytes = RAM_SECTOR};
    ram->left = -1;
    ram->seed = 7;
}

static inline void ram_flash_power(struct ram_flash *ram)
{
    ram->cut = false;
    ram->left = -1;
}

#endif
