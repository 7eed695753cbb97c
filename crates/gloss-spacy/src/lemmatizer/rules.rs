//! The lemma of one word.

use super::{Lemmatizer, Method};
use crate::characters::{is_alpha, lowered};
use crate::lookups::PosTables;
use crate::strings::id;

/// Parts of speech to which French applies rules; the others are looked up.
const FRENCH: [&str; 11] =
    ["noun", "verb", "adj", "adp", "adv", "aux", "cconj", "det", "pron", "punct", "sconj"];

impl Lemmatizer {
    /// The lemma of a word with this part of speech; `base` says that its features are a base form's.
    pub(super) fn lemma(&self, word: &str, pos: &str, base: bool) -> String {
        if self.method == Method::Lookup {
            return self.look_up(word);
        }
        let pos = lowered(pos);
        if matches!(pos.as_str(), "" | "eol" | "space") || base {
            return lowered(word);
        }
        let tables = self.lookups.pos(id(&pos));
        if self.method == Method::FrenchRules {
            if !FRENCH.contains(&pos.as_str()) {
                return self.look_up(word);
            }
            return self.french(&lowered(word), tables.unwrap_or(&PosTables::default()));
        }
        match tables.filter(|tables| !tables.is_empty()) {
            Some(tables) => self.by_rules(word, tables),
            None if pos == "propn" => word.to_owned(),
            None => lowered(word),
        }
    }

    fn look_up(&self, word: &str) -> String {
        self.lookups.lookup(id(word)).unwrap_or(word).to_owned()
    }

    /// The first of spaCy's list of forms: the last irregular form that no rule gives, else the last
    /// known base form that a rule gives, else the first of the other forms.
    fn by_rules(&self, word: &str, tables: &PosTables) -> String {
        let lower = lowered(word);
        let (mut forms, mut unknown): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for form in self.rewritten(&lower, tables) {
            if self.lookups.is_base(tables, &form) {
                forms.insert(0, form);
            } else if !is_word(&form) {
                forms.push(form);
            } else {
                unknown.push(form);
            }
        }
        for form in self.lookups.exceptions(tables, &lower) {
            if !forms.iter().any(|known| known == form) {
                forms.insert(0, form.to_owned());
            }
        }
        let first = forms.into_iter().next().or_else(|| unknown.into_iter().next());
        first.unwrap_or_else(|| word.to_owned())
    }

    fn french(&self, lower: &str, tables: &PosTables) -> String {
        if self.lookups.is_base(tables, lower) {
            return lower.to_owned();
        }
        if let Some(form) = self.lookups.exceptions(tables, lower).next() {
            return form.to_owned();
        }
        let mut unknown = None;
        for form in self.rewritten(lower, tables) {
            if self.lookups.is_base(tables, &form) || !is_word(&form) {
                return form;
            }
            unknown.get_or_insert(form);
        }
        unknown.unwrap_or_else(|| self.look_up(lower))
    }

    /// The forms that the rules make of a word, in order, without empty ones.
    fn rewritten(&self, lower: &str, tables: &PosTables) -> impl Iterator<Item = String> {
        tables.rules.iter().filter_map(move |&(old, new)| {
            let stem = lower.strip_suffix(self.lookups.text(old))?;
            Some(format!("{stem}{}", self.lookups.text(new))).filter(|form| !form.is_empty())
        })
    }
}

/// Python's `str.isalpha`.
fn is_word(form: &str) -> bool {
    form.chars().all(is_alpha)
}
