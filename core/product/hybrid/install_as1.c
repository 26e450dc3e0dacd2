/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Installation and storage of the AS1 and its added packs: manual 001, sections 3.2 to 4.7 and 7.2.
 * The drawings of the DIP switches are lost: the unit's code is taken for the number of added
 * packs, a pack's for its own number, binary with switch 1 as the lowest bit (inferred).
 */
#include "core/product/install_rows.h"

/* Rules for one number of units (the AS1 counts as the first), or for so many and more. */
#define UNITS(n)       .packs_from = (n), .packs_to = (n)
#define UNITS_FROM(n)  .packs_from = (n)
#define DIP_UNIT       "the unit's DIP code is the number of added packs"
#define DIP_PACK       "an added pack's DIP code is its number"
#define PLUG_TAKEN_OUT "the end plug is taken out of every pack but the last"
#define PLUG_STAYS     "the end plug stays in the last pack"

/* clang-format off */
static const struct install_rule rules[] = {
    RANGE(AC_CABLE, 2500, 6000, REFUSED, "4.3", "2.5 mm2 recommended; the E6012 crimps take up to 6 mm2"),
    ABOVE(AC_BREAKER, 0, REFUSED, "4.7", "a breaker to the grid must be installed"),
    LEAST(RCD, 30000, WARNING, "4.7", "an external residual current device acts at 30 mA or more"),
    TORQUE(COVER_TORQUE_KGF, 14000, "4.4", "cover plates with 14 kgf.cm"),
    TORQUE(GLAND_TORQUE_KGF, 30000, "4.4", "cable glands with 30 kgf.cm"),
    TORQUE(HEAD_TORQUE_KGF, 30000, "4.4", "RJ45 fastening head with 30 kgf.cm"),
    LEAST(CLEAR_ABOVE, 500000, REFUSED, "3.2", "50 cm of air above"),
    LEAST(CLEAR_BELOW, 500000, REFUSED, "3.2", "50 cm of air below"),
    LEAST(CLEAR_LEFT, 300000, REFUSED, "3.2", "30 cm of air at the sides"),
    LEAST(CLEAR_RIGHT, 300000, REFUSED, "3.2", "30 cm of air at the sides"),
    LEAST(CLEAR_FRONT, 500000, REFUSED, "3.2", "50 cm of air in front"),
    LEAST(WALL_BOLTS, 6000, REFUSED, "3.1", "bracket with its 6 screws"),
    EXACT(WALL_HOLE, 8000, WARNING, "3.3", "holes of 8 mm"),
    EXACT(WALL_DEPTH, 50000, WARNING, "3.3", "holes 50 mm deep"),
    RANGE(TILT, 0, 15000, REFUSED, "3.2", "upright, or leaning back by at most 15 degrees"),
    MOST(HUMIDITY, 85000, REFUSED, "3.2", "no site with humidity above 85 %"),
    ABOVE(COLDEST, 0, REFUSED, "3.2", "no site where the freezing point is reached"),
    MOST(WARMEST, 50000, REFUSED, "2.1", "operating temperature"),
    MOST(WARMEST, 45000, WARNING, "1.1", "not to be exposed to more than 45 degC"),
    LEAST(TO_EXIT, 600000, REFUSED, "3.2", "not within 600 mm of an exit"),
    LEAST(TO_WINDOW, 600000, REFUSED, "3.2", "not within 600 mm of a window or vent of a habitable room"),
    LEAST(TO_APPLIANCE, 600000, REFUSED, "3.2", "not within 600 mm of a hot water unit, air conditioner or other appliance"),
    NEVER(IN_SUN, "3.2", "no direct sunlight"),
    NEVER(IN_RAIN, "3.2", "no rain and no snow"),
    NEVER(SALTY, "3.2", "no place with plenty of salt"),
    NEVER(FLOODED, "3.2", "no flooded area"),
    NEVER(CEILING, "3.2", "not in ceiling spaces"),
    NEVER(CAVITY, "3.2", "not in wall cavities or under stairways"),
    RATHER_NOT(ON_ROOF, "3.2", "not on a roof unless it was found suitable"),
    NEVER(WALKWAY, "3.2", "not under access walkways"),
    MUST(AC_PORTS, "4.2", "the backup side not on grid or battery, the two AC terminals not swapped"),
    NEVER(OTHER_BATTERY, "2.1", "only B1 packs at the battery port"),
    EXACT(DIP_AS1, 0, REFUSED, "4.4", DIP_UNIT, UNITS(1)),
    EXACT(DIP_AS1, 1000, REFUSED, "4.4", DIP_UNIT, UNITS(2)),
    EXACT(DIP_AS1, 2000, REFUSED, "4.4", DIP_UNIT, UNITS(3)),
    EXACT(DIP_AS1, 3000, REFUSED, "4.4", DIP_UNIT, UNITS(4)),
    EXACT(DIP_B1_1, 1000, REFUSED, "4.4", DIP_PACK, UNITS_FROM(2)),
    EXACT(DIP_B1_2, 2000, REFUSED, "4.4", DIP_PACK, UNITS_FROM(3)),
    EXACT(DIP_B1_3, 3000, REFUSED, "4.4", DIP_PACK, UNITS_FROM(4)),
    EXACT(PLUG_1, 1, REFUSED, "4.4", PLUG_STAYS, UNITS(2)),
    EXACT(PLUG_1, 0, REFUSED, "4.4", PLUG_TAKEN_OUT, UNITS_FROM(3)),
    EXACT(PLUG_2, 1, REFUSED, "4.4", PLUG_STAYS, UNITS(3)),
    EXACT(PLUG_2, 0, REFUSED, "4.4", PLUG_TAKEN_OUT, UNITS_FROM(4)),
    EXACT(PLUG_3, 1, REFUSED, "4.4", PLUG_STAYS, UNITS(4)),
    RANGE(STORAGE_C, -20000, 50000, REFUSED, "7.2", "storage temperature"),
    RANGE(STORAGE_C, 18000, 28000, WARNING, "7.2", "more than 3 months of storage need 18-28 degC", WHEN(STORAGE_MONTHS, ABOVE, 3000, 0)),
    BELOW(STORAGE_PCT, 85000, REFUSED, "7.2", "storage below 85 % humidity"),
    MOST(DISPATCHED, 6000, WARNING, "7.2", "to be installed within 6 months of leaving the factory"),
};
/* clang-format on */

const struct install_guide install_as1 = {
    .manual = "001", .family = rules, .n_family = sizeof rules / sizeof rules[0]};
