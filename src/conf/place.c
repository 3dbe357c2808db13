#include "conf/place.h"

const char place_command_line[] = "command line";

void place_print(struct buf *into, struct place p)
{
    if (!place_is_set(p))
        buf_printf(into, "by default");
    else if (p.file == place_command_line)
        buf_printf(into, "in command line");
    else
        buf_printf(into, "in %s:%u", p.file, p.line);
}
