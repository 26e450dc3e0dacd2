/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader's end. Power is asked for often, the rest seldom, one question at a time on the line.
 * Nothing is told before it is known what the numbers mean:
 *
 *   DTSU666  its frequency reads 45 to 65 (V, A, W) or 4500 to 6500 (numbers that want the scales
 *            and the ratios of its configuration; who refuses those has none)
 *   DDSU666  kW, unless three samples in a row would be more than twice V * A: then W, until the
 *            meter falls silent. Such a sample is not told
 */
#include "core/proto/meter.h"

#include <string.h>

enum { RETRY_MS = 1000, DRAIN_MS = 200, ROUNDS_KEPT = 3, GIVEN_UP = 2 };

enum step_kind { STEP_POWER, STEP_RATIO, STEP_FREQUENCY, STEP_REST, STEP_ENERGY, STEP_OLD_ENERGY };

struct meter_step {
    uint16_t start, count;
    enum step_kind kind;
};

/* Power first. No other block of a meter is as long as that of power: an answer says how long it is
   and not where it begins, and one that comes too late must not be taken for power. The newer place
   of the counters is at 101E, that of the older firmware (its own row, never asked for itself) at
   401E. */
static const struct meter_step ddsu_steps[] = {{0x2000, 16, STEP_POWER}, {0x4000, 12, STEP_REST}};
static const struct meter_step dtsu_steps[] = {
    {0x2012, 16, STEP_POWER}, {DTSU_RATIO, 2, STEP_RATIO}, {DTSU_FREQUENCY, 2, STEP_FREQUENCY},
    {0x2000, 18, STEP_REST},  {0x202A, 8, STEP_REST},      {0x2050, 2, STEP_REST},
    {0x4032, 32, STEP_REST},  {0x101E, 20, STEP_ENERGY},   {0x401E, 12, STEP_OLD_ENERGY}};
static const struct {
    const struct meter_step *steps;
    uint8_t n; /* that are asked in turn */
} plans[METER_TYPES] = {
    [METER_DDSU666] = {ddsu_steps, sizeof ddsu_steps / sizeof ddsu_steps[0]},
    [METER_DTSU666] = {dtsu_steps, sizeof dtsu_steps / sizeof dtsu_steps[0] - 1}};
_Static_assert(sizeof dtsu_steps / sizeof dtsu_steps[0] - 1 <= METER_STEPS, "room in the source");

static const struct meter_step *step_of(const struct meter_source *source, uint8_t step)
{
    const struct meter_step *row = &plans[source->type].steps[step];
    return row->kind == STEP_ENERGY && source->other_energy ? row + 1 : row;
}

void meter_client_init(struct meter_client *client)
{
    memset(client, 0, sizeof *client);
    client->timeout_ms = 500;
    client->gap_ms = 20; /* 3.5 characters at 2400 baud are 16 ms */
    client->fast_ms = 200;
    client->slow_ms = 5000;
    client->fresh_ms = 2000;
    client->again_ms = 3000;
}

/* Nothing is known of it any more, also not what its numbers mean: another one may come back. */
static void forget(struct meter_source *source)
{
    source->view.heard = 0;
    source->done = 0;
    source->doubts = 0;
    source->looked = false;
    source->scaling = (struct meter_scaling){meter_maps[source->type].flavour, 1, METER_NO_PT10};
    source->ratio_known = source->flavour_known = source->scaled = source->type == METER_DDSU666;
    source->other_energy = source->energy_turned = false;
    memset(source->tries, 0, sizeof source->tries);
}

bool meter_client_add(struct meter_client *client, enum meter_type type, uint8_t address)
{
    if (client->n_meters == METERS_ON_LINE || address == 0 || address > METER_ADDRESS_MAX) {
        return false;
    }
    for (int i = 0; i < client->n_meters; i++) {
        if (client->meter[i].address == address) {
            return false;
        }
    }
    struct meter_source *source = &client->meter[client->n_meters++];
    memset(source, 0, sizeof *source);
    source->type = type;
    source->address = address;
    forget(source);
    return true;
}

/* --- when --- */

