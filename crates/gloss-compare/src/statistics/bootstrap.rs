//! The paired bootstrap over documents.

use super::random::{Draws, stream};
use super::table::{Packed, Table};
use crate::threads::in_chunks;

/// What statistics came out at in each resample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resamples {
    /// Number of statistics.
    width: usize,
    /// Resample after resample.
    values: Vec<f64>,
}

impl Resamples {
    /// One statistic's values, in the order of the resamples.
    pub fn of(&self, statistic: usize) -> impl Iterator<Item = f64> {
        self.values.iter().skip(statistic).step_by(self.width.max(1)).copied()
    }

    /// The percentile interval of a statistic at 95%; `None` without resamples.
    #[must_use]
    pub fn interval(&self, statistic: usize) -> Option<(f64, f64)> {
        percentiles(self.of(statistic).collect())
    }

    /// The percentile interval of the difference `b` - `a`, resample by resample, and its
    /// standard error.
    #[must_use]
    pub fn difference(&self, a: usize, b: usize) -> Option<((f64, f64), f64)> {
        let differences = self.of(b).zip(self.of(a)).map(|(b, a)| b - a);
        // A resample may hold nothing that a statistic can be computed of.
        let differences: Vec<f64> = differences.filter(|value| !value.is_nan()).collect();
        let error = standard_deviation(&differences);
        percentiles(differences).map(|interval| (interval, error))
    }
}

fn percentiles(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.retain(|value| !value.is_nan());
    values.sort_unstable_by(f64::total_cmp);
    (!values.is_empty()).then(|| (quantile(&values, 0.025), quantile(&values, 0.975)))
}

/// The quantile of sorted values, linear between neighbours (the default of NumPy; type 7 of
/// Hyndman and Fan, "Sample quantiles in statistical packages", 1996). NaN of no values.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = q.clamp(0.0, 1.0) * last as f64;
    let low = sorted[at.floor() as usize];
    low + (sorted[at.ceil() as usize] - low) * at.fract()
}

fn standard_deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0).max(1.0)).sqrt()
}

/// Draws as many documents as there are, with replacement, `resamples` times, and computes
/// statistics from the sums of their counts: Efron and Tibshirani, "An introduction to the
/// bootstrap", 1993. All statistics see the same draws, which is what makes differences paired.
///
/// `statistics` is given the sums of the columns and fills in `width` values. There are no resamples
/// of fewer than two documents: an interval of them would say nothing, by being of no width.
pub fn bootstrap(
    table: &Table,
    (resamples, seed, threads): (usize, u64, usize),
    width: usize,
    statistics: impl Fn(&[u64], &mut [f64]) + Sync,
) -> Resamples {
    let packed = Packed::new(table);
    resample(table.len(), (resamples, seed, threads), width, |draws, values| {
        let mut sums = vec![0; table.width()];
        packed.sums_of(draws, &mut sums);
        statistics(&sums, values);
    })
}

/// The same for statistics of other sums: `statistics` is given the numbers of the drawn documents.
pub fn resample(
    documents: usize,
    (resamples, seed, threads): (usize, u64, usize),
    width: usize,
    statistics: impl Fn(&mut Draws, &mut [f64]) + Sync,
) -> Resamples {
    if documents < 2 {
        return Resamples { width, values: Vec::new() };
    }
    let chunks = in_chunks(resamples, threads, |range| {
        let mut values = vec![0.0; width * range.len()];
        for (number, values) in range.zip(values.chunks_exact_mut(width.max(1))) {
            statistics(&mut Draws::new(documents, stream(seed, number)), values);
        }
        values
    });
    Resamples { width, values: chunks.concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[u32; 2]]) -> Table {
        let mut table = Table::new(2);
        rows.iter().for_each(|row| table.push(row));
        table
    }

    fn mean(sums: &[u64], values: &mut [f64]) {
        values[0] = sums[0] as f64 / sums[1] as f64;
    }

    #[test]
    fn interval_of_a_mean_is_near_the_normal_one() {
        let rows: Vec<[u32; 2]> = (0..400).map(|i| [i % 10, 1]).collect();
        let (low, high) = bootstrap(&table(&rows), (10_000, 1, 2), 1, mean).interval(0).unwrap();
        let error = (8.25f64 / 400.0).sqrt();
        assert!((low - (4.5 - 1.96 * error)).abs() < 0.02, "{low}");
        assert!((high - (4.5 + 1.96 * error)).abs() < 0.02, "{high}");
    }

    #[test]
    fn threads_make_no_difference_and_seeds_do() {
        let rows: Vec<[u32; 2]> = (0..50).map(|i| [i * i % 7, 1]).collect();
        let run = |seed, threads| bootstrap(&table(&rows), (99, seed, threads), 1, mean);
        assert_eq!(run(1, 1), run(1, 3));
        assert_ne!(run(1, 1), run(2, 1));
    }

    #[test]
    fn one_document_has_no_interval() {
        assert_eq!(bootstrap(&table(&[[1, 1]]), (99, 1, 1), 1, mean).interval(0), None);
    }

    #[test]
    fn quantiles_are_numpys() {
        let check = |values: &[f64], q, expected: f64| {
            assert!((quantile(values, q) - expected).abs() < 1e-12, "{values:?} {q}");
        };
        check(&[1.0, 2.0, 4.0], 0.5, 2.0);
        check(&[1.0, 2.0, 4.0], 0.75, 3.0);
        check(&[1.0], 0.975, 1.0);
        check(&[0.0, 10.0], 0.025, 0.25);
    }
}
