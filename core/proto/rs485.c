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
