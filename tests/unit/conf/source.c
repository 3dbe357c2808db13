/* source.c - files that include each other, in a directory of their own */
#include "conf/source.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loading.h"

static char folder[] = "/tmp/prong-source-XXXXXX";

static void path_of(char *into, size_t room, const char *name)
{
    snprintf(into, room, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    char path[128];
    FILE *file;

    path_of(path, sizeof(path), name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Loads `name`; what was said with "D" for the directory. */
static int load(struct conf **conf, const char *name, struct buf *said)
{
    char path[128];
    struct conf_request request = {
        .file = path, .prefix = folder, .keep_sources = true};
    struct catcher c;
    const char *rest, *at;
    int err;

    path_of(path, sizeof(path), name);
    *conf = NULL;
    catch_open(&c);
    err = conf_load(conf, &request);
    for (rest = catch_said(&c); rest && (at = strstr(rest, folder));
         rest = at + strlen(folder)) {
        buf_put(said, str_between(rest, at));
        buf_put_char(said, 'D');
    }
    buf_printf(said, "%s", rest ? rest : "");
    buf_put_char(said, '\0');
    catch_close(&c);
    return err;
}

static int open_folder(void **state)
{
    char sub[128];

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    path_of(sub, sizeof(sub), "d");
    return mkdir(sub, 0700);
}

static const char *const names[] = {"main",      "a.conf",   "loop1",
                                    "loop2",     "d/1.conf", "d/2.conf",
                                    "d/.x.conf", "bad"};

static int close_folder(void **state)
{
    char path[128];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        path_of(path, sizeof(path), names[i]);
        unlink(path);
    }
    path_of(path, sizeof(path), "d");
    rmdir(path);
    return rmdir(folder);
}

static void includes(void **state)
{
    struct buf said = {0};
    struct conf *conf;

    (void)state;
    write_file("main", "include a.conf; http { include d/*.conf;\n"
                       "include none*; types { include d/.x.conf; } }\n"
                       "include a.conf;\n");
    write_file("a.conf", "worker_rlimit_core 1;");
    write_file("d/1.conf", "server { server_name one; }");
    write_file("d/2.conf", "server { server_name two; }");
    write_file("d/.x.conf", "x/y z;");
    /* What a file may say twice it may include twice. */
    assert_int_equal(load(&conf, "main", &said), -EINVAL);
    assert_string_equal(said.data,
                        "[emerg] \"worker_rlimit_core\" directive is "
                        "duplicate in D/a.conf:1\n");
    write_file("a.conf", "events {}");
    buf_reset(&said);
    write_file("main", "include a.conf; http { include d/*.conf;\n"
                       "include none*; types { include d/.x.conf; } }\n");
    assert_int_equal(load(&conf, "main", &said), 0);
    assert_int_equal(conf->server_count, 2);
    assert_string_equal(conf->servers[1]->names[0].name.at, "two");
    assert_true(str_equals(
        mime_find(conf->servers[0]->whole.settings.types, STR("a.z")),
        STR("x/y")));
    assert_int_equal(conf->source_count, 5);
    conf_free(conf);
    buf_close(&said);
}

static void refuses(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"include main;", "[emerg] \"D/main\" includes itself in D/main:1\n"},
        {"\ninclude loop1;",
         "[emerg] \"D/loop1\" includes itself in D/loop2:2\n"},
        {"include d;",
         "[emerg] read() \"D/d\" failed (21: Is a directory) in D/main:1\n"},
        {"include nosuch;", "[emerg] open() \"D/nosuch\" failed (2: No such "
                            "file or directory) in D/main:1\n"},
        {"include bad;",
         "[emerg] unexpected end of file, expecting \"}\" in D/bad:1\n"},
    };

    (void)state;
    write_file("loop1", "include loop2;");
    write_file("loop2", "\ninclude loop1;");
    write_file("bad", "events {");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf said = {0};
        struct conf *conf;

        write_file("main", cases[i].text);
        assert_int_equal(load(&conf, "main", &said), -EINVAL);
        assert_string_equal(said.data, cases[i].said);
        buf_close(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(includes),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
