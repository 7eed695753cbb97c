//! Durations, and what is counted from now by them: "two days ago".

use super::{Found, Grammar};
use crate::cues::Tense;
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{Clock, From, Length, Meaning, Quantity, Unit, When};

/// A part of a length, `mod`, and the token behind.
type Piece = ((Quantity, Unit), Option<&'static str>, usize);

const BETWEEN: &[&str] = &[
    "more", "full", "long", "consecutive", "straight", "whole", "further", "additional", "successive",
    "short", "solid", "working", "business",
];

impl Grammar<'_> {
    /// "about three weeks", "the past two years", "two days ago".
    pub(super) fn duration(&self, at: usize) -> Option<Found> {
        if let Some(found) = self.window(at) {
            return Some(found);
        }
        let (said, start) = self.approximation(at);
        let (length, own, end) = self.length(start)?;
        let modifier = said.or(own);
        if let Some(found) = self.counted(&length, modifier, end) {
            return Some(found);
        }
        if self.is(end, "old") && !self.glued(end) {
            return Some((Meaning::Duration(length), modifier, end + 1));
        }
        Some((Meaning::Duration(length), modifier, end))
    }

    /// "in three weeks", of what lies ahead: three weeks from now.
    pub(super) fn ahead(&self, at: usize) -> Option<Found> {
        if !self.is(at, "in") {
            return None;
        }
        let (said, start) = self.approximation(at + 1);
        let (length, own, mut end) = self.length(start)?;
        let time = self.mark(end, b'\'') && self.is(end + 1, "time");
        if !time && self.tense(at..end) != Tense::Future {
            return None;
        }
        if time {
            end += 2;
        }
        let (count, unit) = single(&length)?;
        let when = When::Shift(count, unit, From::Document);
        (unit >= Unit::Day).then_some((Meaning::Date(when), said.or(own), end))
    }

    /// "the past two years", "the next few weeks", "recent years".
    fn window(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        if self.is(next, "recent") {
            let units = matches!(self.word(next + 1), Some(Word::Units(u)) if u >= Unit::Day);
            let meaning = Meaning::Date(When::Reference("PAST_REF"));
            return units.then_some((meaning, None, next + 2));
        }
        let window = self.direction(next)?;
        if self.is(next, "coming") && let Some(Word::Units(unit)) = self.word(next + 1) {
            return Some((duration(Quantity::Many, unit, window), None, next + 2));
        }
        if let Some((quantity, modifier, end)) = self.quantity(next + 1)
            && let Some((unit, end)) = self.unit(end)
        {
            return Some((duration(quantity, unit, window), modifier, end));
        }
        // "the last week" lasts a week, "last week" is one of the calendar.
        let stretch = self.is(next, "past") || the == 1 && !self.any(next, &["following"]);
        let within = self.before(at, &["over", "in", "within", "for", "during", "throughout"]);
        if stretch && (within || self.any(next, &["past", "last"]))
            && let Some(Word::Unit(unit)) = self.word(next + 1)
            && unit >= Unit::Day
            && unit != Unit::Quarter
        {
            return Some((duration(Quantity::Tenths(10), unit, window), None, next + 2));
        }
        None
    }

    fn direction(&self, at: usize) -> Option<i8> {
        if self.any(at, &["last", "past", "previous"]) {
            return Some(-1);
        }
        self.any(at, &["next", "coming", "following"]).then_some(1)
    }

    fn counted(&self, length: &Length, modifier: Option<&'static str>, end: usize) -> Option<Found> {
        let (sign, from, last) = if self.is(end, "ago") {
            (-1, From::Document, end + 1)
        } else if self.row(end, &["from", "now"]) > 0 {
            (1, From::Document, end + 2)
        } else if self.is(end, "earlier") {
            (-1, From::Text, end + 1)
        } else if self.is(end, "later") {
            (1, From::Text, end + 1)
        } else {
            return None;
        };
        let modifier = match modifier {
            Some("MORE_THAN" | "EQUAL_OR_MORE") if sign < 0 => Some("BEFORE"),
            Some("LESS_THAN" | "EQUAL_OR_LESS") if sign < 0 => Some("AFTER"),
            Some("MORE_THAN" | "EQUAL_OR_MORE") => Some("AFTER"),
            Some("LESS_THAN" | "EQUAL_OR_LESS") => Some("BEFORE"),
            other => other,
        };
        let meaning = match single(length) {
            Some((count, unit)) if unit >= Unit::Day => {
                let like = from == From::Text && unit == Unit::Year;
                let from = if like { From::Like } else { from };
                Meaning::Date(When::Shift(sign * count, unit, from))
            }
            Some(_) if sign < 0 && from == From::Document => Meaning::Time(None, Clock::JustPast),
            None if sign < 0 && from == From::Document => {
                Meaning::Date(When::Reference("PAST_REF"))
            }
            _ => return None,
        };
        Some((meaning, modifier, last))
    }

    /// "about", "more than": `mod`, and the token behind.
    fn approximation(&self, at: usize) -> (Option<&'static str>, usize) {
        let rules: [(&[&str], &str); 12] = [
            (&["about"], "APPROX"),
            (&["around"], "APPROX"),
            (&["approximately"], "APPROX"),
            (&["roughly"], "APPROX"),
            (&["almost"], "LESS_THAN"),
            (&["nearly"], "LESS_THAN"),
            (&["more", "than"], "MORE_THAN"),
            (&["less", "than"], "LESS_THAN"),
            (&["fewer", "than"], "LESS_THAN"),
            (&["at", "least"], "EQUAL_OR_MORE"),
            (&["up", "to"], "EQUAL_OR_LESS"),
            (&["no", "more", "than"], "EQUAL_OR_LESS"),
        ];
        for (words, modifier) in rules {
            let count = self.row(at, words);
            if count > 0 {
                return (Some(modifier), at + count);
            }
        }
        if self.is(at, "some") && matches!(self.kind(at + 1), Some(Kind::Number | Kind::Word(Word::Number(_)))) {
            return (Some("APPROX"), at + 1);
        }
        (None, at)
    }

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
        self.half(at).or_else(|| self.one(at)).or_else(|| self.several(at)).or_else(|| self.bare(at))
    }

    /// "half an hour", "a half-hour"
    fn half(&self, at: usize) -> Option<Piece> {
        let lead = usize::from(self.is(at, "a") && self.is(at + 1, "half"));
        if !self.is(at + lead, "half") {
            return None;
        }
        let mut next = at + lead + 1;
        next += usize::from(self.any(next, &["a", "an"]) || self.mark(next, b'-') && self.glued(next));
        match self.word(next)? {
            Word::Unit(unit) if next > at + lead + 1 => Some(((Quantity::Tenths(5), unit), None, next + 1)),
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
        if self.any(end, &["or", "to"]) || self.mark(end, b'-') {
            if let Some((_, None, behind)) = self.quantity(end + 1)
                && self.unit(behind).is_some()
            {
                modifier = Some("APPROX");
                end = behind;
            }
        }
        let more = self.row(end, &["and", "a", "half"]);
        if more > 0 && let Quantity::Tenths(tenths) = quantity {
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
        let other = self.before(at, &[
            "the", "these", "those", "his", "her", "their", "our", "its", "my", "your", "other", "all",
            "of", "business", "teenage", "early", "later", "s", "light",
        ]);
        // "the happiest days of my work"
        let best = at > 0 && self.slice(at - 1).ends_with("est");
        let fits = !matches!(unit, Unit::Second | Unit::Quarter) && !other && !best && self.free(at);
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

/// The whole number and unit of a length that has one part.
fn single(length: &Length) -> Option<(i64, Unit)> {
    match length.parts[..] {
        [(Quantity::Tenths(tenths), unit)] if tenths % 10 == 0 => {
            i64::try_from(tenths / 10).ok().map(|count| (count, unit))
        }
        [(Quantity::Tenths(5), Unit::Year)] => Some((6, Unit::Month)),
        [(Quantity::Tenths(5), Unit::Century)] => Some((50, Unit::Year)),
        [(Quantity::Tenths(15), Unit::Year)] => Some((18, Unit::Month)),
        _ => None,
    }
}

fn duration(quantity: Quantity, unit: Unit, window: i8) -> Meaning {
    Meaning::Duration(Length { parts: vec![(quantity, unit)], window })
}
