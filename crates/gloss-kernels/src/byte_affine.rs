//! Affine layers whose weights are bytes.

use crate::bytes::{ByteWeights, Grid, Product, Quantize};
use crate::dispatch::places;
use crate::{Kernels, PADDING, Rows, row};

/// An affine layer whose weights are signed bytes, with a scale for each output (the largest weight is 127),
/// and whose input is turned to bytes row by row as it comes. A row's result depends on that row alone.
#[derive(Debug)]
pub struct ByteAffine {
    kernels: Kernels,
    inputs: usize,
    outputs: usize,
    panels: Vec<i8>,
    sums: Vec<i32>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

/// The rows of an input as bytes: room that is used again.
#[derive(Debug, Default)]
pub struct ByteRows {
    bytes: Vec<u8>,
    grids: Vec<Grid>,
}

impl ByteAffine {
    /// A layer whose weights are told by output and input, and whose bias by output.
    pub fn new(
        kernels: Kernels,
        (inputs, outputs): (usize, usize),
        weight: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        let (width, columns, lanes) = (row(outputs), row(inputs), kernels.byte_lanes());
        let mut layer = Self {
            kernels,
            inputs: columns,
            outputs: width,
            panels: vec![0; places(width, columns, 0)],
            sums: vec![0; width],
            scales: vec![0.0; width],
            bias: vec![0.0; width],
        };
        let mut weights = vec![0.0f32; inputs];
        for output in 0..outputs {
            weights.iter_mut().enumerate().for_each(|(input, w)| *w = weight(output, input));
            let most = weights.iter().fold(0.0f32, |most, w| most.max(w.abs()));
            let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
            let start = output / lanes * lanes * columns + output % lanes * 4;
            for (input, weight) in weights.iter().enumerate() {
                let byte = (weight / scale).round() as i8;
                layer.panels[start + input / 4 * 4 * lanes + input % 4] = byte;
                layer.sums[output] += i32::from(byte);
            }
            layer.scales[output] = scale;
            layer.bias[output] = bias(output);
        }
        layer
    }

    /// The places of a row of the input.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The places of a row of the output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Sets `out` to the products; its rows follow each other.
    ///
    /// # Panics
    ///
    /// If the input or `out` is too short.
    pub fn product_into(&self, input: Rows<'_>, room: &mut ByteRows, out: &mut [f32]) {
        let (width, outputs) = (self.inputs, self.outputs);
        if !input.fit(width, out, outputs, outputs) {
            return;
        }
        let Rows { numbers, stride, count } = input;
        assert!(width.is_multiple_of(PADDING) && self.panels.len() == width * self.outputs);
        room.bytes.resize(places(count, width, 0), 0);
        room.grids.resize(count, Grid::default());
        let (bytes, grids) = (room.bytes.as_mut_ptr(), room.grids.as_mut_ptr());
        let input = numbers.as_ptr();
        self.kernels.quantize(Quantize { input, stride, width, count, bytes, grids });
        let weights = ByteWeights {
            inputs: width,
            outputs: self.outputs,
            panels: &self.panels,
            sums: &self.sums,
            scales: &self.scales,
            bias: &self.bias,
        };
        let out = out.as_mut_ptr();
        self.kernels.byte_product(Product { weights, bytes, grids, count, out });
    }
}
