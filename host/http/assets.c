/* SPDX-License-Identifier: Apache-2.0 */
/* The page's files, from the table in the program and nowhere else. */
#include "host/http/assets.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "host/http/internal.h"

static const char *header(const struct request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return value == NULL ? "" : value;
}

/* zlib and libmicrohttpd take what they only read without const. */
static void *writable(const unsigned char *bytes)
{
    union {
        const unsigned char *in;
        void *out;
    } both = {.in = bytes};
    return both.out;
}

/* For the rare client that does not take gzip. */
static struct MHD_Response *unpacked(const struct asset *asset)
{
    unsigned char *raw = malloc(asset->n_raw + 1);
    z_stream z = {.next_in = writable(asset->gzip),
                  .avail_in = (uInt)asset->n_gzip,
                  .next_out = raw,
                  .avail_out = (uInt)asset->n_raw};
    if (raw == NULL || inflateInit2(&z, 15 + 16) != Z_OK) {
        free(raw);
        return NULL;
    }
    int code = inflate(&z, Z_FINISH);
    (void)inflateEnd(&z);
    if (code != Z_STREAM_END) {
        free(raw);
        return NULL;
    }
    return MHD_create_response_from_buffer(asset->n_raw, raw, MHD_RESPMEM_MUST_FREE);
}

static struct MHD_Response *packed(const struct asset *asset)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        asset->n_gzip, writable(asset->gzip), MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    }
    return response;
}

static enum MHD_Result answer(struct request *request, const struct asset *asset)
{
    unsigned status = MHD_HTTP_OK;
    struct MHD_Response *response;
    if (strstr(header(request, "If-None-Match"), asset->etag) != NULL) {
        status = MHD_HTTP_NOT_MODIFIED;
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    } else {
        bool takes_gzip = strstr(header(request, "Accept-Encoding"), "gzip") != NULL;
        response = takes_gzip ? packed(asset) : unpacked(asset);
    }
    if (response == NULL) {
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", asset->type);
    MHD_add_response_header(response, "ETag", asset->etag);
    MHD_add_response_header(response, "Vary", "Accept-Encoding");
    MHD_add_response_header(response, "Cache-Control",
                            asset->is_hashed ? "public, max-age=31536000, immutable" : "no-cache");
    return reply_with(request, status, response);
}

enum MHD_Result asset_get(struct request *request, const char *path, bool *found)
{
    for (size_t i = 0; i < web_n_assets; i++) {
        if (strcmp(web_assets[i].path, path) == 0) {
            *found = true;
            return answer(request, &web_assets[i]);
        }
    }
    return MHD_NO;
}

enum MHD_Result page_get(struct request *request)
{
    bool found = false;
    enum MHD_Result result = asset_get(request, "/", &found);
    return found ? result
                 : reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                           .detail = "The page is not built in."});
}
