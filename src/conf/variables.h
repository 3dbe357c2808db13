/* variables.h - the names that a template may use; one row is one variable
 *
 * conf knows the names only; content/variable knows the values. */
#ifndef PRONG_CONF_VARIABLES_H
#define PRONG_CONF_VARIABLES_H

/* clang-format off */
#define VARIABLES(ROW)                                                         \
    ROW(args)                                                                  \
    ROW(body_bytes_sent)                                                       \
    ROW(bytes_sent)                                                            \
    ROW(connection)                                                            \
    ROW(connection_requests)                                                   \
    ROW(content_length)                                                        \
    ROW(content_type)                                                          \
    ROW(document_root)                                                         \
    ROW(document_uri)                                                          \
    ROW(host)                                                                  \
    ROW(hostname)                                                              \
    ROW(https)                                                                 \
    ROW(is_args)                                                               \
    ROW(msec)                                                                  \
    ROW(nginx_version)                                                         \
    ROW(pid)                                                                   \
    ROW(pipe)                                                                  \
    ROW(query_string)                                                          \
    ROW(remote_addr)                                                           \
    ROW(remote_port)                                                           \
    ROW(remote_user)                                                           \
    ROW(request)                                                               \
    ROW(request_completion)                                                    \
    ROW(request_filename)                                                      \
    ROW(request_length)                                                        \
    ROW(request_method)                                                        \
    ROW(request_time)                                                          \
    ROW(request_uri)                                                           \
    ROW(scheme)                                                                \
    ROW(server_addr)                                                           \
    ROW(server_name)                                                           \
    ROW(server_port)                                                           \
    ROW(server_protocol)                                                       \
    ROW(status)                                                                \
    ROW(time_iso8601)                                                          \
    ROW(time_local)                                                            \
    ROW(uri)
/* clang-format on */

/* VARIABLE_HTTP and VARIABLE_SENT_HTTP and VARIABLE_ARG carry the rest of the
 * name ($http_referer: "referer", lower case, '_' for '-'). */
enum variable {
#define VARIABLE_ROW(name) VARIABLE_##name,
    VARIABLES(VARIABLE_ROW)
#undef VARIABLE_ROW
        VARIABLE_HTTP,
    VARIABLE_SENT_HTTP,
    VARIABLE_ARG,
    VARIABLE_CAPTURE, /* $1 to $9: which one is the part's index */
    VARIABLE_USER,    /* the part's index is that of its struct uservar */
    VARIABLE_EMPTY,   /* known, and always empty: $http2 */
};

#endif
