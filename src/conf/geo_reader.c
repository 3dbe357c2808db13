/* geo_reader.c - reads "geo" */
#include "conf/geo_reader.h"

#include <arpa/inet.h>
#include <errno.h>

#include "conf/geo.h"
#include "conf/reader.h"

struct reading {
    struct geo *geo;
    struct dict values; /* by text: those that are written often stand once */
    bool has_networks;  /* or a default, as networks have it */
    bool is_volatile;
};

static const struct str *get_value(struct reader *r, struct reading *g,
                                   struct str text)
{
    struct str *value = dict_get(&g->values, text);

    if (value)
        return value;
    value = arena_alloc(r->arena, sizeof(*value));
    if (!value)
        return NULL;
    *value = text;
    return dict_put(&g->values, r->arena, text, value) < 0 ? NULL : value;
}

static void warn_of_duplicate(struct reader *r, const char *what,
                              struct str name, const struct str *old)
{
    if (old)
        reader_warn(r,
                    "duplicate %s \"%.*s\", value: \"%.*s\", old value: "
                    "\"%.*s\"",
                    what, STR_ARG(name), STR_ARG(r->words[1]), STR_ARG(*old));
}

/* ---- networks ---- */

static int read_network(struct reader *r, struct str text,
                        struct network *network)
{
    bool cleared = false;

    if (network_parse(network, text, &cleared) < 0)
        return reader_error(r, "invalid network \"%.*s\"", STR_ARG(text));
    if (cleared)
        reader_warn(r, "low address bits of %.*s are meaningless",
                    STR_ARG(text));
    return 0;
}

static int add_network(struct reader *r, struct reading *g, struct str text,
                       const struct str *value)
{
    struct network network;
    const struct str *old;
    int err = read_network(r, text, &network);

    if (err == 0)
        err = geo_add(g->geo, r->arena, &network, value, &old);
    if (err == 0)
        warn_of_duplicate(r, "network", r->words[0], old);
    return err;
}

/* That of all addresses, in either family. */
static int add_default(struct reader *r, struct reading *g,
                       const struct str *value)
{
    int err = add_network(r, g, STR("0.0.0.0/0"), value);

    return err < 0 ? err : add_network(r, g, STR("::/0"), value);
}

static int delete_network(struct reader *r, struct reading *g)
{
    struct network network;
    int err = read_network(r, r->words[1], &network);

    if (err == 0 && !geo_delete(g->geo, &network))
        reader_warn(r, "no network \"%.*s\" to delete", STR_ARG(r->words[1]));
    return err;
}

static int read_network_line(struct reader *r, struct reading *g)
{
    const struct str *value;

    g->has_networks = true;
    if (str_equals(r->words[0], STR("delete")))
        return delete_network(r, g);
    value = get_value(r, g, r->words[1]);
    if (!value)
        return -ENOMEM;
    if (str_equals(r->words[0], STR("default")))
        return add_default(r, g, value);
    return add_network(r, g, r->words[0], value);
}

/* ---- ranges ---- */

static bool read_end(struct str text, uint32_t *n)
{
    struct address a;
    const struct sockaddr_in *v4 = (const void *)&a.name;

    if (address_parse(&a, text, 0) < 0 || a.name.ss_family != AF_INET)
        return false;
    *n = ntohl(v4->sin_addr.s_addr);
    return true;
}

static int read_bounds(struct reader *r, struct str text,
                       struct geo_bounds *bounds)
{
    struct str end = text;
    struct str start = str_cut(&end, '-');

    if (!read_end(start, &bounds->start) || !read_end(end, &bounds->end) ||
        bounds->start > bounds->end)
        return reader_error(r, "invalid range \"%.*s\"", STR_ARG(text));
    return 0;
}

static int refuse_overlap(struct reader *r, struct geo_bounds other)
{
    char text[64];
    struct buf b = buf_over(text, sizeof(text));

    buf_printf(&b, "%u.%u.%u.%u-%u.%u.%u.%u", other.start >> 24,
               other.start >> 16 & 255, other.start >> 8 & 255,
               other.start & 255, other.end >> 24, other.end >> 16 & 255,
               other.end >> 8 & 255, other.end & 255);
    return reader_error(r, "range \"%.*s\" overlaps \"%.*s\"",
                        STR_ARG(r->words[0]), STR_ARG(buf_str(&b)));
}

