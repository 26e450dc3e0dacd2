/* SPDX-License-Identifier: Apache-2.0 */
/* Words and lists of codes that points show: states, lamps, faults, who feeds the load. */
#include "sim/points.h"

#include <stdio.h>
#include <string.h>

const char *pack_state_word(enum pack_state state)
{
    static const char *const words[] = {
        [PACK_SLEEP] = "sleep",         [PACK_STANDBY] = "standby", [PACK_CHARGE] = "charge",
        [PACK_DISCHARGE] = "discharge", [PACK_PROTECT] = "protect", [PACK_FAULT] = "fault"};
    return words[state];
}

const char *lamp_word(enum lamp lamp)
{
    static const char *const words[] = {[LAMP_OFF] = "off",
                                        [LAMP_ON] = "on",
                                        [LAMP_FLASH1] = "flash1",
                                        [LAMP_FLASH2] = "flash2",
                                        [LAMP_FLASH3] = "flash3"};
    return words[lamp];
}

const char *inverter_state_word(enum inverter_state state)
{
    static const char *const words[] = {
        [INVERTER_OFF] = "off",         [INVERTER_STANDBY] = "standby",
        [INVERTER_BYPASS] = "bypass",   [INVERTER_INVERTING] = "inverting",
        [INVERTER_ON_GRID] = "on_grid", [INVERTER_FAULT] = "fault",
        [INVERTER_UPDATE] = "update"};
    return words[state];
}

const char *charge_stage_word(enum charge_stage stage)
{
    static const char *const words[] = {[STAGE_OFF] = "off",
                                        [STAGE_BULK] = "bulk",
                                        [STAGE_ABSORPTION] = "absorption",
                                        [STAGE_FLOAT] = "float",
                                        [STAGE_EQUALIZE] = "equalize"};
    return words[stage];
}

/* Appends a code unless it is already there. */
static void add_code(char *list, size_t room, const char *code)
{
    size_t length = strlen(code);
    for (const char *p = list; (p = strstr(p, code)) != NULL; p += length) {
        bool begins = p == list || p[-1] == ',';
        if (begins && (p[length] == '\0' || p[length] == ',')) {
            return;
        }
    }
    size_t used = strlen(list);
    snprintf(list + used, room - used, "%s%s", used > 0 ? "," : "", code);
}

void pack_codes(const struct protection *table, uint64_t rows, enum protection_kind kind,
                char *list, size_t room)
{
    list[0] = '\0';
    for (int i = 0; i < ROW_COUNT; i++) {
        if ((rows >> i & 1) != 0 && table[i].kind == kind) {
            add_code(list, room, table[i].code);
        }
    }
}

void inverter_codes(const struct inverter *inverter, enum fault_class class, char *list,
                    size_t room)
{
    list[0] = '\0';
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = &inverter->profile->faults[i];
        if (inverter_has(inverter, (enum fault_id)i) && row->class == class) {
            add_code(list, room, row->code);
        }
    }
}

void house_source(const struct house *house, char *words, size_t room)
{
    const struct stage_out *stage = &house->stage;
    words[0] = '\0';
    const struct inverter_outputs *now = &house->inverter.out;
    bool served = now->feed != FEED_NONE && !stage->collapsed && !now->saving;
    bool grid = served && now->feed == FEED_GRID;
    bool generator = served && now->feed == FEED_GENERATOR;
    bool bypass = grid || generator;
    double fed = bypass ? stage->load_w - stage->ac_w : stage->load_w;
    bool pv =
        served && stage->pv_w > 1.0 && (bypass ? fed > 1.0 && stage->ac_charge_a <= 0.0 : true);
    bool battery = served && !bypass && (stage->battery_w > 1.0 || !pv);
    const struct {
        bool on;
        const char *name;
    } parts[] = {{pv, "pv"}, {battery, "battery"}, {grid, "grid"}, {generator, "generator"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].on) {
            size_t used = strlen(words);
            snprintf(words + used, room - used, "%s%s", used > 0 ? "+" : "", parts[i].name);
        }
    }
    if (words[0] == '\0') {
        snprintf(words, room, "none");
    }
}
