/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_LIST_WRITER_H
#define HEARTH_HOST_LIST_WRITER_H

/* Rows of `hearth list` as a table, CSV or JSON. A row is handed over cell by cell; the writer
   knows the columns' names. */

#include <stdio.h>

#include "core/product/product.h"

enum list_form { FORM_TABLE, FORM_CSV, FORM_JSON };

struct writer {
    FILE *out;
    enum list_form form;
    const char *const *columns; /* ends with NULL */
    const int *widths;          /* of FORM_TABLE; 0: left out there */
    int rows, column;
    const char *brand; /* of cables: of this inverter brand only; NULL: all */
};

void list_head(struct writer *writer);
void list_begin(struct writer *writer);
void list_cell(struct writer *writer, const char *text);
void list_number(struct writer *writer, int32_t value, int32_t scale, int decimals);
void list_end(struct writer *writer);
void list_tail(struct writer *writer);

/* Tables of a pack (list_packs.c). */
extern const char *const protection_columns[], *const parameter_columns[];
extern const int protection_widths[], parameter_widths[];
bool list_protections(struct writer *writer, const struct product *product);
bool list_parameters(struct writer *writer, const struct product *product);

/* Tables of the panels (list_panels.c); `only`: of this product's family, NULL: all. */
/* Tables of inverters: list_inverters.c. */
extern const char *const setting_columns[], *const fault_columns[], *const lcd_page_columns[];
extern const int setting_widths[], fault_widths[], lcd_page_widths[];
bool list_settings(struct writer *writer, const struct product *product);
bool list_faults(struct writer *writer, const struct product *product);
bool list_lcd_pages(struct writer *writer, const struct product *product);

extern const char *const page_columns[], *const led_columns[], *const soc_led_columns[],
                                                                   *const guide_columns[];
extern const int page_widths[], led_widths[], soc_led_widths[], guide_widths[];
bool list_pages(struct writer *writer, const struct product *only);
bool list_leds(struct writer *writer, const struct product *only);
bool list_soc_leds(struct writer *writer, const struct product *only);
/* Cables (list_cables.c). */
extern const char *const compat_columns[], *const pin_columns[];
extern const int compat_widths[], pin_widths[];
bool list_compat(struct writer *writer, const struct product *only);
bool list_pins(struct writer *writer, const struct product *only);
/* What a manual asks of an installation (list_install.c). */
extern const char *const install_columns[];
extern const int install_widths[];
bool list_install(struct writer *writer, const struct product *product);
/* Steps of a product's start-up. */
bool list_guide(struct writer *writer, const struct product *product);

/* Protocols (list_protocols.c). */
extern const char *const protocol_columns[];
extern const int protocol_widths[];
bool list_protocols(struct writer *writer, const struct product *only);
/* One of them as a DBC file on stdout; the exit status. */
int list_dbc(const char *name);

#endif
