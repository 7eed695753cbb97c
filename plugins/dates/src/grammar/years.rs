//! Years and what is made of them: "2019", "2019-20", "the 1990s", "the 19th century", "fiscal 2025",
//! "Q3 2025", "the summer of 2018".

use super::{Found, Grammar};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{From, Meaning, Unit, When, Which, Year, YearPart};

impl Grammar<'_> {
    pub(super) fn years(&self, at: usize) -> Option<Found> {
        let rules = [Self::year_range, Self::decade, Self::century, Self::fiscal, Self::short_year, Self::year];
        rules.into_iter().find_map(|rule| rule(self, at))
    }

    /// "2019-20", "2019–2024", "2025/26"
    fn year_range(&self, at: usize) -> Option<Found> {
        let (first, length) = self.digits(at)?;
        let joined = (self.mark(at + 1, b'-') || self.mark(at + 1, b'/'))
            && self.glued(at + 1)
            && self.glued(at + 2);
        if length != 4 || !joined || !(1000..=2999).contains(&first) || !self.ends(at + 3) {
            return None;
        }
        let (second, width) = self.digits(at + 2)?;
        let last = match width {
            4 => second,
            2 if second == (first + 1) % 100 => first + 1,
            2 if second > first % 100 && second > 12 => first / 100 * 100 + second,
            _ => return None,
        };
        let month = width == 2 && (1..=12).contains(&second) && self.mark(at + 1, b'-');
        let fits = last > first && last <= 2999 && !self.counts(at + 3);
        let when = When::Years(first as i16, last as i16, month);
        fits.then_some((Meaning::Date(when), None, at + 3))
    }

    /// "the 1990s", "1990s", "the '80s", "the nineties"
    fn decade(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let mut next = at + the;
        let quoted = usize::from(self.mark(next, b'\''));
        next += quoted;
        let names = ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];
        if let Some(place) = names.iter().position(|name| the == 1 && self.is(next, name)) {
            let when = When::Decade(20 + 10 * place as i16, true);
            return Some((Meaning::Date(when), None, next + 1));
        }
        let (value, length) = self.digits(next)?;
        let mut end = next + 1;
        end += usize::from(self.mark(end, b'\'') && self.is(end + 1, "s"));
        if !self.is(end, "s") || !self.glued(end) || value % 10 != 0 {
            return None;
        }
        let fits = match length {
            4 => quoted == 0 && (1000..=2990).contains(&value),
            2 => the + quoted > 0,
            _ => false,
        };
        let when = When::Decade(value as i16, length == 2);
        (fits && self.free(next)).then_some((Meaning::Date(when), None, end + 1))
    }

    /// "the 19th century", "the twentieth century"
    fn century(&self, at: usize) -> Option<Found> {
        let (number, end) = self.ordinal(at + usize::from(self.is(at, "the")))?;
        let end = end + usize::from(self.mark(end, b'-'));
        let meaning = Meaning::Date(When::Century(i16::from(number)));
        (self.is(end, "century")).then_some((meaning, None, end + 1))
    }

    /// "fiscal 2025", "fiscal year 2025", "FY2025"
    fn fiscal(&self, at: usize) -> Option<Found> {
        let next = match () {
            () if self.is(at, "fiscal") => at + 1 + usize::from(self.is(at + 1, "year")),
            () if self.slice(at) == "FY" => at + 1,
            () => return None,
        };
        let (year, length) = self.digits(next)?;
        let year = if length == 2 { 2000 + year } else { year };
        let fits = matches!(length, 2 | 4) && (1900..=2999).contains(&year) && self.ends(next + 1);
        fits.then_some((Meaning::Date(When::Fiscal(year as i16)), None, next + 1))
    }

    /// "in '98", which would be half of something else behind other words.
    fn short_year(&self, at: usize) -> Option<Found> {
        let fits = self.mark(at, b'\'') && self.glued(at + 1) && self.before(at, &["in", "of", "since"]);
        let (year, length) = self.digits(at + 1).filter(|_| fits)?;
        let now = length == 2 && self.ends(at + 2);
        // The century is settled with that of decades: not after the document.
        let when = When::Decade(year as i16, true);
        (now && year % 10 != 0).then_some((Meaning::Date(when), None, at + 2))
    }

    /// Four digits are a year behind certain words, or where they stand like one.
    fn year(&self, at: usize) -> Option<Found> {
        if !self.free(at) {
            return None;
        }
        let (year, end) = self.four_digits(at)?;
        let meaning = (Meaning::Date(When::Year(year)), None, end);
        if !(1900..=2100).contains(&year) {
            let sure = self.before(at, &["in", "since"]) && !matches!(self.kind(end), Some(Kind::Other { .. }) if !self.is(end, "and"));
            return sure.then_some(meaning);
        }
        if self.before(at, &["gate", "flight", "room", "no", "highway", "route", "about", "some", "nearly", "almost", "at"]) {
            return None;
        }
        let led = at > 0
            && (self.before(at, &["in", "late", "early", "mid", "year"])
                || matches!(self.word(at - 1), Some(Word::Preposition)));
        let beside = at >= 2
            && (self.before(at, &["and", "or", "to"]) || self.mark(at - 1, b','))
            && self.digits(at - 2).is_some_and(|(y, n)| n == 4 && (1900..=2100).contains(&y));
        let bracketed = at > 0 && self.mark(at - 1, b'(') && (self.mark(end, b')') || self.mark(end, b','));
        // "the 2024 election", but not "the 2000 workers"
        let led_noun = self.before(at, &["the", "its", "their", "his", "her", "a"])
            && year % 100 != 0
            && matches!(self.kind(end), Some(Kind::Other { .. } | Kind::Word(_)));
        let name = self.capital(end) && self.before(at, &["of", "on", "to", "for"]) && self.any(end, &["street", "road", "avenue"]);
        (!name && (led || beside || bracketed || led_noun)).then_some(meaning)
    }

    /// "Q3 2025", "the first quarter of this year", "the second half", "spring 2024", "in autumn"
    pub(super) fn part_of_year(&self, at: usize) -> Option<Found> {
        self.quarter_code(at).or_else(|| self.quarter(at)).or_else(|| self.season(at))
    }

    fn quarter_code(&self, at: usize) -> Option<Found> {
        let upper = self.capital(at) && self.glued(at + 1);
        let (number, length) = self.digits(at + 1).filter(|_| upper && self.any(at, &["Q", "H"]))?;
        let quarter = self.is(at, "Q");
        if length != 1 || number < 1 || number > if quarter { 4 } else { 2 } || !self.ends(at + 2) {
            return None;
        }
        let part = if quarter { YearPart::Quarter(number as u8) } else { YearPart::Half(number as u8) };
        let year = self.year_behind(at + 2);
        // "H1" alone is a heading as often as a half.
        if year.is_none() && !quarter {
            return None;
        }
        let (year, end) = year.unwrap_or((Year::Open(Which::Bare), at + 2));
        Some((Meaning::Date(When::Part(year, part)), None, end))
    }

    fn quarter(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        let (number, end) = match self.ordinal(next) {
            Some((number, end)) => (number, end),
            None if self.any(next, &["last", "final"]) && the == 1 && self.row(next + 1, &["quarter", "of"]) > 0 => (4, next + 1),
            None => return None,
        };
        let quarter = self.is(end, "quarter");
        let most = if quarter { 4 } else { 2 };
        if !(quarter || self.is(end, "half")) || number > most {
            return None;
        }
        let year = self.year_behind(end + 1).or_else(|| {
            let year = self.row(end + 1, &["of", "the", "year"]);
            (year > 0).then_some((Year::Shift(0, From::Document), end + 1 + year))
        });
        if year.is_none() && (!quarter || the == 0 && !self.adjective(at)) {
            return None;
        }
        let part = if quarter { YearPart::Quarter(number as u8) } else { YearPart::Half(number as u8) };
        let (year, end) = year.unwrap_or((Year::Open(Which::Bare), end + 1));
        Some((Meaning::Date(When::Part(year, part)), None, end))
    }

    /// "in fourth quarter", as headlines have it.
    fn adjective(&self, at: usize) -> bool {
        self.before(at, &["in", "for"])
    }

    fn season(&self, at: usize) -> Option<Found> {
        let next = at + usize::from(self.is(at, "the"));
        let Word::Season(season) = self.word(next)? else { return None };
        let found = |year, end| Some((Meaning::Date(When::Season(year, season)), None, end));
        if let Some((year, end)) = self.year_behind(next + 1) {
            return found(year, end).filter(|_| !self.mark(next + 1, b','));
        }
        let led = self.before(at, &["in", "by", "since", "until", "during", "before", "after", "of", "for"]);
        let is_fall = self.is(next, "fall") || self.is(next, "spring");
        let strict = self.before(at, &["in", "by", "since", "until", "during"]);
        let alone = match self.kind(next + 1) {
            None | Some(Kind::Break | Kind::Mark(_)) => !self.mark(next + 1, b'-'),
            Some(Kind::Word(word)) => matches!(word, Word::Ahead | Word::Over) || self.any(next + 1, &["the", "that", "this"]),
            Some(_) => !is_fall && self.any(next + 1, &["when", "and", "or", "but", "it", "he", "she", "they", "we"]),
        };
        if led && alone && (!is_fall || strict) { found(Year::Open(Which::Bare), next + 1) } else { None }
    }

    /// "the end of 2027", "early 2025", "mid-May", "later this year", "late on Tuesday"
    pub(super) fn edge(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        let (modifier, end) = self.edge_word(next)?;
        // "the end of the year"
        let of_the = self.row(end, &["the"]);
        if of_the > 0
            && self.is(end - 1, "of")
            && let Some(Word::Unit(unit @ (Unit::Week | Unit::Month | Unit::Year | Unit::Decade | Unit::Century))) = self.word(end + 1)
        {
            let when = When::Shift(0, unit, From::Document);
            return Some((Meaning::Date(when), Some(modifier), end + 2));
        }
        let inner = [Self::month_loosely, Self::day_like, Self::years, Self::year_loosely, Self::part_of_year, Self::relative, Self::holiday];
        let found = inner.into_iter().filter_map(|rule| rule(self, end));
        let (meaning, None, end) = found.reduce(|a, b| if b.2 > a.2 { b } else { a })? else { return None };
        let Meaning::Date(when) = meaning else { return None };
        let fits = !matches!(when, When::Reference(_));
        fits.then_some((meaning, Some(modifier), end))
    }

    fn edge_word(&self, at: usize) -> Option<(&'static str, usize)> {
        let ends = [("end", "END"), ("close", "END"), ("beginning", "START"), ("start", "START"), ("middle", "MID")];
        if let Some(modifier) = self.choose(at, &ends) {
            return self.is(at + 1, "of").then_some((modifier, at + 2));
        }
        let modifier = self.choose(at, &[
            ("early", "START"),
            ("earlier", "START"),
            ("late", "END"),
            ("later", "END"),
            ("mid", "MID"),
        ])?;
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
