//! Further occurrences of names that the recogniser missed.

use std::collections::HashMap;
use std::ops::Range;

use crate::groups::{Mention, Sort};
use crate::name::Name;
use crate::words::{is_generic, is_place, is_title};

/// Longer names are not looked for.
const MOST_WORDS: usize = 6;
/// As long as names get, in bytes.
const LONGEST: usize = 120;
/// Shorter words, unless they are acronyms, are too often something else.
const FEWEST_LETTERS: usize = 4;

/// Where else the text has names of entities, exactly as they were found, and the set of each.
///
/// `taken` are the ranges of everything that the recogniser found, in order. A name that is a part of
/// a longer one ("Trump Tower") is not its own.
pub fn find(
    text: &str,
    mentions: &[Mention],
    sets: &[Option<usize>],
    taken: &[Range<usize>],
) -> Vec<(Mention, usize)> {
    let names = names(text, mentions, sets);
    if names.is_empty() {
        return Vec::new();
    }
    let words = words(text);
    let mut found = Vec::new();
    let (mut i, mut t) = (0, 0);
    while i < words.len() {
        while t < taken.len() && taken[t].end <= words[i].start {
            t += 1;
        }
        let free_to = taken.get(t).map_or(text.len(), |range| range.start);
        let hit = (i..words.len().min(i + MOST_WORDS)).rev().find_map(|last| {
            let range = words[i].start..words[last].end;
            let name =
                (range.len() <= LONGEST && range.end <= free_to).then(|| &text[range.clone()])?;
            names
                .get(name)?
                .filter(|_| alone(text, &words, i, last))
                .map(|found| (last, range, found))
        });
        let Some((last, range, (m, set))) = hit else {
            i += 1;
            continue;
        };
        let like = &mentions[m];
        let name = Name::read(text, range.clone(), like.sort == Sort::Person);
        found.push((Mention { range, source: None, name, ..like.clone() }, set));
        i = last + 1;
    }
    found
}

/// Names that are worth looking for, each with a mention that is called so, and its set. A name of
/// two sets is none's.
fn names<'t>(
    text: &'t str,
    mentions: &[Mention],
    sets: &[Option<usize>],
) -> HashMap<&'t str, Option<(usize, usize)>> {
    let mut names: HashMap<&str, Option<(usize, usize)>> = HashMap::new();
    let mut add = |name: &'t str, m: usize, set: usize| {
        let same = |found: &mut Option<(usize, usize)>| *found = found.filter(|f| f.1 == set);
        names.entry(name).and_modify(same).or_insert(Some((m, set)));
    };
    for (m, mention) in mentions.iter().enumerate() {
        let core = &text[mention.name.core.clone()];
        let one = mention.name.words.len() == 1;
        let long = core.chars().count() >= FEWEST_LETTERS || mention.name.acronym.is_some();
        if core.len() > LONGEST || !core.starts_with(char::is_uppercase) || (one && !long) {
            continue;
        }
        // A name that could be two persons' is left alone wherever it is.
        let set = sets[m].unwrap_or(usize::MAX);
        if !(one && is_generic(&mention.name.words[0])) {
            add(core, m, set);
        }
        let surname = core.rsplit(' ').next().unwrap_or_default();
        let is_surname = mention.sort == Sort::Person && !one && mention.name.generation.is_none();
        if is_surname
            && surname.starts_with(char::is_uppercase)
            && surname.chars().count() >= FEWEST_LETTERS
            && !is_place(&surname.to_lowercase())
        {
            add(surname, m, set);
        }
    }
    names.retain(|_, found| found.is_some_and(|(_, set)| set != usize::MAX));
    names
}

/// Runs of letters and digits with what joins them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside =
            c.is_alphanumeric() || c == '-' || unicode_normalization::char::is_combining_mark(c);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether no word with a capital is beside the words `first..=last`, but for a title before them.
fn alone(text: &str, words: &[Range<usize>], first: usize, last: usize) -> bool {
    let beside = |a: usize, b: usize| text.get(words[a].end..words[b].start) == Some(" ");
    let capital = |i: usize| text[words[i].clone()].starts_with(char::is_uppercase);
    let title = |i: usize| words[i].len() < 20 && is_title(&text[words[i].clone()].to_lowercase());
    let joined = text[..words[first].start].ends_with(['\'', '’', '.'])
        && text[..words[first].start]
            .trim_end_matches(['\'', '’', '.'])
            .ends_with(char::is_alphanumeric);
    let before = first > 0 && beside(first - 1, first) && capital(first - 1) && !title(first - 1);
    let after = last + 1 < words.len() && beside(last, last + 1) && capital(last + 1);
    !joined && !before && !after
}
