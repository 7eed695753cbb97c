//! Options of the summarizer, their defaults and their check.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// How sentences are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// Continuous LexRank (Erkan and Radev 2004): centrality in the graph of TF-IDF cosines.
    #[default]
    LexRank,
    /// TextRank (Mihalcea and Tarau 2004): centrality in the graph of shared words over the sum
    /// of the logarithms of the lengths.
    TextRank,
    /// Centrality of embeddings: the cosine of a sentence's vector to the mean of all of the text
    /// (the centroid of Radev et al. 2004, with embeddings as in Rossiello et al. 2017). Requires a
    /// stage that provides `embeddings` of the same sentences.
    Embeddings,
    /// The first sentences of the text, fragments left out. The baseline to beat.
    Lead,
}

/// How long the summary may be. It is a limit: a summary can be shorter, never longer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Budget {
    /// Share of the sentences of the text, above 0 and at most 1; rounded, but at least one.
    Ratio(f64),
    /// Number of sentences, at least 1.
    Sentences(usize),
    /// Number of words (as Unicode segments them), at least 1. A sentence that does not fit is
    /// passed over for the next best that does, so a very small budget gives an empty summary.
    Words(usize),
}

/// Everything that steers a [`Summarizer`](crate::Summarizer).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SummaryOptions {
    /// How sentences are ranked.
    pub method: Method,
    /// How long the summary may be.
    pub budget: Budget,
    /// Language of the text as a BCP-47 tag; the part before the first hyphen decides the
    /// stemmer, the stop words and the openings that count as dangling.
    pub language: String,
    /// Probability of following an edge in the random walk, from 0 to below 1. (The LexRank
    /// paper names the complement of this `d`; the TextRank paper names this one `d`.)
    pub damping: f64,
    /// The walk ends when the scores of one step differ from the last by less than this in sum.
    pub tolerance: f64,
    /// Weight of relevance against redundancy in maximal marginal relevance (Carbonell and
    /// Goldstein 1998), from 0 to 1. At 1 redundancy is ignored; below 1 a near-copy of a chosen
    /// sentence (cosine of 0.9 or more) is never chosen.
    pub mmr_lambda: f64,
    /// Share of the position prior in relevance, from 0 to 1: news says what matters first.
    pub position_weight: f64,
    /// How much a sentence that opens with a pronoun or connective ("He", "However,") loses
    /// while the sentence before it is not chosen, from 0 to 1. At 1 it is not chosen at all.
    pub dangling_penalty: f64,
    /// Sentences with fewer words are left out as fragments.
    pub min_words: usize,
    /// Leave out what does not stand alone: no closing mark (headlines, datelines), questions,
    /// and bare or unclosed quotations. If that leaves nothing, all sentences take part.
    pub skip_fragments: bool,
}

impl Default for SummaryOptions {
    fn default() -> Self {
        Self {
            method: Method::LexRank,
            budget: Budget::Sentences(4),
            language: "en".to_owned(),
            damping: 0.85,
            tolerance: 1e-8,
            mmr_lambda: 0.7,
            position_weight: 0.3,
            dangling_penalty: 1.0,
            min_words: 6,
            skip_fragments: true,
        }
    }
}

impl SummaryOptions {
    /// Checks every field against its range.
    ///
    /// # Errors
    /// [`Error::Option`] names the first field that is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let share =
            |option, value: f64| within(option, value, (0.0..=1.0).contains(&value), "from 0 to 1");
        share("mmr_lambda", self.mmr_lambda)?;
        share("position_weight", self.position_weight)?;
        share("dangling_penalty", self.dangling_penalty)?;
        let d = self.damping;
        within("damping", d, (0.0..1.0).contains(&d), "from 0 to below 1")?;
        let t = self.tolerance;
        within("tolerance", t, t > 0.0 && t <= 1.0, "above 0 and at most 1")?;
        match self.budget {
            Budget::Ratio(r) => {
                within("budget", r, r > 0.0 && r <= 1.0, "a ratio above 0 and at most 1")
            }
            Budget::Sentences(n) | Budget::Words(n) => {
                within("budget", n as f64, n > 0, "at least 1")
            }
        }
    }
}

fn within(option: &'static str, value: f64, ok: bool, allowed: &'static str) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Option { option, value, allowed }) }
}
