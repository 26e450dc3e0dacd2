/* SPDX-License-Identifier: Apache-2.0 */
/* libfyaml behind a small face. Documents are kept until the file closes, so texts stay valid. */
#include "sim/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS_MAX = 4096, TEXT_MAX = 4 << 20 };

struct yaml_file {
    char path[512];
    char *text;
    struct fy_diag *diag;
    struct fy_parser *parser;
    struct fy_document **documents;
    int n_documents;
};

/* libfyaml's calls take non-const nodes though they only read. */
static struct fy_node *plain(yaml_node *node)
{
    union {
        yaml_node *from;
        struct fy_node *to;
    } cast = {.from = node};
    return cast.to;
}

const char *yaml_path(const struct yaml_file *file) { return file->path; }

static void set_error(struct yaml_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void set_error(struct yaml_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
}

/* Length of the UTF-8 character at `p` (`end` behind the text), 0 when there is none. */
static size_t character(const unsigned char *p, const unsigned char *end)
{
    size_t length = *p < 0x80 ? 1 : *p >= 0xC2 && *p < 0xE0 ? 2 : *p >= 0xE0 && *p < 0xF0 ? 3 : 4;
    if ((*p >= 0x80 && *p < 0xC2) || *p > 0xF4 || (size_t)(end - p) < length) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* What the parser below must not be given: libfyaml 0.7 never returns from a directive that ends in
   bytes that are not UTF-8 (found by fuzz/fuzz_scenario.c). Our files are text without directives.
 */
static bool check_text(const char *path, const char *text, size_t size, struct yaml_error *error)
{
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + size;
    const char *wrong = NULL;
    int line = 1;
    for (bool begins = true; p < end && wrong == NULL;) {
        size_t length = character(p, end);
        bool control = *p < ' ' && *p != '\n' && *p != '\r' && *p != '\t';
        wrong = length == 0 || control ? "not a text in UTF-8"
                : begins && *p == '%'  ? "a line begins with %: YAML directives are not used here"
                                       : NULL;
        begins = *p == '\n' || *p == '\r';
        line += *p == '\n' && wrong == NULL;
        p += length;
    }
    if (wrong != NULL) {
        set_error(error, "%s:%d: %s", path, line, wrong);
    }
    return wrong == NULL;
}

/* The whole file, ended by NUL; NULL with an error. */
static char *read_text(const char *path, size_t *size, struct yaml_error *error)
{
    FILE *in = fopen(path, "rb");
    char *text = in != NULL ? malloc(TEXT_MAX + 1) : NULL;
    if (text == NULL) {
        set_error(error, "%s: %s", path, strerror(errno));
        if (in != NULL) {
            fclose(in);
        }
        return NULL;
    }
    *size = fread(text, 1, TEXT_MAX + 1, in);
    if (ferror(in)) {
        set_error(error, "%s: %s", path, strerror(errno));
    } else if (*size == 0) {
        set_error(error, "%s: the file is empty", path);
    } else if (*size > TEXT_MAX) {
        set_error(error, "%s: too large (allowed %d MB)", path, TEXT_MAX >> 20);
    } else {
        text[*size] = '\0';
        (void)check_text(path, text, *size, error);
    }
    fclose(in);
    if (error->text[0] != '\0') {
        free(text);
        return NULL;
    }
    return text;
}

struct yaml_file *yaml_open(const char *path, struct yaml_error *error)
{
    error->text[0] = '\0';
    size_t size = 0;
    char *text = read_text(path, &size, error);
    if (text == NULL) {
        return NULL;
    }
    struct yaml_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        set_error(error, "%s: out of memory", path);
        free(text);
        return NULL;
    }
    file->text = text;
    snprintf(file->path, sizeof file->path, "%s", path);
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.output_fn = NULL;
    diag_config.colorize = false;
    file->diag = fy_diag_create(&diag_config);
    fy_diag_set_collect_errors(file->diag, true);
    struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_PARSE,
                                  .diag = file->diag};
    file->parser = fy_parser_create(&config);
    if (file->parser == NULL || fy_parser_set_string(file->parser, text, size) != 0) {
        set_error(error, "%s: cannot be read", path);
        yaml_close(file);
        return NULL;
    }
    return file;
}

void yaml_close(struct yaml_file *file)
{
    for (int i = 0; i < file->n_documents; i++) {
        fy_document_destroy(file->documents[i]);
    }
    free(file->documents);
    if (file->parser != NULL) {
        fy_parser_destroy(file->parser);
    }
    fy_diag_destroy(file->diag);
    free(file->text);
    free(file);
}

static void collect(struct yaml_file *file, struct yaml_error *error)
{
    void *iterator = NULL;
    struct fy_diag_error *fault = fy_diag_errors_iterate(file->diag, &iterator);
    if (fault != NULL) {
        set_error(error, "%s:%d:%d: %s", file->path, fault->line, fault->column, fault->msg);
    } else {
        set_error(error, "%s: not a YAML document", file->path);
    }
}

yaml_node *yaml_next(struct yaml_file *file, struct yaml_error *error)
{
    error->text[0] = '\0';
    struct fy_document *document = fy_parse_load_document(file->parser);
    if (document == NULL) {
        void *iterator = NULL;
        if (fy_diag_errors_iterate(file->diag, &iterator) != NULL) {
            collect(file, error);
        }
        return NULL;
    }
    struct fy_document **more =
        // NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers
        realloc(file->documents, ((size_t)file->n_documents + 1) * sizeof *more);
    if (more == NULL || file->n_documents == DOCUMENTS_MAX) {
        file->documents = more != NULL ? more : file->documents;
        fy_document_destroy(document);
        set_error(error, "%s: too large", file->path);
        return NULL;
    }
    file->documents = more;
    file->documents[file->n_documents++] = document;
    struct fy_node *root = fy_document_root(document);
    if (root == NULL) {
        set_error(error, "%s: an empty document", file->path);
    }
    return root;
}

