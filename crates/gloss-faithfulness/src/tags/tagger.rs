//! The part of each word by its form and by the words around it.

use super::function_words::{
    ADVERBS, BE, DETERMINERS, DO, HAVE, MODALS, NEGATIONS, NUMBERS, POSSESSIVES, PREPOSITIONS,
    PRONOUNS, SUBORDINATORS, is_in,
};
use super::{Tag, within};
use crate::lexicon::{Lexicon, VerbForm};
use crate::words::Word;

/// End in "ly", and are no adverbs.
const NO_ADVERBS: &str =
    "family italy july supply reply ally early only assembly bully fly anomaly monopoly rally";

/// What is known of a sentence up to a word. Kept as it is read: to look for it behind every word would
/// take time by the square of the sentence's length.
pub(super) struct Tagger<'w> {
    words: &'w [Word],
    forms: Vec<VerbForm>,
    tags: Vec<Tag>,
    /// A finite verb, or what stands for one.
    has_verb: bool,
    /// A noun in the plural right before a preposition.
    has_plural: bool,
    /// What a verb behind "and" would be: as the last verb is.
    joins: Option<Tag>,
}

impl<'w> Tagger<'w> {
    pub(super) fn new(words: &'w [Word], lexicon: &Lexicon) -> Self {
        let forms = words.iter().map(|word| lexicon.verb(&word.lower)).collect();
        let tags = Vec::with_capacity(words.len());
        Tagger { words, forms, tags, has_verb: false, has_plural: false, joins: None }
    }

    pub(super) fn tags(mut self) -> Vec<Tag> {
        for at in 0..self.words.len() {
            let tag = self.tag(at);
            self.push(tag);
        }
        self.tags
    }

    fn push(&mut self, tag: Tag) {
        match tag {
            Tag::Verb => self.joins = Some(Tag::Verb),
            Tag::NonFinite | Tag::Infinitive => self.joins = Some(Tag::NonFinite),
            Tag::Preposition if self.tags.last() == Some(&Tag::Noun) => {
                let noun = &self.words[self.tags.len() - 1];
                self.has_plural |= noun.lower.ends_with('s') && !noun.possessive;
            }
            _ => {}
        }
        self.has_verb |= matches!(tag, Tag::Verb | Tag::Copula | Tag::Auxiliary);
        self.tags.push(tag);
    }

    fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.lower)
    }

    /// The nearest word to the left that is no adverb or negation.
    fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&i| !matches!(self.tags[i], Tag::Adverb | Tag::Negation | Tag::Quote))
    }

    fn tag(&self, at: usize) -> Tag {
        let word = &self.words[at];
        if !word.is_word {
            return match word.lower.as_str() {
                "," | ";" | ":" | "–" | "—" | "(" | ")" => Tag::Comma,
                "\"" | "“" | "”" | "‘" | "’" | "'" | "«" | "»" => Tag::Quote,
                _ => Tag::Mark,
            };
        }
        let lower = word.lower.as_str();
        if word.acronym && lower.len() > 1 {
            return Tag::Noun;
        }
        if lower.starts_with(|c: char| c.is_ascii_digit()) || is_in(NUMBERS, lower) {
            return Tag::Number;
        }
        self.function(at, lower).unwrap_or_else(|| self.content(at, lower))
    }

    /// The tag of a function word.
    fn function(&self, at: usize, lower: &str) -> Option<Tag> {
        let next = self.lower(at + 1);
        let tag = match lower {
            "and" | "or" | "but" => Tag::Conjunction,
            "who" | "whom" | "which" => Tag::Relative,
            "that" => self.that(at),
            "to" if self.is_infinitive(at) => Tag::Infinitive,
            // "in May", "March" are found by what is behind: a modal verb has one behind it.
            "may" if self.words[at].capital => Tag::Noun,
            "her" if next.is_empty() || self.ends_phrase(at + 1) => Tag::Pronoun,
            "according" if next == "to" => Tag::Preposition,
            "than" if next.starts_with(|c: char| c.is_ascii_digit()) || is_in(NUMBERS, next) => {
                Tag::Adverb
            }
            "no" | "neither" => Tag::Determiner,
            _ if is_in(NEGATIONS, lower) => Tag::Negation,
            _ if is_in(POSSESSIVES, lower) => Tag::Possessive,
            _ if is_in(PRONOUNS, lower) => Tag::Pronoun,
            _ if is_in(MODALS, lower) => Tag::Auxiliary,
            _ if is_in(BE | HAVE | DO, lower) => self.helper(at),
            _ if is_in(DETERMINERS, lower) => Tag::Determiner,
            _ if is_in(SUBORDINATORS, lower) => Tag::Subordinator,
            _ if is_in(PREPOSITIONS, lower) => Tag::Preposition,
            _ if is_in(ADVERBS, lower) => Tag::Adverb,
            _ if lower.ends_with("ly")
                && lower.len() > 4
                && !within(NO_ADVERBS, lower)
                && !self.words[at].capital =>
            {
                Tag::Adverb
            }
            _ => return None,
        };
        Some(tag)
    }

    /// "to" before a verb in its base form that is not surely a noun.
    fn is_infinitive(&self, at: usize) -> bool {
        let next = if is_in(ADVERBS, self.lower(at + 1)) { at + 2 } else { at + 1 };
        let base = self.forms.get(next).is_some_and(|form| form.base);
        base && !self.words.get(next).is_some_and(|word| word.capital)
            || matches!(self.lower(next), "be" | "have" | "do" | "become")
    }

    /// "that" behind a noun and before a verb refers to it; behind a verb it begins what is said.
    fn that(&self, at: usize) -> Tag {
        let verb_next = self.forms.get(at + 1).is_some_and(|f| f.past || f.third)
            || is_in(BE | HAVE | MODALS | DO, self.lower(at + 1));
        match self.before(at).map(|i| self.tags[i]) {
            Some(Tag::Noun | Tag::Number | Tag::Comma) if verb_next => Tag::Relative,
            Some(Tag::Verb | Tag::NonFinite | Tag::Noun) => Tag::Subordinator,
            _ if verb_next => Tag::Pronoun,
            _ => Tag::Determiner,
        }
    }

    /// Whether nothing at this place goes on with a noun phrase.
    fn ends_phrase(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return true };
        let lower = word.lower.as_str();
        !word.is_word
            || is_in(PREPOSITIONS | DETERMINERS | BE | HAVE | MODALS | SUBORDINATORS, lower)
            || matches!(lower, "and" | "or" | "but" | "that")
    }

    /// Forms of be, have and do: before another verb within a few words, or alone.
    fn helper(&self, at: usize) -> Tag {
        let mut next = at + 1;
        while next < self.words.len() && next < at + 5 {
            let lower = self.lower(next);
            let skips = is_in(ADVERBS, lower)
                || is_in(NEGATIONS, lower)
                || (lower.ends_with("ly") && lower.len() > 4)
                || within("been being be have had", lower);
            if !skips {
                break;
            }
            next += 1;
        }
        let form = self.forms.get(next).copied().unwrap_or_default();
        let lower = self.lower(at);
        let is_helper = match () {
            () if is_in(BE, lower) => form.participle || form.ing,
            () if is_in(HAVE, lower) => form.participle,
            () => form.base,
        };
        let capital = self.words.get(next).is_some_and(|word| word.capital);
        let infinitive = self.words.get(at + 1).is_some_and(|w| w.is("to"));
        if (is_helper && !capital) || infinitive { Tag::Auxiliary } else { Tag::Copula }
    }

    /// A noun, or a verb where its form and its neighbours say so.
    fn content(&self, at: usize, lower: &str) -> Tag {
        let form = self.forms[at];
        let word = &self.words[at];
        if form == VerbForm::default() || word.possessive || (word.capital && at > 0) {
            return Tag::Noun;
        }
        let before = self.before(at);
        let Some(left) = before else {
            // "Warned by ...", "Citing ..." begin sentences; a base form there is a noun.
            return if form.ing || (form.participle && !form.base) {
                Tag::NonFinite
            } else {
                Tag::Noun
            };
        };
        match self.tags[left] {
            Tag::Auxiliary => Tag::NonFinite,
            Tag::Infinitive if form.base => Tag::NonFinite,
            Tag::Copula if form.participle || form.ing => Tag::NonFinite,
            Tag::Determiner | Tag::Possessive | Tag::Number if !form.past => Tag::Noun,
            Tag::Determiner | Tag::Possessive => self.after_determiner(at, form),
            Tag::Preposition if form.ing => Tag::NonFinite,
            Tag::Preposition => Tag::Noun,
            Tag::Pronoun | Tag::Relative if form.past || form.third || form.base => Tag::Verb,
            Tag::Noun | Tag::Number | Tag::Relative | Tag::Pronoun => {
                self.after_noun(at, left, form, lower)
            }
            Tag::Conjunction => self.after_conjunction(at, form),
            Tag::Comma | Tag::Subordinator if form.past => Tag::Verb,
            Tag::Comma | Tag::Subordinator if form.ing => Tag::NonFinite,
            Tag::Comma if form.third => Tag::Verb,
            Tag::Verb | Tag::NonFinite | Tag::Copula if form.ing => Tag::NonFinite,
            _ => Tag::Noun,
        }
    }

    /// "the promised release" has a participle before its noun, "those killed" has none.
    fn after_determiner(&self, at: usize, form: VerbForm) -> Tag {
        if form.past && self.ends_phrase(at + 1) && self.words[at - 1].is("those") {
            Tag::NonFinite
        } else {
            Tag::Noun
        }
    }

    fn after_noun(&self, at: usize, left: usize, form: VerbForm, lower: &str) -> Tag {
        if self.words[left].possessive {
            return Tag::Noun;
        }
        if form.ing {
            return Tag::NonFinite;
        }
        if form.past {
            return Tag::Verb;
        }
        if form.participle {
            return Tag::NonFinite;
        }
        let next = self.words.get(at + 1);
        let next_lower = next.map_or("", |w| &w.lower);
        let says = within(
            "say says claim claims warn warns report reports think thinks believe believes",
            lower,
        );
        // What stands behind a verb: a noun phrase, or what it says.
        let goes_on = next.is_some_and(|w| {
            w.capital
                || w.lower.starts_with(|c: char| c.is_ascii_digit())
                || is_in(DETERMINERS | POSSESSIVES | PRONOUNS | NEGATIONS | NUMBERS, next_lower)
                || matches!(next_lower, "to" | "from" | "whether")
                || (says && next_lower == "that")
        });
        let plural = self.lower(left).ends_with('s')
            || within("police people children men women who which", self.lower(left));
        let plural = plural || self.has_plural;
        let third = form.third && (goes_on || (!self.has_verb && self.prepositional(next_lower)));
        let base = form.base
            && plural
            && (goes_on || says || (!self.has_verb && self.prepositional(next_lower)));
        if third || base { Tag::Verb } else { Tag::Noun }
    }

    fn prepositional(&self, next: &str) -> bool {
        is_in(PREPOSITIONS, next) && next != "of"
    }

    /// A verb if there is one to join with before it.
    fn after_conjunction(&self, at: usize, form: VerbForm) -> Tag {
        if form.past {
            return Tag::Verb;
        }
        let next = self.lower(at + 1);
        let goes_on = (is_in(DETERMINERS | POSSESSIVES | PRONOUNS | PREPOSITIONS, next)
            && next != "of")
            || next == "that"
            || self.words.get(at + 1).is_some_and(|w| w.capital);
        match self.joins {
            Some(Tag::NonFinite) if (form.base || form.ing || form.participle) && goes_on => {
                Tag::NonFinite
            }
            Some(tag) if (form.third || form.base) && goes_on => tag,
            _ if form.ing || form.participle => Tag::NonFinite,
            _ => Tag::Noun,
        }
    }
}
