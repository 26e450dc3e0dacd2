/* SPDX-License-Identifier: Apache-2.0 */
#include "host/get_meter.h"

#include <stdlib.h>
#include <string.h>

#include "host/ends/meter_end.h"
#include "host/ends/meter_reader.h"
#include "host/ends/wait.h"
#include "host/meter_items.h"
#include "sim/yaml.h"

enum { STEP_MS = 5, PATIENCE_MS = 15000 };

static void put_all(const struct meter_source *source, struct items *items)
{
    items_text(items, "meter1.type", meter_maps[source->type].name);
    meter_word_item(items, 1, meter_word_named("address"), source->address);
    if (source->scaling.flavour == METER_RAW) {
        meter_word_item(items, 1, meter_word_named("ct_ratio"), source->scaling.ct);
        meter_word_item(items, 1, meter_word_named("pt_ratio"), source->scaling.pt10);
    }
    meter_items(items, 1, &source->view);
}

/* Those of `all` that were named; false with a sentence for each that is not told. */
static bool choose(const struct get_meter_words *words, const struct items *all,
                   struct items *items)
{
    bool well = true;
    for (int i = 0; i < words->n; i++) {
        int k = 0;
        while (k < all->n && strcmp(all->of[k].point, words->names[i]) != 0) {
            k++;
        }
        if (k < all->n && items->n < ITEMS_MAX) {
            items->of[items->n++] = all->of[k];
            continue;
        }
        const char *below = "";
        int meter = 0;
        bool known = meter_point_split(words->names[i], &meter, &below) && meter == 1 &&
                     (meter_value_named(below) < METER_VALUES || meter_word_named(below) != NULL);
        fprintf(stderr, "hearth get: %s %s\n", words->names[i],
                known ? "is not told by this meter"
                      : "is no point of a meter (meter1.power_w, meter1.l1.voltage_v ...)");
        well = false;
    }
    return well;
}

static bool read_once(struct meter_reader *reader)
{
    const struct meter_source *source = &reader->client.meter[0];
    int64_t end_ms = wait_now_ms() + PATIENCE_MS;
    while (!source->looked && !source->silent && wait_now_ms() < end_ms && !wait_ended()) {
        const struct bus_port *ports[] = {&reader->port};
        (void)meter_reader_step(reader, wait_now_ms());
        (void)wait_on(ports, 1, -1, STEP_MS);
    }
    return source->looked;
}

int get_meter(const struct get_meter_words *words, struct items *items)
{
    char why[400];
    struct bus_address address;
    double unit = 1;
    if (words->address != NULL &&
        (!text_number(words->address, &unit) || unit < 1 || unit > METER_ADDRESS_MAX)) {
        fprintf(stderr, "hearth get: --address %s is not allowed (1 to %d)\n", words->address,
                METER_ADDRESS_MAX);
        return 2;
    }
    if (!bus_address_read(words->bus, &address, why, sizeof why) ||
        !meter_bus_fits(&address, why, sizeof why)) {
        fprintf(stderr, "hearth get: %s\n", why);
        return 2;
    }
    struct meter_reader *reader = calloc(1, sizeof *reader);
    struct items *all = calloc(1, sizeof *all);
    int status = 1;
    if (reader != NULL && all != NULL) {
        if (!meter_reader_open(reader, &address, wait_now_ms(), why, sizeof why)) {
            fprintf(stderr, "hearth get: %s\n", why);
        } else if (!meter_client_add(&reader->client, (enum meter_type)words->meter->index,
                                     (uint8_t)unit) ||
                   !read_once(reader)) {
            const struct meter_source *source = &reader->client.meter[0];
            fprintf(stderr, "hearth get: no answer in %s (%u questions, %u answers; bus: %s)\n",
                    words->meter->name, source->asked, source->answered, reader->port.state);
        } else {
            put_all(&reader->client.meter[0], words->n > 0 ? all : items);
            status = choose(words, all, items) ? 0 : 1;
        }
        meter_reader_close(reader);
    }
    free(all);
    free(reader);
    return status;
}
