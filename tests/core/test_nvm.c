/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of values and the ring of records: what was acknowledged survives a cut of the supply
   at any byte written. */
#include "core_test.h"

#include "core/bms/records.h"
#include "ram_flash.h"

static struct ram_flash ram;

/* --- journal -------------------------------------------------------------------------------- */

static void value_of(uint32_t step, uint8_t kind, uint8_t *bytes, size_t *n)
{
    *n = 5U + (step * 7U + kind * 13U) % 90U;
    for (size_t i = 0; i < *n; i++) {
        bytes[i] = (uint8_t)(step + kind * 31U + i * (step % 3U));
    }
    if (step % 4U == 0) {
        memset(bytes + *n - 3, 0xFF, 3); /* looks like erased flash */
    }
}

static bool is_value(const struct nvm *nvm, uint32_t step, uint8_t kind)
{
    uint8_t want[100];
    uint8_t found[100];
    size_t n;
    value_of(step, kind, want, &n);
    return nvm_get(nvm, kind, found, sizeof found) == (int)n && memcmp(want, found, n) == 0;
}

enum { PUTS = 60, KINDS_USED = 3 };

static void a_value_reads_as_it_was_written(void **state)
{
    (void)state;
    struct nvm nvm;
    uint8_t bytes[100];
    size_t n;
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 2, 3), NVM_OK);
    assert_false(nvm.found);
    assert_int_equal(nvm_get(&nvm, 1, bytes, sizeof bytes), NVM_ABSENT);
    for (uint32_t step = 1; step <= 500; step++) {
        uint8_t kind = (uint8_t)(step % KINDS_USED);
        value_of(step, kind, bytes, &n);
        assert_int_equal(nvm_put(&nvm, kind, bytes, n), NVM_OK);
        struct nvm again;
        assert_int_equal(nvm_mount(&again, &ram.flash, 2, 3), NVM_OK);
        assert_true(again.found && again.damaged == 0);
        for (uint32_t back = 0; back < KINDS_USED && back < step; back++) {
            assert_true(is_value(&again, step - back, (uint8_t)((step - back) % KINDS_USED)));
        }
    }
    assert_int_equal(ram.erases[0] + ram.erases[1] + ram.erases[5], 0); /* only its own sectors */
    uint32_t most = ram.erases[2] > ram.erases[3] ? ram.erases[2] : ram.erases[3];
    assert_true(most - ram.erases[4] <= 1); /* wear goes round */
}

static void what_is_there_already_is_not_written_again(void **state)
{
    (void)state;
    struct nvm nvm;
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 3, "house", 5), NVM_OK);
    long used = ram.used;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(nvm_put(&nvm, 3, "house", 5), NVM_OK);
    }
    assert_int_equal(ram.used, used);
}

static void a_value_too_long_is_refused_and_loses_nothing(void **state)
{
    (void)state;
    struct nvm nvm;
    static uint8_t big[RAM_SECTOR];
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 3, "house", 5), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 3, big, RAM_SECTOR / 3 + 1), NVM_TOO_LONG);
    assert_int_equal(nvm_put(&nvm, NVM_KINDS, big, 4), NVM_TOO_LONG);
    char text[5];
    assert_int_equal(nvm_get(&nvm, 3, text, 4), NVM_TOO_LONG);
    assert_int_equal(nvm_get(&nvm, 3, text, 5), 5);
    assert_memory_equal(text, "house", 5);
}

/* Writes step after step until the supply fails; the last step acknowledged. */
static uint32_t put_until_cut(uint32_t from)
{
    struct nvm nvm;
    uint8_t bytes[100];
    size_t n;
    if (nvm_mount(&nvm, &ram.flash, 0, 2) != NVM_OK) {
        return from;
    }
    for (uint32_t step = from + 1; step <= from + PUTS; step++) {
        uint8_t kind = (uint8_t)(step % KINDS_USED);
        value_of(step, kind, bytes, &n);
        if (nvm_put(&nvm, kind, bytes, n) != NVM_OK) {
            return step - 1;
        }
    }
    return from + PUTS;
}

