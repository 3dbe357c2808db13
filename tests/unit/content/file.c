/* file.c - the cases of content/file */
#include <errno.h>

#include "content/file.h"
#include "fixture.h"

static void opens_regular_files_alone(void **state)
{
    static const struct {
        const char *name;
        int err;
        enum file_kind kind;
    } cases[] = {
        {"/a.txt", 0, FILE_REGULAR},        {"/link", 0, FILE_REGULAR},
        {"/dir", 0, FILE_DIRECTORY},        {"/dir/", 0, FILE_DIRECTORY},
        {"/fifo", 0, FILE_OTHER}, /* opening it for reading would wait */
        {"/null", 0, FILE_OTHER},           {"/none", -ENOENT, FILE_OTHER},
        {"/dangling", -ENOENT, FILE_OTHER}, {"/a.txt/", -ENOTDIR, FILE_OTHER},
        {"/a.txt/b", -ENOTDIR, FILE_OTHER}, {"/self", -ELOOP, FILE_OTHER},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fixture_write(f, "/a.txt", "abc", 3, 1000);
    fixture_mkdir(f, "/dir");
    assert_int_equal(mkfifo(fixture_path(f, "/fifo"), 0600), 0);
    assert_int_equal(symlink("a.txt", fixture_path(f, "/link")), 0);
    assert_int_equal(symlink("/dev/null", fixture_path(f, "/null")), 0);
    assert_int_equal(symlink("gone", fixture_path(f, "/dangling")), 0);
    assert_int_equal(symlink("self", fixture_path(f, "/self")), 0);
    for (int openat2 = 0; openat2 < 2; openat2++) {
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            enum file_kind kind = FILE_OTHER;
            struct file file = {0};

            assert_int_equal(file_open(&file, fixture_path(f, cases[i].name),
                                       openat2 && file_has_openat2(), &kind),
                             cases[i].err);
            if (cases[i].err == 0)
                assert_int_equal(kind, cases[i].kind);
            assert_int_equal(file.is_open, cases[i].kind == FILE_REGULAR);
            file_close(&file);
        }
    }
    fixture_free(f);
}

static void knows_what_it_opened(void **state)
{
    struct fixture *f = fixture_new();
    enum file_kind kind;
    struct file file = {0};

    (void)state;
    fixture_write(f, "/a.txt", "abc", 3, 1000);
    assert_int_equal(file_open(&file, fixture_path(f, "/a.txt"), false, &kind),
                     0);
    assert_int_equal(file.size, 3);
    assert_int_equal(file.mtime.tv_sec, 1000);
    assert_true(fcntl(file.fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(file.fd, F_GETFL) & O_NONBLOCK);
    file_close(&file);
    assert_false(file.is_open);
    fixture_free(f);
}

static void follows_no_magic_link(void **state)
{
    struct fixture *f = fixture_new();
    enum file_kind kind;
    struct file file = {0};
    char path[64];
    int fd;

    (void)state;
    if (!file_has_openat2())
        skip();
    fixture_write(f, "/a.txt", "abc", 3, 1000);
    fd = open(fixture_path(f, "/a.txt"), O_RDONLY);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    assert_int_equal(file_open(&file, path, true, &kind), -ELOOP);
    assert_int_equal(file_open(&file, path, false, &kind), 0);
    file_close(&file);
    close(fd);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_regular_files_alone),
        cmocka_unit_test(knows_what_it_opened),
        cmocka_unit_test(follows_no_magic_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
