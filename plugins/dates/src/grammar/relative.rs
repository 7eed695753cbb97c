//! What is counted from another date: "yesterday", "last Friday", "this week", "the previous year".

use super::{Found, Grammar, part};
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::{Clock, From, Meaning, Part, Unit, When, Which, Year};

impl Grammar<'_> {
    pub(super) fn relative(&self, at: usize) -> Option<Found> {
        let rules = [Self::adverb, Self::weekday, Self::which, Self::beside_text];
        let found = rules.into_iter().filter_map(|rule| rule(self, at));
        found.reduce(|best, next| if next.2 > best.2 { next } else { best })
    }

    fn adverb(&self, at: usize) -> Option<Found> {
        let day = |shift, end| date(When::Shift(shift, Unit::Day, From::Document), end);
        if self.row(at, &["the", "day", "before", "yesterday"]) > 0 {
            return day(-2, at + 4);
        }
        if self.row(at, &["the", "day", "after", "tomorrow"]) > 0 {
            return day(2, at + 4);
        }
        if let Some(shift) = self.choose(at, &[("today", 0), ("yesterday", -1), ("tomorrow", 1)]) {
            return day(shift, at + 1);
        }
        let references = [
            ("now", "PRESENT_REF"),
            ("nowadays", "PRESENT_REF"),
            ("currently", "PRESENT_REF"),
            ("recently", "PAST_REF"),
        ];
        if let Some(code) = self.choose(at, &references) {
            return date(When::Reference(code), at + 1);
        }
        if self.is(at, "tonight") {
            let when = When::Shift(0, Unit::Day, From::Document);
            return Some((Meaning::Time(Some(when), Clock::Part(Part::Night)), None, at + 1));
        }
        self.far(at)
    }

    /// "the future", "the distant past"
    fn far(&self, at: usize) -> Option<Found> {
        if !self.is(at, "the") {
            return None;
        }
        let next = at + 1 + usize::from(self.any(at + 1, &["near", "distant"]));
        let code = self.choose(next, &[("future", "FUTURE_REF"), ("past", "PAST_REF")])?;
        let led = self.before(at, if code == "PAST_REF" { &["in", "of"] } else { &["in", "for"] });
        // "in the past two years", "in the future course"
        let end = next + 1;
        let alone = match self.kind(end) {
            None | Some(Kind::Mark(_) | Kind::Break) => true,
            Some(Kind::Word(word)) => matches!(word, Word::Over | Word::Ahead | Word::Preposition),
            Some(_) => code == "PAST_REF",
        };
        (led && alone).then_some((Meaning::Date(When::Reference(code)), None, end))
    }

    fn weekday(&self, at: usize) -> Option<Found> {
        // Days with a name that this grammar does not know, and bands.
        let named = ["black", "bloody", "super", "ruby", "cyber", "remembrance", "shrove", "fat"];
        if at > 0 && self.capital(at - 1) && self.before(at, &named) {
            return None;
        }
        match self.word(at)? {
            Word::Weekday(day) if self.capital(at) => date(When::Weekday(day, Which::Bare), at + 1),
            // "Mon.", but not "Mon" or "sat".
            Word::ShortWeekday(day)
                if self.capital(at)
                    && self.mark(at + 1, b'.')
                    && self.glued(at + 1)
                    && self.before(at, &["on", "since", "until", "by"]) =>
            {
                date(When::Weekday(day, Which::Bare), at + 2)
            }
            _ => None,
        }
    }

    /// "last", "this" or "next", and what it is about.
    fn which(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        let which = self.which_word(next)?;
        let end = next + 2;
        let shift = match which {
            Which::Last => -1,
            Which::Next => 1,
            Which::This | Which::Bare => 0,
        };
        if let Some(word) = self.word(next + 1) {
            // With an article it lasts, or is beside what the text spoke of.
            let free = the == 0 || self.any(next, &["current", "coming"]);
            match word {
                Word::Weekday(day) if self.capital(next + 1) => {
                    return date(When::Weekday(day, which), end);
                }
                Word::Month(month) if self.capital(next + 1) && the == 0 => {
                    return date(When::Month(Year::Open(which), month), end);
                }
                Word::Season(season) if free && !self.is(next, "past") => {
                    return date(When::Season(Year::Open(which), season), end);
                }
                Word::Season(season) if the == 0 => {
                    return date(When::Season(Year::Open(which), season), end);
                }
                Word::Unit(unit) if free && unit >= Unit::Day && !self.is(next, "past") => {
                    // "last day", "this day" and "next day" are others.
                    return if unit == Unit::Day {
                        None
                    } else {
                        date(When::Shift(shift, unit, From::Document), end)
                    };
                }
                Word::Part(part) if the == 0 => return self.part_of_day(which, part, end),
                _ => {}
            }
        }
        if self.is(next + 1, "weekend") {
            return date(When::Weekend(which), end);
        }
        None
    }

    fn which_word(&self, at: usize) -> Option<Which> {
        if self.any(at, &["last", "past"]) {
            return Some(Which::Last);
        }
        if self.any(at, &["this", "current"]) {
            return Some(Which::This);
        }
        self.any(at, &["next", "coming"]).then_some(Which::Next)
    }

    fn part_of_day(&self, which: Which, part: Part, end: usize) -> Option<Found> {
        let shift = match (which, part) {
            (Which::This, _) => 0,
            (Which::Last, Part::Night | Part::Evening) => -1,
            _ => return None,
        };
        let when = When::Shift(shift, Unit::Day, From::Document);
        Some((Meaning::Time(Some(when), Clock::Part(part)), None, end))
    }

    /// "the previous year", "the next day", "that night", "the same week"
    fn beside_text(&self, at: usize) -> Option<Found> {
        let the = usize::from(self.is(at, "the"));
        let next = at + the;
        let with =
            [("previous", -1), ("preceding", -1), ("following", 1), ("next", 1), ("same", 0)];
        let without = [("previous", -1), ("preceding", -1), ("that", 0)];
        let shift = if the == 1 { self.choose(next, &with) } else { self.choose(next, &without) }?;
        let owned = shift == -1 && the == 0 && !self.before(at, &["s", "its", "their"]);
        if owned {
            return None;
        }
        if let Some(part) = part(self.word(next + 1)) {
            let when = When::Shift(shift, Unit::Day, From::Text);
            return Some((Meaning::Time(Some(when), Clock::Part(part)), None, next + 2));
        }
        match self.word(next + 1)? {
            Word::Unit(unit) if unit >= Unit::Day && unit != Unit::Quarter => {
                date(When::Shift(shift, unit, From::Text), next + 2)
            }
            Word::Unit(Unit::Quarter) if shift != 0 => {
                date(When::Shift(shift, Unit::Quarter, From::Text), next + 2)
            }
            _ => None,
        }
    }
}

fn date(when: When, end: usize) -> Option<Found> {
    Some((Meaning::Date(when), None, end))
}
