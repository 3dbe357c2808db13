#include "conf/unsupported.h"

#include <errno.h>

#include "base/log.h"

static int add_note(struct reader *r, struct note_list *list)
{
    struct note *note = arena_alloc(r->arena, sizeof(*note));

    if (!note)
        return -ENOMEM;
    *note = (struct note){
        .row = r->row,
        .name = r->words[0],
        .place = r->place,
        .level = r->level,
    };
    if (list->last)
        list->last->next = note;
    else
        list->first = note;
    list->last = note;
    return 0;
}

/* Are the arguments, one by one, those of the default? */
static bool says_default(const struct reader *r)
{
    struct str rest = str_of(r->row->fallback);

    if (!rest.at)
        return false;
    for (unsigned i = 1; i < r->count; i++) {
        if (!rest.at || !str_equals(str_cut(&rest, ' '), r->words[i]))
            return false;
    }
    return !rest.at;
}

int unsupported_warned(struct reader *r)
{
    if (says_default(r))
        return 0;
    return add_note(r, &r->warned);
}

/* May it stand where there is a location that could answer 501? */
static bool concerns_locations(const struct directive *row)
{
    return !row->declares &&
           row->contexts & (IN_LOCATION | IN_LOCATION_IF | IN_LIMIT_EXCEPT);
}

static void mark_level(struct reader *r)
{
    struct settings *settings = r->level->settings;

    for (struct level *l = r->level; l && r->row->is_pass; l = l->parent)
        l->has_pass = true;
    if (settings && concerns_locations(r->row) &&
        !place_is_set(settings->unsupported.place))
        settings->unsupported = (struct conf_text){r->place, r->words[0]};
}

int unsupported_refused(struct reader *r)
{
    if (r->count == 2 && str_equals_nocase(r->words[1], STR("off")))
        return 0;
    mark_level(r);
    return add_note(r, &r->refused);
}

int unsupported_later(struct reader *r)
{
    if (says_default(r))
        return 0;
    return reader_error(r, "\"%.*s\" is not supported by this version of prong",
                        STR_ARG(r->words[0]));
}

static void say_warning(const struct note *note, const char *why)
{
    char text[512];
    struct buf b = buf_over(text, sizeof(text));

    place_print(&b, note->place);
    if (note->more)
        buf_printf(&b, " and %u more", note->more);
    log_at(LOG_WARN, "\"%.*s\" is ignored: %s, %.*s", STR_ARG(note->name), why,
           STR_ARG(buf_str(&b)));
}

static void say_stubbed(const struct note *note)
{
    char text[512];
    struct buf b = buf_over(text, sizeof(text));

    if (!concerns_locations(note->row)) {
        say_warning(note, "\"unsupported stub\" skips it");
        return;
    }
    place_print(&b, note->place);
    if (note->more)
        buf_printf(&b, " and %u more", note->more);
    log_at(LOG_WARN,
           "\"%.*s\" is not supported: its locations answer 501, %.*s",
           STR_ARG(note->name), STR_ARG(buf_str(&b)));
}

static void say_refused(struct reader *r, const struct note *note)
{
    char text[512];
    struct buf b = buf_over(text, sizeof(text));

    r->errors++;
    place_print(&b, note->place);
    log_at(LOG_EMERG,
           "\"%.*s\" is not supported: %s, or set \"unsupported stub;\" to "
           "%s, %.*s",
           STR_ARG(note->name), note->row->mend,
           concerns_locations(note->row) ? "answer 501 in this location"
                                         : "skip it",
           STR_ARG(buf_str(&b)));
}

/* Is it a setting of a *_pass, which is spoken of already? */
static bool is_covered(const struct note *note)
{
    return note->row->beside_pass && note->level->has_pass;
}

/* Leaves on the list the first note of each name, which counts the others. */
static int merge_names(struct reader *r, struct note_list *list)
{
    struct dict names = {0};
    struct note **at = &list->first;

    while (*at) {
        struct note *note = *at;
        struct note *first = dict_get(&names, note->name);

        if (is_covered(note) || first) {
            if (first && !is_covered(note))
                first->more++;
            *at = note->next;
            continue;
        }
        if (dict_put(&names, r->arena, note->name, note) < 0)
            return -ENOMEM;
        at = &note->next;
    }
    return 0;
}

int unsupported_report(struct reader *r)
{
    bool stub = r->conf->main.unsupported.value == CONF_UNSUPPORTED_STUB;

    if (merge_names(r, &r->warned) < 0 ||
        (stub && merge_names(r, &r->refused) < 0))
        return -ENOMEM;
    for (const struct note *n = r->warned.first; n; n = n->next)
        say_warning(n, n->row->mend);
    for (const struct note *n = r->refused.first; n; n = n->next) {
        if (stub)
            say_stubbed(n);
        else
            say_refused(r, n);
    }
    return 0;
}
