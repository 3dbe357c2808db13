/* listener: sockets that are opened, refused and explained; plans of a reload
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "net/listener.h"

static struct conf_listener wants(const char *host, uint16_t port)
{
    struct conf_listener l = {
        .options = {.backlog = 16, .fastopen = -1, .ipv6only = true}};

    if (host[0] == '/')
        assert_int_equal(address_unix(&l.address, str_of(host)), 0);
    else
        assert_int_equal(address_parse(&l.address, str_of(host), port), 0);
    return l;
}

static uint16_t port_of(const struct listener *l)
{
    struct address a = {.len = sizeof(a.name)};

    assert_int_equal(getsockname(l->fds[0], (struct sockaddr *)&a.name, &a.len),
                     0);
    return address_port(&a);
}

/* A port that was free a moment ago, with its number in the address. */
static struct conf_listener on_free_port(struct listener *l)
{
    struct conf_listener wanted = wants("127.0.0.1", 0);
    struct listener_failure failure;

    assert_int_equal(listener_open(l, &wanted, 1, NULL, &failure), 0);
    address_set_port(&wanted.address, port_of(l));
    l->address = wanted.address;
    return wanted;
}

static bool connects(const struct address *to)
{
    int fd = socket(to->name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = connect(fd, (const struct sockaddr *)&to->name, to->len) == 0;

    close(fd);
    return good;
}

static void opened(void **state)
{
    struct listener l;
    struct conf_listener wanted = on_free_port(&l);

    (void)state;
    assert_int_equal(l.count, 1);
    assert_true(connects(&wanted.address));
    listener_close(&l, true);
    assert_false(connects(&wanted.address));
    listener_close(&l, true);
}

static void busy_is_said_at_once(void **state)
{
    struct listener l;
    struct listener second;
    struct listener_failure failure;
    struct conf_listener wanted = on_free_port(&l);
    char memory[256];
    char expected[256];
    struct buf text = buf_over(memory, sizeof(memory) - 1);

    (void)state;
    assert_int_equal(listener_open(&second, &wanted, 1, NULL, &failure),
                     -EADDRINUSE);
    assert_int_equal(second.count, 0);
    listener_explain(&text, &wanted, &failure);
    memory[text.len] = '\0';
    snprintf(expected, sizeof(expected),
             "bind() to 127.0.0.1:%u failed (98: Address already in use): held "
             "by listener (pid %d)",
             address_port(&wanted.address), getpid());
    assert_string_equal(memory, expected);
    listener_close(&l, false);
}

static void explained(void **state)
{
    static const struct {
        const char *host;
        uint16_t port;
        const char *call;
        int err;
        const char *text;
    } cases[] = {
        {"0.0.0.0", 80, "bind", EACCES,
         "bind() to 0.0.0.0:80 failed (13: Permission denied): ports below "},
        {"0.0.0.0", 8080, "bind", EACCES,
         "bind() to 0.0.0.0:8080 failed (13: Permission denied)"},
        {"::", 80, "socket", EAFNOSUPPORT,
         "socket() [::]:80 failed (97: Address family not supported by "},
        {"127.0.0.1", 1, "listen", EADDRINUSE,
         "listen() to 127.0.0.1:1, backlog 16 failed (98: Address already"},
        {"127.0.0.1", 81, "setsockopt(SO_REUSEPORT)", ENOPROTOOPT,
         "setsockopt(SO_REUSEPORT) 127.0.0.1:81 failed (92: "},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf_listener wanted = wants(cases[i].host, cases[i].port);
        struct listener_failure failure = {cases[i].call, cases[i].err};
        char memory[512];
        struct buf text = buf_over(memory, sizeof(memory));

        listener_explain(&text, &wanted, &failure);
        if (!str_starts_with(buf_str(&text), str_of(cases[i].text)))
            print_error("%.*s\n", STR_ARG(buf_str(&text)));
        assert_true(str_starts_with(buf_str(&text), str_of(cases[i].text)));
    }
}

static void one_for_each_worker(void **state)
{
    struct conf_listener wanted = wants("127.0.0.1", 0);
    struct listener_failure failure;
    struct listener first;
    struct listener l;

    (void)state;
    wanted.options.reuseport = true;
    assert_int_equal(listener_open(&first, &wanted, 1, NULL, &failure), 0);
    address_set_port(&wanted.address, port_of(&first));
    assert_int_equal(listener_open(&l, &wanted, 3, NULL, &failure), 0);
    assert_int_equal(l.count, 3);
    assert_int_equal(listener_grow(&l, 5, &failure), 0);
    assert_int_equal(l.count, 5);
    assert_int_equal(listener_grow(&l, 2, &failure), 0);
    assert_int_equal(l.count, 5);
    listener_close(&l, true);
    listener_close(&first, true);
}

/* The last of `hosts` is opened where the others stand already. */
static void over_others(const char *const hosts[3], unsigned count)
{
    struct listener held;
    struct listener l[3];
    struct listener again;
    struct listener *list[3] = {NULL, &l[0], &l[1]};
    struct listener_others both = {list, 3, NULL};
    struct listener_others none = {list, 1, &both};
    struct listener_failure failure;
    struct conf_listener wanted = on_free_port(&held);
    uint16_t port = address_port(&wanted.address);

    listener_close(&held, true);
    l[1] = (struct listener){0};
    for (unsigned i = 0; i < count; i++) {
        wanted = wants(hosts[i], port);
        if (i + 1 == count)
            assert_int_equal(listener_open(&l[i], &wanted, 1, NULL, &failure),
                             -EADDRINUSE);
        assert_int_equal(listener_open(&l[i], &wanted, 1,
                                       i + 1 == count ? &none : NULL, &failure),
                         0);
    }
    /* Nobody else can join them. */
    for (unsigned i = 0; i < count; i++) {
        wanted = wants(hosts[i], port);
        assert_int_equal(listener_open(&again, &wanted, 1, NULL, &failure),
                         -EADDRINUSE);
    }
    for (unsigned i = 0; i + 1 < count; i++)
        listener_close(&l[i], true);
    wanted = wants("127.0.0.1", port);
    assert_true(connects(&wanted.address));
    listener_close(&l[count - 1], true);
}

static void wildcard_and_specific_change_places(void **state)
{
    static const char *const cases[][3] = {
        {"0.0.0.0", "127.0.0.1"},
        {"127.0.0.1", "0.0.0.0"},
        {"127.0.0.2", "127.0.0.1", "0.0.0.0"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        over_others(cases[i], cases[i][2] ? 3 : 2);
}

static void unix_names(void **state)
{
    char path[] = "/tmp/listener-XXXXXX";
    char name[64];
    struct conf_listener wanted;
    struct listener l;
    struct listener second;
    struct listener_failure failure;

    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof(name), "%s/s", path);
    wanted = wants(name, 0);
    assert_int_equal(listener_open(&l, &wanted, 1, NULL, &failure), 0);
    assert_int_equal(listener_open(&second, &wanted, 1, NULL, &failure),
                     -EADDRINUSE);
    assert_true(connects(&wanted.address));
    listener_close(&l, false); /* as a crash leaves it */
    assert_int_equal(access(name, F_OK), 0);
    assert_int_equal(listener_open(&l, &wanted, 1, NULL, &failure), 0);
    assert_true(connects(&wanted.address));
    listener_close(&l, true);
    assert_int_equal(access(name, F_OK), -1);

    /* A file that is no socket is never taken away. */
    fclose(fopen(name, "w"));
    assert_int_equal(listener_open(&l, &wanted, 1, NULL, &failure),
                     -EADDRINUSE);
    assert_int_equal(access(name, F_OK), 0);
    unlink(name);
    rmdir(path);
}

static void without_ipv6(void **state)
{
    struct conf_listener v6 = wants("::", 80);
    struct conf_listener one = wants("::1", 80);
    struct conf_listener same_port = wants("127.0.0.1", 80);
    struct conf_listener other_port = wants("0.0.0.0", 81);
    struct conf_listener *with[] = {&v6, &one, &same_port};
    struct conf_listener *without[] = {&v6, &one, &other_port};
    struct conf conf = {.listeners = with, .listener_count = 3};

    (void)state;
    assert_true(listener_is_optional(&conf, &v6, -EAFNOSUPPORT));
    assert_false(listener_is_optional(&conf, &v6, -EADDRINUSE));
    assert_false(listener_is_optional(&conf, &one, -EAFNOSUPPORT));
    assert_false(listener_is_optional(&conf, &same_port, -EAFNOSUPPORT));
    conf.listeners = without;
    assert_false(listener_is_optional(&conf, &v6, -EAFNOSUPPORT));
}

static void plans(void **state)
{
    enum { MOST = 3 };
    static const struct {
        const char *old[MOST];
        const char *wanted[MOST];
        int keep[MOST];
    } cases[] = {
        {{NULL}, {"0.0.0.0"}, {-1}},
        {{"0.0.0.0"}, {NULL}, {0}},
        {{"0.0.0.0"}, {"0.0.0.0"}, {0}},
        {{"0.0.0.0", "::"}, {"::", "0.0.0.0"}, {1, 0}},
        {{"0.0.0.0"}, {"127.0.0.1"}, {-1}},
        {{"127.0.0.1"}, {"0.0.0.0", "127.0.0.1"}, {-1, 0}},
        {{"/run/a"}, {"/run/b", "/run/a"}, {-1, 0}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct listener old[MOST] = {0};
        struct conf_listener rows[MOST];
        struct conf_listener *wanted[MOST];
        int keep[MOST];
        unsigned old_count = 0;
        unsigned count = 0;

        for (; old_count < MOST && cases[i].old[old_count]; old_count++) {
            rows[0] = wants(cases[i].old[old_count], 80);
            old[old_count].address = rows[0].address;
            old[old_count].options = rows[0].options;
        }
        for (; count < MOST && cases[i].wanted[count]; count++) {
            rows[count] = wants(cases[i].wanted[count], 80);
            wanted[count] = &rows[count];
        }
        listeners_plan(old, old_count, wanted, count, keep);
        for (unsigned k = 0; k < count; k++)
            assert_int_equal(keep[k], cases[i].keep[k]);
    }
}

static void options_that_need_a_new_socket(void **state)
{
    struct conf_listener rows[2] = {wants("::", 80), wants("0.0.0.0", 80)};
    struct conf_listener *wanted[2] = {&rows[0], &rows[1]};
    struct listener old[2] = {
        {.address = rows[0].address, .options = rows[0].options},
        {.address = rows[1].address, .options = rows[1].options},
    };
    int keep[2];

    (void)state;
    rows[0].options.ipv6only = false;
    rows[1].options.reuseport = true;
    listeners_plan(old, 2, wanted, 2, keep);
    assert_int_equal(keep[0], LISTENER_NONE);
    assert_int_equal(keep[1], LISTENER_NONE);
    rows[0].options.ipv6only = true;
    rows[1].options.reuseport = false;
    rows[1].options.backlog = 7;
    listeners_plan(old, 2, wanted, 2, keep);
    assert_int_equal(keep[0], 0);
    assert_int_equal(keep[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opened),
        cmocka_unit_test(busy_is_said_at_once),
        cmocka_unit_test(explained),
        cmocka_unit_test(one_for_each_worker),
        cmocka_unit_test(wildcard_and_specific_change_places),
        cmocka_unit_test(unix_names),
        cmocka_unit_test(without_ipv6),
        cmocka_unit_test(plans),
        cmocka_unit_test(options_that_need_a_new_socket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
