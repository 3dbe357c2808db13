/* load.c - a load client that believes nothing: every byte of every answer is
 * compared, and each way to lose a request is counted apart
 *
 *     load [options] ADDRESS PORT ROOT PATH...        (load -h: the options)
 *
 * asks for the paths in turn and expects the bytes of the files ROOT/PATH. One
 * thread, one epoll. It ends after -t seconds, after -n requests, or when it is
 * sent SIGTERM or SIGINT; what is under way then is waited for. The result is
 * one JSON object on standard output.
 *
 * whole      answers that came complete and correct
 * refused    connect() was refused
 * reset      the peer reset the connection
 * truncated  the stream ended within an answer
 * wrong      status, length or bytes are not the expected ones
 * hung       nothing moved for -w seconds
 * repeated   a kept-alive connection ended cleanly before a byte of the answer
 *            (RFC 9112 section 9.3.1): asked again on a new one, not lost
 * unanswered requests that were sent, in whole or in part, and got no whole
 *            answer, whatever the reason */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 8192, READ_MAX = 256 * 1024, KEEPS_MAX = 16 };

/* Latencies in buckets of 1/8 of a power of two, in microseconds. */
enum { BUCKETS = 8 * 40 };

struct page {
    char *request;
    size_t request_len;
    const char *body;
    size_t body_len;
};

struct result {
    uint64_t sent, whole, refused, reset, truncated, wrong, hung, repeated;
    uint64_t unanswered, connections, bytes;
    uint64_t latency[BUCKETS];
    uint64_t latency_max_us;
};

struct conn {
    int fd;           /* -1: not open */
    unsigned keep;    /* requests to make of one connection */
    unsigned asked;   /* requests begun on this connection */
    unsigned owed;    /* of them, those whose answers are not complete */
    bool answering;   /* a byte of the first owed answer has come */
    bool closing;     /* the peer announced Connection: close */
    bool is_repeat;   /* the next request was asked before */
    size_t page;      /* of the first owed answer */
    size_t next_page; /* of the next request */
    size_t out_page, out_at, out_count; /* being written: from here, so many */
    char head[HEAD_MAX];
    size_t head_len;
    size_t body_at, body_len;
    bool in_body;
    uint64_t moved_us; /* when something last moved */
    uint64_t begun_us; /* when the first owed request was written */
    uint64_t retry_us; /* when to connect again; 0: at once */
};

struct load {
    struct sockaddr_storage address;
    socklen_t address_len;
    struct page *pages;
    size_t page_count;
    struct conn *conns;
    unsigned conn_count, pipeline;
    unsigned keeps[KEEPS_MAX], keep_count;
    char fields[2048];            /* further lines of every request's head */
    char status[4];               /* of the answers that are expected */
    uint64_t range_at, range_len; /* with -b; len 0: whole files */
    uint64_t budget; /* requests that may still begin; UINT64_MAX: no bound */
    uint64_t end_us, wait_us, rate;
    bool ending;
    int epoll;
    char *scratch;
    struct result result;
};

static volatile sig_atomic_t told_to_end;

static void end(int signal)
{
    (void)signal;
    told_to_end = 1;
}

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(2);
}

static unsigned bucket_of(uint64_t us)
{
    unsigned power;

    if (us < 8)
        return (unsigned)us;
    power = 63 - (unsigned)__builtin_clzll(us);
    return (power - 2) * 8 + (unsigned)(us >> (power - 3) & 7);
}

static uint64_t bucket_top(unsigned bucket)
{
    unsigned power = bucket / 8 + 2;

    if (bucket < 8)
        return bucket;
    return ((8 + bucket % 8 + UINT64_C(1)) << (power - 3)) - 1;
}

