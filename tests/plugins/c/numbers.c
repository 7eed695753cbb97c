// A plugin in plain C: finds numbers in a text and says how much of the text they are.
//
//     cc -std=c99 -shared -fPIC -I.../gloss-abi/include -o libnumbers.so numbers.c -lm
//
// `12`, `-3.5` and `1,250,000.75` are numbers (with `decimal = "comma"`: `1.250.000,75`); digits
// right behind a letter, as in `B2`, are none.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gloss.h"
#include "json.h"

GLOSS_MANIFEST("{\"id\":\"example/numbers\",\"version\":\"0.1.0\",\"abi\":\"" GLOSS_ABI_VERSION
               "\",\"target\":\"" GLOSS_TARGET "\",\"extractors\":[\"numbers\"]}");

// ---- Options ------------------------------------------------------------------------------------

enum { MAX_DIGITS = 18 };

typedef struct options {
    char decimal;   // what separates decimals
    char group;     // what separates groups of three digits
    int min_digits; // a number with fewer digits is passed over
} options;

// The host checks names and types of options against this schema; the rest is checked below.
static const char DESCRIPTION[] =
    "{\"summary\":\"Numbers, and how much of the text they are\",\"gives\":[\"numbers\",\"numeracy\"],"
    "\"options\":{\"type\":\"object\",\"properties\":{"
    "\"decimal\":{\"type\":\"string\",\"enum\":[\"point\",\"comma\"],\"default\":\"point\","
    "\"description\":\"What separates decimals; the other one separates groups of digits\"},"
    "\"min_digits\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":18,\"default\":1,"
    "\"description\":\"Fewest digits of a number that counts\"}}}}";

static const char PLAN[] =
    "{\"provides\":[{\"name\":\"numbers\",\"type\":\"numbers\",\"kind\":\"spans\","
    "\"labels\":[\"integer\",\"decimal\"],\"attributes\":[{\"name\":\"value\",\"type\":\"float\","
    "\"description\":\"the number; absent where it is too large\"}]},"
    "{\"name\":\"numeracy\",\"type\":\"numeracy\",\"kind\":\"classes\","
    "\"labels\":[\"none\",\"some\",\"many\"],\"score\":\"share of the text's bytes\"}]}";

enum { LAYER_NUMBERS, LAYER_NUMERACY };
enum { LABEL_INTEGER, LABEL_DECIMAL };
enum { LABEL_NONE, LABEL_SOME, LABEL_MANY };

// Reports a failure; strings are lent for the call, so they may lie on the stack.
static gloss_status fail(const gloss_reply *reply, gloss_failure_kind kind, const char *message,
                         gloss_str place)
{
    gloss_failure failure = {0};
    failure.struct_size = sizeof failure;
    failure.kind = kind;
    failure.message = gloss_str_of(message);
    failure.place = place;
    reply->fail(reply->context, &failure);
    return GLOSS_STATUS_FAILED;
}

// Reads one option.
static gloss_status read_option(json *j, const json_text *key, options *out,
                                const gloss_reply *reply)
{
    size_t length = key->length < sizeof key->bytes ? key->length : sizeof key->bytes;
    gloss_str place = {(const uint8_t *)key->bytes, length};
    json_text text;
    int64_t number;
    bool whole;
    if (json_is(key, "decimal")) {
        if (json_peek(j) != '"' || !json_string(j, &text))
            return fail(reply, GLOSS_FAILURE_KIND_OPTIONS, "it must be a string", place);
        if (!json_is(&text, "point") && !json_is(&text, "comma"))
            return fail(reply, GLOSS_FAILURE_KIND_OPTIONS, "it must be \"point\" or \"comma\"",
                        place);
        out->decimal = json_is(&text, "point") ? '.' : ',';
        out->group = json_is(&text, "point") ? ',' : '.';
        return GLOSS_STATUS_OK;
    }
    if (json_is(key, "min_digits")) {
        if (!json_number(j, &number, &whole) || !whole || number < 1 || number > MAX_DIGITS)
            return fail(reply, GLOSS_FAILURE_KIND_OPTIONS, "it must be an integer from 1 to 18",
                        place);
        out->min_digits = (int)number;
        return GLOSS_STATUS_OK;
    }
    return fail(reply, GLOSS_FAILURE_KIND_OPTIONS, "there is no such option", place);
}

