/* errorlog.c - the cases of content/errorlog */
#include <errno.h>
#include <time.h>

#include "content/errorlog.h"
#include "fixture.h"

static void assert_tail(struct fixture *f, const char *expected)
{
    const char *from = memmem(f->logged.data, f->logged.len, "*5 ", 3);

    assert_non_null(from);
    buf_put_char(&f->logged, 0);
    assert_string_equal(memmem(f->logged.data, f->logged.len, "*5 ", 3),
                        expected);
}

static void tells_as_nginx_does(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fixture_request(f, "GET /a%0a?b=\"c\" HTTP/1.1\r\nHost: X.test:80\r\n"
                       "Referer: http://r/\r\n\r\n");
    f->x.server = &f->server;
    errorlog_put(&f->x, LOG_ERROR, -ENOENT, "open() \"%s\" failed", "/a\nb");
    assert_true(fixture_has(buf_str(&f->logged), " [error] "));
    assert_tail(f, "*5 open() \"/a\\x0Ab\" failed (2: No such file or "
                   "directory), client: 192.0.2.7, server: site.test, "
                   "request: \"GET /a%0a?b=\\x22c\\x22 HTTP/1.1\", "
                   "host: \"X.test:80\", referrer: \"http://r/\"\n");
    fixture_free(f);
}

static void leaves_out_what_is_not_known(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    errorlog_put(&f->x, LOG_INFO, 0, "client sent nothing");
    assert_tail(
        f, "*5 client sent nothing, client: 192.0.2.7, server: site.test\n");
    fixture_free(f);
}

static void keeps_to_the_level_of_the_log(void **state)
{
    struct fixture *f = fixture_new();
    struct location l = {0};

    (void)state;
    f->error_log.level = LOG_ERROR;
    errorlog_put(&f->x, LOG_WARN, 0, "too much");
    assert_int_equal(f->logged.len, 0);
    assert_false(errorlog_wants(&f->x, LOG_WARN));
    assert_true(errorlog_wants(&f->x, LOG_ERROR));
    f->env.log_level = LOG_DEBUG; /* the operator asked for more */
    assert_true(errorlog_wants(&f->x, LOG_DEBUG));
    f->env.log_level = LOG_CRIT;
    assert_false(errorlog_wants(&f->x, LOG_ERROR));
    f->env.log_level = -1;
    f->x.location = &l; /* which has no log of its own */
    assert_false(errorlog_wants(&f->x, LOG_EMERG));
    fixture_free(f);
}

static void cuts_what_is_too_long(void **state)
{
    struct fixture *f = fixture_new();
    char *text = malloc(5000);

    (void)state;
    assert_non_null(text);
    memset(text, '\n', 4999);
    text[4999] = 0;
    errorlog_put(&f->x, LOG_ERROR, 0, "%s", text);
    assert_true(f->logged.len <= 2048);
    assert_int_equal(f->logged.data[f->logged.len - 1], '\n');
    assert_null(memchr(f->logged.data, '\n', f->logged.len - 1));
    free(text);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_as_nginx_does),
        cmocka_unit_test(leaves_out_what_is_not_known),
        cmocka_unit_test(keeps_to_the_level_of_the_log),
        cmocka_unit_test(cuts_what_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
