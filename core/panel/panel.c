/* SPDX-License-Identifier: Apache-2.0 */
/* The display as a state machine: dark, boot, pages, an open list, the password. */
#include "core/panel/internal.h"

#include <string.h>

#include "core/product/text.h"

/* --- Light and time --- */

static void show_page(struct panel *panel, enum panel_page_id page)
{
    panel->page = page;
    panel->list_open = panel->asking = panel->unlocked = false;
    panel->n_typed = 0;
    panel->wanted.n = 0;
    panel->focus = panel_first_focus(panel);
}

static void light(struct panel *panel, enum panel_page_id page, uint32_t now_ms)
{
    panel->lit = true;
    panel->lit_ms = panel->touched_ms = now_ms;
    show_page(panel, page);
}

static void darken(struct panel *panel)
{
    show_page(panel, panel->model->rest);
    panel->lit = false;
}

void panel_init(struct panel *panel, const struct panel_model *model, struct bms_access *access,
                uint32_t now_ms)
{
    *panel = (struct panel){.model = model, .access = access};
    if (model != NULL && model->rest != PANEL_PAGE_COUNT) {
        panel->awake = true;
        light(panel, model->boot, now_ms);
    }
}

static bool has_screen(const struct panel *panel)
{
    return panel->model != NULL && panel->model->rest != PANEL_PAGE_COUNT;
}

void panel_tick(struct panel *panel, bool awake, uint32_t now_ms)
{
    if (!has_screen(panel)) {
        return;
    }
    const struct panel_model *model = panel->model;
    if (awake != panel->awake) {
        panel->awake = awake;
        if (awake) {
            light(panel, model->boot, now_ms);
        } else {
            darken(panel);
        }
        return;
    }
    if (!panel->lit) {
        return;
    }
    if (panel->page == model->boot && model->boot != model->rest &&
        time_reached(now_ms, panel->lit_ms + model->boot_ms)) {
        show_page(panel, model->rest);
    }
    if (model->dark_ms != 0 && time_reached(now_ms, panel->touched_ms + model->dark_ms)) {
        darken(panel);
    }
}

void panel_rest(struct panel *panel, uint32_t now_ms)
{
    if (has_screen(panel) && panel->awake) {
        light(panel, panel->model->rest, now_ms);
    }
}

void panel_stir(struct panel *panel, uint32_t now_ms)
{
    if (!has_screen(panel) || !panel->awake) {
        return;
    }
    panel->touched_ms = now_ms;
    if (!panel->lit) {
        light(panel, panel->model->rest, now_ms);
    }
}

uint32_t panel_wait_s(const struct panel *panel, uint32_t now_ms)
{
    return (access_wait_ms(panel->access, now_ms) + 999) / 1000;
}

bool panel_take_request(struct panel *panel, struct panel_request *request)
{
    *request = panel->request;
    panel->request.n = 0;
    return request->n > 0;
}

/* A protocol that has no source leaves its bus silent. */
static bool is_silent(enum parameter_id id, int32_t value)
{
    enum protocol_bus bus = id == PARAM_CAN_PROTOCOL ? PROTOCOL_CAN : PROTOCOL_RS485;
    const struct protocol *protocol = protocol_of_code(bus, value);
    return protocol == NULL || protocol->speaks == NULL;
}

/* What was wanted is asked for now. */
static enum panel_answer hand_over(struct panel *panel)
{
    bool silent =
        panel->wanted.n > 0 && is_silent(panel->wanted.write[0].id, panel->wanted.write[0].value);
    panel->request = panel->wanted;
    panel->wanted.n = 0;
    return silent ? PANEL_SILENT : PANEL_DONE;
}

/* --- The password --- */

static enum panel_answer give_password(struct panel *panel, const char *password, uint32_t now_ms)
{
    panel->n_typed = 0;
    enum access_result result = access_login(panel->access, password, now_ms);
    if (result == ACCESS_WAIT) {
        return PANEL_WAITS;
    }
    if (result != ACCESS_GRANTED) {
        return PANEL_WRONG;
    }
    access_logout(panel->access); /* this hand is at the screen, not at the PC */
    panel->unlocked = true;
    panel->asking = panel->list_open = false;
    panel->focus = 0;
    return hand_over(panel);
}

static void cancel(struct panel *panel)
{
    panel->asking = panel->list_open = false;
    panel->n_typed = 0;
    panel->wanted.n = 0;
    panel->focus = 0;
}

