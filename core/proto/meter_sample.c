/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer of a meter says, and whether it can be. */
#include <string.h>

#include "core/proto/meter.h"

enum { PROOF = 3, MARGIN_W10 = 50 };

/* A sample that cannot be in kW. What it says of power is not told. */
static bool is_doubtful(struct meter_source *source, const struct meter_view *sample)
{
    if (source->type != METER_DDSU666 || source->scaling.flavour != METER_IN_KW ||
        !meter_has(sample, METER_L1_MV) || !meter_has(sample, METER_L1_MA) ||
        !meter_has(sample, METER_W10)) {
        return false;
    }
    int64_t va10 = sample->value[METER_L1_MV] * sample->value[METER_L1_MA] / 100000;
    int64_t w10 = sample->value[METER_W10];
    bool doubtful = (w10 < 0 ? -w10 : w10) > 2 * (va10 < 0 ? -va10 : va10) + MARGIN_W10;
    source->doubts = (uint8_t)(doubtful ? source->doubts + 1 : 0);
    return doubtful;
}

static void forget_in_kw(struct meter_view *view)
{
    static const uint8_t ids[] = {METER_W10, METER_L1_W10, METER_VAR10, METER_L1_VAR10, METER_VA10};
    for (size_t i = 0; i < sizeof ids; i++) {
        meter_forget(view, (enum meter_value)ids[i]);
    }
}

void meter_sample_read(struct meter_source *source, uint16_t start, uint16_t count,
                       const uint8_t *data, struct meter_view *sample)
{
    memset(sample, 0, sizeof *sample);
    meter_read(source->type, &source->scaling, start, count, data, sample);
    if (!is_doubtful(source, sample)) {
        return;
    }
    forget_in_kw(sample);
    if (source->doubts >= PROOF) {
        source->scaling.flavour = METER_IN_W;
        meter_read(source->type, &source->scaling, start, count, data, sample);
    }
}

void meter_sample_merge(struct meter_source *source, uint16_t start, uint16_t count,
                        const struct meter_view *sample, uint32_t now_ms)
{
    const struct meter_map *map = &meter_maps[source->type];
    for (int i = 0; i < map->n_registers; i++) {
        enum meter_value id = (enum meter_value)map->registers[i].value;
        if (map->registers[i].address < start || map->registers[i].address + 2 > start + count) {
            continue;
        }
        meter_forget(&source->view, id);
        if (meter_has(sample, id)) {
            meter_put(&source->view, id, sample->value[id]);
            source->heard_ms[id] = now_ms;
        }
    }
}
