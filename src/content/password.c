/* password.c - is this the password that a hash was made of? */
#include "content/password.h"

#include <crypt.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/attr.h"
#include "base/base64.h"

enum { DES_LEN = 13, SHA1_LEN = 20, MD5_LEN = 16, APR1_ROUNDS = 1000 };

static const char LETTERS[] =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* How far two texts agree cannot be told from the time that this takes. */
static bool same(struct str a, struct str b)
{
    unsigned char differs = a.len != b.len;

    for (size_t i = 0; i < a.len; i++) {
        char other = b.len > 0 ? b.at[i % b.len] : '\0';
        volatile unsigned char one = (unsigned char)(a.at[i] ^ other);

        differs |= one;
    }
    return differs == 0;
}

/* ---- digests ---- */

static bool digest(const EVP_MD *kind, const struct str *parts, size_t count,
                   unsigned char *into)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, kind, NULL) == 1;

    for (size_t i = 0; good && i < count; i++)
        good = parts[i].len == 0 ||
               EVP_DigestUpdate(context, parts[i].at, parts[i].len) == 1;
    good = good && EVP_DigestFinal_ex(context, into, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

/* {SHA}: the digest; {SSHA}: the digest of password and salt, then the salt. */
static bool matches_sha(struct str password, struct str text, bool salted)
{
    char memory[256];
    struct buf stored = buf_over(memory, sizeof(memory));
    unsigned char found[SHA1_LEN];
    struct str parts[2] = {password};

    if (!base64_decode(&stored, text) || stored.len < SHA1_LEN ||
        (!salted && stored.len != SHA1_LEN))
        return false;
    parts[1] = str_from(buf_str(&stored), SHA1_LEN);
    return digest(EVP_sha1(), parts, 2, found) &&
           same((struct str){(char *)found, SHA1_LEN},
                (struct str){memory, SHA1_LEN});
}

/* ---- $apr1$: MD5 a thousand times, as Apache made it up ---- */

static bool apr1_begin(struct str password, struct str salt,
                       unsigned char state[MD5_LEN])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const struct str twice[] = {password, salt, password};
    unsigned char inner[MD5_LEN];
    bool good = context && digest(EVP_md5(), twice, 3, inner) &&
                EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;

    if (good) {
        EVP_DigestUpdate(context, password.at, password.len);
        EVP_DigestUpdate(context, "$apr1$", 6);
        EVP_DigestUpdate(context, salt.at, salt.len);
        for (size_t left = password.len; left > 0;) {
            size_t part = left < MD5_LEN ? left : MD5_LEN;

            EVP_DigestUpdate(context, inner, part);
            left -= part;
        }
        for (size_t bit = password.len; bit > 0; bit >>= 1)
            EVP_DigestUpdate(context, bit & 1 ? "" : password.at, 1);
        good = EVP_DigestFinal_ex(context, state, NULL) == 1;
    }
    EVP_MD_CTX_free(context);
    return good;
}

static bool apr1_rounds(struct str password, struct str salt,
                        unsigned char state[MD5_LEN])
{
    struct str last = {(char *)state, MD5_LEN};

    for (unsigned i = 0; i < APR1_ROUNDS; i++) {
        struct str none = {"", 0};
        const struct str parts[] = {
            i & 1 ? password : last,
            i % 3 ? salt : none,
            i % 7 ? password : none,
            i & 1 ? last : password,
        };

        if (!digest(EVP_md5(), parts, 4, state))
            return false;
    }
    return true;
}

static void put_letters(char **at, unsigned bits, unsigned count)
{
    while (count-- > 0) {
        *(*at)++ = LETTERS[bits & 63];
        bits >>= 6;
    }
}

/* The order of the bytes is part of the format. */
static void apr1_write(const unsigned char s[MD5_LEN], char into[22])
{
    static const unsigned char order[5][3] = {
        {0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};

    for (unsigned i = 0; i < 5; i++)
        put_letters(&into,
                    (unsigned)s[order[i][0]] << 16 |
                        (unsigned)s[order[i][1]] << 8 | s[order[i][2]],
                    4);
    put_letters(&into, s[11], 2);
}

static bool matches_apr1(struct str password, struct str text)
{
    struct str salt = str_cut(&text, '$');
    unsigned char state[MD5_LEN];
    char found[22];

    if (salt.len > 8)
        salt.len = 8;
    if (!text.at || !apr1_begin(password, salt, state) ||
        !apr1_rounds(password, salt, state))
        return false;
    apr1_write(state, found);
    return same((struct str){found, sizeof(found)}, text);
}

/* ---- crypt(3) ---- */

static bool matches_crypt(struct str password, struct str hash)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    const char *found = data ? crypt_r(password.at, hash.at, data) : NULL;
    /* What could not be made begins with "*", which no hash does. */
    bool good = found && found[0] != '*' && same(str_of(found), hash);

    free(data);
    return good;
}

/* ---- the kinds ---- */

static bool cut_prefix(struct str hash, struct str prefix, struct str *rest)
{
    *rest = str_from(hash, prefix.len);
    return str_starts_with(hash, prefix);
}

bool password_matches(struct str password, struct str hash)
{
    struct str rest;

    if (cut_prefix(hash, STR("{PLAIN}"), &rest))
        return same(password, rest);
    if (cut_prefix(hash, STR("{SHA}"), &rest))
        return matches_sha(password, rest, false);
    if (cut_prefix(hash, STR("{SSHA}"), &rest))
        return matches_sha(password, rest, true);
    if (cut_prefix(hash, STR("$apr1$"), &rest))
        return matches_apr1(password, rest);
    return hash.len > 0 && matches_crypt(password, hash);
}

bool password_is_costly(struct str hash)
{
    if (str_starts_with(hash, STR("{")))
        return false;
    return hash.len != DES_LEN || str_starts_with(hash, STR("$"));
}
