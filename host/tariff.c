/* SPDX-License-Identifier: Apache-2.0 */
/* The section "tariff" of a site file, and the price of a moment. */
#include "host/site_reader.h"

#include <stdio.h>
#include <string.h>

static bool clock_of_day(const char *text_value, int32_t *from_s)
{
    int hour;
    int minute;
    int used = 0;
    // NOLINTNEXTLINE(cert-err34-c): two digits cannot overflow
    if (sscanf(text_value, "%2d:%2d%n", &hour, &minute, &used) != 2 || text_value[used] != '\0' ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return false;
    }
    *from_s = hour * 3600 + minute * 60;
    return true;
}

static bool read_price(struct site_reader *read, yaml_node *map, struct price_step *step)
{
    static const char *const keys[] = {"from", "price", NULL};
    if (!yaml_keys(read->file, map, "a price", keys, read->error)) {
        return false;
    }
    yaml_node *from = yaml_get(map, "from");
    const char *value = from != NULL ? yaml_text(from) : NULL;
    if (value == NULL || !clock_of_day(value, &step->from_s)) {
        return FAIL(from != NULL ? from : map,
                    "from: \"%s\" is not a time of day (\"00:00\" to "
                    "\"23:59\")",
                    value != NULL ? value : "?");
    }
    yaml_node *price = yaml_get(map, "price");
    return yaml_number(read->file, price, "price", -10, 10, &step->price, read->error);
}

static bool read_import(struct site_reader *read, yaml_node *map, yaml_node *node)
{
    struct tariff *tariff = &read->config->tariff;
    if (node == NULL) {
        return true;
    }
    if (yaml_is_text(node)) {
        if (text_number(yaml_text(node), &tariff->import[0].price)) {
            tariff->n_import = 1;
            return yaml_number(read->file, node, "import", -10, 10, &tariff->import[0].price,
                               read->error);
        }
        const struct site_input input = {
            .what = "import", .kind = INPUT_KIND_PRICE, .map = map, .unit_key = "import_unit"};
        tariff->import_file = site_read_input(read, node, &input);
        return tariff->import_file != NULL &&
               (tariff->import_file->has_price || FAIL(node, "import: the file holds no prices"));
    }
    if (!yaml_is_list(node) || yaml_count(node) > SITE_PRICES) {
        return FAIL(node, "import should be a price, a file, or a list of {from, price}");
    }
    for (int i = 0; i < yaml_count(node); i++) {
        struct price_step *step = &tariff->import[i];
        if (!read_price(read, yaml_item(node, i), step)) {
            return false;
        }
        if (i > 0 && step->from_s <= step[-1].from_s) {
            return FAIL(yaml_item(node, i), "import: the times should rise through the day");
        }
        tariff->n_import++;
    }
    return true;
}

bool site_read_tariff(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"import", "import_add", "import_unit",
                                       "export", "currency",   NULL};
    struct tariff *tariff = &read->config->tariff;
    return yaml_keys(read->file, map, "tariff", keys, read->error) &&
           site_read_number(read, map, "export", -10, 10, &tariff->export) &&
           site_read_number(read, map, "import_add", -10, 10, &tariff->import_add) &&
           site_read_text(read, map, "currency", tariff->currency, sizeof tariff->currency) &&
           read_import(read, map, yaml_get(map, "import"));
}

double tariff_import(struct site_config *config, int64_t t_s)
{
    struct tariff *tariff = &config->tariff;
    if (tariff->import_file != NULL) {
        return (double)series_at(&tariff->import_file->price_per_kwh, t_s) + tariff->import_add;
    }
    int64_t local_s = t_s + tz_offset_s(config->tz, t_s);
    int32_t of_day = (int32_t)(((local_s % 86400) + 86400) % 86400);
    int i = tariff->n_import - 1;
    while (i > 0 && tariff->import[i].from_s > of_day) {
        i--;
    }
    if (i < 0) {
        return 0.0;
    }
    /* before the day's first step the last one of yesterday holds */
    bool before = tariff->import[0].from_s > of_day;
    return tariff->import[before ? tariff->n_import - 1 : i].price + tariff->import_add;
}
