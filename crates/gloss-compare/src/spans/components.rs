//! Optimal assignment within one cluster of overlapping spans.

use crate::corpus::Span;

/// Cells of the cost matrix times its shorter side that are still solved exactly: 400 spans over
/// 400. Beyond it, time would grow with what a hostile file claims.
const EXACT_LIMIT: usize = 400 * 400 * 400;

/// Pairs `left` with `right`, both sorted, of one cluster, and calls `pair` with indices into them.
/// Returns whether the assignment is optimal.
pub fn assign(left: &[Span], right: &[Span], pair: &mut impl FnMut(usize, usize)) -> bool {
    // The same matrix whichever side is called left: swapping sides mirrors the result.
    let swapped = (left.len(), left) > (right.len(), right);
    let (rows, columns) = if swapped { (right, left) } else { (left, right) };
    let mut oriented = |r, c| if swapped { pair(c, r) } else { pair(r, c) };
    let size = rows.len().saturating_mul(columns.len()).saturating_mul(rows.len());
    if size <= EXACT_LIMIT {
        optimal(rows, columns, &mut oriented);
        true
    } else {
        sweep(rows, columns, &mut oriented);
        false
    }
}

/// What a pair is worth; sums compare as the stated order of preference does.
///
/// A number to the base of one more than there can be pairs: pairs of the same bounds, of the same
/// label, overlapping at all; bytes of overlap; and, where all that is the same, pairs that keep the
/// order of both sides. Equal spans were paired before.
struct Worth {
    base: i128,
}

/// Bytes of overlap of all pairs of a cluster, at most 400 or so times 2^32, stay below this.
const OVERLAP_BASE: i128 = 1 << 45;
/// Products of two ranks, summed, stay below this: ranks are below 2^26 where a matrix is solved.
const ORDER_BASE: i128 = 1 << 40;

impl Worth {
    fn of(&self, a: (usize, &Span), b: (usize, &Span)) -> i128 {
        let overlap = a.1.overlap(b.1);
        if overlap == 0 {
            return 0;
        }
        let (bounds, label) = (a.1.same_bounds(b.1), a.1.label == b.1.label);
        let counts = [bounds, label, true];
        let counts = counts.iter().fold(0, |sum, &is| sum * self.base + i128::from(is));
        let order = (a.0 as i128) * (b.0 as i128);
        (counts * OVERLAP_BASE + i128::from(overlap)) * ORDER_BASE + order
    }
}

/// The rank of each span among the different spans of its side.
fn ranks(spans: &[Span]) -> Vec<usize> {
    let mut rank = 0;
    let ranked = spans.iter().enumerate().map(|(at, span)| {
        rank += usize::from(at > 0 && spans[at - 1] != *span);
        rank
    });
    ranked.collect()
}

/// The Hungarian method with potentials and shortest augmenting paths, rows not more than columns,
/// O(rows² columns). Kuhn, "The Hungarian method for the assignment problem", 1955; Jonker and
/// Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
/// problems", 1987.
fn optimal(rows: &[Span], columns: &[Span], pair: &mut impl FnMut(usize, usize)) {
    let (n, m) = (rows.len(), columns.len());
    let worth = Worth { base: n as i128 + 1 };
    let (row_ranks, column_ranks) = (ranks(rows), ranks(columns));
    let cost =
        |i: usize, j: usize| -worth.of((row_ranks[i], &rows[i]), (column_ranks[j], &columns[j]));
    // Index 0 stands for "none"; rows and columns count from 1.
    let mut row_potential = vec![0i128; n + 1];
    let mut column_potential = vec![0i128; m + 1];
    let mut row_of = vec![0usize; m + 1];
    let mut way = vec![0usize; m + 1];
    for i in 1..=n {
        row_of[0] = i;
        let mut at = 0;
        let mut least = vec![i128::MAX; m + 1];
        let mut seen = vec![false; m + 1];
        while row_of[at] != 0 {
            seen[at] = true;
            let row = row_of[at];
            let (mut delta, mut next) = (i128::MAX, 0);
            for j in 1..=m {
                if seen[j] {
                    continue;
                }
                let reduced = cost(row - 1, j - 1) - row_potential[row] - column_potential[j];
                if reduced < least[j] {
                    (least[j], way[j]) = (reduced, at);
                }
                if least[j] < delta {
                    (delta, next) = (least[j], j);
                }
            }
            for j in 0..=m {
                if seen[j] {
                    row_potential[row_of[j]] += delta;
                    column_potential[j] -= delta;
                } else if j > 0 {
                    least[j] -= delta;
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[way[at]];
            at = way[at];
        }
    }
    for j in 1..=m {
        if row_of[j] != 0 && rows[row_of[j] - 1].overlap(&columns[j - 1]) > 0 {
            pair(row_of[j] - 1, j - 1);
        }
    }
}

/// For clusters too large to be solved: equal bounds first, then overlaps of one label, then any,
/// each by a merge of both sides in the order of the text. Linear but for sorting; may find fewer
/// pairs than there could be.
fn sweep(rows: &[Span], columns: &[Span], pair: &mut impl FnMut(usize, usize)) {
    let mut free_rows: Vec<usize> = (0..rows.len()).collect();
    let mut free_columns: Vec<usize> = (0..columns.len()).collect();
    let mut round = |key: &dyn Fn(&Span) -> u32, bounds: bool| {
        free_rows.sort_by_key(|&i| (key(&rows[i]), rows[i]));
        free_columns.sort_by_key(|&j| (key(&columns[j]), columns[j]));
        let (mut i, mut j) = (0, 0);
        let (mut left_rows, mut left_columns) = (Vec::new(), Vec::new());
        while i < free_rows.len() && j < free_columns.len() {
            let (a, b) = (&rows[free_rows[i]], &columns[free_columns[j]]);
            let fits = if bounds { a.same_bounds(b) } else { a.overlap(b) > 0 };
            if key(a) == key(b) && fits {
                pair(free_rows[i], free_columns[j]);
                (i, j) = (i + 1, j + 1);
                continue;
            }
            let behind = if bounds {
                (a.start, a.end) < (b.start, b.end)
            } else {
                (key(a), a.end, *a) < (key(b), b.end, *b)
            };
            if behind {
                left_rows.push(free_rows[i]);
                i += 1;
            } else {
                left_columns.push(free_columns[j]);
                j += 1;
            }
        }
        left_rows.extend_from_slice(&free_rows[i..]);
        left_columns.extend_from_slice(&free_columns[j..]);
        (free_rows, free_columns) = (left_rows, left_columns);
    };
    round(&|_| 0, true);
    round(&|span| span.label, false);
    round(&|_| 0, false);
}
