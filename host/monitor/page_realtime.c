/* SPDX-License-Identifier: Apache-2.0 */
/* Realtime Monitoring: one pack at a glance (VT manual s6.3.1). */
#include <string.h>

#include "host/monitor/pages.h"

enum { TOP = 3, LEFT = 1, LEFT_VALUE = 17, RIGHT = 40, BAR = 14 };

const struct monitor_switch_row monitor_switches[MONITOR_SWITCHES] = {
    {WORD_CHARGE_CIRCUIT, PACE_SWITCH_CHARGE_MOS},
    {WORD_DISCHARGE_CIRCUIT, PACE_SWITCH_DISCHARGE_MOS},
    {WORD_SOUND_ALARM, PACE_SWITCH_BUZZER},
    {WORD_LED_ALARM, PACE_SWITCH_LED_ALARM},
    {WORD_LIMITER, PACE_SWITCH_LIMITER},
};

static const struct {
    uint32_t reason;
    const char *protection, *alarm;
} reason_rows[] = {
    {REPORT_CELL_OVER_VOLTAGE, "OVP", "OV"},
    {REPORT_CELL_UNDER_VOLTAGE, "UVP", "UV"},
    {REPORT_PACK_OVER_VOLTAGE, "TOVP", "TOV"},
    {REPORT_PACK_UNDER_VOLTAGE, "TUVP", "TUV"},
    {REPORT_OVER_VOLTAGE, "OVP", "OV"},
    {REPORT_UNDER_VOLTAGE, "UVP", "UV"},
    {REPORT_CHARGE_CURRENT, "COCP", "COC"},
    {REPORT_DISCHARGE_CURRENT, "DOCP", "DOC"},
    {REPORT_SHORT_CIRCUIT, "CP", "CP"},
    {REPORT_CHARGE_OVER_TEMPERATURE, "COTP", "COT"},
    {REPORT_DISCHARGE_OVER_TEMPERATURE, "DOTP", "DOT"},
    {REPORT_CHARGE_UNDER_TEMPERATURE, "CUTP", "CUT"},
    {REPORT_DISCHARGE_UNDER_TEMPERATURE, "DUTP", "DUT"},
    {REPORT_OVER_TEMPERATURE, "OTP", "OT"},
    {REPORT_UNDER_TEMPERATURE, "UTP", "UT"},
    {REPORT_MOS_OVER_TEMPERATURE, "MOS OT", "MOS OT"},
    {REPORT_ENV_OVER_TEMPERATURE, "EOT", "EOT"},
    {REPORT_ENV_UNDER_TEMPERATURE, "EUT", "EUT"},
    {REPORT_LOW_SOC, "USOC", "USOC"},
    {REPORT_IMBALANCE, "Cells", "Cells"},
    {REPORT_CHARGE_MOS, "chg MOS", "chg MOS"},
    {REPORT_DISCHARGE_MOS, "dhg MOS", "dhg MOS"},
    {REPORT_TEMPERATURE_SENSOR, "NTC", "NTC"},
    {REPORT_FRONT_END, "Sample", "Sample"},
    {REPORT_SYSTEM, "PCB", "PCB"},
    {REPORT_REVERSED, "REV", "REV"},
    {REPORT_CHARGER_VOLTAGE, "CHG V", "CHG V"},
    {REPORT_COMMUNICATION, "COMM", "COMM"},
};

void monitor_reasons(uint32_t reasons, bool protections, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof reason_rows / sizeof reason_rows[0]; i++) {
        if ((reasons & reason_rows[i].reason) != 0 && used < room) {
            int n = snprintf(text + used, room - used, "%s%s", used > 0 ? "," : "",
                             protections ? reason_rows[i].protection : reason_rows[i].alarm);
            used += n > 0 ? (size_t)n : 0;
        }
    }
}

struct extremes {
    int low, high; /* cells, 0 first; -1: none */
};

static struct extremes extremes_of(const struct pack_view *pack)
{
    struct extremes e = {-1, -1};
    for (int i = 0; i < pack->n_cells && i < BANK_CELLS; i++) {
        e.low = e.low < 0 || pack->cell_mv[i] < pack->cell_mv[e.low] ? i : e.low;
        e.high = e.high < 0 || pack->cell_mv[i] > pack->cell_mv[e.high] ? i : e.high;
    }
    return e;
}

static void label(struct sheet *sheet, int row, const struct monitor_view *view, enum word word)
{
    (void)sheet_put(sheet, row, LEFT, SHEET_DIM, "%s", monitor_word(view->language, word));
}

