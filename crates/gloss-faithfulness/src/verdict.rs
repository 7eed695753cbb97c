//! What is said of a clause, and where the limits are.

use std::ops::Range;

/// How far a clause is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Carried.
    Supported,
    /// Its names, numbers, dates and roles are carried, but many of its words are not.
    Partly,
    /// One of those is not carried, or nearly nothing is.
    Unsupported,
}

/// What was found out about a clause.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How far it is carried.
    pub label: Label,
    /// From 0 to 1: the share of what it says, weighted by rarity, that its sentences carry; halved by
    /// each name, number, date or role that they do not carry.
    pub score: f64,
    /// The sentences of the source that carry it best: one, or two neighbours. Empty where there is none.
    /// See [`Source::sources_of`](crate::Source::sources_of).
    pub(crate) window: Range<usize>,
    /// Names that its sentences do not have, as they stand in the clause.
    pub missing_names: Vec<String>,
    /// Numbers that they do not have, or have of something else.
    pub missing_numbers: Vec<String>,
    /// Dates that they do not have.
    pub missing_dates: Vec<String>,
    /// Other words that they do not have.
    pub missing_words: Vec<String>,
    /// The word whose roles they fill otherwise, and how: "arrested: the roles are exchanged".
    pub relation: Option<String>,
}

/// The limits between the labels, as shares from 0 to 1 of what a clause says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// From here on it is supported, if nothing else is missing.
    pub supported: f64,
    /// Below, it is unsupported. What is between the two is partly carried.
    pub unsupported: f64,
}

impl Default for Limits {
    /// Those with which the figures of the test set were measured.
    fn default() -> Self {
        Limits { supported: 0.65, unsupported: 0.5 }
    }
}

impl Verdict {
    /// Of a sentence that the source has word by word, as its sentence `at`.
    pub(crate) fn copied(at: usize) -> Self {
        Verdict {
            label: Label::Supported,
            score: 1.0,
            window: at..at + 1,
            missing_names: Vec::new(),
            missing_numbers: Vec::new(),
            missing_dates: Vec::new(),
            missing_words: Vec::new(),
            relation: None,
        }
    }

    /// How many names, numbers, dates and roles are not carried.
    pub(crate) fn faults(&self) -> usize {
        self.missing_names.len()
            + self.missing_numbers.len()
            + self.missing_dates.len()
            + usize::from(self.relation.is_some())
    }
}
