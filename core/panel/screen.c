/* SPDX-License-Identifier: Apache-2.0 */
/* From a panel's state to the list of what is on its screen. */
#include "core/panel/screen.h"

#include "core/product/text.h"

static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

struct maker {
    const struct panel *panel;
    const struct panel_view *view;
    struct panel_screen *screen;
    struct panel_target focus;
    bool has_focus;
};

static const char *word(const struct maker *make, enum panel_text_id id)
{
    return panel_word(id, make->panel->language);
}

static struct panel_item *add(struct maker *make, enum item_kind kind, const char *id,
                              const char *label)
{
    static const char nothing[] = "";
    struct panel_screen *screen = make->screen;
    if (screen->n == SCREEN_ITEMS) {
        return &screen->item[SCREEN_ITEMS - 1]; /* no page has that many; the last one gives way */
    }
    struct panel_item *item = &screen->item[screen->n++];
    item->kind = kind;
    item->id = id;
    item->label = label;
    item->unit = item->hint = nothing;
    item->text[0] = '\0';
    item->touchable = item->focused = item->on = false;
    return item;
}

static void touchable(const struct maker *make, struct panel_item *item, enum target_kind kind,
                      int index)
{
    item->touchable = true;
    item->focused = make->has_focus && make->focus.kind == kind && make->focus.index == index;
}

static enum item_kind kind_of(const struct panel_field *field)
{
    switch ((int)field->show) {
    case SHOW_SPLASH: return ITEM_SPLASH;
    case SHOW_SOC_ICON:
    case SHOW_ALARM_ICON: return ITEM_ICON;
    case SHOW_STOPPED: return ITEM_STOP;
    case SHOW_WARNED: return ITEM_WARN;
    case SHOW_ROWS:
    case SHOW_PACKS:
    case SHOW_CELLS:
    case SHOW_TEMPS: return ITEM_LIST;
    case SHOW_INVERTER:
    case SHOW_LANGUAGE:
    case SHOW_CAN:
    case SHOW_RS485: return ITEM_CHOICE;
    case SHOW_BUTTON: return ITEM_BUTTON;
    default: return ITEM_VALUE;
    }
}

static const char *label_of(const struct maker *make, const struct panel_field *field)
{
    return field->text != TEXT_NONE ? word(make, field->text) : field->label;
}

static void add_field(struct maker *make, int index)
{
    const struct panel_field *field = &panel_fields[index];
    const struct panel *panel = make->panel;
    bool fits = (field->show != SHOW_CELL || field->index < make->view->profile->n_cells) &&
                field->show != SHOW_TURN && field->show != SHOW_PASSWORD;
    if (!fits) {
        return;
    }
    struct panel_item *item = add(make, kind_of(field), field->id, label_of(make, field));
    panel_text(panel, make->view, field, panel->language, item->text);
    item->unit = field->unit;
    item->hint = field->description;
    item->on = same_text(item->text, "on") || same_text(item->text, "filled") ||
               (field->show == SHOW_ROWS && !same_text(item->text, word(make, TEXT_NO_ENTRY)));
    if (item->kind == ITEM_CHOICE || item->kind == ITEM_BUTTON) {
        touchable(make, item, TARGET_FIELD, index);
    }
    if (field->page == panel->model->any) {
        item->kind = ITEM_TOOL;
    }
}

static void add_fields(struct maker *make, enum panel_page_id page)
{
    for (int i = 0; i < panel_field_count; i++) {
        if (panel_fields[i].page == page) {
            add_field(make, i);
        }
    }
}

static void add_turns(struct maker *make)
{
    const struct panel *panel = make->panel;
    for (int i = 0; i < panel_field_count; i++) {
        if (panel_fields[i].page == panel->model->any && panel_fields[i].show == SHOW_TURN &&
            panel->page != panel->model->rest) {
            struct panel_item *back = add(make, ITEM_TOOL, "<<", word(make, TEXT_PREVIOUS));
            touchable(make, back, TARGET_BACK, i);
            struct panel_item *next = add(make, ITEM_TOOL, ">>", word(make, TEXT_NEXT));
            touchable(make, next, TARGET_FIELD, i);
        }
    }
}

