/* SPDX-License-Identifier: Apache-2.0 */
/* Both ends of a host link, as far as the protocols have it in common. */
#include "core/proto/hostlink.h"

#include <string.h>

enum { SILENT_MS = 5000 }; /* between two tries of one who does not answer */

const struct hostlink_facts hostlink_facts[HOSTLINK_COUNT] = {
    [HOSTLINK_PI30] = {"pi30", 2400, 2000, 50, 0},
    [HOSTLINK_SRNE] = {"srne-modbus", 9600, 1000, 50, 1},
};

/* Warnings and codes of PI30, codes of SRNE's manuals. Where SRNE has no word for it the fault's
   own number stands, which none of theirs is. */
const struct hostlink_fault hostlink_faults[FAULT_COUNT] = {
    [FAULT_F_DC_OFFSET] = {21, 55, 103},   [FAULT_F_BYPASS_OVERLOAD] = {16, 7, 13},
    [FAULT_F_OUTPUT_LOW] = {7, 58, 200},   [FAULT_F_OUTPUT_HIGH] = {8, 6, 201},
    [FAULT_F_SHORT] = {6, 5, 17},          [FAULT_F_OVERLOAD] = {16, 7, 14},
    [FAULT_F_OUTPUT_DC] = {21, 55, 204},   [FAULT_F_BATTERY_OPEN] = {22, 56, 3},
    [FAULT_F_BATTERY_HIGH] = {11, 3, 6},   [FAULT_F_BATTERY_CURRENT] = {18, 51, 2},
    [FAULT_F_BMS_LINK] = {-1, 0, 58},      [FAULT_F_BMS] = {-1, 0, 59},
    [FAULT_F_PV_HIGH] = {26, 0, 9},        [FAULT_F_PV_SHORT] = {27, 0, 11},
    [FAULT_F_PV_REVERSED] = {-1, 0, 404},  [FAULT_F_BUS] = {2, 8, 8},
    [FAULT_F_BUS_SENSE] = {-1, 0, 24},     [FAULT_F_INTERNAL_LINK] = {-1, 80, 34},
    [FAULT_F_SENSOR] = {-1, 0, 505},       [FAULT_F_HOT] = {9, 2, 20},
    [FAULT_F_RELAY] = {-1, 11, 26},        [FAULT_F_EXPORT] = {-1, 60, 509},
    [FAULT_F_VERSION] = {20, 71, 23},      [FAULT_F_FAN] = {10, 1, 21},
    [FAULT_A_GRID_GONE] = {5, 0, 12},      [FAULT_A_GRID_VOLTAGE] = {5, 0, 12},
    [FAULT_A_GRID_FREQUENCY] = {5, 0, 12}, [FAULT_A_GEN_GONE] = {-1, 0, 106},
    [FAULT_A_GEN_VOLTAGE] = {-1, 0, 107},  [FAULT_A_GEN_FREQUENCY] = {-1, 0, 108},
    [FAULT_A_BATTERY_EMPTY] = {14, 4, 4},  [FAULT_A_BMS_INFO] = {-1, 0, 59},
    [FAULT_A_BATTERY_LOW] = {12, 0, 1},    [FAULT_A_MEMORY] = {17, 0, 22},
};

int32_t hostlink_code_of(const struct hostlink_code *codes, int32_t value)
{
    for (; codes->code >= 0; codes++) {
        if (codes->value == value) {
            return codes->code;
        }
    }
    return -1;
}

bool hostlink_value_of(const struct hostlink_code *codes, int32_t code, int32_t *value)
{
    for (; codes->code >= 0; codes++) {
        if (codes->code == code) {
            *value = codes->value;
            return true;
        }
    }
    return false;
}

static const struct hostlink_end *end_of(enum hostlink_protocol protocol)
{
    static const struct hostlink_end *const ends[HOSTLINK_COUNT] = {
        [HOSTLINK_PI30] = &pi30_end, [HOSTLINK_SRNE] = &srne_end};
    return ends[protocol];
}

bool hostlink_writes(enum hostlink_protocol protocol, enum setting_id id)
{
    return end_of(protocol)->writes(id);
}

bool hostlink_same(enum hostlink_protocol protocol, enum setting_id id, int32_t a, int32_t b)
{
    return a == b || end_of(protocol)->same(id, a, b);
}

const char *hostlink_code_name(enum hostlink_protocol protocol, uint16_t code)
{
    return end_of(protocol)->code_name(code);
}

/* --- the inverter's end --- */

void hostlink_server_init(struct hostlink_server *server, enum hostlink_protocol protocol)
{
    memset(server, 0, sizeof *server);
    server->protocol = protocol;
}

size_t hostlink_server_take(struct hostlink_server *server, const uint8_t *bytes, size_t n,
                            size_t *used, const struct hostlink_job *job, uint8_t *reply)
{
    const struct hostlink_end *end = end_of(server->protocol);
    size_t length = 0;
    *used = 0;
    if (server->n > 0 && job->now_ms - server->heard_ms > end->pause_ms) {
        length = end->server_quiet(server, job, reply);
    }
    for (; *used < n && length == 0; (*used)++) {
        server->heard_ms = job->now_ms;
        length = end->server_byte(server, bytes[*used], job, reply);
    }
    server->replies += length > 0 ? 1 : 0;
    return length;
}

