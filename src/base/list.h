/* list.h - a doubly linked ring embedded in its users: no allocation
 *
 * A head and a link are the same type. An initialised link points at itself;
 * a zeroed one is on no list, and list_remove of it does nothing. */
#ifndef PRONG_BASE_LIST_H
#define PRONG_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next;
    struct list *previous;
};

static inline void list_open(struct list *head)
{
    head->next = head;
    head->previous = head;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

/* Is this link on a list? */
static inline bool list_holds(const struct list *link)
{
    return link->next != NULL;
}

static inline void list_append(struct list *head, struct list *link)
{
    link->next = head;
    link->previous = head->previous;
    head->previous->next = link;
    head->previous = link;
}

/* Takes the link off its list and leaves it zeroed. */
static inline void list_remove(struct list *link)
{
    if (!link->next)
        return;
    link->next->previous = link->previous;
    link->previous->next = link->next;
    link->next = NULL;
    link->previous = NULL;
}

/* The first link, or NULL when the list is empty. */
static inline struct list *list_first(const struct list *head)
{
    return head->next == head ? NULL : head->next;
}

#endif
