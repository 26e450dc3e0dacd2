/* SPDX-License-Identifier: Apache-2.0 */
/* Files of scenarios, run one after the other and told as TAP. */
#include "sim/scenario.h"

struct tally {
    int n, failed;
};

static void refuse(struct tally *tally, FILE *out, struct yaml_error *error, const char *name)
{
    tally->n++;
    tally->failed++;
    fprintf(out, "# %s\nnot ok %d - %s can be read\n", error->text, tally->n, name);
    fprintf(stderr, "hearth scenario: %s\n", error->text);
    error->text[0] = '\0';
}

static void one_file(const char *path, const struct scenario_sites *sites, struct tally *tally,
                     FILE *out)
{
    struct yaml_error error;
    struct yaml_file *file = yaml_open(path, &error);
    yaml_node *root;
    int before = tally->n;
    while (file != NULL && (root = yaml_next(file, &error)) != NULL) {
        struct scenario *scenario = scenario_load(file, root, &error);
        if (scenario == NULL) { /* the other documents of the file still run */
            const char *name = yaml_text(yaml_get(root, "name"));
            refuse(tally, out, &error, name != NULL ? name : path);
            continue;
        }
        int failed = scenario_run(scenario, path, sites, out);
        tally->n++;
        tally->failed += failed != 0;
        fprintf(out, "%s %d - %s\n", failed == 0 ? "ok" : "not ok", tally->n, scenario->name);
        fflush(out);
        scenario_free(scenario);
    }
    if (error.text[0] == '\0' && tally->n == before) {
        snprintf(error.text, sizeof error.text, "%s: holds no scenario", path);
    }
    if (error.text[0] != '\0') {
        refuse(tally, out, &error, path);
    }
    if (file != NULL) {
        yaml_close(file);
    }
}

bool scenario_files(char *const *paths, int n, const struct scenario_sites *sites, FILE *out)
{
    struct tally tally = {0};
    fprintf(out, "TAP version 13\n");
    for (int i = 0; i < n; i++) {
        one_file(paths[i], sites, &tally, out);
    }
    fprintf(out, "1..%d\n", tally.n);
    fprintf(out, "# %d passed, %d failed\n", tally.n - tally.failed, tally.failed);
    return tally.failed == 0;
}
