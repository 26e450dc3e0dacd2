/* SPDX-License-Identifier: Apache-2.0 */
#include "host/bus/mbap.h"

#include <string.h>

#include "core/proto/modbus_rtu.h"

enum { CRC = 2, LEAST = 2, MOST = 254 };

static uint16_t at16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

int mbap_take(struct mbap *mbap, const uint8_t *bytes, size_t n, size_t *used, uint8_t *out)
{
    for (*used = 0; *used < n;) {
        mbap->in[mbap->n++] = bytes[(*used)++];
        if (mbap->n < MBAP_HEAD) {
            continue;
        }
        size_t length = at16(mbap->in + 4);
        if (at16(mbap->in + 2) != 0 || length < LEAST || length > MOST) {
            return MBAP_BROKEN;
        }
        if (mbap->n < MBAP_HEAD + length) {
            continue;
        }
        mbap->transaction = at16(mbap->in);
        mbap->n = 0;
        memcpy(out, mbap->in + MBAP_HEAD, length);
        uint16_t crc = modbus_crc(out, length);
        out[length] = (uint8_t)crc;
        out[length + 1] = (uint8_t)(crc >> 8);
        return (int)(length + CRC);
    }
    return 0;
}

size_t mbap_wants(const struct mbap *mbap)
{
    return mbap->n < MBAP_HEAD ? MBAP_HEAD - mbap->n : MBAP_HEAD + at16(mbap->in + 4) - mbap->n;
}

size_t mbap_put(struct mbap *mbap, bool asks, const uint8_t *rtu, size_t n, uint8_t out[MBAP_MAX])
{
    if (n < LEAST + CRC || n > MOST + CRC) {
        return 0;
    }
    mbap->transaction = (uint16_t)(mbap->transaction + asks);
    out[0] = (uint8_t)(mbap->transaction >> 8);
    out[1] = (uint8_t)mbap->transaction;
    out[2] = out[3] = 0;
    out[4] = (uint8_t)((n - CRC) >> 8);
    out[5] = (uint8_t)(n - CRC);
    memcpy(out + MBAP_HEAD, rtu, n - CRC);
    return MBAP_HEAD + n - CRC;
}
