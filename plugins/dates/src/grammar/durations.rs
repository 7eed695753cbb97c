//! Lengths of time: "three weeks", "half an hour", "29-year-old", "2 hours, 27 minutes".

use super::Grammar;
use crate::lexicon::Word;
use crate::meaning::{Length, Quantity, Unit};

/// A part of a length, `mod`, and the token behind.
type Piece = ((Quantity, Unit), Option<&'static str>, usize);

const BETWEEN: &[&str] = &[
    "more",
    "full",
    "long",
    "consecutive",
    "straight",
    "whole",
    "further",
    "additional",
    "successive",
    "short",
    "solid",
    "working",
    "business",
];

impl Grammar<'_> {
    /// One length: parts of falling units, "2 hours, 27 minutes and 43 seconds".
    pub(super) fn length(&self, at: usize) -> Option<(Length, Option<&'static str>, usize)> {
        let (part, modifier, mut end) = self.piece(at)?;
        let mut parts = vec![part];
        while let Quantity::Tenths(_) = part.0 {
            let mut next = end + usize::from(self.mark(end, b','));
            next += usize::from(self.is(next, "and"));
            let Some((part, None, behind)) = self.piece(next) else { break };
            let smaller = parts.last().is_some_and(|last| part.1 < last.1);
            if !smaller || part.0 == Quantity::Many || self.is(next, "a") {
                break;
            }
            parts.push(part);
            end = behind;
        }
        Some((Length { parts, window: 0 }, modifier, end))
    }

    fn piece(&self, at: usize) -> Option<Piece> {
        self.half(at)
            .or_else(|| self.one(at))
            .or_else(|| self.several(at))
            .or_else(|| self.bare(at))
    }

    /// "half an hour", "a half-hour"
    fn half(&self, at: usize) -> Option<Piece> {
        let lead = usize::from(self.is(at, "a") && self.is(at + 1, "half"));
        if !self.is(at + lead, "half") {
            return None;
        }
        let mut next = at + lead + 1;
        next +=
            usize::from(self.any(next, &["a", "an"]) || self.mark(next, b'-') && self.glued(next));
        match self.word(next)? {
            Word::Unit(unit) if next > at + lead + 1 => {
                Some(((Quantity::Tenths(5), unit), None, next + 1))
            }
            _ => None,
        }
    }

    /// "a week", "an hour and a half"
    fn one(&self, at: usize) -> Option<Piece> {
        if !self.any(at, &["a", "an"]) {
            return None;
        }
        let next = at + 1 + usize::from(self.any(at + 1, &["full", "whole", "further"]));
        match self.word(next)? {
            // "54 miles an hour" is a speed.
            Word::Unit(Unit::Hour) if at > 0 && self.counts(at - 1) => None,
            Word::Unit(unit) if unit != Unit::Quarter && !self.mark(next + 1, b'-') => {
                let more = self.row(next + 1, &["and", "a", "half"]);
                let tenths = if more > 0 { 15 } else { 10 };
                Some(((Quantity::Tenths(tenths), unit), None, next + 1 + more))
            }
            _ => None,
        }
    }

    /// "three weeks", "18-month", "29-year-old", "two or three days", "two and a half years"
    fn several(&self, at: usize) -> Option<Piece> {
        let (mut quantity, mut modifier, mut end) = self.quantity(at)?;
        if (self.any(end, &["or", "to"]) || self.mark(end, b'-'))
            && let Some((_, None, behind)) = self.quantity(end + 1)
            && self.unit(behind).is_some()
        {
            modifier = Some("APPROX");
            end = behind;
        }
        let more = self.row(end, &["and", "a", "half"]);
        if more > 0
            && let Quantity::Tenths(tenths) = quantity
        {
            quantity = Quantity::Tenths(tenths + 5);
            end += more;
        }
        let joined = self.mark(end, b'-') && (self.glued(end) || self.glued(end + 1));
        let (unit, mut end) = self.unit(end + usize::from(joined))?;
        let plural = matches!(self.word(end - 1), Some(Word::Units(_)));
        let singular_fits = joined || quantity == Quantity::Tenths(10);
        if unit == Unit::Quarter || !(plural || singular_fits) {
            return None;
        }
        if joined && self.mark(end, b'-') && self.any(end + 1, &["old", "olds"]) {
            end += 2;
        }
        Some(((quantity, unit), modifier, end))
    }

    /// "weeks", "years": how many is not said.
    fn bare(&self, at: usize) -> Option<Piece> {
        let Word::Units(unit) = self.word(at)? else { return None };
        let other = self.before(
            at,
            &[
                "the", "these", "those", "his", "her", "their", "our", "its", "my", "your",
                "other", "all", "of", "business", "teenage", "early", "later", "s", "light",
            ],
        );
        // "the happiest days of my work"
        let best = at > 0 && self.slice(at - 1).ends_with("est");
        let fits =
            !matches!(unit, Unit::Second | Unit::Quarter) && !other && !best && self.free(at);
        (fits && !self.capital_name(at)).then_some(((Quantity::Many, unit), None, at + 1))
    }

    fn capital_name(&self, at: usize) -> bool {
        self.capital(at) && at > 0 && self.capital(at - 1) && !self.mark(at - 1, b'.')
    }

    /// A unit, perhaps behind a word such as "consecutive".
    pub(super) fn unit(&self, at: usize) -> Option<(Unit, usize)> {
        let next = at + usize::from(self.any(at, BETWEEN));
        match self.word(next)? {
            Word::Unit(unit) | Word::Units(unit) => Some((unit, next + 1)),
            Word::Ordinal(2) if self.is(next, "second") && self.before(next, &["one", "1"]) => {
                Some((Unit::Second, next + 1))
            }
            _ => None,
        }
    }
}
