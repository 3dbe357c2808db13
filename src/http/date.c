/* date.c - instants to text and back, without the C library's locale or zone */
#include "http/date.h"

#include "base/attr.h"

enum { DAY = 86400 };

static const char day_names[7][4] = {"Sun", "Mon", "Tue", "Wed",
                                     "Thu", "Fri", "Sat"};
static const char long_day_names[7][10] = {"Sunday",    "Monday",   "Tuesday",
                                           "Wednesday", "Thursday", "Friday",
                                           "Saturday"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec"};

/* Days from 1970-01-01 to a date of the Gregorian calendar. Years begin in
 * March here, so that the leap day is the last of its year. */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year =
        (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 -
           year_of_era / 100 + day_of_year - 719468;
}

/* The inverse: year, month and day of the month into `into`. */
static void set_date(struct tm *into, int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t month = (5 * doy + 2) / 153; /* 0 is March */
    int64_t year = yoe + era * 400 + (month >= 10);

    into->tm_mday = (int)(doy - (153 * month + 2) / 5 + 1);
    into->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
    into->tm_year = (int)(year - 1900);
    into->tm_yday = (int)(days - days_of(year, 1, 1));
}

/* The first and last second that four digits of a year can tell. */
static int64_t kept(int64_t seconds)
{
    const int64_t least = -62135596800;
    const int64_t most = 253402300799;

    if (seconds < least)
        return least;
    return seconds > most ? most : seconds;
}

void date_civil(struct tm *into, int64_t seconds)
{
    int64_t days, left;

    seconds = kept(seconds);
    days = seconds / DAY - (seconds % DAY < 0);
    left = seconds - days * DAY;

    *into = (struct tm){.tm_zone = "UTC"};
    set_date(into, days);
    into->tm_hour = (int)(left / 3600);
    into->tm_min = (int)(left / 60 % 60);
    into->tm_sec = (int)(left % 60);
    into->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
}

static void put_digits(char *into, int count, int n)
{
    while (count-- > 0) {
        into[count] = (char)('0' + n % 10);
        n /= 10;
    }
}

void date_write(char into[DATE_LEN], int64_t seconds)
{
    struct tm tm;

    date_civil(&tm, seconds);
    memcpy(into, "Ddd, dd Mmm yyyy hh:mm:ss GMT", DATE_LEN);
    memcpy(into, day_names[tm.tm_wday], 3);
    put_digits(into + 5, 2, tm.tm_mday);
    memcpy(into + 8, month_names[tm.tm_mon], 3);
    put_digits(into + 12, 4, tm.tm_year + 1900);
    put_digits(into + 17, 2, tm.tm_hour);
    put_digits(into + 20, 2, tm.tm_min);
    put_digits(into + 23, 2, tm.tm_sec);
}

void date_put(struct buf *into, int64_t seconds)
{
    char text[DATE_LEN];

    date_write(text, seconds);
    buf_put(into, (struct str){text, DATE_LEN});
}

/* What is left to read; `good` turns false at the first thing that does not
 * fit. */
struct reader {
    struct str rest;
    bool good;
};

static void skip(struct reader *r, struct str text)
{
    r->good = r->good && str_starts_with(r->rest, text);
    if (r->good)
        r->rest = str_from(r->rest, text.len);
}

static int digits(struct reader *r, size_t count)
{
    uint64_t n = 0;

    r->good = r->good && r->rest.len >= count &&
              str_number((struct str){r->rest.at, count}, &n);
    if (r->good)
        r->rest = str_from(r->rest, count);
    return (int)n;
}

static int month(struct reader *r)
{
    for (int i = 0; i < 12; i++) {
        struct str name = {month_names[i], 3};

        if (r->good && str_starts_with(r->rest, name)) {
            skip(r, name);
            return i + 1;
        }
    }
    r->good = false;
    return 1;
}

/* Whether the day of the week is the right one matters to nobody. */
static bool cut_day(struct reader *r, struct str behind)
{
    for (size_t i = 0; i < 7; i++) {
        struct str names[] = {str_of(day_names[i]), str_of(long_day_names[i])};

        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            struct str rest = str_from(r->rest, names[k].len);

            if (str_starts_with(r->rest, names[k]) &&
                str_starts_with(rest, behind)) {
                r->rest = str_from(rest, behind.len);
                return true;
            }
        }
    }
    return false;
}

