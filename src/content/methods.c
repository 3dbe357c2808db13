/* methods.c - what may be asked of a file, and when it is too early to say */
#include "content/methods.h"

static bool is(const struct exchange *x, struct str name)
{
    return str_equals(x->request.method_text, name);
}

/* Allow is owed with 405 (RFC 9110 section 15.5.6). */
static enum http_status refuse(struct exchange *x)
{
    x->response.allow = STR(METHOD_ALLOW);
    return HTTP_METHOD_NOT_ALLOWED;
}

enum http_status methods_check(struct exchange *x)
{
    if (x->method == METHOD_UNKNOWN)
        return HTTP_NOT_IMPLEMENTED;
    if (!is(x, STR("TRACE")) && !is(x, STR("CONNECT")))
        return HTTP_NONE;
    x->request.keep_alive = false; /* what follows may be no request */
    return refuse(x);
}

enum http_status methods_check_here(struct exchange *x)
{
    return x->method == METHOD_OTHER && !is(x, STR("POST")) ? refuse(x)
                                                            : HTTP_NONE;
}

enum http_status methods_found(struct exchange *x)
{
    if (x->method == METHOD_OTHER)
        return refuse(x);
    if (x->method == METHOD_OPTIONS) {
        x->response.allow = STR(METHOD_ALLOW);
        exchange_settle(x, HTTP_NO_CONTENT);
    }
    return HTTP_NONE;
}
