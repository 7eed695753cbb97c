//! Which language a text is in.

use whatlang::{Detector, Lang};

use crate::UnknownLanguage;
use crate::codes;
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
        let sample = sample(text, SAMPLE);
        // The engine takes marks such as U+FEFF for letters of the script whose block they are in.
        if !sample.chars().any(char::is_alphabetic) {
            return None;
        }
        let info = self.detector.detect(&sample)?;
        let code = codes::code(info.lang());
        // Of a script of one language the engine gives it also where it is no candidate.
        let candidate = self.codes.binary_search(&code).is_ok();
        candidate.then_some(Identified { code, confidence: info.confidence() })
    }
}
