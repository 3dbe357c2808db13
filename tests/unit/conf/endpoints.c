/* endpoints.c - the sockets and endpoints that "listen" directives come to */
#include "conf/endpoints.h"

#include "conf/names.h"
#include "lookups.h"

/* "ADDRESS(server,server*)" for each endpoint, "|" between sockets; a star is
 * behind the default server, servers are numbers. */
static void print_endpoint(struct buf *into, const struct endpoint *e)
{
    address_print(into, &e->address);
    buf_put_char(into, '(');
    for (unsigned i = 0; i < e->server_count; i++)
        buf_printf(into, "%s%u%s", i ? "," : "", e->servers[i]->number,
                   e->servers[i] == e->default_server ? "*" : "");
    buf_put_char(into, ')');
}

static void print_listeners(struct buf *into, const struct conf *conf)
{
    for (unsigned i = 0; i < conf->listener_count; i++) {
        const struct conf_listener *l = conf->listeners[i];

        assert_int_equal(l->number, i);
        assert_true(address_equals(&l->address, &l->endpoints[0].address));
        buf_put(into, i ? STR(" | ") : STR(""));
        for (unsigned j = 0; j < l->endpoint_count; j++) {
            buf_put(into, j ? STR(" ") : STR(""));
            print_endpoint(into, &l->endpoints[j]);
        }
    }
    buf_put_char(into, '\0');
}

static struct conf *settle(const char *servers, bool is_root, int wanted)
{
    struct conf_lookups lookups = lookups_of(is_root);
    struct buf text = {0};
    struct conf *conf;

    buf_printf(&text, "user web; events {} http {\n%s\n}", servers);
    buf_put_char(&text, '\0');
    assert_int_equal(load_text(&conf, text.data), 0);
    assert_int_equal(endpoints_settle(conf, &lookups), wanted);
    buf_close(&text);
    return conf;
}

static void groups(void **state)
{
    static const struct {
        const char *servers, *wanted;
        bool is_root;
    } cases[] = {
        {"", "", true},
        {"server {}", "0.0.0.0:80(0*)", true},
        {"server {}", "0.0.0.0:8000(0*)", false},
        {"server { listen 8080; } server { listen *:8080; server_name b; }",
         "0.0.0.0:8080(0*,1)", true},
        {"server { listen 80; } server { listen 80 default_server; server_name "
         "b; }",
         "0.0.0.0:80(0,1*)", true},
        {"server { listen 80; listen [::]:80; }",
         "0.0.0.0:80(0*) | [::]:80(0*)", true},
        {"server { listen 127.0.0.1; listen 127.0.0.1:81; }",
         "127.0.0.1:80(0*) | 127.0.0.1:81(0*)", true},
        /* specific addresses beside a wildcard */
        {"server { listen 10.0.0.1:80; } server { listen 80; }",
         "0.0.0.0:80(1*) 10.0.0.1:80(0*)", true},
        {"server { listen 10.0.0.1:80 bind; } server { listen 80; }",
         "10.0.0.1:80(0*) | 0.0.0.0:80(1*)", true},
        {"server { listen 10.0.0.1:80 backlog=5; } server { listen 80; }",
         "10.0.0.1:80(0*) | 0.0.0.0:80(1*)", true},
        {"server { listen 10.0.0.1:81; } server { listen 80; }",
         "10.0.0.1:81(0*) | 0.0.0.0:80(1*)", true},
        {"server { listen [::1]:80; } server { listen 80; listen [::]:80; }",
         "0.0.0.0:80(1*) | [::]:80(1*) [::1]:80(0*)", true},
        {"server { listen [::1]:80; } server { listen 80; }",
         "[::1]:80(0*) | 0.0.0.0:80(1*)", true},
        /* forms */
        {"server { listen 8001-8003; }",
         "0.0.0.0:8001(0*) | 0.0.0.0:8002(0*) | 0.0.0.0:8003(0*)", true},
        {"server { listen two:81; }", "10.0.0.1:81(0*) | [::2]:81(0*)", true},
        {"server { listen unix:/run/x; } server { listen unix:/run/x; "
         "server_name b; }",
         "unix:/run/x(0*,1)", true},
        {"server { listen unix:run/x; }", "unix:/p/run/x(0*)", true},
        {"server { listen 443 quic; }", "", true},
        {"server { listen 443 quic; listen 80; }", "0.0.0.0:80(0*)", true},
    };
    struct catcher c;

    (void)state;
    catch_open(&c);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf *conf = settle(cases[i].servers, cases[i].is_root, 0);
        struct buf got = {0};

        print_listeners(&got, conf);
        assert_string_equal(got.data, cases[i].wanted);
        buf_close(&got);
        conf_free(conf);
    }
    catch_close(&c);
}

