/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/find.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "core/proto/rs485.h"
#include "host/ends/guess.h"
#include "host/ends/sniff.h"
#include "host/ends/wait.h"

enum { TRY_MS = 350, LISTEN_MS = 3000, TRY_UNITS = 3, OPEN_MS = 1000 };

static const uint32_t bauds[] = {9600, 115200, 19200};

static void tell(const struct find_job *job, const struct bus_address *address, const char *name)
{
    char bus[300];
    char text[400];
    if (job->told != NULL) {
        bus_address_write(address, bus, sizeof bus);
        snprintf(text, sizeof text, "%.200s: %.190s", bus, name);
        job->told(job->context, text);
    }
}

static void overhear(void *context, const struct sniff_frame *frame)
{
    sniff_guess_hear(context, frame);
}

/* Three protocols are Modbus, and a pack of one may answer a question of another: what its
   registers hold decides, by what only one of them can have there (`rules` of sniff_guess.c). */
static bool is_its_own(enum rs485_protocol protocol, const struct sniff_guess *guess)
{
    bool modbus =
        protocol == RS485_VOLTRONIC || protocol == RS485_GROWATT || protocol == RS485_PACE_MODBUS;
    return !modbus || sniff_guess_best(guess) == protocol;
}

/* Asks one address once or twice. */
static bool answers(struct bus_port *port, enum rs485_protocol protocol, uint8_t unit)
{
    static struct rs485_client client;
    static struct battery_bank bank;
    static struct sniffer ear;
    struct sniff_guess guess = {0};
    memset(&bank, 0, sizeof bank);
    sniffer_begin(&ear, overhear, &guess, (uint32_t)wait_now_ms());
    rs485_client_init(&client, protocol, unit, 1);
    client.timeout_ms = TRY_MS;
    client.period_ms = 0;
    int64_t until = wait_now_ms() + 2 * TRY_MS + 200;
    while (client.answered == 0 && client.missed == 0 && wait_now_ms() < until && !wait_ended()) {
        uint8_t bytes[512];
        const struct bus_port *ports[] = {port};
        int64_t now_ms = wait_now_ms();
        bus_port_step(port, now_ms);
        size_t n = bus_port_read(port, 0, bytes, sizeof bytes);
        (void)rs485_client_take(&client, bytes, n, (uint32_t)now_ms, &bank);
        if (n > 0) {
            sniffer_take(&ear, bytes, n, (uint32_t)now_ms);
        }
        n = rs485_client_poll(&client, (uint32_t)now_ms, bytes, sizeof bytes);
        if (n > 0) {
            (void)bus_port_write(port, 0, bytes, n);
            sniffer_take(&ear, bytes, n, (uint32_t)now_ms);
        }
        (void)wait_on(ports, 1, -1, 10);
    }
    return client.answered > 0 && is_its_own(protocol, &guess);
}

static bool try_protocol(const struct find_job *job, struct bus_port *port,
                         const struct wire_protocol *protocol, struct found *found)
{
    const struct rs485_facts *facts = &rs485_facts[protocol->index];
    tell(job, &port->address, protocol->name);
    for (int i = 0; i < TRY_UNITS && facts->first_address + i <= facts->last_address; i++) {
        uint8_t unit = (uint8_t)(facts->first_address + i);
        if (answers(port, (enum rs485_protocol)protocol->index, unit)) {
            *found = (struct found){port->address, protocol, unit};
            return true;
        }
    }
    return false;
}

/* A TCP connection takes a moment. */
static bool wait_until_up(struct bus_port *port)
{
    int64_t until = wait_now_ms() + OPEN_MS;
    while (!port->up && wait_now_ms() < until && !wait_ended()) {
        bus_port_step(port, wait_now_ms());
        (void)wait_on(NULL, 0, -1, 20);
    }
    return port->up;
}

