//! The kernels for vectors of 256 and 512 bits.

use std::arch::x86_64::*;

use crate::lanes::Lanes;
use crate::{blocks, bytes, elementwise, products};

mod byte_products;

use byte_products::{AvxVnni, Maddubs, Vnni};

/// Methods that are one instruction each.
macro_rules! instructions {
    ($($method:ident($($other:ident),*) = $instruction:path;)*) => {
        $(
            #[inline(always)]
            unsafe fn $method(self, $($other: Self),*) -> Self {
                // SAFETY: whoever calls this vouches for the instructions.
                Self(unsafe { $instruction(self.0, $($other.0),*) })
            }
        )*
    };
}

/// Eight numbers.
#[derive(Clone, Copy)]
pub(super) struct V8(__m256);

// SAFETY, for all methods: whoever calls them vouches for the instructions, and for the places.
impl Lanes for V8 {
    const LEN: usize = 8;
    const MANY: bool = false;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_set1_ps(x) })
    }

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_loadu_ps(at) })
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: see above.
        unsafe { _mm256_storeu_ps(at, self.0) }
    }

    instructions! {
        add(other) = _mm256_add_ps;
        sub(other) = _mm256_sub_ps;
        mul(other) = _mm256_mul_ps;
        div(other) = _mm256_div_ps;
        max(other) = _mm256_max_ps;
        min(other) = _mm256_min_ps;
        mul_add(factor, sum) = _mm256_fmadd_ps;
    }

    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        // SAFETY: see above.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(127));
            Self(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        // SAFETY: see above.
        unsafe {
            let (low, high) = (_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let x = _mm_add_ps(low, high);
            let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
            _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
        }
    }

    #[inline(always)]
    unsafe fn most(self) -> f32 {
        // SAFETY: see above.
        unsafe {
            let (low, high) = (_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let x = _mm_max_ps(low, high);
            let x = _mm_max_ps(x, _mm_movehl_ps(x, x));
            _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)))
        }
    }
}

/// Sixteen numbers.
#[derive(Clone, Copy)]
pub(super) struct V16(__m512);

// SAFETY, for all methods: whoever calls them vouches for the instructions, and for the places.
impl Lanes for V16 {
    const LEN: usize = 16;
    const MANY: bool = true;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm512_set1_ps(x) })
    }

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm512_loadu_ps(at) })
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(at, self.0) }
    }

    instructions! {
        add(other) = _mm512_add_ps;
        sub(other) = _mm512_sub_ps;
        mul(other) = _mm512_mul_ps;
        div(other) = _mm512_div_ps;
        max(other) = _mm512_max_ps;
        min(other) = _mm512_min_ps;
        mul_add(factor, sum) = _mm512_fmadd_ps;
    }

    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm512_scalef_ps(_mm512_set1_ps(1.0), self.0) })
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        // SAFETY: see above.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn most(self) -> f32 {
        // SAFETY: see above.
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
}

/// Copies of kernels that are compiled for some instructions.
macro_rules! kernels {
    ($module:ident, $vector:ty, $features:literal: $($from:ident::$kernel:ident($arguments:ty);)*) => {
        pub(super) mod $module {
            use super::*;

            $(
                /// The kernel of this name.
                #[target_feature(enable = $features)]
                pub(crate) unsafe fn $kernel(arguments: $arguments) {
                    // SAFETY: the caller vouches for the sizes; the instructions are this function's.
                    unsafe { $from::$kernel::<$vector>(arguments) }
                }
            )*
        }
    };
}

macro_rules! numbers {
    ($module:ident, $vector:ty, $features:literal) => {
        kernels! {
            $module, $vector, $features:
            products::maxout(products::Maxout<'_>);
            products::maxout_of_sum(products::Sums<'_>);
            elementwise::normalize(elementwise::Normalize<'_>);
            elementwise::add_and_normalize(elementwise::AddAndNormalize<'_>);
            elementwise::activate(elementwise::Activate);
            elementwise::softmax(elementwise::Softmax);
        }
    };
}

numbers!(avx2, V8, "avx2,fma");
numbers!(avx512, V16, "avx512f,avx2,fma");

macro_rules! bytes {
    ($module:ident, $vector:ty, $features:literal) => {
        kernels! {
            $module, $vector, $features:
            bytes::quantize(bytes::Quantize);
            bytes::product(bytes::Product<'_>);
            blocks::quantize_blocks(blocks::Quantize);
            blocks::block_product(blocks::Product<'_>);
        }
    };
}

bytes!(maddubs, Maddubs, "avx2,fma");
bytes!(avxvnni, AvxVnni, "avx2,fma,avxvnni");
bytes!(vnni, Vnni, "avx512f,avx512vnni,avx2,fma");
