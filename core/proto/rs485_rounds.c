/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's rounds: whom it asks and when, whom it looks for, who is silent. What comes back:
   rs485_client.c. */
#include <string.h>

#include "core/proto/rs485_ends.h"

enum {
    MISSES_SILENT = 3,
    AGAIN_MS = 5000,
    AGAIN_DOUBLINGS = 3, /* for an address where nobody was ever heard */
    LOOK_PROBES = 4,     /* of a round of the first look: packs that are there wait for them */
    PERIOD_MS = 1000,
    PROBE_MS = 350,  /* our choice: replies begin within 35 ms and take 170 at 9600 baud */
    FRESH_MS = 10000 /* our choice */
};

void rs485_client_init(struct rs485_client *client, enum rs485_protocol protocol, uint8_t first,
                       uint8_t n_packs)
{
    const struct rs485_facts *facts = &rs485_facts[protocol];
    memset(client, 0, sizeof *client);
    client->protocol = protocol;
    client->first_address = first;
    uint8_t most = (uint8_t)min_i32(facts->last_address - facts->first_address + 1, BANK_PACKS);
    client->n_packs = n_packs < most ? n_packs : most;
    client->timeout_ms = facts->timeout_ms;
    client->gap_ms = facts->gap_ms;
    client->period_ms = PERIOD_MS;
    client->again_ms = AGAIN_MS;
    client->fresh_ms = FRESH_MS;
}

uint8_t rs485_slots(const struct rs485_client *client)
{
    if (client->n_packs > 0) {
        return client->n_packs;
    }
    uint8_t last = rs485_facts[client->protocol].last_address;
    int n = last - client->first_address + 1;
    return (uint8_t)clamp_i32(n, 1, BANK_PACKS);
}

static bool knows_any(const struct rs485_client *client)
{
    for (uint8_t i = 0; i < rs485_slots(client); i++) {
        if (client->pack[i].known) {
            return true;
        }
    }
    return false;
}

/* Where packs are looked for: somebody was heard or missed at every address. */
static bool tried_all(const struct rs485_client *client)
{
    for (uint8_t i = 0; client->n_packs == 0 && i < rs485_slots(client); i++) {
        if (!client->pack[i].known && client->pack[i].misses == 0) {
            return false;
        }
    }
    return true;
}

bool rs485_client_has_looked(const struct rs485_client *client)
{
    bool round = client->rounds > 1 || (client->rounds == 1 && !client->in_round);
    return round && tried_all(client);
}

static bool pack_is_due(const struct rs485_client *client, uint8_t at, uint32_t now_ms)
{
    const struct client_pack *pack = &client->pack[at];
    if (pack->silent) {
        return time_reached(now_ms, pack->ask_after_ms);
    }
    if (client->n_packs > 0 || pack->known) {
        return true;
    }
    return client->probes > 0 &&
           (pack->misses == 0 || (tried_all(client) && time_reached(now_ms, pack->ask_after_ms)));
}

static bool step_is_due(const struct rs485_client *client, const struct rs485_end *end)
{
    const struct client_pack *pack = &client->pack[client->at];
    unsigned bit = 1U << client->step;
    switch (end->steps[client->step].when) {
    case STEP_ONCE: return ((pack->skipped | pack->done) & bit) == 0;
    case STEP_HOST: return client->at == 0 && (pack->skipped & bit) == 0;
    case STEP_EACH: break;
    }
    return (pack->skipped & bit) == 0;
}

/* From the pack and step in hand to the next that is due; false: the round is over. */
static bool find_step(struct rs485_client *client, const struct rs485_end *end, uint32_t now_ms)
{
    for (; client->at < rs485_slots(client); client->at++, client->step = 0) {
        if (client->step == 0 && !pack_is_due(client, client->at, now_ms)) {
            continue;
        }
        for (; client->step < end->n_steps; client->step++) {
            if (step_is_due(client, end)) {
                return true;
            }
        }
    }
    return false;
}

