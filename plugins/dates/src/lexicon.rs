//! The words that tell the grammar where to look, and the tense where to lean.

mod lists;

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::meaning::{Part, Season, Unit};
use lists::{
    AHEAD, ALONE, COUNTED, INNER, MONTHS, NUMBERS, OPENERS, ORDINALS, OVER, PERIODIC, PREPOSITIONS,
    SHORT_WEEKDAYS, TENS, UNITS, WEEKDAYS, ZONES,
};

/// What a word is. Months and weekdays count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// "January"
    Month(i8),
    /// "Jan"
    ShortMonth(i8),
    /// "Monday"
    Weekday(i8),
    /// "Mon"
    ShortWeekday(i8),
    /// "Mondays"
    Weekdays(i8),
    /// "week"
    Unit(Unit),
    /// "weeks"
    Units(Unit),
    /// "twenty"
    Number(u16),
    /// "hundred": what it multiplies by.
    Scale(u32),
    /// "third"; also "second", which is a unit besides.
    Ordinal(u8),
    /// "spring"
    Season(Season),
    /// "morning"
    Part(Part),
    /// "daily": so many units.
    Periodic(u8, Unit),
    /// "GMT": minutes east of Greenwich.
    Zone(i16),
    /// "ET": a zone whose offset is not told by its name.
    VagueZone,
    /// Another word with which an expression, or the name of a feast, may begin, if the next is
    /// of the lexicon too.
    Opener,
    /// A word that may be one all by itself ("today").
    Alone,
    /// A word that may only be within one.
    Inner,
    /// "will", "scheduled": what is said lies ahead.
    Ahead,
    /// "said", "were": what is said is over.
    Over,
    /// "in", "since": a date may follow.
    Preposition,
    /// "people": the number before it is a count.
    Counted,
}

/// Longest word of the lexicon, in bytes.
pub const LONGEST: usize = 13;

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(words);

/// What a word in lower case is.
#[inline]
#[must_use]
pub fn look_up(word: &str) -> Option<Word> {
    WORDS.get(word).copied()
}

fn words() -> HashMap<&'static str, Word> {
    let mut words = HashMap::new();
    let roles = [
        (COUNTED, Word::Counted),
        (PREPOSITIONS, Word::Preposition),
        (OVER, Word::Over),
        (AHEAD, Word::Ahead),
        (OPENERS, Word::Opener),
        (ALONE, Word::Alone),
        (INNER, Word::Inner),
    ];
    for (list, word) in roles {
        words.extend(list.split_whitespace().map(|text| (text, word)));
    }
    let mut number: i8 = 0;
    for month in MONTHS {
        number += 1;
        words.insert(month, Word::Month(number));
        if month.len() > 3 {
            words.insert(&month[..3], Word::ShortMonth(number));
        }
    }
    words.insert("sept", Word::ShortMonth(9));
    number = 0;
    for (one, many) in WEEKDAYS {
        number += 1;
        words.insert(one, Word::Weekday(number));
        words.insert(many, Word::Weekdays(number));
    }
    words.extend(SHORT_WEEKDAYS.iter().map(|&(text, day)| (text, Word::ShortWeekday(day))));
    quantities(&mut words);
    for &(one, many, unit) in UNITS {
        words.insert(one, Word::Unit(unit));
        words.insert(many, Word::Units(unit));
    }
    words.remove("");
    words.extend(ZONES.iter().map(|&(text, minutes)| (text, Word::Zone(minutes))));
    words.extend(["et", "pt", "ct", "mt", "bst", "ist"].map(|text| (text, Word::VagueZone)));
    words.extend(PERIODIC.iter().map(|&(text, n, unit)| (text, Word::Periodic(n, unit))));
    words.extend([
        ("spring", Word::Season(Season::Spring)),
        ("summer", Word::Season(Season::Summer)),
        ("autumn", Word::Season(Season::Autumn)),
        ("fall", Word::Season(Season::Autumn)),
        ("winter", Word::Season(Season::Winter)),
        ("morning", Word::Part(Part::Morning)),
        ("midday", Word::Part(Part::Midday)),
        ("afternoon", Word::Part(Part::Afternoon)),
        ("evening", Word::Part(Part::Evening)),
        ("night", Word::Part(Part::Night)),
    ]);
    words
}

fn quantities(words: &mut HashMap<&'static str, Word>) {
    for (text, value) in NUMBERS.iter().zip(0..) {
        words.insert(text, Word::Number(value));
    }
    for (text, value) in TENS.iter().zip((20..).step_by(10)) {
        words.insert(text, Word::Number(value));
    }
    for (text, value) in ORDINALS.iter().zip(1..) {
        words.insert(text, Word::Ordinal(value));
    }
    words.extend([("hundred", 100), ("thousand", 1000), ("million", 1_000_000)].map(scale));
    words.insert("billion", Word::Scale(1_000_000_000));
}

fn scale((text, by): (&'static str, u32)) -> (&'static str, Word) {
    (text, Word::Scale(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_longer_than_the_lexer_looks() {
        assert_eq!(WORDS.keys().map(|word| word.len()).max(), Some(LONGEST));
        assert_eq!(look_up("may"), Some(Word::Month(5)));
        assert_eq!(look_up("sept"), Some(Word::ShortMonth(9)));
        assert_eq!(look_up("second"), Some(Word::Ordinal(2)));
        assert_eq!(look_up("twenty"), Some(Word::Number(20)));
        assert_eq!(look_up("thirtieth"), Some(Word::Ordinal(30)));
        assert_eq!(look_up("pizza"), None);
    }
}