/* --- the reader's end --- */

void hostlink_client_init(struct hostlink_client *client, enum hostlink_protocol protocol,
                          uint8_t address)
{
    const struct hostlink_facts *facts = &hostlink_facts[protocol];
    memset(client, 0, sizeof *client);
    client->protocol = protocol;
    client->address = address != 0 ? address : facts->address;
    client->timeout_ms = facts->timeout_ms;
    client->gap_ms = facts->gap_ms;
    client->period_ms = 1000;
    client->settings_every = 30;
}

void hostlink_client_write(struct hostlink_client *client, enum setting_id id, int32_t value)
{
    client->wanted = (struct hostlink_value){id, value};
    client->write = HOSTLINK_WAITS;
    client->tries = 0;
}

/* The next step from here on that is asked in this round; n_steps: none is left. */
static uint8_t next_step(const struct hostlink_client *client, const struct hostlink_end *end,
                         uint8_t from)
{
    uint8_t last = client->settings_due ? end->n_steps : end->n_live;
    while (from < last && (client->skipped >> from & 1) != 0) {
        from++;
    }
    return from < last ? from : end->n_steps;
}

static void begin_round(struct hostlink_client *client, const struct hostlink_end *end,
                        uint32_t now_ms)
{
    client->round_ms = now_ms;
    client->settings_due |=
        client->settings_every > 0 && client->rounds % client->settings_every == 0;
    client->step = next_step(client, end, 0);
    client->in_round = client->step < end->n_steps;
    client->tries = 0;
}

static void end_step(struct hostlink_client *client, const struct hostlink_end *end)
{
    client->tries = 0;
    client->step = next_step(client, end, (uint8_t)(client->step + 1));
    if (client->step >= end->n_steps) {
        client->in_round = false;
        client->settings_due = false;
        client->rounds++;
    }
}

/* Nobody answered in time. */
static void miss(struct hostlink_client *client, uint32_t now_ms)
{
    client->missed++;
    client->waiting = false;
    client->due_ms = now_ms;
    client->n = 0;
    if (++client->tries < HOSTLINK_TRIES) {
        return;
    }
    client->tries = 0;
    client->silent = true;
    if (client->writing) {
        client->write = HOSTLINK_UNHEARD;
        client->writing = false;
    } else {
        client->in_round = false;
        client->round_ms = now_ms;
        client->due_ms = now_ms + SILENT_MS;
    }
}

static size_t send(struct hostlink_client *client, uint32_t now_ms, size_t length)
{
    client->waiting = true;
    client->asked_ms = now_ms;
    client->n = 0;
    client->asked++;
    return length;
}

size_t hostlink_client_poll(struct hostlink_client *client, uint32_t now_ms, uint8_t *out)
{
    const struct hostlink_end *end = end_of(client->protocol);
    if (client->waiting && time_reached(now_ms, client->asked_ms + client->timeout_ms)) {
        miss(client, now_ms);
    }
    if (!client->started) {
        client->started = true;
        client->due_ms = now_ms;
        begin_round(client, end, now_ms);
    }
    if (client->waiting || !time_reached(now_ms, client->due_ms)) {
        return 0;
    }
    if (client->write == HOSTLINK_WAITS) {
        size_t length = end->ask_write(client, out);
        client->writing = length > 0;
        client->write = length > 0 ? HOSTLINK_WAITS : HOSTLINK_IMPOSSIBLE;
        return length > 0 ? send(client, now_ms, length) : 0;
    }
    if (!client->in_round && time_reached(now_ms, client->round_ms + client->period_ms)) {
        begin_round(client, end, now_ms);
    }
    return client->in_round ? send(client, now_ms, end->ask(client, client->step, out)) : 0;
}

/* An answer came: what it was to. */
static void settle(struct hostlink_client *client, const struct hostlink_end *end, bool refused)
{
    if (client->writing) {
        client->write = refused ? HOSTLINK_REFUSED : HOSTLINK_TAKEN;
        client->writing = false;
        client->tries = 0;
        client->settings_due = true; /* what is there now is read anew, not believed */
        client->in_round = false;
        client->round_ms = client->asked_ms - client->period_ms;
        return;
    }
    if (refused) {
        client->refused++;
        client->skipped |= 1U << client->step;
    }
    end_step(client, end);
}

bool hostlink_client_take(struct hostlink_client *client, const uint8_t *bytes, size_t n,
                          uint32_t now_ms)
{
    const struct hostlink_end *end = end_of(client->protocol);
    bool done = false;
    for (size_t i = 0; i < n && client->waiting; i++) {
        int found = HOSTLINK_ANSWER_MORE;
        if (client->n == sizeof client->bytes) {
            client->n = 0;
        }
        client->bytes[client->n++] = bytes[i];
        while (client->n > 0 && (found = end->answer(client)) < 0) {
            client->n--;
            memmove(client->bytes, client->bytes + 1, client->n);
        }
        if (client->n > 0 && found > 0) {
            client->waiting = client->silent = false;
            client->due_ms = now_ms + client->gap_ms;
            client->answered++;
            client->n = 0;
            settle(client, end, found == HOSTLINK_ANSWER_REFUSED);
            done = true;
        }
    }
    return done;
}
