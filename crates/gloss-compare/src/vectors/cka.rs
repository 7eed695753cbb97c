//! Whether two spaces have the same shape.

use super::cosine::product;
use crate::threads::in_chunks;

/// Linear centred kernel alignment: Kornblith et al., "Similarity of neural network representations
/// revisited", 2019. 1 where one space is the other turned and scaled. Spaces are rows of one number
/// of numbers, item after item, and may have different dimensions.
///
/// `None` where a space has no spread. Takes time with the square of the items.
#[must_use]
pub fn linear_cka((first, second): (&[f32], &[f32]), items: usize, threads: usize) -> Option<f64> {
    if items < 2 {
        return None;
    }
    let [(a, a_width), (b, b_width)] = [first, second].map(|values| centred(values, items));
    // Row by row, so that the order of the sum does not depend on threads.
    let rows = in_chunks(items, threads, |range| {
        let of_row = |i: usize| {
            let mut sums = [0.0; 3];
            for j in 0..items {
                let of = |rows: &[f64], width: usize| {
                    product(&rows[i * width..][..width], &rows[j * width..][..width])
                };
                let (x, y) = (of(&a, a_width), of(&b, b_width));
                sums.iter_mut().zip([x * x, x * y, y * y]).for_each(|(sum, part)| *sum += part);
            }
            sums
        };
        range.map(of_row).collect::<Vec<_>>()
    });
    let rows = rows.concat();
    let [aa, ab, bb] = [0, 1, 2].map(|at| rows.iter().map(|sums| sums[at]).sum::<f64>());
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa.sqrt() * bb.sqrt()))
}

/// Rows less their mean.
fn centred(values: &[f32], items: usize) -> (Vec<f64>, usize) {
    let width = values.len() / items;
    let mut rows: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    let mut mean = vec![0.0; width];
    for row in rows.chunks_exact(width.max(1)) {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / items as f64);
    }
    for row in rows.chunks_exact_mut(width.max(1)) {
        row.iter_mut().zip(&mean).for_each(|(value, mean)| *value -= mean);
    }
    (rows, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_alignments() {
        let check = |a: &[f32], b: &[f32], items, expected: Option<f64>| {
            for threads in [1, 2] {
                let found = linear_cka((a, b), items, threads);
                let near = match (found, expected) {
                    (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                    (a, b) => a == b,
                };
                assert!(near, "{found:?}");
            }
        };
        let square = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
        let turned = square.map(|value| 5.0 - 3.0 * value);
        check(&square, &turned, 4, Some(1.0));
        // One of the two directions: 1 of the root of 2.
        check(&square, &[0.0, 0.0, 1.0, 1.0], 4, Some(0.5f64.sqrt()));
        check(&square, &[1.0; 4], 4, None);
        check(&square[..2], &[1.0], 1, None);
    }
}
