/* SPDX-License-Identifier: Apache-2.0 */
/* Checking, writing, switching. */
#include "core/update/update.h"

#include <string.h>

enum { PROGRESS_WHOLE = 255 };

/* --- checking --- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Greedy, with one place to come back to: patterns are ours and short. */
bool update_name_fits(const char *pattern, const char *name)
{
    const char *star = NULL;
    const char *back = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            back = name;
        } else if (*pattern != '\0' && (*pattern == '?' || lower(*pattern) == lower(*name))) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star;
            name = ++back;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static bool same_text(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static enum update_result read_list(struct updater *updater)
{
    static const char name[] = "Upgrading.INI";
    const struct update_drive *drive = &updater->drive;
    int32_t n = drive->size(drive->context, name);
    if (n < 0) {
        return UPDATE_NO_LIST;
    }
    updater->line = 0;
    if (n > MANIFEST_BYTES ||
        drive->read(drive->context, name, 0, updater->text, (uint32_t)n) != n ||
        !manifest_parse(updater->text, (size_t)n, &updater->list, &updater->line)) {
        return UPDATE_BAD_LIST;
    }
    if (!same_text(updater->list.product, updater->model->product)) {
        return UPDATE_OTHER_PRODUCT;
    }
    bool ours = updater->crypto.verify(updater->crypto.context, updater->list.signature,
                                       updater->text, updater->list.signed_bytes);
    return ours ? UPDATE_OK : UPDATE_UNSIGNED;
}

/* Every file goes to one processor, no two to the same. */
static enum update_result find_parts(struct updater *updater)
{
    unsigned taken = 0;
    for (int i = 0; i < updater->list.n_files; i++) {
        const struct manifest_file *file = &updater->list.file[i];
        int part = 0;
        while (part < updater->model->n_parts &&
               !update_name_fits(updater->model->part[part].pattern, file->name)) {
            part++;
        }
        memcpy(updater->at_file, file->name, MANIFEST_NAME);
        if (part == updater->model->n_parts || (taken >> part & 1) != 0) {
            return UPDATE_BAD_NAME;
        }
        if (file->bytes > updater->model->part[part].most_bytes) {
            return UPDATE_BAD_SIZE;
        }
        if (file->version < update_version(updater, part)) {
            return UPDATE_OLDER;
        }
        taken |= 1U << part;
        updater->part_of[i] = (uint8_t)part;
    }
    return UPDATE_OK;
}

typedef bool read_fn(struct updater *updater, uint32_t at, uint32_t n);

static bool read_drive(struct updater *updater, uint32_t at, uint32_t n)
{
    const struct update_drive *drive = &updater->drive;
    return drive->read(drive->context, updater->list.file[updater->file].name, at, updater->chunk,
                       n) == (int32_t)n;
}

static bool read_bank(struct updater *updater, uint32_t at, uint32_t n)
{
    uint32_t sector =
        update_sector_of(updater, !updater->boot.bank, updater->part_of[updater->file]);
    const struct flash *flash = updater->flash;
    return flash->read(flash->context, sector * flash->sector_bytes + at, updater->chunk, n) == 0;
}

/* Whether what `from` gives of the current file has the signed hash. */
static bool hash_fits(struct updater *updater, read_fn *from)
{
    const struct manifest_file *file = &updater->list.file[updater->file];
    const struct update_crypto *crypto = &updater->crypto;
    uint8_t hash[HASH_BYTES];
    crypto->hash_begin(crypto->context);
    for (uint32_t at = 0; at < file->bytes;) {
        uint32_t n = file->bytes - at < UPDATE_CHUNK ? file->bytes - at : UPDATE_CHUNK;
        if (!from(updater, at, n)) {
            return false;
        }
        crypto->hash_add(crypto->context, updater->chunk, n);
        at += n;
    }
    crypto->hash_end(crypto->context, hash);
    return memcmp(hash, file->hash, HASH_BYTES) == 0;
}

static enum update_result check_file(struct updater *updater)
{
    const struct update_drive *drive = &updater->drive;
    const struct manifest_file *file = &updater->list.file[updater->file];
    memcpy(updater->at_file, file->name, MANIFEST_NAME);
    int32_t n = drive->size(drive->context, file->name);
    if (n < 0) {
        return UPDATE_NO_FILE;
    }
    if ((uint32_t)n != file->bytes) {
        return UPDATE_BAD_SIZE;
    }
    return hash_fits(updater, read_drive) ? UPDATE_OK : UPDATE_BAD_FILE;
}

/* --- writing --- */

static void end(struct updater *updater, enum update_result result)
{
    updater->result = result;
    updater->state = UPDATE_WAITING;
    updater->progress = 0;
}

static bool erase_part(struct updater *updater)
{
    const struct flash *flash = updater->flash;
    int part = updater->part_of[updater->file];
    uint32_t first = update_sector_of(updater, !updater->boot.bank, part);
    uint32_t n = update_sectors(updater, part);
    for (uint32_t i = 0; i < n; i++) {
        if (flash->erase(flash->context, first + i) != 0) {
            return false;
        }
    }
    return true;
}

static void begin_file(struct updater *updater, uint32_t now_ms)
{
    memcpy(updater->at_file, updater->list.file[updater->file].name, MANIFEST_NAME);
    updater->state = UPDATE_WRITING;
    updater->done = 0;
    updater->begun_ms = now_ms;
    if (!erase_part(updater)) {
        end(updater, UPDATE_FLASH);
    }
}

/* Whether the flash has taken what was written. */
static bool holds(const struct flash *flash, uint32_t at, const uint8_t *bytes, uint32_t n)
{
    uint8_t back[32];
    for (uint32_t i = 0; i < n; i += sizeof back) {
        if (flash->read(flash->context, at + i, back, sizeof back) != 0 ||
            memcmp(back, bytes + i, sizeof back) != 0) {
            return false;
        }
    }
    return true;
}

/* A part the drive did not bring goes over as it runs, so that a bank is always a whole set. */
static bool copy_part(struct updater *updater, int part)
{
    const struct flash *flash = updater->flash;
    uint32_t from = update_sector_of(updater, updater->boot.bank, part) * flash->sector_bytes;
    uint32_t to = update_sector_of(updater, !updater->boot.bank, part) * flash->sector_bytes;
    uint32_t n = update_sectors(updater, part);
    for (uint32_t i = 0; i < n; i++) {
        if (flash->erase(flash->context, to / flash->sector_bytes + i) != 0) {
            return false;
        }
    }
    for (uint32_t at = 0; at < n * flash->sector_bytes; at += UPDATE_CHUNK) {
        if (flash->read(flash->context, from + at, updater->chunk, UPDATE_CHUNK) != 0 ||
            flash->write(flash->context, to + at, updater->chunk, UPDATE_CHUNK) != 0 ||
            !holds(flash, to + at, updater->chunk, UPDATE_CHUNK)) {
            return false;
        }
    }
    return true;
}

static bool copy_missing(struct updater *updater, struct update_boot *boot)
{
    for (int part = 0; part < updater->model->n_parts; part++) {
        bool brought = false;
        for (int i = 0; i < updater->list.n_files; i++) {
            brought |= updater->part_of[i] == part;
        }
        if (!brought && !copy_part(updater, part)) {
            return false;
        }
        if (!brought) {
            boot->version[!boot->bank][part] = boot->version[boot->bank][part];
        }
    }
    return true;
}

/* The set is whole in its bank: say so in one record. */
static void switch_banks(struct updater *updater)
{
    struct update_boot boot = updater->boot;
    uint8_t to = !boot.bank;
    if (!copy_missing(updater, &boot)) {
        end(updater, UPDATE_FLASH);
        return;
    }
    for (int i = 0; i < updater->list.n_files; i++) {
        boot.version[to][updater->part_of[i]] = updater->list.file[i].version;
    }
    boot.bank = to;
    boot.trial = 1;
    if (update_save_boot(updater, &boot) != NVM_OK) {
        end(updater, UPDATE_FLASH);
        return;
    }
    updater->result = UPDATE_OK;
    updater->state = UPDATE_RESTART;
    updater->progress = PROGRESS_WHOLE;
}

static void finish_file(struct updater *updater, uint32_t now_ms)
{
    if (!hash_fits(updater, read_bank)) {
        end(updater, UPDATE_FLASH);
        return;
    }
    updater->file++;
    if (updater->file == updater->list.n_files) {
        switch_banks(updater);
        return;
    }
    updater->state = UPDATE_PAUSING;
    updater->begun_ms = now_ms;
}

/* Writes as much as is due by now. */
static void write_file(struct updater *updater, uint32_t now_ms)
{
    const struct manifest_file *file = &updater->list.file[updater->file];
    const struct flash *flash = updater->flash;
    int part = updater->part_of[updater->file];
    uint32_t base = update_sector_of(updater, !updater->boot.bank, part) * flash->sector_bytes;
    uint32_t write_ms = updater->model->part[part].write_ms;
    uint64_t past_ms = now_ms - updater->begun_ms;
    uint32_t due = past_ms >= write_ms ? file->bytes : (uint32_t)(file->bytes * past_ms / write_ms);
    while (updater->done < due) {
        uint32_t left = due - updater->done;
        uint32_t n = left < UPDATE_CHUNK ? left : UPDATE_CHUNK;
        if (!read_drive(updater, updater->done, n)) {
            end(updater, UPDATE_PULLED);
            return;
        }
        if (flash->write(flash->context, base + updater->done, updater->chunk, n) != 0) {
            end(updater, UPDATE_FLASH);
            return;
        }
        updater->done += n;
    }
    uint32_t files = updater->list.n_files;
    updater->progress = (uint8_t)((updater->file * PROGRESS_WHOLE +
                                   (uint64_t)updater->done * PROGRESS_WHOLE / file->bytes) /
                                  files);
    if (updater->done == file->bytes) {
        finish_file(updater, now_ms);
    }
}

static void check_drive(struct updater *updater, uint32_t now_ms)
{
    enum update_result result = read_list(updater);
    updater->at_file[0] = '\0';
    if (result == UPDATE_OK) {
        result = find_parts(updater);
    }
    for (updater->file = 0; result == UPDATE_OK && updater->file < updater->list.n_files;
         updater->file++) {
        result = check_file(updater);
    }
    if (result != UPDATE_OK) {
        end(updater, result);
        return;
    }
    updater->file = 0;
    begin_file(updater, now_ms);
}

void update_step(struct updater *updater, const struct update_drive *drive, uint32_t now_ms)
{
    if (drive == NULL) {
        updater->seen = false;
        if (updater->state != UPDATE_WAITING && updater->state != UPDATE_RESTART) {
            end(updater, UPDATE_PULLED);
        }
        return;
    }
    switch (updater->state) {
    case UPDATE_WAITING:
        if (!updater->seen) {
            updater->seen = true;
            updater->drive = *drive;
            updater->state = UPDATE_CHECKING;
        }
        break;
    case UPDATE_CHECKING: check_drive(updater, now_ms); break;
    case UPDATE_WRITING: write_file(updater, now_ms); break;
    case UPDATE_PAUSING:
        if (time_reached(now_ms, updater->begun_ms + updater->model->gap_ms)) {
            begin_file(updater, now_ms);
        }
        break;
    case UPDATE_RESTART: break;
    }
}

const char *update_result_text(enum update_result result)
{
    switch (result) {
    case UPDATE_OK: break;
    case UPDATE_NO_LIST: return "There is no Upgrading.INI on the drive, or it cannot be read.";
    case UPDATE_BAD_LIST: return "Upgrading.INI is not as it should be.";
    case UPDATE_OTHER_PRODUCT: return "The drive is for another product.";
    case UPDATE_UNSIGNED: return "The signature is not that of the maker.";
    case UPDATE_BAD_NAME: return "A file is for no processor of this product, or two are for one.";
    case UPDATE_NO_FILE: return "A file that Upgrading.INI names is not there.";
    case UPDATE_BAD_SIZE: return "A file is cut off, or too large.";
    case UPDATE_BAD_FILE: return "A file is not the one that was signed.";
    case UPDATE_OLDER: return "A file is older than what runs.";
    case UPDATE_FLASH: return "The memory does not hold what was written.";
    case UPDATE_PULLED: return "The drive was pulled.";
    }
    return "";
}
