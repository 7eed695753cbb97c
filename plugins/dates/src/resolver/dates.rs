//! Days and longer stretches: which one is meant.

use jiff::civil::Date;

use super::calendar::{self, Days};
use super::{Point, Resolver, values};
use crate::cues::Tense;
use crate::meaning::{From, Unit, When, Which, Year};

/// A date without a year is seldom this far away, in days, where the other one is so near.
const SELDOM: i64 = 305;
const NEAR: i64 = 45;

/// Nothing says on which side of the document a date lies, and this far away it matters, in days.
const FAR: i64 = 90;

impl Resolver {
    pub(super) fn point(&self, when: When, tense: Tense) -> Option<Point> {
        match when {
            When::Day(day) => self.day(day, tense),
            When::Days(first, last) => self.days(first, last, tense),
            When::DayOfMonth(day) => self.day_of_month(day, tense),
            When::Numeric(first, second, year) => self.numeric(first, second, year),
            When::Weekday(day, which) => self.weekday(day, which, tense),
            When::Weekend(which) => self.weekend(which),
            When::Month(year, month) => self.of_year(year, tense, Unit::Month, |y| {
                let like = When::Month(Year::Given(y.unwrap_or(0)), month);
                (
                    format!("{}-{month:02}", values::year(y)),
                    y.and_then(|y| calendar::month(y, month)),
                    Some(like),
                )
            }),
            When::Part(year, part) => self.of_year(year, tense, Unit::Quarter, |y| {
                let like = When::Part(Year::Given(y.unwrap_or(0)), part);
                let value = format!("{}-{}", values::year(y), values::part_of_year(part));
                (value, y.and_then(|y| calendar::part(y, part)), Some(like))
            }),
            When::Season(year, season) => {
                let point = self.of_year(year, tense, Unit::Quarter, |y| {
                    let like = When::Season(Year::Given(y.unwrap_or(0)), season);
                    let value = format!("{}-{}", values::year(y), values::season(season));
                    (value, y.and_then(|y| calendar::season(y, season)), Some(like))
                })?;
                // Where summer is depends on where one is, so it has no days.
                Some(Point { days: None, ..point })
            }
            When::Holiday(year, holiday) => self.of_year(year, tense, Unit::Day, |y| {
                let days = y.and_then(|y| calendar::holiday(y, holiday));
                (self.holiday_value(days, holiday), days, None)
            }),
            When::Week(year, week) => {
                let days = calendar::week(year, week)?;
                Some(absolute(format!("{year:04}-W{week:02}"), Some(days), Unit::Week))
            }
            When::Year(year) => {
                Some(absolute(format!("{year:04}"), calendar::years(year, year), Unit::Year))
            }
            When::Years(first, last, month) => {
                let value = format!("{first:04}/{last:04}");
                let point = absolute(value, calendar::years(first, last), Unit::Year);
                Some(Point { ambiguous: month.then_some("month-or-years"), unit: None, ..point })
            }
            When::Decade(year, short) => Some(self.decade(year, short)),
            When::Century(number) => {
                let first = (number - 1) * 100;
                // Written like the years: the 18xx are the 19th, though it ended with 1900.
                let days = calendar::years(first, first + 99);
                Some(absolute(format!("{:02}", number - 1), days, Unit::Century))
            }
            When::Fiscal(year) => {
                let point = absolute(format!("FY{year:04}"), None, Unit::Year);
                Some(Point { like: Some(when), ..point })
            }
            When::Shift(count, unit, from) => self.shift(count, unit, from),
            When::Reference(code) => Some(Point { value: code.to_owned(), ..Point::default() }),
        }
    }

    /// Something of a year: which year it is. `of` gives value, days and likeness of each.
    fn of_year(
        &self,
        year: Year,
        tense: Tense,
        unit: Unit,
        of: impl Fn(Option<i16>) -> (String, Option<Days>, Option<When>),
    ) -> Option<Point> {
        let (year, anchor, ambiguous) = self.year(year, tense, |y| of(Some(y)).1);
        let (value, days, like) = of(year);
        if year.is_some() && days.is_none() {
            return None;
        }
        let like = like.filter(|_| year.is_some());
        Some(Point { value, days, unit: Some(unit), anchor, ambiguous, like })
    }

    /// The year, what it was counted from, and why it is not sure.
    pub(super) fn year(
        &self,
        year: Year,
        tense: Tense,
        days: impl Fn(i16) -> Option<Days>,
    ) -> (Option<i16>, Option<&'static str>, Option<&'static str>) {
        const LACKING: (Option<i16>, Option<&str>, Option<&str>) =
            (None, None, Some("no-document-date"));
        match year {
            Year::Given(year) => (Some(year), None, None),
            Year::Short(short) => match self.century_of(short) {
                Some(year) => (Some(year), None, None),
                None => (None, None, Some("century")),
            },
            Year::Shift(count, From::Document) => {
                match self.document.and_then(|d| calendar::add(d, count, Unit::Year)) {
                    Some(date) => (Some(date.year()), Some("document"), None),
                    None => LACKING,
                }
            }
            Year::Shift(count, From::Text | From::Like) => {
                let base = self.last.as_ref().and_then(|last| last.days);
                match base.and_then(|(begin, _)| calendar::add(begin, count, Unit::Year)) {
                    Some(date) => (Some(date.year()), Some("text"), Some("anchor")),
                    None => (None, None, Some("anchor")),
                }
            }
            Year::Open(which) => match self.document {
                Some(document) => {
                    let (year, sure) = open_year(document, which, tense, days);
                    (year, Some("document"), (!sure).then_some("year"))
                }
                None => LACKING,
            },
        }
    }

