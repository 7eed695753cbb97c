//! Numbers against numbers.

/// Pearson's correlation; `None` under two pairs, or where a side is one number throughout.
#[must_use]
pub fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (mean_a, mean_b) = (mean(|p| p.0), mean(|p| p.1));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - mean_a, b - mean_b);
        (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
    }
    (aa > 0.0 && bb > 0.0).then(|| (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0))
}

/// Spearman's rank correlation, values that are the same sharing their mean rank.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = |values: Vec<f64>| {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = move |value: f64| {
            let below = sorted.partition_point(|&other| other < value);
            let behind = sorted.partition_point(|&other| other <= value);
            (below + behind) as f64 / 2.0
        };
        values.into_iter().map(rank).collect::<Vec<f64>>()
    };
    let a = ranks(pairs.iter().map(|pair| pair.0).collect());
    let b = ranks(pairs.iter().map(|pair| pair.1).collect());
    pearson(&a.into_iter().zip(b).collect::<Vec<_>>())
}

/// Mean absolute error; `None` without pairs.
#[must_use]
pub fn mean_absolute_error(pairs: &[(f64, f64)]) -> Option<f64> {
    let sum: f64 = pairs.iter().map(|(a, b)| (a - b).abs()).sum();
    (!pairs.is_empty()).then(|| sum / pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_correlations() {
        let check = |pairs: &[(f64, f64)], expected: [Option<f64>; 3]| {
            let found = [pearson(pairs), spearman(pairs), mean_absolute_error(pairs)];
            for (found, expected) in found.iter().zip(expected) {
                let near = match (found, expected) {
                    (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                    (a, b) => *a == b,
                };
                assert!(near, "{pairs:?}: {found:?}, not {expected:?}");
            }
        };
        check(&[], [None, None, None]);
        check(&[(1.0, 2.0)], [None, None, Some(1.0)]);
        check(&[(1.0, 3.0), (2.0, 3.0)], [None, None, Some(1.5)]);
        check(&[(1.0, 2.0), (2.0, 4.0)], [Some(1.0), Some(1.0), Some(1.5)]);
        let half = [Some(0.5), Some(0.5), Some(2.0 / 3.0)];
        check(&[(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)], half);
    }
}
