//! A maxout layer with layer normalisation.

use crate::error::Error;
use crate::matrix::{Affine, dot};
use crate::thinc::Node;

/// thinc adds this to the variance.
const EPSILON: f32 = 1e-8;

/// Maxout, then `(x - mean) / sqrt(variance) * gain + shift` over each row.
#[derive(Debug)]
pub(crate) struct Maxout {
    /// Outputs are piece-major: all outputs' first pieces, then all second ones.
    pub(crate) affine: Affine,
    width: usize,
    gain: Vec<f32>,
    shift: Vec<f32>,
}

impl Maxout {
    pub(super) fn read(
        maxout: &Node<'_>,
        norm: &Node<'_>,
        inputs: usize,
        width: usize,
        file: &str,
    ) -> Result<Self, Error> {
        let weights = maxout.parameter("W", file)?;
        let [outputs, pieces, _] = weights.sizes::<3>(file)?;
        weights.expect(&[width, pieces, inputs], file)?;
        let bias = maxout.parameter("b", file)?;
        bias.expect(&[width, pieces], file)?;
        let gain = norm.parameter("G", file)?;
        gain.expect(&[width], file)?;
        let shift = norm.parameter("b", file)?;
        shift.expect(&[width], file)?;
        let rows = (0..pieces).flat_map(|piece| (0..outputs).map(move |o| o * pieces + piece));
        let rows: Vec<usize> = rows.collect();
        let affine = Affine::from_rows(inputs, &rows, &weights.data, Some(&bias.data));
        Ok(Self { affine, width, gain: gain.data, shift: shift.data })
    }

    /// Sets `out` to (or, where `residual`, adds) the layer's rows for the products without bias.
    pub(super) fn normalize(&self, products: &mut [f32], out: &mut [f32], residual: bool) {
        let products = products.chunks_exact_mut(self.affine.outputs);
        for (product, out) in products.zip(out.chunks_exact_mut(self.width)) {
            for (value, &bias) in product.iter_mut().zip(&self.affine.bias) {
                *value += bias;
            }
            let (best, others) = product.split_at_mut(self.width);
            for other in others.chunks_exact(self.width) {
                for (x, &y) in best.iter_mut().zip(other) {
                    *x = if y > *x { y } else { *x };
                }
            }
            let mean = sum(best) / self.width as f32;
            for x in best.iter_mut() {
                *x -= mean;
            }
            let variance = dot(best, best) / self.width as f32 + EPSILON;
            let scale = 1.0 / variance.sqrt();
            for (((y, &x), &gain), &shift) in
                out.iter_mut().zip(best.iter()).zip(&self.gain).zip(&self.shift)
            {
                let value = x * scale * gain + shift;
                *y = if residual { *y + value } else { value };
            }
        }
    }
}

fn sum(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<16>();
    let mut sums = [0.0f32; 16];
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += x;
        }
    }
    sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
}
