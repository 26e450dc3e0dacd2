/* SPDX-License-Identifier: Apache-2.0 */
/* Settings and counters as values of the journal, and back. */
#include "core/inverter/memory.h"

#include <string.h>

#include "core/nvm/bytes.h"

enum {
    SAVE_MS = 3600000,
    DAY_MS = 86400000,
    RETRY_MS = 60000, /* what the flash refused is tried again */
    SETTING_BYTES = 4 * SET_COUNT,
    COUNTER_BYTES = 4 + 4 + 16 * METER_COUNT + 4,
    OLDER_BYTES = COUNTER_BYTES - 4 /* without the rest of a day */
};
_Static_assert((int)COUNTER_BYTES <= (int)SETTING_BYTES, "one scratch serves both");

static enum nvm_result save_settings(struct inverter_memory *memory,
                                     const struct inverter *inverter)
{
    uint8_t *p = memory->scratch;
    for (int i = 0; i < SET_COUNT; i++) {
        p = put_number(p, (uint32_t)inverter->set[i], 4);
    }
    enum nvm_result result =
        nvm_put(&memory->nvm, INVERTER_SETTINGS, memory->scratch, SETTING_BYTES);
    if (result == NVM_OK) {
        memcpy(memory->stored, inverter->set, sizeof memory->stored);
    }
    return result;
}

static enum nvm_result save_counters(struct inverter_memory *memory,
                                     const struct inverter *inverter)
{
    const struct inverter_energy *energy = &inverter->energy;
    uint8_t *p = memory->scratch;
    p = put_number(p, inverter->days_since_equalize, 4);
    p = put_number(p, (uint32_t)energy->day, 4);
    for (int i = 0; i < METER_COUNT; i++) {
        p = put_number(p, (uint64_t)energy->total_mws[i], 8);
        p = put_number(p, (uint64_t)energy->today_mws[i], 8);
    }
    (void)put_number(p, inverter->day_ms, 4);
    memory->stored_day = energy->day;
    return nvm_put(&memory->nvm, INVERTER_COUNTERS, memory->scratch, COUNTER_BYTES);
}

/* The battery type first: it says what else may stand there. Ids are append-only: a value written
   by an older program is the beginning of ours. False when something stored was refused. */
static bool load_settings(struct inverter_memory *memory, struct inverter *inverter)
{
    int n = nvm_get(&memory->nvm, INVERTER_SETTINGS, memory->scratch, SETTING_BYTES);
    if (n < 0) {
        return n == NVM_ABSENT;
    }
    int32_t *set = memory->stored; /* kept off the stack */
    memcpy(set, inverter->set, sizeof memory->stored);
    const uint8_t *p = memory->scratch;
    for (int i = 0; i < n / 4; i++) {
        set[i] = (int32_t)(uint32_t)take_number(&p, 4);
    }
    return inverter_restore(inverter, set);
}

static void load_counters(struct inverter_memory *memory, struct inverter *inverter)
{
    struct inverter_energy *energy = &inverter->energy;
    const uint8_t *p = memory->scratch;
    int n = nvm_get(&memory->nvm, INVERTER_COUNTERS, memory->scratch, COUNTER_BYTES);
    if (n != COUNTER_BYTES && n != OLDER_BYTES) {
        return;
    }
    inverter->days_since_equalize = (uint32_t)take_number(&p, 4);
    energy->day = (int32_t)(uint32_t)take_number(&p, 4);
    for (int i = 0; i < METER_COUNT; i++) {
        energy->total_mws[i] = (int64_t)take_number(&p, 8);
        energy->today_mws[i] = (int64_t)take_number(&p, 8);
    }
    uint32_t day_ms = n == COUNTER_BYTES ? (uint32_t)take_number(&p, 4) : 0;
    inverter->day_ms = day_ms < DAY_MS ? day_ms : 0;
}

enum nvm_result inverter_memory_mount(struct inverter_memory *memory, const struct flash *flash,
                                      struct inverter *inverter)
{
    memset(memory, 0, sizeof *memory);
    memory->saved_ms = inverter->in.now_ms;
    if (nvm_mount(&memory->nvm, flash, 0, INVERTER_MEMORY_SECTORS) != NVM_OK) {
        inverter->in.memory_bad = true;
        return NVM_IO;
    }
    memory->mounted = true;
    memory->unsaved = !load_settings(memory, inverter);
    load_counters(memory, inverter);
    memcpy(memory->stored, inverter->set, sizeof memory->stored);
    memory->stored_day = inverter->energy.day;
    inverter->in.memory_bad = memory->unsaved;
    return NVM_OK;
}

enum nvm_result inverter_memory_save(struct inverter_memory *memory,
                                     const struct inverter *inverter)
{
    if (!memory->mounted) {
        return NVM_IO;
    }
    memory->saved_ms = inverter->in.now_ms;
    enum nvm_result settings = save_settings(memory, inverter);
    enum nvm_result counters = save_counters(memory, inverter);
    return settings != NVM_OK ? settings : counters;
}

void inverter_memory_step(struct inverter_memory *memory, struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    if (!memory->mounted) {
        return;
    }
    bool retry = memory->unsaved && time_reached(now_ms, memory->saved_ms + RETRY_MS);
    if (memcmp(memory->stored, inverter->set, sizeof memory->stored) != 0 && !memory->unsaved) {
        memory->unsaved = save_settings(memory, inverter) != NVM_OK;
        memory->saved_ms = memory->unsaved ? now_ms : memory->saved_ms;
    }
    bool due = time_reached(now_ms, memory->saved_ms + SAVE_MS) ||
               inverter->energy.day != memory->stored_day;
    if (retry || due) {
        memory->unsaved = inverter_memory_save(memory, inverter) != NVM_OK;
    }
    inverter->in.memory_bad = memory->unsaved;
}
