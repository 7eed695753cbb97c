//! Frames by word order, for sentences of which no parse is at hand.

use crate::frames::{Filler, Frame, Tagged};
use crate::lexicon::Lexicon;
use crate::tags::{Tag, is_be, within};
use crate::words::Word;

/// Verbs that say of what depends on them that it is not so.
pub const DENYING: [&str; 6] = ["refus", "fail", "declin", "deni", "avoid", "prevent"];

/// Verbs whose object is to do what "to" begins behind it.
const CONTROL: &str = "ask forc persuad urg tell order allow permit want help expect call requir encourag enabl invit request beg caus appoint choos elect";

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

    /// Who is to do what "to" begins: the subject of the verb that stands before it, or its object.
    fn governor(&self, start: usize) -> Option<Filler> {
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
    fn subject(&self, start: usize) -> Option<Filler> {
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

    fn is_negated(
        &self,
        start: usize,
        at: usize,
        subject: Option<&Filler>,
        object: Option<&Filler>,
    ) -> bool {
        let tags = self.sentence.tags;
        let in_group = (start..at)
            .filter(|&i| {
                tags[i] == Tag::Negation
                    || self.word(i).lower.ends_with("n't")
                    || self.word(i).is("cannot")
            })
            .count();
        let fillers = [subject, object].into_iter().flatten().filter(|f| f.negative).count();
        let without = start > 0 && self.word(start - 1).is("without");
        let denied = self.is_denied(start);
        (in_group + fillers + usize::from(without) + usize::from(denied)) % 2 == 1
    }

    /// "refused to pay", "denied that it had paid".
    fn is_denied(&self, start: usize) -> bool {
        let Some(last) = self.found.iter().rev().find(|frame| !frame.event) else { return false };
        if last.negated
            || !DENYING.contains(&self.word(last.verb).term.as_str())
            || last.verb >= start
        {
            return false;
        }
        let direct = last.verb + 1 == start;
        let that = (last.verb..start).any(|i| self.word(i).is("that"))
            && !(last.verb..start).any(|i| self.tag(i) == Some(Tag::Conjunction));
        direct || that
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