static void all_due(struct meter_source *source, uint32_t due_ms)
{
    for (int i = 0; i < METER_STEPS; i++) {
        source->due_ms[i] = due_ms;
    }
}

static bool is_power(enum meter_value id) { return id >= METER_W10 && id <= METER_L3_W10; }

static void grow_old(const struct meter_client *client, struct meter_source *source,
                     uint32_t now_ms)
{
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        uint32_t kept_ms =
            is_power(id) ? client->fresh_ms : ROUNDS_KEPT * client->slow_ms + client->fresh_ms;
        if (meter_has(&source->view, id) && now_ms - source->heard_ms[id] > kept_ms) {
            meter_forget(&source->view, id);
        }
    }
}

/* The step is over, answered or not; of the first look nothing is left when all are. */
static void done(struct meter_source *source, uint8_t step)
{
    source->done |= (uint16_t)(1U << step);
    source->looked |= source->done == (1U << plans[source->type].n) - 1;
}

static void know(struct meter_source *source, uint32_t now_ms)
{
    if (source->ratio_known && source->flavour_known && !source->scaled) {
        source->scaled = true;
        source->done = 0; /* what was read before it was known what it means */
        all_due(source, now_ms);
    }
}

/* The counters may stand at the other place, which is asked at once; false: it was asked in this
   round already. */
static bool turn(struct meter_source *source, uint32_t now_ms)
{
    source->energy_turned = !source->energy_turned;
    if (source->energy_turned) {
        source->other_energy = !source->other_energy;
        source->due_ms[plans[source->type].n - 1] = now_ms;
    }
    return source->energy_turned;
}

/* A step that is refused, or not answered again and again: the meter has none of it. */
static void give_up(struct meter_source *source, uint8_t step, uint32_t now_ms)
{
    enum step_kind kind = step_of(source, step)->kind;
    bool energy = kind == STEP_ENERGY || kind == STEP_OLD_ENERGY;
    source->ratio_known |= kind == STEP_RATIO;
    source->flavour_known |= kind == STEP_FREQUENCY;
    know(source, now_ms);
    if (!energy || !turn(source, now_ms)) {
        done(source, step);
    }
}

static void miss(struct meter_client *client, uint32_t now_ms)
{
    struct meter_source *source = &client->meter[client->at];
    uint8_t step = client->step;
    client->waiting = false;
    client->idle_ms = now_ms + DRAIN_MS; /* what comes until then is too late, and passed over */
    client->n = 0;
    source->missed++;
    source->due_ms[step] = now_ms + (step == 0 ? 0 : RETRY_MS);
    if (++source->misses >= METER_TRIES) {
        source->misses = METER_TRIES;
        source->silent = true;
        forget(source);
        all_due(source, now_ms + client->again_ms);
    } else if (step != 0 && ++source->tries[step] >= GIVEN_UP) {
        source->tries[step] = 0;
        source->due_ms[step] = now_ms + client->slow_ms;
        give_up(source, step, now_ms);
    }
}

/* --- asking --- */

/* The step that has been due for longest, of power alone or of the rest alone; -1: none is. Before
   the meaning of numbers is known only what tells it is asked. */
static int due_step(const struct meter_source *source, bool power, uint32_t now_ms)
{
    int found = -1;
    for (uint8_t step = 0; step < plans[source->type].n; step++) {
        enum step_kind kind = step_of(source, step)->kind;
        bool useful = source->scaled || (kind == STEP_RATIO && !source->ratio_known) ||
                      (kind == STEP_FREQUENCY && !source->flavour_known);
        if ((kind == STEP_POWER) == power && useful && time_reached(now_ms, source->due_ms[step]) &&
            (found < 0 || !time_reached(source->due_ms[step], source->due_ms[found]))) {
            found = step;
        }
    }
    return found;
}

/* Beginning behind the meter asked last, the first that has something due. */
static bool choose(struct meter_client *client, bool power, uint32_t now_ms)
{
    for (uint8_t i = 1; i <= client->n_meters; i++) {
        uint8_t at = (uint8_t)((client->at + i) % client->n_meters);
        int step = due_step(&client->meter[at], power, now_ms);
        if (step >= 0) {
            client->at = at;
            client->step = (uint8_t)step;
            return true;
        }
    }
    return false;
}