static void add_links(struct maker *make)
{
    const struct panel_model *model = make->panel->model;
    for (int i = 0; model->has_links && i < PANEL_RING; i++) {
        const struct panel_page *page = &panel_pages[model->ring[i]];
        struct panel_item *item = add(make, ITEM_LINK, page->title, word(make, page->text));
        item->on = model->ring[i] == make->panel->page;
        touchable(make, item, TARGET_LINK, i);
    }
}

static void add_options(struct maker *make)
{
    const struct panel *panel = make->panel;
    const struct panel_field *field = &panel_fields[panel->list_of];
    const char *chosen = "";
    const char *text;
    for (int i = 0; i < make->screen->n; i++) {
        if (make->screen->item[i].id == field->id) {
            chosen = make->screen->item[i].text;
        }
    }
    for (int i = 0; (text = panel_option(panel, field, i)) != NULL; i++) {
        const struct panel_choice *choice = panel_choice(panel->model, field, i);
        struct panel_item *item = add(make, ITEM_OPTION, text, text);
        item->on = same_text(choice != NULL ? choice->name : text, chosen);
        item->hint = choice != NULL ? choice->document : "";
        touchable(make, item, TARGET_OPTION, i);
    }
    touchable(make, add(make, ITEM_KEY, "cancel", word(make, TEXT_CANCEL)), TARGET_CANCEL, 0);
    make->screen->window = WINDOW_LIST;
    make->screen->window_title = label_of(make, field);
}

static void add_keypad(struct maker *make)
{
    for (int i = 1; i <= 10; i++) {
        const char *digit = digits[i % 10];
        touchable(make, add(make, ITEM_KEY, digit, digit), TARGET_DIGIT, i % 10);
    }
    touchable(make, add(make, ITEM_KEY, "delete", word(make, TEXT_DELETE)), TARGET_DELETE, 0);
    touchable(make, add(make, ITEM_KEY, "ok", word(make, TEXT_OK)), TARGET_OK, 0);
    touchable(make, add(make, ITEM_KEY, "cancel", word(make, TEXT_CANCEL)), TARGET_CANCEL, 0);
    make->screen->window = WINDOW_PASSWORD;
    make->screen->window_title = word(make, TEXT_PASSWORD);
}

static const char *message(const struct maker *make)
{
    bool wrong = make->panel->asking && make->panel->said == PANEL_WRONG;
    return make->screen->wait_s > 0 && make->panel->asking ? word(make, TEXT_WAIT)
           : wrong                                         ? word(make, TEXT_WRONG_PASSWORD)
           : make->panel->said == PANEL_SILENT             ? word(make, TEXT_BUS_SILENT)
                                                           : "";
}

void panel_render(const struct panel *panel, const struct panel_view *view, uint32_t now_ms,
                  struct panel_screen *screen)
{
    struct panel_target targets[PANEL_TARGETS];
    struct maker make = {.panel = panel, .view = view, .screen = screen};
    screen->lit = panel->model != NULL && panel->lit;
    screen->n = 0;
    screen->page = screen->title = screen->window_title = screen->message = "";
    screen->language = panel->language;
    screen->window = WINDOW_NONE;
    screen->n_typed = panel->n_typed;
    screen->wait_s = panel_wait_s(panel, now_ms);
    if (panel->model == NULL || panel->model->rest == PANEL_PAGE_COUNT) {
        return;
    }
    screen->page = panel_pages[panel->page].title;
    screen->title = word(&make, panel_pages[panel->page].text);
    screen->message = message(&make);
    int n = panel_targets(panel, targets);
    if (!panel->lit) {
        return;
    }
    make.has_focus = n > 0;
    if (n > 0) {
        make.focus = targets[panel->focus % n];
    }
    add_fields(&make, panel->page);
    if (panel->asking) {
        add_keypad(&make);
    } else if (panel->list_open) {
        add_options(&make);
    } else if (n > 0) {
        add_turns(&make);
        add_links(&make);
    }
    bool plain = n > 0 && !panel->asking && !panel->list_open;
    if (plain && panel->model->any != PANEL_PAGE_COUNT) {
        add_fields(&make, panel->model->any);
    }
}

const char *panel_language_code(enum panel_language language)
{
    static const char *const codes[] = {"en", "zh", "de"};
    return codes[language];
}
