/* userfile.c - the cases of content/userfile */
#include "content/userfile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"

static void finds_the_first_line_of_a_name(void **state)
{
    static const struct {
        const char *text, *user, *hash, *first; /* hash NULL: not there */
    } cases[] = {
        {"", "a", NULL, ""},
        {"a:x", "a", "x", "x"},
        {"a:x\n", "a", "x", "x"},
        {"a:x\r\nb:y\r\n", "b", "y", "x"},
        {"a:x:comment\nb:y", "a", "x", "x"},
        {"a:x\na:y\n", "a", "x", "x"},
        {"b:x\na:y\n", "a", "y", "x"},
        {"b:x\n", "a", NULL, "x"},
        {"#a:x\na:y\n", "a", "y", "y"},
        {"#a:x\n", "#a", NULL, ""},
        {"\n\n\r\na:y\n", "a", "y", "y"},
        {"ab:x\na:y\n", "a", "y", "x"},
        {"a\n:x\na:y", "a", "y", "x"},
        {"A:x", "a", NULL, "x"},
        {" a:x", "a", NULL, "x"},
        {"a:", "a", "", ""},
        {"a", "a", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct userfile_entry e =
            userfile_find(str_of(cases[i].text), str_of(cases[i].user));

        assert_int_equal(e.found, cases[i].hash != NULL);
        if (e.found)
            assert_true(str_equals(e.hash, str_of(cases[i].hash)));
        assert_true(str_equals(e.first, str_of(cases[i].first)));
    }
}

static void reads_what_is_a_file(void **state)
{
    char path[] = "/tmp/prong-users-XXXXXX";
    int fd = mkstemp(path);
    struct buf text = {0};

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(userfile_read(path, &text), 0);
    assert_int_equal(text.len, 0);
    assert_int_equal(write(fd, "a:x\n", 4), 4);
    assert_int_equal(userfile_read(path, &text), 0);
    assert_true(str_equals(buf_str(&text), STR("a:x\n")));
    assert_int_equal(ftruncate(fd, 17 << 20), 0);
    assert_int_equal(userfile_read(path, &text), -EFBIG);
    close(fd);
    unlink(path);
    assert_int_equal(userfile_read(path, &text), -ENOENT);
    assert_int_equal(userfile_read("/tmp", &text), -EINVAL);
    assert_int_equal(userfile_read("/dev/zero", &text), -EINVAL);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_first_line_of_a_name),
        cmocka_unit_test(reads_what_is_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
