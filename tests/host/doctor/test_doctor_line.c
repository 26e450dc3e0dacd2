/* SPDX-License-Identifier: Apache-2.0 */
/* What the doctor says of simulated serial lines, over a pty. A virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "host/doctor/doctor.h"
#include "host/doctor/swapped.h"
#include "tests/host/sample_pack.h"

enum { STEP_MS = 10, LISTEN_MS = 5000, TOO_LONG_MS = 200000 };

static struct doctor doctor;
static struct bus_port far_end;
static struct battery_bank bank;
static char link_path[64];

/* Who is on the line. */
struct scene {
    bool battery;                        /* answers */
    enum rs485_protocol protocol, asked; /* the battery's, the master's */
    uint8_t address;                     /* by its switches */
    speed_t speed, master_speed;         /* 0: any */
    bool echo, broken, noise;
    bool master, second_master, hears_battery; /* another asks; it is answered */
    bool collides, swapped;
    bool closed;
};

static struct rs485_server server;
static struct rs485_client master;
static struct battery_bank heard;
static uint8_t reply[RS485_FRAME_MAX];

static void make_bank(uint8_t address)
{
    memset(&bank, 0, sizeof bank);
    bank.n_packs = 1;
    bank.pack[0] = sample_pack(address);
    bank_combine(&bank, 0, UINT32_MAX);
}

static void say(const struct scene *scene, const uint8_t *bytes, size_t n)
{
    uint8_t garbage[RS485_FRAME_MAX];
    if (scene->swapped) {
        n = swapped_receive(bytes, n, UART_RESYNCS, garbage, sizeof garbage);
        bytes = garbage;
    }
    (void)bus_port_write(&far_end, 0, bytes, n);
}

static bool hears(speed_t speed)
{
    struct termios t;
    return speed == 0 || (tcgetattr(far_end.line[0].fd, &t) == 0 && cfgetospeed(&t) == speed);
}

static size_t answer(const uint8_t *bytes, size_t n, size_t *used, int64_t now_ms)
{
    return rs485_server_take(&server, bytes, n, used, (uint32_t)now_ms, &bank, NULL, reply,
                             sizeof reply);
}

static void answer_doctor(const struct scene *scene, int64_t now_ms)
{
    uint8_t bytes[512];
    size_t n = bus_port_read(&far_end, 0, bytes, sizeof bytes);
    size_t at = 0;
    if (scene->echo && n > 0) {
        (void)bus_port_write(&far_end, 0, bytes, n);
    }
    if (scene->noise && n > 0) {
        (void)bus_port_write(&far_end, 0, (const uint8_t *)"\x81\x02\x90\xFF\x33", 5);
    }
    while (at < n && scene->battery && hears(scene->speed)) {
        size_t used = 0;
        size_t length = answer(bytes + at, n - at, &used, now_ms);
        if (length > 0 && scene->broken) {
            reply[length / 2] ^= 0x01;
        }
        if (length > 0) {
            say(scene, reply, length);
        }
        at += used > 0 ? used : n - at;
    }
}

static void ask_as_master(const struct scene *scene, int64_t now_ms)
{
    uint8_t request[300];
    size_t used = 0;
    size_t n = scene->master && hears(scene->master_speed)
                   ? rs485_client_poll(&master, (uint32_t)now_ms, request, sizeof request)
                   : 0;
    if (n == 0) {
        return;
    }
    if (scene->collides && master.asked % 2 == 0) {
        request[n / 2] ^= 0x11;
        request[n - 1] ^= 0x40;
    }
    say(scene, request, n);
    if (scene->hears_battery && (n = answer(request, n, &used, now_ms)) > 0) {
        say(scene, reply, n);
        (void)rs485_client_take(&master, reply, n, (uint32_t)now_ms, &heard);
    }
    if (scene->second_master) {
        static const uint8_t jbd[] = {0xDD, 0xA5, 0x03, 0x00, 0xFF, 0xFD, 0x77};
        say(scene, jbd, sizeof jbd);
    }
}

