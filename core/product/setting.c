/* SPDX-License-Identifier: Apache-2.0 */
/* Text and value of a setting, and the check of its own row. */
#include "core/product/setting.h"

#include <string.h>

static size_t text_length(const char *text)
{
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    return n;
}

int option_count(const char *options)
{
    int n = options[0] != '\0' ? 1 : 0;
    for (; *options != '\0'; options++) {
        n += *options == '|';
    }
    return n;
}

int option_index(const char *options, const char *word, size_t length)
{
    int index = 0;
    const char *start = options;
    for (const char *p = options;; p++) {
        if (*p != '|' && *p != '\0') {
            continue;
        }
        if ((size_t)(p - start) == length && length > 0 && memcmp(start, word, length) == 0) {
            return index;
        }
        if (*p == '\0') {
            return -1;
        }
        start = p + 1;
        index++;
    }
}

/* No exponent, no sign but '-', nothing around it. */
bool decimal_parse(const char *text, int32_t scale, int32_t *value)
{
    bool negative = *text == '-';
    const char *p = text + (negative ? 1 : 0);
    int64_t number = 0;
    int32_t unit = 0; /* 0: before the point; else weight of the last digit read */
    bool digits = false;
    for (; *p != '\0'; p++) {
        if (*p == '.' && unit == 0) {
            unit = scale;
            number *= scale;
            continue;
        }
        if (*p < '0' || *p > '9' || number > 1000000000000) {
            return false;
        }
        digits = true;
        if (unit == 0) {
            number = number * 10 + (*p - '0');
        } else {
            unit /= 10;
            if (unit == 0 && *p != '0') {
                return false; /* finer than the setting can be */
            }
            number += (int64_t)(*p - '0') * unit;
            unit = unit == 0 ? 1 : unit;
        }
    }
    number = unit == 0 ? number * scale : number;
    if (!digits || number > INT32_MAX) {
        return false;
    }
    *value = (int32_t)(negative ? -number : number);
    return true;
}

enum setting_verdict setting_parse(const struct setting_row *row, const char *text, int32_t *value)
{
    if (row->type == SETTING_ENUM || row->type == SETTING_BOOL || row->type == SETTING_CHOICE) {
        int index = option_index(row->options, text, text_length(text));
        if (index < 0) {
            return VERDICT_NOT_AN_OPTION;
        }
        if (row->type != SETTING_CHOICE) {
            *value = index;
            return VERDICT_OK;
        }
    }
    return decimal_parse(text, row->scale, value) ? VERDICT_OK : VERDICT_NOT_A_NUMBER;
}

static void copy_option(const char *options, int32_t index, char *text, size_t room)
{
    const char *p = options;
    for (; index > 0 && *p != '\0'; p++) {
        index -= *p == '|';
    }
    size_t n = 0;
    for (; p[n] != '\0' && p[n] != '|' && n + 1 < room; n++) {
        text[n] = p[n];
    }
    text[n] = '\0';
}

int32_t option_number(const char *options, int index)
{
    char word[12];
    int32_t number = 0;
    copy_option(options, index, word, sizeof word);
    for (const char *p = word; *p >= '0' && *p <= '9'; p++) {
        number = number * 10 + (*p - '0');
    }
    return number;
}

static bool is_choice(const struct setting_row *row, int32_t value)
{
    for (int i = 0; i < option_count(row->options); i++) {
        if (option_number(row->options, i) == value) {
            return true;
        }
    }
    return false;
}

enum setting_verdict setting_check_range(const struct setting_row *row, int32_t value)
{
    if (value < row->min || value > row->max) {
        return VERDICT_OUT_OF_RANGE;
    }
    if (row->step > 0 && (value - row->min) % row->step != 0) {
        return VERDICT_OFF_STEP;
    }
    return row->type == SETTING_CHOICE && !is_choice(row, value) ? VERDICT_NOT_AN_OPTION
                                                                 : VERDICT_OK;
}

void decimal_format(int32_t value, int32_t scale, int decimals, char *text, size_t room)
{
    char digits[16];
    size_t n = 0;
    size_t point = (size_t)decimals;
    int32_t unit = scale;
    for (int i = 0; i < decimals; i++) {
        unit /= 10;
    }
    int64_t rest = value < 0 ? -(int64_t)value : value;
    rest /= unit > 0 ? unit : 1;
    do {
        if (n == point && n > 0) {
            digits[n++] = '.';
        }
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while ((rest > 0 || n <= point) && n < sizeof digits - 2);
    if (value < 0) {
        digits[n++] = '-';
    }
    size_t out = 0;
    while (n > 0 && out + 1 < room) {
        text[out++] = digits[--n];
    }
    text[out] = '\0';
}

void setting_format(const struct setting_row *row, int32_t value, char *text, size_t room)
{
    if (room == 0) {
        return;
    }
    if (row->type == SETTING_ENUM || row->type == SETTING_BOOL) {
        copy_option(row->options, value, text, room);
        return;
    }
    decimal_format(value, row->scale, row->decimals, text, room);
}