/* For each kind the newest acknowledged step, or the one in hand when the power went. */
static void check_after_cut(uint32_t done)
{
    struct nvm nvm;
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    for (uint32_t kind = 0; kind < KINDS_USED; kind++) {
        uint32_t newest = done;
        while (newest > 0 && newest % KINDS_USED != kind) {
            newest--;
        }
        bool next_is_it = (done + 1) % KINDS_USED == kind;
        bool old = newest == 0 ? nvm_get(&nvm, (uint8_t)kind, (uint8_t[100]){0}, 100) == NVM_ABSENT
                               : is_value(&nvm, newest, (uint8_t)kind);
        bool fresh = next_is_it && is_value(&nvm, done + 1, (uint8_t)kind);
        if (!old && !fresh) {
            fail_msg("kind %u: neither step %u nor %u", kind, newest, done + 1);
        }
    }
}

static void a_cut_at_any_byte_leaves_the_old_value_or_the_new_one(void **state)
{
    (void)state;
    ram_flash_init(&ram);
    assert_int_equal(put_until_cut(0), PUTS);
    long whole = ram.used;
    for (long cut = 1; cut <= whole; cut++) {
        ram_flash_init(&ram);
        ram.seed = (uint32_t)cut;
        ram.left = cut;
        uint32_t done = put_until_cut(0);
        ram_flash_power(&ram);
        check_after_cut(done);
        uint32_t more = put_until_cut(done); /* and it goes on from there */
        assert_int_equal(more, done + PUTS);
        check_after_cut(more);
    }
}

static void a_second_cut_during_the_recovery_is_survived_too(void **state)
{
    (void)state;
    uint32_t seed = 99;
    for (int trial = 0; trial < 3000; trial++) {
        ram_flash_init(&ram);
        uint32_t done = 0;
        for (int cuts = 0; cuts < 4; cuts++) {
            ram_flash_power(&ram);
            ram.seed = seed;
            ram.left = dice_range(&seed, 1, 4000);
            done = put_until_cut(done);
            ram_flash_power(&ram);
            check_after_cut(done);
        }
    }
}

static void a_rotten_entry_is_found_by_its_checksum(void **state)
{
    (void)state;
    struct nvm nvm;
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 1, "first", 5), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 1, "second", 6), NVM_OK);
    assert_int_equal(nvm_put(&nvm, 2, "other", 5), NVM_OK);
    uint32_t newest = nvm.at[1];
    for (uint32_t byte = 0; byte < 12 + 6; byte++) {
        for (int bit = 0; bit < 8; bit++) {
            ram.bytes[newest + byte] ^= (uint8_t)(1U << bit);
            struct nvm again;
            char text[8] = {0};
            assert_int_equal(nvm_mount(&again, &ram.flash, 0, 2), NVM_OK);
            assert_int_equal(again.damaged, 1);
            assert_int_equal(nvm_get(&again, 1, text, sizeof text), 5);
            assert_string_equal(text, "first");
            assert_int_equal(nvm_get(&again, 2, text, sizeof text), 5);
            ram.bytes[newest + byte] ^= (uint8_t)(1U << bit);
        }
    }
}

static void foreign_flash_is_begun_anew(void **state)
{
    (void)state;
    struct nvm nvm;
    uint32_t seed = 5;
    for (int trial = 0; trial < 200; trial++) {
        ram_flash_init(&ram);
        for (size_t i = 0; i < sizeof ram.bytes; i++) {
            ram.bytes[i] = (uint8_t)dice(&seed);
        }
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        assert_int_equal(nvm_put(&nvm, 1, "house", 5), NVM_OK);
        char text[8];
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        assert_int_equal(nvm_get(&nvm, 1, text, sizeof text), 5);
    }
}

/* --- records -------------------------------------------------------------------------------- */

