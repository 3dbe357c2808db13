/* reader.c - bad files and what is said of them, in the words of nginx 1.22 */
#include "conf/reader.h"

#include "loading.h"

#define HTTP(text) "events {}\nhttp {\n" text "\n}\n"
#define SERVER(text) HTTP("server {\n" text "\n}")

struct bad {
    const char *text;
    const char *said; /* without the newline; NULL: nothing */
};

/* clang-format off */
static const struct bad nginx_words[] = {
    {"listen 80;\nevents {}\n", "[emerg] \"listen\" directive is not allowed here in /c:1"},
    {SERVER("root /a /b;"), "[emerg] invalid number of arguments in \"root\" directive in /c:4"},
    {SERVER("root;"), "[emerg] invalid number of arguments in \"root\" directive in /c:4"},
    {"events {}\n}", "[emerg] unexpected \"}\" in /c:2"},
    {"events {", "[emerg] unexpected end of file, expecting \"}\" in /c:1"},
    {"events {}\nhttp {\n server {", "[emerg] unexpected end of file, expecting \"}\" in /c:3"},
    {SERVER("root /a; root /b;"), "[emerg] \"root\" directive is duplicate in /c:4"},
    {"events {}\nhttp;", "[emerg] directive \"http\" has no opening \"{\" in /c:2"},
    {SERVER("root /a {}"), "[emerg] directive \"root\" is not terminated by \";\" in /c:4"},
    {SERVER("sendfile maybe;"), "[emerg] invalid value \"maybe\" in \"sendfile\" directive, it must be \"on\" or \"off\" in /c:4"},
    {SERVER("root /a\nindex x;"), "[emerg] invalid number of arguments in \"root\" directive in /c:5"},
    {SERVER("root /a"), "[emerg] unexpected \"}\" in /c:5"},
    {SERVER("root \"/a;"), "[emerg] unexpected end of file, expecting \";\" or \"}\" in /c:7"},
    {SERVER("root '/a"), "[emerg] unexpected end of file, expecting \";\" or \"}\" in /c:7"},
    {SERVER("root \"/a\"x;"), "[emerg] unexpected \"x\" in /c:4"},
    {";", "[emerg] unexpected \";\" in /c:1"},
    {"{", "[emerg] unexpected \"{\" in /c:1"},
    {"events { worker_connections x; }", "[emerg] invalid number \"x\" in /c:1"},
    {"events { worker_connections; }", "[emerg] invalid number of arguments in \"worker_connections\" directive in /c:1"},
    {SERVER("client_max_body_size 1x;"), "[emerg] \"client_max_body_size\" directive invalid value in /c:4"},
    {SERVER("send_timeout 1q;"), "[emerg] \"send_timeout\" directive invalid value in /c:4"},
    {SERVER("lingering_close sometimes;"), "[emerg] invalid value \"sometimes\" in /c:4"},
    {SERVER("location / {}\nlocation / {}"), "[emerg] duplicate location \"/\" in /c:5"},
    {SERVER("location = /a { location /b {} }"), "[emerg] location \"/b\" cannot be inside the exact location \"/a\" in /c:4"},
    {SERVER("location = /a { location /a/b {} }"), "[emerg] location \"/a/b\" cannot be inside the exact location \"/a\" in /c:4"},
    {SERVER("location /a { location /b {} }"), "[emerg] location \"/b\" is outside location \"/a\" in /c:4"},
    {SERVER("location x y {}"), "[emerg] invalid location modifier \"x\" in /c:4"},
    {SERVER("location / { listen 80; }"), "[emerg] \"listen\" directive is not allowed here in /c:4"},
    {SERVER("location = / {} location =/ {}"), "[emerg] duplicate location \"/\" in /c:4"},
    {SERVER("location ^~ / {} location / {}"), "[emerg] duplicate location \"/\" in /c:4"},
    {SERVER("listen foo:99999;"), "[emerg] invalid port in \"foo:99999\" of the \"listen\" directive in /c:4"},
    {SERVER("listen 99999;"), "[emerg] invalid port in \"99999\" of the \"listen\" directive in /c:4"},
    {SERVER("listen [::1;"), "[emerg] invalid host in \"[::1\" of the \"listen\" directive in /c:4"},
    {SERVER("listen [zz]:80;"), "[emerg] invalid IPv6 address in \"[zz]:80\" of the \"listen\" directive in /c:4"},
    {SERVER("listen :80;"), "[emerg] no host in \":80\" of the \"listen\" directive in /c:4"},
    {SERVER("listen unix:;"), "[emerg] no path in the unix domain socket in \"unix:\" of the \"listen\" directive in /c:4"},
    {SERVER("listen 80 bogus;"), "[emerg] invalid parameter \"bogus\" in /c:4"},
    {SERVER("listen 80 backlog=x;"), "[emerg] invalid backlog \"backlog=x\" in /c:4"},
    {SERVER("listen 80 rcvbuf=x;"), "[emerg] invalid rcvbuf \"rcvbuf=x\" in /c:4"},
    {SERVER("listen [::]:80 ipv6only=x;"), "[emerg] invalid parameter \"ipv6only=x\" in /c:4"},
    {SERVER("listen 80 so_keepalive=x;"), "[emerg] invalid so_keepalive value: \"x\" in /c:4"},
    {SERVER("listen 80-70;"), "[emerg] invalid port range in \"80-70\" of the \"listen\" directive in /c:4"},
    {SERVER("listen 0;"), "[emerg] invalid port in \"0\" of the \"listen\" directive in /c:4"},
    {SERVER("access_log /x/x nosuch;"), "[emerg] unknown log format \"nosuch\" in /c:4"},
    {SERVER("access_log /x/x combined bogus;"), "[emerg] invalid parameter \"bogus\" in /c:4"},
    {SERVER("access_log /x/x combined buffer=x;"), "[emerg] invalid buffer size \"x\" in /c:4"},
    {SERVER("access_log /x/x combined flush=5s;"), "[emerg] no buffer is defined for access_log \"/x/x\" in /c:4"},
    {SERVER("access_log off combined;"), "[emerg] invalid parameter \"combined\" in /c:4"},
    {HTTP("log_format combined $uri;"), "[emerg] duplicate \"log_format\" name \"combined\" in /c:3"},
    {HTTP("log_format a ${uri;"), "[emerg] the closing bracket in \"uri\" variable is missing in /c:3"},
    {HTTP("log_format a escape=x $uri;"), "[emerg] unknown log format escaping \"x\" in /c:3"},
    {HTTP("log_format a;"), "[emerg] invalid number of arguments in \"log_format\" directive in /c:3"},
    {SERVER("error_log /x/e bogus;"), "[emerg] invalid log level \"bogus\" in /c:4"},
    {SERVER("error_page 404;"), "[emerg] invalid number of arguments in \"error_page\" directive in /c:4"},
    {SERVER("error_page 200 /x;"), "[emerg] value \"200\" must be between 300 and 599 in /c:4"},
    {SERVER("error_page = /x;"), "[emerg] invalid value \"=\" in /c:4"},
    {SERVER("error_page x /x;"), "[emerg] invalid value \"x\" in /c:4"},
    {SERVER("error_page 499 /x;"), "[emerg] invalid value \"499\" in /c:4"},
    {SERVER("error_page 404 =x /x;"), "[emerg] invalid value \"=x\" in /c:4"},
    {SERVER("return;"), "[emerg] invalid number of arguments in \"return\" directive in /c:4"},
    {SERVER("return foo;"), "[emerg] invalid return code \"foo\" in /c:4"},
    {SERVER("return 1000;"), "[emerg] invalid return code \"1000\" in /c:4"},
    {SERVER("keepalive_timeout x;"), "[emerg] \"keepalive_timeout\" directive invalid value in /c:4"},
    {SERVER("keepalive_timeout 5 x;"), "[emerg] \"keepalive_timeout\" directive invalid value in /c:4"},
    {SERVER("large_client_header_buffers 4;"), "[emerg] invalid number of arguments in \"large_client_header_buffers\" directive in /c:4"},
    {SERVER("large_client_header_buffers 4 x;"), "[emerg] \"large_client_header_buffers\" directive invalid value in /c:4"},
    {SERVER("large_client_header_buffers 0 1k;"), "[emerg] \"large_client_header_buffers\" directive invalid value in /c:4"},
    {SERVER("index \"\";"), "[emerg] index \"\" in \"index\" directive is invalid in /c:4"},
    {SERVER("types { text/html { } }"), "[emerg] unexpected \"{\" in /c:4"},
    {SERVER("types { text/html html\n}"), "[emerg] unexpected \"}\" in /c:5"},
    {SERVER("root $document_root;"), "[emerg] the $document_root variable cannot be used in the \"root\" directive in /c:4"},
    {"worker_processes x;\nevents {}\n", "[emerg] \"worker_processes\" directive invalid value in /c:1"},
    {"worker_rlimit_nofile x;\nevents {}\n", "[emerg] \"worker_rlimit_nofile\" directive invalid number in /c:1"},
    {"daemon x;\nevents {}\n", "[emerg] invalid value \"x\" in \"daemon\" directive, it must be \"on\" or \"off\" in /c:1"},
    {"daemon on; daemon on;\nevents {}\n", "[emerg] \"daemon\" directive is duplicate in /c:1"},
    {"events {}\nevents {}", "[emerg] \"events\" directive is duplicate in /c:2"},
    {"events {}\nhttp {\n\n}\nhttp {}", "[emerg] \"http\" directive is duplicate in /c:5"},
    {"", "[emerg] no \"events\" section in configuration"},
    {"http {}", "[emerg] no \"events\" section in configuration"},
    {"include /nonexistent;\nevents {}\n", "[emerg] open() \"/nonexistent\" failed (2: No such file or directory) in /c:1"},
    {SERVER("server_name;"), "[emerg] invalid number of arguments in \"server_name\" directive in /c:4"},
    {SERVER("server_tokens x;"), "[emerg] invalid value \"x\" in /c:4"},
    {SERVER("max_ranges x;"), "[emerg] \"max_ranges\" directive invalid number in /c:4"},
    {SERVER("etag;"), "[emerg] invalid number of arguments in \"etag\" directive in /c:4"},
    {SERVER("default_type a b;"), "[emerg] invalid number of arguments in \"default_type\" directive in /c:4"},
    {SERVER("keepalive_requests -1;"), "[emerg] \"keepalive_requests\" directive invalid number in /c:4"},
    {"error_log;\nevents {}\n", "[emerg] invalid number of arguments in \"error_log\" directive in /c:1"},
    {"events {}\nworker_connections 5;", "[emerg] \"worker_connections\" directive is not allowed here in /c:2"},
    {"worker_connections 5 6;", "[emerg] \"worker_connections\" directive is not allowed here in /c:1"},
    {"pid;\nevents {}\n", "[emerg] invalid number of arguments in \"pid\" directive in /c:1"},
    {SERVER("client_header_timeout 5s1h;"), "[emerg] \"client_header_timeout\" directive invalid value in /c:4"},
    {SERVER("client_header_timeout \"1 h\";"), "[emerg] \"client_header_timeout\" directive invalid value in /c:4"},
    {SERVER("client_max_body_size 5g5;"), "[emerg] \"client_max_body_size\" directive invalid value in /c:4"},
    {SERVER("client_max_body_size \"\";"), "[emerg] \"client_max_body_size\" directive invalid value in /c:4"},
    {SERVER("client_max_body_size k;"), "[emerg] \"client_max_body_size\" directive invalid value in /c:4"},
    {SERVER("lingering_time -1;"), "[emerg] \"lingering_time\" directive invalid value in /c:4"},
    {SERVER("location {}"), "[emerg] invalid number of arguments in \"location\" directive in /c:4"},
    {SERVER("location / /a /b {}"), "[emerg] invalid number of arguments in \"location\" directive in /c:4"},
    {HTTP("include x { }"), "[emerg] directive \"include\" is not terminated by \";\" in /c:3"},
    {SERVER("listen \"\";"), "[emerg] no host in \"\" of the \"listen\" directive in /c:4"},
    {SERVER("worker_shutdown_timeout 1s;"), "[emerg] \"worker_shutdown_timeout\" directive is not allowed here in /c:4"},
    {SERVER("location ? x {}"), "[emerg] invalid location modifier \"?\" in /c:4"},
    {SERVER("location @x { location /y {} }"), "[emerg] location \"/y\" cannot be inside the named location \"@x\" in /c:4"},
    {SERVER("location /x { location @y {} }"), "[emerg] named location \"@y\" can be on the server level only in /c:4"},
    {SERVER("location ~ ^/x { location /y {} }"), "[emerg] location \"/y\" is outside location \"^/x\" in /c:4"},
    {SERVER("location @x { alias /y; }"), "[emerg] the \"alias\" directive cannot be used inside the named location in /c:4"},
    {SERVER("location /x { alias /y; root /z; }"), "[emerg] \"root\" directive is duplicate, \"alias\" directive was specified earlier in /c:4"},
    {SERVER("location /x { root /z; alias /y; }"), "[emerg] \"alias\" directive is duplicate, \"root\" directive was specified earlier in /c:4"},
    {SERVER("location /x { alias /y; alias /y; }"), "[emerg] \"alias\" directive is duplicate in /c:4"},
    {SERVER("location /x/ { alias $document_root/; }"), "[emerg] the $document_root variable cannot be used in the \"alias\" directive in /c:4"},
    {SERVER("server_name *a;"), "[emerg] server name \"*a\" is invalid in /c:4"},
    {SERVER("server_name .;"), "[emerg] server name \".\" is invalid in /c:4"},
    {SERVER("server_name ~;"), "[emerg] empty regex in server name \"~\" in /c:4"},
    {SERVER("try_files $uri;"), "[emerg] invalid number of arguments in \"try_files\" directive in /c:4"},
    {SERVER("try_files $uri =x;"), "[emerg] invalid code \"=x\" in /c:4"},
    {SERVER("try_files $uri =1000;"), "[emerg] invalid code \"=1000\" in /c:4"},
    {SERVER("try_files a b; try_files a b;"), "[emerg] \"try_files\" directive is duplicate in /c:4"},
    {SERVER("internal;"), "[emerg] \"internal\" directive is not allowed here in /c:4"},
    {SERVER("set a b;"), "[emerg] invalid variable name \"a\" in /c:4"},
    {SERVER("set $uri b;"), "[emerg] the duplicate \"uri\" variable in /c:4"},
    {SERVER("rewrite ^ /x foo;"), "[emerg] invalid parameter \"foo\" in /c:4"},
    {SERVER("rewrite ^ \"\";"), "[emerg] empty replacement in /c:4"},
    {SERVER("if $a { }"), "[emerg] invalid condition \"$a\" in /c:4"},
    {SERVER("if (host) { }"), "[emerg] invalid condition \"host\" in /c:4"},
    {SERVER("if ($host = ) { }"), "[emerg] invalid condition \"$host\" in /c:4"},
    {SERVER("if ($host = a b) { }"), "[emerg] invalid condition \"$host\" in /c:4"},
    {SERVER("if ($host + a) { }"), "[emerg] unexpected \"+\" in condition in /c:4"},
    {SERVER("if (-q a) { }"), "[emerg] invalid condition \"-q\" in /c:4"},
    {SERVER("if (-f) { }"), "[emerg] invalid condition \"-f\" in /c:4"},
    {SERVER("if ($host) { root /x; }"), "[emerg] \"root\" directive is not allowed here in /c:4"},
    {SERVER("location / { if ($host) { if ($uri) { } } }"), "[emerg] \"if\" directive is not allowed here in /c:4"},
    {SERVER("location / { if ($host) { try_files a b; } }"), "[emerg] \"try_files\" directive is not allowed here in /c:4"},
    {HTTP("root /a; root /b;"), "[emerg] \"root\" directive is duplicate in /c:3"},
};

