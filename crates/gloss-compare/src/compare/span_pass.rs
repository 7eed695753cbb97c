//! One pass over all documents: what every two variants' spans are to each other.

use std::collections::HashMap;
use std::ops::Range;

use super::pairs::Pairs;
use crate::corpus::{Corpus, Document, Span};
use crate::rules::BoundaryRules;
use crate::spans::{Assigner, LabelTally, Matching, Relation, Tally};
use crate::statistics::{RatioInterval, Table};
use crate::threads::in_chunks;

/// Columns of the table for each pair of variants: the four relations, spans of the left and the
/// right side, and spans that are equal after the boundary rules.
pub const COLUMNS: usize = 7;

/// Stands for "no span" in a confusion.
pub const NO_LABEL: u32 = u32::MAX;

/// What was counted of one pair of variants.
#[derive(Clone, Debug, Default)]
pub struct PairPass {
    pub tally: Tally<u64>,
    pub labels: Vec<LabelTally>,
    pub intervals: Vec<RatioInterval>,
    /// Labels that were taken for each other, and `NO_LABEL`; pairs of one label are not in it.
    pub confusion: HashMap<(u32, u32), u64>,
    pub approximate: Vec<u32>,
}

impl PairPass {
    fn new(labels: usize) -> PairPass {
        PairPass {
            labels: vec![LabelTally::default(); labels],
            intervals: vec![RatioInterval::default(); labels],
            ..PairPass::default()
        }
    }

    fn merge(&mut self, other: PairPass) {
        self.tally.merge(&other.tally);
        for (sum, add) in self.labels.iter_mut().zip(&other.labels) {
            sum.equal += add.equal;
            sum.other_bounds += add.other_bounds;
            sum.left += add.left;
            sum.right += add.right;
        }
        for (sum, add) in self.intervals.iter_mut().zip(&other.intervals) {
            sum.merge(add);
        }
        for (pair, count) in other.confusion {
            *self.confusion.entry(pair).or_default() += count;
        }
        self.approximate.extend(other.approximate);
    }
}

/// What was counted of all.
pub struct SpanPass {
    /// A row for each document, [`COLUMNS`] for each pair.
    pub table: Table,
    pub pairs: Vec<PairPass>,
}

pub fn span_pass(
    corpus: &Corpus,
    pairs: &Pairs,
    rules: &BoundaryRules,
    threads: usize,
) -> SpanPass {
    let chunks = in_chunks(corpus.documents.len(), threads, |range| {
        Counter::new(corpus, pairs, rules).count(range)
    });
    let mut chunks = chunks.into_iter();
    let empty = SpanPass { table: Table::new(pairs.all.len() * COLUMNS), pairs: Vec::new() };
    let first = chunks.next().unwrap_or(empty);
    chunks.fold(first, |mut all, chunk| {
        all.table.append(chunk.table);
        for (sum, add) in all.pairs.iter_mut().zip(chunk.pairs) {
            sum.merge(add);
        }
        all
    })
}

/// Counts documents one after another, in memory that it keeps.
struct Counter<'a> {
    corpus: &'a Corpus,
    pairs: &'a Pairs,
    rules: &'a BoundaryRules,
    assigner: Assigner,
    /// The spans of each variant after the boundary rules.
    normal: Vec<Vec<Span>>,
    /// Of each label in this document: twice what is equal, and spans of both sides.
    in_document: Vec<(u32, u32)>,
    touched: Vec<u32>,
}

