/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_METER_H
#define HEARTH_CORE_PROTO_METER_H

/*
 * CHINT's smart meters DDSU666 (one phase) and DTSU666 (three phases) over Modbus RTU, 9600 8N1 of
 * the parts that come with inverters. Values are float32 in two registers, high word first; words
 * of the configuration are one register each. Both ends are pure: bytes in, bytes out, time as
 * `now_ms`; the caller owns the port.
 *
 * Signs: power + is bought, P1 to P2 of the meter pointing to the load. A meter of PV wired the
 * same way reads negative while PV gives; core/inverter/sampling.h turns it. Currents are
 * magnitudes.
 *
 * What the two write for a number differs:
 *   DTSU666  V = n 0.1 (UrAt 0.1), A = n 0.001 IrAt, W and var = n 0.1 (UrAt 0.1) IrAt,
 *            PF = n 0.001, Hz = n 0.01; some makers' firmware writes V, A, W, Hz instead
 *   DDSU666  V, A, kW, kvar, Hz; some firmware writes W
 * A reader finds out which (meter_client.c).
 *
 * Source: CHINT quick manual DTSU666/DSSU666 2016, DTSU666-CT manual ZTY0.464.1448 and published
 * emulators and readers, as docs/protocols.md names them.
 */

#include "core/proto/modbus_rtu.h"

enum meter_type { METER_DDSU666, METER_DTSU666, METER_TYPES };

enum meter_value {
#define METER_VALUE(id, ...) METER_##id,
#include "core/proto/meter.def"
#undef METER_VALUE
    METER_VALUES
};
_Static_assert(METER_VALUES <= 64, "one bit each in `heard`");

enum { METER_PHASES = 3, METER_ADDRESS_MAX = 247, METER_RATIO_MAX = 9999, METER_NO_PT10 = 10 };

struct meter_value_row {
    const char *point; /* below meterN. */
    int32_t scale;     /* value at rest per shown unit */
    uint8_t decimals;
    const char *unit;
};
extern const struct meter_value_row meter_values[METER_VALUES];

/* A meter as it tells of itself. What is not in `heard` is unknown, not zero. */
struct meter_view {
    int64_t value[METER_VALUES];
    uint64_t heard; /* bit per enum meter_value */
};

static inline bool meter_has(const struct meter_view *view, enum meter_value id)
{
    return (view->heard >> id & 1) != 0;
}

static inline void meter_put(struct meter_view *view, enum meter_value id, int64_t value)
{
    view->value[id] = value;
    view->heard |= (uint64_t)1 << id;
}

static inline void meter_forget(struct meter_view *view, enum meter_value id)
{
    view->heard &= ~((uint64_t)1 << id);
}

/* --- register maps --- */

enum meter_kind { METER_V, METER_A, METER_P, METER_PF, METER_HZ, METER_E_RATIO, METER_E };

/* How numbers are meant. */
enum meter_flavour { METER_RAW, METER_IN_KW, METER_IN_W, METER_FLAVOURS };
struct meter_scaling {
    enum meter_flavour flavour;
    uint16_t ct;   /* IrAt; of METER_RAW */
    uint16_t pt10; /* UrAt, ten times the ratio */
};

struct meter_register {
    uint16_t address;  /* of the first of two */
    uint8_t value;     /* enum meter_value */
    uint8_t kind;      /* enum meter_kind */
    bool zero_is_none; /* 0 stands for what older firmware does not measure */
};

/* Words of the configuration by meaning; WORD_OTHER: only a number that was read there. */
enum meter_word {
    WORD_OTHER,
    WORD_REV,
    WORD_PASSWORD,
    WORD_CLEAR,
    WORD_NET,
    WORD_CT,
    WORD_PT10,
    WORD_PROTOCOL, /* enum meter_protocol */
    WORD_BAUD,     /* enum meter_baud */
    WORD_ADDRESS,
    WORD_SECOND,
    WORD_MINUTE,
    WORD_HOUR,
    WORD_DAY,
    WORD_MONTH,
    WORD_YEAR
};
enum meter_protocol { METER_DLT645 = 1, METER_8N2, METER_8N1, METER_8E1, METER_8O1 };
enum meter_baud { METER_1200, METER_2400, METER_4800, METER_9600, METER_19200 };

struct meter_word_row {
    uint16_t address;
    uint8_t word; /* enum meter_word */
    bool writable;
    uint16_t min, max, def;
};
enum { METER_WORDS = 24 };

struct meter_area {
    uint16_t first, last;
};

enum { DTSU_RATIO = 0x0006, DTSU_FREQUENCY = 0x2044 }; /* two registers each */

struct meter_map {
    const char *name;
    uint8_t phases;
    enum meter_flavour flavour; /* as the document has it */
    const struct meter_register *registers;
    const struct meter_word_row *words;
    const struct meter_area *areas; /* registers without a meaning within them read 0 */
    uint8_t n_registers, n_words, n_areas;
    bool input_function; /* 04 is answered like 03 */
};
extern const struct meter_map meter_maps[METER_TYPES];

/* The row of a word, -1: this meter has none such; and its value in `words`, one for each row. */
int meter_word_index(enum meter_type type, enum meter_word word);

/* Baud of a code of WORD_BAUD; 0: none such. */
uint32_t meter_baud(uint16_t code);

/* Number that stands for a value, and back (false: it is no number of use). */
uint32_t meter_bits(const struct meter_scaling *scaling, enum meter_kind kind, int64_t value);
bool meter_value_of(const struct meter_scaling *scaling, enum meter_kind kind, uint32_t bits,
                    int64_t *value) MUST_USE;

