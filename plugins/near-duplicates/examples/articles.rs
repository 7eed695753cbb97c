//! Writes articles as JSONL, of which some are near-copies of others, the same on every machine.
//!
//! ```sh
//! cargo run --release -p gloss-near-duplicates --example articles 100000 > articles.jsonl
//! ```
//!
//! An article has 200 to 400 words, drawn from 30,000 made-up words as frequent as Zipf's law
//! says. Every tenth is a copy of an earlier one: up to 6% of its words are replaced, and some have
//! a sentence in front or lack their end. `metadata.copy_of` names what it is a copy of.

// An example prints.
#![allow(clippy::print_stdout)]

use std::io::{BufWriter, Write, stdout};

const WORDS: usize = 30_000;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

struct Vocabulary {
    words: Vec<String>,
    /// Sums of the frequencies, in units that make them whole.
    sums: Vec<u64>,
}

impl Vocabulary {
    fn new() -> Vocabulary {
        let mut random = Random(1);
        let syllables = [
            "ba", "ce", "di", "fo", "gu", "ha", "ler", "min", "no", "pra", "ris", "sto", "ten",
            "vu",
        ];
        let word = |_| {
            let count = 1 + random.below(4);
            (0..count).map(|_| syllables[random.below(syllables.len())]).collect()
        };
        let words = (0..WORDS).map(word).collect();
        let mut sum = 0;
        let sums = (1..=WORDS as u64).map(|rank| {
            sum += 1_000_000_000 / (rank + 2);
            sum
        });
        Vocabulary { words, sums: sums.collect() }
    }

    fn draw(&self, random: &mut Random) -> u32 {
        let at = random.below(self.sums[WORDS - 1] as usize) as u64;
        self.sums.partition_point(|sum| *sum <= at) as u32
    }

    fn text(&self, words: &[u32]) -> String {
        let mut text = String::new();
        for sentence in words.chunks(17) {
            for (i, &word) in sentence.iter().enumerate() {
                let word = &self.words[word as usize];
                match i {
                    0 => text.extend(word[..1].to_uppercase().chars().chain(word[1..].chars())),
                    8 => text.extend([", ", word]),
                    _ => text.extend([" ", word]),
                }
            }
            text.push_str(". ");
        }
        text
    }
}

fn copy(words: &[u32], vocabulary: &Vocabulary, random: &mut Random) -> Vec<u32> {
    let mut words = words.to_vec();
    let replaced = random.below(words.len() * 6 / 100 + 1);
    for _ in 0..replaced {
        let at = random.below(words.len());
        words[at] = vocabulary.draw(random);
    }
    match random.below(4) {
        0 => drop(words.splice(0..0, (0..12).map(|_| vocabulary.draw(random)))),
        1 => words.truncate(words.len() * 9 / 10),
        _ => {}
    }
    words
}

fn main() -> std::io::Result<()> {
    let count: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1000);
    let (vocabulary, mut random) = (Vocabulary::new(), Random(2));
    let mut articles: Vec<Vec<u32>> = Vec::with_capacity(count);
    let mut out = BufWriter::new(stdout().lock());
    for i in 0..count {
        let of = (i % 10 == 9).then(|| random.below(i));
        let words: Vec<u32> = match of {
            Some(of) => copy(&articles[of], &vocabulary, &mut random),
            None => (0..200 + random.below(201)).map(|_| vocabulary.draw(&mut random)).collect(),
        };
        let metadata = of.map_or(String::new(), |of| format!("\"copy_of\":\"{of:08}\""));
        let text = vocabulary.text(&words);
        writeln!(out, "{{\"id\":\"{i:08}\",\"text\":\"{text}\",\"metadata\":{{{metadata}}}}}")?;
        articles.push(words);
    }
    out.flush()
}
