/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /metrics, OpenMetrics 1.0: one family per kind of point. The number of a device becomes a label
 * (pack1.cell_2_v: hearth_pack_cell_v{pack="1",cell="2"}), `*_total_kwh` a counter, a flag 0 or 1,
 * a text or list an info-like sample of value 1 with the text as its label.
 */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    char family[72];
    char labels[64];
    const struct point *point;
};

static void escape(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; *text != '\0' && n + 3 < room; text++) {
        if (*text == '"' || *text == '\\') {
            out[n++] = '\\';
        }
        out[n++] = *text == '\n' ? ' ' : *text;
    }
    out[n] = '\0';
}

/* Splits "pack1.cell_2_v" into words; a word that ends in or is a number gives a label. */
static void describe(const struct point *point, struct sample *out)
{
    char name[POINT_NAME_MAX], *rest = NULL;
    char before[POINT_NAME_MAX] = "";
    size_t n_family = (size_t)snprintf(out->family, sizeof out->family, "hearth"), n_labels = 0;
    memcpy(name, point->name, sizeof name);
    out->point = point;
    out->labels[0] = '\0';
    for (char *word = strtok_r(name, "._", &rest); word != NULL;
         word = strtok_r(NULL, "._", &rest)) {
        size_t n = strcspn(word, "0123456789");
        bool ends_so = word[n] != '\0' && word[n + strspn(word + n, "0123456789")] == '\0';
        if (ends_so && (n > 0 || before[0] != '\0')) {
            n_labels += (size_t)snprintf(out->labels + n_labels, sizeof out->labels - n_labels,
                                         "%s%.*s=\"%s\"", n_labels == 0 ? "" : ",",
                                         n > 0 ? (int)n : (int)strlen(before),
                                         n > 0 ? word : before, word + n);
            word[n] = '\0';
        }
        if (word[0] != '\0') {
            n_family += (size_t)snprintf(out->family + n_family, sizeof out->family - n_family,
                                         "_%s", word);
            memcpy(before, word, strlen(word) + 1);
        }
    }
    char *total = strstr(out->family, "_total_kwh");
    if (total != NULL) {
        memcpy(total, "_kwh", 5); /* the counter's samples get _total behind the unit */
    }
}

static int by_family(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;
    int order = strcmp(x->family, y->family);
    return order != 0 ? order : strcmp(x->point->name, y->point->name);
}

static void write_sample(FILE *out, const struct sample *sample, const char *suffix)
{
    const struct point *point = sample->point;
    char text[2 * POINT_TEXT_MAX + 16] = "", labels[sizeof text + sizeof sample->labels + 8] = "";
    if (point->kind == POINT_TEXT || point->kind == POINT_LIST) {
        size_t n = (size_t)snprintf(text, sizeof text, "text=\"");
        escape(point->text, text + n, sizeof text - n - 2);
        n = strlen(text);
        snprintf(text + n, sizeof text - n, "\"");
    }
    bool both = sample->labels[0] != '\0' && text[0] != '\0';
    if (sample->labels[0] != '\0' || text[0] != '\0') {
        snprintf(labels, sizeof labels, "{%s%s%s}", sample->labels, both ? "," : "", text);
    }
    if (point->kind == POINT_NUMBER) {
        (void)fprintf(out, "%s%s%s %.*f\n", sample->family, suffix, labels, (int)point->decimals,
                      point->number);
    } else {
        (void)fprintf(out, "%s%s%s %d\n", sample->family, suffix, labels,
                      point->kind == POINT_FLAG ? (int)point->number : 1);
    }
}

enum MHD_Result metrics_get(struct request *request)
{
    const struct points *points = site_points(request->web->site);
    size_t room = (size_t)points_count(points), n = 0, n_text = 0;
    struct sample *samples = calloc(room + 1, sizeof *samples);
    char *text = NULL;
    FILE *out = samples == NULL ? NULL : open_memstream(&text, &n_text);
    if (out == NULL) {
        free(samples);
        return MHD_NO;
    }
    for (size_t i = 0; i < room; i++) {
        const struct point *point = points_get(points, (int)i);
        if (point->valid) {
            describe(point, &samples[n++]);
        }
    }
    qsort(samples, n, sizeof *samples, by_family);
    for (size_t i = 0; i < n; i++) {
        bool is_counter = strstr(samples[i].point->name, "_total_kwh") != NULL;
        if (i == 0 || strcmp(samples[i].family, samples[i - 1].family) != 0) {
            (void)fprintf(out, "# TYPE %s %s\n", samples[i].family,
                          is_counter ? "counter" : "gauge");
        }
        write_sample(out, &samples[i], is_counter ? "_total" : "");
    }
    (void)fputs("# EOF\n", out);
    (void)fclose(out);
    free(samples);
    return reply_text(request, "application/openmetrics-text; version=1.0.0; charset=utf-8", text,
                      n_text);
}
