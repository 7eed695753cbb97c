//! Single days: of the month, of the week, in digits, with a name.

use jiff::civil::Date;

use super::calendar::{self, Days};
use super::dates::absolute;
use super::{Point, Resolver, values};
use crate::cues::Tense;
use crate::meaning::{DayOfYear, Holiday, Unit, Which, Year};
use crate::options::{DateOrder, WeekdayDirection};

impl Resolver {
    pub(super) fn day(&self, day: DayOfYear, tense: Tense) -> Option<Point> {
        let of = |year| calendar::day(year, day.month, day.day);
        // Some year must have such a day.
        of(2000)?;
        let (mut year, anchor, mut ambiguous) = self.year(day.year, tense, of);
        if let (Some(weekday), Year::Open(_), Some(document)) =
            (day.weekday, day.year, self.document)
        {
            // "Friday, January 3" settles the year.
            let fits =
                |year: &i16| of(*year).is_some_and(|days| calendar::weekday(days.0) == weekday);
            let now = document.year();
            let near = [Some(now), year, Some(now - 1), Some(now + 1)];
            if let Some(found) =
                near.into_iter().flatten().filter(fits).min_by_key(|y| (y - now).abs())
            {
                (year, ambiguous) = (Some(found), None);
            }
        }
        let value = format!("{}-{:02}-{:02}", values::year(year), day.month, day.day);
        let days = match year {
            Some(year) => Some(of(year)?),
            None => None,
        };
        if let (Some(weekday), Some(days)) = (day.weekday, days)
            && calendar::weekday(days.0) != weekday
        {
            ambiguous = Some("weekday-differs");
        }
        Some(Point { value, days, unit: Some(Unit::Day), anchor, ambiguous, like: None })
    }

    pub(super) fn days(&self, first: DayOfYear, last: DayOfYear, tense: Tense) -> Option<Point> {
        let begin = self.day(first, tense)?;
        let Some((begin_day, _)) = begin.days else {
            let value = format!("{}/XXXX-{:02}-{:02}", begin.value, last.month, last.day);
            return Some(Point { value, ..begin });
        };
        let year = begin_day.year() + i16::from(last.month < first.month);
        let (end_day, end) = calendar::day(year, last.month, last.day)?;
        // "Dec. 30-Jan. 2, 2026" began the year before.
        let value = format!("{}/{}", values::day(begin_day), values::day(end_day));
        Some(Point { value, days: Some((begin_day, end)), ..begin })
    }

    pub(super) fn day_of_month(&self, day: i8, tense: Tense) -> Option<Point> {
        let Some(document) = self.document else {
            let value = format!("XXXX-XX-{day:02}");
            return Some(Point { value, ambiguous: Some("no-document-date"), ..Point::default() });
        };
        let months =
            || (-2..=2).filter_map(|n| calendar::add(document.first_of_month(), n, Unit::Month));
        let mut dates =
            months().filter_map(|first| Date::new(first.year(), first.month(), day).ok());
        let found = match tense {
            Tense::Past => dates.rfind(|d| *d <= document),
            Tense::Future => dates.find(|d| *d >= document),
            // The document's month, where nothing says more.
            Tense::Unknown => dates.find(|d| d.first_of_month() >= document.first_of_month()),
        }?;
        let sure = tense != Tense::Unknown;
        Some(Point { ambiguous: (!sure).then_some("month"), ..anchored(found) })
    }

    /// "03/01/2026"
    pub(super) fn numeric(&self, first: i8, second: i8, year: Year) -> Option<Point> {
        let day_first = match self.order {
            _ if first > 12 => Some(true),
            _ if second > 12 => Some(false),
            DateOrder::Dmy => Some(true),
            DateOrder::Mdy => Some(false),
            DateOrder::Auto if first == second => Some(true),
            DateOrder::Auto if self.facts.day_first != self.facts.month_first => {
                Some(self.facts.day_first)
            }
            DateOrder::Auto => None,
        };
        let Some(day_first) = day_first else {
            let (year, anchor, _) = self.year(year, Tense::Unknown, |_| None);
            let value = format!("{}-XX-XX", values::year(year));
            return Some(Point {
                value,
                anchor,
                ambiguous: Some("day-month-order"),
                ..Point::default()
            });
        };
        let (day, month) = if day_first { (first, second) } else { (second, first) };
        self.day(DayOfYear { year, month, day, weekday: None }, Tense::Unknown)
    }

    pub(super) fn weekday(&self, day: i8, which: Which, tense: Tense) -> Option<Point> {
        let Some(document) = self.document else {
            let value = format!("XXXX-WXX-{day}");
            return Some(Point { value, ambiguous: Some("no-document-date"), ..Point::default() });
        };
        let today = calendar::weekday(document);
        // Days back to the last such weekday, today included.
        let back = i64::from((today - day).rem_euclid(7));
        let (past, future) = (-back, (7 - back) % 7);
        let forward = match (self.direction, tense) {
            (WeekdayDirection::Tense, tense) => tense == Tense::Future,
            (WeekdayDirection::Past, _) => false,
            (WeekdayDirection::Future, _) => true,
            (WeekdayDirection::Nearest, _) => future < back,
        };
        let bare = if forward { future } else { past };
        let shift = match which {
            Which::Bare => bare,
            Which::Last => {
                if back == 0 {
                    -7
                } else {
                    past
                }
            }
            Which::Next => {
                if back == 0 {
                    7
                } else {
                    future
                }
            }
            Which::This if tense == Tense::Past => past,
            Which::This => future,
        };
        let date = calendar::add(document, shift, Unit::Day)?;
        let this_week =
            calendar::around(date, Unit::Week) == calendar::around(document, Unit::Week);
        let ambiguous = match which {
            // Of this week, or of the one before or after it?
            Which::Last | Which::Next if this_week => Some("which-week"),
            Which::Bare
                if self.direction == WeekdayDirection::Tense
                    && tense == Tense::Unknown
                    && back != 0 =>
            {
                Some("weekday")
            }
            _ => None,
        };
        Some(Point { ambiguous, ..anchored(date) })
    }

    pub(super) fn weekend(&self, which: Which) -> Option<Point> {
        let Some(document) = self.document else {
            let value = "XXXX-WXX-WE".to_owned();
            return Some(Point { value, ambiguous: Some("no-document-date"), ..Point::default() });
        };
        let weeks = match which {
            Which::Last => -1,
            Which::This | Which::Bare => 0,
            Which::Next => 1,
        };
        let (monday, end) =
            calendar::around(calendar::add(document, weeks, Unit::Week)?, Unit::Week)?;
        let saturday = calendar::add(monday, 5, Unit::Day)?;
        let point = absolute(values::weekend(monday), Some((saturday, end)), Unit::Week);
        Some(Point { anchor: Some("document"), ..point })
    }

    pub(super) fn holiday_value(&self, days: Option<Days>, holiday: Holiday) -> String {
        match (days, holiday) {
            (Some((day, _)), _) => values::day(day),
            (None, Holiday::Fixed(month, day)) => format!("XXXX-{month:02}-{day:02}"),
            (None, _) => values::unknown(Unit::Day).to_owned(),
        }
    }
}

fn anchored(date: Date) -> Point {
    let point = absolute(values::day(date), calendar::around(date, Unit::Day), Unit::Day);
    Point { anchor: Some("document"), ..point }
}
