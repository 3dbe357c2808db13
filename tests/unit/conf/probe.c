/* probe.c - what -t finds beyond a start's own questions */
#include "lookups.h"

struct row {
    const char *text;
    bool is_root;
    const char *said;
    int err;
};

static void check(const struct row *row)
{
    struct conf_lookups lookups = lookups_of(row->is_root);
    struct catcher c;
    struct conf *conf;

    assert_int_equal(load_text(&conf, row->text), 0);
    catch_open(&c);
    assert_int_equal(conf_resolve(conf, &lookups), 0);
    buf_reset(&c.said);
    assert_int_equal(conf_probe(conf, &lookups), row->err);
    assert_string_equal(catch_said(&c), row->said);
    catch_close(&c);
    conf_free(conf);
}

static void finds(void **state)
{
    static const struct row rows[] = {
        {"events {}", false, "", 0},
        {"user nosuch; events {}", false,
         "[emerg] getpwnam(\"nosuch\") failed in /c:1\n", -EINVAL},
        {"user web nosuch; events {}", false,
         "[emerg] getgrnam(\"nosuch\") failed in /c:1\n", -EINVAL},
        {"error_log /none/e; events {}", false,
         "[emerg] open() \"/none/e\" failed (2: No such file or directory) in "
         "/c:1\n",
         -EINVAL},
        {"events {} http { server { listen 8080; access_log /none/a; } }",
         false,
         "[emerg] open() \"/none/a\" failed (2: No such file or directory) in "
         "/c:1\n",
         -EINVAL},
        {"pid /none/p; events {}", false,
         "[emerg] open() \"/none/p\" failed (2: No such file or directory) in "
         "/c:1\n",
         -EINVAL},
        {"control_fifo /none/c; stats_fifo off; events {}", false,
         "[emerg] open() \"/none/c\" failed (2: No such file or directory) in "
         "/c:1\n",
         -EINVAL},
        {"error_log /root/e; events {}", false,
         "[warn] \"/root/e\" cannot be written by this user: whether the one "
         "who starts prong can is not known, in /c:1\n",
         0},
        {"user web; error_log /root/e; events {}", true,
         "[emerg] open() \"/root/e\" failed (13: Permission denied) in /c:1\n",
         -EINVAL},
        {"error_log stderr; events {} http { server { listen 8080; "
         "access_log /dev/stdout; } }",
         false, "", 0},
        {"events {} http { server { listen 192.0.2.1:8080; listen 80; } }",
         false,
         "[emerg] bind() to 192.0.2.1:8080 failed (99: Cannot assign requested "
         "address) in /c:1\n"
         "[warn] port 80 needs root or CAP_NET_BIND_SERVICE, which this user "
         "has not, in /c:1\n",
         -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
