//! Python's character classes and lower case, which differ from Rust's.

use crate::tables::{ALPHA, DIGIT, UPPER};

/// `str.isspace` of one character: Rust's white space and the four information separators.
pub(crate) fn is_space(c: char) -> bool {
    if c.is_ascii() {
        matches!(c, ' ' | '\t'..='\r' | '\u{1c}'..='\u{1f}')
    } else {
        c.is_whitespace()
    }
}

/// `str.isalpha` of one character: general categories Lu, Ll, Lt, Lm and Lo.
pub(crate) fn is_alpha(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { within(ALPHA, c) }
}

/// `str.isdigit` of one character: numeric type Decimal or Digit.
pub(crate) fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { within(DIGIT, c) }
}

/// `str.isupper` of one character.
pub(crate) fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { within(UPPER, c) }
}

/// Puts `text` into lower case as `str.lower` does. Rust's tables are newer, and know capitals that
/// Python's do not.
pub(crate) fn lower(text: &str, out: &mut String) {
    out.clear();
    if text.is_ascii() {
        out.push_str(text);
        out.make_ascii_lowercase();
        return;
    }
    let newer = |c: char| !c.is_ascii() && c.is_uppercase() && !is_upper(c);
    for piece in text.split_inclusive(newer) {
        match piece.chars().next_back().filter(|&last| newer(last)) {
            Some(last) => {
                out.push_str(&piece[..piece.len() - last.len_utf8()].to_lowercase());
                out.push(last);
            }
            None => out.push_str(&piece.to_lowercase()),
        }
    }
}

/// [`lower`] in a new string.
pub(crate) fn lowered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    lower(text, &mut out);
    out
}

fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let code = c as u32;
    let after = ranges.partition_point(|&(first, _)| first <= code);
    after > 0 && code <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_pythons() {
        for (text, expected) in [
            ("Don't", "don't"),
            ("ÉTÉ", "été"),
            ("ΟΔΟΣ", "οδος"),
            ("İ", "i\u{307}"),
            ("ǅ", "ǆ"),
            ("A\u{16ea4}ΣB\u{10d50}", "a\u{16ea4}σb\u{10d50}"),
        ] {
            assert_eq!(lowered(text), expected);
        }
    }

    #[test]
    fn classes_are_pythons() {
        // (character, isspace, isalpha, isdigit, isupper) as Python 3.11 gives them.
        for (c, space, alpha, digit, upper) in [
            ('\u{1c}', true, false, false, false),
            ('\u{85}', true, false, false, false),
            ('\u{a0}', true, false, false, false),
            ('\u{200b}', false, false, false, false),
            ('\u{180e}', false, false, false, false),
            ('É', false, true, false, true),
            ('ª', false, true, false, false),
            ('ǅ', false, true, false, false),
            ('²', false, false, true, false),
            ('①', false, false, true, false),
            ('½', false, false, false, false),
            ('٣', false, false, true, false),
            ('Ⅷ', false, false, false, true),
            ('\u{301}', false, false, false, false),
            ('中', false, true, false, false),
            ('\u{10ffff}', false, false, false, false),
        ] {
            let got = (is_space(c), is_alpha(c), is_digit(c), is_upper(c));
            assert_eq!(got, (space, alpha, digit, upper), "U+{:04X}", c as u32);
        }
    }
}
