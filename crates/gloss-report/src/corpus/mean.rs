//! Means of what comes in documents, with intervals that know of documents.
//!
//! Sentences of one document resemble each other, so they are no independent sample: the document
//! is the unit. The mean over all values is a ratio of two sums over documents, and its variance
//! that of a ratio estimator by linearisation (Cochran, *Sampling Techniques*, 3rd edition, 1977,
//! section 9A.4, one cluster being one document), with Student's t on one degree of freedom less than documents. It is what
//! `statsmodels` gives for a constant with errors clustered by document.

use serde::Serialize;

/// With fewer documents no interval is given: it would say more of the method than of the data.
const LEAST_DOCUMENTS: u64 = 5;

/// Sums over documents, from which a mean and its interval come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusteredMean {
    documents: u64,
    count: u64,
    sum: f64,
    sum_squared: f64,
    sum_times_count: f64,
    count_squared: f64,
}

/// A mean over values that come in documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mean {
    /// The mean of all values.
    pub mean: f64,
    /// How many values.
    pub n: u64,
    /// Documents that they come from.
    pub documents: u64,
    /// 95% confidence interval, the document being the unit; absent below five documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
}

impl ClusteredMean {
    /// Adds a document with values of this sum and number.
    pub fn add(&mut self, sum: f64, count: u64) {
        if count == 0 {
            return;
        }
        let n = count as f64;
        self.documents += 1;
        self.count += count;
        self.sum += sum;
        self.sum_squared += sum * sum;
        self.sum_times_count += sum * n;
        self.count_squared += n * n;
    }

    /// The mean; `None` where there is no value.
    pub fn mean(&self) -> Option<Mean> {
        if self.count == 0 {
            return None;
        }
        let (n, documents) = (self.count as f64, self.documents as f64);
        let mean = self.sum / n;
        let interval = (self.documents >= LEAST_DOCUMENTS).then(|| {
            // The sum of (sum - mean * count)^2 over documents; rounding may make it negative.
            let residuals = self.sum_squared - 2.0 * mean * self.sum_times_count
                + mean * mean * self.count_squared;
            let variance = residuals.max(0.0) * documents / (documents - 1.0) / (n * n);
            let half = student_t(self.documents - 1) * variance.sqrt();
            (mean - half, mean + half)
        });
        Some(Mean { mean, n: self.count, documents: self.documents, interval })
    }
}

/// The 97.5% quantile of Student's t with so many degrees of freedom, at least four: the expansion
/// of Cornish and Fisher (Abramowitz and Stegun 26.7.5), right to a thousandth from there on.
fn student_t(degrees: u64) -> f64 {
    let z = 1.959_963_984_540_054_f64;
    let v = degrees as f64;
    let power = |n: i32| z.powi(n);
    let terms = [
        (power(3) + z) / 4.0,
        (5.0 * power(5) + 16.0 * power(3) + 3.0 * z) / 96.0,
        (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * z) / 384.0,
        (79.0 * power(9) + 776.0 * power(7) + 1482.0 * power(5) - 1920.0 * power(3) - 945.0 * z)
            / 92160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| (sum + term) / v) + z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        let check = |degrees, expected: f64| {
            assert!((student_t(degrees) - expected).abs() < 1.5e-3, "{degrees}");
        };
        check(4, 2.7764);
        check(5, 2.5706);
        check(10, 2.2281);
        check(30, 2.0423);
        check(1000, 1.9623);
    }

    #[test]
    fn means_and_intervals() {
        let check = |documents: &[&[f64]], expected: Option<(f64, Option<(f64, f64)>)>| {
            let mut whole = ClusteredMean::default();
            for values in documents {
                whole.add(values.iter().sum(), values.len() as u64);
            }
            let close = |a: f64, b: f64| assert!((a - b).abs() < 2e-3, "{a} {b}");
            assert_eq!(whole.mean().is_some(), expected.is_some());
            if let (Some(found), Some((mean, interval))) = (whole.mean(), expected) {
                close(found.mean, mean);
                assert_eq!(found.interval.is_some(), interval.is_some());
                if let (Some(a), Some(b)) = (found.interval, interval) {
                    close(a.0, b.0);
                    close(a.1, b.1);
                }
            }
        };
        check(&[], None);
        check(&[&[]], None);
        check(&[&[0.5, 0.1]], Some((0.3, None)));
        // One value a document: the usual interval of a mean, t(4) * s / sqrt(5).
        let one_each: [&[f64]; 5] = [&[0.1], &[0.2], &[0.3], &[0.4], &[0.5]];
        check(&one_each, Some((0.3, Some((0.3 - 0.19632, 0.3 + 0.19632)))));
        // The same value again in each document tells nothing new.
        let twice: [&[f64]; 5] = [&[0.1, 0.1], &[0.2, 0.2], &[0.3, 0.3], &[0.4, 0.4], &[0.5, 0.5]];
        check(&twice, Some((0.3, Some((0.3 - 0.19632, 0.3 + 0.19632)))));
        let same: [&[f64]; 6] = [&[0.1; 3]; 6];
        check(&same, Some((0.1, Some((0.1, 0.1)))));
    }
}
