//! Sentences of a text.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::tags::within;

const ABBREVIATIONS: &str = "mr mrs ms dr prof sen rep gov gen col capt lt sgt st jr sr rev hon maj no vs inc ltd co corp jan feb mar apr jun jul aug sept sep oct nov dec";

/// The sentences of a text, in bytes of UTF-8, without the white space around them: by Unicode Standard
/// Annex 29, which ends them behind abbreviations and at the end of each line too, and these joined again. A
/// line that begins with a small letter goes on with the sentence of the one before.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, piece) in text.split_sentence_bound_indices() {
        let end = at + piece.len();
        let goes_on = ends_with_abbreviation(&text[start..end]) || is_broken(text, end);
        if goes_on && end < text.len() {
            continue;
        }
        push_trimmed(text, start..end, &mut sentences);
        start = end;
    }
    push_trimmed(text, start..text.len(), &mut sentences);
    sentences
}

/// Whether a line ends here, and the next one goes on with its sentence.
fn is_broken(text: &str, end: usize) -> bool {
    let Some(line) = text[..end].strip_suffix('\n') else { return false };
    let ends = |c: char| ".!?:".contains(c);
    text[end..].starts_with(char::is_lowercase)
        && !line.trim_end_matches(['\r', ' ']).ends_with(|c: char| ends(c) || c == '\n')
}

fn push_trimmed(text: &str, range: Range<usize>, sentences: &mut Vec<Range<usize>>) {
    let piece = &text[range.clone()];
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        let start = range.start + (piece.len() - piece.trim_start().len());
        sentences.push(start..start + trimmed.len());
    }
}

/// "Mr.", and initials: "J. Smith", "the U.S. embassy".
fn ends_with_abbreviation(piece: &str) -> bool {
    let Some(rest) = piece.trim_end().strip_suffix('.') else { return false };
    if piece.ends_with('\n') {
        return false;
    }
    let word = rest.rsplit([' ', '\u{a0}', '\n', '(', '"', '“']).next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let initial = last.chars().count() == 1 && last.starts_with(char::is_uppercase);
    initial || within(ABBREVIATIONS, &word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fall_into_sentences() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected);
        };
        check(
            "Mr. Lee left. The U.S. Embassy closed.",
            &["Mr. Lee left.", "The U.S. Embassy closed."],
        );
        check(" One.\n\nTwo ", &["One.", "Two"]);
        check("", &[]);
        check("It is a list\nof names. It\r\nends", &["It is a list\nof names.", "It\r\nends"]);
        check("A title\nIt rained.\nand", &["A title", "It rained.", "and"]);
        check("One\n\ntwo:\nthree", &["One", "two:", "three"]);
    }
}
