/* status.c - the rows of the status codes */
#include "http/status.h"

#include "base/attr.h"

struct row {
    unsigned status;
    struct str reason;
};

/* clang-format off */
#define ROW(status, reason) {status, {reason, sizeof(reason) - 1}}
static const struct row rows[] = {
    ROW(HTTP_OK, "OK"), /* the most frequent first */
    ROW(HTTP_NOT_MODIFIED, "Not Modified"),
    ROW(HTTP_PARTIAL_CONTENT, "Partial Content"),
    ROW(HTTP_NOT_FOUND, "Not Found"),
    ROW(HTTP_CONTINUE, "Continue"),
    ROW(HTTP_SWITCHING_PROTOCOLS, "Switching Protocols"),
    ROW(HTTP_CREATED, "Created"),
    ROW(HTTP_ACCEPTED, "Accepted"),
    ROW(HTTP_NO_CONTENT, "No Content"),
    ROW(HTTP_MULTIPLE_CHOICES, "Multiple Choices"),
    ROW(HTTP_MOVED_PERMANENTLY, "Moved Permanently"),
    ROW(HTTP_MOVED_TEMPORARILY, "Moved Temporarily"),
    ROW(HTTP_SEE_OTHER, "See Other"),
    ROW(HTTP_TEMPORARY_REDIRECT, "Temporary Redirect"),
    ROW(HTTP_PERMANENT_REDIRECT, "Permanent Redirect"),
    ROW(HTTP_BAD_REQUEST, "Bad Request"),
    ROW(HTTP_UNAUTHORIZED, "Unauthorized"),
    ROW(402, "Payment Required"),
    ROW(HTTP_FORBIDDEN, "Forbidden"),
    ROW(HTTP_METHOD_NOT_ALLOWED, "Method Not Allowed"),
    ROW(HTTP_NOT_ACCEPTABLE, "Not Acceptable"),
    ROW(HTTP_REQUEST_TIMEOUT, "Request Timeout"),
    ROW(HTTP_CONFLICT, "Conflict"),
    ROW(HTTP_GONE, "Gone"),
    ROW(HTTP_LENGTH_REQUIRED, "Length Required"),
    ROW(HTTP_PRECONDITION_FAILED, "Precondition Failed"),
    ROW(HTTP_CONTENT_TOO_LARGE, "Content Too Large"),
    ROW(HTTP_URI_TOO_LONG, "URI Too Long"),
    ROW(HTTP_UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"),
    ROW(HTTP_RANGE_NOT_SATISFIABLE, "Range Not Satisfiable"),
    ROW(HTTP_EXPECTATION_FAILED, "Expectation Failed"),
    ROW(HTTP_MISDIRECTED_REQUEST, "Misdirected Request"),
    ROW(HTTP_UPGRADE_REQUIRED, "Upgrade Required"),
    ROW(HTTP_TOO_MANY_REQUESTS, "Too Many Requests"),
    ROW(HTTP_FIELDS_TOO_LARGE, "Request Header Fields Too Large"),
    ROW(HTTP_UNAVAILABLE_FOR_LEGAL_REASONS, "Unavailable For Legal Reasons"),
    ROW(HTTP_INTERNAL_ERROR, "Internal Server Error"),
    ROW(HTTP_NOT_IMPLEMENTED, "Not Implemented"),
    ROW(HTTP_BAD_GATEWAY, "Bad Gateway"),
    ROW(HTTP_UNAVAILABLE, "Service Unavailable"),
    ROW(HTTP_GATEWAY_TIMEOUT, "Gateway Timeout"),
    ROW(HTTP_VERSION_NOT_SUPPORTED, "HTTP Version Not Supported"),
    ROW(HTTP_INSUFFICIENT_STORAGE, "Insufficient Storage"),
};
#undef ROW
/* clang-format on */

struct str status_reason(unsigned status)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return (struct str){"", 0};
}

bool status_is_bodiless(unsigned status)
{
    return status < 200 || status == HTTP_NO_CONTENT ||
           status == HTTP_NOT_MODIFIED;
}
