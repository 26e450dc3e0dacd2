/* SPDX-License-Identifier: Apache-2.0 */
/* What the doctor says of simulated CAN buses, over an slcan adapter on a pty. A virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/doctor/doctor.h"

enum { STEP_MS = 10, LISTEN_MS = 5000, TOO_LONG_MS = 120000 };

static struct doctor doctor;
static struct bus_port adapter;
static char link_path[64];

/* Who is on the bus. */
struct scene {
    const struct can_dialect *battery, *second, *inverter;
    struct battery_report report, other;
    void (*spoil)(struct can_frame *frame); /* what is wrong with the battery's frames */
    uint32_t slow;                          /* periods are so many times as long */
    bool extended, strange;
    bool no_adapter, bus_off, passive;
    bool needs_acknowledge;
};

static struct battery_report good_report(void)
{
    struct battery_report report = {
        .heard = HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_MEASURED | HEARD_TEMPERATURE |
                 HEARD_FLAGS | HEARD_REQUEST | HEARD_NAME | HEARD_DISCHARGE_VOLTAGE | HEARD_CELLS |
                 HEARD_TEMPERATURES | HEARD_CYCLES | HEARD_CAPACITY | HEARD_MODULES,
        .charge_mv = 56000,
        .charge_limit_ma = 50000,
        .discharge_limit_ma = 80000,
        .discharge_mv = 46000,
        .soc_pct = 62,
        .soh_pct = 99,
        .voltage_mv = 52800,
        .current_ma = -5000,
        .temp_c10 = 250,
        .packs = 1,
        .n_cells = 16,
        .charge_enable = true,
        .discharge_enable = true,
        .name = "HEARTH",
        .cell_max_mv = 3310,
        .cell_min_mv = 3290,
        .temp_max_c10 = 260,
        .temp_min_c10 = 240,
        .modules_online = 1};
    return report;
}

static struct can_sender first, second;
static struct can_listener inverter;

static void begin(const struct scene *scene, int64_t now_ms)
{
    if (scene->battery != NULL) {
        can_sender_init(&first, scene->battery, (uint32_t)now_ms);
    }
    if (scene->second != NULL) {
        can_sender_init(&second, scene->second, (uint32_t)now_ms + 5);
    }
    if (scene->inverter != NULL) {
        can_listener_init(&inverter, scene->inverter, (uint32_t)now_ms);
    }
}

static void send(const struct scene *scene, const struct can_frame *frame)
{
    const struct slcan_channel *channel = &adapter.line[0].channel;
    bool deaf = !channel->open || (scene->needs_acknowledge && channel->listen_only);
    if (!deaf) {
        (void)bus_port_send(&adapter, frame);
    }
}

