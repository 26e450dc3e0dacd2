/* SPDX-License-Identifier: Apache-2.0 */
/* What the fields of a panel say: numbers by their format, words, marks and lists. */
#include "core/panel/panel.h"
#include "core/product/setting.h"

struct line {
    char *text;
    size_t n; /* below PANEL_TEXT */
};

static void put(struct line *line, const char *text)
{
    while (*text != '\0' && line->n + 1 < PANEL_TEXT) {
        line->text[line->n++] = *text++;
    }
    line->text[line->n] = '\0';
}

static void put_next(struct line *line, const char *between, const char *text)
{
    put(line, line->n > 0 ? between : "");
    put(line, text);
}

/* Digits behind the point of a format's zero: "0.00" has two. */
static int decimals_of(const char *format)
{
    int n = 0;
    const char *p = format;
    while (*p != '\0' && *p != '.') {
        p++;
    }
    while (*p != '\0' && p[1] >= '0' && p[1] <= '9') {
        n++;
        p++;
    }
    return n;
}

/* Rounds half away from zero to the digits shown; never "-0". */
static void put_number(struct line *line, int32_t value, int32_t scale, const char *format)
{
    char text[24];
    int decimals = decimals_of(format);
    int64_t shown = scale;
    int32_t unit = 1;
    for (int i = 0; i < decimals; i++) {
        unit *= 10;
    }
    int64_t half = value < 0 ? -(shown / 2) : shown / 2;
    int64_t rounded = ((int64_t)value * unit + half) / shown;
    decimal_format((int32_t)rounded, unit, decimals, text, sizeof text);
    put(line, text);
}

static void put_celsius(struct line *line, const struct panel_view *view, int sensor,
                        const char *format)
{
    int16_t c10 = sensor < PACK_TEMPS    ? view->temp_c10[sensor]
                  : sensor == PACK_TEMPS ? view->env_c10
                                         : view->mos_c10;
    if ((view->bad_sensors >> sensor & 1) != 0) {
        put(line, "--");
    } else {
        put_number(line, c10, 10, format);
    }
}

/* Cells' sensors, MOS, environment: the order of the ES page. */
static void put_temperatures(struct line *line, const struct panel_view *view, const char *format)
{
    static const uint8_t order[] = {0, 1, 2, 3, 5, 4};
    for (size_t i = 0; i < sizeof order; i++) {
        put(line, i > 0 ? " " : "");
        put_celsius(line, view, order[i], format);
    }
}

static void put_cells(struct line *line, const struct panel_view *view, const char *format)
{
    for (int i = 0; i < view->profile->n_cells; i++) {
        put(line, i > 0 ? " " : "");
        put_number(line, view->cell_mv[i], 1000, format);
    }
}

int panel_soc_icon(int32_t soc_pct100)
{
    return soc_pct100 <= 0     ? 5
           : soc_pct100 < 2500 ? 1
           : soc_pct100 < 5000 ? 2
           : soc_pct100 < 7500 ? 3
                               : 4;
}

static bool item_active(const struct panel_view *view, const struct panel_field *field)
{
    bool warned = field->show == SHOW_WARNED;
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &view->profile->rows[i];
        if ((view->active >> i & 1) != 0 && row->hmi_no == field->index &&
            (row->kind == KIND_ALARM) == warned && !row->reverse_only) {
            return true;
        }
    }
    return false;
}

static bool already(const struct panel_view *view, int row)
{
    const struct protection *rows = view->profile->rows;
    for (int i = 0; i < row; i++) {
        bool same = rows[i].kind == rows[row].kind && (view->active >> i & 1) != 0;
        const char *a = rows[i].code;
        const char *b = rows[row].code;
        while (same && *a != '\0' && *a == *b) {
            a++;
            b++;
        }
        if (same && *a == *b) {
            return true;
        }
    }
    return false;
}

static void put_rows(struct line *line, const struct panel_view *view, enum protection_kind kind,
                     enum panel_language language)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &view->profile->rows[i];
        if ((view->active >> i & 1) != 0 && row->kind == kind && !already(view, i)) {
            put_next(line, ", ", row->code);
        }
    }
    if (line->n == 0) {
        put(line, panel_word(TEXT_NO_ENTRY, language));
    }
}

static void put_states(struct line *line, const struct panel_view *view,
                       enum panel_language language)
{
    static const enum panel_text_id words[] = {
        [PACK_SLEEP] = TEXT_SLEEP,       [PACK_STANDBY] = TEXT_STANDBY,
        [PACK_CHARGE] = TEXT_CHARGE,     [PACK_DISCHARGE] = TEXT_DISCHARGE,
        [PACK_PROTECT] = TEXT_PROTECTED, [PACK_FAULT] = TEXT_FAULTY};
    for (int i = 0; i < view->n_states; i++) {
        bool lost = (view->lost >> i & 1) != 0;
        put_next(line, ", ", lost ? "--" : panel_word(words[view->states[i]], language));
    }
}

