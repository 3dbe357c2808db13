/* unsupported.c - what prong does not do is said, whatever stands around it */
#include "conf/unsupported.h"

#include "loading.h"

#define HTTP(text) "events {}\nhttp {\n" text "\n}\n"
#define SERVER(text) HTTP("server {\n" text "\n}")
#define PROXY                                                                  \
    "is not supported: prong serves files; put a proxy in front, or set "      \
    "\"unsupported stub;\" to answer 501 in this location, in /c:"
#define NOT_HANDED                                                             \
    "is ignored: prong hands no request to another server, in /c:"

struct row {
    const char *text;
    const char *said;
    int err;
};

static void check(const struct row *row)
{
    struct catcher c;
    struct conf *conf;

    catch_open(&c);
    assert_int_equal(load_text(&conf, row->text), row->err);
    assert_string_equal(catch_said(&c), row->said);
    conf_free(conf);
    catch_close(&c);
}

static void each_class(void **state)
{
    static const struct row rows[] = {
        /* I: silent, but where it may not stand */
        {SERVER("types_hash_max_size 4;"), "", 0},
        {SERVER("ssl_certificate x;"), "", 0},
        {SERVER("multi_accept on;"),
         "[emerg] \"multi_accept\" directive is not allowed here in /c:4\n",
         -EINVAL},
        {SERVER("output_buffers 1;"),
         "[emerg] invalid number of arguments in \"output_buffers\" directive "
         "in /c:4\n",
         -EINVAL},
        /* W: once a name */
        {SERVER("resolver a;\nresolver b;\nresolver_timeout 1;\nresolver c;"),
         "[warn] \"resolver\" is ignored: prong asks no name server, in /c:4 "
         "and 2 more\n"
         "[warn] \"resolver_timeout\" is ignored: prong asks no name server, "
         "in /c:6\n",
         0},
        {"master_process off; events {}",
         "[warn] \"master_process\" is ignored: prong always has a master, in "
         "/c:1\n",
         0},
        {"master_process on; events {}", "", 0},
        {SERVER("brotli on; brotli_static off;"),
         "[warn] \"brotli\" is ignored: answers are only larger, in /c:4\n", 0},
        {SERVER("proxy_set_header a b;"),
         "[warn] \"proxy_set_header\" " NOT_HANDED "4\n", 0},
        {HTTP("load_module x;"),
         "[emerg] \"load_module\" directive is not allowed here in /c:3\n",
         -EINVAL},
        /* R: every use, after all other reasons */
        {SERVER("location / {\nproxy_pass a;\n}\nlocation /b {\nproxy_pass b; "
                "}\nrooot;"),
         "[emerg] unknown directive \"rooot\" in /c:9, did you mean \"root\"?\n"
         "[emerg] \"proxy_pass\" " PROXY "5\n"
         "[emerg] \"proxy_pass\" " PROXY "8\n",
         -EINVAL},
        {HTTP("upstream a {\nserver b;\nkeepalive 3; }"),
         "[emerg] \"upstream\" is not supported: prong serves files; put a "
         "proxy in front, or set \"unsupported stub;\" to skip it, in /c:3\n",
         -EINVAL},
        {SERVER("ssi off;"), "", 0},
        {SERVER("ssi on;"),
         "[emerg] \"ssi\" is not supported: prong sends files as they are, or "
         "set \"unsupported stub;\" to answer 501 in this location, in /c:4\n",
         -EINVAL},
        {SERVER("location / { content_by_lua_block { ngx.say('}{') -- it's\n"
                "} }"),
         "[emerg] \"content_by_lua_block\" is not supported: prong runs no "
         "code, or set \"unsupported stub;\" to answer 501 in this location, "
         "in /c:4\n",
         -EINVAL},
        /* a setting says nothing beside what it sets */
        {SERVER("proxy_set_header a b;\nlocation / { proxy_pass a; }"),
         "[emerg] \"proxy_pass\" " PROXY "5\n", -EINVAL},
        /* M of a later version */
        {SERVER("gzip on;"),
         "[emerg] \"gzip\" is not supported by this version of prong in /c:4\n",
         -EINVAL},
        {SERVER("gzip off; satisfy all; auth_basic off;"), "", 0},
        {HTTP("map $a $b { default 1; }"),
         "[emerg] \"map\" is not supported by this version of prong in /c:3\n",
         -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

static void stubs(void **state)
{
    static const char text[] = SERVER(
        "root /a; location /x { location /x/y {} proxy_pass a; }\n"
        "proxy_set_header a b;\nlocation /z { proxy_pass b; }") "stream {}"
                                                                "unsupported "
                                                                "stub;";
    struct catcher c;
    struct conf *conf;
    const struct location *whole;

    (void)state;
    catch_open(&c);
    assert_int_equal(load_text(&conf, text), 0);
    assert_string_equal(
        catch_said(&c),
        "[warn] \"proxy_pass\" is not supported: its locations answer 501, in "
        "/c:4 and 1 more\n"
        "[warn] \"stream\" is ignored: \"unsupported stub\" skips it, in "
        "/c:9\n");
    whole = &conf->servers[0]->whole;
    assert_int_equal(whole->settings.unsupported.text.len, 0);
    assert_int_equal(whole->inside.prefix_count, 2);
    assert_string_equal(whole->inside.prefixes[0]->settings.unsupported.text.at,
                        "proxy_pass");
    assert_string_equal(whole->inside.prefixes[0]
                            ->inside.prefixes[0]
                            ->settings.unsupported.text.at,
                        "proxy_pass");
    assert_int_equal(whole->inside.prefixes[1]->settings.unsupported.place.line,
                     6);
    conf_free(conf);
    catch_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class),
        cmocka_unit_test(stubs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
