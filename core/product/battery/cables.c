/* SPDX-License-Identifier: Apache-2.0 */
#include "core/product/cable.h"

const struct compat_row compat_rows[] = {
#define COMPAT(family, brand, models, bus, protocol, notes) \
    {#family, brand, models, bus, protocol, notes},
#include "core/product/battery/compat.def"
};
const int compat_row_count = sizeof compat_rows / sizeof compat_rows[0];

const struct pin_row pin_rows[] = {
#define PIN(family, port, pin, signal, brand, bus, connector, inverter_pin, notes) \
    {#family, port, pin, signal, brand, bus, connector, inverter_pin, notes},
#include "core/product/battery/pins.def"
};
const int pin_row_count = sizeof pin_rows / sizeof pin_rows[0];
