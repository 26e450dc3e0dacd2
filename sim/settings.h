/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_SETTINGS_H
#define HEARTH_SIM_SETTINGS_H

/* Settings of a house's devices by name and text, as people and files write them. The check is the
   core's; here it gets its sentence. */

#include "sim/house.h"

enum write_result {
    WRITE_OK,
    WRITE_WARNED, /* taken, but it does not go well with another setting */
    WRITE_UNKNOWN,
    WRITE_REFUSED,
    WRITE_DENIED
};

static inline bool write_took(enum write_result result)
{
    return result == WRITE_OK || result == WRITE_WARNED;
}

const char *write_result_word(enum write_result result); /* "accepted", "warned", "refused" */

/* Writes one setting of "inverter" or "packN"; `why` gets a sentence when it is not taken, taken
   with a warning, or asks for what is not here yet; else it is empty. */
enum write_result house_write_setting(struct house *house, const char *device, const char *name,
                                      const char *text, bool installer, char *why, size_t room);

/* One line of a file of settings. */
struct setting_text {
    const char *device, *name, *value;
    bool stored; /* private */
};

/* What house_write_setting() would answer, without storing anything. */
enum write_result house_try_setting(const struct house *house, const struct setting_text *what,
                                    bool installer, char *why, size_t room);

/* What a person should know of a value the inverter has: the sentences a write of it is warned
   with. False, and `why` is empty, when there is nothing. */
bool house_setting_doubts(const struct house *house, const char *name, char *why, size_t room);

/* Stores all of them as if at once: one that is refused is tried again behind the others, so that
   two that depend on each other may stand in any order. Returns -1, or the index of the first that
   is never taken, with its sentence in `why`. */
int house_write_settings(struct house *house, struct setting_text *list, int n, char *why,
                         size_t room);

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
