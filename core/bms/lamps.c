/* SPDX-License-Identifier: Apache-2.0 */
/* Lamps, SOC bar, buzzer and dry contacts: VT manual s2.2 s5.2 s5.4, ES manual s1.3 s5. The order
   of the checks is the priority; the first that holds decides. */
#include "core/bms/bms.h"
#include "core/product/panel.h" /* the bands of the SOC lamps */

#include <string.h>

static const uint32_t lamp_on_ms[] = {
    [LAMP_OFF] = 0, [LAMP_ON] = 1, [LAMP_FLASH1] = 250, [LAMP_FLASH2] = 500, [LAMP_FLASH3] = 500};
static const uint32_t lamp_period_ms[] = {[LAMP_OFF] = 1,
                                          [LAMP_ON] = 1,
                                          [LAMP_FLASH1] = 4000,
                                          [LAMP_FLASH2] = 1000,
                                          [LAMP_FLASH3] = 2000};

#define BIT(row) (UINT64_C(1) << ROW_##row)

/* Protections that show "RUN off, ALM on": current, short circuit, temperature, polarity. */
static const uint64_t stopped_rows = BIT(CP) | BIT(DOCP) | BIT(DOCP2) | BIT(COCP) | BIT(DOTP) |
                                     BIT(DUTP) | BIT(COTP) | BIT(CUTP) | BIT(MOS_OTP) | BIT(EOTP) |
                                     BIT(EUTP) | BIT(RVP);
static const uint64_t empty_rows = BIT(UVP) | BIT(TUVP);
static const uint64_t full_rows = BIT(OVP) | BIT(TOVP) | BIT(FULLY);
static const uint64_t fault_rows =
    BIT(PCB) | BIT(SAMPLE) | BIT(CELLS) | BIT(NTC) | BIT(CHG_MOS) | BIT(DHG_MOS);
static const uint64_t alarm_rows = BIT(DOC) | BIT(COC) | BIT(TUV) | BIT(TOV) | BIT(UV) | BIT(OV) |
                                   BIT(USOC) | BIT(MOS_OT) | BIT(EUT) | BIT(EOT) | BIT(DUT) |
                                   BIT(CUT) | BIT(DOT) | BIT(COT);
static const uint64_t over_charge_alarms = BIT(OV) | BIT(TOV);
static const uint64_t low_rows = BIT(USOC) | BIT(UV) | BIT(TUV);

enum { SHOW_EACH_MS = 500, SHOW_RESET_MS = 1500, BEEP_MS = 250, SHOW_OVER_MS = 10000 };

/* VT s5.2: beep 0.25 s every 1, 2 or 3 s. */
static const uint32_t beep_period_ms[] = {
    [BUZZER_OFF] = 1, [BUZZER_ALARM] = 3000, [BUZZER_PROTECTION] = 2000, [BUZZER_FAULT] = 1000};

bool lamp_lit(enum lamp lamp, uint32_t phase_ms)
{
    return phase_ms % lamp_period_ms[lamp] < lamp_on_ms[lamp];
}

static bool has_led(const struct bms *bms, enum led led)
{
    if (led == LED_BLUE) {
        return !bms->profile->wall_lamps;
    }
    return bms->profile->wall_lamps && (int)led < (int)LED_L1 + bms->profile->n_soc_leds;
}

void bms_show(struct bms *bms, enum lamp_show show)
{
    bms->show = show;
    bms->show_since_ms = bms->now_ms;
}

enum lamp bms_lamp(const struct bms *bms, enum led led, uint32_t now_ms)
{
    if (!has_led(bms, led)) {
        return LAMP_OFF;
    }
    uint32_t phase_ms = now_ms - bms->show_since_ms;
    uint32_t n_lamps = LED_L1 + bms->profile->n_soc_leds;
    if (led != LED_BLUE && bms->show == SHOW_RESET && phase_ms < SHOW_RESET_MS) {
        return LAMP_ON;
    }
    if (led != LED_BLUE && bms->show == SHOW_ACTIVATION && phase_ms < n_lamps * SHOW_EACH_MS) {
        return phase_ms / SHOW_EACH_MS == (uint32_t)led ? LAMP_ON : LAMP_OFF;
    }
    return bms->shown[led];
}

bool bms_lamp_lit(const struct bms *bms, enum led led, uint32_t now_ms)
{
    enum lamp lamp = bms_lamp(bms, led, now_ms);
    return lamp_lit(lamp, lamp == LAMP_ON ? 0 : now_ms - bms->lamp_since_ms[led]);
}

/* A pattern begins lit, at the moment it begins. */
static void keep_phase(struct bms *bms)
{
    enum lamp now[LED_COUNT] = {
        [LED_RUN] = bms->out.run, [LED_ALM] = bms->out.alm, [LED_BLUE] = bms->out.blue};
    memcpy(now + LED_L1, bms->out.soc, sizeof bms->out.soc);
    for (int i = 0; i < LED_COUNT; i++) {
        if (now[i] != bms->shown[i]) {
            bms->shown[i] = now[i];
            bms->lamp_since_ms[i] = bms->now_ms;
        }
    }
    /* a sequence that is over must not come back when the counter wraps */
    if (bms->show != SHOW_PATTERNS && bms->now_ms - bms->show_since_ms > SHOW_OVER_MS) {
        bms->show = SHOW_PATTERNS;
    }
    if (bms->out.buzzer != bms->sounds) {
        bms->beeps = bms_beeps(bms, bms->now_ms);
        bms->sounds = bms->out.buzzer;
        bms->buzzer_since_ms = bms->now_ms;
    }
}

