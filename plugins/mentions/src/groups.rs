//! Mentions whose names are equal, as groups.

use std::collections::HashMap;
use std::ops::Range;

use crate::fold::accents_agree;
use crate::name::Name;
use crate::words::Gender;

/// More ways to put accents on one name are not told apart.
const MOST_ACCENTS: usize = 8;

/// What sort of thing a label names, as far as it matters for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Person,
    Organization,
    Place,
    Other,
}

impl Sort {
    /// By the labels of OntoNotes and CoNLL.
    pub fn of(label: &str) -> Sort {
        match label {
            "PERSON" | "PER" => Sort::Person,
            "ORG" => Sort::Organization,
            "GPE" | "LOC" | "FAC" => Sort::Place,
            _ => Sort::Other,
        }
    }
}

/// One mention.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Number of its label among those gathered.
    pub label: usize,
    pub sort: Sort,
    /// Its row in the input layer; none when it was found by its words.
    pub source: Option<u32>,
    pub name: Name,
}

/// Mentions with one name.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub mentions: Vec<usize>,
    pub words: Vec<String>,
    pub accented: String,
    pub generation: Option<String>,
    pub acronym: Option<String>,
    pub titles: Vec<String>,
    pub genders: Vec<Gender>,
    /// How many of its mentions are of each sort, in the order of [`Sort`].
    pub sorts: [usize; 4],
}

impl Group {
    /// The sort of most of its mentions; a person where others are no more.
    pub fn sort(&self) -> Sort {
        let [person, organization, place, other] = self.sorts;
        let most = person.max(organization).max(place).max(other);
        match most {
            _ if person == most => Sort::Person,
            _ if organization == most => Sort::Organization,
            _ if place == most => Sort::Place,
            _ => Sort::Other,
        }
    }

    /// Whether it names a person in full.
    pub fn is_full_person(&self) -> bool {
        self.words.len() > 1 && self.sort() == Sort::Person
    }

    /// The number of the first mention.
    pub fn first(&self) -> usize {
        self.mentions.first().copied().unwrap_or(usize::MAX)
    }
}

/// Groups mentions by their names, in the order of first mention.
pub fn group(mentions: &[Mention]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, mention) in mentions.iter().enumerate() {
        let same = by_key.entry(mention.name.key()).or_default();
        let agrees = |&&g: &&usize| accents_agree(&groups[g].accented, &mention.name.accented);
        let found = same.iter().find(agrees).copied();
        let found = found.or_else(|| (same.len() >= MOST_ACCENTS).then(|| same[0]));
        let g = found.unwrap_or_else(|| {
            same.push(groups.len());
            groups.push(new_group(&mention.name));
            groups.len() - 1
        });
        add(&mut groups[g], i, mention);
    }
    groups
}

fn new_group(name: &Name) -> Group {
    Group {
        words: name.words.clone(),
        accented: name.accented.clone(),
        generation: name.generation.clone(),
        acronym: name.acronym.clone(),
        ..Group::default()
    }
}

fn add(group: &mut Group, i: usize, mention: &Mention) {
    group.mentions.push(i);
    group.sorts[mention.sort as usize] += 1;
    // "Novak, Novák": what has accents says more.
    if group.accented.is_ascii() {
        group.accented.clone_from(&mention.name.accented);
    }
    if let Some(title) = &mention.name.title {
        if !group.titles.contains(title) {
            group.titles.push(title.clone());
        }
        group.genders.extend(mention.name.gender().filter(|g| !group.genders.contains(g)));
    }
}
