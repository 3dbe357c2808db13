/* password.c - the cases of content/password
 *
 * The hashes were made by openssl passwd and by crypt(3). */
#include "content/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

#define LONG "a much longer password of more than sixteen bytes"

static const struct {
    const char *password, *hash;
    bool costly;
} good[] = {
    {"secret", "{PLAIN}secret", false},
    {"", "{PLAIN}", false},
    {"secret", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", false},
    {"secret", "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0", false},
    {"secret", "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0", true},
    {"secret", "$apr1$s$UoSp2veMyXxx3bp9uljYO/", true},
    {"", "$apr1$saltsalt$a8ml/vK5HEjiZ5oypDWA7/", true},
    {"", "$apr1$s$e2aCb9PLCjZ2t55SoAxXn.", true},
    {LONG, "$apr1$saltsalt$NtOJ9mETbcZOEYBKVBuZx0", true},
    {LONG, "$apr1$s$nd/NGvQElzDh/kj40locW1", true},
    {"secret", "$1$abcd$Oy8OD9LGKv7H9yIMreLNV1", true},
    {LONG, "$5$abcd$xJQKnpbAmFI74vSIUj7N6bLcRrgPlOhW7h/9siWltq6", true},
    {"secret", "abNANd1rDfiNc", false},
    {"secret", "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
     true},
    {"secret",
     "$6$rounds=1000$salt$HNxBeBnDfSfUrTj6KiLnmd7tGCvHEmcExh8kl/"
     "S0cZ5WrCciNZgfhbpkeFQ4JfkHX.8vPq45lY0iINnCx1Lkm.",
     true},
};

static void knows_every_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct str hash = str_of(good[i].hash);

        if (!password_matches(str_of(good[i].password), hash))
            fail_msg("\"%s\" is \"%s\"", good[i].hash, good[i].password);
        assert_false(password_matches(STR("other"), hash));
        assert_false(password_matches(STR("secre"), hash));
        assert_false(password_matches(STR("secrets"), hash));
        assert_int_equal(password_is_costly(hash), good[i].costly);
    }
}

/* Nothing that is no hash opens a door. */
static void nonsense_matches_nothing(void **state)
{
    static const char *const hashes[] = {
        "",
        "*",
        "*0",
        "*1",
        "x",
        "secret",
        "{PLAIN",
        "{plain}secret",
        "{SHA}",
        "{SHA}!!!!",
        "{SHA}c2VjcmV0",
        "{SHA}6en6G6MezRroT3XKqkdPOmY/BfQ=",
        "{SSHA}",
        "{SSHA}c2VjcmV0",
        "$apr1$",
        "$apr1$$",
        "$apr1$saltsalt",
        "$apr1$saltsalt$",
        "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ",
        "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ00",
        "$2y$05$",
        "$9$x$y",
        "$",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (password_matches(STR("secret"), str_of(hashes[i])))
            fail_msg("\"%s\" lets in", hashes[i]);
        if (password_matches(STR(""), str_of(hashes[i])))
            fail_msg("\"%s\" lets nobody in", hashes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_every_format),
        cmocka_unit_test(nonsense_matches_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