    /// The year of two digits, at most ten years ahead.
    fn century_of(&self, short: i16) -> Option<i16> {
        let now = self.document?.year();
        let this = now.div_euclid(100) * 100 + short;
        Some(if this > now + 10 { this - 100 } else { this })
    }

    /// "the '80s" and, for other numbers than tens, "'98".
    fn decade(&self, year: i16, short: bool) -> Point {
        let unit = if year % 10 == 0 { Unit::Decade } else { Unit::Year };
        let of = |year: i16| {
            let date = Date::new(year, 1, 1).ok();
            let value = date.map_or(String::new(), |date| values::around(date, unit));
            absolute(value, date.and_then(|date| calendar::around(date, unit)), unit)
        };
        if !short {
            return of(year);
        }
        let Some(document) = self.document else {
            let digits = if unit == Unit::Decade { year / 10 } else { year };
            let value = format!("XX{digits}");
            return Point { value, ambiguous: Some("century"), ..Point::default() };
        };
        let this = document.year().div_euclid(100) * 100 + year;
        let passed = this <= document.year();
        let point = of(if passed { this } else { this - 100 });
        // The '20s of this century or of the one before.
        Point { ambiguous: (passed && unit == Unit::Decade).then_some("century"), ..point }
    }

    fn shift(&self, count: i64, unit: Unit, from: From) -> Option<Point> {
        let open = |ambiguous| Point {
            value: values::unknown(unit).to_owned(),
            ambiguous: Some(ambiguous),
            ..Point::default()
        };
        if from == From::Document {
            let Some(document) = self.document else { return Some(open("no-document-date")) };
            return Some(shifted(document, count, unit, "document"));
        }
        let Some(last) = &self.last else { return Some(open("anchor")) };
        if from == From::Like
            && let Some(like) = last.like
        {
            let point = self.point(moved(like, count)?, Tense::Unknown)?;
            return Some(Point { anchor: Some("text"), ambiguous: Some("anchor"), ..point });
        }
        match (last.days, last.unit) {
            (Some((begin, _)), Some(own)) if own <= unit => {
                let point = shifted(begin, count, unit, "text");
                Some(Point { ambiguous: Some("anchor"), ..point })
            }
            _ => Some(open("anchor")),
        }
    }
}

/// The stretch so many units away from a date.
fn shifted(from: Date, count: i64, unit: Unit, anchor: &'static str) -> Point {
    let Some(date) = calendar::add(from, count, unit).filter(|date| date.year() > 0) else {
        let value = if count < 0 { "PAST_REF" } else { "FUTURE_REF" };
        return Point { value: value.to_owned(), anchor: Some(anchor), ..Point::default() };
    };
    let point = absolute(values::around(date, unit), calendar::around(date, unit), unit);
    Point { anchor: Some(anchor), ..point }
}

/// The same stretch of a year so many years away.
fn moved(like: When, years: i64) -> Option<When> {
    let add = |year: i16| i16::try_from(i64::from(year) + years).ok();
    Some(match like {
        When::Month(Year::Given(year), month) => When::Month(Year::Given(add(year)?), month),
        When::Part(Year::Given(year), part) => When::Part(Year::Given(add(year)?), part),
        When::Season(Year::Given(year), season) => When::Season(Year::Given(add(year)?), season),
        When::Fiscal(year) => When::Fiscal(add(year)?),
        _ => return None,
    })
}

pub(super) fn absolute(value: String, days: Option<Days>, unit: Unit) -> Point {
    Point { value, days, unit: Some(unit), ..Point::default() }
}

/// The year of something that has none, and whether its side of the document is sure.
fn open_year(
    document: Date,
    which: Which,
    tense: Tense,
    days: impl Fn(i16) -> Option<Days>,
) -> (Option<i16>, bool) {
    let now = document.year();
    // Four years, for the 29th of February.
    let all = || (now - 4..=now + 4).filter_map(|year| days(year).map(|days| (year, days)));
    let far = |days: Days| i64::from(document.until(days.0).map_or(0, |span| span.get_days()));
    let last = |passed: &dyn Fn(Days) -> bool| all().filter(|d| passed(d.1)).last();
    let next = |ahead: &dyn Fn(Days) -> bool| all().find(|d| ahead(d.1));
    let year = |found: Option<(i16, Days)>| found.map(|d| d.0);
    let (past, future) = (last(&|d| d.0 <= document), next(&|d| d.1 > document));
    // Against the tense, where that leads too far away.
    let odd = |chosen: Option<(i16, Days)>, other: Option<(i16, Days)>| match (chosen, other) {
        (Some(a), Some(b)) if far(a.1).abs() > SELDOM && far(b.1).abs() < NEAR => {
            (Some(b.0), false)
        }
        _ => (year(chosen), true),
    };
    match (which, tense) {
        (Which::This, _) => (Some(now), true),
        (Which::Last, _) => (year(last(&|d| d.1 <= document)), true),
        (Which::Next, _) => (year(next(&|d| d.0 > document)), true),
        (Which::Bare, Tense::Past) => odd(past, future),
        (Which::Bare, Tense::Future) => odd(future, past),
        (Which::Bare, Tense::Unknown) => {
            let nearest = all().min_by_key(|d| far(d.1).abs());
            (year(nearest), nearest.is_none_or(|d| far(d.1).abs() <= FAR))
        }
    }
}
