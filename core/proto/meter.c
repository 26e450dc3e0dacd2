/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of the meters' registers to values at rest and back. */
#include "core/proto/meter.h"

#include "core/proto/ascii_frame.h" /* be16 */
#include "core/proto/float_bits.h"

/* What any but a counter may be at rest: its consumers count in 32 bits. */
#define MOST ((int64_t)2000000000)

/* value at rest = number * up / down, times IrAt and UrAt where it says so */
static const struct scale {
    int16_t up, down;
    bool ct, pt;
} scales[METER_FLAVOURS][METER_E + 1] = {
    [METER_RAW] = {[METER_V] = {10, 1, false, true},
                   [METER_A] = {1, 1, true, false},
                   [METER_P] = {1, 10, true, true},
                   [METER_PF] = {1, 1, false, false},
                   [METER_HZ] = {1, 1, false, false},
                   [METER_E_RATIO] = {100, 1, true, true},
                   [METER_E] = {1000, 1, false, false}},
    [METER_IN_KW] = {[METER_V] = {1000, 1, false, false},
                     [METER_A] = {1000, 1, false, false},
                     [METER_P] = {10000, 1, false, false},
                     [METER_PF] = {1000, 1, false, false},
                     [METER_HZ] = {100, 1, false, false},
                     [METER_E_RATIO] = {1000, 1, false, false},
                     [METER_E] = {1000, 1, false, false}},
    [METER_IN_W] = {[METER_V] = {1000, 1, false, false},
                    [METER_A] = {1000, 1, false, false},
                    [METER_P] = {10, 1, false, false},
                    [METER_PF] = {1000, 1, false, false},
                    [METER_HZ] = {100, 1, false, false},
                    [METER_E_RATIO] = {1000, 1, false, false},
                    [METER_E] = {1000, 1, false, false}},
};

static int64_t up_of(const struct meter_scaling *scaling, const struct scale *scale)
{
    return (int64_t)scale->up * (scale->ct ? scaling->ct : 1) * (scale->pt ? scaling->pt10 : 1);
}

uint32_t meter_bits(const struct meter_scaling *scaling, enum meter_kind kind, int64_t value)
{
    const struct scale *scale = &scales[scaling->flavour][kind];
    return float_bits_of(value, scale->down, up_of(scaling, scale));
}

bool meter_value_of(const struct meter_scaling *scaling, enum meter_kind kind, uint32_t bits,
                    int64_t *value)
{
    const struct scale *scale = &scales[scaling->flavour][kind];
    bool counter = kind == METER_E || kind == METER_E_RATIO;
    int64_t found;
    if (!float_bits_scaled(bits, up_of(scaling, scale), scale->down, &found) ||
        (!counter && (found > MOST || found < -MOST))) {
        return false;
    }
    *value = found;
    return true;
}

static uint32_t two(const uint8_t *data) { return (uint32_t)be16(data) << 16 | be16(data + 2); }

bool meter_flavour_told(const uint8_t *data, enum meter_flavour *flavour)
{
    static const struct meter_scaling raw = {METER_RAW, 1, METER_NO_PT10};
    int64_t number;
    if (!meter_value_of(&raw, METER_HZ, two(data), &number)) {
        return false;
    }
    bool in_hz = number >= 45 && number <= 65;
    bool in_hundredths = number >= 4500 && number <= 6500;
    if (in_hz || in_hundredths) {
        *flavour = in_hz ? METER_IN_W : METER_RAW;
    }
    return in_hz || in_hundredths;
}

bool meter_ratio_told(const uint8_t *data, struct meter_scaling *scaling)
{
    uint16_t ct = be16(data);
    uint16_t pt10 = be16(data + 2);
    bool none = ct == 0 && pt10 == 0;
    bool right = ct >= 1 && ct <= METER_RATIO_MAX && pt10 >= 1 && pt10 <= METER_RATIO_MAX;
    if (right || none) {
        scaling->ct = right ? ct : 1;
        scaling->pt10 = right ? pt10 : METER_NO_PT10;
    }
    return right || none;
}

void meter_read(enum meter_type type, const struct meter_scaling *scaling, uint16_t start,
                uint16_t count, const uint8_t *data, struct meter_view *view)
{
    const struct meter_map *map = &meter_maps[type];
    for (int i = 0; i < map->n_registers; i++) {
        const struct meter_register *row = &map->registers[i];
        int32_t at = (int32_t)row->address - start;
        int64_t value;
        if (at < 0 || at + 2 > count) {
            continue;
        }
        if (meter_value_of(scaling, (enum meter_kind)row->kind, two(data + 2 * at), &value) &&
            !(row->zero_is_none && value == 0)) {
            meter_put(view, (enum meter_value)row->value, value);
        } else {
            meter_forget(view, (enum meter_value)row->value);
        }
    }
}

int meter_word_index(enum meter_type type, enum meter_word word)
{
    const struct meter_map *map = &meter_maps[type];
    for (int i = 0; i < map->n_words; i++) {
        if (map->words[i].word == word) {
            return i;
        }
    }
    return -1;
}

uint32_t meter_baud(uint16_t code)
{
    static const uint16_t rates[] = {1200, 2400, 4800, 9600, 19200};
    return code < sizeof rates / sizeof rates[0] ? rates[code] : 0;
}
