//! String ids and the hashes behind them.

use crate::tables::SYMBOLS;

/// spaCy's id of a string: 0 for the empty one, a small integer for a symbol, else a hash.
pub(crate) fn id(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    match SYMBOLS.binary_search_by_key(&text.as_bytes(), |&(name, _)| name.as_bytes()) {
        Ok(at) => SYMBOLS[at].1,
        Err(_) => murmur_hash_64a(text.as_bytes(), 1),
    }
}

/// The part of speech with this id; the empty one for 0.
pub(crate) fn part_of_speech(id: u64) -> Option<&'static str> {
    if id == 0 {
        return Some("");
    }
    // ADJ to SPACE.
    let found = SYMBOLS.iter().find(|(_, known)| *known == id && (84..=103).contains(known));
    found.map(|(name, _)| *name)
}

/// MurmurHash64A by Austin Appleby (public domain).
pub(crate) fn murmur_hash_64a(bytes: &[u8], seed: u64) -> u64 {
    const M: u64 = 0xc6a4_a793_5bd1_e995;
    let mut h = seed ^ (bytes.len() as u64).wrapping_mul(M);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        let mut k = little_endian(block).wrapping_mul(M);
        k ^= k >> 47;
        h = (h ^ k.wrapping_mul(M)).wrapping_mul(M);
    }
    let tail = blocks.remainder();
    if !tail.is_empty() {
        h = (h ^ little_endian(tail)).wrapping_mul(M);
    }
    h = (h ^ (h >> 47)).wrapping_mul(M);
    h ^ (h >> 47)
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// MurmurHash3_x64_128 (Austin Appleby, public domain) of the 8 little-endian bytes of `value`, as four
/// words: the four rows that a hash embedding adds up.
pub(crate) fn embedding_keys(value: u64, seed: u32) -> [u32; 4] {
    let seed = u64::from(seed);
    let mut h1 = value.wrapping_mul(0x87c3_7b91_1142_53d5).rotate_left(31);
    h1 = h1.wrapping_mul(0x4cf5_ad43_2745_937f) ^ seed ^ 8;
    let mut h2 = seed ^ 8;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = finalize(h1);
    h2 = finalize(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    [h1 as u32, (h1 >> 32) as u32, h2 as u32, (h2 >> 32) as u32]
}

fn finalize(mut k: u64) -> u64 {
    k = (k ^ (k >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    k = (k ^ (k >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    k ^ (k >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_spacys() {
        for (text, expected) in [
            ("", 0),
            ("DATE", 391),
            ("ORG", 383),
            ("hello", 5983625672228268878),
            ("I", 4690420944186131903),
            ("Apple", 6418411030699964375),
            ("naïve café", 9646334175591888092),
            ("a much longer string than eight bytes 😀", 5183192489260690904),
        ] {
            assert_eq!(id(text), expected, "{text:?}");
        }
    }

    #[test]
    fn parts_of_speech_are_spacys() {
        for (id, expected) in [
            (0, Some("")),
            (84, Some("ADJ")),
            (92, Some("NOUN")),
            (103, Some("SPACE")),
            (104, None),
            (65, None),
        ] {
            assert_eq!(part_of_speech(id), expected, "{id}");
        }
    }

    #[test]
    fn embedding_keys_are_thincs() {
        for (value, expected) in [
            (1, [1161550108, 2247783286, 1742325162, 1224191281]),
            (12345678901234567890, [825681028, 3746740173, 3386005190, 3472626611]),
        ] {
            assert_eq!(embedding_keys(value, 8), expected);
        }
    }

    #[test]
    fn symbols_are_sorted() {
        assert!(SYMBOLS.windows(2).all(|w| w[0].0.as_bytes() < w[1].0.as_bytes()));
    }
}
