//! Products of rows with weights of a few bits, in blocks that each have a scale, written once for every
//! vector.
//!
//! Weights are unsigned, of four or eight bits; inputs go to signed bytes, with a scale for every 32 of
//! them, as in the formats `Q8_0` and `Q8_1` of ggml (<https://github.com/ggml-org/ggml>). Sums within a
//! block are exact; blocks are added up in order.
#![allow(clippy::undocumented_unsafe_blocks)] // each function's contract is its arguments' sizes

use crate::bytes::Bytes;
use crate::lanes::Lanes;

/// Inputs that have a scale in common.
pub(crate) const GROUP: usize = 32;

/// Of the inputs in a block of weights: their scale, and the sum of what they stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Block {
    pub(crate) scale: f32,
    pub(crate) total: f32,
    /// Less the sum of the bytes times the weights' zero, where sums of products begin.
    pub(crate) start: i32,
}

/// Arguments of [`quantize_blocks`]: `count` rows of `width` numbers, a multiple of [`GROUP`].
#[derive(Clone, Copy)]
pub(crate) struct Quantize {
    pub(crate) input: *const f32,
    pub(crate) stride: usize,
    pub(crate) width: usize,
    pub(crate) count: usize,
    /// Rows of bytes, which follow each other.
    pub(crate) bytes: *mut u8,
    /// The scale of each group, row after row.
    pub(crate) scales: *mut f32,
}

/// Turns rows of numbers to signed bytes, 128 added to each.
#[inline(always)]
pub(crate) unsafe fn quantize_blocks<B: Bytes>(arguments: Quantize) {
    unsafe {
        let Quantize { input, stride, width, count, bytes, scales } = arguments;
        let groups = width / GROUP;
        for at in 0..count * groups {
            let x = input.add(at / groups * stride + at % groups * GROUP);
            let bytes = bytes.add(at * GROUP);
            let mut most = B::Numbers::splat(0.0);
            for at in (0..GROUP).step_by(B::Numbers::LEN) {
                let x = B::Numbers::load(x.add(at));
                most = most.max(x).max(B::Numbers::splat(0.0).sub(x));
            }
            let most = most.most();
            // Numbers so small that a scale could not be told from zero are taken for zero.
            let fine = most.is_finite() && most > f32::MIN_POSITIVE * 256.0;
            *scales.add(at) = if fine { most / 127.0 } else { 0.0 };
            let per = B::Numbers::splat(if fine { 127.0 / most } else { 0.0 });
            let zero = B::Numbers::splat(128.0);
            for at in (0..GROUP).step_by(B::Numbers::LEN) {
                let byte = B::Numbers::load(x.add(at)).mul_add(per, zero);
                // A number that is none becomes one; the scale of zero makes nothing of it.
                let byte = byte.max(B::Numbers::splat(1.0)).min(B::Numbers::splat(255.0));
                B::store(byte, bytes.add(at));
            }
        }
    }
}

/// Weights in panels of as many outputs as there are sums, block after block. In a panel's block four inputs
/// of each output stand side by side, then the next four; with four bits, the upper halves of the bytes are
/// the four inputs after those of the lower halves.
#[derive(Clone, Copy)]
pub(crate) struct BlockWeights<'a> {
    pub(crate) inputs: usize,
    /// A multiple of [`crate::PADDING`].
    pub(crate) outputs: usize,
    /// Inputs in a block: 16 or 32.
    pub(crate) block: usize,
    /// Whether weights have four bits, and not eight.
    pub(crate) halves: bool,
    pub(crate) panels: &'a [u8],
    /// Of each output of a panel's block, what a step of the weights is.
    pub(crate) scales: &'a [f32],
    /// And what is added to all; empty where nothing is.
    pub(crate) shifts: &'a [f32],
}

/// Arguments of [`block_product`].
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    pub(crate) weights: BlockWeights<'a>,
    pub(crate) bytes: *const i8,
    pub(crate) blocks: *const Block,
    pub(crate) count: usize,
    pub(crate) out: *mut f32,
}

