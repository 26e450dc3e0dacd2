/* SPDX-License-Identifier: Apache-2.0 */
/* TCP: converter boxes as a client, other programs as a server; and pseudo terminals. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "host/bus/port.h"

static struct addrinfo *resolve(const struct bus_address *address, bool server)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICSERV | (server ? AI_PASSIVE : 0)};
    struct addrinfo *found = NULL;
    char port[8];
    snprintf(port, sizeof port, "%u", address->port);
    if (getaddrinfo(address->path, port, &hints, &found) != 0) {
        errno = EHOSTUNREACH;
        return NULL;
    }
    return found;
}

static void tune(int fd)
{
    int on = 1;
    int idle_s = 15; /* a box whose plug was pulled says nothing: ask it */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle_s, sizeof idle_s);
}

static int fail_with(int fd)
{
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = reason;
    return -1;
}

int bus_open_tcp(const struct bus_address *address)
{
    struct addrinfo *list = resolve(address, false);
    int fd = -1;
    for (struct addrinfo *at = list; at != NULL && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0 && errno != EINPROGRESS) {
            fd = fail_with(fd);
        }
    }
    int reason = errno;
    if (list != NULL) {
        freeaddrinfo(list);
    }
    if (fd >= 0) {
        tune(fd);
    }
    errno = reason;
    return fd;
}

int bus_listen_tcp(const struct bus_address *address)
{
    struct addrinfo *list = resolve(address, true);
    if (list == NULL) {
        return -1;
    }
    int on = 1;
    int fd = socket(list->ai_family, list->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    list->ai_protocol);
    bool well = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(fd, list->ai_addr, list->ai_addrlen) == 0 && listen(fd, BUS_LINES) == 0;
    int reason = errno;
    freeaddrinfo(list);
    errno = reason;
    return well ? fd : fail_with(fd);
}

/* The name at `path` becomes a link to the terminal; only a link is ever replaced. */
static bool link_name(const char *path, const char *terminal)
{
    struct stat there;
    if (lstat(path, &there) == 0) {
        bool link = S_ISLNK(there.st_mode);
        if (!link || stat(path, &there) == 0) { /* another's, and its terminal lives */
            errno = link ? EBUSY : EEXIST;
            return false;
        }
        (void)unlink(path);
    }
    return symlink(terminal, path) == 0;
}

int bus_open_pty(const struct bus_address *address)
{
    int master;
    int slave;
    char terminal[64];
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        return -1;
    }
    struct termios t;
    bool well = tcgetattr(slave, &t) == 0;
    cfmakeraw(&t);
    well = well && tcsetattr(slave, TCSANOW, &t) == 0 &&
           ttyname_r(slave, terminal, sizeof terminal) == 0 && link_name(address->path, terminal) &&
           fcntl(master, F_SETFL, O_NONBLOCK) == 0 && fcntl(master, F_SETFD, FD_CLOEXEC) == 0;
    int reason = errno;
    close(slave); /* from here the master hangs up while nobody has the other end open */
    errno = reason;
    return well ? master : fail_with(master);
}

bool bus_pty_has_peer(int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};
    return poll(&look, 1, 0) >= 0 && (look.revents & POLLHUP) == 0;
}
