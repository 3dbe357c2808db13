/* address.c - what is parsed and printed parses to the same again */
#include <stdlib.h>

#include "base/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static void try_address(struct str text)
{
    struct address first, second;
    struct buf host = {0};

    if (address_parse(&first, text, 80) < 0)
        return;
    address_print_host(&host, &first);
    expect(address_parse(&second, buf_str(&host), 80) == 0);
    expect(address_equals(&first, &second));
    buf_close(&host);
}

static void try_network(struct str text)
{
    struct network first, second;
    struct buf host = {0};
    bool cleared;

    if (network_parse(&first, text, &cleared) < 0)
        return;
    expect(network_holds(&first, &first.base));
    address_print_host(&host, &first.base);
    buf_printf(&host, "/%u", first.bits);
    expect(network_parse(&second, buf_str(&host), &cleared) == 0);
    expect(!cleared && second.bits == first.bits);
    expect(address_equals(&first.base, &second.base));
    buf_close(&host);
}

static void try_path(struct str text)
{
    struct address a;
    struct buf name = {0};

    if (address_unix(&a, text) < 0)
        return;
    address_print(&name, &a);
    expect(str_equals(str_from(buf_str(&name), 5), text));
    buf_close(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};

    try_address(text);
    try_network(text);
    try_path(text);
    return 0;
}
