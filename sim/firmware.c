/* SPDX-License-Identifier: Apache-2.0 */
/* Banks in memory, and what a restart means for the virtual inverter. */
#include "sim/firmware.h"

#include <string.h>

enum { PROVEN_MS = 60000 };

static const int32_t works[UPDATE_PARTS] = {FIRMWARE_WORKS, FIRMWARE_WORKS, FIRMWARE_WORKS};

static int bank_read(void *context, uint32_t at, void *bytes, size_t n)
{
    const struct firmware_desk *desk = context;
    if (at + n > desk->n) {
        return -1;
    }
    memcpy(bytes, desk->bytes + at, n);
    return 0;
}

static int bank_write(void *context, uint32_t at, const void *bytes, size_t n)
{
    struct firmware_desk *desk = context;
    const uint8_t *from = bytes;
    if (at + n > desk->n) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        desk->bytes[at + i] &= from[i];
    }
    return 0;
}

static int bank_erase(void *context, uint32_t sector)
{
    struct firmware_desk *desk = context;
    size_t at = (size_t)sector * FIRMWARE_SECTOR;
    if (at + FIRMWARE_SECTOR > desk->n) {
        return -1;
    }
    memset(desk->bytes + at, 0xFF, FIRMWARE_SECTOR);
    return 0;
}

size_t firmware_bytes(const struct house *house)
{
    const struct product *product = house->spec.inverter;
    const struct update_model *model = product != NULL ? product->inverter->update : NULL;
    return model != NULL ? update_flash_bytes(model, FIRMWARE_SECTOR) : 0;
}

void house_firmware_versions(struct house *house)
{
    const struct update_model *model = house->inverter.profile->update;
    for (int i = 0; model != NULL && i < model->n_parts; i++) {
        house->inverter.in.versions[model->part[i].version_of] =
            house->firmware != NULL ? update_version(&house->firmware->updater, i) : works[i];
    }
}

static bool start(struct house *house)
{
    struct firmware_desk *desk = house->firmware;
    desk->started_ms = house->now_ms;
    bool read = update_start(&desk->updater, house->inverter.profile->update, &desk->flash,
                             &desk->crypto, works) == NVM_OK;
    house_firmware_versions(house);
    return read;
}

bool house_firmware_init(struct house *house, struct firmware_desk *desk, uint8_t *bytes, size_t n,
                         const struct update_crypto *crypto)
{
    if (n < firmware_bytes(house) || firmware_bytes(house) == 0) {
        return false;
    }
    *desk = (struct firmware_desk){.crypto = *crypto, .bytes = bytes, .n = n};
    desk->flash = (struct flash){.context = desk,
                                 .read = bank_read,
                                 .write = bank_write,
                                 .erase = bank_erase,
                                 .sector_bytes = FIRMWARE_SECTOR};
    house->firmware = desk;
    return start(house);
}

void house_firmware_plug(struct house *house, const struct update_drive *drive)
{
    house->firmware->drive = drive;
}

void house_firmware_tick(struct house *house)
{
    struct firmware_desk *desk = house->firmware;
    if (desk == NULL) {
        return;
    }
    update_step(&desk->updater, desk->drive, house->now_ms);
    house->inverter.in.updating = update_busy(&desk->updater);
    if (desk->updater.state == UPDATE_RESTART) {
        house_power(house, false);
        (void)start(house);
        house_power(house, true);
        desk->updater.seen = true; /* the drive is still in: it was this one */
        desk->restarts++;
    }
    bool well = !inverter_has(&house->inverter, FAULT_F_VERSION) &&
                !inverter_has(&house->inverter, FAULT_F_INTERNAL_LINK);
    bool proven = well && time_reached(house->now_ms, desk->started_ms + PROVEN_MS);
    if (proven && update_confirm(&desk->updater) != NVM_OK) {
        desk->started_ms = house->now_ms; /* the flash refused: tried again in a minute */
    }
}
