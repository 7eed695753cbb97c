// A little host: calls the one extractor of a plugin and prints what it answers and pushes.
//
//     host PLUGIN plan                     plans each line of standard input as a request
//     host PLUGIN extract GROWTH CANCEL    annotates the lines as documents of one batch; all
//                                          elements are GROWTH bytes larger than in this version,
//                                          as a newer host's are; says that the run is cancelled
//                                          from the question with the number CANCEL on
//
// `!` in a document makes the host refuse the first push for it.

#define _DEFAULT_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gloss.h"

enum { MAX_LINES = 64, MAX_LENGTH = 4096 };

static char lines[MAX_LINES][MAX_LENGTH];
static uint32_t line_count;
static long questions, cancel_at;

static void print_str(const char *label, gloss_str text)
{
    printf("%s%.*s", label, (int)text.len, (const char *)text.ptr);
}

static void reply_write(void *context, gloss_str text)
{
    (void)context;
    (void)text;
}

static void reply_fail(void *context, const gloss_failure *failure)
{
    (void)context;
    printf("kind %u", failure->kind);
    print_str(" place ", failure->place);
    print_str(": ", failure->message);
    printf("; ");
}

static const gloss_reply REPLY = {
    .struct_size = sizeof(gloss_reply), .write = reply_write, .fail = reply_fail};

static gloss_status refuse(uint32_t document)
{
    return strchr(lines[document], '!') ? GLOSS_STATUS_REJECTED : GLOSS_STATUS_OK;
}

static gloss_status push_spans(void *context, uint32_t document, uint32_t layer,
                               const gloss_span *spans, uint32_t count, uint32_t *first_id)
{
    (void)context;
    for (uint32_t i = 0; i < count; i++)
        printf("document %u layer %u span %u..%u label %u\n", document, layer, spans[i].start,
               spans[i].end, spans[i].label);
    if (first_id) *first_id = 0;
    return refuse(document);
}

static gloss_status push_classes(void *context, uint32_t document, uint32_t layer,
                                 const gloss_class *classes, uint32_t count, uint32_t *first_id)
{
    (void)context;
    for (uint32_t i = 0; i < count; i++)
        printf("document %u layer %u class %u score %.3f\n", document, layer, classes[i].label,
               (double)classes[i].score);
    if (first_id) *first_id = 0;
    return refuse(document);
}

static gloss_status set_attributes(void *context, uint32_t document, uint32_t layer, uint32_t id,
                                   const gloss_value *values, uint32_t count)
{
    (void)context;
    for (uint32_t i = 0; i < count; i++)
        printf("document %u layer %u id %u attribute %u = %.17g\n", document, layer, id,
               values[i].attribute, values[i].float_);
    return refuse(document);
}

static gloss_status finish(void *context, uint32_t document)
{
    (void)context;
    printf("document %u finished\n", document);
    return GLOSS_STATUS_OK;
}

static uint32_t cancelled(void *context)
{
    (void)context;
    return questions++ >= cancel_at;
}

// What this plugin does not push is left out of the table.
static const gloss_output OUTPUT = {
    .struct_size = sizeof(gloss_output),
    .push_spans = push_spans,
    .push_classes = push_classes,
    .set_attributes = set_attributes,
    .finish = finish,
    .cancelled = cancelled,
};

static int plan(const gloss_extractor *extractor)
{
    for (uint32_t i = 0; i < line_count; i++) {
        // A copy of exactly that size, so that a sanitizer sees who reads behind it.
        size_t length = strlen(lines[i]);
        uint8_t *request = malloc(length + (length == 0));
        memcpy(request, lines[i], length);
        gloss_str text = {request, length};
        printf("status %d\n", extractor->plan(text, &REPLY));
        free(request);
    }
    return 0;
}

static int extract(const gloss_extractor *extractor, size_t growth)
{
    static const char REQUEST[] = "{\"options\":{},\"inputs\":[],\"wanted\":[true],\"threads\":1}";
    size_t stride = sizeof(gloss_document) + growth;
    char *documents = malloc(stride * line_count);
    memset(documents, 0xFF, stride * line_count);
    for (uint32_t i = 0; i < line_count; i++) {
        gloss_document document = {.id = gloss_str_of("id"), .text = gloss_str_of(lines[i])};
        memcpy(documents + stride * i, &document, sizeof document);
    }
    gloss_batch batch = {
        .struct_size = sizeof batch,
        .document_count = line_count,
        .document_size = (uint32_t)stride,
        .layer_size = (uint32_t)(sizeof(gloss_layer) + growth),
        .column_size = (uint32_t)(sizeof(gloss_attribute_column) + growth),
        .value_size = (uint32_t)(sizeof(gloss_value) + growth),
        .documents = (const gloss_document *)(void *)documents,
    };
    void *instance = NULL, *worker = NULL;
    if (extractor->load(gloss_str_of(REQUEST), &REPLY, &instance) != GLOSS_STATUS_OK) return 1;
    if (extractor->worker_create(instance, &REPLY, &worker) != GLOSS_STATUS_OK) return 1;
    printf("status %d\n", extractor->extract(worker, &batch, &OUTPUT));
    extractor->worker_destroy(worker);
    extractor->unload(instance);
    free(documents);
    return 0;
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    while (line_count < MAX_LINES && fgets(lines[line_count], MAX_LENGTH, stdin)) {
        lines[line_count][strcspn(lines[line_count], "\n")] = 0;
        line_count++;
    }
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    const gloss_entry *entry = library ? dlsym(library, GLOSS_ENTRY_SYMBOL) : NULL;
    if (entry == NULL || entry->magic != GLOSS_MAGIC || !GLOSS_HAS(entry, extractor)) {
        fprintf(stderr, "%s\n", library ? "not a plugin" : dlerror());
        return 2;
    }
    const gloss_extractor *extractor = entry->extractor(0);
    if (strcmp(arguments[2], "plan") == 0) return plan(extractor);
    if (count < 5) return 2;
    cancel_at = atol(arguments[4]);
    return extract(extractor, (size_t)atol(arguments[3]));
}
