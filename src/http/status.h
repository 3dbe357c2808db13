/* status.h - the status codes of HTTP and what they are called */
#ifndef PRONG_HTTP_STATUS_H
#define PRONG_HTTP_STATUS_H

#include <stdbool.h>

#include "base/str.h"

/* RFC 9110 section 15 and RFC 6585; 444 and 499 are nginx's own. */
enum http_status {
    HTTP_NONE = 0, /* no status: nothing was refused */
    HTTP_CONTINUE = 100,
    HTTP_SWITCHING_PROTOCOLS = 101,
    HTTP_OK = 200,
    HTTP_CREATED = 201,
    HTTP_ACCEPTED = 202,
    HTTP_NO_CONTENT = 204,
    HTTP_PARTIAL_CONTENT = 206,
    HTTP_MULTIPLE_CHOICES = 300,
    HTTP_MOVED_PERMANENTLY = 301,
    HTTP_MOVED_TEMPORARILY = 302,
    HTTP_SEE_OTHER = 303,
    HTTP_NOT_MODIFIED = 304,
    HTTP_TEMPORARY_REDIRECT = 307,
    HTTP_PERMANENT_REDIRECT = 308,
    HTTP_BAD_REQUEST = 400,
    HTTP_UNAUTHORIZED = 401,
    HTTP_FORBIDDEN = 403,
    HTTP_NOT_FOUND = 404,
    HTTP_METHOD_NOT_ALLOWED = 405,
    HTTP_NOT_ACCEPTABLE = 406,
    HTTP_REQUEST_TIMEOUT = 408,
    HTTP_CONFLICT = 409,
    HTTP_GONE = 410,
    HTTP_LENGTH_REQUIRED = 411,
    HTTP_PRECONDITION_FAILED = 412,
    HTTP_CONTENT_TOO_LARGE = 413,
    HTTP_URI_TOO_LONG = 414,
    HTTP_UNSUPPORTED_MEDIA_TYPE = 415,
    HTTP_RANGE_NOT_SATISFIABLE = 416,
    HTTP_EXPECTATION_FAILED = 417,
    HTTP_MISDIRECTED_REQUEST = 421,
    HTTP_UPGRADE_REQUIRED = 426,
    HTTP_TOO_MANY_REQUESTS = 429,
    HTTP_FIELDS_TOO_LARGE = 431,
    HTTP_CLOSE = 444, /* close without an answer */
    HTTP_UNAVAILABLE_FOR_LEGAL_REASONS = 451,
    HTTP_CLIENT_CLOSED = 499, /* for the log only: the client went away */
    HTTP_INTERNAL_ERROR = 500,
    HTTP_NOT_IMPLEMENTED = 501,
    HTTP_BAD_GATEWAY = 502,
    HTTP_UNAVAILABLE = 503,
    HTTP_GATEWAY_TIMEOUT = 504,
    HTTP_VERSION_NOT_SUPPORTED = 505,
    HTTP_INSUFFICIENT_STORAGE = 507,
};

/* "Not Found" for 404; the empty text for a code without a name. */
struct str status_reason(unsigned status);

/* Has an answer of this status no body at all (RFC 9110 section 6.4.1)? */
bool status_is_bodiless(unsigned status);

#endif
