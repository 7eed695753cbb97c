//! The words that tell the grammar where to look, and the tense where to lean.

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::meaning::{Part, Season, Unit};

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

const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("monday", "mondays"),
    ("tuesday", "tuesdays"),
    ("wednesday", "wednesdays"),
    ("thursday", "thursdays"),
    ("friday", "fridays"),
    ("saturday", "saturdays"),
    ("sunday", "sundays"),
];

const SHORT_WEEKDAYS: &[(&str, i8)] = &[
    ("mon", 1), ("tue", 2), ("tues", 2), ("wed", 3), ("thu", 4), ("thur", 4), ("thurs", 4), ("fri", 5),
    ("sat", 6), ("sun", 7),
];

const NUMBERS: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];

const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const ORDINALS: [&str; 31] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "", "", "", "", "", "", "", "", "", "thirtieth", "",
];

const UNITS: &[(&str, &str, Unit)] = &[
    ("", "seconds", Unit::Second),
    ("minute", "minutes", Unit::Minute),
    ("hour", "hours", Unit::Hour),
    ("day", "days", Unit::Day),
    ("week", "weeks", Unit::Week),
    ("fortnight", "fortnights", Unit::Fortnight),
    ("month", "months", Unit::Month),
    ("quarter", "quarters", Unit::Quarter),
    ("year", "years", Unit::Year),
    ("decade", "decades", Unit::Decade),
    ("century", "centuries", Unit::Century),
];

const ZONES: &[(&str, i16)] = &[
    ("gmt", 0), ("utc", 0), ("est", -300), ("edt", -240), ("cst", -360), ("cdt", -300), ("mst", -420),
    ("mdt", -360), ("pst", -480), ("pdt", -420), ("cet", 60), ("cest", 120), ("eet", 120), ("eest", 180),
    ("jst", 540), ("aest", 600), ("aedt", 660),
];

const PERIODIC: &[(&str, u8, Unit)] = &[
    ("hourly", 1, Unit::Hour), ("daily", 1, Unit::Day), ("nightly", 1, Unit::Day),
    ("weekly", 1, Unit::Week), ("fortnightly", 2, Unit::Week), ("monthly", 1, Unit::Month),
    ("quarterly", 3, Unit::Month), ("yearly", 1, Unit::Year), ("annual", 1, Unit::Year),
    ("annually", 1, Unit::Year), ("biennial", 2, Unit::Year),
];

const OPENERS: &str = "the a an about around almost nearly approximately roughly more less fewer at up no \
    early earlier late later mid last past next this that these current coming previous following \
    preceding same every each half in once twice several few couple end beginning close start middle \
    fiscal q fy h recent new good ash palm boxing valentine st martin labor labour memorial veterans \
    bastille whit ascension some many numerous countless dozens";

const ALONE: &str = "recently currently now nowadays today yesterday tomorrow tonight overnight noon \
    midday midnight weekend weekends christmas easter thanksgiving halloween epiphany pentecost \
    juneteenth";

const INNER: &str = "least long full consecutive straight whole further additional successive short solid working \
    business near distant future single luther dozen other times twenties thirties forties fifties sixties \
    seventies eighties nineties final w";

const AHEAD: &str = "will shall ll would may might could should upcoming scheduled planned due \
    expected expects plans plan intends hopes must wants ahead promised set";

const OVER: &str = "said told was were had did has have been began took held came went met won lost left \
    fell rose made got gave found saw shot sent hit led broke spoke wrote ran became grew paid bought \
    sold built brought thought stood put cut struck";

const PREPOSITIONS: &str = "since until till by from of before after during for to through between within \
    on throughout than";

const COUNTED: &str = "people persons soldiers workers troops dollars euros pounds yen kroner francs metres \
    meters miles kilometres kilometers km feet tonnes tons votes seats homes houses cases deaths jobs \
    children employees students members points runners pages copies words units shares acres hectares \
    barrels households passengers tickets patients men women inhabitants residents vehicles cars \
    percent protesters demonstrators migrants refugees prisoners hostages rpm mph degrees calories \
    hp grams kg kilograms litres liters watts volts voters delegates";

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
