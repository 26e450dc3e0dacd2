/* SPDX-License-Identifier: Apache-2.0 */
/* Running a scenario: time in ticks of 1, 10 or 100 ms. The tick is fine right after something
   happened and where a step watches (`during`), coarse in long quiet waits; devices sense every
   100 ms whatever the tick, so the result is the same. */
#include <stdlib.h>
#include <string.h>

#include "sim/lcd.h"
#include "sim/panels.h"
#include "sim/points_text.h"
#include "sim/scenario.h"
#include "sim/pc.h"

enum {
    FINEST_MS = 1,
    FINE_MS = 10,
    COARSE_MS = 100,
    FINEST_FOR_MS = 60, /* after an action: transfers are timed */
    FINE_FOR_MS = 3000,
    KEY_PAUSE_MS = 100
};

struct run {
    const struct scenario *scenario;
    const struct scenario_sites *sites;
    struct house house;
    struct pack_board *boards;
    const char *path;
    FILE *out;
    int64_t t_ms;     /* since t = 0 */
    int64_t acted_ms; /* last action */
    int step, failed;
    bool stopped;
    const struct scenario_step *watching;
};

static void fail_line(struct run *run, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fail_line(struct run *run, int line, const char *format, ...)
{
    char what[600];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fprintf(run->out, "# %s:%d: step %d at %.3f s: %s\n", run->path, line, run->step,
            (double)run->t_ms / 1000.0, what);
    run->failed++;
}

static void stop(struct run *run, int line, const char *what, const char *name)
{
    fail_line(run, line, "%s %s", name, what);
    run->stopped = true;
}

static bool check(struct run *run, const struct scenario_check *check)
{
    struct value value;
    enum point_fault fault = point_read(&run->house, check->point, &check->place, &value);
    if (fault != POINT_OK) {
        stop(run, check->line, point_fault_text(fault), check->name);
        return false;
    }
    enum value_kind kind = check->point->kind;
    if (expect_holds(&check->expect, kind, &value)) {
        return true;
    }
    char wanted[300];
    char found[300];
    expect_text(&check->expect, kind, wanted, sizeof wanted);
    value_write(kind, &value, found, sizeof found);
    fail_line(run, check->line, "%s: wanted %s, found %s", check->name, wanted, found);
    return false;
}

static uint32_t tick_ms(const struct run *run, int64_t left_ms)
{
    int64_t since = run->t_ms - run->acted_ms;
    int64_t tick = since < FINEST_FOR_MS ? FINEST_MS : since < FINE_FOR_MS ? FINE_MS : COARSE_MS;
    bool watched = run->watching != NULL && run->watching->n_during > 0;
    /* inverter timers run at 10 ms; packs sense every 100 ms whatever the tick */
    if ((watched || run->house.spec.inverter != NULL) && tick > FINE_MS) {
        tick = FINE_MS;
    }
    int64_t over = run->t_ms % tick;
    tick = over > 0 ? tick - over : tick; /* stay on whole ticks */
    return (uint32_t)(tick < left_ms ? tick : left_ms);
}

static void watch(struct run *run)
{
    const struct scenario_step *step = run->watching;
    for (int i = 0; step != NULL && i < step->n_during && !run->stopped; i++) {
        if (!check(run, &step->during[i])) {
            run->watching = NULL; /* told once */
        }
    }
}

static void wait_ms(struct run *run, int64_t ms)
{
    int64_t until = run->t_ms + ms;
    while (run->t_ms < until && !run->stopped) {
        uint32_t tick = tick_ms(run, until - run->t_ms);
        house_step(&run->house, tick);
        run->t_ms += tick;
        watch(run);
    }
}

/* Keys and touches of a panel; false when `action` is none of them. */
static bool press_panel(struct run *run, const struct scenario_action *action)
{
    enum panel_key key;
    bool touch = action->touched != NULL;
    if (!touch && !panel_key_named(action->name, &key)) {
        return false;
    }
    if (run->house.spec.battery != HOUSE_PACKS || action->place.n < 1 ||
        action->place.n > run->house.spec.packs) {
        stop(run, action->line, "has no pack here with a panel", action->name);
        return true;
    }
    int pack = action->place.n - 1;
    enum panel_answer answer =
        touch ? house_panel_touch(&run->house, pack, action->touched, action->argument)
              : house_panel_key(&run->house, pack, key);
    if (answer == PANEL_UNKNOWN || answer == PANEL_NOT_HERE) {
        stop(run, action->line, panel_answer_text(answer), touch ? action->touched : action->name);
    }
    return true;
}

static void press_lcd(struct run *run, const struct scenario_action *action)
{
    enum lcd_key key;
    (void)lcd_key_named(action->name, &key); /* checked when loading */
    house_lcd_key(&run->house, key, true);
    wait_ms(run, action->hold_ms);
    house_lcd_key(&run->house, key, false);
    wait_ms(run, KEY_PAUSE_MS);
}

static void press(struct run *run, const struct scenario_action *action)
{
    if (action->of_inverter && house_has_lcd(&run->house)) {
        press_lcd(run, action);
        return;
    }
    struct house *house = &run->house;
    int i = action->place.n - 1;
    bool pack = house->spec.battery == HOUSE_PACKS && i >= 0 && i < house->spec.packs;
    const char *name = action->name;
    bool rst = strcmp(name, "RST") == 0;
    bool clear = strcmp(name, "CLEAR_FAULTS") == 0;
    if (!pack && !clear) {
        stop(run, action->line, "is a key of a pack this house has not", name);
        return;
    }
    if (rst || strcmp(name, "BATTERY") == 0) {
        house_pack_key(house, i, rst ? KEY_RST : KEY_BATTERY, true);
        wait_ms(run, action->hold_ms);
        house_pack_key(house, i, rst ? KEY_RST : KEY_BATTERY, false);
        wait_ms(run, KEY_PAUSE_MS);
        return;
    }
    wait_ms(run, action->hold_ms);
    if (press_panel(run, action)) {
        wait_ms(run, KEY_PAUSE_MS);
        return;
    }
    if (clear && house->spec.inverter != NULL) {
        inverter_clear_faults(&house->inverter);
    } else if (clear && pack) {
        bms_clear_rows(&house->bms[i]);
    } else if (strcmp(name, "RS232_BYTE") == 0) {
        bms_wake_byte(&house->bms[i]);
    } else if (strncmp(name, "PC.", 3) == 0) {
        house_pc_command(house, i, name, action->value.text);
    } else if (strcmp(name, "GUIDE") == 0) {
        house_guide(house, action->value.text);
    }
    wait_ms(run, KEY_PAUSE_MS);
}

static void act(struct run *run, const struct scenario_action *action)
{
    enum point_fault fault = POINT_OK;
    struct house *house = &run->house;
    run->acted_ms = run->t_ms;
    switch (action->kind) {
    case ACT_SET: fault = point_write(house, action->point, &action->place, &action->value); break;
    case ACT_RELEASE: fault = point_release(house, action->point, &action->place); break;
    case ACT_PRESS: press(run, action); break;
    case ACT_POWER: house_power(house, action->value.number > 0.5); break;
    case ACT_CUT:
    case ACT_RESTORE:
        if (!house_cut(house, action->name, action->kind == ACT_CUT)) {
            stop(run, action->line,
                 "is not a link of this house (allowed: can0, rs485_0, internal, stack, packN, "
                 "packN.afe)",
                 action->name);
        }
        break;
    }
    if (fault != POINT_OK) {
        stop(run, action->line, point_fault_text(fault), action->name);
    }
}

static void run_step(struct run *run, const struct scenario_step *step)
{
    if (step->at_ms >= 0) {
        if (step->at_ms < run->t_ms) {
            fail_line(run, step->line,
                      "\"at\": %.3f s has already passed (allowed %.3f s and later)",
                      (double)step->at_ms / 1000.0, (double)run->t_ms / 1000.0);
            run->stopped = true;
            return;
        }
        run->watching = step->after_ms < 0 ? step : NULL;
        wait_ms(run, step->at_ms - run->t_ms);
        run->watching = NULL;
    }
    for (int i = 0; i < step->n_actions && !run->stopped; i++) {
        act(run, &step->actions[i]);
    }
    if (step->after_ms >= 0) {
        run->watching = step;
        wait_ms(run, step->after_ms);
        run->watching = NULL;
    }
    for (int i = 0; i < step->n_expect && !run->stopped; i++) {
        (void)check(run, &step->expect[i]);
    }
}

// NOLINTNEXTLINE(misc-no-recursion): repeats nest at most four deep, checked when loading
static void run_steps(struct run *run, const struct scenario_step *steps, int n)
{
    for (int i = 0; i < n && !run->stopped; i++) {
        if (steps[i].repeat == 0) {
            run->step++;
            run_step(run, &steps[i]);
            continue;
        }
        for (int k = 0; k < steps[i].repeat && !run->stopped; k++) {
            run_steps(run, steps[i].steps, steps[i].n_steps);
        }
    }
}

static bool store_setting(struct run *run, const struct scenario_action *setting)
{
    struct place place = {0};
    char name[64];
    snprintf(name, sizeof name, "settings.%s", setting->name);
    const struct sim_point *point = point_find(name, &place);
    if (point == NULL || point_write(&run->house, point, &place, &setting->value) != POINT_OK) {
        stop(run, setting->line, "is not a setting of this product", setting->name);
        return false;
    }
    return strcmp(run->house.write_result, "refused") != 0;
}

/* As if at once: a setting refused because of another that follows is tried again behind it. */
static void store_settings(struct run *run)
{
    const struct scenario *scenario = run->scenario;
    bool stored[SCENARIO_SETTINGS] = {false};
    const struct scenario_action *refused = NULL;
    char why[sizeof run->house.write_reason] = "";
    for (bool moved = true; moved && !run->stopped;) {
        moved = false;
        refused = NULL;
        for (int i = 0; i < scenario->n_settings && !run->stopped; i++) {
            const struct scenario_action *setting = &scenario->settings[i];
            if (stored[i]) {
                continue;
            }
            stored[i] = store_setting(run, setting);
            moved |= stored[i];
            if (!stored[i] && refused == NULL) {
                refused = setting;
                snprintf(why, sizeof why, "%s", run->house.write_reason);
            }
        }
    }
    if (refused != NULL && !run->stopped) {
        stop(run, refused->line, why, "setting refused:");
    }
}

static void open_site(struct run *run)
{
    const struct scenario *scenario = run->scenario;
    char why[600] = "this program opens none";
    int64_t clock_s = scenario->clock_s - scenario->settle_ms / 1000;
    if (run->sites == NULL || !run->sites->open(run->sites->context, scenario->site, clock_s,
                                                &run->house, why, sizeof why)) {
        stop(run, 1, why, "site:");
    }
}

static void begin(struct run *run)
{
    const struct scenario *scenario = run->scenario;
    if (scenario->site != NULL) {
        open_site(run);
    } else {
        struct house_spec spec = scenario->spec;
        spec.start_ms = scenario->clock_s * 1000 - scenario->settle_ms;
        spec.boards = run->boards;
        house_init(&run->house, &spec);
        if (spec.inverter == NULL) {
            house_bench_state(&run->house);
        } else {
            run->house.force.heatsink_c = (struct forced){.on = true, .value = 25.0};
        }
    }
    store_settings(run);
    house_settle_settings(&run->house);
    run->t_ms = -scenario->settle_ms;
    run->acted_ms = INT64_MIN / 2;
    for (int i = 0; i < scenario->n_start && !run->stopped; i++) {
        const struct scenario_action *start = &scenario->start[i];
        enum point_fault fault =
            point_write(&run->house, start->point, &start->place, &start->value);
        if (fault != POINT_OK) {
            stop(run, start->line, point_fault_text(fault), start->name);
        }
    }
    wait_ms(run, scenario->settle_ms);
    if (scenario->settle_ms > 0) {
        house_lcd_rest(&run->house);
        house_panels_rest(&run->house); /* without settling the cold start is what is looked at */
    }
    house_begin_counting(&run->house);
    run->t_ms = 0;
}

int scenario_run(const struct scenario *scenario, const char *path,
                 const struct scenario_sites *sites, FILE *out)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        return -1;
    }
    run->scenario = scenario;
    run->sites = sites;
    run->path = path;
    run->out = out;
    int packs = scenario->spec.battery == HOUSE_PACKS ? scenario->spec.packs : 0;
    run->boards = packs > 0 ? calloc((size_t)packs, sizeof *run->boards) : NULL;
    for (int i = 0; i < packs && run->boards != NULL; i++) {
        board_init(&run->boards[i]);
    }
    begin(run);
    if (!run->stopped) {
        run_steps(run, scenario->steps, scenario->n_steps);
    }
    int failed = run->failed;
    if (scenario->site != NULL && sites != NULL) {
        sites->close(sites->context);
    }
    free(run->boards);
    free(run);
    return failed;
}
