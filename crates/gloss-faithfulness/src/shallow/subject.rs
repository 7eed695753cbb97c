//! The subject of a verb: the phrase before it, what a relative pronoun refers to, or the subject of
//! the verb that it depends on.

use super::{Finder, REACH};
use crate::frames::Filler;
use crate::tags::{Tag, is_be, within};

/// Verbs whose object is to do what "to" begins behind it.
const CONTROL: &str = "ask forc persuad urg tell order allow permit want help expect call requir encourag enabl invit request beg caus appoint choos elect";

impl Finder<'_> {
    /// Who is to do what "to" begins: the subject of the verb that stands before it, or its object.
    pub(super) fn governor(&self, start: usize) -> Option<Filler> {
        let last = self.found.iter().rev().find(|frame| !frame.event)?;
        let direct =
            last.verb + 1 == start || self.tag(start.checked_sub(1)?) == Some(Tag::Conjunction);
        if direct || !within(CONTROL, &self.word(last.verb).term) {
            return last.agent.clone().or_else(|| last.patient.clone());
        }
        let before = start.checked_sub(1)?;
        matches!(self.tag(before), Some(Tag::Noun | Tag::Pronoun))
            .then(|| last.patient.clone())
            .flatten()
    }

    /// The subject of a verb whose group begins at `start`.
    pub(super) fn subject(&self, start: usize) -> Option<Filler> {
        let tags = self.sentence.tags;
        let mut end = start;
        let mut linked: Vec<usize> = Vec::new();
        let mut appositions: Vec<usize> = Vec::new();
        loop {
            while end > 0 && matches!(tags[end - 1], Tag::Adverb | Tag::Quote | Tag::Negation) {
                end -= 1;
            }
            let last = end.checked_sub(1).filter(|_| start - end <= REACH)?;
            match tags[last] {
                Tag::Relative => return self.antecedent(last),
                Tag::Comma => {
                    let opening = (0..last).rev().find(|&i| tags[i] == Tag::Comma)?;
                    if !self.is_aside(opening + 1, last) {
                        return None;
                    }
                    if let Some((filler, next)) = self.sentence.phrase(opening + 1)
                        && (next == last || tags[next] == Tag::Preposition)
                    {
                        appositions.extend(filler.core);
                    }
                    end = opening;
                }
                Tag::Conjunction => return self.joined_subject(last),
                Tag::Noun | Tag::Number | Tag::Pronoun | Tag::Determiner | Tag::Mark => {
                    let (mut filler, begin) = self.sentence.phrase_before(end)?;
                    let before = begin.checked_sub(1).map(|i| tags[i]);
                    // "on Friday after the firm agreed": a clause begins there.
                    let begins = |at: usize| {
                        matches!(
                            self.word(at).lower.as_str(),
                            "after" | "before" | "since" | "until" | "as"
                        )
                    };
                    if before == Some(Tag::Preposition) && !begins(begin - 1) {
                        let main = begin.checked_sub(2).map(|i| tags[i]);
                        if !matches!(
                            main,
                            Some(Tag::Noun | Tag::Number | Tag::Pronoun | Tag::Determiner)
                        ) {
                            return None;
                        }
                        linked.extend(filler.core.iter().chain(&filler.linked));
                        end = begin - 1;
                        continue;
                    }
                    if before == Some(Tag::Conjunction)
                        && !self.has_verb_before(begin - 1)
                        && let Some((other, _)) = self.sentence.phrase_before(begin - 1)
                    {
                        filler.core.extend(other.core);
                        filler.linked.extend(other.linked);
                    }
                    filler.linked.extend(linked);
                    filler.core.extend(appositions);
                    return Some(filler);
                }
                _ => return None,
            }
        }
    }

    /// Whether what stands between two commas is an apposition or a relative clause.
    fn is_aside(&self, from: usize, to: usize) -> bool {
        let tags = &self.sentence.tags[from..to];
        let begins = tags
            .first()
            .is_some_and(|t| matches!(t, Tag::Relative | Tag::NonFinite | Tag::Preposition));
        let where_ = self.sentence.words.get(from).is_some_and(|w| w.is("where") || w.is("whose"));
        let plain = !tags.iter().any(|t| matches!(t, Tag::Verb | Tag::Auxiliary | Tag::Copula));
        !tags.is_empty() && (begins || where_ || plain)
    }

    fn has_verb_before(&self, at: usize) -> bool {
        let tags = self.sentence.tags;
        (0..at)
            .rev()
            .take_while(|&i| !matches!(tags[i], Tag::Comma | Tag::Subordinator | Tag::Relative))
            .any(|i| matches!(tags[i], Tag::Verb | Tag::NonFinite | Tag::Copula | Tag::Auxiliary))
    }

    /// What "who" and "which" refer to: the phrase before them.
    fn antecedent(&self, relative: usize) -> Option<Filler> {
        let mut end = relative;
        if end > 0 && self.sentence.tags[end - 1] == Tag::Comma {
            end -= 1;
        }
        let (mut filler, begin) = self.sentence.phrase_before(end)?;
        // "Karania's president, Anselm Dorre, who ...".
        if begin > 1
            && self.sentence.tags[begin - 1] == Tag::Comma
            && end < relative
            && let Some((other, _)) = self.sentence.phrase_before(begin - 1)
        {
            filler.core.extend(other.core);
            filler.linked.extend(other.linked);
        }
        Some(filler)
    }

    /// "X did this and did that": the subject of the verb before.
    fn joined_subject(&self, conjunction: usize) -> Option<Filler> {
        let last = self.found.iter().rev().find(|f| !f.event && f.verb < conjunction)?;
        let group = self.group(last.verb);
        let passive = (group..last.verb).any(|i| is_be(self.word(i)));
        if passive {
            last.patient.clone()
        } else {
            last.agent.clone().or_else(|| last.patient.clone())
        }
    }
}
