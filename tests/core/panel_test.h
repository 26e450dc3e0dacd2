/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CORE_PANEL_TEST_H
#define HEARTH_TESTS_CORE_PANEL_TEST_H

/* A panel before a pack at rest; its clock is the test's and starts just before the wrap. */
#include "core/panel/screen.h"
#include "core_test.h"

struct desk {
    struct bench bench;
    struct panel panel;
    struct panel_view view;
    struct panel_screen screen;
    struct stack stack;
    uint32_t now_ms;
};

static inline void desk_look(struct desk *desk)
{
    panel_view_fill(&desk->view, &desk->bench.bms, 0, &desk->bench.in, &desk->stack);
    panel_render(&desk->panel, &desk->view, desk->now_ms, &desk->screen);
}

static inline void desk_init(struct desk *desk, const char *product)
{
    memset(desk, 0, sizeof *desk);
    bench_init(&desk->bench, pack_of(product));
    desk->bench.bms.address = 1;
    stack_init(&desk->stack, 0);
    desk->now_ms = UINT32_MAX - 1000U;
    panel_init(&desk->panel, pack_of(product)->panel, &desk->bench.bms.access, desk->now_ms);
    desk_look(desk);
}

static inline void desk_wait(struct desk *desk, uint32_t ms)
{
    desk->now_ms += ms;
    panel_tick(&desk->panel, true, desk->now_ms);
    desk_look(desk);
}

static inline enum panel_answer desk_touch(struct desk *desk, const char *target,
                                           const char *argument)
{
    enum panel_answer answer = panel_touch(&desk->panel, target, argument, desk->now_ms);
    struct panel_request request;
    if (panel_take_request(&desk->panel, &request)) {
        for (int i = 0; i < request.n; i++) {
            assert_int_equal(
                bms_check_parameter(&desk->bench.bms, request.write[i].id, request.write[i].value),
                0);
            bms_set_parameter(&desk->bench.bms, request.write[i].id, request.write[i].value);
        }
    }
    desk_look(desk);
    return answer;
}

static inline enum panel_answer desk_key(struct desk *desk, enum panel_key key)
{
    enum panel_answer answer = panel_key(&desk->panel, key, desk->now_ms);
    desk_look(desk);
    return answer;
}

static inline void assert_page(const struct desk *desk, const char *page)
{
    assert_string_equal(desk->screen.page, page);
}

/* Text of a field, whatever page is shown, in English. */
static inline void assert_field(struct desk *desk, const char *id, const char *text)
{
    char found[PANEL_TEXT];
    const struct panel_field *field = panel_field(desk->panel.model, id);
    assert_non_null(field);
    desk_look(desk);
    panel_text(&desk->panel, &desk->view, field, LANGUAGE_ENGLISH, found);
    assert_string_equal(found, text);
}

#endif
