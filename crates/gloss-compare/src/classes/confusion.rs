//! The table of two classifications, and what follows from it.

use std::collections::HashMap;

use crate::spans::LabelTally;

/// How often the left side says one label where the right side says another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Confusion {
    cells: HashMap<(u32, u32), u64>,
    left: Vec<u64>,
    right: Vec<u64>,
    items: u64,
}

impl Confusion {
    /// A table of this many labels.
    #[must_use]
    pub fn new(labels: usize) -> Confusion {
        Confusion { left: vec![0; labels], right: vec![0; labels], ..Confusion::default() }
    }

    /// A table of pairs.
    #[must_use]
    pub fn of(labels: usize, pairs: impl IntoIterator<Item = (u32, u32)>) -> Confusion {
        let mut confusion = Confusion::new(labels);
        pairs.into_iter().for_each(|(left, right)| confusion.add(left, right));
        confusion
    }

    /// Counts an item; one with a label outside the table is not counted.
    pub fn add(&mut self, left: u32, right: u32) {
        let (l, r) = (left as usize, right as usize);
        if l < self.left.len() && r < self.right.len() {
            *self.cells.entry((left, right)).or_default() += 1;
            self.left[l] += 1;
            self.right[r] += 1;
            self.items += 1;
        }
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items
    }

    /// How often `left` meets `right`.
    #[must_use]
    pub fn cell(&self, left: u32, right: u32) -> u64 {
        self.cells.get(&(left, right)).copied().unwrap_or_default()
    }

    /// All cells that are not 0, in the order of labels.
    #[must_use]
    pub fn cells(&self) -> Vec<((u32, u32), u64)> {
        let mut cells: Vec<_> = self.cells.iter().map(|(&pair, &count)| (pair, count)).collect();
        cells.sort_unstable();
        cells
    }

    /// Items that both sides give the same label.
    #[must_use]
    pub fn agreeing(&self) -> u64 {
        (0..self.left.len() as u32).map(|label| self.cell(label, label)).sum()
    }

    /// Items of each label on the left and the right side.
    #[must_use]
    pub fn margins(&self) -> (&[u64], &[u64]) {
        (&self.left, &self.right)
    }

    /// Share of items that both sides give the same label; `None` without items.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        (self.items > 0).then(|| self.agreeing() as f64 / self.items as f64)
    }

    /// The counts of each label, for precision, recall and F1
    /// ([`Scores::of_label`](crate::spans::Scores::of_label), [`Averages`](crate::spans::Averages)).
    #[must_use]
    pub fn tallies(&self) -> Vec<LabelTally> {
        let of_label = |label: usize| LabelTally {
            equal: self.cell(label as u32, label as u32),
            other_bounds: 0,
            left: self.left[label],
            right: self.right[label],
        };
        (0..self.left.len()).map(of_label).collect()
    }

    /// Matthews' correlation for any number of classes: Gorodkin, "Comparing two K-category
    /// assignments by a K-category correlation coefficient", 2004. `None` where a side has one label
    /// throughout (scikit-learn gives 0).
    #[must_use]
    pub fn mcc(&self) -> Option<f64> {
        let n = self.items as f64;
        let product = |a: &[u64], b: &[u64]| -> f64 {
            a.iter().zip(b).map(|(&a, &b)| a as f64 * b as f64).sum()
        };
        let both = self.agreeing() as f64 * n - product(&self.left, &self.right);
        let left = n * n - product(&self.left, &self.left);
        let right = n * n - product(&self.right, &self.right);
        (left > 0.0 && right > 0.0).then(|| both / (left * right).sqrt())
    }
}
