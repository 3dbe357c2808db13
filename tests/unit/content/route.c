/* route.c - the cases of content/route */
#include "content/route.h"
#include "site.h"

static struct location *location(struct location *l, const char *name,
                                 enum location_kind kind,
                                 const struct location *shorter)
{
    *l = (struct location){
        .kind = kind, .name = str_of(name), .shorter = shorter};
    return l;
}

static const struct location *match(const struct server *server,
                                    struct str path)
{
    struct exchange x = {.server = server, .path = path};

    assert_int_equal(route_match(&x), HTTP_NONE);
    return x.location;
}

/* location / { location /a/in/ } location /a/ location /a/b location /abc
 * location = /a/ location = /exact */
struct tree {
    struct server server;
    struct location root, a, ab, abc, in, exact_a, exact;
    struct location *prefixes[4];
    struct location *exacts[2];
    struct location *nested[1];
};

static void build(struct tree *s)
{
    memset(s, 0, sizeof(*s));
    s->prefixes[0] = location(&s->root, "/", LOCATION_PREFIX, NULL);
    s->prefixes[1] = location(&s->a, "/a/", LOCATION_PREFIX, &s->root);
    s->prefixes[2] = location(&s->ab, "/a/b", LOCATION_PREFIX, &s->a);
    s->prefixes[3] = location(&s->abc, "/abc", LOCATION_PREFIX, &s->root);
    s->exacts[0] = location(&s->exact_a, "/a/", LOCATION_EXACT, NULL);
    s->exacts[1] = location(&s->exact, "/exact", LOCATION_EXACT, NULL);
    s->nested[0] = location(&s->in, "/a/in/", LOCATION_PREFIX, NULL);
    s->server.whole.inside = (struct location_set){.exact = s->exacts,
                                                   .exact_count = 2,
                                                   .prefixes = s->prefixes,
                                                   .prefix_count = 4};
    s->a.inside =
        (struct location_set){.prefixes = s->nested, .prefix_count = 1};
}

static void finds_the_longest_name(void **state)
{
    struct tree s;
    const struct {
        const char *path;
        const struct location *expected;
    } cases[] = {
        {"/", &s.root},       {"/x", &s.root},       {"/a", &s.root},
        {"/a/", &s.exact_a},  {"/a/x", &s.a},        {"/a/a", &s.a},
        {"/a/b", &s.ab},      {"/a/bb/c", &s.ab},    {"/a/c", &s.a},
        {"/abc", &s.abc},     {"/abcd", &s.abc},     {"/abb", &s.root},
        {"/exact", &s.exact}, {"/exact/", &s.root},  {"/exac", &s.root},
        {"/a/in/x", &s.in},   {"/a/in", &s.a},       {"/zzz", &s.root},
        {"/\xff", &s.root},   {"/a/\xc3\xa9", &s.a},
    };

    (void)state;
    build(&s);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_ptr_equal(match(&s.server, str_of(cases[i].path)),
                         cases[i].expected);
}

static void falls_back_to_the_server(void **state)
{
    struct tree s;
    struct server bare = {0};

    (void)state;
    build(&s);
    assert_ptr_equal(match(&bare, STR("/x")), &bare.whole);
    s.server.whole.inside.prefixes++; /* no "/" any more */
    s.server.whole.inside.prefix_count--;
    s.a.shorter = s.abc.shorter = NULL;
    assert_ptr_equal(match(&s.server, STR("/x")), &s.server.whole);
    assert_ptr_equal(match(&s.server, STR("/a/x")), &s.a);
    assert_ptr_equal(match(&s.server, STR("/abb")), &s.server.whole);
}

/* The halving against the plain walk, over many sets of many names. */
static const struct location *walk(struct location **all, size_t count,
                                   struct str path)
{
    const struct location *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (str_starts_with(path, all[i]->name) &&
            (!best || all[i]->name.len > best->name.len))
            best = all[i];
    return best;
}

static int by_name(const void *a, const void *b)
{
    return str_compare((*(struct location *const *)a)->name,
                       (*(struct location *const *)b)->name);
}

static void agrees_with_the_plain_walk(void **state)
{
    static const char *const names[] = {"/",     "/a",    "/a/",  "/a/b",
                                        "/a/b/", "/aa",   "/ab",  "/ab/",
                                        "/b",    "/b/aa", "/b/a", "/c/"};
    struct location all[ARRAY_LEN(names)];
    struct location *chosen[ARRAY_LEN(names)];

    (void)state;
    for (unsigned mask = 0; mask < 1U << ARRAY_LEN(names); mask += 7) {
        struct server server = {0};
        size_t n = 0;

        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (mask & (1U << i))
                chosen[n++] =
                    location(&all[i], names[i], LOCATION_PREFIX, NULL);
        qsort(chosen, n, sizeof(*chosen), by_name);
        for (size_t i = 0; i < n; i++)
            chosen[i]->shorter = walk(chosen, i, chosen[i]->name);
        server.whole.inside =
            (struct location_set){.prefixes = chosen, .prefix_count = n};
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            char path[16];
            const struct location *expected;

            snprintf(path, sizeof(path), "%sa", names[i]);
            expected = walk(chosen, n, str_of(path));
            assert_ptr_equal(match(&server, str_of(path)),
                             expected ? expected : &server.whole);
        }
    }
}

