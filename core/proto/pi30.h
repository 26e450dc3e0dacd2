/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PI30_H
#define HEARTH_CORE_PROTO_PI30_H

/*
 * PI30, the text protocol of Axpert, MPP Solar and many off-grid hybrids. A line of text, its sum,
 * CR; a reply begins with "(".
 *
 *   request  TEXT sum(2) CR          QPIGS B7 A9 0D
 *   reply    ( TEXT sum(2) CR        (ACK 39 20 0D, (NAK 73 73 0D
 *   sum      CRC-16/XMODEM, high byte first; a byte that is 28, 0D or 0A is one more
 *
 * So CR ends a frame and nothing else does. Source: jblance/mpp-solar (pi30.py, protocol_helpers),
 * published captures; columns of replies are pi30_rows.c.
 */

#include "core/proto/hostlink.h"

enum { PI30_TEXT = 240, PI30_COLUMNS = 32, PI30_SUM = 2 };

uint16_t pi30_crc(const uint8_t *bytes, size_t n);

/* Puts sum and CR behind n characters; the length with them. */
size_t pi30_seal(uint8_t *bytes, size_t n);

/* A frame that ends in CR, of at least one character and with a right sum. */
bool pi30_is_right(const uint8_t *bytes, size_t n);

/* A number as its column is written: 230.0 in five characters is 2300 with one decimal. */
struct pi30_number {
    int64_t value;
    uint8_t width, decimals;
};

/* The columns of a reply's text. */
struct pi30_split {
    const char *text;
    uint8_t n;
    struct {
        uint8_t at, length;
    } column[PI30_COLUMNS];
};

/* Up to nine digits with at most one point among them; anything else is a word, of width 0. */
struct pi30_number pi30_number_of(const char *text, size_t n);

/* Takes text apart at its blanks; false: more of it than there may be. */
bool pi30_split(const char *text, size_t n, struct pi30_split *split) MUST_USE;

/* Writes a number with zeros in front; what does not fit in `width` is held at the largest that
   does, below zero at 0. Returns `width`. */
size_t pi30_put_number(char *out, const struct pi30_number *number);

/* Where a column, a bit or an order has its value. */
enum pi30_from {
    FROM_ZERO,      /* `id` is the number, already in the column's form */
    FROM_LIVE,      /* enum view_live */
    FROM_CHARGE,    /* the negative part of it */
    FROM_DISCHARGE, /* the positive part */
    FROM_SET,       /* enum setting_id */
    FROM_NOT_SET,   /* a switch told the other way round */
    FROM_LETTER,    /* a live one by its letter in `codes` */
    FROM_SERIAL,
    FROM_LONG_SERIAL, /* its length in two digits, then it, filled with zeros to twenty */
    FROM_MODEL,
    FROM_VERSION, /* 00072.70 */
    FROM_WORDS,   /* `words` itself */
    FROM_BITS,
    FROM_FAULT, /* code of the first fault */
    FROM_CLOCK,
    FROM_RATED_A /* current of the rated power at the output voltage */
};

/* One bit of a column of 0 and 1, first one first. */
struct pi30_bit {
    enum { BIT_ZERO, BIT_LIVE, BIT_EQUAL, BIT_SET, BIT_FAULT, BIT_LIVE_2 } kind;
    uint8_t id, other;
};

struct pi30_column {
    enum pi30_from from;
    uint8_t width, decimals;
    uint8_t id;
    int32_t scale; /* value at rest per shown unit; 0: the live quantity's own */
    const struct hostlink_code *codes;
    const struct pi30_bit *bits;
    const char *words;
};

enum pi30_reply {
    REPLY_COLUMNS,
    REPLY_FLAGS,    /* QFLAG */
    REPLY_WARNINGS, /* QPIWS */
    REPLY_CURRENTS, /* a list of what may be chosen, up to the live quantity `id` */
    REPLY_DEFAULTS  /* columns of settings as delivered */
};

struct pi30_query {
    const char *name;
    enum pi30_reply reply;
    uint8_t id, n_columns;
    const struct pi30_column *columns;
    const char *tail; /* NULL, or what follows the last column */
};
extern const struct pi30_query pi30_queries[];
extern const int pi30_query_count;

/* An order that writes a setting: its name, the number of the unit where there is one (0: this
   one), then a number of this form. */
struct pi30_order {
    const char *name;
    bool unit;
    uint8_t width, decimals, id;
    int32_t scale;
    const struct hostlink_code *codes;
    uint8_t last_code; /* those above it are told, never chosen; 0: all can be */
};
extern const struct pi30_order pi30_orders[];
extern const int pi30_order_count;

/* Switches of PE, PD and QFLAG. */
struct pi30_flag {
    char letter;
    uint8_t id;
};
extern const struct pi30_flag pi30_flags[];
extern const int pi30_flag_count;

/* Names of the places of QPIWS. */
enum { PI30_WARNINGS = 32, PI30_INVERTER_FAULT = 1 };
extern const char *const pi30_warning_names[PI30_WARNINGS];

/* "20260601120000", or without the century; false: no date that can be. */
bool pi30_clock_read(const char *text, size_t n, struct view_clock *clock) MUST_USE;

/* Powers of ten up to nine digits; the value at rest per shown unit of a column. */
int32_t pi30_power_of_ten(uint8_t n);
int32_t pi30_scale_of(const struct pi30_column *column);

/* What the columns say, into a view. */
void pi30_columns_read(const struct pi30_query *query, const struct pi30_split *split,
                       struct inverter_view *view);

/* The text of a reply without "("; 0: the request is none. `request` is without its sum. */
size_t pi30_reply_text(const char *request, size_t n, const struct hostlink_job *job, char *out);

/* The text of a column's number for a value at rest; false: it cannot be said in this form. */
bool pi30_order_text(const struct pi30_order *order, int32_t value, char *out);

/* Stores values through the job's desk, all or none. */
bool pi30_store(const struct hostlink_job *job, const struct hostlink_value *values, size_t n);

/* Writes the setting a text names; false: it names none, or the inverter refuses. */
bool pi30_write_setting(const char *text, size_t n, const struct hostlink_job *job);

/* Does what a text orders; false: nobody knows it, or the inverter refuses. */
bool pi30_obey(const char *text, size_t n, const struct hostlink_job *job);

/* Puts the text of a reply (between "(" and the sum) to this question into a view; false: it has
   another form. */
bool pi30_reply_read(const char *question, const char *text, size_t n, struct inverter_view *view);

/* The parts of pi30_end. */
size_t pi30_server_byte(struct hostlink_server *server, uint8_t byte,
                        const struct hostlink_job *job, uint8_t *reply);
size_t pi30_server_quiet(struct hostlink_server *server, const struct hostlink_job *job,
                         uint8_t *reply);

static inline size_t pi30_length(const char *word)
{
    size_t n = 0;
    while (word[n] != '\0') {
        n++;
    }
    return n;
}

/* True when `text` begins with `word`. */
static inline bool pi30_begins(const char *text, size_t n, const char *word, size_t *length)
{
    size_t i = 0;
    while (word[i] != '\0' && i < n && text[i] == word[i]) {
        i++;
    }
    *length = i;
    return word[i] == '\0';
}

#endif
