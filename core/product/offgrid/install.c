/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Installation of the off-grid family: manual 003, sections 2.1 to 2.4, 5.3 and 9. Cables and
 * breakers are printed for 6000 W only. What depends on a model's currents is scaled by them and
 * kept below 5 A/mm2 (2.1); the AC side is not, since all models take up to 35 A from the grid.
 */
#include "core/product/install_rows.h"

/* clang-format off */
static const struct install_rule family[] = {
    LEAST(AC_CABLE, 10000, REFUSED, "2.2", "wires of AC input and output, 10 mm2 / 7AWG"),
    LEAST(EARTH_CABLE, 4000, REFUSED, "2.2", "earth wire of the shell, 4-6 mm2"),
    MOST(EARTH_CABLE, 6000, WARNING, "2.2", "the lug RNBL5-4 is made for up to 6 mm2"),
    ABOVE(BATTERY_BREAKER, 0, REFUSED, "2.3", "a breaker must be installed on the battery port"),
    BELOW(BATTERY_BREAKER, 5000, WARNING, "2.1", "the breaker should open before its cable carries 5 A/mm2", PER(BATTERY_CABLE)),
    RANGE(AC_BREAKER, 35000, 63000, WARNING, "2.2", "2P-63A; below 35 A it opens before the inverter's own limit"),
    EXACT(LUG_HOLE, 5000, WARNING, "2.3", "lug with a 5 mm hole, 35 mm2 class"),
    EXACT(BATTERY_SCREW, 5000, WARNING, "2.3", "M5 flange nut"),
    TORQUE(LUG_TORQUE_KGF, 20000, "2.3", "battery nut with 20 kgf.cm"),
    TORQUE(AC_TORQUE_KGF, 12000, "2.3", "terminals of AC input, output and generator with 12 kgf.cm"),
    TORQUE(PV_TORQUE_KGF, 12000, "2.3", "PV terminals with 12 kgf.cm"),
    TORQUE(COVER_TORQUE_KGF, 7000, "2.3", "terminal cover with 7 kgf.cm"),
    LEAST(PV_VOC, 120000, REFUSED, "9", "below the start-up voltage the PV input never starts"),
    MOST(PV_VOC, 550000, REFUSED, "9", "highest voltage of the PV input; more destroys it"),
    RANGE(PV_VMPP, 90000, 500000, WARNING, "9", "range of the tracker"),
    MOST(RELAY_A, 1000, REFUSED, "5.3", "the dry contact switches 1 A at 125 or 230 V AC and at 30 V DC"),
    MOST(RELAY_V, 230000, REFUSED, "5.3", "the dry contact switches up to 230 V AC"),
    MOST(RELAY_V, 30000, REFUSED, "5.3", "the dry contact switches up to 30 V DC", WHEN(RELAY_DC, IS, 1, 1)),
    LEAST(PARALLEL_GAP, 300000, REFUSED, "2.4.1", "gap between inverters in parallel", WHEN(PARALLEL_UNITS, ABOVE, 1000, 0)),
    LEAST(CLEAR_ABOVE, 500000, REFUSED, "2.3", "air for the fan"),
    LEAST(CLEAR_BELOW, 500000, REFUSED, "2.3", "air for the fan"),
    LEAST(CLEAR_LEFT, 200000, REFUSED, "2.3", "air for the fan"),
    LEAST(CLEAR_RIGHT, 200000, REFUSED, "2.3", "air for the fan"),
    EXACT(WALL_BOLT, 6000, WARNING, "2.3", "expansion bolts M6x80 in holes 1 and 2"),
    RANGE(HUMIDITY, 5000, 95000, REFUSED, "9", "relative humidity without dew"),
    LEAST(COLDEST, -10000, REFUSED, "9", "operating temperature"),
    MOST(WARMEST, 50000, REFUSED, "9", "operating temperature"),
    MOST(ALTITUDE, 4000000, REFUSED, "9", "height above the sea"),
    NEVER(IN_SUN, "2.1", "no direct sunlight"),
    NEVER(IN_RAIN, "2.1", "no rain"),
    NEVER(FLAMMABLE, "2.1", "no flammable or explosive surroundings"),
    NEVER(DUSTY, "2.1", "no humid, greasy or dusty surroundings"),
    MUST(POLARITY_BATTERY, "2.3", "a reversed battery damages the inverter"),
    MUST(POLARITY_PV, "2.3", "PV+ and PV- the right way round"),
    MUST(AC_PORTS, "2.3", "AC input neither on the AC output nor on the generator's input"),
    NEVER(FOREIGN_AC, "2.1", "the inverter must be the only source of the load"),
    EXACT(SAME_CABINET, 0, REFUSED, "2.1", "acid gas of a flooded battery corrodes the inverter", WHEN(BATTERY_TYPE, IS, INSTALL_WET, INSTALL_WET)),
};

/* Of a model: cable of the battery, its breaker, cable, breaker and short-circuit current of the
   modules, their power, inverters in parallel, charge current. */
#define MODEL(cable, breaker, pv_cable, pv_breaker, isc, pv_w, units, charge) \
    LEAST(BATTERY_CABLE, cable, REFUSED, "2.2", "30 mm2 / 1AWG for the 137 A of 6000 W; other models by their current"), \
    RANGE(BATTERY_BREAKER, breaker, WARNING, "2.2", "2P-180A for 6000 W, others by their current; no less than they draw"), \
    LEAST(PV_CABLE, pv_cable, REFUSED, "2.2", "5-8 mm2, and no more than 5 A/mm2"), \
    MOST(PV_CABLE, 8000, WARNING, "2.2", "the PV terminals are made for up to 8 mm2"), \
    RANGE(PV_BREAKER, pv_breaker, WARNING, "2.2", "2P-30A for 27 A; other models by their current"), \
    MOST(PV_ISC, isc, REFUSED, "9", "highest short-circuit current of the modules"), \
    MOST(PV_TOTAL, pv_w, WARNING, "9", "the PV input takes no more"), \
    MOST(PARALLEL_UNITS, units, REFUSED, "2.4.1", "inverters in parallel; 3000 W works alone"), \
    MOST(CHARGE, charge, REFUSED, "9", "most that the model charges with")
#define PAIR(low, high) low, high
static const struct install_rule own_3000[] = {
    MODEL(17600, PAIR(80000, 105000), 3600, PAIR(18000, 20000), 22500, 3300000, 1000, 80000),
};
static const struct install_rule own_5000[] = {
    MODEL(25200, PAIR(115000, 151000), 5400, PAIR(27000, 30000), 33750, 6000000, 9000, 100000),
};
static const struct install_rule own_6000[] = {
    MODEL(30000, PAIR(137000, 180000), 5400, PAIR(27000, 30000), 33750, 7800000, 9000, 120000),
};
/* clang-format on */

#define GUIDE(rows)                                                                      \
    {                                                                                    \
        .manual = "003", .family = family, .n_family = sizeof family / sizeof family[0], \
        .own = (rows), .n_own = sizeof(rows) / sizeof(rows)[0]                           \
    }
const struct install_guide install_offgrid_3000 = GUIDE(own_3000);
const struct install_guide install_offgrid_5000 = GUIDE(own_5000);
const struct install_guide install_offgrid_6000 = GUIDE(own_6000);
