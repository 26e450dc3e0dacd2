/* SPDX-License-Identifier: Apache-2.0 */
/* Writers behind the table of points. */
#include "sim/points_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/settings.h"
#include "sim/yaml.h"

static struct force_pack *force_of(struct house *house, const struct place *place)
{
    bool there =
        house->spec.battery == HOUSE_PACKS && place->n >= 1 && place->n <= house->spec.packs;
    if (!there) {
        return NULL;
    }
    house->force.pack[place->n - 1].any = true;
    return &house->force.pack[place->n - 1];
}

bool write_clock(struct house *house, const struct place *place, const struct value *value)
{
    int64_t clock_s;
    (void)place;
    if (!text_clock(value->text, &clock_s)) {
        return false;
    }
    house->t_ms = (clock_s - house->local_offset_s) * 1000 + house->t_ms % 1000;
    inverter_set_clock(&house->inverter, clock_s);
    for (int i = 0; i < house->spec.packs && house->spec.battery == HOUSE_PACKS; i++) {
        bms_set_clock(&house->bms[i], house_local_s(house));
    }
    return true;
}

bool write_losses(struct house *house, const struct place *place, const struct value *value)
{
    (void)place;
    house->spec.losses = value->number > 0.5;
    return true;
}

bool write_battery_soc(struct house *house, const struct place *place, const struct value *value)
{
    (void)place;
    house->force.battery_soc_pct = (struct forced){true, value->number};
    if (house->spec.battery == HOUSE_PLAIN) {
        plain_battery_set_soc(&house->plain, value->number / 100.0);
    }
    for (int i = 0; i < house->spec.packs && house->spec.battery == HOUSE_PACKS; i++) {
        pack_set_soc(&house->plant[i], value->number / 100.0);
    }
    return true;
}

bool write_raise(struct house *house, const struct place *place, const struct value *value)
{
    (void)place;
    if (house->spec.inverter == NULL) {
        return false;
    }
    uint64_t raised = 0;
    char list[sizeof value->text];
    snprintf(list, sizeof list, "%s", value->text);
    char *rest = NULL;
    for (char *code = strtok_r(list, ",", &rest); code != NULL; code = strtok_r(NULL, ",", &rest)) {
        bool known = false;
        for (int i = 0; i < FAULT_COUNT; i++) {
            if (strcmp(house->inverter.profile->faults[i].code, code) == 0) {
                raised |= UINT64_C(1) << i;
                known = true;
            }
        }
        if (!known) {
            return false;
        }
    }
    house->force.raised = raised;
    return true;
}

bool write_equalize_days(struct house *house, const struct place *place, const struct value *value)
{
    (void)place;
    house->inverter.days_since_equalize = (uint32_t)fmax(value->number, 0.0);
    return house->spec.inverter != NULL;
}

bool write_setting(struct house *house, const struct place *place, const struct value *value)
{
    bool inverter = house->spec.inverter != NULL;
    enum write_result result = WRITE_OK;
    /* a stack is one product: all its packs are set alike */
    for (int i = 0; i < (inverter ? 1 : house->spec.packs) && write_took(result); i++) {
        char device[16];
        snprintf(device, sizeof device, inverter ? "inverter" : "pack%d", i + 1);
        bool may = inverter ? !house->by_user : house_may_write(house, &house->bms[i]);
        result = house_write_setting(house, device, place->name, value->text, may,
                                     house->write_reason, sizeof house->write_reason);
    }
    house->write_result = write_result_word(result);
    return result != WRITE_UNKNOWN;
}

bool write_role(struct house *house, const struct place *place, const struct value *value)
{
    (void)place;
    house->by_user = strcmp(value->text, "user") == 0;
    return true;
}

bool write_pack_cells(struct house *house, const struct place *place, const struct value *value)
{
    struct force_pack *force = force_of(house, place);
    for (int i = 0; force != NULL && i < PACK_CELLS_MAX; i++) {
        force->cell_v[i] = (struct forced){true, value->number};
    }
    return force != NULL;
}

bool write_pack_temps(struct house *house, const struct place *place, const struct value *value)
{
    struct force_pack *force = force_of(house, place);
    for (int i = 0; force != NULL && i < PACK_TEMPS; i++) {
        force->temp_c[i] = (struct forced){true, value->number};
    }
    return force != NULL;
}

bool write_pack_soc(struct house *house, const struct place *place, const struct value *value)
{
    struct force_pack *force = force_of(house, place);
    if (force == NULL) {
        return false;
    }
    force->soc_pct = (struct forced){true, value->number};
    bms_set_soc(&house->bms[place->n - 1], (int32_t)lrint(value->number * 100.0));
    return true;
}

bool write_pack_selfcheck(struct house *house, const struct place *place, const struct value *value)
{
    struct force_pack *force = force_of(house, place);
    if (force != NULL) {
        force->self_check_failed = value->number < 0.5;
    }
    return force != NULL;
}

bool write_pv_input_w(struct house *house, const struct place *place, const struct value *value)
{
    house->force.pv_w = (struct forced){true, value->number};
    return place->n == 1;
}

bool write_pv_input_v(struct house *house, const struct place *place, const struct value *value)
{
    house->force.pv_v = (struct forced){true, value->number};
    return place->n == 1;
}

bool release_special(struct house *house, point_writer *writer, const struct place *place)
{
    struct force_pack *pack =
        place->n >= 1 && place->n <= 15 ? &house->force.pack[place->n - 1] : NULL;
    if (writer == write_battery_soc) {
        house->force.battery_soc_pct.on = false;
    } else if (writer == write_raise) {
        house->force.raised = 0;
    } else if (writer == write_pv_input_w) {
        house->force.pv_w.on = false;
    } else if (writer == write_pv_input_v) {
        house->force.pv_v.on = false;
    } else if (writer == write_pack_soc && pack != NULL) {
        pack->soc_pct.on = false;
    } else if (writer == write_pack_cells && pack != NULL) {
        memset(pack->cell_v, 0, sizeof pack->cell_v);
    } else if (writer == write_pack_temps && pack != NULL) {
        memset(pack->temp_c, 0, sizeof pack->temp_c);
    } else {
        return false;
    }
    return true;
}

void house_bench_state(struct house *house)
{
    for (int i = 0; i < house->spec.packs; i++) {
        struct force_pack *force = &house->force.pack[i];
        struct place place = {.n = i + 1};
        write_pack_cells(house, &place, &(struct value){.number = 3.300});
        write_pack_temps(house, &place, &(struct value){.number = 25.0});
        force->env_c = force->mos_c = (struct forced){true, 25.0};
        force->demand_a = (struct forced){true, 0.0};
    }
}
