/* SPDX-License-Identifier: Apache-2.0 */
/* Commands of a PC to a pack: each answers with a sentence, empty when it was done. */
#include "sim/pc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/settings.h"
#include "sim/yaml.h"

static const char no_right[] = "administrator password required";

static const char *login(struct house *house, int pack, const char *words)
{
    switch (bms_login(&house->bms[pack], words)) {
    case ACCESS_GRANTED: return "";
    case ACCESS_WAIT: return "too many wrong passwords: wait";
    case ACCESS_WRONG:
    case ACCESS_EMPTY:
    case ACCESS_DIFFERENT: break;
    }
    return "wrong password";
}

static const char *shut_down(struct house *house, int pack, const char *words)
{
    (void)words;
    bms_shutdown(&house->bms[pack], SLEEP_PC);
    return "";
}

static const char *restore_defaults(struct house *house, int pack, const char *words)
{
    (void)words;
    if (!house_may_write(house, &house->bms[pack])) {
        return no_right;
    }
    bms_restore_defaults(&house->bms[pack]);
    return "";
}

static const char *erase_records(struct house *house, int pack, const char *words)
{
    (void)words;
    struct bms *bms = &house->bms[pack];
    if (!house_may_write(house, bms)) {
        return no_right;
    }
    if (house->spec.boards == NULL) {
        bms_tell(bms, EVENT_ERASED, 0);
        return "";
    }
    return memory_erase_records(&house->spec.boards[pack].memory, bms) == NVM_OK
               ? ""
               : "the memory refuses";
}

/* The protocol replacement tool (VT s6.4) needs the conversion board. */
static const char *tool_read(struct house *house, int pack, const char *words)
{
    (void)words;
    if (house->desk[pack].no_conversion_board) {
        return "not available: there is no protocol conversion board";
    }
    snprintf(house->tool_code, sizeof house->tool_code, "0x%02X",
             (unsigned)house->bms[pack].param[PARAM_CAN_PROTOCOL] & 0xFFU);
    return "";
}

static const char *tool_write(struct house *house, int pack, const char *words)
{
    int32_t value = 0;
    if (house->desk[pack].no_conversion_board) {
        return "not available: there is no protocol conversion board";
    }
    if (!house_may_write(house, &house->bms[pack])) {
        return no_right;
    }
    if (!parameter_parse(&parameters[PARAM_CAN_PROTOCOL], words, &value) ||
        bms_check_parameter(&house->bms[pack], PARAM_CAN_PROTOCOL, value) != 0) {
        return "no such protocol code";
    }
    bms_set_parameter(&house->bms[pack], PARAM_CAN_PROTOCOL, value);
    return "";
}

/* "OLD NEW CONFIRM"; a word that is not there is an empty field. */
static const char *change_password(struct house *house, int pack, const char *words)
{
    char field[3][PACK_PASSWORD_MAX + 2] = {"", "", ""};
    struct bms *bms = &house->bms[pack];
    (void)sscanf(words, "%17s %17s %17s", field[0], field[1], field[2]);
    switch (access_change(&bms->access, field[0], field[1], field[2], bms->now_ms)) {
    case ACCESS_GRANTED: bms_tell(bms, EVENT_PASSWORD, 0); return "";
    case ACCESS_EMPTY: return "all three fields are required, 16 characters at most";
    case ACCESS_DIFFERENT: return "the new passwords differ";
    case ACCESS_WAIT: return "too many wrong passwords: wait";
    case ACCESS_WRONG: break;
    }
    bms_tell(bms, EVENT_PASSWORD_WRONG, bms->access.wrong);
    return "wrong password";
}

static const char *write_clock(struct house *house, int pack, const char *words)
{
    int64_t clock_s;
    if (!text_clock(words, &clock_s)) {
        return "not a time (2026-06-01T12:00:00)";
    }
    bms_set_clock(&house->bms[pack], clock_s);
    bms_tell(&house->bms[pack], EVENT_CLOCK, 0);
    return "";
}

static const struct pc_row {
    const char *name;
    const char *(*run)(struct house *house, int pack, const char *words);
} commands[] = {
    {"PC.LOGIN", login},
    {"PC.PASSWORD", change_password},
    {"PC.WRITE_CLOCK", write_clock},
    {"PC.SHUTDOWN", shut_down},
    {"PC.RESTORE_DEFAULTS", restore_defaults},
    {"PC.ERASE_RECORDS", erase_records},
    {"PC.TOOL_READ", tool_read},
    {"PC.TOOL_WRITE", tool_write},
};

static void answer(struct house *house, const char *why)
{
    house->write_result = why[0] == '\0' ? "accepted" : "refused";
    snprintf(house->write_reason, sizeof house->write_reason, "%s", why);
}

void house_pc_command(struct house *house, int pack, const char *name, const char *words)
{
    struct bms *bms = &house->bms[pack];
    if (bms_asleep(bms) || !house->devices_on) {
        answer(house, "The pack sleeps.");
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            answer(house, commands[i].run(house, pack, words));
        }
    }
    bms_heard(bms, PORT_RS232, house->now_ms);
}

void house_guide(struct house *house, const char *words)
{
    int step = (int)strtol(words, NULL, 10) - 1;
    switch (guide_confirm(&house->guide, step, house->now_ms)) {
    case GUIDE_DONE: answer(house, ""); return;
    case GUIDE_OUT_OF_ORDER: answer(house, "out of order"); return;
    case GUIDE_TOO_EARLY: answer(house, "not yet: wait"); return;
    case GUIDE_OVER: answer(house, "the guide is over"); return;
    }
}
