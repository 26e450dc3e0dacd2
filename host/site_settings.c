/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of a site's devices: rows of the products' tables as every interface shows them. */
#include <stdio.h>
#include <string.h>

#include "host/pack_desk.h"
#include "host/site_internal.h"
#include "sim/settings.h"

static const char *const pack_devices[STACK_PACKS] = {
    "pack1", "pack2",  "pack3",  "pack4",  "pack5",  "pack6",  "pack7", "pack8",
    "pack9", "pack10", "pack11", "pack12", "pack13", "pack14", "pack15"};

const char *site_device(const struct site *site, int index)
{
    int inverters = site->house.spec.inverter != NULL ? 1 : 0;
    int packs = site->house.spec.battery == HOUSE_PACKS ? site->house.spec.packs : 0;
    if (index >= 0 && index < inverters) {
        return "inverter";
    }
    index -= inverters;
    return index >= 0 && index < packs ? pack_devices[index] : NULL;
}

static void view_row(const struct inverter *inverter, const struct setting_row *row,
                     struct setting_view *out)
{
    static const char *const types[] = {[SETTING_ENUM] = "enum",
                                        [SETTING_CHOICE] = "enum",
                                        [SETTING_BOOL] = "bool",
                                        [SETTING_INT] = "int",
                                        [SETTING_DECIMAL] = "decimal"};
    bool ranged = row->type == SETTING_INT || row->type == SETTING_DECIMAL;
    *out = (struct setting_view){.name = row->mnemonic,
                                 .title = row->name,
                                 .type = types[row->type],
                                 .options = row->options,
                                 .unit = row->unit,
                                 .effect = row->effect,
                                 .applies = row->applies,
                                 .access = row->access == ACCESS_USER ? "user" : "installer"};
    setting_format(row, inverter->set[row->id], out->value, sizeof out->value);
    setting_format(row, row->def, out->fallback, sizeof out->fallback);
    if (ranged) {
        setting_format(row, row->min, out->min, sizeof out->min);
        setting_format(row, row->max, out->max, sizeof out->max);
        setting_format(row, row->step, out->step, sizeof out->step);
    }
}

bool site_setting(const struct site *site, const char *device, int index, struct setting_view *out)
{
    int pack = house_pack_index(&site->house, device);
    if (pack >= 0) {
        if (index < 0 || index >= PARAM_COUNT) {
            return false;
        }
        struct parameter_view view;
        pack_parameter_view(&site->house.bms[pack], (enum parameter_id)index, &view);
        *out = view.setting;
        return true;
    }
    bool inverter = strcmp(device, "inverter") == 0 && site->house.spec.inverter != NULL;
    if (!inverter || index < 0 || index >= site->house.inverter.profile->n_settings) {
        return false;
    }
    const struct setting_row *row = &site->house.inverter.profile->settings[index];
    view_row(&site->house.inverter, row, out);
    if (site->real != NULL && !real_knows(site, row->id)) {
        out->value[0] = '\0';
    }
    return true;
}

/* A pack keeps its parameters on its own flash; that is on the disk before the write is answered.
 */
bool site_keep_pack(struct site *site, int pack)
{
    struct pack_board *board = &site->house.spec.boards[pack];
    memory_step(&board->memory, &site->house.bms[pack], &site->house.sensed[pack]);
    return board->memory.mounted && pack_flash_sync(site->flash);
}

/* What is told of a write. */
static void tell_text(int pack, const char *name, const char *value, char *text, size_t room)
{
    struct pack_change change = {.id = pack >= 0 ? parameter_find(name) : PARAM_NONE};
    if (change.id != PARAM_NONE && parameter_parse(&parameters[change.id], value, &change.value)) {
        pack_change_text(&change, text, room);
    } else {
        snprintf(text, room, "%.60s set to %.40s", name, value);
    }
}

/* Stores what was written, so that it is there after a restart; the device keeps it in its own
   memory. Written only when it differs: storage wears. */
// NOLINTNEXTLINE(readability-function-size): a write and where its reason goes
enum setting_result site_keep_setting(struct site *site, const char *device, const char *name,
                                      const char *value, char *why, size_t room)
{
    char key[96];
    char text[160];
    int pack = house_pack_index(&site->house, device);
    snprintf(key, sizeof key, "setting.%s.%s", device, name);
    bool kept = pack >= 0 ? site_keep_pack(site, pack)
                          : site->store == NULL || store_kv_put(site->store, key, value);
    if (!kept) {
        snprintf(why, room, "%s was set but could not be stored; it is lost at a restart.", name);
        return SETTING_FAILED;
    }
    tell_text(pack, name, value, text, sizeof text);
    site_tell(site, device, "setting", "set", true, text);
    return SETTING_OK;
}

static bool may_change(enum role role, const char *name, char *why, size_t room)
{
    if (role >= ROLE_OWNER) {
        return true;
    }
    snprintf(why, room, "%s may be changed by the owner or the installer.", name);
    return false;
}

const char *site_setting_try(const struct site *site, const char *device,
                             const struct setting_trial *trial, char *why, size_t room)
{
    const struct setting_text what = {device, trial->name, trial->value, false};
    if (!may_change(trial->role, trial->name, why, room)) {
        return write_result_word(WRITE_DENIED);
    }
    return write_result_word(
        house_try_setting(&site->house, &what, trial->role == ROLE_INSTALLER, why, room));
}

// NOLINTNEXTLINE(readability-function-size): a write and where its reason goes
enum setting_result site_setting_write(struct site *site, const char *device, const char *name,
                                       const char *value, enum role role, char *why, size_t room)
{
    char before[32] = "";
    char after[32] = "";
    if (!may_change(role, name, why, room)) {
        return SETTING_DENIED;
    }
    if (site->real != NULL && strcmp(device, "inverter") == 0) {
        const struct setting_trial trial = {name, value, role};
        return real_write(site, &trial, why, room);
    }
    (void)house_read_setting(&site->house, device, name, before, sizeof before);
    switch (
        house_write_setting(&site->house, device, name, value, role == ROLE_INSTALLER, why, room)) {
    case WRITE_OK:
    case WRITE_WARNED: break;
    case WRITE_UNKNOWN: return SETTING_UNKNOWN;
    case WRITE_REFUSED: return SETTING_INVALID;
    case WRITE_DENIED: return SETTING_DENIED;
    }
    (void)house_read_setting(&site->house, device, name, after, sizeof after);
    if (strcmp(before, after) == 0) {
        return SETTING_OK;
    }
    return site_keep_setting(site, device, name, after, why, room);
}
