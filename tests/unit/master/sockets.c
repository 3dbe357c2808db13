/* sockets.c - the cases of master/sockets: who accepts from which socket */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "master/sockets.h"

enum { SOCKETS_MAX = 16 };

/* One plain listener, one that is left out, and one with a socket for each of
 * `own` workers. Descriptor 100 is the plain one's, 200… are the others. */
static struct sockets make(struct listener *plain, struct listener *shared,
                           int *fds, unsigned own)
{
    static struct listener *listeners[3];
    struct sockets s = {.listeners = listeners, .count = 3};

    fds[0] = 100;
    for (unsigned i = 0; i < own; i++)
        fds[1 + i] = 200 + (int)i;
    *plain = (struct listener){.fds = fds, .count = 1};
    *shared = (struct listener){.fds = fds + 1, .count = own};
    listeners[0] = plain;
    listeners[1] = NULL;
    listeners[2] = shared;
    return s;
}

static void every_socket_has_someone_who_accepts(void **state)
{
    (void)state;
    for (unsigned own = 1; own < SOCKETS_MAX; own++) {
        for (unsigned workers = 1; workers < SOCKETS_MAX; workers++) {
            struct listener plain, shared;
            int fds[SOCKETS_MAX + 1];
            struct sockets s = make(&plain, &shared, fds, own);
            unsigned taken[SOCKETS_MAX] = {0};

            for (unsigned w = 0; w < workers; w++) {
                struct role_listener mine[SOCKETS_MAX + 1];
                unsigned count = sockets_count_for(&s, w, workers);

                assert_true(count >= 2); /* the plain one, and one more */
                assert_true(count <= SOCKETS_MAX);
                sockets_fill(&s, w, workers, mine);
                assert_int_equal(mine[0].fd, 100);
                assert_int_equal(mine[0].listener, 0);
                for (unsigned i = 1; i < count; i++) {
                    assert_int_equal(mine[i].listener, 2);
                    taken[mine[i].fd - 200]++;
                }
            }
            for (unsigned i = 0; i < own; i++)
                assert_true(taken[i] >= 1);
        }
    }
}

static void each_has_its_own_where_there_are_as_many(void **state)
{
    struct listener plain, shared;
    int fds[SOCKETS_MAX + 1];
    struct sockets s = make(&plain, &shared, fds, 4);

    (void)state;
    for (unsigned w = 0; w < 4; w++) {
        struct role_listener mine[2];

        assert_int_equal(sockets_count_for(&s, w, 4), 2);
        sockets_fill(&s, w, 4, mine);
        assert_int_equal(mine[1].fd, 200 + (int)w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_socket_has_someone_who_accepts),
        cmocka_unit_test(each_has_its_own_where_there_are_as_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
