//! spaCy's `lemmatizer`: rules with exceptions, or a table.

mod rules;

use hashbrown::HashMap;

use crate::annotations::{Annotations, Lemma};
use crate::error::Error;
use crate::lookups::Lookups;
use crate::morphology;
use crate::symbols::{Symbol, Symbols};
use crate::tok2vec::Words;
use crate::watch::Watch;

/// The cache starts again, between documents, when it holds this many lemmas.
const MAX_LEMMAS: usize = 32_768;

/// Languages whose class in spaCy replaces the lemmatizer's rules by code of its own.
const LANGUAGES_WITH_RULES: [&str; 11] =
    ["ca", "el", "es", "ga", "ht", "it", "mk", "nl", "pl", "ru", "uk"];

/// How lemmas are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// By a table from words to lemmas.
    Lookup,
    /// By rules for endings.
    Rules,
    /// By rules, with what spaCy does differently for French.
    FrenchRules,
}

impl Method {
    /// The method with the names of the tables that it needs, or what is missing here.
    fn of(lang: &str, mode: &str) -> Result<(Self, &'static [&'static str]), Error> {
        match (mode, lang) {
            ("rule" | "lookup", _) if LANGUAGES_WITH_RULES.contains(&lang) => {
                let what = format!("spaCy's own lemmatizer of the language {lang}");
                Err(Error::unsupported("config.cfg", what))
            }
            ("lookup", _) => Ok((Self::Lookup, &["lemma_lookup"])),
            ("rule", "fr") => Ok((
                Self::FrenchRules,
                &["lemma_lookup", "lemma_rules", "lemma_exc", "lemma_index"],
            )),
            ("rule", _) => Ok((Self::Rules, &["lemma_rules"])),
            _ => {
                let what = format!("a lemmatizer of the mode {mode}");
                Err(Error::unsupported("config.cfg", what))
            }
        }
    }
}

/// The lemmatizer; immutable.
#[derive(Debug)]
pub(crate) struct Lemmatizer {
    method: Method,
    lookups: Lookups,
    overwrite: bool,
    /// Of English: what morphological features say about a form being the base form, by symbol.
    base_forms: Vec<BaseForm>,
    noun: Symbol,
    verb: Symbol,
}

/// For which parts of speech features mean a base form.
#[derive(Clone, Copy, Debug, Default)]
struct BaseForm {
    any: bool,
    noun: bool,
    verb: bool,
}

/// Remembers lemmas: bounded, owned by one thread, without effect on results.
#[derive(Debug, Default)]
pub(crate) struct LemmaCache {
    positions: HashMap<Box<[u8]>, u32>,
    lemmas: Vec<Box<str>>,
    key: Vec<u8>,
}

impl LemmaCache {
    /// Begins a document.
    pub(crate) fn start(&mut self) {
        if self.lemmas.len() > MAX_LEMMAS {
            *self = Self::default();
        }
    }

    pub(crate) fn get(&self, position: u32) -> &str {
        &self.lemmas[position as usize]
    }
}

impl Lemmatizer {
    /// Refuses by name what is not supported.
    pub(crate) fn check(lang: &str, mode: &str) -> Result<(), Error> {
        Method::of(lang, mode).map(|_| ())
    }

    /// The mode, and whether lemmas are overwritten, are those of config.cfg; `file` is the lookups'.
    pub(crate) fn new(
        lang: &str,
        mode: &str,
        overwrite: bool,
        lookups: Lookups,
        symbols: &mut Symbols,
        file: &str,
    ) -> Result<Self, Error> {
        let (method, required) = Method::of(lang, mode)?;
        for table in required {
            if !lookups.tables.iter().any(|name| name == table) {
                return Err(Error::invalid(file, table, "the table is missing"));
            }
        }
        let (noun, verb) = (symbols.add("NOUN"), symbols.add("VERB"));
        Ok(Self { method, lookups, overwrite, base_forms: Vec::new(), noun, verb })
    }

    /// To be called when all symbols are known.
    pub(crate) fn finish(&mut self, lang: &str, symbols: &Symbols) {
        if lang == "en" && self.method == Method::Rules {
            self.base_forms = symbols.names().map(BaseForm::of).collect();
        }
    }

    /// Sets the lemmas that are not set yet.
    pub(crate) fn apply(
        &self,
        words: &Words<'_>,
        symbols: &Symbols,
        annotations: &mut Annotations,
        cache: &mut LemmaCache,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let Annotations { pos, morph, lemma, .. } = annotations;
        for (at, token) in words.tokens.iter().enumerate() {
            watch.check_at(at)?;
            if lemma[at] != Lemma::None && !self.overwrite {
                continue;
            }
            let (word, pos) = (words.word(token), pos[at]);
            let base = self.is_base(pos, morph[at]);
            cache.key.clear();
            cache.key.extend_from_slice(&(pos.index() as u32).to_le_bytes());
            cache.key.push(u8::from(base));
            cache.key.extend_from_slice(word.as_bytes());
            let position = match cache.positions.get(cache.key.as_slice()) {
                Some(&position) => position,
                None => {
                    let position = cache.lemmas.len() as u32;
                    cache.lemmas.push(self.lemma(word, symbols.name(pos), base).into());
                    cache.positions.insert(cache.key.as_slice().into(), position);
                    position
                }
            };
            lemma[at] = Lemma::Cached(position);
        }
        Ok(())
    }

    fn is_base(&self, pos: Symbol, morph: Symbol) -> bool {
        let base = self.base_forms.get(morph.index()).copied().unwrap_or_default();
        base.any || (base.noun && pos == self.noun) || (base.verb && pos == self.verb)
    }
}

impl BaseForm {
    /// spaCy's rules for English.
    fn of(features: &str) -> Self {
        let is = |field, value| morphology::value(features, field) == Some(value);
        Self {
            any: is("VerbForm", "Inf") || is("VerbForm", "None") || is("Degree", "Pos"),
            noun: is("Number", "Sing"),
            verb: is("VerbForm", "Fin")
                && is("Tense", "Pres")
                && morphology::value(features, "Number").is_none(),
        }
    }
}

#[cfg(test)]
mod tests;
