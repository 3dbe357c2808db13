/* conf.h - the configuration: parsed, settled, then frozen
 *
 * conf_load reads the files, conf_resolve settles what the system must be
 * asked (users, names, addresses, processors). From then on nobody writes here:
 * children inherit it by fork, so it is immutable by construction. A reload
 * builds another one. All of it lives in `arena` and ends with conf_free.
 *
 * Every value keeps the place where it was written; a place that is not set
 * means that the value is the default or was inherited from one. */
#ifndef PRONG_CONF_CONF_H
#define PRONG_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/access.h"
#include "conf/answers.h"
#include "conf/browsers.h"
#include "conf/pattern.h"
#include "conf/place.h"
#include "conf/referers.h"
#include "conf/rewrite.h"
#include "conf/template.h"
#include "conf/uservar.h"
#include "conf/zones.h"
#include "http/mime.h"

struct buf;
struct conf_host;   /* conf/hosts.h */
struct conf_listen; /* conf/listen.h */

struct conf_flag {
    struct place place;
    bool on;
};

/* Sizes in bytes, times in milliseconds, plain numbers. */
struct conf_number {
    struct place place;
    uint64_t value;
};

struct conf_text {
    struct place place;
    struct str text; /* ended by NUL */
};

struct conf_template {
    struct place place;
    struct template value;
};

/* A path that may be switched off ("control_fifo off;"). */
struct conf_path {
    struct place place; /* not set: the default beside the pid file */
    struct str path;    /* absolute, ended by NUL; empty when off */
};

/* ---- logs ---- */

enum conf_log_kind {
    CONF_LOG_FILE,
    CONF_LOG_STDERR, /* the descriptor prong was started with */
    CONF_LOG_STDOUT,
    CONF_LOG_BY_PATH, /* all whose path has variables: a record brings it */
    CONF_LOG_SYSLOG,  /* `path` is what conf/syslog.h parses */
};

/* One destination, however many directives name it. */
struct conf_log {
    struct place place; /* where it was named first */
    enum conf_log_kind kind;
    struct str path;              /* absolute, ended by NUL */
    const struct conf_host *host; /* of a syslog server on the network */
    /* Which destination a record of a log ring is for. The master gives the
     * same number to the same path in every generation, before it forks. */
    uint16_t number;
};

/* What is less urgent than `level` does not go to `log`. */
struct conf_error_log {
    struct place place;
    struct conf_log *log;
    enum log_level level;
};

/* How bytes of a variable's value are written into a log line. */
enum conf_escape {
    CONF_ESCAPE_DEFAULT, /* `"`, `\` and what is outside 0x20-0x7e as \xHH */
    CONF_ESCAPE_JSON,
    CONF_ESCAPE_NONE,
};

struct conf_log_format {
    struct place place;
    struct str name;
    enum conf_escape escape;
    struct template value;
};

struct conf_access_log {
    struct place place;
    struct conf_log *log;
    struct template path; /* of CONF_LOG_BY_PATH; relative: to the prefix */
    const struct conf_log_format *format;
    uint64_t buffer;   /* 0: within 100 ms; else bytes to gather first */
    uint64_t flush_ms; /* 0: not set */
    /* "if=": logged unless it is empty or "0"; empty source: always */
    struct template condition;
};

/* ---- what a location is told; inherited from http and server ---- */

struct conf_index {
    struct template *names;
    unsigned count;
    struct place place;
};

/* error_page 404 =200 /missing.html */
struct conf_error_page {
    struct place place;
    uint16_t status; /* the one that it answers for */
    int16_t answer;  /* -1: unchanged; 0: that of the page; else this one */
    struct template target; /* a path, or an absolute URL: a redirect */
};

/* The browsers that cannot be trusted with a kept connection. */
enum {
    CONF_KEEPALIVE_NOT_MSIE6 = 1 << 0, /* after a POST */
    CONF_KEEPALIVE_NOT_SAFARI = 1 << 1,
};

enum conf_lingering {
    CONF_LINGERING_OFF,
    CONF_LINGERING_ON,
    CONF_LINGERING_ALWAYS
};
/* Names that begin with a dot, but for /.well-known/. */
enum conf_hidden_files { CONF_HIDDEN_SERVE, CONF_HIDDEN_NOT_FOUND };
enum conf_satisfy { CONF_SATISFY_ALL, CONF_SATISFY_ANY };
enum conf_server_tokens { CONF_TOKENS_OFF, CONF_TOKENS_ON, CONF_TOKENS_BUILD };