static void draw_soc(struct sheet *sheet, int row, int pct)
{
    int filled = (pct * BAR + 50) / 100;
    int column = sheet_put(sheet, row, LEFT_VALUE, SHEET_BOLD, "%3d %%  ", pct);
    for (int i = 0; i < BAR; i++) {
        column = sheet_put(sheet, row, column, i < filled ? SHEET_GREEN : SHEET_DIM, "%s",
                           i < filled ? "█" : "·");
    }
}

static enum word state_word(const struct pack_view *pack)
{
    return pack->full                 ? WORD_FULL_STATE
           : pack->charging           ? WORD_CHARGING
           : pack->discharging        ? WORD_DISCHARGING
           : pack->current_ma > 1000  ? WORD_CHARGING
           : pack->current_ma < -1000 ? WORD_DISCHARGING
                                      : WORD_RESTING;
}

static void draw_summary(const struct pack_view *pack, const struct monitor_view *view,
                         struct sheet *sheet)
{
    struct extremes e = extremes_of(pack);
    int row = TOP + 1;
    label(sheet, row, view, WORD_VOLTAGE);
    (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_BOLD, "%.2f V", pack->voltage_mv / 1000.0);
    label(sheet, row, view, WORD_CURRENT);
    (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_BOLD, "%.2f A  %s", pack->current_ma / 1000.0,
                    monitor_word(view->language, state_word(pack)));
    label(sheet, row, view, WORD_POWER);
    (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%.0f W",
                    pack->voltage_mv / 1000.0 * pack->current_ma / 1000.0);
    label(sheet, row, view, WORD_SOC);
    draw_soc(sheet, row++, pack->soc_pct);
    if ((pack->heard & VIEW_SOH) != 0) {
        label(sheet, row, view, WORD_SOH);
        (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%d %%", pack->soh_pct);
    }
    if ((pack->heard & VIEW_CAPACITY) != 0) {
        label(sheet, row, view, WORD_REMAINING);
        (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%.2f / %.2f Ah",
                        pack->remaining_mah / 1000.0, pack->full_mah / 1000.0);
    }
    label(sheet, row, view, WORD_CYCLES);
    (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%d", pack->cycles);
    if (e.low >= 0) {
        label(sheet, row, view, WORD_CELL_MAX);
        (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%.3f V (%d)",
                        pack->cell_mv[e.high] / 1000.0, e.high + 1);
        label(sheet, row, view, WORD_CELL_MIN);
        (void)sheet_put(sheet, row++, LEFT_VALUE, SHEET_PLAIN, "%.3f V (%d)",
                        pack->cell_mv[e.low] / 1000.0, e.low + 1);
        label(sheet, row, view, WORD_SPREAD);
        (void)sheet_put(sheet, row, LEFT_VALUE, SHEET_PLAIN, "%.3f V",
                        (pack->cell_mv[e.high] - pack->cell_mv[e.low]) / 1000.0);
    }
}

static void draw_cells(const struct pack_view *pack, const struct monitor_view *view,
                       struct sheet *sheet)
{
    struct extremes e = extremes_of(pack);
    (void)sheet_put(sheet, TOP, RIGHT, SHEET_BOLD, "%s", monitor_word(view->language, WORD_CELLS));
    for (int i = 0; i < pack->n_cells && i < BANK_CELLS; i++) {
        enum sheet_style style = i == e.high ? SHEET_RED : i == e.low ? SHEET_YELLOW : SHEET_PLAIN;
        bool bled = (pack->balance >> i & 1) != 0;
        (void)sheet_put(sheet, TOP + 1 + i / 4, RIGHT + i % 4 * 10, style, "%2d %.3f%s", i + 1,
                        pack->cell_mv[i] / 1000.0, bled ? "*" : "");
    }
}

static void draw_temperatures(const struct pack_view *pack, const struct monitor_view *view,
                              struct sheet *sheet)
{
    int row = TOP + 1 + (pack->n_cells + 3) / 4 + 1;
    (void)sheet_put(sheet, row++, RIGHT, SHEET_BOLD, "%s",
                    monitor_word(view->language, WORD_TEMPERATURES));
    for (int i = 0; i < pack->n_temps && i < BANK_TEMPS; i++) {
        if (pack->temp_c10[i] != TEMP_ABSENT) {
            (void)sheet_put(sheet, row + i / 4, RIGHT + i % 4 * 10, SHEET_PLAIN, "T%d %.1f", i + 1,
                            pack->temp_c10[i] / 10.0);
        }
    }
    row += 1 + (pack->n_temps - 1) / 4;
    int column = RIGHT;
    if (pack->mos_c10 != TEMP_ABSENT) {
        column = sheet_put(sheet, row, column, SHEET_PLAIN, "MOS %.1f °C  ", pack->mos_c10 / 10.0);
    }
    if (pack->env_c10 != TEMP_ABSENT) {
        (void)sheet_put(sheet, row, column, SHEET_PLAIN, "Env %.1f °C", pack->env_c10 / 10.0);
    }
}

static void draw_reasons(const struct pack_view *pack, const struct monitor_view *view,
                         struct sheet *sheet)
{
    char text[200];
    const char *none = monitor_word(view->language, WORD_NONE);
    int row = TOP + 13;
    label(sheet, row, view, WORD_PROTECTIONS);
    monitor_reasons(pack->protections, true, text, sizeof text);
    (void)sheet_put(sheet, row++, LEFT_VALUE, text[0] != '\0' ? SHEET_RED : SHEET_PLAIN, "%.60s",
                    text[0] != '\0' ? text : none);
    label(sheet, row, view, WORD_ALARMS);
    monitor_reasons(pack->alarms, false, text, sizeof text);
    (void)sheet_put(sheet, row, LEFT_VALUE, text[0] != '\0' ? SHEET_YELLOW : SHEET_PLAIN, "%.60s",
                    text[0] != '\0' ? text : none);
}

static void draw_switches(const struct pack_view *pack, const struct monitor_view *view,
                          struct sheet *sheet)
{
    const bool on[MONITOR_SWITCHES] = {
        (pack->control & CONTROL_CHARGE_OFF) == 0, (pack->control & CONTROL_DISCHARGE_OFF) == 0,
        (pack->control & CONTROL_BUZZER) != 0, (pack->control & CONTROL_LED) != 0,
        (pack->control & CONTROL_LIMITER) != 0};
    int row = TOP + 16;
    int column = LEFT;
    for (int i = 0; i < MONITOR_SWITCHES; i++) {
        bool focus = view->focus == i;
        column = sheet_put(sheet, row, column, focus ? SHEET_REVERSE : SHEET_PLAIN, "%s ",
                           monitor_word(view->language, monitor_switches[i].word));
        column = sheet_put(sheet, row, column, on[i] ? SHEET_GREEN : SHEET_RED, "%s",
                           monitor_word(view->language, on[i] ? WORD_ON : WORD_OFF));
        column += 2;
        if (i == 2) {
            row++;
            column = LEFT;
        }
    }
}

/* One key a pack; the one shown is white on blue. */
static void draw_pack_keys(const struct monitor *monitor, const struct monitor_view *view,
                           struct sheet *sheet)
{
    const struct battery_bank *bank = &monitor->link.bank;
    int column =
        sheet_put(sheet, 2, LEFT, SHEET_DIM, "%s ", monitor_word(view->language, WORD_PACK));
    for (int i = 0; i < bank->n_packs && i < BANK_PACKS; i++) {
        column = sheet_put(sheet, 2, column, i == monitor->shown ? SHEET_CHOSEN : SHEET_PLAIN,
                           " %d ", i + 1);
    }
    if (monitor_may_rotate(monitor)) {
        (void)sheet_put(sheet, 2, column + 1, monitor->rotates ? SHEET_CHOSEN : SHEET_DIM, " %s ",
                        monitor_word(view->language, WORD_AUTO));
    }
}

void draw_realtime(const struct monitor *monitor, const struct monitor_view *view,
                   struct sheet *sheet)
{
    const struct pack_view *pack = monitor_pack(monitor);
    draw_pack_keys(monitor, view, sheet);
    if (pack == NULL || (pack->heard & VIEW_ANALOG) == 0) {
        (void)sheet_put(sheet, TOP + 4, LEFT, SHEET_DIM, "%s",
                        monitor_word(view->language, WORD_NO_DATA));
        return;
    }
    draw_summary(pack, view, sheet);
    draw_cells(pack, view, sheet);
    draw_temperatures(pack, view, sheet);
    draw_reasons(pack, view, sheet);
    if (monitor->link.pace) {
        draw_switches(pack, view, sheet);
    }
    int column = sheet_put(sheet, TOP + 18, LEFT, SHEET_DIM, "%s %s  %s %s",
                           monitor_word(view->language, WORD_VERSION), monitor->link.version,
                           monitor_word(view->language, WORD_SERIAL), monitor->link.serial);
    const struct link *link = &monitor->link;
    bool bad = link->missed + link->broken > link->answered / 20;
    (void)sheet_put(sheet, TOP + 18, column + 3, bad ? SHEET_YELLOW : SHEET_DIM,
                    "%u %s  %u %s  %u %s", link->answered,
                    monitor_word(view->language, WORD_ANSWERED), link->missed,
                    monitor_word(view->language, WORD_MISSED), link->broken,
                    monitor_word(view->language, WORD_BROKEN));
}
