/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli.h"
#include "sim/scenario.h"

int cmd_scenario(int argc, char **argv)
{
    const struct cli_command *self = cli_find("scenario");
    int n = cli_options(self, argc, argv, NULL);
    if (n < 0) {
        return 2;
    }
    if (n == 0) {
        cli_help(self, stderr);
        return 2;
    }
    return scenario_files(argv + 1, n, stdout) ? 0 : 1;
}
