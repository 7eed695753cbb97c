/* A plugin in plain C that keeps every rule of the interface, and breaks exactly one when it is
 * compiled with -DBREAK_<RULE>. `tests/tests/validate.rs` has the list, and expects each break to
 * be found by one check of `gloss plugin validate` and by no other.
 *
 * The extractor `words` finds words, and provides a layer of every kind; with -DCORPUS it counts
 * documents instead, as one that must see them all first. */
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "gloss.h"

#define TEXT(literal) ((gloss_str)GLOSS_STR(literal))

/* ---- The manifest ---------------------------------------------------------------------------- */

#ifdef BREAK_NAME
#define NAME "Words"
#else
#define NAME "words"
#endif
#ifdef BREAK_VERSION
#define VERSION "one"
#else
#define VERSION "1.0.0"
#endif
#ifdef BREAK_NAMES_DIFFER
#define NAMES "\"" NAME "\",\"more-words\""
#else
#define NAMES "\"" NAME "\""
#endif
#ifdef BREAK_MANIFEST
#define JSON "{\"id\":\"example/broken\""
#else
#define JSON \
    "{\"id\":\"example/broken\",\"version\":\"" VERSION "\",\"abi\":\"" GLOSS_ABI_VERSION \
    "\",\"target\":\"unknown\",\"extractors\":[" NAMES "]}"
#endif

GLOSS_MANIFEST(JSON);

/* ---- Answers ---------------------------------------------------------------------------------- */

static void answer(const gloss_reply *reply, const char *text) {
    reply->write(reply->context, gloss_str_of(text));
}

static gloss_status refuse(const gloss_reply *reply, const char *option, const char *message) {
    gloss_failure failure = {sizeof failure, GLOSS_FAILURE_KIND_OPTIONS, {0}, {0}, {0}};
    failure.message = gloss_str_of(message);
    failure.place = gloss_str_of(option);
    reply->fail(reply->context, &failure);
    return GLOSS_STATUS_FAILED;
}

/* Only the host's log may be told, and never about the text. */
static const gloss_host *HOST;

static const char DESCRIPTION[] =
#ifdef BREAK_SUMMARY
    "{\"summary\":\"\","
#else
    "{\"summary\":\"words of a text, for tests\","
#endif
    "\"reads\":[\"sentences\",\"entities\"],"
#ifdef BREAK_GIVES
    "\"gives\":[\"words\",\"kinds\",\"longest\",\"lengths\"],"
#else
    "\"gives\":[\"words\",\"kinds\",\"longest\",\"lengths\",\"pairs\"],"
#endif
    "\"options\":{\"type\":\"object\",\"properties\":{"
#ifdef BREAK_SCHEMA
    "\"min_letters\":{\"type\":\"integer\",\"title\":7,"
#else
    "\"min_letters\":{\"type\":\"integer\","
#endif
#ifdef BREAK_DEFAULT
    "\"minimum\":1,\"maximum\":50,\"default\":0},"
#else
    "\"minimum\":1,\"maximum\":50,\"default\":1},"
#endif
    "\"mode\":{\"type\":\"string\",\"enum\":[\"all\",\"capitals\"],\"default\":\"all\"}}}}";

static gloss_status describe(const gloss_reply *reply) {
#ifdef BREAK_DESCRIBE
    answer(reply, "words of a text");
    return GLOSS_STATUS_OK;
#endif
#ifdef BREAK_DESCRIBE_VARIES
    static int calls;
    char other[sizeof DESCRIPTION + 32];
    int call = __sync_fetch_and_add(&calls, 1);
    snprintf(other, sizeof other, "{\"languages\":[\"l%d\"],%s", call, DESCRIPTION + 1);
    answer(reply, other);
    return GLOSS_STATUS_OK;
#endif
    answer(reply, DESCRIPTION);
    return GLOSS_STATUS_OK;
}

/* ---- Options ---------------------------------------------------------------------------------- */

typedef struct {
    long min_letters;
    int capitals;
} Options;

