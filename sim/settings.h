/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_SETTINGS_H
#define HEARTH_SIM_SETTINGS_H

/* Settings of a house's devices by name and text, as people and files write them. The check is the
   core's; here it gets its sentence. */

#include "sim/house.h"

enum write_result { WRITE_OK, WRITE_UNKNOWN, WRITE_REFUSED, WRITE_DENIED };

/* Writes one setting of "inverter" or "packN"; `why` gets a sentence when it is not taken. */
enum write_result house_write_setting(struct house *house, const char *device, const char *name,
                                      const char *text, bool installer, char *why, size_t room);

/* Its value as text; false when there is no such setting. */
bool house_read_setting(const struct house *house, const char *device, const char *name, char *text,
                        size_t room);

/* Index of "pack3" (2), or -1 when the house has no such pack. */
int house_pack_index(const struct house *house, const char *device);

/* Row of a product's setting by mnemonic, NULL when there is none. */
const struct setting_row *setting_by_mnemonic(const struct inverter_profile *profile,
                                              const char *mnemonic);

/* Whether this scenario's or site's hand may write to the pack: its role, or the password given. */
bool house_may_write(const struct house *house, struct bms *bms);

#endif
