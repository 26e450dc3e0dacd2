/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_FIRMWARE_H
#define HEARTH_SIM_FIRMWARE_H

/*
 * Firmware of a virtual inverter: its two banks in memory of the caller, a drive somebody plugs in,
 * the restart into the new set and its trial. A house without it tells the versions of the works.
 */

#include "core/update/update.h"
#include "sim/house.h"

enum { FIRMWARE_SECTOR = 4096, FIRMWARE_WORKS = 100 };

struct firmware_desk {
    struct updater updater;
    struct flash flash;
    struct update_crypto crypto;
    uint8_t *bytes; /* firmware_bytes() of them */
    size_t n;
    const struct update_drive *drive; /* plugged in, or NULL */
    uint32_t started_ms;
    int restarts;
};

/* Flash a house's inverter takes; 0: its firmware is not changed by a drive. */
size_t firmware_bytes(const struct house *house);

/* Begins with what `bytes` hold (0xFF everywhere: fresh from the works) and lends them to the house
   for as long as it lives. False when the flash cannot be used. */
bool house_firmware_init(struct house *house, struct firmware_desk *desk, uint8_t *bytes, size_t n,
                         const struct update_crypto *crypto);

/* A drive goes in, or out with NULL. */
void house_firmware_plug(struct house *house, const struct update_drive *drive);

/* private to sim: what runs, at power-up; and its time */
void house_firmware_versions(struct house *house);
void house_firmware_tick(struct house *house);

#endif
