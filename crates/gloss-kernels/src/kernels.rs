//! The kinds of instructions, and which of them the processor has.

/// The instructions to compute with. A value exists only where the processor has them.
///
/// Results differ between kinds in the last bits: the portable kernels round after a multiplication,
/// the others only after the addition that follows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kernels(pub(crate) Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Portable,
    /// Sixteen numbers in 32 registers, as AVX-512 has them, for processors that have not.
    #[cfg(test)]
    Wide,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// As before there were instructions for products of bytes, for processors that have them.
    #[cfg(all(test, target_arch = "x86_64"))]
    Avx2Alone,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// How products of bytes are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteKind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Maddubs,
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
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
                #[cfg(test)]
                found.insert(0, Self(Kind::Avx2Alone));
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
            #[cfg(all(test, target_arch = "x86_64"))]
            Kind::Avx2Alone => "avx2 alone",
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
            #[cfg(all(test, target_arch = "x86_64"))]
            Kind::Avx2Alone => 8,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => 16,
        }
    }

    /// The sums that a vector of products of bytes has, which is the width of a panel of weights.
    pub(crate) fn byte_lanes(self) -> usize {
        match self.byte_kind() {
            ByteKind::Portable => 4,
            #[cfg(target_arch = "x86_64")]
            ByteKind::Maddubs | ByteKind::AvxVnni => 8,
            #[cfg(target_arch = "x86_64")]
            ByteKind::Vnni => 16,
        }
    }

    pub(crate) fn byte_kind(self) -> ByteKind {
        match self.0 {
            Kind::Portable => ByteKind::Portable,
            #[cfg(test)]
            Kind::Wide => ByteKind::Portable,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 if is_x86_feature_detected!("avx512vnni") => ByteKind::Vnni,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 | Kind::Avx2 if is_x86_feature_detected!("avxvnni") => ByteKind::AvxVnni,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 | Kind::Avx2 => ByteKind::Maddubs,
            #[cfg(all(test, target_arch = "x86_64"))]
            Kind::Avx2Alone => ByteKind::Maddubs,
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
