// A plugin that uses all of this version of the interface, kept with its header: every later host
// that accepts the version must load it and get the same annotations.
//
// `every-kind` pushes annotations of each kind; `read-back` requires them and says what it sees.

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "gloss.h"

GLOSS_MANIFEST("{\"id\":\"frozen/plugin\",\"version\":\"1.0.0\",\"abi\":\"" GLOSS_ABI_VERSION
               "\",\"target\":\"" GLOSS_TARGET "\",\"extractors\":[\"every-kind\",\"read-back\"]}");

static const gloss_host *host;

static gloss_status init(const gloss_host *lent, const gloss_reply *reply)
{
    (void)reply;
    host = lent;
    return GLOSS_HAS(host, extension) ? GLOSS_STATUS_OK : GLOSS_STATUS_FAILED;
}

static void debug(const char *message)
{
    if (host->log_level(host->context) >= GLOSS_LOG_LEVEL_DEBUG)
        host->log(host->context, GLOSS_LOG_LEVEL_DEBUG, gloss_str_of("frozen::plugin"),
                  gloss_str_of(message));
}

static gloss_status answer(const gloss_reply *reply, const char *text)
{
    // In two parts, which the host puts together.
    gloss_str first = gloss_str_of(text), second = first;
    first.len /= 2;
    second.ptr += first.len;
    second.len -= first.len;
    reply->write(reply->context, first);
    reply->write(reply->context, second);
    return GLOSS_STATUS_OK;
}

static gloss_status describe(const gloss_reply *reply)
{
    return answer(reply, "{\"summary\":\"For tests\",\"options\":{\"type\":\"object\"}}");
}

static gloss_status plan_every_kind(gloss_str request, const gloss_reply *reply)
{
    (void)request;
    return answer(
        reply,
        "{\"provides\":["
        "{\"name\":\"spans\",\"type\":\"spans\",\"kind\":\"spans\",\"labels\":[\"letter\"],"
        "\"score\":\"any\",\"attributes\":[{\"name\":\"letter\",\"type\":\"string\"}]},"
        "{\"name\":\"classes\",\"type\":\"classes\",\"kind\":\"classes\",\"target\":\"spans\","
        "\"labels\":[\"no\",\"yes\"]},"
        "{\"name\":\"texts\",\"type\":\"texts\",\"kind\":\"texts\"},"
        "{\"name\":\"vectors\",\"type\":\"vectors\",\"kind\":\"vectors\",\"dimension\":2},"
        "{\"name\":\"relations\",\"type\":\"relations\",\"kind\":\"relations\",\"head\":\"spans\","
        "\"tail\":\"spans\",\"labels\":[\"next\"]}]}");
}

static gloss_status plan_read_back(gloss_str request, const gloss_reply *reply)
{
    (void)request;
    return answer(reply,
                  "{\"requires\":["
                  "{\"type\":\"spans\",\"kind\":\"spans\",\"attributes\":[\"letter\"]},"
                  "{\"type\":\"classes\",\"kind\":\"classes\"},{\"type\":\"texts\",\"kind\":\"texts\"},"
                  "{\"type\":\"vectors\",\"kind\":\"vectors\"},"
                  "{\"type\":\"relations\",\"kind\":\"relations\"}],"
                  "\"metadata\":[\"missing\"],"
                  "\"provides\":[{\"name\":\"seen\",\"type\":\"seen\",\"kind\":\"texts\"}]}");
}

static gloss_status load(gloss_str request, const gloss_reply *reply, void **instance)
{
    (void)request;
    (void)reply;
    debug("loading");
    *instance = malloc(1);
    return *instance ? GLOSS_STATUS_OK : GLOSS_STATUS_FAILED;
}

static gloss_status worker_create(void *instance, const gloss_reply *reply, void **worker)
{
    (void)instance;
    (void)reply;
    *worker = malloc(1);
    return *worker ? GLOSS_STATUS_OK : GLOSS_STATUS_FAILED;
}

static gloss_status fail(const gloss_output *output, uint32_t document)
{
    gloss_failure failure = {0};
    failure.struct_size = sizeof failure;
    failure.kind = GLOSS_FAILURE_KIND_DOCUMENT;
    failure.message = gloss_str_of("the text is not the one of the test");
    return output->fail(output->context, document, &failure);
}

enum { SPANS, CLASSES, TEXTS, VECTORS, RELATIONS };

