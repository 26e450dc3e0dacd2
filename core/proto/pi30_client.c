/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's end of PI30: a round of questions, and orders. */
#include <string.h>

#include "core/proto/pi30.h"

enum { PAUSE_MS = 500, N_LIVE = 3 };

static const char *const steps[] = {"QPIGS", "QMOD", "QPIWS", "QPIRI", "QFLAG", "QID",
                                    "QVFW",  "QMN",  "QBEQI", "QET",   "QLT",   "QT"};

static const struct pi30_query *query_of(const char *name)
{
    for (int i = 0; i < pi30_query_count; i++) {
        size_t n;
        if (pi30_begins(name, pi30_length(name), pi30_queries[i].name, &n) && name[n] == '\0') {
            return &pi30_queries[i];
        }
    }
    return NULL;
}

static size_t ask(const struct hostlink_client *client, uint8_t step, uint8_t *out)
{
    (void)client;
    size_t n = pi30_length(steps[step]);
    memcpy(out, steps[step], n);
    return pi30_seal(out, n);
}

static size_t flag_text(const struct hostlink_value *wanted, char *out)
{
    for (int i = 0; i < pi30_flag_count; i++) {
        if (pi30_flags[i].id == wanted->id) {
            out[0] = 'P';
            out[1] = wanted->value != 0 ? 'E' : 'D';
            out[2] = pi30_flags[i].letter;
            return 3;
        }
    }
    return 0;
}

static size_t ask_write(const struct hostlink_client *client, uint8_t *out)
{
    const struct hostlink_value *wanted = &client->wanted;
    size_t n = flag_text(wanted, (char *)out);
    for (int i = 0; i < pi30_order_count && n == 0; i++) {
        const struct pi30_order *order = &pi30_orders[i];
        size_t head = pi30_length(order->name);
        if (order->id != wanted->id) {
            continue;
        }
        memcpy(out, order->name, head);
        if (order->unit) {
            out[head++] = '0';
        }
        n = pi30_order_text(order, wanted->value, (char *)out + head) ? head + order->width : 0;
    }
    return n > 0 ? pi30_seal(out, n) : 0;
}

static void read_flags(const char *text, size_t n, struct inverter_view *view)
{
    bool on = false;
    for (size_t i = 0; i < n; i++) {
        on = text[i] == 'E' || (on && text[i] != 'D');
        for (int k = 0; k < pi30_flag_count; k++) {
            if (pi30_flags[k].letter == text[i]) {
                view_put_setting(view, (enum setting_id)pi30_flags[k].id, on);
            }
        }
    }
}

/* Places that only warn while no fault is there: heat, fan, battery voltage, overload. */
static bool only_warns(const char *text, size_t n, size_t place)
{
    static const uint8_t places[] = {9, 10, 11, 16};
    bool either = false;
    for (size_t i = 0; i < sizeof places; i++) {
        either = either || places[i] == place;
    }
    return either && n > PI30_INVERTER_FAULT && text[PI30_INVERTER_FAULT] != '1';
}

/* The first fault of a place stands for it; what only warns is told by its code alone. */
static void read_warnings(const char *text, size_t n, struct inverter_view *view)
{
    view->faults = 0;
    view->n_codes = 0;
    view->faults_heard = true;
    for (size_t i = 0; i < n && i < 64; i++) {
        int fault = 0;
        if (text[i] != '1') {
            continue;
        }
        if (view->n_codes < VIEW_CODES) {
            view->code[view->n_codes++] = (uint16_t)i;
        }
        if (only_warns(text, n, i)) {
            continue;
        }
        while (fault < FAULT_COUNT && hostlink_faults[fault].warning != (int)i) {
            fault++;
        }
        view->faults |= fault < FAULT_COUNT ? (uint64_t)1 << fault : 0;
    }
}

/* Puts the text of a reply to this question into a view; false: it is of another form. */
bool pi30_reply_read(const char *question, const char *text, size_t n, struct inverter_view *view)
{
    const struct pi30_query *query = query_of(question);
    struct pi30_split split;
    if (query == NULL || !pi30_split(text, n, &split) || split.n == 0) {
        return false;
    }
    switch (query->reply) {
    case REPLY_COLUMNS:
        if (split.n + 4 < query->n_columns) {
            return false; /* older boards leave some at the end out */
        }
        pi30_columns_read(query, &split, view);
        break;
    case REPLY_FLAGS: read_flags(text, n, view); break;
    case REPLY_WARNINGS: read_warnings(text, n, view); break;
    case REPLY_CURRENTS:
    case REPLY_DEFAULTS: break;
    }
    return true;
}

static bool is_word(const struct hostlink_client *client, const char *word)
{
    return client->n == 7 && memcmp(client->bytes + 1, word, 3) == 0;
}

static int answer(struct hostlink_client *client)
{
    size_t n = client->n;
    if (client->bytes[0] != '(') {
        return HOSTLINK_ANSWER_BROKEN; /* noise, or our echo */
    }
    if (client->bytes[n - 1] != '\r') {
        return HOSTLINK_ANSWER_MORE;
    }
    if (!pi30_is_right(client->bytes, n)) {
        client->broken++;
        return HOSTLINK_ANSWER_BROKEN;
    }
    if (is_word(client, "NAK")) {
        client->refusal = 0;
        return HOSTLINK_ANSWER_REFUSED;
    }
    if (client->writing) {
        return is_word(client, "ACK") ? HOSTLINK_ANSWER_GOOD : HOSTLINK_ANSWER_BROKEN;
    }
    return pi30_reply_read(steps[client->step], (const char *)client->bytes + 1, n - 4,
                           &client->view)
               ? HOSTLINK_ANSWER_GOOD
               : HOSTLINK_ANSWER_BROKEN;
}

static const struct pi30_order *order_of(enum setting_id id)
{
    for (int i = 0; i < pi30_order_count; i++) {
        if (pi30_orders[i].id == id) {
            return &pi30_orders[i];
        }
    }
    return NULL;
}

static bool writes(enum setting_id id)
{
    char text[4];
    struct hostlink_value value = {id, 0};
    return order_of(id) != NULL || flag_text(&value, text) > 0;
}

static bool same(enum setting_id id, int32_t a, int32_t b)
{
    const struct pi30_order *order = order_of(id);
    if (order == NULL || order->codes == NULL) {
        return a == b;
    }
    int32_t code = hostlink_code_of(order->codes, a);
    return code >= 0 && code == hostlink_code_of(order->codes, b);
}

static const char *code_name(uint16_t code)
{
    return code < PI30_WARNINGS ? pi30_warning_names[code] : "";
}

const struct hostlink_end pi30_end = {
    .server_byte = pi30_server_byte,
    .server_quiet = pi30_server_quiet,
    .pause_ms = PAUSE_MS,
    .n_steps = sizeof steps / sizeof steps[0],
    .n_live = N_LIVE,
    .ask = ask,
    .ask_write = ask_write,
    .answer = answer,
    .writes = writes,
    .same = same,
    .code_name = code_name,
};