static const char *blank(const char *at) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') at++;
    return at;
}

/* Behind a JSON value; strings with escapes and nested values included. */
static const char *behind(const char *at) {
    int depth = 0;
    do {
        if (*at == '"') {
            for (at++; *at && *at != '"'; at++) at += *at == '\\' && at[1];
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            depth--;
        } else if (depth == 0) {
            while (at[1] && !strchr(",}] \n\t\r", at[1])) at++;
        }
        at++;
    } while (*at && depth > 0);
    return at;
}

static gloss_status option(const char *name, const char *value, Options *options, const gloss_reply *reply) {
    size_t length = (size_t)(behind(value) - value);
    if (strcmp(name, "min_letters") == 0) {
        char *end;
        long number = strtol(value, &end, 10);
        if (end == value || end != value + length) {
#ifdef BREAK_ACCEPTS_TYPES
            return GLOSS_STATUS_OK;
#endif
            return refuse(reply, name, "not an integer");
        }
#ifndef BREAK_ACCEPTS_LIMITS
        if (number < 1 || number > 50) return refuse(reply, name, "not from 1 to 50");
#endif
        options->min_letters = number;
        return GLOSS_STATUS_OK;
    }
    if (strcmp(name, "mode") == 0) {
        options->capitals = length == 10 && memcmp(value, "\"capitals\"", 10) == 0;
        int all = length == 5 && memcmp(value, "\"all\"", 5) == 0;
        return options->capitals || all ? GLOSS_STATUS_OK : refuse(reply, name, "not a mode");
    }
#ifdef BREAK_ACCEPTS_UNKNOWN
    return GLOSS_STATUS_OK;
#endif
#ifdef BREAK_PLACE
    return refuse(reply, "", "there is no such option");
#endif
    return refuse(reply, name, "there is no such option");
}

static gloss_status parse(gloss_str request, Options *options, const gloss_reply *reply) {
    char *copy = malloc(request.len + 1);
    memcpy(copy, request.ptr, request.len);
    copy[request.len] = 0;
    *options = (Options){1, 0};
    const char *at = strstr(copy, "\"options\"");
    int status = GLOSS_STATUS_OK;
    at = at ? strchr(at, '{') : NULL;
    for (at = at ? blank(at + 1) : NULL; at && *at == '"' && status == GLOSS_STATUS_OK;) {
        const char *end = behind(at);
        char name[64] = {0};
        size_t length = (size_t)(end - at) - 2;
        memcpy(name, at + 1, length < 63 ? length : 63);
        const char *value = blank(blank(end) + 1);
        status = option(name, value, options, reply);
        at = blank(behind(value));
        if (*at == ',') at = blank(at + 1);
    }
    free(copy);
    return status;
}

/* ---- The plan --------------------------------------------------------------------------------- */

enum { WORDS, KINDS, LONGEST, LENGTHS, PAIRS };

static const char PLAN[] =
    "{\"requires\":[{\"type\":\"sentences\",\"kind\":\"spans\"},"
    "{\"type\":\"entities\",\"kind\":\"spans\",\"attributes\":[\"id\"],\"optional\":true}],"
    "\"metadata\":[\"genre\"],\"provides\":["
#ifdef BREAK_LABELS_TWICE
    "{\"name\":\"words\",\"type\":\"words\",\"kind\":\"spans\",\"labels\":[\"short\",\"long\",\"long\"],"
#else
    "{\"name\":\"words\",\"type\":\"words\",\"kind\":\"spans\",\"labels\":[\"short\",\"long\"],"
#endif
    "\"score\":\"share of the text\",\"attributes\":[{\"name\":\"letters\",\"type\":\"int\"}]},"
    "{\"name\":\"kinds\",\"type\":\"kinds\",\"kind\":\"classes\",\"labels\":[\"word\",\"number\"],"
#ifdef BREAK_TARGET_UNKNOWN
    "\"target\":\"nothing\"},"
#else
    "\"target\":\"words\"},"
