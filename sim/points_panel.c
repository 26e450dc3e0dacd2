/* SPDX-License-Identifier: Apache-2.0 */
/* Points of the front panels: lit, page, and every field whatever page is shown. */
#include <stdio.h>
#include <string.h>

#include "sim/panels.h"
#include "sim/points_read.h"

static const struct panel *panel(const struct house *house, const struct place *place)
{
    bool there =
        house->spec.battery == HOUSE_PACKS && place->n >= 1 && place->n <= house->spec.packs;
    const struct panel *found = there ? &house->panel[place->n - 1] : NULL;
    bool shows = found != NULL && found->model != NULL && found->model->rest != PANEL_PAGE_COUNT;
    return shows ? found : NULL;
}

bool read_pack_screen(const struct house *house, const struct place *place, struct value *out)
{
    const struct panel *shown = panel(house, place);
    out->number = shown != NULL && shown->lit;
    return shown != NULL;
}

const char *panel_page_name(enum panel_page_id page)
{
    const char *title = panel_pages[page].title;
    const char *colon = strstr(title, ": ");
    return colon != NULL ? colon + 2 : title;
}

bool read_pack_page(const struct house *house, const struct place *place, struct value *out)
{
    const struct panel *shown = panel(house, place);
    if (shown != NULL) {
        snprintf(out->text, sizeof out->text, "%s", panel_page_name(shown->page));
    }
    return shown != NULL;
}

bool read_pack_page_field(const struct house *house, const struct place *place, struct value *out)
{
    const struct panel *shown = panel(house, place);
    const struct panel_field *field = shown != NULL ? panel_field(shown->model, place->name) : NULL;
    if (field == NULL ||
        (field->show == SHOW_CELL && field->index >= house->spec.pack->pack->n_cells)) {
        return false;
    }
    struct panel_view view;
    char text[PANEL_TEXT];
    house_panel_view(house, place->n - 1, &view);
    panel_text(shown, &view, field, LANGUAGE_ENGLISH, text);
    snprintf(out->text, sizeof out->text, "%s", text);
    return true;
}
