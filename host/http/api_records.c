/* SPDX-License-Identifier: Apache-2.0 */
/* The event memory of packs: /api/records/{device}, as JSON or CSV. */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_MOST = 500, RECORDS_USUAL = 100 };

static json_t *codes_json(const char *codes)
{
    json_t *list = json_array();
    while (*codes != '\0') {
        size_t n = strcspn(codes, ",");
        json_array_append_new(list, json_stringn(codes, n));
        codes += n + (codes[n] == ',' ? 1 : 0);
    }
    return list;
}

static json_t *record_json(const struct site_record *r)
{
    char at[40];
    json_t *cells = json_array();
    json_t *temperatures = json_array();
    for (int i = 0; i < r->n_cells; i++) {
        json_array_append_new(cells, json_real(r->cell_mv[i] / 1000.0));
    }
    for (int i = 0; i < RECORD_TEMPS; i++) {
        json_array_append_new(temperatures, json_real(r->temp_c10[i] / 10.0));
    }
    time_text(r->at_ms, at, sizeof at);
    return json_pack(
        "{s:I, s:s, s:I, s:s, s:s, s:s, s:f, s:f, s:f, s:f, s:i, s:o, s:o, s:o, s:o, s:o}",
        "sequence", (json_int_t)r->sequence, "time", at, "at_ms", (json_int_t)r->at_ms, "event",
        r->event, "text", r->text, "state", r->state, "current_a", r->current_ma / 1000.0,
        "voltage_v", r->voltage_mv / 1000.0, "soc_pct", r->soc_pct100 / 100.0, "remaining_ah",
        r->remaining_mah / 1000.0, "address", (int)r->address, "cells_v", cells, "temperatures_c",
        temperatures, "protections", codes_json(r->protections), "faults", codes_json(r->faults),
        "alarms", codes_json(r->alarms));
}

/* A field of a CSV line, quoted; quotes inside are doubled. */
static void quoted(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            (void)fputc('"', out);
        }
        (void)fputc(*text, out);
    }
    (void)fputc('"', out);
}

static void head_csv(FILE *out, int n_cells)
{
    (void)fputs("sequence,time,event,text,state,current_a,voltage_v,soc_pct,remaining_ah,"
                "protections,faults,alarms",
                out);
    for (int i = 1; i <= n_cells; i++) {
        (void)fprintf(out, ",cell_%d_v", i);
    }
    (void)fputs(",temperature_1_c,temperature_2_c,temperature_3_c,temperature_4_c,"
                "environment_c,mos_c\r\n",
                out);
}

static void record_csv(FILE *out, const struct site_record *r, int n_cells)
{
    char at[40];
    const char *texts[] = {r->protections, r->faults, r->alarms};
    time_text(r->at_ms, at, sizeof at);
    (void)fprintf(out, "%u,%s,", (unsigned)r->sequence, at);
    quoted(out, r->event);
    (void)fputc(',', out);
    quoted(out, r->text);
    (void)fprintf(out, ",%s,%.2f,%.2f,%.2f,%.2f", r->state, r->current_ma / 1000.0,
                  r->voltage_mv / 1000.0, r->soc_pct100 / 100.0, r->remaining_mah / 1000.0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void)fputc(',', out);
        quoted(out, texts[i]);
    }
    for (int i = 0; i < n_cells; i++) {
        (void)fprintf(out, ",%.3f", r->cell_mv[i] / 1000.0);
    }
    for (int i = 0; i < RECORD_TEMPS; i++) {
        (void)fprintf(out, ",%.1f", r->temp_c10[i] / 10.0);
    }
    (void)fputs("\r\n", out);
}

bool wants_csv(const struct request *request)
{
    const char *format = query_of(request, "format");
    const char *accept =
        MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept");
    return format != NULL ? strcmp(format, "csv") == 0
                          : accept != NULL && strncmp(accept, "text/csv", 8) == 0;
}

