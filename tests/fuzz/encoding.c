/* encoding.c - Accept-Encoding: a list is a list, on one line or on several */
#include <stdlib.h>

#include "http/encoding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct encodings whole = {0};
    struct encodings parts = {0};

    encoding_read(&whole, text);
    while (text.at)
        encoding_read(&parts, str_cut(&text, ','));
    for (unsigned i = 0; i < ENCODING_COUNT; i++) {
        unsigned weight = encoding_weight(&whole, i);

        expect(weight <= 1000);
        expect(weight == encoding_weight(&parts, i));
        expect(weight == 0 || i == ENCODING_IDENTITY ||
               weight >= encoding_weight(&whole, ENCODING_IDENTITY) ||
               !whole.named[ENCODING_IDENTITY]);
    }
    return 0;
}
