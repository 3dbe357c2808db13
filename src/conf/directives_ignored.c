/* directives_ignored.c - class I: hints that change nothing a client can see,
 * and settings of what is not there to be set */
#include "conf/directives.h"

#define ROW(name, contexts, shape)                                             \
    {                                                                          \
        name, DIRECTIVE_IGNORED, contexts, shape, NULL, NO_FIELD               \
    }

/* clang-format off */
static const struct directive rows[] = {
    ROW("accept_mutex", IN_EVENTS, ARGS_1),
    ROW("accept_mutex_delay", IN_EVENTS, ARGS_1),
    ROW("addition_types", IN_HSL, ARGS_1_MORE),
    ROW("aio", IN_HSL, ARGS_1),
    ROW("aio_write", IN_HSL, ARGS_1),
    ROW("client_body_buffer_size", IN_HSL, ARGS_1),
    ROW("client_body_early_read", IN_HSL, ARGS_1),
    ROW("client_body_in_file_only", IN_HSL, ARGS_1),
    ROW("client_body_in_single_buffer", IN_HSL, ARGS_1),
    ROW("client_body_temp_path", IN_HSL, ARGS_1_4),
    ROW("connection_pool_size", IN_HS, ARGS_1),
    ROW("create_full_put_path", IN_HSL, ARGS_1),
    ROW("dav_access", IN_HSL, ARGS_1_3),
    ROW("debug_connection", IN_EVENTS, ARGS_1),
    ROW("debug_points", IN_MAIN, ARGS_1),
    ROW("directio", IN_HSL, ARGS_1),
    ROW("directio_alignment", IN_HSL, ARGS_1),
    ROW("epoll_events", IN_EVENTS, ARGS_1),
    ROW("fastcgi_temp_path", IN_HSL, ARGS_1_4),
    ROW("gunzip_buffers", IN_HSL, ARGS_2),
    ROW("gzip_buffers", IN_HSL, ARGS_2),
    ROW("gzip_hash", IN_HSL, ARGS_1),
    ROW("gzip_no_buffer", IN_HSL, ARGS_1),
    ROW("gzip_window", IN_HSL, ARGS_1),
    ROW("http2", IN_HS, ARGS_1),
    ROW("lock_file", IN_MAIN, ARGS_1),
    ROW("map_hash_bucket_size", IN_HTTP, ARGS_1),
    ROW("map_hash_max_size", IN_HTTP, ARGS_1),
    ROW("min_delete_depth", IN_HSL, ARGS_1),
    ROW("mirror_request_body", IN_HSL, ARGS_1),
    ROW("mp4_*", IN_HSL, ARGS_1),
    ROW("msie_padding", IN_HSL, ARGS_1),
    ROW("msie_refresh", IN_HSL, ARGS_1),
    ROW("multi_accept", IN_EVENTS, ARGS_1),
    ROW("open_file_cache_events", IN_HSL, ARGS_1),
    ROW("open_log_file_cache", IN_HSL, ARGS_1_4),
    ROW("output_buffers", IN_HSL, ARGS_2),
    ROW("pcre_jit", IN_MAIN, ARGS_1),
    ROW("postpone_output", IN_HSL, ARGS_1),
    ROW("postpone_gzipping", IN_HSL, ARGS_1),
    ROW("proxy_temp_path", IN_HSL, ARGS_1_4),
    ROW("read_ahead", IN_HSL, ARGS_1),
    ROW("referer_hash_bucket_size", IN_SL, ARGS_1),
    ROW("referer_hash_max_size", IN_SL, ARGS_1),
    ROW("request_pool_size", IN_HS, ARGS_1),
    ROW("scgi_temp_path", IN_HSL, ARGS_1_4),
    ROW("send_lowat", IN_HSL, ARGS_1),
    ROW("server_names_hash_bucket_size", IN_HTTP, ARGS_1),
    ROW("server_names_hash_max_size", IN_HTTP, ARGS_1),
    ROW("ssi_*", IN_HSL, ARGS_1_MORE),
    ROW("sub_filter_last_modified", IN_HSL, ARGS_1),
    ROW("sub_filter_once", IN_HSL, ARGS_1),
    ROW("sub_filter_types", IN_HSL, ARGS_1_MORE),
    ROW("subrequest_output_buffer_size", IN_HSL, ARGS_1),
    ROW("thread_pool", IN_MAIN, ARGS_2 | ARGS_3),
    ROW("timer_resolution", IN_MAIN, ARGS_1),
    ROW("types_hash_bucket_size", IN_HSL, ARGS_1),
    ROW("types_hash_max_size", IN_HSL, ARGS_1),
    ROW("use", IN_EVENTS, ARGS_1),
    ROW("uwsgi_temp_path", IN_HSL, ARGS_1_4),
    ROW("variables_hash_bucket_size", IN_HTTP, ARGS_1),
    ROW("variables_hash_max_size", IN_HTTP, ARGS_1),
    ROW("worker_aio_requests", IN_EVENTS, ARGS_1),

    /* No listen of this version takes "ssl", so nothing is left to set. */
    ROW("ssl_*", IN_HS, ARGS_1_MORE),
};
/* clang-format on */

const struct directive_table directives_ignored = {"ignored", rows,
                                                   ARRAY_LEN(rows)};
