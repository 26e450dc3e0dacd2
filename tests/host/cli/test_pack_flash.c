/* SPDX-License-Identifier: Apache-2.0 */
/* A pack's flash on the disk: what is written is there again, what cannot be used is kept. */
#include <setjmp.h> /* IWYU pragma: keep */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/product/product.h"
#include "host/pack_flash.h"

enum { FLASH_BYTES = BOARD_SECTOR * BOARD_SECTORS };

struct test {
    char folder[64], base[100], file[140];
};

static int begin(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    snprintf(t->folder, sizeof t->folder, "/tmp/hearth-flash-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->base, sizeof t->base, "%s/site.db", t->folder);
    snprintf(t->file, sizeof t->file, "%s.pack1.flash", t->base);
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct test *t = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", t->folder);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
    free(t);
    return 0;
}

static enum flash_origin origin(const struct pack_flash *flash, int i)
{
    const char *why;
    return pack_flash_origin(flash, i, &why);
}

static void a_new_file_is_a_hole_for_the_owner_alone(void **state)
{
    const struct test *t = *state;
    struct stat status;
    struct pack_flash *flash = pack_flash_open(t->base, 2);
    assert_int_equal(origin(flash, 0), FLASH_NEW);
    assert_int_equal(origin(flash, 1), FLASH_NEW);
    for (int i = 0; i < FLASH_BYTES; i++) {
        assert_int_equal(pack_flash_boards(flash)[0].bytes[i], 0xFF);
    }
    assert_int_equal(stat(t->file, &status), 0);
    assert_int_equal(status.st_size, FLASH_BYTES);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(status.st_blocks * 512 < FLASH_BYTES / 2);
    pack_flash_close(flash);
}

static void every_write_and_erase_is_there_after_a_kill(void **state)
{
    const struct test *t = *state;
    struct pack_flash *flash = pack_flash_open(t->base, 1);
    struct pack_board *board = &pack_flash_boards(flash)[0];
    const uint8_t bytes[3] = {0x12, 0x00, 0xF0};
    assert_int_equal(board->flash.write(board, 4095, bytes, 1), 0);
    assert_int_equal(board->flash.write(board, 3 * BOARD_SECTOR - 1, bytes, 3), 0);
    assert_int_equal(board->flash.erase(board, 3), 0);
    uint8_t *image = malloc(FLASH_BYTES);
    memcpy(image, board->bytes, FLASH_BYTES);
    struct pack_flash *after = pack_flash_open(t->base, 1); /* nothing was closed or synced */
    assert_int_equal(origin(after, 0), FLASH_FOUND);
    assert_memory_equal(pack_flash_boards(after)[0].bytes, image, FLASH_BYTES);
    free(image);
    pack_flash_close(after);
    pack_flash_close(flash);
}

/* The pack itself on it: parameters, password and records come back with the next start. */
static void a_pack_finds_its_memory_again(void **state)
{
    const struct test *t = *state;
    const struct pack_profile *profile = product_find("es51_2_100lp")->pack;
    struct bms_inputs in = {.sampled = true, .self_check_ok = true};
    static struct bms bms;
    struct pack_flash *flash = pack_flash_open(t->base, 1);
    struct pack_board *board = &pack_flash_boards(flash)[0];
    bms_init(&bms, profile, 5000, 0);
    assert_int_equal(memory_mount(&board->memory, &board->flash, &bms), NVM_OK);
    int32_t value = bms.param[PARAM_DESIGN_CAPACITY] - 10000;
    bms_set_parameter(&bms, PARAM_DESIGN_CAPACITY, value);
    memory_step(&board->memory, &bms, &in);
    assert_true(pack_flash_sync(flash));
    uint32_t kept = records_count(&board->memory.records);
    assert_true(kept > 0);
    struct pack_flash *after = pack_flash_open(t->base, 1);
    board = &pack_flash_boards(after)[0];
    bms_init(&bms, profile, 5000, 0);
    assert_int_equal(memory_mount(&board->memory, &board->flash, &bms), NVM_OK);
    assert_int_equal(bms.param[PARAM_DESIGN_CAPACITY], value);
    assert_int_equal(records_count(&board->memory.records), kept);
    pack_flash_close(after);
    pack_flash_close(flash);
}

static void spoil(const char *path, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(write(fd, "x", 1), 1);
    }
    close(fd);
}

static void a_file_of_the_wrong_size_is_kept_as_bad_and_told(void **state)
{
    const struct test *t = *state;
    struct stat status;
    const char *why;
    const size_t lengths[] = {0, 100};
    const char *const names[] = {".bad", ".bad-2"};
    for (int i = 0; i < 2; i++) {
        char bad[200];
        spoil(t->file, lengths[i]);
        struct pack_flash *flash = pack_flash_open(t->base, 1);
        assert_int_equal(pack_flash_origin(flash, 0, &why), FLASH_BAD);
        assert_non_null(strstr(why, "wrong size"));
        assert_non_null(strstr(why, names[i]));
        assert_true(strlen(why) < 160);
        assert_int_equal(pack_flash_boards(flash)[0].bytes[0], 0xFF);
        snprintf(bad, sizeof bad, "%s%s", t->file, names[i]);
        assert_int_equal(stat(bad, &status), 0);
        assert_int_equal(status.st_size, lengths[i]);
        pack_flash_close(flash);
    }
}

static void what_is_no_file_is_moved_aside_too(void **state)
{
    const struct test *t = *state;
    struct stat status;
    char bad[200];
    assert_int_equal(mkdir(t->file, 0700), 0);
    struct pack_flash *flash = pack_flash_open(t->base, 1);
    assert_int_equal(origin(flash, 0), FLASH_BAD);
    snprintf(bad, sizeof bad, "%s.bad", t->file);
    assert_int_equal(stat(bad, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(stat(t->file, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    pack_flash_close(flash);
}

static void without_a_folder_the_memory_lasts_until_the_end(void **state)
{
    (void)state;
    const char *why;
    struct pack_flash *flash = pack_flash_open("/no/such/folder/site.db", 1);
    assert_int_equal(pack_flash_origin(flash, 0, &why), FLASH_NONE);
    assert_non_null(strstr(why, "until the program ends"));
    assert_true(strlen(why) < 160);
    struct pack_board *board = &pack_flash_boards(flash)[0];
    assert_int_equal(board->flash.write(board, 0, "a", 1), 0);
    assert_true(pack_flash_sync(flash));
    pack_flash_close(flash);
    flash = pack_flash_open(NULL, 1);
    assert_int_equal(pack_flash_origin(flash, 0, &why), FLASH_NONE);
    assert_string_equal(why, "");
    pack_flash_close(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_file_is_a_hole_for_the_owner_alone, begin, end),
        cmocka_unit_test_setup_teardown(every_write_and_erase_is_there_after_a_kill, begin, end),
        cmocka_unit_test_setup_teardown(a_pack_finds_its_memory_again, begin, end),
        cmocka_unit_test_setup_teardown(a_file_of_the_wrong_size_is_kept_as_bad_and_told, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_moved_aside_too, begin, end),
        cmocka_unit_test(without_a_folder_the_memory_lasts_until_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