/* Boards of others are looked for at their own rate only. */
static bool is_likely(const struct wire_protocol *protocol, uint32_t baud)
{
    enum rs485_protocol p = (enum rs485_protocol)protocol->index;
    return rs485_has_server(p) || baud == 0 || baud == rs485_facts[p].baud;
}

static bool try_serial(const struct find_job *job, const struct bus_address *address,
                       struct found *found)
{
    static struct bus_port port;
    char why[300];
    bool rates = address->kind == BUS_SERIAL && address->baud == 0;
    for (size_t b = 0; b < (rates ? sizeof bauds / sizeof bauds[0] : 1); b++) {
        struct bus_address at = *address;
        at.baud = rates ? bauds[b] : address->baud;
        struct bus_options options = {.baud = 9600};
        if (!bus_port_open(&port, &at, &options, wait_now_ms(), why, sizeof why) ||
            !wait_until_up(&port)) {
            tell(job, &at, port.state);
            bus_port_close(&port);
            return false;
        }
        bool got = false;
        for (int i = 0; i < wire_protocol_count && !got; i++) {
            const struct wire_protocol *p = &wire_protocols[i];
            bool wanted = p->kind == PROTOCOL_OF_RS485 && p->index >= 0 &&
                          (job->protocol == NULL ? is_likely(p, at.baud) : job->protocol == p);
            got = wanted && !wait_ended() && try_protocol(job, &port, p, found);
        }
        bus_port_close(&port);
        if (got || wait_ended()) {
            return got;
        }
    }
    return false;
}

static bool try_can(const struct find_job *job, const struct bus_address *address,
                    struct found *found)
{
    static struct bus_port port;
    static struct can_guess guess;
    char why[300];
    int share_pct;
    struct bus_options options = {.frames = true};
    tell(job, address, "listening for CAN dialects");
    if (!bus_port_open(&port, address, &options, wait_now_ms(), why, sizeof why)) {
        tell(job, address, why);
        bus_port_close(&port);
        return false;
    }
    int64_t until = wait_now_ms() + LISTEN_MS;
    can_guess_begin(&guess, (uint32_t)wait_now_ms());
    while (wait_now_ms() < until && !wait_ended()) {
        struct can_frame frame;
        const struct bus_port *ports[] = {&port};
        bus_port_step(&port, wait_now_ms());
        while (bus_port_take(&port, &frame)) {
            can_guess_hear(&guess, &frame, (uint32_t)wait_now_ms());
        }
        (void)wait_on(ports, 1, -1, 20);
    }
    bus_port_close(&port);
    const struct can_dialect *best = can_guess_best(&guess, &share_pct);
    if (best != NULL) {
        *found = (struct found){*address, protocol_find(best->name), 0};
    }
    return best != NULL;
}

static bool try_bus(const struct find_job *job, const struct bus_address *address,
                    struct found *found)
{
    bool can = address->kind == BUS_CAN || address->kind == BUS_SLCAN ||
               (job->protocol != NULL && job->protocol->kind == PROTOCOL_OF_CAN);
    return can ? try_can(job, address, found) : try_serial(job, address, found);
}

bool find_battery(const struct find_job *job, struct found *found)
{
    static const char *const patterns[] = {"/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyAMA*",
                                           "/dev/ttyS[0-3]"};
    if (job->address != NULL) {
        return try_bus(job, job->address, found);
    }
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob_t paths;
        bool got = false;
        if (glob(patterns[i], 0, NULL, &paths) != 0) {
            continue;
        }
        for (size_t k = 0; k < paths.gl_pathc && !got && !wait_ended(); k++) {
            struct bus_address address = {.kind = BUS_SERIAL, .data_bits = 8, .stop_bits = 1};
            snprintf(address.path, sizeof address.path, "%.199s", paths.gl_pathv[k]);
            got = try_bus(job, &address, found);
        }
        globfree(&paths);
        if (got) {
            return true;
        }
    }
    return false;
}
