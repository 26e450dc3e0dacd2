/* SPDX-License-Identifier: Apache-2.0 */
/* hearth firmware: keys, signing a drive, checking it, trying it on a virtual inverter. */
#include <stdlib.h>
#include <string.h>

#include "host/cli.h"
#include "host/firmware.h"
#include "sim/firmware.h"
#include "sim/points.h"

enum { OPT_PRODUCT, OPT_KEY, OPT_PUBLIC, OPT_VERSION, STEP_MS = 100, LONGEST_MS = 600000 };

struct firmware_job {
    const struct product *product;
    struct firmware_keys keys;
    struct firmware_folder folder;
    const char *const *values;
};

static int refuse(const char *why)
{
    fprintf(stderr, "hearth firmware: %s\n", why);
    return 1;
}

static int misused(const char *what)
{
    fprintf(stderr, "hearth firmware: %s (see hearth firmware --help)\n", what);
    return 2;
}

/* "1.05" to 105. */
static bool read_version(const char *text, int32_t *version)
{
    return decimal_parse(text, 100, version) && *version >= 1 && *version <= 99999;
}

static int do_keys(const char *path)
{
    char why[FIRMWARE_WHY];
    if (!firmware_make_keys(path, why)) {
        return refuse(why);
    }
    printf("%s: the secret key, for the signer alone\n%s.pub: what devices and users check with\n",
           path, path);
    return 0;
}

static int do_sign(struct firmware_job *job)
{
    char why[FIRMWARE_WHY];
    int32_t version;
    if (job->values[OPT_KEY] == NULL || job->values[OPT_VERSION] == NULL) {
        return misused("sign wants --key and --version");
    }
    if (!read_version(job->values[OPT_VERSION], &version)) {
        fprintf(stderr, "hearth firmware: --version %s is none (allowed 0.01 to 999.99)\n",
                job->values[OPT_VERSION]);
        return 2;
    }
    if (!firmware_read_keys(job->values[OPT_KEY], true, &job->keys, why) ||
        !firmware_sign(&job->folder, job->product->inverter->update, version, &job->keys, why)) {
        return refuse(why);
    }
    printf("%s/Upgrading.INI is signed for %s\n", job->folder.path, job->product->id);
    return 0;
}

/* What a virtual inverter does with the drive; says how it went. */
struct trial {
    struct house house;
    struct firmware_desk desk;
    uint32_t ms;
};

static void show_progress(const struct trial *trial, int *shown, const char **file)
{
    const struct updater *updater = &trial->desk.updater;
    int percent = updater->progress * 100 / 255;
    if (percent / 10 != *shown / 10 || strcmp(*file, updater->at_file) != 0) {
        *shown = percent;
        *file = updater->at_file;
        printf("%6.1f s  %3d %%  %-24s FAULT lamp %s\n", trial->ms / 1000.0, percent,
               updater->at_file, inverter_lamp_word(&trial->house, "fault"));
    }
}

static int try_it(struct firmware_job *job, bool write)
{
    struct house_spec spec = {.inverter = job->product,
                              .battery = HOUSE_PLAIN,
                              .plain_ah = 200.0,
                              .soc = 0.6,
                              .temperature_c = 25.0};
    struct trial *trial = calloc(1, sizeof *trial);
    if (trial == NULL) {
        return refuse("out of memory");
    }
    house_init(&trial->house, &spec);
    size_t n = firmware_bytes(&trial->house);
    uint8_t *bytes = malloc(n);
    if (bytes == NULL) {
        free(trial);
        return refuse("out of memory");
    }
    memset(bytes, 0xFF, n);
    (void)house_firmware_init(&trial->house, &trial->desk, bytes, n, &job->folder.crypto);
    house_firmware_plug(&trial->house, &job->folder.drive);
    const struct updater *updater = &trial->desk.updater;
    const char *file = "";
    int shown = -10;
    do {
        house_step(&trial->house, STEP_MS);
        trial->ms += STEP_MS;
        if (write && update_busy(updater)) {
            show_progress(trial, &shown, &file);
        }
    } while (trial->ms < LONGEST_MS && trial->desk.restarts == 0 &&
             (updater->state == UPDATE_CHECKING || (write && update_busy(updater))));
    bool good = updater->result == UPDATE_OK;
    if (!good && updater->result == UPDATE_BAD_LIST) {
        fprintf(stderr, "hearth firmware: %s/Upgrading.INI:%d: %s\n", job->folder.path,
                updater->line, update_result_text(updater->result));
    } else if (!good) {
        fprintf(stderr, "hearth firmware: %s%s%s\n", updater->at_file,
                updater->at_file[0] != '\0' ? ": " : "", update_result_text(updater->result));
    } else if (write) {
        const int32_t *versions = trial->house.inverter.in.versions;
        printf("%6.1f s  restarted: DSP %d.%02d, second DSP %d.%02d, ARM %d.%02d\n",
               trial->ms / 1000.0, versions[0] / 100, versions[0] % 100, versions[1] / 100,
               versions[1] % 100, versions[2] / 100, versions[2] % 100);
    } else {
        printf("%s is whole and signed for %s\n", job->folder.path, job->product->id);
    }
    free(bytes);
    free(trial);
    return good ? 0 : 1;
}

static int do_check(struct firmware_job *job, bool write)
{
    char why[FIRMWARE_WHY];
    if (job->values[OPT_PUBLIC] == NULL) {
        return misused("check and try want --public");
    }
    if (!firmware_read_keys(job->values[OPT_PUBLIC], false, &job->keys, why)) {
        return refuse(why);
    }
    char path[700];
    snprintf(path, sizeof path, "%s", job->folder.path);
    firmware_open(&job->folder, path, job->keys.public_key);
    return try_it(job, write);
}

int cmd_firmware(int argc, char **argv)
{
    const char *values[8] = {NULL};
    struct firmware_job job = {.values = values};
    int n = cli_options(cli_find("firmware"), argc, argv, values);
    if (n < 0) {
        return 2;
    }
    if (n != 2 || sodium_init() < 0) {
        return misused("keys FILE, or sign, check or try with the folder of a drive");
    }
    const char *verb = argv[1];
    if (strcmp(verb, "keys") == 0) {
        return do_keys(argv[2]);
    }
    const char *id = values[OPT_PRODUCT] != NULL ? values[OPT_PRODUCT] : "offgrid_6000";
    job.product = product_find(id);
    if (job.product == NULL || job.product->inverter == NULL ||
        job.product->inverter->update == NULL) {
        fprintf(stderr, "hearth firmware: %s takes no drive (see hearth list products)\n", id);
        return 1;
    }
    firmware_open(&job.folder, argv[2], job.keys.public_key);
    if (strcmp(verb, "sign") == 0) {
        return do_sign(&job);
    }
    if (strcmp(verb, "check") == 0 || strcmp(verb, "try") == 0) {
        return do_check(&job, strcmp(verb, "try") == 0);
    }
    return misused("there are keys, sign, check and try");
}
