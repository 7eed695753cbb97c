//! Names, and whether two of them mean the same.

use std::collections::HashSet;
use std::ops::Range;

use crate::tags::{is_function, within};
use crate::words::Word;

const TITLES: &str = "mr mrs ms dr sir dame lord lady president minister mayor judge senator general captain colonel professor chancellor prime king queen pope chief director chairman officer secretary governor judge ambassador deputy bishop";
const PARTICLES: &str = "de van der den von la le del della di da dos du bin ibn al el y";
/// Nouns behind which "of" goes on with the name.
const OF_NAMES: &str = "museum university bank ministry house court gulf bay sea isle isles republic kingdom city university institute college church order church council department department board";
const CALENDAR: &str = "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december";

/// A name: words in a row, without titles and articles.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Positions of its words in the sentence.
    pub words: Range<usize>,
    /// Its words, folded.
    pub parts: Vec<String>,
    /// Their roots, where peoples and countries are one.
    pub terms: Vec<String>,
    /// The entity that another stage has found it to be.
    pub entity: Option<i64>,
}

/// Which words of a document stand in it with a capital or without within sentences.
#[derive(Debug, Default)]
pub struct Casing {
    lower: HashSet<String>,
    capital: HashSet<String>,
}

impl Casing {
    /// Takes a sentence into account.
    pub fn see(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.is_word) {
            if !word.capital {
                self.lower.insert(word.lower.clone());
            } else if at > 0 && words[at - 1].is_word {
                self.capital.insert(word.lower.clone());
            }
        }
    }

    /// Whether a word is one of a name, where the sentence's first word is at `first`.
    fn is_name(&self, words: &[Word], first: usize, at: usize) -> bool {
        let word = &words[at];
        if !word.capital || within(CALENDAR, &word.lower) {
            return false;
        }
        if at > first {
            return !is_function(word) || word.acronym;
        }
        let next = words.get(at + 1).is_some_and(|w| w.capital || w.possessive);
        let known = self.capital.contains(&word.lower);
        word.acronym
            || (known && !is_function(word))
            || (!is_function(word)
                && !self.lower.contains(&word.lower)
                && (next || word.possessive))
    }
}

/// The names of a sentence.
pub fn names(words: &[Word], casing: &Casing) -> Vec<Name> {
    let first = words.iter().position(|word| word.is_word).unwrap_or(words.len());
    let is_name = |at: usize| at < words.len() && casing.is_name(words, first, at);
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !is_name(at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while let Some(next) = goes_on(words, at, end, &is_name) {
            end = next;
        }
        let start = (at..end).find(|&i| !within(TITLES, &words[i].lower)).unwrap_or(at);
        names.push(name(words, start..end));
        at = end;
    }
    names
}

/// Where a name that has come up to `end` goes on to.
fn goes_on(
    words: &[Word],
    start: usize,
    end: usize,
    is_name: &dyn Fn(usize) -> bool,
) -> Option<usize> {
    let last = &words[end - 1];
    if last.possessive {
        return None;
    }
    if is_name(end) {
        return Some(end + 1);
    }
    let word = words.get(end)?;
    let hyphen = word.is("-") && word.range.start == last.range.end;
    let ampersand = word.is("&");
    let particle = within(PARTICLES, &word.lower);
    let of = word.is("of") && words[start..end].iter().any(|w| within(OF_NAMES, &w.lower));
    let numbered =
        words.get(end + 1).is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()));
    if hyphen && numbered {
        return Some(end + 2);
    }
    if (hyphen || ampersand || particle || of) && is_name(end + 1) {
        return Some(end + 2);
    }
    (particle
        && words.get(end + 1).is_some_and(|w| within(PARTICLES, &w.lower))
        && is_name(end + 2))
    .then_some(end + 3)
}

