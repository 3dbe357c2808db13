/* tryfiles.c - the cases of content/tryfiles */
#include "content/tryfiles.h"

#include "site.h"

static void fill(struct site *s)
{
    fixture_write(s->f, "/a.txt", "a", 1, 1);
    fixture_mkdir(s->f, "/dir");
    fixture_write(s->f, "/dir/b.html", "b", 1, 1);
}

static void takes_the_first_that_is_there(void **state)
{
    static const struct {
        const char *words;
        const char *path;
        unsigned status;
        const char *new_path;
        enum exchange_phase phase;
    } cases[] = {
        {"$uri =404", "/a.txt", 0, "/a.txt", PHASE_CONTENT},
        {"$uri =404", "/none", 404, "/none", PHASE_CONTENT},
        {"$uri =404", "/dir", 404, "/dir", PHASE_CONTENT},
        {"$uri/ =404", "/dir", 0, "/dir", PHASE_CONTENT},
        {"$uri/ =404", "/a.txt", 404, "/a.txt", PHASE_CONTENT},
        {"$uri $uri.html =404", "/dir/b", 0, "/dir/b.html", PHASE_CONTENT},
        {"$uri /a.txt =404", "/none", 0, "/a.txt", PHASE_CONTENT},
        {"/none /c?x=$uri", "/q", 0, "/c", PHASE_SERVER_REWRITE},
        {"/none @n", "/q", 0, "/q", PHASE_REWRITE},
        {"/none @m", "/q", 500, "/q", PHASE_CONTENT},
        {"a.txt =404", "/q", 404, "/q", PHASE_CONTENT},
        {"/dir/../a.txt =404", "/q", 404, "/q", PHASE_CONTENT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf lines = {0};
        struct site s;
        struct exchange *x;

        buf_printf(&lines, "try_files %s; location @n {}", cases[i].words);
        buf_put_char(&lines, '\0');
        site_open(&s, lines.data);
        fill(&s);
        x = site_enter(&s, cases[i].path, "");
        x->phase = PHASE_CONTENT;
        assert_int_equal(tryfiles_run(x), cases[i].status);
        if (!str_equals(x->path, str_of(cases[i].new_path)))
            fail_msg("%s: %.*s", cases[i].words, STR_ARG(x->path));
        assert_int_equal(x->phase, cases[i].phase);
        buf_close(&lines);
        site_close(&s);
    }
}

static void splits_the_last_at_its_args(void **state)
{
    struct site s;
    struct exchange *x;

    (void)state;
    site_open(&s, "try_files /none /c#d?x=$uri&$args;");
    x = site_enter(&s, "/q", "y");
    assert_int_equal(tryfiles_run(x), HTTP_NONE);
    assert_string_equal(x->path.at, "/c#d");
    assert_true(str_equals(x->args, STR("x=/q&y")));
    assert_true(x->internal);
    site_close(&s);
}

static void looks_under_an_alias(void **state)
{
    struct site s;
    struct exchange *x;
    struct buf lines = {0};
    struct str root;

    (void)state;
    site_open(&s, "");
    root = arena_copy(&s.f->arena, str_of(s.f->root));
    conf_free(s.conf);
    buf_printf(&lines,
               "events {} http { server {"
               "location /al/ { alias %s/dir/; try_files $uri $uri.html =404; }"
               "location ~ ^/re/(.*) { alias %s/; try_files $1 =404; } } }",
               root.at, root.at);
    assert_int_equal(
        conf_load(&s.conf, &(struct conf_request){.file = "/c",
                                                  .prefix = "/p",
                                                  .text = buf_str(&lines)}),
        0);
    s.f->env.conf = s.conf;
    fill(&s);
    x = site_enter(&s, "/al/b", "");
    x->location = x->server->whole.inside.prefixes[0];
    assert_int_equal(tryfiles_run(x), HTTP_NONE);
    assert_string_equal(x->path.at, "/al/b.html");
    x = site_enter(&s, "/al/../a.txt", "");
    x->location = x->server->whole.inside.prefixes[0];
    assert_int_equal(tryfiles_run(x), HTTP_NOT_FOUND);
    x = site_enter(&s, "/re/a.txt", "");
    x->location = x->server->whole.inside.regexes[0];
    x->groups[0] = STR("a.txt");
    assert_int_equal(tryfiles_run(x), HTTP_NONE);
    assert_string_equal(x->path.at, "a.txt");
    assert_true(x->alias_adds_path);
    buf_close(&lines);
    site_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_that_is_there),
        cmocka_unit_test(splits_the_last_at_its_args),
        cmocka_unit_test(looks_under_an_alias),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
