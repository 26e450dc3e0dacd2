/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode --bus of serial lines: a passive ear between a battery and whoever asks it. */
#include <stdlib.h>
#include <string.h>

#include "host/decode_live.h"
#include "host/decode_rs485.h"
#include "host/ends/sniff.h"
#include "host/ends/wait.h"

enum { GUESS_MS = 2500, RATE_MS = 2500, HELD = 64, SURE = 16, LEAST_RUN = 2 };

struct live_line {
    bool json;
    enum rs485_protocol registers; /* which of the Modbus protocols; RS485_COUNT: not known yet */
    bool said, chosen;             /* that is said; it was chosen on the command line */
    struct sniff_guess guess;
    struct exchange exchange[RS485_COUNT];
    struct told told;
    long broken;
    int64_t heard_ms, now_ms;
    int n_held;
    struct held {
        double t_s;
        struct sniff_frame frame;
        uint8_t bytes[MODBUS_FRAME_MAX + 8];
    } held[HELD];
    char text[3 * RS485_FRAME_MAX + 8];
};

static enum rs485_protocol protocol_of(const struct live_line *live,
                                       const struct sniff_frame *frame)
{
    bool pace = frame->n > 2 && frame->bytes[1] == '2' && frame->bytes[2] == '5';
    switch (frame->kind) {
    case SNIFF_CHARACTERS: return pace ? RS485_PACE : RS485_PYLON;
    case SNIFF_JBD: return RS485_JBD;
    case SNIFF_REGISTERS:
    case SNIFF_GARBAGE: break;
    }
    return live->registers;
}

static void print_frame(struct live_line *live, double t_s, const struct sniff_frame *frame)
{
    struct told *told = &live->told;
    enum rs485_protocol protocol = protocol_of(live, frame);
    if (frame->kind == SNIFF_GARBAGE) {
        memset(told, 0, offsetof(struct told, items));
        told->items.n = 0;
        told_error(told, TOLD_BROKEN, "%zu bytes that are no frame", frame->n);
    } else {
        exchange_take(&live->exchange[protocol], frame->bytes, frame->n,
                      frame->reply ? WAY_REPLY : WAY_REQUEST, told);
    }
    live->broken += told->kind == TOLD_BROKEN;
    frame_text_write(frame->bytes, frame->n, live->text, sizeof live->text);
    told_print(stdout, live->json, true, t_s, live->text, told);
    (void)fflush(stdout);
}

static void say(struct live_line *live, enum rs485_protocol protocol)
{
    if (!live->said && !live->chosen) {
        fprintf(stderr, "hearth decode: this is %s\n", rs485_facts[protocol].name);
    }
    live->said = true;
}

/* Which of the Modbus protocols it is; then everything that was held is told. */
static void decide(struct live_line *live)
{
    enum rs485_protocol best = sniff_guess_best(&live->guess);
    bool fits = best == RS485_GROWATT || best == RS485_VOLTRONIC || best == RS485_PACE_MODBUS;
    live->registers = fits ? best : RS485_PACE_MODBUS;
    say(live, live->registers);
    for (int i = 0; i < live->n_held; i++) {
        live->held[i].frame.bytes = live->held[i].bytes;
        print_frame(live, live->held[i].t_s, &live->held[i].frame);
    }
    live->n_held = 0;
}

static void hear(void *context, const struct sniff_frame *frame)
{
    struct live_line *live = context;
    if (frame->kind == SNIFF_GARBAGE && frame->n < LEAST_RUN) {
        return; /* a spike when somebody switches its driver */
    }
    sniff_guess_hear(&live->guess, frame);
    if (frame->kind == SNIFF_REGISTERS && live->registers == RS485_COUNT) {
        struct held *held = &live->held[live->n_held++];
        held->t_s = live_now_s();
        held->frame = *frame;
        memcpy(held->bytes, frame->bytes, frame->n);
        live->heard_ms = live->heard_ms == 0 ? live->now_ms : live->heard_ms;
        enum rs485_protocol best = sniff_guess_best(&live->guess);
        if (live->n_held == HELD || (best < RS485_COUNT && live->guess.score[best] >= SURE)) {
            decide(live);
        }
        return;
    }
    if (frame->kind != SNIFF_GARBAGE) {
        say(live, protocol_of(live, frame));
    }
    print_frame(live, live_now_s(), frame);
}

/* Opens the line at a rate: the one that was said, the protocol's, or one after the other. */
static bool open_at(struct bus_port *port, const struct bus_address *address, uint32_t baud)
{
    struct bus_address at = *address;
    struct bus_options options = {.baud = baud};
    char why[400];
    at.baud = address->baud != 0 ? address->baud : baud;
    if (!bus_port_open(port, &at, &options, wait_now_ms(), why, sizeof why)) {
        fprintf(stderr, "hearth decode: %s\n", why);
        return false;
    }
    return true;
}

static struct live_line *begin(const struct wire_protocol *protocol, bool json)
{
    struct live_line *live = calloc(1, sizeof *live);
    if (live == NULL) {
        fprintf(stderr, "hearth decode: out of memory\n");
        return NULL;
    }
    bool modbus = protocol != NULL && protocol->index != RS485_PYLON &&
                  protocol->index != RS485_PACE && protocol->index != RS485_JBD;
    live->json = json;
    live->chosen = protocol != NULL;
    live->registers = modbus ? (enum rs485_protocol)protocol->index : RS485_COUNT;
    for (int i = 0; i < RS485_COUNT; i++) {
        exchange_init(&live->exchange[i], (enum rs485_protocol)i);
    }
    return live;
}

int decode_live_line(const struct bus_address *address, const struct wire_protocol *protocol,
                     bool json)
{
    static const uint32_t rates[] = {9600, 115200, 19200};
    static struct bus_port port;
    struct sniffer sniffer;
    struct live_line *live = begin(protocol, json);
    uint32_t baud = protocol != NULL ? rs485_facts[protocol->index].baud : rates[0];
    bool looks = protocol == NULL && address->kind == BUS_SERIAL && address->baud == 0;
    size_t rate = 0;
    bool good = live != NULL && open_at(&port, address, baud);
    int64_t since_ms = wait_now_ms();
    sniffer_begin(&sniffer, hear, live, (uint32_t)since_ms);
    while (good && !wait_ended() && !ferror(stdout)) {
        const struct bus_port *ports[] = {&port};
        uint8_t bytes[512];
        size_t n;
        live->now_ms = wait_now_ms();
        bus_port_step(&port, live->now_ms);
        while ((n = bus_port_read(&port, 0, bytes, sizeof bytes)) > 0) {
            sniffer_take(&sniffer, bytes, n, (uint32_t)live->now_ms);
        }
        sniffer_take(&sniffer, NULL, 0, (uint32_t)live->now_ms);
        if (live->n_held > 0 && live->now_ms - live->heard_ms > GUESS_MS) {
            decide(live);
        }
        bool none = sniffer.requests + sniffer.replies == 0;
        if (looks && none && live->now_ms - since_ms > RATE_MS) {
            rate = (rate + 1) % (sizeof rates / sizeof rates[0]);
            bus_port_close(&port);
            good = open_at(&port, address, rates[rate]);
            since_ms = live->now_ms;
        }
        (void)wait_on(ports, 1, -1, 20);
    }
    if (live == NULL) {
        return 1;
    }
    if (live->n_held > 0) {
        decide(live);
    }
    bus_port_close(&port);
    int status = !good || live->broken > 0 ? 1 : 0;
    free(live);
    return status;
}
