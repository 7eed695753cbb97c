// A plugin whose tables are of another version than its host's, or broken, as macros say:
//
//     MAJOR, MINOR, CANDIDATE   the version in the entry table and in the manifest
//     ENTRY_CANDIDATE           the candidate in the entry table alone
//     MAGIC                     the magic number
//     SHORT                     tables end before their last function; behind the extractor's lies
//                               memory that may not be read
//     LONG                      tables have more functions than this version
//     WITHOUT                   a function that the extractor lacks
//     NO_EXTRACTOR              the entry table lacks its function
//
// It annotates the first byte of each text.

#define _DEFAULT_SOURCE
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gloss.h"

#ifndef MAJOR
#define MAJOR GLOSS_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR GLOSS_ABI_MINOR
#endif
#ifndef CANDIDATE
#define CANDIDATE GLOSS_ABI_CANDIDATE
#endif
#ifndef ENTRY_CANDIDATE
#define ENTRY_CANDIDATE CANDIDATE
#endif
#ifndef MAGIC
#define MAGIC GLOSS_MAGIC
#endif

#define LITERAL_(x) #x
#define LITERAL(x) LITERAL_(x)

GLOSS_MANIFEST("{\"id\":\"example/versions\",\"version\":\"0.1.0\",\"abi\":\"" LITERAL(MAJOR) "."
               LITERAL(MINOR) "-rc." LITERAL(CANDIDATE) "\",\"target\":\"" GLOSS_TARGET
               "\",\"extractors\":[\"first-byte\"]}");

static gloss_status describe(const gloss_reply *reply)
{
    reply->write(reply->context, gloss_str_of("{\"summary\":\"The first byte\",\"options\":{}}"));
    return GLOSS_STATUS_OK;
}

static gloss_status plan(gloss_str request, const gloss_reply *reply)
{
    (void)request;
    reply->write(reply->context,
                 gloss_str_of("{\"provides\":[{\"name\":\"first\",\"type\":\"first\",\"kind\":\"spans\"}]}"));
    return GLOSS_STATUS_OK;
}

static gloss_status load(gloss_str request, const gloss_reply *reply, void **instance)
{
    (void)request;
    (void)reply;
    (void)instance;
    return GLOSS_STATUS_OK;
}

static gloss_status worker_create(void *instance, const gloss_reply *reply, void **worker)
{
    (void)instance;
    (void)reply;
    (void)worker;
    return GLOSS_STATUS_OK;
}

static void destroy(void *nothing)
{
    (void)nothing;
}

static gloss_status extract(void *worker, const gloss_batch *batch, const gloss_output *output)
{
    (void)worker;
    for (uint32_t i = 0; i < batch->document_count; i++) {
        const gloss_span first = {0, 1, GLOSS_NONE, NAN};
        output->push_spans(output->context, i, 0, &first, 1, NULL);
        output->finish(output->context, i);
    }
    return GLOSS_STATUS_OK;
}

#ifdef LONG
// Functions of a later version; whoever calls them with this one's arguments crashes.
static const void *const NEWER = (const void *)1;
#endif

typedef struct extractor_table {
    gloss_extractor known;
#ifdef LONG
    const void *newer[4];
#endif
} extractor_table;

// `WITHOUT` names one of the functions, and the initialiser that comes last counts.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverride-init"
#endif
static extractor_table table = {
    .known.struct_size = sizeof(extractor_table),
    .known.name = GLOSS_STR("first-byte"),
    .known.describe = describe,
    .known.plan = plan,
    .known.load = load,
    .known.unload = destroy,
    .known.worker_create = worker_create,
    .known.worker_destroy = destroy,
    .known.extract = extract,
#ifdef WITHOUT
    .known.WITHOUT = NULL,
#endif
};

// Copies the table to the end of a page behind which nothing may be read.
static const gloss_extractor *short_table(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = offsetof(gloss_extractor, extension);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) abort();
    gloss_extractor *end = (gloss_extractor *)(void *)(pages + page - size);
    table.known.struct_size = (uint32_t)size;
    memcpy(end, &table, size);
    return end;
}

static const gloss_extractor *extractor(uint32_t index)
{
#ifdef SHORT
    return index == 0 ? short_table() : NULL;
#else
#ifdef LONG
    for (int i = 0; i < 4; i++) table.newer[i] = NEWER;
#endif
    (void)short_table;
    return index == 0 ? &table.known : NULL;
#endif
}

#ifdef NO_EXTRACTOR
static gloss_status init(const gloss_host *host, const gloss_reply *reply)
{
    (void)host;
    (void)reply;
    return extractor(1) == NULL ? GLOSS_STATUS_OK : GLOSS_STATUS_FAILED;
}
#endif

const gloss_entry gloss_plugin_entry = {
    .magic = MAGIC,
#ifdef SHORT
    .struct_size = offsetof(gloss_entry, extension),
    .extension = (const void *(*)(gloss_str))1, // behind the stated end: not to be called
#elif defined(LONG)
    .struct_size = sizeof(gloss_entry) + 16,
#else
    .struct_size = sizeof(gloss_entry),
#endif
    .abi_major = MAJOR,
    .abi_minor = MINOR,
    .abi_candidate = ENTRY_CANDIDATE,
#ifdef NO_EXTRACTOR
    .init = init,
#else
    .extractor = extractor,
#endif
};
