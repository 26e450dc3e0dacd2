/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the SRNE map: from a view to numbers and back. */
#include "core/proto/srne.h"

#include "core/proto/ascii_frame.h" /* be16 */

enum { CENTURY = 2000, RECORD_CLOCK = 1, RECORD_USED = 4, FAULT_WORDS = 4, BATTERY_V = 48 };

static int32_t blocks(const struct srne_row *row, int32_t battery_v)
{
    return row->per_block ? max_i32(battery_v / SRNE_BLOCK_V, 1) : 1;
}

int64_t srne_number(const struct srne_row *row, int64_t value, int32_t battery_v)
{
    if (row->codes != NULL) {
        return max_i32(hostlink_code_of(row->codes, (int32_t)value), 0);
    }
    int64_t number = scaled_i64(value, row->up, row->down * blocks(row, battery_v));
    int64_t most = row->words == 2 ? UINT32_MAX : row->is_signed ? INT16_MAX : UINT16_MAX;
    int64_t least = row->is_signed ? -INT16_MAX : 0;
    number = number > most ? most : number;
    return number < least ? least : number;
}

bool srne_value(const struct srne_row *row, int64_t number, int32_t battery_v, int64_t *value)
{
    int32_t coded;
    if (row->codes != NULL) {
        bool known = hostlink_value_of(row->codes, (int32_t)number, &coded);
        *value = known ? coded : 0;
        return known;
    }
    *value = row->up < 0 ? scaled_i64(-number, row->down, -row->up)
                         : scaled_i64(number, row->down * blocks(row, battery_v), row->up);
    return true;
}

static int32_t battery_v(const struct inverter_view *view)
{
    return view_has(view, LIVE_BATTERY_CLASS_V) ? (int32_t)view->live[LIVE_BATTERY_CLASS_V]
                                                : BATTERY_V;
}

/* Bits of the codes from 1 to 64, word by word. */
static uint16_t fault_bits(uint64_t faults, uint16_t word)
{
    uint64_t bits = 0;
    for (int i = 0; i < FAULT_COUNT; i++) {
        uint16_t code = hostlink_faults[i].register_code;
        if ((faults >> i & 1) != 0 && code >= 1 && code <= 64) {
            bits |= (uint64_t)1 << (code - 1);
        }
    }
    return (uint16_t)(bits >> (16 * word));
}

/* The nth different code of those that are raised; 0: there are not so many. */
static uint16_t fault_code(uint64_t faults, uint16_t nth)
{
    uint16_t seen[FAULT_WORDS] = {0};
    uint16_t n = 0;
    for (int i = 0; i < FAULT_COUNT && n <= nth && n < FAULT_WORDS; i++) {
        uint16_t code = hostlink_faults[i].register_code;
        bool is_new = (faults >> i & 1) != 0;
        for (uint16_t k = 0; k < n; k++) {
            is_new = is_new && seen[k] != code;
        }
        if (is_new) {
            seen[n++] = code;
        }
    }
    return nth < FAULT_WORDS ? seen[nth] : 0;
}

static uint16_t clock_word(const struct view_clock *clock, uint16_t word)
{
    const uint8_t parts[6] = {(uint8_t)(clock->year - CENTURY),
                              clock->month,
                              clock->day,
                              clock->hour,
                              clock->minute,
                              clock->second};
    return (uint16_t)(parts[2 * word] << 8 | parts[2 * word + 1]);
}

static uint16_t record_word(const struct hostlink_desk *desk, uint16_t offset)
{
    struct hostlink_record record;
    uint16_t word = offset % SRNE_RECORD_SIZE;
    if (word >= RECORD_USED || desk->record == NULL ||
        !desk->record(desk->context, offset / SRNE_RECORD_SIZE, &record)) {
        return 0;
    }
    return word == 0 ? hostlink_faults[record.fault].register_code
                     : clock_word(&record.at, (uint16_t)(word - RECORD_CLOCK));
}

static uint16_t serial_word(const struct inverter_view *view, uint16_t word)
{
    return word < VIEW_SERIAL ? (uint8_t)view->serial[word] : 0;
}

/* Switched off by a person is a state of its own there. */
static int64_t state_of(const struct inverter_view *view)
{
    bool off = view->live[LIVE_STATE] == VIEW_STATE_STANDBY && view->set[SET_POWER_ON] == 0;
    return off ? VIEW_STATE_OFF : view->live[LIVE_STATE];
}

