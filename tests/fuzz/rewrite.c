/* rewrite.c - whatever is asked for, a program of rewrites ends, and leads to
 * no file outside of the root */
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "content/exchange.h"
#include "content/resolve.h"
#include "content/rewrite.h"
#include "content/route.h"
#include "content/tryfiles.h"
#include "http/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char TEXT[] =
    "events {} http { server {"
    " set $s s$arg_s; rewrite ^/r/(.*)$ /$1; rewrite ^/d/(.*)$ /$1$1;"
    " if ($arg_if ~ ^(?<n>.)(.*)$) { set $m $2$n; rewrite ^/n/ /$m last; }"
    " if ($uri = /403) { return 403; }"
    " location / { try_files $uri $uri/ $uri.html /$arg_t @n; }"
    " location @n { rewrite ^/(.*)/(.*)$ /$2/$1?$2=$1 last; }"
    " location /a/ { alias /root/b/; try_files $uri $arg_t =404; }"
    " location /noslash { alias /root/b/; }"
    " location ~ ^/re/(.+)$ { alias /root/b/$1; try_files $1 $args /r$uri; }"
    " location ~ (x+x+)+y { set $args $1; rewrite (.)(.) /$2$1?$s break; }"
    " location /if/ { if ($args) { rewrite ^ /$args redirect; }"
    "  if (-d $request_filename) { break; } rewrite ^/if(.*)$ $1; }"
    " location /out/ { rewrite ^/out/(.*)$ http://a/$1$args; }"
    " location /up/ { rewrite ^ /$arg_t break; }"
    " location /glue/ { rewrite ^/glue/(.*) $1 break; } } }";

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static struct conf *load(void)
{
    struct conf_request request = {
        .file = "/c", .prefix = "/root", .text = STR(TEXT)};
    struct conf *conf = NULL;

    expect(conf_load(&conf, &request) == 0);
    return conf;
}

/* A line each: the path as it is sent, the args. */
static bool begin(struct exchange *x, struct str text)
{
    struct str path = str_cut(&text, '\n');

    x->server = x->env->conf->servers[0];
    x->location = &x->server->whole;
    x->request.path = path;
    x->request.method_text = STR("GET");
    x->args = str_cut(&text, '\n');
    x->phase = PHASE_SERVER_REWRITE;
    return path_clean(path, true, &x->arena, &x->path) == HTTP_NONE;
}

static enum http_status step(struct exchange *x)
{
    switch (x->phase) {
    case PHASE_SERVER_REWRITE:
        x->phase = PHASE_ROUTE;
        return rewrite_run(x, &x->server->whole.rewrite);
    case PHASE_ROUTE:
        x->phase = PHASE_REWRITE;
        return route_match(x);
    case PHASE_REWRITE:
        x->phase = PHASE_TRY;
        return x->location == &x->server->whole
                   ? HTTP_NONE
                   : rewrite_run(x, &x->location->rewrite);
    default:
        x->phase = PHASE_CONTENT;
        return tryfiles_run(x);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct conf *conf;
    struct env env = {.log_level = -1};
    struct peer peer = {.number = 1};
    struct exchange x = {.env = &env, .peer = &peer};
    enum http_status status = HTTP_NONE;
    unsigned steps = 0;

    if (!conf)
        conf = load();
    env.conf = conf;
    exchange_reset(&x);
    if (size < 4096 && begin(&x, (struct str){(const char *)data, size})) {
        while (status == HTTP_NONE && x.phase < PHASE_CONTENT) {
            status = step(&x);
            expect(++steps < 64);
        }
        if (status == HTTP_NONE && resolve_name(&x) == HTTP_NONE) {
            expect(str_starts_with(x.filename, STR("/root/")));
            expect(!path_climbs(x.filename));
        }
    }
    exchange_close(&x);
    return 0;
}
