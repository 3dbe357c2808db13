#include "conf/names.h"

#include <errno.h>

int names_add(struct server_names *names, struct arena *arena, struct str name,
              struct server *server)
{
    if (dict_get(&names->exact, name))
        return -EEXIST;
    return dict_put(&names->exact, arena, name, server);
}

const struct server *names_find(const struct endpoint *endpoint,
                                struct str host)
{
    const struct server *found = NULL;

    if (endpoint->names)
        found = dict_get(&endpoint->names->exact, host);
    return found ? found : endpoint->default_server;
}
