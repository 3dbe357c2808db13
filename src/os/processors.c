#include "os/processors.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#define V1_MOUNT "/sys/fs/cgroup/cpu"
#define V2_MOUNT "/sys/fs/cgroup"

unsigned processors_quota(struct str text)
{
    struct str rest = text;
    struct str quota = str_trim(str_cut(&rest, ' '));
    uint64_t granted, period;

    while (rest.len && rest.at[rest.len - 1] == '\n')
        rest.len--;
    if (!str_number(quota, &granted) || granted == 0 ||
        !str_number(str_trim(rest), &period) || period == 0)
        return 0;
    if (granted / period > 1 << 20)
        return 0;
    return (unsigned)(granted / period + (granted % period != 0));
}

static bool has_controller(struct str list, struct str name)
{
    while (list.at) {
        if (str_equals(str_cut(&list, ','), name))
            return true;
    }
    return false;
}

/* One line: "4:cpu,cpuacct:/user.slice". */
bool processors_group(struct buf *into, struct str cgroups, bool version_2)
{
    while (cgroups.at) {
        struct str line = str_cut(&cgroups, '\n');
        struct str number = str_cut(&line, ':');
        struct str controllers = str_cut(&line, ':');
        bool wanted = version_2
                          ? str_equals(number, STR("0")) && controllers.len == 0
                          : has_controller(controllers, STR("cpu"));

        if (wanted && line.at) {
            buf_put(into, line);
            return true;
        }
    }
    return false;
}

/* The beginning of a small file; the empty text when it cannot be read. */
static struct str read_small(const char *path, char *into, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, into, room);

    if (fd >= 0)
        close(fd);
    while (n > 0 && into[n - 1] == '\n')
        n--;
    return n > 0 ? (struct str){into, (size_t)n} : STR("");
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* What one group grants; a limit may stand as well on any group above it. */
static unsigned quota_of(const char *mount, struct str group, bool version_2)
{
    char path[4200], text[128], period[64];
    struct buf both = buf_over(text, sizeof(text));
    char quota[64];

    if (version_2) {
        snprintf(path, sizeof(path), "%s%.*s/cpu.max", mount, STR_ARG(group));
        return processors_quota(read_small(path, text, sizeof(text)));
    }
    snprintf(path, sizeof(path), "%s%.*s/cpu.cfs_quota_us", mount,
             STR_ARG(group));
    buf_put(&both, read_small(path, quota, sizeof(quota)));
    buf_put_char(&both, ' ');
    snprintf(path, sizeof(path), "%s%.*s/cpu.cfs_period_us", mount,
             STR_ARG(group));
    buf_put(&both, read_small(path, period, sizeof(period)));
    return processors_quota(buf_str(&both));
}

/* In a container the path of /proc may not exist under the mount, whose root is
 * then the group itself: the way up ends there. */
static unsigned smallest_quota(const char *mount, bool version_2)
{
    char cgroups[4096], memory[4096];
    struct buf group = buf_over(memory, sizeof(memory));
    unsigned least = 0;

    if (!processors_group(
            &group, read_small("/proc/self/cgroup", cgroups, sizeof(cgroups)),
            version_2))
        return 0;
    for (struct str at = buf_str(&group);;) {
        const char *slash = str_find_last(at, '/');

        least = smaller(least, quota_of(mount, at, version_2));
        if (!slash)
            return least;
        at.len = (size_t)(slash - at.at);
    }
}

static unsigned affinity(void)
{
    unsigned most = 1024;

    for (; most <= 1 << 16; most *= 2) {
        cpu_set_t *set = CPU_ALLOC(most);
        size_t size = CPU_ALLOC_SIZE(most);
        int count = 0;

        if (set && sched_getaffinity(0, size, set) == 0)
            count = CPU_COUNT_S(size, set);
        CPU_FREE(set);
        if (count > 0)
            return (unsigned)count;
    }
    return 1;
}

unsigned processors_available(void)
{
    unsigned least = affinity();

    least = smaller(least, smallest_quota(V2_MOUNT, true));
    least = smaller(least, smallest_quota(V1_MOUNT, false));
    return least ? least : 1;
}
