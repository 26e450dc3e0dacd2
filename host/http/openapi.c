/* SPDX-License-Identifier: Apache-2.0 */
/* /openapi.json: the route table as an OpenAPI 3.1 document. */
#include "host/http/internal.h"

#include <stdio.h>
#include <string.h>

static json_t *param_json(const struct param *param)
{
    bool required = strcmp(param->in, "path") == 0;
    return json_pack("{s:s, s:s, s:b, s:s, s:{s:s}}", "name", param->name, "in", param->in,
                     "required", (int)required, "description", param->help, "schema", "type",
                     param->type);
}

static const char *access_text(enum access access)
{
    switch (access) {
    case ACCESS_OPEN: return "Open.";
    case ACCESS_READ: return "Viewer, owner or installer; open for a simulated site on loopback.";
    case ACCESS_SIMULATE: return "Owner or installer; open for a simulated site on loopback.";
    case ACCESS_WRITE: return "Owner or installer.";
    case ACCESS_INSTALL: return "Installer.";
    }
    return "";
}

static json_t *operation_json(const struct route *route)
{
    json_t *params = json_array();
    for (size_t i = 0; i < sizeof route->params / sizeof *route->params; i++) {
        if (route->params[i].name != NULL) {
            json_array_append_new(params, param_json(&route->params[i]));
        }
    }
    json_t *operation =
        json_pack("{s:s, s:s, s:o, s:{s:{s:s, s:{s:{}}}, s:{s:s, s:{s:{s:{s:s}}}}}}", "summary",
                  route->summary, "description", access_text(route->access), "parameters", params,
                  "responses", "200", "description", "Done", "content", route->produces, "default",
                  "description", "What is wrong, with which field, and what is allowed", "content",
                  "application/problem+json", "schema", "$ref", "#/components/schemas/Problem");
    if (route->body != NULL) {
        json_object_set_new(operation, "requestBody",
                            json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content",
                                      "application/json", "schema",
                                      json_loads(route->body, 0, NULL)));
    }
    return operation;
}

static json_t *problem_schema(void)
{
    static const char *const texts[] = {"type", "title", "detail", "field", "value", "allowed"};
    json_t *properties = json_pack("{s:{s:s}}", "status", "type", "integer");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_object_set_new(properties, texts[i], json_pack("{s:s}", "type", "string"));
    }
    return json_pack("{s:s, s:o}", "type", "object", "properties", properties);
}

enum MHD_Result openapi_get(struct request *request)
{
    json_t *paths = json_object();
    for (size_t i = 0; i < n_routes; i++) {
        char method[8] = "";
        for (size_t k = 0; routes[i].method[k] != '\0' && k < sizeof method - 1; k++) {
            method[k] = (char)(routes[i].method[k] + ('a' - 'A')); /* methods are capitals */
        }
        json_t *path = json_object_get(paths, routes[i].path);
        if (path == NULL) {
            path = json_object();
            json_object_set_new(paths, routes[i].path, path);
        }
        json_object_set_new(path, method, operation_json(&routes[i]));
    }
    json_t *json = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:o, s:{s:{s:o}}}", "openapi", "3.1.0", "info", "title", "Hearth",
        "version", request->web->version[0] == '\0' ? "0" : request->web->version, "description",
        "A home's energy storage: live points, history, events, settings.", "paths", paths,
        "components", "schemas", "Problem", problem_schema());
    return reply_json(request, MHD_HTTP_OK, json);
}