static enum panel_answer type(struct panel *panel, char digit)
{
    if (panel->n_typed < PANEL_PASSWORD) {
        panel->typed[panel->n_typed++] = digit;
        panel->typed[panel->n_typed] = '\0';
    }
    return PANEL_DONE;
}

static enum panel_answer press_ok(struct panel *panel, uint32_t now_ms)
{
    char given[PANEL_PASSWORD + 1];
    memcpy(given, panel->typed, sizeof given);
    given[panel->n_typed] = '\0';
    return give_password(panel, given, now_ms);
}

/* --- Choosing --- */

static void want(struct panel *panel, enum parameter_id id, int32_t value)
{
    panel->wanted.write[panel->wanted.n].id = id;
    panel->wanted.write[panel->wanted.n].value = value;
    panel->wanted.n++;
}

static enum panel_answer choose(struct panel *panel, const struct panel_field *field, int index)
{
    enum { PYLON = 0x01 };
    cancel(panel);
    if (field->show == SHOW_LANGUAGE) {
        panel->language = (enum panel_language)index;
        return PANEL_DONE;
    }
    const struct panel_choice *choice = panel_choice(panel->model, field, index);
    bool can = choice->bus == PROTOCOL_CAN;
    want(panel, can ? PARAM_CAN_PROTOCOL : PARAM_RS485_PROTOCOL, choice->code);
    if (field->show == SHOW_INVERTER && can) {
        want(panel, PARAM_RS485_PROTOCOL, PYLON); /* one list, one choice: the other bus rests */
    }
    if (panel->model->asks_password && !panel->unlocked) {
        panel->asking = true;
        return PANEL_ASKS;
    }
    return hand_over(panel);
}

static void turn(struct panel *panel, int step)
{
    int i = panel_ring_index(panel);
    int next = i < 0 ? 0 : (i + step + PANEL_RING) % PANEL_RING;
    show_page(panel, panel->model->ring[next]);
}

static enum panel_answer touch_field(struct panel *panel, const struct panel_field *field,
                                     const char *argument)
{
    if (field->show == SHOW_BUTTON) {
        show_page(panel, (enum panel_page_id)field->index);
        return PANEL_DONE;
    }
    if (field->show == SHOW_TURN) {
        turn(panel, argument != NULL && same_text(argument, "<<") ? -1 : 1);
        return PANEL_DONE;
    }
    if (argument != NULL) {
        int index = panel_option_named(panel, field, argument);
        return index >= 0 ? choose(panel, field, index) : PANEL_UNKNOWN;
    }
    cancel(panel);
    panel->list_open = true;
    panel->list_of = (uint8_t)(field - panel_fields);
    return PANEL_DONE;
}

static enum panel_answer touch_target(struct panel *panel, const struct panel_target *target,
                                      uint32_t now_ms)
{
    switch ((enum target_kind)target->kind) {
    case TARGET_FIELD: return touch_field(panel, &panel_fields[target->index], NULL);
    case TARGET_BACK: turn(panel, -1); return PANEL_DONE;
    case TARGET_LINK: show_page(panel, panel->model->ring[target->index]); return PANEL_DONE;
    case TARGET_OPTION: return choose(panel, &panel_fields[panel->list_of], target->index);
    case TARGET_DIGIT: return type(panel, (char)('0' + target->index));
    case TARGET_DELETE:
        panel->n_typed = panel->n_typed > 0 ? (uint8_t)(panel->n_typed - 1) : 0;
        return PANEL_DONE;
    case TARGET_OK: return press_ok(panel, now_ms);
    case TARGET_CANCEL: cancel(panel); return PANEL_DONE;
    }
    return PANEL_UNKNOWN;
}

/* --- Touches and keys --- */

/* Wakes or begins the panel; true when that was all the touch did. */
static bool first_touch(struct panel *panel, uint32_t now_ms, enum panel_answer *answer)
{
    const struct panel_model *model = panel->model;
    *answer = PANEL_DONE;
    panel->touched_ms = now_ms;
    if (!panel->lit) {
        light(panel, model->rest, now_ms);
        *answer = PANEL_WOKE;
        return true;
    }
    if (panel->page == model->boot && model->boot != model->rest) {
        show_page(panel, model->home);
        return true;
    }
    return false;
}

