/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports: termios, and who switches the direction of an RS485 line. */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "host/bus/port.h"

static const struct {
    uint32_t baud;
    speed_t speed;
} speeds[] = {
    {1200, B1200},   {2400, B2400},   {4800, B4800},     {9600, B9600},     {19200, B19200},
    {38400, B38400}, {57600, B57600}, {115200, B115200}, {230400, B230400},
};

static speed_t speed_of(uint32_t baud)
{
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            return speeds[i].speed;
        }
    }
    return B9600;
}

/* Raw line as the address says; no flow control, modem lines ignored. */
static int set_line(int fd, const struct bus_address *address, uint32_t baud)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0) {
        return -1;
    }
    cfmakeraw(&t);
    t.c_iflag |= IGNBRK;
    t.c_cflag &= ~(tcflag_t)(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
    t.c_cflag |= CLOCAL | CREAD | (address->data_bits == 7 ? CS7 : CS8);
    t.c_cflag |= address->parity != PARITY_NONE ? PARENB : 0U;
    t.c_cflag |= address->parity == PARITY_ODD ? PARODD : 0U;
    t.c_cflag |= address->stop_bits == 2 ? CSTOPB : 0U;
    t.c_cc[VMIN] = 0;
    t.c_cc[VTIME] = 0;
    speed_t speed = speed_of(address->baud != 0 ? address->baud : baud);
    if (cfsetispeed(&t, speed) != 0 || cfsetospeed(&t, speed) != 0 ||
        tcsetattr(fd, TCSANOW, &t) != 0) {
        return -1;
    }
    return tcflush(fd, TCIOFLUSH);
}

/* The kernel drops the driver's RTS exactly when the last bit is out. */
static int direct_by_kernel(int fd)
{
    struct serial_rs485 rs485 = {.flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND};
    return ioctl(fd, TIOCSRS485, &rs485);
}

int bus_open_serial(const struct bus_address *address, uint32_t baud)
{
    int fd = open(address->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    bool well = set_line(fd, address, baud) == 0;
    /* two programs on one port would answer each other's questions */
    well = well && ioctl(fd, TIOCEXCL) == 0;
    well = well && (address->direction != DIRECTION_KERNEL || direct_by_kernel(fd) == 0);
    if (!well) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static void set_rts(int fd, bool on)
{
    int bit = TIOCM_RTS;
    (void)ioctl(fd, on ? TIOCMBIS : TIOCMBIC, &bit);
}

void bus_before_send(const struct bus_port *port, int fd)
{
    if (port->address.direction == DIRECTION_RTS || port->address.direction == DIRECTION_RTS_LOW) {
        set_rts(fd, port->address.direction == DIRECTION_RTS);
    }
}

void bus_after_send(const struct bus_port *port, int fd)
{
    if (port->address.direction == DIRECTION_RTS || port->address.direction == DIRECTION_RTS_LOW) {
        (void)tcdrain(fd); /* the one place that waits: the driver must stay on to the last bit */
        set_rts(fd, port->address.direction != DIRECTION_RTS);
    }
}
