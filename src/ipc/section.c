/* section.c - what the master writes into its section, and how it is read */
#include "ipc/section.h"

#include <string.h>

#include "base/attr.h"

/* The end of the last whole character within `room` bytes. */
static size_t cut(struct str text, size_t room)
{
    size_t len = room;

    if (text.len <= room)
        return text.len;
    while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
        len--;
    return len;
}

void section_text(char *field, size_t room, struct str text)
{
    size_t len = cut(text, room - 1);

    if (len > 0)
        memcpy(field, text.at, len);
    memset(field + len, 0, room - len);
}

void section_command(struct section *section,
                     const struct section_command *command)
{
    section->commands[section->commands_count % SECTION_COMMANDS] = *command;
    section->commands_count++;
}

void section_begin(struct section_verdict *verdict)
{
    verdict->begun++;
}

void section_end(struct section_verdict *verdict, int error, struct str why)
{
    verdict->ended = verdict->begun;
    verdict->error = error;
    section_text(verdict->why, sizeof(verdict->why), why);
}

#define END(field) ((field)[sizeof(field) - 1] = '\0')

void section_check(struct section *section)
{
    END(section->version);
    END(section->conf);
    END(section->reload.why);
    END(section->reopen.why);
    END(section->stop.why);
    for (unsigned i = 0; i < SECTION_COMMANDS; i++) {
        struct section_command *c = &section->commands[i];

        END(c->verb);
        END(c->by);
        END(c->result);
        END(c->why);
    }
    for (unsigned i = 0; i < SECTION_LISTENS; i++)
        END(section->listens[i].addr);
}

const char *section_health_name(uint32_t health)
{
    static const char *const names[] = {
        "degraded", "reload-failed", "rolled-back", "stalled", "log-blocked",
    };

    for (unsigned i = ARRAY_LEN(names); i-- > 0;) {
        if (health & (1u << i))
            return names[i];
    }
    return "ok";
}
