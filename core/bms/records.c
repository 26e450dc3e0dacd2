/* SPDX-License-Identifier: Apache-2.0 */
/* Ring of event records on flash. */
#include "core/bms/records.h"

#include <string.h>

enum { CRC_AT = RECORD_BYTES - 4 };

static const int64_t EPOCH_2000_S = 946684800;

struct bytes {
    uint8_t *at;
};

static void put(struct bytes *b, uint64_t value, int n)
{
    for (int i = 0; i < n; i++) {
        *b->at++ = (uint8_t)(value >> 8 * i);
    }
}

static uint64_t take(struct bytes *b, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint64_t)*b->at++ << 8 * i;
    }
    return value;
}

static void encode(const struct bms_record *r, uint8_t bytes[RECORD_BYTES])
{
    struct bytes b = {bytes};
    put(&b, r->sequence, 4);
    put(&b, r->clock_s2000, 4);
    put(&b, r->kind, 1);
    put(&b, r->what, 1);
    put(&b, r->address, 1);
    put(&b, r->n_cells, 1);
    put(&b, (uint32_t)r->current_ma, 4);
    put(&b, (uint32_t)r->voltage_mv / 10U, 2);
    put(&b, r->cell_max_mv, 2);
    put(&b, r->remaining_mah, 4);
    put(&b, r->full_mah, 4);
    put(&b, r->cell_min_mv, 2);
    put(&b, r->soc_pct100, 2);
    put(&b, r->active, 8);
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        put(&b, r->cell_mv[i], 2);
    }
    for (int i = 0; i < PACK_TEMPS + 2; i++) {
        put(&b, (uint16_t)r->temp_c10[i], 2);
    }
    put(&b, r->state, 2);
    put(&b, 0, 6);
    put(&b, crc32_of(0, bytes, CRC_AT), 4);
}

static bool decode(uint8_t bytes[RECORD_BYTES], struct bms_record *r)
{
    struct bytes b = {bytes + CRC_AT};
    if ((uint32_t)take(&b, 4) != crc32_of(0, bytes, CRC_AT)) {
        return false;
    }
    b.at = bytes;
    r->sequence = (uint32_t)take(&b, 4);
    r->clock_s2000 = (uint32_t)take(&b, 4);
    r->kind = (uint8_t)take(&b, 1);
    r->what = (uint8_t)take(&b, 1);
    r->address = (uint8_t)take(&b, 1);
    r->n_cells = (uint8_t)take(&b, 1);
    r->current_ma = (int32_t)(uint32_t)take(&b, 4);
    r->voltage_mv = (int32_t)take(&b, 2) * 10;
    r->cell_max_mv = (uint16_t)take(&b, 2);
    r->remaining_mah = (uint32_t)take(&b, 4);
    r->full_mah = (uint32_t)take(&b, 4);
    r->cell_min_mv = (uint16_t)take(&b, 2);
    r->soc_pct100 = (uint16_t)take(&b, 2);
    r->active = take(&b, 8);
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        r->cell_mv[i] = (uint16_t)take(&b, 2);
    }
    for (int i = 0; i < PACK_TEMPS + 2; i++) {
        r->temp_c10[i] = (int16_t)(uint16_t)take(&b, 2);
    }
    r->state = (uint16_t)take(&b, 2);
    return true;
}

uint32_t records_sectors(uint32_t sector_bytes)
{
    uint32_t per_sector = sector_bytes / RECORD_BYTES;
    return (RECORDS_KEPT + per_sector - 1) / per_sector + 1; /* one is always being emptied */
}

static uint32_t n_slots(const struct records *records)
{
    return records->n_sectors * records->per_sector;
}

static uint32_t address_of(const struct records *records, uint32_t slot)
{
    return (records->first_sector + slot / records->per_sector) * records->flash->sector_bytes +
           slot % records->per_sector * RECORD_BYTES;
}

enum slot_state { SLOT_FREE, SLOT_WHOLE, SLOT_BROKEN };

static enum slot_state look(const struct records *records, uint32_t slot, struct bms_record *record)
{
    uint8_t bytes[RECORD_BYTES];
    if (records->flash->read(records->flash->context, address_of(records, slot), bytes,
                             sizeof bytes) != 0) {
        return SLOT_BROKEN;
    }
    bool free_slot = true;
    for (int i = 0; i < RECORD_BYTES && free_slot; i++) {
        free_slot = bytes[i] == 0xFF;
    }
    if (free_slot) {
        return SLOT_FREE;
    }
    return decode(bytes, record) && record->sequence > 0 ? SLOT_WHOLE : SLOT_BROKEN;
}

/* A record always lies in the slot its number says, so a broken one names itself by its place. */
static uint32_t slot_of(const struct records *records, uint32_t sequence)
{
    return (sequence - 1) % n_slots(records);
}

