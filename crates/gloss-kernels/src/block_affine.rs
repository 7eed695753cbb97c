//! Layers whose weights have a few bits, and a scale for each block of inputs.

use std::ops::Range;

use crate::aligned::Aligned;
use crate::blocks::{Block, BlockWeights, GROUP, Product, Quantize};
use crate::dispatch::places;
use crate::{Kernels, Rows, row};

/// How weights are kept: weight = (quant - zero) * scale + shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockForm {
    /// Whether all quants are below 16; they are below 256 else.
    pub four_bits: bool,
    /// Inputs that a scale is for: 16 or 32.
    pub block: usize,
    /// The quant that stands for zero, before the shift.
    pub zero: u8,
    /// Whether there are shifts.
    pub shifts: bool,
}

/// The weights of one output: quants input by input, scales and shifts block by block.
#[derive(Clone, Debug, Default)]
pub struct BlockRow {
    /// Of each input, the quant.
    pub quants: Vec<u8>,
    /// Of each block, the scale.
    pub scales: Vec<f32>,
    /// Of each block, the shift; of no meaning where the form has none.
    pub shifts: Vec<f32>,
}

/// A layer without bias, whose weights are quants in blocks and whose input is turned to signed bytes row by
/// row as it comes, with a scale for every 32 numbers. A row's result depends on that row alone.
#[derive(Debug)]
pub struct BlockAffine {
    kernels: Kernels,
    form: BlockForm,
    inputs: usize,
    outputs: usize,
    panels: Aligned<u8>,
    scales: Aligned<f32>,
    shifts: Aligned<f32>,
}

/// The rows of an input as bytes: room that is used again.
#[derive(Debug, Default)]
pub struct BlockRows {
    bytes: Vec<u8>,
    scales: Vec<f32>,
    blocks: Vec<Block>,
}

impl BlockAffine {
    /// A layer whose weights are told output by output: `fill` gets the output and what to set.
    ///
    /// # Errors
    /// Those of `fill`.
    ///
    /// # Panics
    /// If the inputs are no multiple of 32, the block is neither 16 nor 32, or a row that is set has other
    /// lengths.
    pub fn new<E>(
        kernels: Kernels,
        (inputs, outputs): (usize, usize),
        form: BlockForm,
        mut fill: impl FnMut(usize, &mut BlockRow) -> Result<(), E>,
    ) -> Result<Self, E> {
        assert!(inputs.is_multiple_of(GROUP) && matches!(form.block, 16 | 32));
        let (places, blocks) = (row(outputs), inputs / form.block);
        let bytes = places * inputs / if form.four_bits { 2 } else { 1 };
        let shifts = if form.shifts { places * blocks } else { 0 };
        let mut layer = Self {
            kernels,
            form,
            inputs,
            outputs: places,
            panels: Aligned::zeros(bytes),
            scales: Aligned::zeros(places * blocks),
            shifts: Aligned::zeros(shifts),
        };
        let mut weights = BlockRow {
            quants: vec![0; inputs],
            scales: vec![0.0; blocks],
            shifts: vec![0.0; blocks],
        };
        for output in 0..outputs {
            fill(output, &mut weights)?;
            layer.set(output, &weights);
        }
        Ok(layer)
    }

    /// The place of four inputs of an output in the panels, and whether they are the upper halves there.
    fn place(&self, output: usize, input: usize) -> (usize, bool) {
        let lanes = self.kernels.byte_lanes();
        let (panel, lane) = (output / lanes, output % lanes);
        if self.form.four_bits {
            let at = (panel * self.inputs + input / 8 * 8) / 2 * lanes + lane * 4;
            (at, input % 8 >= 4)
        } else {
            (panel * self.inputs * lanes + input * lanes + lane * 4, false)
        }
    }

