/* expires.c - how the directive expires writes a time */
#include "conf/expires.h"

#include "conf/value.h"

enum { DAY = 24 * 60 * 60 };

static bool find_word(struct str text, enum conf_expires_kind *kind)
{
    if (str_equals(text, STR("epoch")))
        *kind = CONF_EXPIRES_EPOCH;
    else if (str_equals(text, STR("max")))
        *kind = CONF_EXPIRES_MAX;
    else if (str_equals(text, STR("off")))
        *kind = CONF_EXPIRES_OFF;
    else
        return false;
    return true;
}

/* Whole seconds only: neither "ms" nor what is less than one. */
static bool take_seconds(struct str text, int64_t *seconds)
{
    uint64_t ms = 0;

    if (!value_time(text, &ms) || ms % 1000 != 0)
        return false;
    *seconds = (int64_t)(ms / 1000);
    return true;
}

const char *expires_parse(struct conf_expires *into, struct str text)
{
    enum conf_expires_kind kind = into->kind;
    char sign = text.len > 0 ? text.at[0] : '\0';
    int64_t seconds;

    if (kind != CONF_EXPIRES_MODIFIED && find_word(text, &into->kind))
        return NULL;
    if (sign == '@' && kind == CONF_EXPIRES_MODIFIED)
        return "daily time cannot be used with \"modified\" parameter";
    if (sign == '@')
        kind = CONF_EXPIRES_DAILY;
    if (sign == '@' || sign == '+' || sign == '-')
        text = str_from(text, 1);
    if (!take_seconds(text, &seconds))
        return "invalid value";
    if (kind == CONF_EXPIRES_DAILY && seconds > DAY)
        return "daily time value must be less than 24 hours";
    into->kind = kind;
    into->seconds = sign == '-' ? -seconds : seconds;
    return NULL;
}
