//! Whether a difference is real. The document is the unit: what stands in one document is not
//! independent, so documents are drawn, swapped and counted, never single annotations.

mod bootstrap;
mod holm;
mod mcnemar;
mod random;
mod randomisation;
mod ratio;
mod swaps;
mod table;

pub use bootstrap::{Resamples, bootstrap, quantile, resample};
pub use holm::holm;
pub use mcnemar::{McNemar, mcnemar};
pub use random::Draws;
pub(crate) use random::stream;
pub use randomisation::{Randomisation, randomise};
pub use ratio::RatioInterval;
pub use table::Table;

/// Documents below which a comparison is warned about: intervals of fewer are too narrow.
pub const FEW_DOCUMENTS: usize = 30;

/// The 0.975 quantile of the standard normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;
/// The 0.8 quantile of the standard normal distribution.
const Z_80: f64 = 0.841_621_233_572_914_3;

/// The smallest true difference that a two-sided test at 5% finds in 80% of such samples, from the
/// standard error of the difference: Cohen, "Statistical power analysis", 1988, in the normal
/// approximation.
#[must_use]
pub fn smallest_detectable(standard_error: f64) -> f64 {
    (Z_95 + Z_80) * standard_error
}
