//! Finds entries in a text: an Aho-Corasick automaton over normal forms, run on stretches of the
//! text that overlap by the longest entry, so that memory does not grow with the text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use gloss_plugin::{Error, Result};

use crate::normal::{EDGE, Folding, Normal, normalize};
use crate::patterns::Stopped;
use crate::rules::Rule;

/// Bytes of normal form that are looked at in one piece.
const STRETCH: usize = 1 << 16;
/// No rule.
const NONE: u32 = u32::MAX;

/// A match of a rule in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// First byte.
    pub start: u32,
    /// Behind the last byte, negated, so that of those that begin together the longest is first.
    reversed_end: std::cmp::Reverse<u32>,
    /// Position of the rule.
    pub rule: u32,
}

impl Match {
    /// A match of a rule in these bytes of the text.
    pub fn new(start: u32, end: u32, rule: u32) -> Match {
        Match { start, reversed_end: std::cmp::Reverse(end), rule }
    }

    /// Behind the last byte.
    pub fn end(&self) -> u32 {
        self.reversed_end.0
    }
}

/// How entries are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Which differences do not count.
    pub folding: Folding,
    /// Whole words only.
    pub boundaries: bool,
    /// All entries that match, not only the longest at each place.
    pub all: bool,
}

/// The automaton of all entries.
#[derive(Debug)]
pub struct Matcher {
    automaton: AhoCorasick,
    /// For each key of the automaton, the first entry that has it.
    first: Vec<u32>,
    /// For each entry, the next that has the same key.
    next: Vec<u32>,
    longest: usize,
    search: Search,
    /// Bytes of normal form that are looked at in one piece.
    stretch: usize,
}

/// Memory of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    normal: Normal,
    /// For each byte of the normal form, the longest match that begins there: end and rule.
    best: Vec<(u32, u32)>,
}

