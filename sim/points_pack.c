/* SPDX-License-Identifier: Apache-2.0 */
/* Points of what surrounds a pack: lamps at this instant, switches, talkers, records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/points_read.h"
#include "sim/points_write.h"

enum { CAN_RECENT_MS = 5000 };

static const struct bms *pack(const struct house *house, const struct place *place)
{
    bool there =
        house->spec.battery == HOUSE_PACKS && place->n >= 1 && place->n <= house->spec.packs;
    return there ? &house->bms[place->n - 1] : NULL;
}

static bool number(struct value *out, double value)
{
    out->number = value;
    return true;
}

bool read_address_conflict(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return house->spec.battery == HOUSE_PACKS && number(out, house->stack.address_conflict);
}

#define STACK(name, expression)                                                               \
    bool read_##name(const struct house *house, const struct place *place, struct value *out) \
    {                                                                                         \
        (void)place;                                                                          \
        return house->spec.battery == HOUSE_PACKS && number(out, (expression));               \
    }
STACK(packs_known, house->stack.known)
STACK(partial, stack_is_partial(&house->stack))
STACK(mixed, house->stack.mixed)
STACK(join_window, stack_join_window_mv(house->spec.pack->pack) * 0.001)

/* Nobody is in yet: there is no voltage to be near to. */
bool read_join_v(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return house->spec.battery == HOUSE_PACKS && house->stack.join_mv > 0 &&
           number(out, house->stack.join_mv * 0.001);
}

/* Of the packs in the totals, each by its capacity; as if all erred the same way. */
bool read_battery_bound(const struct house *house, const struct place *place, struct value *out)
{
    double bound = 0.0;
    double full = 0.0;
    (void)place;
    for (int i = 0; house->spec.battery == HOUSE_PACKS && i < house->spec.packs; i++) {
        const struct bms *bms = &house->bms[i];
        if (bms->address <= STACK_PACKS && house->stack.member[bms->address].counted) {
            bound += (double)bms->full_mams * bms->soc.bound_pct100 / 100.0;
            full += (double)bms->full_mams;
        }
    }
    return full > 0.0 && number(out, bound / full);
}

bool read_pack_blue(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    if (bms == NULL) {
        return false;
    }
    snprintf(out->text, sizeof out->text, "%s", lamp_word(bms_lamp(bms, LED_BLUE, house->now_ms)));
    return true;
}

/* run, alm, blue, l1 … l6 (or soc1 … soc6). */
static bool led_of(const char *name, enum led *led)
{
    static const struct {
        const char *name;
        enum led led;
    } names[] = {{"run", LED_RUN}, {"alm", LED_ALM}, {"blue", LED_BLUE}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i].name) == 0) {
            *led = names[i].led;
            return true;
        }
    }
    size_t prefix = strncmp(name, "soc", 3) == 0 ? 3 : 1;
    bool numbered = (name[0] == 'l' || name[0] == 'L' || prefix == 3) && name[prefix] >= '1' &&
                    name[prefix] <= '0' + PACK_SOC_LEDS && name[prefix + 1] == '\0';
    if (numbered) {
        *led = (enum led)(LED_L1 + (name[prefix] - '1'));
    }
    return numbered;
}

bool read_pack_lit(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    enum led led;
    return bms != NULL && led_of(place->name, &led) &&
           number(out, bms_lamp_lit(bms, led, house->now_ms));
}

#define PACK(name, expression)                                                                \
    bool read_##name(const struct house *house, const struct place *place, struct value *out) \
    {                                                                                         \
        const struct bms *bms = pack(house, place);                                           \
        return bms != NULL && number(out, (expression));                                      \
    }
#define DESK (house->desk[place->n - 1])
#define TOLD (house->told[place->n - 1])
PACK(pack_sounding, bms_buzzer_sounds(bms, house->now_ms))
PACK(pack_beeps, bms_beeps(bms, house->now_ms) - TOLD.beeps_before)
PACK(pack_address, bms->address)
PACK(pack_wake_failures, bms->life.failures)
PACK(pack_record_count, house->spec.boards != NULL
                            ? records_count(&house->spec.boards[place->n - 1].memory.records)
                            : TOLD.n)
PACK(pack_can_active, DESK.can_ms > 0 && house->t_ms - DESK.can_ms <= CAN_RECENT_MS)
PACK(pack_rs232_alive, !bms_asleep(bms) && house->devices_on)
PACK(pack_joined, !bms->waits_to_join)
PACK(pack_precharge, bms->out.precharge)
PACK(pack_limiter, bms->out.limiter)

bool read_pack_records(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    if (bms == NULL) {
        return false;
    }
    size_t used = 0;
    for (unsigned bit = 0; bit < 8 * sizeof TOLD.seen; bit++) {
        unsigned per_kind = 8 * sizeof TOLD.seen[0];
        struct bms_event event = {.kind = (uint8_t)(bit / per_kind),
                                  .what = (uint8_t)(bit % per_kind)};
        if ((TOLD.seen[event.kind][event.what / 8] >> event.what % 8 & 1) == 0) {
            continue;
        }
        char text[64];
        event_text(bms->profile->rows, &event, text, sizeof text);
        int n =
            snprintf(out->text + used, sizeof out->text - used, "%s%s", used > 0 ? "," : "", text);
        used += n > 0 ? (size_t)n : 0;
        used = used < sizeof out->text ? used : sizeof out->text - 1;
    }
    return true;
}