/* What prong says otherwise, or knows better. */
static const struct bad own_words[] = {
    {SERVER("server_name a.*.b;"), "[emerg] invalid server name or wildcard \"a.*.b\" in /c:4"},
    {SERVER("server_name *.a.*;"), "[emerg] invalid server name or wildcard \"*.a.*\" in /c:4"},
    {SERVER("server_name a..b;"), "[emerg] invalid server name or wildcard \"a..b\" in /c:4"},
    {SERVER("set $a $b;"), "[emerg] unknown \"b\" variable in /c:4"},
    {SERVER("if ($host { }"), "[emerg] invalid condition \"($host\" in /c:4"},
    {SERVER("if ($1) { }"), "[emerg] unknown \"1\" variable in /c:4"},
    {SERVER("if ($nosuch) { }"), "[emerg] unknown \"nosuch\" variable in /c:4"},
    {SERVER("rooot /x;"), "[emerg] unknown directive \"rooot\" in /c:4, did you mean \"root\"?"},
    {SERVER("xyzzy 1;"), "[emerg] unknown directive \"xyzzy\" in /c:4"},
    {SERVER("{}"), "[emerg] unexpected \"{\" in /c:4"},
    {SERVER("worker_proceses 2;"), "[emerg] unknown directive \"worker_proceses\" in /c:4"},
    {"worker_proceses 2; events {}", "[emerg] unknown directive \"worker_proceses\" in /c:1, did you mean \"worker_processes\"?"},
    {HTTP("log_format a $nosuch;"), "[emerg] unknown \"nosuch\" variable in /c:3"},
    {SERVER("return 200 $nosuch;"), "[emerg] unknown \"nosuch\" variable in /c:4"},
    {SERVER("listen 443 ssl;"), "[emerg] \"listen 443 ssl\" is not supported by this version of prong: put a TLS proxy in front in /c:4"},
    {SERVER("listen 80 http2;"), "[warn] \"http2\" of \"listen 80\" is ignored: this version answers with HTTP/1.1, in /c:4"},
    {SERVER("listen 443 quic;"), "[warn] \"listen 443 quic\" is ignored: prong does not speak HTTP/3, and should announce it in no Alt-Svc header, in /c:4"},
    {SERVER("listen 80 setfib=1;"), "[warn] a parameter of \"listen 80\" is ignored: Linux has no setfib and no accept_filter, in /c:4"},
    {SERVER("error_log memory:1m;"), "[emerg] \"memory:1m\" is not supported by this version of prong in /c:4"},
    {SERVER("access_log /x/a combined gzip;"), "[warn] \"gzip\" of \"access_log\" is ignored: logs are written as plain text, in /c:4"},
    {SERVER("index $nosuch;"), "[emerg] unknown \"nosuch\" variable in /c:4"},
    {"worker_processes 0; events {}", "[emerg] \"worker_processes\" directive invalid value in /c:1"},
    {"worker_processes 129; events {}", "[emerg] \"worker_processes\" directive invalid value in /c:1"},
    {"events { worker_connections 0; }", "[emerg] \"worker_connections\" directive invalid value in /c:1"},
    {"include /dev; events {}", "[emerg] read() \"/dev\" failed (21: Is a directory) in /c:1"},
    {"include /dev/null; events {}", "[emerg] \"/dev/null\" is not a regular file in /c:1"},
    {"control_fifo \"\"; events {}", "[emerg] \"control_fifo\" directive invalid value in /c:1"},
    {"unsupported maybe; events {}", "[emerg] invalid value \"maybe\" in /c:1"},
    {SERVER("hidden_files off;"), "[emerg] invalid value \"off\" in /c:4"},
};
/* clang-format on */