static void note_latency(struct load *l, uint64_t us)
{
    unsigned bucket = bucket_of(us);

    l->result.latency[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    if (us > l->result.latency_max_us)
        l->result.latency_max_us = us;
}

static uint64_t percentile(const struct load *l, double share)
{
    uint64_t all = 0, seen = 0;

    for (unsigned i = 0; i < BUCKETS; i++)
        all += l->result.latency[i];
    for (unsigned i = 0; i < BUCKETS; i++) {
        seen += l->result.latency[i];
        if (seen > 0 && (double)seen >= share * (double)all)
            return bucket_top(i);
    }
    return 0;
}

/* Ends the connection; what it still owed has no answer. */
static void drop(struct load *l, struct conn *c)
{
    if (c->fd >= 0)
        close(c->fd);
    l->result.unanswered += c->owed;
    c->fd = -1;
    c->owed = 0;
    c->out_count = 0;
}

/* The end of the stream: clean between two answers, cut within one. */
static void finish(struct load *l, struct conn *c)
{
    bool repeat = c->owed > 0 && !c->answering && (c->asked > c->owed);

    if (repeat || (c->owed > 0 && c->closing && !c->answering)) {
        l->result.repeated += c->owed;
        if (l->budget != UINT64_MAX)
            l->budget += c->owed;
    } else if (c->owed > 0) {
        l->result.truncated++;
    }
    drop(l, c);
}

static void fail(struct load *l, struct conn *c, int err)
{
    if (err == ECONNREFUSED) {
        l->result.refused++;
        c->retry_us = now_us() + 10000;
    } else {
        l->result.reset++;
    }
    drop(l, c);
}

static void watch(struct load *l, struct conn *c, int op, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = c};

    if (epoll_ctl(l->epoll, op, c->fd, &e) < 0)
        die("epoll_ctl");
}

