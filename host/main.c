/* SPDX-License-Identifier: Apache-2.0 */
/* hearth: one program, many commands. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "host/cli.h"

static void usage(FILE *out)
{
    fprintf(out, "Hearth: open control software for home energy storage.\n\n"
                 "Usage: hearth COMMAND [options]\n\n");
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        fprintf(out, "  %-10s %s\n", c->name, c->summary);
    }
    fprintf(out, "\nhearth COMMAND --help tells more, with an example.\n");
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed connection or pipe is an error of that write only */
    setlocale(LC_NUMERIC, "C");
    if (argc < 2) {
        usage(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("hearth %s\n", HEARTH_VERSION);
        return 0;
    }
    const struct cli_command *command = cli_find(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "hearth: there is no command \"%s\" (see hearth --help)\n", argv[1]);
        return 2;
    }
    if (wants_help(argc - 1, argv + 1)) {
        cli_help(command, stdout);
        return 0;
    }
    return command->run(argc - 1, argv + 1);
}
