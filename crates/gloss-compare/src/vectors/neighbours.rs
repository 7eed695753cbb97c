//! Whether items have the same neighbours in two spaces.

use super::cosine::{normalised, product};
use crate::threads::in_chunks;

/// For each item the share of its `k` nearest others, by cosine, that are the same in both spaces. Of
/// others that are as near the first counts. Spaces are rows of one number of numbers, item after
/// item; items are the same in both, spaces may have different dimensions.
///
/// `None` where there are not more than `k` others: all would be neighbours. Takes time with the
/// square of the items.
#[must_use]
pub fn neighbour_overlap(
    (first, second): (&[f32], &[f32]),
    items: usize,
    k: usize,
    threads: usize,
) -> Option<Vec<f64>> {
    if items <= k + 1 || k == 0 {
        return None;
    }
    let spaces = [first, second].map(|values| {
        let dimension = values.len() / items;
        (normalised(values, dimension), dimension)
    });
    let chunks = in_chunks(items, threads, |range| {
        let mut shares = Vec::with_capacity(range.len());
        for item in range {
            let [a, b] = spaces.each_ref().map(|(rows, n)| nearest(rows, *n, item, k));
            let same = a.iter().filter(|other| b.contains(other)).count();
            shares.push(same as f64 / k as f64);
        }
        shares
    });
    Some(chunks.concat())
}

/// The numbers of the `k` nearest others.
fn nearest(rows: &[f64], dimension: usize, item: usize, k: usize) -> Vec<usize> {
    let own = &rows[item * dimension..][..dimension];
    let others = rows.chunks_exact(dimension).enumerate().filter(|(other, _)| *other != item);
    let mut near: Vec<(f64, usize)> =
        others.map(|(other, row)| (product(own, row), other)).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    near.select_nth_unstable_by(k - 1, order);
    near.truncate(k);
    near.into_iter().map(|(_, other)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_overlaps() {
        let circle = |angles: &[f32]| -> Vec<f32> {
            angles.iter().flat_map(|angle| [angle.cos(), angle.sin()]).collect()
        };
        let check = |a: &[f32], b: &[f32], k, expected: Option<&[f64]>| {
            let items = a.len() / 2;
            let one = neighbour_overlap((a, b), items, k, 1);
            assert_eq!(one.as_deref(), expected);
            assert_eq!(neighbour_overlap((b, a), items, k, 3), one);
        };
        let a = circle(&[0.0, 0.1, 1.0, 1.15]);
        let b = circle(&[0.0, 0.1, 0.15, 1.1]);
        check(&a, &a, 1, Some(&[1.0; 4]));
        // In the second the second and the third are each other's.
        check(&a, &b, 1, Some(&[1.0, 0.0, 0.0, 1.0]));
        check(&a, &b, 3, None);
    }
}
