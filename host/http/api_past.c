/* SPDX-License-Identifier: Apache-2.0 */
/* The past: /api/history, /api/events, /api/energy. */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum MHD_Result refuse(struct request *request, const char *field, const char *value,
                              const char *detail, const char *allowed)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                   .detail = detail,
                                                   .field = field,
                                                   .value = value,
                                                   .allowed = allowed});
}

static enum MHD_Result refuse_time(struct request *request, const char *field)
{
    return refuse(request, field, query_of(request, field), "This is not a time.",
                  "2026-06-01, 2026-06-01T12:00:00Z, 2026-06-01T12:00:00+02:00 or unix seconds");
}

/* A time parameter, or `otherwise`; false when it is given and is none. */
static bool time_param(struct request *request, const char *name, int64_t otherwise, int64_t *ms)
{
    const char *text = query_of(request, name);
    *ms = otherwise;
    return text == NULL || time_parse(text, ms);
}

/* A whole number within bounds; false when it is given and is none. */
static bool int_param(struct request *request, const char *name, int64_t min, int64_t max,
                      int64_t *value)
{
    const char *text = query_of(request, name);
    char *end = NULL;
    if (text == NULL) {
        return true;
    }
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || number < min || number > max) {
        return false;
    }
    *value = number;
    return true;
}

/* "15m", "1h", "900" -> seconds */
static bool step_param(struct request *request, int64_t *step_s)
{
    const char *text = query_of(request, "step");
    char *end = NULL;
    *step_s = 0;
    if (text == NULL || strcmp(text, "auto") == 0) {
        return true;
    }
    long long number = strtoll(text, &end, 10);
    int64_t unit = *end == '\0' || strcmp(end, "s") == 0 ? 1
                   : strcmp(end, "m") == 0               ? 60
                   : strcmp(end, "h") == 0               ? 3600
                   : strcmp(end, "d") == 0               ? 86400
                                                         : 0;
    *step_s = number * unit;
    return end != text && unit != 0 && number >= 1 && number <= 31 * 86400;
}

static json_t *series_json(const struct store_history *history, int name)
{
    json_t *lists[3] = {json_array(), json_array(), json_array()};
    for (int i = 0; i < history->n_bins; i++) {
        const struct store_bin *bin = &history->bins[name * history->n_bins + i];
        const double values[3] = {bin->mean, bin->min, bin->max};
        for (int k = 0; k < 3; k++) {
            json_array_append_new(lists[k], bin->valid ? json_real(values[k]) : json_null());
        }
    }
    return json_pack("{s:o, s:o, s:o}", "mean", lists[0], "min", lists[1], "max", lists[2]);
}

static enum MHD_Result answer_history(struct request *request, const struct store_query *query)
{
    char why[200] = "", from[40];
    struct store_history history;
    if (!store_history(request->web->store, query, &history, why, sizeof why)) {
        return refuse(request, "step", query_of(request, "step"), why, NULL);
    }
    json_t *series = json_object();
    for (int i = 0; i < query->n_names; i++) {
        json_object_set_new(series, query->names[i], series_json(&history, i));
    }
    time_text(history.from_s * 1000, from, sizeof from);
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:i, s:o}", "from", from, "from_s", (json_int_t)history.from_s,
                  "step_s", (json_int_t)history.step_s, "count", history.n_bins, "points", series);
    store_history_free(&history);
    return reply_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result history_get(struct request *request)
{
    const char *names[STORE_NAMES_MAX];
    const char *given = query_of(request, "point");
    int64_t now_ms = site_now_ms(request->web->site);
    struct store_query query = {.names = names};
    if (!time_param(request, "to", now_ms, &query.to_ms)) {
        return refuse_time(request, "to");
    }
    if (!time_param(request, "from", query.to_ms - 86400000, &query.from_ms)) {
        return refuse_time(request, "from");
    }
    if (query.from_ms >= query.to_ms) {
        return refuse(request, "from", query_of(request, "from"), "from must be before to.", NULL);
    }
    if (!step_param(request, &query.step_s)) {
        return refuse(request, "step", query_of(request, "step"), "This is not a step.",
                      "auto, or a number of seconds, or 10s, 15m, 1h, 1d");
    }
    char list[STORE_NAMES_MAX * POINT_NAME_MAX] = "";
    if (given == NULL || strlen(given) >= sizeof list) {
        return refuse(request, "point", given, "Name the point, or several with commas.",
                      "names of GET /api/points");
    }
    memcpy(list, given, strlen(given) + 1);
    char *rest = NULL;
    for (char *name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        if (points_find(site_points(request->web->site), name) < 0) {
            return refuse(request, "point", name, "There is no such point.",
                          "names of GET /api/points");
        }
        if (query.n_names == STORE_NAMES_MAX) {
            return refuse(request, "point", NULL, "That is too many points.", "up to 32");
        }
        names[query.n_names++] = name;
    }
    return answer_history(request, &query);
}

