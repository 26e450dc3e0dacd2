/* SPDX-License-Identifier: Apache-2.0 */
/* The emulator's prompt: steering and hurting the packs by the names of points. */
#include <stdlib.h>
#include <string.h>

#include "host/ends/emulator.h"
#include "host/ends/session.h"
#include "sim/panels.h"
#include "sim/pc.h"
#include "sim/points_text.h"
#include "sim/yaml.h"

static const char help[] =
    "  show                       what the packs and the inverter are doing\n"
    "  get POINT                  a value (hearth list points)\n"
    "  set POINT VALUE            force it: set pack1.cell_3_v 3.7\n"
    "  release POINT              back to the physics\n"
    "  load AMPERES               a load on every pack (negative: a charger)\n"
    "  protocol can|rs485 NAME    what the packs speak: protocol can GROWATT\n"
    "  touch FIELD [ENTRY]        a finger on the panel (hearth list pages), page by page\n"
    "  rst SECONDS                hold the RST key of pack 1\n"
    "  cut LINK, mend LINK        stack, pack2, pack1.afe\n"
    "  power on|off               the supply of the packs' electronics\n"
    "  speed X                    0 to 3600\n"
    "  wires                      buses and what passed on them\n"
    "  quit\n";

/* A point as text; false with why there is none. */
static bool point_text(struct emulator *emulator, const char *name, char *text, size_t room)
{
    struct place place;
    struct value value;
    const struct sim_point *point = point_find(name, &place);
    enum point_fault fault =
        point == NULL ? POINT_UNKNOWN : point_read(&emulator->house, point, &place, &value);
    if (fault != POINT_OK) {
        snprintf(text, room, "%s", point_fault_text(fault));
        return false;
    }
    value_write(point->kind, &value, text, room);
    return true;
}

static void show_inverter(struct emulator *emulator, FILE *out)
{
    static const struct {
        const char *title, *point, *unit;
    } parts[] = {{"inverter", "inverter.state", ""},
                 {"grid", "grid.power_w", " W"},
                 {"PV", "pv.power_w", " W"},
                 {"load", "load.power_w", " W"},
                 {"battery", "battery.current_a", " A"},
                 {"faults", "inverter.faults", ""},
                 {"alarms", "inverter.alarms", ""}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char text[400];
        (void)point_text(emulator, parts[i].point, text, sizeof text);
        fprintf(out, "%s%s %s%s", i > 0 ? "  " : "", parts[i].title, text, parts[i].unit);
    }
    fputc('\n', out);
}

static void show(struct emulator *emulator, const char *first, const char *second, FILE *out)
{
    (void)first;
    (void)second;
    const struct house *house = &emulator->house;
    if (house->spec.inverter != NULL) {
        show_inverter(emulator, out);
    }
    for (int i = 0; i < house->spec.packs; i++) {
        const struct bms *bms = &house->bms[i];
        char rows[160];
        pack_codes(bms->profile->rows, bms->active, KIND_PROTECTION, rows, sizeof rows);
        fprintf(out, "pack%d  %-9s SOC %5.1f %%  %6.2f V  %7.1f A  CCL %5.1f A  DCL %5.1f A  %s\n",
                i + 1, pack_state_word(bms->out.state), bms->soc_pct100 / 100.0,
                bms->q[Q_PACK_MV] / 1000.0, house->sensed[i].current_ma / 1000.0,
                bms->out.charge_limit_ma / 1000.0, bms->out.discharge_limit_ma / 1000.0, rows);
    }
}

static void wires(struct emulator *emulator, const char *first, const char *second, FILE *out)
{
    (void)first;
    (void)second;
    for (int i = 0; i < emulator->wires.n; i++) {
        const struct battery_end *end = &emulator->wires.wire[i].end;
        session_tell_port(&end->port, end->protocol != NULL ? end->protocol->name : "silent", out);
    }
    for (int i = 0; i < emulator->n_links; i++) {
        session_tell_port(&emulator->link[i].port, emulator->link[i].protocol->name, out);
    }
}

static void get(struct emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    char text[400];
    bool there = point_text(emulator, name, text, sizeof text);
    fprintf(out, there ? "%s = %s\n" : "%s %s\n", name, text);
}

static void set(struct emulator *emulator, const char *name, const char *text, FILE *out)
{
    struct place place;
    struct value value;
    char why[400] = "";
    const struct sim_point *point = point_find(name, &place);
    enum point_fault fault = point == NULL ? POINT_UNKNOWN : POINT_OK;
    if (fault == POINT_OK && (!value_read(point, name, text, &value, why, sizeof why) ||
                              !value_in_range(point, name, &value, why, sizeof why))) {
        fprintf(out, "%s\n", why);
        return;
    }
    if (fault == POINT_OK) {
        emulator->house.write_result = "";
        fault = point_write(&emulator->house, point, &place, &value);
    }
    if (fault != POINT_OK) {
        fprintf(out, "%s %s\n", name, point_fault_text(fault));
    } else if (strcmp(emulator->house.write_result, "refused") == 0) {
        fprintf(out, "refused: %s\n", emulator->house.write_reason);
    } else {
        fprintf(out, "%s = %s\n", name, text);
    }
}

