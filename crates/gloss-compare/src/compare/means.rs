//! Means of scores over documents, from sums of whole numbers: so what is drawn, swapped and summed
//! is the same in every order and with every number of threads.

use crate::statistics::Table;

/// Scores of documents, several side by side; NaN where a document has none.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentScores {
    width: usize,
    cells: Vec<f64>,
}

impl DocumentScores {
    pub fn new(width: usize) -> DocumentScores {
        DocumentScores { width, cells: Vec::new() }
    }

    /// Adds a document without scores, to be filled in.
    pub fn push(&mut self) -> &mut [f64] {
        let begin = self.cells.len();
        self.cells.resize(begin + self.width, f64::NAN);
        &mut self.cells[begin..]
    }

    pub fn append(&mut self, mut other: DocumentScores) {
        self.cells.append(&mut other.cells);
    }

    pub fn len(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    pub fn row(&self, document: usize) -> &[f64] {
        &self.cells[document * self.width..][..self.width]
    }

    pub fn row_mut(&mut self, document: usize) -> &mut [f64] {
        &mut self.cells[document * self.width..][..self.width]
    }

    /// One score of a document, as part of a ratio of sums.
    pub fn part(&self, document: usize, at: usize) -> (f64, f64) {
        let score = self.row(document)[at];
        if score.is_nan() { (0.0, 0.0) } else { (score, 1.0) }
    }

    /// The mean of one score; `None` where no document has it.
    pub fn mean(&self, at: usize) -> Option<f64> {
        let parts = (0..self.len()).map(|document| self.part(document, at));
        let (sum, count) = parts.fold((0.0, 0.0), |sums, part| (sums.0 + part.0, sums.1 + part.1));
        (count > 0.0).then(|| sum / count)
    }
}

/// Columns that a score takes in a table: its place between the least and the greatest, and whether
/// it is there.
pub const COLUMNS: usize = 2;

/// Steps between the least and the greatest score, which are powers of two: a score from 0 to 1 is
/// kept to 2.4e-10, and 0, 1 and 1/2 are kept as they are.
const STEPS: f64 = (1u32 << 31) as f64;

/// Scores of one kind in whole numbers, and back.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    least: f64,
    step: f64,
}

impl Scale {
    /// A scale for these places of every row.
    pub fn of(scores: &DocumentScores, places: impl Iterator<Item = usize> + Clone) -> Scale {
        let (mut least, mut greatest) = (0.0f64, 0.0f64);
        for document in 0..scores.len() {
            let row = scores.row(document);
            for score in places.clone().map(|at| row[at]).filter(|score| !score.is_nan()) {
                (least, greatest) = (least.min(score), greatest.max(score));
            }
        }
        let power = |size: f64| if size > 0.0 { size.log2().ceil().exp2() } else { 0.0 };
        let least = -power(-least);
        let step = power(greatest - least) / STEPS;
        Scale { least, step: if step > 0.0 { step } else { 1.0 } }
    }

    /// A score in a row of a table.
    pub fn cells(&self, score: f64) -> [u32; COLUMNS] {
        if score.is_nan() {
            return [0, 0];
        }
        [((score - self.least) / self.step).round() as u32, 1]
    }

    /// The mean score of sums of rows; NaN where there was none.
    pub fn mean<T: Copy + Into<i128>>(&self, sums: &[T]) -> f64 {
        let [sum, count] = [sums[0], sums[1]].map(|sum| {
            let sum: i128 = sum.into();
            sum as f64
        });
        self.least + self.step * (sum / count)
    }
}

/// Scores of a kind for each group, such as a pair of variants, in a table; group after group.
pub fn table_of(
    scores: &DocumentScores,
    groups: usize,
    metrics: usize,
    place: impl Fn(usize, usize) -> usize,
) -> (Table, Vec<Scale>) {
    let places = |metric| (0..groups).map(move |group| (group, metric));
    let scale = |metric| Scale::of(scores, places(metric).map(|(group, m)| place(group, m)));
    let scales: Vec<Scale> = (0..metrics).map(scale).collect();
    let mut table = Table::new(groups * metrics * COLUMNS);
    let mut cells = Vec::with_capacity(table.width());
    for document in 0..scores.len() {
        let row = scores.row(document);
        cells.clear();
        for group in 0..groups {
            for (metric, scale) in scales.iter().enumerate() {
                cells.extend(scale.cells(row[place(group, metric)]));
            }
        }
        table.push(&cells);
    }
    (table, scales)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn means_of_whole_numbers_are_near(
            scores in prop::collection::vec(prop::option::of(-3.0..900.0f64), 1..20),
            scale in prop::sample::select(vec![1.0, 1e-3, 1e6]),
        ) {
            let mut all = DocumentScores::new(1);
            for score in &scores {
                all.push()[0] = score.map_or(f64::NAN, |score| score * scale);
            }
            let (table, scales) = table_of(&all, 1, 1, |_, _| 0);
            let sums: Vec<i64> = table.sums().iter().map(|&sum| sum as i64).collect();
            let mean = scales[0].mean(&sums);
            match all.mean(0) {
                Some(expected) => prop_assert!((mean - expected).abs() < 1e-6 * scale),
                None => prop_assert!(mean.is_nan()),
            }
        }
    }

    #[test]
    fn nothing_all_and_half_are_kept() {
        let mut all = DocumentScores::new(1);
        for score in [0.0, 1.0, 0.5, f64::NAN] {
            all.push()[0] = score;
        }
        let (table, scales) = table_of(&all, 1, 1, |_, _| 0);
        let mean = |document: usize| scales[0].mean(table.row(document));
        assert_eq!([mean(0), mean(1), mean(2)], [0.0, 1.0, 0.5]);
        assert!(mean(3).is_nan());
    }
}
