/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importers: whatever the bytes, a file is read or refused with a reason, and what is read can be
 * asked for any time. The first byte chooses the caller's options.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "host/input/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void ask(struct input_set *set)
{
    struct weather_source source;
    if (set->has_weather) {
        weather_from_samples(&source, &set->weather);
    }
    for (int i = 0; i < 40; i++) {
        int64_t t = set->start_s + (int64_t)(i - 5) * (set->end_s - set->start_s) / 30;
        if (set->has_weather) {
            struct weather w;
            weather_at(&source, t, &w);
            require(isfinite(w.ghi_w_m2) && w.ghi_w_m2 >= 0 && isfinite(w.temperature_c));
        }
        require(!set->has_load || series_at(&set->load_w, t) >= 0);
        require(!set->has_price || isfinite(series_at(&set->price_per_kwh, t)));
        require(!set->has_pv || isfinite(series_at(&set->pv_w, t)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const units[4] = {NULL, "kW", "ct/kWh", "kWh"};
    static const char *const zones[2] = {NULL, "Europe/Berlin"};
    if (size < 1) {
        return 0;
    }
    struct input_options options = {.has_place = (data[0] & 1) != 0,
                                    .latitude_deg = 50,
                                    .longitude_deg = 10,
                                    .timezone = zones[data[0] >> 1 & 1],
                                    .kind = (enum input_kind)(data[0] >> 2 & 3),
                                    .unit = units[data[0] >> 4 & 3],
                                    .step_s = (data[0] & 64) != 0 ? 900 : 0};
    struct input_report report = {0};
    struct input_set *set = NULL;
    int result = input_parse("fuzz", (const char *)data + 1, size - 1, &options, &set, &report);
    require((result == INPUT_OK) == (set != NULL));
    require(result != INPUT_REFUSED || report.errors > 0);
    if (set != NULL) {
        ask(set);
        input_free(set);
    }
    input_report_clear(&report);
    return 0;
}
