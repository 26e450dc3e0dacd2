/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of PI30 replies: from a view to text. The way back is pi30_read.c. */
#include <string.h>

#include "core/proto/pi30.h"

/* What is told: the inverter as it is, or (with `profile`) its settings as delivered. */
struct told {
    const struct inverter_view *view;
    const struct inverter_profile *profile;
};

static int64_t live_value(const struct told *told, uint8_t id)
{
    return view_has(told->view, (enum view_live)id) ? told->view->live[id] : 0;
}

static int32_t setting_value(const struct told *told, uint8_t id)
{
    for (int i = 0; told->profile != NULL && i < told->profile->n_settings; i++) {
        if (told->profile->settings[i].id == (enum setting_id)id) {
            return told->profile->settings[i].def;
        }
    }
    return told->view->set[id];
}

/* Current at the rated power, A in thousandths. */
static int64_t rated_ma(const struct told *told)
{
    int32_t volt = setting_value(told, SET_OUTPUT_V);
    return volt > 0 ? live_value(told, LIVE_RATED_W) * 1000 / volt : 0;
}

/* Of a column that is a number: what it says, in the unit at rest. */
static int64_t value_of(const struct pi30_column *column, const struct told *told, int32_t *scale)
{
    int64_t ma = live_value(told, LIVE_BATTERY_A);
    *scale = pi30_scale_of(column);
    switch (column->from) {
    case FROM_LIVE:
    case FROM_VERSION: return live_value(told, column->id);
    case FROM_CHARGE: return ma < 0 ? -ma : 0;
    case FROM_DISCHARGE: return ma > 0 ? ma : 0;
    case FROM_SET: return setting_value(told, column->id);
    case FROM_NOT_SET: return setting_value(told, column->id) == 0;
    case FROM_RATED_A: *scale = 1000; return rated_ma(told);
    case FROM_ZERO:
    case FROM_LETTER:
    case FROM_SERIAL:
    case FROM_LONG_SERIAL:
    case FROM_MODEL:
    case FROM_WORDS:
    case FROM_BITS:
    case FROM_FAULT:
    case FROM_CLOCK: break;
    }
    *scale = 1;
    return 0;
}

static size_t put_column_number(const struct pi30_column *column, const struct told *told,
                                char *out)
{
    int32_t scale;
    int64_t value = value_of(column, told, &scale);
    struct pi30_number number = {.width = column->width, .decimals = column->decimals};
    if (column->codes != NULL) {
        number.value = max_i32(hostlink_code_of(column->codes, (int32_t)value), 0);
    } else if (column->from == FROM_ZERO) {
        number.value = column->id;
    } else {
        number.value = scaled_i64(value, pi30_power_of_ten(column->decimals), scale);
    }
    return pi30_put_number(out, &number);
}

static bool bit_is_on(const struct pi30_bit *bit, const struct told *told)
{
    uint64_t faults = (uint64_t)1 << bit->id | (uint64_t)1 << bit->other;
    switch (bit->kind) {
    case BIT_ZERO: return false;
    case BIT_LIVE: return live_value(told, bit->id) > 0;
    case BIT_LIVE_2: return live_value(told, bit->id) > 0 || live_value(told, bit->other) > 0;
    case BIT_EQUAL: return live_value(told, bit->id) == bit->other;
    case BIT_SET: return setting_value(told, bit->id) != 0;
    case BIT_FAULT: return (told->view->faults & faults) != 0;
    }
    return false;
}

static size_t put_text(const char *text, char *out)
{
    size_t n = 0;
    for (; text[n] != '\0'; n++) {
        out[n] = text[n];
    }
    return n;
}

/* Two figures of each part, four of the year. */
static size_t put_clock(const struct view_clock *clock, char *out)
{
    const uint8_t parts[] = {clock->month, clock->day, clock->hour, clock->minute, clock->second};
    struct pi30_number number = {clock->year, 4, 0};
    size_t n = pi30_put_number(out, &number);
    for (size_t i = 0; i < sizeof parts; i++) {
        number = (struct pi30_number){parts[i], 2, 0};
        n += pi30_put_number(out + n, &number);
    }
    return n;
}

static size_t put_fault(const struct told *told, uint8_t width, char *out)
{
    struct pi30_number number = {.width = width};
    for (int i = 0; i < FAULT_COUNT && number.value == 0; i++) {
        number.value = (told->view->faults >> i & 1) != 0 ? hostlink_faults[i].code : 0;
    }
    return pi30_put_number(out, &number);
}

