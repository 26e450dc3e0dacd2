/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/meter_emulator.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/ends/wait.h"

void meter_emulator_init(struct meter_emulator *emulator, enum meter_type type,
                         const uint8_t *address, int n)
{
    memset(emulator, 0, sizeof *emulator);
    emulator->n_meters = n;
    for (int i = 0; i < n; i++) {
        struct emulated_meter *meter = &emulator->meter[i];
        meter_unit_init(&meter->unit, type, address[i]);
        meter_model_init(&meter->model, type, i > 0, wait_now_ms());
        meter_keys_init(&meter->keys);
    }
}

void meter_emulator_close(struct meter_emulator *emulator)
{
    for (int i = 0; i < emulator->n_buses; i++) {
        meter_end_close(&emulator->bus[i]);
    }
    emulator->n_buses = 0;
}

bool meter_emulator_add(struct meter_emulator *emulator, const struct bus_address *address,
                        char *why, size_t room)
{
    *why = '\0';
    if (emulator->n_buses == METER_BUSES) {
        snprintf(why, room, "at most %d buses", METER_BUSES);
        return false;
    }
    if (!meter_bus_fits(address, why, room)) {
        return false;
    }
    (void)meter_end_open(&emulator->bus[emulator->n_buses++], address, wait_now_ms(), why, room);
    return true;
}

/* The meter's own clock shows the time of day. */
static void set_clock(struct meter_unit *unit)
{
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    const struct {
        enum meter_word word;
        int value;
    } rows[] = {{WORD_SECOND, t.tm_sec}, {WORD_MINUTE, t.tm_min},    {WORD_HOUR, t.tm_hour},
                {WORD_DAY, t.tm_mday},   {WORD_MONTH, t.tm_mon + 1}, {WORD_YEAR, t.tm_year % 100}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)meter_unit_set_word(unit, rows[i].word, (uint16_t)rows[i].value);
    }
}

void meter_emulator_step(struct meter_emulator *emulator, int64_t now_ms)
{
    struct meter_job jobs[METERS_ON_LINE];
    for (int i = 0; i < emulator->n_meters; i++) {
        struct emulated_meter *meter = &emulator->meter[i];
        if (meter->unit.clear_energy) {
            meter_model_clear(&meter->model);
            meter->unit.clear_energy = false;
        }
        set_clock(&meter->unit);
        meter_model_step(&meter->model, now_ms);
        meter_keys_tick(&meter->keys, &meter->unit, (uint32_t)now_ms);
        jobs[i] = (struct meter_job){.unit = &meter->unit,
                                     .view = meter->cut ? NULL : &meter->model.view};
    }
    for (int i = 0; i < emulator->n_buses; i++) {
        struct meter_end *end = &emulator->bus[i];
        meter_end_step(end, now_ms, jobs, emulator->n_meters);
        if (strcmp(end->said_state, end->port.state) != 0) {
            memcpy(end->said_state, end->port.state, sizeof end->said_state);
            wait_say("%s: %s", meter_maps[emulator->meter[0].unit.type].name, end->said_state);
        }
    }
}
