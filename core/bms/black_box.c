/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes of samples, closed by trips. */
#include "core/bms/black_box.h"

#include <string.h>

void black_box_init(struct black_box *box, struct black_sample *samples)
{
    *box = (struct black_box){.samples = samples};
}

static uint32_t kept_of(const struct black_box *box, uint32_t in)
{
    return box->n[in] < BLACK_BOX_SAMPLES ? box->n[in] : BLACK_BOX_SAMPLES;
}

static void take_sample(struct black_box *box, const struct bms *bms, const struct bms_inputs *in)
{
    uint32_t in_hand = box->trips % BLACK_BOXES;
    uint32_t place = box->n[in_hand] % BLACK_BOX_SAMPLES;
    struct black_sample *s = &box->samples[in_hand * BLACK_BOX_SAMPLES + place];
    s->at_ms = in->now_ms;
    s->current_ma = in->current_ma;
    memcpy(s->cell_mv, in->cell_mv, sizeof s->cell_mv);
    memcpy(s->temp_c10, in->temp_c10, sizeof in->temp_c10);
    s->temp_c10[PACK_TEMPS] = in->env_c10;
    s->temp_c10[PACK_TEMPS + 1] = in->mos_c10;
    s->soc_pct100 = (uint16_t)bms->soc_pct100;
    s->gates = (uint8_t)((bms->charge_gate ? 1 : 0) | (bms->discharge_gate ? 2 : 0) |
                         (in->sampled ? 4 : 0));
    s->state = (uint8_t)bms->out.state;
    box->n[in_hand]++;
    if (box->n[in_hand] == 2 * BLACK_BOX_SAMPLES) { /* only the remainder and "full" matter */
        box->n[in_hand] = BLACK_BOX_SAMPLES;
    }
}

/* The first protection or fault told since the last look; Fully is the normal end of a charge. */
static bool tripped(struct black_box *box, const struct bms *bms, uint8_t *row, uint32_t *at_ms)
{
    uint64_t stops = (bms->of_protection | bms->of_fault) & ~(UINT64_C(1) << ROW_FULLY);
    uint32_t fresh = bms->n_told - box->n_told;
    uint32_t kept = fresh < bms->n_events ? fresh : bms->n_events;
    box->n_told = bms->n_told;
    for (uint32_t i = bms->n_events - kept; i < bms->n_events; i++) {
        const struct bms_event *event = &bms->events[i];
        if (event->kind == EVENT_ROW_SET && (stops >> event->what & 1) != 0) {
            *row = event->what;
            *at_ms = event->at_ms;
            return true;
        }
    }
    return false;
}

void black_box_step(struct black_box *box, const struct bms *bms, const struct bms_inputs *in)
{
    uint8_t row = 0;
    uint32_t at_ms = 0;
    if (box->samples == NULL || bms_asleep(bms)) {
        box->n_told = bms->n_told;
        return;
    }
    take_sample(box, bms, in);
    if (bms->n_told != box->n_told && tripped(box, bms, &row, &at_ms)) {
        uint32_t in_hand = box->trips % BLACK_BOXES;
        box->row[in_hand] = row;
        box->trip_ms[in_hand] = at_ms;
        box->trips++;
        box->n[box->trips % BLACK_BOXES] = 0;
    }
}

bool black_box_span(const struct black_box *box, uint32_t *first, uint32_t *last)
{
    *last = box->trips;
    *first = box->trips >= BLACK_BOXES ? box->trips - BLACK_BOXES + 2 : 1;
    return *first <= *last;
}

enum protection_id black_box_cause(const struct black_box *box, uint32_t trip, uint32_t *at_ms)
{
    *at_ms = box->trip_ms[(trip - 1) % BLACK_BOXES];
    return (enum protection_id)box->row[(trip - 1) % BLACK_BOXES];
}

const struct black_sample *black_box_sample(const struct black_box *box, uint32_t trip,
                                            uint32_t back)
{
    uint32_t first;
    uint32_t last;
    (void)black_box_span(box, &first, &last); /* of no trip: from 1 to 0 */
    if (trip < first || trip > last || back >= BLACK_BOX_SAMPLES) {
        return NULL;
    }
    /* the boxes before it hold what came before, as far as they are still there */
    uint32_t oldest = box->trips >= BLACK_BOXES ? box->trips - BLACK_BOXES + 1 : 0;
    for (uint32_t number = trip; number > oldest; number--) {
        uint32_t in = (number - 1) % BLACK_BOXES;
        uint32_t kept = kept_of(box, in);
        if (back < kept) {
            uint32_t place = (box->n[in] - 1U - back) % BLACK_BOX_SAMPLES;
            return &box->samples[in * BLACK_BOX_SAMPLES + place];
        }
        back -= kept;
    }
    return NULL;
}
