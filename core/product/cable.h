/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_CABLE_H
#define HEARTH_CORE_PRODUCT_CABLE_H

/*
 * Which inverters a battery family is made for and over which wire, and the pins of its ports, as
 * the manuals print them (battery/compat.def, battery/pins.def). A family is the word of its
 * panel: "vt12040", "es_series", "b1_5_1_48".
 */

struct compat_row {
    const char *family, *brand;
    const char *models; /* "%s" stands for the system voltage, "24 V" or "48 V" */
    const char *bus, *protocol, *notes;
};
extern const struct compat_row compat_rows[];
extern const int compat_row_count;

struct pin_row {
    const char *family, *port, *pin, *signal; /* at the battery */
    const char *brand, *bus, *connector, *inverter_pin, *notes;
};
extern const struct pin_row pin_rows[];
extern const int pin_row_count;

#endif
