/* proxyproto.c - whatever the first bytes are, the reader stays inside of them,
 * and more bytes behind a whole header change nothing */
#include <stdlib.h>

#include "base/attr.h"
#include "net/proxyproto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static void try_extras(const struct proxyproto *p)
{
    static const struct str names[] = {
        STR("alpn"),   STR("authority"),  STR("unique_id"),
        STR("ssl_cn"), STR("ssl_cipher"), STR("0x30"),
    };
    uint32_t result;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str value = proxyproto_extra(p, names[i]);

        if (value.at)
            expect(value.at >= p->extras.at &&
                   value.at + value.len <= p->extras.at + p->extras.len);
    }
    (void)proxyproto_verify(p, &result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    struct proxyproto whole, part;
    const char *why = NULL;

    if (proxyproto_parse(bytes, &whole, &why) != PROXYPROTO_DONE)
        return 0;
    expect(whole.length <= size && whole.length <= PROXYPROTO_MAX);
    bytes.len = whole.length;
    expect(proxyproto_parse(bytes, &part, &why) == PROXYPROTO_DONE);
    expect(part.length == whole.length);
    expect(!whole.has_addresses ||
           (address_equals(&part.source, &whole.source) &&
            address_equals(&part.destination, &whole.destination)));
    bytes.len--;
    expect(proxyproto_parse(bytes, &part, &why) == PROXYPROTO_MORE);
    try_extras(&whole);
    return 0;
}
