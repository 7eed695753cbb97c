//! Affine layers over rows of `f32`, padded as [`crate::row`] says.

use crate::aligned::Aligned;
use crate::dispatch::{Weights, places};
use crate::{Kernels, Rows, row};

/// An affine layer: products with the weights, plus the bias.
#[derive(Debug)]
pub struct Affine {
    kernels: Kernels,
    inputs: usize,
    /// Places of a row of the output.
    outputs: usize,
    panels: Aligned<f32>,
    bias: Aligned<f32>,
}

impl Affine {
    /// A layer whose weights are told by output and input, and whose bias by output.
    pub fn new(
        kernels: Kernels,
        (inputs, outputs): (usize, usize),
        weight: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        let (lanes, width) = (kernels.lanes(), row(outputs));
        let mut panels = Aligned::zeros(places(inputs, width, 0));
        for (panel, weights) in panels.get_mut().chunks_exact_mut(inputs.max(1) * lanes).enumerate()
        {
            for lane in 0..lanes.min(outputs.saturating_sub(panel * lanes)) {
                for input in 0..inputs {
                    weights[input * lanes + lane] = weight(panel * lanes + lane, input);
                }
            }
        }
        let mut biases = Aligned::zeros(width);
        biases.get_mut()[..outputs].iter_mut().enumerate().for_each(|(at, b)| *b = bias(at));
        Self { kernels, inputs, outputs: width, panels, bias: biases }
    }

    /// The numbers of a row of the input.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The places of a row of the output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    fn weights(&self) -> Weights<'_> {
        let (panels, bias) = (self.panels.get(), self.bias.get());
        let step = self.inputs * self.kernels.lanes();
        Weights { inputs: self.inputs, outputs: self.outputs, panels, step, bias }
    }

    /// Resizes `out` to the rows and sets them. Row `i` of the input starts at `i * stride`; rows may
    /// overlap.
    ///
    /// # Panics
    ///
    /// If the input is too short.
    pub fn product(&self, input: &[f32], stride: usize, count: usize, out: &mut Vec<f32>) {
        self.maxout(1, input, stride, count, out);
    }

    /// As [`Affine::product`], where the outputs are `pieces` runs, of which the largest values are taken.
    ///
    /// # Panics
    ///
    /// If the input is too short, or a run is no whole number of vectors.
    pub fn maxout(
        &self,
        pieces: usize,
        input: &[f32],
        stride: usize,
        count: usize,
        out: &mut Vec<f32>,
    ) {
        out.resize(places(count, self.outputs / pieces, 0), 0.0);
        let input = Rows { numbers: input, stride, count };
        self.kernels.maxout(self.weights(), pieces, input, out, self.outputs / pieces);
    }

    /// As [`Affine::product`], to where there is room already.
    ///
    /// # Panics
    ///
    /// If the input or `out` is too short.
    pub fn product_into(&self, input: Rows<'_>, out: &mut [f32]) {
        self.product_apart(input, out, self.outputs);
    }

    /// As [`Affine::product_into`], where rows of `out` start `stride` numbers apart. What lies between
    /// them stays as it is.
    ///
    /// # Panics
    ///
    /// If the input or `out` is too short, or the stride.
    pub fn product_apart(&self, input: Rows<'_>, out: &mut [f32], stride: usize) {
        self.kernels.maxout(self.weights(), 1, input, out, stride);
    }

    /// Sets `out` to the products of one row, from the output `first` on: as many as `out` has.
    ///
    /// # Panics
    ///
    /// If the row is too short, there are not so many outputs, or the first or the number is not one of a padded row.
    pub fn product_part(&self, numbers: &[f32], first: usize, out: &mut [f32]) {
        let last = places(1, first, out.len());
        assert!(last <= self.outputs && first == row(first) && last == row(last));
        let weights = self.weights();
        let panels = &weights.panels[first / self.kernels.lanes() * weights.step..];
        let bias = &weights.bias[first..];
        let (outputs, rows) = (out.len(), Rows { numbers, stride: 0, count: 1 });
        self.kernels.maxout(Weights { outputs, panels, bias, ..weights }, 1, rows, out, outputs);
    }

    /// A layer without inputs or outputs, to be given other rows as weights.
    #[must_use]
    pub fn empty(kernels: Kernels) -> Self {
        Self {
            kernels,
            inputs: 0,
            outputs: 0,
            panels: Aligned::default(),
            bias: Aligned::default(),
        }
    }

    /// Makes the layer give the products of an input row with each of these `rows`, of `width` numbers. What
    /// it gives in places beyond the last row is `padding`.
    ///
    /// # Panics
    ///
    /// If a row ends beyond the numbers.
    pub fn set_columns(&mut self, rows: Rows<'_>, width: usize, padding: f32) {
        let lanes = self.kernels.lanes();
        self.inputs = width;
        self.outputs = row(rows.count);
        // Places beyond the last row keep numbers of former rows, so they have to be cleared.
        self.panels.reset(width * self.outputs);
        self.bias.reset(self.outputs);
        self.bias.get_mut()[..rows.count].fill(0.0);
        self.bias.get_mut()[rows.count..].fill(padding);
        let panels = self.panels.get_mut();
        for at in 0..self.outputs {
            let panel = &mut panels[at / lanes * lanes * width..][..lanes * width];
            let weights = panel.iter_mut().skip(at % lanes).step_by(lanes);
            if at < rows.count {
                let numbers = &rows.numbers[at * rows.stride..][..width];
                weights.zip(numbers).for_each(|(weight, &number)| *weight = number);
            } else {
                weights.for_each(|weight| *weight = 0.0);
            }
        }
    }

    /// Makes the layer give the sum of these `rows`, of `width` places, each times one number of an input
    /// row.
    ///
    /// # Panics
    ///
    /// If a row ends beyond the numbers, or the width is not one of a padded row.
    pub fn set_rows(&mut self, rows: Rows<'_>, width: usize) {
        let lanes = self.kernels.lanes();
        assert!(width.is_multiple_of(lanes) && width == row(width));
        self.inputs = rows.count;
        self.outputs = width;
        self.panels.reset(rows.count * width);
        self.bias.reset(width);
        self.bias.get_mut().fill(0.0);
        let panels = self.panels.get_mut();
        for at in 0..rows.count {
            let numbers = &rows.numbers[at * rows.stride..][..width];
            for (panel, numbers) in numbers.chunks_exact(lanes).enumerate() {
                let start = (panel * rows.count + at) * lanes;
                panels[start..start + lanes].copy_from_slice(numbers);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_found_by_output_and_input() {
        for kernels in Kernels::available() {
            let weight = |output: usize, input: usize| (10 * output + input) as f32;
            let affine = Affine::new(kernels, (2, 18), weight, |output| output as f32 * 1000.0);
            let mut out = Vec::new();
            affine.product(&[1., 100., 2.], 1, 2, &mut out);
            for output in 0..18 {
                let (a, b) = (weight(output, 0), weight(output, 1));
                let bias = output as f32 * 1000.0;
                assert_eq!(out[output], a + 100.0 * b + bias, "{kernels:?} {output}");
                assert_eq!(out[32 + output], 100.0 * a + 2.0 * b + bias);
            }
            assert_eq!(out[18..32], [0.0; 14]);
            assert_eq!(out.len(), 64);
            let mut parts = [0.0; 32];
            for (part, out) in parts.chunks_mut(16).enumerate() {
                affine.product_part(&[1., 100.], part * 16, out);
            }
            assert_eq!(parts, out[..32]);
        }
    }
}
