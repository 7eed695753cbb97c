//! A part of a long text that stands for the whole.

use std::borrow::Cow;

/// From so many places of a long text.
const PIECES: usize = 16;

/// At most about `bytes` bytes of the text: all of it, or pieces of equal length from all over it, so
/// that a heading or a notice in another language does not decide. A space is between pieces.
pub fn sample(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes.max(PIECES) {
        return Cow::Borrowed(text);
    }
    let length = bytes / PIECES;
    let mut all = String::with_capacity(bytes + PIECES);
    for piece in 0..PIECES {
        let begin = boundary(text, (text.len() - length) * piece / (PIECES - 1));
        let end = boundary(text, begin + length);
        if piece > 0 {
            all.push(' ');
        }
        all.push_str(&text[begin..end]);
    }
    Cow::Owned(all)
}

/// The last boundary of characters up to `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_are_from_all_over_the_text() {
        let check = |text: &str, bytes, expected: &str| assert_eq!(sample(text, bytes), expected);
        check("", 16, "");
        check("abcdefghijklmnop", 16, "abcdefghijklmnop");
        check("abcdefghijklmnopqrstuvwxyz01234", 16, "a c e g i k m o q s u w y 0 2 4");
    }

    proptest! {
        #[test]
        fn any_text_has_one(text in any::<String>(), bytes in 0..64_usize) {
            let found = sample(&text, bytes);
            prop_assert!(found.len() < bytes.max(PIECES) + PIECES);
        }
    }
}
