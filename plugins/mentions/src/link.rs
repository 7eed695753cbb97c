//! From groups of equal names to entities.

use crate::aliases::Aliases;
use crate::groups::{Group, Mention, Sort, group};
use crate::name::last_word_before;
use crate::organizations::Organizations;
use crate::persons::{Meaning, Persons, by_title};
use crate::words::{is_locative, is_organizational, is_personal, is_place};

/// How far behind a mention it is looked whether a person or a company is spoken of, in bytes.
const NEIGHBOURHOOD: usize = 100;

/// Sets of groups that are one entity.
#[derive(Debug)]
pub struct Clusters {
    parent: Vec<usize>,
    /// The entry of the user's file that a set is, by the group that stands for it.
    known: Vec<Option<usize>>,
}

impl Clusters {
    fn new(count: usize) -> Clusters {
        Clusters { parent: (0..count).collect(), known: vec![None; count] }
    }

    /// The group that stands for the set of this one.
    pub fn find(&mut self, mut g: usize) -> usize {
        while self.parent[g] != g {
            self.parent[g] = self.parent[self.parent[g]];
            g = self.parent[g];
        }
        g
    }

    /// Makes one set of two, unless the user's file says that they are two entities.
    pub fn join(&mut self, g: usize, to: usize) {
        let (from, to) = (self.find(g), self.find(to));
        if let (Some(a), Some(b)) = (self.known[from], self.known[to])
            && a != b
        {
            return;
        }
        self.known[to] = self.known[to].or(self.known[from]);
        self.parent[from] = to;
    }

    fn add(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.known.push(None);
        self.parent.len() - 1
    }
}

/// Which mentions belong together.
pub struct Links {
    /// For each mention its set; none where it could be two persons.
    pub sets: Vec<Option<usize>>,
    /// For each set the entry of the user's file that it is.
    pub known: Vec<Option<usize>>,
}

/// Tells for each mention what it belongs to.
pub fn link(text: &str, mentions: &[Mention], aliases: &Aliases) -> Links {
    let groups = group(mentions);
    let mut group_of = vec![0; mentions.len()];
    for (g, group) in groups.iter().enumerate() {
        group.mentions.iter().for_each(|&m| group_of[m] = g);
    }
    let mut clusters = Clusters::new(groups.len());
    let known = by_alias(&groups, aliases, &mut clusters);
    let persons = Persons::new(&groups, &mut clusters);
    let organizations = Organizations::new(text, mentions, &groups, &group_of, &mut clusters);
    let linker = Linker { text, mentions, groups: &groups, persons, organizations };
    let mut out: Vec<Option<usize>> = group_of.iter().map(|&g| Some(g)).collect();
    for (g, group) in groups.iter().enumerate() {
        if known[g] || clusters.find(g) != g {
            continue;
        }
        if group.is_full_person() {
            if let Meaning::One(person) = linker.persons.end(&group.words.join(" "), &mut clusters)
                && person != g
            {
                clusters.join(g, person);
            }
        } else {
            linker.short(g, &mut clusters, &mut out);
        }
    }
    let sets = out.into_iter().map(|g| g.map(|g| clusters.find(g))).collect();
    Links { sets, known: clusters.known }
}

/// What the user's file names: groups with one id are one, and no rule moves them.
fn by_alias(groups: &[Group], aliases: &Aliases, clusters: &mut Clusters) -> Vec<bool> {
    let mut first: Vec<Option<usize>> = vec![None; aliases.len()];
    let mut known = vec![false; groups.len()];
    for (g, group) in groups.iter().enumerate() {
        let Some(entry) = aliases.find(&group.words.join(" ")) else { continue };
        known[g] = true;
        clusters.known[g] = Some(entry);
        match first[entry] {
            Some(other) => clusters.join(g, other),
            None => first[entry] = Some(g),
        }
    }
    known
}

struct Linker<'l> {
    text: &'l str,
    mentions: &'l [Mention],
    groups: &'l [Group],
    persons: Persons,
    organizations: Organizations,
}

impl Linker<'_> {
    /// Decides what a name that is no person's full name means: all its mentions together, or those
    /// tagged as a person apart from the others.
    fn short(&self, g: usize, clusters: &mut Clusters, out: &mut [Option<usize>]) {
        let group = &self.groups[g];
        let tagged = group.sorts[Sort::Person as usize] > 0;
        let key = match &group.generation {
            Some(generation) => format!("{}, {generation}", group.words.join(" ")),
            None => group.words.join(" "),
        };
        let person = match group.words.len() {
            1 => self.persons.one_word(&key, tagged, clusters),
            _ => self.persons.end(&key, clusters),
        };
        let thing = self.organizations.meaning(group).filter(|&o| clusters.find(o) != g);
        let apart = group.sorts[Sort::Person as usize] != group.mentions.len()
            && (thing.is_some() || !self.all_may_be_persons(group));
        if person == Meaning::Nobody || (apart && !tagged) {
            // A place is not called by a part of an organization's name; "US" is an acronym of a place.
            let part = group.sort() == Sort::Place && group.acronym.is_none();
            if let Some(thing) = thing.filter(|_| !part) {
                clusters.join(g, thing);
            }
            return;
        }
        // What is not tagged as a person stays with the group, or goes where the group goes.
        if apart && let Some(thing) = thing {
            clusters.join(g, thing);
        }
        let own = if apart { clusters.add() } else { g };
        for &m in &group.mentions {
            if apart && self.mentions[m].sort != Sort::Person {
                continue;
            }
            out[m] = match &person {
                Meaning::Several(several) => {
                    by_title(several, &self.mentions[m], self.groups, clusters)
                }
                _ => Some(own),
            };
        }
        if let Meaning::One(person) = person {
            clusters.join(own, person);
        }
    }

    /// Whether what was not tagged as a person may be a mistake of the recogniser.
    fn all_may_be_persons(&self, group: &Group) -> bool {
        let others = group.mentions.iter().map(|&m| &self.mentions[m]);
        let mut balance = 0_i64;
        for mention in others.filter(|m| m.sort != Sort::Person) {
            if mention.sort == Sort::Place
                && (is_place(&group.words[0]) || self.in_a_place(mention))
            {
                return false;
            }
            balance += self.personal(mention);
        }
        balance >= 0
    }

    fn in_a_place(&self, mention: &Mention) -> bool {
        let before = last_word_before(self.text, mention.range.start);
        before.is_some_and(|word| is_locative(&word.to_lowercase()))
    }

    /// Words behind a mention that speak of a person, less those that speak of a company.
    fn personal(&self, mention: &Mention) -> i64 {
        let behind = &self.text[mention.range.end..];
        let mut end = behind.len().min(NEIGHBOURHOOD);
        while !behind.is_char_boundary(end) {
            end -= 1;
        }
        let sentence = behind[..end].split(['.', '!', '?']).next().unwrap_or_default();
        let words = sentence.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
        words.map(|w| i64::from(is_personal(&w)) - i64::from(is_organizational(&w))).sum()
    }
}
