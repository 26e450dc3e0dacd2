/* SPDX-License-Identifier: Apache-2.0 */
#include "host/inverter_desk.h"

#include <string.h>

#include "core/proto/srne.h"
#include "host/ends/wait.h"
#include "host/inverter_items.h"
#include "sim/yaml.h"

enum { STEP_MS = 5, PATIENCE_MS = 60000 };

int inverter_desk_open(struct inverter_desk *desk, const char *command, const char *bus,
                       const char *const *values)
{
    char why[400];
    struct bus_address address;
    double unit = 0;
    const char *name = values[DESK_PROTOCOL];
    const struct wire_protocol *protocol =
        protocol_of_host(name != NULL ? name : "", why, sizeof why);
    desk->command = command;
    desk->named = values[DESK_PRODUCT] != NULL;
    desk->product = inverter_product(command, values[DESK_PRODUCT]);
    if (desk->product == NULL) {
        return 2;
    }
    if (protocol == NULL || !bus_address_read(bus, &address, why, sizeof why) ||
        !inverter_bus_fits(&address, protocol, why, sizeof why)) {
        fprintf(stderr, "hearth %s: %s\n", command, why);
        return 2;
    }
    if (values[DESK_ADDRESS] != NULL &&
        (!text_number(values[DESK_ADDRESS], &unit) || unit < 1 || unit > 255)) {
        fprintf(stderr, "hearth %s: --address %s is not allowed (1 to 255)\n", command,
                values[DESK_ADDRESS]);
        return 2;
    }
    struct inverter_spec spec = {&address, protocol, (uint8_t)unit};
    if (!inverter_reader_open(&desk->reader, &spec, wait_now_ms(), why, sizeof why)) {
        fprintf(stderr, "hearth %s: %s\n", command, why);
        return 1;
    }
    desk->reader.client.period_ms = 0;
    desk->reader.client.settings_every = 1;
    return 0;
}

void inverter_desk_close(struct inverter_desk *desk) { inverter_reader_close(&desk->reader); }

/* A register may be coarser than the setting's steps (0.4 V against 0.5 V): of the values that read
   so, the one on the steps is meant. */
static void snap(struct inverter_desk *desk)
{
    struct hostlink_client *client = &desk->reader.client;
    const struct inverter_profile *profile = desk->product->inverter;
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        int32_t value = client->view.set[row->id];
        if (!client->view.set_heard[row->id] || row->step <= 0) {
            continue;
        }
        int64_t steps = scaled_i64((int64_t)value - row->min, 1, row->step);
        int32_t on_step = (int32_t)(row->min + steps * row->step);
        if (hostlink_same(client->protocol, row->id, value, on_step)) {
            client->view.set[row->id] = on_step;
        }
    }
}

/* Goes on until another round is done, or nobody answers. */
static bool go_on(struct inverter_desk *desk)
{
    struct hostlink_client *client = &desk->reader.client;
    uint32_t rounds = client->rounds;
    int64_t end_ms = wait_now_ms() + PATIENCE_MS;
    while ((client->rounds == rounds || client->write == HOSTLINK_WAITS) && !client->silent &&
           wait_now_ms() < end_ms && !wait_ended()) {
        const struct bus_port *ports[] = {&desk->reader.port};
        (void)inverter_reader_step(&desk->reader, wait_now_ms());
        (void)wait_on(ports, 1, -1, STEP_MS);
    }
    snap(desk);
    return client->rounds != rounds;
}

/* Where no product was named, one of the rating the device told. */
static void recognise(struct inverter_desk *desk)
{
    const struct inverter_view *view = &desk->reader.client.view;
    for (int i = 0; i < product_count && !desk->named && view_has(view, LIVE_RATED_W); i++) {
        const struct inverter_profile *profile = products[i].inverter;
        if (profile != NULL && profile->rated_w == view->live[LIVE_RATED_W]) {
            desk->product = &products[i];
        }
    }
}

bool inverter_desk_read(struct inverter_desk *desk)
{
    const struct hostlink_client *client = &desk->reader.client;
    if (go_on(desk)) {
        recognise(desk);
        return true;
    }
    fprintf(stderr, "hearth %s: no answer in %s (%u questions, %u answers, %u broken; bus: %s)\n",
            desk->command, desk->reader.protocol->name, client->asked, client->answered,
            client->broken, desk->reader.port.state);
    return false;
}

static void refusal(const struct inverter_desk *desk, char *why, size_t room)
{
    const struct hostlink_client *client = &desk->reader.client;
    if (client->refusal == 0) {
        snprintf(why, room, "the inverter refused it (NAK)");
    } else {
        snprintf(why, room, "the inverter refused it: %s (exception %02X)",
                 srne_exception_text(client->refusal), client->refusal);
    }
}

bool inverter_desk_write(struct inverter_desk *desk, const struct setting_row *row, int32_t value,
                         char *why, size_t room)
{
    struct hostlink_client *client = &desk->reader.client;
    enum hostlink_protocol protocol = client->protocol;
    hostlink_client_write(client, row->id, value);
    bool heard = go_on(desk);
    switch (client->write) {
    case HOSTLINK_IDLE:
    case HOSTLINK_WAITS:
    case HOSTLINK_UNHEARD: snprintf(why, room, "nobody answered"); return false;
    case HOSTLINK_IMPOSSIBLE:
        snprintf(why, room, "%s has no word for this value", desk->reader.protocol->name);
        return false;
    case HOSTLINK_REFUSED: refusal(desk, why, room); return false;
    case HOSTLINK_TAKEN: break;
    }
    if (!heard || !hostlink_same(protocol, row->id, client->view.set[row->id], value)) {
        char text[32];
        setting_format(row, client->view.set[row->id], text, sizeof text);
        snprintf(why, room, "the inverter took it, but says %s", heard ? text : "nothing more");
        return false;
    }
    return true;
}
