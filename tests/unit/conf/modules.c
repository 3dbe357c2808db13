/* modules.c - the cases of conf/modules */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/modules.h"

static void says_what_is_here_and_what_is_not(void **state)
{
    static const struct {
        const char *word;
        bool is_said;
    } cases[] = {
        {" --without-http_proxy_module ", true},
        {" --with-http_proxy_module ", false},
        {" --without-http_fastcgi_module ", true},
        {" --without-http_autoindex_module ", false},
        {" --with-http_autoindex_module ", false},
        {" --without-http_rewrite_module ", false},
        {" --with-http_stub_status_module ", true},
        {" --with-http_realip_module ", true},
        {" --with-http_dav_module ", false},
        {" --without-http_dav_module ", false},
    };
    struct buf text = {0};

    (void)state;
    modules_put(&text);
    buf_put_char(&text, ' ');
    buf_put_char(&text, '\0');
    assert_false(text.failed);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if ((strstr(text.data, cases[i].word) != NULL) != cases[i].is_said)
            fail_msg("%s: %s", cases[i].word, text.data);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_here_and_what_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
