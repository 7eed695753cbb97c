//! VADER, a rule-based sentiment scorer (Hutto and Gilbert, ICWSM 2014), with the
//! behaviour of the Python package `vaderSentiment` 3.3.2, its quirks included.

mod but_clause;
mod lexicon;
mod rules;
mod summary;
mod tokens;

use lexicon::Lexicon;
use std::ops::Range;

/// The scorer with its lexicon; immutable, so one can serve many threads.
pub struct Vader {
    lexicon: Lexicon,
}

/// A token that decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Bytes of the token in the scored text.
    pub range: Range<usize>,
    /// Valence after boosters, negation, capitals and the but-clause; never 0.
    pub weight: f64,
}

/// The scores of one text, rounded as the Python package rounds them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// The normalized sum of all valences, -1 to 1, to 4 decimals.
    pub compound: f64,
    /// Proportion of positive words, 0 to 1, to 3 decimals.
    pub positive: f64,
    /// Proportion of neutral words, 0 to 1, to 3 decimals.
    pub neutral: f64,
    /// Proportion of negative words, 0 to 1, to 3 decimals.
    pub negative: f64,
    /// The tokens with a weight, in text order.
    pub words: Vec<Contribution>,
}

/// The class of a text by its compound score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Compound of 0.05 or more.
    Positive,
    /// Compound between the two thresholds.
    Neutral,
    /// Compound of -0.05 or less.
    Negative,
}

impl Scores {
    /// The class by the thresholds that the authors publish.
    pub fn label(&self) -> Label {
        if self.compound >= 0.05 {
            Label::Positive
        } else if self.compound <= -0.05 {
            Label::Negative
        } else {
            Label::Neutral
        }
    }
}

impl Default for Vader {
    fn default() -> Self {
        Self::new()
    }
}

impl Vader {
    /// A scorer with the embedded lexicon.
    pub fn new() -> Self {
        Vader { lexicon: Lexicon::embedded() }
    }

    /// Adds or replaces tokens and their valences (the lexicon's own lie in -4 to 4).
    /// Tokens are lowercased; a valence is clamped to -100 to 100, and one that is not a
    /// number is ignored.
    #[must_use]
    pub fn with_lexicon<S: AsRef<str>>(
        mut self,
        additions: impl IntoIterator<Item = (S, f64)>,
    ) -> Self {
        for (token, valence) in additions {
            self.lexicon.add(token.as_ref(), valence);
        }
        self
    }

    /// Scores `text`. A token that overlaps one of the `masked` byte ranges (sorted, disjoint)
    /// counts as one neutral word and has no effect on its neighbours: it is no booster,
    /// negation, idiom part or "but", yet it keeps its place in the distance between words.
    /// Its capitals still count when the text is tested for mixed capitals, and its
    /// exclamation and question marks still count as emphasis.
    pub fn score(&self, text: &str, masked: &[Range<usize>]) -> Scores {
        let expanded = tokens::expand(&self.lexicon, text);
        let tokens = tokens::tokenize(&self.lexicon, &expanded, masked);
        let mut valences = rules::valences(&tokens);
        if let Some(but) = tokens.iter().position(|t| t.entry.name == "but") {
            but_clause::shift(&mut valences, but);
        }
        let mut scores = summary::summarize(&valences, &expanded.text);
        scores.words = tokens
            .iter()
            .zip(&valences)
            .filter(|(_, weight)| **weight != 0.0)
            .map(|(token, weight)| Contribution { range: token.range.clone(), weight: *weight })
            .collect();
        scores
    }
}
