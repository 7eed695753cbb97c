//! What is counted from another date: "yesterday", "last Friday", "this week", "the previous year".

use super::{Found, Grammar, part};
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
        let reference = |code| date(When::Reference(code), at + 1);
        match self.word(at)? {
            Word::Opener | Word::Ahead => {}
            _ => return None,
        }
        match self.slice(at).to_ascii_lowercase().as_str() {
            "today" => day(0, at + 1),
            "yesterday" => day(-1, at + 1),
            "tomorrow" => day(1, at + 1),
            "now" | "nowadays" | "currently" => reference("PRESENT_REF"),
            "recently" => reference("PAST_REF"),
            "tonight" => {
                let when = When::Shift(0, Unit::Day, From::Document);
                Some((Meaning::Time(Some(when), Clock::Part(Part::Night)), None, at + 1))
            }
            "the" => {
                let near = usize::from(self.any(at + 1, &["near", "distant"]));
                let future = self.is(at + 1 + near, "future") && self.before(at, &["in", "for"]);
                let past = self.is(at + 1 + near, "past") && self.before(at, &["in", "of"]);
                let ends = self.word(at + 2 + near).is_none_or(|w| !matches!(w, Word::Unit(_) | Word::Units(_) | Word::Number(_) | Word::Opener));
                let code = if future { "FUTURE_REF" } else { "PAST_REF" };
                let digits = self.digits(at + 2 + near).is_some();
                ((future || past) && ends && !digits).then_some((Meaning::Date(When::Reference(code)), None, at + 2 + near))
            }
            _ => None,
        }
    }

    fn weekday(&self, at: usize) -> Option<Found> {
        match self.word(at)? {
            Word::Weekday(day) if self.capital(at) => date(When::Weekday(day, Which::Bare), at + 1),
            // "Mon.", but not "Mon" or "sat".
            Word::ShortWeekday(day) if self.capital(at) && self.mark(at + 1, b'.') && self.glued(at + 1) && self.before(at, &["on", "since", "until", "by"]) => {
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
                    return if unit == Unit::Day { None } else { date(When::Shift(shift, unit, From::Document), end) };
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
        let shift = match self.slice(next).to_ascii_lowercase().as_str() {
            "previous" | "preceding" => -1,
            "following" | "next" if the == 1 => 1,
            "same" if the == 1 => 0,
            "that" if the == 0 => 0,
            _ => return None,
        };
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
            Word::Unit(Unit::Quarter) if shift != 0 => date(When::Shift(shift, Unit::Quarter, From::Text), next + 2),
            _ => None,
        }
    }
}

fn date(when: When, end: usize) -> Option<Found> {
    Some((Meaning::Date(when), None, end))
}
