/* SPDX-License-Identifier: Apache-2.0 */
/* Black boxes in the store: kept over a restart, the newest 200. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    int n;
    int64_t first, last;
};

static void note(void *context, const struct store_box *box)
{
    struct seen *seen = context;
    seen->first = seen->n == 0 ? box->id : seen->first;
    seen->last = box->id;
    seen->n++;
}

static int64_t put(struct store *store, const char *device, unsigned char fill)
{
    unsigned char samples[600];
    struct store_box box = {.at_ms = DAY_MS + fill, .trip = fill, .n_cells = 16, .n_rows = 10};
    memset(samples, fill, sizeof samples);
    snprintf(box.device, sizeof box.device, "%s", device);
    snprintf(box.code, sizeof box.code, "UVP");
    return store_box_put(store, &box, samples, sizeof samples);
}

static void boxes_outlive_a_restart_and_the_newest_200_stay(void **state)
{
    (void)state;
    char folder[64], path[128];
    fixture_folder(folder, sizeof folder);
    fixture_path(path, sizeof path, folder, "h.db");
    struct store *store = fixture_open(path);
    assert_string_equal(store_path(store), path);
    for (int i = 1; i <= 250; i++) {
        assert_int_equal(put(store, i % 2 == 0 ? "pack2" : "pack1", (unsigned char)i), i);
    }
    store_close(store);
    store = fixture_open(path);
    struct seen seen = {0};
    assert_int_equal(store_boxes(store, NULL, note, &seen), STORE_BOXES);
    assert_int_equal(seen.first, 250);
    assert_int_equal(seen.last, 51);
    seen = (struct seen){0};
    assert_int_equal(store_boxes(store, "pack2", note, &seen), STORE_BOXES / 2);
    struct store_box box;
    size_t n = 0;
    unsigned char *samples = store_box_get(store, 200, &box, &n);
    assert_non_null(samples);
    assert_int_equal(n, 600);
    assert_int_equal(samples[599], 200);
    assert_string_equal(box.device, "pack2");
    assert_int_equal(box.trip, 200);
    assert_int_equal(box.at_ms, DAY_MS + 200);
    free(samples);
    assert_null(store_box_get(store, 50, &box, &n));
    store_close(store);
    fixture_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_outlive_a_restart_and_the_newest_200_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
