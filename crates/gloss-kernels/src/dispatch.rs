//! What can be computed, by the kernels of each kind. Here sizes are checked, on which kernels rely.

use crate::elementwise::{Activate, AddAndNormalize, Normalize, Softmax};
use crate::kernels::{ByteKind, Kernels, Kind};
use crate::products::{Maxout, Sums};
#[cfg(target_arch = "x86_64")]
use crate::x86;
use crate::{Activation, Norm, PADDING, Rows, blocks, bytes, elementwise, lanes, products, row};

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
            #[cfg(all(test, target_arch = "x86_64"))]
            Kind::Avx2Alone => unsafe { x86::avx2::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512::$kernel($arguments) },
        }
    };
}

/// As above, for products of bytes.
macro_rules! dispatch_bytes {
    ($self:ident, $module:ident::$kernel:ident, $arguments:expr) => {
        match $self.byte_kind() {
            // SAFETY: the caller checked the sizes.
            ByteKind::Portable => unsafe { $module::$kernel::<bytes::PortableBytes>($arguments) },
            // SAFETY: besides, the processor has the instructions, or there would be no such value.
            #[cfg(target_arch = "x86_64")]
            ByteKind::Maddubs => unsafe { x86::maddubs::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            ByteKind::AvxVnni => unsafe { x86::avxvnni::$kernel($arguments) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            ByteKind::Vnni => unsafe { x86::vnni::$kernel($arguments) },
        }
    };
}

/// Weights in panels of [`Kernels::lanes`] outputs, each input after input; and a bias. Panels start `step`
/// numbers apart.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a> {
    pub(crate) inputs: usize,
    /// A multiple of [`PADDING`].
    pub(crate) outputs: usize,
    pub(crate) panels: &'a [f32],
    pub(crate) step: usize,
    pub(crate) bias: &'a [f32],
}

impl Rows<'_> {
    /// Asserts that rows of `inputs` places are in the input, and as many of `outputs` places, `stride` apart,
    /// in `out`. Whether there are any.
    pub(crate) fn fit(&self, inputs: usize, out: &[f32], stride: usize, outputs: usize) -> bool {
        let Some(last) = self.count.checked_sub(1) else { return false };
        assert!(self.numbers.len() >= places(last, self.stride, inputs), "input too short");
        assert!(out.len() >= places(last, stride, outputs), "output too short");
        true
    }
}

/// The places of `count` rows that start `stride` places apart, and `more`. A product that wrapped around
/// would let a kernel write beyond its output.
pub(crate) fn places(count: usize, stride: usize, more: usize) -> usize {
    let places = count.checked_mul(stride).and_then(|places| places.checked_add(more));
    places.expect("more places than there can be")
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
        let Weights { inputs, outputs, panels, step, bias } = weights;
        assert!(pieces > 0 && outputs.is_multiple_of(pieces));
        let width = outputs / pieces;
        assert!(width.is_multiple_of(PADDING));
        let panel = places(inputs, self.lanes(), 0);
        let last = (outputs / self.lanes()).saturating_sub(1);
        let needed = places(last, step, panel);
        assert!(step >= panel && panels.len() >= needed && bias.len() >= outputs);
        assert!(out_stride >= width, "output too narrow");
        if !input.fit(inputs, out, out_stride, width) {
            return;
        }
        let Rows { numbers, stride, count } = input;
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
        assert!(parts.iter().all(|part| part.len() == places(pieces, width, 0)));
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
        let needed = places(count, row(width), 0);
        assert!(input.len() >= needed && out.len() >= needed);
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
        let needed = places(count, row(width), 0);
        assert!(rows.len() >= needed && difference.len() >= needed);
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

    /// `arguments` point to what the caller checked.
    pub(crate) fn quantize(self, arguments: bytes::Quantize) {
        dispatch_bytes!(self, bytes::quantize, arguments);
    }

    /// `arguments` point to what the caller checked.
    pub(crate) fn quantize_blocks(self, arguments: blocks::Quantize) {
        dispatch_bytes!(self, blocks::quantize_blocks, arguments);
    }

    /// `arguments` point to what the caller checked.
    pub(crate) fn block_product(self, arguments: blocks::Product<'_>) {
        dispatch_bytes!(self, blocks::block_product, arguments);
    }

    /// `arguments` point to what the caller checked.
    pub(crate) fn byte_product(self, arguments: bytes::Product<'_>) {
        dispatch_bytes!(self, bytes::product, arguments);
    }
}