#endif
    "{\"name\":\"longest\",\"type\":\"longest\",\"kind\":\"texts\"},"
    "{\"name\":\"lengths\",\"type\":\"lengths\",\"kind\":\"vectors\",\"dimension\":2},"
    "{\"name\":\"pairs\",\"type\":\"pairs\",\"kind\":\"relations\",\"head\":\"words\",\"tail\":\"words\"}]";

static gloss_status plan(gloss_str request, const gloss_reply *reply) {
    Options options;
    int status = parse(request, &options, reply);
    if (status != GLOSS_STATUS_OK) return status;
#ifdef BREAK_PLAN
    return GLOSS_STATUS_FAILED;
#endif
    answer(reply, PLAN);
#ifdef BREAK_PLAN_VARIES
    static int calls;
    char window[64];
    int call = __sync_fetch_and_add(&calls, 1);
    snprintf(window, sizeof window, ",\"window\":{\"unit\":\"calls\",\"size\":%d}", call);
    answer(reply, window);
#endif
#ifdef BREAK_DEFAULTS_DIFFER
    /* Only where the option is set at all. */
    if (memmem(request.ptr, request.len, "min_letters", 11)) {
        answer(reply, ",\"window\":{\"unit\":\"letters\",\"size\":9}");
    }
#endif
    answer(reply, "}");
    return GLOSS_STATUS_OK;
}

/* ---- Instances and workers -------------------------------------------------------------------- */

typedef struct {
    Options options;
    int workers_made, workers_alive, extracts;
    int threads_end;
    int thread_count;
    pthread_t threads[8];
} Instance;

typedef struct {
    Instance *instance;
    int number;
    pthread_t home;
    int seen;
    uint8_t first[64];
    size_t first_length;
} Worker;

static int INSTANCES;

static void *idle(void *instance) {
    while (!__sync_fetch_and_add(&((Instance *)instance)->threads_end, 0)) usleep(1000);
    return NULL;
}

static gloss_status load(gloss_str request, const gloss_reply *reply, void **place) {
    Options options;
#ifdef BREAK_LOAD_ACCEPTS
    gloss_str nothing = TEXT("{}");
    request = nothing;
#endif
    int status = parse(request, &options, reply);
    if (status != GLOSS_STATUS_OK) return status;
#ifdef BREAK_LOAD
    return GLOSS_STATUS_FAILED;
#endif
#ifdef BREAK_ONE_INSTANCE
    if (memmem(request.ptr, request.len, "options", 7) && INSTANCES > 0) return GLOSS_STATUS_FAILED;
#endif
    Instance *instance = calloc(1, sizeof *instance);
    instance->options = options;
    __sync_fetch_and_add(&INSTANCES, 1);
#ifdef BREAK_THREADS
    for (; instance->thread_count < 8; instance->thread_count++) {
        pthread_create(&instance->threads[instance->thread_count], NULL, idle, instance);
    }
#endif
    *place = instance;
    return GLOSS_STATUS_OK;
}

static void unload(void *pointer) {
    Instance *instance = pointer;
#ifdef BREAK_UNLOAD
    if (instance->workers_made >= 3 && instance->extracts == 0) abort();
#endif
    __sync_fetch_and_add(&instance->threads_end, 1);
    for (int i = 0; i < instance->thread_count; i++) pthread_join(instance->threads[i], NULL);
    __sync_fetch_and_sub(&INSTANCES, 1);
    free(instance);
}

static gloss_status worker_create(void *pointer, const gloss_reply *reply, void **place) {
    (void)reply;
    Worker *worker = calloc(1, sizeof *worker);
    worker->instance = pointer;
    worker->home = pthread_self();
    __sync_fetch_and_add(&worker->instance->workers_alive, 1);
    worker->number = __sync_fetch_and_add(&worker->instance->workers_made, 1);
    *place = worker;
    return GLOSS_STATUS_OK;
}

