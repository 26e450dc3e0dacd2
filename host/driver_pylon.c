/* SPDX-License-Identifier: Apache-2.0 */
/* A round asks each pack for its values, its alarms and its limits, one after the other. */
#include "host/driver_pylon.h"

#include <stdio.h>
#include <string.h>

enum { MISSES_SILENT = 3, ASK_SILENT_MS = 5000 };

static const uint8_t round_commands[] = {PYLON_GET_ANALOG, PYLON_GET_ALARM, PYLON_GET_LIMITS};
enum { N_COMMANDS = sizeof round_commands / sizeof round_commands[0] };

/* Points of a pack in the order of pack->points; cells and temperatures follow. */
enum pack_point {
    P_VOLTAGE,
    P_CURRENT,
    P_SOC,
    P_REMAINING,
    P_FULL,
    P_CYCLES,
    P_CELL_MIN,
    P_CELL_MAX,
    P_CHARGE_MOS,
    P_DISCHARGE_MOS,
    P_CCL,
    P_DCL,
    P_CVL,
    P_ENV,
    P_MOS_TEMP,
    P_CELLS,
    P_TEMPS = P_CELLS + PYLON_CELLS_MAX,
    P_COUNT = P_TEMPS + 4
};

static const struct {
    const char *name;
    enum point_kind kind;
    uint8_t decimals;
    bool recorded;
} point_rows[P_CELLS] = {
    [P_VOLTAGE] = {"voltage_v", POINT_NUMBER, 2, true},
    [P_CURRENT] = {"current_a", POINT_NUMBER, 1, true},
    [P_SOC] = {"soc_pct", POINT_NUMBER, 1, true},
    [P_REMAINING] = {"remaining_ah", POINT_NUMBER, 2, false},
    [P_FULL] = {"full_capacity_ah", POINT_NUMBER, 2, false},
    [P_CYCLES] = {"cycles", POINT_NUMBER, 0, false},
    [P_CELL_MIN] = {"cell_min_v", POINT_NUMBER, 3, true},
    [P_CELL_MAX] = {"cell_max_v", POINT_NUMBER, 3, true},
    [P_CHARGE_MOS] = {"charge_mos", POINT_FLAG, 0, false},
    [P_DISCHARGE_MOS] = {"discharge_mos", POINT_FLAG, 0, false},
    [P_CCL] = {"charge_limit_a", POINT_NUMBER, 1, false},
    [P_DCL] = {"discharge_limit_a", POINT_NUMBER, 1, false},
    [P_CVL] = {"charge_voltage_v", POINT_NUMBER, 1, false},
    [P_ENV] = {"environment_temperature_c", POINT_NUMBER, 1, false},
    [P_MOS_TEMP] = {"mos_temperature_c", POINT_NUMBER, 1, true},
};

static int define(struct pylon_driver *driver, int pack, const char *name, enum point_kind kind,
                  uint8_t decimals, bool recorded)
{
    char full[POINT_NAME_MAX];
    snprintf(full, sizeof full, "pack%d.%s", pack + 1, name);
    return points_define(driver->points, full, kind, decimals, recorded);
}

void pylon_driver_init(struct pylon_driver *driver)
{
    driver->asked_command = -1;
    driver->round_ms = INT64_MIN / 2;
    for (int i = 0; i < driver->n_packs; i++) {
        struct pylon_pack *pack = &driver->pack[i];
        memset(pack, 0, sizeof *pack);
        for (int k = 0; k < P_CELLS; k++) {
            pack->points[k] = define(driver, i, point_rows[k].name, point_rows[k].kind,
                                     point_rows[k].decimals, point_rows[k].recorded);
        }
        for (int k = P_CELLS; k < P_COUNT; k++) {
            pack->points[k] = -1; /* defined when the pack says how many it has */
        }
    }
}

static void put(struct pylon_driver *driver, int pack, int point, double value, int64_t site_ms)
{
    points_set_number(driver->points, driver->pack[pack].points[point], value, site_ms);
}

