//! How values are written: ISO 8601, with the additions of TIMEX3.

use std::fmt::Write;

use jiff::civil::Date;

use super::calendar::weekday;
use crate::meaning::{Length, Part, Quantity, Recurrence, Season, Unit, YearPart, Zone};

/// `2026-01-10`
pub fn day(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The day, week, month, ... in which a date lies.
pub fn around(date: Date, unit: Unit) -> String {
    let year = date.year();
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => day(date),
        Unit::Week | Unit::Fortnight => {
            let week = date.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        Unit::Month => format!("{year:04}-{:02}", date.month()),
        Unit::Quarter => format!("{year:04}-Q{}", (date.month() - 1) / 3 + 1),
        Unit::Year => format!("{year:04}"),
        Unit::Decade => format!("{:03}", year.div_euclid(10)),
        Unit::Century => format!("{:02}", year.div_euclid(100)),
    }
}

/// One of which only the unit is known.
pub fn unknown(unit: Unit) -> &'static str {
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => "XXXX-XX-XX",
        Unit::Week | Unit::Fortnight => "XXXX-WXX",
        Unit::Month => "XXXX-XX",
        Unit::Quarter => "XXXX-QX",
        Unit::Year => "XXXX",
        Unit::Decade => "XXX",
        Unit::Century => "XX",
    }
}

/// `2026-W02-WE`
pub fn weekend(monday: Date) -> String {
    debug_assert_eq!(weekday(monday), 1);
    format!("{}-WE", around(monday, Unit::Week))
}

/// A year, or `XXXX`.
pub fn year(year: Option<i16>) -> String {
    year.map_or_else(|| "XXXX".to_owned(), |year| format!("{year:04}"))
}

/// `Q1`, `H2`
pub fn part_of_year(part: YearPart) -> String {
    match part {
        YearPart::Quarter(number) => format!("Q{number}"),
        YearPart::Half(number) => format!("H{number}"),
    }
}

/// `SP`, `SU`, `FA`, `WI`
pub fn season(season: Season) -> &'static str {
    match season {
        Season::Spring => "SP",
        Season::Summer => "SU",
        Season::Autumn => "FA",
        Season::Winter => "WI",
    }
}

/// `MO`, `MI`, `AF`, `EV`, `NI`
pub fn part_of_day(part: Part) -> &'static str {
    match part {
        Part::Morning => "MO",
        Part::Midday => "MI",
        Part::Afternoon => "AF",
        Part::Evening => "EV",
        Part::Night => "NI",
    }
}

/// `Z`, `-05:00`, or nothing.
pub fn zone(zone: Zone) -> String {
    match zone {
        Zone::Offset(0) => "Z".to_owned(),
        Zone::Offset(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
        Zone::None | Zone::Vague => String::new(),
    }
}

/// `P3W`, `PT2H27M43S`, `P2.5Y`, `PXM`
pub fn length(length: &Length) -> String {
    let (mut days, mut hours) = (String::new(), String::new());
    for &(quantity, unit) in &length.parts {
        match quantity {
            Quantity::Many => many(unit, &mut days, &mut hours),
            Quantity::Tenths(tenths) => exact(tenths, unit, &mut days, &mut hours),
        }
    }
    if hours.is_empty() { format!("P{days}") } else { format!("P{days}T{hours}") }
}

fn many(unit: Unit, days: &mut String, hours: &mut String) {
    match unit {
        Unit::Second => hours.push_str("XS"),
        Unit::Minute => hours.push_str("XM"),
        Unit::Hour => hours.push_str("XH"),
        Unit::Day => days.push_str("XD"),
        Unit::Week | Unit::Fortnight => days.push_str("XW"),
        Unit::Month | Unit::Quarter => days.push_str("XM"),
        Unit::Year => days.push_str("XY"),
        // ISO 8601 has no letter for these; TIMEX3 has.
        Unit::Decade => days.push_str("XDE"),
        Unit::Century => days.push_str("XCE"),
    }
}

fn exact(tenths: u64, unit: Unit, days: &mut String, hours: &mut String) {
    match unit {
        Unit::Second => put(hours, tenths, 'S'),
        Unit::Minute => sixtieths(hours, tenths, ('M', 'S')),
        Unit::Hour => sixtieths(hours, tenths, ('H', 'M')),
        Unit::Day if tenths == 5 => hours.push_str("12H"),
        Unit::Day => put(days, tenths, 'D'),
        Unit::Week => put(days, tenths, 'W'),
        Unit::Fortnight => put(days, tenths * 2, 'W'),
        Unit::Month => put(days, tenths, 'M'),
        Unit::Quarter => put(days, tenths * 3, 'M'),
        Unit::Year if tenths == 5 => days.push_str("6M"),
        Unit::Year => put(days, tenths, 'Y'),
        Unit::Decade => put(days, tenths * 10, 'Y'),
        Unit::Century => put(days, tenths * 100, 'Y'),
    }
}

/// Hours as hours and minutes, minutes as minutes and seconds.
fn sixtieths(out: &mut String, tenths: u64, (whole, rest): (char, char)) {
    if tenths >= 10 || tenths == 0 {
        put(out, tenths / 10 * 10, whole);
    }
    if !tenths.is_multiple_of(10) {
        put(out, tenths % 10 * 60, rest);
    }
}

fn put(out: &mut String, tenths: u64, letter: char) {
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let fraction = if tenth > 0 { format!(".{tenth}") } else { String::new() };
    // Writing to a string does not fail.
    let _ = write!(out, "{whole}{fraction}{letter}");
}

/// `P2W`, `XXXX-WXX-6TMO`
pub fn recurrence(recurrence: Recurrence) -> String {
    let timed = |part: Option<Part>| part.map_or(String::new(), |p| format!("T{}", part_of_day(p)));
    match recurrence {
        Recurrence::Period(count, unit) => {
            let tenths = Quantity::Tenths(count.saturating_mul(10));
            length(&Length { parts: vec![(tenths, unit)], window: 0 })
        }
        Recurrence::Weekday(day, part) => format!("XXXX-WXX-{day}{}", timed(part)),
        Recurrence::Weekend => "XXXX-WXX-WE".to_owned(),
        Recurrence::Month(month) => format!("XXXX-{month:02}"),
        Recurrence::Season(code) => format!("XXXX-{}", season(code)),
        Recurrence::Part(part) => format!("XXXX-XX-XXT{}", part_of_day(part)),
    }
}
