/* SPDX-License-Identifier: Apache-2.0 */
/* PACE ASCII, the end of a reader that polls. What a PC tool asks besides: pace_reader.h. */
#include "core/proto/pace_ascii.h"
#include "core/proto/pace_ends.h"

static void ask_frame(struct rs485_client *client, const struct rs485_step *step)
{
    struct ascii_frame *frame = &client->held.frame;
    bool of_pack = step->code == PACE_GET_ANALOG || step->code == PACE_GET_STATUS;
    frame->version = PACE_VERSION;
    frame->address = client_address(client);
    frame->cid1 = PACE_CID1;
    frame->cid2 = (uint8_t)step->code;
    frame->length = of_pack ? 1 : 0;
    frame->info[0] = frame->address;
}

static enum rs485_heard hear_frame(struct rs485_client *client, const struct rs485_step *step,
                                   struct battery_bank *bank)
{
    const struct ascii_frame *frame = &client->held.frame;
    struct pack_view *pack = client_view(client, bank);
    size_t at = 2;
    uint8_t control;
    bool alone = client->n_packs == 1; /* on its own line a pack may answer as another */
    bool ours = frame->version == PACE_VERSION &&
                (frame->cid1 == PACE_CID1 || frame->cid1 == PACE_CID1_OTHER) &&
                (alone || frame->address == client_address(client));
    if (!ours || !pace_is_return_code(frame->cid2)) {
        return RS485_NOT_OURS;
    }
    if (frame->cid2 != PACE_OK) {
        return RS485_REFUSED;
    }
    switch (step->code) {
    case PACE_GET_ANALOG:
        return pace_analog_take(frame->info, frame->length, &at, pack) == 0 ? RS485_GOOD
                                                                            : RS485_NOT_OURS;
    case PACE_GET_STATUS:
        return pace_status_take(frame->info, frame->length, &at, pack, &control) == 0
                   ? RS485_GOOD
                   : RS485_NOT_OURS;
    case PACE_GET_VERSION:
        if (frame->length < PACE_VERSION_LENGTH) {
            return RS485_NOT_OURS;
        }
        text_take(pack->version, frame->info, PACE_VERSION_LENGTH);
        break;
    default:
        if (frame->length < PACE_NAMES_LENGTH / 2) {
            return RS485_NOT_OURS;
        }
        text_take(pack->serial, frame->info, PACE_NAMES_LENGTH / 2);
        if (frame->length >= PACE_NAMES_LENGTH) {
            text_take(pack->model, frame->info + PACE_NAMES_LENGTH / 2, PACE_NAMES_LENGTH / 2);
        }
        break;
    }
    pack->heard |= VIEW_TEXTS;
    return RS485_GOOD;
}

static const struct rs485_step steps[] = {
    {STEP_EACH, false, PACE_GET_ANALOG, 0},
    {STEP_EACH, false, PACE_GET_STATUS, 0},
    {STEP_ONCE, true, PACE_GET_VERSION, 0},
    {STEP_ONCE, true, PACE_GET_NAMES, 0},
};

const struct rs485_end rs485_pace = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .ascii = true,
    .answer_frame = pace_answer,
    .ask_frame = ask_frame,
    .hear_frame = hear_frame,
};
