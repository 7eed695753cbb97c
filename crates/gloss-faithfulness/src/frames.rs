//! Who did what to whom: a verb, or the noun of an event, with what fills its roles.

use crate::tags::Tag;
use crate::words::Word;

/// What fills a role: a noun phrase with its apposition. Positions are those of words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filler {
    /// The noun at the end of the phrase.
    pub head: usize,
    /// The words of the phrase, its apposition, and what is joined to it by "and".
    pub core: Vec<usize>,
    /// Words that say whose, of what or from where it is.
    pub linked: Vec<usize>,
    /// It stands for something else.
    pub pronoun: bool,
    /// "nobody", "no fault".
    pub negative: bool,
}

/// A verb or an event with its roles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The word.
    pub verb: usize,
    /// Who does it: the subject of an active verb, or "by" with a passive one.
    pub agent: Option<Filler>,
    /// To whom it is done: the object, or the subject of a passive verb.
    pub patient: Option<Filler>,
    /// What stands behind "of" with the noun of an event: usually its patient.
    pub of: Option<Filler>,
    /// Whose event it is: its agent or its patient.
    pub whose: Option<Filler>,
    /// What stands behind prepositions, with the position of each of these.
    pub others: Vec<(usize, Filler)>,
    /// Said not to be so.
    pub negated: bool,
    /// Said to be so or not to be so, and not only planned, feared or told of.
    pub asserted: bool,
    /// The noun of an event.
    pub event: bool,
}

impl Filler {
    /// An amount, which stands behind "by" as an agent does: "by 25 minutes".
    pub fn is_measure(&self, words: &[Word], tags: &[Tag]) -> bool {
        let is_number = |at: usize| tags.get(at) == Some(&Tag::Number);
        let unit = words.get(self.head).is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "percent"
                    | "cent"
                    | "%"
                    | "second"
                    | "seconds"
                    | "minute"
                    | "minutes"
                    | "hour"
                    | "hours"
                    | "day"
                    | "days"
                    | "week"
                    | "weeks"
                    | "month"
                    | "months"
                    | "year"
                    | "years"
                    | "point"
                    | "points"
                    | "vote"
                    | "votes"
                    | "euros"
                    | "dollars"
                    | "pounds"
            )
        });
        self.core.iter().all(|&at| is_number(at))
            || (unit && self.core.iter().any(|&at| is_number(at)))
    }
}

/// A sentence as tagged words, in which noun phrases can be found.
#[derive(Clone, Copy)]
pub struct Tagged<'s> {
    pub words: &'s [Word],
    pub tags: &'s [Tag],
}

impl Tagged<'_> {
    pub fn tag(&self, at: usize) -> Option<Tag> {
        self.tags.get(at).copied()
    }

    /// Whether a mark holds a phrase together: "Patel-Hughes", "€250,000", "17%".
    fn joins(&self, at: usize) -> bool {
        self.tags[at] == Tag::Mark
            && matches!(self.words[at].lower.as_str(), "-" | "€" | "$" | "£" | "%" | "&")
    }

    fn in_phrase(&self, at: usize) -> bool {
        match self.tag(at) {
            Some(Tag::Noun | Tag::Number) => true,
            Some(Tag::Mark) => self.joins(at),
            // Marks of quotation around a title or a word.
            Some(Tag::Quote) => {
                self.tag(at + 1) == Some(Tag::Noun) && at > 0 && self.in_phrase(at - 1)
            }
            _ => false,
        }
    }

    /// Whether a number stands behind a common noun: "the marines | two weeks ago".
    fn starts_anew(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.words.get(before));
        self.tags[at] == Tag::Number
            && before.is_some_and(|w| w.is_word && !w.capital)
            && self.tags[at - 1] == Tag::Noun
    }

    /// The noun phrase that begins at `from`, and where it ends.
    pub fn phrase(&self, from: usize) -> Option<(Filler, usize)> {
        let mut start = from;
        while matches!(self.tag(start), Some(Tag::Quote)) {
            start += 1;
        }
        if self.tag(start) == Some(Tag::Pronoun) {
            return Some((self.filler(start, start + 1), start + 1));
        }
        let mut end = start;
        while matches!(self.tag(end), Some(Tag::Determiner | Tag::Possessive | Tag::Adverb)) {
            end += 1;
        }
        let first = end;
        while self.in_phrase(end) && (end == first || !self.starts_anew(end)) {
            end += 1;
        }
        if end > first {
            return Some((self.filler(start, end), end));
        }
        // "those of Halden", "many were".
        let alone = end > start && self.tag(end - 1) == Some(Tag::Determiner);
        alone.then(|| (self.filler(start, end), end))
    }

    /// The noun phrase that ends before `end`, and where it begins.
    pub fn phrase_before(&self, end: usize) -> Option<(Filler, usize)> {
        let last = end.checked_sub(1)?;
        if self.tags[last] == Tag::Pronoun {
            return Some((self.filler(last, end), last));
        }
        let mut start = end;
        while start > 0 && self.in_phrase(start - 1) && (start == end || !self.starts_anew(start)) {
            start -= 1;
        }
        let nouns = start;
        let than = |at: usize| self.words[at].is("than");
        while start > 0
            && (matches!(self.tags[start - 1], Tag::Determiner | Tag::Possessive)
                || than(start - 1))
        {
            start -= 1;
        }
        (nouns < end || start < end).then(|| (self.filler(start, end), start))
    }

    fn filler(&self, start: usize, end: usize) -> Filler {
        let is_noun = |&at: &usize| matches!(self.tags[at], Tag::Noun | Tag::Number);
        let head = (start..end).rev().find(is_noun).unwrap_or(end - 1);
        // What stands before "Ann's" is whose it is; a phrase that ends with it is whole.
        let whose = (start..head).rev().find(|&at| self.words[at].possessive);
        let split = whose.map_or(start, |at| at + 1);
        let negative = (start..end).any(|at| {
            matches!(
                self.words[at].lower.as_str(),
                "no" | "nobody" | "none" | "neither" | "nothing"
            )
        });
        Filler {
            head,
            core: (split..end).filter(is_noun).collect(),
            linked: (start..split).filter(is_noun).collect(),
            pronoun: self.tags[head] == Tag::Pronoun || self.tags[head] == Tag::Determiner,
            negative,
        }
    }

    /// The phrase at `from` with what belongs to it behind it: "and" with another phrase, "of" with
    /// what it is of, and an apposition.
    pub fn whole_phrase(&self, from: usize) -> Option<(Filler, usize)> {
        let (mut filler, mut end) = self.phrase(from)?;
        loop {
            match self.tag(end) {
                Some(Tag::Preposition) if self.words[end].is("of") => {
                    let Some((of, next)) = self.phrase(end + 1) else { break };
                    filler.linked.extend(of.core.into_iter().chain(of.linked));
                    end = next;
                }
                Some(Tag::Conjunction | Tag::Comma) if !self.words[end].is("but") => {
                    let Some((other, next)) = self.phrase(end + 1) else { break };
                    if other.pronoun || self.begins_clause(next) {
                        break;
                    }
                    filler.core.extend(other.core);
                    filler.linked.extend(other.linked);
                    end = next;
                }
                _ => break,
            }
        }
        Some((filler, end))
    }

    /// Whether a phrase that ends here is the subject of what follows.
    pub fn begins_clause(&self, at: usize) -> bool {
        let mut at = at;
        while matches!(self.tag(at), Some(Tag::Adverb | Tag::Negation)) {
            at += 1;
        }
        matches!(self.tag(at), Some(Tag::Verb | Tag::Copula | Tag::Auxiliary))
    }
}
