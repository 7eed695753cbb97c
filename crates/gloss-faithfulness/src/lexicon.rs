//! What is known of words: roots, synonyms, opposites, and the forms of verbs.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};

const VERBS: &str = include_str!("../data/verbs.txt");
const FAMILIES: &str = include_str!("../data/families.txt");
const SYNONYMS: &str = include_str!("../data/synonyms.txt");
const PHRASAL: &str = include_str!("../data/phrasal.txt");
const ANTONYMS: &str = include_str!("../data/antonyms.txt");

/// Words longer than this are no words of English, and are left as they are.
const LONGEST: usize = 40;

/// What a word may be as a form of a verb; several at once: "cut".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerbForm {
    /// "release", also with "to" and modals.
    pub base: bool,
    /// "releases".
    pub third: bool,
    /// "released", "took".
    pub past: bool,
    /// "released", "taken".
    pub participle: bool,
    /// "releasing".
    pub ing: bool,
}

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

    fn read_verbs(&mut self) {
        for line in lines(VERBS) {
            if !line.contains(';') && line.split_ascii_whitespace().count() != 3 {
                self.bases.extend(line.split_ascii_whitespace());
                continue;
            }
            for verb in line.split(';') {
                let mut forms = verb.split_ascii_whitespace();
                let Some(base) = forms.next() else { continue };
                self.bases.insert(base);
                for (participle, form) in forms.enumerate() {
                    let entry = self.irregular.entry(form).or_insert((base, VerbForm::default()));
                    entry.1.past |= participle == 0;
                    entry.1.participle |= participle == 1;
                }
            }
        }
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

    /// Whether a noun, in lower case, is the event of a verb: "detention".
    pub fn is_event(&self, lower: &str) -> bool {
        let singular = lower.strip_suffix('s').unwrap_or(lower);
        let of_verb = |ending: &str| {
            let root = singular.strip_suffix(ending).filter(|root| root.len() > 2);
            root.is_some_and(|root| self.base_of(root).is_some())
        };
        self.events.contains(lower)
            || self.events.contains(singular)
            || ["ation", "ition", "ion", "ment", "ance", "al"].into_iter().any(of_verb)
    }

    /// What a word, in lower case, may be as a form of a verb.
    pub fn verb(&self, lower: &str) -> VerbForm {
        let mut form = self.irregular.get(lower).map_or(VerbForm::default(), |(_, form)| *form);
        if lower.len() < 2 || lower.len() > LONGEST {
            return form;
        }
        form.base = self.bases.contains(lower);
        let known = |stem: &str| self.base_of(stem).is_some();
        if let Some(stem) = lower.strip_suffix('s') {
            let sibilant = lower.strip_suffix("es").is_some_and(|stem| self.bases.contains(stem));
            let y = lower
                .strip_suffix("ies")
                .is_some_and(|stem| self.bases.contains(format!("{stem}y").as_str()));
            form.third = self.bases.contains(stem) || sibilant || y;
        }
        if let Some(stem) = lower.strip_suffix("ed")
            && (known(stem) || (stem.len() > 2 && !NO_PAST.contains(&lower)))
        {
            form.past = true;
            form.participle = true;
        }
        if let Some(stem) = lower.strip_suffix("ing") {
            form.ing = known(stem);
        }
        form
    }

    /// The verb that what stands before "ed" or "ing" belongs to: "plan" of "plann", "decide" of "decid".
    fn base_of(&self, stem: &str) -> Option<&'static str> {
        let known = |word: &str| self.bases.get(word).copied();
        let y = || known(&format!("{}y", stem.strip_suffix('i')?));
        let doubled = || {
            let mut letters = stem.chars().rev();
            let last = letters.next()?;
            if letters.next() == Some(last) { known(stem.strip_suffix(last)?) } else { None }
        };
        known(stem).or_else(|| known(&format!("{stem}e"))).or_else(y).or_else(doubled)
    }
}

/// End in "ed", and are no verbs.
const NO_PAST: [&str; 14] = [
    "hundred",
    "sacred",
    "hatred",
    "kindred",
    "naked",
    "wicked",
    "indeed",
    "speed",
    "breed",
    "creed",
    "greed",
    "unprecedented",
    "talented",
    "untreated",
];

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
    fn forms_of_verbs() {
        let lexicon = Lexicon::english();
        let check = |word: &str, expected: &str| {
            let VerbForm { base, third, past, participle, ing } = lexicon.verb(word);
            let names = ["base", "third", "past", "participle", "ing"];
            let found: Vec<&str> = [base, third, past, participle, ing]
                .iter()
                .zip(names)
                .filter_map(|(is, name)| is.then_some(name))
                .collect();
            assert_eq!(found.join(" "), expected, "{word}");
        };
        check("cut", "base past participle");
        check("took", "past");
        check("taken", "participle");
        check("planned", "past participle");
        check("denies", "third");
        check("pushes", "third");
        check("closing", "ing");
        check("evening", "");
        check("hundred", "");
        check("ministry", "");
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
