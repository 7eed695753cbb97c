//! What becomes of documents with which a stage fails, and how many such there may be.

use std::fmt;
use std::str::FromStr;

/// What becomes of a document with which a stage fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// The document is no result; it goes to the quarantine.
    #[default]
    SkipDocument,
    /// The document goes on without the layers of the stage. Stages that require them do not run on
    /// it, and a note says so.
    SkipStage,
    /// The run ends.
    Stop,
}

impl OnFailure {
    /// What a pipeline file may say, for messages.
    pub(crate) const WORDS: &str = "\"skip-document\", \"skip-stage\" or \"stop\"";

    /// The word that pipeline files use for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OnFailure::SkipDocument => "skip-document",
            OnFailure::SkipStage => "skip-stage",
            OnFailure::Stop => "stop",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<OnFailure> {
        [OnFailure::SkipDocument, OnFailure::SkipStage, OnFailure::Stop]
            .into_iter()
            .find(|policy| policy.as_str() == word)
    }
}

/// How many documents may fail before a run ends: `20`, or `1%` of those that there were so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxFailures {
    /// So many.
    Count(u64),
    /// A share of the documents so far, from 0 to 1, as soon as there were
    /// [`MaxFailures::MINIMUM`]: two of the first ten say little.
    Share(f64),
}

impl MaxFailures {
    /// Documents that a share is not asked of.
    pub const MINIMUM: u64 = 100;

    /// Whether so many failures among so many documents are too many.
    #[must_use]
    pub fn is_exceeded(self, failures: u64, documents: u64) -> bool {
        match self {
            MaxFailures::Count(most) => failures > most,
            MaxFailures::Share(most) => {
                documents >= MaxFailures::MINIMUM && failures as f64 > most * documents as f64
            }
        }
    }
}

impl fmt::Display for MaxFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MaxFailures::Count(most) => write!(f, "{most}"),
            MaxFailures::Share(most) => write!(f, "{}%", most * 100.0),
        }
    }
}

impl FromStr for MaxFailures {
    type Err = String;

    fn from_str(text: &str) -> Result<MaxFailures, String> {
        let wrong = || "give a number of documents, such as 20, or a share, such as 1%".to_owned();
        match text.strip_suffix('%') {
            None => text.parse().map(MaxFailures::Count).map_err(|_| wrong()),
            Some(percent) => match percent.trim_end().parse::<f64>() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => {
                    Ok(MaxFailures::Share(percent / 100.0))
                }
                _ => Err(wrong()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_numbers_or_shares() {
        let check = |text: &str, expected: Option<MaxFailures>| {
            assert_eq!(text.parse().ok(), expected, "{text}");
            if let Some(limit) = expected {
                assert_eq!(limit.to_string(), text.replace(' ', ""));
            }
        };
        check("0", Some(MaxFailures::Count(0)));
        check("20", Some(MaxFailures::Count(20)));
        check("1%", Some(MaxFailures::Share(0.01)));
        check("0.5 %", Some(MaxFailures::Share(0.005)));
        check("", None);
        check("-1", None);
        check("1.5", None);
        check("101%", None);
        check("NaN%", None);
        check("%", None);
    }

    #[test]
    fn shares_wait_for_enough_documents() {
        let check = |limit: &str, failures, documents, expected| {
            let limit: MaxFailures = limit.parse().unwrap();
            assert_eq!(limit.is_exceeded(failures, documents), expected, "{limit} {failures}");
        };
        check("0", 0, 5, false);
        check("0", 1, 1, true);
        check("2", 2, 1000, false);
        check("2", 3, 1000, true);
        check("10%", 99, 99, false);
        check("10%", 10, 100, false);
        check("10%", 11, 100, true);
        check("0%", 1, 100, true);
        check("100%", 100, 100, false);
    }
}
