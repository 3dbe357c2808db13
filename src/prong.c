/* prong.c - what was asked on the command line, and which roles are there */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf.h"
#include "conf/lint.h"
#include "conf/modules.h"
#include "conf/pidpath.h"
#include "content/explain_command.h"
#include "ipc/ask.h"
#include "logger/logger.h"
#include "master/master.h"
#include "net/resolve.h"
#include "os/processors.h"
#include "os/reach.h"
#include "os/users.h"
#include "worker/worker.h"

enum { EXIT_GOOD = 0, EXIT_BAD = 1, EXIT_FAULT = 2 };

enum { OPTION_STRICT = 256 }; /* has no letter */

static const struct option long_options[] = {
    {"strict", no_argument, NULL, OPTION_STRICT},
    {NULL, 0, NULL, 0},
};

static const struct role roles[ROLE_COUNT] = {
    [ROLE_MASTER] = {.id = ROLE_MASTER,
                     .name = "master",
                     .title = "master process",
                     .many = ROLE_ONE},
    [ROLE_WORKER] = {.id = ROLE_WORKER,
                     .name = "worker",
                     .title = "worker process",
                     .many = ROLE_PER_WORKER,
                     .run = worker_run},
    [ROLE_LOGGER] = {.id = ROLE_LOGGER,
                     .name = "logger",
                     .title = "logger process",
                     .many = ROLE_ONE,
                     .run = logger_run},
};

static int hostname(char *into, size_t room)
{
    return gethostname(into, room) < 0 ? -errno : 0;
}

/* What the configuration may ask of the system. */
static struct conf_lookups lookups(void)
{
    return (struct conf_lookups){
        .user = users_find,
        .group = users_find_group,
        .addresses = resolve_addresses,
        .processors = processors_available,
        .hostname = hostname,
        .reach = reach_check,
        .is_root = geteuid() == 0,
        .writable = reach_writable,
        .is_local = resolve_is_local,
        .may_bind = resolve_may_bind,
    };
}

struct options;

/* What stands behind a word that is no option is its own. */
struct command_row {
    const char *name;
    int (*run)(struct options *o, int argc, char **argv);
};

struct options {
    struct arena memory; /* of the texts: argv's becomes the title */
    struct conf_request request;
    const char *verb; /* -s */
    const struct command_row *command;
    bool tests;
    bool prints; /* -T */
    bool is_strict;
    bool is_quiet;
    bool shows_version;
    bool shows_build;
    bool helps;
};

/* ---- what is said of itself ---- */

static void show_version(void)
{
    fprintf(stderr, "prong version: prong/" PACKAGE_VERSION "\n");
}

static void show_build(void)
{
    struct buf modules = {0};

    modules_put(&modules);
    show_version();
    fprintf(stderr,
            "built with %s\n"
            "built with llhttp " PRONG_LLHTTP_VERSION "\n"
            "nginx version: nginx/1.31.5 (configuration grammar)\n"
            "configure arguments:%s%s%.*s\n",
            PRONG_CC_VERSION, sizeof(PRONG_CONFIGURE_ARGS) > 1 ? " " : "",
            PRONG_CONFIGURE_ARGS, STR_ARG(buf_str(&modules)));
    buf_close(&modules);
}

static void show_help(void)
{
    show_version();
    fprintf(stderr,
            "usage: prong [-?hvVtTq] [-s VERB] [-p DIR] [-e FILE] [-c FILE] "
            "[-g TEXT]\n"
            "       prong explain [METHOD] URL [-H 'NAME: VALUE']...\n\n"
            "  -?,-h    this help\n"
            "  -v       show version\n"
            "  -V       show version and how it was built\n"
            "  -t       test the configuration, without any side effect\n"
            "  -T       the same, and print every file of it\n"
            "  -q       with -t: only errors and warnings\n"
            "  --strict with -t: what it only warns of is wrong\n"
            "  -s VERB  tell a running prong: stop, quit, reload, reopen\n"
            "  -p DIR   prefix (default: %s)\n"
            "  -e FILE  error log until the configuration names one "
            "(default: %s)\n"
            "  -c FILE  configuration (default: %s)\n"
            "  -g TEXT  directives set outside the configuration file\n\n"
            "defaults: pid %s, access log %s, user %s, group %s\n",
            PRONG_PREFIX, PRONG_ERROR_LOG_PATH, PRONG_CONF_PATH, PRONG_PID_PATH,
            PRONG_ACCESS_LOG_PATH, PRONG_USER, PRONG_GROUP);
}

