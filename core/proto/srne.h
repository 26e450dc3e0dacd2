/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_SRNE_H
#define HEARTH_CORE_PROTO_SRNE_H

/*
 * The register map of SRNE's energy-storage inverters, protocol V1.96, over Modbus RTU (9600 8N1).
 * Functions 03, 06 and 10, at most 32 registers at a time. Address 1 unless set; FF reaches whoever
 * is there and is answered with the real address; 0 is for all and is not answered. Of two
 * registers the low word comes first. Battery voltages that are set count per block of 12 V:
 * 57.6 V of a 48 V battery is 144. Measured ones are plain, 0.1 V.
 *
 * Registers between those that mean something are read as 0 and cannot be written. Source: vendor
 * document V1.96 (krimsonkla/srne_ble_modbus), davidrapan/ha-solarman srne_asf.yaml.
 */

#include "core/proto/hostlink.h"

enum {
    SRNE_REGISTERS = 32, /* of one request */
    SRNE_ANYBODY = 0xFF,
    SRNE_EVERYBODY = 0,
    SRNE_BLOCK_V = 12,
    SRNE_RECORDS = 32,
    SRNE_RECORD_SIZE = 16
};

enum srne_exception {
    SRNE_OK = 0,
    SRNE_NO_FUNCTION = 0x01,
    SRNE_NO_ADDRESS = 0x02,
    SRNE_NO_VALUE = 0x03,
    SRNE_FAILED = 0x04, /* not with the other settings as they are */
    SRNE_PASSWORD = 0x05,
    SRNE_FRAME = 0x06,
    SRNE_READ_ONLY = 0x07,
    SRNE_RUNNING = 0x08, /* not while it runs */
    SRNE_LOCKED = 0x09,
    SRNE_LENGTH = 0x0A,
    SRNE_PERMISSION = 0x0B
};

/* In words, "" for none. */
const char *srne_exception_text(uint8_t code);

enum srne_from {
    SRNE_LIVE,   /* enum view_live, as register * down / up */
    SRNE_SET,    /* enum setting_id, the same way */
    SRNE_SHOWN,  /* a setting that is only shown here */
    SRNE_NUMBER, /* `down` itself */
    SRNE_STATE,
    SRNE_SERIAL,
    SRNE_FAULT_BITS, /* bit of each code, from 1 */
    SRNE_FAULT_CODES,
    SRNE_CLOCK,
    SRNE_RECORD,
    SRNE_RESTART,
    SRNE_RESET,
    SRNE_PASSWORD_INPUT
};

struct srne_row {
    uint16_t address, words;
    enum srne_from from;
    uint8_t id;
    bool is_signed, per_block; /* per_block: of each 12 V of the battery */
    int32_t up, down;          /* register = value * up / down */
    const struct hostlink_code *codes;
};
extern const struct srne_row srne_rows[]; /* by rising address */
extern const int srne_row_count;

/* The row that has this register; NULL: none has. */
const struct srne_row *srne_row_at(uint16_t address);

/* The row that writes this setting; NULL: none does. */
const struct srne_row *srne_row_of(enum setting_id id);

/* Within the areas of the document, whether it means something here or not. */
bool srne_is_there(uint16_t address);

/* Number of a value in the row's register, and back. The way back fails for a code nobody knows. */
int64_t srne_number(const struct srne_row *row, int64_t value, int32_t battery_v);
bool srne_value(const struct srne_row *row, int64_t number, int32_t battery_v, int64_t *value);

/* Content of one register. */
uint16_t srne_register(uint16_t address, const struct hostlink_job *job);

/* Writes the registers of a request, all or none; nothing is written unless SRNE_OK comes back.
   `values` has room for SRNE_REGISTERS, to work in. */
enum srne_exception srne_write(const struct modbus_request *request, const struct hostlink_job *job,
                               struct hostlink_value *values);

/* Takes registers that were read into a view. */
void srne_read(uint16_t start, uint16_t count, const uint8_t *data, struct inverter_view *view);

/* One of the three registers of a clock: year and month, day and hour, minute and second. */
void srne_put_clock(struct view_clock *clock, uint16_t word, uint16_t content);

/* The address an inverter has by its settings. */
uint8_t srne_address(const struct inverter_view *view);

/* The parts of srne_end. */
size_t srne_server_byte(struct hostlink_server *server, uint8_t byte,
                        const struct hostlink_job *job, uint8_t *reply);
size_t srne_server_quiet(struct hostlink_server *server, const struct hostlink_job *job,
                         uint8_t *reply);

#endif