static void add_event(void *context, const struct site_event *event)
{
    json_array_append_new(context, event_json(event));
}

enum MHD_Result events_get(struct request *request)
{
    int64_t limit = 200;
    struct store_event_query query = {.device = query_of(request, "device"),
                                      .kind = query_of(request, "kind")};
    if (!time_param(request, "from", 0, &query.from_ms)) {
        return refuse_time(request, "from");
    }
    if (!time_param(request, "to", 0, &query.to_ms)) {
        return refuse_time(request, "to");
    }
    if (!int_param(request, "limit", 1, 1000, &limit)) {
        return refuse(request, "limit", query_of(request, "limit"), "This is not a limit.",
                      "1 to 1000");
    }
    if (!int_param(request, "before", 1, INT64_MAX, &query.before_id)) {
        return refuse(request, "before", query_of(request, "before"), "This is not an event's id.",
                      "a whole number above 0");
    }
    query.limit = (int)limit;
    json_t *events = json_array();
    if (store_events(request->web->store, &query, add_event, events) < 0) {
        json_decref(events);
        return reply_problem(request, (struct problem){.status = MHD_HTTP_INTERNAL_SERVER_ERROR,
                                                       .detail = "The events cannot be read."});
    }
    return reply_json(request, MHD_HTTP_OK, json_pack("{s:o}", "events", events));
}

static void add_period(void *context, const struct energy_period *period)
{
    json_t *row = json_pack("{s:s}", "period", period->label);
    for (int flow = 0; flow < ENERGY_COUNT; flow++) {
        json_object_set_new(row, energy_flow_names[flow],
                            period->known[flow] ? json_real(period->amount[flow]) : json_null());
    }
    json_array_append_new(context, row);
}

static bool is_day(const char *text)
{
    int64_t ms;
    return text == NULL || (strlen(text) == 10 && time_parse(text, &ms));
}

enum MHD_Result energy_get(struct request *request)
{
    static const char *const names[] = {"day", "month", "year", "total"};
    const char *by = query_of(request, "by"), *from = query_of(request, "from"),
               *to = query_of(request, "to");
    int which = 0;
    while (by != NULL && which < 4 && strcmp(by, names[which]) != 0) {
        which++;
    }
    if (which == 4) {
        return refuse(request, "by", by, "This is not a period.", "day, month, year, total");
    }
    if (!is_day(from) || !is_day(to)) {
        return refuse(request, is_day(from) ? "to" : "from", is_day(from) ? to : from,
                      "This is not a day.", "2026-06-01");
    }
    json_t *rows = json_array();
    if (!store_energy(request->web->store, (enum energy_by)which, from, to, add_period, rows)) {
        json_decref(rows);
        return reply_problem(request, (struct problem){.status = MHD_HTTP_INTERNAL_SERVER_ERROR,
                                                       .detail = "The ledger cannot be read."});
    }
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:s*, s:o}", "by", names[which], "currency",
                                site_about(request->web->site).currency, "rows", rows));
}
