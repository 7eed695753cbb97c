//! What is done with the numbers of a row one by one, or with a row as a whole; written once for every
//! vector.
#![allow(clippy::undocumented_unsafe_blocks)] // each function's contract is its arguments' sizes

use super::lanes::Lanes;
use super::{Activation, Norm, PADDING, row};

/// Arguments of [`normalize`]: sizes are checked by [`super::Kernels::normalize`].
#[derive(Clone, Copy)]
pub(super) struct Normalize<'a> {
    pub(super) norm: Norm<'a>,
    pub(super) input: *const f32,
    pub(super) count: usize,
    pub(super) out: *mut f32,
    pub(super) residual: bool,
}

/// Arguments of [`add_and_normalize`].
#[derive(Clone, Copy)]
pub(super) struct AddAndNormalize<'a> {
    pub(super) norm: Norm<'a>,
    pub(super) rows: *mut f32,
    pub(super) difference: *const f32,
    pub(super) count: usize,
}

/// Arguments of [`activate`]; the length is a multiple of [`PADDING`].
#[derive(Clone, Copy)]
pub(super) struct Activate {
    pub(super) activation: Activation,
    pub(super) numbers: *mut f32,
    pub(super) len: usize,
}

/// Arguments of [`softmax`]; the width is a multiple of [`PADDING`].
#[derive(Clone, Copy)]
pub(super) struct Softmax {
    pub(super) rows: *mut f32,
    pub(super) width: usize,
    pub(super) count: usize,
}

/// See [`super::Kernels::normalize`].
#[inline(always)]
pub(super) unsafe fn normalize<V: Lanes>(arguments: Normalize<'_>) {
    unsafe {
        let Normalize { norm, input, count, out, residual } = arguments;
        let (stride, mask) = (row(norm.width), mask(norm.width));
        for at in 0..count {
            normalize_row::<V>(norm, &mask, input.add(at * stride), out.add(at * stride), residual);
        }
    }
}

/// See [`super::Kernels::add_and_normalize`].
#[inline(always)]
pub(super) unsafe fn add_and_normalize<V: Lanes>(arguments: AddAndNormalize<'_>) {
    unsafe {
        let AddAndNormalize { norm, rows, difference, count } = arguments;
        let (stride, mask) = (row(norm.width), mask(norm.width));
        for at in 0..count {
            let (x, difference) = (rows.add(at * stride), difference.add(at * stride));
            for at in (0..stride).step_by(V::LEN) {
                V::load(x.add(at)).add(V::load(difference.add(at))).store(x.add(at));
            }
            normalize_row::<V>(norm, &mask, x, x, false);
        }
    }
}

/// One where a number is, zero where padding is, for the last [`PADDING`] places of a row.
fn mask(width: usize) -> [f32; PADDING] {
    std::array::from_fn(|at| f32::from(at + row(width) - PADDING < width))
}

#[inline(always)]
unsafe fn normalize_row<V: Lanes>(
    norm: Norm<'_>,
    mask: &[f32; PADDING],
    x: *const f32,
    out: *mut f32,
    residual: bool,
) {
    unsafe {
        let stride = row(norm.width);
        let per_number = 1.0 / norm.width as f32;
        let mut sum = V::splat(0.0);
        for at in (0..stride).step_by(V::LEN) {
            sum = sum.add(V::load(x.add(at)));
        }
        let mean = V::splat(sum.total() * per_number);
        let mut squares = V::splat(0.0);
        for at in (0..stride).step_by(V::LEN) {
            let mut difference = V::load(x.add(at)).sub(mean);
            // Places beyond the width must not count as numbers that differ from the mean.
            if norm.width != stride && at + PADDING >= stride {
                let mask = mask.as_ptr().add(at + PADDING - stride);
                difference = difference.mul(V::load(mask));
            }
            squares = difference.mul_add(difference, squares);
        }
        let variance = squares.total() * per_number + norm.epsilon;
        let scale = V::splat(1.0 / variance.sqrt());
        for at in (0..stride).step_by(V::LEN) {
            let value = V::load(x.add(at)).sub(mean).mul(scale);
            let shift = V::load(norm.shift.as_ptr().add(at));
            let mut value = value.mul_add(V::load(norm.gain.as_ptr().add(at)), shift);
            if residual {
                value = value.add(V::load(out.add(at)));
            }
            value.store(out.add(at));
        }
    }
}

/// See [`super::Kernels::activate`].
#[inline(always)]
pub(super) unsafe fn activate<V: Lanes>(arguments: Activate) {
    unsafe {
        // The choice is outside of the loops, so that each loop keeps its constants in registers.
        match arguments.activation {
            Activation::Relu => each::<V>(arguments, |x| x.max(V::splat(0.0))),
            Activation::Gelu => each::<V>(arguments, |x| gelu(x)),
            Activation::GeluTanh => each::<V>(arguments, |x| gelu_tanh(x)),
            Activation::Silu => each::<V>(arguments, |x| x.div(one_plus_exp(negated(x)))),
            Activation::Tanh => each::<V>(arguments, |x| tanh(x)),
        }
    }
}

