/* SPDX-License-Identifier: Apache-2.0 */
/* The client of core/proto asks; here its answers become points. */
#include "host/driver_battery.h"

#include <stdio.h>
#include <string.h>

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
    P_TEMPS = P_CELLS + BANK_CELLS,
    P_COUNT = P_TEMPS + BANK_TEMPS
};
_Static_assert((int)P_COUNT <= (int)DRIVER_POINTS, "room for every point of a pack");

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

static int define(struct battery_driver *driver, int pack, const char *name, enum point_kind kind,
                  uint8_t decimals, bool recorded)
{
    char full[POINT_NAME_MAX];
    snprintf(full, sizeof full, "pack%d.%s", pack + 1, name);
    return points_define(driver->points, full, kind, decimals, recorded);
}

void battery_driver_init(struct battery_driver *driver)
{
    rs485_client_init(&driver->client, driver->protocol,
                      rs485_facts[driver->protocol].first_address, (uint8_t)driver->n_packs);
    driver->client.period_ms = (uint32_t)driver->period_ms;
    driver->client.timeout_ms = driver->timeout_ms;
    driver->client.gap_ms = driver->gap_ms;
    memset(&driver->bank, 0, sizeof driver->bank);
    for (int i = 0; i < driver->n_packs; i++) {
        struct driver_pack *pack = &driver->pack[i];
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

static void put(struct battery_driver *driver, int pack, int point, double value, int64_t site_ms)
{
    points_set_number(driver->points, driver->pack[pack].points[point], value, site_ms);
}

/* A sensor that is not there leaves its point unknown. */
static void put_c10(struct battery_driver *driver, int pack, int point, int16_t c10,
                    int64_t site_ms)
{
    if (c10 == TEMP_ABSENT) {
        points_invalidate(driver->points, driver->pack[pack].points[point]);
    } else {
        put(driver, pack, point, c10 / 10.0, site_ms);
    }
}

/* Cells and temperatures get their points when first heard: 8 or 16 cells. */
static void define_list(struct battery_driver *driver, int i, int first, int n, const char *form,
                        uint8_t decimals)
{
    struct driver_pack *pack = &driver->pack[i];
    for (int k = 0; k < n; k++) {
        if (pack->points[first + k] < 0) {
            char name[24];
            snprintf(name, sizeof name, "%s_%d_%c", form, k + 1, form[0] == 'c' ? 'v' : 'c');
            pack->points[first + k] = define(driver, i, name, POINT_NUMBER, decimals, true);
        }
    }
}

static void publish_cells(struct battery_driver *driver, int i, const struct pack_view *view,
                          int64_t site_ms)
{
    uint16_t low = UINT16_MAX;
    uint16_t high = 0;
    define_list(driver, i, P_CELLS, view->n_cells, "cell", 3);
    for (int k = 0; k < view->n_cells; k++) {
        uint16_t mv = view->cell_mv[k];
        low = mv < low ? mv : low;
        high = mv > high ? mv : high;
        put(driver, i, P_CELLS + k, mv / 1000.0, site_ms);
    }
    put(driver, i, P_CELL_MIN, low / 1000.0, site_ms);
    put(driver, i, P_CELL_MAX, high / 1000.0, site_ms);
}

static void publish_temps(struct battery_driver *driver, int i, const struct pack_view *view,
                          int64_t site_ms)
{
    define_list(driver, i, P_TEMPS, view->n_temps, "temperature", 1);
    for (int k = 0; k < view->n_temps; k++) {
        put_c10(driver, i, P_TEMPS + k, view->temp_c10[k], site_ms);
    }
    put_c10(driver, i, P_ENV, view->env_c10, site_ms);
    put_c10(driver, i, P_MOS_TEMP, view->mos_c10, site_ms);
}

static void publish_charge(struct battery_driver *driver, int i, const struct pack_view *view,
                           uint16_t heard, int64_t site_ms)
{
    if ((heard & VIEW_CAPACITY) != 0) {
        put(driver, i, P_REMAINING, view->remaining_mah / 1000.0, site_ms);
        put(driver, i, P_FULL, view->full_mah / 1000.0, site_ms);
    }
    if ((heard & VIEW_CAPACITY) != 0 && view->full_mah > 0 &&
        view->remaining_mah <= view->full_mah) {
        put(driver, i, P_SOC, 100.0 * view->remaining_mah / view->full_mah, site_ms);
    } else if ((heard & VIEW_SOC) != 0) {
        put(driver, i, P_SOC, view->soc_pct, site_ms);
    }
    if ((heard & VIEW_CYCLES) != 0) {
        put(driver, i, P_CYCLES, view->cycles, site_ms);
    }
}

/* What the last answer of this pack brought. */
static void publish(struct battery_driver *driver, int i, int64_t site_ms)
{
    const struct pack_view *view = &driver->bank.pack[i];
    uint16_t heard = driver->client.just_heard;
    if ((heard & VIEW_ANALOG) != 0) {
        put(driver, i, P_VOLTAGE, view->voltage_mv / 1000.0, site_ms);
        put(driver, i, P_CURRENT, view->current_ma / 1000.0, site_ms);
    }
    if ((heard & VIEW_CELLS) != 0) {
        publish_cells(driver, i, view, site_ms);
    }
    if ((heard & VIEW_TEMPS) != 0) {
        publish_temps(driver, i, view, site_ms);
    }
    publish_charge(driver, i, view, heard, site_ms);
    if ((heard & VIEW_MOS) != 0) {
        const int *points = driver->pack[i].points;
        points_set_flag(driver->points, points[P_CHARGE_MOS], view->charge_mos, site_ms);
        points_set_flag(driver->points, points[P_DISCHARGE_MOS], view->discharge_mos, site_ms);
    }
    if ((heard & VIEW_LIMITS) != 0) {
        put(driver, i, P_CCL, view->charge_limit_ma / 1000.0, site_ms);
        put(driver, i, P_DCL, view->discharge_limit_ma / 1000.0, site_ms);
        put(driver, i, P_CVL, view->charge_mv / 1000.0, site_ms);
    }
}

static void tell_changes(struct battery_driver *driver)
{
    for (int i = 0; i < driver->n_packs; i++) {
        struct driver_pack *pack = &driver->pack[i];
        bool silent = driver->client.pack[i].silent;
        if (silent == pack->silent) {
            continue;
        }
        pack->silent = silent;
        for (int k = 0; silent && k < P_COUNT; k++) {
            points_invalidate(driver->points, pack->points[k]);
        }
        driver->told(driver->context, i, silent);
    }
}

static bool receive(struct battery_driver *driver, uint32_t now_ms, int64_t site_ms)
{
    uint8_t bytes[256];
    bool done = false;
    size_t n;
    do {
        n = driver->bus.read(driver->bus.context, bytes, sizeof bytes);
        if (rs485_client_take(&driver->client, bytes, n, now_ms, &driver->bank)) {
            tell_changes(driver); /* back before its values are */
            publish(driver, driver->client.at, site_ms);
            done = true;
        }
    } while (n > 0);
    return done;
}

bool battery_driver_step(struct battery_driver *driver, int64_t now_ms, int64_t site_ms)
{
    uint8_t out[MODBUS_FRAME_MAX];
    if (driver->n_packs == 0) {
        return false;
    }
    bool taken = receive(driver, (uint32_t)now_ms, site_ms);
    size_t n = rs485_client_poll(&driver->client, (uint32_t)now_ms, out, sizeof out);
    if (n > 0) {
        driver->bus.write(driver->bus.context, out, n);
    }
    tell_changes(driver);
    return n > 0 || (taken && driver->client.in_round);
}

bool battery_driver_is_idle(const struct battery_driver *driver)
{
    return !driver->client.in_round;
}

bool battery_driver_knows(const struct battery_driver *driver, int pack)
{
    return driver->client.pack[pack].known;
}

bool battery_driver_misses(const struct battery_driver *driver, int pack)
{
    return driver->client.pack[pack].silent;
}