static struct bms_record sample(uint32_t i)
{
    struct bms_record r = {.clock_s2000 = 800000000U + i,
                           .kind = (uint8_t)(i % EVENT_KIND_COUNT),
                           .what = (uint8_t)i,
                           .address = 3,
                           .n_cells = 16,
                           .current_ma = -100 * (int32_t)i,
                           .voltage_mv = 52800,
                           .cell_max_mv = 3310,
                           .cell_min_mv = 3290,
                           .remaining_mah = 60000 + i,
                           .full_mah = 100000,
                           .soc_pct100 = 6000,
                           .active = UINT64_C(1) << i % 60,
                           .state = 2};
    for (int k = 0; k < PACK_CELLS_MAX; k++) {
        r.cell_mv[k] = (uint16_t)(3300 + k);
    }
    for (int k = 0; k < PACK_TEMPS + 2; k++) {
        r.temp_c10[k] = (int16_t)(-50 + 10 * k);
    }
    return r;
}

static void assert_sample(const struct bms_record *found, uint32_t i)
{
    struct bms_record want = sample(i);
    assert_int_equal(found->clock_s2000, want.clock_s2000);
    assert_int_equal(found->kind, want.kind);
    assert_int_equal(found->what, want.what);
    assert_int_equal(found->address, want.address);
    assert_int_equal(found->n_cells, want.n_cells);
    assert_int_equal(found->current_ma, want.current_ma);
    assert_int_equal(found->voltage_mv, want.voltage_mv);
    assert_int_equal(found->cell_max_mv, want.cell_max_mv);
    assert_int_equal(found->cell_min_mv, want.cell_min_mv);
    assert_int_equal(found->remaining_mah, want.remaining_mah);
    assert_int_equal(found->full_mah, want.full_mah);
    assert_int_equal(found->soc_pct100, want.soc_pct100);
    assert_int_equal(found->state, want.state);
    assert_true(found->active == want.active);
    assert_memory_equal(found->cell_mv, want.cell_mv, sizeof want.cell_mv);
    assert_memory_equal(found->temp_c10, want.temp_c10, sizeof want.temp_c10);
}

static void five_hundred_records_are_kept_and_the_oldest_go(void **state)
{
    (void)state;
    struct records records;
    uint32_t oldest;
    uint32_t newest;
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 3, 0), NVM_OK);
    assert_false(records_span(&records, &oldest, &newest));
    for (uint32_t i = 1; i <= 1700; i++) {
        struct bms_record r = sample(i);
        assert_int_equal(records_add(&records, &r), NVM_OK);
        assert_int_equal(r.sequence, i);
        if (i % 97 != 0) {
            continue;
        }
        struct records again;
        assert_int_equal(records_mount(&again, &ram.flash, 3, 0), NVM_OK);
        assert_true(records_span(&again, &oldest, &newest));
        assert_int_equal(newest, i);
        assert_true(newest - oldest + 1 >= (i < RECORDS_KEPT ? i : RECORDS_KEPT));
        for (uint32_t k = oldest; k <= newest; k++) {
            assert_int_equal(records_read(&again, k, &r), NVM_OK);
            assert_sample(&r, k);
        }
        assert_int_equal(records_read(&again, newest + 1, &r), NVM_ABSENT);
        assert_int_equal(records_read(&again, oldest - 1, &r), NVM_ABSENT);
    }
}

static void deleted_records_stay_deleted(void **state)
{
    (void)state;
    struct records records;
    struct bms_record r;
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    for (uint32_t i = 1; i <= 12; i++) {
        r = sample(i);
        assert_int_equal(records_add(&records, &r), NVM_OK);
    }
    assert_int_equal(records_count(&records), 12);
    uint32_t below = records_erase(&records);
    assert_int_equal(records_count(&records), 0);
    assert_int_equal(records_read(&records, 12, &r), NVM_ABSENT);
    assert_int_equal(records_mount(&records, &ram.flash, 0, below), NVM_OK);
    assert_int_equal(records_count(&records), 0);
    r = sample(77);
    assert_int_equal(records_add(&records, &r), NVM_OK);
    assert_int_equal(records_count(&records), 1);
    assert_int_equal(records_read(&records, 13, &r), NVM_OK);
    assert_sample(&r, 77);
}

