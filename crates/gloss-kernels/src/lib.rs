//! Arithmetic over rows of `f32`, once for each kind of processor that it is written for.
//!
//! [`Kernels`] says which instructions the processor has; [`Affine`] is a layer whose weights are packed
//! for them; [`Team`] is threads that share the work of one call. The crate knows of no model: engines build
//! theirs of it.
//!
//! A row of `n` numbers takes [`row`]`(n)` places, and the places after its numbers are zero, so that no
//! kernel has a rest to care for. Every sum has an order of its own that depends neither on the rows
//! beside it nor on how many rows are computed at once.
#![allow(unsafe_code)] // vector instructions, and work lent to threads; each block says why it is sound

mod affine;
mod aligned;
mod block_affine;
mod blocks;
mod byte_affine;
mod bytes;
mod dispatch;
mod elementwise;
mod history;
mod kernels;
mod lanes;
mod products;
mod team;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use affine::Affine;
pub use block_affine::{BlockAffine, BlockForm, BlockRow, BlockRows};
pub use byte_affine::{ByteAffine, ByteRows};
pub use history::History;
pub use kernels::Kernels;
pub use team::{Member, Team};

/// Rows are padded to a multiple of this many numbers: the widest vector that any kernel has.
const PADDING: usize = 16;

/// The places that a row of `count` numbers takes.
pub const fn row(count: usize) -> usize {
    count.next_multiple_of(PADDING)
}

/// Rows of an input: row `i` starts at `i * stride`. Rows may overlap.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The numbers of all rows, and whatever lies between them.
    pub numbers: &'a [f32],
    /// The places from one row's start to the next one's.
    pub stride: usize,
    /// How many rows there are.
    pub count: usize,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The larger of zero and x.
    Relu,
    /// x Φ(x), Φ being the normal distribution (Hendrycks and Gimpel 2016,
    /// <https://arxiv.org/abs/1606.08415>).
    Gelu,
    /// The approximation of it by tanh that the same paper gives.
    GeluTanh,
    /// x / (1 + exp(-x)).
    Silu,
    /// The hyperbolic tangent.
    Tanh,
}

/// Parameters of a layer normalisation (Ba et al. 2016, <https://arxiv.org/abs/1607.06450>); gain and shift
/// are rows, and zero beyond the width.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// The numbers of a row.
    pub width: usize,
    /// What a normalised number is multiplied with.
    pub gain: &'a [f32],
    /// What is added to it then.
    pub shift: &'a [f32],
    /// What is added to the variance, so that it is not zero.
    pub epsilon: f32,
}

#[cfg(test)]
mod tests;
