//! What is known of words: roots, synonyms, opposites, and the forms of verbs.

mod verbs;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};

pub use verbs::VerbForm;

const FAMILIES: &str = include_str!("../data/families.txt");
const SYNONYMS: &str = include_str!("../data/synonyms.txt");
const PHRASAL: &str = include_str!("../data/phrasal.txt");
const ANTONYMS: &str = include_str!("../data/antonyms.txt");

/// Words longer than this are no words of English, and are left as they are.
const LONGEST: usize = 40;

/// The tables, built once.
pub struct Lexicon {
    stemmer: Stemmer,
    bases: HashSet<&'static str>,
    irregular: HashMap<&'static str, (&'static str, VerbForm)>,
    families: HashMap<String, String>,
    events: HashSet<String>,
    synonyms: HashMap<String, Vec<u16>>,
    opposites: HashMap<String, Vec<(u16, bool)>>,
    phrasal: HashMap<(String, &'static str), String>,
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

impl Lexicon {
    /// The tables for English.
    pub fn english() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| Lexicon::build(SYNONYMS))
    }

    /// The same without synonyms, to see what they are worth.
    #[cfg(test)]
    pub fn without_synonyms() -> Lexicon {
        Lexicon::build("")
    }

    fn build(synonym_lines: &'static str) -> Lexicon {
        let mut lexicon = Lexicon {
            stemmer: Stemmer::create(Algorithm::English),
            bases: HashSet::new(),
            irregular: HashMap::new(),
            families: HashMap::new(),
            events: HashSet::new(),
            synonyms: HashMap::new(),
            opposites: HashMap::new(),
            phrasal: HashMap::new(),
        };
        lexicon.read_verbs();
        lexicon.read_families();
        let mut synonyms: HashMap<String, Vec<u16>> = HashMap::new();
        for (group, line) in (0_u16..).zip(lines(synonym_lines)) {
            for word in line.split_ascii_whitespace() {
                synonyms.entry(lexicon.term(word)).or_default().push(group);
            }
        }
        let mut opposites: HashMap<String, Vec<(u16, bool)>> = HashMap::new();
        for (pair, line) in (0_u16..).zip(lines(ANTONYMS)) {
            for (side, words) in line.split('|').enumerate() {
                for word in words.split_ascii_whitespace() {
                    opposites.entry(lexicon.term(word)).or_default().push((pair, side == 1));
                }
            }
        }
        let mut phrasal = HashMap::new();
        for line in lines(PHRASAL) {
            if let [verb, particle, meaning] = line.split_ascii_whitespace().collect::<Vec<_>>()[..]
            {
                phrasal.insert((lexicon.term(verb), particle), lexicon.term(meaning));
            }
        }
        Lexicon { synonyms, opposites, phrasal, ..lexicon }
    }

    fn read_families(&mut self) {
        for line in lines(FAMILIES) {
            let mut words = line.split_ascii_whitespace();
            let Some(first) = words.next() else { continue };
            let name = self.stem(first);
            for word in words {
                let stem = self.stem(word);
                if self.bases.contains(first) && !self.bases.contains(word) {
                    self.events.insert(word.to_owned());
                }
                if stem != name {
                    self.families.entry(stem).or_insert_with(|| name.clone());
                }
            }
        }
    }

    fn stem(&self, word: &str) -> String {
        self.stemmer.stem(word).into_owned()
    }

    /// The root that forms and derivations of a word share, for a word in lower case: "detention"
    /// and "detained" are both "detain".
    pub fn term(&self, lower: &str) -> String {
        if lower.len() > LONGEST {
            return lower.to_owned();
        }
        let irregular = self.irregular.get(lower).map(|(base, _)| *base);
        // Stemming leaves "freed" and "agreed" as they are.
        let regular = || lower.strip_suffix("ed").and_then(|stem| self.base_of(stem));
        let stem = self.stem(irregular.or_else(regular).unwrap_or(lower));
        self.families.get(&stem).cloned().unwrap_or(stem)
    }

    /// What a verb means together with a particle: "rule" with "out" is "reject".
    pub fn phrasal(&self, term: &str, particle: &'static str) -> Option<&str> {
        self.phrasal.get(&(term.to_owned(), particle)).map(String::as_str)
    }

    /// Whether two terms are used for one another.
    pub fn synonyms(&self, a: &str, b: &str) -> bool {
        let (Some(a), Some(b)) = (self.synonyms.get(a), self.synonyms.get(b)) else {
            return false;
        };
        a.iter().any(|group| b.contains(group))
    }

    /// The groups of synonyms of a term.
    pub fn groups(&self, term: &str) -> &[u16] {
        self.synonyms.get(term).map_or(&[], Vec::as_slice)
    }

    /// Whether one term says what the other denies.
    pub fn opposites(&self, a: &str, b: &str) -> bool {
        let (Some(a), Some(b)) = (self.opposites.get(a), self.opposites.get(b)) else {
            return false;
        };
        a.iter().any(|(pair, side)| b.contains(&(*pair, !side)))
    }

    /// The terms that say the opposite.
    pub fn denied_by(&self, term: &str) -> Vec<&str> {
        if !self.opposites.contains_key(term) {
            return Vec::new();
        }
        let terms = self.opposites.keys().map(String::as_str);
        let mut terms: Vec<&str> = terms.filter(|other| self.opposites(term, other)).collect();
        terms.sort_unstable();
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_root_have_one_term() {
        let lexicon = Lexicon::english();
        for group in [
            "detain detained detention detentions",
            "sell sold sale sales",
            "portugal portuguese",
            "critic criticised criticism",
            "closure closed closing closes",
            "buy bought buying",
            "resign resignation resigned",
        ] {
            let mut terms: Vec<String> = group.split(' ').map(|w| lexicon.term(w)).collect();
            terms.dedup();
            assert_eq!(terms.len(), 1, "{group}: {terms:?}");
        }
        assert_ne!(lexicon.term("embassy"), lexicon.term("ambassador"));
    }

    #[test]
    fn what_is_alike_and_what_is_not() {
        let lexicon = Lexicon::english();
        let term = |word: &str| lexicon.term(word);
        assert!(lexicon.synonyms(&term("freed"), &term("release")));
        assert!(!lexicon.synonyms(&term("freed"), &term("arrest")));
        assert!(lexicon.opposites(&term("rejected"), &term("approval")));
        assert!(!lexicon.opposites(&term("rejected"), &term("opposed")));
        assert!(lexicon.is_event("detention") && lexicon.is_event("sales"));
        assert!(!lexicon.is_event("minister"));
    }
}
