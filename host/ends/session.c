/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/session.h"

#include <string.h>
#include <unistd.h>

#include "host/ends/wait.h"

enum { PROMPT_LINE = 256, TICK_MS = 10 };
enum input { INPUT_GOES_ON, INPUT_OVER, INPUT_QUIT };

/* The line that is being typed. */
struct typed {
    char line[PROMPT_LINE];
    size_t used;
};

/* Reads what was typed and does each whole line. */
static enum input take_input(const struct session *session, struct typed *typed)
{
    char bytes[PROMPT_LINE];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] != '\n') {
            typed->used += typed->used < PROMPT_LINE - 1;
            typed->line[typed->used - 1] = bytes[i];
            continue;
        }
        typed->line[typed->used] = '\0';
        typed->used = 0;
        bool on = session->command(session->context, typed->line, stdout);
        fflush(stdout);
        if (!on) {
            return INPUT_QUIT;
        }
    }
    return n > 0 ? INPUT_GOES_ON : INPUT_OVER;
}

static void prompt(bool shown)
{
    if (shown) {
        printf("> ");
        fflush(stdout);
    }
}

void session_run(const struct session *session)
{
    struct typed typed = {.used = 0};
    bool shown = isatty(STDIN_FILENO);
    int input = STDIN_FILENO;
    enum input got = INPUT_GOES_ON;
    wait_for_signals();
    if (shown) {
        printf("Type help for the commands, quit to end.\n");
    }
    prompt(shown);
    while (!wait_ended() && got != INPUT_QUIT) {
        const struct bus_port *ports[SESSION_PORTS];
        int n = session->ports(session->context, ports);
        session->step(session->context, wait_now_ms());
        if (!wait_on(ports, n, input, TICK_MS)) {
            continue;
        }
        got = take_input(session, &typed);
        if (got == INPUT_OVER) {
            input = -1; /* no more commands: serves until a signal */
            got = shown ? INPUT_QUIT : INPUT_OVER;
        }
        prompt(shown && got == INPUT_GOES_ON);
    }
}

char *session_word(char **rest)
{
    char *at = *rest + strspn(*rest, " \t=");
    size_t n = strcspn(at, " \t=\r\n");
    *rest = at + n + (at[n] != '\0');
    at[n] = '\0';
    return at;
}

void session_tell_port(const struct bus_port *port, const char *protocol, FILE *out)
{
    const struct bus_counters *c = &port->counters;
    char name[300];
    bus_address_write(&port->address, name, sizeof name);
    fprintf(out,
            "%s  %s  %s\n  in %llu B %llu frames, out %llu B %llu frames, dropped %u, garbage "
            "%u, lost %u, turned away %u, bus-off %u\n",
            name, protocol, port->state, (unsigned long long)c->bytes_in,
            (unsigned long long)c->frames_in, (unsigned long long)c->bytes_out,
            (unsigned long long)c->frames_out, c->dropped_out, c->garbage, c->lost, c->turned_away,
            c->bus_off);
}
