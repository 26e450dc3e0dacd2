/* SPDX-License-Identifier: Apache-2.0 */
/* The front panels of the packs: tables only. */
#include "core/product/panel.h"

#include "core/product/text.h"

static const char *const words[TEXT_COUNT][LANGUAGE_COUNT] = {
    [TEXT_NONE] = {"", "", ""},
#define TEXT(id, ...) [TEXT_##id] = {__VA_ARGS__},
#include "core/product/battery/texts.def"
#undef TEXT
};

const char *panel_word(enum panel_text_id id, enum panel_language language)
{
    return words[id][language];
}

const struct panel_page panel_pages[PANEL_PAGE_COUNT] = {
#define PANEL_PAGE(id, ...) [PANEL_##id] = {__VA_ARGS__},
#include "core/product/battery/pages.def"
#undef PANEL_PAGE
};

const struct panel_field panel_fields[] = {
#define FIELD(...) {__VA_ARGS__},
#include "core/product/battery/fields.def"
#undef FIELD
};
const int panel_field_count = sizeof panel_fields / sizeof panel_fields[0];

const struct protocol protocols[] = {
#define PROTOCOL(bus, ...) {PROTOCOL_##bus, __VA_ARGS__},
#include "core/product/battery/protocols.def"
#undef PROTOCOL
};
const int protocol_count = sizeof protocols / sizeof protocols[0];

const struct protocol *protocol_of_code(enum protocol_bus bus, int32_t code)
{
    for (int i = 0; i < protocol_count; i++) {
        if (protocols[i].bus == bus && protocols[i].code == code) {
            return &protocols[i];
        }
    }
    return NULL;
}

const struct protocol *protocol_of_name(enum protocol_bus bus, const char *name)
{
    for (int i = 0; i < protocol_count; i++) {
        if (protocols[i].bus == bus && same_text(protocols[i].name, name)) {
            return &protocols[i];
        }
    }
    return NULL;
}

const struct led_row led_rows[] = {
#define LED(...) {__VA_ARGS__},
#include "core/product/battery/leds.def"
#undef LED
};
const int led_row_count = sizeof led_rows / sizeof led_rows[0];

/* ES s5 table 2: steps of 17, 17, 17, 16, 17, 16 %. */
const uint8_t soc_led_from_pct[PACK_SOC_LEDS] = {0, 18, 34, 51, 67, 84};

/* VT s5.1 says ten kinds of inverters without naming them: our list, for the brands of s9. */
static const struct panel_choice vt_inverters[] = {
    {PROTOCOL_CAN, 0x01, "PYLON", "PYLON", "Deye, Sorotec, Sol-Ark, Megarevo, Afore, Isuna"},
    {PROTOCOL_CAN, 0x02, "GROWATT", "GROWATT", "Growatt"},
    {PROTOCOL_CAN, 0x0A, "SOFAR", "SOFAR", "Sofar"},
    {PROTOCOL_CAN, 0x05, "LUXPOWER", "LUXPOWER", "Lux power"},
    {PROTOCOL_CAN, 0x08, "GOODWE", "GOODWE", "Goodwe"},
    {PROTOCOL_CAN, 0x0C, "SOLIS", "SOLIS", "Solis"},
    {PROTOCOL_CAN, 0x07, "SMA", "SMA", "SMA"},
    {PROTOCOL_CAN, 0x03, "VICTRON", "VICTRON", "Victron"},
    {PROTOCOL_RS485, 0x03, "VOLTRONIC", "VOLTRONIC", "Voltronic"},
    {PROTOCOL_RS485, 0x02, "GROWATT 485", "GROWATT 485", "Sacolar"},
};

