/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/json.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "host/monitor/pages.h"

static void temperature(json_t *object, const char *name, int16_t c10)
{
    if (c10 != TEMP_ABSENT) {
        json_object_set_new(object, name, json_real(c10 / 10.0));
    }
}

static json_t *codes(uint32_t reasons, bool protections)
{
    char text[400];
    char *rest = text;
    json_t *list = json_array();
    monitor_reasons(reasons, protections, text, sizeof text);
    for (char *code; (code = strsep(&rest, ",")) != NULL;) {
        if (code[0] != '\0') {
            json_array_append_new(list, json_string(code));
        }
    }
    return list;
}

static void add_charge(json_t *o, const struct pack_view *pack)
{
    if ((pack->heard & VIEW_SOC) != 0 || (pack->heard & VIEW_CAPACITY) != 0) {
        json_object_set_new(o, "soc_pct", json_integer(pack->soc_pct));
    }
    if ((pack->heard & VIEW_SOH) != 0) {
        json_object_set_new(o, "soh_pct", json_integer(pack->soh_pct));
    }
    if ((pack->heard & VIEW_CAPACITY) != 0) {
        json_object_set_new(o, "remaining_ah", json_real(pack->remaining_mah / 1000.0));
        json_object_set_new(o, "full_capacity_ah", json_real(pack->full_mah / 1000.0));
    }
    if ((pack->heard & VIEW_CYCLES) != 0) {
        json_object_set_new(o, "cycles", json_integer(pack->cycles));
    }
    if ((pack->heard & VIEW_LIMITS) != 0) {
        json_object_set_new(o, "charge_limit_a", json_real(pack->charge_limit_ma / 1000.0));
        json_object_set_new(o, "discharge_limit_a", json_real(pack->discharge_limit_ma / 1000.0));
        json_object_set_new(o, "charge_voltage_v", json_real(pack->charge_mv / 1000.0));
    }
}

static json_t *pack_json(const struct pack_view *pack, int number)
{
    json_t *o = json_pack("{s:i, s:f, s:f}", "pack", number, "voltage_v", pack->voltage_mv / 1000.0,
                          "current_a", pack->current_ma / 1000.0);
    add_charge(o, pack);
    json_t *cells = json_array();
    for (int i = 0; i < pack->n_cells && i < BANK_CELLS; i++) {
        json_array_append_new(cells, json_real(pack->cell_mv[i] / 1000.0));
    }
    json_object_set_new(o, "cells_v", cells);
    json_t *temperatures = json_array();
    for (int i = 0; i < pack->n_temps && i < BANK_TEMPS; i++) {
        json_array_append_new(temperatures, pack->temp_c10[i] == TEMP_ABSENT
                                                ? json_null()
                                                : json_real(pack->temp_c10[i] / 10.0));
    }
    json_object_set_new(o, "temperatures_c", temperatures);
    temperature(o, "mos_temperature_c", pack->mos_c10);
    temperature(o, "environment_temperature_c", pack->env_c10);
    if ((pack->heard & VIEW_MOS) != 0) {
        json_object_set_new(o, "charge_mos", json_boolean(pack->charge_mos));
        json_object_set_new(o, "discharge_mos", json_boolean(pack->discharge_mos));
    }
    if ((pack->heard & VIEW_FLAGS) != 0) {
        json_object_set_new(o, "protections", codes(pack->protections, true));
        json_object_set_new(o, "alarms", codes(pack->alarms, false));
    }
    return o;
}

/* A CAN dialect tells the whole alone. */
static json_t *whole_json(const struct battery_report *whole)
{
    json_t *o = json_object();
    if ((whole->heard & HEARD_SOC) != 0) {
        json_object_set_new(o, "battery.soc_pct", json_integer(whole->soc_pct));
    }
    if ((whole->heard & HEARD_MEASURED) != 0) {
        json_object_set_new(o, "battery.voltage_v", json_real(whole->voltage_mv / 1000.0));
        json_object_set_new(o, "battery.current_a", json_real(-whole->current_ma / 1000.0));
    }
    if ((whole->heard & HEARD_TEMPERATURE) != 0) {
        json_object_set_new(o, "battery.temperature_c", json_real(whole->temp_c10 / 10.0));
    }
    if ((whole->heard & HEARD_LIMITS) != 0) {
        json_object_set_new(o, "battery.charge_voltage_v", json_real(whole->charge_mv / 1000.0));
        json_object_set_new(o, "battery.charge_limit_a",
                            json_real(whole->charge_limit_ma / 1000.0));
        json_object_set_new(o, "battery.discharge_limit_a",
                            json_real(whole->discharge_limit_ma / 1000.0));
    }
    return o;
}

void monitor_json(const struct monitor *monitor, FILE *out)
{
    char stamp[32];
    time_t now = (time_t)monitor->now_s;
    struct tm t;
    gmtime_r(&now, &t);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &t);
    const struct battery_bank *bank = &monitor->link.bank;
    json_t *packs = json_array();
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        if ((bank->pack[i].heard & VIEW_ANALOG) != 0) {
            json_array_append_new(packs, pack_json(&bank->pack[i], i + 1));
        }
    }
    json_t *root = json_pack("{s:s, s:s, s:o, s:o}", "time", stamp, "protocol",
                             monitor->link.end.protocol->name, "battery", whole_json(&bank->whole),
                             "packs", packs);
    if (monitor->link.version[0] != '\0') {
        json_object_set_new(root, "version", json_string(monitor->link.version));
    }
    if (monitor->link.serial[0] != '\0') {
        json_object_set_new(root, "serial", json_string(monitor->link.serial));
    }
    (void)json_dumpf(root, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputc('\n', out);
    fflush(out);
    json_decref(root);
}
