/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BUS_ADDRESS_H
#define HEARTH_HOST_BUS_ADDRESS_H

/*
 * The name of a real bus, as on the command line and in site files:
 *
 *   can:can0                        SocketCAN interface
 *   slcan:/dev/ttyACM0?500k         serial CAN adapter
 *   serial:/dev/ttyUSB0?9600-8N1    serial port; with ,rs485 the kernel switches the direction,
 *                                   with ,rts or ,rts-low the RTS line does
 *   tcp:HOST:PORT                   a converter box, or as a server: listen here
 *   modbus:HOST:PORT                the same with Modbus TCP framing
 *   pty:./bms-port                  a pseudo terminal, its name linked to this path
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bus_kind { BUS_CAN, BUS_SLCAN, BUS_SERIAL, BUS_TCP, BUS_MODBUS, BUS_PTY };
enum bus_parity { PARITY_NONE, PARITY_EVEN, PARITY_ODD };
enum bus_direction { DIRECTION_NONE, DIRECTION_KERNEL, DIRECTION_RTS, DIRECTION_RTS_LOW };

struct bus_address {
    enum bus_kind kind;
    char path[200]; /* interface, device, link of a pty, host */
    uint16_t port;
    uint32_t baud; /* 0: not said, the protocol's own */
    uint8_t data_bits, stop_bits;
    enum bus_parity parity;
    enum bus_direction direction;
    uint32_t bit_per_s; /* of a CAN bus; 0: not said */
};

/* Reads a name; false with a whole sentence in `why`. */
bool bus_address_read(const char *text, struct bus_address *out, char *why, size_t room);

/* Writes it back in full. */
void bus_address_write(const struct bus_address *address, char *text, size_t room);

/* False with a sentence for what is there and will never be a line, such as serial:/dev/null; what
   is not there yet may come. */
bool bus_address_may_open(const struct bus_address *address, char *why, size_t room);

/* The same bus, however it is opened. */
bool bus_address_same(const struct bus_address *a, const struct bus_address *b);

/* True for kinds that can carry CAN frames. */
bool bus_carries_frames(enum bus_kind kind);
/* True for kinds that can carry bytes. */
bool bus_carries_bytes(enum bus_kind kind);

#endif
