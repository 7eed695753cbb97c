//! The phrases of a text that may be its keyphrases: runs of words that begin and end with one that
//! says something.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use unicode_segmentation::UnicodeSegmentation;

/// A phrase, and everywhere that it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its words as they are written where it stands first, with one blank for white space.
    pub phrase: String,
    /// Where it stands, in bytes of the text, by start; capitals make no difference.
    pub places: Vec<Range<usize>>,
}

/// What phrases are made of.
#[derive(Clone, Debug)]
pub struct Phrases<'a> {
    /// Words that no phrase begins or ends with: lower case, sorted.
    pub stop_words: &'a [&'a str],
    /// How many words a phrase has.
    pub words: RangeInclusive<usize>,
}

/// A word of the text.
struct Word {
    range: Range<usize>,
    /// May a phrase begin with it?
    begins: bool,
    /// May a phrase end with it?
    ends: bool,
    /// Does a phrase go on from the word before it to this one?
    follows: bool,
}

impl Phrases<'_> {
    /// The phrases of a text: the most frequent first, of equals the one that stands first.
    ///
    /// Words are those of Unicode Standard Annex 29. A phrase does not go across a mark of
    /// punctuation or a blank line; a hyphen may stand in it. It does not begin or end with a
    /// stop word or a single letter, nor begin with a number.
    #[must_use]
    pub fn of(&self, text: &str) -> Vec<Candidate> {
        let words = self.words_of(text);
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<Candidate> = Vec::new();
        for first in (0..words.len()).filter(|&at| words[at].begins) {
            for last in first..words.len().min(first + self.words.end()) {
                if last > first && !words[last].follows {
                    break;
                }
                if !words[last].ends || last + 1 - first < *self.words.start() {
                    continue;
                }
                let place = words[first].range.start..words[last].range.end;
                let phrase = written(&text[place.clone()]);
                let at = *known.entry(phrase.to_lowercase()).or_insert_with(|| {
                    found.push(Candidate { phrase, places: Vec::new() });
                    found.len() - 1
                });
                found[at].places.push(place);
            }
        }
        found.sort_by_key(|candidate| std::cmp::Reverse(candidate.places.len()));
        found
    }

    fn words_of(&self, text: &str) -> Vec<Word> {
        let mut end = 0;
        let word = |(start, word): (usize, &str)| {
            let lower = word.to_lowercase().replace('\u{2019}', "'");
            let says = self.stop_words.binary_search(&lower.as_str()).is_err();
            let lone = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
            let follows = end > 0 && joins(&text[end..start]);
            end = start + word.len();
            let ends = says && !lone;
            let begins = ends && word.contains(char::is_alphabetic);
            Word { range: start..end, begins, ends, follows }
        };
        text.unicode_word_indices().map(word).collect()
    }
}

/// Whether what stands between two words keeps them in one phrase.
fn joins(between: &str) -> bool {
    matches!(between, "-" | "\u{2010}" | "\u{2011}" | "")
        || (between.chars().all(char::is_whitespace) && between.matches('\n').count() < 2)
}

/// A stretch of the text with each run of white space as one blank.
fn written(stretch: &str) -> String {
    stretch.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STOP: &[&str] = &["a", "of", "the"];

    #[test]
    fn phrases_of_texts() {
        #[track_caller]
        fn check(words: RangeInclusive<usize>, text: &str, expected: &[(&str, usize)]) {
            let found = Phrases { stop_words: STOP, words }.of(text);
            let found = found.iter().map(|c| (&*c.phrase, c.places.len()));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text:?}");
        }
        check(1..=1, "", &[]);
        check(1..=1, "The Bank of the Bank", &[("Bank", 2)]);
        check(1..=2, "bank rate", &[("bank", 1), ("bank rate", 1), ("rate", 1)]);
        check(2..=3, "The Bank of England rate", &[("Bank of England", 1), ("England rate", 1)]);
        check(2..=2, "bank, rate", &[]);
        check(2..=2, "bank\nrate", &[("bank rate", 1)]);
        check(2..=2, "bank\n\nrate", &[]);
        check(2..=2, "well-known", &[("well-known", 1)]);
        check(2..=2, "Windows 11 a 2023 year x", &[("Windows 11", 1)]);
        check(1..=1, "中 x 中", &[("中", 2)]);
        check(1..=1, "STRASSE Straße", &[("STRASSE", 1), ("Straße", 1)]);
        check(2..=2, "Bank  rate bank rate", &[("Bank rate", 2), ("rate bank", 1)]);
    }

    proptest! {
        #[test]
        fn places_are_those_of_the_phrase(text in "(\\PC|[ .,\n-]|the |bank |Rate ){0,60}") {
            for candidate in (Phrases { stop_words: STOP, words: 1..=3 }).of(&text) {
                for place in &candidate.places {
                    let stands = written(&text[place.clone()]).to_lowercase();
                    prop_assert_eq!(stands, candidate.phrase.to_lowercase());
                }
                prop_assert!(candidate.places.is_sorted_by_key(|place| place.start));
            }
        }
    }
}
