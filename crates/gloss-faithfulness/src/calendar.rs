//! Dates as far as they are said: a day of the week, a day of a month, a year, "last week".

use std::ops::Range;

use crate::words::Word;

/// A date in a sentence; what is not said of it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Date {
    /// Positions of its words.
    pub words: Range<usize>,
    pub year: Option<i32>,
    /// From 1.
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// From 0, a Monday.
    pub weekday: Option<u32>,
    /// "last week", "tomorrow": how it is said.
    pub relative: Option<String>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn position(list: &[&str], word: &Word) -> Option<u32> {
    let at = list.iter().position(|entry| word.is(entry))?;
    (word.capital).then_some(at as u32)
}

/// The dates of a sentence.
pub fn dates(words: &[Word]) -> Vec<Date> {
    let mut dates: Vec<Date> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match read(words, at) {
            Some(date) => {
                at = date.words.end.max(at + 1);
                dates.push(date);
            }
            None => at += 1,
        }
    }
    dates
}

fn number(words: &[Word], at: usize, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
    let word = &words.get(at)?.lower;
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let ending = &word[digits.len()..];
    let plain = ending.is_empty() || matches!(ending, "st" | "nd" | "rd" | "th");
    let value = if plain && digits.len() <= 4 { digits.parse().ok() } else { None };
    value.filter(|value| range.contains(value))
}

fn read(words: &[Word], at: usize) -> Option<Date> {
    let word = &words[at];
    if let Some(weekday) = position(&WEEKDAYS, word) {
        return Some(Date { words: at..at + 1, weekday: Some(weekday), ..Date::default() });
    }
    // "3 January", "January 3, 2026", "in May".
    let day_first = number(words, at, 1..=31).filter(|_| words[at].lower.len() < 5);
    let month_at = if day_first.is_some() { at + 1 } else { at };
    if let Some(month) = words.get(month_at).and_then(|word| position(&MONTHS, word)) {
        return month_date(words, at, month_at, day_first, month + 1);
    }
    let before = at.checked_sub(1).map_or("", |i| &words[i].lower);
    let next = words.get(at + 1).map_or("", |word| &word.lower);
    let year = number(words, at, 1000..=2199).filter(|_| word.lower.len() == 4);
    if let Some(year) = year
        && (matches!(
            before,
            "in" | "since"
                | "until"
                | "till"
                | "by"
                | "from"
                | "to"
                | "of"
                | "before"
                | "after"
                | "during"
                | "than"
                | "and"
                | "least"
                | "early"
                | "late"
                | "around"
                | "for"
                | "mid"
                | "-"
                | "spring"
                | "summer"
                | "autumn"
                | "winter"
                | ","
        ) || at == 0)
        && !is_counted(next)
    {
        return Some(Date { words: at..at + 1, year: Some(year), ..Date::default() });
    }
    relative(words, at)
}

/// Units behind a number of four digits that is no year.
fn is_counted(next: &str) -> bool {
    matches!(
        next,
        "people"
            | "percent"
            | "%"
            | "euros"
            | "dollars"
            | "pounds"
            | "million"
            | "billion"
            | "metres"
            | "meters"
            | "kilometres"
            | "tonnes"
            | "soldiers"
            | "houses"
            | "homes"
    )
}

fn month_date(
    words: &[Word],
    at: usize,
    month_at: usize,
    day_first: Option<i32>,
    month: u32,
) -> Option<Date> {
    let mut end = month_at + 1;
    let mut day = day_first;
    if day.is_none() {
        day = number(words, end, 1..=31);
        end += usize::from(day.is_some());
    }
    let comma = usize::from(words.get(end).is_some_and(|w| w.is(",")) && day.is_some());
    let year = number(words, end + comma, 1000..=2199).filter(|y| *y > 31);
    if year.is_some() {
        end += comma + 1;
    }
    // "May" and "March" at the beginning of a sentence are verbs.
    if at == 0 && day.is_none() && year.is_none() && matches!(month, 3 | 5) {
        return None;
    }
    let day = day.and_then(|day| u32::try_from(day).ok());
    Some(Date { words: at..end, year, month: Some(month), day, ..Date::default() })
}

