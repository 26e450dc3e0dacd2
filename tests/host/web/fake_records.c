/* SPDX-License-Identifier: Apache-2.0 */
/* The event memory of the paper site's first pack: 120 records, the 50th damaged. */
#include <stdio.h>
#include <string.h>

#include "fake_model.h"

enum { FAKE_RECORDS = 120, FAKE_DAMAGED = 50 };

bool site_records(const struct site *site, const char *device, struct site_records *out)
{
    if (strcmp(device, "pack1") != 0) {
        return false;
    }
    *out = site->records_deleted ? (struct site_records){0}
                                 : (struct site_records){1, FAKE_RECORDS, FAKE_RECORDS};
    return true;
}

bool site_record(const struct site *site, const char *device, uint32_t sequence,
                 struct site_record *out)
{
    struct site_records span;
    if (!site_records(site, device, &span) || sequence < 1 || sequence > span.newest ||
        sequence == FAKE_DAMAGED) {
        return false;
    }
    *out = (struct site_record){.sequence = sequence,
                                .at_ms = site->now_ms - (int64_t)(FAKE_RECORDS - sequence) * 60000,
                                .state = "charge",
                                .current_ma = 12345,
                                .voltage_mv = 53210,
                                .remaining_mah = 61500,
                                .soc_pct100 = 6150,
                                .address = 1,
                                .n_cells = 16};
    for (int i = 0; i < 16; i++) {
        out->cell_mv[i] = (uint16_t)(3320 + i);
    }
    for (int i = 0; i < RECORD_TEMPS; i++) {
        out->temp_c10[i] = (int16_t)(235 + i);
    }
    snprintf(out->event, sizeof out->event, "%s", sequence % 2 == 1 ? "COCP set" : "COCP clear");
    snprintf(out->text, sizeof out->text, "Charge over-current, the \"first\" level");
    snprintf(out->protections, sizeof out->protections, "%s", sequence % 2 == 1 ? "COCP,TOVP" : "");
    return true;
}

enum setting_result site_records_erase(struct site *site, const char *device, enum role role,
                                       char *why, size_t room)
{
    (void)device;
    if (role != ROLE_INSTALLER) {
        snprintf(why, room, "Only the installer may delete a pack's records.");
        return SETTING_DENIED;
    }
    site->records_deleted = true;
    return SETTING_OK;
}
