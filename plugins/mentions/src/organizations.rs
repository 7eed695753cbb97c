//! Names of organizations and places: acronyms, shortened names, "the Bank".

use std::collections::HashMap;

use crate::groups::{Group, Mention, Sort};
use crate::link::Clusters;
use crate::words::{is_generic, is_small};

/// What long names may be called, each with the group that is (or the fact that there are several).
#[derive(Debug, Default)]
pub struct Organizations {
    acronyms: HashMap<String, Option<usize>>,
    beginnings: HashMap<String, Option<usize>>,
    ends: HashMap<String, Option<usize>>,
    nouns: HashMap<String, Option<usize>>,
}

impl Organizations {
    /// Joins acronyms with the names that define them, and indexes names.
    pub fn new(
        text: &str,
        mentions: &[Mention],
        groups: &[Group],
        group_of: &[usize],
        clusters: &mut Clusters,
    ) -> Organizations {
        let mut index = Organizations::default();
        for (g, group) in groups.iter().enumerate() {
            if group.words.len() > 1 && group.sort() != Sort::Person {
                index.add(g, group);
            }
        }
        // What is defined is sure, whatever else has these initials.
        for (a, b) in definitions(text, mentions) {
            let (long, short) = (group_of[a], group_of[b]);
            clusters.join(short, long);
            if let Some(acronym) = &groups[short].acronym {
                index.acronyms.insert(acronym.to_uppercase(), Some(long));
            }
        }
        index
    }

    fn add(&mut self, g: usize, group: &Group) {
        let words = &group.words;
        let initial = |word: &String| word.chars().next().into_iter().flat_map(char::to_uppercase);
        let all: String = words.iter().flat_map(initial).collect();
        let large: String = words.iter().filter(|w| !is_small(w)).flat_map(initial).collect();
        put(&mut self.acronyms, all.clone(), g);
        if large != all {
            put(&mut self.acronyms, large, g);
        }
        if group.sort() != Sort::Organization {
            return;
        }
        for end in 1..words.len() {
            put(&mut self.beginnings, words[..end].join(" "), g);
        }
        for from in 1..words.len().saturating_sub(1) {
            put(&mut self.ends, words[from..].join(" "), g);
        }
        let last = &words[words.len() - 1];
        for noun in [&words[0], last].into_iter().filter(|noun| is_generic(noun)) {
            put(&mut self.nouns, noun.clone(), g);
        }
    }

    /// The group that a short name means, if there is one alone.
    pub fn meaning(&self, group: &Group) -> Option<usize> {
        let key = group.words.join(" ");
        if let Some(acronym) = &group.acronym
            && let Some(long) = self.acronyms.get(&acronym.to_uppercase())
        {
            return *long;
        }
        // "Nato" of "NATO": a word that is only like an acronym may be anything else.
        let index = match group.words.len() {
            1 if is_generic(&key) => return self.nouns.get(&key).copied().flatten(),
            1 => [Some(&self.beginnings), None],
            _ => [Some(&self.beginnings), Some(&self.ends)],
        };
        index.into_iter().flatten().find_map(|index| index.get(&key).copied().flatten())
    }
}

/// A name that two groups can have is nobody's.
fn put(index: &mut HashMap<String, Option<usize>>, name: String, g: usize) {
    index.entry(name).and_modify(|found| *found = found.filter(|&f| f == g)).or_insert(Some(g));
}

/// Pairs of mentions of which one defines the other: "World Health Organization (WHO)", or the other
/// way round.
fn definitions(text: &str, mentions: &[Mention]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (i, pair) in mentions.windows(2).enumerate() {
        let between = text.get(pair[0].range.end..pair[1].range.start);
        let closed = text[pair[1].range.end..].starts_with(')');
        if between.is_none_or(|b| b.trim_start() != "(") || !closed {
            continue;
        }
        let short = |m: &Mention| {
            m.name.acronym.as_deref().is_some_and(|a| !matches!(a, "US" | "UK" | "EU" | "UN"))
        };
        let long = |m: &Mention| m.name.words.len() > 1 && m.sort != Sort::Person;
        if long(&pair[0]) && (short(&pair[1]) || fits(&pair[1], &pair[0])) {
            found.push((i, i + 1));
        } else if long(&pair[1]) && fits(&pair[0], &pair[1]) {
            found.push((i + 1, i));
        }
    }
    found
}

/// Whether the acronym is made of the initials of the name.
fn fits(short: &Mention, long: &Mention) -> bool {
    let initials = |all: bool| -> String {
        let words = long.name.words.iter().filter(|w| all || !is_small(w));
        words.filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
    };
    let acronym = short.name.acronym.as_deref().map(str::to_uppercase);
    acronym.is_some_and(|a| a == initials(true) || a == initials(false))
}
