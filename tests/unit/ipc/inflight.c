/* inflight.c - the cases of ipc/inflight */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/slot.h"

enum { OWNER = 11, READER = 12 };

static int make(void **state)
{
    struct slot *slot = aligned_alloc(128, sizeof(*slot));

    if (!slot)
        return -1;
    memset(slot, 0, sizeof(*slot));
    guard_init(&slot->inflight.guard);
    slot->pid = OWNER;
    *state = slot;
    return 0;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

static void set(struct slot *slot, const char *target, uint64_t now_ms)
{
    struct inflight_what what = {STR("GET"), str_of(target), STR("127.0.0.1")};

    inflight_set(slot, &what, now_ms);
}

static void assert_target(const struct inflight_request *r, const char *target)
{
    assert_int_equal(r->target_len, strlen(target));
    assert_memory_equal(r->target, target, r->target_len);
}

static void the_request_in_hand_is_seen(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;

    inflight_read(slot, READER, &view);
    assert_int_equal(view.phase, PHASE_IDLE);
    assert_false(view.known);
    assert_int_equal(view.recent_count, 0);
    set(slot, "/a.html", 100);
    inflight_phase(slot, PHASE_SENDING, 102);
    inflight_read(slot, READER, &view);
    assert_true(view.known && view.looked);
    assert_int_equal(view.phase, PHASE_SENDING);
    assert_int_equal(view.phase_since_ms, 102);
    assert_int_equal(view.started_ms, 100);
    assert_target(&view.now, "/a.html");
    assert_int_equal(view.now.method_len, 3);
    assert_int_equal(view.now.client_len, 9);
    inflight_clear(slot);
    inflight_read(slot, READER, &view);
    assert_false(view.known);
    assert_int_equal(view.recent_count, 1);
    assert_target(&view.recent[0], "/a.html");
}

static void texts_are_cut(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;
    char text[300];
    struct inflight_what what = {
        {text, sizeof(text)}, {text, sizeof(text)}, {text, sizeof(text)}};

    memset(text, 'x', sizeof(text));
    inflight_set(slot, &what, 1);
    inflight_phase(slot, PHASE_READING, 1);
    inflight_read(slot, READER, &view);
    assert_int_equal(view.now.method_len, INFLIGHT_METHOD_MAX);
    assert_int_equal(view.now.client_len, INFLIGHT_CLIENT_MAX);
    assert_int_equal(view.now.target_len, INFLIGHT_TARGET_MAX);
    slot->inflight.recent[0].target_len = 255; /* nobody believes that */
    inflight_read(slot, READER, &view);
    assert_int_equal(view.now.target_len, INFLIGHT_TARGET_MAX);
}

static void the_last_sixteen_stay(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;
    char target[16];

    for (int i = 0; i < 20; i++) {
        snprintf(target, sizeof(target), "/%d", i);
        set(slot, target, (uint64_t)i);
    }
    inflight_resume(slot, &(struct inflight_what){.target = STR("/7")}, 7);
    inflight_phase(slot, PHASE_SENDING, 30);
    inflight_read(slot, READER, &view);
    assert_target(&view.now, "/7");
    assert_int_equal(view.recent_count, 16);
    assert_target(&view.recent[0], "/19");
    assert_target(&view.recent[15], "/4");
    slot->inflight.in_hand = 4000; /* senseless */
    inflight_read(slot, READER, &view);
    assert_target(&view.now, "/7");
    inflight_forget(slot);
    inflight_read(slot, READER, &view);
    assert_int_equal(view.recent_count, 0);
    assert_false(view.known);
}

static void a_reader_in_the_way_makes_it_stale(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;

    set(slot, "/old", 1);
    inflight_phase(slot, PHASE_SENDING, 1);
    assert_true(guard_try(&slot->inflight.guard, READER));
    set(slot, "/new", 2);
    assert_false(slot_note(slot, STR("busy")));
    assert_int_equal(slot_get(slot, COUNTER_inflight_stale), 1);
    inflight_read(slot, OWNER, &view); /* and nobody else gets in either */
    assert_false(view.looked || view.known);
    assert_int_equal(view.phase, PHASE_SENDING);
    assert_int_equal(view.started_ms, 2);
    guard_give(&slot->inflight.guard, READER);
    inflight_read(slot, READER, &view);
    assert_true(view.looked);
    assert_false(view.known); /* the record is not of this request */
    set(slot, "/new", 3);
    inflight_read(slot, READER, &view);
    assert_true(view.known);
    assert_target(&view.now, "/new");
}

static void half_a_record_is_not_shown(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;

    for (int i = 0; i < 17; i++)
        set(slot, "/whole", 1);
    slot_note(slot, STR("fine"));
    inflight_phase(slot, PHASE_RESOLVING, 1);
    slot->inflight.whole = 0; /* killed in the middle, then repaired */
    slot->inflight.noted = 0;
    inflight_read(slot, READER, &view);
    assert_true(view.looked);
    assert_false(view.known);
    assert_int_equal(view.recent_count, 15);
    assert_string_equal(view.note, "");
}

static void outsiders_take_no_guard(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;

    set(slot, "/a", 5);
    inflight_phase(slot, PHASE_WAITING, 6);
    inflight_read(slot, 0, &view);
    assert_int_equal(view.phase, PHASE_WAITING);
    assert_false(view.looked || view.known);
}

static void a_note_stands_until_the_next(void **state)
{
    struct slot *slot = *state;
    struct inflight_view view;
    char text[300];

    assert_true(slot_note(slot, STR("No space left on device")));
    inflight_read(slot, READER, &view);
    assert_string_equal(view.note, "No space left on device");
    memset(text, 'y', sizeof(text));
    assert_true(slot_note(slot, (struct str){text, sizeof(text)}));
    inflight_read(slot, READER, &view);
    assert_int_equal(strlen(view.note), INFLIGHT_NOTE - 1);
    memset(slot->inflight.note, 'z',
           INFLIGHT_NOTE); /* no end: cut all the same */
    inflight_read(slot, READER, &view);
    assert_int_equal(strlen(view.note), INFLIGHT_NOTE - 1);
}

static void phases_have_names(void **state)
{
    (void)state;
    assert_string_equal(phase_name(PHASE_IDLE), "idle");
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        assert_string_not_equal(phase_name(i), "unknown");
    assert_string_equal(phase_name(PHASE_COUNT), "unknown");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_request_in_hand_is_seen),
        CASE(texts_are_cut),
        CASE(the_last_sixteen_stay),
        CASE(a_reader_in_the_way_makes_it_stale),
        CASE(half_a_record_is_not_shown),
        CASE(outsiders_take_no_guard),
        CASE(a_note_stands_until_the_next),
        cmocka_unit_test(phases_have_names),
    };

    return cmocka_run_group_tests_name("ipc/inflight", tests, NULL, NULL);
}
