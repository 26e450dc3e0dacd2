/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_HOUSE_H
#define HEARTH_SIM_HOUSE_H

/*
 * A virtual house: plant, devices running the real control core, and the wires between them, all in
 * memory and moved on by house_step(). Nothing in it reads a clock; the same spec and the same
 * calls give the same trace.
 *
 * Battery reports travel either as CAN frames over the wire `can0` or are handed over as the struct
 * the frames stand for; both give the same trace (a test shows it), the second is for speed.
 */

#include "core/bms/stack.h"
#include "core/inverter/inverter.h"
#include "core/panel/lcd.h"
#include "core/panel/panel.h"
#include "core/product/guide.h"
#include "core/product/product.h"
#include "core/proto/can_rounding.h"
#include "plant/bank.h"
#include "plant/generator.h"
#include "plant/pack.h"
#include "plant/plain_battery.h"
#include "plant/sensor.h"
#include "plant/stage.h"
#include "sim/board.h"
#include "sim/env.h"
#include "sim/force.h"
#include "sim/wire.h"

enum house_battery { HOUSE_NO_BATTERY, HOUSE_PACKS, HOUSE_PLAIN };

struct house_spec {
    const struct product *inverter; /* NULL: packs alone, on a test bench */
    enum house_battery battery;
    const struct product *pack;
    int packs;
    enum plain_kind plain_kind;
    int plain_cells;
    double plain_ah;
    double soc; /* 0..1 */
    double temperature_c;
    bool losses, frames;        /* frames: over the wire, not by hand */
    uint64_t seed;              /* spread between cells; 0: none */
    int64_t start_ms;           /* UTC */
    struct env *env;            /* NULL: scenario defaults (docs/scenarios.md) */
    struct pack_board *boards;  /* one per pack, or NULL: nothing outlives a loss of power */
    struct sensor_spec sensors; /* of every pack; off: ideal */
    struct generator_options generator;        /* not available: none */
    double capacity_factor, resistance_factor; /* age of the packs' cells; 0 counts as 1 */
};

/* What flowed since the start, J. */
struct ledger {
    double pv, load, bought, sold, generated, charged, discharged, loss, unserved, curtailed;
};

/* What surrounds a pack: its output, its switches, who talks to it. */
struct pack_desk {
    bool switch_off, dc_switch_off;
    uint8_t dip;
    bool no_conversion_board, pc_on_parallel;
    bool comm, wait_to_join, said_asleep;
    enum bms_port comm_port;
    int64_t comm_due_ms,
        can_ms; /* next frame of a scenario's talker; last report to the inverter */
};

/* A device's event, in order of time within the device. */
struct house_event {
    uint32_t at_ms;
    const char *device; /* "pack1", "inverter" */
    const char *kind;   /* "protection", "fault", "alarm", "setting", "access", "info" */
    char code[24];
    char name[64];
    bool set;
    bool of_pack; /* `told` says what it was, for a host that words it itself */
    struct bms_event told;
};

/* Whether the inverter understands a protocol code: the last one that was looked up. */
struct house_spoken {
    bool known, pylon;
    enum protocol_bus bus;
    int32_t code;
};

/* Which events a pack told, a bit for each kind and detail, and how many. */
struct pack_told {
    uint8_t seen[EVENT_KIND_COUNT][32];
    uint32_t n, beeps_before;
};

enum { HOUSE_EVENTS = 64 };

struct firmware_desk;

struct house {
    struct house_spec spec;
    int64_t t_ms;
    uint32_t now_ms; /* the devices' clock; starts near its wrap */
    bool devices_on;
    struct env *env;

