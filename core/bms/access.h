/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_ACCESS_H
#define HEARTH_CORE_BMS_ACCESS_H

/*
 * The administrator password of a pack: asked before a parameter is written, defaults are restored
 * or records are erased (VT manual s6.3.1, ES manual s7.7). It can be changed and not recovered.
 * Three wrong tries in a row cost 30 s, each further one twice the time of the last, up to an hour
 * (our choice). The default is the manuals' (decision A26); a house that shows it says so.
 */

#include <stdbool.h>
#include <stdint.h>

enum { PACK_PASSWORD_MAX = 16 };

enum access_result {
    ACCESS_GRANTED,
    ACCESS_WRONG,    /* not the password */
    ACCESS_WAIT,     /* too many wrong ones: not even looked at */
    ACCESS_EMPTY,    /* a field was left empty, or is too long */
    ACCESS_DIFFERENT /* new and confirmed password are not the same */
};

struct bms_access {
    char password[PACK_PASSWORD_MAX + 1];
    uint8_t wrong; /* in a row */
    bool granted;  /* somebody is logged in */
    uint32_t granted_ms, wrong_ms;
};

void access_init(struct bms_access *access);

/* Tries a password; a grant ends after ten minutes without a use, at a logout or a wrong try. */
enum access_result access_login(struct bms_access *access, const char *password, uint32_t now_ms);
void access_logout(struct bms_access *access);

/* True while somebody is logged in; using it keeps it alive. */
bool access_use(struct bms_access *access, uint32_t now_ms);

/* Old, new, confirmed; on success the old one no longer works. */
enum access_result access_change(struct bms_access *access, const char *old, const char *fresh,
                                 const char *confirm, uint32_t now_ms);

/* How long the next try is not looked at, ms. */
uint32_t access_wait_ms(const struct bms_access *access, uint32_t now_ms);

#endif