    fn set(&mut self, output: usize, weights: &BlockRow) {
        let (lanes, blocks) = (self.kernels.byte_lanes(), self.inputs / self.form.block);
        assert_eq!(weights.quants.len(), self.inputs);
        assert!(weights.scales.len() == blocks && weights.shifts.len() == blocks);
        for (at, quants) in weights.quants.chunks_exact(4).enumerate() {
            let (place, upper) = self.place(output, at * 4);
            let bytes = &mut self.panels.get_mut()[place..place + 4];
            for (byte, quant) in bytes.iter_mut().zip(quants) {
                *byte |= if upper { quant << 4 } else { *quant };
            }
        }
        let first = output / lanes * blocks * lanes + output % lanes;
        for block in 0..blocks {
            self.scales.get_mut()[first + block * lanes] = weights.scales[block];
            if self.form.shifts {
                self.shifts.get_mut()[first + block * lanes] = weights.shifts[block];
            }
        }
    }

    /// The weights of an output, as numbers.
    ///
    /// # Panics
    /// If there is no such output, or `out` has not the inputs' length.
    pub fn weights(&self, output: usize, out: &mut [f32]) {
        let (lanes, BlockForm { block, four_bits, zero, shifts }) =
            (self.kernels.byte_lanes(), self.form);
        assert!(output < self.outputs && out.len() == self.inputs);
        let first = output / lanes * (self.inputs / block) * lanes + output % lanes;
        for (at, out) in out.chunks_exact_mut(4).enumerate() {
            let (place, upper) = self.place(output, at * 4);
            let number = first + at * 4 / block * lanes;
            let scale = self.scales.get()[number];
            let shift = if shifts { self.shifts.get()[number] } else { 0.0 };
            for (out, byte) in out.iter_mut().zip(&self.panels.get()[place..place + 4]) {
                let quant = match (four_bits, upper) {
                    (true, true) => byte >> 4,
                    (true, false) => byte & 15,
                    (false, _) => *byte,
                };
                *out = (i32::from(quant) - i32::from(zero)) as f32 * scale + shift;
            }
        }
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

    /// Sets `out` to the products; its rows follow each other.
    ///
    /// # Panics
    /// If the input or `out` is too short.
    pub fn product_into(&self, input: Rows<'_>, room: &mut BlockRows, out: &mut [f32]) {
        let (width, outputs) = (self.inputs, self.outputs);
        if !input.fit(width, out, outputs, outputs) {
            return;
        }
        self.prepare(input, room);
        self.multiply(room, input.count, 0..outputs, out);
    }

    /// Makes the rows of an input ready for [`BlockAffine::product_part`].
    ///
    /// # Panics
    /// If the input is too short.
    pub fn prepare(&self, input: Rows<'_>, room: &mut BlockRows) {
        let (width, Rows { numbers, stride, count }) = (self.inputs, input);
        input.fit(width, &[], 0, 0);
        room.bytes.resize(places(count, width, 0), 0);
        room.scales.resize(count * width / GROUP, 0.0);
        let (bytes, scales) = (room.bytes.as_mut_ptr(), room.scales.as_mut_ptr());
        let input = numbers.as_ptr();
        self.kernels.quantize_blocks(Quantize { input, stride, width, count, bytes, scales });
        room.sum_up(self.form);
    }

    /// Sets `out` to the products of one row that is ready, from the output `first` on: as many as `out` has.
    ///
    /// # Panics
    /// If it was not this layer that made the row ready, or another with its inputs and form; if there are
    /// not so many outputs, or the first or the number is not one of a padded row.
    pub fn product_part(&self, room: &BlockRows, first: usize, out: &mut [f32]) {
        let last = places(1, first, out.len());
        assert!(last <= self.outputs && first == row(first) && last == row(last));
        assert!(room.bytes.len() >= self.inputs);
        assert!(room.blocks.len() >= self.inputs / self.form.block);
        self.multiply(room, 1, first..last, out);
    }

    /// Rows, outputs and `out` are as checked by who calls it.
    fn multiply(&self, room: &BlockRows, count: usize, outputs: Range<usize>, out: &mut [f32]) {
        let BlockForm { block, four_bits, shifts, .. } = self.form;
        let (weight, number) = (outputs.start * self.inputs, outputs.start * (self.inputs / block));
        let weights = BlockWeights {
            inputs: self.inputs,
            outputs: outputs.len(),
            block,
            halves: four_bits,
            panels: &self.panels.get()[if four_bits { weight / 2 } else { weight }..],
            scales: &self.scales.get()[number..],
            shifts: if shifts { &self.shifts.get()[number..] } else { &[] },
        };
        let (bytes, blocks) = (room.bytes.as_ptr().cast(), room.blocks.as_ptr());
        let out = out.as_mut_ptr();
        self.kernels.block_product(Product { weights, bytes, blocks, count, out });
    }
}

impl BlockRows {
    /// Makes the bytes signed, and the blocks.
    fn sum_up(&mut self, form: BlockForm) {
        self.blocks.clear();
        for (at, bytes) in self.bytes.chunks_exact_mut(form.block).enumerate() {
            let mut sum = 0;
            for byte in bytes.iter_mut() {
                *byte ^= 128;
                sum += i32::from(*byte as i8);
            }
            let scale = self.scales[at * form.block / GROUP];
            let start = -(sum * i32::from(form.zero));
            self.blocks.push(Block { scale, total: scale * sum as f32, start });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like nothing in particular.
    fn number(at: usize) -> f32 {
        ((at * 7919 + 13) % 1009) as f32 / 504.5 - 1.0
    }

    #[test]
    fn products_are_those_of_the_weights() {
        for form in [(true, 32, 0, true), (true, 32, 8, false), (false, 32, 128, false)]
            .into_iter()
            .chain([(false, 16, 32, false), (false, 32, 0, true)])
        {
            let (four_bits, block, zero, shifts) = form;
            for kernels in Kernels::available() {
                check(kernels, BlockForm { four_bits, block, zero, shifts });
            }
        }
    }

    fn check(kernels: Kernels, form: BlockForm) {
        let (inputs, outputs, count) = (96, 37, 13);
        let most = if form.four_bits { 16 } else { 256 };
        let fill = |output: usize, row: &mut BlockRow| {
            for (at, quant) in row.quants.iter_mut().enumerate() {
                *quant = ((output * 31 + at * 17) % most) as u8;
            }
            for block in 0..row.scales.len() {
                row.scales[block] = number(output + 40 * block);
                row.shifts[block] = number(output + 41 * block + 7);
            }
            Ok::<_, std::convert::Infallible>(())
        };
        let Ok(layer) = BlockAffine::new(kernels, (inputs, outputs), form, fill);
        let numbers: Vec<f32> = (0..count * inputs).map(number).collect();
        let mut out = vec![0.0; count * layer.outputs()];
        let mut room = BlockRows::default();
        layer.product_into(Rows { numbers: &numbers, stride: inputs, count }, &mut room, &mut out);
        let mut weights = vec![0.0; inputs];
        let mut alone = vec![0.0; layer.outputs()];
        for at in 0..count {
            let x = &numbers[at * inputs..][..inputs];
            for output in 0..outputs {
                layer.weights(output, &mut weights);
                let (mut sum, mut slack) = (0.0f64, 1e-4f64);
                for (x, weight) in x.iter().zip(&weights) {
                    sum += f64::from(*x) * f64::from(*weight);
                    // Half a step of the input's bytes at most.
                    slack += f64::from(weight.abs()) * 0.5 / 127.0;
                }
                let found = f64::from(out[at * layer.outputs() + output]);
                assert!((found - sum).abs() <= slack, "{kernels:?} {form:?}: {found} for {sum}");
            }
            let input = Rows { numbers: x, stride: inputs, count: 1 };
            layer.product_into(input, &mut room, &mut alone);
            let expected = &out[at * layer.outputs()..][..layer.outputs()];
            assert_eq!(alone, expected, "{kernels:?}");
            for size in [16, 32] {
                alone.fill(0.0);
                layer.prepare(input, &mut room);
                for (part, out) in alone.chunks_mut(size).enumerate() {
                    layer.product_part(&room, part * size, out);
                }
                assert_eq!(alone, expected, "{kernels:?}");
            }
        }
    }
}
