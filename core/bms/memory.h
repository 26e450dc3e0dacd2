/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_MEMORY_H
#define HEARTH_CORE_BMS_MEMORY_H

/*
 * What a pack remembers over a loss of power: parameters, password, counters, what the SOC
 * estimator learned, and the event memory. The caller gives a flash and calls memory_step() after
 * each bms_step(). Parameters and password are written when they change; counters and charge after
 * each 2 % of SOC, each hour, at sleep and when the supply fails: a full cycle a day wears
 * a sector of 4 kB some 13 000 times in 20 years (a test counts it; flash stands 100 000).
 *
 * A stored parameter that is out of range, or a blob whose checksum fails, is not used: the default
 * stands instead and EVENT_MEMORY_DAMAGED tells the region.
 */

#include "core/bms/bms.h"
#include "core/nvm/nvm.h"
#include "core/bms/records.h"

enum { MEMORY_STATE_SECTORS = 4, PARAMETER_BYTES = 4 * PARAM_COUNT };

/* Kinds of stored values, and the regions EVENT_MEMORY_DAMAGED names. */
enum memory_region {
    MEMORY_PARAMETERS,
    MEMORY_COUNTERS,
    MEMORY_LEARNED,
    MEMORY_ACCESS,
    MEMORY_ERASED_BELOW,
    MEMORY_RECORDS,
    MEMORY_JOURNAL
};

struct bms_memory {
    struct nvm nvm;
    struct records records;
    bool mounted;
    /* private */
    uint32_t n_told; /* events recorded */
    uint32_t saved_ms;
    int32_t saved_soc_pct100;
    uint32_t lost; /* records that the flash refused */
    bool unsaved;  /* so did a value that was changed */
    union {        /* kept off the stack */
        uint8_t bytes[PARAMETER_BYTES];
        struct soc_memory learned;
        struct bms_record record;
    } scratch;
};

/* Sectors that memory takes of a flash of this sector size. */
uint32_t memory_sectors(uint32_t sector_bytes);

/* Finds the flash's content and puts it into a pack fresh from bms_init(): called once at power-up,
   before the first step. The pack runs with defaults when the flash fails. */
enum nvm_result memory_mount(struct bms_memory *memory, const struct flash *flash,
                             struct bms *bms) MUST_USE;

/* Records the events told since the last call and saves what is due. */
void memory_step(struct bms_memory *memory, struct bms *bms, const struct bms_inputs *in);

/* Saves everything now: the supply fails, or a test wants it. */
enum nvm_result memory_save(struct bms_memory *memory, struct bms *bms);

/* Parameters as they are were set before the first step: stored, and no event of the pack so far is
   recorded. */
void memory_settle(struct bms_memory *memory, struct bms *bms);

/* Deletes all records. */
enum nvm_result memory_erase_records(struct bms_memory *memory, struct bms *bms);

#endif