/* The one list over both buses shows its RS485 entry while RS485 speaks anything but Pylon. */
static void put_inverter(struct line *line, const struct panel *panel,
                         const struct panel_view *view)
{
    const struct panel_model *model = panel->model;
    const struct panel_choice *shown = NULL;
    for (int i = 0; i < model->n_inverters; i++) {
        const struct panel_choice *choice = &model->inverters[i];
        bool can = choice->bus == PROTOCOL_CAN;
        if (choice->code == (can ? view->can_code : view->rs485_code) && (shown == NULL || !can)) {
            shown = choice;
        }
    }
    const struct protocol *other = protocol_of_code(PROTOCOL_CAN, view->can_code);
    put(line, shown != NULL ? shown->name : other != NULL ? other->name : "--");
}

static void put_protocol(struct line *line, const struct panel *panel,
                         const struct panel_field *field, int32_t code)
{
    const struct panel_choice *choice;
    enum protocol_bus bus = field->show == SHOW_RS485 ? PROTOCOL_RS485 : PROTOCOL_CAN;
    for (int i = 0; (choice = panel_choice(panel->model, field, i)) != NULL; i++) {
        if (choice->code == code) {
            put(line, choice->name);
            return;
        }
    }
    const struct protocol *protocol = protocol_of_code(bus, code);
    put(line, protocol != NULL ? protocol->name : "--");
}

static void put_some(struct line *line, const char *text) { put(line, text != NULL ? text : "--"); }

/* Values that are numbers; false: `field` is none. */
static bool put_measured(struct line *line, const struct panel_view *view,
                         const struct panel_field *field)
{
    int32_t value = 0;
    int32_t scale = 1000;
    bool is_number = true;
    switch ((int)field->show) {
    case SHOW_ADDRESS:
        value = view->address;
        scale = 1;
        break;
    case SHOW_REMAINING: value = view->remaining_mah; break;
    case SHOW_CAPACITY: value = view->full_mah; break;
    case SHOW_CELL: value = view->cell_mv[field->index]; break;
    case SHOW_TOTAL_SOC:
        value = view->total_soc_pct;
        scale = 1;
        break;
    case SHOW_TOTAL_CURRENT: value = view->total_ma; break;
    case SHOW_TOTAL_VOLTAGE: value = view->total_mv; break;
    case SHOW_PACK_VOLTAGE: value = view->pack_mv; break;
    case SHOW_PACK_CURRENT: value = view->current_ma; break;
    default: is_number = false; break;
    }
    if (is_number) {
        put_number(line, value, scale, scale == 1 ? "0" : field->format);
    }
    return is_number;
}

// NOLINTNEXTLINE(readability-function-size): one line a kind of field
static void put_value(struct line *line, const struct panel *panel, const struct panel_view *view,
                      const struct panel_field *field, enum panel_language language)
{
    switch ((int)field->show) {
    case SHOW_SOC_ICON:
        put(line, panel_soc_icon(view->soc_pct100) == field->index ? "on" : "off");
        return;
    case SHOW_ALARM_ICON:
        put(line, (view->active & ~(UINT64_C(1) << ROW_FULLY)) != 0 ? "on" : "off");
        return;
    case SHOW_TEMP: put_celsius(line, view, field->index, field->format); return;
    case SHOW_ENV: put_celsius(line, view, PACK_TEMPS, field->format); return;
    case SHOW_MOS: put_celsius(line, view, PACK_TEMPS + 1, field->format); return;
    case SHOW_STOPPED:
    case SHOW_WARNED: put(line, item_active(view, field) ? "filled" : "hollow"); return;
    case SHOW_INVERTER: put_inverter(line, panel, view); return;
    case SHOW_LANGUAGE:
        put(line, panel_word((enum panel_text_id)(TEXT_ENGLISH + (int)panel->language), language));
        return;
    case SHOW_SPLASH: put(line, "HEARTH"); return;
    case SHOW_WARRANTY: put_some(line, view->warranty); return;
    case SHOW_TEMPS: put_temperatures(line, view, field->format); return;
    case SHOW_CELLS: put_cells(line, view, field->format); return;
    case SHOW_PACKS: put_states(line, view, language); return;
    case SHOW_ROWS: put_rows(line, view, (enum protection_kind)field->index, language); return;
    case SHOW_SERIAL: put_some(line, view->serial); return;
    case SHOW_VERSION: put(line, panel->model->version); return;
    case SHOW_CAN: put_protocol(line, panel, field, view->can_code); return;
    case SHOW_RS485: put_protocol(line, panel, field, view->rs485_code); return;
    case SHOW_PASSWORD:
        put(line, panel->asking ? "asked" : panel->unlocked ? "accepted" : "--");
        return;
    default: put(line, field->label); return;
    }
}

void panel_text(const struct panel *panel, const struct panel_view *view,
                const struct panel_field *field, enum panel_language language,
                char text[PANEL_TEXT])
{
    struct line line = {text, 0};
    text[0] = '\0';
    if (!put_measured(&line, view, field)) {
        put_value(&line, panel, view, field, language);
    }
}
