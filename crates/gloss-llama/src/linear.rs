//! Layers as a file's tensors give them.

use gloss_kernels::{Affine, BlockAffine, BlockRows, Kernels, Member, Rows, row};

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

    /// The numbers of a row of the input.
    fn inputs(&self) -> usize {
        match self {
            Self::Numbers(layer, _) => layer.inputs(),
            Self::Blocks(layer) => layer.inputs(),
        }
    }

    /// Resizes `out` to the rows and sets them.
    fn product(&self, input: Rows<'_>, room: &mut BlockRows, out: &mut Vec<f32>) {
        out.resize(input.count * self.outputs(), 0.0);
        match self {
            Self::Numbers(layer, _) => layer.product_into(input, out),
            Self::Blocks(layer) => layer.product_into(input, room, out),
        }
    }
}

/// A layer of several that have their input in common, and where its output goes.
pub(crate) struct Output<'a> {
    pub(crate) layer: &'a Linear,
    pub(crate) room: &'a mut BlockRows,
    pub(crate) out: &'a mut Vec<f32>,
}

/// Some outputs of a layer.
struct Part<'a> {
    layer: &'a Linear,
    room: &'a BlockRows,
    first: usize,
    out: &'a mut [f32],
}

/// Fewest weights that are worth to be shared out.
const WORTH: usize = 1 << 16;
/// Outputs of a part are a multiple of this, which is as many as go together in the kernels.
const TOGETHER: usize = 64;
/// Parts that each thread gets in the mean, so that one who is late does not hold up the others for long.
const PARTS: usize = 6;

/// Sets the outputs of layers that have an input in common. Those of a single row are shared out among the
/// team; each number is computed as it is on one thread.
pub(crate) fn products<const N: usize>(
    member: &Member,
    numbers: &[f32],
    count: usize,
    outputs: [Output<'_>; N],
) {
    let total: usize = outputs.iter().map(|output| output.layer.outputs()).sum();
    let inputs = outputs.first().map_or(0, |output| output.layer.inputs());
    let rows = Rows { numbers, stride: inputs, count };
    let threads = member.threads();
    if count > 1 || threads == 1 || total * inputs < WORTH {
        return outputs.into_iter().for_each(|o| o.layer.product(rows, o.room, o.out));
    }
    let size = (total / (threads * PARTS)).next_multiple_of(TOGETHER).max(TOGETHER);
    let mut parts = Vec::with_capacity(total / size + N);
    for Output { layer, room, out } in outputs {
        if let Linear::Blocks(layer) = layer {
            layer.prepare(rows, room);
        }
        out.resize(layer.outputs(), 0.0);
        let room = &*room;
        let part = |(at, out)| Part { layer, room, first: at * size, out };
        parts.extend(out.chunks_mut(size).enumerate().map(part));
    }
    member.for_each(&mut parts, |Part { layer, room, first, out }| match layer {
        Linear::Numbers(layer, _) => layer.product_part(numbers, *first, out),
        Linear::Blocks(layer) => layer.product_part(room, *first, out),
    });
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