static gloss_status push(const gloss_document *document, uint32_t i, const gloss_output *out)
{
    void *context = out->context;
    const gloss_span spans[2] = {{0, 1, 0, NAN}, {1, 3, 0, 0.5f}};
    const gloss_class classes[2] = {{0, 0, NAN}, {1, 1, NAN}};
    const gloss_text_source source = {0, 3};
    const gloss_text texts[2] = {{GLOSS_STR(""), NULL, 0, GLOSS_NONE, NAN},
                                 {GLOSS_STR("second"), &source, 1, GLOSS_NONE, NAN}};
    const float numbers[2][2] = {{0, 0}, {1, 2}};
    const gloss_vector vectors[2] = {{numbers[0], 2, GLOSS_NONE}, {numbers[1], 2, GLOSS_NONE}};
    const gloss_relation relation = {0, 1, 0, NAN};
    gloss_value letter = {GLOSS_VALUE_KIND_STRING, 0, 0, 0, {document->text.ptr + 1, 2}};
    uint32_t id = GLOSS_NONE;
    gloss_status status = out->push_spans(context, i, SPANS, spans, 2, &id);
    if (status == GLOSS_STATUS_OK)
        status = out->set_attributes(context, i, SPANS, id + 1, &letter, 1);
    if (status == GLOSS_STATUS_OK)
        status = out->push_classes(context, i, CLASSES, classes, 2, NULL);
    if (status == GLOSS_STATUS_OK) status = out->push_texts(context, i, TEXTS, texts, 2, NULL);
    if (status == GLOSS_STATUS_OK)
        status = out->push_vectors(context, i, VECTORS, vectors, 2, NULL);
    if (status == GLOSS_STATUS_OK)
        status = out->push_relations(context, i, RELATIONS, &relation, 1, NULL);
    if (status == GLOSS_STATUS_OK) status = out->note(context, i, gloss_str_of("of each kind"));
    return status == GLOSS_STATUS_OK ? out->finish(context, i) : status;
}

static gloss_status every_kind(void *worker, const gloss_batch *batch, const gloss_output *out)
{
    (void)worker;
    for (uint32_t i = 0; i < batch->document_count; i++) {
        if (out->cancelled(out->context)) return GLOSS_STATUS_CANCELLED;
        const gloss_document *document = gloss_batch_document(batch, i);
        if (document->text.len < 3) fail(out, i);
        else push(document, i, out);
    }
    return GLOSS_STATUS_OK;
}

// What the layers of a document hold, in words; the ones of the test have two rows.
static bool see(const gloss_batch *batch, const gloss_document *document, char *text, size_t size)
{
    const gloss_layer *layers[5];
    for (uint32_t i = 0; i < 5; i++) layers[i] = gloss_document_input(batch, document, i);
    const gloss_layer *spans = layers[SPANS], *classes = layers[CLASSES], *texts = layers[TEXTS];
    const gloss_layer *vectors = layers[VECTORS], *relations = layers[RELATIONS];
    if (spans->kind != GLOSS_KIND_SPANS || classes->kind != GLOSS_KIND_CLASSES ||
        texts->kind != GLOSS_KIND_TEXTS || vectors->kind != GLOSS_KIND_VECTORS ||
        relations->kind != GLOSS_KIND_RELATIONS || spans->attribute_count != 1)
        return false;
    const gloss_attribute_column *letters = gloss_layer_attribute(batch, spans, 0);
    if (letters->kind != GLOSS_VALUE_KIND_STRING || !letters->valid || letters->valid[0] ||
        !letters->valid[1] || !isnan(spans->score[0]))
        return false;
    const uint32_t *letter = (const uint32_t *)letters->values, *offset = texts->text_offsets;
    const gloss_value *missing = gloss_document_metadata(batch, document, 0);
    int length = snprintf(
        text, size,
        "spans %u: %u..%u label %u score %.2f letter %.*s; classes %u: label %u target %u; "
        "texts %u: %.*s; vectors %u of %u: %.1f %.1f; relations %u: %u -> %u label %u; metadata %s",
        spans->count, spans->start[1], spans->end[1], spans->label[1], (double)spans->score[1],
        (int)(letter[2] - letter[1]), (const char *)letters->data + letter[1], classes->count,
        classes->label[1], classes->target[1], texts->count, (int)(offset[2] - offset[1]),
        (const char *)texts->text + offset[1], vectors->count, vectors->dimension,
        (double)vectors->vector[2], (double)vectors->vector[3], relations->count,
        relations->head[0], relations->tail[0], relations->label[0],
        missing->kind == GLOSS_VALUE_KIND_NULL ? "null" : "there");
    return length > 0 && (size_t)length < size;
}

static gloss_status read_back(void *worker, const gloss_batch *batch, const gloss_output *out)
{
    (void)worker;
    for (uint32_t i = 0; i < batch->document_count; i++) {
        char words[512];
        if (!see(batch, gloss_batch_document(batch, i), words, sizeof words)) {
            fail(out, i);
            continue;
        }
        const gloss_text seen = {gloss_str_of(words), NULL, 0, GLOSS_NONE, NAN};
        if (out->push_texts(out->context, i, 0, &seen, 1, NULL) == GLOSS_STATUS_OK)
            out->finish(out->context, i);
    }
    return GLOSS_STATUS_OK;
}

static const gloss_extractor EXTRACTORS[2] = {
    {sizeof(gloss_extractor), 0, GLOSS_STR("every-kind"), describe, plan_every_kind, load, free,
     worker_create, free, every_kind, NULL},
    {sizeof(gloss_extractor), 0, GLOSS_STR("read-back"), describe, plan_read_back, load, free,
     worker_create, free, read_back, NULL},
};

static const gloss_extractor *extractor(uint32_t index)
{
    return index < 2 ? &EXTRACTORS[index] : NULL;
}

static const void *extension(gloss_str name)
{
    (void)name;
    return NULL;
}

const gloss_entry gloss_plugin_entry = {
    GLOSS_MAGIC, sizeof(gloss_entry), GLOSS_ABI_MAJOR, GLOSS_ABI_MINOR, GLOSS_ABI_CANDIDATE, 0, 0,
    init,        extractor,           extension,
};