/* ---- arguments ---- */

static const char *keep(struct options *o, const char *argument)
{
    struct str copy = arena_copy(&o->memory, str_of(argument));

    if (!copy.at) {
        log_at(LOG_EMERG, "no memory for the arguments");
        exit(EXIT_FAULT);
    }
    return copy.at;
}

static bool take_option(struct options *o, int option)
{
    switch (option) {
    case 'c':
        o->request.file = keep(o, optarg);
        return true;
    case 'p':
        o->request.prefix = keep(o, optarg);
        return true;
    case 'g':
        o->request.directives = keep(o, optarg);
        return true;
    case 'e':
        o->request.error_log = keep(o, optarg);
        return true;
    case 's':
        o->verb = keep(o, optarg);
        return true;
    case 'T':
        o->prints = true;
        o->request.keep_sources = true;
        o->tests = true;
        return true;
    case 't':
        o->tests = true;
        return true;
    case 'q':
        o->is_quiet = true;
        return true;
    case OPTION_STRICT:
        o->is_strict = true;
        return true;
    case 'V':
        o->shows_build = true;
        return true;
    case 'v':
        o->shows_version = true;
        return true;
    case 'h':
        o->helps = true;
        return true;
    default:
        return false;
    }
}

/* '?' is an option, and what getopt says of one that it does not know. */
static int next_option(int argc, char **argv)
{
    int option;

    optopt = 0;
    option = getopt_long(argc, argv, "+:c:p:g:e:s:tTqvVh?", long_options, NULL);
    if (option != '?' || optopt != 0)
        return option;
    return str_starts_with(str_of(argv[optind - 1]), STR("--")) ? 0 : 'h';
}

static const struct command_row *find_command(const char *word);

static bool read_options(struct options *o, int argc, char **argv)
{
    int option;

    opterr = 0;
    while ((option = next_option(argc, argv)) != -1) {
        if (option == ':') {
            log_at(LOG_EMERG, "option \"-%c\" requires an argument", optopt);
            return false;
        }
        if (option == 0) {
            log_at(LOG_EMERG, "invalid option: \"%s\"", argv[optind - 1]);
            return false;
        }
        if (!take_option(o, option)) {
            log_at(LOG_EMERG, "invalid option: \"-%c\"", optopt);
            return false;
        }
    }
    o->command = optind < argc ? find_command(argv[optind]) : NULL;
    if (optind < argc && !o->command) {
        log_at(LOG_EMERG, "invalid option: \"%s\"", argv[optind]);
        return false;
    }
    return true;
}

/* ---- -t ---- */

static int print_sources(const struct conf *conf)
{
    struct buf text = {0};
    bool printed;

    conf_print_sources(conf, &text);
    printed = !text.failed &&
              fwrite(text.data, 1, text.len, stdout) == text.len &&
              fflush(stdout) == 0;
    buf_close(&text);
    return printed ? EXIT_GOOD : EXIT_FAULT;
}

static void say(const struct options *o, const char *file, const char *text)
{
    if (!o->is_quiet)
        fprintf(stderr, "prong: the configuration file %s %s\n", file, text);
}

static int fail_test(const char *file)
{
    fprintf(stderr, "prong: configuration file %s test failed\n", file);
    return EXIT_BAD;
}

struct linting {
    struct lint lint;
    enum log_level level;
};

static void tell_finding(struct lint *lint, const struct lint_finding *f)
{
    const struct linting *l = (const struct linting *)(const void *)lint;
    char text[512];
    struct buf where = buf_over(text, sizeof(text));

    place_print(&where, f->place);
    log_at(l->level, "%s: %.*s %.*s; %s", f->row->code, STR_ARG(f->text),
           STR_ARG(buf_str(&where)), f->row->mend);
}

/* Valid, but hardly meant. False when that counts as wrong. */
static bool lint(const struct options *o, const struct conf *conf)
{
    struct linting l = {
        .lint = {.found = tell_finding, .conf = conf},
        .level = o->is_strict ? LOG_EMERG : LOG_WARN,
    };

    lint_check(&l.lint);
    return l.lint.count == 0 || !o->is_strict;
}

