/* replay.c - a fuzz target's corpus as a test, for compilers without libFuzzer
 *
 * Each file is given whole and cut at every length, in memory of exactly that
 * size, so that AddressSanitizer sees a read behind the end. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, CUTS_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void give(const char *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* The whole file in memory, or NULL. */
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long end = -1;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0)
        end = ftell(file);
    if (end >= 0)
        data = malloc((size_t)end + 1);
    rewind(file);
    *size = data ? fread(data, 1, (size_t)end, file) : 0;
    fclose(file);
    return data;
}

static int replay(const char *path)
{
    size_t size;
    char *data = read_file(path, &size);

    if (!data)
        return -1;
    for (size_t cut = 0; cut < size && cut < CUTS_MAX; cut++)
        give(data, cut);
    give(data, size);
    free(data);
    return 0;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A crash ends the program: what is reported then is its exit. */
static int replay_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_file, alphasort);
    int failed = count <= 0;

    if (count <= 0)
        printf("not ok - %s holds no corpus\n", folder);
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        int err;

        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        err = replay(path);
        printf("%s %d - %s\n", err ? "not ok" : "ok", i + 1,
               entries[i]->d_name);
        failed |= err != 0;
        free(entries[i]);
    }
    printf("1..%d\n", count > 0 ? count : 1);
    if (count >= 0)
        free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash ? slash + 1 : argv[0];
    const char *source = getenv("srcdir");
    char folder[PATH_SIZE];

    if (argc > 1)
        return replay_folder(argv[1]);
    snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
             source ? source : ".", name);
    return replay_folder(folder);
}
