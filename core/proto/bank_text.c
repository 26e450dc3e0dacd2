/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and versions of packs, to and from the bytes of frames. */
#include "core/proto/battery_bank.h"

#include <string.h>

void text_take(char *text, const uint8_t *from, size_t n)
{
    size_t length = n < BANK_TEXT - 1 ? n : BANK_TEXT - 1;
    memset(text, 0, BANK_TEXT);
    for (size_t i = 0; i < length && from[i] != 0; i++) {
        text[i] = (char)(from[i] >= ' ' && from[i] < 0x7F ? from[i] : '?');
    }
    for (size_t i = length; i > 0; i--) {
        char c = text[i - 1];
        if (c != '\0' && c != ' ' && c != '-') {
            break;
        }
        text[i - 1] = '\0';
    }
}

void text_put(uint8_t *at, size_t n, const char *text, char padding)
{
    bool over = false;
    for (size_t i = 0; i < n; i++) {
        over = over || i >= BANK_TEXT - 1 || text[i] == '\0';
        at[i] = (uint8_t)(over ? padding : text[i]);
    }
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

void version_take(const char *text, uint8_t *major, uint8_t *minor)
{
    *major = 0;
    *minor = 0;
    for (size_t i = 0; i + 2 < BANK_TEXT && text[i] != '\0'; i++) {
        if (!is_digit(text[i])) {
            continue;
        }
        unsigned number[2] = {0, 0};
        for (int k = 0; k < 2; k++) {
            for (; i < BANK_TEXT && is_digit(text[i]); i++) {
                number[k] = number[k] * 10 + (unsigned)(text[i] - '0');
            }
            if (k == 0 && (i >= BANK_TEXT || text[i++] != '.')) {
                break;
            }
        }
        *major = (uint8_t)number[0];
        *minor = (uint8_t)number[1];
        return;
    }
}

static char *put_number(char *at, unsigned value)
{
    value &= 0xFF;
    if (value >= 100) {
        *at++ = (char)('0' + value / 100);
    }
    if (value >= 10) {
        *at++ = (char)('0' + value / 10 % 10);
    }
    *at++ = (char)('0' + value % 10);
    return at;
}

void version_put(char *text, unsigned major, unsigned minor)
{
    memset(text, 0, BANK_TEXT);
    char *at = put_number(text, major);
    *at++ = '.';
    put_number(at, minor);
}
