/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a black box. */
#include "host/box_samples.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 24, N_TEMPS = PACK_TEMPS + 2 };

size_t box_row_bytes(int n_cells) { return HEAD + 2 * (size_t)n_cells; }

static uint8_t *put(uint8_t *p, uint32_t value, int n)
{
    for (int i = 0; i < n; i++) {
        *p++ = (uint8_t)(value >> 8 * i);
    }
    return p;
}

static uint32_t take(const uint8_t **p, int n)
{
    uint32_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint32_t) * (*p)++ << 8 * i;
    }
    return value;
}

static void put_row(uint8_t *p, const struct black_sample *s, int32_t at_ms, int n_cells)
{
    p = put(p, (uint32_t)at_ms, 4);
    p = put(p, (uint32_t)s->current_ma, 4);
    p = put(p, s->soc_pct100, 2);
    p = put(p, s->gates, 1);
    p = put(p, s->state, 1);
    for (int i = 0; i < N_TEMPS; i++) {
        p = put(p, (uint16_t)s->temp_c10[i], 2);
    }
    for (int i = 0; i < n_cells; i++) {
        p = put(p, s->cell_mv[i], 2);
    }
}

void *box_pack(const struct black_box *box, uint32_t trip, int n_cells, int *n_rows)
{
    uint32_t trip_ms;
    (void)black_box_cause(box, trip, &trip_ms);
    const struct black_sample *sample;
    int n = 0;
    while ((sample = black_box_sample(box, trip, (uint32_t)n)) != NULL &&
           (int32_t)(trip_ms - sample->at_ms) <= BOX_SPAN_MS) {
        n++;
    }
    uint8_t *bytes = n > 0 ? malloc((size_t)n * box_row_bytes(n_cells)) : NULL;
    for (int row = 0; row < n && bytes != NULL; row++) {
        sample = black_box_sample(box, trip, (uint32_t)(n - 1 - row));
        put_row(bytes + (size_t)row * box_row_bytes(n_cells), sample,
                (int32_t)(sample->at_ms - trip_ms), n_cells);
    }
    *n_rows = n;
    return bytes;
}

void box_row(const void *bytes, int n_cells, int row, struct black_sample *s, int32_t *at_ms)
{
    const uint8_t *p = (const uint8_t *)bytes + (size_t)row * box_row_bytes(n_cells);
    memset(s, 0, sizeof *s);
    *at_ms = (int32_t)take(&p, 4);
    s->current_ma = (int32_t)take(&p, 4);
    s->soc_pct100 = (uint16_t)take(&p, 2);
    s->gates = (uint8_t)take(&p, 1);
    s->state = (uint8_t)take(&p, 1);
    for (int i = 0; i < N_TEMPS; i++) {
        s->temp_c10[i] = (int16_t)(uint16_t)take(&p, 2);
    }
    for (int i = 0; i < n_cells; i++) {
        s->cell_mv[i] = (uint16_t)take(&p, 2);
    }
}
