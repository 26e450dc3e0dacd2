/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_FIRMWARE_H
#define HEARTH_HOST_FIRMWARE_H

/*
 * Drives with firmware on a computer: a folder read as the root of a drive (names in any case, as
 * FAT has them), signing it, and the cryptography of core/update by libsodium: SHA-256, Ed25519.
 */

#include <sodium.h>

#include "core/update/update.h"

enum { FIRMWARE_WHY = 300 };

struct firmware_keys {
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES]; /* of the signer alone */
};

/* A folder as a drive, and what checks it. */
struct firmware_folder {
    char path[700];
    struct update_drive drive;
    struct update_crypto crypto;
    /* private */
    crypto_hash_sha256_state hash;
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
};

/* The folder must outlive what uses its drive and crypto. */
void firmware_open(struct firmware_folder *folder, const char *path,
                   const unsigned char public_key[crypto_sign_PUBLICKEYBYTES]);

/* Writes Upgrading.INI for the model's files of the folder, replacing an older one at once. `why`
   gets a sentence when that is refused. */
bool firmware_sign(struct firmware_folder *folder, const struct update_model *model,
                   int32_t version, const struct firmware_keys *keys, char why[FIRMWARE_WHY]);

/* A new pair: the secret key into a file for its owner's eyes alone, which must not exist yet; the
   public one beside it as FILE.pub. */
bool firmware_make_keys(const char *path, char why[FIRMWARE_WHY]);

/* Reads a file of firmware_make_keys(), the secret one (with its public key) or the public one. */
bool firmware_read_keys(const char *path, bool secret, struct firmware_keys *keys,
                        char why[FIRMWARE_WHY]);

#endif
