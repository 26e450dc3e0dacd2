/* SPDX-License-Identifier: Apache-2.0 */
/* Writing registers of the SRNE map: all of a request, or nothing. */
#include "core/proto/srne.h"

#include "core/proto/ascii_frame.h" /* be16 */

enum { RESET_DEFAULTS = 0xAA, RESET_ENERGY = 0xBB, RESET_FAULTS = 0xCC };

/* What a write asks for, gathered before anything is done. */
struct writing {
    const struct hostlink_job *job;
    struct hostlink_value *values;
    size_t n;
    struct view_clock clock;
    bool sets_clock, restarts;
    uint16_t reset;
};

static const struct setting_row *setting_of(const struct hostlink_job *job, enum setting_id id)
{
    for (int i = 0; i < job->profile->n_settings; i++) {
        if (job->profile->settings[i].id == id) {
            return &job->profile->settings[i];
        }
    }
    return NULL;
}

static int32_t class_v(const struct hostlink_job *job) { return job->profile->battery_v; }

/*
 * The value a register's number stands for. Steps of a setting and of its register differ (0.5 V
 * against 0.4 V of a 48 V battery): the value in place is meant when it reads as this number, else
 * the nearest on the setting's steps that does, else the number as it is, to be refused.
 */
static bool meant(const struct hostlink_job *job, const struct srne_row *row, uint16_t number,
                  int32_t *value)
{
    int64_t exact;
    int32_t now = job->view->set[row->id];
    const struct setting_row *setting = setting_of(job, (enum setting_id)row->id);
    bool same = srne_number(row, now, class_v(job)) == number;
    if (same || !srne_value(row, number, class_v(job), &exact)) {
        *value = now;
        return same;
    }
    *value = (int32_t)exact;
    if (setting != NULL && setting->step > 0) {
        int64_t steps = scaled_i64(exact - setting->min, 1, setting->step);
        int64_t on_step = setting->min + steps * setting->step;
        bool reads_so = srne_number(row, on_step, class_v(job)) == number;
        *value = reads_so ? (int32_t)on_step : *value;
    }
    return true;
}

static void set_clock_word(struct writing *writing, uint16_t word, uint16_t number)
{
    if (!writing->sets_clock) {
        writing->clock = writing->job->view->clock;
        writing->sets_clock = true;
    }
    srne_put_clock(&writing->clock, word, number);
}

static enum srne_exception gather(struct writing *writing, uint16_t address, uint16_t number)
{
    const struct srne_row *row = srne_row_at(address);
    struct hostlink_value value;
    if (row == NULL) {
        return SRNE_NO_ADDRESS;
    }
    switch (row->from) {
    case SRNE_SET:
        value.id = (enum setting_id)row->id;
        if (!meant(writing->job, row, number, &value.value)) {
            return SRNE_NO_VALUE;
        }
        writing->values[writing->n++] = value;
        return SRNE_OK;
    case SRNE_CLOCK:
        set_clock_word(writing, (uint16_t)(address - row->address), number);
        return SRNE_OK;
    case SRNE_RESTART: writing->restarts = number == 1; return SRNE_OK;
    case SRNE_RESET: writing->reset = number; return SRNE_OK;
    case SRNE_PASSWORD_INPUT: return SRNE_OK; /* there is none, so every one is right */
    case SRNE_LIVE:
    case SRNE_SHOWN:
    case SRNE_NUMBER:
    case SRNE_STATE:
    case SRNE_SERIAL:
    case SRNE_FAULT_BITS:
    case SRNE_FAULT_CODES:
    case SRNE_RECORD: break;
    }
    return SRNE_READ_ONLY;
}

static enum srne_exception refusal(const struct writing *writing, enum setting_verdict verdict)
{
    bool standby = false;
    for (size_t i = 0; i < writing->n; i++) {
        const struct setting_row *row = setting_of(writing->job, writing->values[i].id);
        standby = standby || (row != NULL && row->when == WHEN_STANDBY);
    }
    switch (verdict) {
    case VERDICT_OK: return SRNE_OK;
    case VERDICT_NOT_NOW: return standby ? SRNE_RUNNING : SRNE_FAILED;
    case VERDICT_NOT_ON_MODEL: return SRNE_FAILED;
    case VERDICT_NOT_A_NUMBER:
    case VERDICT_NOT_AN_OPTION:
    case VERDICT_OUT_OF_RANGE:
    case VERDICT_OFF_STEP:
    case VERDICT_CONTRADICTS: break;
    }
    return SRNE_NO_VALUE;
}

static bool obey(const struct hostlink_desk *desk, enum hostlink_order order)
{
    return desk->order != NULL && desk->order(desk->context, order);
}

/* Settings first: they may be refused, orders are not. */
static enum srne_exception carry_out(const struct writing *writing)
{
    const struct hostlink_desk *desk = writing->job->desk;
    bool done = true;
    if (writing->sets_clock && !view_clock_is_right(&writing->clock)) {
        return SRNE_NO_VALUE;
    }
    if (writing->n > 0) {
        enum setting_verdict verdict = desk->set != NULL
                                           ? desk->set(desk->context, writing->values, writing->n)
                                           : VERDICT_NOT_NOW;
        if (verdict != VERDICT_OK) {
            return refusal(writing, verdict);
        }
    }
    if (writing->sets_clock) {
        done = desk->set_clock != NULL && desk->set_clock(desk->context, &writing->clock);
    }
    switch (writing->reset) {
    case RESET_DEFAULTS: done = done && obey(desk, ORDER_DEFAULTS); break;
    case RESET_ENERGY: done = done && obey(desk, ORDER_CLEAR_ENERGY); break;
    case RESET_FAULTS: done = done && obey(desk, ORDER_CLEAR_FAULTS); break;
    default: break; /* the document: no action */
    }
    if (writing->restarts) {
        done = done && obey(desk, ORDER_RESTART);
    }
    return done ? SRNE_OK : SRNE_FAILED;
}

enum srne_exception srne_write(const struct modbus_request *request, const struct hostlink_job *job,
                               struct hostlink_value *values)
{
    struct writing writing = {.job = job, .values = values};
    enum srne_exception why = SRNE_OK;
    for (uint16_t i = 0; i < request->count && why == SRNE_OK; i++) {
        why = gather(&writing, (uint16_t)(request->start + i), be16(request->data + 2U * i));
    }
    return why == SRNE_OK ? carry_out(&writing) : why;
}
