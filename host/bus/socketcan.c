/* SPDX-License-Identifier: Apache-2.0 */
/* SocketCAN: raw frames, and the controller's own troubles as error frames. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* the kernel's struct of the same name is another one */
#define can_frame kernel_can_frame
#include <linux/can.h>
#undef can_frame
#include <linux/can/error.h>
#include <linux/can/raw.h>

#include "host/bus/port.h"

int bus_open_can(const struct bus_address *address)
{
    unsigned index = if_nametoindex(address->path);
    if (index == 0) {
        return -1;
    }
    int fd = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
    can_err_mask_t errors = CAN_ERR_BUSOFF | CAN_ERR_CRTL | CAN_ERR_RESTARTED;
    struct sockaddr_can to = {.can_family = AF_CAN, .can_ifindex = (int)index};
    bool well = fd >= 0 &&
                setsockopt(fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof errors) == 0 &&
                bind(fd, (struct sockaddr *)&to, sizeof to) == 0;
    if (!well && fd >= 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static void note_error(struct bus_port *port, const struct kernel_can_frame *raw)
{
    if ((raw->can_id & CAN_ERR_BUSOFF) != 0) {
        port->counters.bus_off++;
        port->is_bus_off = true;
    }
    if ((raw->can_id & CAN_ERR_RESTARTED) != 0) {
        port->is_bus_off = false;
    }
    if ((raw->can_id & CAN_ERR_CRTL) != 0 &&
        (raw->data[1] & (CAN_ERR_CRTL_RX_PASSIVE | CAN_ERR_CRTL_TX_PASSIVE)) != 0) {
        port->counters.bus_passive++;
    }
}

bool bus_can_read(struct bus_port *port, struct can_frame *frame)
{
    struct kernel_can_frame raw;
    ssize_t n;
    while ((n = read(port->line[0].fd, &raw, sizeof raw)) == (ssize_t)sizeof raw) {
        if ((raw.can_id & CAN_ERR_FLAG) != 0) {
            note_error(port, &raw);
            continue;
        }
        if ((raw.can_id & CAN_RTR_FLAG) != 0 || raw.can_dlc > 8) {
            port->counters.garbage++;
            continue;
        }
        bool extended = (raw.can_id & CAN_EFF_FLAG) != 0;
        *frame = (struct can_frame){.id = raw.can_id & (extended ? CAN_EFF_MASK : CAN_SFF_MASK),
                                    .extended = extended,
                                    .length = raw.can_dlc};
        memcpy(frame->data, raw.data, sizeof frame->data);
        port->is_bus_off = false; /* what is heard, works */
        errno = 0;
        return true;
    }
    errno = n < 0 ? errno : EAGAIN;
    return false;
}

bool bus_can_write(struct bus_port *port, const struct can_frame *frame)
{
    struct kernel_can_frame raw = {.can_id = frame->id | (frame->extended ? CAN_EFF_FLAG : 0U),
                                   .can_dlc = frame->length};
    memcpy(raw.data, frame->data, sizeof raw.data);
    return write(port->line[0].fd, &raw, sizeof raw) == (ssize_t)sizeof raw;
}
