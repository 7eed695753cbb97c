//! Affine layers over rows of `f32`, padded as [`crate::row`] says.

use crate::{Kernels, Rows, Weights, row};

/// An affine layer: products with the weights, plus the bias.
#[derive(Debug)]
pub struct Affine {
    kernels: Kernels,
    inputs: usize,
    /// Places of a row of the output.
    outputs: usize,
    panels: Aligned,
    bias: Aligned,
}

impl Affine {
    /// A layer whose weights are told by output and input, and whose bias by output.
    pub fn new(
        kernels: Kernels,
        (inputs, outputs): (usize, usize),
        weight: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        let (lanes, places) = (kernels.lanes(), row(outputs));
        let mut panels = Aligned::zeros(inputs * places);
        for (panel, weights) in panels.get_mut().chunks_exact_mut(inputs.max(1) * lanes).enumerate()
        {
            for lane in 0..lanes.min(outputs.saturating_sub(panel * lanes)) {
                for input in 0..inputs {
                    weights[input * lanes + lane] = weight(panel * lanes + lane, input);
                }
            }
        }
        let mut biases = Aligned::zeros(places);
        biases.get_mut()[..outputs].iter_mut().enumerate().for_each(|(at, b)| *b = bias(at));
        Self { kernels, inputs, outputs: places, panels, bias: biases }
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
        Weights { inputs: self.inputs, outputs: self.outputs, panels, bias }
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
        out.resize(count * self.outputs / pieces, 0.0);
        let input = Rows { numbers: input, stride, count };
        self.kernels.maxout(self.weights(), pieces, input, out);
    }

    /// As [`Affine::product`], to where there is room already.
    ///
    /// # Panics
    ///
    /// If the input or `out` is too short.
    pub fn product_into(&self, input: Rows<'_>, out: &mut [f32]) {
        self.kernels.maxout(self.weights(), 1, input, out);
    }
}

/// Numbers that start at the beginning of a cache line, so that no vector of them lies in two.
#[derive(Debug)]
struct Aligned {
    numbers: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    const LINE: usize = 64;

    fn zeros(len: usize) -> Self {
        let numbers = vec![0.0f32; len + Self::LINE / size_of::<f32>()];
        let start = numbers.as_ptr().align_offset(Self::LINE).min(numbers.len() - len);
        Self { numbers, start, len }
    }

    fn get(&self) -> &[f32] {
        &self.numbers[self.start..self.start + self.len]
    }

    fn get_mut(&mut self) -> &mut [f32] {
        &mut self.numbers[self.start..self.start + self.len]
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
        }
    }
}