/* A page of records: from number `from` on, at most `most`; damaged ones are left out. */
struct page {
    uint32_t from;
    int most;
    struct site_records span;
};

static enum MHD_Result answer_json(struct request *request, const struct page *page)
{
    json_t *records = json_array();
    uint32_t next = page->from;
    for (; next != 0 && next <= page->span.newest; next++) {
        struct site_record record;
        if ((int)json_array_size(records) == page->most) {
            break;
        }
        if (site_record(request->web->site, request->device, next, &record)) {
            json_array_append_new(records, record_json(&record));
        }
    }
    bool end = page->span.count == 0 || next > page->span.newest;
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:I, s:I, s:I, s:o, s:b}", "device", request->device,
                                "oldest", (json_int_t)page->span.oldest, "newest",
                                (json_int_t)page->span.newest, "count",
                                (json_int_t)page->span.count, "records", records, "end", (int)end));
}

static enum MHD_Result answer_csv(struct request *request, const struct page *page)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (out == NULL) {
        return MHD_NO;
    }
    struct site_record record;
    int n_cells = 0;
    if (site_record(request->web->site, request->device, page->span.newest, &record)) {
        n_cells = record.n_cells;
    }
    head_csv(out, n_cells);
    int told = 0;
    for (uint32_t next = page->from; next != 0 && next <= page->span.newest && told < page->most;
         next++) {
        if (site_record(request->web->site, request->device, next, &record)) {
            record_csv(out, &record, n_cells);
            told++;
        }
    }
    return fclose(out) == 0 ? reply_text(request, "text/csv; charset=utf-8", text, n) : MHD_NO;
}

static bool whole(const struct request *request, const char *name, int64_t min, int64_t max,
                  int64_t *value)
{
    const char *text = query_of(request, name);
    char *end = NULL;
    if (text == NULL) {
        return true;
    }
    *value = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *value >= min && *value <= max;
}

static enum MHD_Result no_memory(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                   .detail = "There is no such pack with an event "
                                                             "memory.",
                                                   .field = "device",
                                                   .value = request->device,
                                                   .allowed = "a pack of GET /api/settings"});
}

enum MHD_Result records_get(struct request *request)
{
    struct page page = {0};
    bool csv = wants_csv(request);
    if (!site_records(request->web->site, request->device, &page.span)) {
        return no_memory(request);
    }
    int64_t from = page.span.oldest;
    int64_t most = csv ? RECORDS_MOST * 2 : RECORDS_USUAL;
    if (!whole(request, "from", 0, UINT32_MAX, &from)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                       .detail = "This is not a record's number.",
                                                       .field = "from",
                                                       .value = query_of(request, "from"),
                                                       .allowed = "a whole number from 0 on"});
    }
    if (!whole(request, "max", 1, RECORDS_MOST, &most)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                       .detail = "This is not a number of records.",
                                                       .field = "max",
                                                       .value = query_of(request, "max"),
                                                       .allowed = "1 to 500"});
    }
    page.from = from > page.span.oldest ? (uint32_t)from : page.span.oldest;
    page.most = (int)most;
    return csv ? answer_csv(request, &page) : answer_json(request, &page);
}

enum MHD_Result records_delete(struct request *request)
{
    char why[200] = "";
    struct site_records span;
    if (!site_records(request->web->site, request->device, &span)) {
        return no_memory(request);
    }
    enum setting_result result =
        site_records_erase(request->web->site, request->device, request->role, why, sizeof why);
    if (result != SETTING_OK) {
        return reply_problem(request, (struct problem){.status = result == SETTING_DENIED
                                                                     ? MHD_HTTP_FORBIDDEN
                                                                     : MHD_HTTP_BAD_GATEWAY,
                                                       .detail = why});
    }
    return reply_json(
        request, MHD_HTTP_OK,
        json_pack("{s:s, s:I}", "device", request->device, "deleted", (json_int_t)span.count));
}
