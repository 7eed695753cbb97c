//! Affine layers over rows of `f32`. Rows are padded as [`crate::kernels::row`] says.

use crate::error::Error;
use crate::kernels::{Kernels, Rows, Weights, row};
use crate::thinc::Array;

/// An affine layer: products with the weights, plus the bias.
#[derive(Debug)]
pub(crate) struct Affine {
    kernels: Kernels,
    pub(crate) inputs: usize,
    /// Places of a row of the output.
    pub(crate) outputs: usize,
    panels: Aligned,
    bias: Aligned,
}

impl Affine {
    /// A layer whose weights are told by output and input, and whose bias by output.
    pub(crate) fn new(
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

    /// A plain linear layer: W (outputs, inputs) and b (outputs).
    pub(crate) fn linear(
        kernels: Kernels,
        weights: &Array,
        bias: &Array,
        file: &str,
    ) -> Result<Self, Error> {
        let [outputs, inputs] = weights.sizes::<2>(file)?;
        bias.expect(&[outputs], file)?;
        let weight = |output: usize, input: usize| weights.data[output * inputs + input];
        Ok(Self::new(kernels, (inputs, outputs), weight, |output| bias.data[output]))
    }

    fn weights(&self) -> Weights<'_> {
        let (panels, bias) = (self.panels.get(), self.bias.get());
        Weights { inputs: self.inputs, outputs: self.outputs, panels, bias }
    }

    /// Resizes `out` to the rows and sets them. Row `i` of the input starts at `i * stride`; rows may
    /// overlap.
    pub(crate) fn product(&self, input: &[f32], stride: usize, count: usize, out: &mut Vec<f32>) {
        self.maxout(1, input, stride, count, out);
    }

    /// As [`Affine::product`], where the outputs are `pieces` runs, of which the largest values are taken.
    pub(crate) fn maxout(
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
    pub(crate) fn product_into(&self, input: Rows<'_>, out: &mut [f32]) {
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

/// The position of the largest number, the first of equals; 0 of none.
pub(crate) fn argmax(values: &[f32]) -> usize {
    // Two passes without a decision in them are faster than one that has to keep the position.
    let (chunks, rest) = values.as_chunks::<8>();
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut most = [f32::NEG_INFINITY; 8];
    for chunk in chunks {
        for (most, &value) in most.iter_mut().zip(chunk) {
            *most = larger(*most, value);
        }
    }
    let most = most.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| larger(a, b));
    values.iter().position(|&value| value == most).unwrap_or(0)
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
        assert_eq!(dot(&[1.0; 35], &[2.0; 35]), 70.0);
    }

    #[test]
    fn the_first_of_the_largest_wins() {
        let mut many = vec![-1.0; 40];
        (many[7], many[21], many[38]) = (0.5, 2.0, 2.0);
        for (values, expected) in [
            (vec![], 0),
            (vec![f32::NEG_INFINITY; 3], 0),
            (vec![-3.0, -2.0, -2.0], 1),
            (many.clone(), 21),
            (many[..20].to_vec(), 7),
            (many[30..].to_vec(), 8),
        ] {
            assert_eq!(argmax(&values), expected, "{values:?}");
        }
    }
}
