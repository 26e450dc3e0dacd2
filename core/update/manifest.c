/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of Upgrading.INI. */
#include "core/update/manifest.h"

#include <string.h>

/* What is left of a line. */
struct reader {
    const char *p, *end;
};

static bool skip_word(struct reader *in, const char *word)
{
    size_t n = 0;
    while (word[n] != '\0') {
        n++;
    }
    if ((size_t)(in->end - in->p) < n || memcmp(in->p, word, n) != 0) {
        return false;
    }
    in->p += n;
    return true;
}

static bool read_name(struct reader *in, char stop, char name[MANIFEST_NAME])
{
    int n = 0;
    for (; in->p < in->end && *in->p != stop; in->p++) {
        char c = *in->p;
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-' || c == '.';
        if (!plain || n + 1 >= MANIFEST_NAME) {
            return false;
        }
        name[n++] = c;
    }
    name[n] = '\0';
    return n > 0 && (stop == '\0' ? in->p == in->end : skip_word(in, ","));
}

static bool read_number(struct reader *in, uint32_t *number)
{
    uint32_t value = 0;
    int digits = 0;
    for (; in->p < in->end && *in->p >= '0' && *in->p <= '9'; in->p++) {
        if (++digits > 9) {
            return false;
        }
        value = value * 10 + (uint32_t)(*in->p - '0');
    }
    *number = value;
    return digits > 0 && skip_word(in, ",");
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(struct reader *in, uint8_t *bytes, size_t n)
{
    if ((size_t)(in->end - in->p) != 2 * n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int high = nibble(in->p[2 * i]);
        int low = nibble(in->p[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    in->p = in->end;
    return true;
}

static bool read_file(struct reader *in, struct manifest *manifest)
{
    uint32_t version;
    if (manifest->n_files == MANIFEST_FILES) {
        return false;
    }
    struct manifest_file *file = &manifest->file[manifest->n_files];
    bool whole = read_name(in, ',', file->name) && read_number(in, &file->bytes) &&
                 read_number(in, &version) && read_hex(in, file->hash, sizeof file->hash);
    file->version = (int32_t)(whole ? version : 0);
    manifest->n_files++;
    return whole && file->bytes > 0;
}

/* One line after the other, in this order: head, product, files, signature. */
enum place { AT_HEAD, AT_PRODUCT, AT_FILES, AT_END };

static bool read_line(struct reader *in, enum place *place, struct manifest *manifest)
{
    switch (*place) {
    case AT_HEAD: *place = AT_PRODUCT; return skip_word(in, "[Upgrading]") && in->p == in->end;
    case AT_PRODUCT:
        *place = AT_FILES;
        return skip_word(in, "product=") && read_name(in, '\0', manifest->product);
    case AT_FILES:
        if (skip_word(in, "file=")) {
            return read_file(in, manifest);
        }
        *place = AT_END;
        return manifest->n_files > 0 && skip_word(in, "signature=") &&
               read_hex(in, manifest->signature, sizeof manifest->signature);
    case AT_END: break;
    }
    return false;
}

bool manifest_parse(const char *text, size_t n, struct manifest *manifest, int *line)
{
    enum place place = AT_HEAD;
    memset(manifest, 0, sizeof *manifest);
    *line = 1;
    if (n > MANIFEST_BYTES) {
        return false;
    }
    for (size_t at = 0; at < n; (*line)++) {
        size_t length = 0;
        while (at + length < n && text[at + length] != '\n') {
            length++;
        }
        if (at + length == n) {
            return false; /* cut off within a line */
        }
        size_t shown = length > 0 && text[at + length - 1] == '\r' ? length - 1 : length;
        struct reader in = {text + at, text + at + shown};
        if (!read_line(&in, &place, manifest)) {
            return false;
        }
        if (place != AT_END) {
            manifest->signed_bytes = (uint16_t)(at + length + 1);
        }
        at += length + 1;
    }
    return place == AT_END;
}