static void worker_destroy(void *pointer) {
    Worker *worker = pointer;
    __sync_fetch_and_sub(&worker->instance->workers_alive, 1);
    free(worker);
}

/* ---- Annotating ------------------------------------------------------------------------------- */

static int has(gloss_str text, const char *part) {
    return text.len > 0 && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static int letter(uint8_t byte) {
    return byte >= 128 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z');
}

/* Faults that unusual input brings out. */
static void look(const gloss_batch *batch, const gloss_document *document) {
    gloss_str text = document->text;
    const gloss_layer *sentences = gloss_document_input(batch, document, 0);
    const gloss_layer *entities = gloss_document_input(batch, document, 1);
    const gloss_value *genre = gloss_document_metadata(batch, document, 0);
    (void)text, (void)sentences, (void)entities, (void)genre;
#ifdef BREAK_EMPTY
    if (text.len == 0) abort();
#endif
#ifdef BREAK_WHITESPACE
    while (text.len > 0 && strspn((const char *)text.ptr, " \t\n") >= text.len) usleep(1000);
#endif
#ifdef BREAK_ONE_CHARACTER
    if (text.len == 1 && text.ptr[0] != ' ') abort();
#endif
#ifdef BREAK_COMBINING
    if (has(text, "cafe\xcc\x81")) abort();
#endif
#ifdef BREAK_CONTROLS
    if (text.len > 0 && memchr(text.ptr, 0, text.len)) *(volatile int *)8 = 1;
#endif
#ifdef BREAK_LINE_ENDS
    if (has(text, "\r\n")) abort();
#endif
#ifdef BREAK_UNBROKEN
    if (has(text, "abcdefghijabcdefghijabcdefghij")) abort();
#endif
#ifdef BREAK_RANDOM
    /* A plane in which no character is assigned. */
    if (has(text, "\xf2")) abort();
#endif
#ifdef BREAK_LONG
    if (text.len > 100000) abort();
#endif
#ifdef BREAK_INPUTS_EMPTY
    if (sentences->count == 0 && text.len > 100 && text.ptr[0] < 128 && has(text, ". ")) abort();
#endif
#ifdef BREAK_INPUTS_ABSENT
    if (entities->kind == 0) abort();
#endif
#ifdef BREAK_INPUTS_ODD
    for (uint32_t i = 1; i < sentences->count; i++) {
        if (sentences->start[i] < sentences->start[i - 1]) abort();
    }
#endif
#ifdef BREAK_METADATA
    if (genre->kind != GLOSS_VALUE_KIND_STRING) abort();
#endif
#ifdef BREAK_STDOUT
    printf("annotating\n");
#endif
#ifdef BREAK_STDERR
    fprintf(stderr, "annotating\n");
#endif
#ifdef BREAK_LOGS_TEXT
    HOST->log(HOST->context, GLOSS_LOG_LEVEL_DEBUG, TEXT("broken"), text);
#endif
#ifdef BREAK_LEAK
    static void *volatile kept;
    kept = malloc(32768);
    memset(kept, 1, 32768);
#endif
}

/* Whether the label of every word is wrong, by a state that must not matter. */
static int confused(Worker *worker, const gloss_batch *batch, const gloss_document *document) {
    gloss_str text = document->text;
    size_t length = text.len < 64 ? text.len : 64;
    (void)length, (void)batch, (void)worker;
#ifdef BREAK_REPEATS
    /* A worker that sees the first text of its last batch again thinks that it has seen it all. */
    if (document == batch->documents && batch->document_count > 1) {
        worker->seen = worker->first_length == length && memcmp(worker->first, text.ptr, length) == 0;
        memcpy(worker->first, text.ptr, length);
        worker->first_length = length;
    }
    if (batch->document_count > 1 && worker->seen) return 1;
#endif
#ifdef BREAK_FRESH_WORKER
    if (worker->number == 1 && worker->instance->workers_alive == 1) return 1;
#endif
#ifdef BREAK_BATCH
    if (batch->document_count > 1) return 1;
#endif
#ifdef BREAK_BATCH_ORDER
    const gloss_document *last = gloss_batch_document(batch, batch->document_count - 1);
    if (memcmp(batch->documents->id.ptr, last->id.ptr, last->id.len) > 0) return 1;
#endif
#ifdef BREAK_CONCURRENT
    if (worker->instance->workers_alive >= 4) return 1;
#endif
#ifdef BREAK_MOVES
    if (!pthread_equal(worker->home, pthread_self())) return 1;
#endif
    return 0;
}

static gloss_status annotate(Worker *worker, const gloss_batch *batch, uint32_t index, const gloss_output *out) {
    const gloss_document *document = gloss_batch_document(batch, index);
    gloss_str text = document->text;
    int wrong = confused(worker, batch, document);
    uint32_t words = 0, longest = 0, longest_at = 0;
    int status = GLOSS_STATUS_OK;
    for (uint32_t start = 0, end; start < text.len; start = end + 1) {
        for (end = start; end < text.len && letter(text.ptr[end]); end++) {}
        uint32_t letters = end - start, id = 0;
        if (letters < (uint32_t)worker->instance->options.min_letters) continue;
        if (worker->instance->options.capitals && text.ptr[start] > 'Z') continue;
        gloss_span span = {start, end, (letters > 4) ^ wrong, (float)letters / (float)text.len};
#ifdef BREAK_EMOJI
        if (has(text, "\xf0\x9f\x91\xa9\xe2\x80\x8d")) span.end = start + 1;
#endif
#ifdef BREAK_RIGHT_TO_LEFT
        if (has(text, "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85")) span.start = end, span.end = start;
#endif
#ifdef BREAK_RANGE
        span.end = (uint32_t)text.len + 1;
#endif
#ifdef BREAK_LABEL
        span.label = 2;
#endif
#ifdef BREAK_SCORE
        span.score = 1.0f / 0.0f;
#endif
        uint32_t layer = WORDS;
#ifdef BREAK_LAYER
        layer = 9;
#endif
#ifdef BREAK_KIND
        layer = LONGEST;
#endif
#ifdef BREAK_DOCUMENT
        out->push_spans(out->context, batch->document_count, layer, &span, 1, &id);
#endif
        const gloss_span *spans = &span;
#ifdef BREAK_NULL_POINTER
        spans = NULL;
#endif
#ifdef BREAK_MISALIGNED
        _Alignas(gloss_span) char bytes[sizeof span + 1];
        memcpy(bytes + 1, &span, sizeof span);
        spans = (const gloss_span *)(bytes + 1);
#endif
        status = out->push_spans(out->context, index, layer, spans, 1, &id);
#ifdef BREAK_REFUSED
        if (status != GLOSS_STATUS_OK) abort();
#endif
        if (status != GLOSS_STATUS_OK) break;
        gloss_value value = {GLOSS_VALUE_KIND_INT, 0, letters, 0, {0}};
#ifdef BREAK_ATTRIBUTE
        value.kind = GLOSS_VALUE_KIND_STRING;
#endif
        status = out->set_attributes(out->context, index, WORDS, id, &value, 1);
#ifdef BREAK_ATTRIBUTE_TWICE
        status = out->set_attributes(out->context, index, WORDS, id, &value, 1);
#endif
        gloss_class class = {id, text.ptr[start] <= '9', NAN};
#ifdef BREAK_TARGET
        class.target = id + 1;
#endif
        if (status == GLOSS_STATUS_OK) {
            status = out->push_classes(out->context, index, KINDS, &class, 1, NULL);
        }
        gloss_relation pair = {id ? id - 1 : 0, id, GLOSS_NONE, NAN};
        if (status == GLOSS_STATUS_OK) {
            status = out->push_relations(out->context, index, PAIRS, &pair, 1, NULL);
        }
        if (status != GLOSS_STATUS_OK) break;
        words++;
        if (letters > longest) longest = letters, longest_at = start;
    }
    if (status == GLOSS_STATUS_OK && words > 0) {
        gloss_text_source source = {longest_at, longest_at + longest};
        gloss_text made = {{text.ptr + longest_at, longest}, &source, 1, GLOSS_NONE, NAN};
#ifdef BREAK_ENCODING
        made.text = TEXT("\xff\xfe");
#endif
        status = out->push_texts(out->context, index, LONGEST, &made, 1, NULL);
        float numbers[2] = {(float)words, (float)longest};
        gloss_vector vector = {numbers, 2, GLOSS_NONE};
#ifdef BREAK_VECTOR
        vector.dimension = 1;
#endif
        if (status == GLOSS_STATUS_OK) {
            status = out->push_vectors(out->context, index, LENGTHS, &vector, 1, NULL);
        }
    }
    return status;
}

static gloss_status extract(void *pointer, const gloss_batch *batch, const gloss_output *out) {
    Worker *worker = pointer;
    __sync_fetch_and_add(&worker->instance->extracts, 1);
#ifdef BREAK_EXTRACT
    return GLOSS_STATUS_FAILED;
#endif
#ifdef BREAK_PANIC
    return GLOSS_STATUS_PANICKED;
#endif
    for (uint32_t index = 0; index < batch->document_count; index++) {
        int stop = out->cancelled(out->context) != 0;
#ifdef BREAK_IGNORES_CANCEL
        stop = 0;
#endif
#ifdef BREAK_CANCEL_BEFORE
        if (stop && index == 0) {
            for (; index < batch->document_count; index++) out->finish(out->context, index);
            return GLOSS_STATUS_OK;
        }
#endif
#ifdef BREAK_CANCEL_MEANWHILE
        if (stop && index > 0) {
            for (; index < batch->document_count; index++) out->finish(out->context, index);
            return GLOSS_STATUS_OK;
        }
#endif
#ifdef BREAK_CANCEL_STATUS
        if (stop && index == 0) return GLOSS_STATUS_OK;
#endif
        if (stop) return GLOSS_STATUS_CANCELLED;
        look(batch, gloss_batch_document(batch, index));
        annotate(worker, batch, index, out);
#ifdef BREAK_UNENDED
        if (has(gloss_batch_document(batch, index)->text, "Heavy rain")) continue;
#endif
        /* Of a document that has failed this is refused, which changes nothing. */
        out->finish(out->context, index);
#ifdef BREAK_AFTER_FINISH
        gloss_span span = {0, 0, 0, NAN};
        out->push_spans(out->context, index, WORDS, &span, 1, NULL);
#endif
    }
    return GLOSS_STATUS_OK;
}

/* ---- Seeing every document first ---------------------------------------------------------------

 * With -DCORPUS the extractor only counts documents, and says of each whether there are many. */

typedef struct {
    Instance *instance;
    uint64_t documents;
} Count;

static gloss_status count_create(void *instance, const gloss_reply *reply, void **place) {
    (void)reply;
    Count *count = calloc(1, sizeof *count);
    count->instance = instance;
    *place = count;
    return GLOSS_STATUS_OK;
}

static gloss_status count_observe(void *pointer, const gloss_batch *batch, const gloss_output *out) {
    Count *count = pointer;
    for (uint32_t index = 0; index < batch->document_count; index++) {
        if (out->cancelled(out->context)) return GLOSS_STATUS_CANCELLED;
        count->documents++;
        out->finish(out->context, index);
    }
    return GLOSS_STATUS_OK;
}

static gloss_status count_merge(void *pointer, void *other, const gloss_reply *reply) {
    (void)reply;
#ifndef BREAK_SHARDS
    ((Count *)pointer)->documents += ((Count *)other)->documents;
#endif
    return GLOSS_STATUS_OK;
}

static gloss_status count_save(void *pointer, const gloss_sink *sink, const gloss_reply *reply) {
    (void)reply;
    return sink->write(sink->context, (const uint8_t *)&((Count *)pointer)->documents, 8);
}

static gloss_status count_restore(void *instance, const uint8_t *bytes, size_t length,
                                  const gloss_reply *reply, void **place) {
#ifndef BREAK_RESTORE
    if (length != 8) return GLOSS_STATUS_FAILED;
#endif
    count_create(instance, reply, place);
    if (length > 0) memcpy(&((Count *)*place)->documents, bytes, length < 8 ? length : 8);
    return GLOSS_STATUS_OK;
}

static gloss_status count_finish(void *pointer, const gloss_cancellation *cancellation,
                                 const gloss_reply *reply, void **place) {
    if (cancellation->cancelled(cancellation->context)) return GLOSS_STATUS_CANCELLED;
    count_create(((Count *)pointer)->instance, reply, place);
    ((Count *)*place)->documents = ((Count *)pointer)->documents;
    return GLOSS_STATUS_OK;
}

static gloss_status count_annotate(void *pointer, const gloss_batch *batch, const gloss_output *out) {
    for (uint32_t index = 0; index < batch->document_count; index++) {
        if (out->cancelled(out->context)) return GLOSS_STATUS_CANCELLED;
        gloss_class class = {GLOSS_NONE, ((Count *)pointer)->documents > 2, NAN};
        out->push_classes(out->context, index, KINDS, &class, 1, NULL);
        out->finish(out->context, index);
    }
    return GLOSS_STATUS_OK;
}

static const gloss_corpus CORPUS_TABLE = {
    .struct_size = sizeof(gloss_corpus),
    .state_version = 1,
    .state_create = count_create,
    .state_destroy = free,
    .observe = count_observe,
    .merge = count_merge,
    .save = count_save,
    .restore = count_restore,
    .finish = count_finish,
    .findings_destroy = free,
    .annotate = count_annotate,
};

/* ---- The tables ------------------------------------------------------------------------------- */

static const void *extension(gloss_str name) {
    (void)name;
#ifdef CORPUS
    if (name.len == strlen(GLOSS_CORPUS_EXTENSION) &&
        memcmp(name.ptr, GLOSS_CORPUS_EXTENSION, name.len) == 0) {
        return &CORPUS_TABLE;
    }
#endif
#ifdef BREAK_EXTENSION
    if (memcmp(name.ptr, "gloss.", 6) != 0) return &HOST;
#endif
    return NULL;
}

static const gloss_extractor EXTRACTOR = {
    .struct_size = sizeof(gloss_extractor),
    .name = GLOSS_STR(NAME),
    .describe = describe,
    .plan = plan,
    .load = load,
    .unload = unload,
    .worker_create = worker_create,
    .worker_destroy = worker_destroy,
#ifndef BREAK_LACKS_FUNCTION
    .extract = extract,
#endif
    .extension = extension,
};

static const gloss_extractor *extractor(uint32_t index) {
    return index == 0 ? &EXTRACTOR : NULL;
}

static gloss_status init(const gloss_host *host, const gloss_reply *reply) {
    (void)reply;
#ifdef BREAK_INIT
    return GLOSS_STATUS_FAILED;
#endif
#ifdef BREAK_LOADS_TWICE
    if (HOST) return GLOSS_STATUS_FAILED;
#endif
#ifdef BREAK_PRINTS_ON_LOAD
    printf("loaded\n");
#endif
    HOST = host;
    return GLOSS_STATUS_OK;
}

#ifdef BREAK_MAGIC
#define MAGIC 7
#else
#define MAGIC GLOSS_MAGIC
#endif
#ifdef BREAK_ABI
#define MAJOR 9
#else
#define MAJOR GLOSS_ABI_MAJOR
#endif

const gloss_entry gloss_plugin_entry = {
    .magic = MAGIC,
    .struct_size = sizeof(gloss_entry),
    .abi_major = MAJOR,
    .abi_minor = GLOSS_ABI_MINOR,
    .abi_candidate = GLOSS_ABI_CANDIDATE,
    .init = init,
    .extractor = extractor,
    .extension = extension,
};
