//! Forms of verbs, and the nouns of what they tell.

use super::{LONGEST, Lexicon, lines};

const VERBS: &str = include_str!("../../data/verbs.txt");

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

impl Lexicon {
    pub(super) fn read_verbs(&mut self) {
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
    pub(super) fn base_of(&self, stem: &str) -> Option<&'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