/* Adds until the supply fails; how many were acknowledged, and where each lies. */
static uint32_t add_until_cut(struct records *records, uint32_t from, uint32_t n, uint32_t *at)
{
    for (uint32_t i = from + 1; i <= from + n; i++) {
        struct bms_record r = sample(i);
        if (records_add(records, &r) != NVM_OK) {
            return i - 1;
        }
        at[i] = r.sequence;
    }
    return from + n;
}

static void acknowledged_records_survive_a_cut_at_any_byte(void **state)
{
    (void)state;
    enum { BEFORE = 530, MORE = 25 }; /* the ring has turned; a sector is emptied on the way */
    static uint32_t at[BEFORE + 2 * MORE + 1];
    static struct ram_flash prepared;
    struct records records;
    struct bms_record r;
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    assert_int_equal(add_until_cut(&records, 0, BEFORE, at), BEFORE);
    prepared = ram;
    ram.used = 0;
    assert_int_equal(add_until_cut(&records, BEFORE, MORE, at), BEFORE + MORE);
    long whole = ram.used;
    for (long cut = 1; cut <= whole; cut++) {
        ram = prepared;
        ram.flash.context = &ram;
        ram.seed = (uint32_t)cut;
        assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
        ram.left = cut;
        uint32_t done = add_until_cut(&records, BEFORE, MORE, at);
        ram_flash_power(&ram);
        assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
        assert_true(records.damaged <= 1 + RAM_SECTOR / RECORD_BYTES);
        done = add_until_cut(&records, done, 3, at);
        for (uint32_t i = done - RECORDS_KEPT + 15; i <= done; i++) {
            assert_int_equal(records_read(&records, at[i], &r), NVM_OK);
            assert_sample(&r, i);
        }
    }
}

static void a_rotten_record_is_found_and_its_neighbours_stay(void **state)
{
    (void)state;
    struct records records;
    struct bms_record r;
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    for (uint32_t i = 1; i <= 5; i++) {
        r = sample(i);
        assert_int_equal(records_add(&records, &r), NVM_OK);
    }
    for (uint32_t byte = 0; byte < RECORD_BYTES; byte++) {
        ram.bytes[2 * RECORD_BYTES + byte] ^= 0x10;
        assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
        assert_int_equal(records.damaged, 1);
        assert_int_equal(records_count(&records), 5);
        assert_int_equal(records_read(&records, 3, &r), NVM_IO);
        assert_int_equal(records_read(&records, 2, &r), NVM_OK);
        assert_int_equal(records_read(&records, 4, &r), NVM_OK);
        ram.bytes[2 * RECORD_BYTES + byte] ^= 0x10;
    }
}

static void a_kind_that_is_none_is_absent(void **state)
{
    (void)state;
    struct nvm nvm;
    uint8_t bytes[4];
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    assert_int_equal(nvm_get(&nvm, NVM_KINDS, bytes, sizeof bytes), NVM_ABSENT);
}

static void values_that_do_not_fit_together_are_refused_and_lose_nothing(void **state)
{
    (void)state;
    struct nvm nvm;
    static uint8_t big[RAM_SECTOR / 3];
    static uint8_t found[RAM_SECTOR / 3];
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    int refused = 0;
    for (uint8_t kind = 0; kind < 4; kind++) {
        memset(big, kind + 1, sizeof big);
        refused += nvm_put(&nvm, kind, big, sizeof big) == NVM_TOO_LONG;
    }
    assert_int_equal(refused, 2); /* two of 341 bytes fill a sector */
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    for (uint8_t kind = 0; kind < 2; kind++) {
        memset(big, kind + 1, sizeof big);
        assert_int_equal(nvm_get(&nvm, kind, found, sizeof found), (int)sizeof big);
        assert_memory_equal(found, big, sizeof big);
    }
    assert_int_equal(nvm_put(&nvm, 2, "house", 5), NVM_OK);
}