static void speak(const struct scene *scene, int64_t now_ms)
{
    struct can_frame frame;
    uint32_t slow_ms = (uint32_t)(scene->slow > 1 ? now_ms / scene->slow : now_ms);
    while (scene->battery != NULL && can_sender_poll(&first, slow_ms, &scene->report, &frame)) {
        if (scene->spoil != NULL) {
            scene->spoil(&frame);
        }
        send(scene, &frame);
    }
    while (scene->second != NULL &&
           can_sender_poll(&second, (uint32_t)now_ms, &scene->other, &frame)) {
        send(scene, &frame);
    }
    while (scene->inverter != NULL && can_listener_poll(&inverter, (uint32_t)now_ms, &frame)) {
        send(scene, &frame);
    }
    if (now_ms % 500 == 0 && (scene->extended || scene->strange)) {
        frame = (struct can_frame){
            .id = scene->extended ? 0x18FF50E5 : 0x123, .extended = scene->extended, .length = 8};
        send(scene, &frame);
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

static void examine(const struct scene *scene, const char *protocol, const char *bus)
{
    struct doctor_job job = {.listen_ms = LISTEN_MS};
    struct bus_address at;
    struct bus_options options = {.frames = true};
    char why[400];
    char name[120];
    int64_t now_ms = 1000000;
    snprintf(name, sizeof name, "pty:%s", link_path);
    assert_true(bus_address_read(name, &at, why, sizeof why));
    if (!scene->no_adapter) {
        assert_true(bus_port_open(&adapter, &at, &options, now_ms, why, sizeof why));
    }
    const char *place = strstr(bus, "LINK");
    assert_non_null(place);
    snprintf(name, sizeof name, "%.*s%s%s", (int)(place - bus), bus, link_path, place + 4);
    assert_true(bus_address_read(name, &job.address, why, sizeof why));
    job.protocol = protocol != NULL ? protocol_find(protocol) : NULL;
    begin(scene, now_ms);
    doctor_begin(&doctor, &job, now_ms);
    do {
        now_ms += STEP_MS;
        if (!scene->no_adapter) {
            bus_port_step(&adapter, now_ms);
            struct can_frame frame;
            while (bus_port_take(&adapter, &frame)) {
                fail_msg("the doctor has sent a frame");
            }
            speak(scene, now_ms);
            bus_port_step(&adapter, now_ms);
        }
        doctor.port.is_bus_off = scene->bus_off; /* as SocketCAN tells */
        doctor.port.counters.bus_passive = scene->passive ? 3 : 0;
        assert_true(now_ms < 1000000 + TOO_LONG_MS);
    } while (doctor_step(&doctor, now_ms));
    doctor_end(&doctor);
    if (!scene->no_adapter) {
        bus_port_close(&adapter);
    }
}

static void assert_found(enum finding_id id, const char *detail, bool good)
{
    const struct finding *found = finding(id);
    if (found == NULL || strstr(found->detail, detail) == NULL ||
        diagnosis_is_good(&doctor.diagnosis) != good) {
        diagnosis_print(&doctor.diagnosis, stderr);
        fail_msg("no %s with \"%s\"", finding_rows[id].id, detail);
    }
}

static void spoil_scale(struct can_frame *frame)
{
    if (frame->id == 0x356) {
        frame->data[0] = 528 & 0xFF;
        frame->data[1] = 528 >> 8;
    }
}

static void spoil_length(struct can_frame *frame)
{
    frame->length = frame->id == 0x351 ? 1 : frame->length;
}

static void spoil_discharge_limit(struct can_frame *frame)
{
    frame->length = frame->id == 0x351 ? 4 : frame->length;
}

static void spoil_set(struct can_frame *frame)
{
    frame->id = frame->id == 0x356 ? 0x357 : frame->id;
}

#define DIALECT(name) (&can_dialects[CAN_##name])

static void each_situation_is_told(void **state)
{
    (void)state;
    static const struct {
        enum finding_id id;
        const char *detail, *protocol;
        struct scene scene;
        bool good;
    } cases[] = {
        {FINDING_CAN_WELL,
         "pylon",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON)},
         true},
        {FINDING_CAN_WELL,
         "growatt-can",
         "growatt-can",
         {.battery = DIALECT(GROWATT), .inverter = DIALECT(GROWATT)},
         true},
        {FINDING_CAN_WELL,
         "victron",
         NULL,
         {.battery = DIALECT(VICTRON), .inverter = DIALECT(VICTRON)},
         true},
        {FINDING_CAN_NOTHING, "", NULL, {.slow = 1}, false},
        {FINDING_CAN_INVERTER_ONLY, "0x305", NULL, {.inverter = DIALECT(PYLON)}, false},
        {FINDING_CAN_INVERTER_ONLY, "growatt-can", NULL, {.inverter = DIALECT(GROWATT)}, false},
        {FINDING_CAN_BATTERY_ONLY, "0x305", NULL, {.battery = DIALECT(PYLON)}, false},
        {FINDING_CAN_BATTERY_ONLY,
         "0x305",
         NULL,
         {.battery = DIALECT(PYLON), .needs_acknowledge = true},
         false},
        {FINDING_CAN_MISMATCH,
         "growatt-can",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(GROWATT)},
         false},
        {FINDING_CAN_MISMATCH,
         "the battery speaks growatt-can, the inverter sends 0x305",
         NULL,
         {.battery = DIALECT(GROWATT), .inverter = DIALECT(PYLON)},
         false},
        {FINDING_CAN_OTHER_PROTOCOL,
         "it speaks growatt-can, not pylon-can",
         "pylon-can",
         {.battery = DIALECT(GROWATT), .inverter = DIALECT(GROWATT)},
         false},
        {FINDING_CAN_TWO_BATTERIES,
         "0x35",
         NULL,
         {.battery = DIALECT(PYLON), .second = DIALECT(PYLON), .inverter = DIALECT(PYLON)},
         false},
        {FINDING_CAN_VOLTAGE_SCALE,
         "52.8 V, not 5.28 V",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .spoil = spoil_scale},
         false},
        {FINDING_CAN_BROKEN,
         "",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .spoil = spoil_length},
         false},
        {FINDING_CAN_MISSING,
         "limits",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .spoil = spoil_discharge_limit},
         false},
        {FINDING_CAN_MISSING,
         "voltage and current",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .spoil = spoil_set},
         false},
        {FINDING_CAN_SLOW,
         "once in 1.0 s is usual",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .slow = 4},
         true},
        {FINDING_CAN_EXTENDED, "", NULL, {.extended = true}, false},
        {FINDING_CAN_UNKNOWN, "0x123", NULL, {.strange = true}, false},
        {FINDING_CAN_BUS_OFF, "", NULL, {.bus_off = true}, false},
        {FINDING_CAN_PASSIVE,
         "3 times",
         NULL,
         {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON), .passive = true},
         true},
        {FINDING_PORT_CLOSED, "No such file", NULL, {.no_adapter = true}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene = cases[i].scene;
        scene.report = good_report();
        scene.other = good_report();
        scene.other.soc_pct = 31;
        scene.other.charge_limit_ma = 20000;
        examine(&scene, cases[i].protocol, "slcan:LINK");
        assert_found(cases[i].id, cases[i].detail, cases[i].good);
        assert_false(diagnosis_has(&doctor.diagnosis, FINDING_CAN_OTHER_RATE));
    }
}

