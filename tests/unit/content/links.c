/* links.c - the cases of content/links */
#include "content/links.h"

#include <errno.h>

#include "fixture.h"

/* A tree with links of every sort; `mine` belong to this user, as all does. */
static void fill(struct fixture *f)
{
    fixture_mkdir(f, "/d");
    fixture_mkdir(f, "/d/e");
    fixture_write(f, "/d/e/a.txt", "a", 1, 1);
    fixture_write(f, "/b.txt", "b", 1, 1);
    assert_int_equal(symlink("e", fixture_path(f, "/d/link")), 0);
    assert_int_equal(symlink("../b.txt", fixture_path(f, "/d/file")), 0);
    assert_int_equal(symlink("nowhere", fixture_path(f, "/d/lost")), 0);
    assert_int_equal(symlink("/etc/passwd", fixture_path(f, "/d/root")), 0);
    assert_int_equal(symlink("loop", fixture_path(f, "/d/loop")), 0);
    assert_int_equal(mkfifo(fixture_path(f, "/d/fifo"), 0644), 0);
}

enum { TRUST_ALL = -1 };

static void check(struct fixture *f, const char *name, enum conf_symlinks how,
                  int trusted, int wanted)
{
    const char *path = fixture_path(f, name);
    size_t root = strlen(f->root);
    struct links links = {how,
                          trusted < 0 ? strlen(path) : root + (size_t)trusted};
    enum file_kind looked = FILE_OTHER, opened = FILE_OTHER;
    struct file file = {0};
    int look = links_look(path, links, &looked);
    int open = links_open(&file, path, links, &opened);

    if (look != (wanted > 0 ? 0 : wanted) || open != look)
        fail_msg("%s how %d trusted %d: %d %d", name, (int)how, trusted, look,
                 open);
    if (look == 0) {
        assert_int_equal(looked, wanted - 1);
        assert_int_equal(opened, looked);
        assert_int_equal(file.is_open, looked == FILE_REGULAR);
    }
    file_close(&file);
}

#define FILE_ (FILE_REGULAR + 1)
#define DIR_ (FILE_DIRECTORY + 1)
#define OTHER_ (FILE_OTHER + 1)

static void refuses_all(void **state)
{
    static const struct {
        const char *name;
        int trusted, wanted;
    } cases[] = {
        {"/b.txt", 0, FILE_},
        {"/d/e/a.txt", 0, FILE_},
        {"//d//e///a.txt", 0, FILE_},
        {"/d", 0, DIR_},
        {"/d/e/", 0, DIR_},
        {"/d/fifo", 0, OTHER_},
        {"/d/link", 0, -ELOOP},
        {"/d/link/", 0, -ELOOP},
        {"/d/link/a.txt", 0, -ENOTDIR},
        {"/d/link/none", 0, -ENOTDIR},
        {"/d/file", 0, -ELOOP},
        {"/d/lost", 0, -ELOOP},
        {"/d/loop", 0, -ELOOP},
        {"/none", 0, -ENOENT},
        {"/none/x", 0, -ENOENT},
        {"/b.txt/x", 0, -ENOTDIR},
        {"/d/link/a.txt", 7, FILE_}, /* "/d/link" is trusted */
        {"/d/link/a.txt", 2, -ENOTDIR},
        {"/d/link", TRUST_ALL, DIR_},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(f, cases[i].name, CONF_SYMLINKS_REFUSED, cases[i].trusted,
              cases[i].wanted);
    fixture_free(f);
}

static void follows_its_own(void **state)
{
    static const struct {
        const char *name;
        int wanted;
    } cases[] = {
        {"/b.txt", FILE_},     {"/d/link/a.txt", FILE_},  {"/d/link", DIR_},
        {"/d/file", FILE_},    {"/d/lost", -ENOENT},      {"/d/loop", -ELOOP},
        {"/d/loop/x", -ELOOP}, {"/d/link/none", -ENOENT},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(f, cases[i].name, CONF_SYMLINKS_SAME_OWNER, 0, cases[i].wanted);
    /* root's own file, and a link of somebody else */
    if (getuid() == 0)
        assert_int_equal(lchown(fixture_path(f, "/d/root"), 65534, 65534), 0);
    check(f, "/d/root", CONF_SYMLINKS_SAME_OWNER, 0, -ELOOP);
    if (getuid() == 0) {
        assert_int_equal(lchown(fixture_path(f, "/d/link"), 65534, 65534), 0);
        check(f, "/d/link/a.txt", CONF_SYMLINKS_SAME_OWNER, 0, -ELOOP);
    }
    fixture_free(f);
}

static void trusts_whole_names(void **state)
{
    static const struct {
        const char *path, *from;
        size_t trusted;
    } cases[] = {
        {"/a/b/c", "", 0},     {"/a/b/c", "/a", 2},  {"/a/b/c", "/a/", 3},
        {"/a/b/c", "/a/b", 4}, {"/a/bc", "/a/b", 0}, {"/a", "/a", 2},
        {"/a", "/a/b", 0},     {"/a/b", "/b", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(
            links_trusted(str_of(cases[i].path), str_of(cases[i].from)),
            cases[i].trusted);
}

static void refuses_what_is_too_long(void **state)
{
    static char path[5000];
    enum file_kind kind;

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    assert_int_equal(
        links_look(path, (struct links){CONF_SYMLINKS_REFUSED, 0}, &kind),
        -ENAMETOOLONG);
    assert_int_equal(
        links_look("", (struct links){CONF_SYMLINKS_REFUSED, 0}, &kind),
        -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_all),
        cmocka_unit_test(follows_its_own),
        cmocka_unit_test(trusts_whole_names),
        cmocka_unit_test(refuses_what_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
