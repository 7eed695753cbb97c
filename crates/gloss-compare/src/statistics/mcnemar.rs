//! McNemar's test of two classifiers on the same items.

use serde::{Deserialize, Serialize};

/// A test of items that one side alone has right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct McNemar {
    /// Items that the first alone has right.
    pub first_only: u64,
    /// Items that the second alone has right.
    pub second_only: u64,
    /// Two-sided.
    pub p_value: f64,
    /// Whether the binomial distribution was used; else chi-squared with continuity correction.
    pub exact: bool,
}

/// Sums of the binomial distribution are computed up to this many items.
const EXACT_LIMIT: u64 = 1000;

/// McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", 1947; exact by the binomial distribution up to 1,000 items on which the two differ.
///
/// It takes items to be independent: where a document has several, use
/// [`randomise`](super::randomise) over documents.
#[must_use]
pub fn mcnemar(first_only: u64, second_only: u64) -> McNemar {
    let differing = first_only + second_only;
    let exact = differing <= EXACT_LIMIT;
    let p_value = if exact {
        let mut term = 0.5f64.powi(differing as i32);
        let mut sum = 0.0;
        for k in 0..=first_only.min(second_only) {
            sum += term;
            term *= (differing - k) as f64 / (k + 1) as f64;
        }
        (2.0 * sum).min(1.0)
    } else {
        let distance = first_only.abs_diff(second_only).saturating_sub(1) as f64;
        libm::erfc((distance * distance / differing as f64 / 2.0).sqrt())
    };
    McNemar { first_only, second_only, p_value, exact }
}
