/* listen.c - the words of one "listen", taken apart */
#include "conf/listen.h"

#include "loading.h"

static void takes_apart(void **state)
{
    static const struct {
        const char *words;
        const char *host;
        unsigned first, last;
        bool is_default, has_options;
    } cases[] = {
        {"80", "", 80, 80, false, false},
        {"65535", "", 65535, 65535, false, false},
        {"80-82", "", 80, 82, false, false},
        {"*:81", "", 81, 81, false, false},
        {"*", "", 80, 80, false, false},
        {"a.example", "a.example", 80, 80, false, false},
        {"a.example:81", "a.example", 81, 81, false, false},
        {"1.2.3.4:81-83 default_server", "1.2.3.4", 81, 83, true, false},
        {"1.2.3.4 default bind", "1.2.3.4", 80, 80, true, true},
        {"[::]", "[::]", 80, 80, false, false},
        {"[::1]:81 ipv6only=off", "[::1]", 81, 81, false, true},
        {"80 reuseport", "", 80, 80, false, true},
        {"80 deferred", "", 80, 80, false, true},
        {"80 backlog=9", "", 80, 80, false, true},
        {"80a", "80a", 80, 80, false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = {0};
        struct conf *conf;
        const struct conf_listen *l;

        buf_printf(&text, "events {} http { server { listen %s; } }",
                   cases[i].words);
        buf_put_char(&text, '\0');
        assert_int_equal(load_text(&conf, text.data), 0);
        assert_int_equal(conf->servers[0]->listen_count, 1);
        l = &conf->servers[0]->listens[0];
        assert_true(str_equals(l->host, str_of(cases[i].host)));
        assert_int_equal(l->first_port, cases[i].first);
        assert_int_equal(l->last_port, cases[i].last);
        assert_int_equal(l->is_default, cases[i].is_default);
        assert_int_equal(l->has_options, cases[i].has_options);
        assert_int_equal(l->place.line, 1);
        conf_free(conf);
        buf_close(&text);
    }
}

static void knows_the_default(void **state)
{
    struct conf_listen l = listen_default(8000);

    (void)state;
    assert_int_equal(l.first_port, 8000);
    assert_int_equal(l.last_port, 8000);
    assert_int_equal(l.host.len, 0);
    assert_int_equal(l.options.backlog, 511);
    assert_int_equal(l.options.fastopen, -1);
    assert_true(l.options.ipv6only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_apart),
        cmocka_unit_test(knows_the_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
