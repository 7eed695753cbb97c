//! Words of a sentence as ranking sees them: lower case, no stop words, stemmed.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

/// Turns text into terms for one language.
pub struct Analyzer {
    language: String,
    stemmer: Option<Stemmer>,
    stop_words: &'static [&'static str],
}

impl Analyzer {
    /// For a BCP-47 tag. A language without a Snowball stemmer or stop words does without.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let language = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let stemmer = algorithm(&language).map(Stemmer::create);
        let stop_words = gloss_stop_words::of(&language);
        Self { language, stemmer, stop_words }
    }

    /// The primary language subtag, in lower case.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The terms of `text` in order, repetitions kept. Words are those of Unicode Standard
    /// Annex 29; Han and Kana fall into single characters.
    pub fn terms<'a>(&'a self, text: &'a str) -> impl Iterator<Item = String> + 'a {
        text.unicode_words().filter_map(|word| self.term(word))
    }

    fn term(&self, word: &str) -> Option<String> {
        let lower = word.to_lowercase().replace('\u{2019}', "'");
        let lower = lower.strip_suffix("'s").unwrap_or(&lower);
        if lower.is_empty() || self.stop_words.binary_search(&lower).is_ok() {
            return None;
        }
        Some(match &self.stemmer {
            Some(stemmer) => stemmer.stem(lower).into_owned(),
            None => lower.to_owned(),
        })
    }
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

/// The sentences of one text as term numbers with counts.
pub(crate) struct Bags {
    /// Per sentence: (term, count), by ascending term.
    pub(crate) rows: Vec<Vec<(u32, u32)>>,
    /// The string of each term, in order of first appearance.
    pub(crate) names: Vec<String>,
}

impl Bags {
    pub(crate) fn of<'t>(analyzer: &Analyzer, sentences: impl Iterator<Item = &'t str>) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut names = Vec::new();
        let mut rows = Vec::new();
        for sentence in sentences {
            let mut ids: Vec<u32> = analyzer
                .terms(sentence)
                .map(|term| {
                    *numbers.entry(term).or_insert_with_key(|key| {
                        names.push(key.clone());
                        // A text holds fewer than 2^32 bytes, hence fewer terms.
                        (names.len() - 1) as u32
                    })
                })
                .collect();
            ids.sort_unstable();
            let mut row: Vec<(u32, u32)> = Vec::new();
            for id in ids {
                match row.last_mut() {
                    Some((last, count)) if *last == id => *count += 1,
                    _ => row.push((id, 1)),
                }
            }
            rows.push(row);
        }
        Self { rows, names }
    }
}
