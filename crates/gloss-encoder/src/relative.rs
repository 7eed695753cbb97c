//! What attention adds to scores for the distance between two tokens.

use std::ops::Range;

use gloss_kernels::{Affine, Kernels, Rows, row};

use crate::attention::Heads;

mod tables;

pub(crate) use tables::{Tables, disentangled};

/// The row of a table of distances for each distance from a query's token to a key's, backwards as positive.
#[derive(Debug)]
pub(crate) struct Distances {
    rows: Vec<u32>,
    /// The place of distance zero.
    zero: usize,
}

impl Distances {
    /// For windows of up to `tokens`; `of` tells a distance's row.
    fn new(tokens: usize, of: impl Fn(i64) -> u32) -> Self {
        let most = tokens.saturating_sub(1);
        Self { rows: (0..=2 * most).map(|at| of(at as i64 - most as i64)).collect(), zero: most }
    }

    /// The rows for the distances from token `query` to each of `tokens` keys, first to last.
    fn of(&self, query: usize, tokens: usize) -> impl Iterator<Item = usize> {
        let from = self.zero + query;
        self.rows[from + 1 - tokens..=from].iter().rev().map(|&row| row as usize)
    }

    /// The rows that occur among so many tokens, if rows do not fall with the distance.
    fn range(&self, tokens: usize) -> Range<usize> {
        let (first, last) = (self.zero + 1 - tokens, self.zero + tokens - 1);
        self.rows[first] as usize..self.rows[last] as usize + 1
    }
}

/// The row of a distance in DeBERTa's tables of `2 * span` rows: near distances have a row each, farther ones
/// share rows by their logarithm, where there are `buckets` (He et al. 2021,
/// <https://arxiv.org/abs/2111.09543>, and their code).
fn deberta_row(distance: i64, buckets: Option<usize>, most: usize, span: usize) -> u32 {
    let size = distance.unsigned_abs() as usize;
    let near = buckets.map_or(usize::MAX, |buckets| buckets / 2);
    let size = if size <= near {
        size as i64
    } else {
        let logarithm = |x: usize| (x as f64 / near as f64).ln();
        let part = logarithm(size) / logarithm(most - 1) * (near - 1) as f64;
        part.ceil() as i64 + near as i64
    };
    let last = 2 * span as i64 - 1;
    (distance.signum() * size + span as i64).clamp(0, last) as u32
}

/// The row of a distance in MPNet's table, half of whose rows are for keys after the query (Raffel et al. 2020,
/// <https://arxiv.org/abs/1910.10683>, whose farthest distance is 128).
fn mpnet_row(distance: i64, buckets: usize) -> u32 {
    let (half, size) = (buckets / 2, distance.unsigned_abs() as usize);
    let near = half / 2;
    let place = if size < near {
        size
    } else {
        let logarithm = |x: usize| (x as f64 / near as f64).ln();
        let part = logarithm(size) / logarithm(128) * (half - near) as f64;
        (near + part as usize).min(half - 1)
    };
    (place + if distance < 0 { half } else { 0 }) as u32
}

/// What is added for a row of distances.
#[derive(Debug)]
pub(crate) enum Relative {
    /// For each row, a number for each head.
    Bias(Vec<f32>),
    /// Products with the vectors of distances (He et al. 2021, <https://arxiv.org/abs/2006.03654>).
    Disentangled {
        /// What queries are multiplied with: for each row, the places of all heads.
        keys: Option<Vec<f32>>,
        /// What keys are multiplied with, scaled as queries are.
        queries: Option<Vec<f32>>,
    },
}

/// Room that is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    layer: Affine,
    /// Products of queries with what is for keys of distances, and of keys with what is for queries.
    of_queries: Vec<f32>,
    of_keys: Vec<f32>,
}

impl Scratch {
    pub(crate) fn new(kernels: Kernels) -> Self {
        Self { layer: Affine::empty(kernels), of_queries: Vec::new(), of_keys: Vec::new() }
    }
}

/// What one head adds to scores within one sequence.
pub(crate) struct Adder<'a> {
    distances: &'a Distances,
    relative: &'a Relative,
    heads: Heads,
    head: usize,
    tokens: usize,
    range: Range<usize>,
}