bool yaml_is_map(yaml_node *node) { return node != NULL && fy_node_is_mapping(plain(node)); }
bool yaml_is_list(yaml_node *node) { return node != NULL && fy_node_is_sequence(plain(node)); }
bool yaml_is_text(yaml_node *node)
{
    return node != NULL && fy_node_is_scalar(plain(node)) && !fy_node_is_alias(plain(node));
}

const char *yaml_text(yaml_node *node)
{
    if (!yaml_is_text(node)) {
        return NULL;
    }
    const char *text = fy_node_get_scalar0(plain(node));
    return text != NULL ? text : "";
}

int yaml_count(yaml_node *node)
{
    if (yaml_is_map(node)) {
        return fy_node_mapping_item_count(plain(node));
    }
    return yaml_is_list(node) ? fy_node_sequence_item_count(plain(node)) : 0;
}

yaml_node *yaml_item(yaml_node *list, int index)
{
    return fy_node_sequence_get_by_index(plain(list), index);
}

yaml_node *yaml_key(yaml_node *map, int index)
{
    return fy_node_pair_key(fy_node_mapping_get_by_index(plain(map), index));
}

yaml_node *yaml_value(yaml_node *map, int index)
{
    return fy_node_pair_value(fy_node_mapping_get_by_index(plain(map), index));
}

yaml_node *yaml_get(yaml_node *map, const char *key)
{
    return yaml_is_map(map) ? fy_node_mapping_lookup_by_string(plain(map), key, FY_NT) : NULL;
}

/* A map's place is that of its first key, a list's that of its first item. */
static const struct fy_mark *mark_of(yaml_node *node)
{
    for (int depth = 0; node != NULL && depth < 32; depth++) {
        if (fy_node_is_scalar(plain(node))) {
            struct fy_token *token = fy_node_get_scalar_token(plain(node));
            return token != NULL ? fy_token_start_mark(token) : NULL;
        }
        if (yaml_count(node) == 0) {
            return NULL;
        }
        node = yaml_is_map(node) ? yaml_key(node, 0) : yaml_item(node, 0);
    }
    return NULL;
}

int yaml_line(yaml_node *node)
{
    const struct fy_mark *mark = mark_of(node);
    return mark != NULL ? mark->line + 1 : 0;
}

bool yaml_fail(const struct yaml_file *file, yaml_node *node, struct yaml_error *error,
               const char *format, ...)
{
    if (error->text[0] != '\0') {
        return false; /* the first fault is the one to mend */
    }
    char what[560];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    const struct fy_mark *mark = mark_of(node);
    if (mark != NULL) {
        set_error(error, "%s:%d:%d: %s", file->path, mark->line + 1, mark->column + 1, what);
    } else {
        set_error(error, "%s: %s", file->path, what);
    }
    return false;
}

// NOLINTNEXTLINE(readability-function-size): what to read, its range, where to, what is wrong
bool yaml_number(const struct yaml_file *file, yaml_node *node, const char *what, double min,
                 double max, double *out, struct yaml_error *error)
{
    const char *text = yaml_text(node);
    double value = 0.0;
    if (text == NULL || !text_number(text, &value)) {
        return yaml_fail(file, node, error, "%s: \"%s\" is not a number (allowed %.10g to %.10g)",
                         what, text != NULL ? text : "a map or list", min, max);
    }
    if (value < min || value > max) {
        return yaml_fail(file, node, error, "%s: %s is out of range (allowed %.10g to %.10g)", what,
                         text, min, max);
    }
    *out = value;
    return true;
}

// NOLINTNEXTLINE(readability-function-size): as yaml_number
bool yaml_int(const struct yaml_file *file, yaml_node *node, const char *what, int min, int max,
              int *out, struct yaml_error *error)
{
    double value = 0.0;
    if (!yaml_number(file, node, what, min, max, &value, error)) {
        return false;
    }
    if (value != floor(value)) {
        return yaml_fail(file, node, error, "%s: %s is not a whole number (allowed %d to %d)", what,
                         yaml_text(node), min, max);
    }
    *out = (int)value;
    return true;
}

bool yaml_flag(const struct yaml_file *file, yaml_node *node, const char *what, bool *out,
               struct yaml_error *error)
{
    const char *text = yaml_text(node);
    if (text == NULL || !text_flag(text, out)) {
        return yaml_fail(file, node, error, "%s: \"%s\" is neither on nor off", what,
                         text != NULL ? text : "a map or list");
    }
    return true;
}

static void list_keys(const char *const *keys, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (; *keys != NULL && used < room; keys++) {
        int n = snprintf(text + used, room - used, "%s%s", used > 0 ? ", " : "", *keys);
        used += n > 0 ? (size_t)n : 0;
    }
}

bool yaml_keys(const struct yaml_file *file, yaml_node *map, const char *what,
               const char *const *keys, struct yaml_error *error)
{
    if (!yaml_is_map(map)) {
        return yaml_fail(file, map, error, "%s should be a map of keys and values", what);
    }
    for (int i = 0; i < yaml_count(map); i++) {
        const char *key = yaml_text(yaml_key(map, i));
        const char *const *known = keys;
        while (*known != NULL && (key == NULL || strcmp(*known, key) != 0)) {
            known++;
        }
        if (*known == NULL) {
            char all[200];
            list_keys(keys, all, sizeof all);
            return yaml_fail(file, yaml_key(map, i), error,
                             "unknown key \"%s\" in %s (allowed: %s)", key != NULL ? key : "?",
                             what, all);
        }
    }
    return true;
}
