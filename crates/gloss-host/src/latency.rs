//! How long a stage took over a batch.

use std::fmt;
use std::sync::Mutex;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::engine::lock;

/// Nanoseconds; what takes longer, counts as this.
const LONGEST: u64 = 24 * 3600 * 1_000_000_000;
/// Quantiles are true to 1%.
const DIGITS: u8 = 2;

/// How long a stage took over its batches, in seconds: what it waited for, its checks and retries
/// included. A batch has one document where a run is told so, so that these are a document's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LatencyRecord {
    /// Half of the batches took no longer.
    pub p50: f64,
    /// 95% took no longer.
    pub p95: f64,
    /// 99% took no longer.
    pub p99: f64,
    /// None took longer.
    pub max: f64,
}

/// Counts how long batches took, to 1%, in memory that does not grow with their number.
#[derive(Default)]
pub struct Latencies {
    /// Made with the first of them.
    histogram: Mutex<Option<Histogram<u64>>>,
}

impl Latencies {
    /// Counts a batch.
    pub fn record(&self, nanoseconds: u64) {
        let mut histogram = lock(&self.histogram);
        let new = || Histogram::new_with_max(LONGEST, DIGITS).ok();
        if histogram.is_none() {
            *histogram = new();
        }
        if let Some(histogram) = histogram.as_mut() {
            histogram.saturating_record(nanoseconds);
        }
    }

    /// What they say now; `None` without a batch.
    pub fn read(&self) -> Option<LatencyRecord> {
        let histogram = lock(&self.histogram);
        let histogram = histogram.as_ref()?;
        let seconds = |quantile| histogram.value_at_quantile(quantile) as f64 / 1e9;
        Some(LatencyRecord {
            p50: seconds(0.5),
            p95: seconds(0.95),
            p99: seconds(0.99),
            max: histogram.max() as f64 / 1e9,
        })
    }
}

impl fmt::Debug for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Latencies").field(&self.read()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles() {
        let check = |nanoseconds: &mut dyn Iterator<Item = u64>, expected: Option<[f64; 3]>| {
            let latencies = Latencies::default();
            nanoseconds.for_each(|one| latencies.record(one));
            let read = latencies.read().map(|l| [l.p50, l.p95, l.p99]);
            let pairs = read.iter().flatten().zip(expected.iter().flatten());
            assert_eq!(read.is_some(), expected.is_some());
            for (read, expected) in pairs {
                assert!((read - expected).abs() <= expected * 0.01, "{read} for {expected}");
            }
        };
        check(&mut std::iter::empty(), None);
        check(&mut std::iter::once(3_000), Some([3e-6; 3]));
        check(&mut (1..=1000).map(|i| i * 1_000_000), Some([0.5, 0.95, 0.99]));
        check(&mut std::iter::once(u64::MAX), Some([86400.0; 3]));
    }
}