bool bms_buzzer_sounds(const struct bms *bms, uint32_t now_ms)
{
    uint32_t phase_ms = now_ms - bms->buzzer_since_ms;
    return bms->sounds != BUZZER_OFF && phase_ms % beep_period_ms[bms->sounds] < BEEP_MS;
}

uint32_t bms_beeps(const struct bms *bms, uint32_t now_ms)
{
    if (bms->sounds == BUZZER_OFF) {
        return bms->beeps;
    }
    return bms->beeps + (now_ms - bms->buzzer_since_ms) / beep_period_ms[bms->sounds] + 1;
}

/* SOC in whole percent, rounded down. */
static int lit_leds(int32_t soc_pct100)
{
    int32_t pct = soc_pct100 / 100;
    int n = 1;
    while (n < PACK_SOC_LEDS && pct >= soc_led_from_pct[n]) {
        n++;
    }
    return n;
}

static void soc_bar(struct bms_outputs *out, int lit, enum lamp highest)
{
    for (int i = 0; i < PACK_SOC_LEDS; i++) {
        out->soc[i] = i < lit ? LAMP_ON : LAMP_OFF;
    }
    if (lit > 0) {
        out->soc[lit - 1] = highest;
    }
}

static void show(struct bms *bms, enum lamp run, enum lamp alm, int lit, enum lamp highest)
{
    bms->out.run = run;
    bms->out.alm = alm;
    soc_bar(&bms->out, bms->profile->n_soc_leds > 0 ? lit : 0, highest);
}

static void choose_lamps(struct bms *bms)
{
    int lit = lit_leds(bms->soc_pct100);
    bool alarm =
        (bms->active & alarm_rows & ~over_charge_alarms) != 0 && bms->param[PARAM_LED_ALARM] != 0;
    enum lamp alm = alarm ? LAMP_FLASH3 : LAMP_OFF;
    if ((bms->active & (fault_rows | stopped_rows)) != 0) {
        show(bms, LAMP_OFF, LAMP_ON, 0, LAMP_OFF);
    } else if ((bms->active & empty_rows) != 0) {
        show(bms, LAMP_OFF, LAMP_OFF, 0, LAMP_OFF);
    } else if ((bms->active & full_rows) != 0 && bms->charger_present) {
        show(bms, LAMP_ON, LAMP_OFF, PACK_SOC_LEDS, LAMP_ON);
    } else if (bms->flow == CURRENT_CHARGE) {
        show(bms, LAMP_ON, alm, lit, LAMP_FLASH2);
    } else if (bms->flow == CURRENT_DISCHARGE) {
        show(bms, LAMP_FLASH3, alm, lit, LAMP_ON);
    } else {
        show(bms, LAMP_FLASH1, alm, lit, LAMP_ON);
    }
}

static enum buzzer choose_buzzer(const struct bms *bms)
{
    if (bms->param[PARAM_SOUND_ALARM] == 0) {
        return BUZZER_OFF;
    }
    if ((bms->active & fault_rows) != 0) {
        return BUZZER_FAULT;
    }
    if ((bms->active & (stopped_rows | empty_rows)) != 0) {
        return BUZZER_PROTECTION;
    }
    return (bms->active & alarm_rows & ~over_charge_alarms) != 0 ? BUZZER_ALARM : BUZZER_OFF;
}

/* Nothing that a lamp or the buzzer shows has changed since they were set. */
static bool shown_already(struct bms *bms)
{
    struct lamp_cause now = {
        .active = bms->active,
        .pct = (int16_t)(bms->soc_pct100 / 100),
        .flow = (uint8_t)bms->flow,
        .charger = bms->charger_present,
        .asleep = bms_asleep(bms),
        .switches = (uint8_t)(bms->param[PARAM_SOUND_ALARM] | bms->param[PARAM_LED_ALARM] << 1)};
    const struct lamp_cause *was = &bms->lamp_cause;
    if (was->known && was->active == now.active && was->pct == now.pct && was->flow == now.flow &&
        was->charger == now.charger && was->asleep == now.asleep && was->switches == now.switches) {
        return bms->show == SHOW_PATTERNS;
    }
    now.known = !now.asleep; /* sleep clears the outputs each time */
    bms->lamp_cause = now;
    return false;
}

void bms_lamps(struct bms *bms)
{
    if (shown_already(bms)) {
        return;
    }
    if (bms_asleep(bms)) {
        show(bms, LAMP_OFF, LAMP_OFF, 0, LAMP_OFF);
    } else if (bms->profile->wall_lamps) {
        choose_lamps(bms);
        bms->out.buzzer = choose_buzzer(bms);
        bms->out.contact_1 =
            (bms->active & (stopped_rows | empty_rows | fault_rows | BIT(OVP) | BIT(TOVP))) != 0;
        bms->out.contact_2 = (bms->active & low_rows) != 0;
    } else {
        bms->out.blue = LAMP_ON; /* manual 001 s5.2: blue while the battery is on */
    }
    keep_phase(bms);
}
