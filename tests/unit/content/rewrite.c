/* rewrite.c - the cases of content/rewrite */
#include "content/rewrite.h"

#include "content/uservalue.h"
#include "site.h"

struct program {
    const char *lines;
    const char *path;
    const char *args;
    unsigned status;
    const char *new_path;
    const char *new_args;
    bool again; /* another location is looked for */
};

static void check(const struct program *c)
{
    struct buf lines = {0};
    struct site s;
    struct exchange *x;

    buf_printf(&lines, "location / { %s }", c->lines);
    buf_put_char(&lines, '\0');
    site_open(&s, lines.data);
    buf_close(&lines);
    x = site_enter(&s, c->path, c->args);
    x->location = x->server->whole.inside.prefixes[0];
    x->phase = PHASE_RULES;
    assert_int_equal(rewrite_run(x, &x->location->rewrite), c->status);
    if (!str_equals(x->path, str_of(c->new_path)) ||
        !str_equals(x->args, str_of(c->new_args)))
        fail_msg("%s: %.*s?%.*s", c->lines, STR_ARG(x->path), STR_ARG(x->args));
    assert_int_equal(x->phase, c->again ? PHASE_ROUTE : PHASE_RULES);
    site_close(&s);
}

static void changes_the_path(void **state)
{
    static const struct program cases[] = {
        {"", "/a", "q", 0, "/a", "q", false},
        {"rewrite ^/a$ /b;", "/a", "q", 0, "/b", "q", true},
        {"rewrite ^/a$ /b;", "/aa", "q", 0, "/aa", "q", false},
        {"rewrite ^/(.)(.)$ /$2$1;", "/ab", "", 0, "/ba", "", true},
        {"rewrite ^/a /b?;", "/a", "q", 0, "/b", "", true},
        {"rewrite ^/a /b?x=y;", "/a", "q", 0, "/b", "x=y&q", true},
        {"rewrite ^/a /b?x=y?;", "/a", "q", 0, "/b", "x=y", true},
        {"rewrite ^/a /b?x=y;", "/a", "", 0, "/b", "x=y", true},
        {"rewrite ^/a /b; rewrite ^/b /c;", "/a", "", 0, "/c", "", true},
        {"rewrite ^/a /b last; rewrite ^/b /c;", "/a", "", 0, "/b", "", true},
        {"rewrite ^/a /b break; rewrite ^/b /c;", "/a", "", 0, "/b", "", false},
        {"rewrite ^/a /b; break; rewrite ^/b /c;", "/a", "", 0, "/b", "",
         false},
        {"break; rewrite ^/a /b;", "/a", "", 0, "/a", "", false},
        {"rewrite ^ $arg_none;", "/a", "", 500, "", "", false},
        {"rewrite ^/(.*) /x?q=$1;", "/a%", "", 0, "/x", "q=a%25", true},
        {"rewrite ^/(.*) /x?q=$1;", "/a&", "", 0, "/x", "q=a&", true},
        {"rewrite ^/(.*) /x/$1;", "/a%&", "", 0, "/x/a%&", "", true},
        {"rewrite \"^/(a+)+$\" /b;",
         "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "",
         500, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
         "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i]);
}

static void sets_and_tests(void **state)
{
    static const struct program cases[] = {
        {"set $a x; rewrite ^ /$a$a;", "/", "", 0, "/xx", "", true},
        {"set $a 1$arg_b; set $a $a$a; rewrite ^ /$a;", "/", "b=2", 0, "/1212",
         "b=2", true},
        {"set $args n=1;", "/", "b=2", 0, "/", "n=1", false},
        {"if ($arg_a) { rewrite ^ /y break; }", "/x", "a=1", 0, "/y", "a=1",
         false},
        {"if ($arg_a) { rewrite ^ /y; }", "/x", "a=0", 0, "/x", "a=0", false},
        {"if ($arg_a) { rewrite ^ /y; }", "/x", "a=", 0, "/x", "a=", false},
        {"if ($arg_a = b) { rewrite ^ /y; } rewrite ^/x /z;", "/x", "a=c", 0,
         "/z", "a=c", true},
        {"if ($arg_a != b) { rewrite ^ /y; } rewrite ^/x /z;", "/x", "a=c", 0,
         "/y", "a=c", true},
        {"if ($arg_a ~ (.)(.)) { rewrite . /$2$1; }", "/x", "a=bc", 0, "/",
         "a=bc", true},
        {"if ($arg_a ~ (.)(.)) { set $n $2$1; rewrite . /$n; }", "/x", "a=bc",
         0, "/cb", "a=bc", true},
        {"if ($arg_a !~* B) { rewrite . /y; }", "/x", "a=b", 0, "/x", "a=b",
         false},
        {"set $n -; if ($arg_a ~ (?<n>.)) { rewrite . /$n; }", "/x", "a=b", 0,
         "/b", "a=b", true},
        {"if ($uri ~ (.)) { } if ($uri ~ x) { } rewrite . /[$1];", "/x", "", 0,
         "/[]", "", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i]);
}

static void answers(void **state)
{
    static const struct {
        const char *lines;
        const char *path;
        unsigned status;
        const char *location; /* NULL: settled with a body instead */
    } cases[] = {
        {"return 404;", "/", 404, ""},
        {"return 200 x;", "/", 0, NULL},
        {"if ($uri = /a) { return 403; } return 404;", "/a", 403, ""},
        {"if ($uri = /a) { return 403; } return 404;", "/b", 404, ""},
        {"return 301 http://b/;", "/", 301, "http://b/"},
        {"rewrite ^/(.*) http://b/$1;", "/c", 302, "http://b/c?q"},
        {"rewrite ^/(.*) http://b/$1?;", "/c", 302, "http://b/c"},
        {"rewrite ^/(.*) http://b/$1?x permanent;", "/c", 301,
         "http://b/c?x&q"},
        {"rewrite ^/(.*) http://b/$1?;", "/%41 ", 302, "http://b/%2541%20"},
        {"rewrite ^/(.*) http://b/$1?;", "/\xc3\xa4", 302, "http://b/%C3%A4"},
        {"rewrite ^/(.*) http://b/%7E%25%41%3f?%41?;", "/", 302,
         "http://b/~%25A??%41"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct site s;
        struct exchange *x;

        site_open(&s, cases[i].lines);
        x = site_enter(&s, cases[i].path, "q");
        assert_int_equal(rewrite_run(x, &x->location->rewrite),
                         cases[i].status);
        if (cases[i].location &&
            !str_equals(x->response.location, str_of(cases[i].location)))
            fail_msg("%s: %.*s", cases[i].lines, STR_ARG(x->response.location));
        assert_int_equal(x->phase == PHASE_SETTLED, !cases[i].location);
        site_close(&s);
    }
}

/* What holds decides whose settings count; the steps go on behind it. */
static void enters_the_if(void **state)
{
    struct site s;
    struct exchange *x;
    const struct location *l;

    (void)state;
    site_open(&s, "location / { if ($arg_a) { root /a; } set $x 1;"
                  " if ($arg_b) { root /b; } set $y 2; }");
    x = site_enter(&s, "/", "a=1");
    l = x->server->whole.inside.prefixes[0];
    x->location = l;
    assert_int_equal(rewrite_run(x, &l->rewrite), HTTP_NONE);
    assert_ptr_equal(x->location, l->inside.all[0]);
    assert_string_equal(x->location->settings.root.value.source.at, "/a");
    assert_string_equal(uservalue_get(x, 1).at, "2");
    x = site_enter(&s, "/", "a=1&b=1");
    x->location = l;
    assert_int_equal(rewrite_run(x, &l->rewrite), HTTP_NONE);
    assert_ptr_equal(x->location, l->inside.all[1]);
    x = site_enter(&s, "/", "");
    x->location = l;
    assert_int_equal(rewrite_run(x, &l->rewrite), HTTP_NONE);
    assert_ptr_equal(x->location, l);
    site_close(&s);
}

static void looks_for_files(void **state)
{
    static const struct {
        const char *path;
        const char *holds;
    } cases[] = {
        {"/file", "/feD"},
        {"/run", "/fexD"},
        {"/dir", "/Fdex"},
        {"/none", "/FDE"},
    };
    struct site s;

    (void)state;
    site_open(&s, "set $n ''; set $f $document_root$uri;"
                  "if (-f $f) { set $n ${n}f; } if (!-f $f) { set $n ${n}F; }"
                  "if (-d $f) { set $n ${n}d; } if (-e $f) { set $n ${n}e; }"
                  "if (-x $f) { set $n ${n}x; } if (!-d $f) { set $n ${n}D; }"
                  "if (!-e $f) { set $n ${n}E; } rewrite ^ /$n;");
    fixture_write(s.f, "/file", "x", 1, 1);
    fixture_write(s.f, "/run", "x", 1, 1);
    assert_int_equal(chmod(fixture_path(s.f, "/run"), 0755), 0);
    fixture_mkdir(s.f, "/dir");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct exchange *x = site_enter(&s, cases[i].path, "");

        assert_int_equal(rewrite_run(x, &x->location->rewrite), HTTP_NONE);
        if (!str_equals(x->path, str_of(cases[i].holds)))
            fail_msg("%s: %s", cases[i].path, x->path.at);
    }
    site_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_the_path), cmocka_unit_test(sets_and_tests),
        cmocka_unit_test(answers),          cmocka_unit_test(enters_the_if),
        cmocka_unit_test(looks_for_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
