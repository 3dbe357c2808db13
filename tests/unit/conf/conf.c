/* conf.c - what a loaded configuration holds */
#include "conf/conf.h"

#include <time.h>

#include "conf/directive.h"
#include "loading.h"

static struct conf *load(const char *text)
{
    struct conf *conf;

    assert_int_equal(load_text(&conf, text), 0);
    return conf;
}

static const struct settings *whole(const struct conf *conf)
{
    return &conf->servers[0]->whole.settings;
}

static const struct rewrite_return *first_return(const struct location *l)
{
    assert_true(l->rewrite.count > 0);
    assert_int_equal(l->rewrite.steps[0].kind, REWRITE_RETURN);
    return l->rewrite.steps[0].answer;
}

static void has_defaults(void **state)
{
    struct conf *conf = load("events {} http { server {} }");
    const struct main_settings *m = &conf->main;
    const struct settings *s = whole(conf);
    const struct server_settings *v = &conf->servers[0]->settings;

    (void)state;
    assert_true(m->daemon.on);
    assert_int_equal(m->worker_processes.value, 1);
    assert_int_equal(m->worker_connections.value, 512);
    assert_int_equal(m->worker_shutdown_timeout.value, 0);
    assert_false(place_is_set(m->worker_rlimit_core.place));
    assert_int_equal(m->unsupported.value, CONF_UNSUPPORTED_REJECT);
    assert_false(place_is_set(m->control_fifo.place));
    assert_true(str_starts_with(m->pid.text, STR("/")));
    assert_true(m->user.text.len && m->group.text.len);
    assert_int_equal(conf->error_log_count, 1);
    assert_int_equal(conf->error_logs[0].level, LOG_ERROR);
    assert_int_equal(conf->log_count, 2);

    assert_string_equal(s->root.value.source.at, "/p/html");
    assert_int_equal(s->index.count, 1);
    assert_string_equal(s->index.names[0].source.at, "index.html");
    assert_string_equal(s->default_type.text.at, "text/plain");
    assert_true(
        str_equals(mime_find(s->types, STR("/a.jpg")), STR("image/jpeg")));
    assert_false(s->autoindex.on);
    assert_true(s->autoindex_exact_size.on && !s->autoindex_localtime.on);
    assert_int_equal(s->hidden_files.value, CONF_HIDDEN_SERVE);
    assert_int_equal(s->access_log_count, 1);
    assert_string_equal(s->access_logs[0].format->name.at, "combined");
    assert_int_equal(s->error_log_count, 1);
    assert_int_equal(s->keepalive_timeout.value, 75000);
    assert_int_equal(s->keepalive_timeout_header.value, 0);
    assert_int_equal(s->keepalive_requests.value, 1000);
    assert_int_equal(s->keepalive_time.value, 3600000);
    assert_int_equal(s->client_max_body_size.value, 1 << 20);
    assert_int_equal(s->lingering_close.value, CONF_LINGERING_ON);
    assert_int_equal(s->sendfile_max_chunk.value, 2 << 20);
    assert_true(s->etag.on && s->tcp_nodelay.on && s->log_not_found.on);
    assert_false(s->sendfile.on || s->tcp_nopush.on);
    assert_int_equal(s->server_tokens.value, CONF_TOKENS_ON);
    assert_int_equal(conf->servers[0]->whole.rewrite.count, 0);
    assert_int_equal(s->error_page_count, 0);
    assert_false(place_is_set(s->etag.place));

    assert_int_equal(v->client_header_buffer_size.value, 1024);
    assert_int_equal(v->large_client_header_buffers.value, 4);
    assert_int_equal(v->large_client_header_buffer_size.value, 8192);
    assert_int_equal(v->client_header_timeout.value, 60000);
    assert_true(v->merge_slashes.on && v->ignore_invalid_headers.on);
    assert_false(v->underscores_in_headers.on);
    assert_int_equal(conf->servers[0]->name_count, 1);
    assert_int_equal(conf->servers[0]->names[0].name.len, 0);
    conf_free(conf);
}

