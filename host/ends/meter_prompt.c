/* SPDX-License-Identifier: Apache-2.0 */
/* The prompt of emulated meters. */
#include <math.h>
#include <string.h>

#include "host/ends/meter_emulator.h"
#include "host/ends/session.h"
#include "host/ends/wait.h"
#include "core/product/setting.h"
#include "host/meter_items.h"
#include "sim/yaml.h"

static const char help[] =
    "  show                       what the meters measure\n"
    "  get POINT                  a value: get meter1.l1.power_w\n"
    "  set POINT VALUE            force it: set meter1.power_w -500; set meter1.address 2\n"
    "  release POINT              back to the load that varies by itself\n"
    "  press METER KEY            SET, ESC, ARROW of a DTSU666; PRESS, LONG of a DDSU666\n"
    "  cut METER, mend METER      off the line and back: cut meter1\n"
    "  wires                      buses and what passed on them\n"
    "  quit\n";

/* The meter a point or a name is of; NULL after telling that there is none. */
static struct emulated_meter *meter_of(struct meter_emulator *emulator, const char *name,
                                       const char **below, int *number, FILE *out)
{
    char point[ITEM_POINT];
    snprintf(point, sizeof point, "%s%s", name, strchr(name, '.') == NULL ? "." : "");
    const char *rest;
    if (!meter_point_split(point, number, &rest) || *number > emulator->n_meters) {
        fprintf(out, "\"%s\": there are only meter1 to meter%d\n", name, emulator->n_meters);
        return NULL;
    }
    *below = name + (rest - point);
    return &emulator->meter[*number - 1];
}

static void print_items(const struct items *items, FILE *out)
{
    items_print(items, out);
    fputc('\n', out);
}

static void get(struct meter_emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    static struct items items;
    const char *below;
    int number;
    struct emulated_meter *meter = meter_of(emulator, name, &below, &number, out);
    items.n = 0;
    if (meter == NULL) {
        return;
    }
    const struct meter_word_point *word = meter_word_named(below);
    enum meter_value id = meter_value_named(below);
    if (word != NULL && meter_word_index(meter->unit.type, word->word) >= 0) {
        meter_word_item(&items, number, word, meter_unit_word(&meter->unit, word->word));
    } else if (id < METER_VALUES && meter_has(&meter->model.view, id)) {
        meter_value_item(&items, number, id, meter->model.view.value[id]);
    } else {
        fprintf(out, "%s: this meter has none such\n", name);
        return;
    }
    print_items(&items, out);
}

static bool set_word(struct emulated_meter *meter, const struct meter_word_point *word,
                     const char *text)
{
    double number;
    return text_number(text, &number) && number >= 0 && number * word->scale <= UINT16_MAX &&
           meter_unit_set_word(&meter->unit, word->word, (uint16_t)lround(number * word->scale));
}

static void set(struct meter_emulator *emulator, const char *name, const char *text, FILE *out)
{
    const char *below;
    int number;
    struct emulated_meter *meter = meter_of(emulator, name, &below, &number, out);
    if (meter == NULL) {
        return;
    }
    const struct meter_word_point *word = meter_word_named(below);
    enum meter_value id = meter_value_named(below);
    int64_t value;
    bool well = word != NULL ? set_word(meter, word, text)
                             : id < METER_VALUES && meter_value_read(id, text, &value) &&
                                   meter_model_force(&meter->model, id, value);
    if (!well) {
        fprintf(out, "%s %s: this meter has none such, or the value is out of its range\n", name,
                text);
        return;
    }
    meter_model_step(&meter->model, wait_now_ms());
    get(emulator, name, "", out);
}

static void release(struct meter_emulator *emulator, const char *name, const char *second,
                    FILE *out)
{
    (void)second;
    const char *below;
    int number;
    struct emulated_meter *meter = meter_of(emulator, name, &below, &number, out);
    enum meter_value id = meter != NULL ? meter_value_named(below) : METER_VALUES;
    if (id < METER_VALUES) {
        meter_model_release(&meter->model, id);
        fprintf(out, "%s released\n", name);
    } else if (meter != NULL) {
        fprintf(out, "%s: this meter has none such\n", name);
    }
}

static void show(struct meter_emulator *emulator, const char *first, const char *second, FILE *out)
{
    (void)first;
    (void)second;
    static struct items items;
    for (int i = 0; i < emulator->n_meters; i++) {
        const struct emulated_meter *meter = &emulator->meter[i];
        static const uint8_t ids[] = {METER_W10,   METER_L1_MV,       METER_L1_MA,
                                      METER_HZ100, METER_IMPORTED_WH, METER_EXPORTED_WH};
        items.n = 0;
        meter_word_item(&items, i + 1, &meter_word_points[0],
                        meter_unit_word(&meter->unit, WORD_ADDRESS));
        for (size_t k = 0; k < sizeof ids; k++) {
            meter_value_item(&items, i + 1, (enum meter_value)ids[k],
                             meter->model.view.value[ids[k]]);
        }
        fprintf(out, "%s%s ", meter_maps[meter->unit.type].name, meter->cut ? " (cut)" : "");
        print_items(&items, out);
    }
}

static void press(struct meter_emulator *emulator, const char *name, const char *key, FILE *out)
{
    static const char keys[] = "SET|ESC|ARROW|PRESS|LONG";
    static const char *const pages[] = {"measure",  "password", "settings", "port",
                                        "protocol", "baud",     "address",  "switch"};
    const char *below;
    int number;
    struct emulated_meter *meter = meter_of(emulator, name, &below, &number, out);
    int which = option_index(keys, key, strlen(key));
    if (meter == NULL) {
        return;
    }
    if (which < 0) {
        fprintf(out, "press: \"%s\" is no key (SET, ESC, ARROW; PRESS, LONG)\n", key);
        return;
    }
    meter_keys_press(&meter->keys, &meter->unit, (enum meter_key)which, (uint32_t)wait_now_ms());
    fprintf(out, "meter%d shows %s\n", number, pages[meter->keys.page]);
}

static void put_on_line(struct meter_emulator *emulator, const char *name, bool off, FILE *out)
{
    const char *below;
    int number;
    struct emulated_meter *meter = meter_of(emulator, name, &below, &number, out);
    if (meter != NULL) {
        meter->cut = off;
        fprintf(out, "meter%d %s\n", number, off ? "cut" : "mended");
    }
}

static void cut(struct meter_emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    put_on_line(emulator, name, true, out);
}

static void mend(struct meter_emulator *emulator, const char *name, const char *second, FILE *out)
{
    (void)second;
    put_on_line(emulator, name, false, out);
}

static void wires(struct meter_emulator *emulator, const char *first, const char *second, FILE *out)
{
    (void)first;
    (void)second;
    for (int i = 0; i < emulator->n_buses; i++) {
        session_tell_port(&emulator->bus[i].port, meter_maps[emulator->meter[0].unit.type].name,
                          out);
    }
}

static const struct command {
    const char *name;
    void (*run)(struct meter_emulator *, const char *first, const char *second, FILE *);
} commands[] = {{"show", show},   {"get", get},     {"set", set}, {"release", release},
                {"press", press}, {"wires", wires}, {"cut", cut}, {"mend", mend}};

bool meter_emulator_command(struct meter_emulator *emulator, char *line, FILE *out)
{
    char *rest = line;
    const char *name = session_word(&rest);
    const char *first = session_word(&rest);
    const char *second = session_word(&rest);
    if (strcmp(name, "quit") == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            commands[i].run(emulator, first, second, out);
            return true;
        }
    }
    fputs(name[0] != '\0' ? help : "", out);
    return true;
}
