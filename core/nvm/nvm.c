/* SPDX-License-Identifier: Apache-2.0 */
/* A journal of values on NOR flash; layout and promises in the header. */
#include "core/nvm/nvm.h"

#include <string.h>

enum { HEADER = 12, MAGIC = 0x31564E48, ALIGN = 4, CHUNK = 16, READ_TRIES = 3 };

uint32_t crc32_of(uint32_t crc, const void *bytes, size_t n)
{
    static const uint32_t nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                        0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    const uint8_t *p = bytes;
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        crc = crc >> 4 ^ nibble[crc & 15];
        crc = crc >> 4 ^ nibble[crc & 15];
    }
    return ~crc;
}

static uint32_t padded(size_t n) { return (uint32_t)((n + ALIGN - 1) / ALIGN * ALIGN); }

static void put_u32(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(value >> 8 * i);
    }
}

static uint32_t get_u32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t base_of(const struct nvm *nvm, uint32_t sector)
{
    return (nvm->first_sector + sector) * nvm->flash->sector_bytes;
}

/* Reads again what failed: one bad read must not cost what is stored. */
static int read_at(const struct nvm *nvm, uint32_t at, void *bytes, size_t n)
{
    int failed = 1;
    for (int i = 0; i < READ_TRIES && failed != 0; i++) {
        failed = nvm->flash->read(nvm->flash->context, at, bytes, n);
    }
    return failed;
}

static int write_at(const struct nvm *nvm, uint32_t at, const void *bytes, size_t n)
{
    return nvm->flash->write(nvm->flash->context, at, bytes, n);
}

/* Generation of a sector whose header is whole; 0 when it is not. False: it could not be read. */
static bool generation_of(const struct nvm *nvm, uint32_t sector, uint32_t *generation)
{
    uint8_t head[HEADER];
    *generation = 0;
    if (read_at(nvm, base_of(nvm, sector), head, sizeof head) != 0) {
        return false;
    }
    if (get_u32(head) == MAGIC && get_u32(head + 8) == crc32_of(0, head, 8)) {
        *generation = get_u32(head + 4);
    }
    return true;
}

/* Checks the entry at `at`; its header comes back in `head`. 1: whole, 0: broken, -1: it could not
   be read. */
static int whole_entry(const struct nvm *nvm, uint32_t at, uint32_t end, uint8_t head[HEADER])
{
    if (at + HEADER > end) {
        return 0;
    }
    if (read_at(nvm, at, head, HEADER) != 0) {
        return -1;
    }
    if (head[0] >= NVM_KINDS || head[1] != 0) {
        return 0;
    }
    uint32_t n = head[2] | (uint32_t)head[3] << 8;
    if (at + HEADER + padded(n) > end) {
        return 0;
    }
    uint32_t crc = crc32_of(0, head, 8);
    uint8_t chunk[CHUNK];
    for (uint32_t done = 0; done < n; done += CHUNK) {
        uint32_t part = n - done < CHUNK ? n - done : CHUNK;
        if (read_at(nvm, at + HEADER + done, chunk, part) != 0) {
            return -1;
        }
        crc = crc32_of(crc, chunk, part);
    }
    return crc == get_u32(head + 8);
}

/* First address behind the last byte that was ever written in a sector. */
static uint32_t free_from(const struct nvm *nvm, uint32_t sector)
{
    uint32_t base = base_of(nvm, sector);
    uint32_t at = base + nvm->flash->sector_bytes;
    uint8_t chunk[CHUNK];
    while (at > base + HEADER) {
        uint32_t from = at - CHUNK > base + HEADER ? at - CHUNK : base + HEADER;
        if (read_at(nvm, from, chunk, at - from) != 0) {
            return base + nvm->flash->sector_bytes; /* not to be trusted: full */
        }
        for (uint32_t i = at - from; i > 0; i--) {
            if (chunk[i - 1] != 0xFF) {
                return base + padded(from + i - base);
            }
        }
        at = from;
    }
    return base + HEADER;
}

/* Finds the newest whole entry of each kind; what is broken is stepped over. NVM_IO for what cannot
   be read: an older entry must not pass for it. */
static enum nvm_result scan(struct nvm *nvm)
{
    uint32_t base = base_of(nvm, nvm->sector);
    uint32_t end = base + nvm->flash->sector_bytes;
    uint32_t at = base + HEADER;
    bool broken = false;
    while (at < nvm->next) {
        uint8_t head[HEADER];
        int whole = whole_entry(nvm, at, end, head);
        if (whole < 0) {
            return NVM_IO;
        }
        if (whole == 0) {
            nvm->damaged += !broken;
            broken = true;
            at += ALIGN;
            continue;
        }
        broken = false;
        uint8_t kind = head[0];
        uint32_t sequence = get_u32(head + 4);
        nvm->at[kind] = at;
        nvm->length[kind] = (uint16_t)(head[2] | head[3] << 8);
        nvm->sequence = sequence > nvm->sequence ? sequence : nvm->sequence;
        at += HEADER + padded(nvm->length[kind]);
    }
    nvm->next = at; /* data may end in bytes that look erased */
    return NVM_OK;
}

static enum nvm_result write_header(const struct nvm *nvm, uint32_t sector, uint32_t generation)
{
    uint8_t head[HEADER];
    put_u32(head, MAGIC);
    put_u32(head + 4, generation);
    put_u32(head + 8, crc32_of(0, head, 8));
    return write_at(nvm, base_of(nvm, sector), head, sizeof head) == 0 ? NVM_OK : NVM_IO;
}

static enum nvm_result erase(struct nvm *nvm, uint32_t sector)
{
    nvm->erases++;
    int failed = nvm->flash->erase(nvm->flash->context, nvm->first_sector + sector);
    return failed == 0 ? NVM_OK : NVM_IO;
}

