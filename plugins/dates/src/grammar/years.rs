//! Years and what is made of them: "2019", "2019-20", "the 1990s", "the 19th century", "fiscal 2025".

use super::{Found, Grammar};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{Meaning, When};

impl Grammar<'_> {
    pub(super) fn years(&self, at: usize) -> Option<Found> {
        let rules = [
            Self::year_range,
            Self::decade,
            Self::century,
            Self::fiscal,
            Self::short_year,
            Self::year,
        ];
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
        let names = [
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
            "seventies",
            "eighties",
            "nineties",
        ];
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
        let fits =
            self.mark(at, b'\'') && self.glued(at + 1) && self.before(at, &["in", "of", "since"]);
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
        let likely = match year {
            1900..=2100 => self.led(at) || self.beside(at, end) || self.led_noun(at, end, year),
            1500..1900 => self.led(at) || self.beside(at, end),
            _ => {
                let noun = matches!(self.kind(end), Some(Kind::Other { .. }));
                self.before(at, &["in", "since"]) && (!noun || self.is(end, "and"))
            }
        };
        let address = self.capital(end) && self.any(end, &["street", "road", "avenue"]);
        (likely && !address).then_some((Meaning::Date(When::Year(year)), None, end))
    }

    fn led(&self, at: usize) -> bool {
        let words = &["in", "late", "early", "mid", "year", "born", "died", "circa"];
        self.before(at, words) || at > 0 && matches!(self.word(at - 1), Some(Word::Preposition))
    }

    /// "2024 and 2025", "2019, 2020", "1985 - 1987", "(2019)", "(Melbourne, 2004)"
    fn beside(&self, at: usize, end: usize) -> bool {
        let is_year = |at: usize| matches!(self.digits(at), Some((1500..=2100, 4)));
        let Some(before) = at.checked_sub(1) else { return false };
        let listed = at >= 2
            && (self.any(before, &["and", "or", "to", ","]) || self.mark(before, b'-'))
            && is_year(at - 2);
        let dashes = |at: usize| (0..2).take_while(|i| self.mark(at + i, b'-')).count();
        let ranged = dashes(end) > 0 && is_year(end + dashes(end));
        let closed = self.mark(end, b')');
        let bracketed = self.mark(before, b'(') && (closed || self.mark(end, b','))
            || self.mark(before, b',') && closed;
        let second =
            self.mark(before, b'-') && at >= 3 && self.mark(at - 2, b'-') && is_year(at - 3);
        listed || ranged || bracketed || second
    }

    /// "the 2024 election", but not "the 2000 workers"
    fn led_noun(&self, at: usize, end: usize, year: i16) -> bool {
        self.before(at, &["the", "its", "their", "his", "her", "a"])
            && year % 100 != 0
            && matches!(self.kind(end), Some(Kind::Other { .. } | Kind::Word(_)))
    }
}