static void examine(const struct scene *scene, const char *protocol, const char *bus)
{
    struct doctor_job job = {.listen_ms = LISTEN_MS};
    struct bus_address at;
    struct bus_options options = {.frames = false};
    char why[400];
    char name[120];
    int64_t now_ms = 1000000;
    make_bank(scene->address > 0 ? scene->address : 1);
    rs485_server_init(&server, scene->protocol);
    rs485_client_init(&master, scene->asked, rs485_facts[scene->asked].first_address, 1);
    memset(&heard, 0, sizeof heard);
    snprintf(name, sizeof name, "pty:%s", link_path);
    assert_true(bus_address_read(name, &at, why, sizeof why));
    if (!scene->closed) {
        assert_true(bus_port_open(&far_end, &at, &options, now_ms, why, sizeof why));
    }
    const char *place = strstr(bus, "LINK");
    assert_non_null(place);
    snprintf(name, sizeof name, "%.*s%s%s", (int)(place - bus), bus, link_path, place + 4);
    assert_true(bus_address_read(name, &job.address, why, sizeof why));
    job.protocol = protocol != NULL ? protocol_find(protocol) : NULL;
    doctor_begin(&doctor, &job, now_ms);
    do {
        now_ms += STEP_MS;
        if (!scene->closed) {
            bus_port_step(&far_end, now_ms);
            answer_doctor(scene, now_ms);
            ask_as_master(scene, now_ms);
            bus_port_step(&far_end, now_ms);
        }
        assert_true(now_ms < 1000000 + TOO_LONG_MS);
    } while (doctor_step(&doctor, now_ms));
    doctor_end(&doctor);
    if (!scene->closed) {
        bus_port_close(&far_end);
    }
}

static const struct finding *finding(enum finding_id id)
{
    for (int i = 0; i < doctor.diagnosis.n; i++) {
        if (doctor.diagnosis.of[i].id == id) {
            return &doctor.diagnosis.of[i];
        }
    }
    return NULL;
}