static void check(const struct bad *bad)
{
    struct catcher c;
    struct conf *conf;
    int err;

    catch_open(&c);
    err = load_text(&conf, bad->text);
    if (c.said.len)
        c.said.len--; /* the newline */
    assert_string_equal(catch_said(&c), bad->said);
    assert_int_equal(err, strncmp(bad->said, "[emerg]", 7) ? 0 : -EINVAL);
    assert_int_equal(conf == NULL, err < 0);
    conf_free(conf);
    catch_close(&c);
}

static void says_what_nginx_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(nginx_words); i++)
        check(&nginx_words[i]);
}

static void says_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(own_words); i++)
        check(&own_words[i]);
}

static void check_all(const char *text, const char *directives,
                      const char *said)
{
    struct catcher c;
    struct conf *conf;

    catch_open(&c);
    assert_int_equal(load_request(&conf, text, directives), -EINVAL);
    assert_string_equal(catch_said(&c), said);
    catch_close(&c);
}

/* What follows a broken directive is understood as before; what follows broken
 * grammar is not. */
static void says_all_in_one_run(void **state)
{
    (void)state;
    check_all("a {\n b { c; }\n}\nevents {}\nd;\nhttp { e; server {} }\n", NULL,
              "[emerg] unknown directive \"a\" in /c:1\n"
              "[emerg] unknown directive \"d\" in /c:5\n"
              "[emerg] unknown directive \"e\" in /c:6\n");
    check_all("qqqqqqq 1;\n;\nzzzzzzz;\n", NULL,
              "[emerg] unknown directive \"qqqqqqq\" in /c:1\n"
              "[emerg] unexpected \";\" in /c:2\n");
    check_all("location / { root /a; ", NULL,
              "[emerg] \"location\" directive is not allowed here in /c:1\n"
              "[emerg] unexpected end of file, expecting \"}\" in /c:1\n");
}