/* Reads fail, at any place: what is read is whole, and what was acknowledged is there later. */
static void reads_that_fail_give_an_error_and_no_wrong_value(void **state)
{
    (void)state;
    int errors = 0;
    for (long read = 1; read <= 700; read++) {
        struct nvm nvm;
        uint8_t bytes[100];
        size_t n;
        uint32_t newest[KINDS_USED] = {0};
        ram_flash_init(&ram);
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        ram.reads_left = read;
        ram.reads_fail = 3; /* all that are tried */
        for (uint32_t step = 1; step <= 40; step++) {
            uint8_t kind = (uint8_t)(step % KINDS_USED);
            value_of(step, kind, bytes, &n);
            bool put = nvm_put(&nvm, kind, bytes, n) == NVM_OK;
            newest[kind] = put ? step : newest[kind];
            errors += !put;
            uint8_t found[100];
            int got = nvm_get(&nvm, kind, found, sizeof found);
            value_of(newest[kind], kind, bytes, &n);
            assert_true(got == NVM_IO || (got == NVM_ABSENT && newest[kind] == 0) ||
                        (got == (int)n && memcmp(found, bytes, n) == 0));
            errors += got == NVM_IO;
        }
        ram.reads_left = 0;
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        for (uint8_t kind = 0; kind < KINDS_USED; kind++) {
            assert_true(is_value(&nvm, newest[kind], kind));
        }
    }
    assert_true(errors > 30);
}

/* A mount that could not read all must not write over what it did not see. */
static void after_a_mount_with_a_failed_read_new_values_are_safe(void **state)
{
    (void)state;
    static struct ram_flash prepared;
    struct nvm nvm;
    uint8_t bytes[100];
    size_t n;
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    for (uint32_t step = 1; step <= 9; step++) {
        uint8_t kind = (uint8_t)(step % KINDS_USED);
        value_of(step, kind, bytes, &n);
        assert_int_equal(nvm_put(&nvm, kind, bytes, n), NVM_OK);
    }
    prepared = ram;
    for (long read = 1; read <= 150; read++) {
        ram = prepared;
        ram.flash.context = &ram;
        ram.reads_left = read;
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        ram.reads_left = 0;
        value_of(10, 1, bytes, &n);
        assert_int_equal(nvm_put(&nvm, 1, bytes, n), NVM_OK);
        assert_true(is_value(&nvm, 10, 1));
        assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
        assert_true(is_value(&nvm, 10, 1));
    }
}

/* What cannot be read is not taken for an empty flash, and nothing older passes for the newest. */
static void a_mount_that_cannot_read_says_so_and_costs_nothing(void **state)
{
    (void)state;
    static struct ram_flash prepared;
    struct nvm nvm;
    uint8_t bytes[100];
    size_t n;
    int refused = 0;
    ram_flash_init(&ram);
    assert_int_equal(nvm_mount(&nvm, &ram.flash, 0, 2), NVM_OK);
    for (uint32_t step = 1; step <= 9; step++) {
        value_of(step, (uint8_t)(step % KINDS_USED), bytes, &n);
        assert_int_equal(nvm_put(&nvm, (uint8_t)(step % KINDS_USED), bytes, n), NVM_OK);
    }
    prepared = ram;
    for (long read = 1; read <= 150; read++) {
        ram = prepared;
        ram.flash.context = &ram;
        ram.reads_left = read;
        ram.reads_fail = 3;
        bool io = nvm_mount(&nvm, &ram.flash, 0, 2) == NVM_IO;
        ram.reads_left = 0;
        refused += io;
        for (uint32_t step = 10 - KINDS_USED; step <= 9 && !io; step++) {
            assert_true(is_value(&nvm, step, (uint8_t)(step % KINDS_USED)));
        }
        assert_memory_equal(ram.bytes, prepared.bytes, sizeof ram.bytes);
    }
    assert_true(refused > 10);
}