static void open_conn(struct load *l, struct conn *c)
{
    int one = 1;

    c->fd = socket(l->address.ss_family,
                   SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    c->asked = c->owed = 0;
    c->answering = c->closing = c->in_body = false;
    c->head_len = 0;
    c->out_at = c->out_count = 0;
    c->retry_us = 0;
    c->moved_us = now_us();
    c->page = c->next_page;
    l->result.connections++;
    if (connect(c->fd, (struct sockaddr *)&l->address, l->address_len) < 0 &&
        errno != EINPROGRESS) {
        fail(l, c, errno);
        return;
    }
    watch(l, c, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

/* Queues as many requests as the pipeline and the connection's share allow. */
static void ask(struct load *l, struct conn *c)
{
    if (c->owed > 0 || c->closing || c->out_count > 0)
        return;
    c->out_page = c->next_page;
    c->out_at = 0;
    while (c->out_count < l->pipeline && c->asked < c->keep && l->budget > 0 &&
           !l->ending) {
        c->out_count++;
        c->asked++;
        if (l->budget != UINT64_MAX)
            l->budget--;
        c->next_page = (c->next_page + 1) % l->page_count;
    }
    c->owed = (unsigned)c->out_count;
    l->result.sent += c->out_count;
    c->page = c->out_page;
    c->begun_us = c->moved_us = now_us();
}

static bool send_some(struct load *l, struct conn *c)
{
    while (c->out_count > 0) {
        const struct page *p = &l->pages[c->out_page];
        int more = c->out_count > 1 ? MSG_MORE : 0;
        ssize_t n = send(c->fd, p->request + c->out_at,
                         p->request_len - c->out_at, MSG_NOSIGNAL | more);

        if (n < 0 && (errno == EAGAIN || errno == EINPROGRESS))
            return true;
        if (n < 0)
            return errno == EPIPE || errno == ECONNRESET; /* read tells */
        c->moved_us = now_us();
        c->out_at += (size_t)n;
        if (c->out_at < p->request_len)
            continue;
        c->out_at = 0;
        c->out_page = (c->out_page + 1) % l->page_count;
        c->out_count--;
    }
    return true;
}

static const char *find_field(const char *head, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = strstr(head, "\r\n"); at; at = strstr(at, "\r\n")) {
        at += 2;
        if (strncasecmp(at, name, len) == 0 && at[len] == ':')
            return at + len + 1 + strspn(at + len + 1, " \t");
    }
    return NULL;
}

/* A complete head: is it what was to come? */
static bool check_head(struct load *l, struct conn *c)
{
    const struct page *p = &l->pages[c->page];
    const char *length = find_field(c->head, "Content-Length");
    const char *connection = find_field(c->head, "Connection");
    bool has_body = strcmp(l->status, "304") != 0;

    if (strncmp(c->head, "HTTP/1.1 ", 9) != 0 ||
        strncmp(c->head + 9, l->status, 3) != 0 || (has_body && !length))
        return false;
    c->body_len = has_body ? strtoull(length, NULL, 10) : 0;
    c->body_at = 0;
    c->in_body = true;
    if (connection && strncasecmp(connection, "close", 5) == 0)
        c->closing = true;
    return !p->body || c->body_len == p->body_len;
}

static void complete(struct load *l, struct conn *c, uint64_t now)
{
    l->result.whole++;
    note_latency(l, now - c->begun_us);
    c->owed--;
    c->answering = c->in_body = false;
    c->head_len = 0;
    c->page = (c->page + 1) % l->page_count;
    if (c->closing && c->owed > 0) { /* the rest was never to be answered */
        l->result.repeated += c->owed;
        if (l->budget != UINT64_MAX)
            l->budget += c->owed;
        l->result.unanswered += c->owed;
        c->owed = 0;
    }
}

/* Takes bytes of the head; how many, or -1 when it is none of ours. */
static ssize_t take_head(struct load *l, struct conn *c, const char *at,
                         size_t len)
{
    size_t before = c->head_len, room = HEAD_MAX - 1 - c->head_len;
    size_t n = len < room ? len : room;
    char *blank;

    memcpy(c->head + c->head_len, at, n);
    c->head_len += n;
    c->head[c->head_len] = '\0';
    c->answering = true;
    blank = strstr(c->head + (before < 3 ? 0 : before - 3), "\r\n\r\n");
    if (!blank)
        return c->head_len == HEAD_MAX - 1 ? -1 : (ssize_t)n;
    n = (size_t)(blank + 4 - c->head) - before;
    blank[4] = '\0';
    return check_head(l, c) ? (ssize_t)n : -1;
}

static bool is_expected(const struct page *p, size_t from, const char *at,
                        size_t len)
{
    return !p->body || memcmp(p->body + from, at, len) == 0;
}

/* False when the bytes are wrong. */
static bool take(struct load *l, struct conn *c, const char *at, size_t len)
{
    uint64_t now = now_us();

    c->moved_us = now;
    l->result.bytes += len;
    while (len > 0) {
        ssize_t n;

        if (c->owed == 0)
            return false;
        if (!c->in_body) {
            n = take_head(l, c, at, len);
            if (n < 0)
                return false;
        } else {
            size_t left = c->body_len - c->body_at;

            n = (ssize_t)(len < left ? len : left);
            if (!is_expected(&l->pages[c->page], c->body_at, at, (size_t)n))
                return false;
            c->body_at += (size_t)n;
        }
        at += n;
        len -= (size_t)n;
        if (c->in_body && c->body_at == c->body_len)
            complete(l, c, now);
    }
    return true;
}

/* Reads what is there; false when the connection is over. */
static bool receive(struct load *l, struct conn *c)
{
    size_t room = l->rate ? l->rate / 50 + 1 : READ_MAX;

    for (;;) {
        ssize_t n =
            recv(c->fd, l->scratch, room < READ_MAX ? room : READ_MAX, 0);

        if (n < 0 && errno == EAGAIN)
            return true;
        if (n < 0) {
            fail(l, c, errno);
            return false;
        }
        if (n == 0) {
            finish(l, c);
            return false;
        }
        if (!take(l, c, l->scratch, (size_t)n)) {
            l->result.wrong++;
            fprintf(stderr, "load: wrong: %.200s\n", c->head);
            drop(l, c);
            return false;
        }
        if (l->rate)
            return true;
    }
}

static void turn(struct load *l, struct conn *c)
{
    if (c->fd < 0 || !receive(l, c))
        return;
    ask(l, c);
    if (!send_some(l, c)) {
        fail(l, c, errno);
        return;
    }
    if (c->owed == 0 &&
        (c->closing || c->asked >= c->keep || l->ending || l->budget == 0))
        drop(l, c);
}

/* Opens what is closed and ends what hangs; how many are at work. */
static unsigned tend(struct load *l)
{
    unsigned busy = 0;
    uint64_t now = now_us();

    for (unsigned i = 0; i < l->conn_count; i++) {
        struct conn *c = &l->conns[i];

        if (c->fd >= 0 && now - c->moved_us > l->wait_us) {
            l->result.hung++;
            drop(l, c);
        }
        if (c->fd >= 0 && (l->rate || (l->ending && c->owed == 0)))
            turn(l, c);
        if (c->fd < 0 && !l->ending && l->budget > 0 && now >= c->retry_us)
            open_conn(l, c);
        busy += c->fd >= 0 || (!l->ending && l->budget > 0);
    }
    return busy;
}

static void run(struct load *l)
{
    struct epoll_event events[256];
    uint64_t next_tend = 0;

    for (;;) {
        uint64_t now = now_us();
        int n;

        if (told_to_end || now >= l->end_us)
            l->ending = true;
        if (now >= next_tend || l->conn_count <= 256) {
            if (tend(l) == 0)
                return;
            next_tend = now + 10000;
        }
        n = epoll_wait(l->epoll, events, 256, l->rate ? 20 : 10);
        if (n < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < n; i++)
            turn(l, events[i].data.ptr);
    }
}

/* What is to come of this path; an answer that is no content of the file
 * (a page of 404) has an unknown body. */
static void read_body(const struct load *l, struct page *p, const char *name)
{
    struct stat st;
    char *copy;
    int fd;

    if (l->status[0] > '2')
        return;
    fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        die(name);
    p->body_len = l->range_len ? l->range_len : (size_t)st.st_size;
    copy = malloc(p->body_len + 1);
    if (!copy || pread(fd, copy, p->body_len, (off_t)l->range_at) !=
                     (ssize_t)p->body_len)
        die(name);
    p->body = copy;
    close(fd);
}

static void read_page(const struct load *l, struct page *p, const char *root,
                      const char *path, const char *address)
{
    char name[PATH_MAX];
    int len;

    snprintf(name, sizeof(name), "%s%s", root, path);
    read_body(l, p, name);
    len = asprintf(&p->request,
                   "GET %s HTTP/1.1\r\nHost: %s\r\n"
                   "User-Agent: Mozilla/5.0 (X11; Linux x86_64) load/1\r\n"
                   "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
                   "Accept-Language: en;q=0.5\r\n%s\r\n",
                   path, address, l->fields);
    if (len < 0)
        die("asprintf");
    p->request_len = (size_t)len;
}

static void add_field(struct load *l, const char *line)
{
    size_t at = strlen(l->fields);

    if (strlen(line) + 3 > sizeof(l->fields) - at) {
        fputs("load: too many fields\n", stderr);
        exit(2);
    }
    sprintf(l->fields + at, "%s\r\n", line);
}

static void parse_range(struct load *l, const char *text)
{
    char line[80];
    char *dash;
    uint64_t to;

    l->range_at = strtoull(text, &dash, 10);
    to = *dash == '-' ? strtoull(dash + 1, NULL, 10) : 0;
    if (to < l->range_at) {
        fprintf(stderr, "load: \"%s\" is no range\n", text);
        exit(2);
    }
    l->range_len = to - l->range_at + 1;
    strcpy(l->status, "206");
    snprintf(line, sizeof(line), "Range: bytes=%s", text);
    add_field(l, line);
}

static void parse_address(struct load *l, const char *host, const char *port)
{
    struct sockaddr_in *v4 = (void *)&l->address;
    struct sockaddr_in6 *v6 = (void *)&l->address;
    uint16_t number = htons((uint16_t)strtoul(port, NULL, 10));

    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = number;
        l->address_len = sizeof(*v4);
    } else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = number;
        l->address_len = sizeof(*v6);
    } else {
        fprintf(stderr, "load: \"%s\" is no address\n", host);
        exit(2);
    }
}

