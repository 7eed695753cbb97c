//! Krippendorff's alpha.

use serde::{Deserialize, Serialize};

/// What differences between values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Values are the same or not.
    Nominal,
    /// Values have an order.
    Ordinal,
    /// Differences between values can be compared.
    Interval,
}

/// Krippendorff's alpha: Krippendorff, "Content analysis", 2nd edition 2004, chapter 11.
///
/// `units` holds the values that raters gave each unit, as many as there are; units with fewer than
/// two say nothing. `None` where there are none left, or all values are the same.
///
/// Ordinal differences are those of mean ranks (the rank that values of a kind share), squared, which
/// is Krippendorff's sum over the ranks between. So are pairs never enumerated: time is that of sorting.
#[must_use]
pub fn krippendorff_alpha(units: &[Vec<f64>], level: Level) -> Option<f64> {
    let pairable: Vec<&Vec<f64>> = units.iter().filter(|unit| unit.len() > 1).collect();
    let mut all: Vec<f64> = pairable.iter().flat_map(|unit| unit.iter().copied()).collect();
    all.sort_by(f64::total_cmp);
    let distance = |values: &[f64]| match level {
        Level::Nominal => unequal_pairs(values),
        Level::Ordinal => {
            let ranks: Vec<f64> = values.iter().map(|value| mean_rank(&all, *value)).collect();
            squared_differences(&ranks)
        }
        Level::Interval => squared_differences(values),
    };
    let n = all.len() as f64;
    let observed: f64 =
        pairable.iter().map(|unit| distance(unit) / (unit.len() as f64 - 1.0)).sum::<f64>() / n;
    let expected = distance(&all) / (n * (n - 1.0));
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

fn mean_rank(sorted: &[f64], value: f64) -> f64 {
    let below = sorted.partition_point(|&other| other < value);
    let behind = sorted.partition_point(|&other| other <= value);
    (below + behind) as f64 / 2.0
}

/// Ordered pairs of values that differ.
fn unequal_pairs(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let equal: usize = values.chunk_by(|a, b| a == b).map(|same| same.len() * same.len()).sum();
    (values.len() * values.len() - equal) as f64
}

/// The sum of squared differences over ordered pairs, about the mean so that nothing cancels.
fn squared_differences(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    2.0 * n * values.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Krippendorff's definition, by coincidences of all pairs.
    fn by_definition(units: &[Vec<f64>], level: Level) -> Option<f64> {
        let all: Vec<f64> = units.iter().filter(|u| u.len() > 1).flatten().copied().collect();
        let count = |value: f64| all.iter().filter(|&&other| other == value).count() as f64;
        let distance = |a: f64, b: f64| match level {
            Level::Nominal => f64::from(u8::from(a != b)),
            Level::Interval => (a - b).powi(2),
            Level::Ordinal => {
                let (low, high) = (a.min(b), a.max(b));
                let between = all.iter().filter(|&&v| low <= v && v <= high).count() as f64;
                if a == b { 0.0 } else { (between - (count(a) + count(b)) / 2.0).powi(2) }
            }
        };
        let pairs = |values: &[f64]| -> f64 {
            values
                .iter()
                .flat_map(|a| values.iter().map(move |b| (*a, *b)))
                .map(|(a, b)| distance(a, b))
                .sum()
        };
        let observed: f64 =
            units.iter().filter(|u| u.len() > 1).map(|u| pairs(u) / (u.len() as f64 - 1.0)).sum();
        let expected = pairs(&all) / (all.len() as f64 - 1.0);
        (expected > 0.0).then(|| 1.0 - observed / expected)
    }

    proptest! {
        #[test]
        fn equals_its_definition(
            units in prop::collection::vec(prop::collection::vec(0..5u8, 0..5), 0..12),
        ) {
            let units: Vec<Vec<f64>> =
                units.into_iter().map(|unit| unit.into_iter().map(f64::from).collect()).collect();
            for level in [Level::Nominal, Level::Ordinal, Level::Interval] {
                match (krippendorff_alpha(&units, level), by_definition(&units, level)) {
                    (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-9, "{level:?} {a} {b}"),
                    (a, b) => prop_assert_eq!(a, b),
                }
            }
        }
    }
}
