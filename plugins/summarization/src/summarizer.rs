//! The public face: from text and sentence ranges to a summary.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::options::{Budget, Method, SummaryOptions};
use crate::rows::Rows;
use crate::select::{Candidate, Limits, choose};
use crate::terms::{Analyzer, Bags};
use crate::{Error, background, graph, openings};

/// A sentence of the summary.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectedSentence {
    /// Position in the list of sentences that was given, from 0.
    pub index: usize,
    /// Byte range in the text, as it was given.
    pub range: Range<usize>,
    /// Relevance from 0 to 1: centrality over the greatest of the text, mixed with the position
    /// prior. For `lead` the position prior alone. Comparable within one text only.
    pub score: f64,
}

/// The chosen sentences in document order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Chosen sentences, by ascending index.
    pub sentences: Vec<SelectedSentence>,
}

/// Makes summaries with one set of options. It keeps no state, so threads may share it.
pub struct Summarizer {
    options: SummaryOptions,
    analyzer: Analyzer,
}

impl Summarizer {
    /// Checks the options and sets up the language.
    ///
    /// # Errors
    /// [`Error::Option`] if a value is out of range.
    pub fn new(options: SummaryOptions) -> Result<Self, Error> {
        options.check()?;
        let analyzer = Analyzer::new(&options.language);
        Ok(Self { options, analyzer })
    }

    /// The options in use.
    #[must_use]
    pub fn options(&self) -> &SummaryOptions {
        &self.options
    }

    /// Chooses sentences of `text`. `sentences` are byte ranges in order, without overlap.
    ///
    /// # Errors
    /// [`Error::Range`] if a range does not fit the text; [`Error::Vectors`] for the method
    /// `embeddings`, which [`Summarizer::summarize_embedded`] is for.
    pub fn summarize(&self, text: &str, sentences: &[Range<usize>]) -> Result<Summary, Error> {
        let slices = slices(text, sentences)?;
        let bags = match self.options.method {
            Method::Embeddings => {
                return Err(Error::Vectors { problem: "there are none".to_owned() });
            }
            Method::Lead => {
                return Ok(self.chosen(&slices, sentences, &[], &Rows::none(slices.len())));
            }
            Method::LexRank | Method::TextRank => self.bags(&slices),
        };
        let rows = self.unit_rows(&bags);
        let centrality = self.centrality(&bags, &rows);
        Ok(self.chosen(&slices, sentences, &centrality, &Rows::Terms(rows)))
    }

    /// As [`Summarizer::summarize`], by the vectors of the sentences, one for each; `None` or a
    /// vector of no length for a sentence without one. Only the method `embeddings` looks at them.
    ///
    /// # Errors
    /// Those of [`Summarizer::summarize`]; [`Error::Vectors`] if they are not one for each
    /// sentence, or not of one dimension.
    pub fn summarize_embedded(
        &self,
        text: &str,
        sentences: &[Range<usize>],
        vectors: &[Option<&[f32]>],
    ) -> Result<Summary, Error> {
        if self.options.method != Method::Embeddings {
            return self.summarize(text, sentences);
        }
        let slices = slices(text, sentences)?;
        if vectors.len() != slices.len() {
            let problem = format!("there are {} for {} sentences", vectors.len(), slices.len());
            return Err(Error::Vectors { problem });
        }
        let rows = graph::unit_vectors(vectors)?;
        let centrality = graph::centroid(&rows);
        Ok(self.chosen(&slices, sentences, &centrality, &Rows::Vectors(rows)))
    }

    fn chosen(
        &self,
        slices: &[&str],
        sentences: &[Range<usize>],
        centrality: &[f64],
        rows: &Rows,
    ) -> Summary {
        let candidates = self.candidates(slices, centrality);
        let chosen = choose(&candidates, rows, &self.limits(slices.len()));
        let select = |index: usize| SelectedSentence {
            index,
            range: sentences[index].clone(),
            score: candidates[index].relevance,
        };
        Summary { sentences: chosen.into_iter().map(select).collect() }
    }

    /// The centrality of every sentence by the method alone, before position, redundancy and
    /// fragments are looked at. Scores add up to 1; for `lead`, and for `embeddings`, of which
    /// the text does not tell, they are all alike.
    ///
    /// # Errors
    /// [`Error::Range`] if a range does not fit the text.
    pub fn scores(&self, text: &str, sentences: &[Range<usize>]) -> Result<Vec<f64>, Error> {
        let bags = self.bags(&slices(text, sentences)?);
        Ok(self.centrality(&bags, &self.unit_rows(&bags)))
    }

