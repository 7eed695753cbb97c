//! What an expression says, before it is known when that is: the grammar makes it from words, the
//! resolver makes values of it.

use std::ops::Range;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// SI second.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// A calendar day.
    Day,
    /// A week, from Monday.
    Week,
    /// Two weeks.
    Fortnight,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// Ten years.
    Decade,
    /// A hundred years.
    Century,
}

/// How much of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// In tenths, so that "2.5" and "two and a half" are exact.
    Tenths(u64),
    /// "several", or a plural without a number: X.
    Many,
}

/// A part of the day, with the code that TIMEX3 has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `MO`
    Morning,
    /// `MI`
    Midday,
    /// `AF`
    Afternoon,
    /// `EV`
    Evening,
    /// `NI`
    Night,
}

/// A season. TIMEX3 has the codes `SP`, `SU`, `FA` and `WI`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    /// `SP`
    Spring,
    /// `SU`
    Summer,
    /// `FA`
    Autumn,
    /// `WI`: named after the year in which it begins.
    Winter,
}

/// Which of many, counted from the document's date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Nothing says it.
    Bare,
    /// "last", "past"
    Last,
    /// "this", "current"
    This,
    /// "next", "coming"
    Next,
}

/// What a shift is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The document's date ("ago").
    Document,
    /// The date before it in the text ("two days later", "the previous year").
    Text,
    /// As `Text`, and as long as that: "a year earlier", said of a quarter, is a quarter.
    Like,
}

/// The year of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// "2026"
    Given(i16),
    /// "'98": the last two digits.
    Short(i16),
    /// Counted from the document's year, or the year before in the text.
    Shift(i64, From),
    /// Not said, or said by "last" and the like.
    Open(Which),
}

/// A part of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearPart {
    /// 1 to 4.
    Quarter(u8),
    /// 1 or 2.
    Half(u8),
}

/// A feast or another day with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holiday {
    /// The same day of each year: month, day.
    Fixed(i8, i8),
    /// Days after Easter Sunday (Gregorian).
    Easter(i64),
    /// The nth weekday of a month, the last for -1; weekdays count from Monday, 1.
    Nth(i8, i8, i8),
}

/// A day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfYear {
    /// Its year.
    pub year: Year,
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
    /// The weekday that stands beside it, from Monday, 1.
    pub weekday: Option<i8>,
}

/// A day or something longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// "3 January 2026"
    Day(DayOfYear),
    /// "the 28th"
    DayOfMonth(i8),
    /// "03/01/2026": whichever comes first.
    Numeric(i8, i8, Year),
    /// "2026-W02"
    Week(i16, i8),
    /// "January 2026"
    Month(Year, i8),
    /// "2026", "next year" are shifts or this.
    Year(i16),
    /// "2019-20"; whether it could be a month as well.
    Years(i16, i16, bool),
    /// "the 1990s": the first year; whether the century is not said.
    Decade(i16, bool),
    /// "the 19th century": its number.
    Century(i16),
    /// "spring 2024"
    Season(Year, Season),
    /// "Q3 2025"
    Part(Year, YearPart),
    /// "fiscal 2025"
    Fiscal(i16),
    /// "Easter 2025"
    Holiday(Year, Holiday),
    /// "last Friday": from Monday, 1.
    Weekday(i8, Which),
    /// "this weekend"
    Weekend(Which),
    /// So many units away; a whole one, if it is 0.
    Shift(i64, Unit, From),
    /// "3 to 5 May"
    Days(DayOfYear, DayOfYear),
    /// "recently", "now", "the future": the code.
    Reference(&'static str),
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// "5:30 p.m."
    At {
        /// 0 to 24.
        hour: i8,
        /// 0 to 59.
        minute: i8,
        /// Where it is said.
        second: Option<i8>,
        /// Neither a.m. nor p.m. is said, and it could be both.
        half_unknown: bool,
        /// What follows it.
        zone: Zone,
    },
    /// "morning"
    Part(Part),
    /// "overnight": a night, but which one is not said.
    SomeNight,
    /// "an hour ago", where only days are known.
    JustPast,
}

/// A time zone that stands behind a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// None.
    None,
    /// Minutes east of Greenwich.
    Offset(i16),
    /// One whose offset depends on the date or the place ("ET", "local time").
    Vague,
}

/// How long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    /// "2 hours, 27 minutes": in the order of the text.
    pub parts: Vec<(Quantity, Unit)>,
    /// Up to the document's date (-1), from it on (1), or neither (0).
    pub window: i8,
}

/// What is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// "every two weeks"
    Period(u64, Unit),
    /// "every Saturday morning"
    Weekday(i8, Option<Part>),
    /// "weekends"
    Weekend,
    /// "every January"
    Month(i8),
    /// "every summer"
    Season(Season),
    /// "every morning"
    Part(Part),
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A day, or something longer.
    Date(When),
    /// A time; of which day, if that is said.
    Time(Option<When>, Clock),
    /// How long.
    Duration(Length),
    /// Again and again; how often in each ("2X").
    Set(Recurrence, Option<String>),
}

/// An expression that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Numbers of its tokens.
    pub tokens: Range<usize>,
    /// What it says.
    pub meaning: Meaning,
    /// `mod` of TIMEX3: `START`, `APPROX`, ...
    pub modifier: Option<&'static str>,
}
