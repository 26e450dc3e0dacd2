/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the SRNE map that this inverter has something for: P00 to P10 of V1.96. */
#include "core/proto/srne.h"

static const struct hostlink_code address_codes[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6},
                                                     {7, 7}, {8, 8}, {9, 9}, {1, 0}, {-1, 0}};
/* LFP of 14, 15, 16 cells are 4, 5, 6; ternary of 13, 14 are 12, 13. The type led by its BMS is
   told as 16 cells of LFP. */
static const struct hostlink_code battery_codes[] = {
    {0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {12, 7}, {13, 8}, {6, 9}, {-1, 0}};
static const struct hostlink_code parallel_codes[] = {{0, 0}, {1, 1}, {5, 2},
                                                      {6, 3}, {7, 4}, {-1, 0}};
/* mains first (1) is none of this inverter's */
static const struct hostlink_code charge_codes[] = {{0, 0}, {2, 1}, {3, 2}, {-1, 0}};
static const struct hostlink_code bms_codes[] = {{0, 0}, {1, 2}, {2, 1}, {-1, 0}};
static const struct hostlink_code bms_protocol_codes[] = {{7, 0}, {-1, 0}};
static const struct hostlink_code stage_codes[] = {
    {0, VIEW_STAGE_OFF},  {1, VIEW_STAGE_BULK}, {2, VIEW_STAGE_ABSORPTION}, {4, VIEW_STAGE_FLOAT},
    {6, VIEW_STAGE_WAKE}, {8, VIEW_STAGE_FULL}, {2, VIEW_STAGE_EQUALIZE},   {-1, 0}};
static const struct hostlink_code state_codes[] = {{1, VIEW_STATE_STANDBY},
                                                   {4, VIEW_STATE_BYPASS},
                                                   {5, VIEW_STATE_INVERTING},
                                                   {9, VIEW_STATE_OFF},
                                                   {10, VIEW_STATE_FAULT},
                                                   {2, VIEW_STATE_UPDATE},
                                                   {4, VIEW_STATE_ON_GRID},
                                                   {0, VIEW_STATE_STANDBY},
                                                   {3, VIEW_STATE_STANDBY},
                                                   {6, VIEW_STATE_BYPASS},
                                                   {7, VIEW_STATE_INVERTING},
                                                   {8, VIEW_STATE_STANDBY},
                                                   {-1, 0}};

#define NUMBER(address_, number_)                                                          \
    {                                                                                      \
        .address = (address_), .words = 1, .from = SRNE_NUMBER, .up = 1, .down = (number_) \
    }
#define LIVE(address_, id_, down_)                                                       \
    {                                                                                    \
        .address = (address_), .words = 1, .from = SRNE_LIVE, .id = LIVE_##id_, .up = 1, \
        .down = (down_)                                                                  \
    }
#define LIVE_SIGNED(address_, id_, up_, down_)                                                     \
    {                                                                                              \
        .address = (address_), .words = 1, .from = SRNE_LIVE, .id = LIVE_##id_, .is_signed = true, \
        .up = (up_), .down = (down_)                                                               \
    }
#define LIVE_CODE(address_, from_, id_, codes_)                                                   \
    {                                                                                             \
        .address = (address_), .words = 1, .from = (from_), .id = LIVE_##id_, .up = 1, .down = 1, \
        .codes = (codes_)                                                                         \
    }
#define LIVE_LONG(address_, id_, down_)                                                  \
    {                                                                                    \
        .address = (address_), .words = 2, .from = SRNE_LIVE, .id = LIVE_##id_, .up = 1, \
        .down = (down_)                                                                  \
    }
#define SET(address_, id_, up_, down_)                                                     \
    {                                                                                      \
        .address = (address_), .words = 1, .from = SRNE_SET, .id = SET_##id_, .up = (up_), \
        .down = (down_)                                                                    \
    }
#define SET_CODE(address_, id_, codes_)                                                           \
    {                                                                                             \
        .address = (address_), .words = 1, .from = SRNE_SET, .id = SET_##id_, .up = 1, .down = 1, \
        .codes = (codes_)                                                                         \
    }
#define SET_BLOCK(address_, id_)                                                                 \
    {                                                                                            \
        .address = (address_), .words = 1, .from = SRNE_SET, .id = SET_##id_, .per_block = true, \
        .up = 1, .down = 100                                                                     \
    }
#define OTHER(address_, words_, from_)                                                \
    {                                                                                 \
        .address = (address_), .words = (words_), .from = (from_), .up = 1, .down = 1 \
    }

const struct srne_row srne_rows[] = {
    /* P00 product */
    NUMBER(0x000B, 4),
    LIVE(0x0014, VERSION, 1),
    NUMBER(0x0015, 100),
    LIVE(0x0016, VERSION, 1),
    NUMBER(0x0017, 100),
    {.address = 0x001A,
     .words = 1,
     .from = SRNE_SHOWN,
     .id = SET_DEVICE_ADDRESS,
     .up = 1,
     .down = 1,
     .codes = address_codes},
    LIVE(0x001B, RATED_W, 100),
    NUMBER(0x001C, 196),
    OTHER(0x0035, 20, SRNE_SERIAL),
    /* P01 DC side */
    LIVE(0x0100, BATTERY_SOC, 1),
    LIVE(0x0101, BATTERY_V, 100),
    LIVE_SIGNED(0x0102, BATTERY_A, 1, 100),
    LIVE_SIGNED(0x0103, BATTERY_C, 1, 1),
    LIVE(0x0107, PV_V, 100),
    LIVE(0x0108, PV_A, 100),
    LIVE(0x0109, PV_W, 1),
    LIVE(0x010A, PV_W, 1),
    LIVE_CODE(0x010B, SRNE_LIVE, STAGE, stage_codes),
    LIVE(0x010E, CHARGE_W, 1),
    /* P02 AC side */
    OTHER(0x0200, 4, SRNE_FAULT_BITS),
    OTHER(0x0204, 4, SRNE_FAULT_CODES),
    OTHER(0x020C, 3, SRNE_CLOCK),
    LIVE_CODE(0x0210, SRNE_STATE, STATE, state_codes),
    LIVE(0x0212, BUS_V, 100),
    LIVE(0x0213, GRID_V, 100),
    LIVE(0x0214, GRID_A, 100),
    LIVE(0x0215, GRID_HZ, 1),
    LIVE(0x0216, OUTPUT_V, 100),
    LIVE(0x0217, BRIDGE_A, 100),
    LIVE(0x0218, OUTPUT_HZ, 1),
    LIVE(0x0219, OUTPUT_A, 100),
    LIVE(0x021B, LOAD_W, 1),
    LIVE(0x021C, OUTPUT_VA, 1),
    LIVE(0x021E, GRID_CHARGE_A, 100),
    LIVE(0x021F, LOAD_PCT, 1),
    LIVE_SIGNED(0x0220, HEATSINK_C, 1, 1),
    LIVE_SIGNED(0x0221, HEATSINK_C, 1, 1),
    LIVE(0x0224, PV_CHARGE_A, 100),
    LIVE_SIGNED(0x023A, GRID_W, -1, 1),
    LIVE(0x0240, LOAD_W, 1),
    /* P03 orders */
    SET(0xDF00, POWER_ON, 1, 1),
    OTHER(0xDF01, 1, SRNE_RESTART),
    OTHER(0xDF02, 1, SRNE_RESET),
    SET(0xDF0D, EQUALIZE_NOW, 1, 1),
    /* P05 battery */
    LIVE(0xE001, PV_CHARGE_MAX_A, 100),
    LIVE(0xE003, BATTERY_CLASS_V, 1),
    SET_CODE(0xE004, BATTERY_TYPE, battery_codes),
    SET_BLOCK(0xE005, BATTERY_HIGH_V),
    SET_BLOCK(0xE007, EQUALIZE_V),
    SET_BLOCK(0xE008, BOOST_V),
    SET_BLOCK(0xE009, FLOAT_V),
    SET_BLOCK(0xE00A, RECHARGE_V),
    SET_BLOCK(0xE00B, BATTERY_RECOVER_V),
    SET_BLOCK(0xE00C, BATTERY_ALARM_V),
    SET_BLOCK(0xE00D, BATTERY_SHUTDOWN_V),
    SET_BLOCK(0xE00E, BATTERY_CUTOFF_V),
    SET(0xE00F, OFF_GRID_CUTOFF_SOC, 1, 1),
    SET(0xE010, SHUTDOWN_DELAY, 1, 1),
    SET(0xE011, EQUALIZE_TIME, 1, 1),
    SET(0xE012, BOOST_TIME, 1, 1),
    SET(0xE013, EQUALIZE_INTERVAL, 1, 1),
    SET_BLOCK(0xE01B, BATTERY_TO_GRID_V),
    SET(0xE01D, CHARGE_CUTOFF_SOC, 1, 1),
    SET(0xE01F, ON_GRID_CUTOFF_SOC, 1, 1),
    SET(0xE020, ON_GRID_RECOVER_SOC, 1, 1),
    SET_BLOCK(0xE022, GRID_TO_BATTERY_V),
    SET(0xE023, EQUALIZE_DELAY, 1, 1),
    SET(0xE037, GRID_FEED, 1, 1),
    /* P07 inverter */
    SET_CODE(0xE200, DEVICE_ADDRESS, address_codes),
    SET_CODE(0xE201, PARALLEL_MODE, parallel_codes),
    OTHER(0xE203, 1, SRNE_PASSWORD_INPUT),
    SET(0xE204, SUPPLY_MODE, 1, 1),
    SET(0xE205, GRID_CHARGE_CURRENT_MAX, 1, 100),
    SET(0xE206, EQUALIZE_ENABLE, 1, 1),
    SET(0xE208, OUTPUT_V, 10, 1),
    SET(0xE209, OUTPUT_FREQUENCY, 100, 1),
    SET(0xE20A, CHARGE_CURRENT_MAX, 1, 100),
    SET(0xE20B, INPUT_WINDOW, 1, 1),
    SET(0xE20C, ENERGY_SAVING, 1, 1),
    SET(0xE20D, OVERLOAD_RESTART, 1, 1),
    SET(0xE20E, OVERTEMP_RESTART, 1, 1),
    SET_CODE(0xE20F, CHARGE_PRIORITY, charge_codes),
    SET(0xE210, BUZZER, 1, 1),
    SET(0xE211, MODE_REMINDER, 1, 1),
    SET(0xE212, OVERLOAD_BYPASS, 1, 1),
    SET_CODE(0xE215, BMS_LINK, bms_codes),
    SET_CODE(0xE21B, BMS_PROTOCOL, bms_protocol_codes),
    SET(0xE21F, GENERATOR_AUTO, 1, 1),
    /* P08 grid */
    SET(0xE42C, IMPORT_MIN_W, 1, 1),
    /* P09 energy */
    LIVE(0xF02C, SOLD_TODAY, 100),
    LIVE(0xF02D, CHARGED_TODAY, 1000),
    LIVE(0xF02E, DISCHARGED_TODAY, 1000),
    LIVE(0xF02F, PV_TODAY, 100),
    LIVE(0xF030, LOAD_TODAY, 100),
    LIVE_LONG(0xF032, SOLD_TOTAL, 100),
    LIVE_LONG(0xF034, CHARGED_TOTAL, 1000),
    LIVE_LONG(0xF036, DISCHARGED_TOTAL, 1000),
    LIVE_LONG(0xF038, PV_TOTAL, 100),
    LIVE_LONG(0xF03A, LOAD_TOTAL, 100),
    LIVE(0xF03C, GRID_CHARGED_TODAY, 1000),
    LIVE(0xF03D, BOUGHT_TODAY, 100),
    LIVE_LONG(0xF046, GRID_CHARGED_TOTAL, 1000),
    LIVE_LONG(0xF048, BOUGHT_TOTAL, 100),
    /* P10 records */
    OTHER(0xF800, SRNE_RECORDS *SRNE_RECORD_SIZE, SRNE_RECORD),
};
const int srne_row_count = sizeof srne_rows / sizeof srne_rows[0];

/* What the document has registers in. */
static const struct {
    uint16_t first, last;
} areas[] = {{0x000A, 0x0049}, {0x0100, 0x0111}, {0x0200, 0x0243},
             {0xDF00, 0xDF0D}, {0xE000, 0xE04D}, {0xE200, 0xE221},
             {0xE400, 0xE437}, {0xF000, 0xF04D}, {0xF800, 0xFA11}};

bool srne_is_there(uint16_t address)
{
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
        if (address >= areas[i].first && address <= areas[i].last) {
            return true;
        }
    }
    return false;
}