impl<'a> Adder<'a> {
    /// Prepares a head over a sequence with these queries and keys, all rows of it.
    pub(crate) fn new(
        (distances, relative): (&'a Distances, &'a Relative),
        (heads, head): (Heads, usize),
        (queries, keys): (Rows<'_>, Rows<'_>),
        scratch: &mut Scratch,
    ) -> Self {
        let tokens = queries.count;
        let range = match relative {
            Relative::Bias(_) => 0..0,
            Relative::Disentangled { .. } => distances.range(tokens),
        };
        let adder = Self { distances, relative, heads, head, tokens, range };
        if let Relative::Disentangled { keys: for_queries, queries: for_keys } = relative {
            let Scratch { layer, of_queries, of_keys } = scratch;
            adder.products(for_queries.as_deref(), queries, layer, of_queries);
            adder.products(for_keys.as_deref(), keys, layer, of_keys);
        }
        adder
    }

    /// Sets `out` to the products of rows with those vectors of distances that occur.
    fn products(
        &self,
        table: Option<&[f32]>,
        rows: Rows<'_>,
        layer: &mut Affine,
        out: &mut Vec<f32>,
    ) {
        let Some(table) = table else { return };
        let Heads { count, width } = self.heads;
        let stride = count * width;
        let numbers = &table[self.range.start * stride + self.head * width..];
        layer.set_columns(Rows { numbers, stride, count: self.range.len() }, width, 0.0);
        out.resize(rows.count * row(self.range.len()), 0.0);
        layer.product_into(rows, out);
    }

    /// Adds to the scores of the keys for one query.
    pub(crate) fn add(&self, query: usize, scores: &mut [f32], scratch: &Scratch) {
        let distances = self.distances.of(query, self.tokens);
        let scores = scores[..self.tokens].iter_mut();
        match self.relative {
            Relative::Bias(table) => {
                for (score, row) in scores.zip(distances) {
                    *score += table[row * self.heads.count + self.head];
                }
            }
            Relative::Disentangled { keys, queries } => {
                let (stride, first) = (row(self.range.len()), self.range.start);
                let of_query =
                    keys.as_ref().map(|_| &scratch.of_queries[query * stride..][..stride]);
                let of_keys = queries.as_ref().map(|_| &scratch.of_keys);
                for (key, (score, row)) in scores.zip(distances).enumerate() {
                    let row = row - first;
                    let of_query = of_query.map_or(0.0, |products| products[row]);
                    *score +=
                        of_query + of_keys.map_or(0.0, |products| products[key * stride + row]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_the_rows_that_the_models_were_trained_with() {
        // As transformers' make_log_bucket_position and relative_position_bucket give them.
        let deberta = |distance, buckets| deberta_row(distance, buckets, 512, 256);
        for (distance, expected) in [
            (0, 256),
            (1, 257),
            (-1, 255),
            (128, 384),
            (129, 385),
            (511, 511),
            (-511, 1),
            (-600, 0),
        ] {
            assert_eq!(deberta(distance, Some(256)), expected, "{distance}");
        }
        assert_eq!(deberta(300, None), 511);
        let sizes = [7, 8, 15, 16, 17, 22, 23, 31, 32, 33, 63, 64, 65, 90, 91, 127, 128, 999];
        let rows = [7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 13, 14, 14, 14, 15, 15, 15, 15];
        for (size, expected) in sizes.into_iter().zip(rows) {
            assert_eq!(mpnet_row(size, 32), expected, "{size}");
            assert_eq!(mpnet_row(-size, 32), expected + 16, "-{size}");
        }
    }

    #[test]
    fn distances_are_counted_from_the_query() {
        let distances = Distances::new(5, |distance| (distance + 10) as u32);
        assert_eq!(distances.of(2, 4).collect::<Vec<_>>(), [12, 11, 10, 9]);
        assert_eq!(distances.of(0, 1).collect::<Vec<_>>(), [10]);
        assert_eq!(distances.range(4), 7..14);
    }
}
