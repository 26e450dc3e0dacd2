/* SPDX-License-Identifier: Apache-2.0 */
/* hearth encode of meters: one with these values answers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/encode_host.h"
#include "host/ends/meter_model.h"
#include "host/meter_items.h"
#include "host/rs485/frame_text.h"
#include "sim/yaml.h"

enum { STEP_MS = 50, ROUND_MS = 20000, BEGIN_MS = 1000 };

struct told_meter {
    struct meter_unit unit;
    struct meter_model model;
    struct meter_server server;
    struct meter_client client;
    uint8_t request[MODBUS_FRAME_MAX], reply[MODBUS_FRAME_MAX];
    char text[3 * MODBUS_FRAME_MAX + 8];
};

/* "meter1.POINT=VALUE" */
static bool assign(struct told_meter *told, const char *text)
{
    char name[ITEM_POINT];
    size_t length = strcspn(text, "=");
    const char *value = text + length + (text[length] == '=');
    const char *below;
    int meter;
    int64_t rest;
    double number;
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    if (meter_point_split(name, &meter, &below) && meter == 1) {
        const struct meter_word_point *word = meter_word_named(below);
        enum meter_value id = meter_value_named(below);
        if (word != NULL && text_number(value, &number) && number >= 0 &&
            number * word->scale <= UINT16_MAX) {
            return meter_unit_set_word(&told->unit, word->word,
                                       (uint16_t)lround(number * word->scale));
        }
        if (id < METER_VALUES && meter_value_read(id, value, &rest)) {
            return meter_model_force(&told->model, id, rest);
        }
    }
    return false;
}

static void print(struct told_meter *told, const char *head, const uint8_t *bytes, size_t n,
                  FILE *out)
{
    frame_text_write(bytes, n, told->text, sizeof told->text);
    fprintf(out, "%s%s\n", head, told->text);
}

static size_t answer(struct told_meter *told, size_t n, uint32_t now_ms)
{
    size_t used;
    const struct meter_job job = {&told->unit, &told->model.view, now_ms};
    return meter_server_take(&told->server, told->request, n, &used, &job, told->reply);
}

/* Until a reader has asked everything once. */
static void print_round(struct told_meter *told, FILE *out)
{
    const struct meter_source *source = &told->client.meter[0];
    for (uint32_t now_ms = BEGIN_MS; !source->looked && now_ms < ROUND_MS; now_ms += STEP_MS) {
        size_t n = meter_client_poll(&told->client, now_ms, told->request);
        if (n > 0) {
            print(told, "> ", told->request, n, out);
            n = answer(told, n, now_ms);
            print(told, "< ", told->reply, n, out);
            (void)meter_client_take(&told->client, told->reply, n, now_ms);
        }
    }
}

static bool print_command(struct told_meter *told, const struct encode_command *command, FILE *out)
{
    struct encode_registers registers;
    uint8_t address = (uint8_t)meter_unit_word(&told->unit, WORD_ADDRESS);
    if (!encode_registers_read(command->text, &registers)) {
        fprintf(stderr, "hearth encode: \"%s\" is no command (0x2000:16, 0x0006=2)\n",
                command->text);
        return false;
    }
    size_t n =
        registers.write
            ? modbus_write(told->request, address, registers.start, &registers.rest, 1)
            : modbus_ask(told->request, address, MODBUS_READ, registers.start, registers.rest);
    if (!command->reply) {
        print(told, "", told->request, n, out);
        return true;
    }
    n = answer(told, n, BEGIN_MS);
    print(told, "", told->reply, n, out);
    return n > 0;
}

bool encode_meter(const struct wire_protocol *protocol, const struct encode_words *words, FILE *out)
{
    struct told_meter *told = calloc(1, sizeof *told);
    enum meter_type type = (enum meter_type)protocol->index;
    bool well = told != NULL;
    if (well) {
        meter_unit_init(&told->unit, type, 1);
        meter_model_init(&told->model, type, false, BEGIN_MS);
    }
    for (int i = 0; well && i < words->n_assignments; i++) {
        well = assign(told, words->assignment[i]);
        if (!well) {
            fprintf(stderr, "hearth encode: %s: no point of a %s, or not a value of it\n",
                    words->assignment[i], protocol->name);
        }
    }
    if (well) {
        meter_model_step(&told->model, BEGIN_MS);
        meter_client_init(&told->client);
        well = meter_client_add(&told->client, type,
                                (uint8_t)meter_unit_word(&told->unit, WORD_ADDRESS));
    }
    for (int i = 0; well && i < words->n_commands; i++) {
        well = print_command(told, &words->command[i], out);
    }
    if (well && words->n_commands == 0) {
        print_round(told, out);
    }
    free(told);
    return well;
}
