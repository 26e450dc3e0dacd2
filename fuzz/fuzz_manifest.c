/* SPDX-License-Identifier: Apache-2.0 */
/* Upgrading.INI: whatever a drive holds, reading it ends, and what it takes keeps within bounds. */
#include <stdlib.h>
#include <string.h>

#include "core/update/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest;
    int line;
    bool taken = manifest_parse((const char *)data, size, &manifest, &line);
    if (manifest.n_files > MANIFEST_FILES || manifest.signed_bytes > size || line < 1) {
        abort();
    }
    for (int i = 0; taken && i < manifest.n_files; i++) {
        if (memchr(manifest.file[i].name, '\0', MANIFEST_NAME) == NULL ||
            manifest.file[i].bytes == 0) {
            abort();
        }
    }
    return 0;
}