static void a_record_in_a_wrong_place_or_without_a_number_is_none(void **state)
{
    (void)state;
    struct records records;
    struct bms_record r;
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    for (uint32_t i = 1; i <= 5; i++) {
        r = sample(i);
        assert_int_equal(records_add(&records, &r), NVM_OK);
    }
    /* the fifth once more where the third was, and alone far behind */
    memcpy(ram.bytes + 2 * RECORD_BYTES, ram.bytes + 4 * RECORD_BYTES, RECORD_BYTES);
    memcpy(ram.bytes + 7 * RECORD_BYTES, ram.bytes + 4 * RECORD_BYTES, RECORD_BYTES);
    memset(ram.bytes + 4 * RECORD_BYTES, 0xFF, RECORD_BYTES);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    assert_int_equal(records_count(&records), 4);
    assert_int_equal(records_read(&records, 3, &r), NVM_IO);
    assert_int_equal(records_read(&records, 2, &r), NVM_OK);
    assert_int_equal(records_read(&records, 0, &r), NVM_ABSENT);
    assert_int_equal(records_read(&records, 5, &r), NVM_ABSENT);
    /* whole by its checksum, but record 0 */
    uint8_t none[RECORD_BYTES] = {0};
    uint32_t crc = crc32_of(0, none, RECORD_BYTES - 4);
    for (int i = 0; i < 4; i++) {
        none[RECORD_BYTES - 4 + i] = (uint8_t)(crc >> 8 * i);
    }
    memcpy(ram.bytes, none, sizeof none);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_OK);
    assert_int_equal(records.damaged, 1);
    assert_int_equal(records_read(&records, 1, &r), NVM_IO);
}

static void after_deleting_numbers_go_on_even_on_a_new_flash(void **state)
{
    (void)state;
    struct records records;
    struct bms_record r = sample(1);
    ram_flash_init(&ram);
    assert_int_equal(records_mount(&records, &ram.flash, 0, 100), NVM_OK);
    assert_int_equal(records_count(&records), 0);
    assert_int_equal(records_add(&records, &r), NVM_OK);
    assert_int_equal(r.sequence, 100);
    assert_int_equal(records_count(&records), 1);
}

static void a_clock_that_was_never_set_is_the_begin_of_2000(void **state)
{
    (void)state;
    struct bench b;
    struct bms_record r;
    bench_init(&b, pack_of("vt12040"));
    struct bms_event event = {.at_ms = b.in.now_ms, .kind = EVENT_RESET};
    record_of(&b.bms, &b.in, &event, &r);
    assert_int_equal(r.clock_s2000, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_reads_as_it_was_written),
        cmocka_unit_test(what_is_there_already_is_not_written_again),
        cmocka_unit_test(a_value_too_long_is_refused_and_loses_nothing),
        cmocka_unit_test(a_cut_at_any_byte_leaves_the_old_value_or_the_new_one),
        cmocka_unit_test(a_second_cut_during_the_recovery_is_survived_too),
        cmocka_unit_test(a_rotten_entry_is_found_by_its_checksum),
        cmocka_unit_test(foreign_flash_is_begun_anew),
        cmocka_unit_test(five_hundred_records_are_kept_and_the_oldest_go),
        cmocka_unit_test(deleted_records_stay_deleted),
        cmocka_unit_test(acknowledged_records_survive_a_cut_at_any_byte),
        cmocka_unit_test(a_rotten_record_is_found_and_its_neighbours_stay),
        cmocka_unit_test(a_kind_that_is_none_is_absent),
        cmocka_unit_test(values_that_do_not_fit_together_are_refused_and_lose_nothing),
        cmocka_unit_test(reads_that_fail_give_an_error_and_no_wrong_value),
        cmocka_unit_test(after_a_mount_with_a_failed_read_new_values_are_safe),
        cmocka_unit_test(a_mount_that_cannot_read_says_so_and_costs_nothing),
        cmocka_unit_test(a_record_in_a_wrong_place_or_without_a_number_is_none),
        cmocka_unit_test(after_deleting_numbers_go_on_even_on_a_new_flash),
        cmocka_unit_test(a_clock_that_was_never_set_is_the_begin_of_2000),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