/* Cells and temperatures get their points when first heard: 8 or 16 cells. */
static void define_lists(struct pylon_driver *driver, int i)
{
    struct pylon_pack *pack = &driver->pack[i];
    for (int k = 0; k < pack->analog.n_cells; k++) {
        if (pack->points[P_CELLS + k] < 0) {
            char name[24];
            snprintf(name, sizeof name, "cell_%d_v", k + 1);
            pack->points[P_CELLS + k] = define(driver, i, name, POINT_NUMBER, 3, true);
        }
    }
    for (int k = 0; k < 4 && k + 1 < pack->analog.n_temps; k++) {
        if (pack->points[P_TEMPS + k] < 0) {
            char name[24];
            snprintf(name, sizeof name, "temperature_%d_c", k + 1);
            pack->points[P_TEMPS + k] = define(driver, i, name, POINT_NUMBER, 1, true);
        }
    }
}

static void publish_analog(struct pylon_driver *driver, int i, int64_t site_ms)
{
    const struct pylon_analog *analog = &driver->pack[i].analog;
    define_lists(driver, i);
    put(driver, i, P_VOLTAGE, analog->voltage_mv / 1000.0, site_ms);
    put(driver, i, P_CURRENT, analog->current_ma / 1000.0, site_ms);
    put(driver, i, P_REMAINING, analog->remaining_mah / 1000.0, site_ms);
    put(driver, i, P_FULL, analog->total_mah / 1000.0, site_ms);
    put(driver, i, P_CYCLES, analog->cycles, site_ms);
    if (analog->total_mah > 0) { /* the protocol sends charges, not the SOC */
        put(driver, i, P_SOC, 100.0 * analog->remaining_mah / analog->total_mah, site_ms);
    }
    uint16_t low = UINT16_MAX;
    uint16_t high = 0;
    for (int k = 0; k < analog->n_cells; k++) {
        uint16_t mv = analog->cell_mv[k];
        low = mv < low ? mv : low;
        high = mv > high ? mv : high;
        put(driver, i, P_CELLS + k, mv / 1000.0, site_ms);
    }
    put(driver, i, P_CELL_MIN, low / 1000.0, site_ms);
    put(driver, i, P_CELL_MAX, high / 1000.0, site_ms);
    for (int k = 0; k < 4 && k + 1 < analog->n_temps; k++) {
        put(driver, i, P_TEMPS + k, analog->temp_c10[k + 1] / 10.0, site_ms);
    }
    if (analog->n_temps > 0) {
        put(driver, i, P_ENV, analog->temp_c10[0] / 10.0, site_ms);
    }
    if (analog->n_temps > 5) {
        put(driver, i, P_MOS_TEMP, analog->temp_c10[5] / 10.0, site_ms);
    }
}

static void publish_alarm(struct pylon_driver *driver, int i, int64_t site_ms)
{
    uint8_t mos = driver->pack[i].alarm.status[1];
    struct pylon_pack *pack = &driver->pack[i];
    points_set_flag(driver->points, pack->points[P_CHARGE_MOS], (mos & STATUS2_CHARGE_MOS) != 0,
                    site_ms);
    points_set_flag(driver->points, pack->points[P_DISCHARGE_MOS],
                    (mos & STATUS2_DISCHARGE_MOS) != 0, site_ms);
}

static void publish_limits(struct pylon_driver *driver, int i, int64_t site_ms)
{
    const struct pylon_limits *limits = &driver->pack[i].limits;
    put(driver, i, P_CCL, limits->charge_ma / 1000.0, site_ms);
    put(driver, i, P_DCL, limits->discharge_ma / 1000.0, site_ms);
    put(driver, i, P_CVL, limits->charge_mv / 1000.0, site_ms);
}

static bool take(struct pylon_driver *driver, int i, int64_t site_ms)
{
    const struct ascii_frame *frame = &driver->frame;
    struct pylon_pack *pack = &driver->pack[i];
    switch (round_commands[driver->asked_command]) {
    case PYLON_GET_ANALOG:
        if (pylon_analog_decode(frame->info, frame->length, &pack->analog) != 0) {
            return false;
        }
        publish_analog(driver, i, site_ms);
        return true;
    case PYLON_GET_ALARM:
        if (pylon_alarm_decode(frame->info, frame->length, &pack->alarm) != 0) {
            return false;
        }
        publish_alarm(driver, i, site_ms);
        return true;
    default:
        if (pylon_limits_decode(frame->info, frame->length, &pack->limits) != 0) {
            return false;
        }
        publish_limits(driver, i, site_ms);
        return true;
    }
}

