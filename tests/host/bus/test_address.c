/* SPDX-License-Identifier: Apache-2.0 */
/* Names of buses: what is taken, and what is told of those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/bus/address.h"

static void every_kind_reads_and_writes_back(void **state)
{
    static const struct {
        const char *text, *back;
        struct bus_address address;
    } cases[] = {
        {"can:can0", "can:can0", {.kind = BUS_CAN, .path = "can0"}},
        {"slcan:/dev/ttyACM0?250k",
         "slcan:/dev/ttyACM0?250k",
         {.kind = BUS_SLCAN, .path = "/dev/ttyACM0", .bit_per_s = 250000}},
        {"serial:/dev/ttyUSB0",
         "serial:/dev/ttyUSB0",
         {.kind = BUS_SERIAL, .path = "/dev/ttyUSB0"}},
        {"serial:/dev/ttyUSB0?19200",
         "serial:/dev/ttyUSB0?19200-8N1",
         {.kind = BUS_SERIAL, .path = "/dev/ttyUSB0", .baud = 19200}},
        {"serial:/dev/ttyS1?115200-7E2,rs485",
         "serial:/dev/ttyS1?115200-7E2,rs485",
         {.kind = BUS_SERIAL,
          .path = "/dev/ttyS1",
          .baud = 115200,
          .data_bits = 7,
          .stop_bits = 2,
          .parity = PARITY_EVEN,
          .direction = DIRECTION_KERNEL}},
        {"serial:/dev/ttyS1?rts-low&9600-8O1",
         "serial:/dev/ttyS1?9600-8O1,rts-low",
         {.kind = BUS_SERIAL,
          .path = "/dev/ttyS1",
          .baud = 9600,
          .parity = PARITY_ODD,
          .direction = DIRECTION_RTS_LOW}},
        {"tcp:192.168.1.5:8899",
         "tcp:192.168.1.5:8899",
         {.kind = BUS_TCP, .path = "192.168.1.5", .port = 8899}},
        {"modbus:[::1]:502", "modbus:[::1]:502", {.kind = BUS_MODBUS, .path = "::1", .port = 502}},
        {"pty:./bms-port", "pty:./bms-port", {.kind = BUS_PTY, .path = "./bms-port"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bus_address read;
        char why[300];
        char back[300];
        struct bus_address wanted = cases[i].address;
        wanted.data_bits = wanted.data_bits == 0 ? 8 : wanted.data_bits;
        wanted.stop_bits = wanted.stop_bits == 0 ? 1 : wanted.stop_bits;
        assert_true(bus_address_read(cases[i].text, &read, why, sizeof why));
        assert_int_equal(read.kind, wanted.kind);
        assert_string_equal(read.path, wanted.path);
        assert_int_equal(read.port, wanted.port);
        assert_int_equal(read.baud, wanted.baud);
        assert_int_equal(read.data_bits, wanted.data_bits);
        assert_int_equal(read.stop_bits, wanted.stop_bits);
        assert_int_equal(read.parity, wanted.parity);
        assert_int_equal(read.direction, wanted.direction);
        assert_int_equal(read.bit_per_s, wanted.bit_per_s);
        bus_address_write(&read, back, sizeof back);
        assert_string_equal(back, cases[i].back);
    }
}

static void a_bad_name_is_refused_with_what_is_allowed(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "is not a bus"},
        {"ttyUSB0", "is not a bus"},
        {"canopen:can0", "is not a bus"},
        {"can:", "is not a bus"},
        {"can:a-name-of-sixteen", "1 to 15 characters"},
        {"can:can0?500k", "takes no options"},
        {"serial:?9600", "names no device"},
        {"serial:/dev/x?9601", "baud rate 9601 is not allowed"},
        {"serial:/dev/x?9600-9N1", "is no line setting"},
        {"serial:/dev/x?9600-8X1", "is no line setting"},
        {"serial:/dev/x?9600-8N", "is no line setting"},
        {"serial:/dev/x?9600-8N3", "is no line setting"},
        {"serial:/dev/x?fast", "is no option"},
        {"serial:/dev/x?500k", "option of slcan"},
        {"slcan:/dev/x?333k", "bit rate 333k is not allowed"},
        {"pty:./x?rs485", "option of serial"},
        {"tcp:localhost", "HOST:PORT"},
        {"tcp:localhost:", "HOST:PORT"},
        {"tcp:localhost:0", "HOST:PORT"},
        {"tcp:localhost:70000", "HOST:PORT"},
        {"tcp::502", "HOST:PORT"},
        {"modbus:h:5x", "HOST:PORT"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bus_address read;
        char why[300] = "";
        assert_false(bus_address_read(cases[i].text, &read, why, sizeof why));
        if (strstr(why, cases[i].says) == NULL) {
            print_error("%s: %s\n", cases[i].text, why);
        }
        assert_non_null(strstr(why, cases[i].says));
    }
    char longest[600] = "serial:/";
    memset(longest + 8, 'x', 500);
    struct bus_address read;
    char why[300];
    assert_false(bus_address_read(longest, &read, why, sizeof why));
    assert_non_null(strstr(why, "too long"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_reads_and_writes_back),
        cmocka_unit_test(a_bad_name_is_refused_with_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
