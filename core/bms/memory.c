/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack remembers: packing it into values of the journal and back. */
#include "core/bms/memory.h"

#include <string.h>

#include "core/nvm/bytes.h"

enum {
    SAVE_SOC_PCT100 = 200,
    SAVE_MS = 3600000,
    RETRY_MS = 60000, /* what the flash refused is tried again */
    COUNTERS_LEAST = 8 * 7 + 4,
    COUNTER_BYTES = COUNTERS_LEAST + 2 * ROW_COUNT
};
_Static_assert((int)COUNTER_BYTES <= (int)PARAMETER_BYTES, "one scratch serves both");

uint32_t memory_sectors(uint32_t sector_bytes)
{
    return MEMORY_STATE_SECTORS + records_sectors(sector_bytes);
}

static enum nvm_result save_parameters(struct bms_memory *memory, const struct bms *bms)
{
    uint8_t *p = memory->scratch.bytes;
    for (int i = 0; i < PARAM_COUNT; i++) {
        p = put_number(p, (uint32_t)bms->param[i], 4);
    }
    return nvm_put(&memory->nvm, MEMORY_PARAMETERS, memory->scratch.bytes, PARAMETER_BYTES);
}

/* Ids are append-only: a value written by an older program is the beginning of ours. */
static void load_parameters(struct bms_memory *memory, struct bms *bms)
{
    const uint8_t *p = memory->scratch.bytes;
    int n = nvm_get(&memory->nvm, MEMORY_PARAMETERS, memory->scratch.bytes, PARAMETER_BYTES);
    bool damaged = n < 0 && n != NVM_ABSENT;
    for (int i = 0; i < n / 4; i++) {
        int32_t value = (int32_t)(uint32_t)take_number(&p, 4);
        int32_t min;
        int32_t max;
        parameter_range(bms->profile, (enum parameter_id)i, &min, &max);
        if (value >= min && value <= max) {
            bms->param[i] = value;
        } else {
            damaged = true;
        }
    }
    if (damaged) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_PARAMETERS);
    }
    bms_resolve(bms);
}

static enum nvm_result save_counters(struct bms_memory *memory, const struct bms *bms)
{
    const struct bms_counters *c = &bms->counters;
    uint8_t *p = memory->scratch.bytes;
    p = put_number(p, (uint64_t)bms_clock(bms, bms->now_ms), 8);
    p = put_number(p, (uint64_t)c->charged_mams, 8);
    p = put_number(p, (uint64_t)c->discharged_mams, 8);
    p = put_number(p, (uint64_t)c->charged_uj, 8);
    p = put_number(p, (uint64_t)c->discharged_uj, 8);
    p = put_number(p, (uint64_t)bms->storage.charged_s, 8);
    p = put_number(p, (uint64_t)bms->storage.counted_s, 8);
    p = put_number(p, (uint32_t)bms->storage.mean_mc, 4);
    for (int i = 0; i < ROW_COUNT; i++) {
        p = put_number(p, c->trips[i], 2);
    }
    return nvm_put(&memory->nvm, MEMORY_COUNTERS, memory->scratch.bytes, COUNTER_BYTES);
}

/* The time at which they were saved comes back; 0 when there are none. */
static int64_t load_counters(struct bms_memory *memory, struct bms *bms)
{
    struct bms_counters *c = &bms->counters;
    const uint8_t *p = memory->scratch.bytes;
    memset(&memory->scratch, 0, sizeof memory->scratch);
    if (nvm_get(&memory->nvm, MEMORY_COUNTERS, memory->scratch.bytes, COUNTER_BYTES) <
        COUNTERS_LEAST) {
        return 0;
    }
    int64_t saved_s = (int64_t)take_number(&p, 8);
    c->charged_mams = (int64_t)take_number(&p, 8);
    c->discharged_mams = (int64_t)take_number(&p, 8);
    c->charged_uj = (int64_t)take_number(&p, 8);
    c->discharged_uj = (int64_t)take_number(&p, 8);
    bms->storage = (struct bms_storage){.known = true,
                                        .charged_s = (int64_t)take_number(&p, 8),
                                        .looked_s = bms_clock(bms, bms->now_ms)};
    bms->storage.counted_s = (int64_t)take_number(&p, 8);
    bms->storage.mean_mc = (int32_t)(uint32_t)take_number(&p, 4);
    for (int i = 0; i < ROW_COUNT; i++) {
        c->trips[i] = (uint16_t)take_number(&p, 2);
    }
    return saved_s;
}

static enum nvm_result save_learned(struct bms_memory *memory, const struct bms *bms)
{
    struct soc_memory *learned = &memory->scratch.learned;
    bms_soc_save(bms, learned);
    return nvm_put(&memory->nvm, MEMORY_LEARNED, learned, sizeof *learned);
}

static void load_learned(struct bms_memory *memory, struct bms *bms, int64_t saved_s)
{
    struct soc_memory *learned = &memory->scratch.learned;
    int n = nvm_get(&memory->nvm, MEMORY_LEARNED, learned, sizeof *learned);
    if (n == NVM_ABSENT) {
        return;
    }
    int64_t away_s = bms_clock(bms, bms->now_ms) - saved_s;
    bool known = saved_s > 0 && away_s >= 0 && away_s < UINT32_MAX;
    if (n != (int)sizeof *learned ||
        !bms_soc_restore(bms, learned, known ? (uint32_t)away_s : UINT32_MAX)) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_LEARNED);
    }
}

