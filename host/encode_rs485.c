/* SPDX-License-Identifier: Apache-2.0 */
/* hearth encode of the serial protocols: the battery that was described answers. */
#include <stdlib.h>
#include <string.h>

#include "core/proto/jbd.h"
#include "core/proto/pace_ascii.h"
#include "core/proto/pylon_rs485.h"
#include "host/encode.h"
#include "host/ends/bridge.h"
#include "host/rs485/frame_text.h"
#include "host/rs485/pack_rows.h"

/* What is not said: 16 cells at 3.3 V, half full, 25 degC, 100 Ah. */
enum { CELLS = 16, CHARGE_CELL_MV = 3500, CELL_MV = 3300, SOC_PCT = 50, STEP_MS = 200 };

struct desk_of_file { /* nothing may be changed in a battery that is only described */
    struct rs485_server server;
    struct rs485_client client;
    struct battery_bank heard;
    uint8_t request[MODBUS_FRAME_MAX + 8], reply[RS485_FRAME_MAX];
    char text[3 * RS485_FRAME_MAX + 8];
};

/* The base of a pack: the whole's values, and of its own those that others follow from. */
static void base_of(const struct encode_job *job, const struct pack_view *said,
                    struct pack_view *pack)
{
    struct battery_report whole = job->report;
    int32_t sum_mv = 0;
    bool all = said->n_cells > 0; /* every cell was said; else the others are as the rest */
    for (int k = 0; k < said->n_cells; k++) {
        sum_mv += said->cell_mv[k];
        all = all && said->cell_mv[k] > 0;
    }
    sum_mv = all ? sum_mv : 0;
    bool measured = (whole.heard & HEARD_MEASURED) != 0 && whole.voltage_mv != 0;
    whole.voltage_mv = said->voltage_mv != 0 ? said->voltage_mv
                       : sum_mv > 0          ? sum_mv
                       : measured            ? whole.voltage_mv
                                             : CELLS * CELL_MV;
    whole.soc_pct = (said->heard & VIEW_SOC) != 0    ? said->soc_pct
                    : (whole.heard & HEARD_SOC) != 0 ? whole.soc_pct
                                                     : SOC_PCT;
    bool limits = (whole.heard & HEARD_LIMITS) != 0;
    if ((whole.heard & HEARD_REQUEST) == 0) { /* as CAN says it: a limit of 0 and no enable */
        whole.charge_enable = !limits || whole.charge_limit_ma > 0;
        whole.discharge_enable = !limits || whole.discharge_limit_ma > 0;
    }
    if (whole.charge_mv == 0) { /* never told as 0: some inverters would dump the battery */
        whole.charge_mv = CELLS * CHARGE_CELL_MV;
    }
    bridge_one_pack(&whole, pack);
    pack->charge_mv = whole.charge_mv;
    pack->discharge_mv = whole.discharge_mv;
    pack->charge_limit_ma = whole.charge_limit_ma;
    pack->discharge_limit_ma = whole.discharge_limit_ma;
    pack->protections = whole.protections;
    pack->alarms = whole.alarms;
    pack->charging = pack->current_ma > 0;
    pack->discharging = pack->current_ma < 0;
    pack->env_c10 = pack->mos_c10 = whole.temp_c10;
    pack->n_cells = all ? 0 : pack->n_cells;
    pack->n_temps = said->n_temps > 0 ? 0 : pack->n_temps;
}

/* A charge that follows from the SOC, where the SOC alone was said, or the other way round. */
static void settle_charge(const struct pack_view *said, struct pack_view *pack)
{
    bool charge = (said->heard & VIEW_CAPACITY) != 0;
    bool soc = (said->heard & VIEW_SOC) != 0;
    if (said->full_mah == 0 && said->design_mah > 0) {
        pack->full_mah = said->design_mah;
    } else if (said->design_mah == 0 && said->full_mah > 0) {
        pack->design_mah = said->full_mah;
    }
    if (charge && said->remaining_mah > 0 && !soc) {
        pack->soc_pct = charge_pct(pack->remaining_mah, pack->full_mah);
    } else if (said->remaining_mah == 0 || !charge) {
        pack->remaining_mah = (uint32_t)((uint64_t)pack->full_mah * pack->soc_pct / 100);
    }
}

static void make_bank(struct encode_job *job, struct battery_bank *bank)
{
    struct battery_report said = job->report;
    memset(bank, 0, sizeof *bank);
    bank->n_packs = job->bank.n_packs > 0 ? job->bank.n_packs : 1;
    for (int i = 0; i < bank->n_packs; i++) {
        base_of(job, &job->bank.pack[i], &bank->pack[i]);
        bank->pack[i].address = (uint8_t)(i + 1);
    }
    for (int i = 0; i < job->n_points; i++) {
        char why[120]; /* it was set before: it is well */
        (void)pack_point_set(&bank->pack[job->point[i].pack], job->point[i].name,
                             job->point[i].value, why, sizeof why);
    }
    for (int i = 0; i < bank->n_packs; i++) {
        settle_charge(&job->bank.pack[i], &bank->pack[i]);
    }
    bank_combine(bank, 0, 1000);
    said.voltage_mv = said.voltage_mv != 0 ? said.voltage_mv : bank->whole.voltage_mv;
    report_overlay(&bank->whole, &said);
    if (bank->whole.charge_mv == 0) {
        bank->whole.charge_mv = bank->pack[0].charge_mv;
    }
    bank->whole.packs = said.packs > bank->n_packs ? said.packs : bank->n_packs;
}

