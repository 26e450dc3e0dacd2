/* SPDX-License-Identifier: Apache-2.0 */
/* A client made with libmodbus: meter_libmodbus HOST PORT reads an emulated DTSU666 whose total is
   -600 W, sets its CT ratio and is refused. Exit status 0: all of it was as it should be. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <modbus.h>

static int failures;

static void check(const char *what, int well)
{
    printf("%s %s\n", well ? "ok" : "not ok", what);
    failures += !well;
}

static float number(modbus_t *modbus, int address)
{
    uint16_t words[2];
    return modbus_read_registers(modbus, address, 2, words) == 2 ? modbus_get_float_abcd(words)
                                                                 : NAN;
}

int main(int argc, char **argv)
{
    uint16_t ratio = 40;
    uint16_t word = 0;
    modbus_t *modbus = argc == 3 ? modbus_new_tcp_pi(argv[1], argv[2]) : NULL;
    if (modbus == NULL || modbus_set_slave(modbus, 1) != 0 || modbus_connect(modbus) != 0) {
        fprintf(stderr, "meter_libmodbus: %s\n", modbus_strerror(errno));
        return 2;
    }
    check("the total", number(modbus, 0x2012) == -6000.0F);
    check("IrAt is written", modbus_write_registers(modbus, 6, 1, &ratio) == 1 &&
                                 modbus_read_registers(modbus, 6, 1, &word) == 1 && word == 40);
    check("and counts", number(modbus, 0x2012) == -150.0F);
    ratio = 1;
    check("IrAt is set back", modbus_write_registers(modbus, 6, 1, &ratio) == 1);
    ratio = 0;
    check("IrAt of 0 is refused",
          modbus_write_registers(modbus, 6, 1, &ratio) < 0 && errno == EMBXILVAL);
    check("an unknown register is refused",
          modbus_read_registers(modbus, 0x3000, 1, &word) < 0 && errno == EMBXILADD);
    check("function 06 is refused", modbus_write_register(modbus, 6, 1) < 0 && errno == EMBXILFUN);
    modbus_close(modbus);
    modbus_free(modbus);
    return failures == 0 ? 0 : 1;
}
