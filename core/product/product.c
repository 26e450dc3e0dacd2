/* SPDX-License-Identifier: Apache-2.0 */
/* The products, and the ratings of the pack models. */
#include "core/product/product.h"

#include "core/product/offgrid/offgrid.h"
#include "core/product/panel.h"
#include "core/product/guide.h"
#include "core/product/text.h"

/* RST, VT s5.1 s5.3; 6 to 10 s in sleep wakes as well (our choice), a longer hold is a stuck key.
 */
#define RST_WAKES_AND_RESETS                                       \
    {true, 3000, 6000, RST_WAKES}, {true, 6000, 10001, RST_WAKES}, \
    {                                                              \
        false, 6000, 10001, RST_RESETS                             \
    }
static const struct key_rule vt_keys[] = {RST_WAKES_AND_RESETS};
/* ES s1.3(13): 3 to 6 s puts an active pack to sleep. */
static const struct key_rule es_keys[] = {RST_WAKES_AND_RESETS, {false, 3000, 6000, RST_SLEEPS}};
#define KEYS(rules) .key_rules = (rules), .n_key_rules = sizeof(rules) / sizeof(rules)[0]

/* VT-12040 s2.1: 16S 200 Ah, 57.6 V charge, 40 V minimum, 100 A both ways. */
static const struct pack_profile vt12040 = {
    .model = BATTERY_VT12040,
    .n_cells = 16,
    .capacity_mah = 200000,
    .nominal_mv = 51200,
    .charge_mv = 57600,
    .discharge_mv = 40000,
    .rated_ma = 100000,
    .short_ma = 300000,
    .energy_wh = 10240,
    .wall_lamps = true,
    .rows = wall_protections,
    .manual = "002",
    KEYS(vt_keys),
    .panel = &panel_vt12040,
    .guide = &guide_vt12040,
};

/* ES series s8; 25.6 V models are 8S, the 230LP 16S model has the 200 A board. */
#define ES_BOARD                                                                            \
    .n_soc_leds = PACK_SOC_LEDS, .senses_reverse = true, .wall_lamps = true, KEYS(es_keys), \
    .rows = wall_protections, .panel = &panel_es_series, .guide = &guide_es_series,         \
    .manual = "004"
#define ES_8S  .n_cells = 8, .nominal_mv = 25600, .charge_mv = 29200, .discharge_mv = 21000
#define ES_16S .n_cells = 16, .nominal_mv = 51200, .charge_mv = 58400, .discharge_mv = 42000

static const struct pack_profile es25_6_100lp = {
    ES_BOARD,
    ES_8S,
    .model = BATTERY_ES25_100,
    .capacity_mah = 100000,
    .rated_ma = 100000,
    .short_ma = 300000,
    .energy_wh = 2560,
};
static const struct pack_profile es25_6_230lp = {
    ES_BOARD,
    ES_8S,
    .model = BATTERY_ES25_230,
    .capacity_mah = 230000,
    .rated_ma = 100000,
    .short_ma = 300000,
    .energy_wh = 5880,
};
static const struct pack_profile es51_2_100lp = {
    ES_BOARD,
    ES_16S,
    .model = BATTERY_ES51_100,
    .capacity_mah = 100000,
    .rated_ma = 100000,
    .short_ma = 300000,
    .energy_wh = 5120,
};
static const struct pack_profile es51_2_230lp = {
    ES_BOARD,
    ES_16S,
    .model = BATTERY_ES51_230,
    .capacity_mah = 230000,
    .rated_ma = 200000,
    .short_ma = 600000,
    .energy_wh = 11770,
};

/* B1-5.1-48, expansion pack of the AS1: manual 001 s2.1 and data sheet. */
static const uint8_t b1_listed[] = {
    ROW_OV,  ROW_UV,  ROW_COC,          ROW_DOC,          ROW_DOT,          ROW_COT,
    ROW_TUV, ROW_TOV, ROW_TUV_MASTER,   ROW_USOC,         ROW_EQUIPMENT,    ROW_LINK,
    ROW_BUS, ROW_CP,  ROW_OVER_VOLTAGE, ROW_OPEN_CIRCUIT, ROW_NO_DISCHARGE, ROW_OVER_CURRENT};

static const struct pack_profile b1_5_1_48 = {
    ES_16S,
    .model = BATTERY_B1_51_100,
    .capacity_mah = 100000,
    .rated_ma = 60000,
    .short_ma = 200000,
    .battery_key = true,
    .panel = &panel_b1,
    .guide = &guide_b1,
    .derate_c10 = 450,
    .stop_c10 = 500,
    .energy_wh = 5120,
    .rows = b1_protections,
    .listed = b1_listed,
    .n_listed = sizeof b1_listed,
    .manual = "001",
};

const struct product products[] = {
    {"vt12040", "VT-12040", "V-TAC", "battery", .pack = &vt12040},
    {"es25_6_100lp", "ES25.6-100LP", "ES", "battery", .pack = &es25_6_100lp},
    {"es25_6_230lp", "ES25.6-230LP", "ES", "battery", .pack = &es25_6_230lp},
    {"es51_2_100lp", "ES51.2-100LP", "ES", "battery", .pack = &es51_2_100lp},
    {"es51_2_230lp", "ES51.2-230LP", "ES", "battery", .pack = &es51_2_230lp},
    {"b1_5_1_48", "B1-5.1-48", "SAJ", "battery", .pack = &b1_5_1_48},
    {"offgrid_3000", "Off-grid hybrid 3000 W", "", "inverter", .inverter = &offgrid_3000,
     .install = &install_offgrid_3000},
    {"offgrid_5000", "Off-grid hybrid 5000 W", "", "inverter", .inverter = &offgrid_5000,
     .install = &install_offgrid_5000},
    {"offgrid_6000", "Off-grid hybrid 6000 W", "", "inverter", .inverter = &offgrid_6000,
     .install = &install_offgrid_6000},
    {"jso12048156", "JSO12048156", "JSO", "inverter", .hybrid = &jso12048156,
     .install = &install_jso12048156},
    {"as1_3ks_5_1", "AS1-3KS-5.1", "SAJ", "retrofit", .hybrid = &as1_3ks, .own_packs = 1,
     .install = &install_as1},
    {"as1_3ks_10_2", "AS1-3KS-10.2", "SAJ", "retrofit", .hybrid = &as1_3ks, .own_packs = 2,
     .install = &install_as1},
    {"as1_3ks_15_3", "AS1-3KS-15.3", "SAJ", "retrofit", .hybrid = &as1_3ks, .own_packs = 3,
     .install = &install_as1},
    {"as1_3ks_20_4", "AS1-3KS-20.4", "SAJ", "retrofit", .hybrid = &as1_3ks, .own_packs = 4,
     .install = &install_as1},
};

const int product_count = sizeof products / sizeof products[0];

const struct product *product_find(const char *id)
{
    for (int i = 0; i < product_count; i++) {
        if (same_text(products[i].id, id)) {
            return &products[i];
        }
    }
    return NULL;
}
