/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of PI30 replies: from text into a view. */
#include "core/proto/pi30.h"

int32_t pi30_power_of_ten(uint8_t n)
{
    int32_t power = 1;
    for (; n > 0; n--) {
        power *= 10;
    }
    return power;
}

int32_t pi30_scale_of(const struct pi30_column *column)
{
    bool live = column->from == FROM_LIVE || column->from == FROM_CHARGE ||
                column->from == FROM_DISCHARGE || column->from == FROM_VERSION;
    return live && column->scale == 0 ? live_rows[column->id].scale : column->scale;
}

/* Fourteen figures, or twelve with the year in two. */
bool pi30_clock_read(const char *text, size_t n, struct view_clock *clock)
{
    uint8_t two[7] = {20};
    size_t first = n == 14 ? 0 : 1;
    if (n != 14 && n != 12) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    for (size_t i = 0; i < n / 2; i++) {
        two[first + i] = (uint8_t)((text[2 * i] - '0') * 10 + text[2 * i + 1] - '0');
    }
    *clock = (struct view_clock){
        (uint16_t)(two[0] * 100 + two[1]), two[2], two[3], two[4], two[5], two[6]};
    return view_clock_is_right(clock);
}

static void read_bits(const struct pi30_column *column, const char *text, size_t n,
                      struct inverter_view *view)
{
    for (size_t i = 0; i < column->width && i < n; i++) {
        const struct pi30_bit *bit = &column->bits[i];
        if (bit->kind == BIT_SET) {
            view_put_setting(view, (enum setting_id)bit->id, text[i] == '1');
        } else if (bit->kind == BIT_LIVE && live_rows[bit->id].kind == LIVE_FLAG) {
            view_put(view, (enum view_live)bit->id, text[i] == '1');
        } else if (bit->kind == BIT_EQUAL && text[i] == '1') {
            view_put(view, (enum view_live)bit->id, bit->other);
        } else if (bit->kind == BIT_EQUAL && view->live[bit->id] == bit->other) {
            view->heard &= ~((uint64_t)1 << bit->id); /* not that any more: what, is not said */
        }
    }
}

static void read_number(const struct pi30_column *column, const struct pi30_number *number,
                        struct inverter_view *view)
{
    int64_t value =
        scaled_i64(number->value, pi30_scale_of(column), pi30_power_of_ten(number->decimals));
    int32_t coded;
    if (column->codes != NULL) {
        if (!hostlink_value_of(column->codes, (int32_t)number->value, &coded)) {
            return; /* a code this table does not know tells nothing */
        }
        value = coded;
    }
    bool live = column->from == FROM_LIVE || (column->from == FROM_DISCHARGE && value > 0);
    if (live || column->from == FROM_CHARGE) {
        view_put(view, (enum view_live)column->id, live ? value : -value);
    } else if (column->from == FROM_SET && value <= INT32_MAX) {
        view_put_setting(view, (enum setting_id)column->id, (int32_t)value);
    } else if (column->from == FROM_NOT_SET) {
        view_put_setting(view, (enum setting_id)column->id, value == 0);
    }
}

/* "14" and fourteen characters, then zeros. */
static void read_long_serial(const char *text, size_t n, struct inverter_view *view)
{
    size_t length = n >= 2 ? (size_t)(text[0] - '0') * 10 + (size_t)(text[1] - '0') : 0;
    if (n >= 2 && text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9' &&
        length <= n - 2) {
        view_text(view->serial, text + 2, length);
    }
}

static void read_words(const struct pi30_column *column, const char *text, size_t n,
                       struct inverter_view *view)
{
    int32_t value;
    if (column->from == FROM_SERIAL) {
        view_text(view->serial, text, n);
    } else if (column->from == FROM_LONG_SERIAL) {
        read_long_serial(text, n, view);
    } else if (column->from == FROM_MODEL) {
        view_text(view->model, text, n);
    } else if (column->from == FROM_LETTER &&
               hostlink_value_of(column->codes, (uint8_t)text[0], &value)) {
        view_put(view, (enum view_live)column->id, value);
        if (column->id == LIVE_STATE) {
            view_put(view, LIVE_SAVING, text[0] == 'H');
        }
    }
}

/* "VERFW:00072.70" */
static void read_version(const struct pi30_column *column, const char *text, size_t n,
                         struct inverter_view *view)
{
    size_t head;
    if (!pi30_begins(text, n, column->words, &head)) {
        return;
    }
    struct pi30_number number = pi30_number_of(text + head, n - head);
    if (number.width > 0) {
        view_put(
            view, (enum view_live)column->id,
            scaled_i64(number.value, pi30_scale_of(column), pi30_power_of_ten(number.decimals)));
    }
}

static void read_clock(const char *text, size_t n, struct inverter_view *view)
{
    struct view_clock clock;
    if (pi30_clock_read(text, n, &clock)) {
        view->clock = clock;
        view->clock_heard = true;
    }
}

static void read_column(const struct pi30_column *column, const char *text, size_t n,
                        struct inverter_view *view)
{
    struct pi30_number number;
    switch (column->from) {
    case FROM_BITS: read_bits(column, text, n, view); break;
    case FROM_VERSION: read_version(column, text, n, view); break;
    case FROM_CLOCK: read_clock(text, n, view); break;
    case FROM_SERIAL:
    case FROM_LONG_SERIAL:
    case FROM_MODEL:
    case FROM_LETTER: read_words(column, text, n, view); break;
    case FROM_LIVE:
    case FROM_CHARGE:
    case FROM_DISCHARGE:
    case FROM_SET:
    case FROM_NOT_SET:
        number = pi30_number_of(text, n);
        if (number.width > 0) {
            read_number(column, &number, view);
        }
        break;
    case FROM_ZERO:
    case FROM_WORDS:
    case FROM_FAULT:
    case FROM_RATED_A: break; /* nothing of it is kept */
    }
}

void pi30_columns_read(const struct pi30_query *query, const struct pi30_split *split,
                       struct inverter_view *view)
{
    for (uint8_t i = 0; i < query->n_columns && i < split->n; i++) {
        read_column(&query->columns[i], split->text + split->column[i].at, split->column[i].length,
                    view);
    }
}