/* What the number of a DTSU666's frequency tells of all its numbers; false: nothing. */
bool meter_flavour_told(const uint8_t *data, enum meter_flavour *flavour);

/* IrAt and UrAt of two registers, 0 and 0 for none; false out of range, as the words of any float
   are: it is no answer to this question. */
bool meter_ratio_told(const uint8_t *data, struct meter_scaling *scaling);

/* Takes registers that were read (2 * count bytes) into a view; what is no number becomes
   unknown. */
void meter_read(enum meter_type type, const struct meter_scaling *scaling, uint16_t start,
                uint16_t count, const uint8_t *data, struct meter_view *view);

/* --- the meter's end --- */

/* One meter: what it is and the words of its configuration. */
struct meter_unit {
    enum meter_type type;
    enum meter_flavour flavour;
    uint16_t word[METER_WORDS]; /* by row of the map */
    bool clear_energy; /* ClrE was written: the owner sets counters to 0 and takes this back */
};

void meter_unit_init(struct meter_unit *unit, enum meter_type type, uint8_t address);

/* One word of the configuration; 0 where the meter has none such. */
uint16_t meter_unit_word(const struct meter_unit *unit, enum meter_word word);

/* Sets one, as by the meter's own keys or an owner; false out of its range or without a row. */
bool meter_unit_set_word(struct meter_unit *unit, enum meter_word word, uint16_t value);

/* A meter's ear on one line; all 0 to begin with. */
struct meter_server {
    uint32_t requests, replies, refusals;
    uint32_t broken, foreign; /* wrong sums; right frames that were not for us */
    uint32_t dropped;         /* bytes outside of frames */
    /* private */
    uint32_t heard_ms;
    uint16_t registers[MODBUS_READ_MAX]; /* of the reply in hand */
    uint16_t n;
    uint8_t bytes[MODBUS_FRAME_MAX];
};

/* What a server answers from. A view that does not know the power, or none, makes it silent: a
   reader must see that the meter is lost instead of believing an old value or a zero. */
struct meter_job {
    struct meter_unit *unit;
    const struct meter_view *view;
    uint32_t now_ms;
};

/* Takes bytes up to the end of one whole request and answers it: the reply's length, 0 for none.
   `used` says how many were taken; call again while some are left, and with n = 0 when the line is
   quiet. `reply` has room for MODBUS_FRAME_MAX. */
size_t meter_server_take(struct meter_server *server, const uint8_t *bytes, size_t n, size_t *used,
                         const struct meter_job *job, uint8_t *reply);

/* --- the reader's end: one line with up to METERS_ON_LINE meters --- */

enum { METERS_ON_LINE = 2, METER_STEPS = 8, METER_TRIES = 3 };

struct meter_source {
    enum meter_type type;
    uint8_t address;
    bool silent; /* missed METER_TRIES questions in a row */
    bool looked; /* every question was answered, refused or given up once */
    bool scaled; /* it is known what its numbers mean */
    struct meter_scaling scaling;
    struct meter_view view;
    uint32_t heard_ms[METER_VALUES];
    uint32_t asked, answered, missed, refused;
    /* private */
    uint32_t due_ms[METER_STEPS];
    uint8_t tries[METER_STEPS]; /* misses of the step in a row */
    uint16_t done;              /* bit per step */
    uint8_t misses;             /* in a row, of all steps */
    uint8_t doubts;             /* samples in a row that cannot be in kW */
    bool ratio_known, flavour_known;
    bool other_energy, energy_turned; /* the older place of the counters is asked; in this round */
};

/* Asks for power every `fast_ms`, for all else every `slow_ms`. A value that was not heard anew in
   `fresh_ms` (power) or three rounds (the rest) is unknown again. */
struct meter_client {
    uint16_t timeout_ms, gap_ms;
    uint32_t fast_ms, slow_ms, fresh_ms;
    uint32_t again_ms; /* between two tries of one who is silent */
    uint8_t n_meters;
    struct meter_source meter[METERS_ON_LINE];
    /* private */
    uint32_t asked_ms, idle_ms;
    uint8_t at, step; /* of the question that waits */
    bool waiting, started, slow_turn;
    struct meter_view sample; /* of the answer in hand */
    uint16_t n;
    uint8_t bytes[MODBUS_FRAME_MAX];
};

void meter_client_init(struct meter_client *client);

/* Adds a meter; false: the line is full, or the address is taken or none. */
bool meter_client_add(struct meter_client *client, enum meter_type type, uint8_t address);

/* The next question when it is due: its length, 0 when there is nothing to send now. Also lets
   values grow old. `out` has room for MODBUS_FRAME_MAX. */
size_t meter_client_poll(struct meter_client *client, uint32_t now_ms, uint8_t *out);

/* Takes what came, also nothing. True when an answer was complete. */
bool meter_client_take(struct meter_client *client, const uint8_t *bytes, size_t n,
                       uint32_t now_ms);

/* private to core/proto: registers of an answer into `sample`, without what cannot be; and from
   there what they say into the source's view */
void meter_sample_read(struct meter_source *source, uint16_t start, uint16_t count,
                       const uint8_t *data, struct meter_view *sample);
void meter_sample_merge(struct meter_source *source, uint16_t start, uint16_t count,
                        const struct meter_view *sample, uint32_t now_ms);

#endif
