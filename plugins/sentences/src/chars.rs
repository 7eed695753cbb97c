//! Classes of characters around a sentence boundary.

/// Marks that end a sentence only before white space: the scripts that put spaces between words.
pub(crate) fn is_spaced_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '؟' | '‼' | '⁇' | '⁈' | '⁉' | '։' | '፧')
}

/// Marks that end a sentence whatever follows (Sentence_Terminal of UAX #44, those in wide use).
pub(crate) fn is_closed_terminator(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．' | '।' | '॥' | '۔' | '።' | '။' | '។' | '᙮')
}

pub(crate) fn is_terminator(c: char) -> bool {
    is_spaced_terminator(c) || is_closed_terminator(c)
}

/// Marks that close a quotation or a bracket and belong to the sentence before them.
pub(crate) fn is_closer(c: char) -> bool {
    is_closing_quote(c) || matches!(c, ')' | ']' | '}' | '）' | '】' | '》' | '〉')
}

pub(crate) fn is_closing_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | '」' | '』')
}

/// Marks that open in most languages and close in some: „so“, »so«.
pub(crate) fn is_turned_quote(c: char) -> bool {
    matches!(c, '“' | '‘' | '«' | '‹')
}

/// Marks that may stand before the first letter of a sentence.
pub(crate) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '”'
            | '‘'
            | '’'
            | '„'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '('
            | '['
            | '{'
            | '¿'
            | '¡'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
    )
}

pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

/// Marks after which a sentence cannot have begun.
pub(crate) fn is_continuation(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | ':' | ')' | ']' | '}' | '%' | '&' | '/' | '=' | '+' | '>' | '|' | '，' | '、'
    )
}

/// Pictographs and what joins or colours them.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0xFE0F | 0x200D
        | 0x20E3 | 0xE0020..=0xE007F)
}

/// Letters of scripts that are written without spaces, or syllables of Hangul.
pub(crate) fn is_east_asian(c: char) -> bool {
    matches!(u32::from(c), 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
