/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode: frames of a protocol to names and values, line by line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli.h"
#include "host/decode_host.h"
#include "host/decode_live.h"
#include "host/decode_meter.h"
#include "host/decode_rs485.h"

enum { OPT_JSON, OPT_BUS, OPTIONS };

static const struct protocol_reader *reader_of(const struct wire_protocol *protocol)
{
    static const struct protocol_reader *const readers[] = {[PROTOCOL_OF_CAN] = &can_reader,
                                                            [PROTOCOL_OF_RS485] = &rs485_reader,
                                                            [PROTOCOL_OF_HOST] = &host_reader,
                                                            [PROTOCOL_OF_METER] = &meter_lines};
    return readers[protocol->kind];
}

static int decode_file(struct decode_job *job, FILE *in)
{
    char *line = NULL;
    size_t room = 0;
    const struct protocol_reader *reader = reader_of(job->protocol);
    if (reader == NULL || !reader->begin(job)) {
        fprintf(stderr, "hearth decode: out of memory\n");
        return 1;
    }
    while (getline(&line, &room, in) >= 0 && !ferror(job->out)) {
        reader->line(job, line);
        (void)fflush(job->out); /* who follows a bus sees each frame at once */
    }
    free(line);
    reader->end(job);
    if (ferror(in)) {
        fprintf(stderr, "hearth decode: reading ended: %s\n", strerror(errno));
        return 1;
    }
    return job->broken > 0 ? 1 : 0;
}

static int decode_bus(const char *bus, int n, char **argv, bool json)
{
    struct bus_address address;
    char why[400];
    const struct wire_protocol *protocol = NULL;
    if (n > 1) {
        fprintf(stderr, "hearth decode: a file or a bus, not both (see hearth decode --help)\n");
        return 2;
    }
    if (n == 1 && (protocol = protocol_of_command("decode", argv[1])) == NULL) {
        return 2;
    }
    if ((protocol != NULL && !protocol_speakable(protocol, argv[1], why, sizeof why)) ||
        !bus_address_read(bus, &address, why, sizeof why)) {
        fprintf(stderr, "hearth decode: %s\n", why);
        return 2;
    }
    return decode_live(&address, protocol, json);
}

int cmd_decode(int argc, char **argv)
{
    const struct cli_command *self = cli_find("decode");
    const char *values[OPTIONS] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n < 0) {
        return 2;
    }
    if (values[OPT_BUS] != NULL) {
        return decode_bus(values[OPT_BUS], n, argv, values[OPT_JSON] != NULL);
    }
    if (n < 1 || n > 2) {
        fprintf(stderr, "hearth decode: a protocol, and a file or - (see hearth decode --help)\n");
        return 2;
    }
    const struct wire_protocol *protocol = protocol_of_command("decode", argv[1]);
    if (protocol == NULL) {
        return 2;
    }
    bool standard = n < 2 || strcmp(argv[2], "-") == 0;
    FILE *in = standard ? stdin : fopen(argv[2], "r");
    if (in == NULL) {
        fprintf(stderr, "hearth decode: %s: %s\n", argv[2], strerror(errno));
        return 1;
    }
    struct decode_job job = {.protocol = protocol, .out = stdout, .json = values[OPT_JSON] != NULL};
    int status = decode_file(&job, in);
    if (!standard) {
        (void)fclose(in);
    }
    return status;
}
