/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware by a drive: what is not signed, whole and for this product changes nothing; whatever
   fails in between leaves the old set or the new one; times and roll-back. */
#include <stdlib.h>

#include "core_test.h"

#include "core/update/update.h"
#include "ram_flash.h"

/* --- stand-ins: a drive in memory, a hash and a signature that can be computed by hand --- */

struct file {
    char name[MANIFEST_NAME];
    uint8_t bytes[2048];
    int32_t n;
};

static struct file files[6];
static int n_files;
static bool unreadable;
static uint32_t hash_state[4];

static struct file *file_named(const char *name)
{
    for (int i = 0; i < n_files; i++) {
        if (strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

/* One that is there. */
static struct file *the(const char *name)
{
    struct file *file = file_named(name);
    if (file == NULL) {
        abort();
    }
    return file;
}

static int32_t drive_size(void *context, const char *name)
{
    const struct file *file = unreadable ? NULL : file_named(name);
    (void)context;
    return file != NULL ? file->n : -1;
}

static int32_t drive_read(void *context, const char *name, uint32_t at, void *bytes, uint32_t n)
{
    const struct file *file = unreadable ? NULL : file_named(name);
    (void)context;
    if (file == NULL || (int64_t)at + n > file->n) {
        return -1;
    }
    memcpy(bytes, file->bytes + at, n);
    return (int32_t)n;
}

static const struct update_drive drive = {.size = drive_size, .read = drive_read};

static void fake_begin(void *context)
{
    (void)context;
    for (int i = 0; i < 4; i++) {
        hash_state[i] = 0x811C9DC5U + (uint32_t)i;
    }
}

static void fake_add(void *context, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    (void)context;
    for (size_t k = 0; k < n; k++) {
        for (int i = 0; i < 4; i++) {
            hash_state[i] = (hash_state[i] ^ p[k]) * (0x01000193U + 2U * (uint32_t)i);
        }
    }
}

static void fake_end(void *context, uint8_t hash[HASH_BYTES])
{
    (void)context;
    for (int i = 0; i < HASH_BYTES; i++) {
        hash[i] = (uint8_t)(hash_state[i / 8] >> i % 4 * 8);
    }
}

static void sign(const void *bytes, size_t n, uint8_t signature[SIGNATURE_BYTES])
{
    uint8_t hash[HASH_BYTES];
    fake_begin(NULL);
    fake_add(NULL, bytes, n);
    fake_end(NULL, hash);
    for (int i = 0; i < SIGNATURE_BYTES; i++) {
        signature[i] = (uint8_t)(hash[i % HASH_BYTES] ^ 0x5A);
    }
}

static bool fake_verify(void *context, const uint8_t signature[SIGNATURE_BYTES], const void *bytes,
                        size_t n)
{
    uint8_t wanted[SIGNATURE_BYTES];
    (void)context;
    sign(bytes, n, wanted);
    return memcmp(wanted, signature, SIGNATURE_BYTES) == 0;
}

static const struct update_crypto crypto = {
    .hash_begin = fake_begin, .hash_add = fake_add, .hash_end = fake_end, .verify = fake_verify};

/* --- a small product --- */

static const struct update_model small = {
    .product = "small",
    .part = {{.pattern = "M*.hex", .most_bytes = 1500, .write_ms = 2000, .version_of = 0},
             {.pattern = "S*.hex", .most_bytes = 700, .write_ms = 2000, .version_of = 1},
             {.pattern = "A??.bin", .most_bytes = 1000, .write_ms = 1000, .version_of = 2}},
    .n_parts = 3,
    .gap_ms = 500,
};
static const int32_t works[UPDATE_PARTS] = {100, 100, 100};

static struct ram_flash ram;

static void put(const char *name, int32_t n, uint8_t seed)
{
    struct file *file = &files[n_files++];
    snprintf(file->name, sizeof file->name, "%s", name);
    file->n = n;
    for (int32_t i = 0; i < n; i++) {
        file->bytes[i] = (uint8_t)(seed + i * 7);
    }
}

static void hex(char **p, const uint8_t *bytes, int n)
{
    for (int i = 0; i < n; i++) {
        *p += sprintf(*p, "%02x", bytes[i]);
    }
}

/* Writes the list of what is there, signed. */
static void list(const char *product, int version)
{
    static char text[MANIFEST_BYTES + 1];
    uint8_t bytes[SIGNATURE_BYTES];
    char *p = text + sprintf(text, "[Upgrading]\r\nproduct=%s\r\n", product);
    int n = n_files;
    for (int i = 0; i < n; i++) {
        fake_begin(NULL);
        fake_add(NULL, files[i].bytes, (size_t)files[i].n);
        fake_end(NULL, bytes);
        p += sprintf(p, "file=%s,%d,%d,", files[i].name, (int)files[i].n, version);
        hex(&p, bytes, HASH_BYTES);
        p += sprintf(p, "\r\n");
    }
    sign(text, (size_t)(p - text), bytes);
    p += sprintf(p, "signature=");
    hex(&p, bytes, SIGNATURE_BYTES);
    p += sprintf(p, "\r\n");
    struct file *file = &files[n_files++];
    snprintf(file->name, sizeof file->name, "Upgrading.INI");
    file->n = (int32_t)(p - text);
    memcpy(file->bytes, text, (size_t)file->n);
}

static void good_drive(void)
{
    n_files = 0;
    unreadable = false;
    put("M1.hex", 1500, 1);
    put("S1.hex", 600, 2);
    put("A01.bin", 1000, 3);
    list("small", 200);
}

static void start(struct updater *updater)
{
    (void)!update_start(updater, &small, &ram.flash, &crypto, works);
}

/* Runs until it waits or wants a restart; the seconds it took. */
static double run(struct updater *updater)
{
    uint32_t now_ms = UINT32_MAX - 3000U;
    uint32_t begun_ms = now_ms;
    for (int i = 0; i < 2000; i++) {
        update_step(updater, &drive, now_ms);
        if (updater->state == UPDATE_RESTART || (updater->state == UPDATE_WAITING && i > 0)) {
            break;
        }
        now_ms += 10;
    }
    return (now_ms - begun_ms) / 1000.0;
}

static void a_signed_set_goes_to_the_other_bank_and_runs_after_a_restart(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    start(&updater);
    assert_int_equal(update_version(&updater, 0), 100);
    double seconds = run(&updater);
    assert_int_equal(updater.state, UPDATE_RESTART);
    assert_int_equal(updater.result, UPDATE_OK);
    assert_true(seconds >= 6.0 && seconds < 6.3); /* 2 + 2 + 1 and two gaps of 0.5 */
    start(&updater);
    for (int part = 0; part < 3; part++) {
        assert_int_equal(update_version(&updater, part), 200);
    }
    assert_int_equal(update_confirm(&updater), NVM_OK);
    start(&updater);
    start(&updater);
    assert_int_equal(update_version(&updater, 2), 200);
    assert_false(updater.rolled_back);
}

static void a_set_that_is_not_confirmed_is_rolled_back_at_the_next_start(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    start(&updater);
    (void)run(&updater);
    start(&updater); /* on trial … */
    assert_int_equal(update_version(&updater, 0), 200);
    start(&updater); /* … and it did not get far */
    assert_true(updater.rolled_back);
    assert_int_equal(update_version(&updater, 0), 100);
    start(&updater);
    assert_false(updater.rolled_back);
    assert_int_equal(update_version(&updater, 0), 100);
}

static void a_part_without_a_file_goes_over_as_it_runs(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    start(&updater);
    (void)run(&updater);
    start(&updater);
    assert_int_equal(update_confirm(&updater), NVM_OK);
    n_files = 0;
    put("A02.bin", 900, 9);
    list("small", 203);
    update_step(&updater, NULL, 0);
    (void)run(&updater);
    assert_int_equal(updater.state, UPDATE_RESTART);
    start(&updater);
    assert_int_equal(update_version(&updater, 0), 200);
    assert_int_equal(update_version(&updater, 2), 203);
    uint8_t byte = 0; /* the other part's content is there too: bank 0, its first byte */
    assert_int_equal(ram.flash.read(&ram, 2 * RAM_SECTOR, &byte, 1), 0);
    assert_int_equal(byte, 1);
}

/* What is wrong with the drive, and what is said. */
static void spoil_list_byte(int at) { the("Upgrading.INI")->bytes[at] ^= 1; }
static void no_list(void) { n_files = 3; }
static void cut_list(void) { the("Upgrading.INI")->n -= 1; }
static void long_list(void) { the("Upgrading.INI")->n = 1025; }
static void signature_bit(void)
{
    struct file *file = the("Upgrading.INI");
    uint8_t *digit = &file->bytes[file->n - 10];
    *digit = *digit == '0' ? '1' : '0';
}
static void signed_bit(void)
{
    uint8_t *digit = (uint8_t *)strstr((char *)the("Upgrading.INI")->bytes, ",200,") + 3;
    *digit = '1';
}
static void cut_file(void) { the("S1.hex")->n -= 1; }
static void grown_file(void) { the("S1.hex")->n += 1; }
static void file_bit(void) { the("A01.bin")->bytes[999] ^= 0x80; }
static void missing_file(void) { the("M1.hex")->name[0] = 'x'; }
static void other_product(void)
{
    n_files = 3;
    list("large", 200);
}
static void foreign_file(void)
{
    n_files = 3;
    put("Q1.hex", 10, 1);
    list("small", 200);
}
static void two_for_one(void)
{
    n_files = 3;
    put("M2.hex", 10, 1);
    list("small", 200);
}
static void too_large(void)
{
    n_files = 0;
    put("S1.hex", 701, 2);
    list("small", 200);
}
static void older(void)
{
    n_files = 3;
    list("small", 99);
}
static void not_readable(void) { unreadable = true; }

static void a_bad_drive_changes_nothing_and_says_why(void **state)
{
    static const struct {
        void (*spoil)(void);
        enum update_result result;
    } cases[] = {{no_list, UPDATE_NO_LIST},
                 {not_readable, UPDATE_NO_LIST},
                 {cut_list, UPDATE_BAD_LIST},
                 {long_list, UPDATE_BAD_LIST},
                 {signature_bit, UPDATE_UNSIGNED},
                 {signed_bit, UPDATE_UNSIGNED},
                 {cut_file, UPDATE_BAD_SIZE},
                 {grown_file, UPDATE_BAD_SIZE},
                 {file_bit, UPDATE_BAD_FILE},
                 {missing_file, UPDATE_NO_FILE},
                 {other_product, UPDATE_OTHER_PRODUCT},
                 {foreign_file, UPDATE_BAD_NAME},
                 {two_for_one, UPDATE_BAD_NAME},
                 {too_large, UPDATE_BAD_SIZE},
                 {older, UPDATE_OLDER}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct updater updater;
        ram_flash_init(&ram);
        good_drive();
        cases[i].spoil();
        start(&updater);
        static uint8_t before[sizeof ram.bytes];
        memcpy(before, ram.bytes, sizeof before);
        (void)run(&updater);
        if (updater.result != cases[i].result) {
            fail_msg("case %d: result %d, not %d", (int)i, (int)updater.result,
                     (int)cases[i].result);
        }
        assert_true(update_result_text(updater.result)[0] != '\0');
        assert_memory_equal(before, ram.bytes, sizeof before); /* not one byte of flash */
        assert_int_equal(updater.state, UPDATE_WAITING);
        start(&updater);
        assert_int_equal(update_version(&updater, 0), 100);
    }
}

static void each_flipped_bit_of_the_list_is_refused(void **state)
{
    (void)state;
    good_drive();
    int bytes = the("Upgrading.INI")->n;
    for (int at = 0; at < bytes; at++) {
        struct updater updater;
        ram_flash_init(&ram);
        good_drive();
        spoil_list_byte(at);
        start(&updater);
        (void)run(&updater);
        if (updater.state == UPDATE_RESTART) {
            fail_msg("byte %d of the list changed and it was taken", at);
        }
    }
}

static void each_truncation_of_the_list_is_refused(void **state)
{
    (void)state;
    good_drive();
    int bytes = the("Upgrading.INI")->n;
    for (int n = 0; n < bytes; n++) {
        struct updater updater;
        ram_flash_init(&ram);
        good_drive();
        the("Upgrading.INI")->n = n;
        start(&updater);
        (void)run(&updater);
        assert_int_not_equal(updater.state, UPDATE_RESTART);
    }
}

static bool bank_is_whole(const struct updater *updater)
{
    if (update_version(updater, 0) == 100) {
        return true; /* of the works: not on this flash */
    }
    static const struct {
        int sector, n;
        uint8_t seed;
    } parts[] = {{0, 1500, 1}, {2, 600, 2}, {3, 1000, 3}};
    int first = 2 + updater->boot.bank * 4;
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < parts[k].n; i++) {
            if (ram.bytes[(first + parts[k].sector) * RAM_SECTOR + i] !=
                (uint8_t)(parts[k].seed + i * 7)) {
                return false;
            }
        }
    }
    return true;
}

static void a_power_cut_anywhere_leaves_the_old_set_or_the_whole_new_one(void **state)
{
    long old = 0;
    long fresh = 0;
    (void)state;
    good_drive();
    for (long cut = 1;; cut++) {
        struct updater updater;
        ram_flash_init(&ram);
        start(&updater);
        ram.left = cut;
        (void)run(&updater);
        bool done = !ram.cut;
        ram_flash_power(&ram);
        start(&updater);
        bool is_new = update_version(&updater, 0) == 200;
        for (int part = 0; part < 3; part++) {
            assert_int_equal(update_version(&updater, part), is_new ? 200 : 100);
        }
        assert_true(bank_is_whole(&updater));
        old += !is_new;
        fresh += is_new;
        if (done) {
            break;
        }
    }
    print_message("%ld cuts: the old set after %ld, the new one after %ld\n", old + fresh, old,
                  fresh);
    assert_true(old > 1000 && fresh > 0);
}

static void a_pulled_drive_leaves_all_as_it_was(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    start(&updater);
    for (uint32_t ms = 0; ms < 1500; ms += 10) {
        update_step(&updater, &drive, ms);
    }
    assert_int_equal(updater.state, UPDATE_WRITING);
    update_step(&updater, NULL, 1500);
    assert_int_equal(updater.state, UPDATE_WAITING);
    assert_int_equal(updater.result, UPDATE_PULLED);
    start(&updater);
    assert_int_equal(update_version(&updater, 0), 100);
    (void)run(&updater); /* put in again it begins anew */
    assert_int_equal(updater.state, UPDATE_RESTART);
}

static void a_drive_is_dealt_with_once(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    file_bit();
    start(&updater);
    (void)run(&updater);
    assert_int_equal(updater.result, UPDATE_BAD_FILE);
    for (uint32_t ms = 0; ms < 1000; ms += 10) {
        update_step(&updater, &drive, ms);
        assert_int_equal(updater.state, UPDATE_WAITING);
    }
}

static void flash_that_forgets_is_found_by_reading_back(void **state)
{
    struct updater updater;
    (void)state;
    ram_flash_init(&ram);
    good_drive();
    start(&updater);
    for (uint32_t ms = 0; ms < 1990; ms += 10) {
        update_step(&updater, &drive, ms);
    }
    ram.bytes[6 * RAM_SECTOR + 100] ^= 4; /* what was just written into bank 1 */
    (void)run(&updater);
    assert_int_equal(updater.result, UPDATE_FLASH);
    start(&updater);
    assert_int_equal(update_version(&updater, 0), 100);
}

static void the_off_grid_set_takes_the_time_its_manual_prints(void **state)
{
    const struct update_model *model = product_find("offgrid_6000")->inverter->update;
    (void)state;
    uint32_t ms = (model->n_parts - 1U) * model->gap_ms;
    for (int i = 0; i < model->n_parts; i++) {
        ms += model->part[i].write_ms;
    }
    assert_int_equal(ms, 145000);
    assert_true(update_flash_bytes(model, 4096) < 2100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_set_goes_to_the_other_bank_and_runs_after_a_restart),
        cmocka_unit_test(a_set_that_is_not_confirmed_is_rolled_back_at_the_next_start),
        cmocka_unit_test(a_part_without_a_file_goes_over_as_it_runs),
        cmocka_unit_test(a_bad_drive_changes_nothing_and_says_why),
        cmocka_unit_test(each_flipped_bit_of_the_list_is_refused),
        cmocka_unit_test(each_truncation_of_the_list_is_refused),
        cmocka_unit_test(a_power_cut_anywhere_leaves_the_old_set_or_the_whole_new_one),
        cmocka_unit_test(a_pulled_drive_leaves_all_as_it_was),
        cmocka_unit_test(a_drive_is_dealt_with_once),
        cmocka_unit_test(flash_that_forgets_is_found_by_reading_back),
        cmocka_unit_test(the_off_grid_set_takes_the_time_its_manual_prints),
    };
    return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
