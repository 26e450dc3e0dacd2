/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CMD_INPUTS_H
#define HEARTH_HOST_CMD_INPUTS_H

/*
 * `hearth inputs FILE…`: what an input file holds, what was repaired, and whether its clock fits
 * the sun. argv[0] is "inputs". Returns the exit status: 0, 1 for a refused file, 2 for wrong
 * usage.
 */
int cmd_inputs(int argc, char **argv);

#endif
