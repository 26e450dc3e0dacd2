/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ASCII reader, its frames and Pylontech's payloads: no byte is read beyond what came, and what
 * was understood can be said again. The first byte chooses: a stream of characters, or a bare
 * payload.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/pylon_rs485.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

/* In memory of exactly its size, so that a byte too far is seen. */
static void read_payload(const uint8_t *info, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    require(copy != NULL);
    memcpy(copy, info, length);
    struct pylon_analog analog;
    struct pylon_alarm alarm;
    struct pylon_limits limits;
    uint8_t again[ASCII_INFO_MAX];
    if (pylon_analog_decode(copy, length, &analog) == 0) {
        struct pylon_analog second;
        require(analog.n_cells <= PYLON_CELLS_MAX && analog.n_temps <= PYLON_TEMPS_MAX);
        uint16_t n = pylon_analog_encode(&analog, 2, again);
        require(pylon_analog_decode(again, n, &second) == 0);
        require(memcmp(analog.cell_mv, second.cell_mv, sizeof second.cell_mv) == 0);
        require(analog.current_ma == second.current_ma);
    }
    if (pylon_alarm_decode(copy, length, &alarm) == 0) {
        struct pylon_alarm second;
        uint16_t n = pylon_alarm_encode(&alarm, 2, again);
        require(pylon_alarm_decode(again, n, &second) == 0);
        require(memcmp(&alarm, &second, sizeof second) == 0);
    }
    if (pylon_limits_decode(copy, length, &limits) == 0) {
        require(limits.charge_ma >= 0 && limits.discharge_ma >= 0);
        require(pylon_limits_encode(&limits, 2, again) == 10);
    }
    free(copy);
}

static void read_stream(const uint8_t *data, size_t size)
{
    static struct ascii_reader reader;
    static struct ascii_frame frame;
    static struct ascii_frame second;
    memset(&reader, 0, sizeof reader);
    for (size_t i = 0; i < size; i++) {
        if (!ascii_reader_take(&reader, data[i]) ||
            ascii_frame_decode(reader.buffer, reader.length, &frame) != 0) {
            continue;
        }
        uint8_t out[ASCII_FRAME_MAX];
        int n = ascii_frame_encode(&frame, out, sizeof out);
        require(n == reader.length && ascii_frame_decode(out, (size_t)n, &second) == 0);
        require(frame.length == second.length &&
                memcmp(frame.info, second.info, frame.length) == 0);
        read_payload(frame.info, frame.length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    if (data[0] == 'p') {
        read_payload(data + 1, size - 1 < ASCII_INFO_MAX ? size - 1 : ASCII_INFO_MAX);
    } else {
        read_stream(data, size);
    }
    return 0;
}
