/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_RECORDS_H
#define HEARTH_CORE_BMS_RECORDS_H

/*
 * The event memory: a ring of at least 500 records on flash, each with what the pack measured at
 * that moment. A record is written once and checked by its own CRC; one torn by a power cut or
 * rotten is counted and left out, its neighbours stay readable.
 *
 *   offset  0 u32 sequence, from 1     4 u32 BMS clock, s since 2000-01-01
 *           8 u8 event kind  9 u8 what 10 u8 pack address  11 u8 number of cells
 *          12 i32 current mA           16 u16 pack voltage / 10 mV   18 u16 highest cell mV
 *          20 u32 remaining mAh        24 u32 full mAh               28 u16 lowest cell mV
 *          30 u16 SOC 0.01 %           32 u64 active rows
 *          40 u16 cell mV x 16         72 i16 0.1 degC: Temp1..4, Env, MOS
 *          84 u16 state                86 u16 0      88 u32 0        92 u32 crc of 0..91
 */

#include "core/bms/bms.h"
#include "core/nvm/nvm.h"

enum { RECORD_BYTES = 96, RECORDS_KEPT = 500 };

struct bms_record {
    uint32_t sequence;
    uint32_t clock_s2000;
    uint8_t kind, what, address, n_cells;
    int32_t current_ma, voltage_mv;
    uint16_t cell_max_mv, cell_min_mv;
    uint32_t remaining_mah, full_mah;
    uint16_t soc_pct100, state;
    uint64_t active;
    uint16_t cell_mv[PACK_CELLS_MAX];
    int16_t temp_c10[PACK_TEMPS + 2];
};

struct records {
    const struct flash *flash;
    uint32_t first_sector, n_sectors;
    /* private */
    uint32_t per_sector;
    uint32_t next_slot; /* where the next record goes */
    uint32_t next_sequence;
    uint32_t erased_below; /* records before this sequence were deleted by hand */
    uint32_t damaged;      /* slots found broken at mount */
    uint32_t erases;
};

/* Sectors of this size that keep 500 records at any time. */
uint32_t records_sectors(uint32_t sector_bytes);

/* Finds the newest record; `erased_below` as kept elsewhere. */
enum nvm_result records_mount(struct records *records, const struct flash *flash,
                              uint32_t first_sector, uint32_t erased_below) MUST_USE;

/* What the pack would record of an event now. */
void record_of(const struct bms *bms, const struct bms_inputs *in, const struct bms_event *event,
               struct bms_record *record);

/* Writes one record; its sequence number is filled in. */
enum nvm_result records_add(struct records *records, struct bms_record *record) MUST_USE;

/* Numbers of the oldest and newest record; false when there is none. */
bool records_span(const struct records *records, uint32_t *oldest, uint32_t *newest);
uint32_t records_count(const struct records *records);

/* Reads one by its number: NVM_OK, NVM_ABSENT when it is not kept (any more), NVM_IO when it is
   damaged. */
enum nvm_result records_read(const struct records *records, uint32_t sequence,
                             struct bms_record *record);

/* Deletes all: the number from which records count, to be kept by the caller. */
uint32_t records_erase(struct records *records);

#endif
