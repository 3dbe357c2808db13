/* lint_routes.c - the codes about locations, wrong and right */
#include "conf/lint_checks.h"

#include "linting.h"

#define SERVER(text) "events {}\nhttp {\nserver {\n" text "\n}\n}"

struct row {
    const char *text;
    const char *found;
};

static void check(const char *code, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_findings(rows[i].text, code, rows[i].found);
}

static void aliases(void **state)
{
    static const struct row rows[] = {
        {SERVER("location /a {\nalias /b/; }"), "P01:5 "},
        {SERVER("location / { location /a {\nalias /b/; } }"), "P01:5 "},
        {SERVER("location ^~ /a {\nalias /b/; }"), "P01:5 "},
        {SERVER("location /a/ { alias /b/; }"), ""},
        {SERVER("location /a/ { alias /b; }"), ""},
        {SERVER("location /a { alias /b; }"), ""},
        {SERVER("location = /a { alias /b/; }"), ""},
        {SERVER("location ~ ^/a(.*) { alias /b/$1/; }"), ""},
        {SERVER("location /a/ { alias /b/; location /a/c { } }"), ""},
    };
    static const struct row glued[] = {
        {SERVER("location /a/ {\nalias /b; }"), "P10:5 "},
        {SERVER("location /a/ { alias /b/; }"), ""},
        {SERVER("location /a { alias /b/; }"), ""},
        {SERVER("location /a { alias /b; }"), ""},
        {SERVER("location = /a/ { alias /b; }"), ""},
    };

    (void)state;
    check("P01", rows, ARRAY_LEN(rows));
    check("P10", glued, ARRAY_LEN(glued));
}

static void fallbacks(void **state)
{
    static const struct row rows[] = {
        {SERVER("location / {\ntry_files $uri /index.html; }"), "P04:5 "},
        {SERVER("try_files $uri $uri/ /index.html?$args;"), "P04:4 "},
        {SERVER("location / {\ntry_files $uri /a/index.htm; }\n"
                "location ~ \\.php$ { }"),
         "P04:5 "},
        {SERVER("location / {\ntry_files $uri /index.html; }\n"
                "location = /x.js { }\nlocation /api { return 404; }"),
         "P04:5 "},
        {SERVER("location / { try_files $uri =404; }"), ""},
        {SERVER("location / { try_files $uri /missing.txt; }"), ""},
        {SERVER("location / { try_files $uri @app; } location @app { }"), ""},
        {SERVER("location / { try_files $uri /index.html; }\n"
                "location /assets/ { }"),
         ""},
        {SERVER("location / { try_files $uri /index.html; }\n"
                "location ~ \\.(js|css)$ { }"),
         ""},
        {SERVER("location / { try_files $uri /index.html; location /s { } }"),
         ""},
        {SERVER("return 404; location / { try_files $uri /index.html; }"), ""},
    };

    (void)state;
    check("P04", rows, ARRAY_LEN(rows));
}

static void file_tests(void **state)
{
    static const struct row rows[] = {
        {SERVER("location / { try_files $uri =404;\n"
                "if (-f $request_filename) { expires 1h; } }"),
         "P07:5 "},
        {SERVER("location / {\nif ($arg_a) { expires 1h; }\n"
                "if (!-e /x) { expires 1h; } try_files $uri =404; }"),
         "P07:6 "},
        {SERVER("location / { try_files $uri =404;\n"
                "if (-d /x) { break; }\nif (-x /x) { break; } }"),
         "P07:5 P07:6 "},
        {SERVER("location / { if (-f /x) { expires 1h; } }"), ""},
        {SERVER("location / { try_files $uri =404; if ($arg_a) { break; } }"),
         ""},
        {SERVER("if (-f /x) { return 404; } location / { try_files $uri =404; "
                "}"),
         ""},
    };

    (void)state;
    check("P07", rows, ARRAY_LEN(rows));
}

static void shadows(void **state)
{
    static const struct row rows[] = {
        {SERVER("location /favicon.ico { }\nlocation ~ \\.ico$ { }"), "P09:4 "},
        {SERVER("location ~* \\.ICO$ { }\nlocation /a/favicon.ico { }"),
         "P09:5 "},
        {SERVER("location / { location /favicon.ico { }\n"
                "location ~ \\.ico$ { } }"),
         "P09:4 "},
        {SERVER("location = /favicon.ico { } location ~ \\.ico$ { }"), ""},
        {SERVER("location ^~ /favicon.ico { } location ~ \\.ico$ { }"), ""},
        {SERVER("location /favicon.ico { } location ~ \\.png$ { }"), ""},
        {SERVER("location /v1.2/ { } location ~ v1 { }"), ""},
        {SERVER("location /img { } location ~ img { }"), ""},
    };

    (void)state;
    check("P09", rows, ARRAY_LEN(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aliases),
        cmocka_unit_test(fallbacks),
        cmocka_unit_test(file_tests),
        cmocka_unit_test(shadows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
