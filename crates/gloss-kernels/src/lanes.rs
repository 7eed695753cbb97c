//! A vector of numbers, and what the kernels do with it.

/// A vector. Methods are inlined into functions that are compiled for its instructions, and must be called
/// only where the processor has them.
pub(super) trait Lanes: Copy {
    /// The numbers in it.
    const LEN: usize;
    /// Whether there are 32 registers for it, and not 16.
    const MANY: bool;

    /// All of them `x`.
    unsafe fn splat(x: f32) -> Self;
    /// The `LEN` numbers at `at`, of any alignment.
    unsafe fn load(at: *const f32) -> Self;
    unsafe fn store(self, at: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    /// The larger of the two, one by one.
    unsafe fn max(self, other: Self) -> Self;
    /// The smaller of the two, one by one.
    unsafe fn min(self, other: Self) -> Self;
    /// `self * factor + sum`.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// Two to the power of each, which are whole and within -126 and 127.
    unsafe fn power_of_two(self) -> Self;
    /// The sum of its numbers.
    unsafe fn total(self) -> f32;
    /// The largest of its numbers.
    unsafe fn most(self) -> f32;
}

/// Some numbers: compilers turn four of them into vector instructions that every processor of a kind has.
#[derive(Clone, Copy)]
pub(super) struct Portable<const N: usize>(pub(super) [f32; N]);

impl<const N: usize> Portable<N> {
    #[inline(always)]
    fn zip(mut self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a = f(*a, b);
        }
        self
    }
}

impl<const N: usize> Lanes for Portable<N> {
    const LEN: usize = N;
    const MANY: bool = N == 16 || cfg!(target_arch = "aarch64");

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Self([x; N])
    }

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: the caller vouches for the place.
        Self(unsafe { at.cast::<[f32; N]>().read() })
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: as above.
        unsafe { at.cast::<[f32; N]>().write(self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        // Where the instruction is not certain to be there, `f32::mul_add` would be a function call.
        if !cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
            return self.zip(factor, |a, b| a * b).zip(sum, |a, b| a + b);
        }
        let mut result = sum;
        for (at, result) in result.0.iter_mut().enumerate() {
            *result = self.0[at].mul_add(factor.0[at], *result);
        }
        result
    }

    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        Self(self.0.map(|power| f32::from_bits(((power as i32 + 127) as u32) << 23)))
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        let [mut even, mut odd] = [0.0, 0.0];
        for pair in self.0.chunks_exact(2) {
            even += pair[0];
            odd += pair[1];
        }
        even + odd
    }

    #[inline(always)]
    unsafe fn most(self) -> f32 {
        self.0.iter().fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a })
    }
}