static int add_range(struct reader *r, struct reading *g,
                     const struct str *value)
{
    struct geo_bounds bounds;
    const struct str *old;
    int err = read_bounds(r, r->words[0], &bounds);

    if (err < 0)
        return err;
    err = geo_add_range(g->geo, r->arena, &bounds, value, &old);
    if (err == -EEXIST)
        return refuse_overlap(r, bounds);
    if (err == 0)
        warn_of_duplicate(r, "range", r->words[0], old);
    return err;
}

static int delete_range(struct reader *r, struct reading *g)
{
    struct geo_bounds bounds;
    int err = read_bounds(r, r->words[1], &bounds);

    if (err == 0 && !geo_delete_range(g->geo, bounds))
        reader_warn(r, "no address range \"%.*s\" to delete",
                    STR_ARG(r->words[1]));
    return err;
}

static int set_fallback(struct reader *r, struct geo *geo,
                        const struct str *value)
{
    if (geo->fallback)
        reader_warn(r,
                    "duplicate default geo range value: \"%.*s\", old value: "
                    "\"%.*s\"",
                    STR_ARG(r->words[1]), STR_ARG(*geo->fallback));
    geo->fallback = value;
    return 0;
}

static int read_range_line(struct reader *r, struct reading *g)
{
    const struct str *value;

    if (str_equals(r->words[0], STR("delete")))
        return delete_range(r, g);
    value = get_value(r, g, r->words[1]);
    if (!value)
        return -ENOMEM;
    if (str_equals(r->words[0], STR("default")))
        return set_fallback(r, g->geo, value);
    return add_range(r, g, value);
}

/* ---- the block ---- */

static int add_proxy(struct reader *r, struct geo *geo)
{
    struct network *all =
        reader_grow(r, geo->proxies, geo->proxy_count, sizeof(*all));
    int err;

    if (!all)
        return -ENOMEM;
    geo->proxies = all;
    err = read_network(r, r->words[1], &all[geo->proxy_count]);
    if (err == 0)
        geo->proxy_count++;
    return err;
}

static int set_ranges(struct reader *r, struct reading *g)
{
    if (g->has_networks)
        return reader_error(r, "the \"ranges\" directive must be the first "
                               "directive inside \"geo\" block");
    g->geo->ranges = true;
    return 0;
}

static int read_word(struct reader *r, struct reading *g)
{
    if (str_equals(r->words[0], STR("ranges")))
        return set_ranges(r, g);
    if (str_equals(r->words[0], STR("proxy_recursive")))
        g->geo->proxy_recursive = true;
    else if (str_equals(r->words[0], STR("volatile")))
        g->is_volatile = true;
    else
        return reader_error(r, "invalid number of the geo parameters");
    return 0;
}

static int read_line(struct reader *r)
{
    struct reading *g = r->level->entry_data;

    if (r->count == 1)
        return read_word(r, g);
    if (r->count != 2)
        return reader_error(r, "invalid number of the geo parameters");
    if (str_equals(r->words[0], STR("proxy")))
        return add_proxy(r, g->geo);
    return g->geo->ranges ? read_range_line(r, g) : read_network_line(r, g);
}

static int read_source(struct reader *r, struct geo *geo)
{
    struct str word = r->words[1];

    if (r->count == 2)
        return 0;
    if (word.len < 2 || word.at[0] != '$')
        return reader_error(r, "invalid variable name \"%.*s\"", STR_ARG(word));
    return reader_template(r, word, &geo->source);
}

int geo_reader_set(struct reader *r, void *field)
{
    struct level *level = reader_level(r, r->level->context);
    struct geo *geo = arena_alloc(r->arena, sizeof(*geo));
    struct reading reading = {.geo = geo};
    struct place place = r->place;
    struct uservar *v;
    int err;

    (void)field;
    if (!level || !geo)
        return -ENOMEM;
    err = read_source(r, geo);
    if (err < 0)
        return err;
    v = reader_uservar(r, r->words[r->count - 1], &err);
    if (!v)
        return err;
    level->entry = read_line;
    level->entry_data = &reading;
    err = reader_block(r, level);
    uservar_define(v, USERVAR_GEO, geo, place);
    v->is_volatile = reading.is_volatile;
    return err < 0 ? err : geo_settle(geo, r->arena);
}
