//! Differences of two variants: each against the gold, or each by itself.

use super::options::Options;
use super::pairs::Pairs;
use crate::corpus::Corpus;
use crate::result::{Difference, Metric, Test};
use crate::statistics::{
    Randomisation, Resamples, Table, holm, mcnemar, randomise, smallest_detectable,
};

/// Whose scores are set against each other. A group of columns is of a variant against the gold, or of
/// a variant by itself.
pub struct Rivalry<'a> {
    /// The variant that each group is of.
    pub names: Vec<&'a str>,
    /// Groups that are set against each other.
    pub rivals: Vec<(usize, usize)>,
    /// The metrics that are compared: the first of each group's statistics.
    pub metrics: &'a [Metric],
    /// Statistics of each group among the resamples.
    pub width: usize,
    pub resamples: &'a Resamples,
}

impl<'a> Rivalry<'a> {
    /// Every two variants against the gold.
    pub fn with_gold(
        corpus: &'a Corpus,
        pairs: &Pairs,
        metrics: &'a [Metric],
        width: usize,
        resamples: &'a Resamples,
    ) -> Rivalry<'a> {
        let names = pairs.all.iter().map(|pair| corpus.variants[pair.1].as_str()).collect();
        Rivalry { names, rivals: pairs.rivals(), metrics, width, resamples }
    }
}

/// How differences are tested.
pub struct Tests<'a> {
    /// A row for each document, `columns` for each group.
    pub table: &'a Table,
    pub columns: usize,
    pub options: &'a Options,
    /// The statistics of a group, from sums of its columns.
    pub statistics: &'a (dyn Fn(&[i64]) -> Vec<f64> + Sync),
    /// Columns of right items and of items, where the first statistic is their ratio and McNemar's
    /// test can be made of it: where no document has two items.
    pub one_item: Option<(usize, usize)>,
}

impl Tests<'_> {
    fn columns_of(&self, pair: usize) -> Vec<u32> {
        let rows = (0..self.table.len()).map(|document| self.table.row(document));
        rows.flat_map(|row| row[pair * self.columns..][..self.columns].iter().copied()).collect()
    }

    /// McNemar's test of two pairs, where every document has one item in both or none.
    fn mcnemar(&self, first: &[u32], second: &[u32]) -> Option<(f64, Test)> {
        let (right, items) = self.one_item?;
        let (mut first_only, mut second_only) = (0, 0);
        for (a, b) in first.chunks_exact(self.columns).zip(second.chunks_exact(self.columns)) {
            if a[items] != b[items] || a[items] > 1 {
                return None;
            }
            first_only += u64::from(a[right] > b[right]);
            second_only += u64::from(b[right] > a[right]);
        }
        let test = mcnemar(first_only, second_only);
        Some((test.p_value, if test.exact { Test::McnemarExact } else { Test::McnemarChiSquared }))
    }
}

/// All differences of rivals that have a value, with p-values adjusted over all of them.
pub fn differences(rivals: &Rivalry, tests: &Tests) -> Vec<Difference> {
    let mut differences = Vec::new();
    let sums = tests.table.sums();
    let values = |pair: usize| {
        let sums = &sums[pair * tests.columns..][..tests.columns];
        (tests.statistics)(&sums.iter().map(|&sum| sum as i64).collect::<Vec<_>>())
    };
    for &(first, second) in &rivals.rivals {
        let (first_rows, second_rows) = (tests.columns_of(first), tests.columns_of(second));
        let both = (&first_rows[..], &second_rows[..], tests.columns);
        let randomised = randomise(both, tests.options.draws(), tests.statistics);
        let mcnemar = tests.mcnemar(&first_rows, &second_rows);
        let (first_values, second_values) = (values(first), values(second));
        for (at, &metric) in rivals.metrics.iter().enumerate() {
            if first_values[at].is_nan() || second_values[at].is_nan() {
                continue;
            }
            let statistic = |pair: usize| pair * rivals.width + at;
            let spread = rivals.resamples.difference(statistic(first), statistic(second));
            let (p_value, test) = match mcnemar {
                Some(test) if at == 0 => test,
                _ => named(randomised[at]),
            };
            differences.push(Difference {
                metric,
                first: rivals.names[first].to_owned(),
                second: rivals.names[second].to_owned(),
                first_value: first_values[at],
                second_value: second_values[at],
                difference: second_values[at] - first_values[at],
                interval: spread.map(|(interval, _)| interval),
                p_value,
                test,
                adjusted_p_value: p_value,
                smallest_detectable: spread.map(|(_, error)| smallest_detectable(error)),
            });
        }
    }
    let adjusted = holm(&differences.iter().map(|d| d.p_value).collect::<Vec<_>>());
    for (difference, adjusted) in differences.iter_mut().zip(adjusted) {
        difference.adjusted_p_value = adjusted;
    }
    differences
}

fn named(test: Randomisation) -> (f64, Test) {
    (test.p_value, if test.exact { Test::RandomisationExact } else { Test::Randomisation })
}
