/* holder: lines of /proc/net, and a port of our own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "net/holder.h"

#define V4(local, state)                                                       \
    "   0: " local " 00000000:0000 " state " 00000000:00000000 00:00000000 "   \
    "00000000  1000        0 4242 1 0000000000000000 100 0 0 10 0\n"
#define ANY6 "00000000000000000000000000000000"
#define ONE6 "00000000000000000000000001000000"

static struct address parsed(const char *host, uint16_t port)
{
    struct address a;

    if (host[0] == '/')
        assert_int_equal(address_unix(&a, str_of(host)), 0);
    else
        assert_int_equal(address_parse(&a, str_of(host), port), 0);
    return a;
}

static void lines(void **state)
{
    static const struct {
        const char *host;
        const char *line;
        bool matches;
    } cases[] = {
        {"127.0.0.1", V4("0100007F:1F90", "0A"), true},
        {"127.0.0.2", V4("0100007F:1F90", "0A"), false},
        {"127.0.0.1", V4("00000000:1F90", "0A"), true},
        {"0.0.0.0", V4("0100007F:1F90", "0A"), true},
        {"0.0.0.0", V4("0100007F:1F91", "0A"), false},
        {"127.0.0.1", V4("0100007F:1F90", "01"), false},
        {"127.0.0.1", V4(ANY6 ":1F90", "0A"), true},
        {"127.0.0.1", V4(ONE6 ":1F90", "0A"), false},
        {"::1", V4(ONE6 ":1F90", "0A"), true},
        {"::", V4(ONE6 ":1F90", "0A"), true},
        {"::1", V4("0100007F:1F90", "0A"), false},
        {"127.0.0.1", "  sl  local_address rem_address   st tx_queue\n", false},
        {"127.0.0.1", "", false},
        {"127.0.0.1", V4("01:1F90", "0A"), false},
        {"/run/x.sock",
         "0000000000000000: 00000002 00000000 00010000 0001 01 4242 "
         "/run/x.sock\n",
         true},
        {"/run/x.sock",
         "0000000000000000: 00000003 00000000 00000000 0001 03 4242 "
         "/run/x.sock\n",
         false},
        {"/run/x.sock",
         "0000000000000000: 00000002 00000000 00010000 0001 01 4242 "
         "/run/x.sock2\n",
         false},
        {"/run/x.sock",
         "0000000000000000: 00000002 00000000 00010000 0001 01 4242\n", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct address a = parsed(cases[i].host, 8080);
        unsigned long inode = 0;
        bool matches = holder_line_matches(&a, str_of(cases[i].line), &inode);

        if (matches != cases[i].matches)
            print_error("%s against %s", cases[i].host, cases[i].line);
        assert_int_equal(matches, cases[i].matches);
        assert_int_equal(inode, matches ? 4242 : 0);
    }
}

static void our_own(void **state)
{
    struct address a = parsed("127.0.0.1", 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct holder holder;

    (void)state;
    assert_int_equal(bind(fd, (struct sockaddr *)&a.name, a.len), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a.name, &a.len), 0);
    assert_int_equal(holder_find(&a, &holder), 0);
    assert_int_equal(holder.pid, getpid());
    assert_string_equal(holder.name, "holder");
    close(fd);
    assert_int_equal(holder_find(&a, &holder), -ESRCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(our_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
