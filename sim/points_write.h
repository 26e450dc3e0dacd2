/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_POINTS_WRITE_H
#define HEARTH_SIM_POINTS_WRITE_H

/* Writers of points that are more than one forced quantity; false when the house has no such thing
   or takes no such value. */

#include "sim/points.h"

typedef bool point_writer(struct house *house, const struct place *place,
                          const struct value *value);

point_writer write_clock, write_losses, write_battery_soc, write_raise, write_equalize_days,
    write_setting, write_role, write_pack_cells, write_pack_temps, write_pack_soc,
    write_pack_selfcheck, write_pack_switch, write_pack_dc_switch, write_pack_dip, write_pack_comm,
    write_pack_conversion, write_pack_pc_port, write_cell_capacity, write_cell_resistance,
    write_cell_leak, write_pv_input_w, write_pv_input_v;

/* Gives back what one of them forces; false: nothing it could give back. */
bool release_special(struct house *house, point_writer *writer, const struct place *place);

#endif
