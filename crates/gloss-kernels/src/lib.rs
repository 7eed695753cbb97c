//! Arithmetic over rows of `f32`, once for each kind of processor that it is written for.
//!
//! [`Kernels`] says which instructions the processor has; [`Affine`] is a layer whose weights are packed
//! for them. The crate knows of no model: engines build theirs of it.
//!
//! A row of `n` numbers takes [`row`]`(n)` places, and the places after its numbers are zero, so that no
//! kernel has a rest to care for. Every sum has an order of its own that depends neither on the rows
//! beside it nor on how many rows are computed at once.
#![allow(unsafe_code)] // vector instructions; each block says why it is sound

mod affine;
mod generic;
mod lanes;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use affine::Affine;
use generic::{Maxout, Normalize, Sums};

/// Rows are padded to a multiple of this many numbers: the widest vector that any kernel has.
const PADDING: usize = 16;

/// The places that a row of `count` numbers takes.
pub const fn row(count: usize) -> usize {
    count.next_multiple_of(PADDING)
}

/// The instructions to compute with. A value exists only where the processor has them.
///
/// Results differ between kinds in the last bits: the portable kernels round after a multiplication,
/// the others only after the addition that follows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kernels(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    /// Sixteen numbers in 32 registers, as AVX-512 has them, for processors that have not.
    #[cfg(test)]
    Wide,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernels {
    /// Those that this processor has, the fastest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut found = vec![Self(Kind::Portable)];
        #[cfg(test)]
        found.insert(0, Self(Kind::Wide));
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2 {
                found.insert(0, Self(Kind::Avx2));
            }
            if avx2 && is_x86_feature_detected!("avx512f") {
                found.insert(0, Self(Kind::Avx512));
            }
        }
        found
    }

    /// The one with this name, if the processor has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::available().into_iter().find(|kernels| kernels.name() == name)
    }

    /// `avx512`, `avx2` or `portable`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(test)]
            Kind::Wide => "wide",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
        }
    }

    /// The numbers in a vector, which is the width of a panel of weights.
    pub(crate) fn lanes(self) -> usize {
        match self.0 {
            Kind::Portable => 4,
            #[cfg(test)]
            Kind::Wide => 16,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => 8,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => 16,
        }
    }
}

impl Default for Kernels {
    /// The fastest that the processor has.
    fn default() -> Self {
        Self::available()[0]
    }
}

impl std::fmt::Debug for Kernels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Calls the kernel of this kind.
macro_rules! dispatch {
    ($self:ident, $kernel:ident, $arguments:expr) => {
        match $self.0 {
            // SAFETY: the caller checked the sizes.
            Kind::Portable => unsafe { generic::$kernel::<lanes::Portable<4>>($arguments) },
            // SAFETY: as above.
            #[cfg(test)]
            Kind::Wide => unsafe { generic::$kernel::<lanes::Portable<16>>($arguments) },
            // SAFETY: besides, the processor has the instructions, or there would be no such value.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::avx2::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512::$kernel($arguments) },
        }
    };
}

/// Weights in panels of [`Kernels::lanes`] outputs, each input after input; and a bias.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a> {
    pub(crate) inputs: usize,
    /// A multiple of [`PADDING`].
    pub(crate) outputs: usize,
    pub(crate) panels: &'a [f32],
    pub(crate) bias: &'a [f32],
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

impl Kernels {
    /// `out` = input times weights plus bias, row by row, where the outputs are `pieces` runs of one
    /// length: `out` is the largest of the pieces' values, and its rows are of that length and follow each
    /// other.
    pub(crate) fn maxout(
        self,
        weights: Weights<'_>,
        pieces: usize,
        input: Rows<'_>,
        out: &mut [f32],
    ) {
        let Weights { inputs, outputs, panels, bias } = weights;
        assert!(pieces > 0 && outputs.is_multiple_of(pieces));
        let width = outputs / pieces;
        assert!(width.is_multiple_of(PADDING));
        assert!(panels.len() == inputs * outputs && bias.len() == outputs);
        let Rows { numbers, stride, count } = input;
        let Some(last) = count.checked_sub(1) else { return };
        assert!(numbers.len() >= last * stride + inputs, "input too short");
        assert!(out.len() >= count * width, "output too short");
        let (input, out) = (numbers.as_ptr(), out.as_mut_ptr());
        dispatch!(self, maxout, Maxout { weights, pieces, input, stride, count, out });
    }

    /// `out` = the largest of the pieces of the sum of `parts`; each part is `pieces` rows of `out`'s length.
    ///
    /// # Panics
    ///
    /// If there is no part, or the lengths are not as said; `out` is a whole number of vectors.
    pub fn maxout_of_sum(self, parts: &[&[f32]], pieces: usize, out: &mut [f32]) {
        let width = out.len();
        assert!(width.is_multiple_of(PADDING) && pieces > 0 && !parts.is_empty());
        assert!(parts.iter().all(|part| part.len() == pieces * width));
        dispatch!(self, maxout_of_sum, Sums { parts, pieces, width, out: out.as_mut_ptr() });
    }

    /// Layer normalisation of rows of `width` numbers: `(x - mean) / sqrt(variance + epsilon) * gain + shift`,
    /// written to `out` or, where `residual`, added to what is there.
    ///
    /// # Panics
    ///
    /// If `norm`, `input` or `out` is too short.
    pub fn normalize(
        self,
        norm: Norm<'_>,
        input: &[f32],
        count: usize,
        out: &mut [f32],
        residual: bool,
    ) {
        let Norm { width, gain, shift, .. } = norm;
        assert!(width > 0 && gain.len() == row(width) && shift.len() == row(width));
        assert!(input.len() >= count * row(width) && out.len() >= count * row(width));
        let (input, out) = (input.as_ptr(), out.as_mut_ptr());
        dispatch!(self, normalize, Normalize { norm, input, count, out, residual });
    }
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
