/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_UPDATE_UPDATE_H
#define HEARTH_CORE_UPDATE_UPDATE_H

/*
 * Firmware by a drive put in (manual 003, 5.2), made safe: what is on the drive must be signed,
 * goes to the bank that does not run, is read back, and is run on trial; what does not prove itself
 * is rolled back.
 *
 *   waiting -- drive --> checking -> writing -> pausing ... -> switching -> restart
 *      ^------ refused -----+-----------+------------+
 *
 * Promises, at whatever byte the supply fails or the drive is pulled:
 *  1. the bank that runs and the record that says which one runs are not touched before every file
 *     has been checked against the signed list, written and read back,
 *  2. after a restart either the old set runs or the whole new one, never a mixture,
 *  3. a set that was started and not confirmed is left for the old one at the next start.
 *
 * The owner lends the drive, the flash and the cryptography (libsodium on a host); nothing here
 * allocates. Times of writing are those the manual prints.
 */

#include "core/nvm/nvm.h"
#include "core/update/manifest.h"

enum { UPDATE_PARTS = 3, UPDATE_CHUNK = 256, UPDATE_BOOT_SECTORS = 2 };

/* One processor's image: how its file is called, how much there is, how long writing takes. */
struct update_part {
    const char *pattern; /* of its name: ? one character, * any, case as FAT has it */
    uint32_t most_bytes;
    uint32_t write_ms;
    uint8_t version_of; /* index into inverter_inputs.versions */
};

/* What a product takes. */
struct update_model {
    const char *product; /* as Upgrading.INI says */
    struct update_part part[UPDATE_PARTS];
    uint8_t n_parts;
    uint32_t gap_ms; /* between files */
};

/* The root folder of the drive. Each returns a negative number when there is no such file, or no
   drive that can be read. */
struct update_drive {
    void *context;
    int32_t (*size)(void *context, const char *name);
    int32_t (*read)(void *context, const char *name, uint32_t at, void *bytes, uint32_t n);
};

struct update_crypto {
    void *context;
    void (*hash_begin)(void *context);
    void (*hash_add)(void *context, const void *bytes, size_t n);
    void (*hash_end)(void *context, uint8_t hash[HASH_BYTES]);
    bool (*verify)(void *context, const uint8_t signature[SIGNATURE_BYTES], const void *bytes,
                   size_t n);
};

enum update_state {
    UPDATE_WAITING,
    UPDATE_CHECKING,
    UPDATE_WRITING,
    UPDATE_PAUSING, /* between files */
    UPDATE_RESTART  /* the owner restarts the device */
};

enum update_result {
    UPDATE_OK,
    UPDATE_NO_LIST = -1,  /* no Upgrading.INI, or no drive that can be read */
    UPDATE_BAD_LIST = -2, /* not of its form; `line` says where */
    UPDATE_OTHER_PRODUCT = -3,
    UPDATE_UNSIGNED = -4, /* the signature is not ours */
    UPDATE_BAD_NAME = -5, /* a file that no processor takes, or two for one */
    UPDATE_NO_FILE = -6,  /* named, but not there */
    UPDATE_BAD_SIZE = -7, /* cut off, or larger than its bank */
    UPDATE_BAD_FILE = -8, /* its bytes are not those that were signed */
    UPDATE_OLDER = -9,    /* than what runs */
    UPDATE_FLASH = -10,   /* the flash does not hold what was written */
    UPDATE_PULLED = -11   /* the drive went away */
};

/* The record that says which bank runs. */
struct update_boot {
    uint8_t bank;                     /* 0 or 1 */
    uint8_t trial;                    /* 0 proven, 1 to be started, 2 started and not confirmed */
    int32_t version[2][UPDATE_PARTS]; /* of each bank */
};

struct updater {
    const struct update_model *model;
    const struct flash *flash; /* boot record, then the parts of bank 0, then those of bank 1 */
    struct update_crypto crypto;
    struct update_boot boot;
    enum update_state state;
    enum update_result result; /* of the last drive */
    int line;                  /* UPDATE_BAD_LIST */
    char at_file[MANIFEST_NAME];
    uint8_t progress; /* 0..255 of the whole */
    bool rolled_back; /* at the last start */
    /* private */
    struct nvm record;
    struct update_drive drive;
    struct manifest list;
    uint8_t part_of[MANIFEST_FILES]; /* which part each file is for */
    uint8_t file;
    uint32_t done;
    uint32_t begun_ms;
    bool seen; /* this drive was dealt with */
    char text[MANIFEST_BYTES];
    uint8_t chunk[UPDATE_CHUNK];
};

/* Bytes of flash a model takes with sectors of this size. */
uint32_t update_flash_bytes(const struct update_model *model, uint32_t sector_bytes);

/* At power-up, before anything runs: decides which bank that is. `works`: versions of what came
   from the works, for an empty record. */
enum nvm_result update_start(struct updater *updater, const struct update_model *model,
                             const struct flash *flash, const struct update_crypto *crypto,
                             const int32_t works[UPDATE_PARTS]) MUST_USE;

/* The set on trial has run well (the owner waits a minute): it stays. */
enum nvm_result update_confirm(struct updater *updater) MUST_USE;

/* Time passes; `drive`: what is plugged in, or NULL. */
void update_step(struct updater *updater, const struct update_drive *drive, uint32_t now_ms);

static inline bool update_busy(const struct updater *updater)
{
    return updater->state != UPDATE_WAITING;
}

/* Version of a part that runs, hundredths. */
int32_t update_version(const struct updater *updater, int part);

/* private to core/update: first sector and number of sectors of a part in a bank; the record */
uint32_t update_sector_of(const struct updater *updater, int bank, int part);
uint32_t update_sectors(const struct updater *updater, int part);
enum nvm_result update_save_boot(struct updater *updater, const struct update_boot *boot);

/* Whether a file's name is of a part's pattern. */
bool update_name_fits(const char *pattern, const char *name);

/* A sentence for people. */
const char *update_result_text(enum update_result result);

#endif
