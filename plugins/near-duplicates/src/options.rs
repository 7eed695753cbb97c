//! Options of the extractor, their defaults and their check.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// What a shingle is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Runs of letters and digits.
    #[default]
    Words,
    /// Letters and digits one by one: for languages written without spaces between words.
    Characters,
}

/// How a pair of candidates is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verification {
    /// By the estimate that two sketches give.
    #[default]
    Estimate,
    /// By the similarity itself: keeps 4 bytes of each shingle of each document.
    Exact,
}

/// Options of the extractor `near-duplicates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NearDuplicatesOptions {
    /// Two documents are near-duplicates when the Jaccard similarity of their sets of shingles is
    /// at least this; from 0.2 to 1.
    pub threshold: f64,
    /// What a shingle is made of.
    pub unit: Unit,
    /// How many units in a row make a shingle, from 1 to 64; by default 5 words or 9 characters.
    pub shingle: Option<u32>,
    /// Numbers in a sketch, from 16 to 1024. The standard error of an estimate near the
    /// similarity s is the root of s(1 - s)/permutations: 0.035 for 0.8 and 128.
    pub permutations: u32,
    /// How a pair of candidates is verified.
    pub verify: Verification,
}

impl Default for NearDuplicatesOptions {
    fn default() -> NearDuplicatesOptions {
        NearDuplicatesOptions {
            threshold: 0.8,
            unit: Unit::Words,
            shingle: None,
            permutations: 128,
            verify: Verification::Estimate,
        }
    }
}

impl NearDuplicatesOptions {
    /// Refuses values out of range.
    ///
    /// # Errors
    /// The first option that is.
    pub fn check(&self) -> Result<(), Error> {
        let shingle = self.shingle();
        let refuse = |option, value, allowed| Err(Error::Option { option, value, allowed });
        if !(0.2..=1.0).contains(&self.threshold) {
            return refuse("threshold", self.threshold, "from 0.2 to 1");
        }
        if !(1..=64).contains(&shingle) {
            return refuse("shingle", f64::from(shingle), "from 1 to 64");
        }
        if !(16..=1024).contains(&self.permutations) {
            return refuse("permutations", f64::from(self.permutations), "from 16 to 1024");
        }
        Ok(())
    }

    /// How many units in a row make a shingle.
    #[must_use]
    pub fn shingle(&self) -> u32 {
        self.shingle.unwrap_or(match self.unit {
            Unit::Words => 5,
            Unit::Characters => 9,
        })
    }
}
