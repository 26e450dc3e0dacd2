/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as people type them: what is taken for a setting or a parameter is written and read back
 * as the same value. The first byte chooses the row, the rest is the text.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/product/product.h"
#include "sim/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void try_setting(const struct setting_row *row, const char *text)
{
    int32_t value;
    int32_t back = 0;
    char shown[40];
    if (setting_parse(row, text, &value) != VERDICT_OK ||
        setting_check_range(row, value) != VERDICT_OK) {
        return;
    }
    setting_format(row, value, shown, sizeof shown);
    require(setting_parse(row, shown, &back) == VERDICT_OK && back == value);
}

static void try_parameter(const struct parameter *parameter, const char *text)
{
    int32_t value;
    int32_t back = 0;
    char shown[40];
    if (!parameter_parse(parameter, text, &value) || value < parameter->min ||
        value > parameter->max || (value - parameter->min) % parameter->step != 0) {
        return;
    }
    parameter_format(parameter, value, shown, sizeof shown);
    require(parameter_parse(parameter, shown, &back) && back == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 200) {
        return 0;
    }
    char text[200];
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    const struct inverter_profile *profile = product_find("offgrid_6000")->inverter;
    try_setting(&profile->settings[data[0] % profile->n_settings], text);
    try_parameter(&parameters[data[0] % PARAM_COUNT], text);
    double number;
    int64_t span;
    bool flag;
    require(!text_number(text, &number) || isfinite(number));
    require(!text_duration(text, &span) || span >= 0);
    (void)text_clock(text, &span);
    (void)text_flag(text, &flag);
    (void)product_find(text);
    (void)parameter_find(text);
    return 0;
}