static void begin_round(struct rs485_client *client, uint32_t now_ms)
{
    client->in_round = true;
    client->started = true;
    client->rounds++;
    client->round_ms = now_ms;
    client->at = 0;
    client->step = 0;
    client->probes = tried_all(client) && knows_any(client) ? 1 : LOOK_PROBES;
}

void rs485_nobody_there(struct rs485_client *client, uint32_t now_ms)
{
    struct client_pack *pack = &client->pack[client->at];
    pack->misses = (uint8_t)(pack->misses + (pack->misses < UINT8_MAX));
    int32_t doublings = knows_any(client) ? min_i32(pack->misses - 1, AGAIN_DOUBLINGS) : 0;
    pack->ask_after_ms = now_ms + (client->again_ms << doublings);
}

void rs485_found(struct rs485_client *client, uint32_t now_ms)
{
    client->pack[client->at].known = true;
    for (uint8_t i = 0; i < rs485_slots(client); i++) {
        struct client_pack *pack = &client->pack[i];
        if (!pack->known && pack->misses > 0) {
            pack->misses = 1;
            pack->ask_after_ms = now_ms;
        }
    }
}

static void miss(struct rs485_client *client, const struct rs485_end *end, uint32_t now_ms)
{
    struct client_pack *pack = &client->pack[client->at];
    client->missed++;
    client->waiting = false;
    if (end->steps[client->step].optional && pack->known && !pack->silent) {
        pack->skipped |= (uint16_t)(1U << client->step); /* older packs ignore what they lack */
        client->step++;
        return;
    }
    bool looked_for = client->n_packs == 0 && !pack->known;
    if (looked_for) {
        rs485_nobody_there(client, now_ms);
    }
    client->at++;
    client->step = 0;
    if (looked_for) {
        return;
    }
    pack->misses = (uint8_t)(pack->misses + (pack->misses < UINT8_MAX));
    if (pack->misses >= MISSES_SILENT) {
        pack->ask_after_ms = now_ms + client->again_ms;
        pack->silent = true;
        client->changed = true;
    }
}

static size_t send_step(struct rs485_client *client, const struct rs485_end *end, uint32_t now_ms,
                        uint8_t *out, size_t room)
{
    const struct rs485_step *step = &end->steps[client->step];
    int length;
    if (client->probes > 0 && !client->pack[client->at].known) {
        client->probes--;
    }
    if (end->ascii) {
        end->ask_frame(client, step);
        length = ascii_frame_encode(&client->held.frame, out, room);
    } else {
        length = room >= MODBUS_FRAME_MAX ? (int)end->ask(client, step, out) : 0;
    }
    if (length <= 0) {
        return 0;
    }
    client->n_sent = (uint8_t)((size_t)length <= sizeof client->sent ? length : 0);
    memcpy(client->sent, out, client->n_sent);
    client->held.n = 0; /* whatever comes now is not the answer to something older */
    client->held.reader.length = 0;
    client->waiting = true;
    client->asked_ms = now_ms;
    client->asked++;
    return (size_t)length;
}

/* At addresses where perhaps nobody is one does not wait as long. */
static uint32_t patience_ms(const struct rs485_client *client)
{
    bool likely = client->n_packs > 0 || client->at == 0 || client->pack[client->at].known;
    return likely || client->timeout_ms < PROBE_MS ? client->timeout_ms : PROBE_MS;
}

size_t rs485_client_poll(struct rs485_client *client, uint32_t now_ms, uint8_t *out, size_t room)
{
    const struct rs485_end *end = rs485_end_of(client->protocol);
    if (client->waiting) {
        if (!time_reached(now_ms, client->asked_ms + patience_ms(client))) {
            return 0;
        }
        miss(client, end, now_ms);
    } else if (client->in_round && !time_reached(now_ms, client->due_ms)) {
        return 0;
    }
    if (!client->in_round) {
        uint32_t pause_ms = tried_all(client) ? client->period_ms : 0; /* none while it looks */
        if (client->started && !time_reached(now_ms, client->round_ms + pause_ms)) {
            return 0;
        }
        begin_round(client, now_ms);
    }
    if (!find_step(client, end, now_ms)) {
        client->in_round = false;
        return 0;
    }
    return send_step(client, end, now_ms, out, room);
}
