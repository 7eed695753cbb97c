
// ---- What C needs beyond the types --------------------------------------------------------------

// The version of this interface, for the key `abi` of a manifest.
#define GLOSS_ABI_VERSION "@VERSION@"

// The platform for which this is compiled, for the key `target` of a manifest. Unlisted platforms
// are `unknown`, which every host takes for its own.
#if defined(__linux__) && defined(__GLIBC__) && defined(__x86_64__) && defined(__LP64__)
#define GLOSS_TARGET "x86_64-linux-gnu"
#elif defined(__linux__) && defined(__GLIBC__) && defined(__aarch64__) && defined(__LP64__)
#define GLOSS_TARGET "aarch64-linux-gnu"
#elif defined(__APPLE__) && defined(__x86_64__)
#define GLOSS_TARGET "x86_64-macos"
#elif defined(__APPLE__) && defined(__aarch64__)
#define GLOSS_TARGET "aarch64-macos"
#elif defined(_MSC_VER) && defined(_M_X64)
#define GLOSS_TARGET "x86_64-windows-msvc"
#else
#define GLOSS_TARGET "unknown"
#endif

// Makes a symbol visible outside the library, whatever the compiler was told.
#ifdef _WIN32
#define GLOSS_EXPORT __declspec(dllexport)
#else
#define GLOSS_EXPORT __attribute__((visibility("default")))
#endif

// A string literal as an initialiser of a `gloss_str`.
#define GLOSS_STR(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

// A NUL-terminated string as a `gloss_str`, which borrows it.
static inline gloss_str gloss_str_of(const char *text)
{
    gloss_str str = {(const uint8_t *)text, strlen(text)};
    return str;
}

// Places a manifest in the section where hosts look for it; once in a library, at file level. The
// argument is the manifest's JSON as a string literal:
//
//     GLOSS_MANIFEST("{\"id\":\"example/numbers\",\"version\":\"0.1.0\",\"abi\":\"" GLOSS_ABI_VERSION
//                    "\",\"target\":\"" GLOSS_TARGET "\",\"extractors\":[\"numbers\"]}");
//
// For GCC and Clang, on ELF and Mach-O. The literal's NUL is stored behind the JSON and not counted.
#if defined(__APPLE__)
#define GLOSS_MANIFEST_PLACE __attribute__((used, section("__DATA,__gloss")))
#elif defined(__has_attribute)
#if __has_attribute(retain)
// `retain` keeps the section also where the linker collects what nobody refers to.
#define GLOSS_MANIFEST_PLACE __attribute__((used, retain, section(".gloss")))
#endif
#endif
#if !defined(GLOSS_MANIFEST_PLACE) && defined(__GNUC__)
#define GLOSS_MANIFEST_PLACE __attribute__((used, section(".gloss")))
#endif
#ifdef GLOSS_MANIFEST_PLACE
#define GLOSS_MANIFEST(json_literal)                                                               \
    GLOSS_MANIFEST_PLACE static const struct {                                                     \
        char magic[16];                                                                            \
        unsigned char length[4];                                                                   \
        char json[sizeof(json_literal)];                                                           \
    } gloss_manifest_ = {                                                                          \
        {'g', 'l', 'o', 's', 's', '-', 'm', 'a', 'n', 'i', 'f', 'e', 's', 't', '/', '1'},          \
        {(sizeof(json_literal) - 1) & 0xFF, ((sizeof(json_literal) - 1) >> 8) & 0xFF,              \
         ((sizeof(json_literal) - 1) >> 16) & 0xFF, ((sizeof(json_literal) - 1) >> 24) & 0xFF},    \
        json_literal}
#endif

// Whether the other side's table has this field: it lies within the size that the table states.
// A function may be null all the same where the comment says that it may be absent.
#define GLOSS_HAS(table, field)                                                                    \
    ((size_t)((const char *)(&(table)->field + 1) - (const char *)(table)) <= (table)->struct_size)

// Elements of the arrays of a batch. Their stride is the one that the host states: it may be newer
// than this header, and its elements larger. (It may also be older: of elements that are smaller
// than here, only the fields within the stride may be read. No version has such elements yet.)

// The document with this number.
static inline const gloss_document *gloss_batch_document(const gloss_batch *batch, uint32_t index)
{
    const char *first = (const char *)batch->documents;
    return (const gloss_document *)(const void *)(first + (size_t)batch->document_size * index);
}

// The layer that feeds the requirement with this number.
static inline const gloss_layer *gloss_document_input(const gloss_batch *batch,
                                                      const gloss_document *document,
                                                      uint32_t index)
{
    const char *first = (const char *)document->inputs;
    return (const gloss_layer *)(const void *)(first + (size_t)batch->layer_size * index);
}

// The value of the metadata field with this number.
static inline const gloss_value *gloss_document_metadata(const gloss_batch *batch,
                                                         const gloss_document *document,
                                                         uint32_t index)
{
    const char *first = (const char *)document->metadata;
    return (const gloss_value *)(const void *)(first + (size_t)batch->value_size * index);
}

// The column of the attribute with this number, which is below `layer->attribute_count`.
static inline const gloss_attribute_column *gloss_layer_attribute(const gloss_batch *batch,
                                                                  const gloss_layer *layer,
                                                                  uint32_t index)
{
    const char *first = (const char *)layer->attributes;
    return (const gloss_attribute_column *)(const void *)(first +
                                                          (size_t)batch->column_size * index);
}

// The one symbol that a plugin exports (GLOSS_ENTRY_SYMBOL); each plugin defines it.
extern GLOSS_EXPORT const gloss_entry gloss_plugin_entry;

#ifdef __cplusplus
}
#endif

#endif
