//! One-to-one assignment of the spans of two sides of a document.

use super::components;
use super::tally::{Relation, Tally};
use crate::corpus::Span;

/// Which span answers which; indices into the two slices that were assigned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Pairs, sorted.
    pub pairs: Vec<(u32, u32)>,
    /// Spans of the left side without a partner.
    pub left_only: Vec<u32>,
    /// Spans of the right side without a partner.
    pub right_only: Vec<u32>,
    /// Clusters of more than about 400 overlapping spans a side, whose assignment need not be optimal.
    pub approximate: u32,
}

impl Matching {
    /// How many pairs there are of each kind, and how many spans without a partner.
    #[must_use]
    pub fn tally(&self, left: &[Span], right: &[Span]) -> Tally {
        let mut tally = Tally {
            left_only: self.left_only.len() as u32,
            right_only: self.right_only.len() as u32,
            ..Tally::default()
        };
        for &(i, j) in &self.pairs {
            tally.add(Relation::of(&left[i as usize], &right[j as usize]));
        }
        tally
    }
}

/// Assigns spans, document after document, in memory that it keeps.
///
/// Of all ways to pair spans that overlap, each with one partner at most, the one is taken that has
/// the most pairs of equal bounds and label; of those the one with most pairs of equal bounds; then
/// most of equal label; then most pairs; then most bytes of overlap; then the one that keeps the
/// order of the text best. What is left is decided by the spans themselves, never by their order.
#[derive(Debug, Default)]
pub struct Assigner {
    matching: Matching,
    left_rest: Vec<u32>,
    right_rest: Vec<u32>,
    left_cluster: Vec<Span>,
    right_cluster: Vec<Span>,
}

impl Assigner {
    /// Assigns the spans of one document; both sides must be sorted, and no span empty.
    pub fn assign(&mut self, left: &[Span], right: &[Span]) -> &Matching {
        debug_assert!(left.is_sorted() && right.is_sorted());
        let matching = &mut self.matching;
        matching.pairs.clear();
        matching.left_only.clear();
        matching.right_only.clear();
        matching.approximate = 0;
        self.peel_equal(left, right);
        self.solve_clusters(left, right);
        self.matching.pairs.sort_unstable();
        self.matching.left_only.sort_unstable();
        self.matching.right_only.sort_unstable();
        &self.matching
    }

    /// Pairs spans that are equal. Most are, pairs of them come first in any optimal assignment, and
    /// which of equal spans is taken makes no difference to what is left.
    fn peel_equal(&mut self, left: &[Span], right: &[Span]) {
        self.left_rest.clear();
        self.right_rest.clear();
        let (mut i, mut j) = (0, 0);
        while i < left.len() && j < right.len() {
            match left[i].cmp(&right[j]) {
                std::cmp::Ordering::Less => {
                    self.left_rest.push(i as u32);
                    i += 1;
                }
                std::cmp::Ordering::Greater => {
                    self.right_rest.push(j as u32);
                    j += 1;
                }
                std::cmp::Ordering::Equal => {
                    self.matching.pairs.push((i as u32, j as u32));
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        self.left_rest.extend(i as u32..left.len() as u32);
        self.right_rest.extend(j as u32..right.len() as u32);
    }

    /// Cuts what is left where no span reaches over, and solves each cluster.
    fn solve_clusters(&mut self, left: &[Span], right: &[Span]) {
        let (mut i, mut j) = (0, 0);
        while i < self.left_rest.len() || j < self.right_rest.len() {
            let (first_left, first_right) = (i, j);
            self.left_cluster.clear();
            self.right_cluster.clear();
            let mut reach = None;
            loop {
                let a = self.left_rest.get(i).map(|&i| left[i as usize]);
                let b = self.right_rest.get(j).map(|&j| right[j as usize]);
                let (next, from_left) = match (a, b) {
                    (Some(a), Some(b)) if a.start <= b.start => (a, true),
                    (_, Some(b)) => (b, false),
                    (Some(a), None) => (a, true),
                    (None, None) => break,
                };
                if reach.is_some_and(|reach| next.start >= reach) {
                    break;
                }
                reach = reach.max(Some(next.end));
                if from_left {
                    self.left_cluster.push(next);
                    i += 1;
                } else {
                    self.right_cluster.push(next);
                    j += 1;
                }
            }
            self.solve(first_left, first_right);
        }
    }

    fn solve(&mut self, first_left: usize, first_right: usize) {
        let (matching, left, right) = (&mut self.matching, &self.left_cluster, &self.right_cluster);
        let left_ids = &self.left_rest[first_left..first_left + left.len()];
        let right_ids = &self.right_rest[first_right..first_right + right.len()];
        if left.is_empty() || right.is_empty() {
            matching.left_only.extend_from_slice(left_ids);
            matching.right_only.extend_from_slice(right_ids);
            return;
        }
        if let ([a], [b]) = (&left[..], &right[..]) {
            debug_assert!(a.overlap(b) > 0);
            matching.pairs.push((left_ids[0], right_ids[0]));
            return;
        }
        let (mut left_taken, mut right_taken) = (vec![false; left.len()], vec![false; right.len()]);
        let optimal = components::assign(left, right, &mut |a, b| {
            (left_taken[a], right_taken[b]) = (true, true);
            matching.pairs.push((left_ids[a], right_ids[b]));
        });
        matching.approximate += u32::from(!optimal);
        let free = |ids: &[u32], taken: &[bool], into: &mut Vec<u32>| {
            into.extend(ids.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(id, _)| *id));
        };
        free(left_ids, &left_taken, &mut matching.left_only);
        free(right_ids, &right_taken, &mut matching.right_only);
    }
}

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
