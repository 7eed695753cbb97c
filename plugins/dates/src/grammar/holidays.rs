//! Days with a name: "Christmas Eve", "Easter Monday", "Good Friday 2025".

use super::{Found, Grammar};
use crate::lexicon::Word;
use crate::meaning::{Holiday, Meaning, When, Which, Year};

/// Names, word by word; the longer ones of one beginning first.
const NAMES: &[(&[&str], Holiday)] = &[
    (&["Christmas", "Eve"], Holiday::Fixed(12, 24)),
    (&["Christmas", "Day"], Holiday::Fixed(12, 25)),
    (&["Christmas"], Holiday::Fixed(12, 25)),
    (&["Boxing", "Day"], Holiday::Fixed(12, 26)),
    (&["New", "Year", "'", "s", "Eve"], Holiday::Fixed(12, 31)),
    (&["New", "Year", "'", "s", "Day"], Holiday::Fixed(1, 1)),
    (&["Epiphany"], Holiday::Fixed(1, 6)),
    (&["Martin", "Luther", "King", "Jr", ".", "Day"], Holiday::Nth(1, 3, 1)),
    (&["Martin", "Luther", "King", "Day"], Holiday::Nth(1, 3, 1)),
    (&["Valentine", "'", "s", "Day"], Holiday::Fixed(2, 14)),
    (&["St", ".", "Patrick", "'", "s", "Day"], Holiday::Fixed(3, 17)),
    (&["St", "Patrick", "'", "s", "Day"], Holiday::Fixed(3, 17)),
    (&["Ash", "Wednesday"], Holiday::Easter(-46)),
    (&["Palm", "Sunday"], Holiday::Easter(-7)),
    (&["Good", "Friday"], Holiday::Easter(-2)),
    (&["Easter", "Sunday"], Holiday::Easter(0)),
    (&["Easter", "Monday"], Holiday::Easter(1)),
    (&["Easter"], Holiday::Easter(0)),
    (&["Ascension", "Day"], Holiday::Easter(39)),
    (&["Pentecost"], Holiday::Easter(49)),
    (&["Whit", "Monday"], Holiday::Easter(50)),
    (&["May", "Day"], Holiday::Fixed(5, 1)),
    (&["Memorial", "Day"], Holiday::Nth(5, -1, 1)),
    (&["Juneteenth"], Holiday::Fixed(6, 19)),
    (&["Bastille", "Day"], Holiday::Fixed(7, 14)),
    (&["Labor", "Day"], Holiday::Nth(9, 1, 1)),
    (&["Halloween"], Holiday::Fixed(10, 31)),
    (&["Veterans", "Day"], Holiday::Fixed(11, 11)),
    (&["Thanksgiving", "Day"], Holiday::Nth(11, 4, 4)),
    (&["Thanksgiving"], Holiday::Nth(11, 4, 4)),
];

impl Grammar<'_> {
    /// A day with a name, and its year if that is told; "last Christmas" too.
    pub(super) fn holiday(&self, at: usize) -> Option<Found> {
        let ways = [("last", Which::Last), ("this", Which::This), ("next", Which::Next)];
        let which = self.choose(at, &ways).unwrap_or(Which::Bare);
        let start = at + usize::from(which != Which::Bare);
        if !self.capital(start)
            || !matches!(self.word(start), Some(Word::Opener | Word::Alone | Word::Month(5)))
        {
            return None;
        }
        let (words, holiday) = NAMES.iter().find(|(words, _)| self.named(start, words))?;
        let end = start + words.len();
        // "Christmas Island", "Easter Rising"
        let single = words.len() == 1;
        if single
            && self.capital(end)
            && self.any(end, &["island", "islands", "rising", "bunny", "carol", "market"])
        {
            return None;
        }
        let year = self.year_behind(end).filter(|_| which == Which::Bare && !self.mark(end, b','));
        let (year, end) = year.unwrap_or((Year::Open(which), end));
        Some((Meaning::Date(When::Holiday(year, *holiday)), None, end))
    }

    fn named(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| match *word {
            "'" => self.mark(at + i, b'\''),
            word => self.is(at + i, word),
        })
    }
}
