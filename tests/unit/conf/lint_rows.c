/* lint_rows.c - each code with configurations that are wrong and right */
#include "conf/lint.h"

#include "linting.h"

#define HTTP(text) "events {}\nhttp {\n" text "\n}"
#define SERVER(text) HTTP("server {\n" text "\n}")

struct row {
    const char *text;
    const char *found;
};

static void check(const char *code, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_findings(rows[i].text, code, rows[i].found);
}

static void fields(void **state)
{
    static const struct row rows[] = {
        {SERVER("add_header X-Frame-Options a;\nlocation / {\n"
                "add_header B b; }"),
         "P02:6 "},
        {HTTP("add_header x-frame-options a;\nserver {\nadd_header B b; }"),
         "P02:5 "},
        {SERVER("add_header Referrer-Policy a;\nlocation / {\nlocation /b {\n"
                "add_header B b; } }"),
         "P02:7 "},
        {SERVER("add_header X-Frame-Options a;\nlocation / {\n"
                "add_header B b; add_header X-FRAME-Options c; }"),
         ""},
        {SERVER("add_header X-Frame-Options a;\nlocation / {\n"
                "add_header_inherit merge; add_header B b; }"),
         ""},
        {SERVER("add_header X-Frame-Options a; location / { }"), ""},
        {SERVER("add_header A a; location / { add_header B b; }"), ""},
    };

    (void)state;
    check("P02", rows, ARRAY_LEN(rows));
}

static void shells(void **state)
{
    static const struct row rows[] = {
        {SERVER("expires max;"), "P05:4 "},
        {SERVER("location / {\nexpires 30d; }"), "P05:5 "},
        {SERVER("location / { expires modified 1d; }"), "P05:4 "},
        {SERVER("location / { expires 23h; }"), ""},
        {SERVER("location / { expires epoch; }"), ""},
        {SERVER("location / { expires -1; }"), ""},
        {SERVER("location / { expires @15h; }"), ""},
        {SERVER("location / { expires $arg_a; }"), ""},
        {SERVER("expires max; location = /index.html { expires 0; }"), ""},
        {SERVER("expires max; return 404;"), ""},
        {SERVER("location /assets/ { expires max; }"), ""},
    };

    (void)state;
    check("P05", rows, ARRAY_LEN(rows));
}

static void dotfiles(void **state)
{
    static const struct row rows[] = {
        {SERVER("root a;"), "P03:3 "},
        {SERVER("root a; location / {}"), "P03:3 "},
        {SERVER("root a; location = /.git/config { return 404; }\n"
                "location /x {}"),
         ""},
        {SERVER("hidden_files not_found;"), ""},
        {HTTP("hidden_files not_found; server {}"), ""},
        {SERVER("location / { hidden_files not_found; }"), ""},
        {SERVER("location /x { hidden_files not_found; }"), "P03:3 "},
        {SERVER("return 404;"), ""},
        {SERVER("location / { return 404; }"), ""},
        {SERVER("location /. { return 404; }"), ""},
        {SERVER("location / { location /.git { return 404; } }"), ""},
        {SERVER("location / {} location ~ /\\. { deny all; }"), ""},
        {SERVER("location / {} location ~ /\\.ht { deny all; }"), "P03:3 "},
        {SERVER("location / {} location ~ /\\. { internal; }"), ""},
        {SERVER("location ^~ / {} location ~ /\\. { deny all; }"), "P03:3 "},
        {SERVER("location / { if ($arg_a) { return 404; } }"), "P03:3 "},
    };

    (void)state;
    check("P03", rows, ARRAY_LEN(rows));
}

static void ports(void **state)
{
    static const struct row rows[] = {
        {SERVER("server_name a.org;\nlisten 8080;"), "P06:5 "},
        {SERVER("server_name _ a.org;\nlisten 81; listen 82;"), "P06:5 "},
        {SERVER("server_name a.org; listen 80; listen 8080;"), ""},
        {SERVER("server_name a.org; listen 443;"), ""},
        {SERVER("server_name ~^a\\.org; listen 8080;"), ""},
        {SERVER("server_name a.org; listen unix:/x;"), ""},
        {SERVER("server_name a.org; listen 8080; port_in_redirect off;"), ""},
        {SERVER("server_name a.org; listen 8080; absolute_redirect off;"), ""},
        {SERVER("server_name _; listen 8080;"), ""},
        {SERVER("server_name localhost a.local b.test; listen 8080;"), ""},
        {SERVER("server_name 127.0.0.1; listen 8080;"), ""},
    };

    (void)state;
    check("P06", rows, ARRAY_LEN(rows));
}

static void roots(void **state)
{
    static const struct row rows[] = {
        {SERVER("location / { root a; }\nlocation /b { root a; }"), "P08:4 "},
        {SERVER("location = / {\nroot a; }\nlocation /b {\nroot a; }"),
         "P08:5 "},
        {SERVER("location = /a { root a; } location = /b { root a; }"),
         "P08:4 "},
        {SERVER("location = /a { root a; } location ~ b { root a; }"),
         "P08:4 "},
        {SERVER("location /a { alias a; } location /b { alias a; }"), ""},
        {SERVER("root a; location / { root a; } location /b { root a; }"), ""},
        {HTTP("root a;\nserver { location / { root a; }\n"
              "location /b { root a; } }"),
         ""},
        {SERVER("location / { root a; } location /b { root b; }"), ""},
        {SERVER("location / { root a; }"), ""},
        {SERVER("location /a {} location /b {} location /c { root a; }"), ""},
    };

    (void)state;
    check("P08", rows, ARRAY_LEN(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),   cmocka_unit_test(shells),
        cmocka_unit_test(dotfiles), cmocka_unit_test(ports),
        cmocka_unit_test(roots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