static void release(struct emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    struct place place;
    const struct sim_point *point = point_find(name, &place);
    enum point_fault fault =
        point == NULL ? POINT_UNKNOWN : point_release(&emulator->house, point, &place);
    fprintf(out, "%s %s\n", name, fault == POINT_OK ? "released" : point_fault_text(fault));
}

static void load_all(struct emulator *emulator, const char *text, const char *second, FILE *out)
{
    (void)second;
    double ampere;
    if (!text_number(text, &ampere) || ampere < -1000 || ampere > 1000) {
        fprintf(out, "load: %s is not allowed (-1000 to 1000 A)\n", text);
        return;
    }
    for (int i = 0; i < emulator->house.spec.packs; i++) {
        char name[40];
        char value[24];
        snprintf(name, sizeof name, "pack%d.demand_current_a", i + 1);
        snprintf(value, sizeof value, "%g", -ampere);
        set(emulator, name, value, out);
    }
}

static void set_protocol(struct emulator *emulator, const char *bus, const char *name, FILE *out)
{
    bool can = strcmp(bus, "can") == 0;
    enum parameter_id id = can ? PARAM_CAN_PROTOCOL : PARAM_RS485_PROTOCOL;
    int32_t code;
    if ((!can && strcmp(bus, "rs485") != 0) || !parameter_parse(&parameters[id], name, &code)) {
        fprintf(out, "protocol: \"%s %s\" is none (allowed: can or rs485, and", bus, name);
        for (int i = 0; i < protocol_count; i++) {
            bool of_bus = (protocols[i].bus == PROTOCOL_CAN) == can;
            if (of_bus && protocols[i].speaks != NULL) {
                fprintf(out, " %s", protocols[i].name);
            }
        }
        fprintf(out, ")\n");
        return;
    }
    for (int i = 0; i < emulator->house.spec.packs; i++) {
        bms_set_parameter(&emulator->house.bms[i], id, code);
    }
    fprintf(out, "protocol %s %s\n", bus, name);
}

static void touch(struct emulator *emulator, const char *field, const char *entry, FILE *out)
{
    const char *argument = entry[0] != '\0' ? entry : NULL;
    enum panel_answer answer = house_panel_touch(&emulator->house, 0, field, argument);
    fprintf(out, "%s\n",
            panel_answer_text(answer)[0] != '\0' ? panel_answer_text(answer) : "touched");
}

static void hold_rst(struct emulator *emulator, const char *text, const char *second, FILE *out)
{
    (void)second;
    double seconds;
    if (!text_number(text, &seconds) || seconds < 0 || seconds > 60) {
        fprintf(out, "rst: %s is not allowed (0 to 60 s)\n", text);
        return;
    }
    house_pack_key(&emulator->house, 0, KEY_RST, true);
    for (int ms = 0; ms < (int)(seconds * 1000.0); ms += 100) {
        house_step(&emulator->house, 100);
    }
    house_pack_key(&emulator->house, 0, KEY_RST, false);
    fprintf(out, "RST held for %g s\n", seconds);
}

static void set_speed(struct emulator *emulator, const char *text, const char *second, FILE *out)
{
    (void)second;
    double speed;
    if (!text_number(text, &speed) || speed < 0 || speed > 3600) {
        fprintf(out, "speed: %s is not allowed (0 to 3600)\n", text);
        return;
    }
    emulator->speed = speed;
    fprintf(out, "speed %g\n", speed);
}

static void link_to(struct emulator *emulator, const char *name, bool cut, FILE *out)
{
    if (house_cut(&emulator->house, name, cut)) {
        fprintf(out, "%s %s\n", name, cut ? "cut" : "mended");
    } else {
        fprintf(out, "\"%s\" is no link here (stack, packN, packN.afe)\n", name);
    }
}

static void cut(struct emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    link_to(emulator, name, true, out);
}

static void mend(struct emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    link_to(emulator, name, false, out);
}

static void power(struct emulator *emulator, const char *text, const char *second, FILE *out)
{
    bool on = strcmp(text, "on") == 0;
    (void)second;
    if (!on && strcmp(text, "off") != 0) {
        fprintf(out, "power: \"%s\" is neither on nor off\n", text);
        return;
    }
    house_power(&emulator->house, on);
    fprintf(out, "power %s\n", text);
}

static const struct command {
    const char *name;
    void (*run)(struct emulator *, const char *first, const char *second, FILE *);
} commands[] = {
    {"protocol", set_protocol},
    {"show", show},
    {"wires", wires},
    {"get", get},
    {"set", set},
    {"load", load_all},
    {"release", release},
    {"touch", touch},
    {"rst", hold_rst},
    {"cut", cut},
    {"mend", mend},
    {"power", power},
    {"speed", set_speed},
};

bool emulator_command(struct emulator *emulator, char *line, FILE *out)
{
    char *rest = line;
    const char *what = session_word(&rest);
    const char *first = session_word(&rest);
    char *second = rest + strspn(rest, " \t=");
    second[strcspn(second, "\r\n")] = '\0';
    if (what[0] == '\0') {
        return true;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, what) == 0) {
            commands[i].run(emulator, first, second, out);
            return true;
        }
    }
    if (strcmp(what, "help") != 0 && strcmp(what, "quit") != 0) {
        fprintf(out, "\"%s\" is no command:\n", what);
    }
    fputs(strcmp(what, "quit") != 0 ? help : "", out);
    return strcmp(what, "quit") != 0;
}