struct conf_choice {
    struct place place;
    int value;
};

/* Of whom it is believed what they say of their client (set_real_ip_from). */
enum conf_trusted_kind {
    CONF_TRUSTED_NETWORK,
    CONF_TRUSTED_UNIX, /* whoever comes by a unix socket */
    CONF_TRUSTED_HOST,
};

struct conf_trusted {
    struct place place;
    enum conf_trusted_kind kind;
    struct network network;
    const struct conf_host *host;
};

/* Where they say it. */
enum conf_real_ip {
    CONF_REAL_IP_FIELD,          /* a field: its first line */
    CONF_REAL_IP_LIST,           /* X-Forwarded-For: all lines are one list */
    CONF_REAL_IP_PROXY_PROTOCOL, /* ahead of the connection */
};

struct conf_real_ip_header {
    struct place place;
    enum conf_real_ip kind;
    struct str name; /* of the field */
};

struct settings {
    struct conf_template root; /* absolute, no slash at its end ("/": "/") */
    /* Not NULL: `root` is the alias of this location, slashes and all. */
    const struct location *alias;
    struct conf_index index;
    struct mime *types; /* extension -> type; never NULL once settled */
    struct place types_place;
    struct conf_text default_type;

    struct conf_choice hidden_files; /* enum conf_hidden_files */
    struct conf_flag autoindex;
    struct conf_flag autoindex_exact_size;
    struct conf_flag autoindex_localtime;
    struct conf_disable_symlinks disable_symlinks;
    struct conf_choice autoindex_format; /* enum conf_autoindex */

    struct conf_access_log *access_logs; /* count 0: "off" or none */
    unsigned access_log_count;
    struct place access_log_place;
    struct conf_error_log *error_logs;
    unsigned error_log_count;
    struct place error_log_place;
    struct conf_flag log_not_found;

    struct conf_trusted *trusted;
    unsigned trusted_count;
    struct place trusted_place;
    struct conf_real_ip_header real_ip_header;
    struct conf_flag real_ip_recursive;

    struct conf_number keepalive_timeout;        /* 0: no keep-alive */
    struct conf_number keepalive_timeout_header; /* seconds; 0: no header */
    struct conf_number keepalive_requests;
    struct conf_number keepalive_time;
    struct conf_number keepalive_min_timeout;
    struct conf_choice keepalive_disable; /* bits CONF_KEEPALIVE_NOT_* */
    struct conf_number client_body_timeout;
    struct conf_number send_timeout;
    struct conf_number client_max_body_size; /* 0: no limit */
    struct conf_choice lingering_close;      /* enum conf_lingering */
    struct conf_number lingering_time;
    struct conf_number lingering_timeout;
    struct conf_flag reset_timedout_connection;

    struct conf_template limit_rate;
    struct conf_template limit_rate_after;
    struct conf_flag stub_status; /* not inherited */
    struct conf_flag sendfile;
    struct conf_number sendfile_max_chunk;
    struct conf_flag tcp_nopush;
    struct conf_flag tcp_nodelay;

    struct conf_choice server_tokens; /* enum conf_server_tokens */
    struct conf_flag etag;
    struct conf_choice if_modified_since; /* enum condition_since */
    struct conf_fields *headers;          /* add_header; NULL: none */
    struct place headers_place;
    struct conf_choice add_header_inherit; /* enum conf_fields_inherit */
    struct conf_fields *trailers;          /* add_trailer */
    struct place trailers_place;
    struct conf_choice add_trailer_inherit;
    struct conf_expires expires;
    struct conf_flag chunked_transfer_encoding;
    struct conf_template charset; /* "off": none */
    struct conf_types charset_types;
    struct conf_flag override_charset;

    struct conf_flag gzip;
    struct conf_number gzip_comp_level;
    struct conf_number gzip_min_length;
    struct conf_types gzip_types;
    struct conf_flag gzip_vary;
    struct conf_choice gzip_proxied;      /* CONF_PROXIED_* */
    struct conf_choice gzip_http_version; /* the minor one */
    struct conf_patterns gzip_disable;
    struct conf_choice gzip_static; /* enum conf_static */
    struct conf_choice brotli_static;
    struct conf_choice zstd_static;
    struct conf_flag gunzip;
    struct conf_number max_ranges;
    struct conf_flag absolute_redirect;
    struct conf_flag port_in_redirect;
    struct conf_flag server_name_in_redirect;

