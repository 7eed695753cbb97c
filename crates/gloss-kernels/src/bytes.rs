//! Products of bytes, written once for every vector.
//!
//! Numbers of a row go to bytes by a scale and a zero of the row's own, weights to signed bytes by a scale of
//! each output, as in Jacob et al. 2018 (<https://arxiv.org/abs/1712.05877>). Sums are exact, in 32 bits.
#![allow(clippy::undocumented_unsafe_blocks)] // each function's contract is its arguments' sizes

use super::lanes::{Lanes, Portable};

/// What products of bytes are computed with. Methods are inlined into functions that are compiled for its
/// instructions, and must be called only where the processor has them.
pub(super) trait Bytes: Copy {
    /// As many numbers as there are sums.
    type Numbers: Lanes;
    /// Four bytes for each sum; or the sums.
    type Quads: Copy;
    /// The largest byte of an input.
    const MOST: u8;

    unsafe fn zero() -> Self::Quads;
    unsafe fn load(at: *const i8) -> Self::Quads;
    /// The four bytes at `at`, for every sum.
    unsafe fn splat(at: *const u8) -> Self::Quads;
    /// Adds to each sum the four products.
    unsafe fn add_products(sums: Self::Quads, x: Self::Quads, weights: Self::Quads) -> Self::Quads;
    /// The sums less `zero` times the numbers at `weights`.
    unsafe fn without(sums: Self::Quads, zero: i32, weights: *const i32) -> Self::Numbers;
    /// Two vectors: the lower and the upper halves of all bytes.
    unsafe fn halves(bytes: Self::Quads) -> (Self::Quads, Self::Quads);
    /// Adds to each sum the four products of its weights, of which none is over 15, and the signed bytes
    /// at `x`, of which none is -128.
    unsafe fn add_halves(sums: Self::Quads, weights: Self::Quads, x: *const i8) -> Self::Quads;
    /// As before, of weights up to 255.
    unsafe fn add_bytes(sums: Self::Quads, weights: Self::Quads, x: *const i8) -> Self::Quads;
    /// The same sum in all places.
    unsafe fn sum(sum: i32) -> Self::Quads;
    unsafe fn numbers(sums: Self::Quads) -> Self::Numbers;
    /// Stores numbers between 0 and 255 rounded, as bytes.
    unsafe fn store(numbers: Self::Numbers, at: *mut u8);
}

/// The zero and the scale of a row: byte `b` stands for `(b - zero) * scale`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Grid {
    zero: i32,
    scale: f32,
}

/// Arguments of [`quantize`]: `count` rows of `width` numbers, a multiple of [`super::PADDING`].
#[derive(Clone, Copy)]
pub(super) struct Quantize {
    pub(super) input: *const f32,
    pub(super) stride: usize,
    pub(super) width: usize,
    pub(super) count: usize,
    pub(super) bytes: *mut u8,
    pub(super) grids: *mut Grid,
}

/// Turns rows of numbers to bytes. Rows of bytes follow each other.
#[inline(always)]
pub(super) unsafe fn quantize<B: Bytes>(arguments: Quantize) {
    unsafe {
        let Quantize { input, stride, width, count, bytes, grids } = arguments;
        let steps = || (0..width).step_by(B::Numbers::LEN);
        for at in 0..count {
            let (x, bytes) = (input.add(at * stride), bytes.add(at * width));
            // Zero is in the range, so that it is a byte exactly.
            let mut most = B::Numbers::splat(0.0);
            let mut least = B::Numbers::splat(0.0);
            for at in steps() {
                let x = B::Numbers::load(x.add(at));
                most = most.max(x);
                least = least.max(B::Numbers::splat(0.0).sub(x));
            }
            let (most, least) = (most.most(), -least.most());
            let range = most - least;
            // Numbers so small that a scale could not be told from zero are taken for zero.
            let fine = range.is_finite() && range > f32::MIN_POSITIVE * 256.0;
            let scale = if fine { range / f32::from(B::MOST) } else { 1.0 };
            let zero = if fine { (-least / scale).round() } else { 0.0 };
            *grids.add(at) = Grid { zero: zero as i32, scale };
            let per = B::Numbers::splat(1.0 / scale);
            let zero = B::Numbers::splat(zero);
            let limit = B::Numbers::splat(f32::from(B::MOST));
            for at in steps() {
                let byte = B::Numbers::load(x.add(at)).mul_add(per, zero);
                B::store(byte.max(B::Numbers::splat(0.0)).min(limit), bytes.add(at));
            }
        }
    }
}

/// Weights in panels of as many outputs as there are sums: four inputs of each, then the next four.
#[derive(Clone, Copy)]
pub(super) struct ByteWeights<'a> {
    /// A multiple of [`super::PADDING`].
    pub(super) inputs: usize,
    /// A multiple of [`super::PADDING`].
    pub(super) outputs: usize,
    pub(super) panels: &'a [i8],
    /// Of each output, the sum of its weights.
    pub(super) sums: &'a [i32],
    pub(super) scales: &'a [f32],
    pub(super) bias: &'a [f32],
}

/// Arguments of [`product`].
#[derive(Clone, Copy)]
pub(super) struct Product<'a> {
    pub(super) weights: ByteWeights<'a>,
    pub(super) bytes: *const u8,
    pub(super) grids: *const Grid,
    pub(super) count: usize,
    pub(super) out: *mut f32,
}

