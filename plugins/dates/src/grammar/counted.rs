//! What is made of a length: a duration, a stretch up to now, or a date so far away.

use super::{Found, Grammar};
use crate::cues::Tense;
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{Clock, From, Length, Meaning, Quantity, Unit, When};

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
        if self.is(next, "coming")
            && let Some(Word::Units(unit)) = self.word(next + 1)
        {
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
        if stretch
            && (within || self.any(next, &["past", "last"]))
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

    fn counted(
        &self,
        length: &Length,
        modifier: Option<&'static str>,
        end: usize,
    ) -> Option<Found> {
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
        if self.is(at, "some")
            && matches!(self.kind(at + 1), Some(Kind::Number | Kind::Word(Word::Number(_))))
        {
            return (Some("APPROX"), at + 1);
        }
        (None, at)
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
