/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int64_t fixture_real_ms = 1000;

int64_t fixture_clock(void) { return fixture_real_ms; }

void fixture_folder(char *out, size_t room)
{
    snprintf(out, room, "/tmp/hearth-store-XXXXXX");
    assert_non_null(mkdtemp(out));
}

void fixture_path(char *out, size_t room, const char *folder, const char *name)
{
    snprintf(out, room, "%s/%s", folder, name);
}

void fixture_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (dir != NULL) {
        closedir(dir);
    }
    (void)rmdir(folder);
}

struct store *fixture_open(const char *path)
{
    char why[300] = "";
    struct store_options options = {.real_ms = fixture_clock};
    struct store *store = store_open_with(path, &options, why, sizeof why);
    if (store == NULL) {
        fail_msg("%s", why);
    }
    return store;
}
