//! What comes again and again: "every Monday", "daily", "twice a week".

use super::{Found, Grammar, part};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{Meaning, Quantity, Recurrence, Unit};

impl Grammar<'_> {
    pub(super) fn set(&self, at: usize) -> Option<Found> {
        let rules = [Self::every, Self::plural, Self::periodic, Self::frequency, Self::rate];
        rules.into_iter().find_map(|rule| rule(self, at))
    }

    /// "every Monday", "each year", "every two weeks", "every other day"
    fn every(&self, at: usize) -> Option<Found> {
        if !self.any(at, &["every", "each"]) {
            return None;
        }
        let mut next = at + 1;
        let mut count = 1;
        if self.is(next, "single") {
            next += 1;
        } else if self.is(next, "other") {
            count = 2;
            next += 1;
        } else if let Some((tenths, end)) = self.number(next).filter(|n| n.0 % 10 == 0) {
            count = tenths / 10;
            next = end;
        } else if let Some((nth, end)) = self.ordinal(next).filter(|n| n.0 > 1) {
            count = u64::try_from(nth).ok()?;
            next = end;
        }
        let recurrence = match self.word(next)? {
            Word::Unit(unit) | Word::Units(unit) => Recurrence::Period(count, unit),
            _ if count != 1 => return None,
            Word::Weekday(day) if self.capital(next) => {
                let part = part(self.word(next + 1));
                next += usize::from(part.is_some());
                Recurrence::Weekday(day, part)
            }
            Word::Month(month) if self.capital(next) => Recurrence::Month(month),
            Word::Season(season) => Recurrence::Season(season),
            Word::Part(part) => Recurrence::Part(part),
            _ if self.is(next, "weekend") => Recurrence::Weekend,
            _ => return None,
        };
        found(recurrence, None, next + 1)
    }

    /// "Mondays", "weekends"
    fn plural(&self, at: usize) -> Option<Found> {
        match self.word(at)? {
            Word::Weekdays(day) if self.capital(at) => {
                found(Recurrence::Weekday(day, None), None, at + 1)
            }
            _ if self.is(at, "weekends") => found(Recurrence::Weekend, None, at + 1),
            _ => None,
        }
    }

    /// "daily", but not in the name of a newspaper
    fn periodic(&self, at: usize) -> Option<Found> {
        let Word::Periodic(count, unit) = self.word(at)? else { return None };
        let named = self.capital(at) && (self.capital(at + 1) || at > 0 && self.capital(at - 1));
        (!named).then(|| found(Recurrence::Period(u64::from(count), unit), None, at + 1))?
    }

    /// "twice a week", "three times per year", "five days a week"
    fn frequency(&self, at: usize) -> Option<Found> {
        let (times, code, end) = if self.is(at, "once") {
            (1, "X", at + 1)
        } else if self.is(at, "twice") {
            (2, "X", at + 1)
        } else {
            let (quantity, None, end) = self.quantity(at)? else { return None };
            let Quantity::Tenths(tenths) = quantity else { return None };
            let code = match self.word(end) {
                _ if self.is(end, "times") => "X",
                Some(Word::Units(Unit::Day)) => "D",
                Some(Word::Units(Unit::Hour)) => "H",
                _ => return None,
            };
            (tenths / 10, code, end + 1)
        };
        if !self.any(end, &["a", "an", "per", "each", "every"]) {
            return None;
        }
        let Word::Unit(unit) = self.word(end + 1)? else { return None };
        found(Recurrence::Period(1, unit), Some(format!("{times}{code}")), end + 2)
    }

    /// "a year" in "$40 million a year"
    fn rate(&self, at: usize) -> Option<Found> {
        if !self.is(at, "a") || at == 0 {
            return None;
        }
        let Word::Unit(unit) = self.word(at + 1)? else { return None };
        let amount = match self.kind(at - 1)? {
            Kind::Number | Kind::Grouped | Kind::Mark(b'%') => true,
            Kind::Word(word) => matches!(word, Word::Scale(_) | Word::Counted),
            _ => false,
        };
        let other =
            self.any(at + 2, &["of", "after", "before", "later", "earlier", "ago", "and", "old"]);
        (amount && !other && unit >= Unit::Day)
            .then(|| found(Recurrence::Period(1, unit), None, at + 2))?
    }
}

fn found(recurrence: Recurrence, frequency: Option<String>, end: usize) -> Option<Found> {
    Some((Meaning::Set(recurrence, frequency), None, end))
}
