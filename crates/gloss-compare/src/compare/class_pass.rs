//! One pass over all documents: what every two variants' classes are to each other.

use super::pairs::Pairs;
use crate::classes::Confusion;
use crate::corpus::{Class, Corpus, Target};
use crate::spans::ratio;
use crate::statistics::{RatioInterval, Table};

/// Labels up to which the macro F1 has an interval: each adds three columns to the table.
const MOST_LABELS: usize = 32;

/// Columns before those of labels: items with the same class, and items.
pub const AGREEING: usize = 0;
/// Items that both classify.
pub const ITEMS: usize = 1;
const BEFORE_LABELS: usize = 2;

/// What was counted of one pair of variants.
pub struct ClassPairPass {
    pub confusion: Confusion,
    pub intervals: Vec<RatioInterval>,
    pub left_only: u64,
    pub right_only: u64,
}

/// What was counted of all.
pub struct ClassPass {
    /// A row for each document, `columns` for each pair: items with the same class, items, and for
    /// each label of classes what is equal, left and right.
    pub table: Table,
    pub columns: usize,
    pub pairs: Vec<ClassPairPass>,
}

/// What two variants say of the same targets, both sorted by target.
pub fn joined<'a, T>(
    left: &'a [T],
    right: &'a [T],
    target: impl Fn(&T) -> Target,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::with_capacity(left.len().max(right.len()));
    loop {
        let order = match (left.get(i), right.get(j)) {
            (Some(a), Some(b)) => target(a).cmp(&target(b)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return all,
        };
        let (a, b) =
            (left.get(i).filter(|_| order.is_le()), right.get(j).filter(|_| order.is_ge()));
        (i, j) = (i + usize::from(a.is_some()), j + usize::from(b.is_some()));
        all.push((a, b));
    }
}

/// For each label its number among those of classes, or `None`.
fn class_labels(corpus: &Corpus) -> (Vec<Option<usize>>, usize) {
    let mut used = vec![false; corpus.labels.len()];
    for document in &corpus.documents {
        for class in document.annotations.iter().flat_map(|a| &a.classes) {
            used[class.label as usize] = true;
        }
    }
    let mut count = 0;
    let number = |used: bool| {
        count += usize::from(used);
        used.then(|| count - 1)
    };
    (used.into_iter().map(number).collect(), count)
}

pub fn class_pass(corpus: &Corpus, pairs: &Pairs) -> ClassPass {
    let (numbers, count) = class_labels(corpus);
    let with_labels = count <= MOST_LABELS;
    let columns = BEFORE_LABELS + if with_labels { 3 * count } else { 0 };
    let empty = || ClassPairPass {
        confusion: Confusion::new(corpus.labels.len()),
        intervals: vec![RatioInterval::default(); corpus.labels.len()],
        left_only: 0,
        right_only: 0,
    };
    let mut pass = ClassPass {
        table: Table::new(columns * pairs.all.len()),
        columns,
        pairs: pairs.all.iter().map(|_| empty()).collect(),
    };
    let mut row = vec![0u32; pass.table.width()];
    for document in &corpus.documents {
        row.fill(0);
        for ((&(left, right), counts), row) in
            pairs.all.iter().zip(&mut pass.pairs).zip(row.chunks_exact_mut(columns))
        {
            let (left, right) = (&document.annotations[left], &document.annotations[right]);
            let mut in_document: Vec<(u32, f64, f64)> = Vec::new();
            for (a, b) in joined(&left.classes, &right.classes, |class: &Class| class.target) {
                let (Some(a), Some(b)) = (a, b) else {
                    counts.left_only += u64::from(a.is_some());
                    counts.right_only += u64::from(b.is_some());
                    continue;
                };
                counts.confusion.add(a.label, b.label);
                row[AGREEING] += u32::from(a.label == b.label);
                row[ITEMS] += 1;
                if with_labels {
                    let cells = &mut row[BEFORE_LABELS..];
                    let at = |label: u32| numbers[label as usize].map_or(0, |number| 3 * number);
                    cells[at(a.label)] += u32::from(a.label == b.label);
                    cells[at(a.label) + 1] += 1;
                    cells[at(b.label) + 2] += 1;
                }
                let twice_equal = if a.label == b.label { 2.0 } else { 0.0 };
                in_document.push((a.label, twice_equal, 1.0));
                in_document.push((b.label, 0.0, 1.0));
            }
            in_document.sort_by_key(|part| part.0);
            for same in in_document.chunk_by(|a, b| a.0 == b.0) {
                let sum = |of: fn(&(u32, f64, f64)) -> f64| same.iter().map(of).sum();
                counts.intervals[same[0].0 as usize].add(sum(|part| part.1), sum(|part| part.2));
            }
        }
        pass.table.push(&row);
    }
    pass
}

/// Accuracy and, where labels have columns, macro F1, from sums of a pair's columns.
pub fn class_scores(sums: &[i128]) -> [f64; 2] {
    let cell = |at: usize| sums[at] as f64;
    let (mut f1, mut labels) = (0.0, 0.0);
    for at in (BEFORE_LABELS..sums.len()).step_by(3) {
        let both = cell(at + 1) + cell(at + 2);
        f1 += ratio(2.0 * cell(at), both);
        labels += f64::from(u8::from(both > 0.0));
    }
    [ratio(cell(AGREEING), cell(ITEMS)), ratio(f1, labels)]
}
