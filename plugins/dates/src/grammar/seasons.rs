//! Parts of a year: "Q3 2025", "the second half of 2026", "the summer of 2018".

use super::{Found, Grammar};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{From, Meaning, When, Which, Year, YearPart};

impl Grammar<'_> {
    /// "Q3 2025", "the first quarter of this year", "the second half", "spring 2024", "in autumn"
    pub(super) fn part_of_year(&self, at: usize) -> Option<Found> {
        self.quarter_code(at).or_else(|| self.quarter(at)).or_else(|| self.season(at))
    }

    fn quarter_code(&self, at: usize) -> Option<Found> {
        let upper = self.capital(at) && self.glued(at + 1);
        let (number, length) =
            self.digits(at + 1).filter(|_| upper && self.any(at, &["Q", "H"]))?;
        let quarter = self.is(at, "Q");
        if length != 1 || number < 1 || number > if quarter { 4 } else { 2 } || !self.ends(at + 2) {
            return None;
        }
        let part =
            if quarter { YearPart::Quarter(number as u8) } else { YearPart::Half(number as u8) };
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
            None if self.any(next, &["last", "final"])
                && the == 1
                && self.row(next + 1, &["quarter", "of"]) > 0 =>
            {
                (4, next + 1)
            }
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
        let part =
            if quarter { YearPart::Quarter(number as u8) } else { YearPart::Half(number as u8) };
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
        let led = self
            .before(at, &["in", "by", "since", "until", "during", "before", "after", "of", "for"]);
        let is_fall = self.is(next, "fall") || self.is(next, "spring");
        let strict = self.before(at, &["in", "by", "since", "until", "during"]);
        let alone = match self.kind(next + 1) {
            None | Some(Kind::Break | Kind::Mark(_)) => !self.mark(next + 1, b'-'),
            Some(Kind::Word(word)) => {
                matches!(word, Word::Ahead | Word::Over)
                    || self.any(next + 1, &["the", "that", "this"])
            }
            Some(_) => {
                !is_fall
                    && self.any(
                        next + 1,
                        &["when", "and", "or", "but", "it", "he", "she", "they", "we"],
                    )
            }
        };
        if led && alone && (!is_fall || strict) {
            found(Year::Open(Which::Bare), next + 1)
        } else {
            None
        }
    }
}