uint16_t srne_register(uint16_t address, const struct hostlink_job *job)
{
    const struct srne_row *row = srne_row_at(address);
    const struct inverter_view *view = job->view;
    if (row == NULL) {
        return 0;
    }
    uint16_t word = (uint16_t)(address - row->address);
    int64_t value = 0;
    switch (row->from) {
    case SRNE_LIVE:
        if (!view_has(view, (enum view_live)row->id)) {
            return 0;
        }
        value = view->live[row->id];
        break;
    case SRNE_STATE: value = state_of(view); break;
    case SRNE_SET:
    case SRNE_SHOWN: value = view->set[row->id]; break;
    case SRNE_NUMBER: return (uint16_t)row->down;
    case SRNE_SERIAL: return serial_word(view, word);
    case SRNE_FAULT_BITS: return fault_bits(view->faults, word);
    case SRNE_FAULT_CODES: return fault_code(view->faults, word);
    case SRNE_CLOCK: return clock_word(&view->clock, word);
    case SRNE_RECORD: return record_word(job->desk, word);
    case SRNE_RESTART:
    case SRNE_RESET:
    case SRNE_PASSWORD_INPUT: return 0;
    }
    return (uint16_t)(srne_number(row, value, battery_v(view)) >> (16 * word));
}

/* --- registers into a view --- */

void srne_put_clock(struct view_clock *clock, uint16_t word, uint16_t content)
{
    uint8_t high = (uint8_t)(content >> 8);
    uint8_t low = (uint8_t)(content & 0xFF);
    if (word == 0) {
        clock->year = (uint16_t)(CENTURY + high);
        clock->month = low;
    } else if (word == 1) {
        clock->day = high;
        clock->hour = low;
    } else {
        clock->minute = high;
        clock->second = low;
    }
}

/* The first fault of a code stands for it. */
static void read_fault(uint16_t word, uint16_t code, struct inverter_view *view)
{
    if (word == 0) {
        view->faults = 0;
        view->n_codes = 0;
        view->faults_heard = true;
    }
    for (int i = 0; i < FAULT_COUNT && code != 0; i++) {
        if (hostlink_faults[i].register_code == code) {
            view->faults |= (uint64_t)1 << i;
            break;
        }
    }
    if (code != 0 && view->n_codes < VIEW_CODES) {
        view->code[view->n_codes++] = code;
    }
}

static void read_number(const struct srne_row *row, uint32_t raw, struct inverter_view *view)
{
    int64_t number = row->is_signed ? (int16_t)raw : (int64_t)raw;
    int64_t value;
    if (!srne_value(row, number, battery_v(view), &value)) {
        return;
    }
    if (row->from == SRNE_SET) {
        view_put_setting(view, (enum setting_id)row->id, (int32_t)value);
    } else if (row->from == SRNE_STATE) { /* who is off by hand is in standby */
        value = value == VIEW_STATE_OFF ? VIEW_STATE_STANDBY : value;
        view_put(view, LIVE_STATE, value);
    } else if (row->from == SRNE_LIVE) {
        view_put(view, (enum view_live)row->id, value);
    }
}

void srne_read(uint16_t start, uint16_t count, const uint8_t *data, struct inverter_view *view)
{
    for (uint16_t i = 0; i < count; i++) {
        const struct srne_row *row = srne_row_at((uint16_t)(start + i));
        uint16_t content = be16(data + 2U * i);
        if (row == NULL) {
            continue;
        }
        uint16_t word = (uint16_t)(start + i - row->address);
        if (row->from == SRNE_CLOCK) {
            srne_put_clock(&view->clock, word, content);
            view->clock_heard = view_clock_is_right(&view->clock);
        } else if (row->from == SRNE_FAULT_CODES) {
            read_fault(word, content, view);
        } else if (row->from == SRNE_SERIAL && word < VIEW_SERIAL - 1) {
            char byte = (char)(content & 0xFF);
            view->serial[word] = byte >= ' ' && byte <= '~' ? byte : '\0';
        } else if (row->words == 1) {
            read_number(row, content, view);
        } else if (row->words == 2 && word == 0 && i + 1 < count) {
            read_number(row, (uint32_t)be16(data + 2U * i + 2) << 16 | content, view);
        }
    }
}
