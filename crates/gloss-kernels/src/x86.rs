//! The kernels for vectors of 256 and 512 bits.

use std::arch::x86_64::*;

use super::bytes::Bytes;
use super::lanes::Lanes;
use super::{bytes, elementwise, products};

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

/// Products of bytes on 256 bits. Two products are added up in 16 bits, which seven bits of one factor and
/// eight of the other cannot overflow.
#[derive(Clone, Copy)]
pub(super) struct Maddubs;

// SAFETY, for all methods: whoever calls them vouches for the instructions, and for the places.
impl Bytes for Maddubs {
    type Numbers = V8;
    type Quads = __m256i;
    const MOST: u8 = 127;

    #[inline(always)]
    unsafe fn zero() -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    unsafe fn load(at: *const i8) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_loadu_si256(at.cast()) }
    }

    #[inline(always)]
    unsafe fn splat(at: *const u8) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi32(at.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: __m256i, x: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: see above.
        unsafe {
            let pairs = _mm256_maddubs_epi16(x, weights);
            _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        }
    }

    #[inline(always)]
    unsafe fn without(sums: __m256i, zero: i32, weights: *const i32) -> V8 {
        // SAFETY: see above.
        unsafe {
            let weights = _mm256_loadu_si256(weights.cast());
            let zeros = _mm256_mullo_epi32(_mm256_set1_epi32(zero), weights);
            V8(_mm256_cvtepi32_ps(_mm256_sub_epi32(sums, zeros)))
        }
    }

    #[inline(always)]
    unsafe fn store(numbers: V8, at: *mut u8) {
        // SAFETY: see above.
        unsafe {
            let x = _mm256_cvtps_epi32(numbers.0);
            let words =
                _mm_packus_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
            _mm_storel_epi64(at.cast(), _mm_packus_epi16(words, words));
        }
    }
}

/// Products of bytes on 512 bits, by the instruction that adds up four of them.
#[derive(Clone, Copy)]
pub(super) struct Vnni;

// SAFETY, for all methods: whoever calls them vouches for the instructions, and for the places.
impl Bytes for Vnni {
    type Numbers = V16;
    type Quads = __m512i;
    const MOST: u8 = 255;

    #[inline(always)]
    unsafe fn zero() -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    unsafe fn load(at: *const i8) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_loadu_si512(at.cast()) }
    }

    #[inline(always)]
    unsafe fn splat(at: *const u8) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_set1_epi32(at.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: __m512i, x: __m512i, weights: __m512i) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_dpbusd_epi32(sums, x, weights) }
    }

    #[inline(always)]
    unsafe fn without(sums: __m512i, zero: i32, weights: *const i32) -> V16 {
        // SAFETY: see above.
        unsafe {
            let weights = _mm512_loadu_si512(weights.cast());
            let zeros = _mm512_mullo_epi32(_mm512_set1_epi32(zero), weights);
            V16(_mm512_cvtepi32_ps(_mm512_sub_epi32(sums, zeros)))
        }
    }

    #[inline(always)]
    unsafe fn store(numbers: V16, at: *mut u8) {
        // SAFETY: see above.
        unsafe {
            _mm_storeu_si128(at.cast(), _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(numbers.0)))
        }
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
        }
    };
}

bytes!(maddubs, Maddubs, "avx2,fma");
bytes!(vnni, Vnni, "avx512f,avx512vnni,avx2,fma");