// Reads the options of a plan or load request; what else it holds is of no interest here.
static gloss_status read_request(gloss_str request, options *out, const gloss_reply *reply)
{
    static const gloss_str nowhere = {NULL, 0};
    json j = {request.ptr, request.ptr + request.len};
    json_text key;
    uint32_t keys = 0, names = 0;
    int more = -1;
    *out = (options){'.', ',', 1};
    if (json_byte(&j, '{')) {
        while ((more = json_member(&j, &keys, &key)) == 1) {
            if (!json_is(&key, "options") || json_peek(&j) != '{') {
                if (!json_skip(&j, 0)) break;
                continue;
            }
            j.at++;
            while ((more = json_member(&j, &names, &key)) == 1) {
                gloss_status status = read_option(&j, &key, out, reply);
                if (status != GLOSS_STATUS_OK) return status;
            }
            if (more != 0) break;
        }
    }
    if (more != 0 || json_peek(&j) != 0)
        return fail(reply, GLOSS_FAILURE_KIND_OTHER, "the request is not JSON", nowhere);
    return GLOSS_STATUS_OK;
}

// ---- Finding numbers ----------------------------------------------------------------------------

// A number in a text; `value` is infinite where it is too large.
typedef struct number {
    uint32_t start, end;
    bool decimal;
    double value;
} number;

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Behind the digits that begin at `at`.
static size_t digits(gloss_str text, size_t at)
{
    while (at < text.len && is_digit(text.ptr[at])) at++;
    return at;
}

// The value of the number in `start` to `end`. `strtod` would heed the process's locale.
static double value_of(gloss_str text, size_t start, size_t end, char decimal)
{
    uint64_t mantissa = 0;
    int exponent = 0;
    bool behind = false;
    for (size_t i = start; i < end; i++) {
        uint8_t c = text.ptr[i];
        if (c == (uint8_t)decimal) behind = true;
        if (!is_digit(c)) continue;
        // 18 digits fit; further ones only move the point.
        if (mantissa < UINT64_C(100000000000000000)) mantissa = mantissa * 10 + (c - (uint8_t)'0');
        else if (exponent < 10000) exponent++;
        else return INFINITY;
        if (behind) exponent--;
    }
    // A quotient of two exact numbers is rounded once; 10 to a negative power is not exact.
    double value = exponent < 0 ? (double)mantissa / pow(10, -exponent)
                                : (double)mantissa * pow(10, exponent);
    return text.ptr[start] == '-' ? -value : value;
}

// Behind the number whose digits begin at `start`; counts its digits.
static size_t end_of(gloss_str text, size_t start, const options *o, size_t *count, bool *decimal)
{
    size_t end = digits(text, start), group;
    *count = end - start;
    // Groups of exactly three digits behind one to three.
    if (*count <= 3) {
        while (end < text.len && text.ptr[end] == (uint8_t)o->group &&
               (group = digits(text, end + 1)) == end + 4) {
            end = group;
            *count += 3;
        }
    }
    *decimal = end + 1 < text.len && text.ptr[end] == (uint8_t)o->decimal &&
               is_digit(text.ptr[end + 1]);
    if (*decimal) {
        size_t behind = digits(text, end + 1);
        *count += behind - (end + 1);
        end = behind;
    }
    return end;
}

// Finds the first number at or behind `at`; false when there is none.
static bool find(gloss_str text, size_t at, const options *o, number *out)
{
    while (at < text.len) {
        size_t start = at, end, count;
        if (!is_digit(text.ptr[at])) {
            at++;
            continue;
        }
        if (at > 0 && is_word(text.ptr[at - 1])) {
            at = digits(text, at);
            continue;
        }
        at = end = end_of(text, start, o, &count, &out->decimal);
        if (count < (size_t)o->min_digits) continue;
        // A sign, unless it joins two words, as in `10-20`.
        if (start > 0 && (text.ptr[start - 1] == '-' || text.ptr[start - 1] == '+') &&
            (start == 1 || !is_word(text.ptr[start - 2])))
            start--;
        out->start = (uint32_t)start;
        out->end = (uint32_t)end;
        out->value = value_of(text, start, end, o->decimal);
        return true;
    }
    return false;
}

// ---- The extractor ------------------------------------------------------------------------------

// Scratch memory of one thread: the spans of one document.
typedef struct worker {
    const options *options; // the instance, which outlives its workers
    gloss_span *spans;
    gloss_value *values;
    uint32_t capacity;
} worker;

static gloss_status describe(const gloss_reply *reply)
{
    reply->write(reply->context, gloss_str_of(DESCRIPTION));
    return GLOSS_STATUS_OK;
}

static gloss_status plan(gloss_str request, const gloss_reply *reply)
{
    options ignored;
    gloss_status status = read_request(request, &ignored, reply);
    if (status == GLOSS_STATUS_OK) reply->write(reply->context, gloss_str_of(PLAN));
    return status;
}

static gloss_status out_of_memory(const gloss_reply *reply)
{
    static const gloss_str nowhere = {NULL, 0};
    return fail(reply, GLOSS_FAILURE_KIND_RESOURCE, "out of memory", nowhere);
}

