/* SPDX-License-Identifier: Apache-2.0 */
/* The host pack's sums over its stack. */
#include "core/bms/stack.h"

#include <string.h>

#define BIT(row) (UINT64_C(1) << ROW_##row)

/* Rows behind each reason of a report: stopped, and warned. */
static const struct reason {
    uint16_t flag;
    uint64_t stopped, warned;
} reasons[] = {
    {REPORT_OVER_VOLTAGE, BIT(OVP) | BIT(TOVP), BIT(OV) | BIT(TOV)},
    {REPORT_UNDER_VOLTAGE, BIT(UVP) | BIT(TUVP), BIT(UV) | BIT(TUV)},
    {REPORT_OVER_TEMPERATURE, BIT(DOTP) | BIT(COTP) | BIT(MOS_OTP) | BIT(EOTP),
     BIT(DOT) | BIT(COT) | BIT(MOS_OT) | BIT(EOT)},
    {REPORT_UNDER_TEMPERATURE, BIT(DUTP) | BIT(CUTP) | BIT(EUTP), BIT(DUT) | BIT(CUT) | BIT(EUT)},
    {REPORT_DISCHARGE_CURRENT, BIT(CP) | BIT(DOCP) | BIT(DOCP2), BIT(DOC)},
    {REPORT_CHARGE_CURRENT, BIT(COCP), BIT(COC)},
    {REPORT_SYSTEM,
     BIT(PCB) | BIT(SAMPLE) | BIT(CELLS) | BIT(NTC) | BIT(CHG_MOS) | BIT(DHG_MOS) | BIT(RVP), 0},
};

void stack_init(struct stack *stack, int n, uint32_t now_ms)
{
    memset(stack, 0, sizeof *stack);
    stack->n = n;
    for (int i = 0; i < STACK_PACKS; i++) {
        stack->heard_ms[i] = now_ms;
    }
    memcpy(stack->report.name, "PYLON", 6);
}

struct sums {
    int64_t remaining, full, soh, ma;
    int32_t mv, c10;
    bool worn; /* a pack below full health */
    int64_t charge_ma, discharge_ma;
    int32_t charge_mv, discharge_mv, soc_pct100;
    uint64_t active;
    int n, chargeable, dischargeable;
    bool full_charge_request;
};

static void add(struct sums *sums, const struct bms *bms)
{
    const struct bms_outputs *out = &bms->out;
    sums->remaining += bms->remaining_mams / 1000;
    sums->full += bms->full_mams / 1000;
    sums->soh += bms->soh_pct100 * (bms->full_mams / 1000 / 3600);
    sums->worn |= bms->soh_pct100 != 10000;
    sums->soc_pct100 = bms->soc_pct100;
    sums->mv += bms->q[Q_PACK_MV];
    sums->ma += bms->q[Q_CHARGE_MA] - bms->q[Q_DISCHARGE_MA];
    sums->c10 += (bms->q[Q_TEMP_MIN_C10] + bms->q[Q_TEMP_MAX_C10]) / 2;
    sums->charge_ma += out->charge_limit_ma;
    sums->discharge_ma += out->discharge_limit_ma;
    sums->charge_mv = sums->n == 0 ? out->charge_mv : min_i32(sums->charge_mv, out->charge_mv);
    sums->discharge_mv =
        sums->n == 0 ? out->discharge_mv : max_i32(sums->discharge_mv, out->discharge_mv);
    sums->active |= bms->active;
    sums->full_charge_request |= out->full_charge_request;
    sums->chargeable += out->charge_mos;
    sums->dischargeable += out->discharge_mos;
    sums->n++;
}

static void find_reasons(struct battery_report *report, uint64_t active)
{
    report->protections = report->alarms = 0;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if ((active & reasons[i].stopped) != 0) {
            report->protections |= reasons[i].flag;
        }
        if ((active & reasons[i].warned) != 0) {
            report->alarms |= reasons[i].flag;
        }
    }
    uint64_t low = BIT(USOC) | BIT(UV) | BIT(TUV);
    report->force_charge = (active & low) != 0;
}

static int32_t limited(int64_t ma) { return (int32_t)(ma > INT32_MAX ? INT32_MAX : ma); }

static void fill(struct battery_report *report, const struct sums *sums)
{
    report->charge_mv = sums->charge_mv;
    report->discharge_mv = sums->discharge_mv;
    report->charge_limit_ma = limited(sums->charge_ma);
    report->discharge_limit_ma = limited(sums->discharge_ma);
    /* 64-bit divisions only where they can matter: this runs each second of a simulated year */
    report->soc_pct =
        (uint8_t)(sums->n == 1 || sums->full == 0 ? sums->soc_pct100 / 100
                                                  : sums->remaining * 100 / sums->full);
    int64_t full_mah = sums->full / 3600;
    report->soh_pct = (uint8_t)(sums->worn && full_mah > 0 ? sums->soh / full_mah / 100 : 100);
    report->voltage_mv = sums->mv / sums->n;
    report->current_ma = limited(sums->ma);
    report->temp_c10 = (int16_t)(sums->c10 / sums->n);
    report->packs = (uint8_t)sums->n;
    report->charge_enable = sums->chargeable > 0;
    report->discharge_enable = sums->dischargeable > 0;
    find_reasons(report, sums->active);
    report->full_charge_request = sums->full_charge_request;
    report->heard = HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED | HEARD_FLAGS | HEARD_REQUEST |
                    HEARD_NAME | HEARD_DISCHARGE_VOLTAGE;
}

void stack_step(struct stack *stack, const struct bms *packs, uint16_t linked, uint32_t now_ms)
{
    struct sums sums = {0};
    for (int i = 0; i < stack->n; i++) {
        if (i == 0 || (linked >> i & 1) != 0) {
            stack->heard_ms[i] = now_ms;
        }
        if (!time_reached(now_ms, stack->heard_ms[i] + STACK_LOST_MS)) {
            add(&sums, &packs[i]);
        }
    }
    if (sums.n > 0) { /* pack 1 never leaves */
        fill(&stack->report, &sums);
    }
    stack->online = (uint8_t)sums.n;
    stack->soc_pct = stack->report.soc_pct;
}
