//! Intervals of ratios of sums over documents, in closed form.

use super::Z_95;

/// Sums for the interval of a ratio Σx / Σy with documents as clusters, linearised:
/// Cochran, "Sampling techniques", 3rd edition 1977, section 6.3.
///
/// Cheap enough for every label and slice, where the bootstrap is for what is tested. Near 0 and 1,
/// and where few documents contribute, it is too narrow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RatioInterval {
    documents: u64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl RatioInterval {
    /// Adds a document that has something to add; others change nothing but how many there are.
    pub fn add(&mut self, x: f64, y: f64) {
        self.documents += u64::from(y != 0.0);
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    pub(crate) fn merge(&mut self, other: &RatioInterval) {
        self.documents += other.documents;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.xy += other.xy;
        self.yy += other.yy;
    }

    /// The 95% interval, cut to 0..1; `None` when fewer than two documents contribute.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.unbounded().map(|(low, high)| (low.max(0.0), high.min(1.0)))
    }

    /// The 95% interval of a ratio that is no share; `None` likewise.
    #[must_use]
    pub fn unbounded(&self) -> Option<(f64, f64)> {
        if self.documents < 2 || self.y <= 0.0 {
            return None;
        }
        let (ratio, n) = (self.x / self.y, self.documents as f64);
        let residuals = self.xx - 2.0 * ratio * self.xy + ratio * ratio * self.yy;
        let error = (residuals.max(0.0) * n / (n - 1.0)).sqrt() / self.y;
        Some((ratio - Z_95 * error, ratio + Z_95 * error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_intervals() {
        let check = |rows: &[(f64, f64)], expected: Option<(f64, f64)>| {
            let mut sums = RatioInterval::default();
            rows.iter().for_each(|&(x, y)| sums.add(x, y));
            let near = match (sums.interval(), expected) {
                (Some(a), Some(b)) => (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9,
                (a, b) => a == b,
            };
            assert!(near, "{rows:?}: {:?}", sums.interval());
        };
        check(&[], None);
        check(&[(1.0, 2.0)], None);
        check(&[(1.0, 2.0), (0.0, 0.0)], None);
        check(&[(1.0, 2.0), (2.0, 4.0)], Some((0.5, 0.5)));
        // A share of 1 in 4: the error is the square root of 0.75 * 0.25 / 3.
        let error = 1.959_963_984_540_054 / 4.0;
        let rows = [(1.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)];
        check(&rows, Some((0.0, 0.25 + error)));
    }
}