static gloss_status load(gloss_str request, const gloss_reply *reply, void **instance)
{
    options read;
    gloss_status status = read_request(request, &read, reply);
    if (status != GLOSS_STATUS_OK) return status;
    options *loaded = malloc(sizeof *loaded);
    if (loaded == NULL) return out_of_memory(reply);
    *loaded = read;
    *instance = loaded;
    return GLOSS_STATUS_OK;
}

static void unload(void *instance)
{
    free(instance);
}

static gloss_status worker_create(void *instance, const gloss_reply *reply, void **made)
{
    worker *w = calloc(1, sizeof *w);
    if (w == NULL) return out_of_memory(reply);
    w->options = instance;
    *made = w;
    return GLOSS_STATUS_OK;
}

static void worker_destroy(void *destroyed)
{
    worker *w = destroyed;
    free(w->spans);
    free(w->values);
    free(w);
}

// Makes room for one more span.
static bool reserve(worker *w, uint32_t count)
{
    if (count < w->capacity) return true;
    uint32_t capacity = w->capacity == 0 ? 64 : w->capacity * 2;
    gloss_span *spans = realloc(w->spans, capacity * sizeof *spans);
    if (spans != NULL) w->spans = spans;
    gloss_value *values = realloc(w->values, capacity * sizeof *values);
    if (values != NULL) w->values = values;
    if (spans == NULL || values == NULL) return false;
    w->capacity = capacity;
    return true;
}

// Annotates one document. Anything but OK means that it has failed: the host keeps the reason
// where it refused a push.
static gloss_status annotate(worker *w, gloss_str text, uint32_t document,
                             const gloss_output *output)
{
    uint32_t count = 0, first = 0;
    uint64_t covered = 0;
    number n;
    for (size_t at = 0; find(text, at, w->options, &n); at = n.end) {
        if (!reserve(w, count)) {
            gloss_failure failure = {0};
            failure.struct_size = sizeof failure;
            failure.kind = GLOSS_FAILURE_KIND_RESOURCE;
            failure.message = gloss_str_of("out of memory");
            return output->fail(output->context, document, &failure);
        }
        w->spans[count].start = n.start;
        w->spans[count].end = n.end;
        w->spans[count].label = n.decimal ? LABEL_DECIMAL : LABEL_INTEGER;
        w->spans[count].score = NAN;
        memset(&w->values[count], 0, sizeof w->values[count]);
        w->values[count].kind = GLOSS_VALUE_KIND_FLOAT;
        w->values[count].float_ = n.value;
        covered += n.end - n.start;
        count++;
    }
    gloss_status status = output->push_spans(output->context, document, LAYER_NUMBERS, w->spans,
                                             count, &first);
    for (uint32_t i = 0; i < count && status == GLOSS_STATUS_OK; i++)
        if (isfinite(w->values[i].float_))
            status = output->set_attributes(output->context, document, LAYER_NUMBERS, first + i,
                                            &w->values[i], 1);
    if (status != GLOSS_STATUS_OK) return status;
    gloss_class numeracy;
    numeracy.target = GLOSS_NONE;
    numeracy.score = text.len == 0 ? 0 : (float)((double)covered / (double)text.len);
    numeracy.label = count == 0 ? LABEL_NONE : numeracy.score < 0.1f ? LABEL_SOME : LABEL_MANY;
    status = output->push_classes(output->context, document, LAYER_NUMERACY, &numeracy, 1, NULL);
    if (status != GLOSS_STATUS_OK) return status;
    return output->finish(output->context, document);
}

static gloss_status extract(void *called, const gloss_batch *batch, const gloss_output *output)
{
    for (uint32_t i = 0; i < batch->document_count; i++) {
        if (output->cancelled(output->context)) return GLOSS_STATUS_CANCELLED;
        // A document that fails is no reason to give up the others.
        annotate(called, gloss_batch_document(batch, i)->text, i, output);
    }
    return GLOSS_STATUS_OK;
}

// ---- What the library exports -------------------------------------------------------------------

static const gloss_extractor NUMBERS = {
    .struct_size = sizeof(gloss_extractor),
    .name = GLOSS_STR("numbers"),
    .describe = describe,
    .plan = plan,
    .load = load,
    .unload = unload,
    .worker_create = worker_create,
    .worker_destroy = worker_destroy,
    .extract = extract,
};

static const gloss_extractor *extractor(uint32_t index)
{
    return index == 0 ? &NUMBERS : NULL;
}

const gloss_entry gloss_plugin_entry = {
    .magic = GLOSS_MAGIC,
    .struct_size = sizeof(gloss_entry),
    .abi_major = GLOSS_ABI_MAJOR,
    .abi_minor = GLOSS_ABI_MINOR,
    .abi_candidate = GLOSS_ABI_CANDIDATE,
    .extractor = extractor,
};
