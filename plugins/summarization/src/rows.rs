//! The sentences as vectors of unit length, sparse or dense, and the likeness of one to those chosen.

use std::collections::HashMap;

/// Chosen sentences remembered when redundancy is measured (of sparse ones for each term), the latest
/// kept. It bounds the work of long summaries and changes nothing in those of fewer sentences.
const REMEMBERED: usize = 256;

/// Vectors of unit length, or all zero, one for each sentence.
pub(crate) enum Rows {
    /// Terms with their weights, by ascending term.
    Terms(Vec<Vec<(u32, f64)>>),
    /// Embeddings, all of one dimension.
    Vectors(Vec<Vec<f32>>),
}

impl Rows {
    /// For sentences that are like no other.
    pub(crate) fn none(sentences: usize) -> Rows {
        Rows::Terms(vec![Vec::new(); sentences])
    }
}

/// The sentences that have been chosen.
pub(crate) struct Memory<'r> {
    rows: &'r Rows,
    chosen: Vec<usize>,
    /// For each term, which of the chosen have it, and its weight there.
    postings: HashMap<u32, Vec<(usize, f64)>>,
}

impl<'r> Memory<'r> {
    pub(crate) fn new(rows: &'r Rows) -> Memory<'r> {
        Memory { rows, chosen: Vec::new(), postings: HashMap::new() }
    }

    /// How many have been chosen.
    pub(crate) fn len(&self) -> usize {
        self.chosen.len()
    }

    pub(crate) fn remember(&mut self, sentence: usize) {
        if let Rows::Terms(rows) = self.rows {
            for &(term, weight) in &rows[sentence] {
                let list = self.postings.entry(term).or_default();
                if list.len() == REMEMBERED {
                    list.remove(0);
                }
                list.push((self.chosen.len(), weight));
            }
        }
        self.chosen.push(sentence);
    }

    /// The greatest cosine with a chosen sentence; at least 0.
    pub(crate) fn similarity(&self, sentence: usize) -> f64 {
        match self.rows {
            Rows::Terms(rows) => {
                let mut sums: HashMap<usize, f64> = HashMap::new();
                for (term, weight) in &rows[sentence] {
                    for (chosen, other) in self.postings.get(term).into_iter().flatten() {
                        *sums.entry(*chosen).or_default() += weight * other;
                    }
                }
                sums.into_values().fold(0.0, f64::max)
            }
            Rows::Vectors(rows) => {
                let cosine = |&chosen: &usize| {
                    let pairs = rows[sentence].iter().zip(&rows[chosen]);
                    f64::from(pairs.map(|(a, b)| a * b).sum::<f32>())
                };
                self.chosen.iter().rev().take(REMEMBERED).map(cosine).fold(0.0, f64::max)
            }
        }
    }
}
