//! The words around a quotation, up to the ends of its sentence.

use std::ops::Range;

use crate::words::is_abbreviation;

/// How far it is looked from a quotation, in bytes.
const WINDOW: usize = 400;

/// A word or a mark of punctuation.
#[derive(Clone, Debug)]
pub struct Token<'t> {
    pub range: Range<usize>,
    pub text: &'t str,
    /// In lower case, without the point of an abbreviation.
    pub lower: String,
}

impl Token<'_> {
    pub fn is_word(&self) -> bool {
        self.text.starts_with(char::is_alphanumeric)
    }

    pub fn is_capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    pub fn is(&self, mark: &str) -> bool {
        self.text == mark
    }
}

/// Words with hyphens, apostrophes and the points of abbreviations inside; other characters but blanks
/// alone.
pub fn tokens(text: &str, range: Range<usize>) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let Some(c) = rest.chars().next() else { break };
        let mut end = at + c.len_utf8();
        if c.is_alphanumeric() {
            end = at + word_length(rest);
        }
        if !c.is_whitespace() {
            let word = &text[at..end];
            let lower = word.trim_end_matches('.').to_lowercase();
            tokens.push(Token { range: at..end, text: word, lower });
        }
        at = end;
    }
    tokens
}

fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        let goes_on = next.is_some_and(char::is_alphanumeric);
        let combining =
            matches!(c, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{94D}');
        if c.is_alphanumeric() || combining || (matches!(c, '-' | '\'' | '’' | '.') && goes_on) {
            length = at + c.len_utf8();
            continue;
        }
        // "Mr." and "A." keep their points.
        let word = &text[..length];
        let letter = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
        if c == '.' && (letter || is_abbreviation(&word.to_lowercase())) {
            length += 1;
        }
        break;
    }
    length
}

/// Where the sentence begins that goes on up to `end`, not before `from`.
pub fn sentence_before(text: &str, from: usize, end: usize) -> Range<usize> {
    let mut from = from.max(end.saturating_sub(WINDOW));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = &text[from..end];
    let from = window.rfind("\n\n").map_or(from, |at| from + at + 2);
    let start = ends(text, from..end).last().unwrap_or(from);
    start..end
}

/// The rest of the sentence from `start`, not behind `to`.
pub fn sentence_after(text: &str, start: usize, to: usize) -> Range<usize> {
    let mut to = to.min(start + WINDOW);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let to = text[start..to].find("\n\n").map_or(to, |at| start + at);
    let end = ends(text, start..to).next().unwrap_or(to);
    start..end
}

/// Where sentences end in a stretch: behind a mark of the end, a blank, and before a capital.
fn ends(text: &str, range: Range<usize>) -> impl Iterator<Item = usize> {
    let stretch = &text[range.clone()];
    let marks = stretch.char_indices().filter(|(_, c)| matches!(c, '.' | '?' | '!' | '…'));
    marks.filter_map(move |(at, c)| {
        let behind = &stretch[at + c.len_utf8()..];
        let next = behind.trim_start_matches(['"', '”', '’', ')']).trim_start();
        let apart = behind.is_empty() || next.len() < behind.len();
        let begins = next.is_empty() || !next.starts_with(char::is_lowercase);
        let word = stretch[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let letter = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
        let short = c == '.' && (letter || is_abbreviation(&word.to_lowercase()));
        (apart && begins && !short).then_some(range.start + at + c.len_utf8())
    })
}
