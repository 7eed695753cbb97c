//! Longest common subsequences of sequences of words, 64 comparisons at a time.
//!
//! Hyyrö, "Bit-parallel LCS-length computation revisited", 2004: of the table that dynamic programming
//! would fill in row by row, a row is kept as bits that say where its numbers do not grow. The table of
//! two texts of 1 MB would have 10^10 numbers; a row has a bit for each word.

use std::ops::Range;

/// One text, of which others' common subsequences are sought. It is set anew for each such text, in
/// memory that it keeps.
#[derive(Debug, Default)]
pub struct Pattern {
    words: Vec<u32>,
    blocks: usize,
    /// For each word of the vocabulary its part of `masks`.
    ranges: Vec<Range<u32>>,
    /// Where a word stands: the number of a block of 64 places, and bits in it.
    masks: Vec<(u32, u64)>,
    /// The same of a text of one block, for each word of the vocabulary.
    single: Vec<u64>,
    row: Vec<u64>,
}

/// Numbers of 64 bits in which rows are kept whole; beyond it they are computed twice.
const KEPT: usize = 1 << 18;

impl Pattern {
    /// How many steps common subsequences with so many words take at most.
    pub fn steps(pattern: usize, words: usize) -> u64 {
        (pattern.div_ceil(64) as u64).saturating_mul(words as u64)
    }

    /// Takes a text whose words are numbers below `vocabulary`.
    pub fn set(&mut self, words: &[u32], vocabulary: usize) {
        for word in self.words.drain(..) {
            self.ranges[word as usize] = 0..0;
            self.single[word as usize] = 0;
        }
        self.ranges.resize(vocabulary.max(self.ranges.len()), 0..0);
        self.single.resize(self.ranges.len(), 0);
        self.words.extend_from_slice(words);
        self.blocks = words.len().div_ceil(64);
        self.masks.clear();
        let mut places: Vec<(u32, u32)> = words.iter().copied().zip(0..).collect();
        places.sort_unstable();
        for same in places.chunk_by(|a, b| a.0 == b.0) {
            let begin = self.masks.len() as u32;
            for block in same.chunk_by(|a, b| a.1 / 64 == b.1 / 64) {
                let mask = block.iter().fold(0, |mask, (_, at)| mask | 1 << (at % 64));
                self.masks.push((block[0].1 / 64, mask));
                if self.blocks == 1 {
                    self.single[same[0].0 as usize] = mask;
                }
            }
            self.ranges[same[0].0 as usize] = begin..self.masks.len() as u32;
        }
    }

    /// The row behind one more word of the other text. A bit that is 0 says that the subsequence up
    /// to there is longer by one than the one up to the place before.
    fn step(&self, row: &mut [u64], word: u32) {
        let range = &self.ranges[word as usize];
        let (mut at, mut carry) = (0, false);
        for &(block, mask) in &self.masks[range.start as usize..range.end as usize] {
            let block = block as usize;
            carry = carry && pass(&mut row[at..block]);
            let old = row[block];
            let (sum, first) = old.overflowing_add(old & mask);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            row[block] = sum | (old & !mask);
            (at, carry) = (block + 1, first || second);
        }
        if carry {
            pass(&mut row[at..]);
        }
    }

    /// The length of a longest common subsequence.
    pub fn length(&mut self, words: &[u32]) -> u64 {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        row.resize(self.blocks, u64::MAX);
        words.iter().for_each(|&word| self.step(&mut row, word));
        let length = row.iter().map(|block| u64::from(block.count_zeros())).sum();
        self.row = row;
        length
    }

    /// Marks the places of this text that are in a common subsequence, of several longest the one
    /// that rouge-score reads off its table. `found` has a bit for each place.
    ///
    /// Rows are needed from the last to the first. If they are too many to be kept, every so many
    /// are, and those between are computed again, so memory grows with the root of the lengths'
    /// product at most.
    pub fn mark(&mut self, words: &[u32], found: &mut [u64], rows: &mut Vec<u64>) {
        if self.words.is_empty() || words.is_empty() {
            return;
        }
        if self.blocks == 1 {
            return self.mark_in_block(words, &mut found[0], rows);
        }
        let whole = self.blocks.saturating_mul(words.len()) <= KEPT;
        let window = if whole { words.len() } else { words.len().isqrt() + 1 };
        let windows = words.len().div_ceil(window);
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        row.resize(self.blocks, u64::MAX);
        let mut begins = row.clone();
        for words in words.chunks(window).take(windows - 1) {
            words.iter().for_each(|&word| self.step(&mut row, word));
            begins.extend_from_slice(&row);
        }
        let mut place = self.words.len();
        for (words, begin) in words.chunks(window).zip(begins.chunks_exact(self.blocks)).rev() {
            row.copy_from_slice(begin);
            rows.clear();
            for &word in words {
                self.step(&mut row, word);
                rows.extend_from_slice(&row);
            }
            place = self.read_back(words, rows, place, found);
        }
        self.row = row;
    }

    /// Reads a subsequence off rows, from the last to the first, in this text from `place` down.
    fn read_back(&self, words: &[u32], rows: &[u64], place: usize, found: &mut [u64]) -> usize {
        let mut place = place;
        for (&word, row) in words.iter().zip(rows.chunks_exact(self.blocks)).rev() {
            let Some(stop) = self.last_stop(word, row, place) else { return 0 };
            if self.words[stop] == word {
                found[stop / 64] |= 1 << (stop % 64);
                place = stop;
            } else {
                place = stop + 1;
            }
        }
        place
    }

