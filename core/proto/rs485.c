/* SPDX-License-Identifier: Apache-2.0 */
/* The six protocols, and what several of their files need. Figures: docs/protocols.md. */
#include "core/proto/rs485_ends.h"

const struct rs485_facts rs485_facts[RS485_ALL] = {
    [RS485_PYLON] = {"pylon-rs485", 115200, 1000, 100, 2, 16, true},
    [RS485_VOLTRONIC] = {"voltronic-rs485", 9600, 500, 100, 1, 16, true},
    [RS485_GROWATT] = {"growatt-rs485", 9600, 500, 100, 1, 16, true},
    [RS485_PACE] = {"pace", 9600, 500, 100, 1, 15, false},
    [RS485_PACE_MODBUS] = {"pace-modbus", 9600, 500, 100, 1, 16, false},
    [RS485_JBD] = {"jbd", 9600, 500, 100, 0, 0, false},
    [RS485_SEPLOS] = {"seplos", 9600, 500, 100, 0, 15, false},
    [RS485_SEPLOS3] = {"seplos-modbus", 19200, 500, 100, 0, 15, false},
    [RS485_DALY] = {"daly", 9600, 500, 100, 1, 1, false},
    [RS485_JK] = {"jk", 115200, 2000, 100, 0, 0, false},
};

const struct rs485_end *rs485_end_of(enum rs485_protocol protocol)
{
    static const struct rs485_end *const ends[RS485_ALL] = {
        [RS485_PYLON] = &rs485_pylon,     [RS485_VOLTRONIC] = &rs485_voltronic,
        [RS485_GROWATT] = &rs485_growatt, [RS485_PACE] = &rs485_pace,
        [RS485_JBD] = &rs485_jbd,         [RS485_PACE_MODBUS] = &rs485_pace_modbus,
        [RS485_SEPLOS] = &rs485_seplos,   [RS485_SEPLOS3] = &rs485_seplos3,
        [RS485_DALY] = &rs485_daly,       [RS485_JK] = &rs485_jk,
    };
    return ends[protocol];
}

/* Tries every value that is not in yet; true when all are. Each pass takes at least one. */
static bool set_what_goes(const struct bank_desk *desk, int pack, const struct desk_values *values,
                          uint64_t *done)
{
    uint64_t all = (UINT64_C(1) << values->n) - 1;
    for (bool more = true; more && *done != all;) {
        more = false;
        for (size_t i = 0; i < values->n; i++) {
            const struct desk_value *of = &values->of[i];
            if ((*done >> i & 1) == 0 &&
                desk->set(desk->context, (uint8_t)pack, of->parameter, of->value)) {
                *done |= UINT64_C(1) << i;
                more = true;
            }
        }
    }
    return *done == all;
}

bool desk_set_all(const struct bank_desk *desk, int pack, struct desk_values *values)
{
    _Static_assert(DESK_VALUES < 64, "one bit per value");
    uint64_t done = 0;
    if (desk->set == NULL || desk->get == NULL) {
        return false;
    }
    for (size_t i = 0; i < values->n; i++) {
        if (!desk_get(desk, pack, values->of[i].parameter, &values->of[i].before)) {
            return false;
        }
    }
    if (set_what_goes(desk, pack, values, &done)) {
        return true;
    }
    uint64_t undone = ~done & ((UINT64_C(1) << values->n) - 1);
    for (size_t i = 0; i < values->n; i++) {
        values->of[i].value = values->of[i].before;
    }
    (void)set_what_goes(desk, pack, values, &undone);
    return false;
}
