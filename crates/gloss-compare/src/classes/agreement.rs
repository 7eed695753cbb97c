//! Agreement beyond chance: Cohen's and Fleiss' kappa.

use serde::{Deserialize, Serialize};

use super::confusion::Confusion;

/// How much a disagreement counts, by how far apart its labels are in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// All the same: labels have no order.
    #[default]
    None,
    /// By the distance.
    Linear,
    /// By the square of the distance.
    Quadratic,
}

/// Cohen's kappa: Cohen, "A coefficient of agreement for nominal scales", 1960; with weights,
/// Cohen, "Weighted kappa", 1968. `ranks` gives each label's place in their order, for weights.
/// `None` where chance alone would agree throughout.
#[must_use]
pub fn cohen_kappa(confusion: &Confusion, weights: Weights, ranks: &[u32]) -> Option<f64> {
    let n = confusion.items() as f64;
    let (left, right) = confusion.margins();
    let weight = |a: u32, b: u32| {
        let rank = |label: u32| ranks.get(label as usize).map_or(0.0, |&rank| f64::from(rank));
        match weights {
            Weights::None => f64::from(u8::from(a != b)),
            Weights::Linear => (rank(a) - rank(b)).abs(),
            Weights::Quadratic => (rank(a) - rank(b)).powi(2),
        }
    };
    let observed: f64 =
        confusion.cells().iter().map(|&((a, b), count)| weight(a, b) * count as f64).sum();
    let expected: f64 = if weights == Weights::None {
        let agreeing: f64 = left.iter().zip(right).map(|(&a, &b)| a as f64 * b as f64).sum();
        n - agreeing / n
    } else {
        let occurring = |margin: &[u64]| -> Vec<(u32, f64)> {
            let some = (0u32..).zip(margin).filter(|(_, count)| **count > 0);
            some.map(|(label, &count)| (label, count as f64)).collect()
        };
        let (left, right) = (occurring(left), occurring(right));
        let of_label = |&(a, count): &(u32, f64)| -> f64 {
            right.iter().map(|&(b, n)| weight(a, b) * count * n).sum()
        };
        left.iter().map(of_label).sum::<f64>() / n
    };
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// Fleiss' kappa of any number of raters, each of whom rates every item: Fleiss, "Measuring nominal
/// scale agreement among many raters", 1971. `items` holds the labels that the raters gave each
/// item. `None` where there is one rater, or chance alone would agree throughout.
#[must_use]
pub fn fleiss_kappa(labels: usize, items: &[Vec<u32>]) -> Option<f64> {
    let raters = items.first()?.len();
    if raters < 2 || items.iter().any(|item| item.len() != raters) {
        return None;
    }
    let mut totals = vec![0u64; labels];
    let mut counts = vec![0u64; labels];
    let mut agreement = 0.0;
    for item in items {
        for &label in item {
            *counts.get_mut(label as usize)? += 1;
            totals[label as usize] += 1;
        }
        // A label's count is 0 again once its pairs are counted.
        let pairs: u64 = item
            .iter()
            .map(|&label| std::mem::take(&mut counts[label as usize]))
            .map(|count| count * count.saturating_sub(1))
            .sum();
        agreement += pairs as f64 / (raters * (raters - 1)) as f64;
    }
    let (items, all) = (items.len() as f64, (items.len() * raters) as f64);
    let chance: f64 = totals.iter().map(|&total| (total as f64 / all).powi(2)).sum();
    (chance < 1.0).then(|| (agreement / items - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: Option<f64>) -> bool {
        match (found, expected) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-12,
            (a, b) => a == b,
        }
    }

    #[test]
    fn kappas_known_by_hand() {
        let check = |cells: &[(u32, u32, u64)], weights, expected| {
            let pairs = cells.iter().flat_map(|&(a, b, n)| (0..n).map(move |_| (a, b)));
            let found = cohen_kappa(&Confusion::of(3, pairs), weights, &[0, 1, 2]);
            assert!(near(found, expected), "{cells:?} {weights:?}: {found:?}");
        };
        // Cohen's yes and no: 0.7 observed, 0.5 by chance.
        check(&[(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)], Weights::None, Some(0.4));
        check(&[(0, 0, 9)], Weights::None, None);
        check(&[(0, 1, 1), (1, 0, 1)], Weights::Linear, Some(-1.0));
        check(
            &[(0, 0, 1), (2, 2, 1), (0, 2, 1), (1, 1, 1)],
            Weights::Quadratic,
            Some(1.0 - 4.0 / 6.5),
        );
    }

    #[test]
    fn fleiss_counts_pairs() {
        let check = |items: &[Vec<u32>], expected| {
            let found = fleiss_kappa(3, items);
            assert!(near(found, expected), "{items:?}: {found:?}");
        };
        check(&[], None);
        check(&[vec![0], vec![1]], None);
        check(&[vec![0, 0], vec![0]], None);
        check(&[vec![0, 0], vec![1, 1]], Some(1.0));
        check(&[vec![0, 0], vec![0, 0]], None);
        check(&[vec![0, 1], vec![1, 0]], Some(-1.0));
    }
}
