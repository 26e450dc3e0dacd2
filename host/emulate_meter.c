/* SPDX-License-Identifier: Apache-2.0 */
#include "host/emulate_meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/ends/meter_emulator.h"
#include "host/ends/session.h"
#include "host/ends/wait.h"

/* "1", or "1,2" of two meters; how many, 0 with a sentence on stderr. */
static int read_addresses(const char *text, uint8_t address[METERS_ON_LINE])
{
    const char *at = text != NULL ? text : "1";
    int n = 0;
    bool well = true;
    for (bool more = true; well && more; n++) {
        char *end;
        unsigned long number = strtoul(at, &end, 10);
        well = *at >= '0' && *at <= '9' && (*end == '\0' || *end == ',') && number >= 1 &&
               number <= METER_ADDRESS_MAX && n < METERS_ON_LINE &&
               (n == 0 || number != address[0]);
        if (well) {
            address[n] = (uint8_t)number;
        }
        more = *end == ',';
        at = end + 1;
    }
    if (!well) {
        fprintf(stderr,
                "hearth emulate: --address %s is not allowed (1 to 247, or two of them: 1,2)\n",
                text);
        return 0;
    }
    return n;
}

static bool add_buses(struct meter_emulator *emulator, const struct emulate_words *words)
{
    char why[400] = "";
    for (int i = 0; i <= words->n_more; i++) {
        struct bus_address address;
        const struct wire_protocol *protocol = words->meter;
        bool read =
            i == 0 ? bus_address_read(words->bus, &address, why, sizeof why)
                   : protocol_and_bus(words->more[i - 1], &protocol, &address, why, sizeof why);
        if (read && protocol != words->meter) {
            snprintf(why, sizeof why, "a %s speaks %s alone", words->meter->name,
                     words->meter->name);
            read = false;
        }
        if (!read || !bus_address_may_open(&address, why, sizeof why) ||
            !meter_emulator_add(emulator, &address, why, sizeof why)) {
            fprintf(stderr, "hearth emulate: %s\n", why);
            return false;
        }
        if (why[0] != '\0') {
            wait_say("%s; tried again", why);
        }
    }
    return true;
}

static int ports_of(void *context, const struct bus_port **ports)
{
    const struct meter_emulator *emulator = context;
    for (int i = 0; i < emulator->n_buses; i++) {
        ports[i] = &emulator->bus[i].port;
    }
    return emulator->n_buses;
}
_Static_assert((int)METER_BUSES <= (int)SESSION_PORTS, "room for the buses");

static void step(void *context, int64_t now_ms) { meter_emulator_step(context, now_ms); }

static bool command(void *context, char *line, FILE *out)
{
    return meter_emulator_command(context, line, out);
}

int emulate_meter(const struct emulate_words *words)
{
    uint8_t address[METERS_ON_LINE];
    if (words->protocol != NULL && strcmp(words->protocol, words->meter->name) != 0) {
        fprintf(stderr, "hearth emulate: a %s speaks %s, not %s\n", words->meter->name,
                words->meter->name, words->protocol);
        return 2;
    }
    int n = read_addresses(words->address, address);
    if (n == 0) {
        return 2;
    }
    struct meter_emulator *emulator = calloc(1, sizeof *emulator);
    if (emulator == NULL) {
        return 1;
    }
    meter_emulator_init(emulator, (enum meter_type)words->meter->index, address, n);
    bool well = add_buses(emulator, words);
    if (well) {
        const struct session session = {emulator, ports_of, step, command};
        session_run(&session);
    }
    meter_emulator_close(emulator);
    free(emulator);
    return well ? 0 : 2;
}
