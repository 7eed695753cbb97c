//! From a text to the hashes of its shingles.

use twox_hash::XxHash3_64;

use crate::Unit;

/// Any odd number with mixed bits will do; it is part of the form of saved states.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes the bits of a number, one to one (the finalizer of MurmurHash3).
#[must_use]
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x = (x ^ (x >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    x ^ (x >> 33)
}

/// Makes shingles: runs of `length` words or characters, in lower case, where everything that is
/// neither letter nor digit only separates words.
///
/// A text with fewer units has one shingle, of all of them; one without any has none.
#[derive(Clone, Copy, Debug)]
pub struct Shingler {
    unit: Unit,
    length: usize,
    /// `BASE` to the power of `length`: the weight of the unit that leaves the window.
    leaving: u64,
}

impl Shingler {
    /// `length` is at least 1.
    #[must_use]
    pub fn new(unit: Unit, length: u32) -> Shingler {
        let leaving = (0..length).fold(1u64, |power, _| power.wrapping_mul(BASE));
        Shingler { unit, length: length.max(1) as usize, leaving }
    }

    /// The hash of each shingle, in the order of the text; a shingle that comes twice is there
    /// twice. The same on every machine.
    #[must_use]
    pub fn shingles(&self, text: &str) -> Vec<u64> {
        let mut units = Vec::with_capacity(text.len() / 5 + 1);
        match self.unit {
            Unit::Words => words(text, |word| units.push(XxHash3_64::oneshot(word))),
            Unit::Characters => characters(text, |c| units.push(mix(u64::from(u32::from(c)) + 1))),
        }
        self.roll(units)
    }

    /// Whether the text has any shingle.
    #[must_use]
    pub fn has_any(&self, text: &str) -> bool {
        text.chars().any(char::is_alphanumeric)
    }

    /// A polynomial in `BASE` over each window, from that over the window before.
    fn roll(&self, mut units: Vec<u64>) -> Vec<u64> {
        let mut hash = 0u64;
        let whole = units.len().min(self.length);
        for unit in &units[..whole] {
            hash = hash.wrapping_mul(BASE).wrapping_add(*unit);
        }
        if whole == 0 {
            return units;
        }
        // In place: the unit that leaves is always behind the one that is written.
        let windows = units.len() - whole + 1;
        for window in 0..windows {
            let left = units[window];
            units[window] = mix(hash);
            if let Some(&next) = units.get(window + whole) {
                hash = hash.wrapping_mul(BASE).wrapping_add(next);
                hash = hash.wrapping_sub(left.wrapping_mul(self.leaving));
            }
        }
        units.truncate(windows);
        units
    }
}

/// Calls `each` with every word in lower case.
fn words(text: &str, mut each: impl FnMut(&[u8])) {
    let mut word: Vec<u8> = Vec::with_capacity(32);
    let mut end = |word: &mut Vec<u8>| {
        if !word.is_empty() {
            each(word);
            word.clear();
        }
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                word.push(byte.to_ascii_lowercase());
            } else {
                end(&mut word);
            }
            at += 1;
            continue;
        }
        // Not ASCII, so a character begins here and there is one.
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        if c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                word.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        } else {
            end(&mut word);
        }
        at += c.len_utf8();
    }
    end(&mut word);
}

/// Calls `each` with every letter and digit in lower case.
fn characters(text: &str, mut each: impl FnMut(char)) {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).for_each(&mut each);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two texts have as many shingles as stated, and as many of them in common.
    fn check(unit: Unit, length: u32, (a, b): (&str, &str), counts: (usize, usize, usize)) {
        let shingler = Shingler::new(unit, length);
        let (a, b) = (shingler.shingles(a), shingler.shingles(b));
        let common = a.iter().filter(|s| b.contains(s)).count();
        assert_eq!((a.len(), b.len(), common), counts, "{a:x?} {b:x?}");
    }

    #[test]
    fn runs_of_words_and_characters() {
        use Unit::{Characters, Words};
        check(Words, 2, ("one two three", "One, TWO! (three)"), (2, 2, 2));
        check(Words, 2, ("one two three", "three two one"), (2, 2, 0));
        check(Words, 1, ("a b a", "b a"), (3, 2, 3));
        check(Words, 3, ("a b c d e", "x b c d e"), (3, 3, 2));
        check(Words, 5, ("a b", "a b"), (1, 1, 1));
        check(Words, 5, ("a b", "a b c"), (1, 1, 0));
        check(Words, 5, ("", " —!"), (0, 0, 0));
        check(Words, 2, ("ÉTÉ où 😀 été", "été Où été"), (2, 2, 2));
        check(Words, 1, ("Größe", "Gro sse"), (1, 2, 0));
        check(Characters, 3, ("東京都に行く", "東京 都に、行く。"), (4, 4, 4));
        check(Characters, 3, ("東京", "東京"), (1, 1, 1));
    }

    #[test]
    fn a_shingle_hashes_the_same_wherever_it_stands() {
        let shingler = Shingler::new(Unit::Words, 3);
        let long: Vec<String> = (0..1000).map(|i| format!("w{}", i % 7)).collect();
        let shingles = shingler.shingles(&long.join(" "));
        assert_eq!(shingles.len(), 998);
        assert!((0..991).all(|i| shingles[i] == shingles[i + 7]));
        // The form of saved states depends on these numbers.
        assert_eq!(shingler.shingles("one two three"), [18_097_984_388_646_714_925]);
    }
}
