//! From what an expression says to when that is.

pub mod calendar;
mod dates;
mod days;
mod values;

use jiff::civil::{Date, DateTime};

use crate::cues::{Facts, Tense};
use crate::meaning::{Clock, Expression, Length, Meaning, Quantity, Unit, When, Zone};
use crate::options::{DateOrder, WeekdayDirection};
use calendar::Days;

/// The type that TIMEX3 gives an expression, in the order of the layer's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A day or something longer.
    Date,
    /// A time of day.
    Time,
    /// How long.
    Duration,
    /// Again and again.
    Set,
}

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Its type.
    pub label: Type,
    /// ISO 8601 with the additions of TIMEX3.
    pub value: String,
    /// `mod`
    pub modifier: Option<&'static str>,
    /// The first instant, and the first that is no part of it any more.
    pub interval: Option<(String, String)>,
    /// What it was counted from.
    pub anchor: Option<&'static str>,
    /// Why it could also mean another time.
    pub ambiguous: Option<&'static str>,
    /// `quant` of a set.
    pub quant: Option<&'static str>,
    /// `freq` of a set.
    pub freq: Option<String>,
}

/// A date that was found: what is needed to count from it.
#[derive(Clone, Debug, Default)]
struct Point {
    value: String,
    days: Option<Days>,
    /// How long it is; `None` where a shift cannot build on it.
    unit: Option<Unit>,
    anchor: Option<&'static str>,
    ambiguous: Option<&'static str>,
    /// Something of a year, with the year given: what "a year earlier" is like.
    like: Option<When>,
}

/// Resolves the expressions of one document, which must come in their order.
#[derive(Clone, Debug)]
pub struct Resolver {
    document: Option<Date>,
    facts: Facts,
    order: DateOrder,
    direction: WeekdayDirection,
    /// The last date of the text.
    last: Option<Point>,
}

impl Resolver {
    /// For a document of this date, if it has one.
    #[must_use]
    pub fn new(
        document: Option<Date>,
        facts: Facts,
        order: DateOrder,
        direction: WeekdayDirection,
    ) -> Resolver {
        Resolver { document, facts, order, direction, last: None }
    }

    /// What an expression comes to; `None` if there is no such date (30 February).
    pub fn resolve(&mut self, expression: &Expression, tense: Tense) -> Option<Resolved> {
        let mut resolved = match &expression.meaning {
            Meaning::Date(when) => self.date(*when, tense)?,
            Meaning::Time(when, clock) => self.time(*when, *clock, tense)?,
            Meaning::Duration(length) => self.duration(length),
            Meaning::Set(recurrence, freq) => {
                let mut set = plain(Type::Set, values::recurrence(*recurrence));
                set.freq.clone_from(freq);
                set.quant = freq.is_none().then_some("EVERY");
                set
            }
        };
        resolved.modifier = expression.modifier;
        Some(resolved)
    }

    fn date(&mut self, when: When, tense: Tense) -> Option<Resolved> {
        let point = self.point(when, tense)?;
        let interval = point.days.map(|(begin, end)| (values::day(begin), values::day(end)));
        let mut resolved = plain(Type::Date, point.value.clone());
        resolved.interval = interval;
        (resolved.anchor, resolved.ambiguous) = (point.anchor, point.ambiguous);
        if point.days.is_some() || point.like.is_some() {
            self.last = Some(point);
        }
        Some(resolved)
    }

    fn time(&mut self, when: Option<When>, clock: Clock, tense: Tense) -> Option<Resolved> {
        let point = match (when, clock) {
            (_, Clock::JustPast) => return Some(plain(Type::Time, "PAST_REF".to_owned())),
            (_, Clock::SomeNight) => some_day(None),
            (Some(when), _) => self.point(when, tense)?,
            (None, _) => some_day(self.document),
        };
        let mut resolved = plain(Type::Time, String::new());
        (resolved.anchor, resolved.ambiguous) = (point.anchor, point.ambiguous);
        match clock {
            Clock::At { hour, minute, second, half_unknown, zone } => {
                let seconds = second.map_or(String::new(), |s| format!(":{s:02}"));
                let offset = values::zone(zone);
                resolved.value = format!("{}T{hour:02}:{minute:02}{seconds}{offset}", point.value);
                resolved.interval = point
                    .days
                    .and_then(|(day, _)| instants(day, (hour, minute, second)))
                    .map(|(begin, end)| (begin + &offset, end + &offset));
                let reason = match zone {
                    _ if half_unknown => Some("half-of-day"),
                    Zone::Vague => Some("zone"),
                    _ => None,
                };
                resolved.ambiguous = resolved.ambiguous.or(reason);
            }
            Clock::Part(part) => {
                resolved.value = format!("{}T{}", point.value, values::part_of_day(part));
            }
            Clock::SomeNight | Clock::JustPast => {
                resolved.value = format!("{}TNI", point.value);
            }
        }
        if point.days.is_some() && when.is_some() {
            self.last = Some(point);
        }
        Some(resolved)
    }

    fn duration(&self, length: &Length) -> Resolved {
        let mut resolved = plain(Type::Duration, values::length(length));
        if length.window == 0 {
            return resolved;
        }
        let Some(document) = self.document else {
            resolved.ambiguous = Some("no-document-date");
            return resolved;
        };
        resolved.anchor = Some("document");
        if let [(Quantity::Tenths(tenths), unit)] = length.parts[..]
            && tenths % 10 == 0
            && let Ok(count) = i64::try_from(tenths / 10)
            && let Some(other) = calendar::add(document, count * i64::from(length.window), unit)
        {
            let (begin, end) =
                if length.window < 0 { (other, document) } else { (document, other) };
            resolved.interval = Some((values::day(begin), values::day(end)));
        }
        resolved
    }
}

/// The day of a time that names none: the document's, as a guess that is marked as one.
fn some_day(document: Option<Date>) -> Point {
    let Some(date) = document else {
        return Point {
            value: values::unknown(Unit::Day).to_owned(),
            ambiguous: Some("day"),
            ..Point::default()
        };
    };
    Point {
        value: values::day(date),
        days: calendar::around(date, Unit::Day),
        unit: Some(Unit::Day),
        anchor: Some("document"),
        ambiguous: Some("day"),
        like: None,
    }
}

/// The minute or second of a time.
fn instants(day: Date, (hour, minute, second): (i8, i8, Option<i8>)) -> Option<(String, String)> {
    let next = if hour == 24 { calendar::add(day, 1, Unit::Day)? } else { day };
    let begin = next.at(hour % 24, minute, second.unwrap_or(0), 0);
    let span = jiff::Span::new();
    let length = if second.is_some() { span.try_seconds(1) } else { span.try_minutes(1) };
    let end = begin.checked_add(length.ok()?).ok()?;
    let write = |at: DateTime| {
        let seconds = if second.is_some() { format!(":{:02}", at.second()) } else { String::new() };
        format!("{}T{:02}:{:02}{seconds}", values::day(at.date()), at.hour(), at.minute())
    };
    Some((write(begin), write(end)))
}

fn plain(label: Type, value: String) -> Resolved {
    let none = (None, None, None, None);
    let (modifier, interval, anchor, ambiguous) = none;
    Resolved { label, value, modifier, interval, anchor, ambiguous, quant: None, freq: None }
}
