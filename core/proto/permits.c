/* SPDX-License-Identifier: Apache-2.0 */
#include "core/proto/permits.h"

void report_permits(struct battery_report *report)
{
    if ((report->heard & HEARD_LIMITS) != 0 && (report->heard & HEARD_REQUEST) != 0) {
        report->charge_enable &= report->charge_limit_ma > 0 && report->charge_mv > 0;
        report->discharge_enable &= report->discharge_limit_ma > 0;
    }
    bool asked = (report->heard & HEARD_REQUEST) != 0;
    bool charges = report->charge_limit_ma > 0 && (!asked || report->charge_enable);
    report->force_charge &= charges;
    report->force_charge_soon &= charges;
    report->full_charge_request &= charges;
    if (report->discharge_mv <= 0) {
        report->heard &= ~(uint32_t)HEARD_DISCHARGE_VOLTAGE;
    }
}

void pack_permits(struct pack_view *pack)
{
    if ((pack->heard & VIEW_LIMITS) != 0) {
        pack->charge_enable &= pack->charge_limit_ma > 0 && pack->charge_mv > 0;
        pack->discharge_enable &= pack->discharge_limit_ma > 0;
    }
    pack->force_charge &= pack->charge_enable;
    pack->force_charge_soon &= pack->charge_enable;
    pack->full_charge_request &= pack->charge_enable;
}

void bank_permits(struct battery_bank *bank)
{
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        pack_permits(&bank->pack[i]);
    }
    report_permits(&bank->whole);
}