static void inherits(void **state)
{
    struct conf *conf =
        load("events {}\n"
             "hidden_files not_found;\n"
             "error_log /e warn;\n"
             "http {\n"
             "  root /h; etag off; keepalive_timeout 5 6;\n"
             "  access_log /a1; access_log /a2;\n"
             "  error_page 404 /x; index a b;\n"
             "  large_client_header_buffers 2 16k;\n"
             "  types { x/y z; }\n"
             "  server {\n"
             "    root s/; index c; return 404;\n"
             "    location / { etag on; access_log off;\n"
             "      location /x { error_page 500 502 =200 /y; root /; } }\n"
             "  }\n"
             "  server { error_log stderr; client_header_buffer_size 2k; }\n"
             "}\n");
    const struct settings *s = whole(conf);
    const struct location *outer = conf->servers[0]->whole.inside.prefixes[0];
    const struct settings *inner = &outer->inside.prefixes[0]->settings;

    (void)state;
    assert_string_equal(s->root.value.source.at, "/p/s");
    assert_int_equal(s->root.place.line, 11);
    assert_string_equal(s->root.place.file, "/c");
    assert_false(s->etag.on);
    assert_int_equal(s->etag.place.line, 5);
    assert_int_equal(s->keepalive_timeout.value, 5000);
    assert_int_equal(s->keepalive_timeout_header.value, 6);
    assert_int_equal(s->access_log_count, 2);
    assert_int_equal(s->index.count, 1);
    assert_int_equal(s->error_page_count, 1);
    assert_int_equal(s->hidden_files.value, CONF_HIDDEN_NOT_FOUND);
    assert_int_equal(s->error_logs[0].level, LOG_WARN);
    assert_true(str_equals(mime_find(s->types, STR("a.z")), STR("x/y")));
    assert_null(mime_find(s->types, STR("a.html")).at);
    assert_int_equal(first_return(&conf->servers[0]->whole)->status, 404);

    assert_true(outer->settings.etag.on);
    assert_int_equal(outer->settings.access_log_count, 0);
    assert_int_equal(outer->rewrite.count, 0);
    assert_int_equal(inner->access_log_count, 0);
    assert_true(inner->etag.on);
    assert_int_equal(inner->error_page_count, 2);
    assert_int_equal(inner->error_pages[1].status, 502);
    assert_int_equal(inner->error_pages[1].answer, 200);
    assert_string_equal(inner->root.value.source.at, "/");

    assert_int_equal(conf->servers[1]->settings.client_header_buffer_size.value,
                     2048);
    assert_int_equal(
        conf->servers[1]->settings.large_client_header_buffers.value, 2);
    assert_int_equal(
        conf->servers[1]->settings.large_client_header_buffer_size.value,
        16384);
    assert_int_equal(conf->servers[1]->whole.settings.error_logs[0].log->kind,
                     CONF_LOG_STDERR);
    /* /e, /a1, /a2 and standard error: the default access log is not used */
    assert_int_equal(conf->log_count, 4);
    conf_free(conf);
}

