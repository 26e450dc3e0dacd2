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

/* What is too large becomes the largest of its sign. */
static enum setting_verdict fit(int64_t number, int32_t *value)
{
    int64_t fits = number > INT32_MAX ? INT32_MAX : number < -INT32_MAX ? -INT32_MAX : number;
    *value = (int32_t)fits;
    return fits == number ? VERDICT_OK : VERDICT_OUT_OF_RANGE;
}

/* No exponent, no sign but '-', nothing around it. */
enum setting_verdict decimal_read(const char *text, int32_t scale, int32_t *value)
{
    const int64_t enough = 1000000000000; /* far above any value: more digits change nothing */
    bool negative = *text == '-';
    const char *p = text + (negative ? 1 : 0);
    int64_t number = 0;
    int32_t unit = 0; /* 0: before the point; else weight of the last digit read */
    bool digits = false;
    bool finer = false; /* than the setting can be */
    for (; *p != '\0'; p++) {
        if (*p == '.' && unit == 0) {
            unit = scale;
            number *= scale;
            continue;
        }
        if (*p < '0' || *p > '9') {
            return VERDICT_NOT_A_NUMBER;
        }
        digits = true;
        if (unit == 0) {
            number = number < enough ? number * 10 + (*p - '0') : enough;
        } else {
            unit /= 10;
            finer = finer || (unit == 0 && *p != '0');
            number += (int64_t)(*p - '0') * unit;
            unit = unit == 0 ? 1 : unit;
        }
    }
    if (!digits) {
        return VERDICT_NOT_A_NUMBER;
    }
    number *= unit == 0 ? scale : 1;
    enum setting_verdict verdict = fit(negative ? -number : number, value);
    return verdict == VERDICT_OK && finer ? VERDICT_OFF_STEP : verdict;
}

bool decimal_parse(const char *text, int32_t scale, int32_t *value)
{
    int32_t read;
    bool good = decimal_read(text, scale, &read) == VERDICT_OK;
    if (good) {
        *value = read;
    }
    return good;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* "7:30" or "07:30" to minutes, at most "24:00". */
static bool time_parse(const char *text, size_t length, int32_t *minutes)
{
    size_t hours = length == 4 ? 1 : 2;
    int32_t hour = 0;
    if (length < 4 || length > 5 || text[hours] != ':' || !digit(text[hours + 1]) ||
        !digit(text[hours + 2])) {
        return false;
    }
    for (size_t i = 0; i < hours; i++) {
        if (!digit(text[i])) {
            return false;
        }
        hour = hour * 10 + (text[i] - '0');
    }
    int32_t minute = (text[hours + 1] - '0') * 10 + (text[hours + 2] - '0');
    *minutes = hour * 60 + minute;
    return minute < 60 && *minutes <= 24 * 60;
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
    if (row->type == SETTING_TIME || row->type == SETTING_WINDOWS) {
        return time_parse(text, text_length(text), value) ? VERDICT_OK : VERDICT_NOT_A_NUMBER;
    }
    return decimal_read(text, row->scale, value);
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

static void time_format(int32_t minutes, char *text, size_t room)
{
    const char digits[] = {(char)('0' + minutes / 600 % 10), (char)('0' + minutes / 60 % 10), ':',
                           (char)('0' + minutes % 60 / 10),  (char)('0' + minutes % 10),      '\0'};
    size_t n = 0;
    for (; n + 1 < room && n < sizeof digits - 1; n++) {
        text[n] = digits[n];
    }
    text[n] = '\0';
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
    if (row->type == SETTING_TIME || row->type == SETTING_WINDOWS) {
        time_format(value, text, room);
        return;
    }
    decimal_format(value, row->scale, row->decimals, text, room);
}

/* --- several values --- */

/* The next of a list's words: its length, and where the one behind it begins (NULL: none). */
static size_t next_word(const char *text, char mark, const char **rest)
{
    size_t n = 0;
    while (text[n] != '\0' && text[n] != mark) {
        n++;
    }
    *rest = text[n] == mark ? text + n + 1 : NULL;
    return n;
}

static enum setting_verdict parse_windows(const struct setting_row *row, const char *text,
                                          int32_t values[SETTING_EACH])
{
    int n = 0;
    const char *rest = *text != '\0' ? text : NULL;
    for (int i = 0; i < SETTING_EACH; i++) {
        values[i] = 0;
    }
    for (const char *at = rest; at != NULL; at = rest) {
        const char *until;
        size_t length = next_word(at, '|', &rest);
        size_t from = next_word(at, '-', &until);
        if (n + 2 > setting_count(row) || from >= length || !time_parse(at, from, &values[n]) ||
            !time_parse(until, length - from - 1, &values[n + 1])) {
            return n + 2 > setting_count(row) ? VERDICT_OUT_OF_RANGE : VERDICT_NOT_A_NUMBER;
        }
        n += 2;
    }
    return VERDICT_OK;
}

enum setting_verdict setting_parse_all(const struct setting_row *row, const char *text,
                                       int32_t values[SETTING_EACH])
{
    enum setting_verdict verdict = VERDICT_OK;
    const char *rest = text;
    int n = 0;
    if (row->type == SETTING_WINDOWS) {
        return parse_windows(row, text, values);
    }
    for (const char *at = rest; at != NULL && verdict == VERDICT_OK; at = rest, n++) {
        char word[32]; /* the longest option */
        size_t length = next_word(at, '|', &rest);
        if (n == setting_count(row) || length >= sizeof word) {
            return VERDICT_NOT_A_NUMBER;
        }
        memcpy(word, at, length);
        word[length] = '\0';
        verdict = setting_parse(row, word, &values[n]);
    }
    return verdict == VERDICT_OK && n < setting_count(row) ? VERDICT_NOT_A_NUMBER : verdict;
}

static size_t append(char *text, size_t room, size_t used, const char *more)
{
    for (; *more != '\0' && used + 1 < room; more++) {
        text[used++] = *more;
    }
    text[used] = '\0';
    return used;
}

void setting_format_all(const struct setting_row *row, const int32_t *values, char *text,
                        size_t room)
{
    bool windows = row->type == SETTING_WINDOWS;
    size_t used = 0;
    if (room == 0) {
        return;
    }
    text[0] = '\0';
    for (int i = 0; i < setting_count(row); i++) {
        char word[32]; /* the longest option */
        if (windows && values[i | 1] == values[i & ~1]) {
            continue; /* no window */
        }
        setting_format(row, values[i], word, sizeof word);
        used = used > 0 ? append(text, room, used, windows && i % 2 != 0 ? "-" : "|") : 0;
        used = append(text, room, used, word);
    }
}
