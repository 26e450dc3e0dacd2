/* SPDX-License-Identifier: Apache-2.0 */
/* hearth encode of the host links: an inverter with these values answers. */
#include "host/encode_host.h"

#include <stdlib.h>
#include <string.h>

#include "core/inverter/host_link.h"
#include "core/proto/pi30.h"
#include "core/proto/srne.h"
#include "host/inverter_items.h"
#include "host/rs485/frame_text.h"
#include "sim/settings.h"
#include "sim/yaml.h"

enum { STEP_MS = 100 };

struct told_inverter {
    struct inverter inverter;
    struct inverter_view view;
    struct hostlink_server server;
    struct hostlink_client client;
    struct hostlink_desk nobody; /* nothing may be changed in an inverter that is only described */
    uint8_t request[HOSTLINK_FRAME_MAX], reply[HOSTLINK_FRAME_MAX];
    char text[3 * HOSTLINK_FRAME_MAX + 8];
};

static bool assign_live(struct inverter_view *view, const char *name, const char *text)
{
    for (enum view_live live = 0; live < LIVE_COUNT; live++) {
        const struct live_row *row = &live_rows[live];
        double number;
        if (strcmp(row->point, name) != 0) {
            continue;
        }
        int word = row->kind == LIVE_WORD ? option_index(row->words, text, strlen(text)) : -1;
        if (word >= 0) {
            view_put(view, live, word);
            return true;
        }
        if (row->kind == LIVE_WORD || !text_number(text, &number) || number < -1e6 ||
            number > 1e6) {
            return false;
        }
        double rest = number * row->scale;
        view_put(view, live, (int64_t)(rest < 0 ? rest - 0.5 : rest + 0.5));
        return true;
    }
    return false;
}

/* "POINT=VALUE" or "SETTING=VALUE" */
static bool assign(struct told_inverter *told, const char *text)
{
    char name[ITEM_POINT];
    size_t length = strcspn(text, "=");
    const char *value = text + length + (text[length] == '=');
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    const char *mnemonic = strncmp(name, "settings.", 9) == 0 ? name + 9 : name;
    const struct setting_row *row = setting_by_mnemonic(told->inverter.profile, mnemonic);
    int32_t rest;
    bool well = row != NULL ? setting_parse(row, value, &rest) == VERDICT_OK
                            : assign_live(&told->view, name, value);
    if (well && row != NULL) {
        view_put_setting(&told->view, row->id, rest);
    }
    if (!well) {
        fprintf(stderr,
                "hearth encode: %s: no point or setting of an inverter, or not a value of "
                "it\n",
                text);
    }
    return well;
}

static void print(struct told_inverter *told, const char *head, const uint8_t *bytes, size_t n,
                  FILE *out)
{
    frame_text_write(bytes, n, told->text, sizeof told->text);
    fprintf(out, "%s%s", head, told->text);
    if (told->server.protocol == HOSTLINK_PI30) {
        fprintf(out, "  # %.*s", (int)n - PI30_SUM - 1, (const char *)bytes);
    }
    fputc('\n', out);
}

static size_t answer(struct told_inverter *told, size_t n, uint32_t now_ms)
{
    size_t used;
    struct hostlink_job job = {&told->view, told->inverter.profile, &told->nobody, now_ms};
    return hostlink_server_take(&told->server, told->request, n, &used, &job, told->reply);
}

/* A reader's first round. */
static void print_round(struct told_inverter *told, FILE *out)
{
    for (uint32_t now_ms = 1000; told->client.rounds == 0; now_ms += STEP_MS) {
        size_t n = hostlink_client_poll(&told->client, now_ms, told->request);
        if (n > 0) {
            print(told, "> ", told->request, n, out);
            n = answer(told, n, now_ms);
            print(told, "< ", told->reply, n, out);
            (void)hostlink_client_take(&told->client, told->reply, n, now_ms);
        }
    }
}

bool encode_registers_read(const char *text, struct encode_registers *out)
{
    char *end;
    unsigned long start = strtoul(text, &end, 0);
    bool write = *end == '=';
    unsigned long rest = *end == ':' || write ? strtoul(end + 1, &end, 0) : 1;
    if (end == text || *end != '\0' || start > UINT16_MAX || rest > UINT16_MAX) {
        return false;
    }
    *out = (struct encode_registers){write, (uint16_t)start, (uint16_t)rest};
    return true;
}

/* "QPIGS", or registers. */
static size_t request_of(struct told_inverter *told, const char *text)
{
    struct encode_registers registers;
    if (told->server.protocol == HOSTLINK_PI30) {
        size_t n = strlen(text);
        if (n == 0 || n > 60) {
            return 0;
        }
        memcpy(told->request, text, n);
        return pi30_seal(told->request, n);
    }
    return encode_registers_read(text, &registers)
               ? modbus_ask(told->request, hostlink_facts[HOSTLINK_SRNE].address,
                            registers.write ? MODBUS_WRITE_ONE : MODBUS_READ, registers.start,
                            registers.rest)
               : 0;
}

static bool print_command(struct told_inverter *told, const struct encode_command *command,
                          FILE *out)
{
    size_t n = request_of(told, command->text);
    if (n == 0) {
        fprintf(
            stderr,
            "hearth encode: \"%s\" is no command (QPIGS; 0x0100:18 and 0xE204=2 of registers)\n",
            command->text);
        return false;
    }
    if (!command->reply) {
        print(told, "", told->request, n, out);
        return true;
    }
    n = answer(told, n, 1000);
    print(told, "", told->reply, n, out);
    return n > 0;
}

bool encode_host(const struct wire_protocol *protocol, const struct encode_words *words, FILE *out)
{
    struct told_inverter *told = calloc(1, sizeof *told);
    const struct product *product = inverter_product("encode", NULL);
    bool well = told != NULL && product != NULL;
    if (well) {
        inverter_init(&told->inverter, product->inverter, 0);
        host_link_view(&told->inverter, &told->view);
        view_text(told->view.serial, "00000000000000", 14);
        view_text(told->view.model, product->id, strlen(product->id));
        told->view.clock = (struct view_clock){2026, 1, 1, 0, 0, 0};
        hostlink_server_init(&told->server, (enum hostlink_protocol)protocol->index);
        hostlink_client_init(&told->client, (enum hostlink_protocol)protocol->index, 0);
    }
    for (int i = 0; well && i < words->n_assignments; i++) {
        well = assign(told, words->assignment[i]);
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