static void reads_the_command_line(void **state)
{
    struct conf *conf;

    (void)state;
    check_all("events {}", "daemon off",
              "[emerg] unexpected end of parameter, expecting \";\" in "
              "command line\n");
    check_all("events {}", "events {}",
              "[emerg] block directives are not supported in -g option in "
              "command line\n");
    check_all("events {}", "dae off;",
              "[emerg] unknown directive \"dae\" in command line\n");
    check_all("events {}", "daemon off; daemon on;",
              "[emerg] \"daemon\" directive is duplicate in command line\n");
    /* One file starts two servers: -g wins. */
    assert_int_equal(load_request(&conf, "pid /a.pid; daemon on; events {}",
                                  "pid b.pid; daemon off;"),
                     0);
    assert_string_equal(conf->main.pid.text.at, "/p/b.pid");
    assert_false(conf->main.daemon.on);
    conf_free(conf);
}

static void bounds_the_depth(void **state)
{
    struct buf text = {0};
    struct catcher c;
    struct conf *conf;

    (void)state;
    buf_put(&text, STR("events {} http { server {"));
    for (int i = 0; i < 100000; i++)
        buf_put(&text, STR("location / {"));
    buf_put_char(&text, '\0');
    catch_open(&c);
    assert_int_equal(load_text(&conf, text.data), -EINVAL);
    assert_string_equal(catch_said(&c),
                        "[emerg] blocks are nested too deeply in /c:1\n");
    catch_close(&c);
    buf_close(&text);
}

static void gives_up_after_many(void **state)
{
    struct buf text = {0};
    struct catcher c;
    struct conf *conf;

    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_put(&text, STR("zzzzzzzzzz;"));
    buf_put_char(&text, '\0');
    catch_open(&c);
    assert_int_equal(load_text(&conf, text.data), -EINVAL);
    assert_non_null(strstr(catch_said(&c), "too many errors, giving up\n"));
    assert_true(c.said.len < 10000);
    catch_close(&c);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_nginx_says),
        cmocka_unit_test(says_its_own),
        cmocka_unit_test(says_all_in_one_run),
        cmocka_unit_test(reads_the_command_line),
        cmocka_unit_test(bounds_the_depth),
        cmocka_unit_test(gives_up_after_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