    /// The last place below `end` at which the word stands, or at which a subsequence grows: whoever
    /// reads a table backwards passes over all others.
    fn last_stop(&self, word: u32, row: &[u64], end: usize) -> Option<usize> {
        let last = end.checked_sub(1)?;
        let range = &self.ranges[word as usize];
        let masks = &self.masks[range.start as usize..range.end as usize];
        let mut block = last / 64;
        let mut masks =
            masks[..masks.partition_point(|mask| mask.0 as usize <= block)].iter().rev();
        let mut mask = masks.next();
        let mut wanted = up_to(last % 64);
        loop {
            let stands = mask.filter(|mask| mask.0 as usize == block);
            let stops = (stands.map_or(0, |mask| mask.1) | !row[block]) & wanted;
            if stops != 0 {
                return Some(block * 64 + stops.ilog2() as usize);
            }
            if stands.is_some() {
                mask = masks.next();
            }
            block = block.checked_sub(1)?;
            wanted = u64::MAX;
        }
    }

    /// As [`Pattern::mark`], of a text of one block: rows are kept behind words that it has, since others
    /// change none. Most sentences of two texts have few words in common.
    fn mark_in_block(&self, words: &[u32], found: &mut u64, rows: &mut Vec<u64>) {
        rows.clear();
        let mut row = u64::MAX;
        for (at, &word) in words.iter().enumerate() {
            let mask = self.single[word as usize];
            if mask != 0 {
                row = row.wrapping_add(row & mask) | (row & !mask);
                rows.extend([at as u64, row]);
            }
        }
        let last_stop =
            |stops: u64, place: u32| (stops & up_to(place as usize - 1)).checked_ilog2();
        let (mut place, mut behind) = (self.words.len() as u32, words.len());
        for kept in rows.chunks_exact(2).rev() {
            let (at, row) = (kept[0] as usize, kept[1]);
            // Over words that this text does not have a reader goes down to where a subsequence grows.
            if at + 1 < behind {
                let Some(stop) = last_stop(!row, place) else { return };
                place = stop + 1;
            }
            let mask = self.single[words[at] as usize];
            let Some(stop) = last_stop(mask | !row, place) else { return };
            if mask >> stop & 1 == 1 {
                *found |= 1 << stop;
                place = stop;
            } else {
                place = stop + 1;
            }
            if place == 0 {
                return;
            }
            behind = at;
        }
    }
}

/// The bits up to and with this one.
fn up_to(bit: usize) -> u64 {
    u64::MAX >> (63 - bit)
}

/// Carries over into blocks where the word does not stand; says whether it is carried beyond them.
fn pass(blocks: &mut [u64]) -> bool {
    for block in blocks {
        if *block != u64::MAX {
            *block |= *block + 1;
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The whole table, and one of the subsequences by rouge-score's preferences.
    fn by_table(ours: &[u32], theirs: &[u32]) -> (u64, Vec<usize>) {
        let mut table = vec![vec![0u64; theirs.len() + 1]; ours.len() + 1];
        for (i, a) in ours.iter().enumerate() {
            for (j, b) in theirs.iter().enumerate() {
                table[i + 1][j + 1] =
                    if a == b { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        let (mut i, mut j, mut places) = (ours.len(), theirs.len(), Vec::new());
        while i > 0 && j > 0 {
            if ours[i - 1] == theirs[j - 1] {
                places.push(i - 1);
                (i, j) = (i - 1, j - 1);
            } else if table[i][j - 1] > table[i - 1][j] {
                j -= 1;
            } else {
                i -= 1;
            }
        }
        places.reverse();
        (table[ours.len()][theirs.len()], places)
    }

    fn check(pattern: &mut Pattern, ours: &[u32], theirs: &[u32]) {
        let (length, places) = by_table(ours, theirs);
        pattern.set(ours, 9);
        assert_eq!(pattern.length(theirs), length, "{ours:?} {theirs:?}");
        let mut found = vec![0u64; ours.len().div_ceil(64)];
        pattern.mark(theirs, &mut found, &mut Vec::new());
        let marked: Vec<usize> =
            (0..ours.len()).filter(|at| found[at / 64] >> (at % 64) & 1 == 1).collect();
        assert_eq!(marked, places, "{ours:?} {theirs:?}");
    }

    proptest! {
        /// One pattern is set again and again, as it is used.
        #[test]
        fn bits_find_what_the_table_finds(
            texts in prop::collection::vec(prop::collection::vec(0..9u32, 0..200), 2..5),
            few in prop::collection::vec(0..2u32, 0..200),
        ) {
            let mut pattern = Pattern::default();
            for text in &texts {
                check(&mut pattern, text, &texts[0]);
                check(&mut pattern, &few, text);
            }
        }
    }

    #[test]
    fn rows_that_are_too_many_are_computed_again() {
        let text = |by: usize| -> Vec<u32> { (0..5000).map(|i| (i * i / by % 9) as u32).collect() };
        assert!(Pattern::steps(5000, 5000) > KEPT as u64);
        check(&mut Pattern::default(), &text(7), &text(11));
    }
}