static void takes_what_is_written(void **state)
{
    struct conf *conf =
        load("worker_rlimit_core 1m; worker_rlimit_nofile 99;\n"
             "worker_shutdown_timeout 10s; worker_processes auto; user u g;\n"
             "control_fifo off; stats_fifo /s; stats_group g;\n"
             "error_log logs/e debug_http; error_log /dev/stderr info;\n"
             "events { worker_connections 7; }\n"
             "http { log_format j escape=json '{' '$uri' '}';\n"
             "  access_log a j buffer=8k flush=5s if=$args;\n"
             "  server { return 301 http://$host$uri; location /a {\n"
             "    return https://x/; } location /b { return 204; return 205; }"
             "    location /c { return 200; } }"
             "  server { keepalive_timeout 0; server_name A.b _ \"\"; } }");
    const struct conf_access_log *log = &whole(conf)->access_logs[0];
    const struct location_set *set = &conf->servers[0]->whole.inside;

    (void)state;
    assert_int_equal(conf->main.worker_rlimit_core.value, 1 << 20);
    assert_int_equal(conf->main.worker_rlimit_nofile.value, 99);
    assert_int_equal(conf->main.worker_shutdown_timeout.value, 10000);
    assert_int_equal(conf->main.worker_processes.value, 0);
    assert_string_equal(conf->main.group.text.at, "g");
    assert_true(place_is_set(conf->main.control_fifo.place));
    assert_int_equal(conf->main.control_fifo.path.len, 0);
    assert_string_equal(conf->main.stats_fifo.path.at, "/s");
    assert_int_equal(conf->error_log_count, 2);
    assert_int_equal(conf->error_logs[0].level, LOG_DEBUG);
    assert_string_equal(conf->error_logs[0].log->path.at, "/p/logs/e");
    assert_int_equal(conf->error_logs[1].log->kind, CONF_LOG_STDERR);
    assert_int_equal(conf->main.worker_connections.value, 7);
    assert_int_equal(log->buffer, 8192);
    assert_int_equal(log->flush_ms, 5000);
    assert_int_equal(log->condition.count, 1);
    assert_int_equal(log->format->escape, CONF_ESCAPE_JSON);
    assert_int_equal(log->format->value.count, 3);
    assert_string_equal(log->log->path.at, "/p/a");
    assert_int_equal(first_return(&conf->servers[0]->whole)->status, 301);
    assert_int_equal(first_return(&conf->servers[0]->whole)->text.count, 3);
    assert_int_equal(first_return(set->prefixes[0])->status, 302);
    assert_int_equal(first_return(set->prefixes[1])->status, 204);
    assert_int_equal(conf->servers[1]->name_count, 3);
    assert_string_equal(conf->servers[1]->names[0].name.at, "a.b");
    assert_int_equal(conf->servers[1]->whole.settings.keepalive_timeout.value,
                     0);
    conf_free(conf);
}

static void names_the_first_error_log(void **state)
{
    struct conf_request request = {.file = "/c",
                                   .prefix = "/p",
                                   .error_log = "first",
                                   .text = STR("events {}")};
    struct conf *conf;

    (void)state;
    assert_int_equal(conf_load(&conf, &request), 0);
    assert_int_equal(conf->error_log_count, 1);
    assert_string_equal(conf->error_logs[0].log->path.at, "/p/first");
    assert_int_equal(conf->log_count, 1);
    conf_free(conf);
    request.text = STR("error_log /own; events {}");
    assert_int_equal(conf_load(&conf, &request), 0);
    assert_string_equal(conf->error_logs[0].log->path.at, "/own");
    assert_int_equal(conf->log_count, 1);
    conf_free(conf);
}

/* ---- the files that come with prong ---- */

static struct str path_of(struct arena *arena, const char *name)
{
    const char *source = getenv("srcdir");

    return arena_printf(arena, "%s/conf/%s", source ? source : ".", name);
}

static struct conf *load_shipped(struct str path)
{
    char *real = realpath(path.at, NULL);
    struct conf_request request = {
        .file = real, .prefix = "/p", .keep_sources = true};
    struct conf *conf = NULL;

    assert_non_null(real);
    assert_int_equal(conf_load(&conf, &request), 0);
    free(real);
    return conf;
}

static void loads_the_shipped_files(void **state)
{
    struct arena arena = {0};
    struct buf out = {0};
    struct conf *conf = load_shipped(path_of(&arena, "prong.conf"));
    const struct settings *s = whole(conf);

    (void)state;
    assert_true(s->types->count > 250);
    assert_true(
        str_equals(mime_find(s->types, STR("a.woff2")), STR("font/woff2")));
    assert_true(s->autoindex.on);
    assert_int_equal(s->hidden_files.value, CONF_HIDDEN_NOT_FOUND);
    assert_int_equal(conf->source_count, 2);
    conf_print_sources(conf, &out);
    buf_put_char(&out, '\0');
    assert_true(str_starts_with(buf_str(&out), STR("# configuration file /")));
    assert_non_null(strstr(out.data, "/mime.types:\n# mime.types"));
    buf_close(&out);
    conf_free(conf);
    arena_close(&arena);
}

/* Does the file show the row's default, or at least its name where the default
 * is the builder's to choose? */