/* Next command of the round, or the next pack's first; false when the round is over. */
static bool advance(struct pylon_driver *driver, bool skip_pack)
{
    driver->asked_command++;
    if (skip_pack || driver->asked_command == N_COMMANDS) {
        driver->asked_command = 0;
        driver->asked_pack++;
    }
    if (driver->asked_pack < driver->n_packs) {
        return true;
    }
    driver->asked_command = -1;
    return false;
}

static void ask(struct pylon_driver *driver, int64_t now_ms)
{
    while (now_ms < driver->pack[driver->asked_pack].ask_after_ms) {
        if (!advance(driver, true)) {
            return;
        }
    }
    uint8_t bytes[64];
    pylon_request(&driver->frame, round_commands[driver->asked_command],
                  (uint8_t)(PYLON_MASTER + driver->asked_pack));
    int n = ascii_frame_encode(&driver->frame, bytes, sizeof bytes);
    driver->bus.write(driver->bus.context, bytes, n > 0 ? (size_t)n : 0);
    driver->asked_ms = now_ms;
    driver->n_asked++;
}

static void missed(struct pylon_driver *driver, int64_t now_ms)
{
    struct pylon_pack *pack = &driver->pack[driver->asked_pack];
    driver->n_timeouts++;
    if (++pack->misses < MISSES_SILENT) {
        return;
    }
    pack->ask_after_ms = now_ms + ASK_SILENT_MS;
    if (pack->silent) {
        return;
    }
    pack->silent = true;
    for (int k = 0; k < P_COUNT; k++) {
        points_invalidate(driver->points, pack->points[k]);
    }
    driver->told(driver->context, driver->asked_pack, true);
}

static void answered(struct pylon_driver *driver, int64_t now_ms)
{
    struct pylon_pack *pack = &driver->pack[driver->asked_pack];
    bool was_silent = pack->silent;
    driver->n_answered++;
    pack->misses = 0;
    pack->silent = false;
    pack->known = true;
    pack->heard_ms = now_ms;
    pack->ask_after_ms = 0;
    if (was_silent) {
        driver->told(driver->context, driver->asked_pack, false);
    }
}

/* One whole frame came: is it the answer to what was asked? */
static bool accept(struct pylon_driver *driver, int64_t now_ms, int64_t site_ms)
{
    int result = ascii_frame_decode(driver->reader.buffer, driver->reader.length, &driver->frame);
    bool ours = result == 0 && driver->frame.cid1 == PYLON_CID1 &&
                driver->frame.address == PYLON_MASTER + driver->asked_pack &&
                driver->frame.cid2 == PYLON_OK;
    if (!ours || !take(driver, driver->asked_pack, site_ms)) {
        driver->n_broken++;
        return false; /* the time-out asks anew */
    }
    answered(driver, now_ms);
    return true;
}

static bool receive(struct pylon_driver *driver, int64_t now_ms, int64_t site_ms)
{
    uint8_t bytes[256];
    size_t n;
    bool done = false;
    while ((n = driver->bus.read(driver->bus.context, bytes, sizeof bytes)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (ascii_reader_take(&driver->reader, bytes[i]) && !done) {
                done = accept(driver, now_ms, site_ms);
            }
        }
    }
    return done;
}

bool pylon_driver_step(struct pylon_driver *driver, int64_t now_ms, int64_t site_ms)
{
    if (driver->asked_command < 0) {
        if (now_ms < driver->round_ms + driver->period_ms || driver->n_packs == 0) {
            return false;
        }
        driver->round_ms = now_ms;
        driver->asked_pack = 0;
        driver->asked_command = 0;
        ask(driver, now_ms);
        return driver->asked_command >= 0;
    }
    bool got = receive(driver, now_ms, site_ms);
    if (!got && now_ms < driver->asked_ms + driver->timeout_ms) {
        return false;
    }
    if (!got) {
        missed(driver, now_ms);
    }
    if (advance(driver, !got)) {
        ask(driver, now_ms);
    }
    return driver->asked_command >= 0;
}
