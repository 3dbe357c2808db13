/* dates.c - the present time as the texts that answers and logs show */
#include "content/dates.h"

#include "base/buf.h"
#include "http/date.h"

static void write_form(struct buf *into, enum dates_form form, time_t now)
{
    struct tm local;

    if (form == DATES_HTTP) {
        date_put(into, now);
        return;
    }
    localtime_r(&now, &local);
    if (form == DATES_LOG)
        date_put_log(into, &local);
    else
        date_put_iso8601(into, &local);
}

struct str dates_text(struct dates *d, enum dates_form form, time_t now)
{
    struct dates_entry *e = &d->entries[form];

    if (e->len == 0 || e->second != now) {
        struct buf text = buf_over(e->text, sizeof(e->text));

        write_form(&text, form, now);
        e->second = now;
        e->len = (unsigned char)text.len;
    }
    return (struct str){e->text, e->len};
}