/* ES s7.9: what the menu prints, and the document behind it. */
static const struct panel_choice es_choices[] = {
    {PROTOCOL_CAN, 0x0A, "SOFAR", "SOFAR PROTOCOL",
     "Shouhang energy storage inverter BMS general CAN protocol V2.1.002 20191204"},
    {PROTOCOL_CAN, 0x08, "GOODWE", "GOODWE PROTOCOL",
     "LV BMS Protocol (CAN) for Solar Inverter Family EN_V1.5"},
    {PROTOCOL_CAN, 0x01, "PYLON 2.0", "PYLON PROTOCOL 2.0",
     "Pylon CAN bus protocol V2.0.4 20211122"},
    {PROTOCOL_CAN, 0x07, "SMA", "SMA PROTOCOL", "SMA FSS-ConnectingBat-TI-en-20W"},
    {PROTOCOL_CAN, 0x02, "GROWATT", "GROWATT_PROTOCOL",
     "Growatt BMS CAN-Bus-protocol-low-voltage V1.04"},
    {PROTOCOL_RS485, 0x03, "USER_485_VOLTRON", "USER_485_VOLTRON",
     "Voltronic Inverter and BMS 485 communication protocol 20200325(1)"},
    {PROTOCOL_RS485, 0x01, "USER_485PYLON", "USER_485PYLON",
     "RS485-protocol-pylon-low-voltage, V3.5"},
    {PROTOCOL_RS485, 0x06, "USER_485_LUXPOWER", "USER_485_LUXPOWER",
     "Luxpowertek Battery Protocol RS485_V01"},
};

static const struct panel_lamp_row vt_lamps[] = {
    {"run", "RUN", COLOUR_GREEN, LAMP_OF_RUN, 0},
    {"alm", "ALM", COLOUR_RED, LAMP_OF_ALM, 0},
};

static const struct panel_lamp_row es_lamps[] = {
    {"l6", "L6", COLOUR_GREEN, LAMP_OF_SOC, 5}, {"l5", "L5", COLOUR_GREEN, LAMP_OF_SOC, 4},
    {"l4", "L4", COLOUR_GREEN, LAMP_OF_SOC, 3}, {"l3", "L3", COLOUR_GREEN, LAMP_OF_SOC, 2},
    {"l2", "L2", COLOUR_GREEN, LAMP_OF_SOC, 1}, {"l1", "L1", COLOUR_GREEN, LAMP_OF_SOC, 0},
    {"alm", "ALM", COLOUR_RED, LAMP_OF_ALM, 0}, {"run", "RUN", COLOUR_GREEN, LAMP_OF_RUN, 0},
};

/* AS1 s5.2: the battery switch burns blue while the pack is on. */
static const struct panel_lamp_row b1_lamps[] = {
    {"blue", "Battery switch", COLOUR_BLUE, LAMP_OF_SWITCH, 0},
};

#define COUNT(list) (uint8_t)(sizeof(list) / sizeof(list)[0])

const struct panel_model panel_vt12040 = {
    .family = "vt12040",
    .host = HOST_VT,
    .any = PANEL_PAGE_COUNT,
    .boot = PANEL_VT_HOME,
    .rest = PANEL_VT_HOME,
    .home = PANEL_VT_HOME,
    .has_links = true,
    .ring = {PANEL_VT_HOME, PANEL_VT_BATTERY, PANEL_VT_PROTECTION, PANEL_VT_ALARM, PANEL_VT_SYSTEM},
    .n_languages = 3,
    .inverters = vt_inverters,
    .n_inverters = COUNT(vt_inverters),
    .lamps = vt_lamps,
    .n_lamps = COUNT(vt_lamps),
    .version = "V1.1",
    .name = "HMI",
};

const struct panel_model panel_es_series = {
    .family = "es_series",
    .host = HOST_TOUCH,
    .any = PANEL_ES_ANY,
    .boot = PANEL_ES_BOOT,
    .rest = PANEL_ES_MAIN,
    .home = PANEL_ES_HOME,
    .boot_ms = PANEL_BOOT_MS,
    .dark_ms = 3 * 60 * 1000,
    .asks_password = true,
    .ring = {PANEL_ES_HOME, PANEL_ES_PACK, PANEL_ES_STATUS, PANEL_ES_PROTOCOL, PANEL_ES_SYSTEM},
    .n_languages = 2,
    .choices = es_choices,
    .n_choices = COUNT(es_choices),
    .lamps = es_lamps,
    .n_lamps = COUNT(es_lamps),
    .version = "CTP28/35-1.1",
    .name = "Touch screen",
};

/* No display of its own: its figures are on the AS1's. */
const struct panel_model panel_b1 = {
    .family = "b1_5_1_48 / as1",
    .any = PANEL_PAGE_COUNT,
    .boot = PANEL_PAGE_COUNT,
    .rest = PANEL_PAGE_COUNT,
    .home = PANEL_PAGE_COUNT,
    .lamps = b1_lamps,
    .n_lamps = COUNT(b1_lamps),
    .version = "",
    .name = "",
};