/* What is touched in the password's window and in an open list; PANEL_NOT_HERE: neither. */
static enum panel_answer touch_window(struct panel *panel, const char *name, uint32_t now_ms)
{
    if (panel->asking && name[0] >= '0' && name[0] <= '9' && name[1] == '\0') {
        return type(panel, name[0]);
    }
    bool open = panel->asking || panel->list_open;
    if (open && same_text(name, "cancel")) {
        cancel(panel);
        return PANEL_DONE;
    }
    if (panel->asking && (same_text(name, "ok") || same_text(name, "delete"))) {
        const struct panel_target target = {name[0] == 'o' ? TARGET_OK : TARGET_DELETE, 0};
        return touch_target(panel, &target, now_ms);
    }
    int index = panel->list_open && !panel->asking
                    ? panel_option_named(panel, &panel_fields[panel->list_of], name)
                    : -1;
    return index >= 0 ? choose(panel, &panel_fields[panel->list_of], index) : PANEL_NOT_HERE;
}

/* The page rested on leads to the menu, but for the buttons that stand on all pages. */
static enum panel_answer touch_rest(struct panel *panel, const struct panel_field *field)
{
    bool everywhere = field != NULL && field->page == panel->model->any && panel_touchable(field) &&
                      field->show != SHOW_TURN;
    show_page(panel, everywhere ? (enum panel_page_id)field->index : panel->model->home);
    return PANEL_DONE;
}

static enum panel_answer touch_named(struct panel *panel, const char *name, const char *argument,
                                     uint32_t now_ms)
{
    const struct panel_model *model = panel->model;
    enum panel_answer answer = touch_window(panel, name, now_ms);
    if (answer != PANEL_NOT_HERE) {
        return answer;
    }
    const struct panel_field *field = panel_field(model, name);
    if (field != NULL && field->show == SHOW_PASSWORD) {
        return argument != NULL ? give_password(panel, argument, now_ms) : PANEL_DONE;
    }
    if (panel->page == model->rest && model->rest != model->home) {
        return touch_rest(panel, field);
    }
    bool back = same_text(name, "<<");
    if (model->any != PANEL_PAGE_COUNT && (back || same_text(name, ">>"))) {
        turn(panel, back ? -1 : 1);
        return PANEL_DONE;
    }
    int link = panel_link_named(model, name);
    if (link >= 0) {
        show_page(panel, model->ring[link]);
        return PANEL_DONE;
    }
    if (name[0] == '\0') {
        return PANEL_DONE;
    }
    if (field == NULL) {
        return PANEL_UNKNOWN;
    }
    if (field->page != panel->page && field->page != model->any) {
        return PANEL_NOT_HERE;
    }
    return panel_touchable(field) ? touch_field(panel, field, argument) : PANEL_DONE;
}

enum panel_answer panel_touch(struct panel *panel, const char *target, const char *argument,
                              uint32_t now_ms)
{
    enum panel_answer answer;
    if (!has_screen(panel) || !panel->awake) {
        return PANEL_DEAD;
    }
    panel->said = PANEL_DONE;
    if (first_touch(panel, now_ms, &answer)) {
        return answer;
    }
    panel->said = touch_named(panel, target, argument, now_ms);
    return panel->said;
}

static void move_focus(struct panel *panel, int n, int step)
{
    panel->focus = (uint8_t)((panel->focus + step + n) % n);
}

enum panel_answer panel_key(struct panel *panel, enum panel_key key, uint32_t now_ms)
{
    enum panel_answer answer;
    if (!has_screen(panel) || !panel->awake) {
        return PANEL_DEAD;
    }
    panel->said = PANEL_DONE;
    if (first_touch(panel, now_ms, &answer)) {
        return answer;
    }
    const struct panel_model *model = panel->model;
    bool resting = panel->page == model->rest && model->rest != model->home;
    bool open = panel->list_open || panel->asking;
    struct panel_target targets[PANEL_TARGETS];
    int n = panel_targets(panel, targets);
    if (resting) {
        return touch_rest(panel, NULL);
    }
    switch (key) {
    case PANEL_KEY_UP: move_focus(panel, n, -1); break;
    case PANEL_KEY_DOWN: move_focus(panel, n, 1); break;
    case PANEL_KEY_LEFT:
    case PANEL_KEY_RIGHT:
        if (open) {
            move_focus(panel, n, key == PANEL_KEY_LEFT ? -1 : 1);
        } else {
            turn(panel, key == PANEL_KEY_LEFT ? -1 : 1);
        }
        break;
    case PANEL_KEY_ENTER:
        panel->said = touch_target(panel, &targets[panel->focus % n], now_ms);
        break;
    case PANEL_KEY_ESC:
        if (open) {
            cancel(panel);
        } else {
            show_page(panel, panel->page == model->home ? model->rest : model->home);
        }
        break;
    }
    return panel->said;
}