    struct conf_error_page *error_pages;
    unsigned error_page_count;
    struct place error_page_place;
    struct conf_flag recursive_error_pages;

    struct conf_flag internal;
    struct conf_flag rewrite_log;

    struct conf_moderns modern_browsers;
    struct conf_ancients ancient_browsers;
    struct conf_text modern_browser_value;
    struct conf_text ancient_browser_value;
    bool modern_unlisted;   /* modern_browser unlisted; not inherited, nor is */
    bool ancient_netscape4; /* ancient_browser netscape4 */
    struct conf_valid_referers valid_referers;
    struct conf_flag uninitialized_variable_warn;

    struct conf_rule *rules; /* allow and deny, in order */
    unsigned rule_count;
    struct place rules_place;
    struct conf_choice satisfy;          /* enum conf_satisfy */
    struct conf_template auth_basic;     /* the realm, or "off" */
    struct conf_template auth_user_file; /* empty source: none */
    struct conf_number auth_delay;

    struct conf_limit *limit_reqs;
    unsigned limit_req_count;
    struct place limit_req_place;
    struct conf_number limit_req_status;
    struct conf_choice limit_req_log_level; /* enum log_level */
    struct conf_flag limit_req_dry_run;
    struct conf_limit *limit_conns;
    unsigned limit_conn_count;
    struct place limit_conn_place;
    struct conf_number limit_conn_status;
    struct conf_choice limit_conn_log_level; /* enum log_level */
    struct conf_flag limit_conn_dry_run;

    /* An R directive applies here under "unsupported stub;": 501. */
    struct conf_text unsupported; /* its name and place; empty: none */
};

/* ---- locations and servers ---- */

enum location_kind {
    LOCATION_SERVER, /* what the server says outside any location */
    LOCATION_PREFIX,
    LOCATION_EXACT,
    LOCATION_REGEX,
    LOCATION_NAMED, /* @name, with its "@" */
    LOCATION_IF, /* an "if" of the location around it, with that one's name */
};

/* What other methods than these are told of access; the rest is the
 * location's. */
struct conf_limit_except {
    struct place place;
    unsigned methods; /* those that go free: bits of method_bit */
    struct settings settings;
};

/* The locations of one level. `prefixes` is sorted by name (bytes), so that the
 * longest one that begins a path is found by halving; a location's `inside`
 * holds what is nested in it. */
struct location_set {
    struct location **exact; /* sorted by name */
    size_t exact_count;
    struct location **prefixes;
    size_t prefix_count;
    struct location **regexes; /* in order of appearance */
    size_t regex_count;
    struct location **named; /* in order of appearance; of a server alone */
    size_t named_count;
    struct location **all; /* each, those of "if" too; in order of appearance */
    size_t count;
};

/* One name of try_files. */
struct conf_try {
    struct template name;
    bool directory; /* it ended in a slash, which is not in `name` */
};

struct conf_tries {
    struct place place;
    struct conf_try *tries; /* but for the last word */
    unsigned count;         /* 0: no try_files here */
    uint16_t status;        /* "=404"; 0: `last` */
    struct template last;   /* an URI, or @name */
};

struct location {
    enum location_kind kind;
    bool no_regex;   /* ^~ */
    unsigned number; /* in order of appearance on its level */
    struct str name; /* of a regular expression: its text */
    const struct pattern *pattern;
    struct place place;
    /* The longest other prefix of this level that begins this name, or NULL:
     * where the halving goes on when this one does not fit. */
    const struct location *shorter;
    struct settings settings;
    struct rewrite_program rewrite; /* not inherited, nor is: */
    struct conf_tries try_files;
    struct conf_limit_except *except; /* NULL: none; an if: its location's */
    struct location_set inside;
};

/* What a server is told; inherited from http. */
struct server_settings {
    struct conf_number max_headers; /* lines of a request's head */
    struct conf_number client_header_timeout;
    struct conf_number client_header_buffer_size;
    struct conf_number large_client_header_buffers; /* how many */
    struct conf_number large_client_header_buffer_size;
    struct conf_flag merge_slashes;
    struct conf_flag ignore_invalid_headers;
    struct conf_flag underscores_in_headers;
};