static void values_that_cannot_be_are_told(void **state)
{
    (void)state;
    struct scene scene = {.battery = DIALECT(PYLON), .inverter = DIALECT(PYLON)};
    scene.report = good_report();
    scene.report.charge_mv = 28000;
    examine(&scene, NULL, "slcan:LINK");
    assert_found(FINDING_CAN_CHARGE_VOLTAGE, "asks for 28.0 V and has 52.8 V", false);
    scene.report = good_report();
    scene.report.charge_limit_ma = scene.report.discharge_limit_ma = 0;
    scene.report.protections = REPORT_CELL_UNDER_VOLTAGE;
    examine(&scene, NULL, "slcan:LINK");
    assert_found(FINDING_CAN_LIMITS_ZERO, "charging 0.0 A, discharging 0.0 A", true);
    assert_found(FINDING_CAN_PROTECTION, "UnderVoltage", true);
}

/* A limit that wavers between two steps is one battery. */
static void a_wavering_battery_is_not_two(void **state)
{
    (void)state;
    static struct can_watch watch;
    struct diagnosis diagnosis = {0};
    struct battery_report report = good_report();
    struct can_frame frames[CAN_SET_MAX];
    can_watch_begin(&watch, 0);
    for (uint32_t s = 0; s < 10; s++) {
        report.charge_limit_ma = s % 2 == 0 ? 50000 : 49900;
        int n = can_dialect_encode(DIALECT(PYLON), &report, frames);
        for (int i = 0; i < n; i++) {
            can_watch_hear(&watch, &frames[i], s * 1000 + (uint32_t)i * 20);
        }
    }
    can_watch_judge(&watch, NULL, 10000, &diagnosis);
    assert_false(diagnosis_has(&diagnosis, FINDING_CAN_TWO_BATTERIES));
    assert_true(diagnosis_has(&diagnosis, FINDING_CAN_BATTERY_ONLY));
}

/* An adapter of bytes: it answers nothing, and says `line` now and then when `opened` was read. */
static void examine_adapter(const char *opened, const char *line)
{
    struct doctor_job job = {.listen_ms = LISTEN_MS};
    struct bus_address at;
    struct bus_options options = {.frames = false};
    char why[400];
    char name[120];
    char read[600] = "";
    size_t n_read = 0;
    snprintf(name, sizeof name, "pty:%s", link_path);
    assert_true(bus_address_read(name, &at, why, sizeof why));
    assert_true(bus_port_open(&adapter, &at, &options, 1000, why, sizeof why));
    snprintf(name, sizeof name, "slcan:%s", link_path);
    assert_true(bus_address_read(name, &job.address, why, sizeof why));
    doctor_begin(&doctor, &job, 1000);
    for (int64_t now_ms = 1010; doctor_step(&doctor, now_ms); now_ms += STEP_MS) {
        bus_port_step(&adapter, now_ms);
        n_read += bus_port_read(&adapter, 0, (uint8_t *)read + n_read, sizeof read - 1 - n_read);
        read[n_read] = '\0';
        const char *last = strrchr(read, 'S');
        bool open = last != NULL && strncmp(last, opened, strlen(opened)) == 0;
        if (open && now_ms % 100 == 0) {
            (void)bus_port_write(&adapter, 0, (const uint8_t *)line, strlen(line));
        }
    }
    bus_port_close(&adapter);
}

static void another_bit_rate_is_found_without_acknowledging(void **state)
{
    (void)state;
    examine_adapter("S5\rL", "t355432006300\r");
    assert_found(FINDING_CAN_OTHER_RATE, "250 kbit/s, not 500", false);
    assert_true(diagnosis_has(&doctor.diagnosis, FINDING_CAN_BATTERY_ONLY));
}

static void what_is_no_adapter_is_told(void **state)
{
    (void)state;
    examine_adapter("S", "$GPGGA,1,2,3*7A\r\n");
    assert_found(FINDING_BUS_GARBAGE, "no slcan", false);
}

static void nobody_on_a_pty_is_told(void **state)
{
    (void)state;
    struct scene scene = {.no_adapter = true};
    examine(&scene, "pylon-can", "pty:LINK");
    assert_found(FINDING_NOBODY_CONNECTED, "nobody connected", false);
}

int main(void)
{
    snprintf(link_path, sizeof link_path, "/tmp/hearth-doctor-can-%d", (int)getpid());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_situation_is_told),
        cmocka_unit_test(values_that_cannot_be_are_told),
        cmocka_unit_test(a_wavering_battery_is_not_two),
        cmocka_unit_test(nobody_on_a_pty_is_told),
        cmocka_unit_test(another_bit_rate_is_found_without_acknowledging),
        cmocka_unit_test(what_is_no_adapter_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
