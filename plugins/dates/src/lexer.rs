//! Cuts a text into the tokens that the grammar reads. Linear in the length of the text.

use crate::lexicon::{LONGEST, Word, look_up};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of the lexicon.
    Word(Word),
    /// Another word; whether it ends like a past tense.
    Other {
        /// It ends in "ed".
        past: bool,
    },
    /// Digits.
    Number,
    /// Digits in groups of three: never a year or a day.
    Grouped,
    /// A punctuation mark of ASCII; hyphens and the en dash are `-`, apostrophes `'`, others `~`.
    Mark(u8),
    /// The end of a paragraph. No expression goes across it.
    Break,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
    /// What it is.
    pub kind: Kind,
    /// Nothing is between it and the token before.
    pub glued: bool,
    /// Its first letter is a capital.
    pub capital: bool,
}

/// Cuts a text. Runs of unknown marks become one token.
pub fn tokenize(text: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut glued = false;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let kind = match byte {
            b'0'..=b'9' => number(bytes, &mut at),
            b'a'..=b'z' | b'A'..=b'Z' => word(text, &mut at),
            b'\n' if paragraph_ends(bytes, at) => {
                at += 1;
                Kind::Break
            }
            b'\t' | b'\n' | b'\r' | b' ' => {
                at += 1;
                glued = false;
                continue;
            }
            0..=127 => {
                at += 1;
                Kind::Mark(byte)
            }
            128.. => match wide(text, &mut at) {
                Some(kind) => kind,
                None => {
                    glued = false;
                    continue;
                }
            },
        };
        let end = at;
        let unknown = kind == Kind::Mark(b'~');
        if unknown
            && glued
            && let Some(last) = tokens.last_mut().filter(|t| t.kind == kind)
        {
            last.end = end as u32;
            continue;
        }
        let capital = byte.is_ascii_uppercase();
        tokens.push(Token { start: start as u32, end: end as u32, kind, glued, capital });
        glued = true;
    }
}

/// A line end with an empty line, or nothing, behind it.
fn paragraph_ends(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at + 1..];
    rest.first() == Some(&b'\n') || rest.starts_with(b"\r\n")
}

fn number(bytes: &[u8], at: &mut usize) -> Kind {
    let start = *at;
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    *at += digits(start);
    if *at - start > 3 {
        return Kind::Number;
    }
    let mut kind = Kind::Number;
    // No number has more groups; a longer row of them is nothing that the grammar knows.
    for _ in 0..6 {
        let group = bytes.get(*at..*at + 4);
        let is_group = group.is_some_and(|g| g[0] == b',' && g[1..].iter().all(u8::is_ascii_digit))
            && !bytes.get(*at + 4).is_some_and(u8::is_ascii_digit);
        if !is_group {
            break;
        }
        *at += 4;
        kind = Kind::Grouped;
    }
    kind
}

fn word(text: &str, at: &mut usize) -> Kind {
    let bytes = text.as_bytes();
    let start = *at;
    while *at < bytes.len() && bytes[*at].is_ascii_alphabetic() {
        *at += 1;
    }
    // A word with other letters in it is none of the lexicon, whole.
    if bytes.get(*at).is_some_and(|b| !b.is_ascii()) {
        let more = letters(&text[*at..]);
        if more > 0 {
            *at += more;
            return Kind::Other { past: false };
        }
    }
    let length = *at - start;
    let past = length > 3 && matches!(bytes[start..*at], [.., b'e' | b'E', b'd' | b'D']);
    if length > LONGEST {
        return Kind::Other { past };
    }
    let mut lower = [0; LONGEST];
    let lower = &mut lower[..length];
    lower.copy_from_slice(&bytes[start..*at]);
    lower.make_ascii_lowercase();
    // ASCII letters are UTF-8.
    match str::from_utf8(lower).ok().and_then(look_up) {
        Some(word) => Kind::Word(word),
        None => Kind::Other { past },
    }
}

/// Bytes that letters, digits and marks on letters take.
fn letters(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
    text.chars().take_while(|&c| is_letter(c)).map(char::len_utf8).sum()
}

/// A token that begins with a character beyond ASCII; `None` for white space.
fn wide(text: &str, at: &mut usize) -> Option<Kind> {
    let first = text[*at..].chars().next()?;
    let length = letters(&text[*at..]);
    if length > 0 {
        *at += length;
        return Some(Kind::Other { past: false });
    }
    *at += first.len_utf8();
    match first {
        '\u{2018}' | '\u{2019}' => Some(Kind::Mark(b'\'')),
        '\u{2010}'..='\u{2013}' | '\u{2212}' => Some(Kind::Mark(b'-')),
        '\u{2029}' => Some(Kind::Break),
        c if c.is_whitespace() => None,
        _ => Some(Kind::Mark(b'~')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        let found: Vec<&str> =
            tokens.iter().map(|t| &text[t.start as usize..t.end as usize]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn texts_are_cut() {
        check("Jan. 3, 2026", &["Jan", ".", "3", ",", "2026"]);
        check("1,126 in 2,5", &["1,126", "in", "2", ",", "5"]);
        check("the 1990s", &["the", "1990", "s"]);
        check("New Year’s Eve", &["New", "Year", "’", "s", "Eve"]);
        check("Nováková met", &["Nováková", "met"]);
        check("3–5 May\u{a0}2026", &["3", "–", "5", "May", "2026"]);
        check("one\n\ntwo", &["one", "\n", "two"]);
        check("👩‍👩‍👧👩", &["👩‍👩‍👧👩"]);
        check("", &[]);
    }
}
