//! What a causal attention remembers of one head.

use crate::aligned::Aligned;
use crate::dispatch::Weights;
use crate::{Kernels, Rows, row};

/// Queries that are scored in a go, so that the scores stay in a near cache.
const QUERIES: usize = 48;

/// Keys and values of one head, in the order in which they came, kept as the kernels read them; attention
/// (Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>) of queries over them.
#[derive(Debug)]
pub struct History {
    kernels: Kernels,
    width: usize,
    count: usize,
    capacity: usize,
    keys: Aligned<f32>,
    values: Aligned<f32>,
    zeros: Vec<f32>,
}

impl History {
    /// An empty one, with room for so many keys of `width` numbers.
    ///
    /// # Panics
    /// If the width is not one of a padded row.
    #[must_use]
    pub fn new(kernels: Kernels, width: usize, capacity: usize) -> Self {
        assert!(width > 0 && width == row(width));
        let places = row(capacity);
        Self {
            kernels,
            width,
            count: 0,
            capacity: places,
            keys: Aligned::zeros(places * width),
            values: Aligned::zeros(places * width),
            zeros: vec![0.0; places.max(width)],
        }
    }

    /// How many keys there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Forgets all but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    /// Appends a key and its value.
    ///
    /// # Panics
    /// If there is no room, or a length is not the width.
    pub fn push(&mut self, key: &[f32], value: &[f32]) {
        let (lanes, width, at) = (self.kernels.lanes(), self.width, self.count);
        assert!(at < self.capacity && key.len() == width && value.len() == width);
        let panel = &mut self.keys.get_mut()[at / lanes * lanes * width..][..lanes * width];
        panel.iter_mut().skip(at % lanes).step_by(lanes).zip(key).for_each(|(to, x)| *to = *x);
        for (panel, value) in value.chunks_exact(lanes).enumerate() {
            let start = (panel * self.capacity + at) * lanes;
            self.values.get_mut()[start..start + lanes].copy_from_slice(value);
        }
        self.count += 1;
    }

    /// For each query the mean of the values, weighted by the softmax of the products with the keys: query `i`
    /// sees the first `seen + i / together` keys. Results are rows of `out` that start `stride` apart.
    ///
    /// # Panics
    /// If a query is to see more keys than there are or none, or something is too short.
    pub fn attend(
        &self,
        queries: Rows<'_>,
        (seen, together): (usize, usize),
        scores: &mut Vec<f32>,
        out: &mut [f32],
        stride: usize,
    ) {
        let width = self.width;
        for from in (0..queries.count).step_by(QUERIES) {
            let count = QUERIES.min(queries.count - from);
            let sees = |query: usize| seen + (from + query) / together;
            let keys = sees(count - 1);
            assert!(sees(0) > 0 && keys <= self.count);
            let places = row(keys);
            scores.resize(count * places, 0.0);
            let numbers = &queries.numbers[from * queries.stride..];
            let weights = Weights {
                inputs: width,
                outputs: places,
                panels: self.keys.get(),
                step: width * self.kernels.lanes(),
                bias: &self.zeros[..places],
            };
            let rows = Rows { numbers, stride: queries.stride, count };
            self.kernels.maxout(weights, 1, rows, scores, places);
            for (query, scores) in scores.chunks_exact_mut(places).enumerate() {
                scores[sees(query)..].fill(f32::NEG_INFINITY);
            }
            self.kernels.softmax(scores, places);
            for (query, scores) in scores.chunks_exact_mut(places).enumerate() {
                scores[sees(query)..].fill(0.0);
            }
            let weights = Weights {
                inputs: keys,
                outputs: width,
                panels: self.values.get(),
                step: self.capacity * self.kernels.lanes(),
                bias: &self.zeros[..width],
            };
            let rows = Rows { numbers: scores, stride: places, count };
            self.kernels.maxout(weights, 1, rows, &mut out[from * stride..], stride);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_sees_what_came_before_it() {
        for kernels in Kernels::available() {
            check(kernels);
        }
    }

    fn check(kernels: Kernels) {
        let (width, tokens) = (16, 70);
        let number = |at: usize| ((at * 7919 + 13) % 1009) as f32 / 504.5 - 1.0;
        let numbers: Vec<f32> = (0..3 * tokens * width).map(number).collect();
        let [queries, keys, values] =
            [0, 1, 2].map(|part| &numbers[part * tokens * width..][..tokens * width]);
        let mut history = History::new(kernels, width, tokens);
        for at in 0..tokens {
            history.push(&keys[at * width..][..width], &values[at * width..][..width]);
        }
        let mut out = vec![0.0; tokens * width];
        let rows = Rows { numbers: queries, stride: width, count: tokens };
        history.attend(rows, (1, 1), &mut Vec::new(), &mut out, width);
        for at in 0..tokens {
            let query = &queries[at * width..][..width];
            let weight = |key: usize| {
                let products = query.iter().zip(&keys[key * width..]).map(|(a, b)| a * b);
                f64::from(products.sum::<f32>()).exp()
            };
            let weights: Vec<f64> = (0..=at).map(weight).collect();
            let total: f64 = weights.iter().sum();
            for place in 0..width {
                let terms = weights.iter().enumerate();
                let sum: f64 =
                    terms.map(|(key, w)| w * f64::from(values[key * width + place])).sum();
                let found = f64::from(out[at * width + place]);
                assert!((found - sum / total).abs() < 1e-5, "{kernels:?} {at}");
            }
            // Alone, and with keys behind it that it does not see, it gets the same.
            let mut alone = vec![0.0; width];
            let rows = Rows { numbers: query, stride: width, count: 1 };
            history.attend(rows, (at + 1, 1), &mut Vec::new(), &mut alone, width);
            assert_eq!(alone, out[at * width..][..width], "{kernels:?} {at}");
        }
    }
}
