/* SPDX-License-Identifier: Apache-2.0 */
/* PI30 frames and numbers: layout in pi30.h. */
#include "core/proto/pi30.h"

uint16_t pi30_crc(const uint8_t *bytes, size_t n)
{
    uint16_t crc = 0;
    for (size_t i = 0; i < n; i++) {
        crc = (uint16_t)(crc ^ bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++) {
            crc = (uint16_t)((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
        }
    }
    return crc;
}

/* The three bytes a sum must not have: "(", CR and LF mean something else on this line. */
static uint8_t moved(uint8_t byte)
{
    return (uint8_t)(byte + (byte == 0x28 || byte == 0x0D || byte == 0x0A ? 1 : 0));
}

static void sum_of(const uint8_t *bytes, size_t n, uint8_t sum[PI30_SUM])
{
    uint16_t crc = pi30_crc(bytes, n);
    sum[0] = moved((uint8_t)(crc >> 8));
    sum[1] = moved((uint8_t)(crc & 0xFF));
}

size_t pi30_seal(uint8_t *bytes, size_t n)
{
    sum_of(bytes, n, bytes + n);
    bytes[n + PI30_SUM] = '\r';
    return n + PI30_SUM + 1;
}

bool pi30_is_right(const uint8_t *bytes, size_t n)
{
    uint8_t sum[PI30_SUM];
    if (n < PI30_SUM + 2U || bytes[n - 1] != '\r') {
        return false;
    }
    sum_of(bytes, n - PI30_SUM - 1, sum);
    return bytes[n - 3] == sum[0] && bytes[n - 2] == sum[1];
}

struct pi30_number pi30_number_of(const char *text, size_t n)
{
    struct pi30_number number = {.width = (uint8_t)n};
    bool point = false;
    size_t digits = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || ++digits > 9) {
            return (struct pi30_number){0};
        }
        number.value = number.value * 10 + (text[i] - '0');
        number.decimals = (uint8_t)(number.decimals + (point ? 1 : 0));
    }
    return digits > 0 ? number : (struct pi30_number){0};
}

bool pi30_split(const char *text, size_t n, struct pi30_split *split)
{
    split->text = text;
    split->n = 0;
    if (n > PI30_TEXT) {
        return false;
    }
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end < n && text[end] != ' ') {
            end++;
        }
        if (end > at && split->n == PI30_COLUMNS) {
            return false;
        }
        if (end > at) {
            split->column[split->n].at = (uint8_t)at;
            split->column[split->n].length = (uint8_t)(end - at);
            split->n++;
        }
        at = end + 1;
    }
    return true;
}

size_t pi30_put_number(char *out, const struct pi30_number *number)
{
    uint8_t digits = (uint8_t)(number->width - (number->decimals > 0 ? 1 : 0));
    int64_t most = 1;
    for (uint8_t i = 0; i < digits; i++) {
        most *= 10;
    }
    int64_t rest = number->value < 0 ? 0 : number->value;
    rest = rest < most ? rest : most - 1;
    for (size_t i = number->width; i > 0; i--) {
        if (number->decimals > 0 && i == (size_t)number->width - number->decimals) {
            out[i - 1] = '.';
            continue;
        }
        out[i - 1] = (char)('0' + rest % 10);
        rest /= 10;
    }
    return number->width;
}
