/* SPDX-License-Identifier: Apache-2.0 */
/* hearth panel: arguments, the house, scripted keys, one picture. */
#include "host/cmd_panel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/tz.h"
#include "sim/lcd.h"
#include "sim/yaml.h"

enum {
    OPT_PACK,
    OPT_INVERTER,
    OPT_SPEED,
    OPT_ONCE,
    OPT_KEYS,
    OPTIONS,
    STEP_MS = 100,
    SETTLE_MS = 10000,
    PAUSE_MS = 200
};

void panel_desk_wait(struct panel_desk *desk, double ms)
{
    desk->rest_ms += ms;
    while (desk->rest_ms >= STEP_MS) {
        struct house_event event;
        struct panel *panel = &desk->house.panel[desk->pack];
        if (desk->held && !desk->lcd && panel->lit) {
            panel_stir(panel, desk->house.now_ms);
        }
        house_step(&desk->house, STEP_MS);
        while (house_next_event(&desk->house, &event)) {
            continue; /* told on the panel itself */
        }
        desk->rest_ms -= STEP_MS;
    }
}

/* Whose panel, the time of day, how fast it runs. */
static void write_head(const struct panel_desk *desk, char *head, size_t room)
{
    const struct house *house = &desk->house;
    int s = (int)((house->t_ms / 1000 + house->local_offset_s) % 86400);
    int n = desk->lcd ? snprintf(head, room, "%s", house->spec.inverter->name)
                      : snprintf(head, room, "%s, pack %d of %d", house->spec.pack->name,
                                 desk->pack + 1, house->spec.packs);
    snprintf(head + n, room - (size_t)n, ", %02d:%02d:%02d, speed %g", s / 3600, s / 60 % 60,
             s % 60, desk->speed);
}

void panel_desk_draw(struct panel_desk *desk, bool mono)
{
    struct panel_view view;
    struct panel_lamp lamps[PANEL_LAMPS];
    struct house *house = &desk->house;
    const struct panel *panel = &house->panel[desk->pack];
    char head[CANVAS_COLUMNS * 2];
    write_head(desk, head, sizeof head);
    if (desk->lcd) {
        lcd_desk_draw(desk, head, mono);
        return;
    }
    house_panel_view(house, desk->pack, &view);
    panel_render(panel, &view, house->now_ms, &desk->screen);
    const struct canvas_frame frame = {
        .head = head,
        .foot = mono ? ""
                     : "arrows move, Enter touches, Esc back, Space anywhere, p pack, + - speed, q",
        .lamps = lamps,
        .n_lamps = panel_lamps(panel->model, &house->bms[desk->pack], house->now_ms, lamps),
        .mono = mono};
    canvas_draw(&desk->canvas, &desk->screen, &frame);
}

static bool open_product(struct panel_desk *desk, const struct product *product)
{
    struct house_spec spec = {.battery = HOUSE_PACKS,
                              .pack = product,
                              .packs = 1,
                              .soc = 0.6,
                              .temperature_c = 25.0,
                              .start_ms = INT64_C(1780315200000)}; /* 2026-06-01 12:00 UTC */
    if (product->inverter != NULL && product->inverter->pages != NULL) {
        lcd_desk_open(desk, product);
        return true;
    }
    if (product->pack == NULL) {
        fprintf(stderr, "hearth panel: %s has no panel here yet (see hearth list products)\n",
                product->id);
        return false;
    }
    house_init(&desk->house, &spec);
    return true;
}

static bool open_file(struct panel_desk *desk, const char *path)
{
    struct yaml_error error;
    if (access(path, F_OK) != 0) {
        fprintf(stderr,
                "hearth panel: \"%s\" is neither a product (see hearth list products) nor a site "
                "file\n",
                path);
        return false;
    }
    desk->config = site_config_load(path, &error);
    if (desk->config == NULL ||
        !site_config_start(desk->config, &desk->house, desk->config->start_s, &error)) {
        fprintf(stderr, "hearth panel: %s\n", error.text);
        return false;
    }
    desk->lcd = desk->house.spec.battery != HOUSE_PACKS;
    if (desk->lcd && !house_has_lcd(&desk->house)) {
        fprintf(stderr, "hearth panel: %s has neither a pack nor an inverter with a panel\n", path);
        return false;
    }
    return true;
}

