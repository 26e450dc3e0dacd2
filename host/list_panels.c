/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list pages, leds, soc-leds: what displays and lamps of the packs show. */
#include <string.h>

#include "core/bms/bms.h"
#include "core/panel/panel.h"
#include "core/product/guide.h"
#include "host/list_writer.h"
#include "sim/points.h"

static const struct panel_model *const families[] = {&panel_vt12040, &panel_es_series, &panel_b1};
enum { N_FAMILIES = sizeof families / sizeof families[0] };

static bool wanted(const struct product *only, const char *family)
{
    return only == NULL || (only->pack != NULL && strcmp(only->pack->panel->family, family) == 0);
}

static void row(struct writer *w, const char *const *cells, int n)
{
    list_begin(w);
    for (int i = 0; i < n; i++) {
        list_cell(w, cells[i]);
    }
    list_end(w);
}

const char *const page_columns[] = {"product", "page",   "no",          "field_id", "label",
                                    "unit",    "format", "description", "source",   NULL};
const int page_widths[] = {0, 28, 4, 26, 26, 5, 18, 0, 12};

/* The app and the PC tool are the VT manual's. */
static const char *family_of(const struct panel_field *field)
{
    for (int i = 0; i < N_FAMILIES; i++) {
        if (families[i]->n_languages > 0 && families[i]->host == panel_pages[field->page].host) {
            return families[i]->family;
        }
    }
    return panel_vt12040.family;
}

bool list_pages(struct writer *w, const struct product *only)
{
    for (int i = 0; i < panel_field_count; i++) {
        const struct panel_field *field = &panel_fields[i];
        const char *family = family_of(field);
        if (wanted(only, family)) {
            const char *const cells[] = {family,        panel_pages[field->page].title,
                                         field->no,     field->id,
                                         field->label,  field->unit,
                                         field->format, field->description,
                                         field->source};
            row(w, cells, 9);
        }
    }
    return true;
}

const char *const led_columns[] = {"product",  "state",      "condition", "run_led", "alm_led",
                                   "soc_leds", "mos_action", "notes",     NULL};
const int led_widths[] = {10, 16, 50, 24, 15, 40, 20, 0};

bool list_leds(struct writer *w, const struct product *only)
{
    for (int i = 0; i < led_row_count; i++) {
        const struct led_row *led = &led_rows[i];
        if (strcmp(led->product, "all") == 0 || wanted(only, led->product)) {
            const char *const cells[] = {led->product, led->state, led->condition, led->run,
                                         led->alm,     led->soc,   led->mos,       led->notes};
            row(w, cells, 8);
        }
    }
    return true;
}

const char *const soc_led_columns[] = {
    "product", "state", "soc_from_pct", "soc_to_pct", "L6",    "L5", "L4",
    "L3",      "L2",    "L1",           "run_led",    "notes", NULL};
const int soc_led_widths[] = {10, 22, 12, 10, 6, 6, 6, 6, 6, 6, 7, 0};

/* A band of the bar, as a pack in this state burns its lamps. */
static void soc_row(struct writer *w, const struct product *product, enum current_state flow,
                    int band)
{
    static const char *const states[] = {
        [CURRENT_NONE] = "standby", [CURRENT_CHARGE] = "charge", [CURRENT_DISCHARGE] = "discharge"};
    static struct bms bms; /* only as a calculator of lamps */
    char from[8];
    char to[8];
    int below = band + 1 < PACK_SOC_LEDS ? soc_led_from_pct[band + 1] : 101;
    snprintf(from, sizeof from, "%d", soc_led_from_pct[band]);
    snprintf(to, sizeof to, "%d", below - 1);
    bms_init(&bms, product->pack, (below - 1) * 100, 0);
    bms.flow = flow;
    bms_lamps(&bms);
    const char *cells[12] = {product->pack->panel->family, states[flow], from, to};
    for (int i = 0; i < PACK_SOC_LEDS; i++) {
        cells[4 + i] = lamp_word(bms.out.soc[PACK_SOC_LEDS - 1 - i]);
    }
    cells[10] = lamp_word(bms.out.run);
    cells[11] = flow == CURRENT_NONE ? "led; standby uses the constant pattern (project reading of "
                                       "\"according to the battery indicator\")"
                                     : "led";
    row(w, cells, 12);
}

static void icon_row(struct writer *w, const char *from, const char *to, int soc_pct)
{
    char note[120];
    snprintf(note, sizeof note,
             "icon %d (VT s5.1; \"=\" signs in the text are torn less-or-equal signs)",
             panel_soc_icon(soc_pct * 100));
    const char *const cells[] = {
        panel_vt12040.family, "HMI home battery icon", from, to, "", "", "", "", "", "", "", note};
    row(w, cells, 12);
}

bool list_soc_leds(struct writer *w, const struct product *only)
{
    static const enum current_state order[] = {CURRENT_CHARGE, CURRENT_DISCHARGE, CURRENT_NONE};
    const struct product *with_bar = only;
    for (int i = 0; i < product_count && with_bar == NULL; i++) {
        bool has_bar = products[i].pack != NULL && products[i].pack->n_soc_leds > 0;
        with_bar = has_bar ? &products[i] : NULL;
    }
    bool bar = with_bar != NULL && with_bar->pack->n_soc_leds > 0;
    for (int band = 0; bar && band < PACK_SOC_LEDS; band++) {
        for (int i = 0; i < 3; i++) {
            soc_row(w, with_bar, order[i], band);
        }
    }
    if (wanted(only, panel_vt12040.family)) {
        icon_row(w, "0", "0", 0);
        icon_row(w, ">0", "<25", 24);
        icon_row(w, "25", "<50", 25);
        icon_row(w, "50", "<75", 50);
        icon_row(w, "75", "100", 75);
        static const char *const alarm[] = {
            "vt12040", "HMI home alarm icon",
            "",        "",
            "",        "",
            "",        "",
            "",        "",
            "",        "icon 6 shown when any alarm, protection or fault is active"};
        row(w, alarm, 12);
    }
    return true;
}

const char *const guide_columns[] = {"product", "step", "text", "wait_s", NULL};
const int guide_widths[] = {0, 5, 64, 6};

bool list_guide(struct writer *w, const struct product *product)
{
    const struct guide *guide = product->pack->guide;
    for (int i = 0; i < guide->n; i++) {
        char no[8];
        char wait[8];
        snprintf(no, sizeof no, "%d", i + 1);
        snprintf(wait, sizeof wait, "%d", guide->steps[i].wait_s);
        const char *const cells[] = {product->id, no, guide->steps[i].text, wait};
        row(w, cells, 4);
    }
    return true;
}
