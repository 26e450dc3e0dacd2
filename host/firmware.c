/* SPDX-License-Identifier: Apache-2.0 */
/* Folders as drives; keys; signing. */
#include "host/firmware.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char list_name[] = "Upgrading.INI";

/* The name as the folder spells it; false when there is none. */
static bool spelled(const char *folder, const char *name, char *path, size_t room)
{
    DIR *dir = opendir(folder);
    bool found = false;
    const struct dirent *entry;
    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        found = strcasecmp(entry->d_name, name) == 0;
        if (found) {
            snprintf(path, room, "%s/%s", folder, entry->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

static int32_t drive_size(void *context, const char *name)
{
    const struct firmware_folder *folder = context;
    char path[1000];
    struct stat about;
    if (!spelled(folder->path, name, path, sizeof path) || stat(path, &about) != 0 ||
        !S_ISREG(about.st_mode) || about.st_size > INT32_MAX) {
        return -1;
    }
    return (int32_t)about.st_size;
}

static int32_t drive_read(void *context, const char *name, uint32_t at, void *bytes, uint32_t n)
{
    const struct firmware_folder *folder = context;
    char path[1000];
    if (!spelled(folder->path, name, path, sizeof path)) {
        return -1;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? pread(fd, bytes, n, (off_t)at) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return (int32_t)got;
}

static void hash_begin(void *context)
{
    struct firmware_folder *folder = context;
    crypto_hash_sha256_init(&folder->hash);
}

static void hash_add(void *context, const void *bytes, size_t n)
{
    struct firmware_folder *folder = context;
    crypto_hash_sha256_update(&folder->hash, bytes, n);
}

static void hash_end(void *context, uint8_t hash[HASH_BYTES])
{
    struct firmware_folder *folder = context;
    crypto_hash_sha256_final(&folder->hash, hash);
}

static bool verify(void *context, const uint8_t signature[SIGNATURE_BYTES], const void *bytes,
                   size_t n)
{
    const struct firmware_folder *folder = context;
    return crypto_sign_verify_detached(signature, bytes, n, folder->public_key) == 0;
}

void firmware_open(struct firmware_folder *folder, const char *path,
                   const unsigned char public_key[crypto_sign_PUBLICKEYBYTES])
{
    memset(folder, 0, sizeof *folder);
    snprintf(folder->path, sizeof folder->path, "%s", path);
    memcpy(folder->public_key, public_key, sizeof folder->public_key);
    folder->drive =
        (struct update_drive){.context = folder, .size = drive_size, .read = drive_read};
    folder->crypto = (struct update_crypto){.context = folder,
                                            .hash_begin = hash_begin,
                                            .hash_add = hash_add,
                                            .hash_end = hash_end,
                                            .verify = verify};
}

/* --- keys --- */

static bool write_file(const char *path, const char *text, mode_t mode, int flags)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
    if (fd < 0) {
        return false;
    }
    size_t n = strlen(text);
    bool written = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    return close(fd) == 0 && written;
}

bool firmware_make_keys(const char *path, char why[FIRMWARE_WHY])
{
    struct firmware_keys keys;
    char hex[2 * crypto_sign_SECRETKEYBYTES + 1];
    char line[sizeof hex + 1];
    char public_path[800];
    crypto_sign_keypair(keys.public_key, keys.secret_key);
    sodium_bin2hex(hex, sizeof hex, keys.secret_key, sizeof keys.secret_key);
    snprintf(line, sizeof line, "%s\n", hex);
    bool written = write_file(path, line, 0600, O_EXCL);
    int error = errno;
    sodium_memzero(keys.secret_key, sizeof keys.secret_key);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(line, sizeof line);
    if (!written) {
        snprintf(why, FIRMWARE_WHY, "%.200s: %s", path, strerror(error));
        return false;
    }
    snprintf(public_path, sizeof public_path, "%.700s.pub", path);
    sodium_bin2hex(hex, sizeof hex, keys.public_key, sizeof keys.public_key);
    snprintf(line, sizeof line, "%s\n", hex);
    if (!write_file(public_path, line, 0644, O_TRUNC)) {
        snprintf(why, FIRMWARE_WHY, "%.200s: %s", public_path, strerror(errno));
        return false;
    }
    return true;
}

bool firmware_read_keys(const char *path, bool secret, struct firmware_keys *keys,
                        char why[FIRMWARE_WHY])
{
    char text[2 * crypto_sign_SECRETKEYBYTES + 8] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        snprintf(why, FIRMWARE_WHY, "%.200s: %s", path, strerror(errno));
        return false;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    text[strcspn(text, "\r\n")] = '\0';
    size_t n = strlen(text);
    unsigned char *into = secret ? keys->secret_key : keys->public_key;
    size_t wanted = secret ? sizeof keys->secret_key : sizeof keys->public_key;
    size_t got = 0;
    bool whole = n == 2 * wanted && sodium_hex2bin(into, wanted, text, n, NULL, &got, NULL) == 0 &&
                 got == wanted;
    sodium_memzero(text, sizeof text);
    if (!whole) {
        snprintf(why, FIRMWARE_WHY, "%.200s: not a %s key (allowed %zu hex digits)", path,
                 secret ? "secret" : "public", 2 * wanted);
        return false;
    }
    if (secret) {
        crypto_sign_ed25519_sk_to_pk(keys->public_key, keys->secret_key);
    }
    return true;
}

/* --- signing --- */

struct listed {
    char name[MANIFEST_NAME];
};

static bool add_file(struct firmware_folder *folder, const char *name, int32_t version, char **p,
                     char why[FIRMWARE_WHY])
{
    uint8_t hash[HASH_BYTES];
    uint8_t bytes[4096];
    char hex[2 * HASH_BYTES + 1];
    int32_t size = drive_size(folder, name);
    hash_begin(folder);
    for (int32_t at = 0; at < size;) {
        int32_t n = drive_read(folder, name, (uint32_t)at, bytes, sizeof bytes);
        if (n <= 0) {
            snprintf(why, FIRMWARE_WHY, "%s cannot be read", name);
            return false;
        }
        hash_add(folder, bytes, (size_t)n);
        at += n;
    }
    hash_end(folder, hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    *p += sprintf(*p, "file=%s,%d,%d,%s\r\n", name, (int)size, (int)version, hex);
    return true;
}

/* Whether a device would take a file for that part: what it refuses is not signed. */
static bool check_part(struct firmware_folder *folder, const struct update_part *part,
                       const char *name, char why[FIRMWARE_WHY])
{
    size_t plain =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    int32_t size = drive_size(folder, name);
    if (name[plain] != '\0' || plain >= MANIFEST_NAME) {
        snprintf(why, FIRMWARE_WHY,
                 "%.150s: the list cannot say this name (allowed %d letters, digits, _, - and .)",
                 name, MANIFEST_NAME - 1);
    } else if (size < 0) {
        snprintf(why, FIRMWARE_WHY, "%s is not a file that can be read", name);
    } else if (size == 0 || (uint32_t)size > part->most_bytes) {
        snprintf(why, FIRMWARE_WHY, "%s: %d bytes (allowed 1 to %u)", name, (int)size,
                 (unsigned)part->most_bytes);
    } else {
        return true;
    }
    return false;
}

/* The one file of the folder that is called so; "" when there is none, false when there are more.
 */
static bool find_part(const char *path, const char *pattern, char *name, size_t room,
                      char why[FIRMWARE_WHY])
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int found = 0;
    name[0] = '\0';
    if (dir == NULL) {
        snprintf(why, FIRMWARE_WHY, "%.200s: %s", path, strerror(errno));
        return false;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (update_name_fits(pattern, entry->d_name)) {
            found++;
            snprintf(name, room, "%s", entry->d_name);
        }
    }
    closedir(dir);
    if (found > 1) {
        snprintf(why, FIRMWARE_WHY, "%.150s: %d files are called %s (allowed one)", path, found,
                 pattern);
    }
    return found <= 1;
}

/* Files of the folder that the model takes, by its patterns; -1 with a sentence. */
static int find_files(struct firmware_folder *folder, const struct update_model *model,
                      struct listed files[UPDATE_PARTS], char why[FIRMWARE_WHY])
{
    int n = 0;
    for (int i = 0; i < model->n_parts; i++) {
        const struct update_part *part = &model->part[i];
        char name[256];
        if (!find_part(folder->path, part->pattern, name, sizeof name, why) ||
            (name[0] != '\0' && !check_part(folder, part, name, why))) {
            return -1;
        }
        if (name[0] != '\0') {
            snprintf(files[n++].name, MANIFEST_NAME, "%.31s", name);
        }
    }
    if (n == 0) {
        snprintf(why, FIRMWARE_WHY, "%.150s: no file for this product (such as %s)", folder->path,
                 model->part[0].pattern);
        return -1;
    }
    return n;
}

/* A list of another spelling would be the one a device reads: drives know no case. */
static bool check_list(const struct firmware_folder *folder, char why[FIRMWARE_WHY])
{
    char name[256];
    if (!find_part(folder->path, list_name, name, sizeof name, why)) {
        return false;
    }
    if (name[0] != '\0' && strcmp(name, list_name) != 0) {
        snprintf(why, FIRMWARE_WHY, "%.150s/%.60s: a device would read this list (remove it)",
                 folder->path, name);
        return false;
    }
    return true;
}

bool firmware_sign(struct firmware_folder *folder, const struct update_model *model,
                   int32_t version, const struct firmware_keys *keys, char why[FIRMWARE_WHY])
{
    struct listed files[UPDATE_PARTS];
    char text[MANIFEST_BYTES + 512];
    char *p = text + sprintf(text, "[Upgrading]\r\nproduct=%s\r\n", model->product);
    int n = check_list(folder, why) ? find_files(folder, model, files, why) : -1;
    for (int i = 0; i < n; i++) {
        if (!add_file(folder, files[i].name, version, &p, why)) {
            return false;
        }
    }
    if (n < 0) {
        return false;
    }
    unsigned char signature[SIGNATURE_BYTES];
    char hex[2 * SIGNATURE_BYTES + 1];
    crypto_sign_detached(signature, NULL, (const unsigned char *)text, (size_t)(p - text),
                         keys->secret_key);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    sprintf(p, "signature=%s\r\n", hex);
    char path[800];
    char draft[820];
    snprintf(path, sizeof path, "%.700s/%s", folder->path, list_name);
    snprintf(draft, sizeof draft, "%s.new", path);
    if (!write_file(draft, text, 0644, O_TRUNC) || rename(draft, path) != 0) {
        snprintf(why, FIRMWARE_WHY, "%.200s: %s", path, strerror(errno));
        return false;
    }
    return true;
}
