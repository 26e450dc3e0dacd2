/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_RELAY_H
#define HEARTH_CORE_PROTO_RELAY_H

/*
 * What a converter between two protocols tells the inverter of the battery it hears: everything
 * while it is fresh, limits that fall with each second of silence, then a stop, said with flags and
 * with limits. A field never heard is never made up; a stale one never counts as fresh. Figures of
 * the stages: docs/protocols.md, relay.
 *
 * Invariants:
 *  0. Who may not charge has a charge limit of 0, and who has a charge limit of 0 may not charge;
 *     the same for discharging. A dialect without enable bits says so by its protections (SMA: an
 *     alarm is stand-by). Where charging is stopped by voltage (Victron) the limit of a forbidden
 *     charge stays for the encoder, which lowers the charge voltage.
 *  1. The limits told are never above those last heard, nor above the caps.
 *  2. Without limits, SOC and a voltage heard within hold_ms no limit stays as it was.
 *  3. A report that is refused still forbids: its zeros and cleared enables act at once.
 *  4. After a stop nothing is offered before back_ms of unbroken hearing.
 */

#include "core/proto/battery_report.h"
#include "core/units.h"

struct relay_rules {
    uint32_t hold_ms; /* silence up to here changes nothing */
    uint32_t stop_ms; /* from here: stop; below the inverter's own time-out */
    uint32_t back_ms; /* heard anew for so long before it goes on */
    int32_t charge_cap_ma, discharge_cap_ma, voltage_cap_mv; /* 0: none */
    bool own_limits;       /* the battery's protocol tells no limits: made of the caps, see below */
    bool stops_by_voltage; /* the inverter's dialect does */
};

enum relay_stage { RELAY_NEVER, RELAY_FRESH, RELAY_TAPER, RELAY_STOPPED };

enum { RELAY_PARTS = 3 }; /* limits, SOC, measured: what an inverter cannot do without */

struct relay {
    struct relay_rules rules;
    struct battery_report last;
    uint32_t part_ms[RELAY_PARTS];
    uint32_t fresh_since_ms;
    enum relay_stage stage;
    bool was_fresh;
    uint32_t implausible; /* reports refused because limits and voltage contradict each other */
    uint32_t stops;
};

void relay_init(struct relay *relay, const struct relay_rules *rules);

/* The battery was heard: `parts` are the HEARD_* bits that came anew, `report` all that is known.
   A charge voltage that lies further than a quarter from the measured voltage is refused. Of what
   is refused only what takes away is heeded: lower limits, cleared enables, protections.

   A protocol that tells no limits (PACE, JBD) is given the caps as limits, less near the ends of
   the cells and at the edges of temperature, none where the BMS has opened a MOS: charging to 3.45
   V a cell in full, to 3.55 V falling to none, from 10 degC down to 0 and from 45 up to 55 the
   same; discharging down to 3.0 V in full, to 2.8 V falling to none. Figures: docs/bms.md, limits.
 */
void relay_hear(struct relay *relay, const struct battery_report *report, uint32_t parts,
                uint32_t now_ms);

/* What to tell the inverter now. NEVER: nothing yet, `out` has heard nothing. */
enum relay_stage relay_tell(struct relay *relay, uint32_t now_ms, struct battery_report *out);

#endif
