//! Vectors of tokens to one of the text.

use gloss_kernels::Rows;

use crate::settings::Pooling;

/// The mean of what windows of a text give, weighted by their tokens, while they come.
#[derive(Clone, Debug)]
pub(crate) struct Mean {
    sum: Vec<f32>,
    weight: f32,
    pub(crate) windows: usize,
}

impl Mean {
    pub(crate) fn new(width: usize) -> Self {
        Self { sum: vec![0.0; width], weight: 0.0, windows: 0 }
    }

    /// Adds what a window of so many tokens gives.
    pub(crate) fn add(&mut self, numbers: &[f32], tokens: usize) {
        // A text without tokens has a window with special ones.
        let weight = tokens.max(1) as f32;
        // What a single window gives is kept to the bit.
        match self.windows {
            0 => self.sum.copy_from_slice(numbers),
            1 => self.sum.iter_mut().for_each(|sum| *sum *= self.weight),
            _ => {}
        }
        if self.windows > 0 {
            self.sum.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x * weight);
        }
        self.weight += weight;
        self.windows += 1;
    }

    /// The mean; zeros if no window came.
    pub(crate) fn finish(mut self) -> Vec<f32> {
        if self.windows > 1 {
            self.sum.iter_mut().for_each(|x| *x /= self.weight);
        }
        self.sum
    }
}

/// One vector of `width` numbers for at least one row.
pub(crate) fn pool(pooling: Pooling, rows: Rows<'_>, width: usize) -> Vec<f32> {
    let row = |at: usize| &rows.numbers[at * rows.stride..][..width];
    let mut vector = row(0).to_vec();
    for other in 1..rows.count {
        let pairs = vector.iter_mut().zip(row(other));
        match pooling {
            Pooling::Cls => break,
            Pooling::Max => pairs.for_each(|(x, &y)| *x = x.max(y)),
            Pooling::Mean => pairs.for_each(|(x, y)| *x += y),
        }
    }
    if pooling == Pooling::Mean {
        vector.iter_mut().for_each(|x| *x /= rows.count as f32);
    }
    vector
}

/// Scales a vector to length one. One of zeros has no direction, and stays as it is.
pub(crate) fn normalize(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
    vector.iter_mut().for_each(|x| *x /= length);
}
