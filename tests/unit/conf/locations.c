/* locations.c - which location a path belongs to */
#include "conf/locations.h"

#include "loading.h"

static struct conf *load(const char *locations)
{
    struct buf text = {0};
    struct conf *conf;

    buf_printf(&text, "events {} http { server { %s } }", locations);
    buf_put_char(&text, '\0');
    assert_int_equal(load_text(&conf, text.data), 0);
    buf_close(&text);
    return conf;
}

/* Down to the innermost one. */
static const struct location *find(const struct location_set *set,
                                   const char *path)
{
    const struct location *best = NULL;
    const struct location *l = locations_find(set, str_of(path));

    while (l) {
        best = l;
        l = locations_find(&l->inside, str_of(path));
    }
    return best;
}

static void finds(void **state)
{
    static const struct {
        const char *path;
        const char *name; /* "=" before an exact one; NULL: none */
    } cases[] = {
        {"/", "=/"},
        {"/a", "/a"},
        {"/ab", "/a"},
        {"/abc", "/abc"},
        {"/abcd", "/abc"},
        {"/abd", "/a"},
        {"/abz", "/a"},
        {"/a/", "/a/"},
        {"/a/b", "=/a/b"},
        {"/a/bc", "/a/"},
        {"/b", NULL},
        {"", NULL},
        {"/im", NULL},
        {"/images/x", "/images/"},
        {"/images/big/x", "/images/big/"},
        {"/images/big/one", "=/images/big/one"},
        {"/images/one", "=/images/one"},
        {"/\xff", "/\xff"},
    };
    struct conf *conf =
        load("location /abc {} location = / {} location /a {} location /a/ {}"
             "location = /a/b {} location /\xff {} location ^~ /zz {}"
             "location /images/ { location = /images/one {}"
             "  location /images/big/ { location = /images/big/one {} } }");
    const struct location_set *set = &conf->servers[0]->whole.inside;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct location *l = find(set, cases[i].path);
        const char *name = cases[i].name;

        assert_int_equal(l != NULL, name != NULL);
        if (!l)
            continue;
        assert_int_equal(l->kind == LOCATION_EXACT, name[0] == '=');
        assert_string_equal(l->name.at, name + (name[0] == '='));
    }
    assert_true(find(set, "/zz")->no_regex);
    assert_false(find(set, "/abc")->no_regex);
    conf_free(conf);
}

/* Against the plain answer: the longest name that begins the path. */
static void agrees_with_a_search(void **state)
{
    static const char *const names[] = {"/",   "/a",   "/aa", "/aaa",
                                        "/ab", "/aab", "/b",  "/ba",
                                        "/bb", "/bba", "/c/", "/c/d"};
    struct buf text = {0};
    struct conf *conf;
    char path[6] = "/";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        buf_printf(&text, "location %s {}", names[ARRAY_LEN(names) - 1 - i]);
    buf_put_char(&text, '\0');
    conf = load(text.data);
    for (unsigned n = 0; n < 4 * 4 * 4 * 4; n++) {
        struct str best = {0};
        const struct location *l;

        for (unsigned i = 0; i < 4; i++)
            path[i + 1] = "abc/"[n >> 2 * i & 3];
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            struct str name = str_of(names[i]);

            if (name.len > best.len && str_starts_with(str_of(path), name))
                best = name;
        }
        l = locations_find(&conf->servers[0]->whole.inside, str_of(path));
        assert_true(str_equals(l->name, best));
    }
    conf_free(conf);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(agrees_with_a_search),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
