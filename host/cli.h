/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CLI_H
#define HEARTH_HOST_CLI_H

/*
 * The command line as one table: dispatch, --help and the man page all read it. A command gets its
 * arguments without the program's name; it returns 0, 1 for a refused job, 2 for wrong usage.
 */

#include <stdbool.h>
#include <stdio.h>

struct cli_option {
    const char *name;  /* "--days" */
    const char *value; /* "N", NULL for a switch */
    const char *help;
};

struct cli_command {
    const char *name, *arguments, *summary;
    const struct cli_option *options; /* ends with a NULL name */
    const char *about;                /* a paragraph for --help and the man page */
    const char *example;
    int (*run)(int argc, char **argv);
};

extern const struct cli_command cli_commands[];

/* Reads the options of a command: values land in `values` by the option's index ("" for a switch),
   the rest stays in argv[1 ..]; returns how many are left, or -1 after telling what is wrong. */
int cli_options(const struct cli_command *command, int argc, char **argv, const char **values);

const struct cli_command *cli_find(const char *name);
void cli_help(const struct cli_command *command, FILE *out);
void cli_man(FILE *out);

int cmd_bridge(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_emulate(int argc, char **argv);
int cmd_encode(int argc, char **argv);
int cmd_firmware(int argc, char **argv);
int cmd_get(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_scenario(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_man(int argc, char **argv);

/* Text quoted for CSV, and for JSON. */
void csv_text(FILE *out, const char *text);
void json_text(FILE *out, const char *text);

#endif
