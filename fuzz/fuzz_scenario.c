/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenario files: whatever the text, each document is loaded or refused with a sentence that names
 * the file. Nothing is run: a valid file may ask for years.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("scenario", 0);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct yaml_error error = {.text = ""};
    struct yaml_file *file = yaml_open(path, &error);
    yaml_node *root;
    int documents = 0;
    while (file != NULL && (root = yaml_next(file, &error)) != NULL && documents++ < 8) {
        struct scenario *scenario = scenario_load(file, root, &error);
        if (scenario == NULL) {
            require(strncmp(error.text, path, strlen(path)) == 0);
            break;
        }
        require(scenario->name != NULL && scenario->n_steps > 0);
        scenario_free(scenario);
    }
    if (file != NULL) {
        yaml_close(file);
    }
    close(fd);
    return 0;
}
