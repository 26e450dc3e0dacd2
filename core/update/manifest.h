/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_UPDATE_MANIFEST_H
#define HEARTH_CORE_UPDATE_MANIFEST_H

/*
 * Upgrading.INI of a drive with firmware (manual 003, 5.2: at most 1 KB, in the root beside its
 * files). The manual prints its name alone; the content is ours:
 *
 *   [Upgrading]
 *   product=offgrid
 *   file=ABAA0001.bin,524288,101,<64 hex digits: SHA-256>
 *   file=MDSP_BAaaXX07XX.hex,283648,101,<...>
 *   signature=<128 hex digits: Ed25519 over all bytes before this line>
 *
 * Lines end with LF or CR LF. Anything else in it is refused.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MANIFEST_BYTES = 1024, MANIFEST_FILES = 4, MANIFEST_NAME = 32, HASH_BYTES = 32 };
enum { SIGNATURE_BYTES = 64 };

struct manifest_file {
    char name[MANIFEST_NAME];
    uint32_t bytes;
    int32_t version; /* hundredths: 101 is 1.01 */
    uint8_t hash[HASH_BYTES];
};

struct manifest {
    char product[MANIFEST_NAME];
    struct manifest_file file[MANIFEST_FILES];
    uint8_t n_files;
    uint16_t signed_bytes; /* from the beginning */
    uint8_t signature[SIGNATURE_BYTES];
};

/* False when the text is not exactly of the form above; then `line` is where. */
bool manifest_parse(const char *text, size_t n, struct manifest *manifest, int *line);

#endif
