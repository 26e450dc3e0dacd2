/* SPDX-License-Identifier: Apache-2.0 */
/* slcan: no stream of bytes breaks the reader, and a frame it gave back reads the same again. */
#include <stdlib.h>
#include <string.h>

#include "core/proto/slcan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const struct can_frame *frame)
{
    char text[SLCAN_FRAME_TEXT];
    struct slcan_reader reader = {0};
    struct can_frame back;
    size_t n = slcan_put(frame, text);
    for (size_t i = 0; i < n; i++) {
        enum slcan_kind kind = slcan_take(&reader, (uint8_t)text[i], &back);
        if ((i + 1 == n) != (kind == SLCAN_FRAME)) {
            abort();
        }
    }
    if (back.id != frame->id || back.extended != frame->extended || back.length != frame->length ||
        memcmp(back.data, frame->data, frame->length) != 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slcan_reader reader = {0};
    struct slcan_channel channel = {0};
    struct can_frame frame;
    for (size_t i = 0; i < size; i++) {
        enum slcan_kind kind = slcan_take(&reader, data[i], &frame);
        if (kind == SLCAN_FRAME) {
            again(&frame);
        } else if (kind == SLCAN_COMMAND) {
            const char *answer = slcan_answer(&channel, reader.line);
            char last = answer[strlen(answer) - 1];
            if (last != '\r' && last != '\a') {
                abort();
            }
        }
    }
    return 0;
}
