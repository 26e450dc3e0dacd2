/* SPDX-License-Identifier: Apache-2.0 */
/* Live values: /api/points, /api/about, /api/store. */
#include "host/http/internal.h"

#include <string.h>

enum MHD_Result points_get_all(struct request *request)
{
    const struct points *points = site_points(request->web->site);
    const char *prefix = query_of(request, "prefix");
    size_t n_prefix = prefix == NULL ? 0 : strlen(prefix);
    json_t *json = json_object();
    for (int i = 0; i < points_count(points); i++) {
        const struct point *point = points_get(points, i);
        if (n_prefix == 0 || strncmp(point->name, prefix, n_prefix) == 0) {
            json_object_set_new(json, point->name, point_json(point));
        }
    }
    return reply_json(request, MHD_HTTP_OK, json);
}

/* What was known once and is not any more: a pack that sleeps or fell silent. Apart from the live
   values, so that nobody takes an old one for them. */
enum MHD_Result last_get(struct request *request)
{
    const struct points *points = site_points(request->web->site);
    const char *prefix = query_of(request, "prefix");
    size_t n_prefix = prefix == NULL ? 0 : strlen(prefix);
    json_t *json = json_object();
    for (int i = 0; i < points_count(points); i++) {
        const struct point *point = points_get(points, i);
        bool asked = n_prefix == 0 || strncmp(point->name, prefix, n_prefix) == 0;
        if (asked && !point->valid && point->seq > 0) {
            json_object_set_new(json, point->name,
                                json_pack("{s:o, s:I}", "value", point_value_json(point), "at_ms",
                                          (json_int_t)point->at_ms));
        }
    }
    return reply_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result about_get(struct request *request)
{
    char now[40];
    const struct web *web = request->web;
    struct site_about about = site_about(web->site);
    int64_t now_ms = site_now_ms(web->site);
    time_text(now_ms, now, sizeof now);
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s*, s:s*, s:s*, s:f, s:f, s:b, s:s, s:s, s:I, s:I}", "name",
                                about.name, "timezone", about.timezone, "currency", about.currency,
                                "latitude", about.latitude_deg, "longitude", about.longitude_deg,
                                "simulated", (int)about.simulated, "version", web->version, "now",
                                now, "now_ms", (json_int_t)now_ms, "uptime_s",
                                (json_int_t)((uv_now(web->loop) - web->started_ms) / 1000)));
}

enum MHD_Result store_get(struct request *request)
{
    struct store_stats s = store_stats(request->web->store);
    return reply_json(
        request, MHD_HTTP_OK,
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:i, s:s}", "size_bytes",
                  (json_int_t)s.size_bytes, "bound_bytes", (json_int_t)s.bound_bytes, "seconds",
                  (json_int_t)s.n_seconds, "minutes", (json_int_t)s.n_minutes, "quarters",
                  (json_int_t)s.n_quarters, "events", (json_int_t)s.n_events, "points",
                  (json_int_t)s.n_points, "days", (json_int_t)s.n_days, "full", (int)s.is_full,
                  "damaged", (int)s.is_damaged, "writes_lost", (json_int_t)s.writes_lost,
                  "events_waiting", s.events_waiting, "notice", store_notice(request->web->store)));
}
