/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/emulator.h"

#include <stdlib.h>
#include <string.h>

#include "host/ends/wait.h"
#include "sim/panels.h"

enum { STEP_MS = 100, JUMP_MS = 1000 };

bool emulator_init(struct emulator *emulator, const struct product *product, int packs,
                   double soc_pct, int64_t clock_s)
{
    memset(emulator, 0, sizeof *emulator);
    emulator->boards = calloc((size_t)packs, sizeof *emulator->boards);
    if (emulator->boards == NULL) {
        return false;
    }
    for (int i = 0; i < packs; i++) {
        board_init(&emulator->boards[i]);
    }
    struct house_spec spec = {.battery = HOUSE_PACKS,
                              .pack = product,
                              .packs = packs,
                              .soc = soc_pct / 100.0,
                              .temperature_c = 25.0,
                              .seed = 1,
                              .start_ms = clock_s * 1000,
                              .boards = emulator->boards};
    house_init(&emulator->house, &spec);
    emulator->house.by_user = true; /* who writes over a port logs in first */
    for (int i = 0; i < packs; i++) {
        bms_set_clock(&emulator->house.bms[i], clock_s);
    }
    for (int t = 0; t < 10000; t += STEP_MS) {
        house_step(&emulator->house, STEP_MS); /* as after 10 s of being on */
    }
    emulator->speed = 1.0;
    return true;
}

void emulator_free(struct emulator *emulator)
{
    pack_wires_close(&emulator->wires);
    free(emulator->boards);
    emulator->boards = NULL;
}

static void pass_time(struct emulator *emulator, int64_t now_ms)
{
    int64_t passed = now_ms - emulator->stepped_ms;
    if (emulator->stepped_ms == 0 || passed > JUMP_MS) {
        passed = emulator->stepped_ms == 0 ? 0 : JUMP_MS; /* a stopped process does not rush */
    }
    emulator->stepped_ms = now_ms;
    emulator->rest_ms += (double)passed * emulator->speed;
    while (emulator->rest_ms >= STEP_MS) {
        struct house_event event;
        house_step(&emulator->house, STEP_MS);
        house_panels_tick(&emulator->house);
        while (house_next_event(&emulator->house, &event)) {
            wait_say("%s: %s %s%s", event.device, event.kind,
                     event.name[0] ? event.name : event.code, event.set ? "" : " (over)");
        }
        emulator->rest_ms -= STEP_MS;
    }
}

void emulator_step(struct emulator *emulator, int64_t now_ms)
{
    pass_time(emulator, now_ms);
    pack_wires_step(&emulator->wires, now_ms);
}
