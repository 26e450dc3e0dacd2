/* SPDX-License-Identifier: Apache-2.0 */
/* hearth encode: values by their points, from assignments or JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "host/can_names.h"
#include "host/encode.h"
#include "host/rs485/pack_rows.h"

static bool refuse(const char *point, const char *value, const char *why)
{
    fprintf(stderr, "hearth encode: %s: \"%s\" %s\n", point, value, why);
    return false;
}

static int field_of(const char *point)
{
    for (int i = 0; i < FIELD_FLOW; i++) {
        if (report_fields[i].point != NULL && strcmp(report_fields[i].point, point) == 0) {
            return i;
        }
    }
    return -1;
}

static bool set_field(struct encode_job *job, enum report_field field, const char *value)
{
    static const double bounds[][2] = {
        [STORE_NONE] = {0, INT32_MAX},        [STORE_BOOL] = {0, 1},
        [STORE_U8] = {0, UINT8_MAX},          [STORE_U16] = {0, UINT16_MAX},
        [STORE_I16] = {INT16_MIN, INT16_MAX}, [STORE_I32] = {-INT32_MAX, INT32_MAX},
        [STORE_U32] = {0, INT32_MAX}};
    const struct report_field_row *row = &report_fields[field];
    bool percent = strcmp(row->unit, "%") == 0;
    const struct point_range range = {bounds[row->store][0],
                                      percent ? 100.0 * row->per : bounds[row->store][1], row->per,
                                      row->unit};
    char why[120];
    double counts;
    if (!point_number(&range, value, &counts, why, sizeof why)) {
        return refuse(row->point, value, why);
    }
    report_set(&job->report, field, (int32_t)(row->flipped ? -counts : counts));
    job->report.heard |= row->heard;
    return true;
}

static bool set_text(struct encode_job *job, enum report_text text, const char *value)
{
    const struct report_text_row *row = &report_texts[text];
    size_t length = strlen(value);
    if (length >= row->size) {
        char why[60];
        snprintf(why, sizeof why, "is too long (up to %d characters)", (int)row->size - 1);
        return refuse(row->point, value, why);
    }
    memset(report_text(&job->report, text), 0, row->size);
    memcpy(report_text(&job->report, text), value, length);
    job->report.heard |= row->heard;
    return true;
}

static uint32_t reason_in_message(const struct can_message *message, bool alarm, const char *name)
{
    for (int i = 0; i < message->n_flags; i++) {
        if (message->flags[i].alarm == alarm && strcmp(message->flags[i].name, name) == 0) {
            return message->flags[i].primary;
        }
    }
    for (int i = 0; message->pairs != NULL && i < CAN_PAIRS; i++) {
        const char *pair = message->pairs[i].name;
        if (pair != NULL && strcmp(pair, name) == 0) {
            return message->pairs[i].primary;
        }
    }
    return 0;
}

static uint32_t reason_in(const struct can_dialect *dialect, bool alarm, const char *name)
{
    uint32_t reason = 0;
    for (const struct can_slot *s = dialect->slots; s->message != NULL && reason == 0; s++) {
        reason = reason_in_message(s->message, alarm, name);
    }
    return reason;
}

/* What a flag's name stands for: in this dialect, else in the first that has it; 0: in none. */
static uint32_t reason_of(const struct can_dialect *dialect, bool alarm, const char *name)
{
    uint32_t reason = dialect != NULL ? reason_in(dialect, alarm, name) : 0;
    for (int i = 0; i < CAN_DIALECT_COUNT && reason == 0; i++) {
        reason = reason_in(&can_dialects[i], alarm, name);
    }
    return reason;
}

static bool set_reasons(struct encode_job *job, bool alarm, const char *value)
{
    uint32_t reasons = 0;
    char names[512];
    char *rest = NULL;
    snprintf(names, sizeof names, "%s", value);
    for (char *name = strtok_r(names, ", ", &rest); name != NULL;
         name = strtok_r(NULL, ", ", &rest)) {
        uint32_t reason = job->dialect == NULL ? reason_by_name(name) : 0;
        reason = reason != 0 ? reason : reason_of(job->dialect, alarm, name);
        if (reason == 0) {
            return refuse(alarm ? "battery.alarms" : "battery.protections", name,
                          "is no flag of the protocol (see hearth list protocols NAME --dbc)");
        }
        reasons |= reason;
    }
    *(alarm ? &job->report.alarms : &job->report.protections) = reasons;
    job->report.heard |= HEARD_FLAGS;
    return true;
}

static int text_of(const char *point)
{
    for (int i = 0; i < LABEL_COUNT; i++) {
        if (strcmp(report_texts[i].point, point) == 0) {
            return i;
        }
    }
    return -1;
}