    /// The weight (inverse document frequency) of each distinct term of the sentences, in order
    /// of first appearance.
    ///
    /// # Errors
    /// [`Error::Range`] if a range does not fit the text.
    pub fn weights(
        &self,
        text: &str,
        sentences: &[Range<usize>],
    ) -> Result<Vec<(String, f64)>, Error> {
        let bags = self.bags(&slices(text, sentences)?);
        let idf = background::idf(self.analyzer.language(), &bags);
        Ok(bags.names.into_iter().zip(idf).collect())
    }

    fn bags(&self, slices: &[&str]) -> Bags {
        Bags::of(&self.analyzer, slices.iter().copied())
    }

    fn unit_rows(&self, bags: &Bags) -> Vec<Vec<(u32, f64)>> {
        graph::unit_rows(bags, &background::idf(self.analyzer.language(), bags))
    }

    fn centrality(&self, bags: &Bags, rows: &[Vec<(u32, f64)>]) -> Vec<f64> {
        let SummaryOptions { damping, tolerance, .. } = self.options;
        match self.options.method {
            Method::LexRank => graph::lexrank(rows, bags.names.len(), damping, tolerance),
            Method::TextRank => graph::textrank(bags, damping, tolerance),
            Method::Lead | Method::Embeddings => {
                vec![1.0 / rows.len().max(1) as f64; rows.len()]
            }
        }
    }

    fn candidates(&self, slices: &[&str], centrality: &[f64]) -> Vec<Candidate> {
        let options = &self.options;
        let mut eligible: Vec<bool> = slices
            .iter()
            .map(|s| {
                let whole = !options.skip_fragments || !openings::is_fragment(s, options.min_words);
                whole && !s.trim().is_empty()
            })
            .collect();
        if !eligible.contains(&true) {
            eligible = slices.iter().map(|s| !s.trim().is_empty()).collect();
        }
        let lead = options.method == Method::Lead;
        let most = (0..centrality.len()).filter(|&i| eligible[i]).map(|i| centrality[i]);
        let most = most.fold(f64::MIN_POSITIVE, f64::max);
        let mut place = 0;
        let mut first = HashMap::new();
        let mut candidates = Vec::with_capacity(slices.len());
        for (index, slice) in slices.iter().enumerate() {
            let prior = 1.0 / (1.0 + place as f64);
            let relevance = if lead {
                prior
            } else {
                let w = options.position_weight;
                (1.0 - w) * (centrality[index] / most).clamp(0.0, 1.0) + w * prior
            };
            // Nothing but headlines and datelines before it: there is no sentence to lean on.
            let leans = !lead
                && options.dangling_penalty > 0.0
                && place > 0
                && openings::is_dangling(slice, self.analyzer.language());
            candidates.push(Candidate {
                relevance,
                words: slice.unicode_words().count(),
                eligible: eligible[index],
                leans_on: if leans { index.checked_sub(1) } else { None },
                same_as: *first.entry(slice.trim()).or_insert(index),
            });
            place += usize::from(eligible[index]);
        }
        candidates
    }

    fn limits(&self, count: usize) -> Limits {
        let (sentences, words) = match self.options.budget {
            Budget::Ratio(ratio) => (((ratio * count as f64).round() as usize).max(1), usize::MAX),
            Budget::Sentences(sentences) => (sentences, usize::MAX),
            Budget::Words(words) => (usize::MAX, words),
        };
        let lead = self.options.method == Method::Lead;
        let mmr_lambda = if lead { 1.0 } else { self.options.mmr_lambda };
        Limits { sentences, words, mmr_lambda, dangling_penalty: self.options.dangling_penalty }
    }
}

/// The sentences' text, if every range fits.
fn slices<'t>(text: &'t str, sentences: &[Range<usize>]) -> Result<Vec<&'t str>, Error> {
    let mut last = 0;
    let slice = |(index, range): (usize, &Range<usize>)| {
        let found = if range.start >= last { text.get(range.clone()) } else { None };
        last = range.end;
        let (start, end, length) = (range.start, range.end, text.len());
        found.ok_or(Error::Range { index, start, end, length })
    };
    sentences.iter().enumerate().map(slice).collect()
}
