//! Random numbers and texts that are the same each time.

/// Random numbers (Marsaglia 2003, "Xorshift RNGs").
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers that differ from those of other streams. `GLOSS_SEED` in the environment says where all
    /// begin.
    #[must_use]
    pub fn new(stream: u64) -> Random {
        let seed = number("GLOSS_SEED", 2026);
        Random((seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (stream + 1)).max(1))
    }

    /// A number below `limit`, which is taken for 1 where it is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    /// One of several.
    ///
    /// # Panics
    /// When there is none.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// The number that a variable of the environment gives.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn number(variable: &str, default: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: a number")))
}

const WORDS: &[&str] = &[
    "again", "autumn", "boat", "bridge", "builder", "cloud", "coast", "council", "daughter",
    "door", "early", "engine", "ferry", "field", "finds", "garden", "grain", "harbour", "hears",
    "island", "keeps", "ladder", "late", "letter", "market", "mill", "morning", "naïve", "north",
    "old", "opens", "orchard", "paper", "quiet", "river", "road", "sells", "silver", "slowly",
    "street", "takes", "teacher", "tower", "train", "under", "village", "water", "winter",
    "without", "young",
];

/// A text of two short sentences, different for each number: about 90 bytes.
#[must_use]
pub fn short_text(i: u64) -> String {
    let mut random = Random::new(i);
    let mut text = format!("Report {i}:");
    for end in [6, 5] {
        for _ in 0..end {
            text.push(' ');
            text.push_str(random.one(WORDS));
        }
        text.push('.');
    }
    text
}
