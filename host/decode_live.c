/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode --bus: CAN frames as they come; serial lines: decode_line.c. */
#include "host/decode_live.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/candump.h"
#include "host/decode.h"
#include "host/ends/guess.h"
#include "host/ends/wait.h"

enum { GUESS_MS = 2500, ALONE_MS = 4000, HELD = 1024 };

double live_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct live_can {
    struct decode_job job[CAN_DIALECT_COUNT]; /* begun when needed */
    const struct wire_protocol *protocol;     /* NULL: not known yet */
    bool json;
    struct can_guess guess;
    int64_t heard_ms; /* the first frame; 0: none yet */
    int n_held;
    struct {
        double t_s;
        struct can_frame frame;
    } held[HELD];
};

static bool is_of(int dialect, const struct can_frame *frame, bool inverter_only)
{
    const struct can_slot *slot = can_dialect_slot(&can_dialects[dialect], frame);
    return slot != NULL && (!inverter_only || slot->message->from_inverter);
}

/* The protocol's own frames, and those of an inverter that speaks another. */
static int dialect_for(const struct live_can *live, const struct can_frame *frame)
{
    int own = live->protocol->index;
    for (int i = 0; i < CAN_DIALECT_COUNT && !is_of(own, frame, false); i++) {
        if (is_of(i, frame, true)) {
            return i;
        }
    }
    return own;
}

static void print_frame(struct live_can *live, double t_s, const struct can_frame *frame)
{
    char text[CANDUMP_TEXT];
    char line[CANDUMP_TEXT + 40];
    int dialect = dialect_for(live, frame);
    struct decode_job *job = &live->job[dialect];
    if (job->out == NULL) {
        *job = (struct decode_job){.out = stdout, .json = live->json};
        job->protocol = protocol_find(can_dialects[dialect].name);
        if (job->protocol == NULL || !can_reader.begin(job)) {
            job->out = NULL;
            return;
        }
    }
    candump_format(frame, text);
    snprintf(line, sizeof line, "(%.6f) bus %s", t_s, text);
    can_reader.line(job, line);
    (void)fflush(stdout);
}

/* The dialect that is believed in; then everything that was held is told. */
static void decide(struct live_can *live)
{
    int share_pct = 0;
    const struct can_dialect *best = can_guess_best(&live->guess, &share_pct);
    live->protocol = protocol_find(best != NULL ? best->name : can_dialects[CAN_PYLON].name);
    if (best != NULL) {
        fprintf(stderr, "hearth decode: this is %s (%d %% of the battery's frames)\n", best->name,
                share_pct);
    } else {
        fprintf(stderr,
                "hearth decode: no battery that fits a protocol; frames are shown as of %s\n",
                live->protocol->name);
    }
    for (int i = 0; i < live->n_held; i++) {
        print_frame(live, live->held[i].t_s, &live->held[i].frame);
    }
}

static void hear(struct live_can *live, const struct can_frame *frame, int64_t now_ms)
{
    if (live->protocol != NULL) {
        print_frame(live, live_now_s(), frame);
        return;
    }
    live->heard_ms = live->heard_ms == 0 ? now_ms : live->heard_ms;
    can_guess_hear(&live->guess, frame, (uint32_t)now_ms);
    live->held[live->n_held].t_s = live_now_s();
    live->held[live->n_held++].frame = *frame;
    if (live->n_held == HELD) {
        decide(live);
    }
}

int decode_live_can(const struct bus_address *address, const struct wire_protocol *protocol,
                    bool json)
{
    struct live_can *live = calloc(1, sizeof *live);
    static struct bus_port port;
    struct bus_options options = {.frames = true, .listen_only = true};
    char why[400];
    long broken = 0;
    if (live == NULL || !bus_port_open(&port, address, &options, wait_now_ms(), why, sizeof why)) {
        fprintf(stderr, "hearth decode: %s\n", live == NULL ? "out of memory" : why);
        free(live);
        return 1;
    }
    live->protocol = protocol;
    live->json = json;
    can_guess_begin(&live->guess, (uint32_t)wait_now_ms());
    int64_t begun_ms = wait_now_ms();
    while (!wait_ended() && !ferror(stdout)) {
        const struct bus_port *ports[] = {&port};
        struct can_frame frame;
        int64_t now_ms = wait_now_ms();
        bus_port_step(&port, now_ms);
        bool deaf = port.counters.frames_in == 0 && now_ms - begun_ms > ALONE_MS;
        if (deaf && options.listen_only && address->kind == BUS_SLCAN) {
            fprintf(stderr, "hearth decode: nothing is heard; from now on frames are acknowledged, "
                            "for one that is alone on its bus\n");
            options.listen_only = false;
            bus_port_close(&port);
            (void)bus_port_open(&port, address, &options, now_ms, why, sizeof why);
        }
        while (bus_port_take(&port, &frame)) {
            hear(live, &frame, now_ms);
        }
        if (live->protocol == NULL && live->heard_ms != 0 && now_ms - live->heard_ms > GUESS_MS) {
            decide(live);
        }
        (void)wait_on(ports, 1, -1, 50);
    }
    bus_port_close(&port);
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        if (live->job[i].out != NULL) {
            broken += live->job[i].broken;
            can_reader.end(&live->job[i]);
        }
    }
    free(live);
    return broken > 0 ? 1 : 0;
}

int decode_live(const struct bus_address *address, const struct wire_protocol *protocol, bool json)
{
    bool can = protocol != NULL ? protocol->kind == PROTOCOL_OF_CAN
                                : address->kind == BUS_CAN || address->kind == BUS_SLCAN;
    if (!(can ? bus_carries_frames : bus_carries_bytes)(address->kind)) {
        fprintf(stderr, "hearth decode: %s cannot be heard on this bus\n",
                protocol != NULL ? protocol->name : "a serial protocol");
        return 2;
    }
    wait_for_signals();
    return can ? decode_live_can(address, protocol, json)
               : decode_live_line(address, protocol, json);
}
