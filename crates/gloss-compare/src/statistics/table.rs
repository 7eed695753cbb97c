//! Counts per document, from which statistics are computed as sums over documents.

use super::random::Draws;

/// Rows of whole numbers, one a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    width: usize,
    stride: usize,
    cells: Vec<u32>,
}

/// Rows are padded to this many cells, so that adding them up is done by wide instructions.
const LANES: usize = 4;

impl Table {
    /// No rows yet, of `width` columns.
    #[must_use]
    pub fn new(width: usize) -> Table {
        Table { width, stride: width.next_multiple_of(LANES).max(LANES), cells: Vec::new() }
    }

    /// Appends a document; a row of fewer cells is filled with zeros.
    pub fn push(&mut self, row: &[u32]) {
        let row = &row[..row.len().min(self.width)];
        self.cells.extend_from_slice(row);
        let padded = self.cells.len() + self.stride - row.len();
        self.cells.resize(padded, 0);
    }

    /// Appends the rows of a table of the same width.
    pub fn append(&mut self, mut other: Table) {
        debug_assert_eq!(self.width, other.width);
        self.cells.append(&mut other.cells);
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len() / self.stride.max(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The counts of a document.
    #[must_use]
    pub fn row(&self, document: usize) -> &[u32] {
        &self.cells[document * self.stride..][..self.width]
    }

    /// Sums over all documents.
    #[must_use]
    pub fn sums(&self) -> Vec<u64> {
        let mut sums = vec![0; self.width];
        for document in 0..self.len() {
            for (sum, &cell) in sums.iter_mut().zip(self.row(document)) {
                *sum += u64::from(cell);
            }
        }
        sums
    }

    /// Sums over drawn documents; `sums` has one cell for each column.
    pub(super) fn sums_of(&self, draws: &mut Draws, sums: &mut [u64]) {
        match self.stride {
            4 => self.add_up::<4>(draws, sums),
            8 => self.add_up::<8>(draws, sums),
            12 => self.add_up::<12>(draws, sums),
            16 => self.add_up::<16>(draws, sums),
            24 => self.add_up::<24>(draws, sums),
            _ => {
                sums.fill(0);
                for document in draws {
                    for (sum, &cell) in sums.iter_mut().zip(self.row(document)) {
                        *sum += u64::from(cell);
                    }
                }
            }
        }
    }

    fn add_up<const N: usize>(&self, draws: &mut Draws, sums: &mut [u64]) {
        let (rows, _) = self.cells.as_chunks::<N>();
        let mut all = [0u64; N];
        for document in draws {
            let row = &rows[document];
            for (sum, &cell) in all.iter_mut().zip(row) {
                *sum += u64::from(cell);
            }
        }
        sums.copy_from_slice(&all[..sums.len()]);
    }
}
