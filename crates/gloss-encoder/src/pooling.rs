//! Vectors of tokens to one of the text.

use gloss_kernels::Rows;

use crate::settings::Pooling;

/// The vector of a text, while its windows come.
#[derive(Debug)]
pub(crate) struct Pool {
    sum: Vec<f32>,
    weight: f32,
}

impl Pool {
    pub(crate) fn new(width: usize) -> Self {
        Self { sum: vec![0.0; width], weight: 0.0 }
    }

    /// Adds a window of so many tokens of the text.
    pub(crate) fn add(&mut self, pooling: Pooling, rows: Rows<'_>, tokens: usize) {
        let weight = tokens.max(1) as f32;
        let width = self.sum.len();
        let row = |at: usize| &rows.numbers[at * rows.stride..][..width];
        let mut vector = row(0).to_vec();
        let others = match pooling {
            Pooling::Cls => 1..1,
            Pooling::Mean | Pooling::Max => 1..rows.count,
        };
        for other in others {
            let pairs = vector.iter_mut().zip(row(other));
            match pooling {
                Pooling::Max => pairs.for_each(|(x, &y)| *x = x.max(y)),
                Pooling::Mean | Pooling::Cls => pairs.for_each(|(x, y)| *x += y),
            }
        }
        let share = if pooling == Pooling::Mean { 1.0 / rows.count as f32 } else { 1.0 };
        self.sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x * share * weight);
        self.weight += weight;
    }

    /// The vector; zeros if no window came.
    pub(crate) fn finish(mut self, normalize: bool) -> Vec<f32> {
        let mut scale = if self.weight > 0.0 { 1.0 / self.weight } else { 1.0 };
        if normalize {
            let length = self.sum.iter().map(|x| x * x).sum::<f32>().sqrt();
            // A vector of zeros has no direction to keep.
            scale = 1.0 / length.max(1e-12);
        }
        self.sum.iter_mut().for_each(|x| *x *= scale);
        self.sum
    }
}
