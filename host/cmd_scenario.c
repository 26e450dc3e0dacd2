/* SPDX-License-Identifier: Apache-2.0 */
/* hearth scenario: runs scenario files; houses of site files are opened here. */
#include "host/cli.h"
#include "host/site_config.h"
#include "sim/scenario.h"

static bool open_site(void *context, const char *path, int64_t clock_s, struct house *house,
                      char *why, size_t room)
{
    struct site_config **config = context;
    struct yaml_error error;
    enum tz_kind kind;
    *config = site_config_load(path, &error);
    if (*config == NULL) {
        snprintf(why, room, "%s", error.text);
        return false;
    }
    (*config)->house.frames = true;
    int64_t start_s = tz_from_local((*config)->tz, clock_s, TZ_FIRST, &kind);
    if (!site_config_start(*config, house, start_s, &error)) {
        snprintf(why, room, "%s", error.text);
        return false;
    }
    return true;
}

static void close_site(void *context)
{
    struct site_config **config = context;
    site_config_free(*config);
    *config = NULL;
}

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
    struct site_config *config = NULL;
    const struct scenario_sites sites = {open_site, close_site, &config};
    return scenario_files(argv + 1, n, &sites, stdout) ? 0 : 1;
}
