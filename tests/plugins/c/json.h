// A scanner for the JSON that a host sends: enough to find the options of a request.
//
// It reads in one pass and allocates nothing. It accepts exactly JSON (RFC 8259), refuses what
// nests deeper than JSON_DEPTH, and decodes all escapes. The input is UTF-8, as the interface says.

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { JSON_DEPTH = 64 };

// What is left to read.
typedef struct json {
    const uint8_t *at;
    const uint8_t *end;
} json;

// A decoded string. `length` is its whole length in bytes; of a longer one the beginning is kept.
typedef struct json_text {
    char bytes[64];
    size_t length;
} json_text;

static inline bool json_is(const json_text *text, const char *word)
{
    size_t length = strlen(word);
    return text->length == length && length <= sizeof text->bytes &&
           memcmp(text->bytes, word, length) == 0;
}

static inline void json_space(json *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r'))
        j->at++;
}

// The first byte of what comes next; 0 at the end.
static inline uint8_t json_peek(json *j)
{
    json_space(j);
    return j->at < j->end ? *j->at : 0;
}

// Reads this byte, behind any space.
static inline bool json_byte(json *j, uint8_t byte)
{
    if (json_peek(j) != byte) return false;
    j->at++;
    return true;
}

// Reads exactly this word.
static inline bool json_word(json *j, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(j->end - j->at) < length || memcmp(j->at, word, length) != 0) return false;
    j->at += length;
    return true;
}

static inline void json_append(json_text *text, uint32_t byte)
{
    if (text->length < sizeof text->bytes) text->bytes[text->length] = (char)byte;
    text->length++;
}

// Appends a code point as UTF-8.
static inline void json_append_code(json_text *text, uint32_t code)
{
    if (code < 0x80) {
        json_append(text, code);
        return;
    }
    if (code < 0x800) {
        json_append(text, 0xC0 | (code >> 6));
    } else {
        if (code < 0x10000) {
            json_append(text, 0xE0 | (code >> 12));
        } else {
            json_append(text, 0xF0 | (code >> 18));
            json_append(text, 0x80 | ((code >> 12) & 0x3F));
        }
        json_append(text, 0x80 | ((code >> 6) & 0x3F));
    }
    json_append(text, 0x80 | (code & 0x3F));
}

// Four hexadecimal digits.
static inline bool json_hex(json *j, uint32_t *value)
{
    *value = 0;
    if (j->end - j->at < 4) return false;
    for (int i = 0; i < 4; i++) {
        uint8_t c = *j->at++;
        uint32_t digit;
        if (c >= '0' && c <= '9') digit = c - (uint32_t)'0';
        else if (c >= 'a' && c <= 'f') digit = c - (uint32_t)'a' + 10;
        else if (c >= 'A' && c <= 'F') digit = c - (uint32_t)'A' + 10;
        else return false;
        *value = *value * 16 + digit;
    }
    return true;
}

// What follows a backslash.
static inline bool json_escape(json *j, json_text *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (j->at == j->end) return false;
    uint8_t c = *j->at++;
    if (c != 'u') {
        const char *found = c == 0 ? NULL : strchr(from, c);
        if (found == NULL) return false;
        json_append(text, (uint8_t)to[found - from]);
        return true;
    }
    uint32_t code, low;
    if (!json_hex(j, &code)) return false;
    if (code >= 0xD800 && code < 0xE000) {
        // A code point beyond the first 65,536 is written as two surrogates, high and low.
        if (code >= 0xDC00 || !json_word(j, "\\u") || !json_hex(j, &low)) return false;
        if (low < 0xDC00 || low >= 0xE000) return false;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    json_append_code(text, code);
    return true;
}

static inline bool json_string(json *j, json_text *text)
{
    text->length = 0;
    if (!json_byte(j, '"')) return false;
    while (j->at < j->end) {
        uint8_t c = *j->at++;
        if (c == '"') return true;
        if (c < 0x20) return false;
        if (c != '\\') json_append(text, c);
        else if (!json_escape(j, text)) return false;
    }
    return false;
}

static inline bool json_digits(json *j)
{
    const uint8_t *first = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9') j->at++;
    return j->at > first;
}

// Reads a number. `whole` becomes whether it is an integer that fits `value`.
static inline bool json_number(json *j, int64_t *value, bool *whole)
{
    bool negative = json_byte(j, '-');
    const uint8_t *first = j->at;
    if (!json_digits(j) || (*first == '0' && j->at > first + 1)) return false;
    // Summed up as a negative number, because there is one more of these.
    *value = 0;
    *whole = true;
    for (const uint8_t *d = first; d < j->at; d++) {
        int64_t digit = *d - '0';
        if (*value < (INT64_MIN + digit) / 10) *whole = false;
        else *value = *value * 10 - digit;
    }
    if (!negative && *value == INT64_MIN) *whole = false;
    if (!negative && *whole) *value = -*value;
    if (j->at < j->end && *j->at == '.') {
        j->at++;
        *whole = false;
        if (!json_digits(j)) return false;
    }
    if (j->at < j->end && (*j->at == 'e' || *j->at == 'E')) {
        j->at++;
        *whole = false;
        if (j->at < j->end && (*j->at == '+' || *j->at == '-')) j->at++;
        if (!json_digits(j)) return false;
    }
    return true;
}

// The next member of an object whose `{` was read. `count` is 0 at first. 1: `key` was read, its
// value comes next; 0: the object has ended; -1: this is not JSON.
static inline int json_member(json *j, uint32_t *count, json_text *key)
{
    if (json_byte(j, '}')) return 0;
    if (*count > 0 && !json_byte(j, ',')) return -1;
    ++*count;
    return json_string(j, key) && json_byte(j, ':') ? 1 : -1;
}

// Reads a value of any type and forgets it. `depth` is 0 for callers.
static inline bool json_skip(json *j, int depth)
{
    json_text text;
    int64_t number;
    bool whole;
    uint32_t count = 0;
    int more;
    switch (json_peek(j)) {
    case '"': return json_string(j, &text);
    case 't': return json_word(j, "true");
    case 'f': return json_word(j, "false");
    case 'n': return json_word(j, "null");
    case '{':
        if (depth == JSON_DEPTH) return false;
        j->at++;
        while ((more = json_member(j, &count, &text)) == 1)
            if (!json_skip(j, depth + 1)) return false;
        return more == 0;
    case '[':
        if (depth == JSON_DEPTH) return false;
        j->at++;
        for (; !json_byte(j, ']'); count++)
            if ((count > 0 && !json_byte(j, ',')) || !json_skip(j, depth + 1)) return false;
        return true;
    default: return json_number(j, &number, &whole);
    }
}

#endif
