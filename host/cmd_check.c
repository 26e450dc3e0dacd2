/* SPDX-License-Identifier: Apache-2.0 */
/* hearth check: an installer's form against what the product's manual asks. */
#include <string.h>

#include "host/cli.h"
#include "host/install_form.h"
#include "host/install_text.h"

enum { OPT_JSON };

static const char *const result_words[] = {"not said", "advice",  "no rule",
                                           "ok",       "warning", "refused"};

struct report {
    const struct product *product;
    struct install_verdict list[INSTALL_VERDICTS];
    int n;
};

static int count(const struct report *report, enum install_result result)
{
    int n = 0;
    for (int i = 0; i < report->n; i++) {
        n += report->list[i].result == result;
    }
    return n;
}

/* Of the whole: that of its worst verdict. */
static enum install_result outcome(const struct report *report)
{
    enum install_result worst = INSTALL_FINE;
    for (int i = 0; i < report->n; i++) {
        worst = report->list[i].result > worst ? report->list[i].result : worst;
    }
    return worst;
}

/* The quantity a value is of: that of the rule, where the form has it in another unit. */
static enum install_quantity shown_quantity(const struct install_verdict *verdict)
{
    return verdict->rule != NULL ? verdict->rule->quantity : verdict->quantity;
}

static void rule_text(const struct install_verdict *verdict, char *text)
{
    text[0] = '\0';
    if (verdict->result == INSTALL_ADVICE) {
        char value[INSTALL_TEXT];
        install_value(verdict->quantity, verdict->value, value);
        snprintf(text, INSTALL_TEXT, "%s %.60s",
                 verdict->rule->compare == INSTALL_BELOW ? "below" : "at most", value);
    } else if (verdict->rule != NULL) {
        install_limits(verdict->rule, verdict->low, verdict->high, text);
    }
}

static void print_row(const struct report *report, const struct install_verdict *verdict)
{
    char value[INSTALL_TEXT] = "-";
    char rule[INSTALL_TEXT];
    char why[400] = "no rule for it, as things are said here";
    if (verdict->result != INSTALL_ADVICE) {
        install_value(shown_quantity(verdict), verdict->value, value);
    }
    rule_text(verdict, rule);
    if (verdict->rule != NULL) {
        char when[INSTALL_TEXT];
        install_condition(verdict->rule, when);
        snprintf(why, sizeof why, "%s%s%s (manual %s, %s)", verdict->rule->sentence,
                 when[0] != '\0' ? "; when " : "", when, report->product->install->manual,
                 verdict->rule->section);
    }
    printf("%-8s %-26s %-14s %-22s %s\n", result_words[verdict->result],
           install_quantities[verdict->quantity].key, value, rule, why);
}

/* Lists are named once, however many of their places are left out. */
static bool repeats(const struct report *report, int at)
{
    enum install_quantity q = report->list[at].quantity;
    int stem = install_stem(q);
    for (int i = 0; i < at; i++) {
        enum install_quantity before = report->list[i].quantity;
        if (report->list[i].result == INSTALL_NOT_SAID && install_stem(before) == stem &&
            strncmp(install_quantities[before].key, install_quantities[q].key, (size_t)stem) == 0) {
            return true;
        }
    }
    return false;
}

static void print_not_said(const struct report *report)
{
    const char *between = "\nnot said: ";
    for (int i = 0; i < report->n; i++) {
        enum install_quantity q = report->list[i].quantity;
        if (report->list[i].result == INSTALL_NOT_SAID && !repeats(report, i)) {
            printf("%s%.*s", between, install_stem(q), install_quantities[q].key);
            between = ", ";
        }
    }
    printf("\n");
}

static void print_table(const struct report *report)
{
    printf("%s, manual %s\n\n%-8s %-26s %-14s %-22s %s\n", report->product->id,
           report->product->install->manual, "result", "quantity", "value", "rule", "what for");
    for (int i = 0; i < report->n; i++) {
        if (report->list[i].result != INSTALL_NOT_SAID) {
            print_row(report, &report->list[i]);
        }
    }
    print_not_said(report);
    printf("\n%d refused, %d warnings, %d ok\n", count(report, INSTALL_FORBIDDEN),
           count(report, INSTALL_DOUBTFUL), count(report, INSTALL_FINE));
}

static void json_value(const struct install_verdict *verdict)
{
    enum install_quantity q = shown_quantity(verdict);
    char text[INSTALL_TEXT];
    switch (install_quantities[q].kind) {
    case INSTALL_NUMBER:
        install_number(verdict->value, text);
        fputs(text, stdout);
        break;
    case INSTALL_FLAG: fputs(verdict->value != 0 ? "true" : "false", stdout); break;
    case INSTALL_WORD: json_text(stdout, install_quantities[q].words[verdict->value]); break;
    }
}

static void json_pair(const char *name, const char *text)
{
    printf(", \"%s\": ", name);
    json_text(stdout, text);
}

static void json_row(const struct report *report, const struct install_verdict *verdict)
{
    char text[INSTALL_TEXT];
    printf("{\"result\": \"%s\"", result_words[verdict->result]);
    json_pair("quantity", install_quantities[verdict->quantity].key);
    printf(", \"value\": ");
    json_value(verdict);
    json_pair("unit", install_quantities[shown_quantity(verdict)].unit);
    if (verdict->rule != NULL) {
        rule_text(verdict, text);
        json_pair("rule", text);
        json_pair("sentence", verdict->rule->sentence);
        install_condition(verdict->rule, text);
        json_pair("when", text);
        snprintf(text, sizeof text, "%s %s", report->product->install->manual,
                 verdict->rule->section);
        json_pair("manual", text);
    }
    printf("}");
}

static void print_json(const struct report *report)
{
    const char *between = "";
    printf("{\"product\": \"%s\", \"result\": \"%s\",\n \"checks\": [", report->product->id,
           result_words[outcome(report)]);
    for (int i = 0; i < report->n; i++) {
        if (report->list[i].result != INSTALL_NOT_SAID) {
            printf("%s\n  ", between);
            json_row(report, &report->list[i]);
            between = ",";
        }
    }
    printf("],\n \"not_said\": [");
    between = "";
    for (int i = 0; i < report->n; i++) {
        enum install_quantity q = report->list[i].quantity;
        if (report->list[i].result == INSTALL_NOT_SAID && !repeats(report, i)) {
            printf("%s\"%.*s\"", between, install_stem(q), install_quantities[q].key);
            between = ", ";
        }
    }
    printf("]}\n");
}

int cmd_check(int argc, char **argv)
{
    const char *values[2] = {NULL};
    int n = cli_options(cli_find("check"), argc, argv, values);
    if (n < 0) {
        return 2;
    }
    if (n != 1) {
        fprintf(stderr, "hearth check: which form? One FILE.yaml (see hearth check --help)\n");
        return 2;
    }
    struct install_sheet sheet;
    struct yaml_error error = {.text = ""};
    if (!install_sheet_load(argv[1], &sheet, &error)) {
        fprintf(stderr, "hearth check: %s\n", error.text);
        return 2;
    }
    struct report report = {.product = sheet.product};
    report.n = install_check(sheet.product, &sheet.form, report.list, INSTALL_VERDICTS);
    if (values[OPT_JSON] != NULL) {
        print_json(&report);
    } else {
        print_table(&report);
    }
    return outcome(&report) == INSTALL_FORBIDDEN ? 1 : 0;
}
