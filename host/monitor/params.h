/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_PARAMS_H
#define HEARTH_HOST_MONITOR_PARAMS_H

/*
 * The parameter page of the battery monitor (VT manual s6.3.4): what the BMS holds, what the page
 * holds, and files of it. Importing fills the page only; the BMS keeps its values until they are
 * written. A file is taken whole or not at all.
 *
 * A file has a line for each parameter, "name,value,unit"; lines that begin with # are remarks.
 */

#include <stdio.h>

#include "core/product/pack.h"

struct param_page {
    const struct pack_profile *profile; /* whose ranges hold */
    bool known[PARAM_COUNT];            /* read from the BMS */
    bool shown[PARAM_COUNT];            /* the page holds a value */
    int32_t bms[PARAM_COUNT], page[PARAM_COUNT];
};

void param_page_init(struct param_page *params, const struct pack_profile *profile);

/* The BMS said a value; the page follows unless somebody changed it there. */
void param_read(struct param_page *params, enum parameter_id id, int32_t value);

/* The page holds something else than the BMS. */
bool param_differs(const struct param_page *params, enum parameter_id id);

/* Puts a value on the page; false with the allowed range in `why`, and the page is as it was. */
bool param_edit(struct param_page *params, enum parameter_id id, const char *text, char *why,
                size_t room);

/* The page takes the BMS's values again. */
void param_revert(struct param_page *params);

/* Writes the page as a file; returns how many lines with values. */
int param_export(const struct param_page *params, FILE *out);

/* Reads a file onto the page: how many values, or -1 after telling each wrong line on `errors` as
   NAME:LINE: ..., and then the page is as it was. */
int param_import(struct param_page *params, FILE *in, const char *name, FILE *errors);

#endif
