/* SPDX-License-Identifier: Apache-2.0 */
/* The event memory of a simulated site's packs, as interfaces read it. */
#include <stdio.h>
#include <string.h>

#include "host/event_words.h"
#include "host/site_internal.h"
#include "sim/settings.h"

enum { EPOCH_2000_S = 946684800 };

static struct pack_board *board_of(const struct site *site, const char *device, int *pack)
{
    *pack = house_pack_index(&site->house, device);
    return *pack >= 0 && site->house.spec.boards != NULL ? &site->house.spec.boards[*pack] : NULL;
}

bool site_records(const struct site *site, const char *device, struct site_records *out)
{
    int pack;
    const struct pack_board *board = board_of(site, device, &pack);
    if (board == NULL || !board->memory.mounted) {
        return false;
    }
    *out = (struct site_records){0};
    if (records_span(&board->memory.records, &out->oldest, &out->newest)) {
        out->count = records_count(&board->memory.records);
    } else {
        out->oldest = out->newest = 0;
    }
    return true;
}

/* Codes of the rows of one kind that were active, joined by commas. */
static void codes(const struct pack_profile *profile, uint64_t active, enum protection_kind kind,
                  char *out, size_t room)
{
    uint64_t rows = active & protection_mask(profile, kind);
    size_t used = 0;
    out[0] = '\0';
    for (int row = 0; row < ROW_COUNT && used < room; row++) {
        if ((rows >> row & 1) != 0) {
            int n = snprintf(out + used, room - used, "%s%s", used > 0 ? "," : "",
                             profile->rows[row].code);
            used += n > 0 ? (size_t)n : 0;
        }
    }
}

static const char *state_word(unsigned state)
{
    static const char *const words[] = {
        [PACK_SLEEP] = "sleep",         [PACK_STANDBY] = "standby", [PACK_CHARGE] = "charge",
        [PACK_DISCHARGE] = "discharge", [PACK_PROTECT] = "protect", [PACK_FAULT] = "fault"};
    return state < sizeof words / sizeof words[0] ? words[state] : "?";
}

bool site_record(const struct site *site, const char *device, uint32_t sequence,
                 struct site_record *out)
{
    int pack;
    struct bms_record r;
    struct pack_board *board = board_of(site, device, &pack);
    if (board == NULL || records_read(&board->memory.records, sequence, &r) != NVM_OK) {
        return false;
    }
    const struct pack_profile *profile = site->house.bms[pack].profile;
    enum tz_kind kind;
    int64_t at_s =
        tz_from_local(site->config->tz, (int64_t)r.clock_s2000 + EPOCH_2000_S, TZ_FIRST, &kind);
    const struct bms_event event = {.kind = r.kind, .what = r.what};
    *out = (struct site_record){.sequence = r.sequence,
                                .at_ms = at_s * 1000,
                                .current_ma = r.current_ma,
                                .voltage_mv = r.voltage_mv,
                                .remaining_mah = r.remaining_mah,
                                .soc_pct100 = r.soc_pct100,
                                .address = r.address,
                                .state = state_word(r.state),
                                .n_cells = r.n_cells <= PACK_CELLS_MAX ? r.n_cells : 0};
    memcpy(out->cell_mv, r.cell_mv, sizeof out->cell_mv);
    memcpy(out->temp_c10, r.temp_c10, sizeof out->temp_c10);
    event_text(profile->rows, &event, out->event, sizeof out->event);
    event_sentence(profile->rows, &event, out->text, sizeof out->text);
    codes(profile, r.active, KIND_PROTECTION, out->protections, sizeof out->protections);
    codes(profile, r.active, KIND_FAULT, out->faults, sizeof out->faults);
    codes(profile, r.active, KIND_ALARM, out->alarms, sizeof out->alarms);
    return true;
}

enum setting_result site_records_erase(struct site *site, const char *device, enum role role,
                                       char *why, size_t room)
{
    int pack;
    struct pack_board *board = board_of(site, device, &pack);
    if (board == NULL) {
        snprintf(why, room, "There is no pack \"%.40s\" with an event memory.", device);
        return SETTING_UNKNOWN;
    }
    if (role != ROLE_INSTALLER) {
        snprintf(why, room, "Only the installer may delete a pack's records.");
        return SETTING_DENIED;
    }
    if (memory_erase_records(&board->memory, &site->house.bms[pack]) != NVM_OK ||
        !pack_flash_sync(site->flash)) {
        snprintf(why, room, "The pack's memory did not take it; nothing was deleted for good.");
        return SETTING_FAILED;
    }
    site_drain_events(site);
    return SETTING_OK;
}
