//! The grammar: which runs of tokens are temporal expressions, and what they say.
//!
//! Every rule is a function that is given the number of a token and gives what begins there, and
//! the number of the token behind it. It looks a bounded number of tokens ahead, so the whole is
//! linear.

mod calendar;
mod clock;
mod counted;
mod durations;
mod edges;
mod holidays;
mod numbers;
mod numeric;
mod relative;
mod seasons;
mod sets;
mod years;

use crate::cues::{self, Facts};
use crate::lexer::{Kind, Token};
use crate::lexicon::Word;
use crate::meaning::{Clock, Expression, Meaning, Part, When};

/// What a rule finds: the meaning, `mod`, and the number of the token behind.
type Found = (Meaning, Option<&'static str>, usize);

/// A text, to be read by the rules.
#[derive(Clone, Copy)]
pub struct Grammar<'t> {
    text: &'t str,
    tokens: &'t [Token],
    facts: Facts,
}

impl<'t> Grammar<'t> {
    /// Reads a text that was cut into these tokens.
    #[must_use]
    pub fn new(text: &'t str, tokens: &'t [Token]) -> Grammar<'t> {
        Grammar { text, tokens, facts: cues::facts(text, tokens) }
    }

    /// What the whole text tells.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// The expressions, from left to right; none overlaps another.
    pub fn expressions(self) -> impl Iterator<Item = Expression> + use<'t> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.tokens.len() {
                let begin = at;
                at += 1;
                if !self.may_begin(begin) {
                    continue;
                }
                if let Some((meaning, modifier, end)) = self.expression(begin) {
                    at = end.max(at);
                    return Some(Expression { tokens: begin..at, meaning, modifier });
                }
            }
            None
        })
    }

    fn may_begin(&self, at: usize) -> bool {
        match self.tokens[at].kind {
            Kind::Word(
                Word::Ahead
                | Word::Over
                | Word::Counted
                | Word::Preposition
                | Word::Inner
                | Word::Scale(_)
                | Word::Zone(_)
                | Word::VagueZone,
            ) => false,
            Kind::Word(Word::Opener) => self.goes_on(at + 1) && self.free(at),
            Kind::Word(_) | Kind::Number | Kind::Grouped => self.free(at),
            Kind::Mark(b'\'') => self.glued(at + 1) && self.kind(at + 1) == Some(Kind::Number),
            _ => false,
        }
    }

    /// Whether what an opener began can go on here: most articles stand before other words.
    fn goes_on(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(Kind::Word(word)) => !matches!(word, Word::Over | Word::Ahead | Word::Counted),
            Some(Kind::Number | Kind::Grouped) => true,
            Some(Kind::Mark(mark)) => matches!(mark, b'\'' | b'-' | b'.'),
            _ => false,
        }
    }

    /// What stands beside the first of these words that this is.
    fn choose<T: Copy>(&self, at: usize, words: &[(&str, T)]) -> Option<T> {
        words.iter().find(|(word, _)| self.is(at, word)).map(|found| found.1)
    }

    /// The longest expression that begins here.
    fn expression(&self, at: usize) -> Option<Found> {
        let all: &[fn(&Self, usize) -> Option<Found>] =
            &[Self::set, Self::moment, Self::duration, Self::ahead];
        let rules: &[fn(&Self, usize) -> Option<Found>] = match self.tokens[at].kind {
            Kind::Mark(_) => &[Self::moment],
            Kind::Word(word) => match word {
                Word::Units(_) => &[Self::duration],
                Word::Weekdays(_) | Word::Periodic(..) => &[Self::set],
                Word::Opener | Word::Number(_) | Word::Ordinal(_) | Word::Alone => all,
                _ => &[Self::moment],
            },
            _ => all,
        };
        let found = rules.iter().filter_map(|rule| rule(self, at));
        // Of equals the first.
        found.reduce(|best, next| if next.2 > best.2 { next } else { best })
    }

    /// A date, a time, or both together: "5 p.m. on Friday", "Friday at 5", "Saturday morning".
    fn moment(&self, at: usize) -> Option<Found> {
        let first = self.time_first(at);
        let Some((meaning, modifier, end)) = self.date(at) else { return first };
        let date = self.with_time(meaning, modifier, end);
        match first {
            Some(first) if first.2 > date.2 => Some(first),
            _ => Some(date),
        }
    }

    fn time_first(&self, at: usize) -> Option<Found> {
        let (clock, modifier, end, alone) = self.clock(at)?;
        let mut next = end;
        next += usize::from(self.mark(next, b','));
        next += usize::from(self.is(next, "on") || self.is(next, "of"));
        if let Some((Meaning::Date(when), None, end)) = self.date(next).filter(|f| is_day(&f.0)) {
            return Some((Meaning::Time(Some(when), clock), modifier, end));
        }
        alone.then_some((Meaning::Time(None, clock), modifier, end))
    }

    fn with_time(&self, meaning: Meaning, modifier: Option<&'static str>, end: usize) -> Found {
        let Meaning::Date(when) = meaning else { return (meaning, modifier, end) };
        if !is_day(&meaning) {
            return (meaning, modifier, end);
        }
        if let Some(Word::Part(part)) = self.word(end) {
            return (Meaning::Time(Some(when), Clock::Part(part)), modifier, end + 1);
        }
        let mut next = end;
        next += usize::from(self.mark(next, b','));
        let said = self.is(next, "at") || self.is(next, "around");
        next += usize::from(said);
        if let Some((clock, None, behind, alone)) = self.clock(next).filter(|c| said || c.3) {
            // "Friday, 9" is no time, "Friday at 9" is.
            let unclear = matches!(clock, Clock::Part(_) | Clock::SomeNight);
            if !unclear && (alone || said) {
                return (Meaning::Time(Some(when), clock), modifier, behind);
            }
        }
        (meaning, modifier, end)
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> Option<Word> {
        match self.kind(at)? {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn slice(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start as usize..t.end as usize])
    }

    /// Whether this is that word, in whatever case.
    #[inline]
    fn is(&self, at: usize, word: &str) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let (start, end) = (token.start as usize, token.end as usize);
        end - start == word.len()
            && self.text.as_bytes()[start..end].eq_ignore_ascii_case(word.as_bytes())
    }

    fn any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    /// How many of these words stand here, one after the other: all, or 0.
    fn row(&self, at: usize, words: &[&str]) -> usize {
        let all = words.iter().enumerate().all(|(i, word)| self.is(at + i, word));
        if all { words.len() } else { 0 }
    }

    fn mark(&self, at: usize, mark: u8) -> bool {
        self.kind(at) == Some(Kind::Mark(mark))
    }

    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    fn capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.capital)
    }

    fn before(&self, at: usize, words: &[&str]) -> bool {
        at > 0 && self.any(at - 1, words)
    }

    /// The number that digits give, and how many they are; none of more than nine.
    fn digits(&self, at: usize) -> Option<(i32, usize)> {
        let digits = self.slice(at);
        (self.kind(at)? == Kind::Number && digits.len() <= 9)
            .then(|| digits.parse().ok().map(|value| (value, digits.len())))?
    }

    /// Nothing is joined to the front of this token that would make another thing of it, as in
    /// "$2025", "A320", "1.5" and "pre-2019".
    fn free(&self, at: usize) -> bool {
        if !self.glued(at) || at == 0 {
            return true;
        }
        match self.tokens[at - 1].kind {
            Kind::Mark(b'-') => !self.glued(at - 1) || self.is(at.wrapping_sub(2), "mid"),
            Kind::Mark(mark) => matches!(mark, b'(' | b'[' | b'"' | b'\'' | b'~' | b'/' | b'*'),
            Kind::Break => true,
            _ => false,
        }
    }

    /// Nothing is joined to the end of what stops before this token, as in "2019er", "3.5", "5%".
    fn ends(&self, at: usize) -> bool {
        if !self.glued(at) {
            return true;
        }
        match self.tokens[at].kind {
            Kind::Mark(b'%' | b'/' | b'$' | b'+' | b'@' | b'_') => false,
            Kind::Mark(b'.' | b',' | b':') => {
                !(self.glued(at + 1)
                    && matches!(self.kind(at + 1), Some(Kind::Number | Kind::Grouped)))
            }
            Kind::Mark(b'-') => !self.glued(at + 1),
            Kind::Mark(_) | Kind::Break => true,
            _ => false,
        }
    }
}

/// Whether this is one day, so that a time can be added.
fn is_day(meaning: &Meaning) -> bool {
    let Meaning::Date(when) = meaning else { return false };
    matches!(
        when,
        When::Day(_)
            | When::DayOfMonth(_)
            | When::Numeric(..)
            | When::Holiday(..)
            | When::Weekday(..)
            | When::Shift(_, crate::meaning::Unit::Day, _)
    )
}

/// The part of the day that a word names.
fn part(word: Option<Word>) -> Option<Part> {
    match word? {
        Word::Part(part) => Some(part),
        _ => None,
    }
}
