/* variables.h - the names that a template may use; one row is one variable, or
 * one family of them
 *
 * conf knows the names only; content/builtin knows the values. */
#ifndef PRONG_CONF_VARIABLES_H
#define PRONG_CONF_VARIABLES_H

/* clang-format off */
#define VARIABLES(ROW)                                                         \
    ROW(ancient_browser)                                                       \
    ROW(args)                                                                  \
    ROW(binary_remote_addr)                                                    \
    ROW(body_bytes_sent)                                                       \
    ROW(bytes_sent)                                                            \
    ROW(connection)                                                            \
    ROW(connection_requests)                                                   \
    ROW(connection_time)                                                       \
    ROW(connections_active)                                                    \
    ROW(connections_reading)                                                   \
    ROW(connections_waiting)                                                   \
    ROW(connections_writing)                                                   \
    ROW(content_length)                                                        \
    ROW(content_type)                                                          \
    ROW(date_gmt)                                                              \
    ROW(date_local)                                                            \
    ROW(document_root)                                                         \
    ROW(document_uri)                                                          \
    ROW(gzip_ratio)                                                            \
    ROW(host)                                                                  \
    ROW(hostname)                                                              \
    ROW(https)                                                                 \
    ROW(invalid_referer)                                                       \
    ROW(is_args)                                                               \
    ROW(is_request_port)                                                       \
    ROW(limit_conn_status)                                                     \
    ROW(limit_rate)                                                            \
    ROW(limit_req_status)                                                      \
    ROW(modern_browser)                                                        \
    ROW(msec)                                                                  \
    ROW(msie)                                                                  \
    ROW(nginx_version)                                                         \
    ROW(pid)                                                                   \
    ROW(pipe)                                                                  \
    ROW(proxy_protocol_addr)                                                   \
    ROW(proxy_protocol_port)                                                   \
    ROW(proxy_protocol_server_addr)                                            \
    ROW(proxy_protocol_server_port)                                            \
    ROW(query_string)                                                          \
    ROW(realip_remote_addr)                                                    \
    ROW(realip_remote_port)                                                    \
    ROW(realpath_root)                                                         \
    ROW(remote_addr)                                                           \
    ROW(remote_port)                                                           \
    ROW(remote_user)                                                           \
    ROW(request)                                                               \
    ROW(request_body)                                                          \
    ROW(request_body_file)                                                     \
    ROW(request_completion)                                                    \
    ROW(request_filename)                                                      \
    ROW(request_id)                                                            \
    ROW(request_length)                                                        \
    ROW(request_method)                                                        \
    ROW(request_port)                                                          \
    ROW(request_time)                                                          \
    ROW(request_uri)                                                           \
    ROW(scheme)                                                                \
    ROW(server_addr)                                                           \
    ROW(server_name)                                                           \
    ROW(server_port)                                                           \
    ROW(server_protocol)                                                       \
    ROW(status)                                                                \
    ROW(tcpinfo_rcv_space)                                                     \
    ROW(tcpinfo_rtt)                                                           \
    ROW(tcpinfo_rttvar)                                                        \
    ROW(tcpinfo_snd_cwnd)                                                      \
    ROW(time_iso8601)                                                          \
    ROW(time_local)                                                            \
    ROW(uri)

/* Names that begin alike, a "_" behind it: what follows says which one. */
#define VARIABLE_FAMILIES(ROW)                                                 \
    ROW(ARG, arg)                                                              \
    ROW(COOKIE, cookie)                                                        \
    ROW(HTTP, http)                                                            \
    ROW(PROXY_PROTOCOL_TLV, proxy_protocol_tlv)                                \
    ROW(SENT_HTTP, sent_http)                                                  \
    ROW(SENT_TRAILER, sent_trailer)
/* clang-format on */

/* A part of a family carries the rest of the name ($http_Referer: "referer",
 * lower case). */
enum variable {
#define VARIABLE_ROW(name) VARIABLE_##name,
    VARIABLES(VARIABLE_ROW)
#undef VARIABLE_ROW
        VARIABLE_NAMES, /* how many there are, and the first family */
    VARIABLE_LAST_NAME = VARIABLE_NAMES - 1,
#define VARIABLE_FAMILY(id, name) VARIABLE_##id,
    VARIABLE_FAMILIES(VARIABLE_FAMILY)
#undef VARIABLE_FAMILY
        VARIABLE_CAPTURE, /* $1 to $9: which one is the part's index */
    VARIABLE_USER,        /* the part's index is that of its struct uservar */
    VARIABLE_EMPTY,       /* known, and always empty: $http2 */
};

#endif
