/* SPDX-License-Identifier: Apache-2.0 */
#include "core/proto/inverter_view.h"

#include <string.h>

const struct live_row live_rows[LIVE_COUNT] = {
#define LIVE(id, point, scale, decimals, kind, words) \
    [LIVE_##id] = {point, scale, decimals, kind, words},
#include "core/proto/live.def"
#undef LIVE
};

void live_word(enum view_live live, int64_t value, char *text, size_t room)
{
    const char *at = live_rows[live].words;
    size_t n = 0;
    for (; value > 0 && *at != '\0'; at++) {
        value -= *at == '|';
    }
    for (; at[n] != '\0' && at[n] != '|' && n + 1 < room; n++) {
        text[n] = at[n];
    }
    if (room > 0) {
        text[n] = '\0';
    }
}

void view_put(struct inverter_view *view, enum view_live live, int64_t value)
{
    view->live[live] = value;
    view->heard |= (uint64_t)1 << live;
}

void view_put_setting(struct inverter_view *view, enum setting_id id, int32_t value)
{
    view->set[id] = value;
    view->set_heard[id] = true;
}

bool view_clock_is_right(const struct view_clock *clock)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (clock->month < 1 || clock->month > 12 || clock->day < 1) {
        return false;
    }
    bool leap = clock->year % 4 == 0 && (clock->year % 100 != 0 || clock->year % 400 == 0);
    int last = days[clock->month - 1] + (clock->month == 2 && leap ? 1 : 0);
    return clock->day <= last && clock->hour < 24 && clock->minute < 60 && clock->second < 60;
}

void view_text(char to[VIEW_SERIAL], const char *from, size_t n)
{
    size_t length = 0;
    memset(to, 0, VIEW_SERIAL);
    for (; length < n && length < VIEW_SERIAL - 1U && from[length] >= ' ' && from[length] <= '~';
         length++) {
        to[length] = from[length];
    }
    while (length > 0 && to[length - 1] == ' ') {
        to[--length] = '\0';
    }
}

int64_t scaled_i64(int64_t value, int32_t up, int32_t down)
{
    int64_t twice = value * up * 2;
    int64_t half = twice < 0 ? -down : down;
    return (twice + half) / (2 * (int64_t)down);
}
