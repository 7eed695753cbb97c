//! Frames by word order, for sentences of which no parse is at hand.

mod negation;
mod subject;

use crate::frames::{Filler, Frame, Tagged};
use crate::lexicon::Lexicon;
use crate::tags::{Tag, is_be};
use crate::words::Word;

pub use negation::DENYING;

/// How many words around a verb are looked at: no clause is longer, and without a limit the time would
/// grow by the square of a sentence's length.
const REACH: usize = 60;

/// The frames of a sentence.
pub fn frames(words: &[Word], tags: &[Tag], lexicon: &Lexicon) -> Vec<Frame> {
    let mut finder = Finder { sentence: Tagged { words, tags }, lexicon, found: Vec::new() };
    for at in 0..words.len() {
        match tags[at] {
            Tag::Verb | Tag::NonFinite => finder.verb(at),
            Tag::Noun => finder.event(at),
            Tag::Preposition if words[at].is("according") => finder.according(at),
            _ => {}
        }
    }
    finder.found
}

struct Finder<'s> {
    sentence: Tagged<'s>,
    lexicon: &'s Lexicon,
    found: Vec<Frame>,
}

impl Finder<'_> {
    fn tag(&self, at: usize) -> Option<Tag> {
        self.sentence.tag(at)
    }

    fn word(&self, at: usize) -> &Word {
        &self.sentence.words[at]
    }

    /// Where the group of a verb begins: "had never been", "to be".
    fn group(&self, verb: usize) -> usize {
        let mut start = verb;
        while start > 0
            && matches!(
                self.sentence.tags[start - 1],
                Tag::Auxiliary | Tag::Adverb | Tag::Negation | Tag::Infinitive
            )
        {
            start -= 1;
        }
        if start > 0 && start < verb && self.sentence.tags[start - 1] == Tag::Copula {
            start -= 1;
        }
        start
    }

    fn verb(&mut self, at: usize) {
        let start = self.group(at);
        let form = self.lexicon.verb(&self.word(at).lower);
        let helped = (start..at).any(|i| is_be(self.word(i)));
        let alone = start == at && self.sentence.tags[at] == Tag::NonFinite && !form.ing;
        let reduced = self.is_reduced(start, at);
        let passive = (helped && form.participle && !form.ing) || alone || reduced;
        let infinitive = (start..at).any(|i| self.tag(i) == Some(Tag::Infinitive));
        let subject = if infinitive { self.governor(start) } else { self.subject(start) };
        let behind = self.skip_particles(at + 1);
        let object = if passive { None } else { self.sentence.whole_phrase(behind) };
        // "said the firm would close" has no object, but a clause.
        let object = object.filter(|(_, end)| !self.sentence.begins_clause(*end));
        let by = self.by(if passive { at + 1 } else { at });
        let inverted = subject.is_none()
            && !passive
            && self.sentence.tags[at] == Tag::Verb
            && self.lexicon.synonyms(&self.word(at).term, "say");
        let negated = self.is_negated(start, at, subject.as_ref(), object.as_ref().map(|o| &o.0));
        let finite = self.sentence.tags[at] == Tag::Verb
            || (start..at).any(|i| matches!(self.tag(i), Some(Tag::Auxiliary | Tag::Copula)));
        let asserted = (finite && !infinitive) || self.is_denied(start);
        let end = object.as_ref().map_or(behind, |(_, end)| *end);
        let others = self.others(end);
        let object = object.map(|(filler, _)| filler);
        let frame = Frame { verb: at, others, negated, asserted, ..Frame::default() };
        self.found.push(if passive {
            Frame { agent: by, patient: subject, ..frame }
        } else if inverted {
            Frame { agent: object, ..frame }
        } else {
            Frame { agent: subject, patient: object, ..frame }
        });
    }

    /// "the man arrested in Paris fled": a participle behind its noun, with the verb to come.
    fn is_reduced(&self, start: usize, at: usize) -> bool {
        let form = self.lexicon.verb(&self.word(at).lower);
        let noun_left = start == at && at > 0 && self.tag(at - 1) == Some(Tag::Noun);
        let left = noun_left && form.participle && self.tag(at + 1) == Some(Tag::Preposition);
        if !left {
            return false;
        }
        let by = self.word(at + 1).is("by")
            && !self
                .sentence
                .words
                .get(at + 2)
                .is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()));
        let next = self.sentence.tags[at + 1..].iter().take(REACH).find(|tag| {
            matches!(
                tag,
                Tag::Verb
                    | Tag::Copula
                    | Tag::Auxiliary
                    | Tag::Comma
                    | Tag::Conjunction
                    | Tag::Subordinator
                    | Tag::Relative
                    | Tag::Pronoun
            )
        });
        by || matches!(next, Some(Tag::Verb | Tag::Copula | Tag::Auxiliary))
    }

    fn skip_particles(&self, at: usize) -> usize {
        let particle = |at: usize| {
            self.tag(at) == Some(Tag::Preposition)
                && matches!(self.word(at).lower.as_str(), "up" | "down" | "out" | "off" | "over")
        };
        let mut at = at;
        while matches!(self.tag(at), Some(Tag::Adverb))
            || (at < self.sentence.words.len() && particle(at))
        {
            at += 1;
        }
        at
    }

    /// The phrase behind "by" of a passive verb, within its clause.
    fn by(&self, from: usize) -> Option<Filler> {
        let tags = self.sentence.tags;
        let reach = tags.len().min(from + REACH);
        let end = (from..reach)
            .find(|&i| {
                i > from
                    && matches!(
                        tags[i],
                        Tag::Verb
                            | Tag::Auxiliary
                            | Tag::Copula
                            | Tag::Relative
                            | Tag::Subordinator
                    )
            })
            .unwrap_or(reach);
        let by = (from..end).find(|&i| tags[i] == Tag::Preposition && self.word(i).is("by"))?;
        let (filler, _) = self.sentence.whole_phrase(by + 1)?;
        (!filler.is_measure(self.sentence.words, tags)).then_some(filler)
    }

    /// The phrases behind prepositions that follow one another from `at`.
    fn others(&self, at: usize) -> Vec<(usize, Filler)> {
        let mut others = Vec::new();
        let mut at = at;
        while matches!(self.tag(at), Some(Tag::Preposition | Tag::Adverb)) {
            let Some((filler, end)) =
                self.sentence.phrase(at + 1).filter(|_| self.tag(at) == Some(Tag::Preposition))
            else {
                at += 1;
                continue;
            };
            others.push((at, filler));
            at = end;
        }
        others
    }

    /// "the detention of the ambassador", "his arrest by the police".
    fn event(&mut self, at: usize) {
        let word = self.word(at);
        let form = self.lexicon.verb(&word.lower);
        if word.capital
            || !(self.lexicon.is_event(&word.lower) || form.base || form.third || form.ing)
        {
            return;
        }
        let mut behind = at + 1;
        let is = |i: usize, word: &str| self.sentence.words.get(i).is_some_and(|w| w.is(word));
        let of = if is(behind, "of") { self.sentence.phrase(behind + 1) } else { None };
        if let Some((_, end)) = &of {
            behind = *end;
        }
        let by = if is(behind, "by") {
            self.sentence.whole_phrase(behind + 1).map(|(f, _)| f)
        } else {
            None
        };
        let whose = self.whose(at);
        if of.is_none() && by.is_none() && whose.is_none() {
            return;
        }
        let of = of.map(|(filler, _)| filler);
        self.found.push(Frame { verb: at, agent: by, of, whose, event: true, ..Frame::default() });
    }

    /// What stands before the noun of an event and says whose it is.
    fn whose(&self, at: usize) -> Option<Filler> {
        let before = at.checked_sub(1)?;
        let owner = (at.saturating_sub(3)..at)
            .rev()
            .find(|&i| self.word(i).possessive || self.sentence.tags[i] == Tag::Possessive)?;
        if (owner + 1..at).any(|i| self.tag(i) != Some(Tag::Noun)) {
            return None;
        }
        if self.sentence.tags[owner] == Tag::Possessive {
            return Some(Filler { head: before.min(owner), pronoun: true, ..Filler::default() });
        }
        self.sentence.phrase_before(owner + 1).map(|(filler, _)| filler)
    }

    /// "according to the police".
    fn according(&mut self, at: usize) {
        if let Some((filler, _)) = self.sentence.whole_phrase(at + 2) {
            self.found.push(Frame { verb: at, agent: Some(filler), ..Frame::default() });
        }
    }
}
