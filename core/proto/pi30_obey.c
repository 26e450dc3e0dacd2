/* SPDX-License-Identifier: Apache-2.0 */
/* What an order of PI30 does: pi30_rows.c has which there are. */
#include <string.h>

#include "core/proto/pi30.h"

enum { FLAGS_MAX = 8 }; /* in one order */

struct request {
    const char *text;
    size_t n;
    const struct hostlink_job *job;
};

bool pi30_store(const struct hostlink_job *job, const struct hostlink_value *values, size_t n)
{
    const struct hostlink_desk *desk = job->desk;
    return desk->set != NULL && desk->set(desk->context, values, n) == VERDICT_OK;
}

static const struct pi30_flag *flag_of(char letter)
{
    for (int i = 0; i < pi30_flag_count; i++) {
        if (pi30_flags[i].letter == letter) {
            return &pi30_flags[i];
        }
    }
    return NULL;
}

/* PEab, PDjuv: all of them or none. */
static bool write_flags(const struct request *request)
{
    struct hostlink_value values[FLAGS_MAX];
    size_t n = 0;
    for (size_t i = 2; i < request->n; i++) {
        const struct pi30_flag *flag = flag_of(request->text[i]);
        if (flag == NULL || n == FLAGS_MAX) {
            return false;
        }
        values[n].id = (enum setting_id)flag->id;
        values[n++].value = request->text[1] == 'E';
    }
    return n > 0 && pi30_store(request->job, values, n);
}

static bool set_clock(const struct request *request, size_t head)
{
    const struct hostlink_desk *desk = request->job->desk;
    struct view_clock clock;
    return desk->set_clock != NULL &&
           pi30_clock_read(request->text + head, request->n - head, &clock) &&
           desk->set_clock(desk->context, &clock);
}

bool pi30_obey(const char *text, size_t n, const struct hostlink_job *job)
{
    struct request request = {text, n, job};
    const struct hostlink_desk *desk = job->desk;
    size_t head;
    if (n == 2 && memcmp(text, "PF", 2) == 0) {
        return desk->order != NULL && desk->order(desk->context, ORDER_DEFAULTS);
    }
    if (pi30_begins(text, n, "DAT", &head)) {
        return set_clock(&request, head);
    }
    bool flags = pi30_begins(text, n, "PE", &head) || pi30_begins(text, n, "PD", &head);
    return flags ? write_flags(&request) : pi30_write_setting(text, n, job);
}
