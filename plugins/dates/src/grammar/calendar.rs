//! Days and months of the calendar: "Saturday, Jan. 10, 2026", "the 3rd of May", "2026-01-03".

use super::{Found, Grammar};
use crate::cues::{self, Tense};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{DayOfYear, From, Meaning, When, Which, Year};

/// Behind these a month is a month, also in a text in which somebody is called so.
const SURE: &[&str] = &["in", "since", "until", "till", "during", "throughout", "mid"];
/// Behind these it is one where nobody is called so.
const LIKELY: &[&str] =
    &["of", "by", "from", "to", "for", "after", "before", "between", "through", "around", "about"];

impl Grammar<'_> {
    /// A day or something longer; the longest that begins here.
    pub(super) fn date(&self, at: usize) -> Option<Found> {
        let rules = [
            Self::edge,
            Self::month_first,
            Self::day_first,
            Self::numeric,
            Self::month,
            Self::years,
            Self::part_of_year,
            Self::holiday,
            Self::relative,
            Self::day_of_month,
        ];
        let found = rules.into_iter().filter_map(|rule| rule(self, at));
        found.reduce(|best, next| if next.2 > best.2 { next } else { best })
    }

    pub(super) fn tense(&self, around: std::ops::Range<usize>) -> Tense {
        cues::tense(self.text, self.tokens, around)
    }

    /// "Saturday, " before a day of the calendar: the weekday, and where the day begins.
    fn weekday_before(&self, at: usize) -> (Option<i8>, usize) {
        let (day, end) = match self.word(at) {
            Some(Word::Weekday(day)) => (day, at + 1),
            Some(Word::ShortWeekday(day)) => (day, at + 1 + usize::from(self.mark(at + 1, b'.'))),
            _ => return (None, at),
        };
        if !self.capital(at) {
            return (None, at);
        }
        (Some(day), end + usize::from(self.mark(end, b',')))
    }

    /// "January", "Jan."
    pub(super) fn month_name(&self, at: usize) -> Option<(i8, usize)> {
        match self.word(at)? {
            Word::Month(month) if self.capital(at) => Some((month, at + 1)),
            Word::ShortMonth(month) if self.capital(at) => {
                Some((month, at + 1 + usize::from(self.mark(at + 1, b'.') && self.glued(at + 1))))
            }
            _ => None,
        }
    }

    fn day_number(&self, at: usize) -> Option<(i8, usize)> {
        if let Some(found) = self.ordinal(at) {
            return Some(found);
        }
        let (value, length) = self.digits(at)?;
        let fits = length <= 2
            && (1..=31).contains(&value)
            && (self.ends(at + 1) || self.mark(at + 1, b'-'));
        fits.then_some((value as i8, at + 1))
    }

    /// The year behind a day or month: "2026", ", 2026", "'98", "of last year".
    pub(super) fn year_behind(&self, at: usize) -> Option<(Year, usize)> {
        let next = at + usize::from(self.mark(at, b',') || self.is(at, "of"));
        if let Some((year, end)) = self.four_digits(next) {
            return Some((Year::Given(year), end));
        }
        if next == at && self.mark(at, b'\'') && !self.glued(at) {
            let (year, length) = self.digits(at + 1)?;
            return (length == 2 && self.ends(at + 2))
                .then_some((Year::Short(year as i16), at + 2));
        }
        let the = usize::from(self.is(next, "the"));
        if self.is(next + the + 1, "year") && !self.mark(at, b',') {
            let shift = self.choose(
                next + the,
                &[
                    ("last", (-1, From::Document)),
                    ("this", (0, From::Document)),
                    ("next", (1, From::Document)),
                    ("previous", (-1, From::Text)),
                    ("following", (1, From::Text)),
                    ("same", (0, From::Text)),
                    ("that", (0, From::Text)),
                ],
            )?;
            return Some((Year::Shift(shift.0, shift.1), next + the + 2));
        }
        None
    }

    /// Four digits that can be a year and count nothing.
    pub(super) fn four_digits(&self, at: usize) -> Option<(i16, usize)> {
        let (year, length) = self.digits(at)?;
        let fits = length == 4 && (1000..=2999).contains(&year) && self.ends(at + 1);
        (fits && !self.counts(at + 1)).then_some((year as i16, at + 1))
    }

    /// Whether the word here is something of which the number before it is a count.
    pub(super) fn counts(&self, at: usize) -> bool {
        matches!(self.word(at), Some(Word::Counted | Word::Scale(_)))
    }

    /// "Jan. 3", "January 3rd, 2026", "Feb. 3-5", "Jan. 30-Feb. 2"
    fn month_first(&self, at: usize) -> Option<Found> {
        let (weekday, start) = self.weekday_before(at);
        let (month, next) = self.month_name(start)?;
        let (day, end) = self.day_number(next)?;
        if self.word(next).is_some() || self.counts(end) {
            return None;
        }
        if self.mark(end, b'-') || self.is(end, "to") {
            let (last_month, behind) = self.month_name(end + 1).unwrap_or((month, end + 1));
            let joined = self.mark(end, b'-') || last_month == month && behind == end + 1;
            if let Some((last, behind)) =
                self.day_number(behind).filter(|_| joined && !self.mark(behind + 1, b':'))
            {
                let later = last_month != month || last > day;
                if later && !self.counts(behind) && self.ends(behind) {
                    return Some(self.days((month, day), (last_month, last), weekday, behind));
                }
            }
            if self.mark(end, b'-') && self.glued(end) && self.glued(end + 1) {
                return None;
            }
        }
        let (year, end) = self.year_behind(end).unwrap_or((Year::Open(Which::Bare), end));
        Some(a_day(DayOfYear { year, month, day, weekday }, end))
    }

    fn days(&self, first: (i8, i8), last: (i8, i8), weekday: Option<i8>, end: usize) -> Found {
        let (year, end) = self.year_behind(end).unwrap_or((Year::Open(Which::Bare), end));
        let first = DayOfYear { year, month: first.0, day: first.1, weekday };
        let last = DayOfYear { year, month: last.0, day: last.1, weekday: None };
        (Meaning::Date(When::Days(first, last)), None, end)
    }

    /// "3 January 2026", "the 3rd of May", "3 to 5 May"
    fn day_first(&self, at: usize) -> Option<Found> {
        let (weekday, start) = self.weekday_before(at);
        let start = start + usize::from(self.is(start, "the"));
        let (day, mut end) = self.day_number(start)?;
        let mut last = None;
        if self.mark(end, b'-') || self.is(end, "to") {
            let (value, behind) = self.day_number(end + 1)?;
            last = Some(value).filter(|&value| value > day);
            last?;
            end = behind;
        }
        let in_words = matches!(self.kind(start), Some(Kind::Word(_)));
        let of = self.is(end, "of");
        if in_words && !of {
            return None;
        }
        let (month, end) = self.month_name(end + usize::from(of))?;
        if let Some(last) = last {
            return Some(self.days((month, day), (month, last), weekday, end));
        }
        let (year, end) = self.year_behind(end).unwrap_or((Year::Open(Which::Bare), end));
        Some(a_day(DayOfYear { year, month, day, weekday }, end))
    }

    /// "the 28th", where no noun follows; "the 3rd of this month"
    fn day_of_month(&self, at: usize) -> Option<Found> {
        if !self.is(at, "the")
            || !self.before(
                at,
                &["on", "until", "till", "by", "from", "to", "since", "before", "after"],
            )
        {
            return None;
        }
        let (day, end) =
            self.ordinal(at + 1).filter(|_| self.kind(at + 1) == Some(Kind::Number))?;
        let of_month =
            self.row(end, &["of", "this", "month"]) + self.row(end, &["of", "the", "month"]);
        let alone = match self.kind(end) {
            None | Some(Kind::Break | Kind::Mark(_)) => !self.mark(end, b'-'),
            Some(Kind::Word(word)) => matches!(word, Word::Preposition | Word::Ahead | Word::Over),
            _ => self.any(end, &["and", "or", "but", "when"]),
        };
        (alone || of_month > 0).then_some((
            Meaning::Date(When::DayOfMonth(day)),
            None,
            end + of_month,
        ))
    }

    /// "January 2026", "Sept. of last year", "since January"
    pub(super) fn month(&self, at: usize) -> Option<Found> {
        let (month, end) = self.month_name(at)?;
        if let Some((year, behind)) = self.year_behind(end) {
            // "(March, 2007)"
            let bracketed = at > 0 && self.mark(at - 1, b'(') && self.mark(behind, b')');
            let comma = self.mark(end, b',') && !bracketed && !self.before(at, SURE);
            if !comma {
                return Some((Meaning::Date(When::Month(year, month)), None, behind));
            }
        }
        let found = Some((Meaning::Date(When::Month(Year::Open(Which::Bare), month)), None, end));
        let short = matches!(self.word(at), Some(Word::ShortMonth(_)));
        let owner = self.mark(end, b'\'') && self.is(end + 1, "s");
        let named = self.facts.names & (1 << month) != 0;
        if self.before(at, SURE) {
            let other = short && end == at + 1 || named && owner;
            return found.filter(|_| !other);
        }
        let person = self.capital(end) && matches!(self.kind(end), Some(Kind::Other { .. }));
        // "by May's account"
        if named || short || person || owner && matches!(month, 3..=6 | 8) {
            return None;
        }
        // "March", "April", "May", "June" and "August" are other things as well.
        let plain = !matches!(month, 3..=6 | 8);
        let beside =
            self.before(at, &["and", "or"]) && at >= 2 && self.month_name(at - 2).is_some()
                || self.any(end, &["and", "or"]) && self.month_name(end + 1).is_some();
        found.filter(|_| plain || beside || self.before(at, LIKELY))
    }
}

pub(super) fn a_day(day: DayOfYear, end: usize) -> Found {
    (Meaning::Date(When::Day(day)), None, end)
}
