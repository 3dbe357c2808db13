/* resolve.c - what conf_resolve settles and what it says */
#include "lookups.h"

struct row {
    const char *text; /* of the main context; "ROOT PATH" aside */
    bool is_root;
    const char *said;
    int err;
};

static void check(const struct row *row, struct conf **keep)
{
    struct conf_lookups lookups = lookups_of(row->is_root);
    struct catcher c;
    struct conf *conf;

    catch_open(&c);
    assert_int_equal(load_text(&conf, row->text), 0);
    assert_int_equal(conf_resolve(conf, &lookups), row->err);
    assert_string_equal(catch_said(&c), row->said);
    catch_close(&c);
    if (keep)
        *keep = conf;
    else
        conf_free(conf);
}

static void says(void **state)
{
    static const struct row rows[] = {
        {"user web; events {}", true, "", 0},
        {"user nosuch; events {}", true,
         "[emerg] getpwnam(\"nosuch\") failed in /c:1\n", -EINVAL},
        {"user web nosuch; events {}", true,
         "[emerg] getgrnam(\"nosuch\") failed in /c:1\n", -EINVAL},
        {"user alone; events {}", true,
         "[emerg] getgrnam(\"alone\") failed in /c:1\n", -EINVAL},
        {"user web; control_group nosuch; events {}", true,
         "[emerg] getgrnam(\"nosuch\") failed in /c:1\n", -EINVAL},
        {"events {}", false, "", 0},
        {"user nosuch; events {}", false,
         "[warn] the \"user\" directive makes sense only if the master process "
         "runs with super-user privileges, ignored in /c:1\n",
         0},
        {"user web; events {} http { server {\nroot /root/x/www;\n"
         "location /a { } location /b { root /none; } } }",
         true,
         "[warn] root \"/root/x/www\" in /c:2: \"/root\" is not searchable by "
         "\"web\": requests there will get 403\n"
         "[warn] root \"/none\" does not exist: requests there will get 404, "
         "in /c:3\n",
         0},
        {"events {} http { root /root/x; server { } }", false,
         "[warn] root \"/root/x\" in /c:1: \"/root\" is not searchable by this "
         "user: requests there will get 403\n",
         0},
        {"events {} http { root /root/$host; server { } }", false, "", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i], NULL);
}

static void settles(void **state)
{
    static const struct row root = {
        "user web ops; control_group ops; worker_processes auto; events {}"
        "http { server { server_name $hostname; } }",
        true, "", 0};
    static const struct row plain = {
        "worker_processes 3; stats_group web; events {}", false, "", 0};
    struct conf *conf;

    (void)state;
    check(&root, &conf);
    assert_int_equal(conf->resolved.user, 33);
    assert_int_equal(conf->resolved.group, 36);
    assert_string_equal(conf->resolved.user_name.at, "web");
    assert_true(conf->resolved.drops_privileges);
    assert_int_equal(conf->resolved.control_group, 36);
    assert_int_equal(conf->resolved.stats_group, 36);
    assert_int_equal(conf->resolved.workers, 6);
    assert_string_equal(conf->resolved.hostname.at, "box.example");
    assert_int_equal(conf->listener_count, 1);
    conf_free(conf);
    check(&plain, &conf);
    assert_false(conf->resolved.drops_privileges);
    assert_int_equal(conf->resolved.control_group, (gid_t)-1);
    assert_int_equal(conf->resolved.stats_group, 35);
    assert_int_equal(conf->resolved.workers, 3);
    assert_int_equal(conf->resolved.user_name.len, 0);
    conf_free(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says),
        cmocka_unit_test(settles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