enum server_name_kind {
    SERVER_NAME_EXACT,
    SERVER_NAME_DOT,  /* ".x", kept as "x": x and all below */
    SERVER_NAME_HEAD, /* "*.x" */
    SERVER_NAME_TAIL, /* "x.*" */
    SERVER_NAME_REGEX /* "~..." */
};

struct conf_server_name {
    struct place place;
    struct str name; /* lower case, but of a regular expression; or empty */
    enum server_name_kind kind;
    const struct pattern *pattern;
};

struct server {
    struct place place;
    unsigned number; /* in order of appearance */
    struct conf_server_name *names;
    unsigned name_count;
    struct conf_listen *listens; /* as written; resolved into listeners */
    unsigned listen_count;
    bool has_listen; /* none of it may be left (quic); else it has a default */
    struct server_settings settings;
    struct location whole; /* kind LOCATION_SERVER; `inside` its locations */
};

/* ---- listeners ---- */

struct listen_options {
    int backlog;  /* 511 when not said */
    int rcvbuf;   /* 0: the system's */
    int sndbuf;   /* 0: the system's */
    int fastopen; /* -1: off */
    bool deferred;
    bool reuseport;
    bool ipv6only;
    bool bind; /* a socket of its own, even beside a wildcard */
    bool keepalive_is_set;
    bool keepalive; /* so_keepalive */
    int keepalive_idle_s;
    int keepalive_interval_s;
    int keepalive_count;
};

struct server_names; /* conf/names.h */

/* One address:port that servers were chosen for. */
struct endpoint {
    struct address address;
    struct server *default_server;
    struct server **servers;
    unsigned server_count;
    const struct server_names *names;
    bool proxy_protocol; /* every connection begins with its header */
};

/* One socket to open, with the endpoints that it serves: endpoints[0] is its
 * own address; beside a wildcard the others are specific addresses of the same
 * port, told apart by getsockname. */
struct conf_listener {
    struct place place;
    struct address address;
    struct listen_options options;
    struct endpoint *endpoints;
    unsigned endpoint_count;
    unsigned number; /* its place in conf->listeners */
};

/* ---- the whole ---- */

enum conf_unsupported { CONF_UNSUPPORTED_REJECT, CONF_UNSUPPORTED_STUB };

/* "env NAME;" and "env NAME=VALUE;" */
struct conf_env_row {
    struct str name;  /* ended by NUL */
    struct str value; /* `at` is NULL: as inherited */
};

struct conf_env {
    struct place place;
    struct conf_env_row *rows;
    unsigned count;
};

/* Each worker takes one mask in turn, the last for all further ones; with
 * `auto` one processor each, of those of the one mask where there is one. */
struct conf_affinity {
    struct place place;
    struct str *masks; /* of 0 and 1 */
    unsigned count;
    bool is_auto;
};

struct main_settings {
    struct conf_text user;
    struct conf_text group; /* empty: the user's */
    struct conf_text pid;   /* absolute */
    struct conf_flag daemon;
    struct conf_number worker_processes; /* 0: auto */
    struct conf_number worker_connections;
    struct conf_number worker_rlimit_nofile;    /* 0: not set */
    struct conf_number worker_rlimit_core;      /* place: set or not */
    struct conf_number worker_shutdown_timeout; /* 0: none */
    struct conf_env env;                        /* TZ stays in any case */
    struct conf_affinity worker_cpu_affinity;
    struct conf_choice worker_priority;
    struct conf_text working_directory; /* absolute; empty: not set */
    struct conf_choice unsupported;     /* enum conf_unsupported */
    struct conf_path control_fifo;
    struct conf_path stats_fifo;
    struct conf_text control_group;
    struct conf_text stats_group;
};

/* What conf_resolve found out. */
struct conf_resolved {
    uid_t user;
    gid_t group;
    bool drops_privileges; /* started as root: children take user and group */
    gid_t control_group;   /* (gid_t)-1: not set */
    gid_t stats_group;     /* (gid_t)-1: not set */
    unsigned workers;
    struct str hostname;
    struct str user_name; /* ended by NUL; empty: this process's own user */
};