static void each_situation_is_told(void **state)
{
    (void)state;
    static const struct {
        enum finding_id id;
        const char *detail, *protocol, *bus;
        struct scene scene;
        bool good;
    } cases[] = {
        {FINDING_PORT_CLOSED, "No such file", NULL, "serial:LINK", {.closed = true}, false},
        {FINDING_NOBODY_CONNECTED, "nobody connected", "pace", "pty:LINK", {.closed = true}, false},
        {FINDING_SERIAL_SILENT, "", NULL, "serial:LINK", {.battery = false}, false},
        {FINDING_SERIAL_ECHO_ONLY, "", NULL, "serial:LINK", {.echo = true}, false},
        {FINDING_BUS_GARBAGE, "", NULL, "serial:LINK", {.noise = true}, false},
        {FINDING_SERIAL_WELL,
         "pylon-rs485, address 2 at 115200 baud",
         "pylon-rs485",
         "serial:LINK",
         {.battery = true, .protocol = RS485_PYLON, .speed = B115200},
         true},
        {FINDING_SERIAL_WELL,
         "pace, address 1 at 9600 baud",
         NULL,
         "serial:LINK",
         {.battery = true, .protocol = RS485_PACE, .speed = B9600},
         true},
        {FINDING_SERIAL_WELL,
         "growatt-rs485",
         NULL,
         "serial:LINK?9600",
         {.battery = true, .protocol = RS485_GROWATT},
         true},
        {FINDING_SERIAL_WELL,
         "pace-modbus",
         NULL,
         "serial:LINK?9600",
         {.battery = true, .protocol = RS485_PACE_MODBUS},
         true},
        {FINDING_SERIAL_WELL,
         "voltronic-rs485",
         NULL,
         "serial:LINK?9600",
         {.battery = true, .protocol = RS485_VOLTRONIC, .echo = true},
         true},
        {FINDING_SERIAL_WELL,
         "jbd",
         "jbd",
         "serial:LINK",
         {.battery = true, .protocol = RS485_JBD},
         true},
        {FINDING_SERIAL_OTHER_PROTOCOL,
         "pace at address 1 at 9600 baud, not pylon-rs485",
         "pylon-rs485",
         "serial:LINK",
         {.battery = true, .protocol = RS485_PACE, .speed = B9600},
         false},
        {FINDING_SERIAL_OTHER_BAUD,
         "115200, not 9600",
         "pylon-rs485",
         "serial:LINK?9600-8N1",
         {.battery = true, .protocol = RS485_PYLON, .speed = B115200},
         false},
        {FINDING_SERIAL_OTHER_ADDRESS,
         "3, not 1 (pace)",
         "pace",
         "serial:LINK",
         {.battery = true, .protocol = RS485_PACE, .address = 3},
         false},
        {FINDING_SERIAL_BROKEN,
         "pace",
         "pace",
         "serial:LINK",
         {.battery = true, .protocol = RS485_PACE, .broken = true},
         false},
        {FINDING_SERIAL_MASTER,
         "growatt-rs485 at 9600 baud, address 1",
         NULL,
         "serial:LINK",
         {.protocol = RS485_GROWATT, .asked = RS485_GROWATT, .master = true, .hears_battery = true},
         true},
        {FINDING_SERIAL_MASTER,
         "pylon-rs485 at 115200 baud, address 2",
         NULL,
         "serial:LINK",
         {.protocol = RS485_PYLON,
          .asked = RS485_PYLON,
          .master = true,
          .hears_battery = true,
          .master_speed = B115200},
         true},
        {FINDING_SERIAL_MASTER_UNANSWERED,
         "voltronic-rs485 at 9600 baud, address 1",
         NULL,
         "serial:LINK",
         {.protocol = RS485_VOLTRONIC, .asked = RS485_VOLTRONIC, .master = true},
         false},
        {FINDING_SERIAL_OTHER_PROTOCOL,
         "pace at address 1, another asks in growatt-rs485",
         NULL,
         "serial:LINK",
         {.battery = true, .protocol = RS485_PACE, .asked = RS485_GROWATT, .master = true},
         false},
        {FINDING_SERIAL_OTHER_BAUD,
         "115200, another asks at 9600",
         NULL,
         "serial:LINK",
         {.battery = true,
          .protocol = RS485_PYLON,
          .asked = RS485_PYLON,
          .master = true,
          .speed = B115200,
          .master_speed = B9600},
         false},
        {FINDING_SERIAL_OTHER_ADDRESS,
         "2, another asks 1 (pace)",
         NULL,
         "serial:LINK",
         {.battery = true,
          .protocol = RS485_PACE,
          .asked = RS485_PACE,
          .master = true,
          .address = 2},
         false},
        {FINDING_SERIAL_TWO_MASTERS,
         "two protocols",
         NULL,
         "serial:LINK",
         {.protocol = RS485_PYLON,
          .asked = RS485_PYLON,
          .master = true,
          .hears_battery = true,
          .second_master = true},
         false},
        {FINDING_SERIAL_TWO_MASTERS,
         "broken frames",
         NULL,
         "serial:LINK",
         {.protocol = RS485_PACE,
          .asked = RS485_PACE,
          .master = true,
          .hears_battery = true,
          .collides = true},
         false},
        {FINDING_SERIAL_SWAPPED,
         "pylon-rs485",
         NULL,
         "serial:LINK",
         {.protocol = RS485_PYLON,
          .asked = RS485_PYLON,
          .master = true,
          .hears_battery = true,
          .swapped = true},
         false},
        {FINDING_SERIAL_SWAPPED,
         "growatt-rs485",
         NULL,
         "serial:LINK",
         {.protocol = RS485_GROWATT, .asked = RS485_GROWATT, .master = true, .swapped = true},
         false},
        {FINDING_SERIAL_SWAPPED,
         "jbd",
         NULL,
         "serial:LINK",
         {.protocol = RS485_JBD, .asked = RS485_JBD, .master = true, .swapped = true},
         false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        examine(&cases[i].scene, cases[i].protocol, cases[i].bus);
        const struct finding *found = finding(cases[i].id);
        if (found == NULL || strstr(found->detail, cases[i].detail) == NULL ||
            diagnosis_is_good(&doctor.diagnosis) != cases[i].good) {
            diagnosis_print(&doctor.diagnosis, stderr);
            fail_msg("case %zu: no %s with \"%s\"", i, finding_rows[cases[i].id].id,
                     cases[i].detail);
        }
    }
}

/* The table is complete, and every row says what to do. */
static void every_finding_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < FINDING_COUNT; i++) {
        assert_non_null(finding_rows[i].id);
        assert_true(strlen(finding_rows[i].sentence) > 10);
        assert_true(strlen(finding_rows[i].advice) > 10);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(finding_rows[i].id, finding_rows[k].id);
        }
    }
}

int main(void)
{
    snprintf(link_path, sizeof link_path, "/tmp/hearth-doctor-line-%d", (int)getpid());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_situation_is_told),
        cmocka_unit_test(every_finding_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
