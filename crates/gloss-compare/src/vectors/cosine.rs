//! The angle between vectors.

/// The cosine of the angle between two vectors of one dimension; 0 where one is of no length.
#[must_use]
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let (mut product, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (f64::from(a), f64::from(b));
        (product, aa, bb) = (product + a * b, aa + a * a, bb + b * b);
    }
    if aa > 0.0 && bb > 0.0 { product / (aa.sqrt() * bb.sqrt()) } else { 0.0 }
}

/// Rows scaled to length 1; those of no length stay as they are.
pub(super) fn normalised(values: &[f32], dimension: usize) -> Vec<f64> {
    let mut rows: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    for row in rows.chunks_exact_mut(dimension.max(1)) {
        let length = row.iter().map(|value| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            row.iter_mut().for_each(|value| *value /= length);
        }
    }
    rows
}

/// The inner product, in eight sums side by side so that the processor's wide registers serve.
pub(super) fn product(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a_blocks, a_rest) = a.as_chunks::<8>();
    let (b_blocks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for at in 0..8 {
            sums[at] += a[at] * b[at];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_cosines() {
        let check = |a: &[f32], b: &[f32], expected: f64| {
            assert!((cosine(a, b) - expected).abs() < 1e-12, "{a:?} {b:?}");
        };
        check(&[1.0, 0.0], &[0.0, 2.0], 0.0);
        check(&[1.0, 1.0], &[3.0, 3.0], 1.0);
        check(&[1.0, 0.0], &[-2.0, 0.0], -1.0);
        check(&[3.0, 4.0], &[4.0, 3.0], 24.0 / 25.0);
        check(&[0.0, 0.0], &[1.0, 1.0], 0.0);
        check(&[1e-30, 0.0], &[1e-30, 1e-30], 0.5f64.sqrt());
    }

    proptest! {
        #[test]
        fn products_of_blocks_are_products(
            pairs in prop::collection::vec((-9.0..9.0f64, -9.0..9.0f64), 0..40),
        ) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
            let expected: f64 = pairs.iter().map(|(a, b)| a * b).sum();
            prop_assert!((product(&a, &b) - expected).abs() < 1e-9);
        }
    }
}
