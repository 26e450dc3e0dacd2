/* SPDX-License-Identifier: Apache-2.0 */
#include "host/bus/address.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const struct kind_row {
    const char *word;
    bool device, host; /* what follows: a path with options, HOST:PORT */
} kinds[] = {
    [BUS_CAN] = {"can", false, false},      [BUS_SLCAN] = {"slcan", true, false},
    [BUS_SERIAL] = {"serial", true, false}, [BUS_TCP] = {"tcp", false, true},
    [BUS_MODBUS] = {"modbus", false, true}, [BUS_PTY] = {"pty", true, false},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static const uint32_t bauds[] = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400};
static const uint32_t rates[] = {10000,  20000,  50000,  100000, 125000,
                                 250000, 500000, 800000, 1000000};
static const char parities[] = "NEO";
static const char *const directions[] = {"", "rs485", "rts", "rts-low"};

__attribute__((format(printf, 3, 4))) static bool fail(char *why, size_t room, const char *format,
                                                       ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, room, format, args);
    va_end(args);
    return false;
}

static bool listed(const uint32_t *list, size_t n, uint32_t value)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == value) {
            return true;
        }
    }
    return false;
}

/* "9600-8N1", "9600" or, of a CAN bus, "500k". */
static bool read_speed(const char *word, struct bus_address *out, char *why, size_t room)
{
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    if (end == word || value > 10000000) {
        return fail(
            why, room,
            "\"%s\" is no option of a bus (allowed: 9600-8N1, rs485, rts, rts-low, of slcan "
            "500k)",
            word);
    }
    if (*end == 'k' && end[1] == '\0') {
        out->bit_per_s = (uint32_t)value * 1000U;
        return listed(rates, sizeof rates / sizeof rates[0], out->bit_per_s) ||
               fail(why, room,
                    "bit rate %s is not allowed (10k 20k 50k 100k 125k 250k 500k 800k 1000k)",
                    word);
    }
    out->baud = (uint32_t)value;
    if (!listed(bauds, sizeof bauds / sizeof bauds[0], out->baud)) {
        return fail(why, room,
                    "baud rate %lu is not allowed (1200 2400 4800 9600 19200 38400 57600 115200 "
                    "230400)",
                    value);
    }
    if (*end == '\0') {
        return true;
    }
    const char *parity =
        end[0] == '-' && end[1] != '\0' && end[2] != '\0' ? strchr(parities, end[2]) : NULL;
    bool well = parity != NULL && (end[1] == '7' || end[1] == '8') &&
                (end[3] == '1' || end[3] == '2') && end[4] == '\0';
    if (!well) {
        return fail(why, room,
                    "\"%s\" is no line setting (allowed: like 9600-8N1, 7 or 8 data bits, "
                    "N E O, 1 or 2 stop bits)",
                    word);
    }
    out->data_bits = (uint8_t)(end[1] - '0');
    out->parity = (enum bus_parity)(parity - parities);
    out->stop_bits = (uint8_t)(end[3] - '0');
    return true;
}

static bool read_option(const char *word, struct bus_address *out, char *why, size_t room)
{
    for (int i = DIRECTION_KERNEL; i <= DIRECTION_RTS_LOW; i++) {
        if (strcmp(word, directions[i]) == 0) {
            out->direction = (enum bus_direction)i;
            return true;
        }
    }
    return read_speed(word, out, why, room);
}

static bool read_options(char *text, struct bus_address *out, char *why, size_t room)
{
    char *rest = text;
    for (char *word; (word = strsep(&rest, ",&")) != NULL;) {
        if (!read_option(word, out, why, room)) {
            return false;
        }
    }
    bool can = out->kind == BUS_SLCAN;
    if (out->bit_per_s != 0 && !can) {
        return fail(why, room, "a CAN bit rate is an option of slcan: only");
    }
    if (out->direction != DIRECTION_NONE && out->kind != BUS_SERIAL) {
        return fail(why, room, "%s is an option of serial: only", directions[out->direction]);
    }
    return true;
}

static bool read_host(char *text, struct bus_address *out, char *why, size_t room)
{
    char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port = colon != NULL ? strtoul(colon + 1, &end, 10) : 0;
    if (colon == NULL || colon == text || end == colon + 1 || *end != '\0' || port < 1 ||
        port > 65535) {
        return fail(why, room, "\"%s\" is not HOST:PORT (port 1 to 65535)", text);
    }
    *colon = '\0';
    size_t length = strlen(text);
    if (text[0] == '[' && text[length - 1] == ']') { /* IPv6 */
        text[length - 1] = '\0';
        text++;
    }
    snprintf(out->path, sizeof out->path, "%.199s", text);
    out->port = (uint16_t)port;
    return true;
}

