/* SPDX-License-Identifier: Apache-2.0 */
/* The three forms of a list. */
#include "host/list_writer.h"

#include "host/cli.h"

void list_cell(struct writer *writer, const char *text)
{
    int i = writer->column++;
    if (writer->form == FORM_CSV) {
        fputs(i > 0 ? "," : "", writer->out);
        csv_text(writer->out, text);
    } else if (writer->form == FORM_JSON) {
        fputs(i > 0 ? ", " : "", writer->out);
        json_text(writer->out, writer->columns[i]);
        fputs(": ", writer->out);
        json_text(writer->out, text);
    } else if (writer->widths[i] > 0) {
        fprintf(writer->out, "%-*s ", writer->widths[i], text);
    }
}

void list_begin(struct writer *writer)
{
    if (writer->form == FORM_JSON) {
        fputs(writer->rows > 0 ? ",\n  {" : "  {", writer->out);
    }
    writer->rows++;
    writer->column = 0;
}

void list_number(struct writer *writer, int32_t value, int32_t scale, int decimals)
{
    char text[24];
    decimal_format(value, scale, decimals, text, sizeof text);
    list_cell(writer, text);
}

void list_end(struct writer *writer) { fputs(writer->form == FORM_JSON ? "}" : "\n", writer->out); }

void list_head(struct writer *writer)
{
    if (writer->form == FORM_JSON) {
        fputs("[\n", writer->out);
        return;
    }
    writer->column = 0;
    for (int i = 0; writer->columns[i] != NULL; i++) {
        list_cell(writer, writer->columns[i]);
    }
    fputs("\n", writer->out);
}

void list_tail(struct writer *writer)
{
    fputs(writer->form == FORM_JSON ? "\n]\n" : "", writer->out);
}