fn relative(words: &[Word], at: usize) -> Option<Date> {
    let first = words[at].lower.as_str();
    let second = words.get(at + 1).map_or("", |w| &w.lower);
    let period = matches!(
        second,
        "week"
            | "weekend"
            | "month"
            | "year"
            | "night"
            | "summer"
            | "winter"
            | "spring"
            | "autumn"
            | "decade"
            | "century"
    );
    let length = match first {
        "yesterday" | "tomorrow" | "today" => 1,
        "last" | "next" | "this" if period => 2,
        _ => return None,
    };
    let said: Vec<&str> = words[at..at + length].iter().map(|w| w.lower.as_str()).collect();
    Some(Date { words: at..at + length, relative: Some(said.join(" ")), ..Date::default() })
}

impl Date {
    /// A date from an ISO value: a year, a month or a day.
    pub fn from_iso(value: &str) -> Option<Date> {
        let mut parts = value.get(..value.len().min(10))?.split('-');
        let year = parts.next()?.parse().ok()?;
        let month =
            parts.next().and_then(|part| part.parse().ok()).filter(|m| (1..=12).contains(m));
        let day = month
            .and(parts.next())
            .and_then(|part| part.parse().ok())
            .filter(|d| (1..=31).contains(d));
        let weekday = month.zip(day).map(|(month, day)| weekday(year, month, day));
        Some(Date { year: Some(year), month, day, weekday, ..Date::default() })
    }

    /// Takes over what is not said here.
    pub fn fill(&mut self, other: &Date) {
        self.year = self.year.or(other.year);
        self.month = self.month.or(other.month);
        self.day = self.day.or(other.day);
        self.weekday = self.weekday.or(other.weekday);
    }

    /// Whether a source's date carries this one: nothing differs, and something is the same.
    pub fn is_carried_by(&self, source: &Date) -> bool {
        fn compare<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> (bool, bool) {
            match (a, b) {
                (Some(a), Some(b)) => (a == b, a != b),
                _ => (false, false),
            }
        }
        let compared = [
            compare(&self.year, &source.year),
            compare(&self.month, &source.month),
            compare(&self.day, &source.day),
            compare(&self.weekday, &source.weekday),
            compare(&self.relative, &source.relative),
        ];
        compared.iter().any(|(same, _)| *same) && !compared.iter().any(|(_, differs)| *differs)
    }
}

/// The day of the week, 0 for a Monday, in the Gregorian calendar (Sakamoto's method).
fn weekday(year: i32, month: u32, day: u32) -> u32 {
    const OFFSETS: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = i64::from(year) - i64::from(month < 3);
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let sunday = year + leap + OFFSETS[(month - 1) as usize] + i64::from(day);
    (sunday - 1).rem_euclid(7) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::words::words;

    fn found(text: &str) -> Vec<Date> {
        dates(&words(text, 0..text.len(), Lexicon::english()))
    }

    #[test]
    fn dates_carry_one_another() {
        let check = |summary: &str, source: &str, expected: bool| {
            let (summaries, sources) = (found(summary), found(source));
            assert_eq!((summaries.len(), sources.len()), (1, 1), "{summary}; {source}");
            assert_eq!(summaries[0].is_carried_by(&sources[0]), expected, "{summary} of {source}");
        };
        check("on Friday", "last on Friday", true);
        check("on Friday", "on Saturday", false);
        check("3 January", "on January 3, 2026,", true);
        check("in January", "on 3 January", true);
        check("in 2019", "since 2019", true);
        check("in 2019", "on 3 May 2018", false);
        check("on 12 November", "on 1 November", false);
        check("last week", "was last week", true);
        check("last week", "last year", false);
    }

    #[test]
    fn days_of_the_week() {
        let iso = |value: &str| Date::from_iso(value).and_then(|date| date.weekday);
        assert_eq!(iso("2026-01-10"), Some(5));
        assert_eq!(iso("2000-02-29"), Some(1));
        assert_eq!(iso("1899-12-31"), Some(6));
        assert_eq!(iso("2026-01"), None);
        assert_eq!(iso("2026-W02"), None);
        assert_eq!(found("with 2000 people"), []);
    }
}