/* "pack2.voltage_v" to 1 and "voltage_v"; -1: it is of no pack, or this protocol has none. */
static int pack_of(const struct encode_job *job, const char *point, const char **name)
{
    char *end;
    if (job->dialect != NULL || strncmp(point, "pack", 4) != 0) {
        return -1;
    }
    long pack = strtol(point + 4, &end, 10);
    *name = *end == '.' ? end + 1 : end;
    return *end == '.' && pack >= 1 && pack <= BANK_PACKS ? (int)pack - 1 : -1;
}

static bool is_pack_point(const char *name)
{
    return pack_row_of(name) != NULL || pack_numbered(name, "cell_", "_v", BANK_CELLS) >= 0 ||
           pack_numbered(name, "temperature_", "_c", BANK_TEMPS) >= 0;
}

static bool set_pack(struct encode_job *job, int pack, const char *point, const char *name,
                     const char *value)
{
    char why[120];
    if (!pack_point_set(&job->bank.pack[pack], name, value, why, sizeof why)) {
        return refuse(point, value, why);
    }
    if (job->n_points == ENCODE_POINTS || strlen(name) >= ENCODE_POINT ||
        strlen(value) >= ENCODE_VALUE) {
        return refuse(point, value, "is too much");
    }
    snprintf(job->point[job->n_points].name, ENCODE_POINT, "%s", name);
    snprintf(job->point[job->n_points].value, ENCODE_VALUE, "%s", value);
    job->point[job->n_points++].pack = pack;
    job->bank.n_packs = (uint8_t)(pack >= job->bank.n_packs ? pack + 1 : job->bank.n_packs);
    return true;
}

static bool has_place(const struct encode_job *job, const char *point)
{
    const char *name = "";
    if (pack_of(job, point, &name) >= 0) {
        return is_pack_point(name);
    }
    return field_of(point) >= 0 || text_of(point) >= 0 || strcmp(point, "battery.alarms") == 0 ||
           strcmp(point, "battery.protections") == 0;
}

static bool set_point(struct encode_job *job, const char *point, const char *value)
{
    const char *name = "";
    int pack = pack_of(job, point, &name);
    if (pack >= 0) {
        return set_pack(job, pack, point, name, value);
    }
    int field = field_of(point);
    if (field >= 0) {
        return set_field(job, (enum report_field)field, value);
    }
    if (text_of(point) >= 0) {
        return set_text(job, (enum report_text)text_of(point), value);
    }
    bool alarms = strcmp(point, "battery.alarms") == 0;
    if (alarms || strcmp(point, "battery.protections") == 0) {
        return set_reasons(job, alarms, value);
    }
    return refuse(point, value, "has no place in a battery's report (see hearth decode --json)");
}

bool encode_assign(struct encode_job *job, const char *text)
{
    char point[CAN_NAME];
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals - text >= CAN_NAME) {
        return refuse("--set", text, "is not POINT=VALUE");
    }
    snprintf(point, sizeof point, "%.*s", (int)(equals - text), text);
    return set_point(job, point, equals + 1);
}

/* --- JSON --- */

static void value_text(const json_t *value, char *text, size_t room)
{
    size_t i;
    json_t *name;
    text[0] = '\0';
    if (json_is_string(value)) {
        snprintf(text, room, "%s", json_string_value(value));
    } else if (json_is_boolean(value)) {
        snprintf(text, room, "%s", json_is_true(value) ? "true" : "false");
    } else if (json_is_number(value)) {
        snprintf(text, room, "%.15g", json_number_value(value));
    }
    json_array_foreach(value, i, name)
    {
        size_t n = strlen(text);
        char number[24];
        snprintf(number, sizeof number, "%.10g", json_number_value(name));
        snprintf(text + n, room - n, "%s%s", i > 0 ? "," : "",
                 json_is_string(name) ? json_string_value(name) : number);
    }
}

/* An object of points, or one that decode --json printed; its own points that a report has no
   place for are passed over. */
static bool set_object(struct encode_job *job, json_t *object)
{
    json_t *values = json_object_get(object, "values");
    bool of_decode = values != NULL || json_object_get(object, "error") != NULL;
    const char *point;
    json_t *value;
    json_object_foreach(of_decode ? values : object, point, value)
    {
        char text[512];
        value_text(value, text, sizeof text);
        bool ours = !of_decode || has_place(job, point);
        if (ours && !set_point(job, point, text)) {
            return false;
        }
    }
    return true;
}

bool encode_read_json(struct encode_job *job, FILE *in)
{
    int n = 0;
    for (;;) {
        json_error_t error;
        json_t *object = json_loadf(in, JSON_DISABLE_EOF_CHECK, &error);
        if (object == NULL) {
            bool end = feof(in) != 0 && n > 0;
            if (!end) {
                fprintf(stderr, "hearth encode: standard input, line %d: %s\n", error.line,
                        error.text);
            }
            return end;
        }
        bool good = json_is_object(object) && set_object(job, object);
        if (!json_is_object(object)) {
            fprintf(stderr, "hearth encode: standard input: an object {POINT: value} is needed\n");
        }
        json_decref(object);
        n++;
        if (!good) {
            return false;
        }
    }
}
