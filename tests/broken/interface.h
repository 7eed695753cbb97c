/* What `broken.c` uses of the plugin interface, by hand after the crate `gloss-abi`. */
#ifndef INTERFACE_H
#define INTERFACE_H
#include <stddef.h>
#include <stdint.h>

#define GLOSS_ABI_MAJOR 1
#define GLOSS_ABI_MINOR 0
#define GLOSS_ABI_CANDIDATE 2
#define GLOSS_ABI_VERSION "1.0-rc.2"
/* The bytes GLOSSPLG as a little-endian number. */
#define GLOSS_MAGIC 0x474c5053534f4c47ull
#define GLOSS_NONE UINT32_MAX
#define GLOSS_NO_SCORE __builtin_nanf("")

enum { GLOSS_OK, GLOSS_FAILED, GLOSS_PANICKED, GLOSS_CANCELLED, GLOSS_REJECTED };
enum { GLOSS_FAILURE_OPTIONS = 1 };
enum { GLOSS_INT = 2, GLOSS_STRING = 4 };
enum { GLOSS_LOG_DEBUG = 4 };

typedef struct { const uint8_t *ptr; size_t len; } GlossStr;
typedef struct { uint32_t struct_size, kind; GlossStr message, place, help; } GlossFailure;
typedef struct {
    uint32_t struct_size;
    void *context;
    void (*write)(void *context, GlossStr text);
    void (*fail)(void *context, const GlossFailure *failure);
} GlossReply;
typedef struct {
    uint32_t kind, attribute;
    int64_t integer;
    double real;
    GlossStr string;
} GlossValue;
typedef struct {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    void *context;
    uint32_t (*log_level)(void *context);
    void (*log)(void *context, uint32_t level, GlossStr target, GlossStr message);
    const void *(*extension)(void *context, GlossStr name);
} GlossHost;

typedef struct { uint32_t start, end, label; float score; } GlossSpan;
typedef struct { uint32_t target, label; float score; } GlossClass;
typedef struct { uint32_t start, end; } GlossTextSource;
typedef struct {
    GlossStr text;
    const GlossTextSource *sources;
    uint32_t source_count, target;
    float score;
} GlossText;
typedef struct { const float *values; uint32_t dimension, target; } GlossVector;
typedef struct { uint32_t head, tail, label; float score; } GlossRelation;

typedef struct {
    uint32_t struct_size;
    void *context;
    int (*push_spans)(void *, uint32_t, uint32_t, const GlossSpan *, uint32_t, uint32_t *);
    int (*push_classes)(void *, uint32_t, uint32_t, const GlossClass *, uint32_t, uint32_t *);
    int (*push_texts)(void *, uint32_t, uint32_t, const GlossText *, uint32_t, uint32_t *);
    int (*push_vectors)(void *, uint32_t, uint32_t, const GlossVector *, uint32_t, uint32_t *);
    int (*push_relations)(void *, uint32_t, uint32_t, const GlossRelation *, uint32_t, uint32_t *);
    int (*set_attributes)(void *, uint32_t, uint32_t, uint32_t, const GlossValue *, uint32_t);
    int (*note)(void *, uint32_t, GlossStr);
    int (*finish)(void *, uint32_t);
    int (*fail)(void *, uint32_t, const GlossFailure *);
    uint32_t (*cancelled)(void *);
} GlossOutput;

typedef struct {
    uint32_t kind, count;
    const uint32_t *start, *end, *label;
    const float *score;
    const uint32_t *target, *head, *tail, *text_offsets;
    const uint8_t *text;
    const float *vector;
    uint32_t dimension, attribute_count;
    const void *attributes;
} GlossLayer;
typedef struct {
    GlossStr id, text;
    const GlossValue *metadata;
    const GlossLayer *inputs;
} GlossDocument;
typedef struct {
    uint32_t struct_size, document_count, document_size, layer_size, column_size, value_size;
    const GlossDocument *documents;
} GlossBatch;

typedef struct {
    uint32_t struct_size, reserved;
    GlossStr name;
    int (*describe)(const GlossReply *);
    int (*plan)(GlossStr, const GlossReply *);
    int (*load)(GlossStr, const GlossReply *, void **);
    void (*unload)(void *);
    int (*worker_create)(void *, const GlossReply *, void **);
    void (*worker_destroy)(void *);
    int (*extract)(void *, const GlossBatch *, const GlossOutput *);
    const void *(*extension)(GlossStr);
} GlossExtractor;
typedef struct {
    uint64_t magic;
    uint32_t struct_size;
    uint16_t abi_major, abi_minor, abi_candidate, reserved;
    uint32_t reserved2;
    int (*init)(const GlossHost *, const GlossReply *);
    const GlossExtractor *(*extractor)(uint32_t);
    const void *(*extension)(GlossStr);
} GlossEntry;
#endif
