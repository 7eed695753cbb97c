//! The beginning, middle and end of something: "early 2025", "mid-May", "the end of the year".

use super::{Found, Grammar};
use crate::lexicon::Word;
use crate::meaning::{From, Meaning, Unit, When, Which, Year};

impl Grammar<'_> {
    /// "the end of 2027", "early 2025", "mid-May", "later this year", "late on Tuesday"
    pub(super) fn edge(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        let (modifier, end) = self.edge_word(next)?;
        // "the end of the year"
        let of_the = self.row(end, &["the"]);
        if of_the > 0
            && self.is(end - 1, "of")
            && let Some(Word::Unit(
                unit @ (Unit::Week | Unit::Month | Unit::Year | Unit::Decade | Unit::Century),
            )) = self.word(end + 1)
        {
            let when = When::Shift(0, unit, From::Document);
            return Some((Meaning::Date(when), Some(modifier), end + 2));
        }
        let inner = [
            Self::month_loosely,
            Self::day_like,
            Self::years,
            Self::year_loosely,
            Self::part_of_year,
            Self::relative,
            Self::holiday,
        ];
        let found = inner.into_iter().filter_map(|rule| rule(self, end));
        let (meaning, None, end) = found.reduce(|a, b| if b.2 > a.2 { b } else { a })? else {
            return None;
        };
        let Meaning::Date(when) = meaning else { return None };
        let fits = !matches!(when, When::Reference(_));
        fits.then_some((meaning, Some(modifier), end))
    }

    fn edge_word(&self, at: usize) -> Option<(&'static str, usize)> {
        let ends = [
            ("end", "END"),
            ("close", "END"),
            ("beginning", "START"),
            ("start", "START"),
            ("middle", "MID"),
        ];
        if let Some(modifier) = self.choose(at, &ends) {
            return self.is(at + 1, "of").then_some((modifier, at + 2));
        }
        let modifier = self.choose(
            at,
            &[
                ("early", "START"),
                ("earlier", "START"),
                ("late", "END"),
                ("later", "END"),
                ("mid", "MID"),
            ],
        )?;
        let mut end = at + 1;
        end += usize::from(self.mark(end, b'-') || self.any(end, &["in", "on"]));
        Some((modifier, end))
    }

    fn month_loosely(&self, at: usize) -> Option<Found> {
        let (month, end) = self.month_name(at)?;
        let (year, end) = self.year_behind(end).unwrap_or((Year::Open(Which::Bare), end));
        Some((Meaning::Date(When::Month(year, month)), None, end))
    }

    fn year_loosely(&self, at: usize) -> Option<Found> {
        let (year, end) = self.four_digits(at)?;
        Some((Meaning::Date(When::Year(year)), None, end))
    }

    fn day_like(&self, at: usize) -> Option<Found> {
        match self.word(at)? {
            Word::Weekday(day) if self.capital(at) => {
                Some((Meaning::Date(When::Weekday(day, Which::Bare)), None, at + 1))
            }
            _ => None,
        }
    }
}
