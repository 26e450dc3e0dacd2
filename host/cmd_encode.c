/* SPDX-License-Identifier: Apache-2.0 */
/* hearth encode: values by their points to the frames a battery would send. */
#include <stdlib.h>
#include <string.h>

#include "host/candump.h"
#include "host/cli.h"
#include "host/encode_host.h"

enum { COMMANDS_MAX = 64 };

struct words {
    const char *name; /* of the protocol */
    int n_assignments, n_commands;
    const char *assignment[ENCODE_POINTS];
    struct encode_command command[COMMANDS_MAX];
};

static void print_frames(const struct encode_job *job)
{
    struct can_frame frames[CAN_SET_MAX];
    int n = can_dialect_encode(job->dialect, &job->report, frames);
    for (int i = 0; i < n; i++) {
        char text[CANDUMP_TEXT];
        candump_format(&frames[i], text);
        printf("(%010d.%06d) can0 %s\n", 0, i * 50000, text);
    }
}

/* Sorts what was said; false: an option that is none. --set may be said before each assignment, or
   once. */
static bool read_words(int argc, char **argv, struct words *words)
{
    for (int i = 1; i < argc; i++) {
        bool option = strncmp(argv[i], "--", 2) == 0;
        bool reply = option && strcmp(argv[i], "--reply") == 0;
        bool command = reply || (option && strcmp(argv[i], "--request") == 0);
        bool known = command || (option && strcmp(argv[i], "--set") == 0);
        if (option && (!known || i + 1 == argc)) {
            fprintf(stderr, "hearth encode: %s %s (see hearth encode --help)\n",
                    known ? "a value is missing after" : "there is no option", argv[i]);
            return false;
        }
        if (command && words->n_commands < COMMANDS_MAX) {
            words->command[words->n_commands++] = (struct encode_command){reply, argv[++i]};
        } else if (!option && words->name == NULL) {
            words->name = argv[i];
        } else if (!option && words->n_assignments < ENCODE_POINTS) {
            words->assignment[words->n_assignments++] = argv[i];
        }
    }
    return true;
}

static int encode(struct encode_job *job, const struct wire_protocol *protocol,
                  const struct words *words)
{
    bool serial = protocol->kind == PROTOCOL_OF_RS485;
    bool only_asks = serial && words->n_commands > 0 && words->n_assignments == 0;
    job->dialect = serial ? NULL : &can_dialects[protocol->index];
    for (int i = 0; i < words->n_assignments; i++) {
        if (!encode_assign(job, words->assignment[i])) {
            return 1;
        }
    }
    if (words->n_assignments == 0 && !only_asks && !encode_read_json(job, stdin)) {
        return 1;
    }
    if (!serial) {
        print_frames(job);
        return 0;
    }
    return encode_rs485(job, protocol, words->command, words->n_commands, stdout) ? 0 : 1;
}

int cmd_encode(int argc, char **argv)
{
    struct encode_job *job = calloc(1, sizeof *job);
    struct words *words = calloc(1, sizeof *words);
    const struct wire_protocol *protocol = NULL;
    int status = 2;
    if (job != NULL && words != NULL && read_words(argc, argv, words)) {
        protocol = protocol_of_command("encode", words->name);
    }
    if (protocol != NULL && protocol->kind == PROTOCOL_OF_CAN && words->n_commands > 0) {
        fprintf(stderr, "hearth encode: %s has no requests: a battery speaks of its own\n",
                protocol->name);
    } else if (protocol != NULL &&
               (protocol->kind == PROTOCOL_OF_HOST || protocol->kind == PROTOCOL_OF_METER)) {
        const struct encode_words said = {words->n_assignments, words->n_commands,
                                          words->assignment, words->command};
        bool host = protocol->kind == PROTOCOL_OF_HOST;
        status = (host ? encode_host : encode_meter)(protocol, &said, stdout) ? 0 : 1;
    } else if (protocol != NULL) {
        job->report = (struct battery_report){.soh_pct = 100, .temp_c10 = 250, .packs = 1};
        status = encode(job, protocol, words);
    }
    free(words);
    free(job);
    return status;
}
