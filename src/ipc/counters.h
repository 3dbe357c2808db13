/* counters.h - every figure that prong counts; one row is one figure
 *
 * A row here is all it takes: the scoreboard makes room for it and every report
 * prints and explains it. A name keeps its meaning for ever. */
#ifndef PRONG_IPC_COUNTERS_H
#define PRONG_IPC_COUNTERS_H

/* How a figure is merged over the slots. */
enum counter_kind {
    COUNTER, /* only grows; belongs to the slot, goes on with the next owner;
              * the total is the sum over all slots ever used */
    GAUGE,   /* what is so now; zeroed when a slot is claimed, summed over the
              * living only */
    MAX,     /* the greatest value ever; merged by the greatest */
};

/* The status codes that have a row of their own. */
/* clang-format off */
#define COUNTERS_OF_STATUS(CODE)                                               \
    CODE(100) CODE(200) CODE(201) CODE(204) CODE(206) CODE(301) CODE(302)      \
    CODE(303) CODE(304) CODE(307) CODE(308) CODE(400) CODE(401) CODE(402)      \
    CODE(403) CODE(404) CODE(405) CODE(406) CODE(408) CODE(409) CODE(410)      \
    CODE(411) CODE(412) CODE(413) CODE(414) CODE(415) CODE(416) CODE(417)      \
    CODE(421) CODE(425) CODE(429) CODE(431) CODE(444) CODE(494) CODE(495)      \
    CODE(496) CODE(497) CODE(499) CODE(500) CODE(501) CODE(502) CODE(503)      \
    CODE(504) CODE(505) CODE(507)

#define COUNTERS(ROW)                                                          \
    ROW(connections, COUNTER, "connections accepted")                          \
    ROW(connections_recycled, COUNTER, "idle connections closed to make room") \
    ROW(connections_dropped, COUNTER, "connections closed for want of memory") \
    ROW(active, GAUGE, "connections open now")                                 \
    ROW(reading, GAUGE, "connections whose request is being read")             \
    ROW(writing, GAUGE, "connections whose answer is being sent")              \
    ROW(idle, GAUGE, "connections kept alive between two requests")            \
    ROW(active_max, MAX, "most connections open at once in one worker")        \
    ROW(requests, COUNTER, "requests answered")                                \
    ROW(responses_1xx, COUNTER, "answers of class 1xx")                        \
    ROW(responses_2xx, COUNTER, "answers of class 2xx")                        \
    ROW(responses_3xx, COUNTER, "answers of class 3xx")                        \
    ROW(responses_4xx, COUNTER, "answers of class 4xx")                        \
    ROW(responses_5xx, COUNTER, "answers of class 5xx")                        \
    ROW(bytes_received, COUNTER, "bytes read from clients")                    \
    ROW(bytes_sent, COUNTER, "bytes sent to clients, heads included")          \
    ROW(keepalive_reused, COUNTER, "requests on a connection used before")     \
    ROW(pipelined, COUNTER, "requests that came before the last was answered") \
    ROW(timeouts_header, COUNTER, "connections timed out in a head")           \
    ROW(timeouts_body, COUNTER, "connections timed out in a request body")     \
    ROW(timeouts_send, COUNTER, "connections timed out in an answer")          \
    ROW(timeouts_idle, COUNTER, "kept connections closed after their time")    \
    ROW(parse_errors, COUNTER, "requests that could not be parsed")            \
    ROW(accept_errors_files, COUNTER, "accept refused: no descriptor is left") \
    ROW(accept_errors_aborted, COUNTER, "accept: the client was gone already") \
    ROW(accept_errors_other, COUNTER, "accept refused for another reason")     \
    ROW(io_errors, COUNTER, "files that failed while being read")              \
    ROW(client_resets, COUNTER, "connections broken by the client")            \
    ROW(answers_cut, COUNTER, "answers that ended before their last byte")     \
    ROW(file_hits, COUNTER, "files answered from the cache of open files")     \
    ROW(file_misses, COUNTER, "files that had to be opened")                   \
    ROW(files_open, GAUGE, "files held open for answers")                      \
    ROW(unsupported_hits, COUNTER, "requests that met an unsupported stub")    \
    ROW(limited_requests, COUNTER, "requests refused by a limit")              \
    ROW(drain_cut, COUNTER, "connections cut by worker_shutdown_timeout")      \
    ROW(log_lines, COUNTER, "log lines put into the rings")                    \
    ROW(log_dropped, COUNTER, "log lines lost: ring full, or log takes none")  \
    ROW(log_records, COUNTER, "log records that the logger took")              \
    ROW(log_written, COUNTER, "log lines that the logger wrote")               \
    ROW(log_bytes, COUNTER, "bytes that the logger wrote")                     \
    ROW(log_errors, COUNTER, "writes to a log that failed")                    \
    ROW(log_corrupt, COUNTER, "times the rest of a ring made no sense")        \
    ROW(logs_blocked, GAUGE, "log files that take no lines now")               \
    ROW(doorbells_lost, COUNTER, "doorbells that found the queue full")        \
    ROW(inflight_stale, COUNTER, "requests not noted: a reader was looking")   \
    ROW(turns, COUNTER, "turns of the event loop")                             \
    ROW(turn_max_us, MAX, "the longest turn of an event loop")                 \
    ROW(cpu_us, COUNTER, "processor time used")                                \
    ROW(fds, GAUGE, "descriptors open now")                                    \
    ROW(rss_kb, GAUGE, "memory resident now")
/* clang-format on */

enum counter {
#define COUNTER_ROW(name, kind, help) COUNTER_##name,
    COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
#define COUNTER_CODE(code) COUNTER_status_##code,
        COUNTERS_OF_STATUS(COUNTER_CODE)
#undef COUNTER_CODE
            COUNTER_status_other,
    COUNTER_COUNT
};

/* Never NULL for a value below COUNTER_COUNT: "connections", "status_404". */
const char *counter_name(enum counter c);
const char *counter_help(enum counter c);
enum counter_kind counter_kind(enum counter c);

/* The row of a status code: COUNTER_status_404, or COUNTER_status_other. */
enum counter counter_of_status(unsigned status);

/* The row of its class: COUNTER_responses_4xx. What is no class counts as 5xx,
 * because only a fault of prong would send it. */
enum counter counter_of_class(unsigned status);

/* The code of a row between COUNTER_status_100 and COUNTER_status_other; 0 for
 * the latter and for every other row. */
unsigned counter_status(enum counter c);

#endif
