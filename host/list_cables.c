/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
/* hearth list compat, pins: which inverter, which wire, which pin. */
#include <string.h>

#include "core/product/cable.h"
#include "core/product/panel.h"
#include "core/product/product.h"
#include "host/list_writer.h"

const char *const compat_columns[] = {"battery_product", "inverter_brand", "models", "bus",
                                      "protocol",        "notes",          NULL};
const int compat_widths[] = {14, 26, 44, 7, 16, 0};

const char *const pin_columns[] = {
    "battery_product",    "battery_port", "battery_pin", "signal", "inverter_brand", "bus",
    "inverter_connector", "inverter_pin", "notes",       NULL};
const int pin_widths[] = {16, 36, 12, 38, 26, 9, 19, 13, 44};

static bool of_family(const struct product *product, const char *family)
{
    return product->pack != NULL &&
           strncmp(product->pack->panel->family, family, strlen(family)) == 0;
}

/* The brand asked for, whatever its case; a part of the name will do. */
static bool of_brand(const struct writer *w, const char *brand)
{
    return w->brand == NULL || strcasestr(brand, w->brand) != NULL;
}

static void compat_line(struct writer *w, const struct compat_row *row, const struct product *p)
{
    char models[200];
    const char *volt = p->pack->n_cells == 8 ? "24 V" : "48 V";
    const char *mark = strstr(row->models, "%s");
    int head = mark != NULL ? (int)(mark - row->models) : (int)strlen(row->models);
    snprintf(models, sizeof models, "%.*s%s%s", head, row->models, mark != NULL ? volt : "",
             mark != NULL ? mark + 2 : "");
    const char *const cells[] = {p->id, row->brand, models, row->bus, row->protocol, row->notes};
    list_begin(w);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        list_cell(w, cells[i]);
    }
    list_end(w);
}

bool list_compat(struct writer *w, const struct product *only)
{
    for (int k = 0; k < product_count; k++) {
        const struct product *p = &products[k];
        for (int i = 0; i < compat_row_count && (only == NULL || only == p); i++) {
            if (of_family(p, compat_rows[i].family) && of_brand(w, compat_rows[i].brand)) {
                compat_line(w, &compat_rows[i], p);
            }
        }
    }
    return true;
}

bool list_pins(struct writer *w, const struct product *only)
{
    for (int i = 0; i < pin_row_count; i++) {
        const struct pin_row *row = &pin_rows[i];
        bool wanted = only == NULL || of_family(only, row->family);
        if (!wanted || !of_brand(w, row->brand)) {
            continue;
        }
        const char *const cells[] = {row->family,    row->port,         row->pin,
                                     row->signal,    row->brand,        row->bus,
                                     row->connector, row->inverter_pin, row->notes};
        list_begin(w);
        for (size_t c = 0; c < sizeof cells / sizeof cells[0]; c++) {
            list_cell(w, cells[c]);
        }
        list_end(w);
    }
    return true;
}
