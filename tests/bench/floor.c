/* floor.c - the least that an epoll server can do, to measure others against
 *
 *     floor PORT FILE
 *
 * Reads, looks for the blank line, and answers the file's bytes from memory:
 * no parsing, no files, no log. Two processes share the port (SO_REUSEPORT).
 * Nearly all of its time is the kernel's. It ends with its parent. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_MAX = 64 * 1024, BATCH = 256, ANSWERS_MAX = 64 };

static char *answer;
static size_t answer_len;

static void die(const char *what)
{
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void load_answer(const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    int head;

    if (fd < 0 || fstat(fd, &st) < 0)
        die(name);
    answer = malloc((size_t)st.st_size + 200);
    if (!answer)
        die("malloc");
    head = snprintf(answer, 200,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    (size_t)st.st_size);
    if (pread(fd, answer + head, (size_t)st.st_size, 0) != st.st_size)
        die(name);
    answer_len = (size_t)head + (size_t)st.st_size;
    close(fd);
}

static int listen_on(uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0 ||
        listen(fd, 511) < 0)
        die("listen");
    return fd;
}

/* How many requests end in these bytes. One that is cut between two reads is
 * not found: the load client sends each whole. */
static unsigned count_requests(char *at, size_t len)
{
    unsigned count = 0;
    const char *end = at + len;

    while ((at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)) != NULL) {
        at += 4;
        count++;
    }
    return count < ANSWERS_MAX ? count : ANSWERS_MAX;
}

static void serve(int fd, char *memory)
{
    struct iovec parts[ANSWERS_MAX];
    struct msghdr message = {.msg_iov = parts};
    ssize_t n = recv(fd, memory, READ_MAX, 0);

    if (n <= 0) {
        if (n == 0 || errno != EAGAIN)
            close(fd);
        return;
    }
    message.msg_iovlen = count_requests(memory, (size_t)n);
    for (size_t i = 0; i < message.msg_iovlen; i++)
        parts[i] = (struct iovec){answer, answer_len};
    if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
        close(fd);
}

static void accept_all(int listener, int epoll)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};

        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

int main(int argc, char **argv)
{
    static char memory[READ_MAX];
    struct epoll_event events[BATCH];
    struct epoll_event first = {.events = EPOLLIN};
    int epoll;

    if (argc != 3)
        return 2;
    load_answer(argv[2]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (fork() == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    first.data.fd = listen_on((uint16_t)strtoul(argv[1], NULL, 10));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(epoll, EPOLL_CTL_ADD, first.data.fd, &first);
    for (;;) {
        int n = epoll_wait(epoll, events, BATCH, -1);

        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == first.data.fd)
                accept_all(first.data.fd, epoll);
            else
                serve(events[i].data.fd, memory);
        }
    }
}
