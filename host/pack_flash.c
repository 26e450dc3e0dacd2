/* SPDX-License-Identifier: Apache-2.0 */
/* Files behind the flash of simulated packs. */
#include "host/pack_flash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 512, FILE_BYTES = BOARD_SECTOR * BOARD_SECTORS, BAD_NAMES = 100 };

struct flash_file {
    struct pack_board *board;
    int fd; /* -1: in memory only */
    bool dirty;
    bool behind; /* a write failed: the whole content is written with the next sync */
    enum flash_origin origin;
    char path[700], why[200];
};

struct pack_flash {
    int n;
    struct flash_file *files;
    struct pack_board *boards;
};

static bool write_range(struct flash_file *file, uint32_t at, size_t n)
{
    uint8_t chunk[CHUNK];
    while (n > 0) {
        size_t part = n < CHUNK ? n : CHUNK;
        for (size_t i = 0; i < part; i++) {
            chunk[i] = (uint8_t)~file->board->bytes[at + i];
        }
        if (pwrite(file->fd, chunk, part, (off_t)at) != (ssize_t)part) {
            return false;
        }
        at += (uint32_t)part;
        n -= part;
    }
    return true;
}

static bool sync_file(struct flash_file *file)
{
    if (file->fd < 0 || !file->dirty) {
        return true;
    }
    if (file->behind && !write_range(file, 0, FILE_BYTES)) {
        return false;
    }
    file->behind = false;
    file->dirty = fdatasync(file->fd) != 0;
    file->behind = file->dirty; /* after a failed sync nobody knows which pages are there */
    return !file->dirty;
}

static void on_change(void *context, uint32_t at, size_t n)
{
    struct flash_file *file = context;
    if (file->fd < 0) {
        return;
    }
    bool erase = n == BOARD_SECTOR;
    if (erase) { /* promise 2 */
        (void)sync_file(file);
    }
    file->dirty = true;
    file->behind = file->behind || !write_range(file, at, n);
}

static bool read_all(struct flash_file *file)
{
    uint8_t *bytes = file->board->bytes;
    size_t got = 0;
    while (got < FILE_BYTES) {
        ssize_t n = pread(file->fd, bytes + got, FILE_BYTES - got, (off_t)got);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
    }
    if (got != FILE_BYTES) {
        memset(bytes, 0xFF, FILE_BYTES);
        return false;
    }
    for (size_t i = 0; i < FILE_BYTES; i++) {
        bytes[i] = (uint8_t)~bytes[i];
    }
    return true;
}

/* NAME.bad, NAME.bad-2 …: what is there already stays. */
static bool move_aside(const char *path, char *aside, size_t room)
{
    struct stat status;
    for (int n = 1; n < BAD_NAMES; n++) {
        if (n == 1) {
            snprintf(aside, room, "%s.bad", path);
        } else {
            snprintf(aside, room, "%s.bad-%d", path, n);
        }
        if (lstat(aside, &status) != 0) {
            return rename(path, aside) == 0;
        }
    }
    return false;
}

/* What is wrong with the file that is there, or NULL. */
static const char *open_old(struct flash_file *file)
{
    struct stat status;
    file->fd = open(file->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file->fd < 0) {
        return strerror(errno);
    }
    if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return "it is no regular file";
    }
    if (status.st_size != FILE_BYTES) {
        return "it has the wrong size";
    }
    return read_all(file) ? NULL : "it cannot be read";
}

static bool create(struct flash_file *file)
{
    file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file->fd >= 0 && ftruncate(file->fd, FILE_BYTES) == 0 && fsync(file->fd) == 0) {
        return true;
    }
    if (file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
    }
    return false;
}

static void give_up(struct flash_file *file, const char *what)
{
    snprintf(file->why, sizeof file->why,
             "The pack's memory is kept until the program ends only: %s (%s).", what,
             strerror(errno));
    file->origin = FLASH_NONE;
}

static void open_file(struct flash_file *file, const char *base, int i)
{
    struct stat status;
    file->fd = -1;
    file->origin = FLASH_NONE;
    if (base == NULL) {
        return;
    }
    snprintf(file->path, sizeof file->path, "%s.pack%d.flash", base, i + 1);
    if (lstat(file->path, &status) == 0) {
        const char *wrong = open_old(file);
        if (wrong == NULL) {
            file->origin = FLASH_FOUND;
            return;
        }
        char aside[sizeof file->path + 16];
        if (file->fd >= 0) {
            close(file->fd);
            file->fd = -1;
        }
        if (!move_aside(file->path, aside, sizeof aside)) {
            give_up(file, "its file cannot be used or moved aside");
            return;
        }
        const char *name = strrchr(aside, '/');
        snprintf(file->why, sizeof file->why,
                 "The pack's memory could not be used: %s. It begins anew; the old file is kept "
                 "as %.60s.",
                 wrong, name == NULL ? aside : name + 1);
        file->origin = FLASH_BAD;
    } else {
        file->origin = FLASH_NEW;
    }
    if (!create(file)) {
        give_up(file, "its file cannot be made");
    }
}

/* The names of new files are on the disk too. */
static void sync_folder(const char *base)
{
    const char *slash = strrchr(base, '/');
    char folder[700];
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - base + 1),
             slash == NULL ? "." : base);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

struct pack_flash *pack_flash_open(const char *base, int packs)
{
    size_t n = packs > 0 ? (size_t)packs : 1;
    struct pack_flash *flash = calloc(1, sizeof *flash);
    if (flash == NULL) {
        return NULL;
    }
    flash->n = packs;
    flash->files = calloc(n, sizeof *flash->files);
    flash->boards = calloc(n, sizeof *flash->boards);
    if (flash->files == NULL || flash->boards == NULL) {
        free(flash->files);
        free(flash->boards);
        free(flash);
        return NULL;
    }
    for (int i = 0; i < packs; i++) {
        struct flash_file *file = &flash->files[i];
        board_init(&flash->boards[i]);
        file->board = &flash->boards[i];
        open_file(file, base, i);
        file->board->changed = on_change;
        file->board->context = file;
    }
    if (base != NULL) {
        sync_folder(base);
    }
    return flash;
}

void pack_flash_close(struct pack_flash *flash)
{
    if (flash == NULL) {
        return;
    }
    (void)pack_flash_sync(flash);
    for (int i = 0; i < flash->n; i++) {
        if (flash->files[i].fd >= 0) {
            close(flash->files[i].fd);
        }
    }
    free(flash->files);
    free(flash->boards);
    free(flash);
}

struct pack_board *pack_flash_boards(struct pack_flash *flash) { return flash->boards; }

enum flash_origin pack_flash_origin(const struct pack_flash *flash, int i, const char **why)
{
    *why = flash->files[i].why;
    return flash->files[i].origin;
}

bool pack_flash_sync(struct pack_flash *flash)
{
    bool all = true;
    for (int i = 0; i < flash->n; i++) {
        all = sync_file(&flash->files[i]) && all;
    }
    return all;
}