/// A name of these words.
pub fn name(words: &[Word], range: Range<usize>) -> Name {
    let said = || words[range.clone()].iter().filter(|w| w.is_word);
    let mut parts: Vec<String> = said().map(|w| w.lower.clone()).collect();
    let mut terms: Vec<String> = said().map(|w| w.term.clone()).collect();
    let whole = match parts.join(" ").as_str() {
        "united states" | "united states of america" => Some("america"),
        "united kingdom" | "great britain" => Some("britain"),
        "european union" => Some("europ"),
        "united arab emirates" => Some("uae"),
        _ => None,
    };
    if let Some(whole) = whole {
        parts = vec![whole.to_owned()];
        terms = vec![whole.to_owned()];
    }
    Name { words: range, parts, terms, entity: None }
}

impl Name {
    /// Whether this may be another way to say what `other` says: a surname, an acronym, a people of
    /// a country, or the same.
    pub fn is_alias(&self, other: &Name) -> bool {
        if let (Some(a), Some(b)) = (self.entity, other.entity) {
            return a == b;
        }
        self.terms == other.terms
            || self.is_part_of(other)
            || other.is_part_of(self)
            || self.is_acronym_of(other)
            || other.is_acronym_of(self)
            || self.is_people_of(other)
    }

    fn is_part_of(&self, whole: &Name) -> bool {
        let mut rest = whole.terms.iter();
        self.terms.len() < whole.terms.len()
            && self.terms.iter().all(|term| rest.any(|other| alike(term, other)))
    }

    fn is_acronym_of(&self, whole: &Name) -> bool {
        let [acronym] = self.parts.as_slice() else { return false };
        let initials = |skip: &str| -> String {
            let parts = whole.parts.iter().filter(|part| !within(skip, part));
            parts.filter_map(|part| part.chars().next()).collect()
        };
        (2..=6).contains(&acronym.len())
            && whole.parts.len() > 1
            && (initials("") == *acronym || initials("of the and for de &") == *acronym)
    }

    /// "Karanian" and "Karania", where no list has them.
    fn is_people_of(&self, other: &Name) -> bool {
        let ([a], [b]) = (self.parts.as_slice(), other.parts.as_slice()) else { return false };
        alike(a, b)
    }
}

/// Whether one word is the other with the ending of a people.
fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short == long {
        return true;
    }
    let root = short.trim_end_matches(['a', 'e', 'i', 'o', 'y']);
    root.len() >= 4
        && long.strip_prefix(root).is_some_and(|end| {
            matches!(
                end,
                "an" | "ian" | "ean" | "ese" | "ish" | "i" | "ans" | "ians" | "er" | "ers" | "n"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::words::words;

    fn found(text: &str) -> Vec<Name> {
        let words = words(text, 0..text.len(), Lexicon::english());
        let mut casing = Casing::default();
        casing.see(&words);
        names(&words, &casing)
    }

    #[test]
    fn names_are_found_without_titles() {
        let check = |text: &str, expected: &str| {
            let names = found(text);
            let shown: Vec<String> = names.iter().map(|name| name.parts.join(" ")).collect();
            assert_eq!(shown.join(", "), expected, "{text}");
        };
        check("The mayor, Ann Lee-Scott, met President Ruiz on Friday.", "ann lee scott, ruiz");
        check("She saw the Museum of Fine Arts in Ghent.", "museum of fine arts, ghent");
        check("Residents of Bas de Wit's town left.", "bas de wit");
        check("\"The Mayor Lee left\"", "lee");
        check("BRX and the United States signed.", "brx, america");
    }

    #[test]
    fn aliases() {
        let check = |a: &str, b: &str, expected: bool| {
            let name = |text: &str| found(&format!("It is {text}")).remove(0);
            assert_eq!(name(a).is_alias(&name(b)), expected, "{a} {b}");
        };
        check("Laura Benitez", "Benitez", true);
        check("World Health Organization", "WHO", true);
        check("Karanian", "Karania", true);
        check("Dutch", "Netherlands", true);
        check("US", "American", true);
        check("Eva Lang", "Karl Reiter", false);
        check("Ines Dorre", "Anselm Dorre", false);
        check("Nicolás Ruiz", "Nicolas Ruiz", true);
    }
}