static struct pack_desk *desk_of(struct house *house, const struct place *place)
{
    return pack(house, place) != NULL ? &house->desk[place->n - 1] : NULL;
}

bool write_pack_switch(struct house *house, const struct place *place, const struct value *value)
{
    struct pack_desk *desk = desk_of(house, place);
    if (desk != NULL) {
        desk->switch_off = value->number < 0.5;
    }
    return desk != NULL;
}

bool write_pack_dc_switch(struct house *house, const struct place *place, const struct value *value)
{
    struct pack_desk *desk = desk_of(house, place);
    if (desk != NULL) {
        desk->dc_switch_off = value->number < 0.5;
    }
    return desk != NULL;
}

/* "1011": switch #1 first, 1 = ON. */
bool write_pack_dip(struct house *house, const struct place *place, const struct value *value)
{
    struct pack_desk *desk = desk_of(house, place);
    unsigned dip = 0;
    for (size_t i = 0; i < 4; i++) {
        if (value->text[i] != '0' && value->text[i] != '1') {
            return false;
        }
        dip |= (unsigned)(value->text[i] - '0') << i;
    }
    if (desk == NULL || value->text[4] != '\0') {
        return false;
    }
    desk->dip = (uint8_t)dip;
    return true;
}

bool write_pack_comm(struct house *house, const struct place *place, const struct value *value)
{
    static const struct {
        const char *word;
        bool on;
        enum bms_port port;
    } talkers[] = {{"none", false, PORT_CAN},
                   {"can", true, PORT_CAN},
                   {"rs485", true, PORT_RS485},
                   {"rs232", true, PORT_RS232}};
    struct pack_desk *desk = desk_of(house, place);
    for (size_t i = 0; desk != NULL && i < sizeof talkers / sizeof talkers[0]; i++) {
        if (strcmp(value->text, talkers[i].word) == 0) {
            desk->comm = talkers[i].on;
            desk->comm_port = talkers[i].port;
            desk->comm_due_ms = house->t_ms;
            return true;
        }
    }
    return false;
}

bool read_pack_warnings(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    for (int i = 0; bms != NULL && i < WARN_COUNT; i++) {
        if ((bms->warnings.active >> i & 1) != 0) {
            size_t used = strlen(out->text);
            snprintf(out->text + used, sizeof out->text - used, "%s%s %d", used > 0 ? "," : "",
                     warning_text((enum bms_warning)i), bms->warnings.cell[i] + 1);
        }
    }
    return bms != NULL;
}

static struct plant_pack *plant_of(struct house *house, const struct place *place)
{
    const struct bms *bms = pack(house, place);
    bool there = bms != NULL && place->m >= 1 && place->m <= bms->profile->n_cells;
    return there ? &house->plant[place->n - 1] : NULL;
}

bool write_cell_capacity(struct house *house, const struct place *place, const struct value *value)
{
    struct plant_pack *plant = plant_of(house, place);
    bool good = plant != NULL && value->number >= 1.0 && value->number <= 150.0;
    if (good) {
        pack_set_capacity(plant, place->m - 1, value->number / 100.0);
    }
    return good;
}

bool write_cell_resistance(struct house *house, const struct place *place,
                           const struct value *value)
{
    struct plant_pack *plant = plant_of(house, place);
    bool good = plant != NULL && value->number >= 0.01 && value->number <= 1000.0;
    if (good) {
        pack_set_resistance(plant, place->m - 1, value->number / 1000.0);
    }
    return good;
}

bool write_cell_leak(struct house *house, const struct place *place, const struct value *value)
{
    struct plant_pack *plant = plant_of(house, place);
    bool good = plant != NULL && value->number >= 0.0 && value->number <= 10.0;
    if (good) {
        pack_set_leak(plant, place->m - 1, value->number);
    }
    return good;
}

bool read_pack_storage(const struct house *house, const struct place *place, struct value *out)
{
    static const char *const words[] = {
        [STORAGE_FINE] = "fine", [STORAGE_DUE] = "top_up_due", [STORAGE_OVERDUE] = "overdue"};
    const struct bms *bms = pack(house, place);
    if (bms != NULL) {
        snprintf(out->text, sizeof out->text, "%s",
                 words[storage_judge(&bms->storage, bms_clock(bms, house->now_ms))]);
    }
    return bms != NULL;
}

PACK(pack_storage_range, storage_out_of_range(house->sensed[place->n - 1].temp_c10[0]))

bool read_guide_step(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return house->guide.guide != NULL && number(out, house->guide.next + 1);
}

bool read_guide_wait(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return house->guide.guide != NULL &&
           number(out, guide_wait_ms(&house->guide, house->now_ms) / 1000.0);
}

bool write_pack_conversion(struct house *house, const struct place *place,
                           const struct value *value)
{
    struct pack_desk *desk = desk_of(house, place);
    if (desk != NULL) {
        desk->no_conversion_board = value->number < 0.5;
    }
    return desk != NULL;
}

bool write_pack_pc_port(struct house *house, const struct place *place, const struct value *value)
{
    struct pack_desk *desk = desk_of(house, place);
    if (desk != NULL) {
        desk->pc_on_parallel = strcmp(value->text, "parallel") == 0;
    }
    return desk != NULL;
}

bool read_tool_code(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    snprintf(out->text, sizeof out->text, "%s", house->tool_code);
    return true;
}
