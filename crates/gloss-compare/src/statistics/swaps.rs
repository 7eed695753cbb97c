//! What swapping documents between two sides changes.

/// What swapping a document adds to the first side, for documents where that is not nothing.
pub struct Swaps {
    width: usize,
    rows: Rows,
    /// The sums of the first side, nothing swapped.
    pub first: Vec<i64>,
    /// The sums of the second side.
    pub second: Vec<i64>,
}

/// Rows one after another, in the narrowest numbers of which 64 add up without overflow.
enum Rows {
    Narrow { stride: usize, cells: Vec<i16> },
    Wide(Vec<i64>),
}

/// The largest number of which 64 add up in 16 bits.
const NARROW: u64 = i16::MAX as u64 / 64;
/// Narrow rows are padded to a multiple of this many, for wide instructions.
const LANES: usize = 8;

impl Swaps {
    /// Of two sides with a row of `width` counts for each document.
    pub fn new(first: &[u32], second: &[u32], width: usize) -> Swaps {
        let (mut first_sums, mut second_sums) = (vec![0; width], vec![0; width]);
        let mut wide = Vec::new();
        for (a, b) in first.chunks_exact(width.max(1)).zip(second.chunks_exact(width.max(1))) {
            for at in 0..width {
                first_sums[at] += i64::from(a[at]);
                second_sums[at] += i64::from(b[at]);
            }
            if a != b {
                wide.extend(b.iter().zip(a).map(|(&b, &a)| i64::from(b) - i64::from(a)));
            }
        }
        let narrow = wide.iter().all(|cell: &i64| cell.unsigned_abs() <= NARROW);
        let rows = if narrow { Rows::narrow(&wide, width) } else { Rows::Wide(wide) };
        Swaps { width, rows, first: first_sums, second: second_sums }
    }

    /// Documents whose swap changes anything.
    pub fn documents(&self) -> usize {
        match &self.rows {
            Rows::Narrow { stride, cells } => cells.len() / stride,
            Rows::Wide(cells) => cells.len() / self.width.max(1),
        }
    }

    /// Sums of the rows whose bit is set; `bits` gives those of 64 documents at a time.
    pub fn sums_of(&self, mut bits: impl FnMut() -> u64, sums: &mut [i64]) {
        sums.fill(0);
        match &self.rows {
            Rows::Narrow { stride: LANES, cells } => {
                for rows in cells.as_chunks::<LANES>().0.chunks(64) {
                    add_block(rows, bits(), sums);
                }
            }
            Rows::Narrow { stride, cells } => {
                let mut block = vec![0; *stride];
                for rows in cells.chunks(64 * stride) {
                    let mut bits = bits();
                    for row in rows.chunks_exact(*stride) {
                        add_row(row, &mut bits, &mut block);
                    }
                    flush(&mut block, sums);
                }
            }
            Rows::Wide(cells) => {
                for rows in cells.chunks(64 * self.width.max(1)) {
                    let mut bits = bits();
                    for row in rows.chunks_exact(self.width.max(1)) {
                        let mask = -((bits & 1) as i64);
                        sums.iter_mut().zip(row).for_each(|(sum, cell)| *sum += cell & mask);
                        bits >>= 1;
                    }
                }
            }
        }
    }
}

impl Rows {
    fn narrow(wide: &[i64], width: usize) -> Rows {
        let stride = width.next_multiple_of(LANES).max(LANES);
        let mut cells = vec![0i16; wide.len() / width.max(1) * stride];
        for (narrow, wide) in cells.chunks_exact_mut(stride).zip(wide.chunks_exact(width.max(1))) {
            narrow.iter_mut().zip(wide).for_each(|(narrow, &wide)| *narrow = wide as i16);
        }
        Rows::Narrow { stride, cells }
    }
}

fn add_block(rows: &[[i16; LANES]], mut bits: u64, sums: &mut [i64]) {
    let mut block = [0i16; LANES];
    for row in rows {
        add_row(row, &mut bits, &mut block);
    }
    flush(&mut block, sums);
}

#[inline]
fn add_row(row: &[i16], bits: &mut u64, block: &mut [i16]) {
    let mask = -((*bits & 1) as i16);
    block.iter_mut().zip(row).for_each(|(sum, cell)| *sum += cell & mask);
    *bits >>= 1;
}

fn flush(block: &mut [i16], sums: &mut [i64]) {
    sums.iter_mut().zip(&*block).for_each(|(sum, &part)| *sum += i64::from(part));
    block.fill(0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the cells' width, the sums are those of the swapped documents.
        #[test]
        fn sums_are_those_of_swapped_documents(
            width in 1..20usize,
            documents in 0..150usize,
            most in prop::sample::select(vec![3u32, 511, 512, u32::MAX]),
            seed in any::<u64>(),
        ) {
            let mut state = seed;
            let mut number = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u32 % most
            };
            let first: Vec<u32> = (0..width * documents).map(|_| number()).collect();
            let second: Vec<u32> = (0..width * documents).map(|_| number()).collect();
            let swaps = Swaps::new(&first, &second, width);
            let mut sums = vec![7; width];
            swaps.sums_of(|| 0x5555_5555_5555_5555, &mut sums);
            let mut expected = vec![0; width];
            let differing = (0..documents).filter(|document| {
                let of = |side: &[u32]| side[document * width..][..width].to_vec();
                of(&first) != of(&second)
            });
            for document in differing.step_by(2) {
                for (at, sum) in expected.iter_mut().enumerate() {
                    let cell = document * width + at;
                    *sum += i64::from(second[cell]) - i64::from(first[cell]);
                }
            }
            prop_assert_eq!(sums, expected);
        }
    }
}