bool bus_address_read(const char *text, struct bus_address *out, char *why, size_t room)
{
    char rest[sizeof out->path + 64];
    *out = (struct bus_address){.data_bits = 8, .stop_bits = 1};
    const char *colon = strchr(text, ':');
    int kind = 0;
    while (kind < N_KINDS && (colon == NULL || strlen(kinds[kind].word) != (size_t)(colon - text) ||
                              strncmp(text, kinds[kind].word, (size_t)(colon - text)) != 0)) {
        kind++;
    }
    if (kind == N_KINDS || colon[1] == '\0') {
        return fail(why, room,
                    "\"%s\" is not a bus (allowed: can:can0, slcan:/dev/ttyACM0, "
                    "serial:/dev/ttyUSB0?9600-8N1, tcp:HOST:PORT, modbus:HOST:PORT, "
                    "pty:./bms-port)",
                    text);
    }
    if (strlen(colon + 1) >= sizeof rest || strcspn(colon + 1, "?") >= sizeof out->path) {
        return fail(why, room, "the name of the bus is too long (%zu characters, at most %zu)",
                    strlen(colon + 1), sizeof out->path - 1);
    }
    out->kind = (enum bus_kind)kind;
    snprintf(rest, sizeof rest, "%s", colon + 1);
    if (kinds[kind].host) {
        return read_host(rest, out, why, room);
    }
    char *options = strchr(rest, '?');
    if (options != NULL) {
        *options++ = '\0';
    }
    if (options != NULL && !kinds[kind].device) {
        return fail(why, room, "%s: takes no options here: the interface is set up with ip link",
                    kinds[kind].word);
    }
    if (rest[0] == '\0') {
        return fail(why, room, "\"%s\" names no device", text);
    }
    if (kind == BUS_CAN && (strlen(rest) > 15 || strpbrk(rest, "/ \t") != NULL)) {
        return fail(why, room, "\"%s\" is not the name of a network interface (1 to 15 characters)",
                    rest);
    }
    snprintf(out->path, sizeof out->path, "%.199s", rest);
    return options == NULL || read_options(options, out, why, room);
}

void bus_address_write(const struct bus_address *address, char *text, size_t room)
{
    const struct kind_row *row = &kinds[address->kind];
    if (row->host) {
        bool v6 = strchr(address->path, ':') != NULL;
        snprintf(text, room, "%s:%s%s%s:%u", row->word, v6 ? "[" : "", address->path, v6 ? "]" : "",
                 address->port);
        return;
    }
    int n = snprintf(text, room, "%s:%s", row->word, address->path);
    if (address->kind == BUS_SLCAN && address->bit_per_s != 0 && n > 0 && (size_t)n < room) {
        snprintf(text + n, room - (size_t)n, "?%uk", address->bit_per_s / 1000);
    }
    if (address->kind == BUS_SERIAL && address->baud != 0 && n > 0 && (size_t)n < room) {
        snprintf(text + n, room - (size_t)n, "?%u-%u%c%u%s%s", address->baud, address->data_bits,
                 parities[address->parity], address->stop_bits,
                 address->direction != DIRECTION_NONE ? "," : "", directions[address->direction]);
    }
}

bool bus_address_may_open(const struct bus_address *address, char *why, size_t room)
{
    enum { MEMORY_MAJOR = 1 }; /* null, zero and the like */
    struct stat is;
    bool device = address->kind == BUS_SERIAL || address->kind == BUS_SLCAN;
    if (!device || stat(address->path, &is) != 0 ||
        (S_ISCHR(is.st_mode) && major(is.st_rdev) != MEMORY_MAJOR)) {
        return true;
    }
    snprintf(why, room, "%s is no serial line", address->path);
    return false;
}

bool bus_address_same(const struct bus_address *a, const struct bus_address *b)
{
    return strcmp(a->path, b->path) == 0 && a->port == b->port;
}

bool bus_carries_frames(enum bus_kind kind) { return kind != BUS_MODBUS; }

bool bus_carries_bytes(enum bus_kind kind) { return kind != BUS_CAN && kind != BUS_SLCAN; }
