//! The boundaries that layout alone decides: blank lines, list items, line ends on request.

use std::ops::Range;

use crate::chars;
use crate::splitter::Newline;

/// Blocks of `text` that no sentence crosses, in order. One may be all white space.
pub(crate) fn blocks(text: &str, newline: Newline) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut previous = Line { item: false, introduces: false };
    let mut start = 0;
    while start < text.len() {
        let (end, next, hard) = line_end(text, start);
        let content = text[start..end].trim();
        let item = is_item(content, previous.item || previous.introduces || open.is_none());
        if content.is_empty() || item {
            blocks.extend(open.take());
        }
        if !content.is_empty() {
            open = Some(open.map_or(start, |range| range.start)..end);
        }
        if hard || newline == Newline::Ends {
            blocks.extend(open.take());
        }
        let introduces =
            content.chars().next_back().is_some_and(|c| c == ':' || chars::is_terminator(c));
        previous = Line { item: item || (previous.item && !content.is_empty()), introduces };
        start = next;
    }
    blocks.extend(open);
    blocks
}

/// What the line before says about a list mark.
struct Line {
    item: bool,
    introduces: bool,
}

/// End of the line at `start`, start of the next, and whether its end always ends a sentence.
fn line_end(text: &str, start: usize) -> (usize, usize, bool) {
    let bytes = text.as_bytes();
    for at in start..bytes.len() {
        match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => return (at, at + 2, false),
            b'\n' | b'\r' | 0x0B => return (at, at + 1, false),
            0x0C => return (at, at + 1, true),
            // U+0085 NEXT LINE; U+2028 LINE SEPARATOR and U+2029 PARAGRAPH SEPARATOR.
            0xC2 if bytes.get(at + 1) == Some(&0x85) => return (at, at + 2, false),
            0xE2 if bytes.get(at + 1) == Some(&0x80) => match bytes.get(at + 2) {
                Some(0xA8) => return (at, at + 3, false),
                Some(0xA9) => return (at, at + 3, true),
                _ => {}
            },
            _ => {}
        }
    }
    (bytes.len(), bytes.len(), false)
}

/// Whether a line opens a list item. Dashes and numbers also occur where a line wraps, so they
/// count only where the line before leaves room for a list.
fn is_item(line: &str, room: bool) -> bool {
    let mut rest = line.chars();
    match rest.next() {
        Some('•' | '▪' | '◦' | '‣' | '●' | '■' | '*') => {
            rest.next().is_some_and(char::is_whitespace)
        }
        Some('-' | '–' | '—') => {
            room && rest.next().is_some_and(char::is_whitespace)
                && rest.next().is_some_and(|c| !c.is_lowercase())
        }
        Some(c) if c.is_ascii_alphanumeric() => room && is_numbered(line),
        _ => false,
    }
}

/// "1. Text", "12) Text", "a) Text".
fn is_numbered(line: &str) -> bool {
    let Some(mark) = line.split_whitespace().next() else { return false };
    let Some(stem) = mark.strip_suffix([')', '.']) else { return false };
    let digits = stem.len() <= 2 && stem.bytes().all(|b| b.is_ascii_digit());
    let letter = stem.len() == 1 && mark.ends_with(')');
    !stem.is_empty()
        && (digits || letter)
        && line[mark.len()..].trim_start().chars().next().is_some_and(|c| !c.is_lowercase())
}