static void complains(void **state)
{
    static const struct {
        const char *servers, *said;
        int err;
    } cases[] = {
        {"server { server_name a; }\nserver { server_name b a; }",
         "[warn] conflicting server name \"a\" on 0.0.0.0:80, ignored in "
         "/c:3\n",
         0},
        {"server {}\nserver {}",
         "[warn] conflicting server name \"\" on 0.0.0.0:80, ignored in /c:3\n",
         0},
        {"server { server_name a; }\nserver { server_name a; listen 81; }", "",
         0},
        {"server { listen 80;\nlisten 80; }",
         "[emerg] a duplicate listen 0.0.0.0:80 in /c:3\n", -EINVAL},
        {"server { listen 80 default; }\nserver { listen 80 default_server; }",
         "[emerg] a duplicate default server for 0.0.0.0:80 in /c:3\n",
         -EINVAL},
        {"server { listen 80 backlog=5; }\nserver { listen 80 backlog=5; }",
         "[emerg] duplicate listen options for 0.0.0.0:80 in /c:3\n", -EINVAL},
        {"server { listen nosuch:80; }\nserver { listen 1.2.3.4.5; }",
         "[emerg] host not found in \"nosuch:80\" of the \"listen\" directive "
         "in /c:2\n"
         "[emerg] host not found in \"1.2.3.4.5\" of the \"listen\" directive "
         "in /c:3\n",
         -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct catcher c;
        struct conf *conf;

        catch_open(&c);
        conf = settle(cases[i].servers, true, cases[i].err);
        assert_string_equal(catch_said(&c), cases[i].said);
        conf_free(conf);
        catch_close(&c);
    }
}

static void keeps_options(void **state)
{
    struct conf *conf = settle(
        "server { listen 80; } server { server_name b; listen 80 backlog=7 "
        "rcvbuf=8k sndbuf=16k fastopen=9 deferred reuseport "
        "so_keepalive=30m:10s:5; } server { listen [::]:81 ipv6only=off; "
        "listen 82; listen 83 so_keepalive=off; }",
        true, 0);
    const struct listen_options *o = &conf->listeners[0]->options;

    (void)state;
    assert_int_equal(o->backlog, 7);
    assert_int_equal(o->rcvbuf, 8192);
    assert_int_equal(o->sndbuf, 16384);
    assert_int_equal(o->fastopen, 9);
    assert_true(o->deferred && o->reuseport && o->bind);
    assert_true(o->keepalive_is_set && o->keepalive);
    assert_int_equal(o->keepalive_idle_s, 1800);
    assert_int_equal(o->keepalive_interval_s, 10);
    assert_int_equal(o->keepalive_count, 5);
    assert_false(conf->listeners[1]->options.ipv6only);
    o = &conf->listeners[2]->options;
    assert_int_equal(o->backlog, 511);
    assert_int_equal(o->fastopen, -1);
    assert_true(o->ipv6only);
    assert_false(o->bind || o->keepalive_is_set);
    o = &conf->listeners[3]->options;
    assert_true(o->keepalive_is_set && !o->keepalive);
    conf_free(conf);
}

static void finds_servers(void **state)
{
    static const struct {
        const char *host;
        unsigned number;
    } cases[] = {
        {"a", 0},
        {"b", 1},
        {"c", 1},
        {"", 2},
    };
    struct conf *conf = settle("server { server_name A; }"
                               "server { listen 80 default_server;"
                               "  server_name b c; }"
                               "server { server_name \"\"; }",
                               true, 0);

    (void)state;
    /* The first has no listen: it stands on the same port. */
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct server *found = names_find(
            &conf->listeners[0]->endpoints[0], str_of(cases[i].host));

        assert_non_null(found);
        assert_int_equal(found->number, cases[i].number);
    }
    assert_null(names_find(&conf->listeners[0]->endpoints[0], STR("nosuch")));
    assert_null(names_find(&conf->listeners[0]->endpoints[0], STR("A")));
    assert_int_equal(conf->listeners[0]->endpoints[0].default_server->number,
                     1);
    conf_free(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups),
        cmocka_unit_test(complains),
        cmocka_unit_test(keeps_options),
        cmocka_unit_test(finds_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