static size_t put_letter(const struct pi30_column *column, const struct told *told, char *out)
{
    bool asleep = live_value(told, LIVE_SAVING) != 0 && column->id == LIVE_STATE;
    int32_t letter = hostlink_code_of(column->codes, (int32_t)live_value(told, column->id));
    out[0] = (char)(asleep ? 'H' : letter > 0 ? letter : 'P');
    return 1;
}

enum { LONG_SERIAL = 20 };

static size_t put_long_serial(const char *serial, char *out)
{
    size_t n = put_text(serial, out + 2);
    out[0] = (char)('0' + n / 10 % 10);
    out[1] = (char)('0' + n % 10);
    for (; n < LONG_SERIAL; n++) {
        out[2 + n] = '0';
    }
    return 2 + n;
}

static size_t put_column(const struct pi30_column *column, const struct told *told, char *out)
{
    size_t n = 0;
    switch (column->from) {
    case FROM_ZERO:
    case FROM_LIVE:
    case FROM_CHARGE:
    case FROM_DISCHARGE:
    case FROM_SET:
    case FROM_NOT_SET:
    case FROM_RATED_A: return put_column_number(column, told, out);
    case FROM_VERSION:
        n = put_text(column->words, out);
        return n + put_column_number(column, told, out + n);
    case FROM_LETTER: return put_letter(column, told, out);
    case FROM_SERIAL: return put_text(told->view->serial, out);
    case FROM_LONG_SERIAL: return put_long_serial(told->view->serial, out);
    case FROM_MODEL: return put_text(told->view->model, out);
    case FROM_WORDS: return put_text(column->words, out);
    case FROM_FAULT: return put_fault(told, column->width, out);
    case FROM_CLOCK: return put_clock(&told->view->clock, out);
    case FROM_BITS:
        for (; n < column->width; n++) {
            out[n] = bit_is_on(&column->bits[n], told) ? '1' : '0';
        }
        return n;
    }
    return 0;
}

static size_t put_flags(const struct told *told, char *out)
{
    size_t n = 0;
    for (int on = 1; on >= 0; on--) {
        out[n++] = on != 0 ? 'E' : 'D';
        for (int i = 0; i < pi30_flag_count; i++) {
            if ((told->view->set[pi30_flags[i].id] != 0) == (on != 0)) {
                out[n++] = pi30_flags[i].letter;
            }
        }
    }
    return n;
}

static size_t put_warnings(const struct hostlink_job *job, char *out)
{
    memset(out, '0', PI30_WARNINGS);
    for (int i = 0; i < FAULT_COUNT; i++) {
        if ((job->view->faults >> i & 1) == 0) {
            continue;
        }
        if (hostlink_faults[i].warning >= 0) {
            out[hostlink_faults[i].warning] = '1';
        }
        if (job->profile->faults[i].class == CLASS_FAULT) {
            out[PI30_INVERTER_FAULT] = '1';
        }
    }
    return PI30_WARNINGS;
}

/* Tens of amperes up to what the model takes. */
static size_t put_currents(const struct told *told, uint8_t id, char *out)
{
    size_t n = 0;
    for (int64_t a = 10; a * 1000 <= live_value(told, id) && n + 5 < PI30_TEXT; a += 10) {
        struct pi30_number number = {a, 3, 0};
        n += n > 0 ? put_text(" ", out + n) : 0;
        n += pi30_put_number(out + n, &number);
    }
    return n;
}

static size_t put_columns(const struct pi30_query *query, const struct told *told, char *out)
{
    size_t n = 0;
    for (uint8_t i = 0; i < query->n_columns; i++) {
        n += i > 0 ? put_text(" ", out + n) : 0;
        n += put_column(&query->columns[i], told, out + n);
    }
    return n + (query->tail != NULL ? put_text(query->tail, out + n) : 0);
}

static const struct pi30_query *query_of(const char *request, size_t n)
{
    for (int i = 0; i < pi30_query_count; i++) {
        size_t length;
        if (pi30_begins(request, n, pi30_queries[i].name, &length) && length == n) {
            return &pi30_queries[i];
        }
    }
    return NULL;
}

size_t pi30_reply_text(const char *request, size_t n, const struct hostlink_job *job, char *out)
{
    const struct pi30_query *query = query_of(request, n);
    struct told told = {job->view, NULL};
    if (query == NULL) {
        return 0;
    }
    switch (query->reply) {
    case REPLY_DEFAULTS: told.profile = job->profile; break;
    case REPLY_COLUMNS: break;
    case REPLY_FLAGS: return put_flags(&told, out);
    case REPLY_WARNINGS: return put_warnings(job, out);
    case REPLY_CURRENTS: return put_currents(&told, query->id, out);
    }
    return put_columns(query, &told, out);
}
