//! Products of bytes on 256 and 512 bits.

use std::arch::x86_64::*;

use super::{V8, V16};
use crate::bytes::Bytes;

/// Products of bytes on 256 bits.
macro_rules! bytes_of_256 {
    ($(#[$about:meta])* $name:ident, $most:literal, |$sums:ident, $x:ident, $weights:ident| $add:expr, $bytes:expr) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        // SAFETY, for all methods: whoever calls them vouches for the instructions, and for the places.
        impl Bytes for $name {
            type Numbers = V8;
            type Quads = __m256i;
            const MOST: u8 = $most;

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
            unsafe fn add_products($sums: __m256i, $x: __m256i, $weights: __m256i) -> __m256i {
                // SAFETY: see above.
                unsafe { $add }
            }

            #[inline(always)]
            unsafe fn halves(bytes: __m256i) -> (__m256i, __m256i) {
                // SAFETY: see above.
                unsafe {
                    let mask = _mm256_set1_epi8(15);
                    let upper = _mm256_srli_epi16::<4>(bytes);
                    (_mm256_and_si256(bytes, mask), _mm256_and_si256(upper, mask))
                }
            }

            #[inline(always)]
            unsafe fn add_halves(sums: __m256i, weights: __m256i, x: *const i8) -> __m256i {
                // SAFETY: see above. The factor of no more than 15 stands where the unsigned one does.
                unsafe { Self::add_products(sums, weights, Self::splat(x.cast())) }
            }

            #[inline(always)]
            unsafe fn add_bytes($sums: __m256i, $x: __m256i, x: *const i8) -> __m256i {
                // SAFETY: see above.
                unsafe {
                    let $weights = Self::splat(x.cast());
                    $bytes
                }
            }

            #[inline(always)]
            unsafe fn sum(sum: i32) -> __m256i {
                // SAFETY: see above.
                unsafe { _mm256_set1_epi32(sum) }
            }

            #[inline(always)]
            unsafe fn numbers(sums: __m256i) -> V8 {
                // SAFETY: see above.
                V8(unsafe { _mm256_cvtepi32_ps(sums) })
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
    };
}

bytes_of_256!(
    /// Two products are added up in 16 bits, which seven bits of one factor and eight of the other cannot
    /// overflow.
    Maddubs, 127, |sums, x, weights| {
        let pairs = _mm256_maddubs_epi16(x, weights);
        _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
    }, {
        // Eight bits times eight could overflow 16, so the halves of one factor go apart.
        let (lower, upper) = Self::halves(x);
        let lower = _mm256_madd_epi16(_mm256_maddubs_epi16(lower, weights), _mm256_set1_epi16(1));
        let upper = _mm256_madd_epi16(_mm256_maddubs_epi16(upper, weights), _mm256_set1_epi16(16));
        _mm256_add_epi32(sums, _mm256_add_epi32(lower, upper))
    }
);

bytes_of_256!(
    /// By the instruction that adds up four products.
    AvxVnni, 255, |sums, x, weights| _mm256_dpbusd_avx_epi32(sums, x, weights),
    _mm256_dpbusd_avx_epi32(sums, x, weights)
);

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
    unsafe fn halves(bytes: __m512i) -> (__m512i, __m512i) {
        // SAFETY: see above.
        unsafe {
            let mask = _mm512_set1_epi32(0x0F0F_0F0F);
            let upper = _mm512_srli_epi32::<4>(bytes);
            (_mm512_and_si512(bytes, mask), _mm512_and_si512(upper, mask))
        }
    }

    #[inline(always)]
    unsafe fn add_halves(sums: __m512i, weights: __m512i, x: *const i8) -> __m512i {
        // SAFETY: see above.
        unsafe { Self::add_bytes(sums, weights, x) }
    }

    #[inline(always)]
    unsafe fn add_bytes(sums: __m512i, weights: __m512i, x: *const i8) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_dpbusd_epi32(sums, weights, Self::splat(x.cast())) }
    }

    #[inline(always)]
    unsafe fn sum(sum: i32) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_set1_epi32(sum) }
    }

    #[inline(always)]
    unsafe fn numbers(sums: __m512i) -> V16 {
        // SAFETY: see above.
        V16(unsafe { _mm512_cvtepi32_ps(sums) })
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
