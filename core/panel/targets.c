/* SPDX-License-Identifier: Apache-2.0 */
/* What stands where on a panel, and by which names it is touched. */
#include "core/panel/internal.h"
#include "core/product/text.h"

bool panel_chooses(const struct panel_field *field)
{
    return field->show == SHOW_INVERTER || field->show == SHOW_LANGUAGE ||
           field->show == SHOW_CAN || field->show == SHOW_RS485;
}

bool panel_touchable(const struct panel_field *field)
{
    return panel_chooses(field) || field->show == SHOW_BUTTON || field->show == SHOW_TURN;
}

static bool on_panel(const struct panel_model *model, const struct panel_field *field)
{
    return panel_pages[field->page].host == model->host && field->show != SHOW_NONE;
}

const struct panel_field *panel_field(const struct panel_model *model, const char *id)
{
    for (int i = 0; model != NULL && model->rest != PANEL_PAGE_COUNT && i < panel_field_count;
         i++) {
        if (on_panel(model, &panel_fields[i]) && same_text(panel_fields[i].id, id)) {
            return &panel_fields[i];
        }
    }
    return NULL;
}

const struct panel_choice *panel_choice(const struct panel_model *model,
                                        const struct panel_field *field, int index)
{
    if (field->show == SHOW_INVERTER) {
        return index >= 0 && index < model->n_inverters ? &model->inverters[index] : NULL;
    }
    enum protocol_bus bus = field->show == SHOW_RS485 ? PROTOCOL_RS485 : PROTOCOL_CAN;
    bool listed = field->show == SHOW_CAN || field->show == SHOW_RS485;
    for (int i = 0; listed && i < model->n_choices; i++) {
        if (model->choices[i].bus == bus && index-- == 0) {
            return &model->choices[i];
        }
    }
    return NULL;
}

const char *panel_option(const struct panel *panel, const struct panel_field *field, int index)
{
    if (field->show == SHOW_LANGUAGE) {
        return index >= 0 && index < panel->model->n_languages
                   ? panel_word((enum panel_text_id)(TEXT_ENGLISH + index), panel->language)
                   : NULL;
    }
    const struct panel_choice *choice = panel_choice(panel->model, field, index);
    return choice != NULL ? choice->menu : NULL;
}

/* Entry of a list by any name it has; -1: there is none. */
int panel_option_named(const struct panel *panel, const struct panel_field *field, const char *name)
{
    const char *text;
    for (int i = 0; (text = panel_option(panel, field, i)) != NULL; i++) {
        const struct panel_choice *choice = panel_choice(panel->model, field, i);
        const struct protocol *protocol =
            choice != NULL ? protocol_of_code(choice->bus, choice->code) : NULL;
        enum panel_text_id language = (enum panel_text_id)(TEXT_ENGLISH + i);
        bool named =
            same_text(text, name) || (choice != NULL && same_text(choice->name, name)) ||
            (protocol != NULL && field->show != SHOW_INVERTER && same_text(protocol->name, name)) ||
            (choice == NULL && same_text(panel_word(language, LANGUAGE_ENGLISH), name));
        if (named) {
            return i;
        }
    }
    return -1;
}

static void add(struct panel_target *targets, int *n, enum target_kind kind, int index)
{
    if (*n < PANEL_TARGETS) {
        targets[(*n)++] = (struct panel_target){(uint8_t)kind, (uint8_t)index};
    }
}

static void add_fields(const struct panel *panel, enum panel_page_id page,
                       struct panel_target *targets, int *n)
{
    for (int i = 0; i < panel_field_count; i++) {
        const struct panel_field *field = &panel_fields[i];
        if (field->page != page || !panel_touchable(field)) {
            continue;
        }
        if (field->show == SHOW_TURN) {
            if (panel->page == panel->model->rest) {
                continue; /* there a touch anywhere leads to the menu */
            }
            add(targets, n, TARGET_BACK, i);
        }
        add(targets, n, TARGET_FIELD, i);
    }
}

int panel_targets(const struct panel *panel, struct panel_target targets[PANEL_TARGETS])
{
    const struct panel_model *model = panel->model;
    int n = 0;
    if (!panel->lit || (panel->page == model->boot && model->boot != model->rest)) {
        return 0;
    }
    if (panel->asking) {
        for (int i = 0; i < 10; i++) {
            add(targets, &n, TARGET_DIGIT, (i + 1) % 10);
        }
        add(targets, &n, TARGET_DELETE, 0);
        add(targets, &n, TARGET_OK, 0);
        add(targets, &n, TARGET_CANCEL, 0);
        return n;
    }
    if (panel->list_open) {
        for (int i = 0; panel_option(panel, &panel_fields[panel->list_of], i) != NULL; i++) {
            add(targets, &n, TARGET_OPTION, i);
        }
        add(targets, &n, TARGET_CANCEL, 0);
        return n;
    }
    add_fields(panel, panel->page, targets, &n);
    if (model->any != PANEL_PAGE_COUNT) {
        add_fields(panel, model->any, targets, &n);
    }
    for (int i = 0; model->has_links && i < PANEL_RING; i++) {
        add(targets, &n, TARGET_LINK, i);
    }
    return n;
}

int panel_ring_index(const struct panel *panel)
{
    for (int i = 0; i < PANEL_RING; i++) {
        if (panel->model->ring[i] == panel->page) {
            return i;
        }
    }
    return -1;
}

uint8_t panel_first_focus(const struct panel *panel)
{
    struct panel_target targets[PANEL_TARGETS];
    int n = panel_targets(panel, targets);
    return n > 0 && targets[0].kind == TARGET_LINK ? (uint8_t)panel_ring_index(panel) : 0;
}

/* "Protection Status" by "protection_status" or as it is. */
static bool same_title(const char *title, const char *name)
{
    while (*title != '\0' && *name != '\0') {
        char a = *title >= 'A' && *title <= 'Z' ? (char)(*title + ('a' - 'A')) : *title;
        char b = *name >= 'A' && *name <= 'Z' ? (char)(*name + ('a' - 'A')) : *name;
        if (a != b && !(a == ' ' && b == '_')) {
            return false;
        }
        title++;
        name++;
    }
    return *title == *name;
}

/* Page of the ring by the name of its link; -1: none. */
int panel_link_named(const struct panel_model *model, const char *name)
{
    for (int i = 0; model->has_links && i < PANEL_RING; i++) {
        if (same_title(panel_pages[model->ring[i]].title, name)) {
            return i;
        }
    }
    return -1;
}

bool panel_knows(const struct panel_model *model, const char *target)
{
    static const char *const others[] = {"", "ok", "cancel", "delete", "<<", ">>"};
    if (model == NULL || model->rest == PANEL_PAGE_COUNT) {
        return false;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (same_text(others[i], target)) {
            return true;
        }
    }
    const struct panel panel = {.model = model};
    for (int i = 0; i < panel_field_count; i++) {
        const struct panel_field *field = &panel_fields[i];
        if (on_panel(model, field) && panel_chooses(field) &&
            panel_option_named(&panel, field, target) >= 0) {
            return true;
        }
    }
    bool digit = target[0] >= '0' && target[0] <= '9' && target[1] == '\0';
    return digit || panel_field(model, target) != NULL || panel_link_named(model, target) >= 0;
}