/// `out` = rows of bytes times weights plus bias.
#[inline(always)]
pub(super) unsafe fn product<B: Bytes>(arguments: Product<'_>) {
    unsafe {
        let panels = arguments.weights.outputs / B::Numbers::LEN;
        let mut panel = 0;
        while panel + 2 <= panels {
            all_rows::<B, 2>(&arguments, panel);
            panel += 2;
        }
        if panel < panels {
            all_rows::<B, 1>(&arguments, panel);
        }
    }
}

/// All rows by `P` panels. Registers hold as many sums as in [`super::products`].
#[inline(always)]
unsafe fn all_rows<B: Bytes, const P: usize>(arguments: &Product<'_>, panel: usize) {
    unsafe {
        let (count, mut at) = (arguments.count, 0);
        while B::Numbers::MANY && at + 12 <= count {
            tile::<B, 12, P>(arguments, at, panel);
            at += 12;
        }
        while at + 4 <= count {
            tile::<B, 4, P>(arguments, at, panel);
            at += 4;
        }
        while at < count {
            tile::<B, 1, P>(arguments, at, panel);
            at += 1;
        }
    }
}

#[inline(always)]
unsafe fn tile<B: Bytes, const R: usize, const P: usize>(
    arguments: &Product<'_>,
    at: usize,
    panel: usize,
) {
    unsafe {
        let &Product { weights, bytes, grids, out, .. } = arguments;
        let (inputs, len) = (weights.inputs, B::Numbers::LEN);
        let x = bytes.add(at * inputs);
        let w = weights.panels.as_ptr().add(panel * len * inputs);
        let mut sums = [[B::zero(); P]; R];
        for k in (0..inputs).step_by(4) {
            let mut quads = [B::zero(); P];
            for (p, quads) in quads.iter_mut().enumerate() {
                *quads = B::load(w.add(p * len * inputs + k * len));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let x = B::splat(x.add(r * inputs + k));
                for (sum, quads) in sums.iter_mut().zip(quads) {
                    *sum = B::add_products(*sum, x, quads);
                }
            }
        }
        for (r, sums) in sums.into_iter().enumerate() {
            let Grid { zero, scale } = *grids.add(at + r);
            for (p, sum) in sums.into_iter().enumerate() {
                let output = (panel + p) * len;
                let sum = B::without(sum, zero, weights.sums.as_ptr().add(output));
                let factor = B::Numbers::load(weights.scales.as_ptr().add(output));
                let factor = factor.mul(B::Numbers::splat(scale));
                let bias = B::Numbers::load(weights.bias.as_ptr().add(output));
                sum.mul_add(factor, bias).store(out.add((at + r) * weights.outputs + output));
            }
        }
    }
}

/// Products of bytes without instructions of their own.
#[derive(Clone, Copy)]
pub(super) struct PortableBytes;

impl Bytes for PortableBytes {
    type Numbers = Portable<4>;
    type Quads = [i32; 4];
    const MOST: u8 = 255;

    #[inline(always)]
    unsafe fn zero() -> [i32; 4] {
        [0; 4]
    }

    #[inline(always)]
    unsafe fn load(at: *const i8) -> [i32; 4] {
        // SAFETY: the caller vouches for the place.
        unsafe { at.cast::<[i32; 4]>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn splat(at: *const u8) -> [i32; 4] {
        // SAFETY: as above.
        [unsafe { at.cast::<i32>().read_unaligned() }; 4]
    }

    #[inline(always)]
    unsafe fn add_products(mut sums: [i32; 4], x: [i32; 4], weights: [i32; 4]) -> [i32; 4] {
        for (sum, (x, weights)) in sums.iter_mut().zip(x.into_iter().zip(weights)) {
            for (x, weight) in x.to_ne_bytes().into_iter().zip(weights.to_ne_bytes()) {
                *sum += i32::from(x) * i32::from(weight as i8);
            }
        }
        sums
    }

    #[inline(always)]
    unsafe fn without(sums: [i32; 4], zero: i32, weights: *const i32) -> Portable<4> {
        // SAFETY: as above.
        let weights = unsafe { weights.cast::<[i32; 4]>().read_unaligned() };
        Portable(std::array::from_fn(|at| (sums[at] - zero * weights[at]) as f32))
    }

    #[inline(always)]
    unsafe fn halves(bytes: [i32; 4]) -> ([i32; 4], [i32; 4]) {
        (bytes.map(|quad| quad & 0x0F0F_0F0F), bytes.map(|quad| quad >> 4 & 0x0F0F_0F0F))
    }

    #[inline(always)]
    unsafe fn add_halves(sums: [i32; 4], weights: [i32; 4], x: *const i8) -> [i32; 4] {
        // SAFETY: as above.
        unsafe { Self::add_bytes(sums, weights, x) }
    }

    #[inline(always)]
    unsafe fn add_bytes(mut sums: [i32; 4], weights: [i32; 4], x: *const i8) -> [i32; 4] {
        // SAFETY: as above.
        let x = unsafe { x.cast::<[i8; 4]>().read() };
        for (sum, weights) in sums.iter_mut().zip(weights) {
            for (weight, x) in weights.to_ne_bytes().into_iter().zip(x) {
                *sum += i32::from(weight) * i32::from(x);
            }
        }
        sums
    }

    #[inline(always)]
    unsafe fn sum(sum: i32) -> [i32; 4] {
        [sum; 4]
    }

    #[inline(always)]
    unsafe fn numbers(sums: [i32; 4]) -> Portable<4> {
        Portable(sums.map(|sum| sum as f32))
    }

    #[inline(always)]
    unsafe fn store(numbers: Portable<4>, at: *mut u8) {
        // SAFETY: as above.
        unsafe { at.cast::<[u8; 4]>().write(numbers.0.map(|x| x.round_ties_even() as u8)) }
    }
}
