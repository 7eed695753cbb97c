//! Which language a text is in.

use whatlang::dev::{RawCombinedInfo, RawLangInfo, raw_detect};
use whatlang::{Detector, Info, Lang};

use crate::UnknownLanguage;
use crate::codes;
use crate::probability::Calibration;
use crate::sample::sample;

/// What BCP 47 calls text in no language that can be told.
pub const UNDETERMINED: &str = "und";

/// More of a text tells no more: of 4,000 bytes nearly every text is identified with confidence 1.
const SAMPLE: usize = 4000;

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identified {
    /// ISO 639-1 code.
    pub code: &'static str,
    /// From 0 to 1: by how much the language is ahead of the second, and the more so the longer the
    /// text is. No probability.
    pub confidence: f64,
}

/// Identifies languages; shared by threads.
#[derive(Debug)]
pub struct Identifier {
    detector: Detector,
    codes: Vec<&'static str>,
}

impl Identifier {
    /// One that chooses among the languages of these codes, or among all that it knows where there
    /// are none.
    ///
    /// # Errors
    /// A code that it does not know.
    pub fn new(candidates: &[impl AsRef<str>]) -> Result<Identifier, UnknownLanguage> {
        if candidates.is_empty() {
            return Ok(Identifier { detector: Detector::new(), codes: codes::all() });
        }
        let languages = candidates.iter().map(|code| codes::language(code.as_ref()));
        let languages: Vec<Lang> = languages.collect::<Result<_, _>>()?;
        let mut codes: Vec<&str> = languages.iter().map(|&l| codes::code(l)).collect();
        codes.sort_unstable();
        codes.dedup();
        Ok(Identifier { detector: Detector::with_allowlist(languages), codes })
    }

    /// The codes of its candidates, sorted.
    #[must_use]
    pub fn codes(&self) -> &[&'static str] {
        &self.codes
    }

    /// The language of a text; `None` where there is no letter, or its letters are those of no
    /// candidate.
    #[must_use]
    pub fn identify(&self, text: &str) -> Option<Identified> {
        let info = self.detect(&sample(text, SAMPLE))?;
        Some(Identified { code: codes::code(info.lang()), confidence: info.confidence() })
    }

    /// The probability of each candidate that is written in the script of most of a text's letters, the
    /// best first; they sum to 1, and those of all others are 0. None where [`Identifier::identify`]
    /// gives nothing; the first is the language that it gives.
    #[must_use]
    pub fn probabilities(&self, text: &str) -> Vec<(&'static str, f64)> {
        let Some((scores, trigrams)) = self.scores(text) else { return Vec::new() };
        let (codes, scores): (Vec<&'static str>, Vec<f64>) = scores.into_iter().unzip();
        let probabilities = Calibration::DEFAULT.probabilities(&scores, trigrams);
        codes.iter().copied().zip(probabilities).collect()
    }

    /// The engine's scores of the candidates, the best first, and the number of different trigrams.
    #[must_use]
    pub fn scores(&self, text: &str) -> Option<(Vec<(&'static str, f64)>, usize)> {
        let sample = sample(text, SAMPLE);
        let info = self.detect(&sample)?;
        Some(match raw_detect(&sample).lang_info {
            Some(RawLangInfo::MultiScript(RawCombinedInfo {
                scores, trigram_raw_outcome, ..
            })) => {
                let all = scores.into_iter().map(|(lang, score)| (codes::code(lang), score));
                let mut scores: Vec<_> = all.filter(|(code, _)| self.is_candidate(code)).collect();
                scores.sort_by(|a, b| b.1.total_cmp(&a.1));
                // Of equals that one which the engine names.
                let named = scores.iter().position(|(code, _)| *code == codes::code(info.lang()));
                scores[..=named.unwrap_or(0)].rotate_right(1);
                (scores, trigram_raw_outcome.trigrams_count)
            }
            // The script says it.
            _ => (vec![(codes::code(info.lang()), 1.0)], 1),
        })
    }

    fn detect(&self, sample: &str) -> Option<Info> {
        // The engine takes marks such as U+FEFF for letters of the script whose block they are in.
        if !sample.chars().any(char::is_alphabetic) {
            return None;
        }
        let info = self.detector.detect(sample)?;
        // Of a script of one language the engine gives it also where it is no candidate.
        self.is_candidate(codes::code(info.lang())).then_some(info)
    }

    fn is_candidate(&self, code: &str) -> bool {
        self.codes.binary_search(&code).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Also where two scores are equal, and with any candidates.
        #[test]
        fn the_likeliest_language_is_the_one_that_is_named(
            text in "[a-zéüñøß ]{0,40}|[а-яіў ]{0,40}|[\u{4E00}-\u{4E20}あ-ん]{0,9}|\\PC{0,20}",
            few in any::<bool>(),
        ) {
            let candidates: &[&str] = if few { &["nb", "de", "uk", "ja", "fr"] } else { &[] };
            let identifier = Identifier::new(candidates).unwrap();
            let found = identifier.probabilities(&text);
            let first = found.first().map(|(code, _)| *code);
            prop_assert_eq!(first, identifier.identify(&text).map(|found| found.code));
            let sum: f64 = found.iter().map(|(_, probability)| probability).sum();
            prop_assert!(found.is_empty() || (sum - 1.0).abs() < 1e-9);
            prop_assert!(found.is_sorted_by(|a, b| a.1 >= b.1));
        }
    }
}
