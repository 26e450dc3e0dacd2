/* SPDX-License-Identifier: Apache-2.0 */
/* hearth doctor: what is the matter on a battery bus. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/doctor/doctor.h"
#include "host/ends/wait.h"
#include "sim/yaml.h"

enum { OPT_PROTOCOL, OPT_JSON, OPT_SECONDS, OPTIONS };

static void print_json(const struct doctor *doctor, const char *bus, FILE *out)
{
    static const char *const levels[] = {
        [LEVEL_PROBLEM] = "problem", [LEVEL_HINT] = "hint", [LEVEL_WELL] = "well"};
    const struct bus_counters *c = &doctor->counters;
    fputs("{\"bus\": ", out);
    json_text(out, bus);
    fprintf(out, ", \"ok\": %s, \"findings\": [",
            diagnosis_is_good(&doctor->diagnosis) ? "true" : "false");
    for (int i = 0; i < doctor->diagnosis.n; i++) {
        const struct finding *finding = &doctor->diagnosis.of[i];
        const struct finding_row *row = &finding_rows[finding->id];
        fprintf(out, "%s{\"id\": \"%s\", \"level\": \"%s\", \"sentence\": ", i > 0 ? ", " : "",
                row->id, levels[row->level]);
        json_text(out, row->sentence);
        fputs(", \"detail\": ", out);
        json_text(out, finding->detail);
        fputs(", \"advice\": ", out);
        json_text(out, row->advice);
        fputs("}", out);
    }
    fprintf(out,
            "], \"counters\": {\"bytes_in\": %llu, \"bytes_out\": %llu, \"frames_in\": %llu, "
            "\"garbage\": %u, \"echoed\": %u, \"lost\": %u, \"bus_off\": %u, \"bus_passive\": "
            "%u}}\n",
            (unsigned long long)c->bytes_in, (unsigned long long)c->bytes_out,
            (unsigned long long)c->frames_in, (unsigned)c->garbage, (unsigned)c->echoed,
            (unsigned)c->lost, (unsigned)c->bus_off, (unsigned)c->bus_passive);
}

static void print_text(const struct doctor *doctor, FILE *out)
{
    const struct bus_counters *c = &doctor->counters;
    diagnosis_print(&doctor->diagnosis, out);
    if (doctor->is_can) {
        fprintf(out,
                "Counters: %llu frames heard, %u unreadable, %u times bus-off, %u times "
                "error passive.\n",
                (unsigned long long)c->frames_in, (unsigned)c->garbage, (unsigned)c->bus_off,
                (unsigned)c->bus_passive);
    } else {
        fprintf(out, "Counters: %llu bytes heard, %llu asked, %u own questions came back.\n",
                (unsigned long long)c->bytes_in, (unsigned long long)c->bytes_out,
                (unsigned)c->echoed);
    }
}

static void watch(struct doctor *doctor)
{
    char said[sizeof doctor->doing] = "";
    bool tells = isatty(STDERR_FILENO) != 0;
    bool more = true;
    wait_for_signals();
    while (more && !wait_ended()) {
        const struct bus_port *ports[] = {&doctor->port};
        if (tells && strcmp(said, doctor->doing) != 0) {
            snprintf(said, sizeof said, "%s", doctor->doing);
            fprintf(stderr, "hearth doctor: %s\n", said);
        }
        more = doctor_step(doctor, wait_now_ms());
        if (more) {
            (void)wait_on(ports, 1, -1, 10);
        }
    }
    doctor_end(doctor);
}

static bool read_job(int n, char **argv, const char **values, struct doctor_job *job)
{
    char why[400];
    double seconds = 5;
    if (n != 1) {
        cli_help(cli_find("doctor"), stderr);
        return false;
    }
    if (!bus_address_read(argv[1], &job->address, why, sizeof why)) {
        fprintf(stderr, "hearth doctor: %s\n", why);
        return false;
    }
    if (values[OPT_SECONDS] != NULL &&
        (!text_number(values[OPT_SECONDS], &seconds) || seconds < 1 || seconds > 600)) {
        fprintf(stderr, "hearth doctor: --seconds %s is not allowed (1 to 600)\n",
                values[OPT_SECONDS]);
        return false;
    }
    job->listen_ms = (int64_t)(seconds * 1000);
    if (values[OPT_PROTOCOL] == NULL) {
        return true;
    }
    job->protocol = protocol_find(values[OPT_PROTOCOL]);
    if (!protocol_speakable(job->protocol, values[OPT_PROTOCOL], why, sizeof why)) {
        fprintf(stderr, "hearth doctor: %s\n", why);
        return false;
    }
    bool can = job->protocol->kind == PROTOCOL_OF_CAN;
    int index = job->protocol->index;
    bool modbus = index == RS485_VOLTRONIC || index == RS485_GROWATT || index == RS485_PACE_MODBUS;
    if ((job->address.kind == BUS_MODBUS && !modbus) ||
        !(can ? bus_carries_frames : bus_carries_bytes)(job->address.kind)) {
        fprintf(stderr, "hearth doctor: %s cannot be spoken on this bus\n", job->protocol->name);
        return false;
    }
    return true;
}

int cmd_doctor(int argc, char **argv)
{
    const struct cli_command *self = cli_find("doctor");
    const char *values[OPTIONS] = {0};
    struct doctor_job job = {.listen_ms = 0};
    int n = cli_options(self, argc, argv, values);
    if (n < 0 || !read_job(n, argv, values, &job)) {
        return 2;
    }
    struct doctor *doctor = calloc(1, sizeof *doctor);
    if (doctor == NULL) {
        fprintf(stderr, "hearth doctor: out of memory\n");
        return 1;
    }
    doctor_begin(doctor, &job, wait_now_ms());
    watch(doctor);
    if (values[OPT_JSON] != NULL) {
        print_json(doctor, argv[1], stdout);
    } else {
        print_text(doctor, stdout);
    }
    int status = diagnosis_is_good(&doctor->diagnosis) ? 0 : 1;
    free(doctor);
    return status;
}
