//! Python's character classes, which differ from Rust's.

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

fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let code = c as u32;
    let after = ranges.partition_point(|&(first, _)| first <= code);
    after > 0 && code <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

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
