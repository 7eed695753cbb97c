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
mod byte_affine;
mod bytes;
mod elementwise;
mod lanes;
mod products;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use affine::Affine;
pub use byte_affine::{ByteAffine, ByteRows};
use elementwise::{Activate, AddAndNormalize, Normalize, Softmax};
use products::{Maxout, Sums};

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

/// How products of bytes are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByteKind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Maddubs,
    #[cfg(target_arch = "x86_64")]
    Vnni,
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
    ($self:ident, $module:ident::$kernel:ident, $arguments:expr) => {
        match $self.0 {
            // SAFETY: the caller checked the sizes.
            Kind::Portable => unsafe { $module::$kernel::<lanes::Portable<4>>($arguments) },
            // SAFETY: as above.
            #[cfg(test)]
            Kind::Wide => unsafe { $module::$kernel::<lanes::Portable<16>>($arguments) },
            // SAFETY: besides, the processor has the instructions, or there would be no such value.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::avx2::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512::$kernel($arguments) },
        }
    };
}

/// As above, for products of bytes.
macro_rules! dispatch_bytes {
    ($self:ident, $kernel:ident, $arguments:expr) => {
        match $self.byte_kind() {
            // SAFETY: the caller checked the sizes.
            ByteKind::Portable => unsafe { bytes::$kernel::<bytes::PortableBytes>($arguments) },
            // SAFETY: besides, the processor has the instructions, or there would be no such value.
            #[cfg(target_arch = "x86_64")]
            ByteKind::Maddubs => unsafe { x86::maddubs::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            ByteKind::Vnni => unsafe { x86::vnni::$kernel($arguments) },
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
    /// length: `out` is the largest of the pieces' values, rows of that length that start `out_stride`
    /// numbers apart.
    pub(crate) fn maxout(
        self,
        weights: Weights<'_>,
        pieces: usize,
        input: Rows<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let Weights { inputs, outputs, panels, bias } = weights;
        assert!(pieces > 0 && outputs.is_multiple_of(pieces));
        let width = outputs / pieces;
        assert!(width.is_multiple_of(PADDING));
        assert!(panels.len() == inputs * outputs && bias.len() == outputs);
        let Rows { numbers, stride, count } = input;
        let Some(last) = count.checked_sub(1) else { return };
        assert!(numbers.len() >= last * stride + inputs, "input too short");
        assert!(out_stride >= width && out.len() >= last * out_stride + width, "output too short");
        let (input, out) = (numbers.as_ptr(), out.as_mut_ptr());
        dispatch!(
            self,
            products::maxout,
            Maxout { weights, pieces, input, stride, count, out, out_stride }
        );
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
        dispatch!(
            self,
            products::maxout_of_sum,
            Sums { parts, pieces, width, out: out.as_mut_ptr() }
        );
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
        dispatch!(self, elementwise::normalize, Normalize { norm, input, count, out, residual });
    }

    /// Adds `difference` to `rows`, then normalises them as [`Kernels::normalize`] does.
    ///
    /// # Panics
    ///
    /// If `norm`, `rows` or `difference` is too short.
    pub fn add_and_normalize(
        self,
        norm: Norm<'_>,
        rows: &mut [f32],
        difference: &[f32],
        count: usize,
    ) {
        let Norm { width, gain, shift, .. } = norm;
        assert!(width > 0 && gain.len() == row(width) && shift.len() == row(width));
        assert!(rows.len() >= count * row(width) && difference.len() >= count * row(width));
        let (rows, difference) = (rows.as_mut_ptr(), difference.as_ptr());
        let arguments = AddAndNormalize { norm, rows, difference, count };
        dispatch!(self, elementwise::add_and_normalize, arguments);
    }

    /// Puts each number through the function. Approximations differ from it by less than 2e-7 times the
    /// larger of one and the number.
    ///
    /// # Panics
    ///
    /// If `numbers` is no whole number of rows.
    pub fn activate(self, activation: Activation, numbers: &mut [f32]) {
        assert!(numbers.len().is_multiple_of(PADDING));
        let (len, numbers) = (numbers.len(), numbers.as_mut_ptr());
        dispatch!(self, elementwise::activate, Activate { activation, numbers, len });
    }

    /// Sets each row of `width` places to the exponentials of its numbers over their sum. Padding is to be
    /// negative infinity, or a number far below the others, and becomes next to zero.
    ///
    /// # Panics
    ///
    /// If the width is no multiple of what rows are padded to, or `rows` no whole number of rows.
    pub fn softmax(self, rows: &mut [f32], width: usize) {
        assert!(width > 0 && width.is_multiple_of(PADDING) && rows.len().is_multiple_of(width));
        let (count, rows) = (rows.len() / width, rows.as_mut_ptr());
        dispatch!(self, elementwise::softmax, Softmax { rows, width, count });
    }

    /// The sums that a vector of products of bytes has, which is the width of a panel of weights.
    pub(crate) fn byte_lanes(self) -> usize {
        match self.byte_kind() {
            ByteKind::Portable => 4,
            #[cfg(target_arch = "x86_64")]
            ByteKind::Maddubs => 8,
            #[cfg(target_arch = "x86_64")]
            ByteKind::Vnni => 16,
        }
    }

    fn byte_kind(self) -> ByteKind {
        match self.0 {
            Kind::Portable => ByteKind::Portable,
            #[cfg(test)]
            Kind::Wide => ByteKind::Portable,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 if is_x86_feature_detected!("avx512vnni") => ByteKind::Vnni,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 | Kind::Avx2 => ByteKind::Maddubs,
        }
    }

    /// `arguments` point to what the caller checked.
    pub(crate) fn quantize(self, arguments: bytes::Quantize) {
        dispatch_bytes!(self, quantize, arguments);
    }

    /// `arguments` point to what the caller checked.
    pub(crate) fn byte_product(self, arguments: bytes::Product<'_>) {
        dispatch_bytes!(self, product, arguments);
    }
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