#[inline(always)]
unsafe fn each<V: Lanes>(arguments: Activate, f: impl Fn(V) -> V) {
    unsafe {
        for at in (0..arguments.len).step_by(V::LEN) {
            let at = arguments.numbers.add(at);
            f(V::load(at)).store(at);
        }
    }
}

/// A rational approximation of erf(x / sqrt(2)) / x in x², fitted on |x| <= [`ERF_END`], beyond which erf is
/// one as far as an `f32` can tell; its error is 2e-8 before rounding.
const ERF_OVER: [f32; 6] =
    [0.797_884_44, 0.068_751_03, 9.414_434e-3, 3.476_873_8e-4, 1.271_278_7e-5, 4.429_05e-8];
const ERF_UNDER: [f32; 6] =
    [1.0, 0.252_832_35, 0.028_939_732, 1.912_939_6e-3, 7.509_917e-5, 1.180_199_7e-6];
const ERF_END: f32 = 5.6;

/// x Φ(x), where Φ is the normal distribution (Hendrycks and Gimpel 2016, <https://arxiv.org/abs/1606.08415>).
#[inline(always)]
unsafe fn gelu<V: Lanes>(x: V) -> V {
    unsafe {
        let bounded = x.min(V::splat(ERF_END)).max(V::splat(-ERF_END));
        let square = bounded.mul(bounded);
        let (over, under) = (polynomial(ERF_OVER, square), polynomial(ERF_UNDER, square));
        let erf = bounded.mul(over).div(under);
        let erf = erf.min(V::splat(1.0)).max(V::splat(-1.0));
        let half = x.mul(V::splat(0.5));
        half.mul_add(erf, half)
    }
}

/// The approximation by tanh of the same paper: x / (1 + exp(-2 sqrt(2/π) (x + 0.044715 x³))).
#[inline(always)]
unsafe fn gelu_tanh<V: Lanes>(x: V) -> V {
    unsafe {
        let cube = x.mul(x).mul(x);
        let inner = cube.mul_add(V::splat(0.044_715), x).mul(V::splat(-2.0 * 0.797_884_6));
        x.div(one_plus_exp(inner))
    }
}

/// 1 - 2 / (1 + exp(2 x)).
#[inline(always)]
unsafe fn tanh<V: Lanes>(x: V) -> V {
    unsafe { V::splat(1.0).sub(V::splat(2.0).div(one_plus_exp(x.add(x)))) }
}

#[inline(always)]
unsafe fn one_plus_exp<V: Lanes>(x: V) -> V {
    unsafe { exp(x).add(V::splat(1.0)) }
}

#[inline(always)]
unsafe fn negated<V: Lanes>(x: V) -> V {
    unsafe { V::splat(0.0).sub(x) }
}

/// (exp(x) - 1 - x) / x², fitted on |x| <= ln(2) / 2; the relative error of exp is 3e-9 before rounding.
const EXP: [f32; 5] = [0.499_999_93, 0.166_665_15, 0.041_668_457, 8.369_42e-3, 1.381_314_2e-3];

/// exp(x), for x within -87 and 88, to which it is bounded.
#[inline(always)]
unsafe fn exp<V: Lanes>(x: V) -> V {
    unsafe {
        let x = x.min(V::splat(88.0)).max(V::splat(-87.0));
        // Numbers beside this one are whole, so adding it rounds.
        let rounder = V::splat(12_582_912.0);
        let power = x.mul_add(V::splat(std::f32::consts::LOG2_E), rounder).sub(rounder);
        // ln(2) in two parts, of which the first times a power is exact.
        let rest = power.mul_add(V::splat(-0.693_145_75), x);
        let rest = power.mul_add(V::splat(-1.428_606_8e-6), rest);
        let one_plus = rest.add(V::splat(1.0));
        polynomial(EXP, rest).mul_add(rest.mul(rest), one_plus).mul(power.power_of_two())
    }
}

/// The polynomial with these coefficients, the constant one first.
#[inline(always)]
unsafe fn polynomial<V: Lanes, const N: usize>(coefficients: [f32; N], x: V) -> V {
    unsafe {
        let mut sum = V::splat(coefficients[N - 1]);
        for &coefficient in coefficients[..N - 1].iter().rev() {
            sum = sum.mul_add(x, V::splat(coefficient));
        }
        sum
    }
}

/// See [`super::Kernels::softmax`].
#[inline(always)]
pub(super) unsafe fn softmax<V: Lanes>(arguments: Softmax) {
    unsafe {
        let Softmax { rows, width, count } = arguments;
        for at in 0..count {
            let x = rows.add(at * width);
            let mut most = V::load(x);
            for at in (V::LEN..width).step_by(V::LEN) {
                most = most.max(V::load(x.add(at)));
            }
            let most = V::splat(most.most());
            let mut sum = V::splat(0.0);
            for at in (0..width).step_by(V::LEN) {
                let power = exp(V::load(x.add(at)).sub(most));
                power.store(x.add(at));
                sum = sum.add(power);
            }
            let scale = V::splat(1.0 / sum.total());
            for at in (0..width).step_by(V::LEN) {
                V::load(x.add(at)).mul(scale).store(x.add(at));
            }
        }
    }
}
