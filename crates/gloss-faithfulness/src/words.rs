//! Words with their roots, as all other parts see a text.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::lexicon::Lexicon;

/// A word, a number, or a mark of punctuation.
#[derive(Clone, Debug)]
pub struct Word {
    /// Where it stands, in bytes of the text that was analysed.
    pub range: Range<usize>,
    /// In lower case, without accents and possessive ending.
    pub lower: String,
    /// Its root; see [`Lexicon::term`].
    pub term: String,
    /// Begins with a letter or digit.
    pub is_word: bool,
    /// Begins with a capital.
    pub capital: bool,
    /// All letters are capitals, and there are several.
    pub acronym: bool,
    /// "Ann's", "drivers'".
    pub possessive: bool,
}

impl Word {
    /// Whether it is this word or mark.
    pub fn is(&self, word: &str) -> bool {
        self.lower == word
    }
}

/// Lower case without accents: "Nicolás" is "nicolas".
pub fn fold(word: &str) -> String {
    let plain = word.nfd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).map(|c| if c == '\u{2019}' { '\'' } else { c }).collect()
}

/// The words of a stretch of a text, by Unicode Standard Annex 29.
pub fn words(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Vec<Word> {
    let Some(stretch) = text.get(range.clone()) else { return Vec::new() };
    let mut words: Vec<Word> = Vec::new();
    for (at, piece) in stretch.split_word_bound_indices() {
        if piece.chars().all(char::is_whitespace) {
            continue;
        }
        let start = range.start + at;
        let end = start + piece.len();
        let is_plural_mark = matches!(piece, "'" | "\u{2019}")
            && words
                .last()
                .is_some_and(|w| w.range.end == start && w.is_word && w.lower.ends_with('s'));
        if is_plural_mark && stretch[at + piece.len()..].starts_with(' ') {
            if let Some(last) = words.last_mut() {
                last.possessive = true;
            }
            continue;
        }
        words.push(word(piece, start..end, lexicon));
    }
    join_particles(&mut words, lexicon);
    words
}

/// Particles of verbs that mean something else with them.
const PARTICLES: [&str; 8] = ["off", "up", "out", "away", "back", "over", "down", "short"];

/// Verbs mean what they mean with their particles: "stepped down", "ruled that out".
fn join_particles(words: &mut [Word], lexicon: &Lexicon) {
    for at in 1..words.len() {
        let Some(particle) = PARTICLES.iter().find(|particle| words[at].is(particle)) else {
            continue;
        };
        let object =
            matches!(words[at - 1].lower.as_str(), "it" | "that" | "him" | "her" | "them" | "this");
        let verb = if object { at.checked_sub(2) } else { Some(at - 1) };
        let meaning = verb.and_then(|verb| {
            Some((verb, lexicon.phrasal(&words[verb].term, particle)?.to_owned()))
        });
        if let Some((verb, meaning)) = meaning {
            words[verb].term = meaning;
        }
    }
}

fn word(piece: &str, range: Range<usize>, lexicon: &Lexicon) -> Word {
    let folded = fold(piece);
    let stripped = folded.strip_suffix("'s");
    let lower = stripped.unwrap_or(&folded).to_owned();
    let is_word = piece.starts_with(char::is_alphanumeric);
    let letters = piece.chars().filter(|c| c.is_alphabetic());
    let acronym = letters.clone().count() > 1
        && piece
            .trim_end_matches("'s")
            .trim_end_matches("\u{2019}s")
            .chars()
            .all(|c| !c.is_lowercase());
    // "U.S" and "u.s" are the United States, and "us" is a pronoun.
    let lower = if acronym { lower.replace('.', "") } else { lower };
    let term = if is_word { lexicon.term(&lower) } else { lower.clone() };
    Word {
        capital: piece.starts_with(char::is_uppercase),
        possessive: stripped.is_some(),
        acronym,
        is_word,
        range,
        lower,
        term,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_marks() {
        let check = |text: &str, expected: &str| {
            let found = words(text, 0..text.len(), Lexicon::english());
            let shown: Vec<String> = found
                .iter()
                .map(|w| {
                    assert!(text.get(w.range.clone()).is_some());
                    format!("{}{}", w.lower, if w.possessive { "^" } else { "" })
                })
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        };
        check("Nicolás Maduro’s son, 57.", "nicolas maduro^ son , 57 .");
        check("The drivers' strike cost €2.3 million.", "the drivers^ strike cost € 2.3 million .");
        check("U.S. officials weren't told", "us . officials weren't told");
        check("", "");
    }
}
