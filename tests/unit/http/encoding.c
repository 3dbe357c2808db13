/* encoding.c - the cases of http/encoding */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/encoding.h"

static void weighs(void **state)
{
    static const struct {
        const char *lines[3];
        unsigned gzip, br, zstd;
    } cases[] = {
        {{""}, 0, 0, 0},
        {{"gzip"}, 1000, 0, 0},
        {{"GZip"}, 1000, 0, 0},
        {{"x-gzip"}, 1000, 0, 0},
        {{"gzip, deflate, br"}, 1000, 1000, 0},
        {{"gzip,deflate,br,zstd"}, 1000, 1000, 1000},
        {{" gzip ;q=0.5 ,\tbr ; q=0.25"}, 500, 250, 0},
        {{"br;q=1.0, gzip;q=0.8, *;q=0.1"}, 800, 1000, 100},
        {{"gzip;q=0"}, 0, 0, 0},
        {{"gzip;q=0.000"}, 0, 0, 0},
        {{"gzip;q=0.001"}, 1, 0, 0},
        {{"gzip;q=1.000"}, 1000, 0, 0},
        {{"gzip;Q=0.5"}, 500, 0, 0},
        {{"gzip;q = 0.5"}, 500, 0, 0},
        {{"gzip;level=9;q=0.5"}, 500, 0, 0},
        {{"gzip;q="}, 0, 0, 0},
        {{"gzip;q=1.001"}, 0, 0, 0},
        {{"gzip;q=2"}, 0, 0, 0},
        {{"gzip;q=0.0001"}, 0, 0, 0},
        {{"gzip;q=.5"}, 0, 0, 0},
        {{"gzip;q=-1"}, 0, 0, 0},
        {{"gzip;q=0.x"}, 0, 0, 0},
        {{"gzip;q=01"}, 0, 0, 0},
        {{"gzip;q=1."}, 1000, 0, 0},
        {{"gzip;q=0, gzip"}, 0, 0, 0},
        {{"*"}, 1000, 1000, 1000},
        {{"*;q=0"}, 0, 0, 0},
        {{"gzip, *;q=0"}, 1000, 0, 0},
        {{"gzip;q=0, *"}, 0, 1000, 1000},
        {{"identity"}, 0, 0, 0},
        {{"identity, gzip"}, 1000, 0, 0},
        {{"identity, gzip;q=0.9"}, 0, 0, 0},
        {{"identity;q=0.5, gzip;q=0.6, br;q=0.4"}, 600, 0, 0},
        {{"identity;q=0, gzip;q=0.1"}, 100, 0, 0},
        {{"gzipx, xgzip, gzi"}, 0, 0, 0},
        {{"gzip deflate"}, 0, 0, 0},
        {{"deflate", "gzip", "br;q=0.5"}, 1000, 500, 0},
        {{",,gzip,,"}, 1000, 0, 0},
        {{";q=1"}, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct encodings e = {0};
        unsigned gzip, br, zstd;

        for (int j = 0; j < 3 && cases[i].lines[j]; j++)
            encoding_read(&e, str_of(cases[i].lines[j]));
        gzip = encoding_weight(&e, ENCODING_GZIP);
        br = encoding_weight(&e, ENCODING_BROTLI);
        zstd = encoding_weight(&e, ENCODING_ZSTD);
        if (gzip != cases[i].gzip || br != cases[i].br || zstd != cases[i].zstd)
            fail_msg("\"%s\": gzip %u br %u zstd %u", cases[i].lines[0], gzip,
                     br, zstd);
    }
}

static void names_them(void **state)
{
    (void)state;
    assert_true(str_equals(encoding_name(ENCODING_GZIP), STR("gzip")));
    assert_true(str_equals(encoding_name(ENCODING_BROTLI), STR("br")));
    assert_true(str_equals(encoding_name(ENCODING_ZSTD), STR("zstd")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weighs),
        cmocka_unit_test(names_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
