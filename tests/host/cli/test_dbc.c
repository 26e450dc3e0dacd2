/* SPDX-License-Identifier: Apache-2.0 */
/* The DBC files, read by a small reader of their own: what it takes out of a frame is what the
   codec takes out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/dbc.h"

struct dbc_signal {
    char name[33];
    unsigned start, length;
    int order;
    char sign, unit[9];
    double factor, offset, low, high;
};

struct dbc_message {
    unsigned id, length;
    char name[33];
    int n;
    struct dbc_signal signal[80];
};

struct dbc_file {
    int n, values;
    struct dbc_message message[200];
};

static void read_signal(const char *line, struct dbc_message *message)
{
    struct dbc_signal *s = &message->signal[message->n++];
    char receiver[10];
    char quoted[12];
    assert_true(message->n < 80);
    assert_int_equal(sscanf(line, " SG_ %32s : %u|%u@%d%c (%lf,%lf) [%lf|%lf] %11s %9s", s->name,
                            &s->start, &s->length, &s->order, &s->sign, &s->factor, &s->offset,
                            &s->low, &s->high, quoted, receiver),
                     11);
    size_t n = strlen(quoted);
    assert_true(n >= 2 && quoted[0] == '"' && quoted[n - 1] == '"');
    snprintf(s->unit, sizeof s->unit, "%.*s", (int)(n - 2), quoted + 1);
    assert_true(strcmp(receiver, "Inverter") == 0 || strcmp(receiver, "Battery") == 0);
    assert_true(s->sign == '+' || s->sign == '-');
    assert_true(s->low <= s->high && s->factor != 0.0);
}

static void read_dbc(const struct can_dialect *dialect, struct dbc_file *file)
{
    char line[400];
    FILE *out = tmpfile();
    assert_non_null(out);
    assert_int_equal(dbc_write(out, dialect), 0);
    rewind(out);
    memset(file, 0, sizeof *file);
    assert_non_null(fgets(line, sizeof line, out));
    assert_int_equal(strncmp(line, "VERSION \"", 9), 0);
    while (fgets(line, sizeof line, out) != NULL) {
        if (strncmp(line, "BO_ ", 4) == 0) {
            struct dbc_message *m = &file->message[file->n++];
            assert_true(file->n < 200);
            assert_int_equal(sscanf(line, "BO_ %u %32[A-Za-z0-9]: %u", &m->id, m->name, &m->length),
                             3);
        } else if (strncmp(line, " SG_ ", 5) == 0) {
            read_signal(line, &file->message[file->n - 1]);
        } else if (strncmp(line, "VAL_ ", 5) == 0) {
            unsigned id;
            char name[33];
            bool found = false;
            assert_int_equal(sscanf(line, "VAL_ %u %32s", &id, name), 2);
            for (int i = 0; i < file->n; i++) {
                for (int k = 0; k < file->message[i].n; k++) {
                    found |= file->message[i].id == id &&
                             strcmp(file->message[i].signal[k].name, name) == 0;
                }
            }
            assert_true(found);
            file->values++;
        }
    }
    (void)fclose(out);
}

/* Bit i of a signal, from its least significant: which of the frame's (byte * 8 + bit). */
static unsigned place(const struct dbc_signal *s, unsigned i)
{
    if (s->order == 1) {
        return s->start + i;
    }
    unsigned from_top = s->length - 1 - i; /* walks right, then on in the next byte */
    unsigned byte = s->start / 8;
    unsigned bit = s->start % 8;
    while (from_top > 0) {
        from_top--;
        byte += bit == 0;
        bit = bit == 0 ? 7 : bit - 1;
    }
    return 8 * byte + bit;
}

static double physical(const struct dbc_signal *s, const struct can_frame *frame)
{
    uint64_t raw = 0;
    for (unsigned i = 0; i < s->length; i++) {
        unsigned at = place(s, i);
        raw |= (uint64_t)((unsigned)frame->data[at / 8] >> at % 8 & 1U) << i;
    }
    double value = (double)raw;
    if (s->sign == '-' && (raw >> (s->length - 1) & 1) != 0) {
        value -= ldexp(1.0, (int)s->length);
    }
    return value * s->factor + s->offset;
}

static void no_bits_overlap_and_every_name_is_there_once(void **state)
{
    (void)state;
    static struct dbc_file file;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        read_dbc(&can_dialects[d], &file);
        assert_true(file.n >= 7 && file.values > 0);
        for (int i = 0; i < file.n; i++) {
            const struct dbc_message *m = &file.message[i];
            uint64_t used = 0;
            for (int k = 0; k < i; k++) {
                assert_int_not_equal(file.message[k].id, m->id);
                assert_string_not_equal(file.message[k].name, m->name);
            }
            for (int k = 0; k < m->n; k++) {
                for (int j = 0; j < k; j++) {
                    assert_string_not_equal(m->signal[j].name, m->signal[k].name);
                }
                for (unsigned b = 0; b < m->signal[k].length; b++) {
                    unsigned at = place(&m->signal[k], b);
                    if (at >= 8 * m->length || (used >> at & 1) != 0) {
                        fail_msg("%s %s.%s", can_dialects[d].name, m->name, m->signal[k].name);
                    }
                    used |= UINT64_C(1) << at;
                }
            }
        }
    }
}

static const struct dbc_signal *find(const struct dbc_file *file, unsigned id, const char *name)
{
    for (int i = 0; i < file->n; i++) {
        for (int k = 0; k < file->message[i].n && file->message[i].id == id; k++) {
            if (strcmp(file->message[i].signal[k].name, name) == 0) {
                return &file->message[i].signal[k];
            }
        }
    }
    return NULL;
}

static void a_reader_of_the_file_reads_what_the_codec_reads(void **state)
{
    (void)state;
    static struct dbc_file file;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        const struct can_dialect *dialect = &can_dialects[d];
        uint32_t seed = 77;
        int compared = 0;
        read_dbc(dialect, &file);
        for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
            struct can_frame frame = {.id = slot->message->id, .length = 8};
            for (int i = 0; i < 8; i++) {
                seed = seed * 1664525 + 1013904223;
                frame.data[i] = (uint8_t)(seed >> 25); /* below 128: the greatest of u32 saturate */
            }
            for (int i = 0; i < slot->message->n_signals; i++) {
                const struct can_signal *signal = &slot->message->signals[i];
                const struct dbc_signal *s = find(&file, frame.id, signal->name);
                int32_t counts;
                if (s == NULL || (signal->rule & (RULE_ALL_ONES | RULE_MAGNITUDE)) != 0) {
                    continue;
                }
                assert_true(can_signal_counts(dialect, signal, &frame, &counts));
                double want =
                    (double)can_signal_value(signal, counts) / report_fields[signal->field].per;
                assert_string_equal(s->unit, report_fields[signal->field].unit);
                bool saturated = can_signal_value(signal, counts) == INT32_MAX;
                if (!saturated && fabs(physical(s, &frame) - want) > 1e-6 * fabs(want) + 1e-9) {
                    fail_msg("%s %s: %g, not %g", dialect->name, s->name, physical(s, &frame),
                             want);
                }
                compared++;
            }
        }
        assert_true(compared >= 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bits_overlap_and_every_name_is_there_once),
        cmocka_unit_test(a_reader_of_the_file_reads_what_the_codec_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