impl Matcher {
    /// Builds the automaton over the normal forms of entries.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new(keys: &[Vec<u8>], search: Search) -> Result<Matcher> {
        let mut order: Vec<u32> = (0..u32::try_from(keys.len())?).collect();
        let key = |entry: &u32| &keys[*entry as usize];
        // The sort is stable: entries of one key stay in their order.
        order.sort_by(|a, b| key(a).cmp(key(b)));
        let mut next = vec![NONE; keys.len()];
        let mut first = Vec::new();
        let mut unique: Vec<&[u8]> = Vec::new();
        for (position, entry) in order.iter().enumerate() {
            match position.checked_sub(1).map(|before| order[before]) {
                Some(before) if key(&before) == key(entry) => next[before as usize] = *entry,
                _ => {
                    first.push(*entry);
                    unique.push(key(entry));
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .build(&unique)
            .map_err(|e| {
                let help = "split the entries into several stages";
                Error::option("gazetteers", format!("too many entries: {e}")).with_help(help)
            })?;
        let longest = unique.iter().map(|key| key.len()).max().unwrap_or(0);
        Ok(Matcher { automaton, first, next, longest, search, stretch: STRETCH.max(longest * 8) })
    }

    /// Bytes that the automaton takes.
    pub fn memory(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// Calls `found` for matches of entries: all, or at each byte the longest that begins there, of the
    /// first rule. They come in no particular order. `rules` are those of the keys.
    pub fn find(
        &self,
        text: &str,
        rules: &[Rule],
        scratch: &mut Scratch,
        stop: &dyn Fn() -> bool,
        found: &mut dyn FnMut(Match) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let Scratch { normal, best } = scratch;
        let mut limit = self.stretch;
        let mut start = 0;
        while start < text.len() && self.longest > 0 {
            if stop() {
                return Err(Stopped);
            }
            let end = normal.fill(text, start, limit, self.search.folding);
            let length = normal.bytes.len();
            let last = end == text.len();
            // What begins behind it may end behind the stretch.
            let sure = if last { length } else { self.next_start(normal) };
            if sure == 0 && !last {
                // One letter with as many marks: it needs a longer stretch.
                limit = length.saturating_mul(2);
                continue;
            }
            if self.search.all {
                self.all_in(text, rules, normal, sure, found)?;
            } else {
                self.longest_in(text, rules, normal, best, sure, found)?;
            }
            // The end, where it was the last.
            start = normal.offsets[sure] as usize;
        }
        Ok(())
    }

    /// The last edge such that whatever begins before it ends within the stretch.
    fn next_start(&self, normal: &Normal) -> usize {
        let last = normal.bytes.len().saturating_sub(self.longest);
        (0..=last).rev().find(|&at| normal.flags[at] & EDGE != 0).unwrap_or(0)
    }

    /// The keys that match whole words of the stretch and begin before `sure`.
    fn keys<'m>(
        &'m self,
        normal: &'m Normal,
        sure: usize,
    ) -> impl Iterator<Item = (usize, usize, u32)> + 'm {
        let boundaries = self.search.boundaries;
        self.automaton
            .find_overlapping_iter(&normal.bytes)
            .filter(move |m| {
                m.start() < sure
                    && normal.is_cut(m.end(), boundaries)
                    && normal.is_cut(m.start(), boundaries)
            })
            .map(|m| (m.start(), m.end(), self.first[m.pattern().as_usize()]))
    }

    fn all_in(
        &self,
        text: &str,
        rules: &[Rule],
        normal: &Normal,
        sure: usize,
        found: &mut dyn FnMut(Match) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        for (start, end, first) in self.keys(normal, sure) {
            let place = (normal.offsets[start], normal.offsets[end]);
            let mut entry = first;
            while entry != NONE {
                if self.is_exact(text, place, &rules[entry as usize]) {
                    found(Match::new(place.0, place.1, entry))?;
                }
                entry = self.next[entry as usize];
            }
        }
        Ok(())
    }

    fn longest_in(
        &self,
        text: &str,
        rules: &[Rule],
        normal: &Normal,
        best: &mut Vec<(u32, u32)>,
        sure: usize,
        found: &mut dyn FnMut(Match) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        best.clear();
        best.resize(sure, (0, NONE));
        for (start, end, first) in self.keys(normal, sure) {
            let place = (normal.offsets[start], normal.offsets[end]);
            if place.1 <= best[start].0 {
                continue;
            }
            let mut entry = first;
            while entry != NONE && !self.is_exact(text, place, &rules[entry as usize]) {
                entry = self.next[entry as usize];
            }
            if entry != NONE {
                best[start] = (place.1, entry);
            }
        }
        for (start, &(end, rule)) in best.iter().enumerate() {
            if rule != NONE {
                found(Match::new(normal.offsets[start], end, rule))?;
            }
        }
        Ok(())
    }

    /// Whether case is that of the entry, where it counts for this entry alone.
    fn is_exact(&self, text: &str, (start, end): (u32, u32), rule: &Rule) -> bool {
        let folding = Folding { case: false, ..self.search.folding };
        !rule.exact
            || normalize(&text[start as usize..end as usize], folding)
                == normalize(&rule.entry, folding)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn stretches_change_nothing(
            entries in prop::collection::vec("[abé\u{301}]{1,4}|a b", 1..5),
            text in "[abé\u{301} \n]{0,60}",
            diacritics: bool,
            boundaries: bool,
            all: bool,
        ) {
            let folding = Folding { case: false, diacritics };
            let keys: Vec<Vec<u8>> = entries.iter().map(|entry| normalize(entry, folding)).collect();
            prop_assume!(keys.iter().all(|key| !key.is_empty()));
            let rule = |entry: &String| Rule {
                label: 0,
                id: None,
                entry: entry.clone(),
                attributes: Vec::new(),
                exact: false,
            };
            let rules: Vec<Rule> = entries.iter().map(rule).collect();
            let find = |stretch: usize| {
                let search = Search { folding, boundaries, all };
                let matcher = Matcher { stretch, ..Matcher::new(&keys, search).unwrap() };
                let mut found = Vec::new();
                let mut push = |one| {
                    found.push(one);
                    Ok(())
                };
                matcher.find(&text, &rules, &mut Scratch::default(), &|| false, &mut push).unwrap();
                found.sort_unstable();
                found
            };
            let whole = find(STRETCH);
            for stretch in [1, 7, 20] {
                prop_assert_eq!(&find(stretch), &whole, "{}", stretch);
            }
        }
    }
}
