/* SPDX-License-Identifier: Apache-2.0 */
/* hearth emulate: virtual packs, a virtual inverter or meters, on real buses. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/cli.h"
#include "host/emulate_meter.h"
#include "host/ends/emulator.h"
#include "host/ends/session.h"
#include "host/ends/wait.h"
#include "sim/yaml.h"

enum { OPT_BUS, OPT_PROTOCOL, OPT_PACKS, OPT_SOC, OPT_SPEED, OPT_OPEN, OPT_ADDRESS, OPTIONS };

static void say(void *context, const char *text)
{
    (void)context;
    wait_say("%s", text);
}

static bool number(const char *name, const char *text, double low, double high, double *out)
{
    if (text == NULL) {
        return true;
    }
    if (!text_number(text, out) || *out < low || *out > high) {
        fprintf(stderr, "hearth emulate: %s %s is not allowed (%g to %g)\n", name, text, low, high);
        return false;
    }
    return true;
}

/* The protocol of --protocol; false with a sentence. NULL: what the packs are set to. */
static bool first_protocol(const struct emulator *emulator, const char *name,
                           const struct wire_protocol **protocol, char *why, size_t room)
{
    *protocol = name != NULL ? protocol_find(name) : NULL;
    if (name != NULL && *protocol != NULL && (*protocol)->kind == PROTOCOL_OF_HOST) {
        return true;
    }
    if (name == NULL && emulator->house.spec.inverter != NULL) {
        snprintf(why, room, "an inverter's bus needs --protocol (pi30, srne-modbus)");
        return false;
    }
    return name == NULL || protocol_speakable(*protocol, name, why, room);
}

/* The bus of --bus and --protocol, then those of further PROTOCOL:BUS words. */
static bool add_buses(struct emulator *emulator, const char **values, int argc, char **argv)
{
    char why[400];
    struct bus_address address;
    const struct wire_protocol *protocol = NULL;
    if (!first_protocol(emulator, values[OPT_PROTOCOL], &protocol, why, sizeof why)) {
        fprintf(stderr, "hearth emulate: %s\n", why);
        return false;
    }
    for (int i = 1; i < argc; i++) {
        const char *text = i == 1 ? values[OPT_BUS] : argv[i];
        bool read = i == 1 ? bus_address_read(text, &address, why, sizeof why)
                           : protocol_and_bus(text, &protocol, &address, why, sizeof why);
        if (!read || !bus_address_may_open(&address, why, sizeof why) ||
            !emulator_add(emulator, &address, protocol, why, sizeof why)) {
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
    const struct emulator *emulator = context;
    int n = 0;
    for (int i = 0; i < emulator->wires.n; i++) {
        ports[n++] = &emulator->wires.wire[i].end.port;
    }
    for (int i = 0; i < emulator->n_links; i++) {
        ports[n++] = &emulator->link[i].port;
    }
    return n;
}
_Static_assert(PACK_WIRES + EMULATOR_LINKS <= SESSION_PORTS, "room for the buses");

static void step(void *context, int64_t now_ms) { emulator_step(context, now_ms); }

static bool command(void *context, char *line, FILE *out)
{
    return emulator_command(context, line, out);
}

/* The product of this name; NULL with a sentence when it cannot be played. */
static const struct product *playable(const char *name)
{
    const struct product *product = product_find(name);
    if (product == NULL) {
        fprintf(stderr, "hearth emulate: there is no product \"%s\" (see hearth list products)\n",
                name);
    } else if (product->hybrid != NULL) {
        fprintf(stderr, "hearth emulate: %s cannot be played yet: only its tables are here\n",
                name);
        product = NULL;
    }
    return product;
}

int cmd_emulate(int argc, char **argv)
{
    const struct cli_command *self = cli_find("emulate");
    const char *values[OPTIONS] = {0};
    double packs = 1;
    double soc_pct = 60;
    double speed = 1;
    int n = cli_options(self, argc, argv, values);
    if (n < 1 || values[OPT_BUS] == NULL) {
        if (n >= 0) {
            cli_help(self, stderr);
        }
        return 2;
    }
    const struct wire_protocol *meter = protocol_of_meter(argv[1]);
    if (meter != NULL) {
        const struct emulate_words words = {
            meter, values[OPT_BUS], values[OPT_PROTOCOL], values[OPT_ADDRESS], n - 1, argv + 2};
        return emulate_meter(&words);
    }
    const struct product *product = playable(argv[1]);
    if (product == NULL) {
        return 1;
    }
    if (!number("--packs", values[OPT_PACKS], 1, 15, &packs) ||
        !number("--soc", values[OPT_SOC], 0, 100, &soc_pct) ||
        !number("--speed", values[OPT_SPEED], 0, 3600, &speed)) {
        return 2;
    }
    struct emulator *emulator = calloc(1, sizeof *emulator);
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    if (emulator == NULL ||
        !emulator_init(emulator, product, (int)packs, soc_pct, (int64_t)timegm(&local))) {
        free(emulator);
        return 1;
    }
    emulator->speed = speed;
    emulator->house.by_user = values[OPT_OPEN] == NULL && product->pack != NULL;
    emulator->wires.told = say;
    emulator->wires.house = &emulator->house;
    bool well = add_buses(emulator, values, n + 1, argv);
    if (well) {
        const struct session session = {emulator, ports_of, step, command};
        session_run(&session);
    }
    emulator_free(emulator);
    free(emulator);
    return well ? 0 : 2; /* a bus that is not there yet is tried again: what is left is usage */
}
