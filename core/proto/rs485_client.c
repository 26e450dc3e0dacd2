/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's end: what came, and what becomes of it. When and whom it asks: rs485_rounds.c; what
   replies mean is in the protocols' files. */
#include <string.h>

#include "core/proto/rs485_ends.h"

/* By its switches, as far as the wire tells: the first pack is the host. */
static uint8_t switches_of(const struct rs485_client *client, uint8_t at)
{
    switch (client->protocol) {
    case RS485_PYLON: return (uint8_t)(at + 1);
    case RS485_VOLTRONIC:
    case RS485_GROWATT:
    case RS485_PACE:
    case RS485_PACE_MODBUS: return (uint8_t)(client->first_address + at);
    case RS485_SEPLOS: /* unit 0 is the first pack's */
    case RS485_SEPLOS3: return (uint8_t)(client->first_address + at + 1);
    case RS485_JBD:
    case RS485_DALY:
    case RS485_JK:
    case RS485_COUNT:
    case RS485_ALL: break;
    }
    return 0;
}

/* Nothing is known of any pack yet. */
static void prepare(struct rs485_client *client, struct battery_bank *bank)
{
    for (int i = 0; i < BANK_PACKS; i++) {
        bank->pack[i] = (struct pack_view){.address = switches_of(client, (uint8_t)i),
                                           .mos_c10 = TEMP_ABSENT,
                                           .env_c10 = TEMP_ABSENT};
    }
    bank->n_packs = client->n_packs;
    client->prepared = true;
}

static void count_packs(const struct rs485_client *client, struct battery_bank *bank)
{
    for (int i = 0; client->n_packs == 0 && i < rs485_slots(client); i++) {
        bank->n_packs =
            client->pack[i].known && i >= bank->n_packs ? (uint8_t)(i + 1) : bank->n_packs;
    }
}

/* A pack that answers for its cells and not for its limits has no limits: each part ages alone. */
static void forget_old(const struct client_pack *pack, uint32_t now_ms, uint32_t fresh_ms,
                       struct pack_view *view)
{
    for (unsigned i = 0; i < VIEW_PARTS; i++) {
        unsigned part = 1U << i;
        if (((unsigned)VIEW_PASSING & part) != 0 && now_ms - pack->part_ms[i] > fresh_ms) {
            view->heard &= (uint16_t)~part;
        }
    }
}

static void combine(struct rs485_client *client, uint32_t now_ms, struct battery_bank *bank)
{
    for (uint8_t i = 0; i < bank->n_packs; i++) {
        if (client->pack[i].silent) {
            bank->pack[i].heard = 0;
        }
        forget_old(&client->pack[i], now_ms, client->fresh_ms, &bank->pack[i]);
    }
    for (unsigned i = 0; i < HEARD_PARTS; i++) {
        bool old = now_ms - client->told_part_ms[i] > client->fresh_ms;
        client->told.heard &= old ? ~(1U << i) : UINT32_MAX;
    }
    client->told.heard = client->pack[0].silent ? 0 : client->told.heard;
    bank_combine(bank, now_ms, client->fresh_ms);
    report_overlay(&bank->whole, &client->told);
    bank_bind(bank);
    client->changed = false;
}

/* The pack in hand said something: on to the next step. */
static void heard(struct rs485_client *client, const struct rs485_end *end, uint32_t now_ms,
                  bool refused)
{
    struct client_pack *pack = &client->pack[client->at];
    unsigned bit = 1U << client->step;
    if (refused && !pack->known) { /* a host that answers for an address nobody has */
        rs485_nobody_there(client, now_ms);
        client->refused++;
        client->waiting = false;
        client->at++;
        client->step = 0;
        client->due_ms = now_ms + client->gap_ms;
        return;
    }
    if (pack->silent) { /* it may have been replaced: everything anew */
        pack->skipped = 0;
        pack->done = 0;
    }
    if (refused) {
        client->refused++;
        pack->skipped |= (uint16_t)(end->steps[client->step].optional ? bit : 0);
    } else {
        client->answered++;
    }
    pack->done |= (uint16_t)bit;
    if (!pack->known) {
        rs485_found(client, now_ms);
    }
    pack->silent = false;
    pack->misses = 0;
    client->waiting = false;
    client->step++;
    client->due_ms = now_ms + client->gap_ms;
}

