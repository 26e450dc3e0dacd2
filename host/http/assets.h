/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_HTTP_ASSETS_H
#define HEARTH_HOST_HTTP_ASSETS_H

/* The page's files as tools/embed.py writes them into the program, gzip-compressed. */
#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *path, *type, *etag; /* "/assets/index-1a2b.js", "text/javascript", "\"…\"" */
    bool is_hashed;                 /* the name changes with the content: cached for ever */
    const unsigned char *gzip;
    size_t n_gzip, n_raw;
};
extern const struct asset web_assets[];
extern const size_t web_n_assets;

#endif
