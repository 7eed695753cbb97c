//! A maxout layer with layer normalisation.

use gloss_kernels::{Affine, Kernels, Norm, row};

use crate::error::Error;
use crate::thinc::{Array, Node};

/// thinc adds this to the variance.
const EPSILON: f32 = 1e-8;

/// The parameters as they are in the file.
pub(super) struct Parameters {
    /// (width, pieces, inputs).
    weights: Array,
    /// (width, pieces).
    bias: Array,
    gain: Array,
    shift: Array,
    inputs: usize,
    pub(super) pieces: usize,
}

impl Parameters {
    pub(super) fn read(
        maxout: &Node<'_>,
        norm: &Node<'_>,
        inputs: usize,
        width: usize,
        file: &str,
    ) -> Result<Self, Error> {
        let weights = maxout.parameter("W", file)?;
        let [_, pieces, _] = weights.sizes::<3>(file)?;
        weights.expect(&[width, pieces, inputs], file)?;
        let bias = maxout.parameter("b", file)?;
        bias.expect(&[width, pieces], file)?;
        let gain = norm.parameter("G", file)?;
        gain.expect(&[width], file)?;
        let shift = norm.parameter("b", file)?;
        shift.expect(&[width], file)?;
        Ok(Self { weights, bias, gain, shift, inputs, pieces })
    }

    fn width(&self) -> usize {
        self.gain.data.len()
    }

    /// The weight of an input for an output; outputs are rows of the width, one for each piece.
    pub(super) fn weight(&self, output: usize, input: usize) -> f32 {
        let (piece, at) = (output / row(self.width()), output % row(self.width()));
        if at >= self.width() {
            return 0.0;
        }
        self.weights.data[(at * self.pieces + piece) * self.inputs + input]
    }

    /// The bias of an output.
    pub(super) fn bias(&self, output: usize) -> f32 {
        let (piece, at) = (output / row(self.width()), output % row(self.width()));
        if at < self.width() { self.bias.data[at * self.pieces + piece] } else { 0.0 }
    }

    /// The numbers of all pieces, with padding.
    pub(super) fn outputs(&self) -> usize {
        self.pieces * row(self.width())
    }

    /// The layer for an input of rows that follow each other, padding and all: rows of these widths.
    pub(super) fn layer(self, widths: &[usize], kernels: Kernels) -> Maxout {
        // The input of the file by place, unless it is padding.
        let mut places = Vec::new();
        let mut first = 0;
        for &width in widths {
            places.extend((0..row(width)).map(|at| (at < width).then_some(first + at)));
            first += width;
        }
        debug_assert_eq!(first, self.inputs);
        let weight = |output: usize, place: usize| {
            places[place].map_or(0.0, |input| self.weight(output, input))
        };
        let sizes = (places.len(), self.outputs());
        let affine = Affine::new(kernels, sizes, weight, |output| self.bias(output));
        let pieces = self.pieces;
        Maxout { affine, pieces, norm: self.norm(kernels) }
    }

    pub(super) fn norm(self, kernels: Kernels) -> LayerNorm {
        let width = self.width();
        let (mut gain, mut shift) = (self.gain.data, self.shift.data);
        gain.resize(row(width), 0.0);
        shift.resize(row(width), 0.0);
        LayerNorm { kernels, width, gain, shift }
    }
}

/// Maxout, then layer normalisation.
#[derive(Debug)]
pub(super) struct Maxout {
    pub(super) affine: Affine,
    pub(super) pieces: usize,
    pub(super) norm: LayerNorm,
}

impl Maxout {
    /// `product` = the largest of the pieces for `count` rows of the input.
    pub(super) fn product(
        &self,
        input: &[f32],
        stride: usize,
        count: usize,
        product: &mut Vec<f32>,
    ) {
        self.affine.maxout(self.pieces, input, stride, count, product);
    }
}

/// Layer normalisation of rows.
#[derive(Debug)]
pub(super) struct LayerNorm {
    pub(super) kernels: Kernels,
    width: usize,
    gain: Vec<f32>,
    shift: Vec<f32>,
}

impl LayerNorm {
    /// Sets `out` to (or, where `residual`, adds) the normalised rows.
    pub(super) fn apply(&self, rows: &[f32], count: usize, out: &mut [f32], residual: bool) {
        let (gain, shift) = (&self.gain, &self.shift);
        let norm = Norm { width: self.width, gain, shift, epsilon: EPSILON };
        self.kernels.normalize(norm, rows, count, out, residual);
    }
}
