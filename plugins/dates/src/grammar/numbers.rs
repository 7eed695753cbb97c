//! Numbers in digits and in words, and how much of a unit.

use super::Grammar;
use crate::lexer::Kind;
use crate::lexicon::Word;
use crate::meaning::Quantity;

/// A quantity is at most this, in tenths: more than the age of the universe in years.
const MOST: u64 = 1_000_000_000_000;

impl Grammar<'_> {
    /// "3", "2.5", "1,126", "twenty-one", "a hundred", "4.5 billion"; in tenths.
    pub(super) fn number(&self, at: usize) -> Option<(u64, usize)> {
        match self.kind(at)? {
            Kind::Number => self.decimal(at),
            Kind::Grouped => {
                let plain: String = self.slice(at).chars().filter(char::is_ascii_digit).collect();
                let value: u64 = plain.parse().ok()?;
                Some((value.checked_mul(10).filter(|&v| v <= MOST)?, at + 1))
            }
            Kind::Word(_) => self.number_in_words(at),
            _ => None,
        }
    }

    fn decimal(&self, at: usize) -> Option<(u64, usize)> {
        let (whole, _) = self.digits(at)?;
        let mut tenths = u64::try_from(whole).ok()? * 10;
        let mut end = at + 1;
        if self.mark(end, b'.') && self.glued(end) && self.glued(end + 1) {
            // More digits than one are no quantity of this grammar.
            let (fraction, length) = self.digits(end + 1)?;
            if length > 1 {
                return None;
            }
            tenths += u64::try_from(fraction).ok()?;
            end += 2;
        }
        if let Some(Word::Scale(by)) = self.word(end).filter(|_| !self.glued(end)) {
            tenths = tenths.checked_mul(u64::from(by)).filter(|&v| v <= MOST)?;
            end += 1;
        }
        Some((tenths, end))
    }

    fn number_in_words(&self, at: usize) -> Option<(u64, usize)> {
        let mut end = at;
        let mut total: u64 = 0;
        let mut current: u64 = 0;
        if self.any(at, &["a", "one"]) && matches!(self.word(at + 1), Some(Word::Scale(_))) {
            current = 1;
            end += 1;
        } else if self.is(at, "a") && self.is(at + 1, "dozen") {
            return Some((120, at + 2));
        } else if self.is(at, "dozen") {
            return None;
        }
        // "two hundred and fifty thousand and twenty-five" has eight.
        for _ in 0..10 {
            let and = usize::from(end > at && self.is(end, "and"));
            match self.word(end + and) {
                Some(Word::Number(value))
                    if and == 0 || current.is_multiple_of(100) && current > 0 =>
                {
                    current += u64::from(value);
                    end += and + 1;
                    if value >= 20
                        && self.mark(end, b'-')
                        && self.glued(end)
                        && let Some(Word::Number(one @ 1..=9)) = self.word(end + 1)
                    {
                        current += u64::from(one);
                        end += 2;
                    }
                }
                Some(Word::Scale(100)) if and == 0 && current > 0 => {
                    current *= 100;
                    end += 1;
                }
                Some(Word::Scale(by)) if and == 0 && current > 0 => {
                    total += current * u64::from(by);
                    current = 0;
                    end += 1;
                }
                _ => break,
            }
            if total + current > MOST / 10 {
                return None;
            }
        }
        (end > at).then_some(((total + current) * 10, end))
    }

    /// A number, or a word such as "several"; and `mod` where the word has one.
    pub(super) fn quantity(&self, at: usize) -> Option<(Quantity, Option<&'static str>, usize)> {
        if let Some((tenths, end)) = self.number(at) {
            return Some((Quantity::Tenths(tenths), None, end));
        }
        let many = |end| Some((Quantity::Many, None, end));
        if self.any(at, &["several", "many", "few", "numerous", "countless", "some"]) {
            return many(at + 1);
        }
        if self.row(at, &["a", "few"]) > 0 {
            return many(at + 2);
        }
        if self.row(at, &["dozens", "of"]) > 0 {
            return many(at + 2);
        }
        let couple = at + usize::from(self.is(at, "a"));
        if self.is(couple, "couple") {
            let end = couple + 1 + usize::from(self.is(couple + 1, "of"));
            return Some((Quantity::Tenths(20), Some("APPROX"), end));
        }
        None
    }

    /// 1 for "first" and "1st", and so on up to 31.
    pub(super) fn ordinal(&self, at: usize) -> Option<(i8, usize)> {
        if let Some(Word::Ordinal(value)) = self.word(at) {
            return i8::try_from(value).ok().map(|value| (value, at + 1));
        }
        if let Some(Word::Number(tens @ (20 | 30))) = self.word(at) {
            if self.mark(at + 1, b'-')
                && let Some(Word::Ordinal(one @ 1..=9)) = self.word(at + 2)
            {
                return i8::try_from(tens).ok().map(|t| (t + one as i8, at + 3));
            }
            return None;
        }
        let (value, length) = self.digits(at)?;
        let suffix = self.glued(at + 1) && self.any(at + 1, &["st", "nd", "rd", "th"]);
        (length <= 2 && suffix && value > 0).then(|| (value as i8, at + 2))
    }
}
