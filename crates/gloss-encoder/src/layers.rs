//! Affine layers and layer normalisations, as a file's tensors give them.

use gloss_kernels::{Affine, ByteAffine, ByteRows, Kernels, Norm, Rows, row};

use crate::error::Error;
use crate::settings::Precision;
use crate::weights::Weights;

/// An affine layer in the numbers that were asked for.
#[derive(Debug)]
pub(crate) enum Linear {
    Numbers(Affine),
    Bytes(ByteAffine),
}

/// Weights by output and input, and a bias, as they are in the file.
pub(crate) struct Matrix {
    inputs: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// Which number of a file's row is at a place of ours; none where there is padding.
pub(crate) type Places = Vec<Option<usize>>;

/// The places of `parts` rows of `width` numbers, each padded by itself.
pub(crate) fn places(parts: usize, width: usize) -> Places {
    let place = |part: usize, at: usize| (at < width).then_some(part * width + at);
    (0..parts).flat_map(|part| (0..row(width)).map(move |at| place(part, at))).collect()
}

impl Matrix {
    /// The tensors `name.weight` (outputs, inputs) and `name.bias` (outputs).
    pub(crate) fn read(
        weights: &mut Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, Error> {
        let bias = weights.read(&format!("{name}.bias"), &[outputs])?;
        let weights = weights.read(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(Self { inputs, weights, bias })
    }

    /// Appends the outputs of another matrix with the same inputs.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.weights.append(&mut other.weights);
        self.bias.append(&mut other.bias);
    }

    /// Multiplies all outputs.
    pub(crate) fn scale(&mut self, factor: f32) {
        self.weights.iter_mut().chain(&mut self.bias).for_each(|number| *number *= factor);
    }

    /// The layer for inputs and outputs at these places.
    pub(crate) fn layer(
        &self,
        kernels: Kernels,
        precision: Precision,
        inputs: &Places,
        outputs: &Places,
    ) -> Linear {
        let sizes = (inputs.len(), outputs.len());
        let weight = |output: usize, input: usize| match (outputs[output], inputs[input]) {
            (Some(output), Some(input)) => self.weights[output * self.inputs + input],
            _ => 0.0,
        };
        let bias = |output: usize| outputs[output].map_or(0.0, |output| self.bias[output]);
        match precision {
            Precision::F32 => Linear::Numbers(Affine::new(kernels, sizes, weight, bias)),
            Precision::Int8 => Linear::Bytes(ByteAffine::new(kernels, sizes, weight, bias)),
        }
    }
}

impl Linear {
    /// A layer between padded rows.
    pub(crate) fn read(
        weights: &mut Weights,
        name: &str,
        (inputs, outputs): (usize, usize),
        kernels: Kernels,
        precision: Precision,
    ) -> Result<Self, Error> {
        let matrix = Matrix::read(weights, name, inputs, outputs)?;
        Ok(matrix.layer(kernels, precision, &places(1, inputs), &places(1, outputs)))
    }

    /// The places of a row of the output.
    pub(crate) fn outputs(&self) -> usize {
        match self {
            Self::Numbers(layer) => layer.outputs(),
            Self::Bytes(layer) => layer.outputs(),
        }
    }

    /// Resizes `out` to the rows and sets them.
    pub(crate) fn product(&self, input: Rows<'_>, room: &mut ByteRows, out: &mut Vec<f32>) {
        out.resize(input.count * self.outputs(), 0.0);
        match self {
            Self::Numbers(layer) => layer.product_into(input, out),
            Self::Bytes(layer) => layer.product_into(input, room, out),
        }
    }
}

/// A layer normalisation.
#[derive(Debug)]
pub(crate) struct Normalization {
    width: usize,
    gain: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

impl Normalization {
    pub(crate) fn read(
        weights: &mut Weights,
        name: &str,
        width: usize,
        epsilon: f32,
    ) -> Result<Self, Error> {
        // Models converted from TensorFlow have its names.
        let old = weights.has(&format!("{name}.gamma"));
        let (gain, shift) = if old { ("gamma", "beta") } else { ("weight", "bias") };
        let mut padded = |part: &str| {
            let mut numbers = weights.read(&format!("{name}.{part}"), &[width])?;
            numbers.resize(row(width), 0.0);
            Ok::<_, Error>(numbers)
        };
        Ok(Self { width, gain: padded(gain)?, shift: padded(shift)?, epsilon })
    }

    fn norm(&self) -> Norm<'_> {
        let Self { width, gain, shift, epsilon } = self;
        Norm { width: *width, gain, shift, epsilon: *epsilon }
    }

    /// Adds `difference` to the rows and normalises them.
    pub(crate) fn add(&self, kernels: Kernels, rows: &mut [f32], difference: &[f32]) {
        let count = rows.len() / row(self.width);
        kernels.add_and_normalize(self.norm(), rows, difference, count);
    }
}