const struct srne_row *srne_row_at(uint16_t address)
{
    int low = 0;
    int high = srne_row_count - 1;
    while (low < high) { /* the last row that begins at or before it */
        int middle = (low + high + 1) / 2;
        if (srne_rows[middle].address <= address) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    const struct srne_row *row = &srne_rows[low];
    return address >= row->address && address < row->address + row->words ? row : NULL;
}

const struct srne_row *srne_row_of(enum setting_id id)
{
    for (int i = 0; i < srne_row_count; i++) {
        if (srne_rows[i].from == SRNE_SET && srne_rows[i].id == id) {
            return &srne_rows[i];
        }
    }
    return NULL;
}

uint8_t srne_address(const struct inverter_view *view)
{
    return (uint8_t)hostlink_code_of(address_codes, view->set[SET_DEVICE_ADDRESS]);
}

const char *srne_exception_text(uint8_t code)
{
    static const char *const texts[] = {"",
                                        "there is no such function",
                                        "there is no such register",
                                        "the value is out of range",
                                        "not possible with the other settings or on this model",
                                        "wrong password",
                                        "the frame has a wrong length",
                                        "the register can only be read",
                                        "not while it is running",
                                        "locked by a password",
                                        "more than 32 registers",
                                        "not permitted"};
    return code < sizeof texts / sizeof texts[0] ? texts[code] : "";
}