/* One file of the configuration (-T). */
struct conf_source {
    struct str path;
    struct str text;
};

/* "# prong: TEXT" in a file: what lint is told (conf/lint.h). */
struct conf_comment {
    struct conf_comment *next;
    struct place place;
    struct str text;
    bool alone; /* nothing else stands on its line: it is about the next one */
};

struct conf {
    struct arena arena;
    uint32_t generation; /* set by the master before it forks */
    struct str file;     /* absolute path of the -c file */
    struct str prefix;   /* absolute, with a slash at its end */
    struct main_settings main;
    struct conf_error_log *error_logs; /* of the main context; at least one */
    unsigned error_log_count;
    const struct settings *http; /* outside of servers; NULL: there is none */
    struct server **servers;
    unsigned server_count;
    struct conf_listener **listeners; /* after conf_resolve */
    unsigned listener_count;
    struct conf_log **logs; /* every destination that anything names */
    unsigned log_count;
    unsigned limit_conn_most; /* limit_conn of one location */
    struct conf_zone **zones;
    unsigned zone_count;
    struct conf_host *hosts; /* whose addresses conf_resolve finds out */
    struct uservar_table uservars;
    struct pattern_list patterns; /* every regular expression, once */
    struct conf_resolved resolved;
    struct conf_comment *comments;
    struct conf_referers *referers; /* every valid_referers */
    struct conf_source *sources;    /* with keep_sources: each file once */
    unsigned source_count;
};

/* What the command line says. */
struct conf_request {
    const char *file;       /* -c; relative to the prefix */
    const char *prefix;     /* -p or the compiled-in one */
    const char *directives; /* -g, or NULL */
    const char *error_log;  /* -e, or NULL */
    bool keep_sources;      /* -T: remember every file's text */
    struct str text;        /* read in place of the file, unless `at` is NULL */
};

/* Reads and checks the files. 0 with `*conf`, or -EINVAL after every reason was
 * logged (emerg, nginx's wording, "in FILE:LINE"), or -ENOMEM, which is logged
 * as well. Warnings are logged too. Nothing of the system is touched but the
 * files that it reads. */
int conf_load(struct conf **conf, const struct conf_request *request);

/* The questions that only the system can answer; prong.c hands in os/ and net/.
 * Each returns 0 or -errno where nothing else is said. */
struct conf_lookups {
    int (*user)(const char *name, uid_t *user, gid_t *group);
    int (*group)(const char *name, gid_t *group);
    /* every address of a host name, numeric ones too; malloc'ed list */
    int (*addresses)(const char *host, uint16_t port, struct address **list,
                     unsigned *count);
    unsigned (*processors)(void); /* affinity and cgroup quota, at least 1 */
    int (*hostname)(char *into, size_t room);
    /* Can the user, with all groups of the account `name` (NULL: as this
     * process), search its way to the path? -EACCES: `blocker` (PATH_MAX) is
     * the first directory that forbids it, or the path, which cannot be read;
     * -ENOENT: it does not exist. */
    int (*reach)(const char *path, const char *name, uid_t user, gid_t group,
                 char *blocker);
    bool is_root;

    /* for conf_probe alone */
    /* Could this process write the file, or make it in its directory? */
    int (*writable)(const char *path);
    /* Is the address one of this machine, so that bind would take it? */
    bool (*is_local)(const struct address *address);
    bool (*may_bind)(uint16_t port);
};

/* Settles what was left as text: fills `resolved` and `listeners`. What clients
 * will stumble over (a root out of the workers' reach) is a warning. 0, or
 * -EINVAL or -ENOMEM after every reason was logged. */
int conf_resolve(struct conf *conf, const struct conf_lookups *lookups);

/* -t, after conf_resolve, whatever that said: finds what else a start would
 * find, and changes nothing.
 * What this user cannot judge is said at warn. 0, or -EINVAL after every reason
 * was logged; -ENOMEM. */
int conf_probe(const struct conf *conf, const struct conf_lookups *lookups);

/* Gives all of it back; NULL is fine. */
void conf_free(struct conf *conf);

/* -T: prints every file that was read, as nginx does ("# configuration file
 * F:"). Only after a load with keep_sources. */
void conf_print_sources(const struct conf *conf, struct buf *into);

#endif
