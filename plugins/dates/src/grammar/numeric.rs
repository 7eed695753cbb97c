//! Dates in digits alone: "2026-01-03", "03/01/2026", "2026-W02".

use super::calendar::a_day;
use super::{Found, Grammar};
use crate::lexer::Kind;
use crate::meaning::{Clock, DayOfYear, Meaning, When, Year, Zone};

impl Grammar<'_> {
    /// "2026-01-03", "03/01/2026", "3.1.2026", "2026-01", "2026-W02", "2026-03-01T12:00Z"
    pub(super) fn numeric(&self, at: usize) -> Option<Found> {
        let (first, length) = self.digits(at)?;
        let Some(Kind::Mark(mark @ (b'-' | b'/' | b'.'))) = self.kind(at + 1) else { return None };
        if !self.glued(at + 1) || !self.glued(at + 2) {
            return None;
        }
        if length == 4 && mark == b'-' && self.is(at + 2, "W") && self.glued(at + 3) {
            let (week, _) = self.digits(at + 3).filter(|d| d.1 == 2 && (1..=53).contains(&d.0))?;
            let when = When::Week(first as i16, week as i8);
            return self.ends(at + 4).then_some((Meaning::Date(when), None, at + 4));
        }
        let (second, width) = self.digits(at + 2)?;
        if !self.mark(at + 3, mark) || !self.glued(at + 3) || !self.glued(at + 4) {
            // "2011-12" is a season in news, as "2012-13" is; `year_range` says that it is unsure.
            let season = second == (first + 1) % 100;
            let month =
                length == 4 && width == 2 && mark == b'-' && (1..=12).contains(&second) && !season;
            let free = self.ends(at + 3) && (1000..=2999).contains(&first);
            let when = When::Month(Year::Given(first as i16), second as i8);
            return (month && free).then_some((Meaning::Date(when), None, at + 3));
        }
        let (third, digits) = self.digits(at + 4)?;
        let end = at + 5;
        if length == 4 && width <= 2 && digits <= 2 {
            // "2019.3.1" is a version.
            if mark == b'.' && (width < 2 || digits < 2) {
                return None;
            }
            let day = calendar_day(first, second, third)?;
            return Some(self.iso_time(day, end).unwrap_or_else(|| a_day(day, end)))
                .filter(|found| self.ends(found.2));
        }
        if length > 2 || width > 2 || !self.ends(end) || !matches!(digits, 2 | 4) {
            return None;
        }
        let year = if digits == 4 { Year::Given(third as i16) } else { Year::Short(third as i16) };
        let (a, b) = (first as i8, second as i8);
        let day_first = mark == b'.';
        let possible = (1..=31).contains(&a) && (1..=12).contains(&b)
            || !day_first && (1..=12).contains(&a) && (1..=31).contains(&b);
        if !possible || mark == b'.' && digits == 2 {
            return None;
        }
        if day_first {
            return Some(a_day(DayOfYear { year, month: b, day: a, weekday: None }, end));
        }
        Some((Meaning::Date(When::Numeric(a, b, year)), None, end))
    }

    /// The rest of "2026-03-01T12:00Z", from the T on.
    fn iso_time(&self, day: DayOfYear, at: usize) -> Option<Found> {
        if !self.is(at, "T") || !self.glued(at) || !self.glued(at + 1) {
            return None;
        }
        let (hour, minute, second, mut end) = self.colons(at + 1)?;
        let mut zone = Zone::None;
        if self.is(end, "Z") && self.glued(end) {
            zone = Zone::Offset(0);
            end += 1;
        } else if (self.mark(end, b'+') || self.mark(end, b'-')) && self.glued(end) {
            let sign = if self.mark(end, b'+') { 1 } else { -1 };
            let (hours, minutes, _, behind) = self.colons(end + 1)?;
            zone = Zone::Offset(sign * (i16::from(hours) * 60 + i16::from(minutes)));
            end = behind;
        }
        let clock = Clock::At { hour, minute, second, half_unknown: false, zone };
        Some((Meaning::Time(Some(When::Day(day)), clock), None, end))
    }
}

fn calendar_day(year: i32, month: i32, day: i32) -> Option<DayOfYear> {
    let fits =
        (1000..=2999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let year = Year::Given(year as i16);
    fits.then_some(DayOfYear { year, month: month as i8, day: day as i8, weekday: None })
}
