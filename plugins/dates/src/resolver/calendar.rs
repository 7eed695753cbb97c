//! The calendar: pure functions of dates. Gregorian throughout, weeks as ISO 8601 has them.

use jiff::Span;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::meaning::{Holiday, Season, Unit, YearPart};

/// From the first day on, up to the second, which is no part of it.
pub type Days = (Date, Date);

/// The date so many units away; months and years keep the day where the month has it, else its last.
#[must_use]
pub fn add(date: Date, count: i64, unit: Unit) -> Option<Date> {
    let span = Span::new();
    let times = |factor: i64| count.checked_mul(factor);
    let span = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => return None,
        Unit::Day => span.try_days(count),
        Unit::Week => span.try_weeks(count),
        Unit::Fortnight => span.try_weeks(times(2)?),
        Unit::Month => span.try_months(count),
        Unit::Quarter => span.try_months(times(3)?),
        Unit::Year => span.try_years(count),
        Unit::Decade => span.try_years(times(10)?),
        Unit::Century => span.try_years(times(100)?),
    };
    date.checked_add(span.ok()?).ok()
}

/// The day, week, month and so on in which a date lies.
#[must_use]
pub fn around(date: Date, unit: Unit) -> Option<Days> {
    let (year, month) = (date.year(), date.month());
    let begin = match unit {
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => date,
        Unit::Week | Unit::Fortnight => monday(date)?,
        Unit::Month => date.first_of_month(),
        Unit::Quarter => Date::new(year, (month - 1) / 3 * 3 + 1, 1).ok()?,
        Unit::Year => Date::new(year, 1, 1).ok()?,
        Unit::Decade => Date::new(year.div_euclid(10) * 10, 1, 1).ok()?,
        Unit::Century => Date::new(year.div_euclid(100) * 100, 1, 1).ok()?,
    };
    let length = if unit == Unit::Fortnight { Unit::Week } else { unit.max(Unit::Day) };
    Some((begin, add(begin, 1, length)?))
}

fn monday(date: Date) -> Option<Date> {
    add(date, -i64::from(date.weekday().to_monday_zero_offset()), Unit::Day)
}

/// A week by its number.
#[must_use]
pub fn week(year: i16, week: i8) -> Option<Days> {
    let begin = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
    Some((begin, add(begin, 1, Unit::Week)?))
}

/// From Monday, 1, to Sunday, 7.
#[must_use]
pub fn weekday(date: Date) -> i8 {
    date.weekday().to_monday_one_offset()
}

/// One day.
#[must_use]
pub fn day(year: i16, month: i8, day: i8) -> Option<Days> {
    around(Date::new(year, month, day).ok()?, Unit::Day)
}

/// One month.
#[must_use]
pub fn month(year: i16, month: i8) -> Option<Days> {
    around(Date::new(year, month, 1).ok()?, Unit::Month)
}

/// From the first day of one year to the last of another.
#[must_use]
pub fn years(first: i16, last: i16) -> Option<Days> {
    Some((Date::new(first, 1, 1).ok()?, Date::new(last.checked_add(1)?, 1, 1).ok()?))
}

/// A quarter or half of a year.
#[must_use]
pub fn part(year: i16, part: YearPart) -> Option<Days> {
    let (first, months) = match part {
        YearPart::Quarter(number) => ((number as i8 - 1) * 3 + 1, 3),
        YearPart::Half(number) => ((number as i8 - 1) * 6 + 1, 6),
    };
    let begin = Date::new(year, first, 1).ok()?;
    Some((begin, add(begin, months, Unit::Month)?))
}

/// A season by whole months, in the north; only to tell which year is meant.
#[must_use]
pub fn season(year: i16, season: Season) -> Option<Days> {
    let first = match season {
        Season::Spring => 3,
        Season::Summer => 6,
        Season::Autumn => 9,
        Season::Winter => 12,
    };
    let begin = Date::new(year, first, 1).ok()?;
    Some((begin, add(begin, 3, Unit::Month)?))
}

/// A day with a name.
#[must_use]
pub fn holiday(year: i16, holiday: Holiday) -> Option<Days> {
    let date = match holiday {
        Holiday::Fixed(month, day) => Date::new(year, month, day).ok()?,
        Holiday::Easter(days) => add(easter(year)?, days, Unit::Day)?,
        Holiday::Nth(month, nth, weekday) => {
            let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
            Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?
        }
    };
    around(date, Unit::Day)
}

/// Easter Sunday of the Gregorian calendar: the computus of Meeus, Jones and Butcher.
#[must_use]
pub fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let a = y.rem_euclid(19);
    let (b, c) = (y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (1961, 4, 2),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
            (2100, 3, 28),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)), "{year}");
        }
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        let week_of = |date: Date| around(date, Unit::Week);
        assert_eq!(week_of(date(2026, 1, 11)), week(2026, 2));
        assert_eq!(week_of(date(2025, 12, 29)), week(2026, 1));
        assert_eq!(week_of(date(2027, 1, 3)), week(2026, 53));
        assert_eq!(week(2025, 53), None);
    }

    #[test]
    fn months_keep_the_day_where_they_can() {
        assert_eq!(add(date(2024, 1, 31), 1, Unit::Month), Some(date(2024, 2, 29)));
        assert_eq!(add(date(2024, 2, 29), -1, Unit::Year), Some(date(2023, 2, 28)));
        assert_eq!(add(date(2024, 5, 15), i64::MAX, Unit::Century), None);
    }

    #[test]
    fn named_days_are_found() {
        let first = |h, y| holiday(y, h).map(|days| days.0);
        assert_eq!(first(Holiday::Nth(11, 4, 4), 2025), Some(date(2025, 11, 27)));
        assert_eq!(first(Holiday::Nth(5, -1, 1), 2026), Some(date(2026, 5, 25)));
        assert_eq!(first(Holiday::Easter(-2), 2026), Some(date(2026, 4, 3)));
    }
}