static void parse_keeps(struct load *l, char *text)
{
    for (char *part = strtok(text, ","); part; part = strtok(NULL, ","))
        if (l->keep_count < KEEPS_MAX)
            l->keeps[l->keep_count++] = (unsigned)strtoul(part, NULL, 10);
}

static void usage(void)
{
    fputs("load [-c CONNECTIONS] [-t SECONDS] [-n REQUESTS] [-p PIPELINE]\n"
          "     [-k REQUESTS,...] [-w SECONDS] [-r BYTES/S] [-H FIELD]\n"
          "     [-s STATUS] [-b FROM-TO] ADDRESS PORT ROOT PATH...\n"
          "  -k  requests a connection: connection i takes the i-th of these\n"
          "  -w  how long nothing may move before a connection has hung\n"
          "  -r  how fast each connection reads\n"
          "  -H  a line of every request's head\n"
          "  -s  the status that is expected; bodies count from 200 to 299\n"
          "  -b  asks for these bytes of each file\n",
          stderr);
    exit(2);
}

static void parse(struct load *l, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "c:t:n:p:k:w:r:H:s:b:")) != -1)
        switch (option) {
        case 'c':
            l->conn_count = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 't':
            l->end_us = now_us() + (uint64_t)(strtod(optarg, NULL) * 1e6);
            break;
        case 'n':
            l->budget = strtoull(optarg, NULL, 10);
            break;
        case 'p':
            l->pipeline = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'k':
            parse_keeps(l, optarg);
            break;
        case 'w':
            l->wait_us = (uint64_t)(strtod(optarg, NULL) * 1e6);
            break;
        case 'r':
            l->rate = strtoull(optarg, NULL, 10);
            break;
        case 'H':
            add_field(l, optarg);
            break;
        case 's':
            snprintf(l->status, sizeof(l->status), "%s", optarg);
            break;
        case 'b':
            parse_range(l, optarg);
            break;
        default:
            usage();
        }
    if (argc - optind < 4 || l->conn_count == 0 || l->pipeline == 0)
        usage();
    parse_address(l, argv[optind], argv[optind + 1]);
    l->page_count = (size_t)(argc - optind - 3);
    l->pages = calloc(l->page_count, sizeof(*l->pages));
    for (size_t i = 0; l->pages && i < l->page_count; i++)
        read_page(l, &l->pages[i], argv[optind + 2], argv[optind + 3 + (int)i],
                  argv[optind]);
}

