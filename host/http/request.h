/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_HTTP_REQUEST_H
#define HEARTH_HOST_HTTP_REQUEST_H

/* libmicrohttpd's two callbacks: a request's data and its end. */
#include <microhttpd.h>

enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload,
                               size_t *n_upload, void **state);
void request_completed(void *context, struct MHD_Connection *connection, void **state,
                       enum MHD_RequestTerminationCode code);

#endif
