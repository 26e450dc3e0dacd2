/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of PI30 that write a setting: from a value to text, and from text to the inverter. */
#include "core/proto/pi30.h"

struct request {
    const char *text;
    size_t n;
    const struct hostlink_job *job;
};

/* The number behind an order's name, in the order's own form; false: it is of another form. */
static bool number_of(const struct request *request, const struct pi30_order *order,
                      struct pi30_number *number)
{
    size_t head;
    if (!pi30_begins(request->text, request->n, order->name, &head) ||
        request->n != head + (order->unit ? 1U : 0U) + order->width) {
        return false;
    }
    if (order->unit && request->text[head++] != '0') {
        return false; /* another unit of a group than the one that is asked */
    }
    *number = pi30_number_of(request->text + head, order->width);
    return number->width == order->width && number->decimals == order->decimals;
}

/* A code that already stands for what is set changes nothing: gel stays gel when sealed is said. */
static bool write_order(const struct request *request, const struct pi30_order *order,
                        const struct pi30_number *number)
{
    struct hostlink_value value = {.id = (enum setting_id)order->id};
    int32_t now = request->job->view->set[order->id];
    if (order->codes != NULL && hostlink_code_of(order->codes, now) == (int32_t)number->value) {
        return true;
    }
    if (order->codes != NULL) {
        bool choice = order->last_code == 0 || number->value <= order->last_code;
        return choice && hostlink_value_of(order->codes, (int32_t)number->value, &value.value) &&
               pi30_store(request->job, &value, 1);
    }
    value.value =
        (int32_t)scaled_i64(number->value, order->scale, pi30_power_of_ten(number->decimals));
    return pi30_store(request->job, &value, 1);
}

bool pi30_write_setting(const char *text, size_t n, const struct hostlink_job *job)
{
    struct request request = {text, n, job};
    struct pi30_number number;
    for (int i = 0; i < pi30_order_count; i++) {
        if (number_of(&request, &pi30_orders[i], &number)) {
            return write_order(&request, &pi30_orders[i], &number);
        }
    }
    return false;
}

bool pi30_order_text(const struct pi30_order *order, int32_t value, char *out)
{
    struct pi30_number number = {.width = order->width, .decimals = order->decimals};
    int32_t up = pi30_power_of_ten(order->decimals);
    number.value = order->codes != NULL ? hostlink_code_of(order->codes, value)
                                        : scaled_i64(value, up, order->scale);
    bool exact = order->codes != NULL || scaled_i64(number.value, order->scale, up) == value;
    int32_t most = pi30_power_of_ten((uint8_t)(order->width - (order->decimals > 0 ? 1 : 0)));
    if (number.value < 0 || !exact || number.value >= most) {
        return false;
    }
    (void)pi30_put_number(out, &number);
    return true;
}
