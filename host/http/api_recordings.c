/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings: listed, begun and ended, and one as CSV, sent piece by piece so that a day of rows
   neither fills the memory nor stops the loop. */
#include "host/http/internal.h"

#include <stdio.h>
#include <string.h>

#include "host/site_recordings.h"

enum { LISTED_MOST = 200, PIECE = 32 * 1024 };

static json_t *recording_json(const struct recording *recording)
{
    return json_pack("{s:s, s:I, s:I}", "name", recording->name, "began_s",
                     (json_int_t)recording->began_s, "rows", (json_int_t)recording->rows);
}

enum MHD_Result recordings_get(struct request *request)
{
    static struct recording list[LISTED_MOST]; /* of this call alone */
    const struct site_recorder recorder = site_recorder(request->web->site);
    int n = site_recordings(request->web->site, list, LISTED_MOST);
    json_t *all = json_array();
    for (int i = 0; i < n; i++) {
        json_array_append_new(all, recording_json(&list[i]));
    }
    json_t *json = json_pack("{s:b, s:b, s:o}", "available", (int)recorder.available, "running",
                             (int)recorder.running, "recordings", all);
    if (recorder.running) {
        json_object_set_new(json, "current", recording_json(&recorder.current));
        json_object_set_new(json, "interval_s", json_integer(recorder.interval_s));
    }
    return reply_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result recordings_post(struct request *request)
{
    char why[200] = "";
    const json_t *running = json_object_get(request->json, "running");
    const json_t *interval = json_object_get(request->json, "interval_s");
    json_int_t seconds = interval == NULL ? 1 : json_integer_value(interval);
    if (!json_is_boolean(running) || seconds < 1 || seconds > RECORDING_INTERVAL_MAX_S) {
        bool known = json_is_boolean(running);
        return reply_problem(
            request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                      .detail = known ? "This is not an interval."
                                                      : "Say whether a recording is to run.",
                                      .field = known ? "interval_s" : "running",
                                      .allowed = known ? "1 to 3600" : "true or false"});
    }
    if (json_is_true(running) &&
        !site_recording_begin(request->web->site, (int)seconds, why, sizeof why)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_CONFLICT, .detail = why});
    }
    if (json_is_false(running)) {
        site_recording_end(request->web->site);
    }
    return recordings_get(request);
}

static ssize_t read_piece(void *context, uint64_t position, char *out, size_t room)
{
    (void)position;
    size_t n = recorder_read(context, out, room);
    return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void read_over(void *context) { recorder_read_end(context); }

enum MHD_Result recording_get(struct request *request)
{
    char disposition[80];
    struct recorder_reader *reader = site_recording_read(request->web->site, request->name);
    if (reader == NULL) {
        return reply_problem(request,
                             (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                              .detail = "There is no such recording; they are kept "
                                                        "for two months.",
                                              .field = "name",
                                              .value = request->name,
                                              .allowed = "a name of GET /api/recordings"});
    }
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, read_piece, reader, read_over);
    if (response == NULL) {
        recorder_read_end(reader);
        return MHD_NO;
    }
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%.40s.csv\"", request->name);
    MHD_add_response_header(response, "Content-Type", "text/csv; charset=utf-8");
    MHD_add_response_header(response, "Content-Disposition", disposition);
    return reply_with(request, MHD_HTTP_OK, response);
}
