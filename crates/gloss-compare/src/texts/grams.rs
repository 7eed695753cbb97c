//! Sequences of words or characters, counted.

/// All n-grams of a text up to some length, sorted, so that two texts' are counted side by side.
///
/// One sort serves all lengths: where longer n-grams are in order, so are their beginnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grams {
    /// The longest n-gram at each place, its first symbol in the highest bits; near the end of the
    /// text shorter ones, with zeros in place of what is not there.
    keys: Vec<u128>,
    bits: u32,
    longest: u32,
}

/// Bits of a character; one more than the largest still fits.
const CHARACTER: u32 = 21;
/// Bits of a word's number.
const WORD: u32 = 32;

impl Grams {
    /// Up to four words; no number may be `u32::MAX`.
    pub fn of_words(words: &[u32]) -> Grams {
        Grams::new(words.iter().map(|&word| u128::from(word) + 1).collect(), WORD, 4)
    }

    /// Up to six characters, white space left out: what it is, Python says, for chrF is defined by
    /// its programs.
    pub fn of_characters(text: &str) -> Grams {
        let space = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
        let characters = text.chars().filter(|&c| !space(c));
        Grams::new(characters.map(|c| u128::from(u32::from(c)) + 1).collect(), CHARACTER, 6)
    }

    fn new(symbols: Vec<u128>, bits: u32, longest: u32) -> Grams {
        let whole = 1u128.checked_shl(bits * longest).map_or(u128::MAX, |end| end - 1);
        let mut key = 0;
        let mut keys: Vec<u128> = Vec::with_capacity(symbols.len());
        let behind = std::iter::repeat_n(0, longest as usize - 1);
        for (at, symbol) in symbols.iter().copied().chain(behind).enumerate() {
            key = (key << bits | symbol) & whole;
            if at + 1 >= longest as usize {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        Grams { keys, bits, longest }
    }

    /// How many n-grams there are.
    pub fn count(&self, n: u32) -> u64 {
        (self.keys.len() as u64).saturating_sub(u64::from(n) - 1)
    }

    /// The different n-grams in order, and how often each is there.
    fn runs(&self, n: u32) -> impl Iterator<Item = (u128, u64)> + '_ {
        let shift = self.bits * (self.longest - n);
        let last = (1u128 << self.bits) - 1;
        let runs = self.keys.chunk_by(move |a, b| a >> shift == b >> shift);
        runs.map(move |run| (run[0] >> shift, run.len() as u64))
            .filter(move |(gram, _)| gram & last != 0)
    }

    /// For each n-gram of either text how often it is in this and in the other.
    fn joined(&self, other: &Grams, n: u32, mut each: impl FnMut(u64, u64)) {
        let (mut ours, mut theirs) = (self.runs(n).peekable(), other.runs(n).peekable());
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (Some(a), Some(b)) => a.0.cmp(&b.0),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => return,
            };
            let ours = if order.is_le() { ours.next() } else { None };
            let theirs = if order.is_ge() { theirs.next() } else { None };
            each(ours.map_or(0, |run| run.1), theirs.map_or(0, |run| run.1));
        }
    }

    /// How many n-grams both have, each as often as the one that has it less often.
    pub fn overlap(&self, other: &Grams, n: u32) -> u64 {
        let mut count = 0;
        self.joined(other, n, |ours, theirs| count += ours.min(theirs));
        count
    }

    /// The share of the different n-grams that the other does not have; `None` without n-grams.
    pub fn novelty(&self, other: &Grams, n: u32) -> Option<f64> {
        let (mut all, mut novel) = (0u64, 0u64);
        self.joined(other, n, |ours, theirs| {
            all += u64::from(ours > 0);
            novel += u64::from(ours > 0 && theirs == 0);
        });
        (all > 0).then(|| novel as f64 / all as f64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn counted(words: &[u32], n: usize) -> HashMap<&[u32], u64> {
        let mut counts = HashMap::new();
        words.windows(n).for_each(|gram| *counts.entry(gram).or_default() += 1);
        counts
    }

    proptest! {
        #[test]
        fn sorted_grams_count_as_a_table_does(
            a in prop::collection::vec(prop::sample::select(vec![0u32, 1, 2, u32::MAX - 1]), 0..12),
            b in prop::collection::vec(0..3u32, 0..12),
            n in 1..=4usize,
        ) {
            let (left, right) = (Grams::of_words(&a), Grams::of_words(&b));
            let (a, b) = (counted(&a, n), counted(&b, n));
            let overlap: u64 = a.iter().map(|(gram, count)| count.min(b.get(gram).unwrap_or(&0))).sum();
            let n = n as u32;
            prop_assert_eq!(left.count(n), a.values().sum::<u64>());
            prop_assert_eq!(left.overlap(&right, n), overlap);
            prop_assert_eq!(right.overlap(&left, n), overlap);
            let novel = a.keys().filter(|gram| !b.contains_key(*gram)).count() as f64;
            let expected = (!a.is_empty()).then(|| novel / a.len() as f64);
            prop_assert_eq!(left.novelty(&right, n), expected);
        }
    }

    #[test]
    fn characters_up_to_the_last_are_told_apart() {
        let check = |a: &str, b: &str, n: u32, expected: u64| {
            let [a, b] = [a, b].map(Grams::of_characters);
            assert_eq!(a.overlap(&b, n), expected);
        };
        check("a b\u{1c}c\u{2003}d", "abcd", 4, 1);
        check("\u{10ffff}\0\u{10ffff}\0\u{10ffff}\0", "\u{10ffff}\0\u{10ffff}\0\u{10ffff}\0", 6, 1);
        check("abcdef", "abcdeg", 6, 0);
        check("", "", 1, 0);
    }
}