static void check_row(struct str text, const struct directive *row)
{
    struct buf line = {0};
    bool is_long = row->target == TARGET_NONE || row->repeats ||
                   strcmp(row->name, "pid") == 0 ||
                   strcmp(row->name, "user") == 0;

    if (row->shape == ARGS_0)
        buf_printf(&line, "%s;", row->name);
    else if (row->shape & ENDS_IN_BLOCK || !row->fallback)
        buf_printf(&line, "%s ", row->name);
    else
        buf_printf(&line, is_long ? "%s " : "#%s %s;", row->name,
                   row->fallback);
    buf_put_char(&line, '\0');
    if (!strstr(text.at, line.data) && strcmp(row->name, "types") != 0)
        fail_msg("prong.conf does not show \"%s\"", line.data);
    buf_close(&line);
}

static bool is_changed(const char *name)
{
    static const char *const changed[] = {
        "worker_processes", "default_type", "sendfile", "tcp_nopush",
        "autoindex",        "hidden_files", "root",
    };

    for (size_t i = 0; i < ARRAY_LEN(changed); i++) {
        if (strcmp(changed[i], name) == 0)
            return true;
    }
    return false;
}

static void shows_every_default(void **state)
{
    struct arena arena = {0};
    struct conf *conf = load_shipped(path_of(&arena, "prong.conf"));
    struct str text = arena_copy(&arena, conf->sources[0].text);

    (void)state;
    for (size_t t = 0; t < directive_table_count; t++) {
        for (size_t i = 0; i < directive_tables[t]->count; i++) {
            const struct directive *row = &directive_tables[t]->rows[i];

            if ((row->class == DIRECTIVE_DONE || row->class == DIRECTIVE_OWN) &&
                !is_changed(row->name))
                check_row(text, row);
        }
    }
    conf_free(conf);
    arena_close(&arena);
}

/* The file again, every "#name ...;" of it taken for what it is. */
static void may_be_uncommented(void **state)
{
    struct arena arena = {0};
    struct conf *conf = load_shipped(path_of(&arena, "prong.conf"));
    struct str text = conf->sources[0].text;
    struct buf all = {0};
    struct conf_request request = {.file = "/c", .prefix = "/p"};

    (void)state;
    while (text.at) {
        struct str line = str_cut(&text, '\n');
        const char *mark = str_find(line, '#');

        if (mark && mark + 1 < line.at + line.len && mark[1] != ' ')
            line = str_between(mark + 1, line.at + line.len);
        if (str_find(line, '#') == NULL &&
            !str_starts_with(str_trim(line), STR("include")) &&
            !str_starts_with(str_trim(line), STR("log_format combined")))
            buf_put(&all, line);
        buf_put_char(&all, '\n');
    }
    conf_free(conf);
    buf_put_char(&all, '\0');
    request.text = str_of(all.data);
    assert_int_equal(conf_load(&conf, &request), 0);
    assert_int_equal(whole(conf)->error_page_count, 1);
    assert_int_equal(conf->servers[0]->whole.inside.exact_count, 1);
    conf_free(conf);
    buf_close(&all);
    arena_close(&arena);
}

/* ---- size ---- */

static void loads_much_quickly(void **state)
{
    struct buf text = {0};
    struct timespec from, to;
    struct conf *conf;

    (void)state;
    buf_put(&text, STR("events {} http {\n"));
    for (int i = 0; i < 1000; i++) {
        buf_printf(&text, "server { listen 80; server_name n%d;\n", i);
        for (int j = 0; j < 10; j++)
            buf_printf(&text,
                       "location /l%d/ {\nroot /r%d;\nexpires off;\n"
                       "proxy_x%d a;\n}\n",
                       j, j, i);
        buf_put(&text, STR("}\n"));
    }
    buf_put(&text, STR("}\n"));
    buf_put_char(&text, '\0');
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    log_sink_set(&(struct log_sink){.level = LOG_EMERG});
    conf = load(text.data);
    log_sink_set(NULL);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_int_equal(conf->server_count, 1000);
    /* Some 60 ms; a search in a search would take minutes. */
    assert_true(to.tv_sec - from.tv_sec < 10);
    conf_free(conf);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(inherits),
        cmocka_unit_test(takes_what_is_written),
        cmocka_unit_test(names_the_first_error_log),
        cmocka_unit_test(loads_the_shipped_files),
        cmocka_unit_test(shows_every_default),
        cmocka_unit_test(may_be_uncommented),
        cmocka_unit_test(loads_much_quickly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
