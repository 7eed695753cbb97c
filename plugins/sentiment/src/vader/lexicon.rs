//! All that is known of a word, found with one lookup.

use std::collections::HashMap;

const BOOST: f64 = 0.293;

const UP: &str = "absolutely amazingly awfully completely considerable considerably decidedly \
deeply effing enormous enormously entirely especially exceptional exceptionally extreme \
extremely fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully \
fuckin fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major \
majorly more most particularly purely quite really remarkably so substantially thoroughly total \
totally tremendous tremendously uber unbelievably unusually utter utterly very";
const DOWN: &str = "almost barely hardly kinda kindof kind-of less little marginal marginally \
occasional occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of";
const NEGATE: &str = "aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent \
isnt mightnt mustnt neither neednt never none nope nor not nothing nowhere oughtnt shant shouldnt \
uhuh wasnt werent uh-uh without wont wouldnt rarely seldom despite";
/// Words that a rule asks for by name.
const NAMED: &str = "the shit bomb bad ass bus stop yeah right kiss of death to die for beating \
heart never so this without doubt least at very or nor no kind sort just enough but";

/// What the rules need of a word.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    pub valence: Option<f64>,
    pub booster: f64,
    pub negates: bool,
    /// The word itself if a rule asks for it by name, else empty.
    pub name: &'static str,
}

pub(super) struct Lexicon {
    words: HashMap<Box<str>, Entry>,
    emoji: HashMap<char, &'static str>,
}

impl Lexicon {
    pub fn embedded() -> Self {
        let mut words: HashMap<Box<str>, Entry> = HashMap::new();
        for (token, mean) in rows(include_str!("../../data/lexicon.tsv")) {
            words.entry(token.into()).or_default().valence = mean.parse().ok();
        }
        for (list, booster) in [(UP, BOOST), (DOWN, -BOOST)] {
            for word in list.split_whitespace() {
                words.entry(word.into()).or_default().booster = booster;
            }
        }
        for word in NEGATE.split_whitespace() {
            words.entry(word.into()).or_default().negates = true;
        }
        for word in NAMED.split_whitespace() {
            words.entry(word.into()).or_default().name = word;
        }
        let emoji = rows(include_str!("../../data/emoji.tsv"))
            .filter_map(|(emoji, text)| Some((emoji.chars().next()?, text)))
            .collect();
        Lexicon { words, emoji }
    }

    pub fn add(&mut self, token: &str, valence: f64) {
        if !valence.is_nan() {
            let entry = self.words.entry(token.to_lowercase().into()).or_default();
            entry.valence = Some(valence.clamp(-100.0, 100.0));
        }
    }

    pub fn entry(&self, lower: &str) -> Entry {
        let mut entry = self.words.get(lower).copied().unwrap_or_default();
        entry.negates |= lower.contains("n't");
        entry
    }

    pub fn describe(&self, emoji: char) -> Option<&'static str> {
        if emoji.is_ascii() { None } else { self.emoji.get(&emoji).copied() }
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}