enum nvm_result nvm_mount(struct nvm *nvm, const struct flash *flash, uint32_t first_sector,
                          uint32_t n_sectors)
{
    *nvm = (struct nvm){.flash = flash, .first_sector = first_sector, .n_sectors = n_sectors};
    for (uint32_t i = 0; i < n_sectors; i++) {
        uint32_t generation;
        if (!generation_of(nvm, i, &generation)) {
            return NVM_IO; /* nothing is begun anew over what may be there */
        }
        if (generation > nvm->generation) {
            nvm->generation = generation;
            nvm->sector = i;
        }
    }
    nvm->found = nvm->generation > 0;
    if (nvm->found) {
        nvm->next = free_from(nvm, nvm->sector);
        return scan(nvm);
    }
    if (erase(nvm, 0) != NVM_OK) {
        return NVM_IO;
    }
    nvm->generation = 1;
    nvm->next = base_of(nvm, 0) + HEADER;
    return write_header(nvm, 0, 1);
}

int nvm_get(const struct nvm *nvm, uint8_t kind, void *bytes, size_t room)
{
    if (kind >= NVM_KINDS || nvm->at[kind] == 0) {
        return NVM_ABSENT;
    }
    if (nvm->length[kind] > room) {
        return NVM_TOO_LONG;
    }
    return read_at(nvm, nvm->at[kind] + HEADER, bytes, nvm->length[kind]) == 0 ? nvm->length[kind]
                                                                               : NVM_IO;
}

/* Copies an entry of the active sector to `to`. */
static enum nvm_result copy_entry(const struct nvm *nvm, uint32_t from, uint32_t to, uint32_t n)
{
    uint8_t chunk[CHUNK];
    for (uint32_t done = 0; done < n; done += CHUNK) {
        uint32_t part = n - done < CHUNK ? n - done : CHUNK;
        if (read_at(nvm, from + done, chunk, part) != 0 ||
            write_at(nvm, to + done, chunk, part) != 0) {
            return NVM_IO;
        }
    }
    return NVM_OK;
}

/* Copies the newest entries, all but `without`, to the next sector, which is not valid yet; `room`
   must be left. */
static enum nvm_result turn(struct nvm *fresh, const struct nvm *nvm, uint8_t without,
                            uint32_t room)
{
    *fresh = *nvm;
    fresh->sector = (nvm->sector + 1) % nvm->n_sectors;
    fresh->generation = nvm->generation + 1;
    fresh->next = base_of(nvm, fresh->sector) + HEADER;
    if (erase(fresh, fresh->sector) != NVM_OK) {
        return NVM_IO;
    }
    for (int kind = 0; kind < NVM_KINDS; kind++) {
        if (nvm->at[kind] == 0 || kind == without) {
            continue;
        }
        uint32_t n = HEADER + padded(nvm->length[kind]);
        if (fresh->next + n + room > base_of(nvm, fresh->sector) + nvm->flash->sector_bytes) {
            return NVM_TOO_LONG;
        }
        if (copy_entry(nvm, nvm->at[kind], fresh->next, n) != NVM_OK) {
            return NVM_IO;
        }
        fresh->at[kind] = fresh->next;
        fresh->next += n;
    }
    return NVM_OK;
}

static enum nvm_result append(struct nvm *nvm, uint8_t kind, const void *bytes, size_t n)
{
    uint8_t head[HEADER] = {kind, 0, (uint8_t)n, (uint8_t)(n >> 8)};
    put_u32(head + 4, nvm->sequence + 1);
    put_u32(head + 8, crc32_of(crc32_of(0, head, 8), bytes, n));
    if (write_at(nvm, nvm->next, head, sizeof head) != 0 ||
        write_at(nvm, nvm->next + HEADER, bytes, n) != 0) { /* what is torn is not written over */
        nvm->next += HEADER + padded(n);
        return NVM_IO;
    }
    nvm->sequence++;
    nvm->at[kind] = nvm->next;
    nvm->length[kind] = (uint16_t)n;
    nvm->next += HEADER + padded(n);
    return NVM_OK;
}

static bool same_as_stored(const struct nvm *nvm, uint8_t kind, const uint8_t *bytes, size_t n)
{
    if (nvm->at[kind] == 0 || nvm->length[kind] != n) {
        return false;
    }
    uint8_t chunk[CHUNK];
    for (size_t done = 0; done < n; done += CHUNK) {
        size_t part = n - done < CHUNK ? n - done : CHUNK;
        if (read_at(nvm, nvm->at[kind] + HEADER + (uint32_t)done, chunk, part) != 0 ||
            memcmp(chunk, bytes + done, part) != 0) {
            return false;
        }
    }
    return true;
}

enum nvm_result nvm_put(struct nvm *nvm, uint8_t kind, const void *bytes, size_t n)
{
    uint32_t bytes_left = base_of(nvm, nvm->sector) + nvm->flash->sector_bytes - nvm->next;
    if (kind >= NVM_KINDS || n > nvm->flash->sector_bytes / 3) {
        return NVM_TOO_LONG;
    }
    if (same_as_stored(nvm, kind, bytes, n)) {
        return NVM_OK;
    }
    if (HEADER + padded(n) <= bytes_left) {
        return append(nvm, kind, bytes, n);
    }
    struct nvm fresh;
    enum nvm_result result = turn(&fresh, nvm, kind, HEADER + padded(n));
    if (result == NVM_OK) {
        result = append(&fresh, kind, bytes, n);
    }
    if (result == NVM_OK) { /* until here the old sector still holds everything */
        result = write_header(&fresh, fresh.sector, fresh.generation);
    }
    if (result == NVM_OK) {
        *nvm = fresh;
    }
    return result;
}
