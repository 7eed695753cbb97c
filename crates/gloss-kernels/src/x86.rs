//! The kernels for vectors of 256 and 512 bits.

use std::arch::x86_64::*;

use super::generic;
use super::lanes::Lanes;

/// Gives a vector type its methods, and its own copy of each kernel.
macro_rules! kind {
    (
        $(#[$about:meta])*
        $module:ident, $vector:ident($register:ty) of $len:literal, many: $many:literal,
        needs $features:literal: $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $mul:ident,
        $max:ident, $mul_add:ident, $total:path
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        struct $vector($register);

        // SAFETY, for all: whoever calls these vouches for the instructions, and for the places.
        impl Lanes for $vector {
            const LEN: usize = $len;
            const MANY: bool = $many;

            #[inline(always)]
            unsafe fn splat(x: f32) -> Self {
                // SAFETY: see above.
                Self(unsafe { $splat(x) })
            }

            #[inline(always)]
            unsafe fn load(at: *const f32) -> Self {
                // SAFETY: see above.
                Self(unsafe { $load(at) })
            }

            #[inline(always)]
            unsafe fn store(self, at: *mut f32) {
                // SAFETY: see above.
                unsafe { $store(at, self.0) }
            }

            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                // SAFETY: see above.
                Self(unsafe { $add(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn sub(self, other: Self) -> Self {
                // SAFETY: see above.
                Self(unsafe { $sub(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn mul(self, other: Self) -> Self {
                // SAFETY: see above.
                Self(unsafe { $mul(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn max(self, other: Self) -> Self {
                // SAFETY: see above.
                Self(unsafe { $max(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
                // SAFETY: see above.
                Self(unsafe { $mul_add(self.0, factor.0, sum.0) })
            }

            #[inline(always)]
            unsafe fn total(self) -> f32 {
                // SAFETY: see above.
                unsafe { $total(self.0) }
            }
        }

        pub(super) mod $module {
            use super::$vector;
            use super::generic::{self, Maxout, Normalize, Sums};

            kind!(@kernel $vector, $features, maxout(Maxout<'_>));
            kind!(@kernel $vector, $features, maxout_of_sum(Sums<'_>));
            kind!(@kernel $vector, $features, normalize(Normalize<'_>));
        }
    };
    (@kernel $vector:ident, $features:literal, $kernel:ident($arguments:ty)) => {
        /// [`generic`]'s kernel of this name.
        #[target_feature(enable = $features)]
        pub(crate) unsafe fn $kernel(arguments: $arguments) {
            // SAFETY: the caller vouches for the sizes; the instructions are this function's.
            unsafe { generic::$kernel::<$vector>(arguments) }
        }
    };
}

kind!(
    /// Eight numbers.
    avx2, V8(__m256) of 8, many: false, needs "avx2,fma": _mm256_set1_ps, _mm256_loadu_ps,
    _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps, _mm256_max_ps, _mm256_fmadd_ps,
    total_of_8
);

kind!(
    /// Sixteen numbers.
    avx512, V16(__m512) of 16, many: true, needs "avx512f,avx2,fma": _mm512_set1_ps, _mm512_loadu_ps,
    _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps, _mm512_max_ps, _mm512_fmadd_ps,
    _mm512_reduce_add_ps
);

#[inline(always)]
unsafe fn total_of_8(x: __m256) -> f32 {
    // SAFETY: the caller vouches for the instructions.
    unsafe {
        let x = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
        let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
    }
}
