//! Products of `f32` matrices. A row's result does not depend on the rows beside it.
#![allow(unsafe_code)] // the crate that multiplies takes pointers; all checks are here

use crate::error::Error;
use crate::thinc::Array;

/// Weights of an affine layer, `inputs` x `outputs` in row-major order, with a bias.
#[derive(Debug)]
pub(crate) struct Affine {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Affine {
    /// From thinc's layout: one row of `inputs` weights per output, taken in the order of `rows`.
    pub(crate) fn from_rows(
        inputs: usize,
        rows: &[usize],
        weights: &[f32],
        bias: Option<&[f32]>,
    ) -> Self {
        let outputs = rows.len();
        let mut turned = vec![0.0; inputs * outputs];
        for (output, &row) in rows.iter().enumerate() {
            for (input, &weight) in weights[row * inputs..(row + 1) * inputs].iter().enumerate() {
                turned[input * outputs + output] = weight;
            }
        }
        let bias = rows.iter().map(|&row| bias.map_or(0.0, |bias| bias[row])).collect();
        Self { inputs, outputs, weights: turned, bias }
    }

    /// A plain linear layer: W (outputs, inputs) and b (outputs).
    pub(crate) fn linear(weights: &Array, bias: &Array, file: &str) -> Result<Self, Error> {
        let [outputs, inputs] = weights.sizes::<2>(file)?;
        bias.expect(&[outputs], file)?;
        let rows: Vec<usize> = (0..outputs).collect();
        Ok(Self::from_rows(inputs, &rows, &weights.data, Some(&bias.data)))
    }

    /// `out` = rows of `input` times the weights, without the bias. Row `i` of the input starts at
    /// `i * stride`; rows may overlap.
    pub(crate) fn product(&self, input: &[f32], stride: usize, rows: usize, out: &mut Vec<f32>) {
        out.resize(rows * self.outputs, 0.0);
        self.product_into(input, stride, rows, out);
    }

    /// [`Affine::product`] into a slice of just the size that the rows need.
    pub(crate) fn product_into(&self, input: &[f32], stride: usize, rows: usize, out: &mut [f32]) {
        assert_eq!(out.len(), rows * self.outputs, "output of another size");
        if rows == 0 {
            return;
        }
        assert!(input.len() >= (rows - 1) * stride + self.inputs, "input too short");
        assert_eq!(self.weights.len(), self.inputs * self.outputs);
        // SAFETY: the assertions make every element that the strides address lie inside its slice;
        // `out` is borrowed exclusively, so it overlaps neither operand.
        unsafe {
            matrixmultiply::sgemm(
                rows,
                self.inputs,
                self.outputs,
                1.0,
                input.as_ptr(),
                stride as isize,
                1,
                self.weights.as_ptr(),
                self.outputs as isize,
                1,
                0.0,
                out.as_mut_ptr(),
                self.outputs as isize,
                1,
            );
        }
    }

    /// The product for one row; its sums run in another order than those of [`Affine::product`].
    pub(crate) fn product_of_one(&self, input: &[f32], out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.outputs, 0.0);
        for (&x, row) in input.iter().zip(self.weights.chunks_exact(self.outputs)) {
            for (sum, &weight) in out.iter_mut().zip(row) {
                *sum += x * weight;
            }
        }
    }

    /// Adds the bias to every row.
    pub(crate) fn add_bias(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.outputs) {
            for (value, &bias) in row.iter_mut().zip(&self.bias) {
                *value += bias;
            }
        }
    }
}

/// The sum of products, in sixteen partial sums that the processor can run side by side.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a16, a_rest) = a.as_chunks::<16>();
    let (b16, b_rest) = b.as_chunks::<16>();
    let mut sums = [0.0f32; 16];
    for (a, b) in a16.iter().zip(b16) {
        for ((sum, &x), &y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours() {
        for (inputs, outputs, rows) in [(288, 288, 67), (384, 288, 9), (64, 37, 130), (3, 5, 2)] {
            let order: Vec<usize> = (0..outputs).collect();
            let affine = Affine::from_rows(inputs, &order, &numbers(inputs * outputs, 1), None);
            let input = numbers(rows * inputs, 2);
            let (mut all, mut one) = (Vec::new(), Vec::new());
            affine.product(&input, inputs, rows, &mut all);
            for row in 0..rows {
                affine.product(&input[row * inputs..(row + 1) * inputs], inputs, 1, &mut one);
                assert_eq!(one, all[row * outputs..(row + 1) * outputs]);
                affine.product_of_one(&input[row * inputs..(row + 1) * inputs], &mut one);
                for (x, y) in one.iter().zip(&all[row * outputs..]) {
                    assert!((x - y).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn rows_are_turned_and_picked() {
        let affine = Affine::from_rows(2, &[2, 0], &[1., 2., 3., 4., 5., 6.], Some(&[7., 8., 9.]));
        let mut out = Vec::new();
        affine.product(&[1., 10., 100.], 1, 2, &mut out);
        affine.add_bias(&mut out);
        assert_eq!(out, [65. + 9., 21. + 7., 650. + 9., 210. + 7.]);
        assert_eq!(dot(&[1.0; 35], &[2.0; 35]), 70.0);
    }
}
