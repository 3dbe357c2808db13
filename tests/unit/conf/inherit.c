/* inherit.c - every row that keeps a value hands it down */
#include "conf/inherit.h"

#include "loading.h"

static const size_t sizes[] = {
    [TARGET_MAIN] = sizeof(struct main_settings),
    [TARGET_SETTINGS] = sizeof(struct settings),
    [TARGET_SERVER] = sizeof(struct server_settings),
};

/* One byte of the field differs between the levels; `said` puts a place on the
 * inner one. */
static void check_row(const struct directive *row, bool said)
{
    char *outer = calloc(1, sizes[row->target]);
    char *inner = calloc(1, sizes[row->target]);
    struct place place = {"/inner", 7};
    size_t at =
        row->offset + (row->place_at == row->offset ? sizeof(struct place) : 0);

    outer[at] = 'x';
    inner[at] = 'y';
    if (said)
        memcpy(inner + row->place_at, &place, sizeof(place));
    inherit_from(row->target, inner, outer);
    if (inner[at] != (said ? 'y' : 'x'))
        fail_msg("\"%s\" is%s handed down", row->name, said ? "" : " not");
    free(outer);
    free(inner);
}

static void hands_down(void **state)
{
    unsigned checked = 0;

    (void)state;
    for (size_t t = 0; t < directive_table_count; t++) {
        for (size_t i = 0; i < directive_tables[t]->count; i++) {
            const struct directive *row = &directive_tables[t]->rows[i];

            if (row->target == TARGET_NONE || row->size == 0)
                continue;
            check_row(row, false);
            check_row(row, true);
            checked++;
        }
    }
    assert_true(checked > 50);
}

static void hands_places_down(void **state)
{
    struct settings outer = {.access_log_place = {"/c", 3},
                             .root = {.place = {"/c", 4}}};
    struct settings inner = {0};

    (void)state;
    inherit_from(TARGET_SETTINGS, &inner, &outer);
    assert_int_equal(inner.access_log_place.line, 3);
    assert_int_equal(inner.root.place.line, 4);
    assert_int_equal(inner.etag.place.line, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_down),
        cmocka_unit_test(hands_places_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
