/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/params.h"

#include <string.h>
#include <strings.h>

enum { LINE_MAX_LENGTH = 200 };

void param_page_init(struct param_page *params, const struct pack_profile *profile)
{
    *params = (struct param_page){.profile = profile};
}

bool param_differs(const struct param_page *params, enum parameter_id id)
{
    return params->shown[id] && (!params->known[id] || params->page[id] != params->bms[id]);
}

void param_read(struct param_page *params, enum parameter_id id, int32_t value)
{
    if (!params->shown[id] || !param_differs(params, id)) {
        params->page[id] = value;
        params->shown[id] = true;
    }
    params->bms[id] = value;
    params->known[id] = true;
}

/* Reads and checks a text; false with a sentence. */
static bool read_value(const struct param_page *params, enum parameter_id id, const char *text,
                       int32_t *value, char *why, size_t room)
{
    const struct parameter *row = &parameters[id];
    struct parameter_bounds bounds;
    parameter_bounds(params->profile, id, &bounds);
    if (!parameter_parse(row, text, value)) {
        snprintf(why, room, "%s: \"%.40s\" is no value (allowed %s to %s %s)", row->name, text,
                 bounds.low, bounds.high, row->shown);
        return false;
    }
    if (*value < bounds.min || *value > bounds.max) {
        snprintf(why, room, "%s: %.40s is out of range (allowed %s to %s %s)", row->name, text,
                 bounds.low, bounds.high, row->shown);
        return false;
    }
    if (row->step > 1 && (*value - bounds.min) % row->step != 0) {
        snprintf(why, room, "%s: %.40s is off step (steps of %s %s from %s)", row->name, text,
                 bounds.step, row->shown, bounds.low);
        return false;
    }
    return true;
}

bool param_edit(struct param_page *params, enum parameter_id id, const char *text, char *why,
                size_t room)
{
    int32_t value;
    if (!read_value(params, id, text, &value, why, room)) {
        return false;
    }
    params->page[id] = value;
    params->shown[id] = true;
    return true;
}

void param_revert(struct param_page *params)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        params->page[i] = params->bms[i];
        params->shown[i] = params->known[i];
    }
}

int param_export(const struct param_page *params, FILE *out)
{
    int n = 0;
    fprintf(out, "# parameters of a battery, %s\n# parameter,value,unit\n",
            params->profile->n_cells == 8 ? "8 cells" : "16 cells");
    for (int i = 0; i < PARAM_COUNT; i++) {
        if (params->shown[i]) {
            char text[40];
            parameter_format(&parameters[i], params->page[i], text, sizeof text);
            fprintf(out, "%s,%s,%s\n", parameters[i].name, text, parameters[i].shown);
            n++;
        }
    }
    return ferror(out) ? -1 : n;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t n = strlen(text); n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL; n--) {
        text[n - 1] = '\0';
    }
    return text;
}

struct import {
    struct param_page page;
    bool seen[PARAM_COUNT];
    const char *name;
    FILE *errors;
    int line, taken, wrong;
};

static void tell(struct import *import, const char *what)
{
    fprintf(import->errors, "%s:%d: %s\n", import->name, import->line, what);
    import->wrong++;
}

static void import_line(struct import *import, char *text)
{
    char why[300];
    char *rest = text;
    const char *name = trim(strsep(&rest, ","));
    if (rest == NULL) {
        tell(import, "not of the form parameter,value,unit");
        return;
    }
    const char *value = trim(strsep(&rest, ","));
    const char *unit = rest != NULL ? trim(rest) : "";
    enum parameter_id id = parameter_find(name);
    if (id == PARAM_NONE) {
        snprintf(why, sizeof why, "there is no parameter \"%.60s\" (hearth list parameters)", name);
        tell(import, why);
        return;
    }
    if (import->seen[id]) {
        snprintf(why, sizeof why, "%s stands in this file twice", parameters[id].name);
        tell(import, why);
        return;
    }
    if (unit[0] != '\0' && strcmp(unit, parameters[id].shown) != 0) {
        snprintf(why, sizeof why, "%s is in %s, not in \"%.20s\"", parameters[id].name,
                 parameters[id].shown, unit);
        tell(import, why);
        return;
    }
    import->seen[id] = true;
    if (!param_edit(&import->page, id, value, why, sizeof why)) {
        tell(import, why);
        return;
    }
    import->taken++;
}

/* Tables are saved with their head, also by programs that drop the '#'. */
static bool is_head(const char *text)
{
    return strcasecmp(text, "parameter,value,unit") == 0 ||
           strcasecmp(text, "name,value,unit") == 0;
}

int param_import(struct param_page *params, FILE *in, const char *name, FILE *errors)
{
    struct import import = {.page = *params, .name = name, .errors = errors};
    char line[LINE_MAX_LENGTH + 2];
    while (fgets(line, sizeof line, in) != NULL) {
        import.line++;
        if (strchr(line, '\n') == NULL && !feof(in)) {
            tell(&import, "this line is too long (at most 200 characters)");
            break;
        }
        char *text = trim(line);
        if (text[0] != '\0' && text[0] != '#' && !is_head(text)) {
            import_line(&import, text);
        }
    }
    if (ferror(in)) {
        tell(&import, "cannot be read further");
    } else if (import.wrong == 0 && import.taken == 0) {
        tell(&import, "holds no parameter");
    }
    if (import.wrong > 0) {
        return -1;
    }
    *params = import.page;
    return import.taken;
}
