/* base64.c - bytes written with 64 letters (RFC 4648 section 4) */
#include "base/base64.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (str_is_digit(c))
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

static struct str without_padding(struct str text)
{
    for (int i = 0; i < 2 && str_ends_with(text, STR("=")); i++)
        text.len--;
    return text;
}

bool base64_decode(struct buf *into, struct str text)
{
    unsigned bits = 0;
    unsigned count = 0;

    text = without_padding(text);
    if (text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of(text.at[i]);

        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        buf_put_char(into, (char)(bits >> count & 0xff));
    }
    return !into->failed;
}
