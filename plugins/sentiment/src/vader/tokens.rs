//! Splits a text into words and emoticons, with emoji replaced by their descriptions.

use super::lexicon::{Entry, Lexicon};
use std::borrow::Cow;
use std::ops::Range;

pub(super) struct Token {
    /// Bytes in the original text; for a word of a description, those of the emoji.
    pub range: Range<usize>,
    pub entry: Entry,
    pub upper: bool,
}

/// A description's bytes in the expanded text, and its emoji's bytes in the original.
struct Replaced {
    expanded: Range<usize>,
    original: Range<usize>,
}

/// A text with its emoji replaced, and the way back to the original's offsets.
pub(super) struct Expanded<'t> {
    pub text: Cow<'t, str>,
    replaced: Vec<Replaced>,
}

pub(super) fn tokenize(
    lexicon: &Lexicon,
    Expanded { text: expanded, replaced }: &Expanded,
    masked: &[Range<usize>],
) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut lower = String::new();
    for word in expanded.split(is_python_space).filter(|w| !w.is_empty()) {
        let word = strip(word);
        let start = word.as_ptr() as usize - expanded.as_ptr() as usize;
        let range = original_range(replaced, start..start + word.len());
        let entry = if overlaps(masked, &range) {
            Entry::default()
        } else {
            lowercase_into(word, &mut lower);
            lexicon.entry(&lower)
        };
        tokens.push(Token { range, entry, upper: is_upper(word) });
    }
    tokens
}

pub(super) fn expand<'t>(lexicon: &Lexicon, text: &'t str) -> Expanded<'t> {
    let mut replaced = Vec::new();
    if text.is_ascii() {
        return Expanded { text: Cow::Borrowed(text), replaced };
    }
    let mut out = String::with_capacity(text.len());
    let mut after_space = true;
    for (at, c) in text.char_indices() {
        if let Some(description) = lexicon.describe(c) {
            if !after_space {
                out.push(' ');
            }
            let start = out.len();
            out.push_str(description);
            replaced.push(Replaced { expanded: start..out.len(), original: at..at + c.len_utf8() });
            after_space = false;
        } else {
            out.push(c);
            after_space = c == ' ';
        }
    }
    Expanded { text: Cow::Owned(out), replaced }
}

fn original_range(replaced: &[Replaced], range: Range<usize>) -> Range<usize> {
    original_offset(replaced, range.start, false)..original_offset(replaced, range.end, true)
}

fn original_offset(replaced: &[Replaced], at: usize, is_end: bool) -> usize {
    let next = replaced
        .partition_point(|r| if is_end { r.expanded.start < at } else { r.expanded.start <= at });
    let Some(last) = next.checked_sub(1).map(|i| &replaced[i]) else { return at };
    let inside = if is_end { at <= last.expanded.end } else { at < last.expanded.end };
    match (inside, is_end) {
        (true, true) => last.original.end,
        (true, false) => last.original.start,
        (false, _) => last.original.end + (at - last.expanded.end),
    }
}

fn overlaps(masked: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = masked.partition_point(|m| m.end <= range.start);
    masked.get(next).is_some_and(|m| m.start < range.end)
}

/// `str.split` of Python also splits at the four information separators.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Two characters or fewer are likely what is left of an emoticon, so the token stays whole.
fn strip(token: &str) -> &str {
    let stripped = token.trim_matches(|c: char| c.is_ascii_punctuation());
    if stripped.chars().nth(2).is_none() { token } else { stripped }
}

fn lowercase_into(word: &str, lower: &mut String) {
    lower.clear();
    if word.is_ascii() {
        lower.push_str(word);
        lower.make_ascii_lowercase();
    } else {
        lower.push_str(&word.to_lowercase());
    }
}

/// `str.isupper` of Python: something is cased, and nothing is lower or title case.
fn is_upper(word: &str) -> bool {
    let mut found = false;
    for c in word.chars() {
        if c.is_lowercase() || is_title(c) {
            return false;
        }
        found |= c.is_uppercase();
    }
    found
}

fn is_title(c: char) -> bool {
    matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}'
        | '\u{1f98}'..='\u{1f9f}' | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}
