//! The words of the lexicon, in lower case.

use crate::meaning::Unit;

/// By number, from 1.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// One and many, from Monday.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("monday", "mondays"),
    ("tuesday", "tuesdays"),
    ("wednesday", "wednesdays"),
    ("thursday", "thursdays"),
    ("friday", "fridays"),
    ("saturday", "saturdays"),
    ("sunday", "sundays"),
];

/// With their numbers.
pub const SHORT_WEEKDAYS: &[(&str, i8)] = &[
    ("mon", 1),
    ("tue", 2),
    ("tues", 2),
    ("wed", 3),
    ("thu", 4),
    ("thur", 4),
    ("thurs", 4),
    ("fri", 5),
    ("sat", 6),
    ("sun", 7),
];

/// From 0.
pub const NUMBERS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// From 20.
pub const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// From 1 to 31; those of two words are put together by the grammar.
pub const ORDINALS: [&str; 31] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "thirtieth",
    "",
];

/// One and many; "second" is an ordinal first.
pub const UNITS: &[(&str, &str, Unit)] = &[
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

/// Minutes east of Greenwich. "CST" is that of America.
pub const ZONES: &[(&str, i16)] = &[
    ("gmt", 0),
    ("utc", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("jst", 540),
    ("aest", 600),
    ("aedt", 660),
];

/// So many units.
pub const PERIODIC: &[(&str, u8, Unit)] = &[
    ("hourly", 1, Unit::Hour),
    ("daily", 1, Unit::Day),
    ("nightly", 1, Unit::Day),
    ("weekly", 1, Unit::Week),
    ("fortnightly", 2, Unit::Week),
    ("monthly", 1, Unit::Month),
    ("quarterly", 3, Unit::Month),
    ("yearly", 1, Unit::Year),
    ("annual", 1, Unit::Year),
    ("annually", 1, Unit::Year),
    ("biennial", 2, Unit::Year),
];

/// See [`Word::Opener`](super::Word::Opener).
pub const OPENERS: &str = "the a an about around almost nearly approximately roughly more less fewer at up no \
    early earlier late later mid last past next this that these current coming previous following \
    preceding same every each half in once twice several few couple end beginning close start middle \
    fiscal q fy h recent new good ash palm boxing valentine st martin labor labour memorial veterans \
    bastille whit ascension some many numerous countless dozens";

/// See [`Word::Alone`](super::Word::Alone).
pub const ALONE: &str = "recently currently now nowadays today yesterday tomorrow tonight overnight noon \
    midday midnight weekend weekends christmas easter thanksgiving halloween epiphany pentecost \
    juneteenth";

/// See [`Word::Inner`](super::Word::Inner).
pub const INNER: &str = "least long full consecutive straight whole further additional successive short solid working \
    business near distant future single luther dozen other times twenties thirties forties fifties sixties \
    seventies eighties nineties final w";

/// See [`Word::Ahead`](super::Word::Ahead).
pub const AHEAD: &str = "will shall ll would may might could should upcoming scheduled planned due \
    expected expects plans plan intends hopes must wants ahead promised set";

/// See [`Word::Over`](super::Word::Over); forms in -ed are known by their ending.
pub const OVER: &str = "said told was were had did has have been began took held came went met won lost left \
    fell rose made got gave found saw shot sent hit led broke spoke wrote ran became grew paid bought \
    sold built brought thought stood put cut struck";

/// See [`Word::Preposition`](super::Word::Preposition).
pub const PREPOSITIONS: &str = "since until till by from of before after during for to through between within \
    on throughout than";

/// See [`Word::Counted`](super::Word::Counted).
pub const COUNTED: &str = "people persons soldiers workers troops dollars euros pounds yen kroner francs metres \
    meters miles kilometres kilometers km feet tonnes tons votes seats homes houses cases deaths jobs \
    children employees students members points runners pages copies words units shares acres hectares \
    barrels households passengers tickets patients men women inhabitants residents vehicles cars \
    percent protesters demonstrators migrants refugees prisoners hostages rpm mph degrees calories \
    hp grams kg kilograms litres liters watts volts voters delegates";