/// `out` = rows of bytes times weights.
#[inline(always)]
pub(crate) unsafe fn block_product<B: Bytes>(arguments: Product<'_>) {
    unsafe {
        match (arguments.weights.halves, arguments.weights.shifts.is_empty()) {
            (true, false) => panels::<B, true, true>(&arguments),
            (true, true) => panels::<B, true, false>(&arguments),
            (false, false) => panels::<B, false, true>(&arguments),
            (false, true) => panels::<B, false, false>(&arguments),
        }
    }
}

#[inline(always)]
unsafe fn panels<B: Bytes, const HALVES: bool, const SHIFTS: bool>(arguments: &Product<'_>) {
    unsafe {
        let panels = arguments.weights.outputs / B::Numbers::LEN;
        let mut panel = 0;
        if arguments.count == 1 {
            // Of one row, only the sums of several panels are enough to run side by side.
            while panel + 4 <= panels {
                tile::<B, HALVES, SHIFTS, 1, 4>(arguments, 0, panel);
                panel += 4;
            }
        }
        for panel in panel..panels {
            let mut at = 0;
            while B::Numbers::MANY && at + 8 <= arguments.count {
                tile::<B, HALVES, SHIFTS, 8, 1>(arguments, at, panel);
                at += 8;
            }
            while at + 4 <= arguments.count {
                tile::<B, HALVES, SHIFTS, 4, 1>(arguments, at, panel);
                at += 4;
            }
            while at < arguments.count {
                tile::<B, HALVES, SHIFTS, 1, 1>(arguments, at, panel);
                at += 1;
            }
        }
    }
}

/// `R` rows from row `at` on by `P` panels from `panel` on.
#[inline(always)]
unsafe fn tile<B: Bytes, const HALVES: bool, const SHIFTS: bool, const R: usize, const P: usize>(
    arguments: &Product<'_>,
    at: usize,
    panel: usize,
) {
    unsafe {
        let &Product { weights, bytes, blocks, out, .. } = arguments;
        let BlockWeights { inputs, block, .. } = weights;
        let (len, count) = (B::Numbers::LEN, inputs / block);
        let x = bytes.add(at * inputs);
        let grids = blocks.add(at * count);
        let size = if HALVES { block * len / 2 } else { block * len };
        let w = weights.panels.as_ptr().add(panel * count * size);
        let (scales, shifts) = (weights.scales.as_ptr(), weights.shifts.as_ptr());
        let mut totals = [[B::Numbers::splat(0.0); P]; R];
        for b in 0..count {
            let mut sums = [[B::zero(); P]; R];
            for (r, sums) in sums.iter_mut().enumerate() {
                *sums = [B::sum((*grids.add(r * count + b)).start); P];
            }
            let x = x.add(b * block);
            for p in 0..P {
                let w = w.add((p * count + b) * size).cast::<i8>();
                if HALVES {
                    for k in (0..block).step_by(8) {
                        let (lower, upper) = B::halves(B::load(w.add(k / 2 * len)));
                        for (r, sums) in sums.iter_mut().enumerate() {
                            let x = x.add(r * inputs + k);
                            let sum = B::add_halves(sums[p], lower, x);
                            sums[p] = B::add_halves(sum, upper, x.add(4));
                        }
                    }
                } else {
                    for k in (0..block).step_by(4) {
                        let weights = B::load(w.add(k * len));
                        for (r, sums) in sums.iter_mut().enumerate() {
                            sums[p] = B::add_bytes(sums[p], weights, x.add(r * inputs + k));
                        }
                    }
                }
                let at = ((panel + p) * count + b) * len;
                let scale = B::Numbers::load(scales.add(at));
                for r in 0..R {
                    let grid = *grids.add(r * count + b);
                    let sum = B::numbers(sums[r][p]).mul(B::Numbers::splat(grid.scale));
                    totals[r][p] = sum.mul_add(scale, totals[r][p]);
                    if SHIFTS {
                        let shift = B::Numbers::load(shifts.add(at));
                        let total = B::Numbers::splat(grid.total);
                        totals[r][p] = shift.mul_add(total, totals[r][p]);
                    }
                }
            }
        }
        for (r, totals) in totals.into_iter().enumerate() {
            for (p, total) in totals.into_iter().enumerate() {
                total.store(out.add((at + r) * weights.outputs + (panel + p) * len));
            }
        }
    }
}