    struct plant_pack plant[STACK_PACKS];
    struct bms bms[STACK_PACKS];
    struct bms_inputs sensed[STACK_PACKS];
    struct sensor sensor[STACK_PACKS];
    struct panel panel[STACK_PACKS];
    uint32_t bms_due_ms, report_due_ms;
    struct stack stack;
    struct can_rounding rounding; /* of its report to what frames can say */
    bool report_forced;           /* somebody's figures stand in the last one */
    struct house_spoken spoken;
    struct pack_desk desk[STACK_PACKS];
    bool host_slept;                    /* when the packs were last asked */
    struct guide_state guide;           /* of the product under test, begun with it */
    struct pack_told told[STACK_PACKS]; /* events of a pack since the scenario's t = 0 */
    struct house_event queue[HOUSE_EVENTS];
    int n_queue;
    struct plain_battery plain;
    struct inverter inverter;
    struct firmware_desk *firmware; /* lent by house_firmware_init() */
    struct inverter_board board;    /* what it keeps over a loss of power */
    struct lcd lcd;
    bool lcd_by_hand; /* it lives by lcd_ms instead of now_ms */
    uint32_t lcd_ms;

    struct bank bank;
    struct stage_in stage_in;
    struct stage_out stage;
    struct stage_losses bridge_loss, pv_loss;
    double heatsink_c;
    double pv_v, pv_a;
    double grid_v, grid_hz;
    double grid_w, gen_w; /* through the grid port, + buys; from the generator */
    struct generator generator;
    double load_demand_w;
    double bus_v, outside_v; /* battery lines: at them, and put on them by the inverter */
    double held_v;           /* where they would go if a pack stopped taking */
    uint32_t bus_at_ms;
    double gap_ms, last_gap_ms; /* output below half its voltage, around a transfer */
    enum feed fed_by;
    bool gap_open;

    struct can_wire can0;
    bool rs485_cut, stack_cut, internal_cut;
    uint32_t peer_at_ms;        /* last frame between the inverter's controllers */
    uint16_t pack_cut, afe_cut; /* bit per pack */
    struct force force;
    struct ledger ledger;
    int32_t local_offset_s;   /* of the wall clock, which the packs' clocks show */
    bool by_user;             /* a scenario's role: settings are written as the user */
    const char *write_result; /* of the last settings write */
    char write_reason[SETTING_WHY];
    char tool_code[8]; /* what the protocol replacement tool read last */
};

void house_init(struct house *house, const struct house_spec *spec);

/* Time on the wall of the site: seconds since 1970 of local time. */
int64_t house_local_s(const struct house *house);

/* The wall clock is put forward or back (summer time), and the packs' clocks with it. */
void house_set_zone(struct house *house, int32_t local_offset_s);

/* Moves the house on: the plant over `dt_ms` with what the devices last asked, then each device
   whose turn it is looks and decides. 1..60000 ms. */
void house_step(struct house *house, uint32_t dt_ms);

/* Supply of the devices on or off; only non-volatile memory (settings, counters) stays. */
void house_power(struct house *house, bool on);

/* Cuts or mends a link by its name in scenarios; false: no such link in this house. */
bool house_cut(struct house *house, const char *link, bool cut);

/* Stored energy of batteries and their heat, J (arbitrary zero): for the balance of a run. */
double house_stored_j(const struct house *house);
/* Heat the packs lost to the room and what their electronics used, J. */
double house_shed_j(const struct house *house);

/* Takes the oldest event; false when there is none. */
bool house_next_event(struct house *house, struct house_event *event);

/* private to sim/: the plant's part and the devices' part of a step */
void house_plant(struct house *house, uint32_t dt_ms);
void house_devices(struct house *house);
void house_sense_pack(struct house *house, int i);
void house_collect_events(struct house *house);
void house_find_bus(struct house *house, double dt_s);
void house_sense_desk(struct house *house, int i);
void house_talk(struct house *house);
bool house_hear_packs(struct house *house); /* true: the stack's report was made anew */

/* Settings made so far were there before power-up: stored, and no news. */
void house_settle_settings(struct house *house);

/* t = 0 of a scenario: events and beeps are counted from here. */
void house_begin_counting(struct house *house);

/* A key of a pack goes down or up. */
void house_pack_key(struct house *house, int i, enum bms_key key, bool down);

/* The pack that speaks to the inverter: at address 1, or alone at 0; -1: none does. */
int house_host_pack(const struct house *house);

#endif