static void print(struct desk_of_file *desk, const char *head, const uint8_t *bytes, size_t n,
                  FILE *out)
{
    frame_text_write(bytes, n, desk->text, sizeof desk->text);
    fprintf(out, "%s%s\n", head, desk->text);
}

static size_t answer(struct desk_of_file *desk, const struct battery_bank *bank,
                     const uint8_t *request, size_t n, uint32_t now_ms)
{
    size_t used = 0;
    return rs485_server_take(&desk->server, request, n, &used, now_ms, bank, NULL, desk->reply,
                             sizeof desk->reply);
}

/* The protocol's polling, one round of it. */
static void print_round(struct desk_of_file *desk, const struct battery_bank *bank, FILE *out)
{
    struct rs485_client *client = &desk->client;
    uint32_t now_ms = 1000;
    for (bool first = true; first || client->in_round; now_ms += STEP_MS) {
        size_t n = rs485_client_poll(client, now_ms, desk->request, sizeof desk->request);
        if (n > 0) {
            print(desk, "> ", desk->request, n, out);
            n = answer(desk, bank, desk->request, n, now_ms);
            print(desk, "< ", desk->reply, n, out);
            (void)rs485_client_take(client, desk->reply, n, now_ms + 20, &desk->heard);
        }
        first = false;
    }
}

/* "42", "42@3" or "0x10:36" to a request; its length, 0: it is none. */
static size_t request_of(struct desk_of_file *desk, enum rs485_protocol protocol, const char *text)
{
    char *end;
    bool registers =
        protocol == RS485_VOLTRONIC || protocol == RS485_GROWATT || protocol == RS485_PACE_MODBUS;
    unsigned long code = strtoul(text, &end, registers ? 0 : 16);
    unsigned long count = 1;
    unsigned long address = rs485_facts[protocol].first_address;
    if (end != text && registers && *end == ':') {
        count = strtoul(end + 1, &end, 10);
    }
    if (end != text && *end == '@') {
        address = strtoul(end + 1, &end, 10);
    }
    if (end == text || *end != '\0' || address > 255 || count < 1 || count > MODBUS_READ_MAX ||
        code > (registers ? 0xFFFFU : 0xFFU)) {
        return 0;
    }
    if (registers) {
        return modbus_ask(desk->request, (uint8_t)address, MODBUS_READ, (uint16_t)code,
                          (uint16_t)count);
    }
    if (protocol == RS485_JBD) {
        return jbd_request(desk->request, false, (uint8_t)code, NULL, 0);
    }
    struct ascii_frame *frame = &desk->client.held.frame;
    pylon_request(frame, (uint8_t)code, (uint8_t)address);
    if (protocol == RS485_PACE) {
        frame->version = PACE_VERSION;
        frame->length = code == PACE_GET_ANALOG || code == PACE_GET_STATUS ? 1 : 0;
    }
    int n = ascii_frame_encode(frame, desk->request, sizeof desk->request);
    return n > 0 ? (size_t)n : 0;
}

static bool print_command(struct desk_of_file *desk, const struct wire_protocol *protocol,
                          const struct battery_bank *bank, const struct encode_command *command,
                          FILE *out)
{
    size_t n = request_of(desk, (enum rs485_protocol)protocol->index, command->text);
    if (n == 0) {
        fprintf(stderr,
                "hearth encode: \"%s\" is no command of %s (a byte in hex, FIRST:COUNT of "
                "registers; @ADDRESS behind it)\n",
                command->text, protocol->name);
        return false;
    }
    if (!command->reply) {
        print(desk, "", desk->request, n, out);
        return true;
    }
    n = answer(desk, bank, desk->request, n, 1000);
    if (n == 0) {
        fprintf(stderr, "hearth encode: a battery says nothing to \"%s\"\n", command->text);
        return false;
    }
    print(desk, "", desk->reply, n, out);
    return true;
}

bool encode_rs485(struct encode_job *job, const struct wire_protocol *protocol,
                  const struct encode_command *commands, int n, FILE *out)
{
    struct desk_of_file *desk = calloc(1, sizeof *desk);
    struct battery_bank *bank = &job->bank;
    enum rs485_protocol which = (enum rs485_protocol)protocol->index;
    struct battery_bank made;
    bool good = desk != NULL;
    make_bank(job, &made);
    *bank = made;
    if (good) {
        rs485_server_init(&desk->server, which);
        rs485_client_init(&desk->client, which, rs485_facts[which].first_address, bank->n_packs);
    }
    for (int i = 0; good && i < n; i++) {
        good = print_command(desk, protocol, bank, &commands[i], out);
    }
    if (good && n == 0) {
        print_round(desk, bank, out);
    }
    free(desk);
    return good;
}