impl<'a> Counter<'a> {
    fn new(corpus: &'a Corpus, pairs: &'a Pairs, rules: &'a BoundaryRules) -> Counter<'a> {
        Counter {
            corpus,
            pairs,
            rules,
            assigner: Assigner::default(),
            normal: vec![Vec::new(); corpus.variants.len()],
            in_document: vec![(0, 0); corpus.labels.len()],
            touched: Vec::new(),
        }
    }

    fn count(mut self, range: Range<usize>) -> SpanPass {
        let labels = self.corpus.labels.len();
        let mut pass = SpanPass {
            table: Table::new(self.pairs.all.len() * COLUMNS),
            pairs: vec![PairPass::new(labels); self.pairs.all.len()],
        };
        let mut row = Vec::with_capacity(pass.table.width());
        for number in range {
            let document = &self.corpus.documents[number];
            self.normalise(document);
            row.clear();
            for (&(left, right), pass) in self.pairs.all.iter().zip(&mut pass.pairs) {
                self.count_pair(number, document, (left, right), pass, &mut row);
            }
            pass.table.push(&row);
        }
        pass
    }

    fn normalise(&mut self, document: &Document) {
        for (normal, annotations) in self.normal.iter_mut().zip(&document.annotations) {
            normal.clear();
            let Some(text) = &document.text else { continue };
            normal.extend(annotations.spans.iter().map(|span| self.rules.apply(text, *span)));
            if !normal.is_sorted() {
                normal.sort_unstable();
            }
        }
    }

    fn count_pair(
        &mut self,
        number: usize,
        document: &Document,
        (left_at, right_at): (usize, usize),
        pass: &mut PairPass,
        row: &mut Vec<u32>,
    ) {
        let left = &document.annotations[left_at].spans;
        let right = &document.annotations[right_at].spans;
        let matching = self.assigner.assign(left, right);
        let tally = matching.tally(left, right);
        pass.tally.merge(&tally);
        if matching.approximate > 0 {
            pass.approximate.push(number as u32);
        }
        count_labels(matching, left, right, pass, (&mut self.in_document, &mut self.touched));
        row.extend([tally.equal, tally.other_label, tally.other_bounds, tally.other_both]);
        row.extend([left.len() as u32, right.len() as u32]);
        row.push(equal_spans(&self.normal[left_at], &self.normal[right_at]));
    }
}

fn count_labels(
    matching: &Matching,
    left: &[Span],
    right: &[Span],
    pass: &mut PairPass,
    (in_document, touched): (&mut [(u32, u32)], &mut Vec<u32>),
) {
    let mut add = |label: u32, equal: u32, spans: u32| {
        let counts = &mut in_document[label as usize];
        if *counts == (0, 0) {
            touched.push(label);
        }
        *counts = (counts.0 + equal, counts.1 + spans);
    };
    for span in left {
        pass.labels[span.label as usize].left += 1;
        add(span.label, 0, 1);
    }
    for span in right {
        pass.labels[span.label as usize].right += 1;
        add(span.label, 0, 1);
    }
    for &(i, j) in &matching.pairs {
        let (a, b) = (&left[i as usize], &right[j as usize]);
        match Relation::of(a, b) {
            Relation::Equal => {
                pass.labels[a.label as usize].equal += 1;
                add(a.label, 2, 0);
            }
            Relation::OtherBounds => pass.labels[a.label as usize].other_bounds += 1,
            Relation::OtherLabel | Relation::OtherBoth => {
                *pass.confusion.entry((a.label, b.label)).or_default() += 1;
            }
        }
    }
    for &i in &matching.left_only {
        *pass.confusion.entry((left[i as usize].label, NO_LABEL)).or_default() += 1;
    }
    for &j in &matching.right_only {
        *pass.confusion.entry((NO_LABEL, right[j as usize].label)).or_default() += 1;
    }
    for label in touched.drain(..) {
        let (equal, spans) = std::mem::take(&mut in_document[label as usize]);
        pass.intervals[label as usize].add(f64::from(equal), f64::from(spans));
    }
}

/// How many spans of two sorted sides are equal, each with one of the other.
pub fn equal_spans(left: &[Span], right: &[Span]) -> u32 {
    let (mut i, mut j, mut equal) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, equal) = (i + 1, j + 1, equal + 1),
        }
    }
    equal
}
