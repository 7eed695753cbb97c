//! How words are written, for models whose tokenizer puts all in lower case: a vector for each way is added to
//! a token's embedding. The classes are those of `models/train/README.md`.

use std::ops::Range;

use crate::tokenizer::Tokens;

/// The names of the classes, in the order of the table's rows.
pub(crate) const CLASSES: [&str; 7] =
    ["none", "digit", "lower", "capital", "upper", "mixed", "initial"];

const NONE: u8 = 0;
const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const CAPITAL: u8 = 3;
const UPPER: u8 = 4;
const MIXED: u8 = 5;
const INITIAL: u8 = 6;

/// The class of each token: that of its word in the text.
pub(crate) fn classes(text: &str, tokens: &Tokens) -> Vec<u8> {
    let mut classes = Vec::with_capacity(tokens.len());
    let mut first = true;
    let mut rest = 0;
    while rest < tokens.len() {
        let end = rest + word(&tokens.words[rest..]);
        let word = &text[span(&tokens.offsets[rest..end])];
        let class = match class(word) {
            CAPITAL if first => INITIAL,
            other => other,
        };
        first = matches!(word, "." | "!" | "?") || first && class == NONE;
        classes.resize(end, class);
        rest = end;
    }
    classes
}

/// How many tokens are of the first one's word.
fn word(words: &[Option<u32>]) -> usize {
    let same = words.iter().take_while(|word| word.is_some() && **word == words[0]).count();
    same.max(1)
}

/// From the first token's beginning to the last one's end.
fn span(offsets: &[Range<usize>]) -> Range<usize> {
    let start = offsets.first().map_or(0, |offset| offset.start);
    start..offsets.last().map_or(start, |offset| offset.end.max(start))
}

fn class(word: &str) -> u8 {
    let (mut upper, mut lower, mut digit, mut first_upper) = (0, 0, false, None);
    for character in word.chars() {
        // Letters in title case, such as ǅ, are neither for the standard library.
        let title = is_title(character);
        if title || character.is_uppercase() {
            upper += 1;
            first_upper.get_or_insert(true);
        } else if character.is_lowercase() {
            lower += 1;
            first_upper.get_or_insert(false);
        } else if character.is_numeric() {
            digit = true;
        }
    }
    match (upper, lower) {
        (0, 0) if digit => DIGIT,
        (0, 0) => NONE,
        (0, _) => LOWER,
        (1, _) if first_upper == Some(true) => CAPITAL,
        (_, 0) => UPPER,
        _ => MIXED,
    }
}

fn is_title(character: char) -> bool {
    matches!(character, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | '\u{1F88}'..='\u{1F8F}' | '\u{1F98}'..='\u{1F9F}'
        | '\u{1FA8}'..='\u{1FAF}' | '\u{1FBC}' | '\u{1FCC}' | '\u{1FFC}')
}
