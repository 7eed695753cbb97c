//! How much of what a clause says a window of the source carries, weighted by rarity.

use std::collections::HashSet;
use std::ops::Range;

use super::{Checker, refers_back};
use crate::analysis::{Part, Sentence};
use crate::clauses::Clause;
use crate::lexicon::VerbForm;
use crate::names::Name;
use crate::numbers::Number;
use crate::tags::{Tag, within};

/// What a synonym counts, where the word itself counts 1.
const SYNONYM: f64 = 0.9;
/// The weight of words that the document does not have, which a paraphrase brings along: verbs, others.
const NEW_VERB: f64 = 0.35;
const NEW_WORD: f64 = 0.7;
/// What a word that the source has in another place weighs more: it tells of something else.
const ELSEWHERE: f64 = 1.5;
/// The same for the verb of a clause, and for who does it and to whom it is done.
const CORE_ELSEWHERE: f64 = 2.2;
/// Verbs that say little by themselves: "gave way", "took part".
const LIGHT: &str = "give take make get go come put keep becom bring hold have do";
const LIGHT_VERB: f64 = 0.3;
/// Verbs of saying are in every document.
const SAYING: f64 = 0.25;

/// What a word can be a synonym as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verbal {
    Verb,
    /// A noun that may also be a verb, or is made of one.
    Event,
    Thing,
}

impl Verbal {
    /// Followers are not what follows.
    fn agrees(self, other: Verbal) -> bool {
        self == Verbal::Event || other == Verbal::Event || self == other
    }
}

/// Something that a clause says.
pub(super) struct Item<'s> {
    pub(super) part: Part,
    /// Position of the word, or of the first.
    pub(super) word: usize,
    pub(super) weight: f64,
    /// A verb, or the head of what fills one of its roles.
    is_core: bool,
    /// Terms of the source that say the same.
    alike: Vec<&'s str>,
    /// Of a name, what the source knows of it.
    known: Known<'s>,
}

/// What a source knows of a name. Found once: it is asked at every place where a clause may be carried.
#[derive(Default)]
struct Known<'s> {
    /// Some sentence has the name, or one that may mean the same.
    is_named: bool,
    /// What it is introduced as, in roots of nouns.
    sorts: HashSet<&'s str>,
}

