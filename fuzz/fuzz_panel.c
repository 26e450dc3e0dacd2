/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands on a panel: any order of touches, keys and waits keeps its state whole, and nothing but the
 * right password lets a parameter be asked for where one is wanted. The first byte chooses the
 * model; then each byte is a step, a touch with a name takes the bytes up to the next newline.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/panel/screen.h"
#include "core/product/product.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

/* Takes "name\n" or "name argument\n" off the input. */
static size_t take_name(const uint8_t *data, size_t size, char *name, size_t room, char **argument)
{
    size_t n = 0;
    while (n < size && n + 1 < room && data[n] != '\n' && data[n] != '\0') {
        name[n] = (char)data[n];
        n++;
    }
    name[n] = '\0';
    char *blank = strchr(name, ' ');
    *argument = blank != NULL ? blank + 1 : NULL;
    if (blank != NULL) {
        *blank = '\0';
    }
    return n + (n < size);
}

static void look(const struct panel *panel, const struct bms *bms, uint32_t now_ms)
{
    static const struct bms_inputs sensed = {.sampled = true};
    static struct panel_screen screen;
    struct panel_view view;
    int focused = 0;
    panel_view_fill(&view, bms, 0, &sensed, NULL);
    panel_render(panel, &view, now_ms, &screen);
    require(screen.n >= 0 && screen.n < SCREEN_ITEMS && screen.n_typed <= PANEL_PASSWORD);
    for (int i = 0; i < screen.n; i++) {
        require(memchr(screen.item[i].text, '\0', PANEL_TEXT) != NULL);
        focused += screen.item[i].focused;
    }
    require(focused <= 1 && (screen.lit || screen.n == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ids[] = {"vt12040", "es51_2_100lp", "es25_6_100lp"};
    if (size < 1) {
        return 0;
    }
    const struct pack_profile *pack = product_find(ids[data[0] % 3])->pack;
    struct bms bms;
    struct panel panel;
    uint32_t now_ms = UINT32_MAX - 3000U;
    bms_init(&bms, pack, 6000, now_ms);
    panel_init(&panel, pack->panel, &bms.access, now_ms);
    for (size_t i = 1; i < size;) {
        uint8_t step = data[i++];
        bool was_unlocked = panel.unlocked;
        bool right = false;
        if (step < 0x20) {
            (void)panel_key(&panel, (enum panel_key)(step % 6), now_ms);
            right = panel.n_typed == 0;
        } else if (step < 0x40) {
            now_ms += (uint32_t)(step - 0x20) * (uint32_t)(step - 0x20) * 300U;
            panel_tick(&panel, step != 0x3F, now_ms);
        } else {
            char name[64];
            char *argument;
            i--;
            i += take_name(data + i, size - i, name, sizeof name, &argument);
            (void)panel_touch(&panel, name, argument, now_ms);
            right =
                strcmp(name, "ok") == 0 || (argument != NULL && strcmp(argument, "123456") == 0);
        }
        struct panel_request request;
        if (panel_take_request(&panel, &request)) {
            require(!pack->panel->asks_password || was_unlocked || right);
            for (int k = 0; k < request.n; k++) {
                require(bms_check_parameter(&bms, request.write[k].id, request.write[k].value) ==
                        0);
                bms_set_parameter(&bms, request.write[k].id, request.write[k].value);
            }
        }
        look(&panel, &bms, now_ms);
    }
    return 0;
}
