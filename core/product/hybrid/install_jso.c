/* SPDX-License-Identifier: Apache-2.0 */
/* Installation of the JSO12048156: manual 000, sections 3.2 to 3.10, 5.6 and 9. */
#include "core/product/install_rows.h"

/* What a cable carries beside a breaker is not printed; A/mm2 of the off-grid manual (003, 2.1). */
enum { CARRIES = 5000 };

/* clang-format off */
static const struct install_rule rules[] = {
    LEAST(AC_CABLE, 4000, REFUSED, "3.4", "wires of grid, load and generator, 4 mm2 / 11AWG"),
    LEAST(BATTERY_CABLE, 60000, REFUSED, "3.3", "battery cable, 60 mm2; 1/0AWG, printed beside it, is 53.5 mm2 and too thin"),
    LEAST(PV_CABLE, 4000, REFUSED, "3.5.2", "PV1-F, 4 mm2"),
    MOST(PV_CABLE, 6000, WARNING, "3.5.2", "the MC4 contacts are made for up to 6 mm2"),
    ABOVE(BATTERY_BREAKER, 0, REFUSED, "3.3", "a separate DC breaker is required at the battery"),
    RANGE(BATTERY_BREAKER, 240000, 250000, WARNING, "3.10", "250 A DC breaker; below 240 A it opens in normal use"),
    ABOVE(GRID_BREAKER, 0, REFUSED, "3.4", "a separate AC breaker is required to the grid"),
    RANGE(GRID_BREAKER, 50000, 80000, WARNING, "3.10", "80 A AC breaker; below 50 A it opens while grid passes through"),
    MOST(GRID_BREAKER, CARRIES, WARNING, "3.10", "an 80 A breaker guards a thicker cable than the 4 mm2 that are printed", PER(AC_CABLE)),
    RANGE(BACKUP_BREAKER, 18000, 20000, WARNING, "3.4", "20 A AC breaker; below 18 A it opens in normal use"),
    RANGE(GENERATOR_BREAKER, 18000, 20000, WARNING, "3.10", "20 A AC breaker; below 18 A it opens in normal use"),
    ABOVE(PV_BREAKER, 0, REFUSED, "3.5", "a separate DC breaker is required at the modules"),
    EXACT(BATTERY_SCREW, 10000, WARNING, "3.3", "M10 screw"),
    MOST(LUG_TORQUE_NM, 24500, REFUSED, "3.3", "battery screw with 24.5 Nm at most"),
    LEAST(LUG_TORQUE_NM, 22050, WARNING, "3.3", "battery screw with 24.5 Nm; a tenth less is loose"),
    MOST(AC_TORQUE_NM, 1200, REFUSED, "3.4", "AC terminals with 1.2 Nm at most"),
    EXACT(AC_STRIP, 10000, WARNING, "3.4", "AC wires stripped 10 mm"),
    EXACT(PV_STRIP, 7000, WARNING, "3.5.2", "PV wires stripped about 7 mm"),
    ABOVE(PV_VOC, 150000, REFUSED, "3.5.1", "the string must exceed the start voltage"),
    MOST(PV_VOC, 800000, REFUSED, "3.5.1", "highest voltage of the PV input; the 1000 V of a hint in 3.5.2 is another model's"),
    RANGE(PV_VMPP, 200000, 650000, WARNING, "3.5.1", "range of the trackers"),
    MOST(PV_MPPT1, 25000, WARNING, "9", "input current of the first tracker"),
    MOST(PV_MPPT2, 12500, WARNING, "9", "input current of the second tracker"),
    MOST(PV_TOTAL, 15600000, REFUSED, "9", "DC input power"),
    MOST(STRINGS, 3000, REFUSED, "3.5.1", "2+1 strings"),
    MOST(STRINGS_MPPT1, 2000, REFUSED, "3.5.1", "2+1 strings"),
    MOST(STRINGS_MPPT2, 1000, REFUSED, "3.5.1", "2+1 strings"),
    MOST(CHARGE, 240000, REFUSED, "9", "most that it charges with; for gel the battery maker's figure counts"),
    MOST(CHARGE, 200, WARNING, "5.6", "AGM: a fifth of the ampere hours", PER(BATTERY_AH), WHEN(BATTERY_TYPE, IS, INSTALL_AGM, INSTALL_AGM)),
    MOST(CHARGE, 200, WARNING, "5.6", "wet: a fifth of the ampere hours", PER(BATTERY_AH), WHEN(BATTERY_TYPE, IS, INSTALL_WET, INSTALL_WET)),
    MOST(CHARGE, 500, WARNING, "5.6", "lithium: half of the ampere hours", PER(BATTERY_AH), WHEN(BATTERY_TYPE, IS, INSTALL_LITHIUM, INSTALL_LITHIUM)),
    LEAST(CLEAR_ABOVE, 500000, REFUSED, "3.2", "50 cm of air above"),
    LEAST(CLEAR_BELOW, 500000, REFUSED, "3.2", "50 cm of air below"),
    LEAST(CLEAR_LEFT, 500000, REFUSED, "3.2", "50 cm of air at the sides"),
    LEAST(CLEAR_RIGHT, 500000, REFUSED, "3.2", "50 cm of air at the sides"),
    LEAST(CLEAR_FRONT, 1000000, REFUSED, "3.2", "100 cm of air in front"),
    LEAST(WALL_BOLTS, 4000, REFUSED, "3.2", "4 expansion bolts"),
    RANGE(WALL_DEPTH, 52000, 60000, WARNING, "3.2", "holes 52-60 mm deep"),
    MOST(HUMIDITY, 95000, REFUSED, "3.2", "humidity of the site"),
    LEAST(COLDEST, -25000, REFUSED, "3.2", "ambient temperature"),
    MOST(WARMEST, 60000, REFUSED, "3.2", "ambient temperature"),
    MOST(WARMEST, 45000, WARNING, "9", "above 45 degC it gives less power"),
    MOST(ALTITUDE, 2000000, REFUSED, "3.2", "height above the sea"),
    NEVER(IN_SUN, "3.2", "no direct sunlight"),
    NEVER(IN_RAIN, "3.2", "no rain and no snow"),
    NEVER(FLAMMABLE, "3.2", "no flammable or explosive store, and a wall that does not burn"),
    NEVER(ANTENNA, "3.2", "not near a television antenna or its cable"),
    NEVER(COOL_AIR, "3.2", "not in cool air directly"),
    MUST(POLARITY_BATTERY, "3.3", "a reversed battery damages the inverter"),
    MUST(POLARITY_PV, "3.5.2", "polarity of the modules before they are connected"),
    MUST(AC_PORTS, "3.4", "grid, load and generator terminals not misconnected"),
    NEVER(PV_EARTHED, "3.5", "PV+ and PV- must not be earthed"),
    MUST(PV_SURGE, "3.5", "PV junction box with surge protection"),
    MUST(EARTHED, "3.7", "earth on the grid side is mandatory"),
};
/* clang-format on */

const struct install_guide install_jso12048156 = {
    .manual = "000", .family = rules, .n_family = sizeof rules / sizeof rules[0]};