/* A touch or key of a pack's panel; false when there is none by that name. */
static bool touch_pack(struct panel_desk *desk, const char *text, char *target)
{
    enum panel_key key;
    enum panel_answer answer;
    if (strcmp(text, "TOUCH") == 0) {
        const struct panel_model *model = desk->house.panel[desk->pack].model;
        char *argument = target != NULL && !panel_knows(model, target) ? strchr(target, ' ') : NULL;
        if (argument != NULL) {
            *argument++ = '\0';
        }
        if (target != NULL && !panel_knows(model, target)) {
            fprintf(stderr, "hearth panel: the panel has no field \"%s\" (see hearth list pages)\n",
                    target);
            return false;
        }
        answer =
            house_panel_touch(&desk->house, desk->pack, target != NULL ? target : "", argument);
    } else if (target == NULL && panel_key_named(text, &key)) {
        answer = house_panel_key(&desk->house, desk->pack, key);
    } else {
        fprintf(stderr,
                "hearth panel: \"%s\" is no key (TOUCH FIELD, UP, DOWN, LEFT, RIGHT, ENTER, ESC, "
                "WAIT 5s)\n",
                text);
        return false;
    }
    if (panel_answer_text(answer)[0] != '\0') {
        fprintf(stderr, "hearth panel: %s %s: %s\n", text, target != NULL ? target : "",
                panel_answer_text(answer));
    }
    return answer >= 0 || answer == PANEL_WRONG || answer == PANEL_WAITS;
}

static bool press_inverter(struct panel_desk *desk, const char *text, const char *hold)
{
    if (lcd_desk_named(desk, text, hold)) {
        return true;
    }
    fprintf(stderr,
            "hearth panel: \"%s%s%s\" is no key (UP, DOWN, ESC, ENTER, held: ENTER 2100ms, "
            "WAIT 5s)\n",
            text, hold != NULL ? " " : "", hold != NULL ? hold : "");
    return false;
}

/* One entry of --keys: "TOUCH can GROWATT", "ENTER", "ENTER 2100ms", "WAIT 5s". */
static bool do_key(struct panel_desk *desk, char *text)
{
    int64_t ms = PAUSE_MS;
    char *target = strchr(text, ' ');
    if (target != NULL) {
        *target++ = '\0';
    }
    bool waits = strcmp(text, "WAIT") == 0 && target != NULL && text_duration(target, &ms);
    bool done =
        waits || (desk->lcd ? press_inverter(desk, text, target) : touch_pack(desk, text, target));
    panel_desk_wait(desk, (double)ms);
    return done;
}

static bool do_keys(struct panel_desk *desk, const char *keys)
{
    char *copy = strdup(keys);
    char *rest = NULL;
    bool good = copy != NULL;
    for (char *one = good ? strtok_r(copy, ",", &rest) : NULL; one != NULL && good;
         one = strtok_r(NULL, ",", &rest)) {
        one += strspn(one, " ");
        for (size_t n = strlen(one); n > 0 && one[n - 1] == ' '; n--) {
            one[n - 1] = '\0';
        }
        good = do_key(desk, one);
    }
    free(copy);
    return good;
}

static bool number_option(const char *name, const char *text, double low, double high, double *out)
{
    if (text == NULL) {
        return true;
    }
    if (!text_number(text, out) || *out < low || *out > high) {
        fprintf(stderr, "hearth panel: %s %s is not allowed (%g to %g)\n", name, text, low, high);
        return false;
    }
    return true;
}

/* Opens, settles when the panel is not to be watched booting, presses keys, shows. */
static int show(struct panel_desk *desk, const char **values)
{
    double pack = 1.0;
    const struct product *product = product_find(desk->what);
    bool once = values[OPT_ONCE] != NULL;
    if (product != NULL ? !open_product(desk, product) : !open_file(desk, desk->what)) {
        return 1;
    }
    if (values[OPT_INVERTER] != NULL && !house_has_lcd(&desk->house)) {
        fprintf(stderr, "hearth panel: %s has no inverter with a panel\n", desk->what);
        return 1;
    }
    desk->lcd = desk->lcd || values[OPT_INVERTER] != NULL;
    desk->once = once;
    int packs = desk->house.spec.packs > 0 ? desk->house.spec.packs : 1;
    if (!number_option("--pack", values[OPT_PACK], 1, packs, &pack) ||
        !number_option("--speed", values[OPT_SPEED], 0, 3600, &desk->speed)) {
        return 2;
    }
    desk->pack = (int)pack - 1;
    panel_desk_wait(desk, STEP_MS);
    if (once) {
        panel_desk_wait(desk, SETTLE_MS);
        house_panels_rest(&desk->house);
        house_lcd_rest(&desk->house);
    }
    if (values[OPT_KEYS] != NULL && !do_keys(desk, values[OPT_KEYS])) {
        return 1;
    }
    if (!once && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        return panel_desk_run(desk);
    }
    panel_desk_draw(desk, true);
    canvas_print(&desk->canvas, stdout);
    return 0;
}

int cmd_panel(int argc, char **argv)
{
    const struct cli_command *self = cli_find("panel");
    const char *values[OPTIONS] = {0};
    int n = cli_options(self, argc, argv, values);
    if (n < 0) {
        return 2;
    }
    if (n != 1) {
        cli_help(self, stderr);
        return 2;
    }
    struct panel_desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        return 1;
    }
    desk->what = argv[1];
    desk->speed = 1.0;
    int status = show(desk, values);
    site_config_free(desk->config);
    free(desk);
    return status;
}