static void stamp(struct rs485_client *client, uint16_t parts, uint32_t told, uint32_t now_ms)
{
    for (unsigned i = 0; i < HEARD_PARTS; i++) {
        if ((told >> i & 1U) != 0) {
            client->told_part_ms[i] = now_ms;
        }
    }
    for (unsigned i = 0; i < VIEW_PARTS; i++) {
        if (((unsigned)parts >> i & 1U) != 0) {
            client->pack[client->at].part_ms[i] = now_ms;
        }
    }
}

/* Has the protocol's file take a whole reply, `bytes` or the frame held. */
static bool judge(struct rs485_client *client, const struct rs485_end *end, const uint8_t *bytes,
                  uint32_t now_ms, struct battery_bank *bank)
{
    const struct rs485_step *step = &end->steps[client->step];
    struct pack_view *pack = client_view(client, bank);
    uint16_t before = pack->heard;
    uint32_t told_before = client->told.heard;
    pack->heard = 0;
    client->told.heard = 0;
    enum rs485_heard what =
        end->ascii ? end->hear_frame(client, step, bank) : end->hear(client, step, bytes, bank);
    if (what == RS485_NOT_OURS) {
        pack->heard = before;
        client->told.heard = told_before;
        client->broken++; /* the time-out asks anew */
        return false;
    }
    client->just_heard = pack->heard;
    stamp(client, pack->heard, client->told.heard, now_ms);
    pack->heard |= before;
    client->told.heard |= told_before;
    if (what == RS485_GOOD) {
        pack->heard_ms = now_ms;
    }
    heard(client, end, now_ms, what == RS485_REFUSED);
    client->changed = true;
    return true;
}

static bool take_character(struct rs485_client *client, const struct rs485_end *end, uint8_t byte,
                           uint32_t now_ms, struct battery_bank *bank)
{
    struct rs485_held *held = &client->held;
    bool whole = ascii_reader_take(&held->reader, byte);
    client->dropped += held->reader.dropped;
    held->reader.dropped = 0;
    if (!whole) {
        return false;
    }
    bool own = held->reader.length == client->n_sent &&
               memcmp(held->reader.buffer, client->sent, client->n_sent) == 0;
    if (own || !client->waiting) {
        return false;
    }
    if (ascii_frame_decode(held->reader.buffer, held->reader.length, &held->frame) != 0) {
        client->broken++;
        return false;
    }
    return judge(client, end, NULL, now_ms, bank);
}

static void drop(struct rs485_client *client, size_t n)
{
    struct rs485_held *held = &client->held;
    held->n = (uint16_t)(held->n - n);
    memmove(held->bytes, held->bytes + n, held->n);
}

/* True while the bytes held are the request itself, come back from the line. */
static bool is_echo(struct rs485_client *client)
{
    size_t n = client->held.n < client->n_sent ? client->held.n : client->n_sent;
    if (client->n_sent == 0 || memcmp(client->held.bytes, client->sent, n) != 0) {
        return false;
    }
    if (n == client->n_sent) {
        drop(client, n);
        client->n_sent = 0; /* it comes back once */
    }
    return true;
}

static bool take_byte(struct rs485_client *client, const struct rs485_end *end, uint8_t byte,
                      uint32_t now_ms, struct battery_bank *bank)
{
    struct rs485_held *held = &client->held;
    if (!client->waiting) {
        client->dropped++;
        return false;
    }
    held->bytes[held->n++] = byte;
    while (held->n > 0) {
        if (is_echo(client)) {
            return false;
        }
        int length = end->reply_length(client, held->bytes, held->n);
        if (length == 0 && held->n < sizeof held->bytes) {
            return false;
        }
        if (length > 0) {
            bool taken = judge(client, end, held->bytes, now_ms, bank);
            drop(client, (size_t)length);
            return taken;
        }
        client->dropped++;
        drop(client, 1);
    }
    return false;
}

bool rs485_client_take(struct rs485_client *client, const uint8_t *bytes, size_t n, uint32_t now_ms,
                       struct battery_bank *bank)
{
    const struct rs485_end *end = rs485_end_of(client->protocol);
    bool done = false;
    if (!client->prepared) {
        prepare(client, bank);
    }
    for (size_t i = 0; i < n; i++) {
        done |= end->ascii ? take_character(client, end, bytes[i], now_ms, bank)
                           : take_byte(client, end, bytes[i], now_ms, bank);
    }
    if (client->changed) {
        count_packs(client, bank);
        combine(client, now_ms, bank);
    }
    return done;
}
