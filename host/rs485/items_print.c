/* SPDX-License-Identifier: Apache-2.0 */
/* Points with values as text and as JSON. */
#include <string.h>

#include "host/cli.h"
#include "host/rs485/items.h"
#include "host/rs485/pack_rows.h"

static void print_bits(const struct item *item, const char *quote, FILE *out)
{
    const char *between = "";
    fputs("[", out);
    for (int i = 0; i < pack_reason_count && item->kind == ITEM_REASONS; i++) {
        if ((item->bits & pack_reasons[i].reason) != 0) {
            fprintf(out, "%s%s%s%s", between, quote, pack_reasons[i].name, quote);
            between = ", ";
        }
    }
    for (int i = 0; i < 32 && item->kind == ITEM_CELLS; i++) {
        if ((item->bits >> i & 1U) != 0) {
            fprintf(out, "%s%d", between, i + 1);
            between = ", ";
        }
    }
    fputs("]", out);
}

static void print_list(const char *codes, FILE *out)
{
    fputs("[", out);
    for (const char *p = codes; *p != '\0';) {
        size_t n = strcspn(p, ",");
        fprintf(out, "%s\"%.*s\"", p > codes ? ", " : "", (int)n, p);
        p += n + (p[n] != '\0');
    }
    fputs("]", out);
}

void item_print(const struct item *item, FILE *out)
{
    fprintf(out, "%s ", item->point);
    switch (item->kind) {
    case ITEM_NUMBER:
        fprintf(out, "%s%.*f%s%s", item->at_least ? "not below " : "", item->decimals, item->number,
                item->unit[0] != '\0' ? " " : "", item->unit);
        break;
    case ITEM_BOOL: fputs(item->bits != 0 ? "yes" : "no", out); break;
    case ITEM_WORDS: fprintf(out, "\"%s\"", item->text); break;
    case ITEM_LIST: fprintf(out, "[%s]", item->text); break;
    case ITEM_REASONS:
    case ITEM_CELLS: print_bits(item, "", out); break;
    }
}

void items_print(const struct items *items, FILE *out)
{
    for (int i = 0; i < items->n; i++) {
        fputs(i > 0 ? ", " : "", out);
        item_print(&items->of[i], out);
    }
}

void items_json(const struct items *items, FILE *out)
{
    fputs("{", out);
    for (int i = 0; i < items->n; i++) {
        const struct item *item = &items->of[i];
        fputs(i > 0 ? ", " : "", out);
        json_text(out, item->point);
        fputs(": ", out);
        switch (item->kind) {
        case ITEM_NUMBER:
            fprintf(out, "%.10g", item->number);
            if (item->at_least) {
                fprintf(out, ", \"%s.at_least\": true", item->point);
            }
            break;
        case ITEM_BOOL: fputs(item->bits != 0 ? "true" : "false", out); break;
        case ITEM_WORDS: json_text(out, item->text); break;
        case ITEM_LIST: print_list(item->text, out); break;
        case ITEM_REASONS:
        case ITEM_CELLS: print_bits(item, "\"", out); break;
        }
    }
    fputs("}", out);
}