/* Regular expressions in order, unless ^~; what is nested goes first. */
static void follows_the_order_of_nginx(void **state)
{
    static const struct {
        const char *path;
        const char *name;
    } cases[] = {
        {"/", "/"},
        {"/x.php", "\\.php$"},
        {"/x.php.b", "/"},
        {"/hat/x.php", "/hat/"},
        {"/hat/in/x.php", "\\.php$"},
        {"/e.php", "/e.php"},
        {"/n/x", "/n/"},
        {"/n/x.php", "\\.php$"},
        {"/n/x.txt", "txt$"},
        {"/n/in/x.txt", "txt$"},
        {"/n/in/x.b", "b$"},
        {"/n/in/x.php", "\\.php$"},
        {"/n/^/x.txt", "/n/^/"},
        {"/n/^/x.php", "\\.php$"},
        {"/X.JPG", "\\.jpg$"},
        {"/re/in", "in"},
        {"/re/x", "^/re"},
    };
    struct site s;

    (void)state;
    site_open(&s, "location / {} location ^~ /hat/ {} location /hat/in/ {"
                  "} location = /e.php {} location ~ \\.php$ {}"
                  "location ~* \\.jpg$ {} location @n {}"
                  "location /n/ { location ~ txt$ {}"
                  "  location /n/in/ { location ~ b$ {} }"
                  "  location ^~ /n/^/ {} }"
                  "location ~ ^/re { location ~ in {} } location ~ ^/re/in {}");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct exchange *x = site_enter(&s, cases[i].path, "");

        assert_int_equal(route_match(x), HTTP_NONE);
        if (!str_equals(x->location->name, str_of(cases[i].name)))
            fail_msg("%s: %s", cases[i].path, x->location->name.at);
    }
    site_close(&s);
}

static void enters_named_locations(void **state)
{
    struct site s;
    struct exchange *x;

    (void)state;
    site_open(&s, "location @a {} location @b {}");
    x = site_enter(&s, "/p", "q");
    assert_int_equal(route_to(x, STR("@b")), HTTP_NONE);
    assert_string_equal(x->location->name.at, "@b");
    assert_int_equal(x->phase, PHASE_REWRITE);
    assert_true(x->internal && str_equals(x->path, STR("/p")));
    assert_int_equal(route_to(x, STR("@none")), HTTP_INTERNAL_ERROR);
    x = site_enter(&s, "/p", "q");
    assert_int_equal(route_to(x, STR("/r?s")), HTTP_NONE);
    assert_string_equal(x->path.at, "/r");
    assert_true(str_equals(x->args, STR("s")));
    assert_ptr_equal(x->location, &x->server->whole);
    for (int i = 1; i < ROUTE_REDIRECTS_MAX; i++)
        assert_int_equal(route_named(x, STR("@a")), HTTP_NONE);
    assert_int_equal(route_named(x, STR("@a")), HTTP_INTERNAL_ERROR);
    x = site_enter(&s, "/p", "q");
    for (int i = 0; i < ROUTE_REDIRECTS_MAX; i++)
        assert_int_equal(route_rewritten(x), HTTP_NONE);
    assert_int_equal(route_rewritten(x), HTTP_INTERNAL_ERROR);
    site_close(&s);
}

static void goes_round_ten_times(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->x.server = &f->server;
    f->x.location = &f->server.whole;
    for (int i = 0; i < ROUTE_REDIRECTS_MAX; i++) {
        f->x.phase = PHASE_CONTENT;
        assert_int_equal(route_again(&f->x, STR("/p"), STR("q")), HTTP_NONE);
        assert_int_equal(f->x.phase, PHASE_SERVER_REWRITE);
        assert_true(str_equals(f->x.path, STR("/p")));
        assert_true(str_equals(f->x.args, STR("q")));
    }
    assert_int_equal(route_again(&f->x, STR("/p"), STR("")),
                     HTTP_INTERNAL_ERROR);
    assert_true(fixture_has(buf_str(&f->logged),
                            "rewrite or internal redirection cycle while "
                            "internally redirecting to \"/p\""));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_longest_name),
        cmocka_unit_test(falls_back_to_the_server),
        cmocka_unit_test(agrees_with_the_plain_walk),
        cmocka_unit_test(goes_round_ten_times),
        cmocka_unit_test(follows_the_order_of_nginx),
        cmocka_unit_test(enters_named_locations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
