/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a hash of the example home's state per simulated day (taken every minute): ./test compares
   what gcc's and clang's builds print. Usage: trace [DAYS] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "home.h"

int main(int argc, char **argv)
{
    static struct home home;
    int days = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 7;
    struct home_options options = {.frames = true, .seed = 1, .packs = 2, .outage_days = 3.0};
    home_init(&home, &options);
    uint64_t hash = 0;
    for (int day = 1; day <= days; day++) {
        for (int minute = 0; minute < 1440; minute++) {
            home_run(&home, 60);
            hash = home_hash(&home, hash);
        }
        printf("%d %016" PRIx64 "\n", day, hash);
    }
    return 0;
}
