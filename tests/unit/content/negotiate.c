/* negotiate.c - the cases of content/negotiate */
#include "content/negotiate.h"

#include "content/headers.h"
#include "fixture.h"

struct negotiate_case {
    const char *fields; /* of the request */
    int proxied;
    const char *expires, *control; /* of the answer */
    bool allowed;
};

static const char *request_with(const char *fields)
{
    static char text[512];

    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", fields);
    return text;
}

static void check(struct fixture *f, const struct negotiate_case *c)
{
    struct settings *s = &f->server.whole.settings;

    s->gzip_proxied.value = c->proxied;
    assert_int_equal(fixture_request(f, request_with(c->fields)), HTTP_NONE);
    f->x.location = &f->server.whole;
    if (c->expires)
        assert_true(headers_add(&f->x, STR("Expires"), str_of(c->expires)));
    if (c->control)
        assert_true(
            headers_add(&f->x, STR("cache-control"), str_of(c->control)));
    if (negotiate_gzip(&f->x) != c->allowed)
        fail_msg("%s with %x, %s, %s", c->fields, (unsigned)c->proxied,
                 c->expires ? c->expires : "-", c->control ? c->control : "-");
}

#define GZIP "Accept-Encoding: gzip\r\n"
#define VIA GZIP "Via: 1.1 x\r\n"
#define PAST "Tue, 14 Nov 2023 22:13:19 GMT"
#define NOW "Tue, 14 Nov 2023 22:13:20 GMT"

static void negotiates(void **state)
{
    static const struct negotiate_case cases[] = {
        {"", 0, NULL, NULL, false},
        {GZIP, 0, NULL, NULL, true},
        {"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", 0, NULL, NULL,
         true},
        {"Accept-Encoding: br\r\n", 0, NULL, NULL, false},
        {VIA, CONF_PROXIED_OFF, NULL, NULL, false},
        {VIA, CONF_PROXIED_ANY, PAST, "public", true},
        {VIA, CONF_PROXIED_AUTH, PAST, NULL, false},
        {VIA "Authorization: x\r\n", CONF_PROXIED_AUTH, NULL, "public", true},
        {VIA, CONF_PROXIED_EXPIRED, PAST, NULL, true},
        {VIA, CONF_PROXIED_EXPIRED, NOW, NULL, false},
        {VIA, CONF_PROXIED_EXPIRED, "never", NULL, false},
        {VIA, CONF_PROXIED_NO_CACHE, PAST, "no-cache", false},
        {VIA, CONF_PROXIED_NO_CACHE, NULL, "a, No-Cache", true},
        {VIA, CONF_PROXIED_NO_CACHE, NULL, "no-caches", false},
        {VIA, CONF_PROXIED_NO_CACHE, NULL, "private", false},
        {VIA, CONF_PROXIED_NO_STORE | CONF_PROXIED_PRIVATE, NULL, "private",
         true},
        {VIA, CONF_PROXIED_NO_STORE, NULL, "no-store,private", true},
        {VIA, CONF_PROXIED_NO_ETAG, NULL, NULL, true},
        {VIA, CONF_PROXIED_NO_LAST_MODIFIED, NULL, NULL, true},
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(f, &cases[i]);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(negotiates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
