/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of can-utils. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/candump.h"

static void every_form_of_a_line_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *line, *frame;
        double t_s;
    } cases[] = {
        {"(1699.123) can0 351#1402740E740ECC01\n", "351#1402740E740ECC01", 1699.123},
        {"(0000000000.123456) vcan0 305#", "305#", 0.123456},
        {"  can0  351   [8]  14 02 74 0E 74 0E CC 01", "351#1402740E740ECC01", 0.0},
        {" (12.5)  can0  351   [2]  14 02   '..'", "351#1402", 12.5},
        {"can0  00000351   [1]  14", "00000351#14", 0.0},
        {"351#14.02.7f", "351#14027F", 0.0},
        {"00000351#1402\r\n", "00000351#1402", 0.0},
        {"351#R", "351#R", 0.0},
        {"351#R8", "351#R", 0.0},
        {"can0 351 [0] remote request", "351#R", 0.0},
        {"00F#", "00F#", 0.0},
        {"can0 351 [0]", "351#", 0.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct candump dump;
        char text[CANDUMP_TEXT];
        if (candump_parse(cases[i].line, &dump) != CANDUMP_FRAME) {
            fail_msg("%s: %s", cases[i].line, dump.error);
        }
        candump_format(&dump.frame, text);
        assert_string_equal(text, cases[i].frame);
        assert_true(dump.t_s > cases[i].t_s - 1e-9 && dump.t_s < cases[i].t_s + 1e-9);
    }
}

static void comments_and_empty_lines_are_passed_over(void **state)
{
    (void)state;
    static const char *const lines[] = {"", "\n", "  \r\n", "# 351#00", "  ; note", "#"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct candump dump;
        assert_int_equal(candump_parse(lines[i], &dump), CANDUMP_EMPTY);
    }
}

static void what_is_no_frame_is_told(void **state)
{
    (void)state;
    static const char *const lines[] = {"foo",
                                        "351",
                                        "351#1",
                                        "351#1402740E740ECC0100",
                                        "351##1140212",
                                        "351#14x2",
                                        "(abc) can0 351#14",
                                        "(1.5 can0 351#14",
                                        "can0 351 [3] 14 02",
                                        "can0 351 [x] 14 02",
                                        "can0 351 14 02",
                                        "800#00",
                                        "20000351#00",
                                        "can0 #00",
                                        "(1.5)"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct candump dump;
        if (candump_parse(lines[i], &dump) != CANDUMP_BAD || dump.error == NULL) {
            fail_msg("%s", lines[i]);
        }
    }
    char longest[1000];
    struct candump dump;
    memset(longest, 'A', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(candump_parse(longest, &dump), CANDUMP_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_line_is_read),
        cmocka_unit_test(comments_and_empty_lines_are_passed_over),
        cmocka_unit_test(what_is_no_frame_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
