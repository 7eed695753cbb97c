//! Counts per document, from which statistics are computed as sums over documents.

use super::random::Draws;

/// Rows of whole numbers, one a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    width: usize,
    documents: usize,
    cells: Vec<u32>,
}

/// Packed rows are padded to a multiple of this many cells, for wide instructions.
const LANES: usize = 8;

impl Table {
    /// No rows yet, of `width` columns.
    #[must_use]
    pub fn new(width: usize) -> Table {
        Table { width, documents: 0, cells: Vec::new() }
    }

    /// Appends a document; a row of fewer cells is filled with zeros.
    pub fn push(&mut self, row: &[u32]) {
        self.cells.extend_from_slice(&row[..row.len().min(self.width)]);
        self.documents += 1;
        self.cells.resize(self.documents * self.width, 0);
    }

    /// Appends the rows of a table of the same width.
    pub fn append(&mut self, mut other: Table) {
        debug_assert_eq!(self.width, other.width);
        self.cells.append(&mut other.cells);
        self.documents += other.documents;
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents == 0
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The counts of a document.
    #[must_use]
    pub fn row(&self, document: usize) -> &[u32] {
        &self.cells[document * self.width..][..self.width]
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
}

/// A table's rows in the narrowest cells that hold them: drawing rows at random is bound by how many
/// of them the processor's cache holds.
pub(super) enum Packed<'a> {
    Narrow(Rows<u8>),
    Short(Rows<u16>),
    Wide(&'a Table),
}

impl<'a> Packed<'a> {
    pub fn new(table: &'a Table) -> Packed<'a> {
        let largest = table.cells.iter().copied().max().unwrap_or_default();
        if largest <= u32::from(u8::MAX) {
            Packed::Narrow(Rows::new(table))
        } else if largest <= u32::from(u16::MAX) {
            Packed::Short(Rows::new(table))
        } else {
            Packed::Wide(table)
        }
    }

    /// Sums over drawn documents; `sums` has one cell for each column.
    pub fn sums_of(&self, draws: &mut Draws, sums: &mut [u64]) {
        sums.fill(0);
        match self {
            Packed::Narrow(rows) => rows.sums_of(draws, sums),
            Packed::Short(rows) => rows.sums_of(draws, sums),
            Packed::Wide(table) => {
                for document in draws {
                    for (sum, &cell) in sums.iter_mut().zip(table.row(document)) {
                        *sum += u64::from(cell);
                    }
                }
            }
        }
    }
}

/// Rows of cells of up to 16 bits.
pub(super) struct Rows<T> {
    stride: usize,
    cells: Vec<T>,
}

/// Rows of which the sum of any cell fits in 32 bits.
const BLOCK: usize = 1 << 16;

impl<T: Copy + TryFrom<u32> + Into<u32> + Default> Rows<T> {
    fn new(table: &Table) -> Rows<T> {
        let stride = table.width.next_multiple_of(LANES).max(LANES);
        let mut cells = vec![T::default(); stride * table.len()];
        for (document, packed) in cells.chunks_exact_mut(stride).enumerate() {
            for (packed, &cell) in packed.iter_mut().zip(table.row(document)) {
                *packed = T::try_from(cell).unwrap_or_default();
            }
        }
        Rows { stride, cells }
    }

    fn sums_of(&self, draws: &mut Draws, sums: &mut [u64]) {
        match self.stride {
            8 => self.add_up::<8>(draws, sums),
            16 => self.add_up::<16>(draws, sums),
            24 => self.add_up::<24>(draws, sums),
            _ => self.add_up_any(draws, sums),
        }
    }

    fn add_up<const N: usize>(&self, draws: &mut Draws, sums: &mut [u64]) {
        let (rows, _) = self.cells.as_chunks::<N>();
        while draws.len() > 0 {
            let mut block = [0u32; N];
            for document in draws.take(BLOCK) {
                for (sum, &cell) in block.iter_mut().zip(&rows[document]) {
                    *sum += cell.into();
                }
            }
            sums.iter_mut().zip(block).for_each(|(sum, part)| *sum += u64::from(part));
        }
    }

    fn add_up_any(&self, draws: &mut Draws, sums: &mut [u64]) {
        for document in draws {
            let row = &self.cells[document * self.stride..][..self.stride];
            for (sum, &cell) in sums.iter_mut().zip(row) {
                *sum += u64::from(cell.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::random::{Draws, stream};
    use super::*;

    proptest! {
        /// Whatever the cells' width, drawn sums are those of the rows drawn one by one.
        #[test]
        fn packed_rows_sum_as_they_are(
            rows in prop::collection::vec(prop::collection::vec(0..200u32, 1..30), 1..20),
            largest in prop::sample::select(vec![7u32, 255, 256, 65_535, 65_536, u32::MAX]),
        ) {
            let mut table = Table::new(rows[0].len());
            rows.iter().for_each(|row| table.push(row));
            table.push(&[largest]);
            let draws = || Draws::new(table.len(), stream(3, 5));
            let mut sums = vec![9; table.width()];
            Packed::new(&table).sums_of(&mut draws(), &mut sums);
            let mut expected = vec![0; table.width()];
            for document in draws() {
                for (sum, &cell) in expected.iter_mut().zip(table.row(document)) {
                    *sum += u64::from(cell);
                }
            }
            prop_assert_eq!(sums, expected);
        }
    }
}
