/* headers.c - the cases of content/headers */
#include "content/headers.h"

#include "fixture.h"

enum { NOW = 1700000000, MODIFIED = NOW - 1000 };

struct row {
    const char *name, *value;
    bool always;
};

static void add_rows(struct fixture *f, const struct row *rows, unsigned count)
{
    struct settings *s = &f->server.whole.settings;
    struct conf_fields *list = arena_alloc(&f->arena, sizeof(*list));

    list->rows = arena_alloc_array(&f->arena, count, sizeof(*list->rows));
    list->count = count;
    for (unsigned i = 0; i < count; i++) {
        list->rows[i].name = str_of(rows[i].name);
        list->rows[i].value = fixture_text(f, rows[i].value);
        list->rows[i].always = rows[i].always;
    }
    s->headers = list;
}

static void settle(struct fixture *f, unsigned status)
{
    exchange_reset(&f->x);
    f->x.server = &f->server;
    f->x.location = &f->server.whole;
    f->x.response.status = status;
    f->x.response.etag = STR("\"1-2\"");
    f->x.response.last_modified = MODIFIED;
    assert_true(headers_apply(&f->x));
}

static const char *value_of(struct fixture *f, const char *name)
{
    static char text[128];

    struct str value = headers_find(&f->x, str_of(name));

    if (!value.at)
        return NULL;
    snprintf(text, sizeof(text), "%.*s", STR_ARG(value));
    return text;
}

static void adds_by_status(void **state)
{
    static const struct row rows[] = {{"X-A", "a", false}, {"X-B", "b", true}};
    static const unsigned with[] = {200, 201, 204, 206, 301,
                                    302, 303, 304, 307, 308};
    static const unsigned without[] = {202, 300, 305, 400, 403, 404,
                                       405, 412, 416, 500, 501, 503};
    struct fixture *f = fixture_new();

    (void)state;
    add_rows(f, rows, 2);
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        settle(f, with[i]);
        assert_string_equal(value_of(f, "x-a"), "a");
        assert_string_equal(value_of(f, "x-b"), "b");
    }
    for (size_t i = 0; i < ARRAY_LEN(without); i++) {
        settle(f, without[i]);
        assert_null(value_of(f, "x-a"));
        assert_string_equal(value_of(f, "x-b"), "b");
    }
    fixture_free(f);
}

static void replaces_validators(void **state)
{
    static const struct row rows[] = {
        {"ETag", "own", false}, {"last-modified", "", false},
        {"Empty", "", true},    {"Link", "a", false},
        {"Link", "b", false},
    };
    struct fixture *f = fixture_new();

    (void)state;
    add_rows(f, rows, ARRAY_LEN(rows));
    settle(f, 200);
    assert_int_equal(f->x.response.etag.len, 0);
    assert_string_equal(value_of(f, "ETag"), "own");
    assert_int_equal(f->x.response.last_modified, -1);
    assert_null(value_of(f, "Last-Modified"));
    assert_null(value_of(f, "Empty"));
    assert_int_equal(f->x.response.field_count, 3);
    assert_true(headers_weaken_etag(&f->x)); /* "own" has no quotes */
    assert_null(value_of(f, "ETag"));
    assert_int_equal(f->x.response.field_count, 2);
    fixture_free(f);
}

static void weakens(void **state)
{
    static const struct row rows[] = {{"ETag", "\"own\"", false}};
    struct fixture *f = fixture_new();

    (void)state;
    settle(f, 200);
    for (int i = 0; i < 2; i++) {
        assert_true(headers_weaken_etag(&f->x));
        assert_true(str_equals(f->x.response.etag, STR("W/\"1-2\"")));
    }
    add_rows(f, rows, 1);
    settle(f, 200);
    for (int i = 0; i < 2; i++) {
        assert_true(headers_weaken_etag(&f->x));
        assert_string_equal(value_of(f, "ETag"), "W/\"own\"");
    }
    fixture_free(f);
}

static void expires(void **state)
{
    static const struct {
        struct conf_expires e;
        const char *date, *control;
    } cases[] = {
        {{.kind = CONF_EXPIRES_OFF}, NULL, NULL},
        {{.kind = CONF_EXPIRES_EPOCH},
         "Thu, 01 Jan 1970 00:00:01 GMT",
         "no-cache"},
        {{.kind = CONF_EXPIRES_MAX},
         "Thu, 31 Dec 2037 23:55:55 GMT",
         "max-age=315360000"},
        {{.kind = CONF_EXPIRES_ACCESS},
         "Tue, 14 Nov 2023 22:13:20 GMT",
         "max-age=0"},
        {{.kind = CONF_EXPIRES_ACCESS, .seconds = 100},
         "Tue, 14 Nov 2023 22:15:00 GMT",
         "max-age=100"},
        {{.kind = CONF_EXPIRES_ACCESS, .seconds = -20},
         "Tue, 14 Nov 2023 22:13:00 GMT",
         "no-cache"},
        {{.kind = CONF_EXPIRES_MODIFIED, .seconds = 1100},
         "Tue, 14 Nov 2023 22:15:00 GMT",
         "max-age=100"},
        {{.kind = CONF_EXPIRES_MODIFIED, .seconds = 900},
         "Tue, 14 Nov 2023 22:11:40 GMT",
         "no-cache"},
        {{.kind = CONF_EXPIRES_MODIFIED},
         "Tue, 14 Nov 2023 22:13:20 GMT",
         "max-age=0"},
        /* UTC here: later today, and what is over until tomorrow */
        {{.kind = CONF_EXPIRES_DAILY, .seconds = 23 * 3600},
         "Tue, 14 Nov 2023 23:00:00 GMT",
         "max-age=2800"},
        {{.kind = CONF_EXPIRES_DAILY, .seconds = 0},
         "Wed, 15 Nov 2023 00:00:00 GMT",
         "max-age=6400"},
        {{.kind = CONF_EXPIRES_DAILY, .seconds = 80000},
         "Wed, 15 Nov 2023 22:13:20 GMT",
         "max-age=86400"},
        {{.kind = CONF_EXPIRES_DAILY, .seconds = 86400},
         "Wed, 15 Nov 2023 00:00:00 GMT",
         "max-age=6400"},
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->server.whole.settings.expires = cases[i].e;
        settle(f, 404);
        assert_int_equal(f->x.response.field_count, 0);
        settle(f, 200);
        if (!cases[i].date) {
            assert_int_equal(f->x.response.field_count, 0);
            continue;
        }
        assert_string_equal(value_of(f, "Expires"), cases[i].date);
        assert_string_equal(value_of(f, "Cache-Control"), cases[i].control);
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_by_status),
        cmocka_unit_test(replaces_validators),
        cmocka_unit_test(weakens),
        cmocka_unit_test(expires),
    };

    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