static void set_up(struct load *l)
{
    struct rlimit files = {l->conn_count + 64, l->conn_count + 64};
    struct sigaction act = {.sa_handler = end};

    setrlimit(RLIMIT_NOFILE, &files);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->scratch = malloc(READ_MAX);
    l->conns = calloc(l->conn_count, sizeof(*l->conns));
    if (l->epoll < 0 || !l->scratch || !l->conns || !l->pages)
        die("setting up");
    if (l->keep_count == 0)
        l->keeps[l->keep_count++] = UINT_MAX;
    for (unsigned i = 0; i < l->conn_count; i++) {
        l->conns[i].fd = -1;
        l->conns[i].keep = l->keeps[i % l->keep_count];
        l->conns[i].next_page = i % l->page_count;
    }
}

static void print(const struct load *l, double seconds)
{
    const struct result *r = &l->result;
    uint64_t lost = r->refused + r->reset + r->truncated + r->wrong + r->hung;

    printf("{\"sent\": %lu, \"whole\": %lu, \"lost\": %lu, \"refused\": %lu, "
           "\"reset\": %lu, \"truncated\": %lu, \"wrong\": %lu, "
           "\"hung\": %lu, \"repeated\": %lu, \"unanswered\": %lu, "
           "\"connections\": %lu, \"bytes\": %lu, \"seconds\": %.3f, "
           "\"requests_s\": %.0f, \"p50_us\": %lu, \"p99_us\": %lu, "
           "\"max_us\": %lu}\n",
           r->sent, r->whole, lost, r->refused, r->reset, r->truncated,
           r->wrong, r->hung, r->repeated, r->unanswered, r->connections,
           r->bytes, seconds, (double)r->whole / seconds, percentile(l, 0.5),
           percentile(l, 0.99), r->latency_max_us);
}

int main(int argc, char **argv)
{
    static struct load l = {
        .conn_count = 64,
        .pipeline = 1,
        .budget = UINT64_MAX,
        .end_us = UINT64_MAX,
        .wait_us = 10000000,
        .status = "200",
    };
    uint64_t begun;

    parse(&l, argc, argv);
    if (l.end_us == UINT64_MAX)
        l.end_us = now_us() + 60000000; /* never without a bound */
    set_up(&l);
    begun = now_us();
    run(&l);
    print(&l, (double)(now_us() - begun) / 1e6);
    return 0;
}