size_t meter_client_poll(struct meter_client *client, uint32_t now_ms, uint8_t *out)
{
    if (client->waiting && time_reached(now_ms, client->asked_ms + client->timeout_ms)) {
        miss(client, now_ms);
    }
    for (int i = 0; i < client->n_meters; i++) {
        grow_old(client, &client->meter[i], now_ms);
        if (!client->started) {
            all_due(&client->meter[i], now_ms);
            client->idle_ms = now_ms;
        }
    }
    client->started |= client->n_meters > 0;
    if (client->waiting || !client->started || !time_reached(now_ms, client->idle_ms)) {
        return 0;
    }
    /* the rest gets its turn between two questions for power, however often those are due */
    bool power = !client->slow_turn;
    if (!choose(client, power, now_ms)) {
        power = !power;
        if (!choose(client, power, now_ms)) {
            return 0;
        }
    }
    client->slow_turn = power;
    struct meter_source *source = &client->meter[client->at];
    const struct meter_step *row = step_of(source, client->step);
    source->due_ms[client->step] = now_ms + (power ? client->fast_ms : client->slow_ms);
    source->asked++;
    client->waiting = true;
    client->asked_ms = now_ms;
    client->n = 0;
    return modbus_ask(out, source->address, MODBUS_READ, row->start, row->count);
}

/* --- hearing --- */

/* Counters that both read 0 may stand at the other place. True: what was read counts. */
static bool energy_counts(struct meter_source *source, const struct meter_view *sample,
                          uint32_t now_ms)
{
    bool none = sample->value[METER_IMPORTED_WH] == 0 && sample->value[METER_EXPORTED_WH] == 0;
    if (none) {
        return !turn(source, now_ms);
    }
    source->energy_turned = false;
    return true;
}

static void hear(struct meter_client *client, struct meter_source *source, const uint8_t *data,
                 uint32_t now_ms)
{
    uint8_t step = client->step;
    const struct meter_step *row = step_of(source, step);
    if (row->kind == STEP_RATIO) {
        source->ratio_known |= meter_ratio_told(data, &source->scaling);
    }
    if (row->kind == STEP_FREQUENCY) {
        source->flavour_known |= meter_flavour_told(data, &source->scaling.flavour);
    }
    know(source, now_ms);
    if (!source->scaled) {
        source->due_ms[step] = now_ms + RETRY_MS;
        return;
    }
    meter_sample_read(source, row->start, row->count, data, &client->sample);
    bool energy = row->kind == STEP_ENERGY || row->kind == STEP_OLD_ENERGY;
    if (!energy || energy_counts(source, &client->sample, now_ms)) {
        meter_sample_merge(source, row->start, row->count, &client->sample, now_ms);
        done(source, step);
    }
}

/* A whole frame at the head of what is held: an answer or a refusal. */
static void settle(struct meter_client *client, uint32_t now_ms)
{
    struct meter_source *source = &client->meter[client->at];
    bool refused = (client->bytes[1] & MODBUS_REFUSED) != 0;
    client->waiting = false;
    client->idle_ms = now_ms + client->gap_ms;
    source->answered++;
    source->silent = false;
    source->misses = 0;
    source->tries[client->step] = 0;
    if (refused) {
        source->refused++;
        give_up(source, client->step, now_ms);
    } else {
        hear(client, source, client->bytes + 3, now_ms);
    }
}

bool meter_client_take(struct meter_client *client, const uint8_t *bytes, size_t n, uint32_t now_ms)
{
    bool heard = false;
    for (size_t i = 0; i < n && client->waiting; i++) {
        const struct meter_source *source = &client->meter[client->at];
        uint16_t count = step_of(source, client->step)->count;
        int length;
        if (client->n == sizeof client->bytes) {
            client->n = 0;
        }
        client->bytes[client->n++] = bytes[i];
        while ((length = modbus_reply_to(client->bytes, client->n, source->address, MODBUS_READ,
                                         count)) < 0) {
            client->n--;
            memmove(client->bytes, client->bytes + 1, client->n);
        }
        if (length > 0) {
            settle(client, now_ms);
            client->n = 0;
            heard = true;
        }
    }
    return heard;
}