static int test(const struct options *o)
{
    const char *named = o->request.file ? o->request.file : PRONG_CONF_PATH;
    struct conf_lookups asked = lookups();
    struct conf *conf = NULL;
    int status = EXIT_GOOD;
    bool is_good;

    if (conf_load(&conf, &o->request) < 0)
        return fail_test(named);
    say(o, conf->file.at, "syntax is ok");
    /* All reasons in one run. */
    is_good = conf_resolve(conf, &asked) == 0;
    is_good = conf_probe(conf, &asked) == 0 && is_good;
    is_good = lint(o, conf) && is_good;
    if (!is_good)
        status = fail_test(conf->file.at);
    else if (!o->is_quiet)
        fprintf(stderr, "prong: configuration file %s test is successful\n",
                conf->file.at);
    if (status == EXIT_GOOD && o->prints)
        status = print_sources(conf);
    conf_free(conf);
    return status;
}

/* ---- -s ---- */

static void hush(struct log_sink *sink, enum log_level level, struct str text)
{
    (void)sink;
    (void)level;
    (void)text;
}

/* The master reads the file itself and says what is wrong with it. */
static struct conf *load_quietly(const struct conf_request *request)
{
    struct log_sink quiet = {.take = hush, .level = LOG_EMERG};
    struct log_sink *before = log_sink_set(&quiet);
    struct conf *conf = NULL;

    if (conf_load(&conf, request) < 0)
        conf = NULL;
    log_sink_set(before);
    return conf;
}

static bool parse_verb(const char *name, enum command_verb *verb)
{
    const char *nearest;

    if (command_verb_parse(str_of(name), verb) &&
        (*verb == COMMAND_STOP || *verb == COMMAND_QUIT ||
         *verb == COMMAND_RELOAD || *verb == COMMAND_REOPEN))
        return true;
    nearest = command_nearest(str_of(name));
    log_at(LOG_EMERG, "invalid option: \"-s %s\"%s%s%s", name,
           nearest ? ", did you mean \"" : "", nearest ? nearest : "",
           nearest ? "\"?" : "");
    return false;
}

static int tell(const struct options *o)
{
    struct conf *conf = load_quietly(&o->request);
    struct arena arena = {0};
    struct ask ask = {.control_fifo = ""};
    int status = EXIT_BAD;

    if (conf) {
        ask.pid_path = conf->main.pid.text.at;
        if (conf->main.control_fifo.path.len > 0)
            ask.control_fifo = conf->main.control_fifo.path.at;
    } else {
        ask.pid_path = pidpath_find(&o->request, &arena).at;
    }
    if (!ask.pid_path)
        status = EXIT_FAULT;
    else if (parse_verb(o->verb, &ask.verb))
        status = ask_master(&ask);
    arena_close(&arena);
    conf_free(conf);
    return status;
}

/* ---- serving ---- */

static const char *join_arguments(struct options *o, int argc, char **argv)
{
    struct buf line = {0};
    const char *joined;

    for (int i = 0; i < argc; i++)
        buf_printf(&line, "%s%s", i == 0 ? "" : " ", argv[i]);
    buf_put_char(&line, '\0');
    joined = line.failed ? "prong" : keep(o, line.data);
    buf_close(&line);
    return joined;
}

static int serve(const struct options *o, struct process_title *title,
                 const char *command_line)
{
    struct conf_lookups asked = lookups();
    struct master_start start = {
        .request = &o->request,
        .lookups = &asked,
        .roles = roles,
        .title = title,
        .command_line = command_line,
    };

    if (conf_load(&start.conf, &o->request) < 0)
        return EXIT_BAD;
    if (conf_resolve(start.conf, &asked) < 0) {
        conf_free(start.conf);
        return EXIT_BAD;
    }
    return master_run(&start);
}

/* ---- commands ---- */

static int explain(struct options *o, int argc, char **argv)
{
    struct conf_lookups asked = lookups();

    return explain_command(&o->request, &asked, argc, argv);
}

static const struct command_row commands[] = {
    {"explain", explain},
};

static const struct command_row *find_command(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static int act(struct options *o, int argc, char **argv)
{
    struct process_title title;
    const char *command_line;

    if (o->command)
        return o->command->run(o, argc - optind, argv + optind);
    if (o->tests)
        return test(o);
    if (o->verb)
        return tell(o);
    command_line = join_arguments(o, argc, argv);
    if (process_title_open(&title, argc, argv) < 0)
        return EXIT_FAULT;
    return serve(o, &title, command_line);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    int status = EXIT_GOOD;

    if (!read_options(&o, argc, argv))
        status = EXIT_BAD;
    else if (o.helps)
        show_help();
    else if (o.shows_build)
        show_build();
    else if (o.shows_version)
        show_version();
    else
        status = act(&o, argc, argv);
    arena_close(&o.memory);
    return status;
}
