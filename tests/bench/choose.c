/* choose.c - what it costs to load many servers, and to choose among them
 *
 *     choose [SERVERS [ROUNDS]]
 *
 * reads a configuration of so many servers (1,000) with ten locations each,
 * and chooses for so many requests (1,000,000) the server by its name and the
 * location by its path. Prints how long the one took and how much memory is in
 * use, and what one choice of the other takes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/buf.h"
#include "conf/names.h"
#include "conf/reader.h"
#include "content/exchange.h"
#include "content/route.h"

static void write_server(struct buf *into, int n)
{
    buf_printf(into,
               "server { listen 127.0.0.1:8080; server_name s%d.example.org "
               "*.w%d.example.org; root /srv/%d; error_page 404 /e%d.html;\n",
               n, n, n, n);
    for (int i = 0; i < 7; i++)
        buf_printf(into,
                   "location /l%d/ { root /srv/%d/%d; index a.html; "
                   "try_files $uri $uri/ =404; }\n",
                   i, n, i);
    buf_put(into, STR("location = /x { return 200 x; }\n"
                      "location ~ \\.php$ { return 403; }\n"
                      "location ~* ^/img/(.*)\\.(png|jpg)$ { etag off; } }\n"));
}

static struct conf *load(int servers)
{
    struct buf text = {0};
    struct conf_request request = {.file = "/c", .prefix = "/p"};
    struct conf *conf = NULL;

    buf_put(&text, STR("events {} http {\n"));
    for (int i = 0; i < servers; i++)
        write_server(&text, i);
    buf_put(&text, STR("}\n"));
    request.text = buf_str(&text);
    if (text.failed || conf_load(&conf, &request) < 0)
        exit(1);
    buf_close(&text);
    return conf;
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long memory_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static struct endpoint endpoint_of(struct conf *conf)
{
    struct server_names *names = arena_alloc(&conf->arena, sizeof(*names));

    for (unsigned i = 0; names && i < conf->server_count; i++) {
        struct server *s = conf->servers[i];

        for (unsigned j = 0; j < s->name_count; j++)
            if (names_add(names, &conf->arena, &s->names[j], s) < 0)
                exit(1);
    }
    return (struct endpoint){.default_server = conf->servers[0],
                             .names = names};
}

/* Hosts are asked in an order that the caches cannot guess. */
static void choose(struct exchange *x, int servers, long rounds)
{
    static const char *const paths[] = {"/l3/a/b.html", "/x", "/img/a.png",
                                        "/l6/x.php", "/none"};
    unsigned long chosen = 0;
    unsigned next = 1;
    char host[64];
    struct buf text = buf_over(host, sizeof(host));

    for (long i = 0; i < rounds; i++) {
        next = next * 1103515245 + 12345;
        buf_reset(&text);
        buf_put(&text, i % 2 ? STR("s") : STR("www.w"));
        buf_put_number(&text, (next >> 8) % (unsigned)servers);
        buf_put(&text, STR(".example.org"));
        x->request.host = buf_str(&text);
        x->path = str_of(paths[i % 5]);
        if (route_server(x) != HTTP_NONE || route_match(x) != HTTP_NONE)
            exit(1);
        chosen += x->location->number + x->server->number;
    }
    printf("chosen %lu\n", chosen); /* or the compiler leaves all of it out */
}

int main(int argc, char **argv)
{
    int servers = argc > 1 ? atoi(argv[1]) : 1000;
    long rounds = argc > 2 ? atol(argv[2]) : 1000000;
    double from = now_s();
    struct conf *conf = load(servers);
    struct endpoint endpoint = endpoint_of(conf);
    struct peer peer = {.endpoint = &endpoint};
    struct env env = {.conf = conf};
    struct exchange x = {.env = &env, .peer = &peer};
    double loaded = now_s();

    printf("%d servers with 10 locations each: loaded in %.3f s, %ld KB\n",
           servers, loaded - from, memory_kb());
    choose(&x, servers, rounds);
    if (rounds > 0)
        printf("%.0f ns for one choice\n",
               (now_s() - loaded) / (double)rounds * 1e9);
    exchange_close(&x);
    conf_free(conf);
    return 0;
}
