/* SPDX-License-Identifier: Apache-2.0 */
/* Administrator password. */
#include "core/bms/access.h"

#include <stddef.h>
#include <string.h>

#include "core/units.h"

enum { FREE_TRIES = 3, FIRST_WAIT_MS = 30000, WAIT_MOST_MS = 3600000, GRANT_MS = 600000 };

static const char factory_password[] = "123456";

void access_init(struct bms_access *access)
{
    memset(access, 0, sizeof *access);
    memcpy(access->password, factory_password, sizeof factory_password);
}

static size_t length(const char *text)
{
    size_t n = 0;
    while (n <= PACK_PASSWORD_MAX && text[n] != '\0') {
        n++;
    }
    return n;
}

/* The same time whatever is wrong with it. */
static bool same(const char *a, const char *b)
{
    char left[PACK_PASSWORD_MAX + 1] = {0};
    char right[PACK_PASSWORD_MAX + 1] = {0};
    size_t n_left = length(a);
    size_t n_right = length(b);
    memcpy(left, a, n_left <= PACK_PASSWORD_MAX ? n_left : 0);
    memcpy(right, b, n_right <= PACK_PASSWORD_MAX ? n_right : 0);
    unsigned differs = n_left != n_right;
    for (int i = 0; i <= PACK_PASSWORD_MAX; i++) {
        differs |= (unsigned)(left[i] ^ right[i]);
    }
    return differs == 0;
}

uint32_t access_wait_ms(const struct bms_access *access, uint32_t now_ms)
{
    if (access->wrong < FREE_TRIES) {
        return 0;
    }
    int doubled = access->wrong - FREE_TRIES;
    uint32_t wait_ms = doubled < 8 ? (uint32_t)FIRST_WAIT_MS << doubled : WAIT_MOST_MS;
    wait_ms = wait_ms > WAIT_MOST_MS ? WAIT_MOST_MS : wait_ms;
    uint32_t passed_ms = now_ms - access->wrong_ms;
    return passed_ms >= wait_ms ? 0 : wait_ms - passed_ms;
}

enum access_result access_login(struct bms_access *access, const char *password, uint32_t now_ms)
{
    access->granted = false;
    if (access_wait_ms(access, now_ms) > 0) {
        return ACCESS_WAIT;
    }
    if (!same(password, access->password)) {
        access->wrong = access->wrong < UINT8_MAX ? (uint8_t)(access->wrong + 1) : UINT8_MAX;
        access->wrong_ms = now_ms;
        return ACCESS_WRONG;
    }
    access->wrong = 0;
    access->granted = true;
    access->granted_ms = now_ms;
    return ACCESS_GRANTED;
}

void access_logout(struct bms_access *access) { access->granted = false; }

bool access_use(struct bms_access *access, uint32_t now_ms)
{
    if (now_ms - access->granted_ms >= GRANT_MS) { /* however long ago: months pass unused */
        access->granted = false;
    }
    if (access->granted) {
        access->granted_ms = now_ms;
    }
    return access->granted;
}

enum access_result access_change(struct bms_access *access, const char *old, const char *fresh,
                                 const char *confirm, uint32_t now_ms)
{
    size_t n = length(fresh);
    if (length(old) == 0 || n == 0 || length(confirm) == 0 || n > PACK_PASSWORD_MAX) {
        return ACCESS_EMPTY;
    }
    if (!same(fresh, confirm)) {
        return ACCESS_DIFFERENT;
    }
    enum access_result result = access_login(access, old, now_ms);
    if (result != ACCESS_GRANTED) {
        return result;
    }
    memset(access->password, 0, sizeof access->password);
    memcpy(access->password, fresh, n);
    return ACCESS_GRANTED;
}
