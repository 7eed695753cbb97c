//! Names of persons: which full names are one person, and whom a short one means.

use std::collections::HashMap;

use crate::groups::{Group, Mention};
use crate::link::Clusters;
use crate::words::gender;

/// Where more full names than this share first letter and surname, they are not compared.
const MOST_NAMESAKES: usize = 64;

/// Full names by their words.
#[derive(Debug, Default)]
pub struct Persons {
    by_last: HashMap<String, Vec<usize>>,
    by_inner: HashMap<String, Vec<usize>>,
    by_first: HashMap<String, Vec<usize>>,
    by_end: HashMap<String, Vec<usize>>,
}

/// What a short name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    Nobody,
    /// A cluster.
    One(usize),
    /// Groups of several clusters: not to be told.
    Several(Vec<usize>),
}

impl Persons {
    /// Joins full names that are one person's, and indexes all.
    pub fn new(groups: &[Group], clusters: &mut Clusters) -> Persons {
        let full: Vec<usize> = (0..groups.len()).filter(|&g| groups[g].is_full_person()).collect();
        join_beginnings(groups, &full, clusters);
        join_middles(groups, &full, clusters);
        let mut persons = Persons::default();
        for &g in &full {
            let words = &groups[g].words;
            let last = words.len() - 1;
            let with_generation =
                groups[g].generation.as_ref().map(|jr| format!("{}, {jr}", words[last]));
            for key in with_generation.into_iter().chain([words[last].clone()]) {
                persons.by_last.entry(key).or_default().push(g);
            }
            persons.by_first.entry(words[0].clone()).or_default().push(g);
            for word in &words[1..last] {
                persons.by_inner.entry(word.clone()).or_default().push(g);
            }
            for from in 1..last {
                persons.by_end.entry(words[from..].join(" ")).or_default().push(g);
            }
        }
        persons
    }

    /// Whom one word means: by surname, else (where it was tagged as a person) by an inner name, as
    /// the first of two surnames is, else by the first name, which is the surname in Chinese.
    pub fn one_word(&self, key: &str, tagged: bool, clusters: &mut Clusters) -> Meaning {
        let indexes = [
            Some(&self.by_last),
            tagged.then_some(&self.by_inner),
            tagged.then_some(&self.by_first),
        ];
        for index in indexes.into_iter().flatten() {
            let meaning = distinct(index.get(key), clusters);
            if meaning != Meaning::Nobody {
                return meaning;
            }
        }
        Meaning::Nobody
    }

    /// Whom the end of a full name means: "van der Reijden".
    pub fn end(&self, key: &str, clusters: &mut Clusters) -> Meaning {
        distinct(self.by_end.get(key), clusters)
    }
}

fn distinct(found: Option<&Vec<usize>>, clusters: &mut Clusters) -> Meaning {
    let mut roots: Vec<usize> = Vec::new();
    // Two are as many as are needed to say "several"; a few more serve titles.
    for &g in found.into_iter().flatten().take(MOST_NAMESAKES) {
        let root = clusters.find(g);
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    match (roots.as_slice(), found) {
        ([one], _) => Meaning::One(*one),
        ([_, _, ..], Some(found)) => {
            Meaning::Several(found.iter().take(MOST_NAMESAKES).copied().collect())
        }
        _ => Meaning::Nobody,
    }
}

/// "Edmundo González Urrutia" and, later, "Edmundo González" are one; the other way round, what is
/// longer is somebody new: "Nicolás Maduro", then "Nicolas Maduro Guerra". So with "Jr.".
fn join_beginnings(groups: &[Group], full: &[usize], clusters: &mut Clusters) {
    let key = |words: &[String], generation: Option<&str>| {
        format!("{}, {}", words.join(" "), generation.unwrap_or_default())
    };
    let mut longer: HashMap<String, Vec<usize>> = HashMap::new();
    for &g in full {
        let (words, generation) = (&groups[g].words, groups[g].generation.as_deref());
        for end in 2..words.len() {
            longer.entry(key(&words[..end], generation)).or_default().push(g);
        }
        if generation.is_some() {
            longer.entry(key(words, None)).or_default().push(g);
        }
    }
    for &g in full {
        let found = longer.get(&key(&groups[g].words, groups[g].generation.as_deref()));
        let earlier = found.into_iter().flatten().take(MOST_NAMESAKES);
        let all: Vec<usize> = earlier.copied().collect();
        if let [one] = all[..]
            && groups[one].first() < groups[g].first()
        {
            clusters.join(g, one);
        }
    }
}

/// "George W. Bush" and "George Bush", "J. K. Rowling" and "Joanne Rowling": joined where only one
/// person fits.
fn join_middles(groups: &[Group], full: &[usize], clusters: &mut Clusters) {
    let mut namesakes: HashMap<(char, &str, Option<&str>), Vec<usize>> = HashMap::new();
    for &g in full {
        let words = &groups[g].words;
        let initial = words[0].chars().next().unwrap_or(' ');
        let last = words[words.len() - 1].as_str();
        namesakes.entry((initial, last, groups[g].generation.as_deref())).or_default().push(g);
    }
    for mut names in namesakes.into_values() {
        if names.len() < 2 || names.len() > MOST_NAMESAKES {
            continue;
        }
        let letters = |&g: &usize| groups[g].words.iter().map(String::len).sum::<usize>();
        // What says most comes first, so that shorter ones find all that they could mean.
        names.sort_by_key(|g| (std::cmp::Reverse((groups[*g].words.len(), letters(g))), *g));
        let mut persons: Vec<Vec<usize>> = Vec::new();
        for g in names {
            let fits = |person: &&mut Vec<usize>| {
                person.iter().all(|&p| compatible(&groups[p].words, &groups[g].words))
            };
            let mut fitting: Vec<&mut Vec<usize>> = persons.iter_mut().filter(fits).collect();
            match fitting.as_mut_slice() {
                [person] => {
                    clusters.join(g, person[0]);
                    person.push(g);
                }
                _ => persons.push(vec![g]),
            }
        }
    }
}

/// Whether two full names with one surname may be one person's: first names are equal or one is the
/// other's initial, and so are those middle names that both have.
fn compatible(a: &[String], b: &[String]) -> bool {
    let (a, b) = (&a[..a.len() - 1], &b[..b.len() - 1]);
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    let same = |x: &String, y: &String| x == y || initial(x, y) || initial(y, x);
    let both = a.len().min(b.len());
    same(&a[0], &b[0]) && a[..both].iter().zip(&b[..both]).all(|(x, y)| same(x, y))
}

/// Of several persons the one whom the title of this mention tells: one whose full name had it, or the
/// only one whom it does not contradict.
pub fn by_title(
    several: &[usize],
    mention: &Mention,
    groups: &[Group],
    clusters: &mut Clusters,
) -> Option<usize> {
    let title = mention.name.title.as_deref()?;
    let known = gender(title);
    let (mut with, mut against, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for &g in several {
        let root = clusters.find(g);
        all.push(root);
        if groups[g].titles.iter().any(|t| t == title) {
            with.push(root);
        }
        if known.is_some_and(|known| groups[g].genders.iter().any(|&gender| gender != known)) {
            against.push(root);
        }
    }
    all.retain(|root| !against.contains(root));
    [with, all].into_iter().find_map(|mut roots| {
        roots.sort_unstable();
        roots.dedup();
        if let [one] = roots[..] { Some(one) } else { None }
    })
}