struct civil {
    int year, month, day, hour, minute, second;
};

static void read_time(struct reader *r, struct civil *c)
{
    c->hour = digits(r, 2);
    skip(r, STR(":"));
    c->minute = digits(r, 2);
    skip(r, STR(":"));
    c->second = digits(r, 2);
}

/* "06 Nov 1994 08:49:37 GMT" */
static void read_fixdate(struct reader *r, struct civil *c)
{
    c->day = digits(r, 2);
    skip(r, STR(" "));
    c->month = month(r);
    skip(r, STR(" "));
    c->year = digits(r, 4);
    skip(r, STR(" "));
    read_time(r, c);
    skip(r, STR(" GMT"));
}

/* "06-Nov-94 08:49:37 GMT"; the year is at most 50 years ahead. */
static void read_rfc850(struct reader *r, struct civil *c, int64_t now)
{
    struct tm tm;

    date_civil(&tm, now);
    c->day = digits(r, 2);
    skip(r, STR("-"));
    c->month = month(r);
    skip(r, STR("-"));
    c->year = digits(r, 2);
    skip(r, STR(" "));
    read_time(r, c);
    skip(r, STR(" GMT"));
    c->year += (tm.tm_year + 1900) / 100 * 100;
    if (c->year > tm.tm_year + 1900 + 50)
        c->year -= 100;
}

/* "Nov  6 08:49:37 1994" */
static void read_asctime(struct reader *r, struct civil *c)
{
    c->month = month(r);
    skip(r, STR(" "));
    if (r->good && str_starts_with(r->rest, STR(" "))) {
        skip(r, STR(" "));
        c->day = digits(r, 1);
    } else {
        c->day = digits(r, 2);
    }
    skip(r, STR(" "));
    read_time(r, c);
    skip(r, STR(" "));
    c->year = digits(r, 4);
}

static int month_days(int year, int month)
{
    static const char days[12] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Second 60 is a leap second. */
static bool is_real(const struct civil *c)
{
    return c->year >= 1 && c->day >= 1 &&
           c->day <= month_days(c->year, c->month) && c->hour <= 23 &&
           c->minute <= 59 && c->second <= 60;
}

bool date_parse(struct str text, int64_t now, int64_t *seconds)
{
    struct reader r = {text, true};
    struct civil c = {0};
    bool comma = str_find(text, ',') != NULL;

    if (!cut_day(&r, comma ? STR(", ") : STR(" ")))
        return false;
    if (!comma)
        read_asctime(&r, &c);
    else if (str_find(r.rest, '-'))
        read_rfc850(&r, &c, now);
    else
        read_fixdate(&r, &c);
    if (!r.good || r.rest.len > 0 || !is_real(&c))
        return false;
    *seconds = days_of(c.year, (unsigned)c.month, (unsigned)c.day) * DAY +
               c.hour * 3600 + c.minute * 60 + c.second;
    return true;
}

static void put_offset(struct buf *into, const struct tm *local, bool colon)
{
    long minutes = local->tm_gmtoff / 60;
    char sign = minutes < 0 ? '-' : '+';

    if (minutes < 0)
        minutes = -minutes;
    buf_printf(into, colon ? "%c%02ld:%02ld" : "%c%02ld%02ld", sign,
               minutes / 60, minutes % 60);
}

void date_put_log(struct buf *into, const struct tm *local)
{
    buf_printf(into, "%02d/%s/%04d:%02d:%02d:%02d ", local->tm_mday,
               month_names[local->tm_mon], local->tm_year + 1900,
               local->tm_hour, local->tm_min, local->tm_sec);
    put_offset(into, local, false);
}

void date_put_iso8601(struct buf *into, const struct tm *local)
{
    buf_printf(into, "%04d-%02d-%02dT%02d:%02d:%02d", local->tm_year + 1900,
               local->tm_mon + 1, local->tm_mday, local->tm_hour, local->tm_min,
               local->tm_sec);
    put_offset(into, local, true);
}