enum nvm_result records_mount(struct records *records, const struct flash *flash,
                              uint32_t first_sector, uint32_t erased_below)
{
    *records = (struct records){
        .flash = flash, .first_sector = first_sector, .erased_below = erased_below};
    if (flash->sector_bytes < RECORD_BYTES) {
        return NVM_IO; /* not one record fits */
    }
    records->per_sector = flash->sector_bytes / RECORD_BYTES;
    records->n_sectors = records_sectors(flash->sector_bytes);
    uint32_t newest = 0;
    uint32_t slot = 0;
    do {
        struct bms_record record;
        enum slot_state state = look(records, slot, &record);
        records->damaged += state == SLOT_BROKEN;
        if (state == SLOT_WHOLE && record.sequence > newest &&
            slot_of(records, record.sequence) == slot) {
            newest = record.sequence;
        }
    } while (++slot < n_slots(records));
    if (newest + 1 < erased_below) {
        newest = erased_below - 1;
    }
    records->next_sequence = newest + 1;
    records->next_slot = slot_of(records, records->next_sequence);
    return NVM_OK;
}

void record_of(const struct bms *bms, const struct bms_inputs *in, const struct bms_event *event,
               struct bms_record *r)
{
    int64_t clock_s = bms_clock(bms, event->at_ms) - EPOCH_2000_S;
    *r = (struct bms_record){
        .clock_s2000 = clock_s > 0 ? (uint32_t)clock_s : 0,
        .kind = event->kind,
        .what = event->what,
        .address = bms->address,
        .n_cells = bms->profile->n_cells,
        .current_ma = bms->q[Q_CHARGE_MA] - bms->q[Q_DISCHARGE_MA],
        .voltage_mv = bms->q[Q_PACK_MV],
        .cell_max_mv = (uint16_t)bms->q[Q_CELL_MAX_MV],
        .cell_min_mv = (uint16_t)bms->q[Q_CELL_MIN_MV],
        .remaining_mah = (uint32_t)(bms->remaining_mams / 3600000),
        .full_mah = (uint32_t)(bms->full_mams / 3600000),
        .soc_pct100 = (uint16_t)bms->soc_pct100,
        .state = (uint16_t)bms->out.state,
        .active = bms->active,
    };
    memcpy(r->cell_mv, in->cell_mv, sizeof r->cell_mv);
    memcpy(r->temp_c10, in->temp_c10, sizeof in->temp_c10);
    r->temp_c10[PACK_TEMPS] = in->env_c10;
    r->temp_c10[PACK_TEMPS + 1] = in->mos_c10;
}

static void pass_slot(struct records *records)
{
    records->next_sequence++;
    records->next_slot = slot_of(records, records->next_sequence);
}

/* Brings the next slot to one that is erased: a sector is emptied when its first slot is due, a
   slot torn by a power cut is passed over. */
static enum nvm_result find_free_slot(struct records *records)
{
    struct bms_record old;
    while (records->next_slot % records->per_sector != 0 &&
           look(records, records->next_slot, &old) != SLOT_FREE) {
        pass_slot(records);
    }
    bool free_sector = true;
    for (uint32_t i = 0; i < records->per_sector && records->next_slot % records->per_sector == 0;
         i++) {
        free_sector = free_sector && look(records, records->next_slot + i, &old) == SLOT_FREE;
    }
    if (free_sector) {
        return NVM_OK;
    }
    records->erases++;
    uint32_t sector = records->first_sector + records->next_slot / records->per_sector;
    return records->flash->erase(records->flash->context, sector) == 0 ? NVM_OK : NVM_IO;
}

enum nvm_result records_add(struct records *records, struct bms_record *record)
{
    if (find_free_slot(records) != NVM_OK) {
        return NVM_IO;
    }
    uint32_t slot = records->next_slot;
    uint8_t bytes[RECORD_BYTES];
    record->sequence = records->next_sequence;
    encode(record, bytes);
    int failed = records->flash->write(records->flash->context, address_of(records, slot), bytes,
                                       sizeof bytes);
    pass_slot(records); /* a slot once touched is not written again */
    return failed == 0 ? NVM_OK : NVM_IO;
}

bool records_span(const struct records *records, uint32_t *oldest, uint32_t *newest)
{
    uint32_t kept = n_slots(records) - records->per_sector;
    uint32_t from = records->next_sequence > kept ? records->next_sequence - kept : 1;
    *oldest = from > records->erased_below ? from : records->erased_below;
    *newest = records->next_sequence - 1;
    return *oldest <= *newest;
}

uint32_t records_count(const struct records *records)
{
    uint32_t oldest;
    uint32_t newest;
    return records_span(records, &oldest, &newest) ? newest - oldest + 1 : 0;
}

enum nvm_result records_read(const struct records *records, uint32_t sequence,
                             struct bms_record *record)
{
    uint32_t oldest;
    uint32_t newest;
    if (!records_span(records, &oldest, &newest) || sequence < oldest || sequence > newest) {
        return NVM_ABSENT;
    }
    struct bms_record found;
    if (look(records, slot_of(records, sequence), &found) != SLOT_WHOLE ||
        found.sequence != sequence) {
        return NVM_IO;
    }
    *record = found;
    return NVM_OK;
}

uint32_t records_erase(struct records *records)
{
    records->erased_below = records->next_sequence;
    return records->erased_below;
}
