/* SPDX-License-Identifier: Apache-2.0 */
/* hearth set: settings of a real inverter, checked by the product's own rules and explained before
   they travel, and read back after. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/ends/wait.h"
#include "host/inverter_desk.h"
#include "sim/settings.h"

enum { WRITES = 50, OPT_YES = DESK_OPTIONS, OPTIONS };

struct job {
    struct inverter_desk desk;
    struct house mirror;       /* an inverter with the device's settings: its rules judge first */
    int32_t before[SET_COUNT]; /* what the mirror had before it took the writes */
    int n;
    struct assignment {
        const struct setting_row *row;
        char text[32];
        int32_t value;
        bool done;
        char why[240];
    } of[WRITES];
};

/* "WFM=SBU" */
static bool read_assignment(struct job *job, const char *text)
{
    struct assignment *a = &job->of[job->n];
    char name[24];
    size_t length = strcspn(text, "=");
    if (job->n == WRITES || text[length] != '=' || length >= sizeof name) {
        fprintf(stderr, "hearth set: \"%s\" is not SETTING=VALUE\n", text);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    snprintf(a->text, sizeof a->text, "%s", text + length + 1);
    a->row = setting_by_mnemonic(job->desk.product->inverter, name);
    if (a->row == NULL) {
        fprintf(stderr, "hearth set: there is no setting \"%s\" (see hearth list settings)\n",
                name);
        return false;
    }
    job->n++;
    return true;
}

/* Form and option, and whether the protocol can say it: before anything is opened. */
static bool check_forms(struct job *job, const struct wire_protocol *protocol)
{
    for (int i = 0; i < job->n; i++) {
        struct assignment *a = &job->of[i];
        if (!hostlink_writes((enum hostlink_protocol)protocol->index, a->row->id)) {
            fprintf(stderr, "hearth set: %s cannot be written over %s\n", a->row->mnemonic,
                    protocol->name);
            return false;
        }
    }
    return true;
}

/* The product's rules on the settings the device has. */
static bool check_rules(struct job *job)
{
    const struct inverter_view *view = &job->desk.reader.client.view;
    struct setting_text list[WRITES];
    char why[SETTING_WHY] = "";
    struct inverter *mirror = &job->mirror.inverter;
    inverter_init(mirror, job->desk.product->inverter, 0);
    for (int id = 0; id < SET_COUNT; id++) {
        mirror->set[id] = view->set_heard[id] ? view->set[id] : mirror->set[id];
    }
    memcpy(job->before, mirror->set, sizeof job->before);
    job->mirror.spec.inverter = job->desk.product;
    for (int i = 0; i < job->n; i++) {
        list[i] =
            (struct setting_text){"inverter", job->of[i].row->mnemonic, job->of[i].text, false};
    }
    int refused = house_write_settings(&job->mirror, list, job->n, why, sizeof why);
    if (refused >= 0) {
        fprintf(stderr, "hearth set: %s Nothing was written.\n", why);
        return false;
    }
    for (int i = 0; i < job->n; i++) {
        if (setting_parse(job->of[i].row, job->of[i].text, &job->of[i].value) != VERDICT_OK) {
            return false;
        }
    }
    return true;
}

/* What all of them together lead to, in the sentences of the web form; how many there are. */
static int explain(const struct job *job)
{
    const struct inverter_profile *profile = job->desk.product->inverter;
    char why[SETTING_WHY];
    int n = 0;
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        bool changes = job->mirror.inverter.set[row->id] != job->before[row->id];
        if (changes && house_setting_doubts(&job->mirror, row->mnemonic, why, sizeof why)) {
            fprintf(stderr, "hearth set: %s\n", why);
            n++;
        }
    }
    return n;
}

/* Whoever is asked has read why; a script says so beforehand. */
static bool is_wanted(const struct job *job, bool sure)
{
    char answer[16] = "";
    if (explain(job) == 0 || sure) {
        return true;
    }
    if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "Write all the same? [y/N] ");
        if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y')) {
            return true;
        }
    }
    fprintf(stderr, "hearth set: Nothing was written (--yes writes all the same).\n");
    return false;
}

static void format(const struct setting_row *row, int32_t value, char *text, size_t room)
{
    char figure[24];
    setting_format(row, value, figure, sizeof figure);
    bool unit = row->unit[0] != '\0' && row->unit[0] != '-';
    snprintf(text, room, "%s%s%s", figure, unit ? " " : "", unit ? row->unit : "");
}

/* True when it stands in the device now. */
static bool write_one(struct job *job, struct assignment *a)
{
    const struct hostlink_client *client = &job->desk.reader.client;
    char before[40] = "?";
    char after[40];
    bool known = client->view.set_heard[a->row->id];
    int32_t was = client->view.set[a->row->id];
    if (known) {
        format(a->row, was, before, sizeof before);
    }
    if (known && hostlink_same(client->protocol, a->row->id, was, a->value)) {
        printf("%s is %s already\n", a->row->mnemonic, before);
        return true;
    }
    if (!inverter_desk_write(&job->desk, a->row, a->value, a->why, sizeof a->why)) {
        return false;
    }
    format(a->row, client->view.set[a->row->id], after, sizeof after);
    printf("%s: %s -> %s\n", a->row->mnemonic, before, after);
    return true;
}

/* One that is refused is tried again behind the others: two may depend on each other. */
static bool write_all(struct job *job)
{
    bool progress = true;
    int left = job->n;
    while (left > 0 && progress && !wait_ended()) {
        progress = false;
        for (int i = 0; i < job->n; i++) {
            struct assignment *a = &job->of[i];
            if (!a->done && write_one(job, a)) {
                a->done = progress = true;
                left--;
            }
        }
    }
    for (int i = 0; i < job->n; i++) {
        if (!job->of[i].done) {
            fprintf(stderr, "hearth set: %s=%s: %s\n", job->of[i].row->mnemonic, job->of[i].text,
                    job->of[i].why);
        }
    }
    return left == 0;
}

static int run(struct job *job, int n, char **argv, const char *const *values)
{
    int status = inverter_desk_open(&job->desk, "set", argv[1], values);
    for (int i = 2; i <= n && status == 0; i++) {
        status = read_assignment(job, argv[i]) ? 0 : 2;
    }
    if (status != 0) {
        return status;
    }
    bool well = check_forms(job, job->desk.reader.protocol) && inverter_desk_read(&job->desk) &&
                check_rules(job) && is_wanted(job, values[OPT_YES] != NULL) && write_all(job);
    return well ? 0 : 1;
}

int cmd_set(int argc, char **argv)
{
    const struct cli_command *self = cli_find("set");
    const char *values[OPTIONS] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n < 2 || values[DESK_PROTOCOL] == NULL) {
        if (n >= 0) {
            cli_help(self, stderr);
        }
        return 2;
    }
    struct job *job = calloc(1, sizeof *job);
    wait_for_signals();
    int status = job != NULL ? run(job, n, argv, values) : 1;
    if (job != NULL) {
        inverter_desk_close(&job->desk);
    }
    free(job);
    return status;
}
