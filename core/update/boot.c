/* SPDX-License-Identifier: Apache-2.0 */
/* Where banks lie on the flash, and the record that says which one runs. */
#include <string.h>

#include "core/nvm/bytes.h"
#include "core/update/update.h"

enum { BOOT_KIND = 0, BOOT_BYTES = 2 + 2 * 4 * UPDATE_PARTS };

/* --- where things lie --- */

static uint32_t whole_sectors(uint32_t bytes, uint32_t sector_bytes)
{
    return (bytes + sector_bytes - 1) / sector_bytes;
}

static uint32_t bank_sectors(const struct update_model *model, uint32_t sector_bytes)
{
    uint32_t n = 0;
    for (int i = 0; i < model->n_parts; i++) {
        n += whole_sectors(model->part[i].most_bytes, sector_bytes);
    }
    return n;
}

uint32_t update_flash_bytes(const struct update_model *model, uint32_t sector_bytes)
{
    return (UPDATE_BOOT_SECTORS + 2 * bank_sectors(model, sector_bytes)) * sector_bytes;
}

uint32_t update_sectors(const struct updater *updater, int part)
{
    return whole_sectors(updater->model->part[part].most_bytes, updater->flash->sector_bytes);
}

uint32_t update_sector_of(const struct updater *updater, int bank, int part)
{
    uint32_t sector_bytes = updater->flash->sector_bytes;
    uint32_t n = UPDATE_BOOT_SECTORS + (uint32_t)bank * bank_sectors(updater->model, sector_bytes);
    for (int i = 0; i < part; i++) {
        n += whole_sectors(updater->model->part[i].most_bytes, sector_bytes);
    }
    return n;
}

/* --- the boot record --- */

enum nvm_result update_save_boot(struct updater *updater, const struct update_boot *boot)
{
    uint8_t bytes[BOOT_BYTES];
    uint8_t *p = put_number(put_number(bytes, boot->bank, 1), boot->trial, 1);
    for (int i = 0; i < 2 * UPDATE_PARTS; i++) {
        p = put_number(p, (uint32_t)boot->version[i / UPDATE_PARTS][i % UPDATE_PARTS], 4);
    }
    enum nvm_result result = nvm_put(&updater->record, BOOT_KIND, bytes, sizeof bytes);
    if (result == NVM_OK) {
        updater->boot = *boot;
    }
    return result;
}

static bool load_boot(struct updater *updater)
{
    uint8_t bytes[BOOT_BYTES];
    if (nvm_get(&updater->record, BOOT_KIND, bytes, sizeof bytes) != BOOT_BYTES || bytes[0] > 1 ||
        bytes[1] > 2) {
        return false;
    }
    const uint8_t *p = bytes;
    updater->boot.bank = (uint8_t)take_number(&p, 1);
    updater->boot.trial = (uint8_t)take_number(&p, 1);
    for (int i = 0; i < 2 * UPDATE_PARTS; i++) {
        updater->boot.version[i / UPDATE_PARTS][i % UPDATE_PARTS] =
            (int32_t)(uint32_t)take_number(&p, 4);
    }
    return true;
}

// NOLINTNEXTLINE(readability-function-size): what the owner lends
enum nvm_result update_start(struct updater *updater, const struct update_model *model,
                             const struct flash *flash, const struct update_crypto *crypto,
                             const int32_t works[UPDATE_PARTS])
{
    memset(updater, 0, sizeof *updater);
    updater->model = model;
    updater->flash = flash;
    updater->crypto = *crypto;
    for (int i = 0; i < UPDATE_PARTS; i++) {
        updater->boot.version[0][i] = updater->boot.version[1][i] = works[i];
    }
    enum nvm_result result = nvm_mount(&updater->record, flash, 0, UPDATE_BOOT_SECTORS);
    if (result != NVM_OK || !load_boot(updater)) {
        return result;
    }
    struct update_boot boot = updater->boot;
    if (boot.trial == 0) {
        return NVM_OK;
    }
    updater->rolled_back = boot.trial == 2;
    boot.bank = updater->rolled_back ? !boot.bank : boot.bank;
    boot.trial = updater->rolled_back ? 0 : 2;
    return update_save_boot(updater, &boot);
}

enum nvm_result update_confirm(struct updater *updater)
{
    struct update_boot boot = updater->boot;
    if (boot.trial == 0) {
        return NVM_OK;
    }
    boot.trial = 0;
    return update_save_boot(updater, &boot);
}

int32_t update_version(const struct updater *updater, int part)
{
    return updater->boot.version[updater->boot.bank][part];
}
