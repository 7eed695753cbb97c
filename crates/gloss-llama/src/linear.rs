//! Layers as a file's tensors give them.

use gloss_kernels::{Affine, BlockAffine, BlockRows, Kernels, Rows, row};

use crate::error::Error;
use crate::gguf::Gguf;

/// A layer without bias, in the numbers of its tensor.
#[derive(Debug)]
pub(crate) enum Linear {
    Numbers(Affine, Vec<f32>),
    Blocks(BlockAffine),
}

impl Linear {
    /// The tensor `name` of this many inputs and outputs.
    pub(crate) fn read(
        file: &mut Gguf,
        kernels: Kernels,
        name: &str,
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, Error> {
        let (tensor, bytes) = file.read(name, (inputs, outputs))?;
        let (format, size) = (tensor.format, tensor.row_bytes());
        let row = |output: usize| &bytes[output * size..][..size];
        Ok(match format.form() {
            Some(form) => {
                let fill = |output: usize, weights: &mut _| {
                    format.unpack(row(output), weights);
                    Ok::<_, Error>(())
                };
                Self::Blocks(BlockAffine::new(kernels, (inputs, outputs), form, fill)?)
            }
            None => {
                let weight = |output: usize, input: usize| format.number(row(output), input);
                let layer = Affine::new(kernels, (inputs, outputs), weight, |_| 0.0);
                Self::Numbers(layer, Vec::new())
            }
        })
    }

    /// As [`Linear::read`], of a layer whose weights are looked up as well.
    pub(crate) fn read_table(
        file: &mut Gguf,
        kernels: Kernels,
        name: &str,
        sizes: (usize, usize),
    ) -> Result<Self, Error> {
        let mut layer = Self::read(file, kernels, name, sizes)?;
        if let Self::Numbers(_, rows) = &mut layer {
            let (tensor, bytes) = file.read(name, sizes)?;
            let each = bytes.chunks_exact(tensor.row_bytes());
            let numbers = |row| (0..sizes.0).map(move |at| tensor.format.number(row, at));
            *rows = each.flat_map(numbers).collect();
        }
        Ok(layer)
    }

    /// The places of a row of the output.
    pub(crate) fn outputs(&self) -> usize {
        match self {
            Self::Numbers(layer, _) => layer.outputs(),
            Self::Blocks(layer) => layer.outputs(),
        }
    }

    /// The weights of an output of a table.
    pub(crate) fn weights(&self, output: usize, out: &mut [f32]) {
        match self {
            Self::Numbers(_, rows) => {
                out.copy_from_slice(&rows[output * out.len()..][..out.len()]);
            }
            Self::Blocks(layer) => layer.weights(output, out),
        }
    }

    /// Resizes `out` to the rows and sets them.
    pub(crate) fn product(
        &self,
        numbers: &[f32],
        count: usize,
        room: &mut BlockRows,
        out: &mut Vec<f32>,
    ) {
        out.resize(count * self.outputs(), 0.0);
        match self {
            Self::Numbers(layer, _) => {
                let stride = layer.inputs();
                layer.product_into(Rows { numbers, stride, count }, out);
            }
            Self::Blocks(layer) => {
                let stride = layer.inputs();
                layer.product_into(Rows { numbers, stride, count }, room, out);
            }
        }
    }
}

/// A normalisation by the root of the mean of squares (Zhang and Sennrich 2019,
/// <https://arxiv.org/abs/1910.07467>).
#[derive(Debug)]
pub(crate) struct RootMeanSquare {
    gain: Vec<f32>,
    epsilon: f32,
}

impl RootMeanSquare {
    pub(crate) fn read(
        file: &mut Gguf,
        name: &str,
        width: usize,
        epsilon: f32,
    ) -> Result<Self, Error> {
        Ok(Self { gain: file.numbers(name, width)?, epsilon })
    }

    /// Sets `out` to the normalised rows.
    pub(crate) fn apply(&self, rows: &[f32], out: &mut Vec<f32>) {
        let width = self.gain.len();
        debug_assert_eq!(width, row(width));
        out.resize(rows.len(), 0.0);
        for (x, out) in rows.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            // Sums side by side, so that they become a vector's; their order does not depend on it.
            let mut sums = [0.0f32; 16];
            for x in x.chunks_exact(16) {
                for (sum, x) in sums.iter_mut().zip(x) {
                    *sum += x * x;
                }
            }
            let mean = sums.iter().sum::<f32>() / width as f32;
            let scale = 1.0 / (mean + self.epsilon).sqrt();
            for ((out, x), gain) in out.iter_mut().zip(x).zip(&self.gain) {
                *out = x * scale * gain;
            }
        }
    }
}
