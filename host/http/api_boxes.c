/* SPDX-License-Identifier: Apache-2.0 */
/* Black boxes: /api/blackbox lists them, /api/blackbox/{id} gives the samples of one. */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/box_samples.h"

enum { N_TEMPS = PACK_TEMPS + 2 };

static json_t *box_json(const struct store_box *box)
{
    char at[40];
    time_text(box->at_ms, at, sizeof at);
    return json_pack("{s:I, s:s, s:I, s:s, s:s, s:I, s:s, s:I, s:i}", "id", (json_int_t)box->id,
                     "device", box->device, "trip", (json_int_t)box->trip, "code", box->code,
                     "name", box->name, "at_ms", (json_int_t)box->at_ms, "at", at, "cells",
                     (json_int_t)box->n_cells, "samples", box->n_rows);
}

static void add_box(void *context, const struct store_box *box)
{
    json_array_append_new(context, box_json(box));
}

enum MHD_Result boxes_get(struct request *request)
{
    json_t *boxes = json_array();
    if (store_boxes(request->web->store, query_of(request, "device"), add_box, boxes) < 0) {
        json_decref(boxes);
        return reply_problem(request,
                             (struct problem){.status = MHD_HTTP_INTERNAL_SERVER_ERROR,
                                              .detail = "The black boxes cannot be read."});
    }
    return reply_json(request, MHD_HTTP_OK, json_pack("{s:o}", "boxes", boxes));
}

/* What is drawn of a row beside its own columns. */
struct derived {
    double voltage_v, cell_min_v, cell_max_v;
};

static struct derived derive(const struct black_sample *s, int n_cells)
{
    uint32_t sum = 0;
    uint16_t low = UINT16_MAX;
    uint16_t high = 0;
    for (int i = 0; i < n_cells; i++) {
        sum += s->cell_mv[i];
        low = s->cell_mv[i] < low ? s->cell_mv[i] : low;
        high = s->cell_mv[i] > high ? s->cell_mv[i] : high;
    }
    return (struct derived){sum / 1000.0, low / 1000.0, high / 1000.0};
}

static json_t *lists(int n)
{
    json_t *all = json_array();
    for (int i = 0; i < n; i++) {
        json_array_append_new(all, json_array());
    }
    return all;
}

static enum MHD_Result answer_json(struct request *request, const struct store_box *box,
                                   const void *bytes)
{
    static const char *const names[] = {"time_s",     "current_a",  "voltage_v",
                                        "cell_min_v", "cell_max_v", "soc_pct"};
    enum { N_NAMES = sizeof names / sizeof names[0] };
    json_t *json = box_json(box);
    json_t *columns[N_NAMES];
    json_t *gates[2] = {json_array(), json_array()};
    json_t *cells = lists(box->n_cells);
    json_t *temps = lists(N_TEMPS);
    for (int i = 0; i < N_NAMES; i++) {
        columns[i] = json_array();
        json_object_set_new(json, names[i], columns[i]);
    }
    for (int row = 0; row < box->n_rows; row++) {
        struct black_sample s;
        int32_t at_ms;
        box_row(bytes, box->n_cells, row, &s, &at_ms);
        struct derived d = derive(&s, box->n_cells);
        const double values[N_NAMES] = {at_ms / 1000.0, s.current_ma / 1000.0,
                                        d.voltage_v,    d.cell_min_v,
                                        d.cell_max_v,   s.soc_pct100 / 100.0};
        for (int i = 0; i < N_NAMES; i++) {
            json_array_append_new(columns[i], json_real(values[i]));
        }
        for (int i = 0; i < 2; i++) {
            json_array_append_new(gates[i], json_boolean(s.gates >> i & 1));
        }
        for (int i = 0; i < box->n_cells; i++) {
            json_array_append_new(json_array_get(cells, (size_t)i),
                                  json_real(s.cell_mv[i] / 1000.0));
        }
        for (int i = 0; i < N_TEMPS; i++) {
            json_array_append_new(json_array_get(temps, (size_t)i),
                                  json_real(s.temp_c10[i] / 10.0));
        }
    }
    json_object_set_new(json, "charge_mos", gates[0]);
    json_object_set_new(json, "discharge_mos", gates[1]);
    json_object_set_new(json, "cells_v", cells);
    json_object_set_new(json, "temperatures_c", temps);
    return reply_json(request, MHD_HTTP_OK, json);
}

static enum MHD_Result answer_csv(struct request *request, const struct store_box *box,
                                  const void *bytes)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (out == NULL) {
        return MHD_NO;
    }
    (void)fputs("time_s,current_a,voltage_v,cell_min_v,cell_max_v,soc_pct,charge_mos,"
                "discharge_mos,temperature_1_c,temperature_2_c,temperature_3_c,temperature_4_c,"
                "environment_c,mos_c",
                out);
    for (int i = 1; i <= box->n_cells; i++) {
        (void)fprintf(out, ",cell_%d_v", i);
    }
    (void)fputs("\r\n", out);
    for (int row = 0; row < box->n_rows; row++) {
        struct black_sample s;
        int32_t at_ms;
        box_row(bytes, box->n_cells, row, &s, &at_ms);
        struct derived d = derive(&s, box->n_cells);
        (void)fprintf(out, "%.1f,%.3f,%.3f,%.3f,%.3f,%.2f,%d,%d", at_ms / 1000.0,
                      s.current_ma / 1000.0, d.voltage_v, d.cell_min_v, d.cell_max_v,
                      s.soc_pct100 / 100.0, s.gates & 1, s.gates >> 1 & 1);
        for (int i = 0; i < N_TEMPS; i++) {
            (void)fprintf(out, ",%.1f", s.temp_c10[i] / 10.0);
        }
        for (int i = 0; i < box->n_cells; i++) {
            (void)fprintf(out, ",%.3f", s.cell_mv[i] / 1000.0);
        }
        (void)fputs("\r\n", out);
    }
    return fclose(out) == 0 ? reply_text(request, "text/csv; charset=utf-8", text, n) : MHD_NO;
}

enum MHD_Result box_get(struct request *request)
{
    struct store_box box = {0};
    size_t n = 0;
    char *end = NULL;
    long long id = strtoll(request->name, &end, 10);
    void *bytes = *end == '\0' ? store_box_get(request->web->store, id, &box, &n) : NULL;
    bool whole = bytes != NULL && box.n_cells > 0 && box.n_cells <= PACK_CELLS_MAX &&
                 box.n_rows > 0 && box.n_rows <= BLACK_BOX_SAMPLES &&
                 n >= (size_t)box.n_rows * box_row_bytes(box.n_cells);
    if (!whole) {
        free(bytes);
        return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                       .detail = "There is no such black box (any "
                                                                 "more); the newest 200 are kept.",
                                                       .field = "id",
                                                       .value = request->name,
                                                       .allowed = "an id of GET /api/blackbox"});
    }
    enum MHD_Result result =
        wants_csv(request) ? answer_csv(request, &box, bytes) : answer_json(request, &box, bytes);
    free(bytes);
    return result;
}
