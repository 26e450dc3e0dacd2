/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events. A stream first gets `snapshot` (every point), then `points` (what changed,
 * at most ten times a second), `event`s, and `clock` once a second. A client that reads slowly gets
 * fewer, larger `points` (the changes since its last one) and never more than BUFFER_MAX waits for
 * it: one that reads nothing for STALLED_MS, or lets events pile up, is dropped and may connect
 * again.
 */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BUFFER_MAX = 256 * 1024, STALLED_MS = 20000, CLOCK_MS = 1000 };

struct stream {
    struct stream *next;
    struct web *web;
    struct MHD_Connection *connection;
    char prefix[POINT_NAME_MAX];
    char *buffer;
    size_t n, sent;
    uint64_t seq, progress_ms, clock_ms;
    bool is_suspended, is_over, has_snapshot;
};

static void wake(struct stream *stream)
{
    if (stream->is_suspended) {
        stream->is_suspended = false;
        MHD_resume_connection(stream->connection);
        web_kick(stream->web);
    }
}

/* Ends the stream even while libmicrohttpd waits for its socket. What the kernel holds for a client
   that does not read is thrown away too. */
static void drop(struct stream *stream, bool at_once)
{
    const struct linger none = {.l_onoff = 1, .l_linger = 0};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(stream->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    stream->is_over = true;
    if (info != NULL) {
        if (at_once) {
            (void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        }
        (void)shutdown(info->connect_fd, SHUT_RDWR);
    }
    wake(stream);
}

static void append(struct stream *stream, const char *name, const char *data)
{
    char *text = NULL;
    int length = asprintf(&text, "event: %s\ndata: %s\n\n", name, data);
    if (length < 0) {
        drop(stream, true);
        return;
    }
    size_t n = (size_t)length;
    if (stream->sent > 0) {
        memmove(stream->buffer, stream->buffer + stream->sent, stream->n - stream->sent);
        stream->n -= stream->sent;
        stream->sent = 0;
    }
    char *buffer = stream->n + n > BUFFER_MAX ? NULL : realloc(stream->buffer, stream->n + n);
    if (buffer == NULL) {
        free(text);
        drop(stream, true);
        return;
    }
    stream->buffer = buffer;
    memcpy(buffer + stream->n, text, n);
    free(text);
    stream->n += n;
    wake(stream);
}

/* The points that changed since the stream last heard of them. */
static void append_points(struct stream *stream)
{
    const struct points *points = site_points(stream->web->site);
    json_t *json = json_object();
    size_t n_prefix = strlen(stream->prefix);
    for (int i = 0; i < points_count(points); i++) {
        const struct point *point = points_get(points, i);
        bool is_new = !stream->has_snapshot || point->seq > stream->seq;
        if (is_new && strncmp(point->name, stream->prefix, n_prefix) == 0) {
            json_object_set_new(json, point->name, point_json(point));
        }
    }
    stream->seq = points_seq(points);
    if (json_object_size(json) > 0 || !stream->has_snapshot) {
        char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(12));
        if (text != NULL) {
            append(stream, stream->has_snapshot ? "points" : "snapshot", text);
        }
        free(text);
    }
    stream->has_snapshot = true;
    json_decref(json);
}

/* The site's clock, once a second; it is the heartbeat too: a client that hears nothing has lost
   the line. */
static void append_clock(struct stream *stream)
{
    char text[48];
    snprintf(text, sizeof text, "{\"now_ms\":%lld}", (long long)site_now_ms(stream->web->site));
    stream->clock_ms = uv_now(stream->web->loop);
    append(stream, "clock", text);
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t room)
{
    (void)position;
    struct stream *stream = context;
    size_t n = stream->n - stream->sent;
    if (stream->is_over) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    stream->progress_ms = uv_now(stream->web->loop);
    if (n == 0) {
        free(stream->buffer);
        stream->buffer = NULL;
        stream->n = stream->sent = 0;
        stream->is_suspended = true;
        MHD_suspend_connection(stream->connection);
        return 0;
    }
    n = n < room ? n : room;
    memcpy(out, stream->buffer + stream->sent, n);
    stream->sent += n;
    return (ssize_t)n;
}

static void free_stream(void *context)
{
    struct stream *stream = context;
    for (struct stream **at = &stream->web->streams; *at != NULL; at = &(*at)->next) {
        if (*at == stream) {
            *at = stream->next;
            stream->web->n_streams--;
            break;
        }
    }
    free(stream->buffer);
    free(stream);
}

enum MHD_Result stream_open(struct request *request)
{
    struct web *web = request->web;
    if (web->n_streams >= STREAMS_MAX) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_SERVICE_UNAVAILABLE,
                                                       .detail = "Too many live streams are open.",
                                                       .retry_after_s = 10});
    }
    const char *prefix = query_of(request, "prefix");
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return MHD_NO;
    }
    stream->web = web;
    stream->connection = request->connection;
    stream->progress_ms = uv_now(web->loop);
    snprintf(stream->prefix, sizeof stream->prefix, "%s", prefix == NULL ? "" : prefix);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, stream, free_stream);
    if (response == NULL) {
        free(stream);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", "text/event-stream");
    MHD_add_response_header(response, "X-Accel-Buffering", "no");
    stream->next = web->streams;
    web->streams = stream;
    web->n_streams++;
    append_points(stream);
    return reply_with(request, MHD_HTTP_OK, response);
}

void streams_tick(struct web *web)
{
    uint64_t now_ms = uv_now(web->loop);
    uint64_t seq = points_seq(site_points(web->site));
    for (struct stream *stream = web->streams; stream != NULL; stream = stream->next) {
        if (stream->is_over) {
            continue;
        }
        if (stream->n > stream->sent) {
            if (now_ms - stream->progress_ms > STALLED_MS) {
                drop(stream, true);
            }
        } else {
            if (now_ms - stream->clock_ms >= CLOCK_MS) {
                append_clock(stream);
            }
            if (stream->seq != seq) {
                append_points(stream);
            }
        }
        if (stream->n <= stream->sent) {
            stream->progress_ms = now_ms;
        }
    }
}

void streams_drop(struct web *web)
{
    for (struct stream *stream = web->streams; stream != NULL; stream = stream->next) {
        drop(stream, false);
    }
}

void web_event(struct web *web, const struct site_event *event)
{
    json_t *json = web->n_streams > 0 ? event_json(event) : NULL;
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    for (struct stream *stream = web->streams; text != NULL && stream != NULL;
         stream = stream->next) {
        if (!stream->is_over) {
            append(stream, "event", text);
        }
    }
    free(text);
    json_decref(json);
}
