/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Against pages of other sites. DNS rebinding gives a foreign page our address under its own name:
 * so a Host that is a name must be one of ours. A foreign page's write carries its Origin (or a
 * Sec-Fetch-Site that says so): it must be the Host the request was sent to.
 */
#include "host/http/internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool is_loopback_name(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           strncmp(address, "::ffff:127.", 11) == 0;
}

/* "name:port" or "[v6]:port" without its port; false when it is neither. */
static bool host_name(const char *host, char *out, size_t room)
{
    size_t skip = host[0] == '[' ? 1 : 0;
    size_t n = strcspn(host + skip, skip == 1 ? "]" : ":");
    const char *rest = host + skip + n + skip;
    if (n == 0 || n >= room || (skip == 1 && host[skip + n] != ']') ||
        (*rest != '\0' && *rest != ':') ||
        (*rest == ':' && rest[1 + strspn(rest + 1, "0123456789")])) {
        return false;
    }
    memcpy(out, host + skip, n);
    out[n] = '\0';
    return true;
}

static const char *header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

bool host_is_ours(const struct request *request)
{
    char name[256];
    unsigned char parsed[16];
    const char *host = header(request, "Host");
    if (host == NULL || !host_name(host, name, sizeof name)) {
        return false;
    }
    if (inet_pton(AF_INET, name, parsed) == 1 || inet_pton(AF_INET6, name, parsed) == 1 ||
        strcasecmp(name, "localhost") == 0) {
        return true;
    }
    for (int i = 0; i < NAMES_MAX; i++) {
        if (request->web->names[i][0] != '\0' && strcasecmp(name, request->web->names[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool origin_is_ours(const struct request *request)
{
    const char *origin = header(request, "Origin");
    const char *host = header(request, "Host");
    if (origin == NULL) {
        const char *fetch = header(request, "Sec-Fetch-Site");
        return fetch == NULL || strcmp(fetch, "same-origin") == 0 || strcmp(fetch, "none") == 0;
    }
    const char *scheme_end = strstr(origin, "://");
    bool is_http = strncmp(origin, "http://", 7) == 0 || strncmp(origin, "https://", 8) == 0;
    return host != NULL && is_http && strcasecmp(scheme_end + 3, host) == 0;
}