/* The password alone; a wrong one counts anew after a loss of power. */
static void load_access(struct bms_memory *memory, struct bms *bms)
{
    char password[PACK_PASSWORD_MAX];
    int n = nvm_get(&memory->nvm, MEMORY_ACCESS, password, sizeof password);
    if (n > 0) {
        memset(bms->access.password, 0, sizeof bms->access.password);
        memcpy(bms->access.password, password, (size_t)n);
    } else if (n != NVM_ABSENT) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_ACCESS);
    }
}

enum nvm_result memory_mount(struct bms_memory *memory, const struct flash *flash, struct bms *bms)
{
    uint8_t below[4] = {0};
    *memory = (struct bms_memory){.saved_ms = bms->now_ms};
    if (nvm_mount(&memory->nvm, flash, 0, MEMORY_STATE_SECTORS) != NVM_OK) {
        return NVM_IO;
    }
    if (memory->nvm.damaged > 0) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_JOURNAL);
    }
    load_parameters(memory, bms);
    load_learned(memory, bms, load_counters(memory, bms));
    load_access(memory, bms);
    (void)nvm_get(&memory->nvm, MEMORY_ERASED_BELOW, below, sizeof below);
    const uint8_t *p = below;
    uint32_t erased_below = (uint32_t)take_number(&p, 4);
    if (records_mount(&memory->records, flash, MEMORY_STATE_SECTORS, erased_below) != NVM_OK) {
        return NVM_IO;
    }
    if (memory->records.damaged > 0) {
        bms_tell(bms, EVENT_MEMORY_DAMAGED, MEMORY_RECORDS);
    }
    memory->mounted = true;
    memory->n_told = bms->n_told - bms->n_events; /* what was just told is recorded too */
    memory->saved_soc_pct100 = bms->soc_pct100;
    return NVM_OK;
}

static enum nvm_result save_access(struct bms_memory *memory, const struct bms *bms)
{
    size_t n = 0;
    while (n < PACK_PASSWORD_MAX && bms->access.password[n] != '\0') {
        n++;
    }
    return nvm_put(&memory->nvm, MEMORY_ACCESS, bms->access.password, n);
}

enum nvm_result memory_save(struct bms_memory *memory, struct bms *bms)
{
    if (!memory->mounted) {
        return NVM_IO;
    }
    memory->saved_ms = bms->now_ms;
    memory->saved_soc_pct100 = bms->soc_pct100;
    enum nvm_result result = save_counters(memory, bms);
    return result == NVM_OK ? save_learned(memory, bms) : result;
}

/* What an event means for the stored values. */
static void follow_event(struct bms_memory *memory, struct bms *bms, const struct bms_event *event)
{
    switch (event->kind) {
    case EVENT_PARAMETER:
    case EVENT_DEFAULTS: memory->unsaved |= save_parameters(memory, bms) != NVM_OK; break;
    case EVENT_PASSWORD: memory->unsaved |= save_access(memory, bms) != NVM_OK; break;
    case EVENT_SLEEP:
    case EVENT_RESET: (void)memory_save(memory, bms); break;
    default: break;
    }
}

static void record_events(struct bms_memory *memory, struct bms *bms, const struct bms_inputs *in)
{
    uint32_t fresh = bms->n_told - memory->n_told;
    uint32_t kept = fresh < bms->n_events ? fresh : bms->n_events;
    memory->n_told = bms->n_told;
    for (uint32_t i = bms->n_events - kept; i < bms->n_events; i++) {
        const struct bms_event *event = &bms->events[i];
        if (event->kind != EVENT_ERASED) { /* an emptied memory is empty */
            record_of(bms, in, event, &memory->scratch.record);
            memory->lost += records_add(&memory->records, &memory->scratch.record) != NVM_OK;
        }
        follow_event(memory, bms, event);
    }
}

void memory_step(struct bms_memory *memory, struct bms *bms, const struct bms_inputs *in)
{
    if (!memory->mounted) {
        return;
    }
    if (bms->n_told != memory->n_told) {
        record_events(memory, bms, in);
    }
    if (memory->unsaved && time_reached(bms->now_ms, memory->saved_ms + RETRY_MS)) {
        memory->saved_ms = bms->now_ms;
        memory->unsaved =
            save_parameters(memory, bms) != NVM_OK || save_access(memory, bms) != NVM_OK;
    }
    bool moved = abs_i32(bms->soc_pct100 - memory->saved_soc_pct100) >= SAVE_SOC_PCT100;
    bool old = time_reached(bms->now_ms, memory->saved_ms + SAVE_MS) && !bms_asleep(bms);
    if (moved || old) {
        (void)memory_save(memory, bms);
    }
}

void memory_settle(struct bms_memory *memory, struct bms *bms)
{
    memory->n_told = bms->n_told;
    if (memory->mounted) {
        (void)save_parameters(memory, bms);
    }
}

enum nvm_result memory_erase_records(struct bms_memory *memory, struct bms *bms)
{
    uint8_t below[4];
    if (!memory->mounted) {
        return NVM_IO;
    }
    put_number(below, records_erase(&memory->records), 4);
    enum nvm_result result = nvm_put(&memory->nvm, MEMORY_ERASED_BELOW, below, sizeof below);
    bms_tell(bms, EVENT_ERASED, 0);
    return result;
}