impl<'s> Checker<'s> {
    pub(super) fn items(&self, sentence: &Sentence, clause: &Clause) -> Vec<Item<'s>> {
        let mut items: Vec<Item<'s>> = Vec::new();
        for word in clause.words.clone() {
            let part = sentence.parts[word];
            let repeats = !matches!(part, Part::Content)
                && items.last().is_some_and(|last| last.part == part);
            if matches!(part, Part::Function) || repeats {
                continue;
            }
            let alike = self.alike(sentence, word);
            let is_core = sentence.frames.iter().any(|frame| {
                frame.verb == word
                    || [&frame.agent, &frame.patient].into_iter().flatten().any(|f| f.head == word)
            });
            let known = match part {
                Part::Name(name) => self.known(&sentence.names[name]),
                _ => Known::default(),
            };
            let weight = self.weight(sentence, word);
            items.push(Item { part, word, weight, is_core, alike, known });
        }
        items
    }

    fn known(&self, name: &Name) -> Known<'s> {
        let sorts = self.source.sorts.iter().filter(|(other, _)| name.is_alias(other));
        let sorts = sorts.flat_map(|(_, sorts)| sorts).map(String::as_str).collect();
        Known { is_named: self.source.has_name(name), sorts }
    }

    fn weight(&self, sentence: &Sentence, word: usize) -> f64 {
        let term = &sentence.words[word].term;
        let all = self.source.sentences.len().max(1) as f64;
        let count = self.source.count(term);
        let rarity = (1.0 + all / count.max(1) as f64).ln();
        let part = sentence.parts[word];
        let is_verb = matches!(sentence.tags[word], Tag::Verb | Tag::NonFinite);
        let factor = match () {
            () if !matches!(part, Part::Content) => 1.0,
            () if is_verb && self.source.lexicon.synonyms(term, "say") => SAYING,
            () if is_verb && within(LIGHT, term) => LIGHT_VERB,
            () if count > 0 => 1.0,
            () if is_verb => NEW_VERB,
            () => NEW_WORD,
        };
        rarity * factor
    }

    pub(super) fn coverage(
        &self,
        sentence: &Sentence,
        items: &[Item<'_>],
        window: &Range<usize>,
    ) -> f64 {
        let (mut total, mut all) = (0.0, 0.0);
        for item in items {
            let carried = self.carried(sentence, item, window);
            let term = &sentence.words[item.word].term;
            let elsewhere = carried == 0.0 && self.source.count(term) > 0 && !within(LIGHT, term);
            let factor = if item.is_core { CORE_ELSEWHERE } else { ELSEWHERE };
            total += item.weight * if elsewhere { factor } else { 1.0 };
            all += item.weight * carried;
        }
        if total > 0.0 { all / total } else { 0.0 }
    }

    pub(super) fn sentences(&self, window: &Range<usize>) -> &[Sentence] {
        &self.source.sentences[window.clone()]
    }

    /// How far a window carries an item, from 0 to 1.
    pub(super) fn carried(
        &self,
        sentence: &Sentence,
        item: &Item<'_>,
        window: &Range<usize>,
    ) -> f64 {
        let is = |carried: bool| f64::from(u8::from(carried));
        match item.part {
            Part::Name(name) => is(self.has_name(&sentence.names[name], &item.known, window)),
            Part::Number(number) => {
                let number = &sentence.numbers[number];
                is(self.numbers(window).any(|(_, other)| number.is_carried_by(other)))
            }
            Part::Date(date) => {
                let date = &sentence.dates[date];
                is(self
                    .sentences(window)
                    .iter()
                    .flat_map(|s| &s.dates)
                    .any(|d| date.is_carried_by(d)))
            }
            _ => self.carried_word(sentence, item, window),
        }
    }

    fn carried_word(&self, sentence: &Sentence, item: &Item<'_>, window: &Range<usize>) -> f64 {
        let term = &sentence.words[item.word].term;
        let verbal = self.is_verbal(sentence, item.word);
        let mut best = 0.0_f64;
        for other in self.sentences(window) {
            for (at, word) in other.words.iter().enumerate() {
                if word.term == *term {
                    return 1.0;
                }
                if item.alike.contains(&word.term.as_str())
                    && verbal.agrees(self.is_verbal(other, at))
                {
                    best = SYNONYM;
                }
            }
        }
        best
    }

    /// The terms of the source that say the same as a word: synonyms, and the opposite of a verb that is
    /// denied, as "keep open" of "not shut".
    fn alike(&self, sentence: &Sentence, at: usize) -> Vec<&'s str> {
        let term = &sentence.words[at].term;
        if !matches!(sentence.parts[at], Part::Content) {
            return Vec::new();
        }
        let mut alike = self.source.synonyms(term);
        if sentence.frames.iter().any(|frame| frame.verb == at && frame.negated) {
            alike.extend(self.source.opposites(term));
        }
        alike
    }

    fn is_verbal(&self, sentence: &Sentence, at: usize) -> Verbal {
        let lower = &sentence.words[at].lower;
        match sentence.tags[at] {
            Tag::Verb | Tag::NonFinite => Verbal::Verb,
            Tag::Noun
                if self.source.lexicon.is_event(lower)
                    || self.source.lexicon.verb(lower) != VerbForm::default() =>
            {
                Verbal::Event
            }
            _ => Verbal::Thing,
        }
    }

    pub(super) fn numbers(
        &self,
        window: &Range<usize>,
    ) -> impl Iterator<Item = (&Sentence, &Number)> {
        self.sentences(window).iter().flat_map(|s| s.numbers.iter().map(move |n| (s, n)))
    }

    /// Whether a name is said in a window, or meant: where a sentence there has a pronoun, and the name
    /// stands in one of the two sentences before it.
    fn has_name(&self, name: &Name, known: &Known<'_>, window: &Range<usize>) -> bool {
        let said = |range: Range<usize>| {
            self.sentences(&range).iter().flat_map(|s| &s.names).any(|other| name.is_alias(other))
        };
        if said(window.clone()) {
            return true;
        }
        // "the Foreign Ministry" where the source writes "the foreign ministry".
        let spelt = |term: &String| {
            self.sentences(window).iter().flat_map(|s| &s.words).any(|w| w.term == *term)
        };
        if !known.is_named && name.terms.iter().all(spelt) {
            return true;
        }
        if self.is_described(known, window) {
            return true;
        }
        let refers = self.source.sentences.get(window.start).is_some_and(refers_back);
        refers && said(window.start.saturating_sub(2)..window.start)
    }

    /// Whether a window has "the minister", where the document introduces the name as one.
    fn is_described(&self, known: &Known<'_>, window: &Range<usize>) -> bool {
        if known.sorts.is_empty() {
            return false;
        }
        let definite = |sentence: &Sentence, at: usize| {
            (at.saturating_sub(3)..at).any(|i| sentence.words[i].is("the"))
        };
        self.sentences(window).iter().any(|sentence| {
            let words =
                sentence.words.iter().enumerate().filter(|(_, word)| word.is_word && !word.capital);
            words.into_iter().any(|(at, word)| {
                known.sorts.contains(word.term.as_str()) && definite(sentence, at)
            })
        })
    }
}
